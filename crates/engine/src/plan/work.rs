//! The counts of a pass over a fact table, ready to be worked out of its rows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::physical_plan::PhysicalExpr;

use super::PlanError;
use super::cells::Cells;
use super::compiler::{Compiler, kept_rows};
use super::count::Count;
use super::counter::Counter;
use super::same_rows::{Draft, SameRows};
use super::unfold::Unfold;
use crate::threads::each_of;

/// The counts of a pass, ready to be worked out.
pub(super) struct Work {
    /// Counts of the same rows each.
    rows: Vec<SameRows>,
    counters: Vec<Counter>,
    /// By which cut each of them counts.
    cuts: Vec<usize>,
    /// What all counts ask of a row.
    common: Option<Arc<dyn PhysicalExpr>>,
    /// What is true of every row that matters: whoever reads streams has ruled out the others already.
    bounds: Option<Arc<dyn PhysicalExpr>>,
}

/// Rows that are worked through at once.
const ROWS: usize = 8192;

/// What one thread has counted.
#[derive(Clone)]
pub(super) struct Counted {
    counters: Vec<Counter>,
    /// The cells of each cut.
    cells: Vec<Cells>,
}

impl Work {
    pub(super) fn compile(
        context: &SessionContext,
        schema: &Schema,
        counts: Vec<Count>,
        bounds: Option<Expr>,
    ) -> Result<Self, PlanError> {
        let common = common_filters(&counts);
        let mut drafts: Vec<Draft> = Vec::new();
        let mut known: HashMap<(Vec<Expr>, Unfold), usize> = HashMap::new();
        let (mut counters, mut cuts, mut all_cuts) = (Vec::new(), Vec::new(), 0);
        for (number, count) in counts.into_iter().enumerate() {
            let filters: Vec<Expr> = conditions(&count.filters).filter(|own| !common.contains(own)).cloned().collect();
            let place = *known.entry((filters, count.unfold.clone())).or_insert_with_key(|(filters, unfold)| {
                drafts.push(Draft::new(filters.clone(), unfold.clone()));
                drafts.len() - 1
            });
            counters.push(count.counter.clone());
            cuts.push(drafts[place].add(number, count, &mut all_cuts));
        }
        let plain = Compiler::new(context, schema.clone())?;
        let bounds = plain.all(bounds)?;
        let common = plain.all(common)?;
        let rows = each_of(drafts, |_, draft| draft.compile(context, schema)).into_iter().collect::<Result<_, _>>()?;
        Ok(Self { rows, counters, cuts, common, bounds })
    }

    /// Nothing is counted yet.
    pub(super) fn fresh(&self) -> Counted {
        let cuts = self.rows.iter().map(SameRows::cuts).sum();
        let cells = std::iter::repeat_with(Cells::default).take(cuts).collect();
        Counted { counters: self.counters.clone(), cells }
    }

    /// Adds what was counted elsewhere, and is kept there.
    pub(super) fn merge(&self, all: &mut Counted, other: &Counted) -> Result<(), PlanError> {
        let renumbered = renumber(&mut all.cells, &other.cells);
        let counters = all.counters.iter_mut().zip(&other.counters).zip(&self.cuts);
        counters.into_iter().try_for_each(|((mine, other), cut)| mine.merge(other, &renumbered[*cut]))
    }

    /// Takes over what another thread has counted.
    pub(super) fn take_over(&self, all: &mut Counted, other: Counted) -> Result<(), PlanError> {
        let renumbered = renumber(&mut all.cells, &other.cells);
        let counters = all.counters.iter_mut().zip(other.counters).zip(&self.cuts);
        counters.into_iter().try_for_each(|((mine, other), cut)| mine.take_over(other, &renumbered[*cut]))
    }

    /// Takes off what was counted of some of the rows. Answers whether that could be done.
    #[must_use]
    pub(super) fn take_off(&self, all: &mut Counted, gone: &Counted) -> bool {
        let renumbered = renumber(&mut all.cells, &gone.cells);
        let counters = all.counters.iter_mut().zip(&gone.counters).zip(&self.cuts);
        counters.into_iter().all(|((mine, gone), cut)| mine.take_off(gone, &renumbered[*cut]))
    }

    /// Whether rows can be taken off what is counted.
    pub(super) fn gives_back(&self) -> bool {
        self.counters.iter().all(Counter::gives_back)
    }

    /// The counters, which know what their cells are.
    pub(super) fn told(&self, counted: Counted) -> Vec<Counter> {
        let keys: Vec<_> = counted.cells.into_iter().map(Cells::into_keys).collect();
        let mut counters = counted.counters;
        counters.iter_mut().zip(&self.cuts).for_each(|(counter, cut)| counter.know(keys[*cut].clone()));
        counters
    }

    /// Counts stored rows, some at a time.
    pub(super) fn take_stored(&self, rows: &RecordBatch, counted: &mut Counted) -> Result<(), PlanError> {
        for first in (0..rows.num_rows()).step_by(ROWS) {
            let rows = rows.slice(first, ROWS.min(rows.num_rows() - first));
            // Rows of other times are asked nothing more: a filter may divide by what is zero in them.
            self.take(&kept_rows(&rows, self.bounds.as_ref())?, counted)?;
        }
        Ok(())
    }

    /// Counts the rows of a batch.
    pub(super) fn take(&self, batch: &RecordBatch, counted: &mut Counted) -> Result<(), PlanError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let rows = kept_rows(batch, self.common.as_ref())?;
        if rows.num_rows() == 0 {
            return Ok(());
        }
        self.rows.iter().try_for_each(|same| same.take(&rows, &self.cuts, &mut counted.counters, &mut counted.cells))
    }
}

/// What is asked of a row by some filters.
fn conditions(filters: &[Expr]) -> impl Iterator<Item = &Expr> {
    filters.iter().flat_map(split_conjunction)
}

/// What all counts ask of a row, such as the filter of a page: it is worked out once for all of them.
fn common_filters(counts: &[Count]) -> Vec<Expr> {
    let Some((first, others)) = counts.split_first() else { return Vec::new() };
    let mut common: Vec<&Expr> = conditions(&first.filters).collect();
    for other in others {
        let own: HashSet<&Expr> = conditions(&other.filters).collect();
        common.retain(|condition| own.contains(condition));
    }
    common.into_iter().cloned().collect()
}

/// Takes the cells of others in; answers which number each of them has here.
fn renumber(mine: &mut [Cells], others: &[Cells]) -> Vec<Vec<u32>> {
    mine.iter_mut().zip(others).map(|(mine, others)| mine.merge(others)).collect()
}

impl Counted {
    /// Sorts what was collected: to sort what is put together of sorted parts takes less.
    pub(super) fn sort(&mut self) {
        self.counters.iter_mut().for_each(Counter::sort);
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> u64 {
        let counters: usize = self.counters.iter().map(Counter::bytes).sum();
        let cells: usize = self.cells.iter().map(Cells::bytes).sum();
        (counters + cells) as u64
    }
}
