//! The incomplete beta function, from which Student's t, the binomial and its exact limits follow.
//!
//! One function instead of a table for each of them. It is summed as a continued fraction (Lentz's method), which settles to the last
//! bits within a few square roots of the greater parameter.

/// The most steps of the fraction: enough for parameters of billions.
const STEPS: u32 = 200_000;
/// What stands in for zero in the fraction.
const TINY: f64 = 1e-300;

/// The regularised incomplete beta function I_x(a, b), for positive a and b: 0 at x = 0, 1 at x = 1.
pub fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    // The fraction settles fast on this side of the mean only; the other side is its mirror.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(b, a, 1.0 - x);
    }
    let front = (a * x.ln() + b * (-x).ln_1p() - ln_beta(a, b)).exp() / a;
    (front * fraction(a, b, x)).clamp(0.0, 1.0)
}

/// The probability of at most `hits` among `n` trials that each hit with probability `share`.
pub fn binomial_at_most(hits: i64, n: i64, share: f64) -> f64 {
    if hits < 0 {
        return 0.0;
    }
    if hits >= n {
        return 1.0;
    }
    incomplete_beta((n - hits) as f64, hits as f64 + 1.0, 1.0 - share)
}

/// The value that Student's t with `freedom` degrees stays below with probability `share`, for a share from 0.5 to 1.
pub fn student_quantile(share: f64, freedom: f64) -> f64 {
    // Of t, the share beyond ±t is I_x(freedom / 2, 1 / 2) at x = freedom / (freedom + t²).
    let outside = 2.0 * (1.0 - share);
    let x = quantile(freedom / 2.0, 0.5, outside);
    (freedom * (1.0 - x) / x).sqrt()
}

/// The exact (Clopper-Pearson) 95 % interval of a share. None: nothing was counted, or the counts are impossible.
pub fn clopper_pearson(numerator: i64, denominator: i64) -> Option<(f64, f64)> {
    if denominator <= 0 || !(0..=denominator).contains(&numerator) {
        return None;
    }
    let (hits, misses) = (numerator as f64, (denominator - numerator) as f64);
    let low = if numerator == 0 { 0.0 } else { quantile(hits, misses + 1.0, 0.025) };
    let high = if numerator == denominator { 1.0 } else { quantile(hits + 1.0, misses, 0.975) };
    Some((low, high))
}

/// The x at which I_x(a, b) is a share: Newton's method, whose slope is the density, kept between the bounds that are known already.
fn quantile(a: f64, b: f64, share: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    let all = ln_beta(a, b);
    let mut x = a / (a + b);
    // Each step halves what is left, or does much better: so many exhaust the digits of a number near a half.
    for _ in 0..60 {
        let over = incomplete_beta(a, b, x) - share;
        if over < 0.0 {
            low = x;
        } else {
            high = x;
        }
        let density = ((a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p() - all).exp();
        let step = x - over / density;
        let next = if low < step && step < high { step } else { f64::midpoint(low, high) };
        if (next - x).abs() <= f64::EPSILON * x {
            return next;
        }
        x = next;
    }
    x
}

fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let kept = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / kept(1.0 - (a + b) * x / (a + 1.0));
    let mut result = d;
    for step in 1..STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / kept(1.0 + term * d);
            c = kept(1.0 + term / c);
            change = d * c;
            result *= change;
        }
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    result
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// The logarithm of the gamma function by Stirling's series, for which small arguments are first raised.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0_f64);
    while x < 15.0 {
        product *= x;
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series = (1.0 / 12.0 - inverse * (1.0 / 360.0 - inverse * (1.0 / 1260.0 - inverse / 1680.0))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - product.ln()
}
