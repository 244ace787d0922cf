//! Business time: which seconds are open, and how many of them lie between two instants.
//!
//! A calendar holds all versions of one schedule. Its open spans are expanded once, on first use, for a wide range of years
//! with running sums, so that the fold pays two binary searches for a measure and not a walk over days. Outside that range
//! the same expansion runs on demand: slower, never wrong. Wall-clock hours are kept in their IANA zone and never as an
//! offset; the zones are those bundled with the program, so that two machines with different systems agree to the second.
//!
//! This module must not know conversations or SLA: it is given instants (whole seconds since 1970 in UTC) and gives instants.

mod days;
mod expand;
mod schedule;
mod serving;

use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};

pub use schedule::{Interval, Schedule, Weekdays};
pub use serving::Calendars;

use days::KnownDays;
use expand::{Pattern, Table};

/// The earliest and latest instants that any question may name: the years -9998 to 9998. Others are treated as these.
const EDGE: i64 = 252_000_000_000;
/// The range that is expanded once: 1970-01-01 to 2070-01-01.
const COVERED: (i64, i64) = (0, 3_155_760_000);
/// How far a search for an open instant leaves the covered range, in seconds: a hundred years. A measure has no such bound.
const SEARCH: i64 = 100 * 366 * 86_400;
/// The step of such a search: about a quarter.
const STEP: i64 = 90 * 86_400;

/// The time zone of a name, from the bundled database only: the system's may differ from one machine to the next.
pub fn zone(name: &str) -> Option<TimeZone> {
    bundled().get(name).ok()
}

/// The names of all bundled zones, for advice on a mistyped one.
pub fn zone_names() -> Vec<String> {
    let mut names: Vec<_> = bundled().available().map(|name| name.as_str().to_owned()).collect();
    names.sort_unstable();
    names
}

fn bundled() -> &'static TimeZoneDatabase {
    static BUNDLED: OnceLock<TimeZoneDatabase> = OnceLock::new();
    BUNDLED.get_or_init(TimeZoneDatabase::bundled)
}

/// All versions of one schedule, or calendar time itself. Cloning is cheap; clones share the expanded spans.
#[derive(Debug, Clone)]
pub struct Calendar {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// In the order of the instants at which they come into force. Empty: calendar time, always open.
    versions: Vec<Version>,
    table: OnceLock<Table>,
    /// What was found out of the days of the covered range.
    days: OnceLock<KnownDays>,
}

/// One version of a schedule and the instants in which it rules.
#[derive(Debug)]
struct Version {
    schedule: Schedule,
    pattern: Pattern,
    start: i64,
    end: i64,
}

impl Calendar {
    /// Calendar time: every second is open, a business day is 24 hours.
    pub fn always() -> Self {
        Self { inner: Arc::new(Inner { versions: Vec::new(), table: OnceLock::new(), days: OnceLock::new() }) }
    }

    /// One calendar from the versions of one schedule. Each is in force from the local midnight of its `from` in its own
    /// zone to the start of the next one; of two with one start, the later in the list rules. No version: never open.
    pub fn new(mut schedules: Vec<Schedule>) -> Self {
        schedules.sort_by_key(|schedule| schedule.from);
        if schedules.is_empty() {
            schedules.push(Schedule::closed(String::new(), TimeZone::UTC));
        }
        let patterns: Vec<_> = schedules.iter().map(Pattern::new).collect();
        let starts: Vec<_> =
            schedules.iter().zip(&patterns).map(|(s, p)| s.from.map_or(-EDGE, |from| p.midnight(from))).collect();
        let count = schedules.len();
        let versions = schedules
            .into_iter()
            .zip(patterns)
            .enumerate()
            .map(|(index, (schedule, pattern))| Version {
                schedule,
                pattern,
                start: starts[index],
                end: if index + 1 < count { starts[index + 1] } else { EDGE },
            })
            .collect();
        Self { inner: Arc::new(Inner { versions, table: OnceLock::new(), days: OnceLock::new() }) }
    }

