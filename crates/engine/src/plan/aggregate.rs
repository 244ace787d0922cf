//! One aggregate over a population: rows by period, cell and class, with what the metric's measure needs of each.
//!
//! Values are collected, not averaged: means, percentiles and intervals are worked out from sorted whole numbers afterwards, so that
//! no answer depends on the order in which threads met the rows.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, Int32Type, Int64Type};
use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::array_agg::array_agg;
use datafusion::functions_aggregate::count::count_distinct;
use datafusion::functions_aggregate::expr_fn::{count, max, min, sum};
use datafusion::logical_expr::{Expr, ExprFunctionExt, cast, lit, when};
use deskgauge_core::metric::{Formula, Measure, Unit};
use deskgauge_core::question::Clock;

use super::PlanError;
use super::formula::Wanted;
use super::functions::period_of;
use super::population::{COUNTED, PENDING, PROVISIONAL, Population, RUNNING, column};
use super::range::Range;

/// Units of one, where values are decimals.
pub(crate) const DECIMAL_UNIT: i64 = 1_000_000;
const DECIMAL: DataType = DataType::Decimal128(18, 6);

/// The dimensions of a cell.
pub(crate) type Key = Vec<Option<String>>;

/// What is known of one period of one cell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// Rows that count, with or without a value.
    pub(crate) rows: i64,
    /// Rows that would have a value on the other clock.
    pub(crate) timed: i64,
    /// The values, in any order, in units of [`Tallies::unit`].
    pub(crate) values: Vec<i64>,
    /// Of shares and points.
    pub(crate) numerator: i64,
    /// Of shares and points.
    pub(crate) denominator: i64,
    /// Of points: rows that add, and rows that take away.
    pub(crate) signs: (i64, i64),
    /// Of sums; none without a value.
    pub(crate) sum: Option<i128>,
    /// Different values.
    pub(crate) distinct: i64,
    /// Rows that run at the period's end.
    pub(crate) running: i64,
    /// Ages of the rows that run, where they are needed.
    pub(crate) ages: Vec<i64>,
    /// Rows whose window is not over.
    pub(crate) provisional: i64,
    /// Rows left out, by the number of the clause less one.
    pub(crate) excluded: BTreeMap<usize, i64>,
    /// What the number is divided by, where it is.
    pub(crate) divisor: Option<f64>,
    /// The least and the greatest currency.
    pub(crate) currency: Option<(String, String)>,
}

/// All tallies of a metric, by cell and period.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    /// By dimensions, then by the number of the period.
    pub(crate) cells: BTreeMap<Key, BTreeMap<usize, Tally>>,
    /// How many units of a value make one.
    pub(crate) unit: i64,
}

impl Tallies {
    /// The tally of a cell and period.
    pub(crate) fn at(&mut self, key: Key, period: usize) -> &mut Tally {
        self.cells.entry(key).or_default().entry(period).or_default()
    }
}

/// Counts a population that is not a stock.
pub(crate) async fn tally(population: &Population<'_>, range: &Range, clock: Clock, cells: usize) -> Result<Tallies, PlanError> {
    let (period, counted) = (column("p"), column("k").eq(lit(COUNTED)));
    let mut inner = vec![
        period_of(range.cuts()).call(vec![population.dated.clone()]).alias("p"),
        population.class.clone().alias("k"),
        one_if(population.out_of.clone().is_not_false())?.alias("o"),
    ];
    let mut groups = vec![column("p"), column("k")];
    for (index, dimension) in population.dimensions(&population.dated).into_iter().enumerate() {
        let name = format!("d{index}");
        inner.push(dimension.alias(name.clone()));
        groups.push(column(&name));
    }
    let mut aggregates = vec![count(lit(1_i64)).alias("rows"), sum(column("o")).alias("eligible")];
    let unit = measure(population, clock, counted, &mut inner, &mut aggregates)?;

    let rows = population.between(range)?.select(inner)?;
    let rows = rows.filter(period.is_not_null().and(column("k").not_eq(lit(PENDING))))?;
    // Each cell has at most so many classes: with more groups than that there are certainly too many cells.
    let most = cells.saturating_mul(population.definition.except.len() + 3);
    let batches = rows.aggregate(groups, aggregates)?.limit(0, Some(most.saturating_add(1)))?.collect().await?;
    if batches.iter().map(RecordBatch::num_rows).sum::<usize>() > most {
        return Err(PlanError::TooManyCells { found: cells.saturating_add(1), most: cells });
    }
    let mut tallies = Tallies { unit, ..Tallies::default() };
    for batch in &batches {
        read(batch, population.definition.running.is_some(), &mut tallies)?;
    }
    Ok(tallies)
}

