//! Kaplan-Meier: quantiles that do not forget those who are still waiting.
//!
//! A median over finished waits is too good whenever some still run, and the worse the service, the better it looks. Here a running wait
//! counts as "at least this long": it stays in the number at risk up to its age and then leaves without having ended.

/// A quantile of durations of which some still run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantile {
    /// The first duration at which at most 1 − share of all still wait.
    Reached(i64),
    /// So many still wait that it is not reached: at least as long as the longest that was seen.
    AtLeast(i64),
}

/// The quantile `share` (0 to 1) of sorted finished durations and sorted ages of those still running.
/// None: neither finished nor running ones.
///
/// A running one whose age equals a finished duration counts as still waiting at that instant.
pub fn kaplan_meier(finished: &[i64], running: &[i64], share: f64) -> Option<Quantile> {
    let longest = *finished.last().max(running.last())?;
    let goal = 1.0 - share;
    let mut surviving = 1.0;
    let mut done = 0;
    while let Some(&at) = finished.get(done) {
        let ends = finished[done..].partition_point(|value| *value == at);
        let censored = running.partition_point(|value| *value < at);
        let at_risk = finished.len() + running.len() - done - censored;
        surviving *= (at_risk - ends) as f64 / at_risk as f64;
        // A hair of slack: products of fractions such as 4/5 × 3/4 must still meet the share that they equal on paper.
        if surviving <= goal + 1e-12 {
            return Some(Quantile::Reached(at));
        }
        done += ends;
    }
    Some(Quantile::AtLeast(longest))
}
