//! What the values of a column look like: dates and which order they have, numbers and their range, words and how often they come.

use std::collections::BTreeMap;

use crate::table::moment::{Moment, parse};
use crate::table::{Cell, Row};

/// Texts that tables write where they have nothing.
const MARKS: &[&str] =
    &["?", "-", "--", "n/a", "N/A", "NA", "null", "NULL", "None", "none", "nan", "NaN", "(blank)", "нет", "н/д"];
/// Most different values that are remembered.
const DISTINCT: usize = 200;

/// A column of a sample.
#[derive(Debug, Default)]
pub(super) struct Profile {
    /// Cells that say something.
    pub filled: usize,
    /// How often each value comes; no more than [`DISTINCT`] of them.
    pub values: BTreeMap<String, usize>,
    /// Values in their order of appearance.
    pub order: Vec<String>,
    /// There are more values than are remembered.
    pub many: bool,
    /// Marks of missing values that occur.
    pub marks: Vec<&'static str>,
    /// Values that can be read as times.
    pub times: usize,
    /// Times without an offset.
    pub local: usize,
    /// A value that can only be day first, and one that can only be month first.
    pub day_first: Option<String>,
    pub month_first: Option<String>,
    /// A value of numbers whose order is said by nothing.
    pub either: Option<String>,
    /// Values that are numbers, with their range.
    pub numbers: usize,
    pub range: Option<(f64, f64)>,
}

impl Profile {
    /// Of the cells at `index`.
    pub(super) fn of(rows: &[Row], index: usize) -> Self {
        let mut profile = Self::default();
        for row in rows {
            let cell = row.cells.get(index).unwrap_or(&Cell::Null);
            let text = cell.to_string();
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            if let Some(mark) = MARKS.iter().find(|mark| **mark == text) {
                if !profile.marks.contains(mark) {
                    profile.marks.push(mark);
                }
                continue;
            }
            profile.filled += 1;
            profile.value(text);
            profile.time(cell, text);
            if let Ok(number) = text.parse::<f64>()
                && number.is_finite()
            {
                profile.numbers += 1;
                let (low, high) = profile.range.unwrap_or((number, number));
                profile.range = Some((low.min(number), high.max(number)));
            }
        }
        profile
    }

    fn value(&mut self, text: &str) {
        if let Some(count) = self.values.get_mut(text) {
            *count += 1;
        } else if self.values.len() < DISTINCT {
            self.values.insert(text.to_owned(), 1);
            self.order.push(text.to_owned());
        } else {
            self.many = true;
        }
    }

    fn time(&mut self, cell: &Cell, text: &str) {
        match cell {
            Cell::Instant(_) => self.times += 1,
            Cell::Local(_) | Cell::Date(_) => {
                self.times += 1;
                self.local += 1;
            }
            Cell::Text(_) => match (parse(text, Some(true)), parse(text, Some(false)), parse(text, None)) {
                (_, _, Ok(Moment::Instant(_))) => self.times += 1,
                (_, _, Ok(Moment::Local(_))) => {
                    self.times += 1;
                    self.local += 1;
                }
                (day, month, Err(_)) => {
                    if day.is_ok() || month.is_ok() {
                        self.times += 1;
                        self.local += 1;
                    }
                    let place = match (day.is_ok(), month.is_ok()) {
                        (true, false) => &mut self.day_first,
                        (false, true) => &mut self.month_first,
                        (true, true) => &mut self.either,
                        (false, false) => return,
                    };
                    place.get_or_insert_with(|| text.to_owned());
                }
            },
            _ => {}
        }
    }

    /// Whether nearly all values are times. Bare numbers are ids more often than epochs, so that they are none.
    pub(super) fn is_time(&self) -> bool {
        self.filled > 0 && self.times * 10 >= self.filled * 9 && self.numbers * 2 < self.filled.max(1)
    }

    /// Whether nearly all values are numbers.
    pub(super) fn is_number(&self) -> bool {
        self.filled > 0 && self.numbers * 10 >= self.filled * 9
    }

    /// Whether values repeat, as ids of conversations do in a log.
    pub(super) fn repeats(&self) -> bool {
        !self.many && self.filled > 0 && self.values.len() * 5 < self.filled * 4
            || self.many && self.values.values().filter(|count| **count > 1).count() * 2 > self.values.len()
    }

    /// Some of its values, for a comment.
    pub(super) fn examples(&self) -> String {
        let shown: Vec<String> = self.order.iter().take(3).map(|value| shorten(value)).collect();
        if shown.is_empty() { "no value in the sample".to_owned() } else { shown.join(", ") }
    }
}

/// A value as it can stand in a comment.
pub(super) fn shorten(value: &str) -> String {
    let plain: String = value.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let mut short: String = plain.chars().take(30).collect();
    if short.len() < plain.len() {
        short.push('…');
    }
    short
}
