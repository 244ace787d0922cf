//! A dot on a line: a value and how sure it is, beside an upright line where the whole lies. It stands in a cell of a table whose text
//! says the same, so it is silent to the ear.

use super::coordinate;

/// Width and height of the box, which stretches with its cell.
const BOX: (f64, f64) = (100.0, 12.0);

/// The mark, on an axis from low to high. Empty, where there is no number or no axis.
pub fn dot(value: f64, interval: Option<(f64, f64)>, whole: Option<f64>, (low, high): (f64, f64)) -> String {
    let place = |number: f64| coordinate(((number - low) / (high - low)).clamp(0.0, 1.0) * BOX.0);
    let known = |number: &f64| number.is_finite();
    if !known(&value) || !known(&low) || !known(&high) || low >= high {
        return String::new();
    }
    let mut marks = String::new();
    if let Some(whole) = whole.filter(known) {
        marks.push_str(&format!("<path class=\"whole\" d=\"M{} 0V{}\"/>", place(whole), BOX.1));
    }
    if let Some((from, to)) = interval.filter(|(from, to)| known(from) && known(to)) {
        marks.push_str(&format!("<path class=\"line s1\" d=\"M{} 6H{}\"/>", place(from), place(to)));
    }
    // A stroke of no length with round ends is a dot, however the box is stretched.
    marks.push_str(&format!("<path class=\"line s1 at\" d=\"M{} 6h0\"/>", place(value)));
    let (width, height) = BOX;
    format!("<svg class=\"dot\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{marks}</svg>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_lies_on_its_line_beside_the_whole() {
        let svg = dot(0.5, Some((0.25, 0.75)), Some(1.0), (0.0, 1.0));
        for part in ["M50 6h0", "M25 6H75", "M100 0V12"] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
        assert_eq!(dot(0.5, None, None, (0.0, 1.0)).matches("<path").count(), 1);
    }

    #[test]
    fn what_is_no_number_is_not_drawn_and_what_is_huge_stays_inside() {
        assert_eq!(dot(f64::NAN, None, None, (0.0, 1.0)), "");
        assert_eq!(dot(0.5, None, None, (1.0, 1.0)), "");
        let svg = dot(1e300, Some((f64::NAN, 1.0)), Some(f64::INFINITY), (0.0, 1.0));
        assert!(svg.contains("M100 6h0") && svg.matches("<path").count() == 1, "{svg}");
    }
}
