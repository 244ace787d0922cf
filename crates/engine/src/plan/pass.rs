//! One pass over a fact table, for everything that is asked of it at once.
//!
//! The query engine reads the rows, prunes files and evaluates expressions; planning one query per number would cost more than the
//! numbers themselves. So all that is counted in a table shares its scan, and whatever several counts read of a row is worked out once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;
use datafusion::common::DFSchema;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_plan::{PhysicalExpr, SendableRecordBatchStream, displayable, execute_stream_partitioned};
use datafusion::prelude::DataFrame;
use futures::StreamExt;
use tokio::task::JoinSet;

use super::counter::Counter;
use super::population::column;
use super::unfold::Unfold;
use super::{PlanError, bounds};
use crate::source::FactSource;

/// What is to be counted of a table's rows.
#[derive(Clone)]
pub(crate) struct Count {
    /// Which rows count at all: all of these hold.
    pub(crate) filters: Vec<Expr>,
    /// What is true of every row that matters, so that files of other times are never read; none: any row may.
    pub(crate) bounds: Option<Expr>,
    /// What each row comes several times for.
    pub(crate) unfold: Unfold,
    /// What the counter reads of a row, in its order.
    pub(crate) columns: Vec<Expr>,
    /// Who counts.
    pub(crate) counter: Counter,
}

/// One scan of a fact table, and what is counted in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The table.
    pub table: String,
    /// How many counts share it.
    pub counts: usize,
    /// The columns that it reads.
    pub columns: Vec<String>,
    /// What the query engine does to read them.
    pub plan: String,
}

/// The counts of each table, with their numbers.
fn by_table(counts: Vec<(&str, Count)>) -> BTreeMap<&str, Vec<(usize, Count)>> {
    let mut tables: BTreeMap<&str, Vec<(usize, Count)>> = BTreeMap::new();
    for (number, (table, count)) in counts.into_iter().enumerate() {
        tables.entry(table).or_default().push((number, count));
    }
    tables
}

/// The passes that [`passes`] makes, instead of making them.
pub(crate) async fn scans(source: &FactSource, counts: Vec<(&str, Count)>) -> Result<Vec<Scan>, PlanError> {
    let mut scans = Vec::new();
    for (table, counts) in by_table(counts) {
        let counts: Vec<Count> = counts.into_iter().map(|(_, count)| count).collect();
        let frame = read(source, table, &counts).await?;
        let columns = frame.schema().fields().iter().map(|field| field.name().clone()).collect();
        let plan = frame.create_physical_plan().await?;
        // As it is run: everything is compiled, and nothing is read.
        Work::compile(source.context(), &plan.schema(), counts.clone())?;
        let plan = displayable(plan.as_ref()).indent(false).to_string();
        scans.push(Scan { table: table.to_owned(), counts: counts.len(), columns, plan });
    }
    Ok(scans)
}

/// Counts everything, in one pass over each table; the counters come back in their order.
pub(crate) async fn passes(source: &FactSource, counts: Vec<(&str, Count)>) -> Result<Vec<Counter>, PlanError> {
    let mut all: Vec<Option<Counter>> = counts.iter().map(|_| None).collect();
    for (table, counts) in by_table(counts) {
        let (numbers, counts): (Vec<usize>, Vec<Count>) = counts.into_iter().unzip();
        for (number, counter) in numbers.into_iter().zip(pass(source, table, counts).await?) {
            all[number] = Some(counter);
        }
    }
    Ok(all.into_iter().flatten().collect())
}

/// What a table's counts read of it.
async fn read(source: &FactSource, table: &str, counts: &[Count]) -> Result<DataFrame, PlanError> {
    let mut frame = source.table(table).await?;
    // Where somebody counts all rows, all are read.
    let conditions: Option<Vec<&Expr>> = counts.iter().map(|count| count.bounds.as_ref()).collect();
    if let Some(bounds) = conditions.and_then(|conditions| bounds::common(conditions.into_iter())) {
        frame = frame.filter(bounds)?;
    }
    let mut names: Vec<String> = frame.schema().fields().iter().map(|field| field.name().clone()).collect();
    let exprs = counts.iter().flat_map(|count| count.filters.iter().chain(&count.columns));
    let mut read: BTreeSet<String> = exprs.flat_map(Expr::column_refs).map(|column| column.name.clone()).collect();
    read.extend(counts.iter().flat_map(|count| count.unfold.reads()).map(str::to_owned));
    names.retain(|name| read.contains(name));
    Ok(frame.select(names.iter().map(|name| column(name)))?)
}

/// Counts everything of one table.
async fn pass(source: &FactSource, table: &str, counts: Vec<Count>) -> Result<Vec<Counter>, PlanError> {
    let frame = read(source, table, &counts).await?;
    let context = Arc::new(frame.task_ctx());
    let plan = frame.create_physical_plan().await?;
    let work = Arc::new(Work::compile(source.context(), &plan.schema(), counts)?);
    let streams = execute_stream_partitioned(plan, context)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(streams.len());
    let streams = Arc::new(Mutex::new(streams));
    let mut threads: JoinSet<Result<Vec<Counter>, PlanError>> =
        (0..threads.max(1)).map(|_| share(work.clone(), streams.clone())).collect();
    let mut all: Option<Vec<Counter>> = None;
    while let Some(done) = threads.join_next().await {
        let counters = match done {
            Ok(counters) => counters?,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(ended) => return Err(DataFusionError::External(Box::new(ended)).into()),
            },
        };
        match &mut all {
            None => all = Some(counters),
            Some(all) => all.iter_mut().zip(counters).try_for_each(|(counter, other)| counter.merge(other))?,
        }
    }
    Ok(all.unwrap_or_else(|| work.fresh()))
}

