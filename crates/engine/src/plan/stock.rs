//! What lasts: the rows in stock at each period's end, and the rows that still run then.
//!
//! A row is in from the first end at or after its beginning to the last end before its end, so that two small numbers per row say in
//! which periods it counts, and one aggregate serves any number of periods.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Int64Type};
use arrow::record_batch::RecordBatch;
use datafusion::functions_aggregate::array_agg::array_agg;
use datafusion::functions_aggregate::expr_fn::{count, min};
use datafusion::logical_expr::{Expr, cast, lit};
use deskgauge_core::metric::Measure;
use deskgauge_core::question::Stat;
use deskgauge_core::rules::Rules;

use super::PlanError;
use super::aggregate::{Tallies, Tally, collect, int32, key, rows};
use super::formula::Wanted;
use super::functions::first_end;
use super::population::{Population, column, instant};
use super::range::Range;

/// Counts a stock. With `mean` or `max` it is that of the days' ends in each period, kept as one value per day.
pub(crate) async fn stock(
    population: &Population<'_>,
    range: &Range,
    rules: &Rules,
    stat: Option<Stat>,
) -> Result<Tallies, PlanError> {
    let Measure::Stock { entered, left, since } = &population.definition.measure else { return Ok(Tallies::default()) };
    let entered = population.scope.formula(entered, Wanted::Instant)?;
    let left = population.scope.formula(left, Wanted::Instant)?;
    let since = since.as_ref().map(|since| population.scope.formula(since, Wanted::Instant)).transpose()?;
    let (ends, owners) = match stat {
        // A statistic of ages is one of those that are in at the period's end.
        Some(_) if since.is_none() => {
            let first = if range.whole { first(population, &entered).await? } else { None };
            range.day_ends(rules, first)
        }
        _ => (range.ends(), (0..range.periods.len()).collect()),
    };
    let batches = spans(population, &entered, &left, &ends, None, since.as_ref()).await?;
    let mut tallies = Tallies { unit: 1, ..Tallies::default() };
    let mut counts: std::collections::BTreeMap<_, Vec<i64>> = std::collections::BTreeMap::new();
    for batch in &batches {
        let classes = int32(batch, "k")?;
        each(batch, ends.len(), |row, span| {
            let clause = classes.value(row);
            if clause == 0 && since.is_some() {
                let starts = starts(batch, row);
                for end in span.filter(|end| range.begun(*end)) {
                    let ages = starts.iter().map(|start| range.limit(end) - start);
                    tallies.at(key(batch, row), end).values.extend(ages);
                }
                return;
            }
            if clause == 0 {
                let days = counts.entry(key(batch, row)).or_insert_with(|| vec![0; ends.len()]);
                span.for_each(|end| days[end] += rows(batch, row));
                return;
            }
            // Of left-out rows, a period tells those that are there at its end.
            let last = span.filter(|end| owners.get(end + 1) != owners.get(*end));
            for end in last {
                let tally = tallies.at(key(batch, row), owners[end]);
                *tally.excluded.entry(usize::try_from(clause - 1).unwrap_or(0)).or_insert(0) += rows(batch, row);
            }
        })?;
    }
    for (cell, days) in counts {
        for (end, stock) in days.into_iter().enumerate() {
            if range.begun(owners[end]) {
                tallies.at(cell.clone(), owners[end]).values.push(stock);
            }
        }
    }
    Ok(tallies)
}

/// Adds the rows that run at each period's end, and their ages where `ages` asks for them.
pub(crate) async fn running(
    population: &Population<'_>,
    range: &Range,
    ages: bool,
    tallies: &mut Tallies,
) -> Result<(), PlanError> {
    let Some(running) = &population.definition.running else { return Ok(()) };
    let filter = match &running.filter {
        Some(filter) => population.scope.formula(filter, Wanted::Bool)?,
        None => lit(true),
    };
    let until = population.scope.formula(&running.until, Wanted::Instant)?;
    let ends = range.ends();
    let since = ages.then_some(&population.started);
    let batches = spans(population, &population.started, &until, &ends, Some(filter), since).await?;
    for batch in &batches {
        let classes = int32(batch, "k")?;
        each(batch, ends.len(), |row, span| {
            if classes.value(row) != 0 {
                return;
            }
            let starts = starts(batch, row);
            for end in span.filter(|end| range.begun(*end)) {
                let tally: &mut Tally = tallies.at(key(batch, row), end);
                tally.running += rows(batch, row);
                tally.ages.extend(starts.iter().map(|start| range.limit(end) - start));
            }
        })?;
    }
    Ok(())
}

