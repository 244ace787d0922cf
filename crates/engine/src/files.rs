//! Rows into files and back: facts and events become record batches, batches become Parquet files, files become events again.
//!
//! A file is written under a temporary name and renamed; before anyone may list it in a commit, [`make_durable`] syncs it and its
//! folders, many files at once, because a disk answers many in about the time of one. The statistics that the lake wants are taken from the batches, because Parquet's own cut long texts.
//! This module knows nothing of snapshots and never removes a file.

mod batches;
mod builders;
mod columns;
mod digest;
mod ends;
mod event_file;
mod fact_rows;
mod properties;
mod read;
mod stats;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;
use thiserror::Error;

pub(crate) use batches::day_cost_batches;
pub use batches::{EventBatches, fact_batches};
pub use columns::EventColumns;
pub use digest::{digest_of, verify};
pub(crate) use ends::by_class;
pub use event_file::EventFile;
pub(crate) use fact_rows::{CUSTOMER_KIND, CommonColumns, Commons, FactChunk, FactRows, LooseRows, not_kept};
pub(crate) use properties::page_rows;
pub use read::{count_rows, events_of, read_events, read_rows};
pub(crate) use read::{fit, read_ids};

use digest::{Digesting, Told};

use crate::facts_schema::with_field_ids;
use crate::lake::{Column, NewFile};

/// Threads that wait for the disk.
const SYNCS_AT_ONCE: usize = 8;

/// What can go wrong with a file.
#[derive(Debug, Error)]
pub enum FileError {
    /// The system refused.
    #[error("could not {doing} {path}: {source}", path = path.display())]
    Disk {
        /// What was tried, as a verb.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's own error.
        source: std::io::Error,
    },
    /// The file is not Parquet as it should be.
    #[error("could not read or write {path} as Parquet: {source}", path = path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The library's own error.
        source: ParquetError,
    },
    /// A stored file is not as it was written.
    #[error("{path} is damaged: {what}; {todo}", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
        /// How it can be had again.
        todo: &'static str,
    },
    /// The rows do not fit their table.
    #[error("rows do not fit their table: {0}")]
    Arrow(#[from] ArrowError),
    /// A stored event is not one.
    #[error("row {row} of {path} is not an event: {what}", path = path.display())]
    Event {
        /// The file.
        path: PathBuf,
        /// The row, from 0.
        row: usize,
        /// What is wrong with it.
        what: String,
    },
}

/// Writes one table's batches as the file `name` below `folder`, durably, and answers what the lake wants to know of it.
///
/// # Errors
/// As for [`write_only`].
pub fn write(folder: &Path, table: &str, name: &str, batches: &[RecordBatch], columns: &[Column]) -> Result<NewFile, FileError> {
    let file = write_only(folder, table, name, batches, columns)?;
    make_durable(&[folder.join(name)], folder.parent().unwrap_or(folder))?;
    Ok(file)
}

/// Writes one table's batches as the file `name` below `folder`, and answers what the lake wants to know of it. The file is not durable
/// before [`make_durable`].
///
/// `columns` are the table's columns in the lake: their ids go into the file. `name` may hold a subfolder.
///
/// # Errors
/// The system's, and batches that do not fit each other; then there is no file.
pub fn write_only(
    folder: &Path,
    table: &str,
    name: &str,
    batches: &[RecordBatch],
    columns: &[Column],
) -> Result<NewFile, FileError> {
    let path = folder.join(name);
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(disk("create", parent))?;
    let temporary = path.with_extension("parquet.tmp");
    let file = Digesting::new(File::create(&temporary).map_err(disk("create", &temporary))?);
    let written = encode(file, &path, table, batches, columns);
    if written.is_err() {
        // Nobody could use what is there; the error that is told is the first one.
        let _ = fs::remove_file(&temporary);
    }
    let (rows, sizes, told) = written?;
    fs::rename(&temporary, &path).map_err(disk("rename", &temporary))?;
    Ok(NewFile {
        table: table.to_owned(),
        path: name.to_owned(),
        record_count: rows,
        size: told.size,
        footer_size: told.footer_size,
        digest: Some(told.digest),
        stats: stats::of(batches, columns, &sizes),
    })
}

