//! What questions read of the facts: the tables, and of each its columns.
//!
//! Facts that are stored nowhere are made for known questions alone, and of many facts most memory is columns that nobody asks for. Which
//! they are is not guessed: the questions are put to the facts of a few events, and what they read there is noted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// Tables and columns that are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reads(BTreeMap<String, Option<BTreeSet<String>>>);

impl Reads {
    /// All columns of these tables.
    pub fn tables(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(names.into_iter().map(|name| (name.into(), None)).collect())
    }

    /// Whether a table is read.
    pub fn table(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether a column of a table is.
    pub fn column(&self, table: &str, name: &str) -> bool {
        self.0.get(table).is_some_and(|columns| columns.as_ref().is_none_or(|columns| columns.contains(name)))
    }

    /// Whether a column that tables share is read of any.
    pub fn shared_column(&self, name: &str) -> bool {
        self.0.keys().any(|table| self.column(table, name))
    }
}

/// What is being read, while it is.
#[derive(Debug, Default)]
pub struct Noting(Mutex<Reads>);

impl Noting {
    pub(crate) fn note<'n>(&self, table: &str, columns: impl Iterator<Item = &'n str>) {
        let mut reads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = reads.0.entry(table.to_owned()).or_insert_with(|| Some(BTreeSet::new()));
        if let Some(known) = known {
            known.extend(columns.map(str::to_owned));
        }
    }

    /// What was read so far.
    pub fn noted(&self) -> Reads {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
