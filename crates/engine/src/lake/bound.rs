//! Bounds: the least and greatest values of a column, and their text in the catalogue.
//!
//! The catalogue keeps bounds as text in DuckDB's notation and engines compare them by the
//! column's type, so they are compared here by type, too: as text, 9 would be more than 10.
//! A bound of texts may be wider than the values, never narrower: rows would not be found. Bounds
//! of all other types are exact, because DuckDB answers minima and maxima from them.

use std::cmp::Ordering;

use super::ColumnType;

/// The longest text kept whole, in bytes. Longer minima are cut, longer maxima cut and raised.
const TEXT_LIMIT: usize = 256;
const DAY_MICROS: i64 = 86_400_000_000;

/// The least or greatest value of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    /// Text, ordered by its bytes.
    Text(String),
    /// True or false, false first.
    Bool(bool),
    /// A signed integer.
    Int64(i64),
    /// A double that is a number. NaN has no place in a bound; see `NewStats::has_nan`.
    Float64(f64),
    /// Microseconds since 1970, UTC.
    Instant(i64),
    /// Days since 1970.
    Date(i32),
    /// A decimal number times ten to the power of its column's scale.
    Decimal(i128),
}

impl Bound {
    /// Orders two bounds of the same type; `None` when their types differ.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Int64(a), Self::Int64(b)) | (Self::Instant(a), Self::Instant(b)) => Some(a.cmp(b)),
            (Self::Float64(a), Self::Float64(b)) => a.partial_cmp(b),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            (Self::Decimal(a), Self::Decimal(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// Whether a column of the type can have this bound.
    pub(super) fn fits(&self, ty: ColumnType) -> bool {
        match self {
            Self::Text(_) => ty == ColumnType::Text,
            Self::Bool(_) => ty == ColumnType::Bool,
            Self::Int64(_) => ty == ColumnType::Int64,
            Self::Float64(value) => ty == ColumnType::Float64 && !value.is_nan(),
            Self::Instant(_) => ty == ColumnType::Instant,
            Self::Date(_) => ty == ColumnType::Date,
            Self::Decimal(_) => matches!(ty, ColumnType::Decimal { .. }),
        }
    }

    /// The catalogue's text of a minimum: this value, or a little less.
    pub(super) fn min_text(&self, ty: ColumnType) -> String {
        match self {
            Self::Text(text) => shorten(text).to_owned(),
            _ => self.text(ty),
        }
    }

    /// The catalogue's text of a maximum: this value, or a little more.
    pub(super) fn max_text(&self, ty: ColumnType) -> String {
        match self {
            Self::Text(text) => match shorten(text) {
                short if short.len() == text.len() => text.clone(),
                short => raise(short).unwrap_or_else(|| text.clone()),
            },
            _ => self.text(ty),
        }
    }

    /// Reads the catalogue's text; `None` when it is not a value of the type.
    pub(super) fn parse(text: &str, ty: ColumnType) -> Option<Self> {
        match ty {
            ColumnType::Text => Some(Self::Text(text.to_owned())),
            ColumnType::Bool => match text {
                "0" | "false" => Some(Self::Bool(false)),
                "1" | "true" => Some(Self::Bool(true)),
                _ => None,
            },
            ColumnType::Int64 => text.parse().ok().map(Self::Int64),
            ColumnType::Float64 => text.parse().ok().filter(|value: &f64| !value.is_nan()).map(Self::Float64),
            ColumnType::Instant => parse_instant(text).map(Self::Instant),
            ColumnType::Date => match text {
                "infinity" => Some(Self::Date(i32::MAX)),
                "-infinity" => Some(Self::Date(-i32::MAX)),
                _ => parse_day(text).and_then(|day| i32::try_from(day).ok()).map(Self::Date),
            },
            ColumnType::Decimal { scale, .. } => parse_decimal(text, scale).map(Self::Decimal),
            ColumnType::TextList | ColumnType::IntList => None,
        }
    }

    fn text(&self, ty: ColumnType) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Bool(value) => String::from(if *value { "1" } else { "0" }),
            Self::Int64(value) => value.to_string(),
            Self::Float64(value) => format!("{value:?}"),
            Self::Instant(micros) => instant_text(*micros),
            Self::Date(days) => match *days {
                i32::MAX => "infinity".to_owned(),
                days if days <= -i32::MAX => "-infinity".to_owned(),
                days => day_text(i64::from(days)),
            },
            Self::Decimal(unscaled) => {
                let scale = if let ColumnType::Decimal { scale, .. } = ty { scale } else { 0 };
                decimal_text(*unscaled, scale)
            }
        }
    }
}