/// Hands batches over to an open file; answers the rows, the compressed bytes by column, and what the file is known by.
fn encode(
    file: Digesting,
    path: &Path,
    table: &str,
    batches: &[RecordBatch],
    columns: &[Column],
) -> Result<(u64, BTreeMap<String, u64>, Told), FileError> {
    let parquet = |source| FileError::Parquet { path: path.to_owned(), source };
    let plain = batches.first().map_or_else(|| Arc::new(arrow::datatypes::Schema::empty()), RecordBatch::schema);
    let held = held(batches);
    let schema = Arc::new(with_field_ids(&plain.project(&held)?, columns));
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let properties = properties::properties(table, &schema, batches);
    let mut writer = ArrowWriter::try_new(file, schema.clone(), Some(properties)).map_err(parquet)?;
    for batch in batches {
        let arrays = held
            .iter()
            .zip(schema.fields())
            .map(|(place, field)| {
                let array = batch.column(*place);
                if array.data_type() == field.data_type() {
                    Ok(array.clone())
                } else {
                    arrow::compute::cast(array, field.data_type())
                }
            })
            .collect::<Result<Vec<_>, _>>()?;
        let batch = RecordBatch::try_new(schema.clone(), arrays)?;
        // Only larger files have the statistics that tell the classes apart.
        let classes = if properties::is_small(rows) { vec![batch.num_rows()] } else { ends::classes(table, &batch) };
        let mut first = 0;
        for rows in classes {
            if first > 0 {
                writer.flush().map_err(parquet)?;
            }
            writer.write(&batch.slice(first, rows)).map_err(parquet)?;
            first += rows;
        }
    }
    writer.finish().map_err(parquet)?;
    let sizes = stats::compressed_sizes(writer.flushed_row_groups());
    // What was handed over is what the file holds, so that nothing is read again to learn its size, its end and its digest.
    Ok((rows as u64, sizes, writer.inner().told()))
}

/// The columns that hold a value: a file lacks all others, and whoever reads it takes what it lacks as null. A reader of a single timeline
/// opens every column that there is, and two thirds of those of a customer's events hold nothing.
fn held(batches: &[RecordBatch]) -> Vec<usize> {
    let columns = batches.first().map_or(0, RecordBatch::num_columns);
    let holds = |place: usize| batches.iter().any(|batch| batch.column(place).null_count() < batch.num_rows());
    let held: Vec<usize> = (0..columns).filter(|place| holds(*place)).collect();
    // A file of rows has a column.
    if held.is_empty() { (0..columns).collect() } else { held }
}

/// Makes written files durable, and their names in all folders between them and `root`.
///
/// # Errors
/// The system's.
pub fn make_durable(files: &[PathBuf], root: &Path) -> Result<(), FileError> {
    let mut folders: BTreeSet<&Path> = BTreeSet::from([root]);
    for file in files {
        folders.extend(file.ancestors().skip(1).take_while(|folder| *folder != root));
    }
    sync_each(&files.iter().map(PathBuf::as_path).collect::<Vec<_>>())?;
    sync_each(&folders.into_iter().collect::<Vec<_>>())
}

/// Syncs several files or folders at once.
fn sync_each(paths: &[&Path]) -> Result<(), FileError> {
    let sync = |path: &&Path| File::open(path).and_then(|handle| handle.sync_all()).map_err(disk("sync", path));
    let share = paths.len().div_ceil(SYNCS_AT_ONCE).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = paths.chunks(share).map(|part| scope.spawn(move || part.iter().try_for_each(sync))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

pub(crate) fn disk(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError::Disk { doing, path, source }
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, AsArray, Int64Array};
    use arrow::datatypes::Int64Type;

    use super::*;

    #[test]
    fn a_column_without_a_value_is_not_in_the_file_and_is_read_as_nulls() {
        let folder = tempfile::tempdir().unwrap();
        let column = |values: [Option<i64>; 2]| -> ArrayRef { Arc::new(Int64Array::from(values.to_vec())) };
        let rows = |some: [Option<i64>; 2], none| {
            RecordBatch::try_from_iter_with_nullable([("a", column(some), true), ("b", column(none), true)])
        };
        let batches = [rows([None, Some(1)], [None; 2]).unwrap(), rows([None; 2], [None; 2]).unwrap()];
        let file = write_only(folder.path(), "waits", "file.parquet", &batches, &[]).unwrap();
        assert_eq!(file.record_count, 4);
        let path = folder.path().join("file.parquet");
        let opened = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
        assert_eq!(opened.schema().fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>(), ["a"]);
        let read = read_rows(&path, &batches[0].schema()).unwrap();
        let values = |name: &str| -> Vec<Option<i64>> {
            read.iter().flat_map(|batch| batch.column_by_name(name).unwrap().as_primitive::<Int64Type>().iter()).collect()
        };
        assert_eq!((values("a"), values("b")), (vec![None, Some(1), None, None], vec![None; 4]));
        // A file of rows has a column, whatever they hold.
        write_only(folder.path(), "waits", "empty.parquet", &batches[1..], &[]).unwrap();
        assert_eq!(count_rows(&folder.path().join("empty.parquet")).unwrap(), 2);
    }
}
