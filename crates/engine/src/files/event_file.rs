//! A Parquet file of events, read group by group as columns.
//!
//! A column of few words comes as the file has it, a number per row and each word once; other texts come as views into the file's own
//! pages, so that none is copied. Only the columns of the format are read. A file of other types is for the reader of rows.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field as Column, Schema};
use arrow::error::ArrowError;
use deskgauge_core::event::fields::{FIELDS, Field, FieldId};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::basic::Encoding;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};

use super::{EventColumns, FileError, disk};
use crate::facts_schema::event_column;

/// Rows that are read at once.
const ROWS: usize = 64 * 1024;

/// Bytes of a dictionary that holds few words, as it lies in the file.
const FEW_WORDS: i64 = 4096;

/// A Parquet file of events.
#[derive(Debug)]
pub struct EventFile {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
}

impl EventFile {
    /// Opens a file.
    ///
    /// # Errors
    /// A file that cannot be read as Parquet.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let file = File::open(path).map_err(disk("open", path))?;
        let parquet = |source| FileError::Parquet { path: path.to_owned(), source };
        let plain = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(parquet)?;
        let fields: Vec<Arc<Column>> = plain.schema().fields().iter().map(|field| decoded(field, plain.metadata())).collect();
        let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
        let metadata = ArrowReaderMetadata::try_new(plain.metadata().clone(), options).map_err(parquet)?;
        Ok(Self { path: path.to_owned(), metadata })
    }

    /// Whether all its columns that are fields of the format have types that are read here.
    pub fn is_readable(&self) -> bool {
        EventColumns::reads(self.metadata.schema())
    }

    /// How many rows it has.
    pub fn rows(&self) -> u64 {
        u64::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    /// How many groups of rows it has.
    pub fn groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    /// How many rows a group has.
    pub fn rows_of(&self, group: usize) -> u64 {
        u64::try_from(self.metadata.metadata().row_group(group).num_rows()).unwrap_or(0)
    }

    /// Rows of a group, by ranges of them in their order, with all fields of the format or some.
    ///
    /// # Errors
    /// A file that cannot be read any more.
    pub fn read(
        &self,
        group: usize,
        rows: impl Iterator<Item = Range<usize>>,
        fields: Option<&[FieldId]>,
    ) -> Result<ParquetRecordBatchReader, FileError> {
        // Opened anew: clones of a handle share one position, and groups are read on several threads.
        let file = File::open(&self.path).map_err(disk("open", &self.path))?;
        let named = |field: &Field, name: &str| name == field.name || name == event_column(field.name);
        let asked = |name: &str| match fields {
            Some(fields) => fields.iter().any(|field| named(&FIELDS[field.index()], name)),
            None => FIELDS.iter().any(|field| named(field, name)),
        };
        let names = self.metadata.schema().fields().iter().enumerate();
        let roots = names.filter(|(_, column)| asked(column.name())).map(|(root, _)| root);
        let mask = ProjectionMask::roots(self.metadata.metadata().file_metadata().schema_descr(), roots);
        let all = usize::try_from(self.rows_of(group)).unwrap_or(usize::MAX);
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let builder = builder.with_row_groups(vec![group]).with_projection(mask).with_batch_size(ROWS);
        let reader = builder.with_row_selection(RowSelection::from_consecutive_ranges(rows, all)).build();
        reader.map_err(|source| FileError::Parquet { path: self.path.clone(), source })
    }

    /// The error of a group's rows.
    pub fn broken(&self, error: ArrowError) -> FileError {
        FileError::Parquet { path: self.path.clone(), source: ParquetError::from(error) }
    }
}

/// A field whose texts are read as numbers of words or as views.
fn decoded(field: &Arc<Column>, file: &ParquetMetaData) -> Arc<Column> {
    match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 if few_words(field.name(), file) => {
            let numbered = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            Arc::new(field.as_ref().clone().with_data_type(numbered))
        }
        DataType::Utf8 | DataType::LargeUtf8 => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View)),
        _ => field.clone(),
    }
}

/// Whether all groups of a file have a column's texts as numbers of a few words.
fn few_words(column: &str, file: &ParquetMetaData) -> bool {
    let numbered = |chunk: &ColumnChunkMetaData| {
        let words = chunk.dictionary_page_offset().map(|words| chunk.data_page_offset() - words);
        let pages = chunk.page_encoding_stats_mask();
        words.is_some_and(|bytes| (0..=FEW_WORDS).contains(&bytes))
            && pages.is_some_and(|pages| pages.is_only(Encoding::RLE_DICTIONARY) || pages.is_only(Encoding::PLAIN_DICTIONARY))
    };
    file.row_groups().iter().all(|group| {
        let mut chunks = group.columns().iter().filter(|chunk| chunk.column_path().parts() == [column]);
        chunks.all(numbered)
    })
}
