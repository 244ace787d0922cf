//! Times and durations as lines write them.
//!
//! Days of the week stand in one fixed week, so that examples stay short and never depend on today. A local time that happens twice
//! means its first occurrence, one that does not happen is shifted forward; an offset behind the time settles it otherwise.

use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp};

use super::words::Word;
use crate::diagnostic::near_name;
use crate::event::Instant;

/// Days of the week, from the first of the fixed week.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// The Monday of the fixed week.
const MONDAY: Date = date(2024, 1, 1);

/// A time that cannot be read.
pub(super) struct BadTime {
    pub(super) code: &'static str,
    pub(super) column: u32,
    pub(super) message: String,
    pub(super) hint: String,
}

/// How many words the time at the start of a line takes: a relative one takes one, any other two.
pub(super) fn word_count(first: &Word<'_>) -> usize {
    if first.raw.starts_with('+') { 1 } else { 2 }
}

/// The instant of the line that these words begin; `previous` is that of the line before.
pub(super) fn read(words: &[Word<'_>], zone: &TimeZone, previous: Option<Instant>) -> Result<Instant, BadTime> {
    let first = &words[0];
    if let Some(span) = first.raw.strip_prefix('+') {
        let Some(previous) = previous else {
            let message = "a relative time needs a line before it".to_owned();
            return Err(bad(first, message, "give the first line a day or a date, such as `mon 09:00`"));
        };
        let later = read_duration(span).and_then(|ms| i64::try_from(i128::from(previous.0) + ms).ok());
        return later.map(Instant).ok_or_else(|| {
            bad(first, format!("`{}` is not a relative time", first.raw), "write it like `+20s`, `+1h30m` or `+2d`")
        });
    }
    let day = read_day(first)?;
    let Some(clock) = words.get(1) else {
        return Err(bad(first, "a time is missing behind the day".to_owned(), "write it like `mon 09:00`"));
    };
    let unreadable =
        || bad(clock, format!("`{}` is not a time", clock.raw), "write it like `09:00`, `09:00:30.250` or `09:00+02:00`");
    let (time, offset) = read_clock(clock.raw).ok_or_else(unreadable)?;
    let local = DateTime::from_parts(day, time);
    let at = match offset {
        Some(offset) => offset.to_timestamp(local),
        None => zone.to_ambiguous_timestamp(local).compatible(),
    };
    at.map(|at| Instant(at.as_millisecond())).map_err(|_| unreadable())
}

/// Writes an instant as full local date and time, with an offset where the local time happens twice.
pub(super) fn write(at: Instant, zone: &TimeZone) -> String {
    // Every instant of an event lies between 1980 and 2100; others are printed as the nearest that a timestamp can hold.
    let nearest = if at.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
    let timestamp = Timestamp::from_millisecond(at.0).unwrap_or(nearest);
    let offset = zone.to_offset(timestamp);
    let local = offset.to_datetime(timestamp);
    let mut text = format!("{} {:02}:{:02}:{:02}", local.date(), local.hour(), local.minute(), local.second());
    if local.millisecond() != 0 {
        text.push_str(&format!(".{:03}", local.millisecond()));
    }
    if zone.to_ambiguous_timestamp(local).is_ambiguous() {
        let minutes = offset.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        text.push_str(&format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60));
    }
    text
}

/// Milliseconds of a duration such as `20s`, `1h30m` or `250ms`; a day is 24 hours.
pub(super) fn read_duration(text: &str) -> Option<i128> {
    let mut rest = text;
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|char: char| !char.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit = rest.find(|char: char| char.is_ascii_digit()).unwrap_or(rest.len());
        let factor: i128 = match &rest[..unit] {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        total += i128::from(number) * factor;
        rest = &rest[unit..];
    }
    (!text.is_empty()).then_some(total)
}

/// Writes seconds as a duration.
pub(super) fn write_duration(seconds: i64) -> String {
    let parts = [(seconds / 3600, 'h'), (seconds / 60 % 60, 'm'), (seconds % 60, 's')];
    let text: String = parts.iter().filter(|(number, _)| *number != 0).map(|(number, unit)| format!("{number}{unit}")).collect();
    if text.is_empty() { "0s".to_owned() } else { text }
}

fn read_day(word: &Word<'_>) -> Result<Date, BadTime> {
    let raw = word.raw;
    if raw.starts_with(|char: char| char.is_ascii_digit()) {
        let dashed = raw.len() == 10 && raw.as_bytes()[4] == b'-' && raw.as_bytes()[7] == b'-';
        let day = if dashed { raw.parse().ok() } else { None };
        return day.ok_or_else(|| bad(word, format!("`{raw}` is not a date"), "write it like `2024-01-31`"));
    }
    let (name, weeks) = match raw.split_once('+') {
        Some((name, weeks)) => (name, weeks.parse::<u16>().ok()),
        None => (raw, Some(0)),
    };
    let Some(number) = DAYS.iter().position(|day| *day == name) else {
        let hint = match near_name(name, DAYS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "a line begins with a day (`mon` to `sun`), a date, a relative time such as `+20s`, or `conversation`".to_owned()
            }
        };
        return Err(BadTime { code: "unknown-day", column: word.column, message: format!("`{raw}` is not a day"), hint });
    };
    let weeks = weeks.ok_or_else(|| bad(word, format!("`{raw}` is not a day"), "a later week is written like `mon+1`"))?;
    let days = i64::from(weeks) * 7 + i64::try_from(number).unwrap_or(0);
    MONDAY.checked_add(Span::new().days(days)).map_err(|_| bad(word, format!("`{raw}` is too far away"), "write a date"))
}

/// `09:00[:30[.250]]` and an offset or `Z` behind it.
fn read_clock(raw: &str) -> Option<(Time, Option<Offset>)> {
    let (clock, offset) = match raw.find(['+', '-', 'Z']) {
        Some(at) => (&raw[..at], Some(read_offset(&raw[at..])?)),
        None => (raw, None),
    };
    let mut parts = clock.split(':');
    let hour = two_digits(parts.next()?)?;
    let minute = two_digits(parts.next()?)?;
    let (second, milliseconds) = match parts.next() {
        None => (0, 0),
        Some(part) => match part.split_once('.') {
            None => (two_digits(part)?, 0),
            Some((second, fraction)) => {
                let digits = (1..=3).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
                let milliseconds: i32 = if digits { format!("{fraction:0<3}").parse().ok()? } else { return None };
                (two_digits(second)?, milliseconds)
            }
        },
    };
    if parts.next().is_some() {
        return None;
    }
    Some((Time::new(hour, minute, second, milliseconds * 1_000_000).ok()?, offset))
}

fn read_offset(raw: &str) -> Option<Offset> {
    if raw == "Z" {
        return Some(Offset::UTC);
    }
    let sign = if raw.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = raw.get(1..)?.split_once(':')?;
    let (hours, minutes) = (i32::from(two_digits(hours)?), i32::from(two_digits(minutes)?));
    if minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

fn two_digits(text: &str) -> Option<i8> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn bad(word: &Word<'_>, message: String, hint: &str) -> BadTime {
    BadTime { code: "bad-time", column: word.column, message, hint: hint.to_owned() }
}
