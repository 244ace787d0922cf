//! Answers for people: humane units, n beside every number, few values marked, and under the table what was left out and why.
//!
//! Running and provisional rows are states at each period's end and must not be summed over periods: with several rows they stand in
//! columns, with one row per metric in a sentence below.

use deskgauge_core::answer::{Answer, Answers};
use deskgauge_core::metric::{Language, Unit};
use jiff::tz::TimeZone;

use super::grid::Grid;
use super::value;

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
    let mut header = vec!["KPI", "variant", "stat", "period"];
    header.extend(reading.by.iter().map(String::as_str));
    header.extend([">value", ">95 % interval", ">n", ">counting", ">running", ">provisional", ">excluded", ""]);
    let mut grid = Grid::new(header);
    for answer in &answers.answers {
        let variant = answer.variant.clone().unwrap_or_default();
        let mut row = vec![name(answer, reading), variant, statistic(answer), period(answer)];
        row.extend(answer.dimensions.iter().map(|(_, cell)| cell.clone().unwrap_or_else(|| "(none)".to_owned())));
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
            mark(answer),
        ]);
        grid.push(row);
    }
    let mut footer =
        if single { answers.answers.iter().filter_map(|answer| left_out(answer, reading)).collect() } else { reasons(answers) };
    footer.push(data_line(answers, reading.zone));
    (grid.without_empty_columns(), footer)
}

fn name(answer: &Answer, reading: &Reading<'_>) -> String {
    (reading.name)(&answer.metric, answer.variant.as_deref())
}

/// The statistic and the clock, where they are worth a word.
fn statistic(answer: &Answer) -> String {
    let mut words: Vec<&str> = answer.stat.map(|stat| stat.name()).filter(|stat| *stat != "share").into_iter().collect();
    words.extend(answer.clock.map(|clock| clock.name()).filter(|clock| *clock != "calendar"));
    words.join(", ")
}

fn period(answer: &Answer) -> String {
    answer.period.map(|period| format!("{period}{}", if answer.partial { " (partial)" } else { "" })).unwrap_or_default()
}

/// Few values deserve a word wherever the number is read. A small count is no estimate from few values: it is the number itself.
pub(crate) fn few(answer: &Answer) -> bool {
    answer.small_n && answer.value.is_some() && answer.unit != Unit::Count
}

/// The word for it.
pub(crate) fn mark(answer: &Answer) -> String {
    if few(answer) { "few values".to_owned() } else { String::new() }
}

/// What one answer left out, in words.
pub(crate) fn left_out(answer: &Answer, reading: &Reading<'_>) -> Option<String> {
    let mut parts = Vec::new();
    let count = |n: i64| value::count(n, reading.language);
    parts.extend(answer.running.filter(|n| *n > 0).map(|n| format!("{} still running", count(n))));
    parts.extend(answer.provisional.filter(|n| *n > 0).map(|n| format!("{} provisional", count(n))));
    let excluded: Vec<String> =
        answer.excluded.iter().map(|(reason, n)| format!("{} {}", reason.replace('_', " "), count(*n))).collect();
    if !excluded.is_empty() {
        parts.push(format!("left out: {}", excluded.join(", ")));
    }
    (!parts.is_empty()).then(|| format!("{}: {}", name(answer, reading), parts.join(" · ")))
}

/// The reasons that stand behind the column of excluded rows.
fn reasons(answers: &Answers) -> Vec<String> {
    let mut names: Vec<&str> = Vec::new();
    for (reason, _) in answers.answers.iter().flat_map(|answer| &answer.excluded) {
        if !names.contains(&reason.as_str()) {
            names.push(reason);
        }
    }
    if names.is_empty() {
        Vec::new()
    } else {
        vec![format!("excluded: {} (counts by reason in --format json)", names.join(", "))]
    }
}

/// Which data, which now.
pub(crate) fn data_line(answers: &Answers, zone: &TimeZone) -> String {
    let cut = &answers.data_cut;
    let made = cut.at.map(|at| format!(" of {}", value::local(at, zone))).unwrap_or_default();
    format!("snapshot {}{made} · now {} · {}", cut.snapshot, value::local(answers.now, zone), answers.time_zone)
}
