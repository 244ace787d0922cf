//! Collected whole numbers: all of them, for percentiles are exact, and in little room, for they may be as many as the rows.
//!
//! Once there are many they are sorted, and of each is kept by how much it is more than the one before: of durations in seconds that is
//! little more than a byte. What was packed is never changed, so that whoever copies a tally copies no values.

use std::sync::Arc;

use integer_encoding::VarInt;

use super::tally::without;

/// Values that lie loose: as many as the cache takes beside those of other cells.
const LOOSE: usize = 4096;

/// Whole numbers, in any order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Values {
    loose: Vec<i64>,
    runs: Vec<Run>,
}

/// Sorted numbers: the first, and of each of the others by how much it is more than the one before.
#[derive(Debug, Clone)]
struct Run {
    values: usize,
    packed: Arc<[u8]>,
}

impl Run {
    fn of(sorted: &[i64]) -> Self {
        let mut packed = Vec::with_capacity(sorted.len() * 2);
        let mut bytes = [0; 10];
        let mut before = 0_i64;
        for (number, value) in sorted.iter().enumerate() {
            // In order, differences are never negative, and all of them fit without a sign.
            let written = match number {
                0 => value.encode_var(&mut bytes),
                _ => (value.wrapping_sub(before) as u64).encode_var(&mut bytes),
            };
            packed.extend_from_slice(&bytes[..written]);
            before = *value;
        }
        Self { values: sorted.len(), packed: packed.into() }
    }

    fn each(&self) -> impl Iterator<Item = i64> {
        let mut rest = &*self.packed;
        let mut before = None;
        std::iter::from_fn(move || {
            let (value, read) = match before {
                None => i64::decode_var(rest)?,
                Some(before) => u64::decode_var(rest).map(|(more, read)| (i64::wrapping_add(before, more as i64), read))?,
            };
            rest = &rest[read..];
            before = Some(value);
            before
        })
    }
}

impl Values {
    pub(crate) fn len(&self) -> usize {
        self.loose.len() + self.runs.iter().map(|run| run.values).sum::<usize>()
    }

    pub(crate) fn push(&mut self, value: i64) {
        self.loose.push(value);
        if self.loose.len() >= LOOSE {
            self.pack();
        }
    }

    /// All of them, in any order.
    pub(crate) fn each(&self) -> impl Iterator<Item = i64> {
        self.runs.iter().flat_map(Run::each).chain(self.loose.iter().copied())
    }

    /// All of them, sorted.
    pub(crate) fn sorted(&self) -> Vec<i64> {
        let mut sorted = Vec::with_capacity(self.len());
        sorted.extend(self.each());
        // They come in sorted runs, which a stable sort puts together.
        sorted.sort();
        sorted
    }

    /// Adds others.
    pub(super) fn merge(&mut self, other: &Self) {
        self.runs.extend(other.runs.iter().cloned());
        self.loose.extend(&other.loose);
        if self.loose.len() >= LOOSE {
            self.pack();
        }
    }

    /// Takes some of them off; answers whether all were there.
    pub(super) fn take_off(&mut self, gone: &Self) -> bool {
        if gone.loose.is_empty() && gone.runs.is_empty() {
            return true;
        }
        let mut left = self.sorted();
        let fits = without(&mut left, &gone.sorted());
        *self = Self { loose: left, runs: Vec::new() };
        if self.loose.len() >= LOOSE {
            self.pack();
        }
        fits
    }

    /// Puts them in order and into no more room than they need.
    pub(super) fn sort(&mut self) {
        if self.runs.is_empty() {
            self.loose.sort_unstable();
            self.loose.shrink_to_fit();
        } else if self.runs.len() > 1 || !self.loose.is_empty() {
            *self = Self { loose: Vec::new(), runs: vec![Run::of(&self.sorted())] };
        }
    }

    /// About how many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        let packed = self.runs.iter().map(|run| size_of::<Run>() + run.packed.len());
        size_of_val(&*self.loose) + packed.sum::<usize>()
    }

    fn pack(&mut self) {
        self.loose.sort_unstable();
        self.runs.push(Run::of(&self.loose));
        self.loose.clear();
    }
}

impl Extend<i64> for Values {
    fn extend<I: IntoIterator<Item = i64>>(&mut self, values: I) {
        values.into_iter().for_each(|value| self.push(value));
    }
}

impl FromIterator<i64> for Values {
    fn from_iter<I: IntoIterator<Item = i64>>(values: I) -> Self {
        let mut collected = Self::default();
        collected.extend(values);
        collected
    }
}

#[cfg(test)]
mod tests {
    use super::{LOOSE, Values};

    /// Many numbers in no order, the same ones each time, of which some are alike.
    fn many(count: usize) -> Vec<i64> {
        (0..count as i64).map(|number| (number * 7919) % 5003 - 40).collect()
    }

    #[test]
    fn what_is_packed_comes_back() {
        let mut all = many(3 * LOOSE + 17);
        all.extend([i64::MIN, i64::MAX, 0, -1, i64::MAX]);
        let mut values: Values = all.iter().copied().collect();
        all.sort_unstable();
        assert_eq!((values.len(), values.sorted()), (all.len(), all.clone()));
        assert!(values.bytes() < 3 * all.len() + 8 * LOOSE, "{} bytes", values.bytes());
        values.sort();
        assert_eq!(values.each().collect::<Vec<_>>(), all, "one run");
    }

    #[test]
    fn what_is_added_can_be_taken_off() {
        let (one, other) = (many(LOOSE + 5), many(2 * LOOSE - 3));
        let mut values: Values = one.iter().copied().collect();
        let gone: Values = other.iter().copied().collect();
        values.merge(&gone);
        assert_eq!(values.len(), one.len() + other.len());
        assert!(values.take_off(&gone));
        assert_eq!(values.sorted(), one.iter().copied().collect::<Values>().sorted());
        assert!(!values.take_off(&[5004].into_iter().collect()), "it was never there");
    }
}
