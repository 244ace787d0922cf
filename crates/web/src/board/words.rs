//! The board in words: its heading, its targets, and what stands under it.

use deskgauge_core::metric::{Good, Language};
use deskgauge_engine::plan::Band;
use jiff::tz::TimeZone;

use super::{Board, Row};
use crate::forms::words::{Reading, data_line, left_out, profile_line};
use crate::forms::{compared, value};
use crate::locale::{self, date};

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
