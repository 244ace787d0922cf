//! Stored events back into events, by the same reader that every import goes through; and stored rows as they lie.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Int64Type, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use deskgauge_core::event::record::Defaults;
use deskgauge_core::event::{Event, Text};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::columns::EventColumns;
use super::{FileError, disk};
use crate::facts_schema::IMPORT_ID;

/// All events of a file in its order, each with the id of the import that brought it.
///
/// # Errors
/// A file that cannot be read, or a row that is no event.
pub fn read_events(path: &Path) -> Result<Vec<(Event, i64)>, FileError> {
    let parquet = |source| FileError::Parquet { path: path.to_owned(), source };
    let file = File::open(path).map_err(disk("open", path))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.with_batch_size(8192).build());
    let mut events = Vec::new();
    for batch in reader.map_err(parquet)? {
        events.extend(events_of(&batch?, path)?);
    }
    Ok(events)
}

/// The events of a batch of the table `events`; `path` names it in errors. Columns that are missing are absent fields.
///
/// # Errors
/// A row that is no event.
pub fn events_of(batch: &RecordBatch, path: &Path) -> Result<Vec<(Event, i64)>, FileError> {
    let imports = batch.column_by_name(IMPORT_ID).and_then(|array| array.as_primitive_opt::<Int64Type>());
    let defaults = Defaults { source: Arc::from("import") };
    let mut columns = EventColumns::new(batch);
    (0..batch.num_rows())
        .map(|row| {
            let event = columns.read(row, &defaults).map_err(|problems| FileError::Event {
                path: path.to_owned(),
                row,
                what: problems
                    .iter()
                    .map(|problem| format!("{} {}", problem.field, problem.reason))
                    .collect::<Vec<_>>()
                    .join("; "),
            })?;
            let import = imports.filter(|imports| imports.is_valid(row)).map_or(0, |imports| imports.value(row));
            Ok((event, import))
        })
        .collect()
}

/// Reads a fact file in the schema that its table has now; columns that it lacks are null.
///
/// # Errors
/// A file that cannot be read, or whose columns are of other types.
pub fn read_rows(path: &Path, schema: &SchemaRef) -> Result<Vec<RecordBatch>, FileError> {
    let parquet = |source| FileError::Parquet { path: path.to_owned(), source };
    let file = File::open(path).map_err(disk("open", path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(parquet)?;
    let wanted = builder.schema().fields().iter().enumerate().filter(|(_, field)| schema.field_with_name(field.name()).is_ok());
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted.map(|(root, _)| root));
    let reader = builder.with_projection(mask).with_batch_size(8192).build().map_err(parquet)?;
    let mut batches = Vec::new();
    for batch in reader {
        batches.push(fit(&batch?, schema)?);
    }
    Ok(batches)
}

/// A batch in the schema that its table has now; columns that it lacks are null.
///
/// # Errors
/// Columns of other types.
pub(crate) fn fit(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let mut columns = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        columns.push(match batch.column_by_name(field.name()) {
            Some(column) => arrow::compute::cast(column, field.data_type())?,
            None => arrow::array::new_null_array(field.data_type(), batch.num_rows()),
        });
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema.clone(), columns, &options)
}

/// The source and id of every event of a file: nothing else is read.
///
/// # Errors
/// A file that cannot be read.
pub(crate) fn read_ids(path: &Path) -> Result<Vec<(Text, Text)>, FileError> {
    let parquet = |source| FileError::Parquet { path: path.to_owned(), source };
    let file = File::open(path).map_err(disk("open", path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(parquet)?;
    let columns = ProjectionMask::columns(builder.parquet_schema(), ["source", "id"]);
    let reader = builder.with_projection(columns).with_batch_size(8192).build().map_err(parquet)?;
    let mut ids = Vec::new();
    for batch in reader {
        let columns = EventColumns::new(&batch?);
        ids.extend(columns.ids());
    }
    Ok(ids)
}

/// How many rows a file has by its own footer, after every page has been read.
///
/// # Errors
/// A file that cannot be read.
pub fn count_rows(path: &Path) -> Result<u64, FileError> {
    let parquet = |source| FileError::Parquet { path: path.to_owned(), source };
    let file = File::open(path).map_err(disk("open", path))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(ParquetRecordBatchReaderBuilder::build);
    let mut rows = 0;
    for batch in reader.map_err(parquet)? {
        rows += batch?.num_rows() as u64;
    }
    Ok(rows)
}
