//! What was counted of a metric: by cell and period, with what its measure needs.
//!
//! Values are collected, not averaged: means, percentiles and intervals are worked out from sorted whole numbers afterwards, so that
//! no answer depends on the order in which threads met the rows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::common::HashSet;

/// The dimensions of a cell.
pub(crate) type Key = Vec<Option<String>>;

/// What is known of one period of one cell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// Rows that count, with or without a value.
    pub(crate) rows: i64,
    /// Rows that would have a value on the other clock.
    pub(crate) timed: i64,
    /// The values, in any order, in units of [`Tallies::unit`].
    pub(crate) values: Vec<i64>,
    /// Of shares and points.
    pub(crate) numerator: i64,
    /// Of shares and points.
    pub(crate) denominator: i64,
    /// Of shares with weights: the rows of the denominator.
    pub(crate) weighed: i64,
    /// Of points: rows that add, and rows that take away.
    pub(crate) signs: (i64, i64),
    /// Of sums; none without a value.
    pub(crate) sum: Option<i128>,
    /// Different values.
    pub(crate) distinct: HashSet<Arc<[u8]>>,
    /// When rows began and ended, by whose they are.
    pub(crate) stretches: BTreeMap<Box<str>, Vec<(i64, i64)>>,
    /// Rows that run at the period's end.
    pub(crate) running: i64,
    /// Ages of the rows that run, where they are needed.
    pub(crate) ages: Vec<i64>,
    /// Rows whose window is not over.
    pub(crate) provisional: i64,
    /// Rows left out, by the number of the clause less one.
    pub(crate) excluded: BTreeMap<usize, i64>,
    /// What the number is divided by, where it is.
    pub(crate) divisor: Option<f64>,
    /// Of how many the rows that count are, as far as it matters: conversations or, in tables without them, people.
    pub(crate) individuals: BTreeSet<Box<str>>,
    /// The least and the greatest currency.
    pub(crate) currency: Option<(String, String)>,
    /// The least and the greatest of what rows must have in common.
    pub(crate) alike: Option<(String, String)>,
}

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
    /// Adds what was counted elsewhere.
    pub(super) fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.timed += other.timed;
        self.values.extend(&other.values);
        self.numerator += other.numerator;
        self.denominator += other.denominator;
        self.weighed += other.weighed;
        self.signs = (self.signs.0 + other.signs.0, self.signs.1 + other.signs.1);
        self.sum = self.sum.into_iter().chain(other.sum).reduce(|a, b| a + b);
        self.distinct.extend(other.distinct.iter().cloned());
        self.individuals.extend(other.individuals.iter().cloned());
        for (owner, stretches) in &other.stretches {
            self.stretches.entry(owner.clone()).or_default().extend(stretches);
        }
        self.running += other.running;
        self.ages.extend(&other.ages);
        self.provisional += other.provisional;
        for (clause, rows) in &other.excluded {
            *self.excluded.entry(*clause).or_insert(0) += rows;
        }
        for (mine, other) in [(&mut self.currency, &other.currency), (&mut self.alike, &other.alike)] {
            if let Some((low, high)) = other {
                widen(mine, low);
                widen(mine, high);
            }
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let texts = self.distinct.iter().map(|text| text.len()).chain(self.individuals.iter().map(|text| text.len()));
        let texts: usize = texts.map(|text| 2 * size_of::<Box<str>>() + text).sum();
        let stretches = self.stretches.iter().map(|(owner, stretches)| owner.len() + size_of_val(&**stretches));
        let rare = self.excluded.len() * 2 * size_of::<(usize, i64)>() + stretches.sum::<usize>();
        size_of::<Self>() + size_of_val(&*self.values) + size_of_val(&*self.ages) + texts + rare
    }
}

/// Takes a text into the least and the greatest of those that were met.
pub(super) fn widen(known: &mut Option<(String, String)>, text: &str) {
    let (low, high) = known.get_or_insert_with(|| (text.to_owned(), text.to_owned()));
    if text < low.as_str() {
        text.clone_into(low);
    }
    if text > high.as_str() {
        text.clone_into(high);
    }
}
