//! Periods: how a range of time is cut into days, weeks, months, quarters and years of a zone.
//!
//! Cuts are local midnights by the zone's rules, never offsets and never multiples of 86,400 seconds: a day may have 23 or 25
//! hours, and a midnight that the clocks skip is the first instant that its day has. Everything is half-open.
//! Durations as people write them are read and printed in `period::duration`.

mod duration;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::diagnostic::Diagnostic;

pub use duration::{duration_text, exact_duration, parse_business_days, parse_duration, short_duration};

/// How finely a range is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// Local days.
    Day,
    /// Seven days from the workspace's first weekday.
    Week,
    /// Calendar months.
    Month,
    /// January, April, July and October start one.
    Quarter,
    /// Calendar years.
    Year,
    /// Not at all: one period.
    All,
}

impl Grain {
    /// All of them with their names, finest first.
    pub const NAMES: [(&'static str, Grain); 6] = [
        ("day", Grain::Day),
        ("week", Grain::Week),
        ("month", Grain::Month),
        ("quarter", Grain::Quarter),
        ("year", Grain::Year),
        ("all", Grain::All),
    ];

    /// The grain of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, grain)| grain)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES.into_iter().find(|(_, grain)| *grain == self).map_or("all", |(name, _)| name)
    }
}

/// One piece of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The first local day of the full period, also where the range cuts it; None for `Grain::All`.
    pub label: Option<Date>,
    /// First instant within the range.
    pub start: i64,
    /// First instant after it within the range.
    pub end: i64,
    /// First instant of the full period.
    pub full_start: i64,
    /// First instant after the full period.
    pub full_end: i64,
}

impl Period {
    /// Whether the range cuts it.
    pub fn is_cut(&self) -> bool {
        self.start > self.full_start || self.end < self.full_end
    }

    /// Whether an instant lies in it.
    pub fn contains(&self, at: i64) -> bool {
        self.start <= at && at < self.end
    }
}

/// The periods of [from, to) in order, without gaps. An empty range has none, except that `Grain::All` always has its one.
/// A local day that does not exist at all (a zone that crossed the date line) has no period.
pub fn periods(from: i64, to: i64, grain: Grain, zone: &TimeZone, week_starts: Weekday) -> Vec<Period> {
    if grain == Grain::All {
        return vec![Period { label: None, start: from, end: to, full_start: from, full_end: to }];
    }
    let mut found = Vec::new();
    let mut label = floor(local_date(from, zone), grain, week_starts);
    let mut full_start = day_start(label, zone);
    while full_start < to {
        let next = step(label, grain);
        let full_end = if next == label { to } else { day_start(next, zone) };
        let (start, end) = (full_start.max(from), full_end.min(to));
        if start < end {
            found.push(Period { label: Some(label), start, end, full_start, full_end });
        }
        (label, full_start) = (next, full_end);
    }
    found
}

/// The full period in which an instant lies; for `Grain::All`, the one of this second alone.
pub fn period_at(at: i64, grain: Grain, zone: &TimeZone, week_starts: Weekday) -> Period {
    let cut = periods(at, at.saturating_add(1), grain, zone, week_starts).into_iter().next();
    let cut = cut.unwrap_or(Period { label: None, start: at, end: at, full_start: at, full_end: at });
    Period { start: cut.full_start, end: cut.full_end, ..cut }
}

/// Where data end that have no event after `newest`: the end of its period, once another whole period has passed without one. None:
/// they go on, as far as anybody can tell at `now`; a quiet period that still runs proves nothing.
pub fn data_end(newest: i64, now: i64, grain: Grain, zone: &TimeZone, week_starts: Weekday) -> Option<i64> {
    let end = period_at(newest, grain, zone, week_starts).full_end;
    let silent = grain != Grain::All && period_at(end, grain, zone, week_starts).full_end <= now;
    silent.then_some(end)
}

/// The first instant of a local day.
pub fn day_start(date: Date, zone: &TimeZone) -> i64 {
    let midnight = zone.to_ambiguous_timestamp(date.to_datetime(jiff::civil::Time::midnight()));
    let skipped = matches!(midnight.offset(), AmbiguousOffset::Gap { .. });
    let edge = if date.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    let found = midnight.compatible().unwrap_or(edge);
    if !skipped {
        return found.as_second();
    }
    // The clocks jump over midnight: the day begins at the jump itself.
    let after = found.saturating_add(jiff::SignedDuration::from_secs(1)).unwrap_or(found);
    zone.preceding(after).next().map_or(found, |jump| jump.timestamp()).as_second()
}

/// The local day of an instant; beyond the years that can be told, the nearest.
pub fn local_date(at: i64, zone: &TimeZone) -> Date {
    let instant = at.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(instant).map_or(Date::ZERO, |instant| zone.to_datetime(instant).date())
}

/// A date (the first instant of that day in `zone`) or an RFC 3339 instant, in epoch seconds.
///
/// Errors: `bad-time` for anything else, also for a time of day without an offset.
pub fn parse_date_or_instant(text: &str, zone: &TimeZone) -> Result<i64, Diagnostic> {
    let text = text.trim();
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant.as_second());
    }
    let dated = text.len() == 10 && !text.contains(':');
    if dated && let Ok(date) = text.parse::<Date>() {
        return Ok(day_start(date, zone));
    }
    let problem = |message| Diagnostic::error("bad-time", message);
    if text.parse::<jiff::civil::DateTime>().is_ok() && !dated {
        return Err(problem(format!("`{text}` has no time zone")).hint(format!("add an offset, such as {text}Z or {text}+02:00")));
    }
    Err(problem(format!("`{text}` is neither a date nor an instant"))
        .hint("write a date such as 2024-03-31 or an instant such as 2024-03-31T09:00:00+03:00"))
}

/// The weekday of an English name, in any case.
pub fn parse_weekday(name: &str) -> Option<Weekday> {
    let lower = name.to_lowercase();
    WEEKDAYS.into_iter().find(|(known, _)| *known == lower).map(|(_, day)| day)
}

/// The weekdays with their names, Monday first.
pub const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// The first day of the period that a date lies in.
fn floor(date: Date, grain: Grain, week_starts: Weekday) -> Date {
    match grain {
        Grain::Day | Grain::All => date,
        Grain::Week => {
            let back = date.weekday().since(week_starts);
            date.saturating_sub(jiff::SignedDuration::from_hours(24 * i64::from(back)))
        }
        Grain::Month => date.first_of_month(),
        Grain::Quarter => {
            let month = (date.month() - 1) / 3 * 3 + 1;
            Date::new(date.year(), month, 1).unwrap_or(date)
        }
        Grain::Year => date.first_of_year(),
    }
}

/// The first day of the period after the one that starts at `date`; the same at the end of time.
fn step(date: Date, grain: Grain) -> Date {
    let span = jiff::Span::new();
    let span = match grain {
        Grain::Day | Grain::All => span.days(1),
        Grain::Week => span.days(7),
        Grain::Month => span.months(1),
        Grain::Quarter => span.months(3),
        Grain::Year => span.years(1),
    };
    date.checked_add(span).unwrap_or(date)
}
