//! Writing a cell: its events and every fact table that has rows, each a durable file, none listed yet.
//!
//! The tables of a cell do not need each other, so they are encoded at once, on as many threads as there are processors; what comes out
//! is in the order of the tables however that went.

use std::collections::BTreeMap;
use std::path::PathBuf;

use arrow::record_batch::RecordBatch;
use deskgauge_core::facts::{FACTS, Facts};

use super::Stored;
use crate::facts_schema::{EVENTS, OwnField};
use crate::files::{self, EventBatches, FileError, fact_batches};
use crate::lake::{Column, Lake, NewFile};
use crate::threads::each;

/// The place of `events` among the tables of a cell: behind all fact tables.
pub(crate) const EVENTS_INDEX: usize = FACTS.len();

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
    unlisted: Unlisted,
    /// Events in them.
    pub(crate) events: u64,
}

/// Files on disk that no snapshot lists: gone with this value, unless they are to be listed. What cannot be removed, the doctor finds.
#[derive(Debug, Default)]
pub(crate) struct Unlisted {
    paths: Vec<PathBuf>,
}

impl Unlisted {
    /// Leaves the files where they are, because the commit that lists them is next.
    pub(crate) fn keep(&mut self) {
        self.paths.clear();
    }
}

impl Drop for Unlisted {
    fn drop(&mut self) {
        for path in &self.paths {
            // There is nobody to tell; an orphan harms nothing.
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Written {
    /// How many files there are so far.
    pub(crate) fn count(&self) -> usize {
        self.files.len()
    }

    /// Takes the files of another part of the change over.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.files.append(&mut other.files);
        self.unlisted.paths.append(&mut other.unlisted.paths);
        self.events += other.events;
    }

    /// Makes the files durable and hands them over, to be listed.
    pub(crate) fn durable(self, lake: &Lake) -> Result<(Vec<NewFile>, Unlisted), FileError> {
        if !self.files.is_empty() {
            files::make_durable(&self.unlisted.paths, &lake.table_folder(""))?;
        }
        Ok((self.files, self.unlisted))
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
        written.events += events.len() as u64;
        self.tables(name, written, &|index| {
            if index < EVENTS_INDEX {
                return Ok(fact_batches(facts, index, self.own)?);
            }
            let mut batches = EventBatches::default();
            for (timeline, stored) in events {
                batches.push(&stored.event, stored.import_id, timeline);
            }
            Ok(batches.finish())
        })
    }

    /// Writes one file for each table of a cell that has rows. `rows` gives the rows of the fact table at an index of `FACTS`, and those
    /// of `events` at [`EVENTS_INDEX`]; it is asked from several threads.
    pub(crate) fn tables(
        &self,
        name: &str,
        written: &mut Written,
        rows: &(dyn Fn(usize) -> Result<Vec<RecordBatch>, FileError> + Sync),
    ) -> Result<(), FileError> {
        // The events take longest, so they go first.
        let indexes: Vec<usize> = (0..=EVENTS_INDEX).rev().collect();
        let mut outcomes = each(indexes.len(), |turn| {
            let index = indexes[turn];
            rows(index).and_then(|batches| self.table(index, name, batches))
        });
        outcomes.reverse();
        let mut failure = None;
        for outcome in outcomes {
            match outcome {
                Ok(file) => self.keep(file, written),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// Writes the file of one table of a cell, if there are rows.
    pub(crate) fn one(&self, index: usize, name: &str, rows: Vec<RecordBatch>, written: &mut Written) -> Result<(), FileError> {
        let file = self.table(index, name, rows)?;
        self.keep(file, written);
        Ok(())
    }

    fn keep(&self, file: Option<NewFile>, written: &mut Written) {
        if let Some(file) = file {
            written.unlisted.paths.push(self.lake.table_folder(&file.table).join(&file.path));
            written.files.push(file);
        }
    }

    /// One table of a cell, if it has rows.
    fn table(&self, index: usize, name: &str, batches: Vec<RecordBatch>) -> Result<Option<NewFile>, FileError> {
        let table = table_name(index);
        if batches.iter().all(|batch| batch.num_rows() == 0) {
            return Ok(None);
        }
        let columns = self.columns.get(table).map_or(&[][..], Vec::as_slice);
        let folder = self.lake.table_folder(table);
        files::write_only(&folder, table, &format!("{name}.parquet"), &batches, columns).map(Some)
    }
}

fn table_name(index: usize) -> &'static str {
    FACTS.get(index).map_or(EVENTS, |table| table.name)
}
