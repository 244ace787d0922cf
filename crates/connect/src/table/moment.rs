//! Dates and times as tables write them.
//!
//! A format is either said by the mapping or one that can be read in one way only. `3/4/2016` is never guessed: the mapping says which
//! comes first. A time without an offset gets the mapping's zone; where clocks go back the earlier instant is meant, where they go
//! forward and the time does not exist it moves forward by the gap, and that is counted.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::Cell;

/// How a table writes times.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock {
    /// The zone of times without an offset.
    pub zone: Option<TimeZone>,
    /// `strptime` formats, tried in turn; none: the forms that [`parse`] knows.
    pub formats: Vec<String>,
    /// Whether `3/4/2016` is in April.
    pub day_first: Option<bool>,
}

/// A time as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// With an offset: milliseconds since the epoch.
    Instant(i64),
    /// Without.
    Local(DateTime),
}

/// Why a time cannot be read: a code and advice.
pub(crate) type Unreadable = (&'static str, &'static str);

impl Clock {
    /// Milliseconds since the epoch, and whether the local time did not exist and was moved forward.
    pub(super) fn instant(&self, cell: &Cell) -> Result<(i64, bool), Unreadable> {
        match self.moment(cell)? {
            Moment::Instant(ms) => Ok((ms, false)),
            Moment::Local(at) => self.place(at),
        }
    }

    fn moment(&self, cell: &Cell) -> Result<Moment, Unreadable> {
        match cell {
            Cell::Instant(ms) => Ok(Moment::Instant(*ms)),
            Cell::Local(at) => Ok(Moment::Local(*at)),
            Cell::Date(day) => Ok(Moment::Local(day.to_datetime(Time::midnight()))),
            Cell::Int(number) => epoch(*number).ok_or(NOT_A_TIME),
            Cell::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => epoch(*number as i64).ok_or(NOT_A_TIME),
            Cell::Text(text) if !self.formats.is_empty() => self.by_format(text.trim()),
            Cell::Text(text) => parse(text.trim(), self.day_first),
            Cell::Null | Cell::Float(_) | Cell::Bool(_) => Err(NOT_A_TIME),
        }
    }

    fn by_format(&self, text: &str) -> Result<Moment, Unreadable> {
        for format in &self.formats {
            let Ok(parts) = strtime::parse(format, text) else { continue };
            if let Ok(at) = parts.to_timestamp() {
                return Ok(Moment::Instant(at.as_millisecond()));
            }
            if let Ok(at) = parts.to_datetime() {
                return Ok(Moment::Local(at));
            }
            if let Ok(day) = parts.to_date() {
                return Ok(Moment::Local(day.to_datetime(Time::midnight())));
            }
        }
        Err(("unreadable", "fits none of the formats in `dates`: add its format, such as \"%d/%m/%Y %H:%M\""))
    }

    fn place(&self, at: DateTime) -> Result<(i64, bool), Unreadable> {
        let Some(zone) = &self.zone else {
            return Err(("no-zone", "has no time zone: set `zone` in the mapping, such as \"Europe/Berlin\""));
        };
        let ambiguous = zone.to_ambiguous_timestamp(at);
        let shifted = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
        let instant = ambiguous.compatible().map_err(|_| NOT_A_TIME)?;
        Ok((instant.as_millisecond(), shifted))
    }
}

const NOT_A_TIME: Unreadable =
    ("unreadable", "is not a date or time that can be read: say its format in `dates`, such as \"%d/%m/%Y %H:%M\"");
const WHICH_FIRST: Unreadable = ("ambiguous-date", "day and month cannot be told apart: set `day_first` to true or false");

