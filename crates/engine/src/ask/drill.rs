//! The rows behind a number, page by page: exactly those that count, so that there are as many as the number says.

use datafusion::functions_aggregate::expr_fn::{max, min};
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::DataFrame;
use deskgauge_core::metric::Measure;
use deskgauge_core::question::{Clock, Question};
use deskgauge_core::rules::Rules;

use super::AskError;
use super::explain::{
    Case, Order, case, guard, has_value, id_of, in_cell, nothing, on_clock, order_of, row_of, value_of, within,
};
use crate::catalogue::Catalogue;
use crate::plan::{Asked, COUNTED, Key, Population, Range, Wanted, column, instant};
use crate::source::FactSource;

/// The columns of a case, in its order.
const COLUMNS: [&str; 9] = ["id", "dated", "k", "v", "started", "calendar", "business", "counts", "row"];

/// Which of the rows behind a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All that count.
    All,
    /// Of a share, those in its numerator.
    Numerator,
    /// Of a share, those that are not.
    Rest,
}

/// Some of the rows behind a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Drill {
    /// How many there are.
    pub total: i64,
    /// Those of the page.
    pub cases: Vec<Case>,
}

/// The rows behind a metric's number over a question's range, from `skip` on, at most `limit`. A stock is that of the range's end. What is
/// counted once however often it comes, comes once. `cell` holds a value for each of the question's dimensions, or is empty for all rows.
///
/// # Errors
/// As for [`super::ask`].
#[expect(clippy::too_many_arguments, reason = "a drill is a question, a cell and a part of its answer, and a page")]
pub async fn drill(
    source: &FactSource,
    catalogue: &Catalogue,
    rules: &Rules,
    metric: &str,
    question: &Question,
    cell: &Key,
    part: Part,
    (skip, limit): (usize, usize),
    order: Order,
) -> Result<Drill, AskError> {
    let by = if cell.is_empty() { Vec::new() } else { question.by.clone() };
    let question = Question { by, ..question.clone() };
    guard(source, catalogue, rules, metric, &question, cell).await?;
    let now = super::now_of(&question, rules, &nothing())?;
    let asked = Asked { source, rules, question: &question, now, cells: usize::MAX };
    let population = asked.population(catalogue.under(metric, &question.profile)?)?;
    let rows = counted(&population, source, &question, rules, now, part).await?;
    let rows = in_cell(rows, population.dimensions(&population.dated), cell)?;
    let id = id_of(&population);
    let rows = rows.select(vec![
        id.alias("id"),
        population.dated.clone().alias("dated"),
        population.class.clone().alias("k"),
        value_of(&population, &question)?.alias("v"),
        population.started.clone().alias("started"),
        on_clock(&population, Clock::Calendar)?.alias("calendar"),
        on_clock(&population, Clock::Business)?.alias("business"),
        has_value(&population, &question)?.alias("counts"),
        row_of(&population).alias("row"),
        distinct(&population)?.alias("once"),
    ])?;
    let rows = match &population.definition.measure {
        Measure::Distinct(_) => {
            let first = |name: &str| min(column(name)).alias(name);
            let kept = ["id", "k", "v", "started", "calendar", "business", "counts", "row"].map(first);
            let rows = rows.filter(column("once").is_not_null())?;
            let kept = kept.into_iter().chain([max(column("dated")).alias("dated")]).collect();
            let rows = rows.aggregate(vec![column("once")], kept)?;
            rows.select(COLUMNS.map(column).to_vec())?
        }
        _ => rows.select(COLUMNS.map(column).to_vec())?,
    };
    let total = rows.clone();
    let page = rows.sort(order_of(order))?.limit(skip, Some(limit))?;
    let (total, batches) = super::guarded(source, async { Ok((total.count().await?, page.collect().await?)) }).await?;
    let cases = batches.iter().flat_map(|batch| (0..batch.num_rows()).map(|row| case(batch, row, &population))).collect();
    Ok(Drill { total: i64::try_from(total).unwrap_or(i64::MAX), cases })
}

/// The rows that count, of a part.
async fn counted(
    population: &Population<'_>,
    source: &FactSource,
    question: &Question,
    rules: &Rules,
    now: i64,
    part: Part,
) -> Result<DataFrame, AskError> {
    if let Measure::Stock { entered, left, kept, .. } = &population.definition.measure {
        let whole = Question { grain: deskgauge_core::period::Grain::All, ..question.clone() };
        let range = Range::new(&whole, rules, now, None, None);
        // Those of whom it is asked who is kept were in at the start.
        let start = range.periods.first().filter(|_| kept.is_some()).map(|period| period.start.saturating_sub(1));
        let at = start.or_else(|| range.ends().last().copied()).unwrap_or(now);
        let entered = population.scope.formula(entered, Wanted::Instant)?;
        let left = population.scope.formula(left, Wanted::Instant)?;
        let is_in = entered.lt_eq(instant(at)).and(left.clone().is_null().or(left.gt(instant(at))));
        return Ok(population.rows(source).await?.filter(is_in.and(population.excluded.clone().eq(lit(0))))?);
    }
    let rows = within(population, source, question, rules, now).await?;
    let rows = rows.filter(population.class.clone().eq(lit(COUNTED)).and(has_value(population, question)?))?;
    let Measure::Share { counting, .. } = &population.definition.measure else { return Ok(rows) };
    let counting = population.scope.formula(counting, Wanted::Bool)?;
    Ok(match part {
        Part::All => rows,
        Part::Numerator => rows.filter(counting.is_true())?,
        Part::Rest => rows.filter(counting.is_not_true())?,
    })
}

/// What is counted once; of other measures, null.
fn distinct(population: &Population<'_>) -> Result<Expr, AskError> {
    Ok(match &population.definition.measure {
        Measure::Distinct(column) => population.scope.formula(column, Wanted::Cell)?,
        _ => lit(datafusion::common::ScalarValue::Utf8(None)),
    })
}
