//! Numbers as people read them: `1h 12m`, `87.5 %`, `1,234`, by unit and language.
//!
//! Only tables, Markdown and pages use it; JSON and CSV carry raw values. Nothing here rounds a number that is computed with.

use deskgauge_core::answer::{Answer, NullReason};
use deskgauge_core::facts::At;
use deskgauge_core::metric::{Language, Unit};
use deskgauge_core::period::short_duration;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What stands where there is no number.
pub(crate) const DASH: &str = "–";

/// A value in its unit.
pub(crate) fn value(number: f64, unit: Unit, language: Language) -> String {
    match unit {
        Unit::Seconds => short_duration(number.round() as i64),
        Unit::Count => decimal(number, if number.fract() == 0.0 { 0 } else { 1 }, language),
        Unit::Share => format!("{} %", decimal(number * 100.0, 1, language)),
        Unit::Points => decimal(number, 1, language),
        Unit::Score | Unit::Money => decimal(number, 2, language),
    }
}

/// The answer's value, or a dash with the reason.
pub(crate) fn answer(answer: &Answer, language: Language) -> String {
    match (answer.value, answer.null_reason) {
        (Some(number), _) => match &answer.currency {
            Some(currency) => format!("{} {currency}", value(number, answer.unit, language)),
            None => value(number, answer.unit, language),
        },
        (None, None | Some(NullReason::NoData)) => DASH.to_owned(),
        (None, Some(reason)) => format!("{DASH} ({})", reason.name().replace('_', " ")),
    }
}

/// The 95 % interval.
pub(crate) fn interval(interval: Option<(f64, f64)>, unit: Unit, language: Language) -> String {
    interval.map_or_else(String::new, |(low, high)| match unit {
        Unit::Share => format!("{}–{} %", decimal(low * 100.0, 1, language), decimal(high * 100.0, 1, language)),
        _ => format!("{}–{}", value(low, unit, language), value(high, unit, language)),
    })
}

/// A whole number with its thousands parted.
pub(crate) fn count(number: i64, language: Language) -> String {
    decimal(number as f64, 0, language)
}

/// A number with that many places, thousands parted as the language does.
pub(crate) fn decimal(number: f64, places: usize, language: Language) -> String {
    let (group, point) = match language {
        Language::En | Language::ZhHant => (',', '.'),
        Language::Ru => ('\u{a0}', ','),
        Language::Ro => ('.', ','),
    };
    let text = format!("{:.places$}", number.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    if number < 0.0 && text.chars().any(|digit| matches!(digit, '1'..='9')) {
        out.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            out.push(group);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(point);
        out.push_str(fraction);
    }
    out
}

/// An instant as RFC 3339 in UTC, for machines.
pub(crate) fn instant(at: At) -> String {
    Timestamp::from_second(at.0).map_or_else(|_| at.0.to_string(), |at| at.to_string())
}

/// An instant in a zone, to the minute, for people.
pub(crate) fn local(at: At, zone: &TimeZone) -> String {
    Timestamp::from_second(at.0)
        .map_or_else(|_| at.0.to_string(), |at| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(decimal(1_234_567.0, 0, Language::En), "1,234,567");
        assert_eq!(decimal(-1234.56, 1, Language::Ro), "-1.234,6");
        assert_eq!(decimal(-0.01, 1, Language::En), "0.0");
        assert_eq!(value(0.8754, Unit::Share, Language::Ru), "87,5 %");
        assert_eq!(value(4320.0, Unit::Seconds, Language::En), "1h 12m");
        assert_eq!(value(12.0, Unit::Count, Language::En), "12");
    }
}
