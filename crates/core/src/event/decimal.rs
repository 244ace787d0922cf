//! Exact decimals with four places: scores, weights, money.
//!
//! Sums of floats differ between plans and machines; integers do not. Four places hold every currency and scale that support tools use.

use std::fmt;

/// A decimal number: the value times 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(pub i64);

impl Decimal {
    /// How many units make one.
    pub const ONE: i64 = 10_000;

    /// From a whole number.
    pub const fn from_int(value: i64) -> Self {
        Self(value * Self::ONE)
    }

    /// From text such as `4`, `-3.5` or `12.3400`; more than four places, exponents and separators are refused.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
        let places = places.trim_end_matches('0');
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && places.is_empty()) || places.len() > 4 || !all_digits(whole) || !all_digits(places) {
            return None;
        }
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let places: i64 = format!("{places:0<4}").parse().ok()?;
        let value = whole.checked_mul(Self::ONE)?.checked_add(places)?;
        Some(Self(if negative { -value } else { value }))
    }

    /// The nearest decimal to a float, if it is finite and fits.
    pub fn from_f64(value: f64) -> Option<Self> {
        let scaled = (value * Self::ONE as f64).round();
        (scaled.is_finite() && scaled.abs() < 9e18).then_some(Self(scaled as i64))
    }

    /// As a float, for printing and charts only.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::ONE as f64
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let value = self.0.unsigned_abs();
        let (whole, places) = (value / Self::ONE as u64, value % Self::ONE as u64);
        if places == 0 {
            return write!(f, "{sign}{whole}");
        }
        let places = format!("{places:04}");
        write!(f, "{sign}{whole}.{}", places.trim_end_matches('0'))
    }
}
