//! The result of a reconciliation in every form: a summary by column and cause, then examples; in CSV every difference.

use std::collections::BTreeMap;

use deskgauge_core::metric::Language;
use deskgauge_engine::ask::{Line, ReportCause};
use serde_json::{Value, json as object};

use super::Reconciled;
use super::columns::Named;
use crate::config::Format;
use crate::locale::{self, counted, fill, text};
use crate::output::grid::Grid;
use crate::output::{csv as record, json as answer_json, value};

/// What the result is about.
pub(super) struct About<'a> {
    /// What stands before the file's ids in the workspace.
    pub(super) prefix: &'a str,
    /// The profile that ours is counted by.
    pub(super) profile: &'a str,
    /// Examples of each cause.
    pub(super) limit: usize,
}

/// The lines of each cause, the most frequent first.
fn by_cause(lines: &[Line]) -> Vec<(&ReportCause, Vec<&Line>)> {
    let mut causes: BTreeMap<&ReportCause, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        causes.entry(&line.cause).or_default().push(line);
    }
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by_key(|(cause, lines)| (!cause.agrees(), std::cmp::Reverse(lines.len())));
    causes
}

/// For people.
pub(super) fn page(all: &[Reconciled], about: &About<'_>, format: Format, language: Language) -> String {
    let word = |name: &str| text(language, name);
    let print = |grid: Grid| match format {
        Format::Md => grid.without_empty_columns().markdown(),
        _ => grid.without_empty_columns().table(),
    };
    let header = [
        word("reconcile-column"),
        word("reconcile-figure"),
        word("contrast-cause"),
        format!(">{}", word("explain-rows")),
        format!(">{}", word("reconcile-share")),
    ];
    let mut summary = Grid::new(header.iter().map(String::as_str));
    let header = [
        word("reconcile-column"),
        word("explain-case"),
        format!(">{}", word("reconcile-theirs")),
        format!(">{}", word("reconcile-ours")),
        word("contrast-cause"),
    ];
    let mut examples = Grid::new(header.iter().map(String::as_str));
    let (mut differing, mut compared) = (0, 0);
    for one in all {
        compared += one.lines.len();
        for (number, (cause, lines)) in by_cause(&one.lines).into_iter().enumerate() {
            let first = |name: String| if number == 0 { name } else { String::new() };
            let share = lines.len() as f64 / one.lines.len().max(1) as f64;
            let told = cause_words(cause, about, language);
            summary.push(vec![
                first(one.named.name.clone()),
                first(figure(&one.named, language)),
                told.clone(),
                value::count(lines.len() as i64, language),
                value::percent(share, language),
            ]);
            if cause.agrees() {
                continue;
            }
            differing += lines.len();
            for line in lines.iter().take(about.limit) {
                let theirs = line.reported.value.map(|number| exact(number, &one.named, language)).unwrap_or_default();
                let ours = line.ours.map(|number| exact(number, &one.named, language)).unwrap_or_default();
                examples.push(vec![one.named.name.clone(), line.reported.conversation.clone(), theirs, ours, told.clone()]);
            }
        }
    }
    let (shown, profile) = (value::count(compared as i64, language), about.profile);
    let title = counted(language, "reconcile-title", differing as i64, &[("compared", &shown), ("profile", profile)]);
    let mut out = format!("{title}\n\n{}", print(summary));
    if !examples.rows.is_empty() {
        out.push_str(&format!("\n{}", print(examples)));
    }
    out
}

/// A figure with its unit and clock.
fn figure(named: &Named, language: Language) -> String {
    let clock = named.column.clock.name();
    let unit = text(language, &format!("reconcile-unit-{}", named.unit));
    let clock = if clock == "calendar" { String::new() } else { format!(", {}", text(language, &format!("clock-{clock}"))) };
    fill(language, "in-brackets", &[("text", &named.figure), ("more", &format!("{unit}{clock}"))])
}

/// A number in the column's unit, as precise as a comparison needs.
fn exact(number: f64, named: &Named, language: Language) -> String {
    let places = if number.fract() == 0.0 { 0 } else { 2 };
    if named.percent { value::percent(number, language) } else { value::decimal(number, places, language) }
}

fn cause_words(cause: &ReportCause, about: &About<'_>, language: Language) -> String {
    let detail = match cause {
        ReportCause::LeftOut(clause) => locale::reason(language, clause),
        ReportCause::OnClock(clock) => text(language, &format!("clock-{clock}")),
        other => other.detail(),
    };
    fill(language, &format!("reconcile-{}", cause.name()), &[("detail", &detail), ("profile", about.profile)])
}

/// For programs.
pub(super) fn json(all: &[Reconciled], about: &About<'_>) -> Value {
    let line = |line: &&Line| {
        object!({
            "row": line.reported.row,
            "conversation": line.reported.conversation,
            "theirs": line.reported.value.map(answer_json::number),
            "ours": line.ours.map(answer_json::number),
        })
    };
    let cause = |(cause, lines): (&ReportCause, Vec<&Line>)| {
        let detail = cause.detail();
        let shown = if cause.agrees() { 0 } else { about.limit };
        object!({
            "cause": cause.name(),
            "detail": Some(detail).filter(|detail| !detail.is_empty()),
            "rows": lines.len(),
            "examples": lines.iter().take(shown).map(line).collect::<Vec<_>>(),
        })
    };
    let one = |one: &Reconciled| {
        object!({
            "column": one.named.name,
            "figure": one.named.figure,
            "unit": one.named.unit,
            "clock": one.named.column.clock.name(),
            "rows": one.lines.len(),
            "equal": one.lines.iter().filter(|line| line.cause.agrees()).count(),
            "causes": by_cause(&one.lines).into_iter().map(cause).collect::<Vec<_>>(),
        })
    };
    object!({ "profile": about.profile, "id_prefix": about.prefix, "columns": all.iter().map(one).collect::<Vec<_>>() })
}

/// Every difference.
pub(super) fn csv(all: &[Reconciled]) -> String {
    let header = ["column", "figure", "unit", "clock", "row", "conversation", "theirs", "ours", "cause", "detail"];
    let mut out = record::record(&header);
    for one in all {
        for line in one.lines.iter().filter(|line| !line.cause.agrees()) {
            let number = |number: Option<f64>| number.map(record::number).unwrap_or_default();
            out.push_str(&record::record(&[
                one.named.name.clone(),
                one.named.figure.clone(),
                one.named.unit.to_owned(),
                one.named.column.clock.name().to_owned(),
                line.reported.row.to_string(),
                line.reported.conversation.clone(),
                number(line.reported.value),
                number(line.ours),
                line.cause.name().to_owned(),
                line.cause.detail(),
            ]));
        }
    }
    out
}
