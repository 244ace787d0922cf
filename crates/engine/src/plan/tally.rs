//! What was counted of a metric: by cell and period, with what its measure needs.
//!
//! Values are collected, not averaged: means, percentiles and intervals are worked out from sorted whole numbers afterwards, so that
//! no answer depends on the order in which threads met the rows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use datafusion::common::HashMap;

use super::values::Values;

/// The dimensions of a cell.
pub(crate) type Key = Vec<Option<String>>;

/// What is known of one period of one cell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// Rows that were put here, of whichever class.
    pub(crate) met: i64,
    /// Rows that count, with or without a value.
    pub(crate) rows: i64,
    /// Rows that would have a value on the other clock.
    pub(crate) timed: i64,
    /// The values, in any order, in units of [`Tallies::unit`].
    pub(crate) values: Values,
    /// Of shares and points.
    pub(crate) numerator: i64,
    /// Of shares and points.
    pub(crate) denominator: i64,
    /// Of shares with weights: the rows of the denominator.
    pub(crate) weighed: i64,
    /// Of points: rows that add, and rows that take away.
    pub(crate) signs: (i64, i64),
    /// Rows that run at the period's end.
    pub(crate) running: i64,
    /// Rows whose window is not over.
    pub(crate) provisional: i64,
    /// Rows left out, by the number of the clause less one.
    pub(crate) excluded: BTreeMap<usize, i64>,
    /// What few measures need: tallies are many.
    special: Option<Box<Special>>,
}

/// What few measures need of a period of a cell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Special {
    /// Of sums; none without a value.
    pub(crate) sum: Option<i128>,
    /// How many values the sum has.
    pub(crate) added: i64,
    /// Different values, with the rows of each.
    pub(crate) distinct: HashMap<Arc<[u8]>, i64>,
    /// When rows began and ended, by whose they are.
    pub(crate) stretches: BTreeMap<Box<str>, Vec<(i64, i64)>>,
    /// Ages of the rows that run, where they are needed.
    pub(crate) ages: Vec<i64>,
    /// What the number is divided by, where it is.
    pub(crate) divisor: Option<f64>,
    /// Of how many the rows that count are, as far as it matters: conversations or, in tables without them, people.
    pub(crate) individuals: BTreeSet<Box<str>>,
    /// The currencies, with the rows of each.
    pub(crate) currency: BTreeMap<Box<str>, i64>,
    /// What rows must have in common, with the rows of each.
    pub(crate) alike: BTreeMap<Box<str>, i64>,
}

/// Of a tally whose measure needs nothing special.
static NOTHING: LazyLock<Special> = LazyLock::new(Special::default);

/// All tallies of a metric, by cell and period.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    /// By dimensions, then by the number of the period.
    pub(crate) cells: BTreeMap<Key, BTreeMap<usize, Tally>>,
    /// How many units of a value make one.
    pub(crate) unit: i64,
}

impl Tallies {
    /// The tally of a cell and period.
    pub(crate) fn at(&mut self, key: Key, period: usize) -> &mut Tally {
        self.cells.entry(key).or_default().entry(period).or_default()
    }
}

impl Tally {
    /// What few measures need.
    pub(crate) fn special(&self) -> &Special {
        self.special.as_deref().unwrap_or_else(|| &NOTHING)
    }

    /// The same, to be added to.
    pub(crate) fn special_mut(&mut self) -> &mut Special {
        self.special.get_or_insert_default()
    }

    /// Adds what was counted elsewhere.
    pub(super) fn merge(&mut self, other: &Self) {
        self.met += other.met;
        self.rows += other.rows;
        self.timed += other.timed;
        self.values.merge(&other.values);
        self.numerator += other.numerator;
        self.denominator += other.denominator;
        self.weighed += other.weighed;
        self.signs = (self.signs.0 + other.signs.0, self.signs.1 + other.signs.1);
        self.running += other.running;
        self.provisional += other.provisional;
        for (clause, rows) in &other.excluded {
            *self.excluded.entry(*clause).or_insert(0) += rows;
        }
        if let Some(other) = &other.special {
            self.special_mut().merge(other);
        }
    }

    /// Takes off rows that are among those which were counted; answers whether they were. Nothing is told of individuals, of whom a part is
    /// known only.
    #[must_use]
    pub(super) fn take_off(&mut self, gone: &Self) -> bool {
        self.met -= gone.met;
        self.rows -= gone.rows;
        self.timed -= gone.timed;
        self.numerator -= gone.numerator;
        self.denominator -= gone.denominator;
        self.weighed -= gone.weighed;
        self.signs = (self.signs.0 - gone.signs.0, self.signs.1 - gone.signs.1);
        self.running -= gone.running;
        self.provisional -= gone.provisional;
        let counted = [self.met, self.rows, self.timed, self.weighed, self.running, self.provisional];
        let mut fits = counted.iter().all(|rows| *rows >= 0);
        fits &= self.values.take_off(&gone.values);
        for (clause, rows) in &gone.excluded {
            fits &= self.excluded.get_mut(clause).is_some_and(|mine| less(mine, *rows));
        }
        self.excluded.retain(|_, rows| *rows > 0);
        match (&mut self.special, &gone.special) {
            (Some(mine), Some(gone)) => fits && mine.take_off(gone),
            // What had nothing special has nothing to be taken off it.
            (mine, gone) => fits && (mine.is_some() || gone.is_none()),
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let excluded = self.excluded.len() * 2 * size_of::<(usize, i64)>();
        size_of::<Self>() + self.values.bytes() + excluded + self.special.as_ref().map_or(0, |special| special.bytes())
    }
}

impl Special {
    /// Adds a value to the sum.
    pub(super) fn add(&mut self, value: i128) {
        self.sum = Some(self.sum.unwrap_or(0) + value);
        self.added += 1;
    }

