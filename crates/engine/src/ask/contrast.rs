//! Why two profiles give two numbers: the rows behind both, held against each other, and each difference with its cause.
//!
//! Rows of one fact table are matched by what tells them apart in it; where the profiles read different tables, by their conversation.
//! Every row that counts for at least one side has exactly one verdict, so that the counts add up to both n. Nothing is asked of the
//! arithmetic: what was put out, at what instants and with which value, the population says.

use std::collections::{BTreeMap, BTreeSet};

use deskgauge_core::facts::At;
use deskgauge_core::metric::{CANONICAL, Definition, Measure, Unit};
use deskgauge_core::period::day_start;
use deskgauge_core::question::Question;
use deskgauge_core::rules::{Privacy, Rules};

use super::explain::{Case, Order, cases, guard};
use super::{AskError, refused};
use crate::catalogue::Catalogue;
use crate::source::FactSource;

/// Two profiles' rows of a KPI, compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Contrast {
    /// What is matched: a table's rows, or conversations where the two read different tables.
    pub by_conversation: bool,
    /// Rows that count for both with the same value.
    pub same: i64,
    /// The differences by cause, the most frequent first; each row stands in one.
    pub causes: Vec<Cause>,
}

/// Rows that differ for one reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// What differs.
    pub kind: Kind,
    /// What the profile itself says of the switch that makes the difference, where it names one.
    pub sentence: Option<String>,
    /// How many rows.
    pub count: usize,
    /// The rows, as many as were asked for; those of values that differ most come first, then by conversation. None where `[privacy]` hides single conversations.
    pub rows: Vec<Differing>,
}

/// How a row differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Both count it, from different starts.
    Start,
    /// Both count it, up to different ends.
    End,
    /// Both count it, from different starts to different ends.
    StartAndEnd,
    /// Both count it with values that differ otherwise.
    Value,
    /// Only the first counts it; the other leaves it out by this clause or state.
    LeftOutByOther(String),
    /// Only the other counts it; the first leaves it out by this clause or state.
    LeftOutByOne(String),
    /// Only the first counts it within the range; the other dates it outside.
    OtherPeriodOfOther,
    /// Only the other counts it within the range; the first dates it outside.
    OtherPeriodOfOne,
    /// Only the first knows it: it is no row of the KPI to the other.
    OnlyOne,
    /// Only the other knows it.
    OnlyOther,
}

impl Kind {
    /// The word of the kind.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
            Self::StartAndEnd => "start_and_end",
            Self::Value => "value",
            Self::LeftOutByOther(_) => "left_out_by_other",
            Self::LeftOutByOne(_) => "left_out_by_one",
            Self::OtherPeriodOfOther => "other_period_of_other",
            Self::OtherPeriodOfOne => "other_period_of_one",
            Self::OnlyOne => "only_one",
            Self::OnlyOther => "only_other",
        }
    }

    /// The clause or state that leaves the row out.
    pub fn clause(&self) -> Option<&str> {
        match self {
            Self::LeftOutByOther(clause) | Self::LeftOutByOne(clause) => Some(clause),
            _ => None,
        }
    }
}

/// A row that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Differing {
    /// The conversation; in tables without one, the order, the agent or the problem.
    pub id: Option<String>,
    /// What tells it apart from the conversation's other rows.
    pub row: String,
    /// As the first has it. None: it is no row of the KPI.
    pub one: Option<Case>,
    /// As the other has it.
    pub other: Option<Case>,
}

/// How much of a comparison is held in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// How many rows of each cause are kept.
    pub examples: usize,
    /// Of how many conversations the rows are matched at once.
    pub conversations: usize,
}

impl Default for Held {
    fn default() -> Self {
        Self { examples: usize::MAX, conversations: 100_000 }
    }
}

/// What a row without a value is called where clauses are named.
pub const NO_VALUE: &str = "no_value";

