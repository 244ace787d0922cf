//! Dividing: a number by another one that is counted over the same periods and cells.
//!
//! A table without the columns of conversations, such as that of orders, has no teams and no reasons of contacts: there the whole of
//! the period is the divisor of every cell, so that the contacts of each reason stand over all orders.

use deskgauge_core::metric::{Measure, Metric, Per};
use deskgauge_core::period::{Grain, local_date, periods};
use deskgauge_core::question::{Clock, Question};

use super::aggregate::{Tallies, Tally, tally};
use super::population::Population;
use super::range::Range;
use super::{Asked, PlanError, first_instant};

const DAY: i64 = 86_400;

/// Notes in each tally what it is divided by.
pub(super) async fn divide(
    asked: &Asked<'_>,
    metric: &Metric,
    per: &Per,
    range: &Range,
    tallies: &mut Tallies,
) -> Result<(), PlanError> {
    let cut = deskgauge_core::facts::find(&per.definition.from).is_some_and(|table| table.common);
    let whole = Question { by: Vec::new(), filter: None, credit: None, ..asked.question.clone() };
    let question = if cut { asked.question } else { &whole };
    let population = asked.population_of(metric, &per.definition, question).await?;
    let divisors = match per.trailing_days {
        Some(days) => rates(asked, &population, range, days).await?,
        None => {
            let counted = tally(&population, range, Clock::Calendar, asked.cells).await?;
            let unit = counted.unit.max(1);
            let number = |tally: &Tally| number(&per.definition.measure, tally, unit);
            let of_cell = |periods: std::collections::BTreeMap<usize, Tally>| {
                periods.iter().map(|(period, tally)| (*period, number(tally))).collect::<Vec<_>>()
            };
            counted.cells.into_iter().map(|(key, periods)| (key, of_cell(periods))).collect()
        }
    };
    for (key, periods) in divisors {
        for (period, divisor) in periods {
            if cut {
                tallies.at(key.clone(), period).divisor = Some(divisor);
                continue;
            }
            // A cell that one period has is there in all of them.
            for cells in tallies.cells.values_mut() {
                cells.entry(period).or_default().divisor = Some(divisor);
            }
            if asked.question.by.is_empty() {
                tallies.at(key.clone(), period).divisor = Some(divisor);
            }
        }
    }
    Ok(())
}

fn number(measure: &Measure, tally: &Tally, unit: i64) -> f64 {
    match measure {
        Measure::Distinct(_) => tally.distinct as f64,
        Measure::Sum(_) => tally.sum.unwrap_or(0) as f64 / unit as f64,
        _ => tally.rows as f64,
    }
}

type Divisors = Vec<(super::Key, Vec<(usize, f64)>)>;

/// The rate per second over the full local days before each period's end; fewer days where the data begin later.
async fn rates(asked: &Asked<'_>, population: &Population<'_>, range: &Range, days: i64) -> Result<Divisors, PlanError> {
    let Some(first) = first_instant(population).await? else { return Ok(Vec::new()) };
    let (Some(begin), Some(end)) = (range.periods.iter().map(|period| period.end).min(), range.periods.last()) else {
        return Ok(Vec::new());
    };
    let workspace = &asked.rules.workspace;
    let zone = &workspace.time_zone;
    // A day more than needed, because days with a change of the clocks are longer.
    let start = deskgauge_core::period::day_start(local_date(first.max(begin.min(asked.now) - (days + 2) * DAY), zone), zone);
    let end = end.end.min(asked.now).max(start);
    let all = periods(start, end, Grain::Day, zone, workspace.week_starts);
    let daily = Range { periods: all, now: asked.now, whole: false };
    if daily.periods.is_empty() {
        return Ok(Vec::new());
    }
    let counted = tally(population, &daily, Clock::Calendar, asked.cells.saturating_mul(daily.periods.len())).await?;
    let mut divisors = Vec::new();
    for (key, found) in counted.cells {
        let rate = |period: usize| {
            let full = daily.periods.partition_point(|day| day.end <= range.limit(period) && !day.is_cut());
            let from = full.saturating_sub(usize::try_from(days).unwrap_or(0));
            let rows: f64 = found.range(from..full).map(|(_, tally)| number(&population.definition.measure, tally, 1)).sum();
            (full > from).then(|| (period, rows / ((full - from) as f64 * DAY as f64)))
        };
        divisors.push((key, (0..range.periods.len()).filter_map(rate).collect()));
    }
    Ok(divisors)
}
