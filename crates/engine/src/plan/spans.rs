//! Counting by cell, class and the ends between which rows are in: what stocks and running rows are made of.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::Int64Type;
use datafusion::common::HashMap;

use super::PlanError;
use super::counter::int32;
use super::tally::{Key, without};

/// Rows of one cell and class that are in between the same ends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Span {
    /// How many.
    pub(crate) rows: i64,
    /// When each began, in seconds, where that is asked.
    pub(crate) starts: Vec<i64>,
}

impl Span {
    fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.starts.extend(&other.starts);
    }
}

/// Counts by cell, class and the ends between which rows are in.
#[derive(Clone)]
pub(crate) struct Spans {
    ends: usize,
    /// The dimensions of the cells, by number, once all is counted.
    keys: Arc<[Key]>,
    spans: HashMap<(u32, i32, usize, usize), Span>,
}

impl Spans {
    /// Nothing is counted yet, between that many ends.
    pub(crate) fn new(ends: usize) -> Self {
        Self { ends, keys: Arc::default(), spans: HashMap::default() }
    }

    /// Counts rows by the numbers of their cells.
    pub(super) fn take(&mut self, cells: &[u32], columns: &[&ArrayRef]) -> Result<(), PlanError> {
        let (own, ends) = columns.split_at(columns.len().saturating_sub(2));
        let (from, until, classes) = (int32(ends, 0)?, int32(ends, 1)?, int32(own, 0)?);
        // Behind the class may be the seconds at which rows began.
        let starts = own.get(1).and_then(|column| column.as_primitive_opt::<Int64Type>());
        for (row, cell) in cells.iter().enumerate().filter(|(row, _)| from.is_valid(*row)) {
            let first = usize::try_from(from.value(row)).unwrap_or(0);
            let last = if until.is_null(row) { self.ends } else { usize::try_from(until.value(row)).unwrap_or(0) };
            let last = last.min(self.ends);
            if first < last {
                let span = self.spans.entry((*cell, classes.value(row), first, last)).or_default();
                span.rows += 1;
                span.starts.extend(starts.map(|starts| starts.value(row)));
            }
        }
        Ok(())
    }

    /// Adds what another thread has counted, whose cells have other numbers.
    pub(super) fn merge(&mut self, other: &Self, renumbered: &[u32]) {
        for ((cell, class, first, last), span) in &other.spans {
            self.spans.entry((renumbered[*cell as usize], *class, *first, *last)).or_default().merge(span);
        }
    }

    /// Takes off what was counted of some of the rows; answers whether all of them had been counted here.
    #[must_use]
    pub(super) fn take_off(&mut self, gone: &Self, renumbered: &[u32]) -> bool {
        gone.spans.iter().all(|((cell, class, first, last), span)| {
            let at = (renumbered[*cell as usize], *class, *first, *last);
            let Some(mine) = self.spans.get_mut(&at) else { return false };
            mine.rows -= span.rows;
            let fits = mine.rows >= 0 && without(&mut mine.starts, &span.starts);
            if mine.rows == 0 {
                self.spans.remove(&at);
            }
            fits
        })
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let starts: usize = self.spans.values().map(|span| size_of_val(&*span.starts)).sum();
        size_of::<Self>() + self.spans.len() * 2 * size_of::<((u32, i32, usize, usize), Span)>() + starts
    }

    /// The same between some of the ends.
    pub(super) fn part(&self, all: &[i64], ends: &[i64]) -> Self {
        let places: Vec<usize> = ends.iter().map(|end| all.partition_point(|other| other < end)).collect();
        let mut part = Self { ends: ends.len(), keys: self.keys.clone(), spans: HashMap::default() };
        for ((cell, class, first, last), span) in &self.spans {
            let place = |end: &usize| places.partition_point(|place| place < end);
            let (first, last) = (place(first), place(last));
            if first < last {
                part.spans.entry((*cell, *class, first, last)).or_default().merge(span);
            }
        }
        part
    }

    /// Learns what the numbers of its cells mean.
    pub(super) fn know(&mut self, keys: Arc<[Key]>) {
        self.keys = keys;
    }

    /// What was counted: the cell, the class, the ends at which the rows are in, and the rows.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&Key, i32, std::ops::Range<usize>, &Span)> {
        self.spans.iter().map(|((cell, class, first, last), span)| (&self.keys[*cell as usize], *class, *first..*last, span))
    }
}
