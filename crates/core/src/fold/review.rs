//! Quality reviews: the weighted score of a scorecard, on both scalings that are in use.
//!
//! A category that does not apply drops out with its weight; a critical category below half of its scale makes the review 0; a
//! review in which nothing applies has no score, which is not 0. A second reviewer of the same work by the same scorecard calibrates:
//! such a review tells how far reviewers are apart, and the work must not count twice.

use std::collections::BTreeMap;

use super::case::Case;
use super::history::Step;
use crate::event::{Body, Decimal, Rating, Reviewed, Text};
use crate::facts::{At, Facts, Review, ReviewRating};

/// An agent's work by one scorecard; the first review of it is told by its reviewer and its score.
type Work<'e> = (Option<&'e Text>, Option<&'e Text>);

/// Writes `reviews` and `review_ratings`.
pub(crate) fn fold(case: &Case<'_>, facts: &mut Facts) {
    // Of one review the latest event counts.
    let mut latest: BTreeMap<&Text, (&Step<'_>, &Reviewed)> = BTreeMap::new();
    for step in case.steps.iter() {
        if let Body::Reviewed(review) = &step.event.body {
            latest.insert(&review.review, (step, review));
        }
    }
    let mut reviews: Vec<(&Step<'_>, &Reviewed)> = latest.into_values().collect();
    // Stable: of one instant the review with the lesser id is the first.
    reviews.sort_by_key(|(step, _)| step.event.at);
    let compared = compared(&reviews);
    let mut firsts: BTreeMap<Work<'_>, (Option<&Text>, Option<Decimal>)> = BTreeMap::new();
    for (step, review) in reviews {
        let agent = review.agent.as_ref().or(step.dims.owner.as_ref());
        let reviewer = step.event.actor.clone();
        let reviewed_at = At(step.event.at.seconds());
        let common = case.common(step, agent, reviewer.as_ref());
        let failed = review.ratings.iter().any(critical_failed);
        let score_by_range = scored(review);
        let work = (agent, review.scorecard.as_ref());
        let (first_reviewer, first_score) = *firsts.entry(work).or_insert((step.event.actor.as_ref(), score_by_range));
        let calibration = first_reviewer != step.event.actor.as_ref();
        let gap = score_by_range.zip(first_score).map(|(own, first)| Decimal((own.0 - first.0).abs()));
        facts.reviews.push(Review {
            common: common.clone(),
            review: review.review.clone(),
            reviewed_at,
            reviewer: reviewer.clone(),
            scorecard: review.scorecard.clone(),
            scorecard_version: review.scorecard_version.clone(),
            score: score_by_range,
            ratio_score: score(review, failed, |_| 0),
            critical_failed: failed,
            critical_count: review.ratings.iter().filter(|rating| rating.critical && rating.rating.is_some()).count() as i64,
            calibration,
            calibration_gap: gap.filter(|_| calibration),
            compared_at: compared.get(&review.review).map(|(at, _)| At(*at)),
            spread: compared.get(&review.review).map(|(_, spread)| *spread),
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
                score: rating.rating.map(|value| category_score(rating, value)),
                failed: below_half(rating),
                calibration,
            });
        }
    }
}

/// Of work that several reviewers scored: by the id of each one's first review, when the last of them reviewed and how far the score lies
/// from the mean of theirs.
fn compared<'e>(reviews: &[(&Step<'e>, &'e Reviewed)]) -> BTreeMap<&'e Text, (i64, Decimal)> {
    /// By reviewer: the review, when, and the score.
    type Scores<'e> = BTreeMap<Option<&'e Text>, (&'e Text, i64, Decimal)>;
    let mut works: BTreeMap<(Option<Text>, Option<&Text>), Scores<'_>> = BTreeMap::new();
    for (step, review) in reviews {
        let agent = review.agent.as_ref().or(step.dims.owner.as_ref()).cloned();
        if let Some(score) = scored(review) {
            let own = works.entry((agent, review.scorecard.as_ref())).or_default();
            own.entry(step.event.actor.as_ref()).or_insert((&review.review, step.at, score));
        }
    }
    let mut compared = BTreeMap::new();
    for scores in works.into_values().filter(|scores| scores.len() > 1) {
        let last = scores.values().map(|(_, at, _)| *at).max().unwrap_or(0);
        let (n, sum) = (scores.len() as i128, scores.values().map(|(.., score)| i128::from(score.0)).sum::<i128>());
        for (review, _, score) in scores.into_values() {
            // (v − sum/n)² · n/(n − 1), in squares of ten-thousandths, of which one is a ten-thousandth of a squared percentage point.
            let distance = n * i128::from(score.0) - sum;
            let (above, below) = (distance * distance, n * (n - 1));
            let spread = (2 * above + below).div_euclid(2 * below);
            compared.insert(review, (last, Decimal(i64::try_from(spread).unwrap_or(i64::MAX))));
        }
    }
    compared
}

fn scored(review: &Reviewed) -> Option<Decimal> {
    score(review, review.ratings.iter().any(critical_failed), |rating| rating.min.0)
}

/// A rating from 0 to 1 of its scale, rounded half up to four places.
fn category_score(rating: &Rating, value: Decimal) -> Decimal {
    let above = |value: Decimal| i128::from(value.0) - i128::from(rating.min.0);
    let span = above(rating.max).max(1);
    let scaled = (above(value) * 2 * i128::from(Decimal::ONE) + span).div_euclid(2 * span);
    Decimal(i64::try_from(scaled).unwrap_or(0))
}

fn critical_failed(rating: &Rating) -> bool {
    rating.critical && below_half(rating)
}

fn below_half(rating: &Rating) -> bool {
    let above = |value: Decimal| i128::from(value.0) - i128::from(rating.min.0);
    let half = |value: Decimal| 2 * above(value) < above(rating.max);
    rating.rating.is_some_and(half)
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
