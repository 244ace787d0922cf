//! 95 % intervals of a change between two independent groups, such as two periods.
//!
//! Shares: Newcombe's hybrid score interval, from the two Wilson intervals. Means: Welch's, which assumes no equal variances. Medians,
//! other quantiles and points: the same square-and-add of two intervals as Newcombe's, since an order-statistic interval assumes nothing
//! about the distribution, needs no random draws, and gives the same answer everywhere. Counts: the exact ratio of two Poisson rates.

use super::beta::{clopper_pearson, student_quantile};
use super::interval::{Z, wilson};

/// An estimate with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// Its interval.
    pub interval: (f64, f64),
}

/// The interval of `now - before` of two shares, each a numerator and a denominator: Newcombe's method 10 (1998).
/// None: one of them has nothing to count.
pub fn newcombe(now: (i64, i64), before: (i64, i64)) -> Option<(f64, f64)> {
    let estimate = |(part, all): (i64, i64)| Some(Estimate { interval: wilson(part, all)?, value: part as f64 / all as f64 });
    Some(square_and_add(estimate(now)?, estimate(before)?))
}

/// The interval of `now - before` of two estimates: each end is as far off as both ends on its side together, at right angles.
pub fn square_and_add(now: Estimate, before: Estimate) -> (f64, f64) {
    let difference = now.value - before.value;
    let down = (now.value - now.interval.0).hypot(before.interval.1 - before.value);
    let up = (now.interval.1 - now.value).hypot(before.value - before.interval.0);
    (difference - down, difference + up)
}

/// A mean with its number of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
    /// How many values it is the mean of.
    pub n: i64,
}

impl Mean {
    /// From a mean and its interval as [`super::interval::mean`] tells it.
    pub fn of_interval(mean: f64, interval: (f64, f64), n: i64) -> Self {
        Self { mean, error: (interval.1 - interval.0) / (2.0 * Z), n }
    }
}

/// The interval of `now - before` of two means: Welch's. None: one of them has fewer than two values.
pub fn welch(now: Mean, before: Mean) -> Option<(f64, f64)> {
    if now.n < 2 || before.n < 2 {
        return None;
    }
    let difference = now.mean - before.mean;
    let (a, b) = (now.error * now.error, before.error * before.error);
    if a + b == 0.0 {
        return Some((difference, difference));
    }
    let freedom = (a + b) * (a + b) / (a * a / (now.n - 1) as f64 + b * b / (before.n - 1) as f64);
    let half = student_quantile(0.975, freedom) * (a + b).sqrt();
    Some((difference - half, difference + half))
}

/// The interval of the ratio of two rates, now to before, of counts over exposures such as days or orders: exact, given the sum of both
/// counts. The upper end is infinite where nothing was counted before. None: nothing was counted at all, or an exposure is not positive.
///
/// It takes events as independent. Contacts come in bursts, so that the truth is rather wider: what is noise here is noise.
pub fn poisson_ratio(now: (i64, f64), before: (i64, f64)) -> Option<(f64, f64)> {
    let ((hits, exposure), (hits_before, exposure_before)) = (now, before);
    if exposure <= 0.0 || exposure_before <= 0.0 {
        return None;
    }
    let (low, high) = clopper_pearson(hits, hits.checked_add(hits_before)?)?;
    let ratio = |share: f64| share / (1.0 - share) * exposure_before / exposure;
    Some((ratio(low), ratio(high)))
}
