//! Which values columns have most often: what people may filter by.

use std::sync::Arc;

use super::PlanError;
use super::count::{Count, When};
use super::counter::Counter;
use super::pass;
use super::population::column;
use super::tally::Key;
use super::unfold::Unfold;
use crate::source::FactSource;

/// Counts rows by cell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    /// By the number of the cell.
    rows: Vec<u64>,
    /// The dimensions of the cells, by number, once all is counted.
    keys: Arc<[Key]>,
}

impl Rows {
    fn add(&mut self, cell: u32, rows: u64) {
        let cell = cell as usize;
        if self.rows.len() <= cell {
            self.rows.resize(cell + 1, 0);
        }
        self.rows[cell] += rows;
    }

    pub(super) fn take(&mut self, cells: &[u32]) {
        cells.iter().for_each(|cell| self.add(*cell, 1));
    }

    pub(super) fn merge(&mut self, other: &Self, renumbered: &[u32]) {
        other.rows.iter().zip(renumbered).for_each(|(rows, cell)| self.add(*cell, *rows));
    }

    /// Takes off what was counted of some of the rows; answers whether all of them had been counted here.
    #[must_use]
    pub(super) fn take_off(&mut self, gone: &Self, renumbered: &[u32]) -> bool {
        gone.rows.iter().zip(renumbered).all(|(rows, cell)| match self.rows.get_mut(*cell as usize) {
            Some(mine) if *mine >= *rows => {
                *mine -= rows;
                true
            }
            _ => *rows == 0,
        })
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.rows)
    }

    pub(super) fn know(&mut self, keys: Arc<[Key]>) {
        self.keys = keys;
    }
}

/// The values that some columns of a table have most often, each with its rows: the most frequent first, then by their letters.
///
/// # Errors
/// No such table or column; files that cannot be read.
pub async fn frequent(
    source: &FactSource,
    table: &str,
    columns: &[&str],
    most: usize,
) -> Result<Vec<Vec<(String, u64)>>, PlanError> {
    let count = |name: &&str| Count {
        filters: Vec::new(),
        asked: Vec::new(),
        bounds: None,
        unfold: Unfold::default(),
        when: When::Ever,
        dimensions: vec![column(name)],
        columns: Vec::new(),
        counter: Counter::Rows(Rows::default()),
    };
    // Nothing in it depends on a now: any stands for all of them.
    let counted = pass::passes(source, columns.iter().map(|name| (table, count(name))).collect(), Some(0)).await?;
    let values = |counter: Counter| {
        let Counter::Rows(rows) = counter else { return Vec::new() };
        let cells = rows.keys.iter().zip(&rows.rows).filter(|(_, rows)| **rows > 0);
        let named = |(key, rows): (&Key, &u64)| Some((key.first()?.clone()?, *rows));
        let mut values: Vec<(String, u64)> = cells.filter_map(named).collect();
        values.sort_by(|(one, rows), (other, others)| others.cmp(rows).then_with(|| one.cmp(other)));
        values.truncate(most);
        values
    };
    Ok(counted.into_iter().map(values).collect())
}
