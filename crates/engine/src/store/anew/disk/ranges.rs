//! Ranges of time in which conversations begin, so that each range has about as many events.
//!
//! Where conversations begin is not known while their events stream in, yet events are spread over time much as beginnings are: every
//! so many of them is noted.

use deskgauge_core::event::Instant;

/// Instants that are noted at most; then every other is forgotten.
const MOST: usize = 64 * 1024;

/// Some of many instants, evenly.
#[derive(Debug)]
pub(super) struct Sample {
    instants: Vec<i64>,
    every: u64,
    seen: u64,
}

impl Default for Sample {
    fn default() -> Self {
        Self { instants: Vec::new(), every: 1, seen: 0 }
    }
}

impl Sample {
    /// Takes an instant into account.
    pub(super) fn note(&mut self, at: Instant) {
        if self.seen.is_multiple_of(self.every) {
            self.instants.push(at.0);
        }
        self.seen += 1;
        if self.instants.len() == MOST {
            let mut keep = false;
            self.instants.retain(|_| {
                keep = !keep;
                keep
            });
            self.every *= 2;
        }
    }

    /// How many instants there were.
    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    /// So many ranges; fewer where instants are few.
    pub(super) fn ranges(mut self, count: usize) -> Ranges {
        self.instants.sort_unstable();
        let bound = |number: usize| self.instants.get(number * self.instants.len() / count.max(1)).copied();
        let mut bounds: Vec<i64> = (1..count).filter_map(bound).collect();
        bounds.dedup();
        Ranges { bounds }
    }
}

/// Ranges of time that follow one another.
#[derive(Debug)]
pub(super) struct Ranges {
    /// Where each but the first begins, in milliseconds.
    bounds: Vec<i64>,
}

impl Ranges {
    pub(super) fn count(&self) -> usize {
        self.bounds.len() + 1
    }

    /// The number of the range of an instant.
    pub(super) fn place(&self, at: Instant) -> usize {
        self.bounds.partition_point(|bound| *bound <= at.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_about_as_many_instants_each() {
        let mut sample = Sample::default();
        (0..1_000_000).for_each(|at| sample.note(Instant(at * at)));
        assert_eq!(sample.seen(), 1_000_000);
        assert!(sample.instants.len() < MOST, "bounded");
        let ranges = sample.ranges(10);
        assert_eq!(ranges.count(), 10);
        let mut sizes = [0; 10];
        (0..1_000_000).for_each(|at| sizes[ranges.place(Instant(at * at))] += 1);
        assert!(sizes.iter().all(|size| (95_000..105_000).contains(size)), "{sizes:?}");
    }

    #[test]
    fn one_instant_is_one_range() {
        let mut sample = Sample::default();
        (0..100).for_each(|_| sample.note(Instant(7)));
        let ranges = sample.ranges(4);
        assert_eq!((ranges.count(), ranges.place(Instant(6)), ranges.place(Instant(7))), (2, 0, 1));
        assert_eq!(Sample::default().ranges(4).count(), 1);
    }
}
