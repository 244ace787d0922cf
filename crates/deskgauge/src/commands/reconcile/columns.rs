//! What a column of a report is: known by its name, or said by `--column`.

use deskgauge_core::diagnostic::near_name;
use deskgauge_core::metric::Unit;
use deskgauge_core::question::Clock;
use deskgauge_engine::ask::{Column, FACT_FIGURES, Figure};
use deskgauge_engine::catalogue::Catalogue;

use crate::failure::{Failure, Outcome};

/// A column of the file and what it is.
pub(super) struct Named {
    /// Its name in the file.
    pub(super) name: String,
    /// Its place.
    pub(super) place: usize,
    /// Its figure's name.
    pub(super) figure: String,
    /// Its unit's word.
    pub(super) unit: &'static str,
    /// Whether its numbers are percents.
    pub(super) percent: bool,
    /// What it is held against.
    pub(super) column: Column,
}

/// The columns of Zendesk's ticket metrics: their names, our figures, and the units. Those that are times may end in `calendar` or
/// `business`.
pub(super) const KNOWN: &[(&str, &str, &str)] = &[
    ("reply_time_in_minutes", "first_response_time", "minutes"),
    ("reply_time_in_seconds", "first_response_time", "seconds"),
    ("first_resolution_time_in_minutes", "first_resolution_time", "minutes"),
    ("full_resolution_time_in_minutes", "full_resolution_time", "minutes"),
    ("requester_wait_time_in_minutes", "requester_wait", "minutes"),
    ("agent_wait_time_in_minutes", "agent_wait", "minutes"),
    ("on_hold_time_in_minutes", "on_hold", "minutes"),
    ("reopens", "reopens", "count"),
    ("replies", "replies", "count"),
    ("assignee_stations", "assignee_stations", "count"),
    ("group_stations", "group_stations", "count"),
];

/// Units and their seconds; 1 of what is no time.
const UNITS: &[(&str, f64)] = &[
    ("seconds", 1.0),
    ("minutes", 60.0),
    ("hours", 3600.0),
    ("days", 86_400.0),
    ("count", 1.0),
    ("share", 1.0),
    ("percent", 1.0),
    ("score", 1.0),
];

/// The columns to compare: those that are named, or all that are known.
///
/// # Errors
/// A column, figure, unit or clock that does not exist, with the near name.
pub(super) fn of(columns: &[String], named: &[String], vendor: Option<&str>, catalogue: &Catalogue) -> Outcome<Vec<Named>> {
    if !named.is_empty() {
        return named.iter().map(|text| said(text, columns, vendor, catalogue)).collect();
    }
    let mut found = Vec::new();
    for (place, name) in columns.iter().enumerate() {
        let plain = plain(name);
        let (base, clock) = match plain.rsplit_once('_') {
            Some((base, "calendar")) => (base, Clock::Calendar),
            Some((base, "business")) => (base, Clock::Business),
            _ => (plain.as_str(), Clock::Calendar),
        };
        if let Some((_, figure, unit)) = KNOWN.iter().find(|(known, ..)| *known == base) {
            let vendor = Some(vendor.unwrap_or("zendesk"));
            found.push(make((place, name), figure, Some(unit), clock, vendor, catalogue)?);
        }
    }
    Ok(found)
}

