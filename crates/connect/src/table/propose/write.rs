//! The guess as TOML with its evidence.

use std::fmt::Write;

use super::profile::{Profile, shorten};
use super::{Guess, values};
use crate::table::targets::{RowKind, Target, TargetType};

/// Most columns that are listed as left over.
const LEFT_LIMIT: usize = 60;

pub(super) fn mapping(guess: &Guess<'_>, file: &str, sample: usize) -> String {
    let mut out = String::new();
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    line(&mut out, &format!("# A mapping for {}, guessed from its header and {sample} rows.", shorten(name)));
    line(&mut out, "# Lines with CHECK rest on an assumption. Each comment shows what the line was guessed from.");
    line(&mut out, "# A word that the sample does not have is rejected at the import, with the line to add here.");
    line(&mut out, "");
    line(&mut out, &format!("rows = \"{}\"  # {}", guess.kind.name(), why(guess)));
    let slug = slug(name.split('.').next().unwrap_or(name));
    line(&mut out, &format!("source = {}", text(&slug)));
    line(
        &mut out,
        &format!("prefix = {}  # stands before ids, so that they are unique in the workspace", text(&format!("{slug}:"))),
    );
    times(&mut out, guess);
    marks(&mut out, guess);
    line(&mut out, "");
    line(&mut out, "[columns]");
    for (target, column) in &guess.found {
        let profile = &guess.profiles[*column];
        let header = &guess.columns[*column];
        line(&mut out, &format!("{} = {}  # {}", target.info().name, text(header), profile.examples()));
    }
    if let Some(account) = guess.column(Target::Account).filter(|_| guess.column(Target::Brand).is_none()) {
        let header = text(&guess.columns[account]);
        if guess.column(Target::Customer).is_none() {
            line(&mut out, &format!("customer = {{ column = {header}, of = \"customer\" }}  # the account of those who ask"));
        }
        line(
            &mut out,
            &format!("# brand = {{ column = {header}, of = \"agent\" }}  # where each brand answers by its own account"),
        );
    }
    needed(&mut out, guess);
    value_maps(&mut out, guess);
    own_fields(&mut out, guess);
    for question in &guess.questions {
        survey(&mut out, guess, question.kind, question.column);
    }
    out
}

