//! One pass over a fact table, for everything that is asked of it at once.
//!
//! Files are pruned and expressions evaluated by the query engine; planning one query per number would cost more than the numbers
//! themselves. So all that is counted in a table shares its pass, and whatever several counts read of a row is worked out once. Stored
//! rows come in groups, of which what was counted before may be known; all other rows come as the query engine reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::{SendableRecordBatchStream, displayable, execute_stream_partitioned};
use datafusion::prelude::DataFrame;
use futures::StreamExt;
use futures::future::try_join_all;
use tokio::task::JoinSet;

use super::alike::Alike;
use super::count::Count;
use super::counter::Counter;
use super::kept::Kept;
use super::population::column;
use super::work::{Counted, Work};
use super::{PlanError, bounds};
use crate::source::{FactSource, Group, Piece, Pieces};
use crate::threads::threads;

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
        let reads = Reads::of(&counts);
        let frame = reads.frame(source.table(table).await?)?;
        let columns = frame.schema().fields().iter().map(|field| field.name().clone()).collect();
        let number = counts.len();
        let plan = frame.create_physical_plan().await?;
        // As it is run: everything is compiled, and nothing is read.
        Work::compile(source.context(), &plan.schema(), Alike::of(counts).counts, reads.bounds)?;
        let plan = displayable(plan.as_ref()).indent(false).to_string();
        scans.push(Scan { table: table.to_owned(), counts: number, columns, plan });
    }
    Ok(scans)
}

/// Counts everything, in one pass over each table, several tables at a time: while one is planned or put together another is read. The
/// counters come back in their order. `now` is that of all questions, where they share it.
pub(crate) async fn passes(source: &FactSource, counts: Vec<(&str, Count)>, now: Option<i64>) -> Result<Vec<Counter>, PlanError> {
    let mut all: Vec<Option<Counter>> = counts.iter().map(|_| None).collect();
    let passes = by_table(counts).into_iter().map(async |(table, counts)| {
        let (numbers, counts): (Vec<usize>, Vec<Count>) = counts.into_iter().unzip();
        Ok::<_, PlanError>(numbers.into_iter().zip(pass(source, table, counts, now).await?))
    });
    for (number, counter) in try_join_all(passes).await?.into_iter().flatten() {
        all[number] = Some(counter);
    }
    Ok(all.into_iter().flatten().collect())
}

/// What counts read of their table.
struct Reads {
    columns: BTreeSet<String>,
    /// What is true of every row that matters to any of them.
    bounds: Option<Expr>,
}

impl Reads {
    fn of(counts: &[Count]) -> Self {
        // Where somebody counts all rows, all are read.
        let conditions: Option<Vec<&Expr>> = counts.iter().map(|count| count.bounds.as_ref()).collect();
        let bounds = conditions.and_then(|conditions| bounds::common(conditions.into_iter()));
        let of_bounds = bounds.iter().flat_map(Expr::column_refs).map(|column| column.name.clone());
        Self { columns: counts.iter().flat_map(Count::reads).chain(of_bounds).collect(), bounds }
    }

    /// The table's rows, as far as they matter.
    fn frame(&self, mut frame: DataFrame) -> Result<DataFrame, PlanError> {
        if let Some(bounds) = &self.bounds {
            frame = frame.filter(bounds.clone())?;
        }
        let mut names: Vec<String> = frame.schema().fields().iter().map(|field| field.name().clone()).collect();
        names.retain(|name| self.columns.contains(name));
        Ok(frame.select(names.iter().map(|name| column(name)))?)
    }
}

/// A part of a table that one thread counts.
enum Part {
    /// Of a table that is stored.
    Piece(Piece),
    /// Rows as the query engine reads them.
    Stream(SendableRecordBatchStream),
}

/// Counts everything of one table.
async fn pass(source: &FactSource, table: &str, counts: Vec<Count>, now: Option<i64>) -> Result<Vec<Counter>, PlanError> {
    let reads = Reads::of(&counts);
    let Alike { counts, shared } = Alike::of(counts);
    let (schema, parts): (SchemaRef, Vec<Part>) = match source.stored(table, &reads.columns, reads.bounds.as_ref()).await? {
        Some(Pieces { schema, pieces }) => (schema, pieces.into_iter().map(Part::Piece).collect()),
        None => {
            let frame = reads.frame(source.table(table).await?)?;
            let context = Arc::new(frame.task_ctx());
            let plan = frame.create_physical_plan().await?;
            (plan.schema(), execute_stream_partitioned(plan, context)?.into_iter().map(Part::Stream).collect())
        }
    };
    let kept = now.and_then(|now| Kept::of(source.context(), &schema, &counts, now));
    let work = Arc::new(Work::compile(source.context(), &schema, counts, reads.bounds)?);
    let threads = threads().min(parts.len());
    let share = Share { work: work.clone(), kept: kept.map(Arc::new), parts: Arc::new(Mutex::new(parts)), schema };
    let mut threads: JoinSet<Result<Counted, PlanError>> = (0..threads.max(1)).map(|_| share.clone().count()).collect();
    let mut all: Option<Counted> = None;
    while let Some(done) = threads.join_next().await {
        let counted = match done {
            Ok(counted) => counted?,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(ended) => return Err(DataFusionError::External(Box::new(ended)).into()),
            },
        };
        match &mut all {
            None => all = Some(counted),
            Some(all) => work.take_over(all, counted)?,
        }
    }
    shared.parts(work.told(all.unwrap_or_else(|| work.fresh())))
}

/// What one thread counts: it takes the next part of the table until there is none.
#[derive(Clone)]
struct Share {
    work: Arc<Work>,
    kept: Option<Arc<Kept>>,
    parts: Arc<Mutex<Vec<Part>>>,
    schema: SchemaRef,
}

impl Share {
    async fn count(self) -> Result<Counted, PlanError> {
        let mut counted = self.work.fresh();
        let next = || self.parts.lock().unwrap_or_else(PoisonError::into_inner).pop();
        while let Some(part) = next() {
            match part {
                Part::Piece(Piece::Whole(group)) => self.group(&group, &mut counted)?,
                Part::Piece(Piece::Touched(touched)) => self.rows(&touched.read(&self.schema)?, &mut counted)?,
                Part::Piece(Piece::Standing(held)) => self.rows(&held.read(&self.schema)?, &mut counted)?,
                Part::Stream(mut stream) => {
                    while let Some(batch) = stream.next().await {
                        self.work.take(&batch?, &mut counted)?;
                        tokio::task::yield_now().await;
                    }
                }
            }
            // Rows in memory come without ever waiting; a deadline must be heard between them.
            tokio::task::yield_now().await;
        }
        Ok(counted)
    }

    fn rows(&self, rows: &RecordBatch, counted: &mut Counted) -> Result<(), PlanError> {
        self.work.batches(rows, |rows| self.work.take(rows, counted))
    }

    /// Counts a group, unless it is known what was counted of it.
    fn group(&self, group: &Group, counted: &mut Counted) -> Result<(), PlanError> {
        let Some(kept) = &self.kept else {
            return self.rows(&group.read(&self.schema)?, counted);
        };
        if let Some(known) = kept.find(group) {
            return self.work.merge(counted, &known.counted);
        }
        let (mut own, mut settled) = (self.work.fresh(), i64::MIN);
        self.work.batches(&group.read(&self.schema)?, |rows| {
            settled = settled.max(kept.settled(rows)?);
            self.work.take(rows, &mut own)
        })?;
        self.work.merge(counted, &own)?;
        kept.keep(group, own, settled);
        Ok(())
    }
}
