//! One pass over a fact table, for everything that is asked of it at once.
//!
//! The query engine reads the rows, prunes files and evaluates expressions; planning one query per number would cost more than the
//! numbers themselves. So all that is counted in a table shares its scan, and whatever several counts read of a row is worked out once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray, UInt32Array};
use arrow::compute::{cast, filter_record_batch, take_record_batch};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::DFSchema;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_plan::{PhysicalExpr, SendableRecordBatchStream, execute_stream_partitioned};
use futures::StreamExt;
use tokio::task::JoinSet;

use super::counter::Counter;
use super::population::{TAG, column};
use super::{PlanError, bounds};
use crate::source::FactSource;

/// What is to be counted of a table's rows.
pub(crate) struct Count {
    /// Which rows count at all: all of these hold.
    pub(crate) filters: Vec<Expr>,
    /// What is true of every row that matters, so that files of other times are never read; none: any row may.
    pub(crate) bounds: Option<Expr>,
    /// Whether each row comes once for each of its tags.
    pub(crate) tagged: bool,
    /// What the counter reads of a row, in its order.
    pub(crate) columns: Vec<Expr>,
    /// Who counts.
    pub(crate) counter: Counter,
}

/// Counts everything, in one pass over each table; the counters come back in their order.
pub(crate) async fn passes(source: &FactSource, counts: Vec<(&str, Count)>) -> Result<Vec<Counter>, PlanError> {
    let mut tables: BTreeMap<&str, Vec<(usize, Count)>> = BTreeMap::new();
    let mut all: Vec<Option<Counter>> = counts.iter().map(|_| None).collect();
    for (number, (table, count)) in counts.into_iter().enumerate() {
        tables.entry(table).or_default().push((number, count));
    }
    for (table, counts) in tables {
        let (numbers, counts): (Vec<usize>, Vec<Count>) = counts.into_iter().unzip();
        for (number, counter) in numbers.into_iter().zip(pass(source, table, counts).await?) {
            all[number] = Some(counter);
        }
    }
    Ok(all.into_iter().flatten().collect())
}

/// Counts everything of one table.
async fn pass(source: &FactSource, table: &str, counts: Vec<Count>) -> Result<Vec<Counter>, PlanError> {
    let mut frame = source.table(table).await?;
    // Where somebody counts all rows, all are read.
    let conditions: Option<Vec<&Expr>> = counts.iter().map(|count| count.bounds.as_ref()).collect();
    if let Some(bounds) = conditions.and_then(|conditions| bounds::common(conditions.into_iter())) {
        frame = frame.filter(bounds)?;
    }
    let mut names: Vec<String> = frame.schema().fields().iter().map(|field| field.name().clone()).collect();
    let exprs = counts.iter().flat_map(|count| count.filters.iter().chain(&count.columns));
    let mut read: BTreeSet<String> = exprs.flat_map(Expr::column_refs).map(|column| column.name.clone()).collect();
    if counts.iter().any(|count| count.tagged) {
        read.insert("tags".to_owned());
    }
    names.retain(|name| read.contains(name));
    let frame = frame.select(names.iter().map(|name| column(name)))?;
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
    tagged: bool,
    /// What is worked out of the rows, each once.
    values: Vec<Arc<dyn PhysicalExpr>>,
    /// The counts, by their numbers, with the numbers of the values that each reads.
    counts: Vec<(usize, Vec<usize>)>,
}

impl Work {
    fn compile(context: &SessionContext, schema: &Schema, counts: Vec<Count>) -> Result<Self, PlanError> {
        let plain = Compiler::new(context, schema.clone())?;
        let with_tag = Compiler::new(context, with_tag(schema))?;
        let mut lots: Vec<Lot> = Vec::new();
        let mut known: HashMap<(Vec<Expr>, bool), usize> = HashMap::new();
        let mut values: HashMap<(usize, Expr), usize> = HashMap::new();
        let mut counters = Vec::new();
        for (number, count) in counts.into_iter().enumerate() {
            let compiler = if count.tagged { &with_tag } else { &plain };
            let lot = match known.get(&(count.filters.clone(), count.tagged)) {
                Some(lot) => *lot,
                None => {
                    let filter = count.filters.iter().cloned().reduce(Expr::and);
                    let filter = filter.map(|filter| plain.compile(filter)).transpose()?;
                    lots.push(Lot { filter, tagged: count.tagged, values: Vec::new(), counts: Vec::new() });
                    known.insert((count.filters, count.tagged), lots.len() - 1);
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
            if lot.tagged {
                rows = by_tag(&rows)?;
            }
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

/// The columns of rows that come once for each of their tags.
fn with_tag(schema: &Schema) -> Schema {
    let tag = Arc::new(Field::new(TAG, DataType::Utf8, true));
    Schema::new(schema.fields().iter().cloned().chain([tag]).collect::<Vec<_>>())
}

fn kept_rows(rows: &RecordBatch, kept: &BooleanArray) -> Result<RecordBatch, DataFusionError> {
    if kept.null_count() == 0 && kept.true_count() == rows.num_rows() {
        return Ok(rows.clone());
    }
    Ok(filter_record_batch(rows, kept)?)
}

/// Each row once for each of its tags, which stands in a column of its own; once without a tag where it has none.
fn by_tag(rows: &RecordBatch) -> Result<RecordBatch, DataFusionError> {
    let lists = rows.column_by_name("tags").and_then(|tags| tags.as_list_opt::<i32>());
    let lists = lists.ok_or_else(|| DataFusionError::Internal("rows by tag have no tags".to_owned()))?;
    let (mut places, mut tags) = (Vec::new(), Vec::new());
    for row in 0..rows.num_rows() {
        let place = u32::try_from(row).unwrap_or(u32::MAX);
        let before = places.len();
        if lists.is_valid(row) {
            let texts = cast(&lists.value(row), &DataType::Utf8)?;
            for tag in texts.as_string::<i32>() {
                places.push(place);
                tags.push(tag.map(str::to_owned));
            }
        }
        if places.len() == before {
            places.push(place);
            tags.push(None);
        }
    }
    let taken = take_record_batch(rows, &UInt32Array::from(places))?;
    let mut columns = taken.columns().to_vec();
    columns.push(Arc::new(StringArray::from(tags)));
    Ok(RecordBatch::try_new(Arc::new(with_tag(&taken.schema())), columns)?)
}
