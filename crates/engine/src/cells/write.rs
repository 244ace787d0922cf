//! Writing a cell: its events and every fact table that has rows, each a durable file, none listed yet.

use std::collections::BTreeMap;
use std::path::PathBuf;

use arrow::record_batch::RecordBatch;
use deskgauge_core::facts::{FACTS, Facts};

use super::Stored;
use crate::facts_schema::{EVENTS, OwnField};
use crate::files::{self, EventBatches, FileError, fact_batches};
use crate::lake::{Column, Lake, NewFile};

/// What writing needs to know beside the rows.
pub(crate) struct CellWriter<'a> {
    pub(crate) lake: &'a Lake,
    pub(crate) own: &'a [OwnField],
    /// The columns of each table in the lake.
    pub(crate) columns: &'a BTreeMap<String, Vec<Column>>,
}

/// Files that wait for their commit.
#[derive(Default)]
pub(crate) struct Written {
    files: Vec<NewFile>,
    /// Events in them.
    pub(crate) events: u64,
    /// Where rows go instead of into files, by table: what is not to be committed yet.
    pub(crate) memory: Option<BTreeMap<String, Vec<RecordBatch>>>,
}

impl Written {
    /// Rows that stay in memory.
    pub(crate) fn in_memory() -> Self {
        Self { memory: Some(BTreeMap::new()), ..Self::default() }
    }

    /// How many files there are so far.
    pub(crate) fn count(&self) -> usize {
        self.files.len()
    }

    /// Makes the files durable and hands them over, to be listed.
    pub(crate) fn durable(self, lake: &Lake) -> Result<Vec<NewFile>, FileError> {
        if self.files.is_empty() {
            return Ok(self.files);
        }
        let paths: Vec<PathBuf> = self.files.iter().map(|file| lake.table_folder(&file.table).join(&file.path)).collect();
        files::make_durable(&paths, &lake.table_folder(""))?;
        Ok(self.files)
    }
}

impl CellWriter<'_> {
    /// Writes the files of a cell. `events` are in the order in which they shall lie, each with its timeline.
    pub(crate) fn write(
        &self,
        name: &str,
        events: &[(String, &Stored)],
        facts: &Facts,
        written: &mut Written,
    ) -> Result<(), FileError> {
        for (index, table) in FACTS.iter().enumerate() {
            let batches = fact_batches(facts, index, self.own)?;
            self.file(table.name, name, &batches, written)?;
        }
        written.events += events.len() as u64;
        let mut batches = EventBatches::default();
        for (timeline, stored) in events {
            batches.push(&stored.event, stored.import_id, timeline);
        }
        self.file(EVENTS, name, &batches.finish(), written)
    }

    /// Writes one file of a cell, if it has rows.
    pub(crate) fn file(&self, table: &str, name: &str, batches: &[RecordBatch], written: &mut Written) -> Result<(), FileError> {
        if batches.iter().all(|batch| batch.num_rows() == 0) {
            return Ok(());
        }
        if let Some(memory) = &mut written.memory {
            memory.entry(table.to_owned()).or_default().extend(batches.iter().cloned());
            return Ok(());
        }
        let columns = self.columns.get(table).map_or(&[][..], Vec::as_slice);
        let folder = self.lake.table_folder(table);
        written.files.push(files::write_only(&folder, table, &format!("{name}.parquet"), batches, columns)?);
        Ok(())
    }
}
