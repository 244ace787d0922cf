//! 95 % intervals: what range the truth plausibly lies in, given how few values there are.
//!
//! Shares get Wilson's interval because the usual one leaves [0, 1] and has no width at 0 and 1. Medians get the interval of order
//! statistics, which assumes nothing about the distribution: waits are anything but normal.

use super::beta::binomial_at_most;

/// The normal quantile of a two-sided 95 % interval.
pub const Z: f64 = 1.959_963_984_540_054;

/// Wilson's interval of a share. None: nothing was counted, or the counts are impossible.
pub fn wilson(numerator: i64, denominator: i64) -> Option<(f64, f64)> {
    if denominator <= 0 || !(0..=denominator).contains(&numerator) {
        return None;
    }
    let (n, p) = (denominator as f64, numerator as f64 / denominator as f64);
    let spread = Z * Z / n;
    let centre = (p + spread / 2.0) / (1.0 + spread);
    let half = Z / (1.0 + spread) * (p * (1.0 - p) / n + spread / (4.0 * n)).sqrt();
    // The ends are exact where all or none count; rounding must not push them past.
    let low = if numerator == 0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if numerator == denominator { 1.0 } else { (centre + half).min(1.0) };
    Some((low, high))
}

/// The interval of a net promoter score, in points: the score ± 1.96 standard errors, within -100 to 100.
/// None: no answers, or the counts are impossible.
pub fn nps(promoters: i64, detractors: i64, answers: i64) -> Option<(f64, f64)> {
    if answers <= 0 || promoters < 0 || detractors < 0 || promoters + detractors > answers {
        return None;
    }
    let n = answers as f64;
    let (p, d) = (promoters as f64 / n, detractors as f64 / n);
    let error = 100.0 * ((p + d - (p - d) * (p - d)).max(0.0) / n).sqrt();
    let score = 100.0 * (promoters - detractors) as f64 / n;
    Some(((score - Z * error).max(-100.0), (score + Z * error).min(100.0)))
}

/// The interval of a mean by the normal approximation: mean ± 1.96 × deviation ÷ √n, the deviation with n − 1.
/// `sum` and `sum_of_squares` are of the values. None: fewer than two values.
pub fn mean(n: i64, sum: f64, sum_of_squares: f64) -> Option<(f64, f64)> {
    if n < 2 {
        return None;
    }
    let count = n as f64;
    let mean = sum / count;
    let variance = ((sum_of_squares - sum * mean) / (count - 1.0)).max(0.0);
    let half = Z * (variance / count).sqrt();
    Some((mean - half, mean + half))
}

/// The interval of a median: the narrowest pair of order statistics, equally far from both ends, that covers it with at least 95 %.
/// The values must be sorted. None: fewer than six values, for which no pair covers so much.
pub fn median(sorted: &[i64]) -> Option<(i64, i64)> {
    let rank = median_rank(sorted.len())?;
    Some((*sorted.get(rank)?, *sorted.get(sorted.len() - 1 - rank)?))
}

/// How many values lie outside the median's interval at each end. None: fewer than six values.
///
/// The median is below the smallest k values with the probability that a fair coin, thrown n times, shows heads at most k - 1 times.
pub fn median_rank(n: usize) -> Option<usize> {
    // Beyond this many the binomial is normal to far below a rank, and its terms would underflow.
    if n > 1000 {
        let count = n as f64;
        return Some((count / 2.0 - Z * count.sqrt() / 2.0 - 0.5).floor() as usize);
    }
    let mut term = 0.5_f64.powi(n as i32);
    let mut below = term;
    let mut rank = None;
    for k in 0..n / 2 {
        if below > 0.025 {
            break;
        }
        rank = Some(k);
        term *= (n - k) as f64 / (k + 1) as f64;
        below += term;
    }
    rank
}

/// The interval of the quantile `share` (0 to 1) of sorted values, as a pair of order statistics: the greatest and the least value that
/// are on the right side of it with at least 97.5 % each. None: so few values that none is.
///
/// The value of rank r (from 1) is at most the quantile unless fewer than r values lie below it, which the binomial tells.
pub fn quantile(sorted: &[i64], share: f64) -> Option<(i64, i64)> {
    let n = i64::try_from(sorted.len()).ok()?;
    // The most values that lie below with a probability of 2.5 % at most, and the fewest that do with 97.5 %.
    let low = first_rank(n, |below| binomial_at_most(below, n, share) > 0.025).checked_sub(1)?;
    let high = first_rank(n, |below| binomial_at_most(below, n, share) >= 0.975);
    Some((*sorted.get(usize::try_from(low).ok()?)?, *sorted.get(usize::try_from(high).ok()?)?))
}

/// The first number from 0 to n for which a condition holds that holds from there on.
fn first_rank(n: i64, holds: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