    /// Whether this is calendar time.
    pub fn is_always(&self) -> bool {
        self.inner.versions.is_empty()
    }

    /// Whether some version is in force at `at`: before the first `from` there is no schedule, and no business time.
    pub fn in_force(&self, at: i64) -> bool {
        self.is_always() || self.inner.versions[0].start <= at
    }

    /// The zone of the version in force at `at` (of the first one before that); UTC for calendar time.
    pub fn zone_at(&self, at: i64) -> TimeZone {
        self.version_at(at).map_or(TimeZone::UTC, |version| version.schedule.time_zone.clone())
    }

    /// Open seconds in [from, to). Never negative: 0 when `to` is not after `from`.
    pub fn open_seconds(&self, from: i64, to: i64) -> i64 {
        let (from, to) = (from.clamp(-EDGE, EDGE), to.clamp(-EDGE, EDGE));
        if to <= from {
            return 0;
        }
        if self.is_always() {
            return to - from;
        }
        let (low, high) = COVERED;
        let table = self.table();
        let mut seconds = table.measure(to) - table.measure(from);
        if from < low {
            seconds += total(&self.expand(from, to.min(low)));
        }
        if to > high {
            seconds += total(&self.expand(from.max(high), to));
        }
        seconds
    }

    /// Whether the second that begins at `at` is open.
    pub fn is_open(&self, at: i64) -> bool {
        self.open_seconds(at, at.saturating_add(1)) == 1
    }

    /// The first open instant at or after `at`. None: closed for good, or beyond the search.
    pub fn next_open(&self, at: i64) -> Option<i64> {
        if !self.is_always()
            && (COVERED.0..COVERED.1).contains(&at)
            && let Some(open) = self.table().next_open(at)
        {
            return Some(open);
        }
        self.spans_after(at, |start, _| Some(start))
    }

    /// The last instant at or before `at` that is open or ends an open span: where "0 seconds before" stands.
    pub fn previous_open(&self, at: i64) -> Option<i64> {
        if self.is_open(at) {
            return Some(at);
        }
        self.spans_before(at, |_, end| Some(end))
    }

    /// The instant at which `seconds` open seconds have passed since `at`: when a target is due. A count that ends exactly at
    /// closing time stays there; 0 seconds after a closed instant is the next open one. Negative: backwards.
    /// None: closed for good before that, or beyond the search.
    pub fn add_open_seconds(&self, at: i64, seconds: i64) -> Option<i64> {
        if seconds < 0 {
            return self.sub_open_seconds(at, seconds.checked_neg()?);
        }
        if seconds == 0 {
            return self.next_open(at);
        }
        if let Some(due) = self.quick_due(at, seconds) {
            return Some(due);
        }
        let mut left = seconds;
        self.spans_after(at, |start, end| {
            let length = end - start;
            if left <= length {
                return Some(start + left);
            }
            left -= length;
            None
        })
    }

    /// The latest instant from which `seconds` open seconds lead to `at`. 0 seconds before a closed instant is the end of the
    /// open span before it. Negative: forwards. None as in `add_open_seconds`.
    pub fn sub_open_seconds(&self, at: i64, seconds: i64) -> Option<i64> {
        if seconds < 0 {
            return self.add_open_seconds(at, seconds.checked_neg()?);
        }
        if seconds == 0 {
            return self.previous_open(at);
        }
        let mut left = seconds;
        self.spans_before(at, |start, end| {
            let length = end - start;
            if left <= length {
                return Some(end - left);
            }
            left -= length;
            None
        })
    }

    /// The open spans within [from, to), clipped to it, joined and in order: for shading a chart and for explaining a number.
    pub fn intervals_between(&self, from: i64, to: i64) -> Vec<(i64, i64)> {
        let (from, to) = (from.clamp(-EDGE, EDGE), to.clamp(-EDGE, EDGE));
        if to <= from {
            return Vec::new();
        }
        if self.is_always() {
            return vec![(from, to)];
        }
        self.expand(from, to)
    }

