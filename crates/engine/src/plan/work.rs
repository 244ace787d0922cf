//! The counts of a pass over a fact table, ready to be worked out of its rows.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;
use datafusion::common::DFSchema;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_plan::PhysicalExpr;

use super::PlanError;
use super::cells::Cells;
use super::count::Count;
use super::counter::Counter;
use super::unfold::Unfold;

/// The counts of a pass, ready to be worked out.
pub(super) struct Work {
    lots: Vec<Lot>,
    counters: Vec<Counter>,
    /// By which cut each of them counts.
    cuts: Vec<usize>,
    /// What is true of every row that matters.
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

/// Counts of the same rows.
struct Lot {
    filter: Option<Arc<dyn PhysicalExpr>>,
    unfold: Unfold,
    /// What is worked out of the rows, each once.
    values: Vec<Arc<dyn PhysicalExpr>>,
    /// The ways in which the rows are cut, by their numbers, with the numbers of the values that are the dimensions.
    cuts: Vec<(usize, Vec<usize>)>,
    /// The counts, by their numbers, with the numbers of the values that each reads.
    counts: Vec<(usize, Vec<usize>)>,
}

impl Lot {
    fn new(filter: Option<Arc<dyn PhysicalExpr>>, unfold: Unfold) -> Self {
        Self { filter, unfold, values: Vec::new(), cuts: Vec::new(), counts: Vec::new() }
    }
}

impl Work {
    pub(super) fn compile(
        context: &SessionContext,
        schema: &Schema,
        counts: Vec<Count>,
        bounds: Option<Expr>,
    ) -> Result<Self, PlanError> {
        let plain = Compiler::new(context, schema.clone())?;
        let bounds = bounds.map(|bounds| plain.compile(bounds)).transpose()?;
        let mut unfolded: HashMap<Unfold, Compiler<'_>> = HashMap::new();
        let mut lots: Vec<Lot> = Vec::new();
        let mut known: HashMap<(Vec<Expr>, Unfold), usize> = HashMap::new();
        let mut values: HashMap<(usize, Expr), usize> = HashMap::new();
        let mut known_cuts: HashMap<(usize, Vec<usize>), usize> = HashMap::new();
        let (mut counters, mut cuts) = (Vec::new(), Vec::new());
        for (number, count) in counts.into_iter().enumerate() {
            if !unfolded.contains_key(&count.unfold) {
                unfolded.insert(count.unfold.clone(), Compiler::new(context, count.unfold.schema(schema))?);
            }
            let compiler = &unfolded[&count.unfold];
            let lot = match known.get(&(count.filters.clone(), count.unfold.clone())) {
                Some(lot) => *lot,
                None => {
                    let filter = count.filters.iter().cloned().reduce(Expr::and);
                    let filter = filter.map(|filter| plain.compile(filter)).transpose()?;
                    lots.push(Lot::new(filter, count.unfold.clone()));
                    known.insert((count.filters, count.unfold), lots.len() - 1);
                    lots.len() - 1
                }
            };
            let mut read = |expr: Expr| -> Result<usize, DataFusionError> {
                if let Some(value) = values.get(&(lot, expr.clone())) {
                    return Ok(*value);
                }
                lots[lot].values.push(compiler.compile(expr.clone())?);
                values.insert((lot, expr), lots[lot].values.len() - 1);
                Ok(lots[lot].values.len() - 1)
            };
            let dimensions = count.dimensions.into_iter().map(&mut read).collect::<Result<Vec<_>, _>>()?;
            let reads = count.columns.into_iter().chain(count.when.columns()).map(read).collect::<Result<Vec<_>, _>>()?;
            let next = known_cuts.len();
            let cut = *known_cuts.entry((lot, dimensions)).or_insert_with_key(|(_, dimensions)| {
                lots[lot].cuts.push((next, dimensions.clone()));
                next
            });
            lots[lot].counts.push((number, reads));
            counters.push(count.counter);
            cuts.push(cut);
        }
        Ok(Self { lots, counters, cuts, bounds })
    }

    /// Nothing is counted yet.
    pub(super) fn fresh(&self) -> Counted {
        let cuts = self.lots.iter().map(|lot| lot.cuts.len()).sum();
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

    /// Stored rows, as far as they matter, some at a time.
    pub(super) fn batches(
        &self,
        rows: &RecordBatch,
        mut take: impl FnMut(&RecordBatch) -> Result<(), PlanError>,
    ) -> Result<(), PlanError> {
        for first in (0..rows.num_rows()).step_by(ROWS) {
            let mut rows = rows.slice(first, ROWS.min(rows.num_rows() - first));
            if let Some(bounds) = &self.bounds {
                rows = kept_rows(&rows, bounds)?;
            }
            if rows.num_rows() > 0 {
                take(&rows)?;
            }
        }
        Ok(())
    }

    /// Counts the rows of a batch.
    pub(super) fn take(&self, batch: &RecordBatch, counted: &mut Counted) -> Result<(), PlanError> {
        for lot in &self.lots {
            let mut rows = batch.clone();
            if let Some(filter) = &lot.filter {
                rows = kept_rows(&rows, filter)?;
            }
            rows = lot.unfold.rows(rows)?;
            if rows.num_rows() == 0 {
                continue;
            }
            let value = |value: &Arc<dyn PhysicalExpr>| value.evaluate(&rows)?.into_array(rows.num_rows());
            let values: Vec<ArrayRef> = lot.values.iter().map(value).collect::<Result<_, DataFusionError>>()?;
            let read = |reads: &[usize]| -> Vec<&ArrayRef> { reads.iter().map(|read| &values[*read]).collect() };
            let mut cells: HashMap<usize, Vec<u32>> = HashMap::new();
            for (cut, dimensions) in &lot.cuts {
                cells.insert(*cut, counted.cells[*cut].of(&read(dimensions), rows.num_rows())?);
            }
            for (number, reads) in &lot.counts {
                counted.counters[*number].take(&cells[&self.cuts[*number]], &read(reads))?;
            }
        }
        Ok(())
    }
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

/// Makes expressions over the columns of some rows ready to be worked out.
pub(super) struct Compiler<'c> {
    context: &'c SessionContext,
    schema: Arc<DFSchema>,
    simplifier: ExprSimplifier,
}

impl<'c> Compiler<'c> {
    pub(super) fn new(context: &'c SessionContext, schema: Schema) -> Result<Self, DataFusionError> {
        let schema = Arc::new(DFSchema::try_from(schema)?);
        let simplifier = ExprSimplifier::new(SimplifyContext::builder().with_schema(schema.clone()).build());
        Ok(Self { context, schema, simplifier })
    }

    /// Types are made to fit, functions that stand for others replaced, constants worked out.
    pub(super) fn compile(&self, expr: Expr) -> Result<Arc<dyn PhysicalExpr>, DataFusionError> {
        let expr = self.simplifier.simplify(self.simplifier.coerce(expr, &self.schema)?)?;
        self.context.create_physical_expr(expr, &self.schema)
    }
}

/// The rows for which a condition holds.
fn kept_rows(rows: &RecordBatch, condition: &Arc<dyn PhysicalExpr>) -> Result<RecordBatch, DataFusionError> {
    let kept = condition.evaluate(rows)?.into_array(rows.num_rows())?;
    let kept = kept.as_boolean();
    if kept.null_count() == 0 && kept.true_count() == rows.num_rows() {
        return Ok(rows.clone());
    }
    Ok(filter_record_batch(rows, kept)?)
}
