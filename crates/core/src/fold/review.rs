//! Quality reviews: the weighted score of a scorecard, on both scalings that are in use.
//!
//! A category that does not apply drops out with its weight; a critical category below half of its scale makes the review 0; a
//! review in which nothing applies has no score, which is not 0.

use std::collections::BTreeMap;

use super::case::Case;
use super::history::Step;
use crate::event::{Body, Decimal, Rating, Reviewed, Text};
use crate::facts::{At, Facts, Review, ReviewRating};

/// Writes `reviews` and `review_ratings`.
pub(crate) fn fold(case: &Case<'_>, facts: &mut Facts) {
    // Of one review the latest event counts.
    let mut latest: BTreeMap<&Text, (&Step<'_>, &Reviewed)> = BTreeMap::new();
    for step in case.steps.iter() {
        if let Body::Reviewed(review) = &step.event.body {
            latest.insert(&review.review, (step, review));
        }
    }
    for (step, review) in latest.into_values() {
        let agent = review.agent.as_ref().or(step.dims.owner.as_ref());
        let reviewer = step.event.actor.clone();
        let reviewed_at = At(step.event.at.seconds());
        let common = case.common(step, agent, reviewer.as_ref());
        let failed = review.ratings.iter().any(critical_failed);
        facts.reviews.push(Review {
            common: common.clone(),
            review: review.review.clone(),
            reviewed_at,
            reviewer: reviewer.clone(),
            scorecard: review.scorecard.clone(),
            scorecard_version: review.scorecard_version.clone(),
            score: score(review, failed, |rating| rating.min.0),
            ratio_score: score(review, failed, |_| 0),
            critical_failed: failed,
        });
        for rating in &review.ratings {
            facts.review_ratings.push(ReviewRating {
                common: common.clone(),
                review: review.review.clone(),
                reviewed_at,
                reviewer: reviewer.clone(),
                category: rating.category.clone(),
                weight: rating.weight,
                rating: rating.rating,
                scale_min: rating.min,
                scale_max: rating.max,
                critical: rating.critical,
            });
        }
    }
}

fn critical_failed(rating: &Rating) -> bool {
    let above = |value: Decimal| i128::from(value.0) - i128::from(rating.min.0);
    let half = |value: Decimal| 2 * above(value) < above(rating.max);
    rating.critical && rating.rating.is_some_and(half)
}

/// The weighted mean of (rating − bottom) / (max − bottom) over the categories that apply, rounded half up to four places.
fn score(review: &Reviewed, failed: bool, bottom: fn(&Rating) -> i64) -> Option<Decimal> {
    if failed {
        return Some(Decimal(0));
    }
    let mut weights: i128 = 0;
    let mut sum: i128 = 0;
    // Categories may have different scales: a common denominator keeps the sum exact to a millionth of a point.
    const FINE: i128 = 1_000_000;
    for rating in &review.ratings {
        let Some(value) = rating.rating else { continue };
        let above = |value: i64| i128::from(value) - i128::from(bottom(rating));
        let share = above(value.0) * FINE * i128::from(Decimal::ONE) / above(rating.max.0).max(1);
        weights += i128::from(rating.weight.0);
        sum = i128::from(rating.weight.0).saturating_mul(share).saturating_add(sum);
    }
    if weights <= 0 {
        return None;
    }
    let scaled = sum.saturating_mul(2).saturating_add(weights * FINE) / (2 * weights * FINE);
    i64::try_from(scaled).ok().map(Decimal)
}
