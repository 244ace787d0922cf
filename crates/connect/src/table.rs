//! Any table by a mapping: rows of CSV, TSV, spreadsheets or columnar files become events.
//!
//! A source of rows gives names and cells and nothing else; a [`Mapping`] says what they mean; [`Events`] puts them together. What a
//! table does not say stays unknown: no event is made up for it. Ids are made from the row's own ids, so that the same file imported
//! twice changes nothing.

mod bound;
pub mod csv;
mod mapping;
mod moment;
pub mod propose;
mod rows;
pub mod targets;
pub mod xlsx;

use std::collections::BTreeMap;
use std::fmt;

use deskgauge_core::event::Text;

pub use mapping::Mapping;
pub use rows::{Events, Report};

/// A value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// Text; sources of text give everything as this.
    Text(Text),
    /// A whole number.
    Int(i64),
    /// A float.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// An instant, in milliseconds since the epoch.
    Instant(i64),
    /// A date and time without a zone.
    Local(jiff::civil::DateTime),
    /// A date.
    Date(jiff::civil::Date),
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Int(number) => write!(f, "{number}"),
            Self::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => write!(f, "{}", *number as i64),
            Self::Float(number) => write!(f, "{number}"),
            Self::Bool(flag) => write!(f, "{flag}"),
            Self::Instant(ms) => f.write_str(&crate::events::write::rfc3339(*ms)),
            Self::Local(at) => write!(f, "{at}"),
            Self::Date(day) => write!(f, "{day}"),
        }
    }
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line that it begins at, or its number where there are no lines; the header is 1.
    pub number: u64,
    /// One cell per column.
    pub cells: Vec<Cell>,
    /// The row as it was written, cut at [`RAW_LIMIT`](crate::rejected::RAW_LIMIT); `None` where a source has no such form.
    pub written: Option<Box<[u8]>>,
}

impl Row {
    /// A row of a source without a written form.
    pub fn new(number: u64, cells: Vec<Cell>) -> Self {
        Self { number, cells, written: None }
    }

    /// The row for the reject file: as it was written, or else its cells.
    pub(crate) fn raw(&self) -> Vec<u8> {
        if let Some(written) = &self.written {
            return written.to_vec();
        }
        let cells: Vec<String> = self.cells.iter().map(Cell::to_string).collect();
        cells.join(",").into_bytes()
    }
}

/// Names of columns by which a mapping can address each of them: a name that repeats gets `#2`, `#3`; an empty one is `column#N`.
pub fn column_names<'a>(header: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut names: Vec<String> = Vec::new();
    for (index, name) in header.into_iter().enumerate() {
        let name = name.trim();
        let name = if name.is_empty() { format!("column#{}", index + 1) } else { name.to_owned() };
        let count = seen.entry(name.clone()).or_insert(0);
        *count += 1;
        names.push(if *count == 1 { name } else { format!("{name}#{count}") });
    }
    names
}