fn why(guess: &Guess<'_>) -> &'static str {
    match guess.kind {
        RowKind::Conversations => "a row per conversation; CHECK if ids repeat",
        RowKind::Calls => "a row per call: there are queue or talk times",
        RowKind::Messages => "a row per message: there is a role, and ids of conversations repeat",
        RowKind::Changes => "a row per change: there is a time of change, and ids repeat",
        RowKind::Surveys => "a row per answer: there are scores and nothing of a ticket",
        RowKind::Orders => "a row per order: there are amounts and customers",
    }
}

/// The zone and the order of day and month, with the values that show it.
fn times(out: &mut String, guess: &Guess<'_>) {
    let used = guess.found.iter().filter(|(target, _)| target.info().ty == TargetType::Instant);
    let profiles: Vec<&Profile> = used.map(|(_, column)| &guess.profiles[*column]).collect();
    if profiles.iter().any(|profile| profile.local > 0) {
        line(
            out,
            "zone = \"UTC\"  # CHECK: the times have no offset; write the zone that they are in, such as \"Europe/Bucharest\"",
        );
    }
    let first =
        |value: fn(&Profile) -> Option<&String>| profiles.iter().find_map(|profile| value(profile)).map(|value| shorten(value));
    let day = first(|profile| profile.day_first.as_ref());
    let month = first(|profile| profile.month_first.as_ref());
    let either = first(|profile| profile.either.as_ref());
    match (day, month, either) {
        (Some(day), None, _) => line(out, &format!("day_first = true  # {day} can only be day first")),
        (None, Some(month), _) => line(out, &format!("day_first = false  # {month} can only be month first")),
        (Some(day), Some(month), _) => {
            line(out, &format!("day_first = true  # CHECK: {day} is day first, but {month} is month first: the columns differ"));
        }
        (None, None, Some(either)) => {
            line(
                out,
                &format!("day_first = true  # CHECK: {either} can be read both ways, and no value of the sample decides it"),
            );
        }
        (None, None, None) => {}
    }
}

/// Marks of missing values: those of many columns for all, others for their column.
fn marks(out: &mut String, guess: &Guess<'_>) {
    let mut all: Vec<&str> = Vec::new();
    for profile in guess.profiles {
        all.extend(profile.marks.iter().filter(|mark| !all.contains(mark)).copied().collect::<Vec<_>>());
    }
    if !all.is_empty() {
        let list: Vec<String> = all.iter().map(|mark| text(mark)).collect();
        line(out, &format!("missing = [{}]  # stand where there is no value", list.join(", ")));
    }
    let negative = |(_, column): &&(Target, usize)| {
        let profile = &guess.profiles[*column];
        profile.values.contains_key("-100") && !profile.is_number()
    };
    let odd: Vec<&(Target, usize)> = guess.found.iter().filter(negative).collect();
    if !odd.is_empty() {
        line(out, "");
        line(out, "[missing_in]");
        for (_, column) in odd {
            line(out, &format!("{} = [\"-100\"]  # a number among words", key(&guess.columns[*column])));
        }
    }
}

/// What rows of this kind need and no column gives.
fn needed(out: &mut String, guess: &Guess<'_>) {
    for info in guess.kind.targets().filter(|info| info.needed.contains(&guess.kind) && guess.column(info.target).is_none()) {
        let constant = match info.ty {
            TargetType::Instant => "2000-01-01T00:00:00Z",
            TargetType::Int | TargetType::Decimal => "0",
            _ if info.target == Target::Role => "customer",
            _ => "unknown",
        };
        line(
            out,
            &format!("{} = {{ constant = \"{constant}\" }}  # CHECK: no column was recognised. {}", info.name, info.sentence),
        );
    }
}

fn value_maps(out: &mut String, guess: &Guess<'_>) {
    type Meaning = fn(&str) -> Option<&'static str>;
    let maps: [(Target, Meaning, Option<&str>); 5] = [
        (Target::Status, values::status, Some("open")),
        (Target::Role, values::role, Some("system")),
        (Target::Direction, values::direction, Some("in")),
        (Target::Outcome, values::outcome, Some("")),
        (Target::Channel, values::channel, None),
    ];
    for (target, meaning, otherwise) in maps {
        let Some(column) = guess.column(target) else { continue };
        let profile = &guess.profiles[column];
        if target == Target::Channel && profile.many {
            continue;
        }
        line(out, "");
        line(out, &format!("[values.{}]", target.info().name));
        for (word, count) in profile.order.iter().map(|word| (word, profile.values[word])) {
            if target == Target::Status && word == "-100" {
                continue;
            }
            let known = meaning(word);
            let times = format!("{count} in the sample");
            match known.or(otherwise) {
                Some(ours) if known.is_some() => line(out, &format!("{} = {}  # {times}", key(word), text(ours))),
                Some(ours) => line(out, &format!("{} = {}  # CHECK: not recognised; {times}", key(word), text(ours))),
                None => line(out, &format!("# {} = \"other\"  # kept as it is; {times}", shorten(&key(word)))),
            }
        }
    }
}

fn own_fields(out: &mut String, guess: &Guess<'_>) {
    if matches!(guess.kind, RowKind::Surveys | RowKind::Orders) {
        return;
    }
    let left: Vec<usize> = (0..guess.columns.len()).filter(|column| !guess.uses(*column)).collect();
    if guess.verdicts.is_empty() && left.is_empty() {
        return;
    }
    let mut names: Vec<String> = Vec::new();
    let mut name_of = |column: usize| {
        let base = slug(&guess.columns[column]);
        let mut name = base.clone();
        let mut count = 1;
        while names.contains(&name) {
            count += 1;
            name = format!("{base}_{count}");
        }
        names.push(name.clone());
        name
    };
    line(out, "");
    line(out, "[fields]  # own attributes; declare them in [fields] of deskgauge.toml too");
    for column in &guess.verdicts {
        let header = &guess.columns[*column];
        let examples = guess.profiles[*column].examples();
        line(out, &format!("{} = {}  # the source's own verdict: {examples}", key(&name_of(*column)), text(header)));
    }
    for column in left.into_iter().take(LEFT_LIMIT) {
        let header = text(&guess.columns[column]);
        let examples = guess.profiles[column].examples();
        line(out, &format!("# {} = {}  # {examples}", key(&name_of(column)), header.replace('\n', " ")));
    }
}

fn survey(out: &mut String, guess: &Guess<'_>, kind: &str, column: usize) {
    let profile = &guess.profiles[column];
    let words = profile.numbers == 0;
    let (low, high) = profile.range.unwrap_or((1.0, 5.0));
    let scale = match kind {
        _ if words => (1, 5),
        "nps" if high <= 10.0 => (0, 10),
        "ces" if high <= 5.0 && low >= 1.0 => (1, 5),
        "ces" if high <= 7.0 && low >= 1.0 => (1, 7),
        _ => (
            i32::from(low >= 1.0 && high <= 10.0),
            [5, 7, 10, 100].into_iter().find(|end| high <= f64::from(*end)).unwrap_or(100),
        ),
    };
    line(out, "");
    line(out, "[[survey]]");
    line(out, &format!("kind = \"{kind}\""));
    line(out, &format!("score = {}  # {}", text(&guess.columns[column]), profile.examples()));
    let range = if words { "words, see the map below".to_owned() } else { format!("the sample has {low} to {high}") };
    line(out, &format!("scale = [{}, {}]  # CHECK: {range}", scale.0, scale.1));
    if words {
        line(out, "");
        line(out, &format!("[values.{kind}]"));
        for word in &profile.order {
            line(out, &format!("{} = {}", key(word), text(values::rating(word).unwrap_or(""))));
        }
    }
}

fn line(out: &mut String, line: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}", line.trim_end());
}

/// A TOML string on one line.
fn text(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for letter in value.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

fn key(value: &str) -> String {
    let bare = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if bare { value.to_owned() } else { text(value) }
}

/// A name for an own field or a source: lower-case letters, digits and underscores.
fn slug(name: &str) -> String {
    let slug: String = super::words(name).replace(' ', "_");
    if slug.is_empty() { "table".to_owned() } else { slug }
}
