//! From local hours to instants: the expansion of a schedule over the days of its zone, and the table that answers fast.
//!
//! The zone is a list of stretches of constant offset. Local hours are intersected with each stretch, which gives the rules of
//! daylight saving for free: a local time that does not exist falls out, one that happens twice is found in two stretches.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::schedule::{Interval, Schedule};

const DAY: i64 = 86_400;
/// Offsets are below 26 hours, hours may run a day past midnight: what can reach into a range starts within this of it.
const MARGIN: i64 = 3 * DAY;

/// What expansion needs of a schedule's zone and exceptions, worked out once.
#[derive(Debug)]
pub(super) struct Pattern {
    time_zone: TimeZone,
    /// Stretches of constant offset over the covered range: (first instant, offset in seconds).
    stretches: Vec<(i64, i64)>,
    always_closed: bool,
}

impl Pattern {
    pub(super) fn new(schedule: &Schedule) -> Self {
        Self {
            time_zone: schedule.time_zone.clone(),
            stretches: stretches(&schedule.time_zone, super::COVERED.0 - MARGIN, super::COVERED.1 + MARGIN),
            always_closed: schedule.weekly.iter().all(Vec::is_empty),
        }
    }

    /// The first instant of a local day.
    pub(super) fn midnight(&self, date: Date) -> i64 {
        crate::period::day_start(date, &self.time_zone)
    }

    /// Whether some of a date's hours exist and survive its breaks.
    pub(super) fn opens_on(&self, schedule: &Schedule, date: Date) -> bool {
        let day = day_number(date);
        let mut hours = local(day, schedule.hours_on(date));
        hours.sort_unstable();
        let breaks = breaks(schedule, day - 2, day + 2);
        let hours = cut(join(hours), &breaks);
        let Some(&(first, _)) = hours.first() else { return false };
        let stretches = stretches(&self.time_zone, first - MARGIN, first + MARGIN);
        let mut spans = Vec::new();
        instants(&stretches, &hours, i64::MIN, i64::MAX, &mut spans);
        !spans.is_empty()
    }

    /// Whether the last exception of a schedule without weekly hours lies before `at`.
    pub(super) fn closed_after(&self, schedule: &Schedule, at: i64) -> bool {
        let last = schedule.overrides.last_key_value().map_or(i64::MIN, |(date, _)| day_number(*date) * DAY + MARGIN);
        self.always_closed && at > last
    }

    /// Adds the open spans within [from, to).
    pub(super) fn expand(&self, schedule: &Schedule, from: i64, to: i64, spans: &mut Vec<(i64, i64)>) {
        let (first, last) = ((from - MARGIN).div_euclid(DAY), (to + MARGIN).div_euclid(DAY));
        let mut hours = Vec::new();
        let mut date = date_of(first);
        for day in first..=last {
            hours.extend(local(day, schedule.hours_on(date)));
            date = date.tomorrow().unwrap_or(date);
        }
        hours.sort_unstable();
        let hours = cut(join(hours), &breaks(schedule, first - 2, last + 2));
        let covered = super::COVERED.0 <= from && to <= super::COVERED.1;
        if covered {
            instants(&self.stretches, &hours, from, to, spans);
        } else {
            instants(&stretches(&self.time_zone, from - MARGIN, to + MARGIN), &hours, from, to, spans);
        }
    }
}

/// Sorted open spans with the open seconds before each.
#[derive(Debug)]
pub(super) struct Table {
    /// (start, end, open seconds before start).
    spans: Vec<(i64, i64, i64)>,
    /// By the day since 1970: how many spans begin before it. What is looked for on a day is among the few that begin on it.
    days: Vec<u32>,
}

impl Table {
    pub(super) fn new(spans: Vec<(i64, i64)>) -> Self {
        let mut before = 0;
        let spans = spans
            .into_iter()
            .map(|(start, end)| {
                let row = (start, end, before);
                before += end - start;
                row
            })
            .collect();
        Self::indexed(spans)
    }

    fn indexed(spans: Vec<(i64, i64, i64)>) -> Self {
        let last = spans.last().map_or(0, |span| span.0.div_euclid(DAY) + 1);
        let mut days = Vec::new();
        let mut begun = 0;
        for day in 0..=last {
            while spans.get(begun).is_some_and(|span| span.0 < day * DAY) {
                begun += 1;
            }
            days.push(u32::try_from(begun).unwrap_or(u32::MAX));
        }
        Self { spans, days }
    }

    /// How many spans begin before `at`.
    fn begun(&self, at: i64) -> usize {
        let Ok(day) = usize::try_from(at.div_euclid(DAY)) else { return 0 };
        let (Some(first), Some(next)) = (self.days.get(day), self.days.get(day + 1)) else { return self.spans.len() };
        let (first, next) = (*first as usize, *next as usize);
        first + self.spans[first..next].iter().take_while(|span| span.0 < at).count()
    }

