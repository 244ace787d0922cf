//! The facts: every table and column that the fold makes, each with its meaning.
//!
//! A row is a plain struct; [`FACTS`] describes the same columns as data, so that the lake, the catalogue and the documentation read
//! one list. Time lives here already worked out: durations are whole seconds, instants are whole seconds since the epoch, and a null
//! means that the thing did not happen or cannot be known. Nothing here knows how columns are stored.

mod care;
mod column;
mod shared;
mod tables;

pub use column::{At, Cell, Column, ColumnType, Own, Sink};
pub use shared::{COMMON, Common, Dims, ROW_COLUMNS, WHOLE_COLUMNS, Whole};
pub use tables::*;

/// One fact table, described.
#[derive(Debug)]
pub struct FactTable {
    /// Its name.
    pub name: &'static str,
    /// What a row is.
    pub sentence: &'static str,
    /// Whether its rows carry the [`COMMON`] columns and the workspace's own fields.
    pub common: bool,
    /// The columns of its own.
    pub columns: &'static [Column],
    /// The column that its rows are sorted by.
    pub sorted_by: &'static str,
}

impl FactTable {
    /// All its columns but the workspace's own fields: the common ones first.
    pub fn all_columns(&self) -> impl Iterator<Item = &'static Column> + use<> {
        let common: &'static [Column] = if self.common { COMMON } else { &[] };
        common.iter().chain(self.columns)
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.all_columns().find(|column| column.name == name)
    }
}

/// The table of that name, those too that are made of the rules and not of events.
pub fn find(name: &str) -> Option<&'static FactTable> {
    FACTS.iter().chain([&crate::rules::COSTS]).find(|table| table.name == name)
}
