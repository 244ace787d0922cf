//! A change between two answers to the same question about two ranges: by how much, how sure, and what to think of it.
//!
//! A change whose 95 % interval holds no change is noise and has no colour. Which interval a number has follows from how it is counted;
//! where none follows, as of stocks and sums, nothing is said about chance.

use jiff::civil::Date;

use super::Answer;
use crate::facts::At;
use crate::metric::{Definition, Good, Measure, Unit};
use crate::question::{Compare, Stat};
use crate::statistics::change::{Estimate, Mean, newcombe, poisson_ratio, square_and_add, welch};
use crate::words::words;

/// Which ranges were compared, and how the earlier one was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// What was asked for.
    pub compare: Compare,
    /// The first day of the range.
    pub from: Date,
    /// The day after its last.
    pub to: Date,
    /// The first day of the earlier range.
    pub before_from: Date,
    /// The day after its last.
    pub before_to: Date,
    /// The instant up to which the earlier range counts, where the present one still runs.
    pub before_until: Option<At>,
}

/// What an answer is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The answer of the earlier range, period and cell.
    pub before: Answer,
    /// The change. None: one of both has no value, they are of different currencies, or nothing at all happened in the earlier range.
    pub change: Option<Change>,
}

/// A change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The value less the value before, in the unit of the answer.
    pub difference: f64,
    /// The difference as a part of the value before; of counts, durations and money only.
    pub relative: Option<f64>,
    /// 95 % interval of the difference.
    pub interval: Option<(f64, f64)>,
    /// 95 % interval of the relative change, of counts. Its upper end is infinite where nothing was counted before.
    pub relative_interval: Option<(f64, f64)>,
    /// How the interval was worked out.
    pub method: Option<Method>,
    /// Whether the interval holds no change. None: there is no interval.
    pub noise: Option<bool>,
    /// What to think of it.
    pub verdict: Verdict,
}

words!(
    /// How the interval of a change was worked out.
    Method {
        /// Two shares: Newcombe's hybrid score, from both Wilson intervals.
        Newcombe = "newcombe",
        /// Two means: Welch.
        Welch = "welch",
        /// Two quantiles: square-and-add of both order-statistic intervals.
        OrderStatistics = "order_statistics",
        /// Two scores in points: square-and-add of both intervals.
        SquareAndAdd = "square_and_add",
        /// Two counts: the exact ratio of Poisson rates.
        PoissonRatio = "poisson_ratio",
    }
);

words!(
    /// What to think of a change.
    Verdict {
        /// Better.
        Better = "better",
        /// Worse.
        Worse = "worse",
        /// Chance explains it, or there is none.
        Same = "same",
        /// Neither direction is better.
        Neutral = "neutral",
    }
);

/// The change between two answers of a metric that is counted by `definition`, where `good` is better: of short waits are many better.
pub fn change(definition: &Definition, good: Good, now: &Answer, before: &Answer) -> Option<Change> {
    let (value, old) = (now.value?, before.value?);
    if now.currency != before.currency {
        return None;
    }
    let difference = value - old;
    let by_parts = matches!(now.unit, Unit::Seconds | Unit::Count | Unit::Money);
    let relative = (by_parts && old != 0.0).then(|| difference / old.abs());
    let sure = sureness(definition, now, before);
    let (method, interval, relative_interval) = match sure {
        Some((Method::PoissonRatio, (low, high))) => (Some(Method::PoissonRatio), None, Some((low - 1.0, high - 1.0))),
        Some((method, interval)) => (Some(method), Some(interval), None),
        None => (None, None, None),
    };
    let noise = interval.or(relative_interval).map(|(low, high)| low <= 0.0 && 0.0 <= high);
    let good = if now.stat == Some(Stat::Within) && good == Good::Low { Good::High } else { good };
    let verdict = match good {
        _ if difference == 0.0 || noise == Some(true) => Verdict::Same,
        Good::None => Verdict::Neutral,
        Good::Low if difference < 0.0 => Verdict::Better,
        Good::High if difference > 0.0 => Verdict::Better,
        Good::Low | Good::High => Verdict::Worse,
    };
    Some(Change { difference, relative, interval, relative_interval, method, noise, verdict })
}

/// How the interval of a change of a number is worked out, by how the number is counted. None: chance has no say that is known.
pub fn method(definition: &Definition, stat: Option<Stat>) -> Option<Method> {
    match &definition.measure {
        // A pace is compared as time and not as a number of things.
        Measure::Count | Measure::Distinct(_) => {
            definition.per.as_ref().is_none_or(|per| per.trailing_days.is_none()).then_some(Method::PoissonRatio)
        }
        _ if definition.per.is_some() => None,
        Measure::Share { weight: None, .. } | Measure::Stock { kept: Some(_), .. } => Some(Method::Newcombe),
        Measure::Points { .. } => Some(Method::SquareAndAdd),
        Measure::Value { .. } | Measure::Stock { since: Some(_), .. } => match stat {
            Some(Stat::Within) => Some(Method::Newcombe),
            Some(Stat::Mean) => Some(Method::Welch),
            Some(Stat::Sum | Stat::Min | Stat::Max) => None,
            _ => Some(Method::OrderStatistics),
        },
        Measure::Share { .. } | Measure::Sum(_) | Measure::Stock { .. } => None,
        Measure::Agreement { .. } | Measure::Overlap { .. } => None,
    }
}

/// The interval that fits how the number is counted: of the difference or, of counts, of the ratio.
fn sureness(definition: &Definition, now: &Answer, before: &Answer) -> Option<(Method, (f64, f64))> {
    // Shares of two bounds are shares of different things.
    let method = method(definition, now.stat).filter(|_| now.within == before.within)?;
    let counts = |answer: &Answer| Some((answer.numerator?, answer.denominator?));
    let interval = match method {
        Method::PoissonRatio => {
            let rate = |answer: &Answer| match &definition.per {
                None => Some((whole(answer.value?)?, 1.0)),
                Some(_) => Some((answer.numerator?, answer.denominator? as f64)),
            };
            poisson_ratio(rate(now)?, rate(before)?)?
        }
        Method::Newcombe => newcombe(counts(now)?, counts(before)?)?,
        Method::Welch => {
            let mean = |answer: &Answer| Some(Mean::of_interval(answer.value?, answer.interval?, answer.n?));
            welch(mean(now)?, mean(before)?)?
        }
        Method::OrderStatistics | Method::SquareAndAdd => {
            let estimate = |answer: &Answer| Some(Estimate { value: answer.value?, interval: answer.interval? });
            square_and_add(estimate(now)?, estimate(before)?)
        }
    };
    Some((method, interval))
}

fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i64)
}
