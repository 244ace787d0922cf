//! The board in words: its heading, its changes, its targets, and what stands under it.

use deskgauge_core::metric::{Good, Language, Unit};
use deskgauge_engine::plan::Band;
use jiff::tz::TimeZone;

use super::{Board, Change, Row, Verdict};
use crate::forms::value;
use crate::forms::words::{Reading, data_line, left_out};
use crate::locale::{self, date};

/// The change in words: `+6.2 %`, `-0.8 pt`, `=` where chance explains it.
pub fn change(change: Option<&Change>, unit: Unit, language: Language) -> String {
    let Some(change) = change else { return String::new() };
    let sign = if change.difference > 0.0 { "+" } else { "-" };
    let text = match (unit, change.relative) {
        (Unit::Share, _) => {
            let points = value::decimal(change.difference.abs() * 100.0, 1, language);
            format!("{sign}{}", locale::fill(language, "points", &[("number", &points)]))
        }
        (_, Some(relative)) => format!("{sign}{}", value::percent(relative.abs(), language)),
        _ => format!("{sign}{}", value::value(change.difference.abs(), unit, language)),
    };
    // What rounds to nothing is shown as nothing.
    if !text.chars().any(|digit| matches!(digit, '1'..='9')) {
        return "=".to_owned();
    }
    match change.verdict {
        Verdict::Same => format!("{text} ="),
        _ => text,
    }
}

/// The word of a band.
pub fn band(band: Band, language: Language) -> String {
    locale::text(language, &format!("band-{}", band.name()))
}

/// The band and the bound that comes next, such as `good (≤ 4h)`.
pub fn target(row: &Row, language: Language) -> String {
    let Some(own) = row.band else { return String::new() };
    let sign = if row.metric.good == Good::Low { "≤" } else { "≥" };
    let shown = row.bounds.iter().find(|(name, _)| *name == own.name()).or(row.bounds.last());
    let word = band(own, language);
    shown.map_or_else(
        || word.clone(),
        |(_, bound)| {
            let bound = format!("{sign} {}", value::value(*bound, row.now.unit, language));
            locale::fill(language, "in-brackets", &[("text", &word), ("more", &bound)])
        },
    )
}

/// A KPI's name by its id.
pub fn metric_name(board: &Board, id: &str, language: Language) -> String {
    board.row(id).and_then(|row| row.metric.name(language)).unwrap_or(id).to_owned()
}

/// The sentence above the board.
pub fn heading(board: &Board, language: Language) -> String {
    let range = &board.range;
    let [from, to, before_from, before_to] =
        [range.from, range.last(), range.before_from, range.before_last()].map(|day| date::long(day, language));
    let texts = [("from", &*from), ("to", &*to), ("before-from", &*before_from), ("before-to", &*before_to)];
    locale::counted(language, "heading", i64::from(range.shift_days()), &texts)
}

/// What stands under the board.
pub fn footer(board: &Board, zone: &TimeZone, language: Language) -> Vec<String> {
    let name = |id: &str, _: Option<&str>| metric_name(board, id, language);
    let reading = Reading { by: &[], language, name: &name, zone };
    let mut lines: Vec<String> = board.rows.iter().filter_map(|row| left_out(&row.now, &reading)).collect();
    lines.push(data_line(&board.about, zone, language));
    lines
}
