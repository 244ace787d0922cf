//! Dividing: a number by another one that is counted over the same periods and cells.
//!
//! A table without the columns of conversations, such as that of orders, has no teams and no reasons of contacts: there the whole of
//! the period is the divisor of every cell, so that the contacts of each reason stand over all orders.

use std::collections::BTreeMap;

use deskgauge_core::metric::{Measure, Metric, Per};
use deskgauge_core::period::{Grain, local_date, periods};
use deskgauge_core::question::{Clock, Question};

use super::count::Count;
use super::population::Population;
use super::range::Range;
use super::tally::{Key, Tallies, Tally};
use super::{Asked, PlanError, aggregate, stock};

const DAY: i64 = 86_400;

/// What a metric is divided by.
pub(super) struct Divisor<'a> {
    per: &'a Per,
    population: Population<'a>,
    /// Whether it is cut as the question cuts.
    cut: bool,
}

impl<'a> Divisor<'a> {
    /// What a metric is divided by, if it is.
    pub(super) fn new(asked: &Asked<'a>, metric: &'a Metric, per: Option<&'a Per>) -> Result<Option<Self>, PlanError> {
        let Some(per) = per else { return Ok(None) };
        let cut = deskgauge_core::facts::find(&per.definition.from).is_some_and(|table| table.common);
        let whole = Question { by: Vec::new(), filter: None, credit: None, ..asked.question.clone() };
        let question = if cut { asked.question } else { &whole };
        let population = asked.population_of(metric, &per.definition, question)?;
        Ok(Some(Self { per, population, cut }))
    }

    /// The table that it counts.
    pub(super) fn table(&self) -> &'a str {
        &self.per.definition.from
    }

    /// What finds the first of its instants, where it is a rate over days.
    pub(super) fn first(&self) -> Option<Count> {
        self.per.trailing_days.map(|_| stock::first(&self.population, &self.population.dated))
    }

    /// The periods in which it is counted: the question's or, for a rate, all days on which it depends.
    pub(super) fn range(&self, asked: &Asked<'_>, range: &Range) -> Option<Range> {
        let Some(days) = self.per.trailing_days else { return Some(range.clone()) };
        let begin = range.periods.iter().map(|period| period.end).min()?;
        let end = range.periods.last()?;
        let workspace = &asked.rules.workspace;
        let zone = &workspace.time_zone;
        // A day more than needed, because days with a change of the clocks are longer.
        let start = local_date(begin.min(asked.now) - (days + 2) * DAY, zone);
        let start = deskgauge_core::period::day_start(start, zone);
        let all = periods(start, end.end.min(asked.now).max(start), Grain::Day, zone, workspace.week_starts);
        (!all.is_empty()).then_some(Range { periods: all, now: asked.now, whole: false })
    }

    /// What counts it in a range of its own, and how many units of a value make one.
    pub(super) fn count(&self, asked: &Asked<'_>, range: &Range) -> Result<(Count, i64), PlanError> {
        let most = asked.cells.saturating_mul(range.periods.len().max(1));
        let (mut count, unit) = aggregate::count(&self.population, range, Clock::Calendar, most)?;
        // A rate looks at days from before the range of the question.
        count.bounds = count.bounds.filter(|_| self.per.trailing_days.is_none());
        Ok((count, unit))
    }

    /// Notes in each tally what it is divided by: what was counted in `own` periods, for the periods of the question. A rate has no days
    /// before the `first` instant of what it counts.
    pub(super) fn note(
        &self,
        asked: &Asked<'_>,
        counted: Tallies,
        (own, first): (&Range, Option<i64>),
        range: &Range,
        tallies: &mut Tallies,
    ) {
        let begun = first.map(|first| own.periods.partition_point(|day| day.end <= first));
        let unit = counted.unit.max(1);
        let measure = &self.population.definition.measure;
        for (key, periods) in counted.cells {
            let divisors: Vec<(usize, f64)> = match self.per.trailing_days {
                Some(days) => {
                    let rows = |tally: &Tally| number(measure, tally, 1);
                    let Some(begun) = begun else { continue };
                    let rate = |period| rate(&periods, (own, begun), range, period, days, &rows);
                    (0..range.periods.len()).filter_map(rate).collect()
                }
                None => periods.iter().map(|(period, tally)| (*period, number(measure, tally, unit))).collect(),
            };
            for (period, divisor) in divisors {
                self.divide(asked, &key, period, divisor, tallies);
            }
        }
    }

    fn divide(&self, asked: &Asked<'_>, key: &Key, period: usize, divisor: f64, tallies: &mut Tallies) {
        if self.cut {
            tallies.at(key.clone(), period).special_mut().divisor = Some(divisor);
            return;
        }
        // A cell that one period has is there in all of them.
        for cells in tallies.cells.values_mut() {
            cells.entry(period).or_default().special_mut().divisor = Some(divisor);
        }
        if asked.question.by.is_empty() {
            tallies.at(key.clone(), period).special_mut().divisor = Some(divisor);
        }
    }
}

/// The rate per second over the full local days before a period's end; fewer days where the data begin later.
fn rate(
    found: &BTreeMap<usize, Tally>,
    (daily, begun): (&Range, usize),
    range: &Range,
    period: usize,
    days: i64,
    rows: &dyn Fn(&Tally) -> f64,
) -> Option<(usize, f64)> {
    let full = daily.periods.partition_point(|day| day.end <= range.limit(period) && !day.is_cut());
    let from = full.saturating_sub(usize::try_from(days).unwrap_or(0)).max(begun);
    // What has not begun has no stock yet, and no pace.
    if full <= from || !range.begun(period) {
        return None;
    }
    let rows: f64 = found.range(from..full).map(|(_, tally)| rows(tally)).sum();
    Some((period, rows / ((full - from) as f64 * DAY as f64)))
}

fn number(measure: &Measure, tally: &Tally, unit: i64) -> f64 {
    match measure {
        Measure::Distinct(_) => tally.special().distinct.len() as f64,
        Measure::Sum(_) => tally.special().sum.unwrap_or(0) as f64 / unit as f64,
        _ => tally.rows as f64,
    }
}
