//! One pass over a fact table, for everything that is asked of it at once.
//!
//! Files are pruned and expressions evaluated by the query engine; planning one query per number would cost more than the numbers
//! themselves. So all that is counted in a table shares its pass, and whatever several counts read of a row is worked out once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::logical_expr::Expr;
use datafusion::physical_plan::{displayable, execute_stream_partitioned};
use datafusion::prelude::DataFrame;
use futures::future::try_join_all;

use super::alike::Alike;
use super::count::{Count, asked_by_all, names};
use super::counter::Counter;
use super::kept::Kept;
use super::population::column;
use super::share::{Part, Share};
use super::work::Work;
use super::{PlanError, bounds, stored};
use crate::source::FactSource;

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
        // Everything is compiled as when it is run, but for the texts of stored rows, which are read as views; and nothing is read.
        Work::compile(source.context(), &plan.schema(), Alike::of(counts).counts, &reads)?;
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
pub(super) struct Reads {
    columns: BTreeSet<String>,
    /// Those that they would read without what all questions ask.
    pub(super) of_all: BTreeSet<String>,
    /// What all questions ask of a row, such as the filter of a page.
    pub(super) asked: Vec<Expr>,
    /// What is true of every row that matters to any of them.
    pub(super) bounds: Option<Expr>,
}

impl Reads {
    pub(super) fn of(counts: &[Count]) -> Self {
        // Where somebody counts all rows, all are read.
        let conditions: Option<Vec<&Expr>> = counts.iter().map(|count| count.bounds.as_ref()).collect();
        let bounds = conditions.and_then(|conditions| bounds::common(conditions.into_iter()));
        let asked = asked_by_all(counts);
        let others = counts.iter().flat_map(|count| &count.asked).filter(|own| !asked.contains(own));
        let of_all: BTreeSet<String> =
            counts.iter().flat_map(Count::reads).chain(bounds.iter().chain(others).flat_map(names)).collect();
        Self { columns: of_all.iter().cloned().chain(asked.iter().flat_map(names)).collect(), of_all, asked, bounds }
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

/// Counts everything of one table.
async fn pass(source: &FactSource, table: &str, counts: Vec<Count>, now: Option<i64>) -> Result<Vec<Counter>, PlanError> {
    let reads = Reads::of(&counts);
    let Alike { counts, shared } = Alike::of(counts);
    let (work, counted) = match source.stored(table, &reads.columns, reads.bounds.as_ref()).await? {
        Some(pieces) => {
            let kept = now.and_then(|now| Kept::of(source.context(), &pieces.schema, &reads, &counts, now)).map(Arc::new);
            let work = Arc::new(Work::compile(source.context(), &pieces.schema, counts, &reads)?);
            let counted = stored::count(&work, kept, &pieces).await?;
            (work, counted)
        }
        None => {
            let frame = reads.frame(source.table(table).await?)?;
            let context = Arc::new(frame.task_ctx());
            let plan = frame.create_physical_plan().await?;
            let work = Arc::new(Work::compile(source.context(), &plan.schema(), counts, &reads)?);
            let parts = execute_stream_partitioned(plan.clone(), context)?.into_iter().map(Part::Stream).collect();
            let sums = Share::new(work.clone(), plan.schema()).count(parts).await?;
            (work, sums.all)
        }
    };
    shared.parts(work.told(counted))
}
