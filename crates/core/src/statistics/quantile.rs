//! Quantiles by linear interpolation, type 7: what spreadsheets, NumPy and R give by default.
//!
//! One documented interpolation everywhere, because percentiles of small groups differ by it more than by anything else.

/// The quantile `share` (0 to 1) of sorted values. None: no values, or a share outside 0 to 1.
///
/// It lies at the position (n − 1) × share, counted from 0; between two values on the line that joins them.
pub fn type7(sorted: &[i64], share: f64) -> Option<f64> {
    if sorted.is_empty() || !(0.0..=1.0).contains(&share) {
        return None;
    }
    let position = (sorted.len() - 1) as f64 * share;
    let low = position.floor() as usize;
    let (below, above) = (*sorted.get(low)?, *sorted.get(low + 1).unwrap_or(&sorted[low]));
    Some(below as f64 + (above - below) as f64 * (position - low as f64))
}
