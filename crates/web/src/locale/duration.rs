//! Durations in the units of the language: `1h 12m`, `1 ч 12 мин`.
//!
//! How they are rounded and cut is the core's matter; here its units get their names.

use deskgauge_core::metric::Language;
use deskgauge_core::period::{exact_duration, short_duration};

use super::fill;

/// For reading at a glance: the two largest units.
pub fn short(seconds: i64, language: Language) -> String {
    named(&short_duration(seconds), language)
}

/// For proofs: hours, minutes and seconds in full.
pub fn exact(seconds: i64, language: Language) -> String {
    named(&exact_duration(seconds), language)
}

/// The core's text with each unit's letter in the language.
fn named(text: &str, language: Language) -> String {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let parts = text.split(' ').map(|part| {
        let (number, unit) = part.split_at(part.len() - 1);
        fill(language, &format!("duration-{unit}"), &[("number", number)])
    });
    format!("{sign}{}", parts.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(written: impl Fn(Language) -> String) -> Vec<String> {
        Language::ALL.iter().map(|language| written(*language)).collect()
    }

    #[test]
    fn units_follow_the_language() {
        let written = every(|language| short(4320, language));
        assert_eq!(written, ["1h 12m", "1 ч 12 мин", "1 h 12 min", "1 小時 12 分"]);
        let written = every(|language| short(-97_200, language));
        assert_eq!(written, ["-1d 3h", "-1 д 3 ч", "-1 z 3 h", "-1 天 3 小時"]);
        assert_eq!(exact(93_608, Language::En), "26h 0m 8s");
    }
}
