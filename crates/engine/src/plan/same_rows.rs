//! Counts of the same rows: the rows are filtered and unfolded once, and what several counts read of a row is worked out once.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::PhysicalExpr;

use super::PlanError;
use super::cells::Cells;
use super::compiler::{Compiler, kept_rows};
use super::count::Count;
use super::counter::Counter;
use super::once::{Shared, once};
use super::unfold::Unfold;

/// How some rows are cut and counted, by the numbers of what is worked out of them.
#[derive(Default)]
struct Numbers {
    /// The ways in which the rows are cut, by their numbers, with the values that are the dimensions.
    cuts: Vec<(usize, Vec<usize>)>,
    /// The counts, by their numbers, with the values that each reads.
    counts: Vec<(usize, Vec<usize>)>,
}

/// Counts of the same rows, before they are made ready.
pub(super) struct Draft {
    filters: Vec<Expr>,
    unfold: Unfold,
    values: Vec<Expr>,
    known: HashMap<Expr, usize>,
    known_cuts: HashMap<Vec<usize>, usize>,
    numbers: Numbers,
}

impl Draft {
    /// Of rows of which all the filters are true.
    pub(super) fn new(filters: Vec<Expr>, unfold: Unfold) -> Self {
        let (known, known_cuts) = (HashMap::new(), HashMap::new());
        Self { filters, unfold, values: Vec::new(), known, known_cuts, numbers: Numbers::default() }
    }

    /// Adds a count of them; answers the number of its cut, of `all_cuts` so far.
    pub(super) fn add(&mut self, number: usize, count: Count, all_cuts: &mut usize) -> usize {
        let mut read = |expr: Expr| {
            *self.known.entry(expr).or_insert_with_key(|expr| {
                self.values.push(expr.clone());
                self.values.len() - 1
            })
        };
        let dimensions: Vec<usize> = count.dimensions.into_iter().map(&mut read).collect();
        let reads = count.columns.into_iter().chain(count.when.columns()).map(read).collect();
        self.numbers.counts.push((number, reads));
        *self.known_cuts.entry(dimensions).or_insert_with_key(|dimensions| {
            self.numbers.cuts.push((*all_cuts, dimensions.clone()));
            *all_cuts += 1;
            *all_cuts - 1
        })
    }

    /// Makes it ready for rows with these columns.
    pub(super) fn compile(self, context: &SessionContext, schema: &Schema) -> Result<SameRows, DataFusionError> {
        let exprs = self.filters.iter().chain(&self.values).flat_map(Expr::column_refs).map(|column| column.name.as_str());
        let named: BTreeSet<&str> = exprs.chain(self.unfold.reads()).collect();
        let mut columns: Vec<usize> = named.into_iter().filter_map(|name| schema.index_of(name).ok()).collect();
        columns.sort_unstable();
        let own = schema.project(&columns)?;
        let filter = Compiler::new(context, own.clone())?.all(self.filters)?;
        let mut compiler = Compiler::new(context, self.unfold.schema(&own))?;
        let values = self.values.into_iter().map(|value| compiler.plain(value)).collect::<Result<_, _>>()?;
        let (levels, values) = once(values)?;
        let mut shared = Vec::new();
        for level in levels {
            let ready = |Shared { name, expr }| Ok((name, compiler.ready(expr)?));
            let ready = level.into_iter().map(ready).collect::<Result<Vec<_>, DataFusionError>>()?;
            compiler = compiler.with(&ready)?;
            shared.push(Level { exprs: ready.into_iter().map(|(_, expr)| expr).collect(), schema: compiler.schema() });
        }
        let values = values.into_iter().map(|value| compiler.ready(value)).collect::<Result<_, _>>()?;
        Ok(SameRows { columns, filter, unfold: self.unfold, shared, values, numbers: self.numbers })
    }
}

/// Columns that are worked out of rows for all that read them.
struct Level {
    exprs: Vec<Arc<dyn PhysicalExpr>>,
    /// The columns of the rows with these.
    schema: SchemaRef,
}

/// Counts of the same rows.
pub(super) struct SameRows {
    /// The columns that are read: others are not filtered for nothing.
    columns: Vec<usize>,
    filter: Option<Arc<dyn PhysicalExpr>>,
    unfold: Unfold,
    /// What values have in common, each level of the columns of those before it.
    shared: Vec<Level>,
    /// What is worked out of the rows, each once.
    values: Vec<Arc<dyn PhysicalExpr>>,
    numbers: Numbers,
}

impl SameRows {
    /// In how many ways the rows are cut.
    pub(super) fn cuts(&self) -> usize {
        self.numbers.cuts.len()
    }

    /// Counts those of some rows that it is about. `cuts` says by which cut each counter counts, and `cells` are those of each cut.
    pub(super) fn take(
        &self,
        rows: &RecordBatch,
        cuts: &[usize],
        counters: &mut [Counter],
        cells: &mut [Cells],
    ) -> Result<(), PlanError> {
        let rows = rows.project(&self.columns).map_err(DataFusionError::from)?;
        let rows = kept_rows(&rows, self.filter.as_ref())?;
        let mut rows = self.unfold.rows(rows)?;
        if rows.num_rows() == 0 {
            return Ok(());
        }
        for Level { exprs, schema } in &self.shared {
            let columns = rows.columns().iter().cloned().chain(worked_out(exprs, &rows)?).collect();
            rows = RecordBatch::try_new(schema.clone(), columns).map_err(DataFusionError::from)?;
        }
        let values = worked_out(&self.values, &rows)?;
        let read = |reads: &[usize]| -> Vec<&ArrayRef> { reads.iter().map(|read| &values[*read]).collect() };
        let mut own: HashMap<usize, Vec<u32>> = HashMap::new();
        for (cut, dimensions) in &self.numbers.cuts {
            own.insert(*cut, cells[*cut].of(&read(dimensions), rows.num_rows())?);
        }
        for (number, reads) in &self.numbers.counts {
            counters[*number].take(&own[&cuts[*number]], &read(reads))?;
        }
        Ok(())
    }
}

fn worked_out(exprs: &[Arc<dyn PhysicalExpr>], rows: &RecordBatch) -> Result<Vec<ArrayRef>, DataFusionError> {
    exprs.iter().map(|expr| expr.evaluate(rows)?.into_array(rows.num_rows())).collect()
}
