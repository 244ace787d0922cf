//! Answers for people: humane units, n beside every number, few values marked, and under the table what was left out and why.
//!
//! Running and provisional rows are states at each period's end and must not be summed over periods: with several rows they stand in
//! columns, with one row per metric in a sentence below.

use deskgauge_core::answer::{Answer, Answers};
use deskgauge_core::metric::{Language, Unit};
use jiff::tz::TimeZone;

use super::grid::Grid;
use super::value;
use crate::locale::{self, date};

/// What a table needs to know beside the answers.
pub(crate) struct Reading<'a> {
    /// The dimensions of the question.
    pub(crate) by: &'a [String],
    /// The language of names and numbers.
    pub(crate) language: Language,
    /// Names of metrics, by id and variant.
    pub(crate) name: &'a dyn Fn(&str, Option<&str>) -> String,
    /// The zone of instants.
    pub(crate) zone: &'a TimeZone,
}

/// The grid of the answers, and the lines under it.
pub(crate) fn answers(answers: &Answers, reading: &Reading<'_>) -> (Grid, Vec<String>) {
    let language = reading.language;
    let single = answers.answers.iter().all(|answer| answer.period.is_none() && answer.dimensions.is_empty());
    let word = |name: &str| locale::text(language, &format!("column-{name}"));
    let mut header = ["kpi", "variant", "stat", "period"].map(word).to_vec();
    header.extend(reading.by.iter().map(|name| dimension(name, language)));
    header.extend(
        ["value", "interval", "n", "counting", "running", "provisional", "excluded"].map(|name| format!(">{}", word(name))),
    );
    header.push(String::new());
    let mut grid = Grid::new(header.iter().map(String::as_str));
    for answer in &answers.answers {
        let variant = answer.variant.clone().unwrap_or_default();
        let mut row = vec![name(answer, reading), variant, statistic(answer, language), period(answer, language)];
        row.extend(answer.dimensions.iter().map(|(_, cell)| cell.clone().unwrap_or_else(|| locale::text(language, "none"))));
        let whole = |number: Option<i64>| number.map(|number| value::count(number, language)).unwrap_or_default();
        let state = |number: Option<i64>| if single { String::new() } else { whole(number.filter(|number| *number > 0)) };
        let excluded: i64 = answer.excluded.iter().map(|(_, n)| n).sum();
        row.extend([
            value::answer(answer, language),
            value::interval(answer.interval, answer.unit, language),
            whole(answer.n),
            whole(answer.numerator),
            state(answer.running),
            state(answer.provisional),
            state(Some(excluded)),
            mark(answer, language),
        ]);
        grid.push(row);
    }
    let mut footer = if single {
        answers.answers.iter().filter_map(|answer| left_out(answer, reading)).collect()
    } else {
        reasons(answers, language)
    };
    footer.push(data_line(answers, reading.zone, language));
    (grid.without_empty_columns(), footer)
}

fn name(answer: &Answer, reading: &Reading<'_>) -> String {
    (reading.name)(&answer.metric, answer.variant.as_deref())
}

/// A dimension's name; own fields have only the one that the workspace gave them.
pub(crate) fn dimension(name: &str, language: Language) -> String {
    locale::find(language, &format!("dimension-{name}")).unwrap_or_else(|| name.to_owned())
}

/// The statistic and the clock, where they are worth a word.
fn statistic(answer: &Answer, language: Language) -> String {
    let stat = answer.stat.map(|stat| stat.name()).filter(|stat| *stat != "share");
    let clock = answer.clock.map(|clock| clock.name()).filter(|clock| *clock != "calendar");
    let mut words: Vec<String> = stat.map(|stat| locale::text(language, &format!("stat-{stat}"))).into_iter().collect();
    words.extend(clock.map(|clock| locale::text(language, &format!("clock-{clock}"))));
    locale::list(language, &words)
}

fn period(answer: &Answer, language: Language) -> String {
    let Some(period) = answer.period.map(|period| period.to_string()) else { return String::new() };
    if answer.partial {
        locale::fill(language, "in-brackets", &[("text", &period), ("more", &locale::text(language, "partial"))])
    } else {
        period
    }
}

/// Few values deserve a word wherever the number is read. A small count is no estimate from few values: it is the number itself.
pub(crate) fn few(answer: &Answer) -> bool {
    answer.small_n && answer.value.is_some() && answer.unit != Unit::Count
}

/// The word for it.
pub(crate) fn mark(answer: &Answer, language: Language) -> String {
    if few(answer) { locale::text(language, "few-values") } else { String::new() }
}

/// What one answer left out, in words.
pub(crate) fn left_out(answer: &Answer, reading: &Reading<'_>) -> Option<String> {
    let language = reading.language;
    let mut parts = Vec::new();
    parts.extend(answer.running.filter(|n| *n > 0).map(|n| locale::counted(language, "left-running", n, &[])));
    parts.extend(answer.provisional.filter(|n| *n > 0).map(|n| locale::counted(language, "left-provisional", n, &[])));
    let excluded: Vec<String> = answer
        .excluded
        .iter()
        .map(|(reason, n)| locale::counted(language, "left-reason", *n, &[("reason", &locale::reason(language, reason))]))
        .collect();
    if !excluded.is_empty() {
        parts.push(locale::fill(language, "left-excluded", &[("reasons", &locale::list(language, &excluded))]));
    }
    let label = name(answer, reading);
    (!parts.is_empty()).then(|| locale::fill(language, "left-label", &[("label", &label), ("text", &parts.join(" · "))]))
}

/// The reasons that stand behind the column of excluded rows.
fn reasons(answers: &Answers, language: Language) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (reason, _) in answers.answers.iter().flat_map(|answer| &answer.excluded) {
        let name = locale::reason(language, reason);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        Vec::new()
    } else {
        vec![locale::fill(language, "left-reasons", &[("reasons", &locale::list(language, &names))])]
    }
}

/// Which data, which now.
pub(crate) fn data_line(answers: &Answers, zone: &TimeZone, language: Language) -> String {
    let cut = &answers.data_cut;
    let (snapshot, now) = (cut.snapshot.to_string(), date::instant(answers.now, zone, language));
    let mut texts = vec![("snapshot", snapshot.as_str()), ("now", now.as_str()), ("zone", answers.time_zone.as_str())];
    let made = cut.at.map(|at| date::instant(at, zone, language));
    if let Some(made) = &made {
        texts.push(("made", made));
        return locale::fill(language, "data-line-dated", &texts);
    }
    locale::fill(language, "data-line", &texts)
}
