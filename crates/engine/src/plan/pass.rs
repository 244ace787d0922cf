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
use futures::future::try_join_all;
use tokio::task::JoinSet;

use super::cells::Cells;
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
    /// The dimensions by which it cuts.
    pub(crate) dimensions: Vec<Expr>,
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

/// Counts everything, in one pass over each table, several tables at a time: while one is planned or put together another is read. The
/// counters come back in their order.
pub(crate) async fn passes(source: &FactSource, counts: Vec<(&str, Count)>) -> Result<Vec<Counter>, PlanError> {
    let mut all: Vec<Option<Counter>> = counts.iter().map(|_| None).collect();
    let passes = by_table(counts).into_iter().map(async |(table, counts)| {
        let (numbers, counts): (Vec<usize>, Vec<Count>) = counts.into_iter().unzip();
        Ok::<_, PlanError>(numbers.into_iter().zip(pass(source, table, counts).await?))
    });
    for (number, counter) in try_join_all(passes).await?.into_iter().flatten() {
        all[number] = Some(counter);
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
    let exprs = counts.iter().flat_map(|count| count.filters.iter().chain(&count.dimensions).chain(&count.columns));
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
    let mut threads: JoinSet<Result<Counted, PlanError>> =
        (0..threads.max(1)).map(|_| share(work.clone(), streams.clone())).collect();
    let mut all: Option<Counted> = None;
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
            Some(all) => work.merge(all, counters)?,
        }
    }
    Ok(work.told(all.unwrap_or_else(|| work.fresh())))
}

/// What one thread counts: it takes the next part of the table until there is none.
async fn share(work: Arc<Work>, streams: Arc<Mutex<Vec<SendableRecordBatchStream>>>) -> Result<Counted, PlanError> {
    let mut counted = work.fresh();
    let next = || streams.lock().unwrap_or_else(PoisonError::into_inner).pop();
    while let Some(mut stream) = next() {
        while let Some(batch) = stream.next().await {
            work.take(&batch?, &mut counted)?;
            // Rows in memory come without ever waiting; a deadline must be heard between them.
            tokio::task::yield_now().await;
        }
    }
    Ok(counted)
}

/// The counts of a pass, ready to be worked out.
struct Work {
    lots: Vec<Lot>,
    counters: Vec<Counter>,
    /// By which cut each of them counts.
    cuts: Vec<usize>,
}

/// What one thread has counted.
struct Counted {
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
    fn compile(context: &SessionContext, schema: &Schema, counts: Vec<Count>) -> Result<Self, PlanError> {
        let plain = Compiler::new(context, schema.clone())?;
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
            let reads = count.columns.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
            let next = known_cuts.len();
            let cut = *known_cuts.entry((lot, dimensions)).or_insert_with_key(|(_, dimensions)| {
                lots[lot].cuts.push((next, dimensions.clone()));
                next
            });
            lots[lot].counts.push((number, reads));
            counters.push(count.counter);
            cuts.push(cut);
        }
        Ok(Self { lots, counters, cuts })
    }

    /// Nothing is counted yet.
    fn fresh(&self) -> Counted {
        let cuts = self.lots.iter().map(|lot| lot.cuts.len()).sum();
        let cells = std::iter::repeat_with(Cells::default).take(cuts).collect();
        Counted { counters: self.counters.clone(), cells }
    }

    /// Adds what another thread has counted.
    fn merge(&self, all: &mut Counted, other: Counted) -> Result<(), PlanError> {
        let cells = all.cells.iter_mut().zip(other.cells);
        let renumbered: Vec<Vec<u32>> = cells.map(|(mine, others)| mine.merge(others)).collect();
        let counters = all.counters.iter_mut().zip(other.counters).zip(&self.cuts);
        counters.into_iter().try_for_each(|((mine, other), cut)| mine.merge(other, &renumbered[*cut]))
    }

    /// The counters, which know what their cells are.
    fn told(&self, counted: Counted) -> Vec<Counter> {
        let keys: Vec<_> = counted.cells.into_iter().map(Cells::into_keys).collect();
        let mut counters = counted.counters;
        counters.iter_mut().zip(&self.cuts).for_each(|(counter, cut)| counter.know(keys[*cut].clone()));
        counters
    }

    /// Counts the rows of a batch.
    fn take(&self, batch: &RecordBatch, counted: &mut Counted) -> Result<(), PlanError> {
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
