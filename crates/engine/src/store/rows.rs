//! Fact rows that are carried over from a replaced file into its successor.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use arrow::array::{Array, AsArray, BooleanArray};
use arrow::compute::{cast, concat_batches, filter_record_batch, sort_to_indices, take_record_batch};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::files::FileError;

/// Reads a fact file in the schema that its table has now; columns that it lacks are null.
pub(crate) fn read(path: &Path, schema: &SchemaRef) -> Result<Vec<RecordBatch>, FileError> {
    let parquet = |source| FileError::Parquet { path: path.to_owned(), source };
    let file = File::open(path).map_err(|source| FileError::Disk { doing: "open", path: path.to_owned(), source })?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.with_batch_size(8192).build());
    let mut batches = Vec::new();
    for batch in reader.map_err(parquet)? {
        let batch = batch?;
        let mut columns = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            columns.push(match batch.column_by_name(field.name()) {
                Some(column) => cast(column, field.data_type())?,
                None => arrow::array::new_null_array(field.data_type(), batch.num_rows()),
            });
        }
        batches.push(RecordBatch::try_new(schema.clone(), columns)?);
    }
    Ok(batches)
}

/// The rows whose `column` has a value that is none of `dropped`.
pub(crate) fn without(batch: &RecordBatch, column: &str, dropped: &BTreeSet<String>) -> Result<RecordBatch, FileError> {
    let Some(values) = batch.column_by_name(column) else { return Ok(batch.clone()) };
    let values = values.as_string::<i32>();
    let keep: BooleanArray =
        (0..values.len()).map(|row| Some(!values.is_null(row) && !dropped.contains(values.value(row)))).collect();
    Ok(filter_record_batch(batch, &keep)?)
}

/// Old and new rows as one batch in the order of the table; none where there are no rows.
pub(crate) fn merge(batches: &[RecordBatch], schema: &SchemaRef, sorted_by: &str) -> Result<Option<RecordBatch>, FileError> {
    let all = concat_batches(schema, batches)?;
    if all.num_rows() == 0 {
        return Ok(None);
    }
    let Some(column) = all.column_by_name(sorted_by) else { return Ok(Some(all)) };
    debug_assert!(!matches!(column.data_type(), DataType::List(_)), "a table is sorted by an instant");
    let order = sort_to_indices(column, None, None)?;
    Ok(Some(take_record_batch(&all, &order)?))
}