/// What one thread counts: it takes the next part of the table until there is none.
async fn share(work: Arc<Work>, streams: Arc<Mutex<Vec<SendableRecordBatchStream>>>) -> Result<Vec<Counter>, PlanError> {
    let mut counters = work.fresh();
    let next = || streams.lock().unwrap_or_else(PoisonError::into_inner).pop();
    while let Some(mut stream) = next() {
        while let Some(batch) = stream.next().await {
            work.take(&batch?, &mut counters)?;
            // Rows in memory come without ever waiting; a deadline must be heard between them.
            tokio::task::yield_now().await;
        }
    }
    Ok(counters)
}

/// The counts of a pass, ready to be worked out.
struct Work {
    lots: Vec<Lot>,
    counters: Vec<Counter>,
}

/// Counts of the same rows.
struct Lot {
    filter: Option<Arc<dyn PhysicalExpr>>,
    unfold: Unfold,
    /// What is worked out of the rows, each once.
    values: Vec<Arc<dyn PhysicalExpr>>,
    /// The counts, by their numbers, with the numbers of the values that each reads.
    counts: Vec<(usize, Vec<usize>)>,
}

impl Work {
    fn compile(context: &SessionContext, schema: &Schema, counts: Vec<Count>) -> Result<Self, PlanError> {
        let plain = Compiler::new(context, schema.clone())?;
        let mut unfolded: HashMap<Unfold, Compiler<'_>> = HashMap::new();
        let mut lots: Vec<Lot> = Vec::new();
        let mut known: HashMap<(Vec<Expr>, Unfold), usize> = HashMap::new();
        let mut values: HashMap<(usize, Expr), usize> = HashMap::new();
        let mut counters = Vec::new();
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
                    lots.push(Lot { filter, unfold: count.unfold.clone(), values: Vec::new(), counts: Vec::new() });
                    known.insert((count.filters, count.unfold), lots.len() - 1);
                    lots.len() - 1
                }
            };
            let mut reads = Vec::new();
            for expr in count.columns {
                let value = match values.get(&(lot, expr.clone())) {
                    Some(value) => *value,
                    None => {
                        lots[lot].values.push(compiler.compile(expr.clone())?);
                        values.insert((lot, expr), lots[lot].values.len() - 1);
                        lots[lot].values.len() - 1
                    }
                };
                reads.push(value);
            }
            lots[lot].counts.push((number, reads));
            counters.push(count.counter);
        }
        Ok(Self { lots, counters })
    }

    /// Counters that have counted nothing.
    fn fresh(&self) -> Vec<Counter> {
        self.counters.clone()
    }

    /// Counts the rows of a batch.
    fn take(&self, batch: &RecordBatch, counters: &mut [Counter]) -> Result<(), PlanError> {
        for lot in &self.lots {
            let mut rows = batch.clone();
            if let Some(filter) = &lot.filter {
                let kept = filter.evaluate(&rows)?.into_array(rows.num_rows())?;
                rows = kept_rows(&rows, kept.as_boolean())?;
            }
            rows = lot.unfold.rows(rows)?;
            if rows.num_rows() == 0 {
                continue;
            }
            let value = |value: &Arc<dyn PhysicalExpr>| value.evaluate(&rows)?.into_array(rows.num_rows());
            let values: Vec<ArrayRef> = lot.values.iter().map(value).collect::<Result<_, DataFusionError>>()?;
            for (number, reads) in &lot.counts {
                let columns: Vec<&ArrayRef> = reads.iter().map(|read| &values[*read]).collect();
                counters[*number].take(&columns, rows.num_rows())?;
            }
        }
        Ok(())
    }
}

/// Makes expressions over the columns of some rows ready to be worked out.
struct Compiler<'c> {
    context: &'c SessionContext,
    schema: Arc<DFSchema>,
    simplifier: ExprSimplifier,
}

impl<'c> Compiler<'c> {
    fn new(context: &'c SessionContext, schema: Schema) -> Result<Self, DataFusionError> {
        let schema = Arc::new(DFSchema::try_from(schema)?);
        let simplifier = ExprSimplifier::new(SimplifyContext::builder().with_schema(schema.clone()).build());
        Ok(Self { context, schema, simplifier })
    }

    /// Types are made to fit, functions that stand for others replaced, constants worked out.
    fn compile(&self, expr: Expr) -> Result<Arc<dyn PhysicalExpr>, DataFusionError> {
        let expr = self.simplifier.simplify(self.simplifier.coerce(expr, &self.schema)?)?;
        self.context.create_physical_expr(expr, &self.schema)
    }
}

fn kept_rows(rows: &RecordBatch, kept: &BooleanArray) -> Result<RecordBatch, DataFusionError> {
    if kept.null_count() == 0 && kept.true_count() == rows.num_rows() {
        return Ok(rows.clone());
    }
    Ok(filter_record_batch(rows, kept)?)
}