/// A name in small letters with one underscore between its words.
fn plain(name: &str) -> String {
    let letters = name.chars().map(|letter| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' });
    letters.collect::<String>().split_whitespace().collect::<Vec<_>>().join("_")
}

/// Reads `COLUMN=FIGURE[:UNIT[:CLOCK]]`.
fn said(text: &str, columns: &[String], vendor: Option<&str>, catalogue: &Catalogue) -> Outcome<Named> {
    let Some((name, rest)) = text.split_once('=') else {
        let hint = "write it as COLUMN=FIGURE:UNIT, such as frt=first_response_time:minutes";
        return Err(Failure::usage("bad-value", format!("`{text}` does not say what a column is"), hint));
    };
    let place = columns.iter().position(|column| column == name).ok_or_else(|| unknown(name, columns))?;
    let mut words = rest.split(':');
    let figure = words.next().unwrap_or_default();
    let unit = words.next();
    let clock = match words.next() {
        None => Clock::Calendar,
        Some(word) => Clock::parse(word).ok_or_else(|| word_failure("clock", word, Clock::WORDS))?,
    };
    if let Some(more) = words.next() {
        return Err(Failure::usage(
            "bad-value",
            format!("`{more}` is too much in `{text}`"),
            "a column has a figure, a unit and a clock",
        ));
    }
    make((place, name), figure, unit, clock, vendor, catalogue)
}

fn make(
    (place, name): (usize, &str),
    figure: &str,
    unit: Option<&str>,
    clock: Clock,
    vendor: Option<&str>,
    catalogue: &Catalogue,
) -> Outcome<Named> {
    let (found, usual) = match FACT_FIGURES.iter().find(|known| known.name == figure) {
        Some(known) => (Figure::Fact(known), if known.timed { "seconds" } else { "count" }),
        None => match catalogue.get(figure) {
            Some(metric) => {
                let usual = match metric.definition.unit {
                    Unit::Seconds => "seconds",
                    Unit::Share => "share",
                    Unit::Count => "count",
                    Unit::Points | Unit::Score | Unit::Money => "score",
                };
                (Figure::Metric(figure.to_owned()), usual)
            }
            None => {
                let known: Vec<&str> =
                    FACT_FIGURES.iter().map(|known| known.name).chain(catalogue.metrics().map(|one| one.id.as_str())).collect();
                let hint = near_name(figure, known.iter().copied()).map_or_else(
                    || "name a KPI or one of the figures of `deskgauge reconcile --help`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(Failure::usage("unknown-metric", format!("there is no KPI or figure `{figure}`"), hint));
            }
        },
    };
    let word = unit.unwrap_or(usual);
    let names: Vec<&'static str> = UNITS.iter().map(|(name, _)| *name).collect();
    let (unit, seconds) = UNITS.iter().find(|(name, _)| *name == word).ok_or_else(|| word_failure("unit", word, &names))?;
    let column = Column { figure: found, unit: *seconds, clock, vendor: vendor.map(str::to_owned) };
    Ok(Named { name: name.to_owned(), place, figure: figure.to_owned(), unit, percent: *unit == "percent", column })
}

/// A column that is not there.
pub(super) fn unknown(name: &str, columns: &[String]) -> Failure {
    let hint = match near_name(name, columns.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the columns are {}", columns.join(", ")),
    };
    Failure::usage("unknown-column", format!("the file has no column `{name}`"), hint)
}

fn word_failure(kind: &str, word: &str, words: &[&'static str]) -> Failure {
    let hint = match near_name(word, words.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it is one of {}", words.join(", ")),
    };
    Failure::usage("unknown-word", format!("`{word}` is not a {kind}"), hint)
}

/// A number and its places after the point; nothing of an empty text.
pub(super) fn number(text: &str) -> Result<Option<(f64, u32)>, ()> {
    if text.is_empty() || text.eq_ignore_ascii_case("null") {
        return Ok(None);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|digit: char| digit.is_ascii_digit())
        || !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return Err(());
    }
    let places = digits.split_once('.').map_or(0, |(_, places)| places.len() as u32);
    text.parse().map(|value| Some((value, places))).map_err(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_places() {
        assert_eq!(number("12"), Ok(Some((12.0, 0))));
        assert_eq!(number("-1.50"), Ok(Some((-1.5, 2))));
        assert_eq!((number(""), number("null")), (Ok(None), Ok(None)));
        for wrong in ["soon", "1e3", "1,5", ".", "1.2.3", "0x10", "inf"] {
            assert_eq!(number(wrong), Err(()), "{wrong}");
        }
    }

    #[test]
    fn names_are_known_however_they_are_written() {
        assert_eq!(plain("Reply Time (in minutes).calendar"), "reply_time_in_minutes_calendar");
        assert_eq!(plain("reply_time_in_minutes.business"), "reply_time_in_minutes_business");
    }
}
