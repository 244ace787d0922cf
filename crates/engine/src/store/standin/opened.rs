//! A file of which single timelines are read.
//!
//! A few rows of a stored file cost a page of each column, found, opened and decoded by itself, which is a hundred times what they take
//! themselves. That is right for a file that is visited once; one that is visited again and again is unpacked.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::PageIndexPolicy;

use super::unpacked::Unpacked;
use crate::cells::{Cell, damaged};
use crate::files::{FileError, page_rows};

/// Visits after which a file is unpacked: that takes about as long as so many.
const BUSY: usize = 8;

/// How many times as large rows are unpacked as they are encoded, about: dictionaries and runs are written out, and columns are padded.
const UNPACKED: u64 = 3;

/// A file whose bytes were looked at.
#[derive(Debug)]
pub(super) struct Opened {
    path: PathBuf,
    table: &'static str,
    metadata: ArrowReaderMetadata,
    /// How often a few of its rows were read.
    visits: AtomicUsize,
    /// None inside: it was tried, and there was no room.
    unpacked: OnceLock<Option<Unpacked>>,
}

impl Opened {
    /// A cell's file of a table, after a look at all its bytes.
    pub(super) fn of(folder: &Path, cell: &Cell, table: &'static str) -> Result<Option<Self>, FileError> {
        let Some(path) = cell.verified(folder, table)? else { return Ok(None) };
        let file = File::open(&path).map_err(|source| FileError::Disk { doing: "open", path: path.clone(), source })?;
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load(&file, options);
        let metadata = metadata.map_err(|source| damaged(FileError::Parquet { path: path.clone(), source }, table))?;
        Ok(Some(Self::new(path, table, metadata)))
    }

    fn new(path: PathBuf, table: &'static str, metadata: ArrowReaderMetadata) -> Self {
        Self { path, table, metadata, visits: AtomicUsize::new(0), unpacked: OnceLock::new() }
    }

    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether a few of its rows were read so often that the next ones had better be read unpacked.
    pub(super) fn is_busy(&self) -> bool {
        self.visits.load(Ordering::Relaxed) >= BUSY && self.unpacked.get().is_none()
    }

    /// Unpacks its rows, if there is room for them; it is tried once. That it fails harms nobody: the file itself is read then, and tells
    /// what is wrong.
    pub(super) fn unpack(&self) {
        let folder = self.path.parent().unwrap_or(&self.path);
        let groups = self.metadata.metadata().row_groups().iter();
        let encoded: u64 = groups.map(|group| group.total_byte_size().unsigned_abs()).sum();
        let unpacked = self.reader(&|builder| builder).ok().map(|reader| Unpacked::of(reader, UNPACKED * encoded, folder));
        let _ = self.unpacked.set(unpacked.and_then(Result::ok).flatten());
    }

    /// All rows of some columns, those of them that the file has.
    pub(super) fn each(&self, columns: &[&str], take: &mut dyn FnMut(&RecordBatch)) -> Result<(), FileError> {
        let reader = self.reader(&|builder| {
            let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
            builder.with_projection(mask)
        })?;
        for batch in reader {
            take(&batch.map_err(|error| self.broken(error.into()))?);
        }
        Ok(())
    }