/// Adds what the measure needs to the rows and to the aggregates. Answers how many units of a value make one.
fn measure(
    population: &Population<'_>,
    clock: Clock,
    counted: Expr,
    inner: &mut Vec<Expr>,
    aggregates: &mut Vec<Expr>,
) -> Result<i64, PlanError> {
    let scope = &population.scope;
    let truth = |formula: &Formula| -> Result<Expr, PlanError> {
        Ok(one_if(scope.formula(formula, Wanted::Bool)?.is_true().and(population.out_of.clone().is_true()))?)
    };
    let whole = |expr: Expr| -> Result<(Expr, i64), PlanError> {
        if scope.type_of(&expr)?.is_integer() {
            return Ok((cast(expr, DataType::Int64), 1));
        }
        Ok((cast(expr, DECIMAL), DECIMAL_UNIT))
    };
    if population.definition.unit == Unit::Money
        && let Some(name) = ["currency", "order_currency"].into_iter().find(|name| scope.has(name))
    {
        inner.push(column(name).alias("currency"));
        aggregates.push(min(column("currency")).filter(counted.clone()).build()?.alias("low_currency"));
        aggregates.push(max(column("currency")).filter(counted.clone()).build()?.alias("high_currency"));
    }
    match &population.definition.measure {
        Measure::Value { value, business } => {
            let calendar = scope.formula(value, Wanted::Number)?;
            let chosen = match (clock, business) {
                (Clock::Business, Some(business)) => scope.formula(business, Wanted::Number)?,
                _ => calendar.clone(),
            };
            let (chosen, unit) = whole(chosen)?;
            inner.push(chosen.alias("v"));
            inner.push(one_if(calendar.is_not_null())?.alias("t"));
            aggregates.push(sum(column("t")).alias("timed"));
            let present = counted.and(column("v").is_not_null());
            aggregates.push(array_agg(column("v")).filter(present).build()?.alias("values"));
            return Ok(unit);
        }
        Measure::Share { counting, .. } => {
            inner.push(truth(counting)?.alias("c"));
            aggregates.push(sum(column("c")).alias("numerator"));
            inner.push(one_if(population.out_of.clone().is_true())?.alias("b"));
            aggregates.push(sum(column("b")).alias("denominator"));
        }
        Measure::Points { plus, minus, .. } => {
            inner.push(truth(plus)?.alias("c"));
            inner.push(truth(minus)?.alias("m"));
            aggregates.push(sum(column("c")).alias("plus"));
            aggregates.push(sum(column("m")).alias("minus"));
            inner.push(one_if(population.out_of.clone().is_true())?.alias("b"));
            aggregates.push(sum(column("b")).alias("denominator"));
        }
        Measure::Sum(formula) => {
            let (value, unit) = whole(scope.formula(formula, Wanted::Number)?)?;
            inner.push(value.alias("v"));
            aggregates.push(sum(column("v")).alias("sum"));
            aggregates.push(count(column("v")).alias("timed"));
            return Ok(unit);
        }
        Measure::Distinct(formula) => {
            let value = scope.formula(formula, Wanted::Cell)?;
            inner.push(value.alias("v"));
            aggregates.push(count_distinct(column("v")).alias("distinct"));
        }
        Measure::Count | Measure::Stock { .. } => {}
    }
    Ok(1)
}

/// 1 where a condition holds, else 0. Not a cast: the engine's two ideas of what can be null differ for casts of truths.
pub(crate) fn one_if(condition: Expr) -> Result<Expr, DataFusionError> {
    when(condition, lit(1_i64)).otherwise(lit(0_i64))
}

