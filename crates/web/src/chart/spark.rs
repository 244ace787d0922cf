//! A sparkline: the shape of a series in the size of a word. Decoration: what it says stands in words beside it.

use super::coordinate;

/// Width and height of its box.
const BOX: (f64, f64) = (100.0, 28.0);

/// A line through the values; gaps stay gaps. Empty where there are fewer than two values.
pub fn spark(values: &[Option<f64>]) -> String {
    let known: Vec<f64> = values.iter().flatten().copied().filter(|value| value.is_finite()).collect();
    if known.len() < 2 {
        return String::new();
    }
    let (low, high) =
        known.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    let spread = if high > low { high - low } else { 1.0 };
    let (width, height) = BOX;
    let mut path = String::new();
    let mut pen_is_down = false;
    for (index, value) in values.iter().enumerate() {
        let Some(value) = value.filter(|value| value.is_finite()) else {
            pen_is_down = false;
            continue;
        };
        let x = index as f64 / (values.len() - 1) as f64 * width;
        let y = 2.0 + (1.0 - (value - low) / spread) * (height - 4.0);
        path.push_str(&format!("{}{} {}", if pen_is_down { "L" } else { "M" }, coordinate(x), coordinate(y)));
        pen_is_down = true;
    }
    format!(
        "<svg class=\"spark\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path class=\"line s1\" d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_gaps() {
        let svg = spark(&[Some(1.0), Some(2.0), None, Some(1.0), Some(f64::NAN)]);
        assert!(svg.contains("M0 26L25 2M75 26"), "{svg}");
        assert_eq!(spark(&[Some(1.0), None]), "");
    }
}