/// The starts of a group's rows, where they were asked for.
fn starts(batch: &RecordBatch, row: usize) -> Vec<i64> {
    let mut starts = Vec::new();
    if let Some(lists) = batch.column_by_name("starts") {
        collect(lists, row, &mut starts);
    }
    starts
}

/// Rows grouped by cell, class and the ends between which they are in; with their instants of `since`, in seconds.
async fn spans(
    population: &Population<'_>,
    from: &Expr,
    until: &Expr,
    ends: &[i64],
    filter: Option<Expr>,
    since: Option<&Expr>,
) -> Result<Vec<RecordBatch>, PlanError> {
    let mut inner = vec![
        first_end(ends.to_vec()).call(vec![from.clone()]).alias("a"),
        first_end(ends.to_vec()).call(vec![until.clone()]).alias("b"),
        population.excluded.clone().alias("k"),
    ];
    let mut groups = vec![column("a"), column("b"), column("k")];
    for (index, dimension) in population.dimensions(from).into_iter().enumerate() {
        let name = format!("d{index}");
        inner.push(dimension.alias(name.clone()));
        groups.push(column(&name));
    }
    let mut aggregates = vec![count(lit(1_i64)).alias("rows")];
    let mut frame = population.rows.clone();
    if let (Some(first), Some(last)) = (ends.first(), ends.last()) {
        let lasts = until.clone().is_null().or(until.clone().gt(instant(*first)));
        frame = frame.filter(from.clone().lt_eq(instant(*last)).and(lasts))?;
    }
    if let Some(filter) = filter {
        frame = frame.filter(filter)?;
    }
    if let Some(since) = since {
        // Instants are whole seconds in the facts.
        let micros = cast(since.clone(), DataType::Int64);
        inner.push((micros / lit(super::functions::MICROS)).alias("s"));
        aggregates.push(array_agg(column("s")).alias("starts"));
    }
    let last = i32::try_from(ends.len()).unwrap_or(i32::MAX);
    let seen = column("a").lt(lit(last)).and(column("b").is_null().or(column("a").lt(column("b"))));
    Ok(frame.select(inner)?.filter(seen)?.aggregate(groups, aggregates)?.collect().await?)
}

/// Hands each group and the ends at which it is in to `take`.
fn each(batch: &RecordBatch, ends: usize, mut take: impl FnMut(usize, std::ops::Range<usize>)) -> Result<(), PlanError> {
    let (from, until) = (int32(batch, "a")?, int32(batch, "b")?);
    for row in 0..batch.num_rows() {
        let first = usize::try_from(from.value(row)).unwrap_or(0);
        let last = if until.is_null(row) { ends } else { usize::try_from(until.value(row)).unwrap_or(0) };
        take(row, first..last.min(ends));
    }
    Ok(())
}

/// The first instant at which a row enters, in seconds.
pub(crate) async fn first(population: &Population<'_>, at: &Expr) -> Result<Option<i64>, PlanError> {
    let seconds = cast(at.clone(), DataType::Int64) / lit(super::functions::MICROS);
    let now = at.clone().lt_eq(population.scope.now());
    let rows = population.rows.clone().filter(now)?.select(vec![seconds.alias("s")])?;
    let batches = rows.aggregate(vec![], vec![min(column("s")).alias("s")])?.collect().await?;
    let least = batches.iter().filter_map(|batch| {
        let array = batch.column(0).as_primitive_opt::<Int64Type>()?;
        (!array.is_empty() && array.is_valid(0)).then(|| array.value(0))
    });
    Ok(least.min())
}
