//! The shop's luck: every random draw of the simulation goes through one seeded generator.
//!
//! One generator and one order of draws make the same seed give the same shop. Durations come out in whole seconds, because the
//! shop's clock has no finer tick. It must not read any entropy but its seed.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Binomial, Distribution, Exp1, Poisson, StandardNormal, Zipf};

/// A seeded source of draws.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// True with this probability.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    /// A whole number in [low, high).
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..high)
    }

    /// An index below `count`, which must not be zero.
    pub(super) fn index(&mut self, count: usize) -> usize {
        self.0.random_range(0..count as u64) as usize
    }

    /// An index by weights.
    pub(super) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.0.random::<f64>() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        weights.len() - 1
    }

    /// A standard normal draw.
    pub(super) fn normal(&mut self) -> f64 {
        self.0.sample(StandardNormal)
    }

    /// A lognormal duration in seconds, at least one, with this median.
    pub(super) fn around(&mut self, median_seconds: f64, sigma: f64) -> i64 {
        (median_seconds * (sigma * self.normal()).exp()).round().clamp(1.0, 1e9) as i64
    }

    /// An exponential duration in seconds, at least one.
    pub(super) fn patience(&mut self, mean_seconds: f64) -> i64 {
        let unit: f64 = self.0.sample(Exp1);
        (unit * mean_seconds).round().max(1.0) as i64
    }

    /// How many of `count` fall into a part of the whole.
    pub(super) fn share_of(&mut self, count: u64, part: f64) -> u64 {
        if count == 0 || part <= 0.0 {
            return 0;
        }
        if part >= 1.0 {
            return count;
        }
        Binomial::new(count, part).expect("a share lies between zero and one").sample(&mut self.0)
    }

    /// A Poisson count.
    pub(super) fn count(&mut self, mean: f64) -> u64 {
        if mean <= 0.0 {
            return 0;
        }
        Poisson::new(mean).expect("a positive finite mean").sample(&mut self.0) as u64
    }

    /// A rank from zero below `count`, the first ones more often (Zipf).
    pub(super) fn loyal(&mut self, count: usize) -> usize {
        let zipf = Zipf::new(count as f64, 0.7).expect("at least one customer");
        (zipf.sample(&mut self.0) as usize).clamp(1, count) - 1
    }
}
