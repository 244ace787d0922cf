//! Bars, stacked by series, one bar per day.

use super::{BOX, coordinate};

/// Stacked bars: one list of values per series, all over the same days.
pub fn stacked(series: &[(String, Vec<f64>)], top: f64) -> String {
    let days = series.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    if days == 0 {
        return String::new();
    }
    let (width, height) = BOX;
    let step = width / days as f64;
    let mut below = vec![0.0; days];
    let mut out = String::new();
    for (class, values) in series {
        let mut path = String::new();
        for (day, value) in values.iter().enumerate().filter(|(_, value)| value.is_finite() && **value > 0.0) {
            let x = day as f64 * step + step * 0.1;
            let tall = value / top * height;
            let y = height - below[day] - tall;
            below[day] += tall;
            path.push_str(&format!("M{} {}h{}v{}h-{2}z", coordinate(x), coordinate(y), coordinate(step * 0.8), coordinate(tall)));
        }
        if !path.is_empty() {
            out.push_str(&format!("<path class=\"bar {class}\" d=\"{path}\"/>"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_on_each_other() {
        let svg = stacked(&[("s1".to_owned(), vec![1.0]), ("s2".to_owned(), vec![1.0])], 2.0);
        assert!(svg.contains("M100 90h800v90h-800z") && svg.contains("M100 0h800v90h-800z"), "{svg}");
        assert_eq!(stacked(&[], 1.0), "");
    }
}