    /// Open seconds before `at`, counted from the start of the table.
    pub(super) fn measure(&self, at: i64) -> i64 {
        match self.begun(at).checked_sub(1).map(|index| self.spans[index]) {
            Some((start, end, before)) => before + at.min(end) - start,
            None => 0,
        }
    }

    /// The first open instant at or after `at`, if the table reaches it.
    pub(super) fn next_open(&self, at: i64) -> Option<i64> {
        let begun = self.begun(at);
        match begun.checked_sub(1).map(|index| self.spans[index]) {
            Some((_, end, _)) if at < end => Some(at),
            _ => self.spans.get(begun).map(|span| span.0),
        }
    }

    /// The instant `seconds` open seconds after `at`, if the table reaches it. `seconds` is above 0.
    pub(super) fn reach(&self, at: i64, seconds: i64) -> Option<i64> {
        let goal = self.measure(at).checked_add(seconds)?;
        let index = self.spans.partition_point(|span| span.2 < goal).checked_sub(1)?;
        let (start, end, before) = self.spans[index];
        let due = start.checked_add(goal - before)?;
        (due <= end).then_some(due)
    }

    /// The spans within [from, to), cut to it.
    pub(super) fn between(&self, from: i64, to: i64) -> Vec<(i64, i64)> {
        let first = self.spans.partition_point(|span| span.1 <= from);
        self.spans[first..].iter().take_while(|span| span.0 < to).map(|span| (span.0.max(from), span.1.min(to))).collect()
    }
}

/// Sorted spans with those that touch or overlap made one.
pub(super) fn join(spans: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    let mut joined: Vec<(i64, i64)> = Vec::with_capacity(spans.len());
    for (start, end) in spans {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}

/// Days since 1970-01-01 of a date.
pub(super) fn day_number(date: Date) -> i64 {
    date.duration_since(jiff::civil::date(1970, 1, 1)).as_secs().div_euclid(DAY)
}

/// The date that many days after 1970-01-01, or the nearest that exists.
fn date_of(day: i64) -> Date {
    jiff::civil::date(1970, 1, 1).saturating_add(jiff::SignedDuration::from_secs(day.saturating_mul(DAY)))
}

/// Hours of a day as spans on the local time line: seconds since local 1970-01-01 00:00.
fn local(day: i64, hours: &[Interval]) -> Vec<(i64, i64)> {
    hours.iter().map(|hours| (day * DAY + i64::from(hours.from), day * DAY + i64::from(hours.to))).collect()
}

/// The breaks that start on the days [first, last], on the local time line, joined.
fn breaks(schedule: &Schedule, first: i64, last: i64) -> Vec<(i64, i64)> {
    let days = schedule.breaks.range(date_of(first)..=date_of(last));
    let mut spans: Vec<_> = days.flat_map(|(date, hours)| local(day_number(*date), hours)).collect();
    spans.sort_unstable();
    join(spans)
}

/// `hours` without `breaks`; both sorted and joined.
fn cut(hours: Vec<(i64, i64)>, breaks: &[(i64, i64)]) -> Vec<(i64, i64)> {
    if breaks.is_empty() {
        return hours;
    }
    let mut left = Vec::with_capacity(hours.len());
    for (mut start, end) in hours {
        let first = breaks.partition_point(|pause| pause.1 <= start);
        for pause in breaks[first..].iter().take_while(|pause| pause.0 < end) {
            if start < pause.0 {
                left.push((start, pause.0));
            }
            start = pause.1;
        }
        if start < end {
            left.push((start, end));
        }
    }
    left
}

/// The stretches of constant offset that meet [from, to].
fn stretches(zone: &TimeZone, from: i64, to: i64) -> Vec<(i64, i64)> {
    let Ok(start) = Timestamp::from_second(from.max(Timestamp::MIN.as_second())) else { return vec![(i64::MIN, 0)] };
    let mut found = vec![(i64::MIN, i64::from(zone.to_offset(start).seconds()))];
    for change in zone.following(start) {
        let at = change.timestamp().as_second();
        if at > to {
            break;
        }
        let offset = i64::from(change.offset().seconds());
        if found.last().is_some_and(|last| last.1 != offset) {
            found.push((at, offset));
        }
    }
    found
}

/// The instants in [from, to) whose local time lies in `hours`, in order.
fn instants(stretches: &[(i64, i64)], hours: &[(i64, i64)], from: i64, to: i64, spans: &mut Vec<(i64, i64)>) {
    for (index, &(begins, offset)) in stretches.iter().enumerate() {
        let ends = stretches.get(index + 1).map_or(i64::MAX, |next| next.0);
        let (begins, ends) = (begins.max(from), ends.min(to));
        if begins >= ends {
            continue;
        }
        let first = hours.partition_point(|hours| hours.1.saturating_sub(offset) <= begins);
        for &(open, close) in hours[first..].iter().take_while(|hours| hours.0 - offset < ends) {
            spans.push(((open - offset).max(begins), (close - offset).min(ends)));
        }
    }
}
