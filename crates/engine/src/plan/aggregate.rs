//! What is counted of a population by period, cell and class, with what the metric's measure needs of each row.

use arrow::datatypes::DataType;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, cast, lit, when};
use deskgauge_core::metric::{Formula, Measure, Unit};
use deskgauge_core::question::Clock;

use super::PlanError;
use super::by_period::{Layout, Periods};
use super::count::{Count, When};
use super::counter::Counter;
use super::formula::Wanted;
use super::functions::MICROS;
use super::population::{Population, column};
use super::range::Range;
use super::unfold::PART;

/// Units of one, where values are decimals as they stand in the facts, with four places: all of them fit.
pub(super) const FACT_UNIT: i64 = 10_000;
const FACT_DECIMAL: DataType = DataType::Decimal128(19, 4);
/// Units of one, where values are other decimals, such as quotients.
pub(crate) const DECIMAL_UNIT: i64 = 1_000_000;
const DECIMAL: DataType = DataType::Decimal128(18, 6);

/// What a population that is not a stock counts in a range, and how many units of a value make one. `most`: the most cells and periods.
pub(crate) fn count(population: &Population<'_>, range: &Range, clock: Clock, most: usize) -> Result<(Count, i64), PlanError> {
    // Class and whether a row is in the denominator or would be: the first columns of every count by period.
    let mut columns = vec![population.class.clone(), population.out_of.clone().is_not_false()];
    let mut layout = Layout { runs: population.definition.running.is_some(), ..Layout::default() };
    let unit = measure(population, clock, &mut columns, &mut layout)?;
    if let Some((whose, least)) = population.whose() {
        columns.push(whose);
        layout.whose = Some((columns.len() - 1, least));
    }
    let count = Count {
        filters: population.filters.clone(),
        asked: population.asked.clone(),
        bounds: population.bounds(range),
        unfold: population.unfold.clone(),
        when: When::Periods { at: population.dated.clone(), cuts: range.cuts() },
        dimensions: population.cells(&population.dated),
        columns,
        counter: Counter::Periods(Box::new(Periods::new(layout, most))),
    };
    Ok((count, unit))
}

/// Adds what the measure needs of each row. Answers how many units of a value make one.
fn measure(population: &Population<'_>, clock: Clock, columns: &mut Vec<Expr>, layout: &mut Layout) -> Result<i64, PlanError> {
    let scope = &population.scope;
    let mut add = |expr: Expr| {
        columns.push(expr);
        Some(columns.len() - 1)
    };
    let truth = |formula: &Formula| -> Result<Expr, PlanError> {
        Ok(scope.formula(formula, Wanted::Bool)?.is_true().and(population.out_of.clone().is_true()))
    };
    let whole = |expr: Expr| -> Result<(Expr, i64), PlanError> {
        Ok(match scope.type_of(&expr)? {
            whole if whole.is_integer() => (cast(expr, DataType::Int64), 1),
            DataType::Decimal128(_, ..=4) => (cast(expr, FACT_DECIMAL), FACT_UNIT),
            _ => (cast(expr, DECIMAL), DECIMAL_UNIT),
        })
    };
    if population.definition.unit == Unit::Money
        && let Some(name) = ["currency", "order_currency"].into_iter().find(|name| scope.has(name))
    {
        layout.currency = add(column(name));
    }
    if let Some(alike) = &population.definition.alike {
        layout.alike = add(scope.formula(alike, Wanted::Cell)?);
    }
    match &population.definition.measure {
        Measure::Value { value, business } => {
            let calendar = scope.formula(value, Wanted::Number)?;
            let chosen = match (clock, business) {
                (Clock::Business, Some(business)) => scope.formula(business, Wanted::Number)?,
                _ => calendar.clone(),
            };
            let (chosen, unit) = whole(chosen)?;
            layout.value = add(chosen);
            layout.timed = add(calendar.is_not_null());
            return Ok(unit);
        }
        Measure::Overlap { of, entered, left } => {
            let second = |at: &Formula| -> Result<Expr, PlanError> {
                Ok(cast(scope.formula(at, Wanted::Instant)?, DataType::Int64) / lit(MICROS))
            };
            let columns = [add(scope.formula(of, Wanted::Cell)?), add(second(entered)?), add(second(left)?)];
            layout.stretch = columns.into_iter().collect::<Option<Vec<_>>>();
        }
        Measure::Agreement { value, spread } => {
            let (value, unit) = whole(scope.formula(value, Wanted::Number)?)?;
            let spread = scope.formula(spread, Wanted::Number)?;
            // A number that nobody else has measured is none to compare.
            layout.value = add(when(spread.clone().is_not_null(), value).end()?);
            layout.spread = add(cast(spread, FACT_DECIMAL));
            return Ok(unit);
        }
        Measure::Share { counting, weight, .. } => {
            layout.counting = add(truth(counting)?);
            layout.base = add(population.out_of.clone().is_true());
            if let Some(weight) = weight {
                layout.weight = add(cast(scope.formula(weight, Wanted::Number)?, DataType::Int64));
            }
        }
        Measure::Points { plus, minus, .. } => {
            layout.counting = add(truth(plus)?);
            layout.minus = add(truth(minus)?);
            layout.base = add(population.out_of.clone().is_true());
        }
        Measure::Sum(formula) => {
            let (value, unit) = whole(scope.formula(formula, Wanted::Number)?)?;
            layout.value = add(value);
            layout.sums = true;
            return Ok(unit);
        }
        Measure::Distinct(formula) => layout.distinct = add(scope.formula(formula, Wanted::Cell)?),
        // Parts of rows are added up where weights are.
        Measure::Count if population.unfold.parts() => layout.base = add(lit(true)),
        Measure::Count | Measure::Stock { .. } => {}
    }
    if population.unfold.parts() {
        layout.weight = add(column(PART));
    }
    Ok(1)
}

/// 1 where a condition holds, else 0. Not a cast: the engine's two ideas of what can be null differ for casts of truths.
pub(crate) fn one_if(condition: Expr) -> Result<Expr, DataFusionError> {
    when(condition, lit(1_i64)).otherwise(lit(0_i64))
}