/// Compares what two profiles count of a KPI over a question's range; its dimensions and grain do not matter, nor does its own profile.
///
/// # Errors
/// As for [`super::ask`]; `no-rows` for stocks, which are no rows but states.
pub async fn contrast(
    source: &FactSource,
    catalogue: &Catalogue,
    rules: &Rules,
    (metric, question): (&str, &Question),
    (one, other): (&str, &str),
    held: Held,
) -> Result<Contrast, AskError> {
    let mut sides = Vec::new();
    for profile in [one, other] {
        let found = catalogue.under(metric, profile)?;
        let variant = question.variant.as_deref();
        let definition = found.definition(variant).ok_or_else(|| crate::plan::unknown_variant(found, variant.unwrap_or("")))?;
        if matches!(definition.measure, Measure::Stock { .. }) {
            let message = format!("`{metric}` is a stock: its number is a state and has no rows to compare");
            return Err(refused("no-rows", &message, "compare a KPI of events, such as a duration, a share or a count"));
        }
        // The rows are read of all time, so that what is dated elsewhere can be told: those of the range must be told of at all.
        let ranged = Question { by: Vec::new(), profile: profile.to_owned(), ..question.clone() };
        guard(source, catalogue, rules, metric, &ranged, &Vec::new()).await?;
        sides.push((definition, Question { from: None, to: None, ..ranged }));
    }
    let by_conversation = sides[0].0.from != sides[1].0.from;
    let range = Range::of(question, rules);
    let timed = sides.iter().all(|(definition, _)| definition.unit == Unit::Seconds);
    // Small groups are counted over all rows, which then are not shown.
    let hides = rules.privacy.hides_conversations();
    let (portions, most) = match hides {
        true => (vec![None], usize::MAX),
        false => (portions(source, &sides, held.conversations).await?, held.examples),
    };
    let (mut same, mut causes) = (0, BTreeMap::new());
    for portion in portions {
        let mut keyed: BTreeMap<(Option<String>, String), [Option<Seen>; 2]> = BTreeMap::new();
        for (side, (definition, whole)) in sides.iter().enumerate() {
            let filters = [whole.filter.as_ref(), portion.as_ref()].into_iter().flatten().map(|filter| format!("({filter})"));
            let filter = filters.reduce(|all, filter| format!("{all} and {filter}"));
            let asked = Question { filter, ..whole.clone() };
            let found = cases(source, catalogue, rules, metric, &asked, &Vec::new(), usize::MAX, Order::Newest).await?;
            for (key, seen) in rows(definition, found, by_conversation, &range) {
                keyed.entry(key).or_default()[side] = Some(seen);
            }
        }
        same += compare(keyed, timed, most, &mut causes);
    }
    // The switches are those of the profile that is not the catalogue itself.
    let telling = [other, one].into_iter().find(|name| *name != CANONICAL).unwrap_or(CANONICAL);
    let redefined = catalogue.profile(telling)?.and_then(|profile| profile.redefined(metric));
    let sentence = |kind: &Kind| {
        let names: &[&str] = match kind {
            Kind::Start => &["start"],
            Kind::End => &["end"],
            Kind::StartAndEnd => &["start", "end"],
            Kind::Value => &["value", "clock"],
            Kind::OtherPeriodOfOne | Kind::OtherPeriodOfOther => &["period"],
            Kind::LeftOutByOne(_) | Kind::LeftOutByOther(_) | Kind::OnlyOne | Kind::OnlyOther => &["population"],
        };
        if let Some(told) = kind.clause().and_then(|clause| redefined?.switch(clause)) {
            return Some(told.to_owned());
        }
        let told: Vec<&str> = names.iter().filter_map(|name| redefined?.switch(name)).collect();
        (!told.is_empty()).then(|| told.join("; "))
    };
    let cause = |(kind, (count, rows))| Cause { sentence: sentence(&kind), kind, count, rows };
    let mut causes: Vec<Cause> = causes.into_iter().map(cause).collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.count));
    hide(&mut causes, metric, rules.privacy)?;
    Ok(Contrast { by_conversation, same, causes })
}

