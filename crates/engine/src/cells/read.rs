//! Reading a cell in order to write it anew: only what is as it was written.
//!
//! A damaged file that decodes would otherwise become a new file with a digest of its own, and nobody could tell any more.

use std::path::{Path, PathBuf};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use deskgauge_core::event::Text;

use super::{Cell, Stored};
use crate::facts_schema::EVENTS;
use crate::files::{FileError, read_events, read_ids, read_rows, verify};

impl Cell {
    /// All events of the cell, in the order in which they lie. `folder` is the workspace's.
    ///
    /// # Errors
    /// [`FileError::Damaged`] for a file that is not as it was written; the system's.
    pub(crate) fn events(&self, folder: &Path) -> Result<Vec<Stored>, FileError> {
        if let Some(alone) = &self.alone {
            return Ok(alone.events.clone());
        }
        let Some(path) = self.verified(folder, EVENTS)? else { return Ok(Vec::new()) };
        let events = read_events(&path).map_err(|error| damaged(error, EVENTS))?;
        Ok(events.into_iter().map(|(event, import_id)| Stored { event, import_id }).collect())
    }

    /// The source and id of every event of the cell. Nothing is written from them, so their bytes alone are looked at.
    ///
    /// # Errors
    /// A file that does not read.
    pub(crate) fn ids(&self, folder: &Path) -> Result<Vec<(Text, Text)>, FileError> {
        if let Some(alone) = &self.alone {
            return Ok(alone.events.iter().map(|stored| (stored.event.source.clone(), stored.event.id.clone())).collect());
        }
        let Some(file) = self.files.get(EVENTS) else { return Ok(Vec::new()) };
        read_ids(&folder.join(&file.path)).map_err(|error| damaged(error, EVENTS))
    }

    /// All rows of the cell in a fact table, in the columns that the table has now.
    ///
    /// # Errors
    /// As for [`Cell::events`].
    pub(crate) fn rows(&self, folder: &Path, table: &str, schema: &SchemaRef) -> Result<Vec<RecordBatch>, FileError> {
        let Some(path) = self.verified(folder, table)? else { return Ok(Vec::new()) };
        read_rows(&path, schema).map_err(|error| damaged(error, table))
    }

    /// Where the cell's file of a table is, after a look at all its bytes.
    pub(crate) fn verified(&self, folder: &Path, table: &str) -> Result<Option<PathBuf>, FileError> {
        let Some(file) = self.files.get(table) else { return Ok(None) };
        let path = folder.join(&file.path);
        verify(&path, file.digest, remedy(table))?;
        Ok(Some(path))
    }
}

/// How a table's file can be had again: facts are made of the events, events are made of nothing.
pub(crate) fn remedy(table: &str) -> &'static str {
    if table == EVENTS { "restore it from a backup" } else { "run `deskgauge rebuild`, which makes it again from the events" }
}

/// A stored file without a digest that does not read is damaged, too.
pub(crate) fn damaged(error: FileError, table: &str) -> FileError {
    match error {
        FileError::Parquet { path, source } => FileError::Damaged { path, what: source.to_string(), todo: remedy(table) },
        FileError::Event { path, row, what } => {
            FileError::Damaged { path, what: format!("its row {row} is not an event: {what}"), todo: remedy(table) }
        }
        error => error,
    }
}