    fn merge(&mut self, other: &Self) {
        self.sum = self.sum.into_iter().chain(other.sum).reduce(|a, b| a + b);
        self.added += other.added;
        for (value, rows) in &other.distinct {
            *self.distinct.entry(value.clone()).or_insert(0) += rows;
        }
        self.individuals.extend(other.individuals.iter().cloned());
        for (owner, stretches) in &other.stretches {
            self.stretches.entry(owner.clone()).or_default().extend(stretches);
        }
        self.ages.extend(&other.ages);
        for (mine, other) in [(&mut self.currency, &other.currency), (&mut self.alike, &other.alike)] {
            other.iter().for_each(|(text, rows)| meet(mine, text, *rows));
        }
    }

    fn take_off(&mut self, gone: &Self) -> bool {
        self.added -= gone.added;
        self.sum = self.sum.map(|sum| sum - gone.sum.unwrap_or(0)).filter(|_| self.added > 0);
        let mut fits = self.added >= 0 && without(&mut self.ages, &gone.ages);
        for (owner, stretches) in &gone.stretches {
            fits &= self.stretches.get_mut(owner).is_some_and(|mine| without(mine, stretches));
            if self.stretches.get(owner).is_some_and(Vec::is_empty) {
                self.stretches.remove(owner);
            }
        }
        for (value, rows) in &gone.distinct {
            fits &= self.distinct.get_mut(value).is_some_and(|mine| less(mine, *rows));
            if self.distinct.get(value) == Some(&0) {
                self.distinct.remove(value);
            }
        }
        for (mine, gone) in [(&mut self.currency, &gone.currency), (&mut self.alike, &gone.alike)] {
            fits &= gone.iter().all(|(text, rows)| mine.get_mut(text).is_some_and(|mine| less(mine, *rows)));
            mine.retain(|_, rows| *rows > 0);
        }
        fits
    }

    fn bytes(&self) -> usize {
        let named = self.currency.keys().chain(self.alike.keys()).map(|text| text.len());
        let texts =
            self.distinct.keys().map(|text| text.len()).chain(named).chain(self.individuals.iter().map(|text| text.len()));
        let texts: usize = texts.map(|text| 2 * size_of::<Box<str>>() + text).sum();
        let stretches = self.stretches.iter().map(|(owner, stretches)| owner.len() + size_of_val(&**stretches));
        size_of::<Self>() + size_of_val(&*self.ages) + texts + stretches.sum::<usize>()
    }
}

/// Notes that some rows have a text.
pub(super) fn meet(known: &mut BTreeMap<Box<str>, i64>, text: &str, rows: i64) {
    match known.get_mut(text) {
        Some(known) => *known += rows,
        None => drop(known.insert(text.into(), rows)),
    }
}

/// Takes some of the rows off; answers whether there were as many.
fn less(rows: &mut i64, gone: i64) -> bool {
    *rows -= gone;
    *rows >= 0
}

/// Takes some of the values off, and sorts; answers whether all were there.
pub(super) fn without<T: Ord + Copy>(values: &mut Vec<T>, gone: &[T]) -> bool {
    if gone.is_empty() {
        return true;
    }
    let mut gone = gone.to_vec();
    gone.sort_unstable();
    // What was kept comes in sorted runs, which a stable sort puts together.
    values.sort();
    let mut next = gone.iter().peekable();
    values.retain(|value| next.next_if_eq(&value).is_none());
    next.peek().is_none()
}

#[cfg(test)]
mod tests {
    use super::{Tally, meet, without};

    #[test]
    fn what_is_taken_off_was_never_there() {
        let of = |values: &[i64], currency: &str| {
            let mut tally = Tally { met: 2, rows: 2, values: values.iter().copied().collect(), ..Tally::default() };
            let special = tally.special_mut();
            special.add(7);
            meet(&mut special.currency, currency, 2);
            special.distinct.insert(values[0].to_be_bytes().as_slice().into(), 2);
            tally.excluded.insert(1, 1);
            tally
        };
        let (stays, goes) = (of(&[5, 3], "EUR"), of(&[4, 3], "RON"));
        let mut both = stays.clone();
        both.merge(&goes);
        let special = both.special();
        assert_eq!((special.currency.len(), special.distinct.len(), special.sum), (2, 2, Some(14)));
        assert!(both.take_off(&goes));
        assert_eq!(both.values.sorted(), [3, 5]);
        let special = both.special();
        assert_eq!(special.sum, Some(7));
        assert_eq!(special.currency.keys().map(AsRef::as_ref).collect::<Vec<&str>>(), ["EUR"]);
        assert_eq!((special.distinct.len(), both.excluded.get(&1)), (1, Some(&1)));
        assert!(both.take_off(&stays));
        assert_eq!((both.met, both.special().sum, both.values.len(), both.excluded.len()), (0, None, 0, 0));
    }

    #[test]
    fn what_was_not_there_is_told() {
        let mut tally = Tally { met: 1, rows: 1, values: [3].into_iter().collect(), ..Tally::default() };
        assert!(!tally.take_off(&Tally { met: 1, rows: 1, values: [4].into_iter().collect(), ..Tally::default() }));
        assert!(!without(&mut vec![1, 2], &[2, 2]));
        let mut sums = Tally { met: 1, rows: 1, ..Tally::default() };
        sums.special_mut().add(7);
        assert!(!Tally { met: 1, rows: 1, ..Tally::default() }.take_off(&sums), "nothing was added up");
    }
}
