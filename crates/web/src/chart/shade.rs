//! A light shade behind some of the days, such as weekends.

use super::{BOX, coordinate};

/// Fields behind the flagged days. `points`: days are points at both ends and between, as of a line; else fields side by side, as of bars.
pub fn shade(flags: &[bool], points: bool) -> String {
    let (width, height) = BOX;
    let fields = if points { flags.len().saturating_sub(1) } else { flags.len() };
    if fields == 0 {
        return String::new();
    }
    let step = width / fields as f64;
    let shift = if points { 0.5 } else { 0.0 };
    let field = |index: usize| {
        let left = ((index as f64 - shift) * step).max(0.0);
        let right = ((index as f64 + 1.0 - shift) * step).min(width);
        format!("M{} 0h{}v{height}h-{1}z", coordinate(left), coordinate(right - left))
    };
    let path: String = flags.iter().enumerate().filter(|(_, flag)| **flag).map(|(index, _)| field(index)).collect();
    if path.is_empty() { path } else { format!("<path class=\"shade\" d=\"{path}\"/>") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_of_a_line_has_half_a_field() {
        assert_eq!(shade(&[false, true], true), "<path class=\"shade\" d=\"M500 0h500v180h-500z\"/>");
        assert_eq!(shade(&[false, true], false), "<path class=\"shade\" d=\"M500 0h500v180h-500z\"/>");
        assert_eq!(shade(&[true], true), "");
    }
}