/// Conditions that divide the rows of both sides by their conversations, in the order of these, so that a few are held at a time. Tables
/// without conversations are small, and stay whole.
async fn portions(
    source: &FactSource,
    sides: &[(&Definition, Question)],
    conversations: usize,
) -> Result<Vec<Option<String>>, AskError> {
    let divisible = |(definition, _): &(&Definition, Question)| {
        deskgauge_core::facts::find(&definition.from)
            .is_some_and(|table| table.all_columns().any(|column| column.name == "conversation"))
    };
    if !sides.iter().all(divisible) {
        return Ok(vec![None]);
    }
    let ids = super::conversations(source).await?;
    let bounds: Vec<String> =
        ids.iter().step_by(conversations.max(1)).skip(1).map(|id| format!("'{}'", id.replace('\'', "''"))).collect();
    let mut all = Vec::new();
    for number in 0..=bounds.len() {
        let from = number.checked_sub(1).map(|before| format!("conversation >= {}", bounds[before]));
        let to = bounds.get(number).map(|to| format!("conversation < {to}"));
        // Rows of no conversation go with the first ones.
        let to = if number == 0 { to.map(|to| format!("({to} or conversation is null)")) } else { to };
        all.push(from.into_iter().chain(to).reduce(|from, to| format!("{from} and {to}")));
    }
    Ok(all)
}

/// Sorts matched rows by what makes them differ, and keeps `most` of each cause. Answers how many are the same.
fn compare(
    keyed: BTreeMap<(Option<String>, String), [Option<Seen>; 2]>,
    timed: bool,
    most: usize,
    causes: &mut BTreeMap<Kind, (usize, Vec<Differing>)>,
) -> i64 {
    let mut same = 0;
    for ((id, row), [first, second]) in keyed {
        match verdict(first.as_ref(), second.as_ref(), timed) {
            Verdict::Neither => {}
            Verdict::Same => same += 1,
            Verdict::Differs(kind) => {
                let (one, other) = (first.map(|seen| seen.case), second.map(|seen| seen.case));
                let (count, rows) = causes.entry(kind).or_default();
                *count += 1;
                rows.push(Differing { id, row, one, other });
            }
        }
    }
    for (_, rows) in causes.values_mut() {
        rows.sort_by(|one, other| gap(other).total_cmp(&gap(one)));
        rows.truncate(most);
    }
    same
}

/// Keeps what `[privacy]` hides: single conversations, and causes that only a few have. With one of them taken out of the list the numbers
/// of both profiles would still give it away, so that then nothing is told.
fn hide(causes: &mut [Cause], metric: &str, privacy: Privacy) -> Result<(), AskError> {
    if !privacy.hides_conversations() {
        return Ok(());
    }
    let least = usize::try_from(privacy.minimum_group).unwrap_or(0);
    let people = |cause: &Cause| cause.rows.iter().filter_map(|row| row.id.as_ref()).collect::<BTreeSet<_>>().len();
    if least > 1 && causes.iter().any(|cause| people(cause) < least) {
        let message = format!("fewer than {least} stand behind one of the causes why `{metric}` differs");
        return Err(refused("suppressed", &message, "ask for a longer range; [privacy] minimum_group says how many"));
    }
    causes.iter_mut().for_each(|cause| cause.rows.clear());
    Ok(())
}

/// The question's range in seconds.
struct Range {
    from: Option<i64>,
    to: Option<i64>,
}

impl Range {
    fn of(question: &Question, rules: &Rules) -> Self {
        let start = |date| day_start(date, &rules.workspace.time_zone);
        Self { from: question.from.map(start), to: question.to.map(start) }
    }

    fn holds(&self, at: Option<At>) -> bool {
        match at {
            Some(at) => self.from.is_none_or(|from| at.0 >= from) && self.to.is_none_or(|to| at.0 < to),
            None => self.from.is_none() && self.to.is_none(),
        }
    }
}

/// A row as one side has it.
struct Seen {
    case: Case,
    state: State,
}

/// What becomes of a row on one side.
#[derive(PartialEq)]
enum State {
    /// It counts, with this value; rows that are only counted have one of 1.
    Counts(f64),
    /// A clause or a state leaves it out.
    LeftOut(String),
    /// It is dated outside of the range.
    Outside,
}

