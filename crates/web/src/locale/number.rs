//! Numbers with the language's point and thousands.

use deskgauge_core::metric::Language;

/// A whole number with its thousands parted.
pub fn count(number: i64, language: Language) -> String {
    decimal(number as f64, 0, language)
}

/// A number with that many places, thousands parted as the language does.
pub fn decimal(number: f64, places: usize, language: Language) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(decimal(1_234_567.0, 0, Language::En), "1,234,567");
        assert_eq!(decimal(-1234.56, 1, Language::Ro), "-1.234,6");
        assert_eq!(decimal(-0.01, 1, Language::En), "0.0");
        assert_eq!(decimal(1_234_567.0, 0, Language::Ru), "1\u{a0}234\u{a0}567");
    }
}
