//! Numbers for the cells that rows fall into, so that a row's dimensions are compared as numbers and kept as text once.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, MAX_INLINE_VIEW_LEN, StringViewArray};
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
    keys: Vec<Key>,
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
        // Rows without dimensions are in one cell, and with one dimension a value is a cell.
        if let [] | [_] = values.as_slice() {
            let one = vec![0; rows];
            let values = values.first().unwrap_or(&one);
            let mut of_value: Vec<Option<u32>> = Vec::new();
            return Ok((0..rows)
                .map(|row| {
                    let value = values[row] as usize;
                    if of_value.len() <= value {
                        of_value.resize(value + 1, None);
                    }
                    let number = &values[row..=row][..dimensions.len()];
                    *of_value[value].get_or_insert_with(|| self.cell(number, &texts, row))
                })
                .collect());
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
            let cell = self.cell(&key, &texts, row);
            last = Some(cell);
            cells.push(cell);
        }
        Ok(cells)
    }

    /// The number of the cell with these numbers of values, whose texts stand in a row.
    fn cell(&mut self, numbers: &[u32], texts: &[ArrayRef], row: usize) -> u32 {
        if let Some(cell) = self.numbers.get(numbers) {
            return *cell;
        }
        let text = |text: &ArrayRef| {
            let text = text.as_string_view();
            text.is_valid(row).then(|| text.value(row).to_owned())
        };
        self.add(numbers.into(), texts.iter().map(text).collect())
    }

    /// The dimensions of each cell, by its number.
    pub(super) fn into_keys(self) -> Arc<[Key]> {
        self.keys.into()
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let text = |text: &Option<String>| size_of::<Option<String>>() + text.as_ref().map_or(0, String::len);
        let keys: usize = self.keys.iter().map(|key| key.iter().map(text).sum::<usize>()).sum();
        // Each text stands once more by its number, and each key as numbers.
        size_of::<Self>() + 3 * keys
    }

    fn add(&mut self, numbers: Box<[u32]>, key: Key) -> u32 {
        let cell = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.keys.push(key);
        self.numbers.insert(numbers, cell);
        cell
    }

    /// Takes the cells of another in; answers which number each of them has here.
    pub(super) fn merge(&mut self, other: &Self) -> Vec<u32> {
        self.values.resize_with(other.values.len().max(self.values.len()), HashMap::default);
        let mut renumbered = Vec::with_capacity(other.keys.len());
        for key in &other.keys {
            let numbers: Box<[u32]> = key
                .iter()
                .zip(&mut self.values)
                .map(|(text, known)| text.as_ref().map_or(0, |text| number(text, known)))
                .collect();
            let cell = self.numbers.get(&numbers).copied();
            renumbered.push(cell.unwrap_or_else(|| self.add(numbers, key.clone())));
        }
        renumbered
    }
}

/// The number of each row's text. A short text lies in its view whole, so that equal views are equal texts and none is looked at twice.
fn numbers(texts: &StringViewArray, known: &mut HashMap<String, u32>) -> Vec<u32> {
    let mut of_view: HashMap<u128, u32> = HashMap::default();
    let mut last: Option<(u128, u32)> = None;
    let mut numbers = Vec::with_capacity(texts.len());
    for (row, view) in texts.views().iter().enumerate() {
        if texts.is_null(row) {
            numbers.push(0);
            continue;
        }
        let found = match last {
            Some((before, number)) if before == *view => number,
            _ if *view as u32 > MAX_INLINE_VIEW_LEN => number(texts.value(row), known),
            _ => *of_view.entry(*view).or_insert_with(|| number(texts.value(row), known)),
        };
        last = Some((*view, found));
        numbers.push(found);
    }
    numbers
}

/// The number of a text, from 1; 0 is that of null.
fn number(text: &str, known: &mut HashMap<String, u32>) -> u32 {
    if let Some(number) = known.get(text) {
        return *number;
    }
    let number = u32::try_from(known.len() + 1).unwrap_or(u32::MAX);
    known.insert(text.to_owned(), number);
    number
}
