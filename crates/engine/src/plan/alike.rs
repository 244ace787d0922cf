//! Counts that differ in their periods only are counted once.
//!
//! A board asks a KPI of a month, of each of its days, and of both a month before. Rows, cells and classes are the same, so they are
//! counted once between all instants at which any of them cuts, and each is told its part: its periods are whole ones of those, put
//! together. What is collected is exact, so that the parts are what each would have counted by itself.

use std::collections::{BTreeSet, HashMap};

use datafusion::logical_expr::Expr;

use super::PlanError;
use super::count::{Count, When};
use super::counter::{Counter, Kind};
use super::unfold::Unfold;
use crate::threads::each_of;

/// Counts, each for all that are like it.
pub(super) struct Alike {
    /// What is to be counted.
    pub(super) counts: Vec<Count>,
    /// Who is told what of it.
    pub(super) shared: Shared,
}

/// Which part of the counts is whose.
pub(super) struct Shared {
    parts: Vec<Part>,
    /// Between which instants each of the counts counts.
    between: Vec<Vec<i64>>,
}

/// Whose part of a count it is.
struct Part {
    count: usize,
    /// Between which instants it is told.
    between: Vec<i64>,
    /// That counts as it would have counted by itself, and has counted nothing.
    fresh: Counter,
}

/// All by which counts may differ, but for their periods and how much they may hold.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Likeness {
    filters: Vec<Expr>,
    asked: Vec<Expr>,
    unfold: Unfold,
    instants: Vec<Expr>,
    dimensions: Vec<Expr>,
    columns: Vec<Expr>,
    kind: Kind,
}

impl Alike {
    /// Brings counts together.
    pub(super) fn of(counts: Vec<Count>) -> Self {
        let mut alike: HashMap<Likeness, Vec<usize>> = HashMap::new();
        for (number, count) in counts.iter().enumerate() {
            alike.entry(Likeness::of(count)).or_default().push(number);
        }
        let mut groups: Vec<Vec<usize>> = alike.into_values().flat_map(|group| touching(&counts, group)).collect();
        groups.sort();
        let mut parts: Vec<Option<Part>> = counts.iter().map(|_| None).collect();
        let mut merged = Vec::new();
        for group in groups {
            let between: BTreeSet<i64> = group.iter().flat_map(|number| counts[*number].when.between()).copied().collect();
            for number in &group {
                let Count { when, counter, .. } = &counts[*number];
                parts[*number] = Some(Part { count: merged.len(), between: when.between().to_vec(), fresh: counter.clone() });
            }
            let first = &counts[group[0]];
            let counters: Vec<&Counter> = group.iter().map(|number| &counts[*number].counter).collect();
            let counter = Counter::for_all(&counters, between.len());
            merged.push(Count { when: first.when.cut_at(between.into_iter().collect()), counter, ..first.clone() });
        }
        let between = merged.iter().map(|count| count.when.between().to_vec()).collect();
        Self { counts: merged, shared: Shared { parts: parts.into_iter().flatten().collect(), between } }
    }
}

impl Likeness {
    /// Of a count.
    pub(super) fn of(count: &Count) -> Self {
        Self {
            filters: count.filters.clone(),
            asked: count.asked.clone(),
            unfold: count.unfold.clone(),
            instants: count.when.instants().into_iter().cloned().collect(),
            dimensions: count.dimensions.clone(),
            columns: count.columns.clone(),
            kind: count.counter.kind(),
        }
    }

    /// The same, but for some of what the question asks.
    pub(super) fn without(mut self, asked: &[Expr]) -> Self {
        self.asked.retain(|own| !asked.contains(own));
        self
    }

    /// The same with other expressions.
    pub(super) fn map(self, other: impl Fn(Expr) -> Expr) -> Self {
        let all = |exprs: Vec<Expr>| exprs.into_iter().map(&other).collect();
        Self {
            filters: all(self.filters),
            asked: all(self.asked),
            instants: all(self.instants),
            dimensions: all(self.dimensions),
            columns: all(self.columns),
            ..self
        }
    }
}

/// Counts by periods that touch each other, so that no time is counted about which nobody asks; other counts as they are.
fn touching(counts: &[Count], mut group: Vec<usize>) -> Vec<Vec<usize>> {
    let by_periods = |number: &usize| matches!(counts[*number].when, When::Periods { .. });
    if !group.iter().all(by_periods) {
        return vec![group];
    }
    group.sort_by_key(|number| counts[*number].when.between().first().copied());
    let mut groups: Vec<(Vec<usize>, Option<i64>)> = Vec::new();
    for number in group {
        let (first, last) = (counts[number].when.between().first(), counts[number].when.between().last());
        match groups.last_mut().filter(|(_, end)| first.copied() <= *end) {
            Some((group, end)) => {
                group.push(number);
                *end = last.copied().max(*end);
            }
            None => groups.push((vec![number], last.copied())),
        }
    }
    groups
        .into_iter()
        .map(|(mut group, _)| {
            group.sort_unstable();
            group
        })
        .collect()
}

impl Shared {
    /// Tells each its part of what was counted, in their order.
    pub(super) fn parts(self, counted: Vec<Counter>) -> Result<Vec<Counter>, PlanError> {
        let mut users = vec![0_usize; counted.len()];
        self.parts.iter().for_each(|part| users[part.count] += 1);
        let mut counted: Vec<Option<Counter>> = counted.into_iter().map(Some).collect();
        let is_whole = |part: &Part| users[part.count] == 1 && part.between == self.between[part.count];
        let whole: Vec<_> = self.parts.iter().map(|part| counted[part.count].take_if(|_| is_whole(part))).collect();
        let part = |_, (Part { count, between, fresh }, whole): (Part, Option<Counter>)| match (whole, &counted[count]) {
            (Some(whole), _) => Ok(whole),
            (None, Some(all)) => all.part(fresh, &self.between[count], &between),
            (None, None) => Ok(fresh),
        };
        each_of(self.parts.into_iter().zip(whole).collect(), part).into_iter().collect()
    }
}
