//! How often a busy service folds what arrives.
//!
//! Folding costs something for each time beside what it costs for each event: rows are put together, the catalogue is asked, what was
//! counted of the state before is not that of this one. Beside a steady stream ten questions a second would pay that ten times for the
//! same events, and a board that is opened meanwhile would wait for all of them. So folds of more than a few events are counted, and
//! when there have been enough of them a question is answered from a state that is a little older.

use std::time::{Duration, Instant};

/// How old a state may be that answers a question beside a steady stream.
pub(super) const OLDEST: Duration = Duration::from_millis(700);

/// Folds of more than a few events a second, in the long run.
const A_SECOND: f64 = 2.0;

/// So many of them may follow each other at once.
const AT_ONCE: f64 = 3.0;

/// So many a question leaves for who folds in the background, so that it does not wait itself.
const LEFT: f64 = 1.0;

/// A fold of so many events is not counted: who sends one and asks finds it.
const FEW: usize = 16;

/// Folds that may still be made now.
#[derive(Debug)]
pub(super) struct Pace {
    left: f64,
    at: Instant,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Self {
        Self { left: AT_ONCE, at: now }
    }

    /// Whether who asks makes one.
    pub(super) fn allows(&self, now: Instant) -> bool {
        self.left(now) >= 1.0 + LEFT
    }

    /// How long it takes until one may be made in the background; nothing if that is now.
    pub(super) fn wait(&self, now: Instant) -> Option<Duration> {
        let lacking = 1.0 - self.left(now);
        (lacking > 0.0).then(|| Duration::from_secs_f64(lacking / A_SECOND))
    }

    /// One of so many events is made.
    pub(super) fn made(&mut self, events: usize, now: Instant) {
        if events > FEW {
            *self = Self { left: (self.left(now) - 1.0).max(0.0), at: now };
        }
    }

    fn left(&self, now: Instant) -> f64 {
        (self.left + now.saturating_duration_since(self.at).as_secs_f64() * A_SECOND).min(AT_ONCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_stream_is_folded_twice_a_second_and_never_by_who_asks() {
        let begin = Instant::now();
        let mut pace = Pace::new(begin);
        let mut folds = 0;
        for tenth in 0..100 {
            let now = begin + Duration::from_millis(100 * tenth);
            if pace.wait(now).is_none() {
                pace.made(100, now);
                folds += 1;
            }
            assert!(tenth < 2 || !pace.allows(now), "asked at {tenth}");
        }
        assert!((20..=23).contains(&folds), "{folds} folds in ten seconds");
    }

    #[test]
    fn a_few_events_are_folded_whenever_somebody_asks() {
        let begin = Instant::now();
        let mut pace = Pace::new(begin);
        for _ in 0..1000 {
            assert!(pace.allows(begin) && pace.wait(begin).is_none());
            pace.made(FEW, begin);
        }
    }

    #[test]
    fn who_has_to_wait_is_told_how_long() {
        let begin = Instant::now();
        let mut pace = Pace::new(begin);
        (0..3).for_each(|_| pace.made(100, begin));
        let wait = pace.wait(begin).expect("there were three");
        assert!(pace.wait(begin + wait / 2).is_some());
        assert_eq!(pace.wait(begin + wait + Duration::from_millis(1)), None);
    }
}
