//! Steps: values that hold across a field and change at its edge, such as counts by the hour.

use super::{BOX, coordinate};

/// Steps over fields side by side, one value each; `None` is a gap. The last value reaches only a part of the way through its field:
/// `reach`, from 0 to 1, since an hour that still runs has not got its whole number yet.
pub fn steps(class: &str, values: &[Option<f64>], reach: f64, top: f64) -> String {
    let (width, height) = BOX;
    let field = width / values.len().max(1) as f64;
    let known = |index: usize| values.get(index).copied().flatten().filter(|value| value.is_finite());
    let last = (0..values.len()).rev().find(|index| known(*index).is_some());
    let mut path = String::new();
    for (index, value) in (0..values.len()).filter_map(|index| Some((index, known(index)?))) {
        let y = coordinate((1.0 - (value / top).clamp(0.0, 1.0)) * height);
        let goes_on = index > 0 && known(index - 1).is_some();
        let share = if Some(index) == last { reach.clamp(0.0, 1.0) } else { 1.0 };
        let end = coordinate((index as f64 + share) * field);
        path.push_str(&if goes_on { format!("V{y}H{end}") } else { format!("M{} {y}H{end}", coordinate(index as f64 * field)) });
    }
    if path.is_empty() { path } else { format!("<path class=\"line {class}\" d=\"{path}\"/>") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_stands_where_its_field_begins_and_the_last_one_ends_where_it_has_come_to() {
        let path = steps("s1", &[Some(1.0), Some(2.0), None, Some(f64::NAN)], 0.5, 2.0);
        assert_eq!(path, "<path class=\"line s1\" d=\"M0 90H250V0H375\"/>");
        assert_eq!(steps("s1", &[None, Some(2.0)], 1.0, 2.0), "<path class=\"line s1\" d=\"M500 0H1000\"/>");
        assert_eq!(steps("s1", &[], 1.0, 1.0), "");
    }
}
