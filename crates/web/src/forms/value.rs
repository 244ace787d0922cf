//! Values as people read them: `1h 12m`, `87.5 %`, `1,234`, by unit and language.
//!
//! Only tables, Markdown and pages use it; JSON and CSV carry raw values. Nothing here rounds a number that is computed with.

use deskgauge_core::answer::{Answer, NullReason};
use deskgauge_core::facts::At;
use deskgauge_core::metric::{Language, Unit};
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use crate::locale::number::{count, decimal};
use crate::locale::{duration, fill, find};

/// What stands where there is no number.
pub const DASH: &str = "–";

/// A value in its unit.
pub fn value(number: f64, unit: Unit, language: Language) -> String {
    match unit {
        Unit::Seconds => duration::short(number.round() as i64, language),
        Unit::Count => decimal(number, if number.fract() == 0.0 { 0 } else { 1 }, language),
        Unit::Share => percent(number, language),
        Unit::Points => decimal(number, 1, language),
        Unit::Score | Unit::Money => decimal(number, 2, language),
    }
}

/// The answer's value, or a dash with the reason.
pub fn answer(answer: &Answer, language: Language) -> String {
    match (answer.value, answer.null_reason) {
        (Some(number), _) => match &answer.currency {
            Some(currency) => format!("{} {currency}", value(number, answer.unit, language)),
            None => value(number, answer.unit, language),
        },
        (None, None | Some(NullReason::NoData)) => DASH.to_owned(),
        (None, Some(reason)) => {
            let why = find(language, &format!("null-{}", reason.name())).unwrap_or_else(|| reason.name().replace('_', " "));
            fill(language, "in-brackets", &[("text", DASH), ("more", &why)])
        }
    }
}

/// The 95 % interval.
pub fn interval(interval: Option<(f64, f64)>, unit: Unit, language: Language) -> String {
    interval.map_or_else(String::new, |(low, high)| match unit {
        Unit::Share => {
            let (low, high) = (decimal(low * 100.0, 1, language), decimal(high * 100.0, 1, language));
            fill(language, "percent-range", &[("low", &low), ("high", &high)])
        }
        Unit::Seconds => {
            let (low, high) = (value(low, unit, language), value(high, unit, language));
            fill(language, "duration-range", &[("low", &low), ("high", &high)])
        }
        _ => format!("{}–{}", value(low, unit, language), value(high, unit, language)),
    })
}

/// A share in percent, with one place.
pub fn percent(share: f64, language: Language) -> String {
    fill(language, "percent", &[("number", &decimal(share * 100.0, 1, language))])
}

/// An instant as RFC 3339 in UTC, for machines.
pub fn instant(at: At) -> String {
    Timestamp::from_second(at.0).map_or_else(|_| at.0.to_string(), |at| at.to_string())
}

/// An instant in a zone, to the minute, for columns of tables: in every language alike, so that it can be copied and sorted.
pub fn local(at: At, zone: &TimeZone) -> String {
    Timestamp::from_second(at.0)
        .map_or_else(|_| at.0.to_string(), |at| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_follow_the_language() {
        assert_eq!(value(0.8754, Unit::Share, Language::Ru), "87,5 %");
        assert_eq!(value(0.8754, Unit::Share, Language::ZhHant), "87.5%");
        assert_eq!(value(4320.0, Unit::Seconds, Language::En), "1h 12m");
        assert_eq!(value(12.0, Unit::Count, Language::En), "12");
        assert_eq!(interval(Some((0.1, 0.25)), Unit::Share, Language::Ro), "10,0–25,0 %");
    }
}
