//! Counting by cell, class and the ends between which rows are in: what stocks and running rows are made of.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::Int64Type;
use datafusion::common::HashMap;

use super::PlanError;
use super::counter::int32;
use super::tally::Key;

/// Rows of one cell and class that are in between the same ends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Span {
    /// How many.
    pub(crate) rows: i64,
    /// When each began, in seconds, where that is asked.
    pub(crate) starts: Vec<i64>,
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
        let (from, until, classes) = (int32(columns, 0)?, int32(columns, 1)?, int32(columns, 2)?);
        // Behind them may be the seconds at which rows began.
        let starts = columns.get(3).and_then(|column| column.as_primitive_opt::<Int64Type>());
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
    pub(super) fn merge(&mut self, other: Self, renumbered: &[u32]) {
        for ((cell, class, first, last), mut span) in other.spans {
            let mine = self.spans.entry((renumbered[cell as usize], class, first, last)).or_default();
            mine.rows += span.rows;
            mine.starts.append(&mut span.starts);
        }
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