enum Verdict {
    Neither,
    Same,
    Differs(Kind),
}

/// A side's rows by what they are matched by.
fn rows(
    definition: &Definition,
    found: Vec<Case>,
    by_conversation: bool,
    range: &Range,
) -> BTreeMap<(Option<String>, String), Seen> {
    let mut keyed: BTreeMap<(Option<String>, String), Seen> = BTreeMap::new();
    let counted = matches!(definition.measure, Measure::Count | Measure::Distinct(_));
    for case in found {
        let state = match (&case.left_out, case.counts) {
            _ if !range.holds(case.dated) => State::Outside,
            (Some(clause), _) => State::LeftOut(clause.clone()),
            (None, false) => State::LeftOut(NO_VALUE.to_owned()),
            (None, true) => State::Counts(if counted { 1.0 } else { case.value.unwrap_or(1.0) }),
        };
        let seen = Seen { state, case };
        if by_conversation {
            let key = (seen.case.id.clone(), String::new());
            match keyed.remove(&key) {
                Some(known) => keyed.insert(key, together(known, seen)),
                None => keyed.insert(key, seen),
            };
            continue;
        }
        // Rows that nothing tells apart are matched in their order.
        let mut key = (seen.case.id.clone(), seen.case.row.clone());
        let mut number = 1;
        while keyed.contains_key(&key) {
            number += 1;
            key.1 = format!("{} #{number}", seen.case.row);
        }
        keyed.insert(key, seen);
    }
    keyed
}

/// Two rows of one conversation: the values of those that count are added, and one that counts stands for those that do not.
fn together(known: Seen, seen: Seen) -> Seen {
    match (&known.state, &seen.state) {
        (State::Counts(sum), State::Counts(value)) => {
            let sum = sum + value;
            Seen { case: Case { value: Some(sum), ..known.case }, state: State::Counts(sum) }
        }
        (State::Counts(_), _) | (State::LeftOut(_), State::LeftOut(_) | State::Outside) => known,
        _ => seen,
    }
}

fn verdict(one: Option<&Seen>, other: Option<&Seen>, timed: bool) -> Verdict {
    Verdict::Differs(match (one.map(|seen| &seen.state), other.map(|seen| &seen.state)) {
        (Some(State::Counts(first)), Some(State::Counts(second))) if first == second => return Verdict::Same,
        (Some(State::Counts(_)), Some(State::Counts(_))) => how(one, other, timed),
        (Some(State::Counts(_)), Some(State::LeftOut(clause))) => Kind::LeftOutByOther(clause.clone()),
        (Some(State::LeftOut(clause)), Some(State::Counts(_))) => Kind::LeftOutByOne(clause.clone()),
        (Some(State::Counts(_)), Some(State::Outside)) => Kind::OtherPeriodOfOther,
        (Some(State::Outside), Some(State::Counts(_))) => Kind::OtherPeriodOfOne,
        (Some(State::Counts(_)), None) => Kind::OnlyOne,
        (None, Some(State::Counts(_))) => Kind::OnlyOther,
        _ => return Verdict::Neither,
    })
}

/// Which instant makes two times differ.
fn how(one: Option<&Seen>, other: Option<&Seen>, timed: bool) -> Kind {
    let span = |seen: Option<&Seen>| {
        let case = &seen?.case;
        let start = case.started?.0 as f64;
        Some((start, start + case.calendar?))
    };
    match (span(one), span(other)) {
        (Some(first), Some(second)) if timed => match (first.0 == second.0, first.1 == second.1) {
            (false, true) => Kind::Start,
            (true, false) => Kind::End,
            (false, false) => Kind::StartAndEnd,
            (true, true) => Kind::Value,
        },
        _ => Kind::Value,
    }
}

/// How far two values of a row are apart; nothing where one has none.
fn gap(row: &Differing) -> f64 {
    let value = |case: &Option<Case>| case.as_ref().and_then(|case| case.value);
    value(&row.one).zip(value(&row.other)).map_or(0.0, |(one, other)| (one - other).abs())
}
