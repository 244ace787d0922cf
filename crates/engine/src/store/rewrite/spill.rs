//! Partitions on disk: events, and the conversations of customers, spread by a hash so that one partition fits in memory.
//!
//! The files are scratch: not synced, gone when the rewrite ends.

use std::fs::File;
use std::path::{Path, PathBuf};

use deskgauge_core::event::Text;
use deskgauge_core::facts::{CustomerLink, FACTS, Facts};
use deskgauge_core::fold::{CustomerCase, link_customer};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::cells::Stored;
use crate::facts_schema::{OwnField, event_schema, fact_schema};
use crate::files::{EventBatches, FileError, fact_batches, read_events, read_rows};
use crate::store::decode;
use crate::store::hashed::Prefix;

/// Events of a partition at most, if the guess of their number was right.
pub(super) const PARTITION_EVENTS: u64 = 400_000;
/// Rows that wait in memory for each partition.
const ROWS: usize = 1024;
/// Rows that wait in memory for all runs of a merge together.
const MERGED_ROWS: usize = 32 * 1024;

/// Writes scratch rows of events into one file.
pub(super) struct Writer {
    path: PathBuf,
    batches: EventBatches,
    rows: usize,
    file: Option<ArrowWriter<File>>,
}

impl Writer {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, batches: EventBatches::default(), rows: 0, file: None }
    }

    pub(super) fn push(&mut self, stored: &Stored, key: &str) -> Result<(), FileError> {
        self.batches.push(&stored.event, stored.import_id, key);
        self.rows += 1;
        if self.rows >= ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), FileError> {
        let writer = match &mut self.file {
            Some(writer) => writer,
            none => none.insert(scratch(&self.path, event_schema())?),
        };
        for batch in std::mem::take(&mut self.batches).finish() {
            writer.write(&batch).map_err(parquet(&self.path))?;
        }
        self.rows = 0;
        writer.flush().map_err(parquet(&self.path))
    }

    pub(super) fn finish(mut self) -> Result<PathBuf, FileError> {
        self.flush()?;
        if let Some(writer) = self.file {
            writer.close().map_err(parquet(&self.path))?;
        }
        Ok(self.path)
    }
}

/// Events over partitions.
pub(super) struct Spill {
    writers: Vec<Writer>,
    paths: Vec<PathBuf>,
    partitions: usize,
}

impl Spill {
    pub(super) fn new(folder: &Path, name: &str, partitions: usize) -> Self {
        let path = |number| folder.join(format!("{name}-{number:03}.parquet"));
        Self { writers: (0..partitions).map(|number| Writer::new(path(number))).collect(), paths: Vec::new(), partitions }
    }

    pub(super) fn partitions(&self) -> usize {
        self.partitions
    }

    pub(super) fn push(&mut self, stored: &Stored, key: &str) -> Result<(), FileError> {
        // A customer's partition follows the id alone, as its cell does.
        let id = key.split_once("customer:").filter(|(before, _)| before.is_empty()).map_or(key, |(_, id)| id);
        let number = Prefix::place(id, self.partitions);
        self.writers[number].push(stored, key)
    }

    /// Closes all partitions and answers their files.
    pub(super) fn finish(&mut self) -> Result<Vec<PathBuf>, FileError> {
        for writer in std::mem::take(&mut self.writers) {
            self.paths.push(writer.finish()?);
        }
        Ok(std::mem::take(&mut self.paths))
    }
}

/// Reads a partition.
pub(super) fn peek(path: &Path) -> Result<Vec<Stored>, FileError> {
    Ok(read_events(path)?.into_iter().map(|(event, import_id)| Stored { event, import_id }).collect())
}

/// Reads a partition and removes its file.
pub(super) fn read(path: PathBuf) -> Result<Vec<Stored>, FileError> {
    let events = peek(&path)?;
    std::fs::remove_file(&path).map_err(|source| FileError::Disk { doing: "remove", path, source })?;
    Ok(events)
}

/// Conversations over partitions of their customers, written as the links that they will become.
pub(super) struct Cases {
    files: Vec<(PathBuf, Option<ArrowWriter<File>>, Vec<CustomerLink>)>,
    own: Vec<OwnField>,
    index: usize,
}

impl Cases {
    pub(super) fn new(folder: &Path, own: &[OwnField], partitions: usize) -> Self {
        let index = FACTS.iter().position(|table| table.name == "customer_links").unwrap_or(0);
        let file = |number| (folder.join(format!("cases-{number:03}.parquet")), None, Vec::new());
        Self { files: (0..partitions).map(file).collect(), own: own.to_vec(), index }
    }

    pub(super) fn push(&mut self, customer: &Text, case: CustomerCase) -> Result<(), FileError> {
        let number = Prefix::place(customer, self.files.len());
        // A case by itself is a link to nothing, with all that the case knows.
        let mut facts = Facts::default();
        link_customer(vec![case], Vec::new(), &mut facts);
        self.files[number].2.append(&mut facts.customer_links);
        if self.files[number].2.len() >= ROWS { self.flush(number) } else { Ok(()) }
    }

    fn flush(&mut self, number: usize) -> Result<(), FileError> {
        let (path, file, links) = &mut self.files[number];
        if links.is_empty() {
            return Ok(());
        }
        let facts = Facts { customer_links: std::mem::take(links), ..Facts::default() };
        let writer = match file {
            Some(writer) => writer,
            none => none.insert(scratch(path, fact_schema(&FACTS[self.index], &self.own))?),
        };
        for batch in fact_batches(&facts, self.index, &self.own)? {
            writer.write(&batch).map_err(parquet(path))?;
        }
        writer.flush().map_err(parquet(path))
    }

    pub(super) fn finish(&mut self) -> Result<(), FileError> {
        for number in 0..self.files.len() {
            self.flush(number)?;
            if let Some(writer) = self.files[number].1.take() {
                writer.close().map_err(parquet(&self.files[number].0))?;
            }
        }
        Ok(())
    }

    pub(super) fn read(&self, number: usize) -> Result<Vec<(Text, CustomerCase)>, FileError> {
        let path = &self.files[number].0;
        if !path.exists() {
            return Ok(Vec::new());
        }
        let mut cases = Vec::new();
        for batch in read_rows(path, &fact_schema(&FACTS[self.index], &self.own))? {
            cases.extend(decode::cases(&batch, &self.own));
        }
        Ok(cases)
    }
}

fn scratch(path: &Path, schema: arrow::datatypes::SchemaRef) -> Result<ArrowWriter<File>, FileError> {
    let file = File::create(path).map_err(|source| FileError::Disk { doing: "create", path: path.to_owned(), source })?;
    let level = ZstdLevel::try_new(1).unwrap_or_default();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .build();
    ArrowWriter::try_new(file, schema, Some(properties)).map_err(parquet(path))
}

fn parquet(path: &Path) -> impl FnOnce(parquet::errors::ParquetError) -> FileError {
    let path = path.to_owned();
    move |source| FileError::Parquet { path, source }
}

/// A reader of scratch rows in pieces, the smaller the more runs are read at once.
pub(super) fn batches(path: &Path, runs: usize) -> Result<parquet::arrow::arrow_reader::ParquetRecordBatchReader, FileError> {
    let rows = (MERGED_ROWS / runs.max(1)).clamp(16, ROWS);
    let file = File::open(path).map_err(|source| FileError::Disk { doing: "open", path: path.to_owned(), source })?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.with_batch_size(rows).build());
    reader.map_err(parquet(path))
}
