//! A comparison in words: which ranges, by how much, how sure, and what to think of it.
//!
//! The same words stand on boards, pages and tables of answers. Sameness has a sign of its own, so that colour is never alone.

use deskgauge_core::answer::{Answer, Change, Compared, Verdict};
use deskgauge_core::metric::{Language, Unit};
use deskgauge_core::question::Compare;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::value;
use crate::locale::{self, date};

/// The sentence that spells both ranges out.
pub fn sentence(compared: &Compared, now: deskgauge_core::facts::At, zone: &TimeZone, language: Language) -> String {
    let days = |from: Date, to: Date| from.until(to).map_or(0, |span| i64::from(span.get_days()));
    let until = compared.before_until.map(|until| [now, until].map(|at| date::instant(at, zone, language)));
    let last = |to: Date| date::long(to.yesterday().unwrap_or(to), language);
    let [to, before_to] = until.unwrap_or_else(|| [last(compared.to), last(compared.before_to)]);
    let [from, before_from] = [compared.from, compared.before_from].map(|day| date::long(day, language));
    let texts = [("from", &*from), ("to", &*to), ("before-from", &*before_from), ("before-to", &*before_to)];
    let shift = days(compared.before_from, compared.from);
    let told = match compared.compare {
        Compare::Weekdays => locale::counted(language, "compared-weekdays", shift, &texts),
        Compare::Previous => locale::fill(language, "compared-previous", &texts),
        Compare::Year => locale::fill(language, "compared-year", &texts),
        Compare::Elapsed => locale::fill(language, "compared-elapsed", &texts),
        Compare::Range(..) => locale::fill(language, "compared-range", &texts),
    };
    let lengths = [(compared.from, compared.to), (compared.before_from, compared.before_to)].map(|(from, to)| days(from, to));
    if lengths[0] == lengths[1] || compared.before_until.is_some() {
        return told;
    }
    let before = value::count(lengths[1], language);
    let note = locale::counted(language, "compared-lengths", lengths[0], &[("before", &before)]);
    locale::fill(language, "compared-and", &[("text", &told), ("more", &note)])
}

/// The change of an answer against the earlier one.
pub fn change_of(answer: &Answer) -> Option<&Change> {
    answer.comparison.as_ref()?.change.as_ref()
}

/// The value before.
pub fn before(answer: &Answer, language: Language) -> String {
    answer.comparison.as_ref().map(|comparison| value::answer(&comparison.before, language)).unwrap_or_default()
}

/// The change in words: `+6.2 %`, `-0.8 pt`, with `=` where chance explains it, and `=` alone where nothing changed.
pub fn change(change: Option<&Change>, unit: Unit, language: Language) -> String {
    let Some(change) = change else { return String::new() };
    let text = match (unit, change.relative) {
        (Unit::Share, _) | (_, None) => difference(change.difference, unit, language),
        (_, Some(relative)) => signed(relative, value::percent(relative.abs(), language)),
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

/// A difference in its unit, such as `+3m` and `-0.8 pt`.
pub fn difference(difference: f64, unit: Unit, language: Language) -> String {
    match unit {
        Unit::Share => points(difference, language),
        _ => signed(difference, value::value(difference.abs(), unit, language)),
    }
}

/// The 95 % interval of the change.
pub fn interval(change: Option<&Change>, unit: Unit, language: Language) -> String {
    let Some(change) = change else { return String::new() };
    let end = |number: f64| match (change.interval, unit) {
        (None, _) if number.is_infinite() => "∞".to_owned(),
        (None, _) => signed(number, value::percent(number.abs(), language)),
        (_, Unit::Share) => points(number, language),
        _ => signed(number, value::value(number.abs(), unit, language)),
    };
    let Some((low, high)) = change.interval.or(change.relative_interval) else { return String::new() };
    locale::fill(language, "change-range", &[("low", &end(low)), ("high", &end(high))])
}

/// The verdict with its sign.
pub fn verdict(change: Option<&Change>, language: Language) -> String {
    let sign = match change.map(|change| change.verdict) {
        Some(Verdict::Better) => "●",
        Some(Verdict::Worse) => "▲",
        Some(Verdict::Same) => "○",
        Some(Verdict::Neutral) | None => return String::new(),
    };
    let word = change.map_or("same", |change| change.verdict.name());
    format!("{sign} {}", locale::text(language, &format!("verdict-{word}")))
}

fn points(difference: f64, language: Language) -> String {
    let points = value::decimal(difference.abs() * 100.0, 1, language);
    signed(difference, locale::fill(language, "points", &[("number", &points)]))
}

/// With its sign; what rounds to nothing has none.
fn signed(number: f64, text: String) -> String {
    match text.contains(|digit| matches!(digit, '1'..='9')) {
        true if number > 0.0 => format!("+{text}"),
        true => format!("-{text}"),
        false => text,
    }
}
