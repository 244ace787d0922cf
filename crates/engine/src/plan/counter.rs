//! Who counts rows as they pass.
//!
//! A counter is given the numbers of the rows' cells and the columns that it asked for, batch by batch, on one thread; those of other
//! threads are added at the end. Counters that cut alike share the numbers.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int32Array};
use arrow::datatypes::{Int32Type, Int64Type};
use datafusion::error::DataFusionError;

use super::PlanError;
use super::by_period::{Layout, Periods};
use super::frequent::Rows;
use super::spans::Spans;
use super::tally::Key;

/// Counts what passes.
#[derive(Clone)]
pub(crate) enum Counter {
    /// The least of a column of seconds.
    First(Option<i64>),
    /// By cell and period.
    Periods(Box<Periods>),
    /// By cell, class and ends.
    Spans(Spans),
    /// By cell.
    Rows(Rows),
}

/// What a counter counts.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    First,
    Periods(Box<Layout>),
    Spans,
    Rows,
}

impl Counter {
    /// What it counts.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::First(_) => Kind::First,
            Self::Periods(periods) => Kind::Periods(Box::new(periods.layout().clone())),
            Self::Spans(_) => Kind::Spans,
            Self::Rows(_) => Kind::Rows,
        }
    }

    /// One that counts for several of one kind, between so many instants.
    pub(super) fn for_all(counters: &[&Self], between: usize) -> Self {
        let periods =
            counters.iter().filter_map(|counter| if let Self::Periods(periods) = counter { Some(&**periods) } else { None });
        match counters.first() {
            Some(Self::Periods(first)) => Self::Periods(Box::new(first.for_all(periods))),
            Some(Self::Spans(_)) => Self::Spans(Spans::new(between)),
            Some(Self::Rows(_)) => Self::Rows(Rows::default()),
            Some(Self::First(_)) | None => Self::First(None),
        }
    }

    /// What `own` would have counted between some of the instants between which this one has counted.
    pub(super) fn part(&self, own: Self, all: &[i64], between: &[i64]) -> Result<Self, PlanError> {
        match (self, own) {
            (Self::First(first), Self::First(_)) => Ok(Self::First(*first)),
            (Self::Periods(periods), Self::Periods(own)) => Ok(Self::Periods(Box::new(periods.part(*own, all, between)?))),
            (Self::Spans(spans), Self::Spans(_)) => Ok(Self::Spans(spans.part(all, between))),
            (Self::Rows(rows), Self::Rows(_)) => Ok(Self::Rows(rows.clone())),
            _ => Err(internal("counters of different kinds")),
        }
    }

    /// Counts rows, of which it is given the numbers of their cells and the columns that it asked for.
    pub(super) fn take(&mut self, cells: &[u32], columns: &[&ArrayRef]) -> Result<(), PlanError> {
        match self {
            Self::First(first) => {
                let least = columns.first().and_then(|column| arrow::compute::min(column.as_primitive_opt::<Int64Type>()?));
                *first = [*first, least].into_iter().flatten().min();
                Ok(())
            }
            Self::Periods(periods) => periods.take(cells, columns),
            Self::Spans(spans) => spans.take(cells, columns),
            Self::Rows(rows) => {
                rows.take(cells);
                Ok(())
            }
        }
    }

    /// Adds what another one of the same kind has counted: `renumbered` says which number each of its cells has here.
    pub(super) fn merge(&mut self, other: &Self, renumbered: &[u32]) -> Result<(), PlanError> {
        match (self, other) {
            (Self::First(mine), Self::First(other)) => *mine = [*mine, *other].into_iter().flatten().min(),
            (Self::Periods(mine), Self::Periods(other)) => mine.merge(other, renumbered)?,
            (Self::Spans(mine), Self::Spans(other)) => mine.merge(other, renumbered),
            (Self::Rows(mine), Self::Rows(other)) => mine.merge(other, renumbered),
            _ => return Err(internal("counters of different kinds")),
        }
        Ok(())
    }

    /// The same of one that is no longer needed.
    pub(super) fn take_over(&mut self, other: Self, renumbered: &[u32]) -> Result<(), PlanError> {
        match (self, other) {
            (Self::Periods(mine), Self::Periods(other)) => mine.take_over(*other, renumbered),
            (mine, other) => mine.merge(&other, renumbered),
        }
    }

    /// Takes off what was counted of some of the rows. Answers whether that could be done: all of them had been counted here, and what is
    /// left does not depend on them.
    #[must_use]
    pub(super) fn take_off(&mut self, gone: &Self, renumbered: &[u32]) -> bool {
        match (self, gone) {
            // The least of what is left is known as long as the least of all is left.
            (Self::First(mine), Self::First(gone)) => gone.is_none_or(|gone| mine.is_some_and(|mine| mine < gone)),
            (Self::Periods(mine), Self::Periods(gone)) => mine.take_off(gone, renumbered),
            (Self::Spans(mine), Self::Spans(gone)) => mine.take_off(gone, renumbered),
            (Self::Rows(mine), Self::Rows(gone)) => mine.take_off(gone, renumbered),
            _ => false,
        }
    }

    /// Whether rows can be taken off what it counts: of individuals it knows a few only.
    pub(super) fn gives_back(&self) -> bool {
        !matches!(self, Self::Periods(periods) if periods.layout().whose.is_some())
    }

    /// Sorts what it has collected.
    pub(super) fn sort(&mut self) {
        if let Self::Periods(periods) = self {
            periods.sort();
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::First(_) => size_of::<Self>(),
            Self::Periods(periods) => periods.bytes(),
            Self::Spans(spans) => spans.bytes(),
            Self::Rows(rows) => rows.bytes(),
        }
    }

    /// Learns what the numbers of its cells mean.
    pub(super) fn know(&mut self, keys: Arc<[Key]>) {
        match self {
            Self::First(_) => {}
            Self::Periods(periods) => periods.know(keys),
            Self::Spans(spans) => spans.know(keys),
            Self::Rows(rows) => rows.know(keys),
        }
    }
}

/// A column of 32-bit integers, which the planner itself has made.
pub(super) fn int32<'b>(columns: &[&'b ArrayRef], number: usize) -> Result<&'b Int32Array, PlanError> {
    columns[number].as_primitive_opt::<Int32Type>().ok_or_else(|| internal("a number that the planner makes is none"))
}

/// A column of truths, if there is to be one.
pub(super) fn boolean<'b>(columns: &[&'b ArrayRef], number: Option<usize>) -> Result<Option<&'b BooleanArray>, PlanError> {
    let Some(number) = number else { return Ok(None) };
    columns[number].as_boolean_opt().map(Some).ok_or_else(|| internal("a truth that the planner makes is none"))
}

fn internal(what: &str) -> PlanError {
    DataFusionError::Internal(what.to_owned()).into()
}