/// Reads a text in the forms that need no format: ISO 8601 and its looser kin, epoch seconds and milliseconds, and numbers parted by
/// `/`, `.` or `-` where `day_first` says how.
pub(crate) fn parse(text: &str, day_first: Option<bool>) -> Result<Moment, Unreadable> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().filter(|_| text.len() >= 9).and_then(epoch).ok_or(NOT_A_TIME);
    }
    let year_first = text.len() >= 8 && text.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    if year_first {
        let universal = text.strip_suffix(" UTC").or_else(|| text.strip_suffix(" GMT"));
        if let Some(Ok(at)) = universal.map(str::parse::<DateTime>) {
            return TimeZone::UTC.to_timestamp(at).map(|at| Moment::Instant(at.as_millisecond())).map_err(|_| NOT_A_TIME);
        }
        if let Ok(at) = text.parse::<Timestamp>() {
            return Ok(Moment::Instant(at.as_millisecond()));
        }
        if let Ok(at) = text.parse::<DateTime>() {
            return Ok(Moment::Local(at));
        }
    }
    numbers(text, day_first)
}

/// Seconds or milliseconds since the epoch, told apart by size: between 1980 and 2100 they do not overlap.
fn epoch(number: i64) -> Option<Moment> {
    const SECONDS: std::ops::Range<i64> = 315_532_800..4_102_444_800;
    if SECONDS.contains(&number) {
        return Some(Moment::Instant(number * 1000));
    }
    SECONDS.contains(&number.div_euclid(1000)).then_some(Moment::Instant(number))
}

/// `29/2/2016 01:16`, `2/29/16 1:16:30 PM`, `2016/02/29`, `29.02.2016`.
fn numbers(text: &str, day_first: Option<bool>) -> Result<Moment, Unreadable> {
    let (date, time) = match text.find([' ', 'T', ',']) {
        Some(at) => (&text[..at], text[at + 1..].trim()),
        None => (text, ""),
    };
    let [a, b, c] = three(date).ok_or(NOT_A_TIME)?;
    let (year, month, day) = if a.len() == 4 {
        (a, b, c)
    } else {
        match day_first {
            None => return Err(WHICH_FIRST),
            Some(true) => (c, b, a),
            Some(false) => (c, a, b),
        }
    };
    let number = |part: &str| part.parse::<i16>().map_err(|_| NOT_A_TIME);
    let year = match (year.len(), number(year)?) {
        (4, year) => year,
        (2, year) if year < 70 => 2000 + year,
        (2, year) => 1900 + year,
        _ => return Err(NOT_A_TIME),
    };
    let small = |part: &str| part.parse::<i8>().map_err(|_| NOT_A_TIME);
    let date = Date::new(year, small(month)?, small(day)?)
        .map_err(|_| ("unreadable", "is no date of the calendar: check `day_first` and the value"))?;
    Ok(Moment::Local(date.to_datetime(clock_time(time).ok_or(NOT_A_TIME)?)))
}

fn three(date: &str) -> Option<[&str; 3]> {
    let mut parts = date.split(['/', '.', '-']);
    let all = [parts.next()?, parts.next()?, parts.next()?];
    let digits = all.iter().all(|part| !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit()));
    (digits && parts.next().is_none()).then_some(all)
}

/// `1:16`, `01:16:30`, `01:16:30.250`, `1:16 PM`; nothing is midnight.
fn clock_time(text: &str) -> Option<Time> {
    if text.is_empty() {
        return Some(Time::midnight());
    }
    let upper = text.to_ascii_uppercase();
    let (text, afternoon) = if let Some(rest) = upper.strip_suffix("PM") {
        (rest.trim(), Some(true))
    } else if let Some(rest) = upper.strip_suffix("AM") {
        (rest.trim(), Some(false))
    } else {
        (upper.as_str(), None)
    };
    let mut parts = text.split(':');
    let mut hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next()?.parse().ok()?;
    let (second, nanos) = match parts.next() {
        None => (0, 0),
        Some(part) => {
            let (second, fraction) = part.split_once('.').unwrap_or((part, ""));
            let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
            (second.parse::<i8>().ok()?, digits.parse::<i32>().ok()?)
        }
    };
    if parts.next().is_some() {
        return None;
    }
    if let Some(afternoon) = afternoon {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    Time::new(hour, minute, second, nanos).ok()
}
