//! From a question to numbers: which rows, in which periods and cells, counted how.
//!
//! A metric becomes one aggregate over one scan of its fact table, and a second one where rows may last over several periods. What
//! the engine returns are counts and collected whole numbers; every division, percentile and interval is made of them here, so that
//! an answer depends neither on threads nor on the order of rows.

mod aggregate;
mod bands;
mod formula;
pub(crate) mod functions;
mod per;
mod population;
mod range;
mod stock;
mod summary;

use deskgauge_core::answer::Answer;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::metric::{Definition, Measure, Metric};
use deskgauge_core::period::Grain;
use deskgauge_core::question::{Clock, Question, Stat};
use deskgauge_core::rules::Rules;

pub use bands::{Band, band, bands};

pub(crate) use crate::ask::AskError as PlanError;
pub(crate) use aggregate::{Key, one_if};
pub(crate) use formula::{Parameters, Scope, Wanted, parameters, told};
pub(crate) use functions::period_of;
pub(crate) use population::{COUNTED, PENDING, PROVISIONAL, Population, RUNNING, column, unknown_variant};
pub(crate) use range::Range;

use crate::source::FactSource;

/// What all metrics of a question share.
pub(crate) struct Asked<'a> {
    pub(crate) source: &'a FactSource,
    pub(crate) rules: &'a Rules,
    pub(crate) question: &'a Question,
    /// In seconds since the epoch.
    pub(crate) now: i64,
    /// The most cells that an answer may have.
    pub(crate) cells: usize,
}

/// Answers about several metrics over one range, in the order of the metrics.
pub(crate) async fn answers(asked: &Asked<'_>, metrics: &[&Metric]) -> Result<Vec<Answer>, PlanError> {
    let mut populations = Vec::new();
    for metric in metrics {
        refuse_stat(metric, asked.question)?;
        populations.push(asked.population(metric).await?);
    }
    let mut first = None;
    if asked.question.from.is_none() && asked.question.grain != Grain::All {
        for population in &populations {
            first = earlier(first, first_instant(population).await?);
        }
    }
    let range = Range::new(asked.question, asked.rules, asked.now, first, asked.source.newest());
    let mut all = Vec::new();
    for (metric, population) in metrics.iter().zip(&populations) {
        // Small tables are answered without ever waiting; the deadline must be heard between them.
        tokio::task::yield_now().await;
        all.extend(asked.metric(metric, population, &range).await?);
        asked.refuse_size(all.len())?;
    }
    Ok(all)
}

impl<'a> Asked<'a> {
    /// A metric's rows as the question reads them.
    pub(crate) async fn population(&self, metric: &'a Metric) -> Result<Population<'a>, PlanError> {
        let variant = self.question.variant.as_deref();
        let definition = metric.definition(variant).ok_or_else(|| unknown_variant(metric, variant.unwrap_or("")))?;
        self.population_of(metric, definition, self.question).await
    }

    async fn population_of<'d>(
        &self,
        metric: &Metric,
        definition: &'d Definition,
        question: &Question,
    ) -> Result<Population<'d>, PlanError> {
        let parameters = parameters(self.rules, &question.set);
        Population::new(self.source, self.rules, (metric, definition), question, parameters, self.now).await
    }

    async fn metric(&self, metric: &Metric, population: &Population<'_>, range: &Range) -> Result<Vec<Answer>, PlanError> {
        let stat = self.question.stat;
        let clock = self.question.clock.unwrap_or(Clock::Calendar);
        let mut tallies = match &population.definition.measure {
            Measure::Stock { .. } => stock::stock(population, range, self.rules, stat).await?,
            _ => aggregate::tally(population, range, clock, self.cells).await?,
        };
        let ages = matches!(stat.or(population.definition.default), Some(Stat::KmMedian | Stat::KmP90));
        stock::running(population, range, ages, &mut tallies).await?;
        if let Some(per) = &population.definition.per {
            per::divide(self, metric, per, range, &mut tallies).await?;
        }
        // Without dimensions there is one cell, also where there are no rows.
        if self.question.by.is_empty() {
            tallies.cells.entry(Vec::new()).or_default();
        }
        self.refuse_size(tallies.cells.len().saturating_mul(range.periods.len()))?;
        let summary = summary::Summary { metric, definition: population.definition, question: self.question, range };
        Ok(summary.answers(tallies))
    }

    fn refuse_size(&self, cells: usize) -> Result<(), PlanError> {
        if cells > self.cells {
            return Err(PlanError::TooManyCells { found: cells, most: self.cells });
        }
        Ok(())
    }
}

pub(crate) async fn first_instant(population: &Population<'_>) -> Result<Option<i64>, PlanError> {
    if let Measure::Stock { entered, .. } = &population.definition.measure {
        let entered = population.scope.formula(entered, Wanted::Instant)?;
        return stock::first(population, &entered).await;
    }
    stock::first(population, &population.dated).await
}

fn earlier(known: Option<i64>, new: Option<i64>) -> Option<i64> {
    match (known, new) {
        (Some(known), Some(new)) => Some(known.min(new)),
        (known, new) => known.or(new),
    }
}

/// A statistic is for metrics that have values; a stock has the mean and the maximum of its days.
fn refuse_stat(metric: &Metric, question: &Question) -> Result<(), PlanError> {
    let Some(stat) = question.stat else { return Ok(()) };
    let Some(definition) = metric.definition(question.variant.as_deref()) else { return Ok(()) };
    let (fits, kind) = match &definition.measure {
        _ if definition.per.is_some() => (false, "one number divided by another"),
        Measure::Value { .. } => (stat != Stat::Share, "a statistic of values"),
        Measure::Stock { since: Some(_), .. } => {
            (!matches!(stat, Stat::Share | Stat::KmMedian | Stat::KmP90), "a statistic of ages")
        }
        Measure::Share { .. } => (stat == Stat::Share, "a share"),
        Measure::Stock { .. } => (matches!(stat, Stat::Mean | Stat::Max), "a stock: mean and max are those of its days"),
        Measure::Sum(_) => (stat == Stat::Sum, "a sum"),
        Measure::Count | Measure::Distinct(_) => (false, "a count"),
        Measure::Points { .. } => (false, "a difference of shares"),
    };
    if fits {
        return Ok(());
    }
    let message = format!("`--stat {}` does not fit `{}`, which is {kind}", stat.name(), metric.id);
    Err(Diagnostic::error("stat-not-applicable", message).hint("leave --stat out for this metric").into())
}
