//! One version of a schedule as its author wrote it: wall-clock hours, days off, exceptions.
//!
//! Nothing here knows instants: the hours are local until `expand` lays them on the zone's days.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::condition::Condition;

/// Local hours within a day, half-open, in seconds since its midnight. `to` is beyond 86,400 when they cross midnight:
/// they belong to the day on which they start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// Seconds since local midnight at which it opens, below 86,400.
    pub from: u32,
    /// Seconds since the same midnight at which it closes, after `from` and at most 24 hours later.
    pub to: u32,
}

/// Hours of the seven weekdays, Monday first.
pub type Weekdays = [Vec<Interval>; 7];

/// One `[[schedule]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// The name that SLA policies and the workspace call it by; several versions share it.
    pub name: String,
    /// The first local day on which it is in force; absent: always.
    pub from: Option<Date>,
    /// The conversations that it serves; absent: all.
    pub when: Option<Condition>,
    /// The zone of its hours.
    pub time_zone: TimeZone,
    /// Its usual week.
    pub weekly: Weekdays,
    /// Days that are closed.
    pub holidays: BTreeSet<Date>,
    /// Hours that are cut out of whatever is open on that day, overrides too.
    pub breaks: BTreeMap<Date, Vec<Interval>>,
    /// Hours of single days, instead of the usual week and of a holiday. An empty list: closed.
    pub overrides: BTreeMap<Date, Vec<Interval>>,
}

impl Schedule {
    /// A schedule without any hours, to be filled in.
    pub fn closed(name: impl Into<String>, time_zone: TimeZone) -> Self {
        Self {
            name: name.into(),
            from: None,
            when: None,
            time_zone,
            weekly: Weekdays::default(),
            holidays: BTreeSet::new(),
            breaks: BTreeMap::new(),
            overrides: BTreeMap::new(),
        }
    }

    /// The hours that a date opens with, before breaks: override, else holiday, else the usual week.
    pub fn hours_on(&self, date: Date) -> &[Interval] {
        if let Some(hours) = self.overrides.get(&date) {
            return hours;
        }
        if self.holidays.contains(&date) {
            return &[];
        }
        &self.weekly[date.weekday().to_monday_zero_offset() as usize]
    }
}

impl Interval {
    /// Reads `09:00-13:00`, `22:00-24:00` or, across midnight, `22:00-02:00`. None: not of that form, or without length.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (clock(from.trim())?, clock(to.trim())?);
        if from >= 86_400 || from == to {
            return None;
        }
        Some(Self { from, to: if to < from { to + 86_400 } else { to } })
    }
}

impl std::fmt::Display for Interval {
    /// The form that `parse` reads.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let to = if self.to > 86_400 { self.to - 86_400 } else { self.to };
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.from / 3600, self.from / 60 % 60, to / 3600, to / 60 % 60)
    }
}

/// Seconds since midnight of `HH:MM`, with `24:00` as the end of the day.
fn clock(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let number =
        |part: &str| (part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<u32>().ok()).flatten();
    let (hour, minute) = (number(hour)?, number(minute).filter(|_| minute.len() == 2)?);
    let seconds = hour * 3600 + minute * 60;
    (minute < 60 && seconds <= 86_400).then_some(seconds)
}