    /// Whether `date` is a business day: some hours of it are open after holidays, overrides and breaks.
    pub fn is_business_day(&self, date: Date) -> bool {
        let opens = || self.version_on(date).is_some_and(|version| version.pattern.opens_on(&version.schedule, date));
        self.is_always() || self.inner.days.get_or_init(KnownDays::default).ask(date, opens)
    }

    /// The version in force at an instant; the first one before all of them.
    fn version_at(&self, at: i64) -> Option<&Version> {
        let versions = &self.inner.versions;
        let after = versions.partition_point(|version| version.start <= at);
        versions.get(after.saturating_sub(1))
    }

    /// The version that rules a local date, if one is in force by then.
    fn version_on(&self, date: Date) -> Option<&Version> {
        self.inner.versions.iter().rev().find(|version| version.schedule.from.is_none_or(|from| from <= date))
    }

    fn table(&self) -> &Table {
        self.inner.table.get_or_init(|| Table::new(self.expand(COVERED.0, COVERED.1)))
    }

    /// The open spans of all versions within [from, to), joined.
    fn expand(&self, from: i64, to: i64) -> Vec<(i64, i64)> {
        if let Some(table) = self.inner.table.get()
            && COVERED.0 <= from
            && to <= COVERED.1
        {
            return table.between(from, to);
        }
        let mut spans = Vec::new();
        for version in &self.inner.versions {
            let (start, end) = (from.max(version.start), to.min(version.end));
            if start < end {
                version.pattern.expand(&version.schedule, start, end, &mut spans);
            }
        }
        expand::join(spans)
    }

    /// The due instant when both ends lie in the covered range: two binary searches.
    fn quick_due(&self, at: i64, seconds: i64) -> Option<i64> {
        if self.is_always() {
            return at.checked_add(seconds);
        }
        if at < COVERED.0 {
            return None;
        }
        self.table().reach(at, seconds)
    }

    /// Gives the open spans from `at` on, cut at `at`, until `visit` has its answer.
    fn spans_after(&self, at: i64, mut visit: impl FnMut(i64, i64) -> Option<i64>) -> Option<i64> {
        let mut from = at.clamp(-EDGE, EDGE);
        if self.is_always() {
            return visit(from, EDGE);
        }
        if from < COVERED.0 - SEARCH {
            return None;
        }
        let limit = from.max(COVERED.1).saturating_add(SEARCH).min(EDGE);
        while from < limit && !self.closed_after(from) {
            let to = from + STEP;
            if let Some(found) = self.look(from, to).into_iter().find_map(|(start, end)| visit(start, end)) {
                return Some(found);
            }
            from = to;
        }
        None
    }

    /// The same backwards: the latest span first, cut at `at`.
    fn spans_before(&self, at: i64, mut visit: impl FnMut(i64, i64) -> Option<i64>) -> Option<i64> {
        let mut to = at.clamp(-EDGE, EDGE);
        if self.is_always() {
            return visit(-EDGE, to);
        }
        if to > COVERED.1 + SEARCH {
            return None;
        }
        let limit = to.min(COVERED.0).saturating_sub(SEARCH).max(self.inner.versions[0].start);
        while to > limit {
            let from = to - STEP;
            if let Some(found) = self.look(from, to).into_iter().rev().find_map(|(start, end)| visit(start, end)) {
                return Some(found);
            }
            to = from;
        }
        None
    }

    /// `expand`, with the table built when it can answer.
    fn look(&self, from: i64, to: i64) -> Vec<(i64, i64)> {
        if COVERED.0 <= from && to <= COVERED.1 {
            return self.table().between(from, to);
        }
        self.expand(from, to)
    }

    /// Whether nothing can be open at or after `at` any more, so that a search may stop.
    fn closed_after(&self, at: i64) -> bool {
        let Some(last) = self.inner.versions.last() else { return false };
        at >= last.start && last.pattern.closed_after(&last.schedule, at)
    }
}

fn total(spans: &[(i64, i64)]) -> i64 {
    spans.iter().map(|(start, end)| end - start).sum()
}