/// An instant in the catalogue's notation, such as `2024-01-01 08:00:00.5+00`.
pub(super) fn instant_text(micros: i64) -> String {
    match micros {
        i64::MAX => return "infinity".to_owned(),
        micros if micros <= -i64::MAX => return "-infinity".to_owned(),
        _ => {}
    }
    let within = micros.rem_euclid(DAY_MICROS);
    let (seconds, fraction) = (within / 1_000_000, within % 1_000_000);
    let day = day_text(micros.div_euclid(DAY_MICROS));
    let mut text = format!("{day} {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if fraction > 0 {
        text.push_str(format!(".{fraction:06}").trim_end_matches('0'));
    }
    text + "+00"
}

/// Reads an instant in UTC with or without a fraction, with the offset `+00` or `+00:00`.
pub(super) fn parse_instant(text: &str) -> Option<i64> {
    match text {
        "infinity" => return Some(i64::MAX),
        "-infinity" => return Some(-i64::MAX),
        _ => {}
    }
    let (day, clock) = text.rsplit_once([' ', 'T'])?;
    let clock = clock.strip_suffix("+00:00").or_else(|| clock.strip_suffix("+00")).or_else(|| clock.strip_suffix('Z'))?;
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = whole.split(':').map(|part| part.parse::<i64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let fraction: i64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    parse_day(day)?.checked_mul(DAY_MICROS)?.checked_add((hours * 3600 + minutes * 60 + seconds) * 1_000_000 + fraction)
}

/// A day since 1970 as a proleptic Gregorian date; the year 0 is `0001 (BC)`.
fn day_text(day: i64) -> String {
    // Years are counted from 1 March of the year 0, so that the leap day is the last of its year.
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    match year {
        1.. => format!("{year:04}-{month:02}-{day_of_month:02}"),
        _ => format!("{:04}-{month:02}-{day_of_month:02} (BC)", 1 - year),
    }
}

fn parse_day(text: &str) -> Option<i64> {
    let (date, before_christ) = text.strip_suffix(" (BC)").map_or((text, false), |date| (date, true));
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let year = if before_christ { 1 - year } else { year };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (year, month_from_march) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month_from_march + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719_468)
}

fn decimal_text(unscaled: i128, scale: u8) -> String {
    let sign = if unscaled < 0 { "-" } else { "" };
    let width = usize::from(scale) + 1;
    let digits = format!("{:0width$}", unscaled.unsigned_abs());
    match digits.split_at(digits.len() - usize::from(scale)) {
        (whole, "") => format!("{sign}{whole}"),
        (whole, rest) => format!("{sign}{whole}.{rest}"),
    }
}

fn parse_decimal(text: &str, scale: u8) -> Option<i128> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let scale = usize::from(scale);
    if rest.len() > scale || !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    format!("{whole}{rest:0<scale$}").parse::<i128>().ok().map(|value| sign * value)
}

/// The beginning of a text that the catalogue can keep. A zero byte would end it for C programs.
fn shorten(text: &str) -> &str {
    let mut end = text.bytes().position(|byte| byte == 0).unwrap_or(text.len()).min(TEXT_LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The least text that is more than every text beginning with `short`; `None` when there is none.
fn raise(short: &str) -> Option<String> {
    let mut text = short.to_owned();
    while let Some(last) = text.pop() {
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            other => char::from_u32(u32::from(other) + 1),
        };
        if let Some(next) = next {
            text.push(next);
            return Some(text);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_and_days_round_trip() {
        for (micros, text) in [
            (0, "1970-01-01 00:00:00+00"),
            (-500_000, "1969-12-31 23:59:59.5+00"),
            (1_709_164_800_000_001, "2024-02-29 00:00:00.000001+00"),
            (-62_135_596_800_000_001, "0001-12-31 (BC) 23:59:59.999999+00"),
            (i64::MAX, "infinity"),
        ] {
            assert_eq!(instant_text(micros), text);
            assert_eq!(parse_instant(text), Some(micros));
        }
        for day in (-1_500_000..4_000_000).step_by(97) {
            assert_eq!(parse_day(&day_text(day)), Some(day));
        }
    }

    #[test]
    fn decimals_round_trip() {
        for (unscaled, scale, text) in [(123_400, 4, "12.3400"), (-5, 2, "-0.05"), (7, 0, "7"), (0, 2, "0.00")] {
            assert_eq!(decimal_text(unscaled, scale), text);
            assert_eq!(parse_decimal(text, scale), Some(unscaled));
        }
    }

    #[test]
    fn long_texts_are_cut_so_that_they_still_enclose() {
        let long = "é".repeat(400);
        let bound = Bound::Text(long.clone());
        let (min, max) = (bound.min_text(ColumnType::Text), bound.max_text(ColumnType::Text));
        assert!(min.len() <= TEXT_LIMIT && min < long);
        assert!(max.len() <= TEXT_LIMIT && max > long);
        assert_eq!(raise("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(raise("\u{10ffff}"), None);
        assert_eq!(Bound::Text("a\0b".to_owned()).max_text(ColumnType::Text), "b");
    }
}