/// Reads one batch of groups.
fn read(batch: &RecordBatch, runs: bool, tallies: &mut Tallies) -> Result<(), PlanError> {
    let periods = int32(batch, "p")?;
    let classes = int32(batch, "k")?;
    for row in 0..batch.num_rows() {
        let period = usize::try_from(periods.value(row)).unwrap_or(0);
        let tally = tallies.at(key(batch, row), period);
        let eligible = int(batch, "eligible", row).unwrap_or(0);
        match classes.value(row) {
            COUNTED => counted(batch, row, tally),
            // A metric that says which rows run is counted at each period's end instead.
            RUNNING => tally.running += if runs { 0 } else { eligible },
            PROVISIONAL => tally.provisional += eligible,
            clause => *tally.excluded.entry(usize::try_from(clause - 1).unwrap_or(0)).or_insert(0) += rows(batch, row),
        }
    }
    Ok(())
}

fn counted(batch: &RecordBatch, row: usize, tally: &mut Tally) {
    tally.rows += rows(batch, row);
    tally.timed += int(batch, "timed", row).unwrap_or(0);
    tally.denominator += int(batch, "denominator", row).unwrap_or(0);
    tally.distinct += int(batch, "distinct", row).unwrap_or(0);
    let signs = (int(batch, "plus", row).unwrap_or(0), int(batch, "minus", row).unwrap_or(0));
    tally.signs = (tally.signs.0 + signs.0, tally.signs.1 + signs.1);
    tally.numerator += int(batch, "numerator", row).unwrap_or(signs.0 - signs.1);
    if let Some(sum) = sum_of(batch, row) {
        tally.sum = Some(tally.sum.unwrap_or(0) + sum);
    }
    if let Some(values) = batch.column_by_name("values") {
        collect(values, row, &mut tally.values);
    }
    if let (Some(low), Some(high)) = (text(batch, "low_currency", row), text(batch, "high_currency", row)) {
        tally.currency = Some((low, high));
    }
}

/// The dimensions of a group.
pub(crate) fn key(batch: &RecordBatch, row: usize) -> Key {
    let names = (0..).map(|index| format!("d{index}"));
    names.map_while(|name| batch.column_by_name(&name)).map(|array| text_of(array, row)).collect()
}

/// A column of 32-bit integers, which the planner itself has made.
pub(crate) fn int32<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b arrow::array::Int32Array, PlanError> {
    let found = batch.column_by_name(name).and_then(|array| array.as_primitive_opt::<Int32Type>());
    found.ok_or_else(|| PlanError::Engine(DataFusionError::Internal(format!("no integer column {name}"))))
}

/// How many rows a group has.
pub(crate) fn rows(batch: &RecordBatch, row: usize) -> i64 {
    int(batch, "rows", row).unwrap_or(0)
}

/// Adds the numbers of a list cell.
pub(crate) fn collect(lists: &arrow::array::ArrayRef, row: usize, into: &mut Vec<i64>) {
    let Some(lists) = lists.as_list_opt::<i32>().filter(|lists| lists.is_valid(row)) else { return };
    let values = lists.value(row);
    if let Some(values) = values.as_primitive_opt::<Int64Type>() {
        into.extend(values.iter().flatten());
    } else if let Some(values) = values.as_primitive_opt::<Decimal128Type>() {
        into.extend(values.iter().flatten().filter_map(|units| i64::try_from(units).ok()));
    }
}

fn int(batch: &RecordBatch, name: &str, row: usize) -> Option<i64> {
    let array = batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()?;
    array.is_valid(row).then(|| array.value(row))
}

fn sum_of(batch: &RecordBatch, row: usize) -> Option<i128> {
    let array = batch.column_by_name("sum")?;
    if array.is_null(row) {
        return None;
    }
    match array.as_primitive_opt::<Int64Type>() {
        Some(array) => Some(i128::from(array.value(row))),
        None => Some(array.as_primitive_opt::<Decimal128Type>()?.value(row)),
    }
}

fn text(batch: &RecordBatch, name: &str, row: usize) -> Option<String> {
    batch.column_by_name(name).and_then(|array| text_of(array, row))
}

fn text_of(array: &arrow::array::ArrayRef, row: usize) -> Option<String> {
    if array.is_null(row) {
        return None;
    }
    match array.data_type() {
        DataType::Utf8View => Some(array.as_string_view().value(row).to_owned()),
        _ => Some(array.as_string_opt::<i32>()?.value(row).to_owned()),
    }
}