    /// Some rows, in their order, in all columns.
    pub(super) fn rows(
        &self,
        ranges: impl Iterator<Item = Range<usize>>,
        take: &mut dyn FnMut(&RecordBatch) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        let mut joined: Vec<Range<usize>> = Vec::new();
        for range in ranges {
            match joined.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => joined.push(range),
            }
        }
        // What cannot be read unpacked is read where it came from.
        if let Some(rows) = self.unpacked.get().and_then(Option::as_ref).and_then(|unpacked| unpacked.rows(&joined).ok()) {
            return rows.iter().try_for_each(take);
        }
        let all = usize::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
        // What lies on most of the pages is read with them all: to skip rows within a page costs more than to read them.
        let is_paged = self.metadata.metadata().offset_index().is_some();
        let pages = page_rows(self.table).filter(|_| is_paged).map_or(1, |rows| all.div_ceil(rows));
        if joined.len() * 2 >= pages {
            return self.rows_of_all(&joined, take);
        }
        self.visits.fetch_add(1, Ordering::Relaxed);
        let selection = RowSelection::from_consecutive_ranges(joined.into_iter(), all);
        for batch in self.reader(&|builder| builder.with_row_selection(selection.clone()))? {
            take(&batch.map_err(|error| self.broken(error.into()))?)?;
        }
        Ok(())
    }

    /// The same by reading all rows.
    fn rows_of_all(
        &self,
        ranges: &[Range<usize>],
        take: &mut dyn FnMut(&RecordBatch) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        let mut first = 0;
        for batch in self.reader(&|builder| builder)? {
            let batch = batch.map_err(|error| self.broken(error.into()))?;
            let here = first..first + batch.num_rows();
            first = here.end;
            let from = ranges.partition_point(|range| range.end <= here.start);
            let within = ranges[from..].iter().take_while(|range| range.start < here.end);
            let rows = within.flat_map(|range| range.start.max(here.start)..range.end.min(here.end));
            let rows = UInt32Array::from_iter_values(rows.map(|row| (row - here.start) as u32));
            if !rows.is_empty() {
                take(&take_record_batch(&batch, &rows).map_err(|error| self.broken(error.into()))?)?;
            }
        }
        Ok(())
    }

    fn reader(
        &self,
        with: &dyn Fn(ParquetRecordBatchReaderBuilder<File>) -> ParquetRecordBatchReaderBuilder<File>,
    ) -> Result<ParquetRecordBatchReader, FileError> {
        let file = File::open(&self.path);
        let file = file.map_err(|source| FileError::Disk { doing: "open", path: self.path.clone(), source })?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone()).with_batch_size(8192);
        with(builder).build().map_err(|error| self.broken(error))
    }

    fn broken(&self, source: ParquetError) -> FileError {
        damaged(FileError::Parquet { path: self.path.clone(), source }, self.table)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, AsArray, Int64Array};
    use arrow::datatypes::Int64Type;

    use super::*;
    use crate::facts_schema::LINKS;

    #[test]
    fn few_rows_are_picked_from_their_pages_and_many_from_all() {
        let folder = tempfile::tempdir().unwrap();
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..3000));
        let batch = RecordBatch::try_from_iter([("n", numbers)]).unwrap();
        crate::files::write_only(folder.path(), LINKS, "file.parquet", &[batch], &[]).unwrap();
        let path = folder.path().join("file.parquet");
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load(&File::open(&path).unwrap(), options).unwrap();
        let pages = metadata.metadata().offset_index().map(|groups| groups[0][0].page_locations().len());
        assert_eq!(pages, Some(12), "a reader of one row need not decode them all");
        let opened = Opened::new(path, LINKS, metadata);
        let every = |step: usize| (0..3000).step_by(step).map(|row| row..row + 1).collect::<Vec<_>>();
        let various = [vec![7..9, 9..10, 2500..2502], every(2999), every(17), every(900), every(1)];
        for (turn, ranges) in various.iter().chain(&various).enumerate() {
            if turn == various.len() {
                assert!(!opened.is_busy(), "three visits are few");
                opened.unpack();
                assert!(opened.unpacked.get().is_some_and(Option::is_some));
            }
            let mut found = Vec::new();
            let take = &mut |batch: &RecordBatch| {
                found.extend_from_slice(batch.column(0).as_primitive::<Int64Type>().values());
                Ok(())
            };
            opened.rows(ranges.iter().cloned(), take).unwrap();
            let wanted: Vec<i64> = ranges.iter().cloned().flatten().map(|row| row as i64).collect();
            assert_eq!(found, wanted);
        }
    }
}
