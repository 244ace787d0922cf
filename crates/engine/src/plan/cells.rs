//! Numbers for the cells that rows fall into, so that a row's dimensions are compared as numbers and kept as text once.

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::HashMap;
use datafusion::error::DataFusionError;

use super::PlanError;
use super::tally::Key;

/// The cells that were met, by their numbers.
#[derive(Clone, Default)]
pub(super) struct Cells {
    /// The dimensions of each.
    pub(super) keys: Vec<Key>,
    /// Their numbers by the numbers of their dimensions' values.
    numbers: HashMap<Box<[u32]>, u32>,
    /// The numbers of values, by dimension; null has none.
    values: Vec<HashMap<String, u32>>,
}

impl Cells {
    /// The number of each row's cell.
    pub(super) fn of(&mut self, dimensions: &[&ArrayRef], rows: usize) -> Result<Vec<u32>, PlanError> {
        self.values.resize_with(dimensions.len().max(self.values.len()), HashMap::default);
        let mut values: Vec<Vec<u32>> = Vec::new();
        let mut texts = Vec::new();
        for (dimension, known) in dimensions.iter().zip(&mut self.values) {
            let text = cast(dimension, &DataType::Utf8View).map_err(DataFusionError::from)?;
            values.push(numbers(text.as_string_view(), known));
            texts.push(text);
        }
        let mut cells = Vec::with_capacity(rows);
        let mut key = vec![0; dimensions.len()];
        let mut last: Option<u32> = None;
        for row in 0..rows {
            let same = key.iter().zip(&values).all(|(part, values)| *part == values[row]);
            if let Some(cell) = last.filter(|_| same) {
                cells.push(cell);
                continue;
            }
            key.iter_mut().zip(&values).for_each(|(part, values)| *part = values[row]);
            let cell = match self.numbers.get(key.as_slice()) {
                Some(cell) => *cell,
                None => {
                    let text = |text: &ArrayRef| {
                        let text = text.as_string_view();
                        text.is_valid(row).then(|| text.value(row).to_owned())
                    };
                    self.add(key.as_slice().into(), texts.iter().map(text).collect())
                }
            };
            last = Some(cell);
            cells.push(cell);
        }
        Ok(cells)
    }

    fn add(&mut self, numbers: Box<[u32]>, key: Key) -> u32 {
        let cell = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.keys.push(key);
        self.numbers.insert(numbers, cell);
        cell
    }

    /// Takes the cells of another in; answers which number each of them has here.
    pub(super) fn merge(&mut self, other: Self) -> Vec<u32> {
        self.values.resize_with(other.values.len().max(self.values.len()), HashMap::default);
        let mut renumbered = Vec::with_capacity(other.keys.len());
        for key in other.keys {
            let numbers: Box<[u32]> =
                key.iter().zip(&mut self.values).map(|(text, known)| number(text.as_deref(), known)).collect();
            let cell = self.numbers.get(&numbers).copied();
            renumbered.push(cell.unwrap_or_else(|| self.add(numbers, key)));
        }
        renumbered
    }
}

/// The number of each row's text.
fn numbers(texts: &StringViewArray, known: &mut HashMap<String, u32>) -> Vec<u32> {
    let mut last: Option<(Option<&str>, u32)> = None;
    let rows = 0..texts.len();
    rows.map(|row| {
        let text = texts.is_valid(row).then(|| texts.value(row));
        match last {
            Some((before, number)) if before == text => number,
            _ => {
                let found = number(text, known);
                last = Some((text, found));
                found
            }
        }
    })
    .collect()
}

/// The number of a text, from 1; 0 is that of null.
fn number(text: Option<&str>, known: &mut HashMap<String, u32>) -> u32 {
    let Some(text) = text else { return 0 };
    if let Some(number) = known.get(text) {
        return *number;
    }
    let number = u32::try_from(known.len() + 1).unwrap_or(u32::MAX);
    known.insert(text.to_owned(), number);
    number
}
