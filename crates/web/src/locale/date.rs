//! Days and instants in sentences and on pages, as the language writes them.
//!
//! Columns of tables keep ISO dates in every language: they stand under each other, sort, and can be copied into an option.

use deskgauge_core::facts::At;
use deskgauge_core::metric::Language;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{fill, text};

/// A day with its year, such as `9 Mar 2026`.
pub fn long(day: Date, language: Language) -> String {
    written("date", day, language)
}

/// A day without its year, for axes that lie within one.
pub fn short(day: Date, language: Language) -> String {
    written("date-short", day, language)
}

/// An instant in a zone, to the minute.
pub fn instant(at: At, zone: &TimeZone, language: Language) -> String {
    let Ok(at) = Timestamp::from_second(at.0) else { return at.0.to_string() };
    let at = at.to_zoned(zone.clone());
    let time = at.strftime("%H:%M").to_string();
    fill(language, "instant", &[("date", &long(at.date(), language)), ("time", &time)])
}

fn written(key: &str, day: Date, language: Language) -> String {
    let month = text(language, &format!("month-{}", day.month()));
    fill(language, key, &[("day", &day.day().to_string()), ("month", &month), ("year", &day.year().to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn every(written: impl Fn(Language) -> String) -> Vec<String> {
        Language::ALL.iter().map(|language| written(*language)).collect()
    }

    #[test]
    fn dates_follow_the_language() {
        let day = date(2026, 11, 21);
        let written = every(|language| long(day, language));
        assert_eq!(written, ["21 Nov 2026", "21 нояб. 2026 г.", "21 nov. 2026", "2026年11月21日"]);
        let written = every(|language| short(day, language));
        assert_eq!(written, ["21 Nov", "21 нояб.", "21 nov.", "11月21日"]);
        assert_eq!(instant(At(0), &TimeZone::UTC, Language::En), "1 Jan 1970, 00:00");
    }
}
