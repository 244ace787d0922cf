//! Fields in rows and columns, darker the more they hold, each with its number in it.
//!
//! The fields stretch with the page and the numbers do not, so they come as two parts. One hue in eight steps: a field without anything
//! has no colour, and whoever sees no colours reads the numbers.

use super::{BOX, coordinate};

/// Steps of the colour.
pub const STEPS: usize = 8;
/// The first step on which letters are those of the ground.
const STRONG: usize = 5;

/// Letters of a number that fits into a field; longer ones need wider fields.
const LONG: usize = 4;

/// A field: its number, if it has one, and how that is written.
pub struct Field {
    /// How much it holds.
    pub value: Option<f64>,
    /// That number in words.
    pub text: String,
}

/// The fields and the numbers over them, row by row from the top; all rows are of one length.
pub fn heat(rows: &[Vec<Field>]) -> (String, String) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    if columns == 0 {
        return (String::new(), String::new());
    }
    let most = rows.iter().flatten().filter_map(|field| known(field.value)).fold(0.0, f64::max);
    let (wide, tall) = (BOX.0 / columns as f64, BOX.1 / rows.len() as f64);
    let mut paths = vec![String::new(); STEPS + 1];
    let longest = rows.iter().flatten().map(|field| field.text.chars().count()).max().unwrap_or(0);
    let mut over = format!("<g class=\"over{}\">", if longest > LONG { " long" } else { "" });
    for (row, fields) in rows.iter().enumerate() {
        for (column, field) in fields.iter().enumerate() {
            let step = step(field.value, most);
            let (x, y) = (column as f64 * wide + wide * 0.02, row as f64 * tall + 0.75);
            let (wide, tall) = (coordinate(wide * 0.96), coordinate(tall - 1.5));
            paths[step].push_str(&format!("M{} {}h{wide}v{tall}h-{wide}z", coordinate(x), coordinate(y)));
            let class = match step {
                0 => " class=\"zero\"",
                STRONG.. => " class=\"strong\"",
                _ => "",
            };
            let at = |index: usize, count: usize| coordinate((index as f64 + 0.5) / count as f64 * 100.0);
            let (x, y) = (at(column, columns), at(row, rows.len()));
            over.push_str(&format!("<text x=\"{x}%\" y=\"{y}%\" dy=\"0.32em\"{class}>{}</text>", super::escape(&field.text)));
        }
    }
    over.push_str("</g>");
    let drawn = paths.iter().enumerate().skip(1).filter(|(_, path)| !path.is_empty());
    let marks = drawn.map(|(step, path)| format!("<path class=\"step k{step}\" d=\"{path}\"/>")).collect();
    (marks, over)
}

/// The step of a value: none for nothing, the last for the most.
fn step(value: Option<f64>, most: f64) -> usize {
    let Some(value) = known(value) else { return 0 };
    ((value / most * STEPS as f64).ceil() as usize).clamp(1, STEPS)
}

/// What is more than nothing and is a number.
fn known(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite() && *value > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(values: &[Option<f64>]) -> Vec<Field> {
        values
            .iter()
            .map(|value| Field { value: *value, text: value.map_or("–".to_owned(), |value| value.to_string()) })
            .collect()
    }

    #[test]
    fn nothing_draws_nothing() {
        assert_eq!(heat(&[]), (String::new(), String::new()));
        assert_eq!(heat(&[Vec::new()]), (String::new(), String::new()));
    }

    #[test]
    fn one_field_is_the_most() {
        let (marks, over) = heat(&[fields(&[Some(3.0)])]);
        assert_eq!(marks, "<path class=\"step k8\" d=\"M20 0.75h960v178.5h-960z\"/>");
        assert_eq!(over, "<g class=\"over\"><text x=\"50%\" y=\"50%\" dy=\"0.32em\" class=\"strong\">3</text></g>");
    }

    #[test]
    fn the_steps_follow_the_share_of_the_most() {
        let values: Vec<Option<f64>> = (0..=8).map(|value| Some(f64::from(value))).collect();
        let (marks, over) = heat(&[fields(&values), fields(&values)]);
        assert_eq!(marks.matches("<path").count(), STEPS, "{marks}");
        assert_eq!(
            (over.matches("<text").count(), over.matches("\"zero\"").count(), over.matches("\"strong\"").count()),
            (18, 2, 8)
        );
    }

    #[test]
    fn no_value_and_no_number_stay_without_colour_beside_a_huge_one() {
        let (marks, over) = heat(&[fields(&[None, Some(f64::NAN), Some(f64::INFINITY), Some(1e15), Some(1.0), Some(-1.0)])]);
        assert!(marks.matches("<path").count() == 2 && !marks.contains("NaN") && !marks.contains("inf"), "{marks}");
        assert!(marks.contains("step k1") && marks.contains("step k8"), "{marks}");
        assert_eq!(over.matches("\"zero\"").count(), 4, "{over}");
        assert!(over.starts_with("<g class=\"over long\">"), "a long number asks for wider fields: {over}");
    }
}
