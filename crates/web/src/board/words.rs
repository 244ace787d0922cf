//! The board in words: its heading, its targets, and what stands under it.

use deskgauge_core::metric::Language;
use jiff::tz::TimeZone;

use super::{Board, Row};
use crate::forms::compared;
use crate::forms::words::{self, Reading, data_line, left_out, profile_line};
use crate::locale::{self, date};

/// The target of a KPI for all its rows.
pub fn target(row: &Row, language: Language) -> String {
    row.now.aim.as_ref().map_or_else(String::new, |aim| words::target(aim, row.now.unit, language))
}

/// A KPI's name by its id.
pub fn metric_name(board: &Board, id: &str, language: Language) -> String {
    board.row(id).and_then(|row| row.metric.name(language)).unwrap_or(id).to_owned()
}

/// The sentence above the board.
pub fn heading(board: &Board, zone: &TimeZone, language: Language) -> String {
    if let Some(own) = &board.about.compared {
        return compared::sentence(own, board.about.now, zone, language);
    }
    let [from, to] = [board.range.from, board.range.last()].map(|day| date::long(day, language));
    locale::fill(language, "compared-none", &[("from", &from), ("to", &to)])
}

/// What stands under the board.
pub fn footer(board: &Board, zone: &TimeZone, language: Language) -> Vec<String> {
    let name = |id: &str, _: Option<&str>| metric_name(board, id, language);
    let reading = Reading { by: &[], language, name: &name, zone };
    let mut lines: Vec<String> = board.rows.iter().filter_map(|row| left_out(&row.now, &reading)).collect();
    if !board.troubles.is_empty() {
        let codes: Vec<String> = board.troubles.iter().map(|code| (*code).to_owned()).collect();
        lines.push(locale::fill(language, "quality-serious", &[("codes", &locale::list(language, &codes))]));
    }
    let canonical = board.rows.iter().filter(|row| row.now.profile.is_none());
    let canonical: Vec<String> = canonical.map(|row| metric_name(board, &row.metric.id, language)).collect();
    lines.extend(profile_line(&board.about, &canonical, language));
    lines.push(data_line(&board.about, zone, language));
    lines
}
