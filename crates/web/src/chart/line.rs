//! Lines over days, and a band between two of them.

use super::{BOX, coordinate};

/// A series over the same days as its neighbours.
pub struct Line<'a> {
    /// The class that gives its colour and dash.
    pub class: &'a str,
    /// One value per day; `None` is a gap.
    pub values: &'a [Option<f64>],
}

/// A line; gaps stay gaps, and a value without neighbours becomes a dot.
pub fn line(series: &Line<'_>, top: f64) -> String {
    let mut path = String::new();
    let mut pen_is_down = false;
    let count = series.values.len();
    for (index, value) in series.values.iter().enumerate() {
        let Some(value) = value.filter(|value| value.is_finite()) else {
            pen_is_down = false;
            continue;
        };
        let (x, y) = (place(index, count), height(value, top));
        path.push_str(&format!("{}{x} {y}", if pen_is_down { "L" } else { "M" }));
        let alone = !pen_is_down && series.values.get(index + 1).copied().flatten().is_none();
        if alone {
            // A stroke of no length with round ends is a dot.
            path.push_str("h0");
        }
        pen_is_down = true;
    }
    if path.is_empty() { String::new() } else { format!("<path class=\"line {}\" d=\"{path}\"/>", series.class) }
}

/// The area between two series, where both are known.
pub fn band(class: &str, low: &[Option<f64>], high: &[Option<f64>], top: f64) -> String {
    let count = low.len().min(high.len());
    let known =
        |index: usize| Some((low[index].filter(|value| value.is_finite())?, high[index].filter(|value| value.is_finite())?));
    let mut out = String::new();
    let mut index = 0;
    while index < count {
        let run: Vec<(usize, (f64, f64))> = (index..count).map_while(|day| Some((day, known(day)?))).collect();
        index += run.len() + 1;
        if run.len() < 2 {
            continue;
        }
        let upper = run.iter().map(|(day, (_, high))| format!("L{} {}", place(*day, count), height(*high, top)));
        let lower = run.iter().rev().map(|(day, (low, _))| format!("L{} {}", place(*day, count), height(*low, top)));
        let path: String = upper.chain(lower).collect();
        out.push_str(&format!("<path class=\"band {class}\" d=\"M{}Z\"/>", path.trim_start_matches('L')));
    }
    out
}

/// A level line across the picture, such as a target.
pub fn level(class: &str, value: f64, top: f64) -> String {
    let y = height(value.min(top), top);
    format!("<path class=\"line {class}\" d=\"M0 {y}H{}\"/>", BOX.0)
}

/// Upright lines through some of so many days. `points`: days are points at both ends and between, else fields side by side.
pub fn upright(class: &str, days: &[usize], count: usize, points: bool) -> String {
    let (width, height) = BOX;
    let x = |day: &usize| if points { place(*day, count) } else { coordinate((*day as f64 + 0.5) / count as f64 * width) };
    let path: String = days.iter().map(|day| format!("M{} 0V{height}", x(day))).collect();
    if path.is_empty() { path } else { format!("<path class=\"line {class}\" d=\"{path}\"/>") }
}

/// An upright line at a place from 0 to 1, such as a target.
pub fn upright_at(class: &str, place: f64) -> String {
    let place = if place.is_finite() { place.clamp(0.0, 1.0) } else { return String::new() };
    format!("<path class=\"line {class}\" d=\"M{} 0V{}\"/>", coordinate(place * BOX.0), BOX.1)
}

fn place(index: usize, count: usize) -> String {
    coordinate(if count > 1 { index as f64 / (count - 1) as f64 * BOX.0 } else { BOX.0 / 2.0 })
}

fn height(value: f64, top: f64) -> String {
    coordinate((1.0 - (value / top).clamp(0.0, 1.0)) * BOX.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_reaches_the_path_that_is_none() {
        let values = [Some(1.0), None, Some(2.0), Some(f64::NAN)];
        let path = line(&Line { class: "s1", values: &values }, 2.0);
        assert!(!path.contains("NaN") && path.contains("M0 90h0"), "{path}");
        assert_eq!(band("s1", &values, &values, 2.0), "");
        assert_eq!(line(&Line { class: "s1", values: &[] }, 1.0), "");
        assert_eq!(
            (upright_at("target", f64::NAN), upright_at("target", 7.0)),
            (String::new(), "<path class=\"line target\" d=\"M1000 0V180\"/>".to_owned())
        );
    }
}
