//! Values with a structure of their own: tags, scales and the ratings of a review.
//!
//! Splitting happens outside quotes, so any text can be an item. Limits and ranges are the record's matter, not decided here.

use std::sync::Arc;

use super::words::{ITEM, NAME, quote, split_all, split_once, unquote};
use crate::event::{Decimal, Rating, Text};

/// Tags: `a;b;"c d"`.
pub(super) fn read_tags(raw: &str) -> Result<Vec<Text>, String> {
    split_all(raw, ';').into_iter().map(|tag| unquote(tag).map(Arc::from)).collect()
}

/// Writes tags.
pub(super) fn write_tags(tags: &[Text]) -> String {
    tags.iter().map(|tag| quote(tag, ITEM)).collect::<Vec<_>>().join(";")
}

/// A scale: `1..5`.
pub(super) fn read_scale(raw: &str) -> Option<(Decimal, Decimal)> {
    let (low, high) = raw.split_once("..")?;
    Some((Decimal::parse(low)?, Decimal::parse(high)?))
}

/// Ratings: `tone:2:4/0..5,safety:1:-/0..1!`, that is category, weight, rating or `-`, scale, and `!` where failing it fails all.
pub(super) fn read_ratings(raw: &str) -> Option<Vec<Rating>> {
    split_all(raw, ',').into_iter().map(read_rating).collect()
}

/// Writes ratings.
pub(super) fn write_ratings(ratings: &[Rating]) -> String {
    ratings.iter().map(write_rating).collect::<Vec<_>>().join(",")
}

fn read_rating(raw: &str) -> Option<Rating> {
    let (category, rest) = split_once(raw, ':')?;
    let (weight, rest) = rest.split_once(':')?;
    let (rating, rest) = rest.split_once('/')?;
    let (scale, critical) = match rest.strip_suffix('!') {
        Some(scale) => (scale, true),
        None => (rest, false),
    };
    let (min, max) = read_scale(scale)?;
    let rating = if rating == "-" { None } else { Some(Decimal::parse(rating)?) };
    let category = Arc::from(unquote(category).ok()?);
    Some(Rating { category, weight: Decimal::parse(weight)?, rating, min, max, critical })
}

fn write_rating(rating: &Rating) -> String {
    let category = quote(&rating.category, NAME);
    let score = rating.rating.map_or_else(|| "-".to_owned(), |score| score.to_string());
    let mark = if rating.critical { "!" } else { "" };
    format!("{category}:{}:{score}/{}..{}{mark}", rating.weight, rating.min, rating.max)
}
