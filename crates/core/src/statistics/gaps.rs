//! Gaps: stretches without anything, where the usual week has something.
//!
//! A quiet night is no gap and a quiet Tuesday noon is one, so each hour is held against the same hour of other weeks. What is rare
//! everywhere is never missed: a stretch counts as a gap only where so much was to be expected in it that chance would hardly leave none.

use std::collections::BTreeMap;

/// Hours of a week.
const WEEK: i64 = 168;
/// So much must be expected in a stretch without anything: of independent events, chance leaves none with e to the minus fifteenth, one in
/// three millions, which leaves room for events that come in bursts.
pub const EXPECTED: f64 = 15.0;

/// A stretch without anything.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// Its first hour.
    pub from: i64,
    /// The hour after its last.
    pub to: i64,
    /// How many events the same hours of the usual week have.
    pub expected: f64,
}

/// The gaps between the first and the last hour that has anything. `hours` are numbers of local hours, counted without a break, with
/// how many events each has; hours that are absent have none.
///
/// The usual number of an hour of the week is the median over all weeks, so that one rush or one failure does not move it.
pub fn gaps(hours: &BTreeMap<i64, i64>) -> Vec<Gap> {
    let (Some((&first, _)), Some((&last, _))) = (hours.first_key_value(), hours.last_key_value()) else { return Vec::new() };
    let usual: Vec<f64> = (0..WEEK).map(|hour| usual(hours, first, last, hour)).collect();
    let mut found = Vec::new();
    let mut gap: Option<Gap> = None;
    for hour in first..=last {
        if hours.get(&hour).copied().unwrap_or(0) > 0 {
            found.extend(gap.take());
            continue;
        }
        let gap = gap.get_or_insert(Gap { from: hour, to: hour, expected: 0.0 });
        gap.to = hour + 1;
        gap.expected += usual[usize::try_from(hour.rem_euclid(WEEK)).unwrap_or(0)];
    }
    found.retain(|gap| gap.expected >= EXPECTED);
    found
}

/// The median over the weeks of what an hour of the week has.
fn usual(hours: &BTreeMap<i64, i64>, first: i64, last: i64, hour: i64) -> f64 {
    let mut counts: Vec<i64> = (first..=last)
        .skip(usize::try_from((hour - first).rem_euclid(WEEK)).unwrap_or(0))
        .step_by(usize::try_from(WEEK).unwrap_or(1))
        .map(|hour| hours.get(&hour).copied().unwrap_or(0))
        .collect();
    counts.sort_unstable();
    super::quantile::type7(&counts, 0.5).unwrap_or(0.0)
}
