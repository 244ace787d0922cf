//! Fact rows that are carried over from a replaced file into its successor.

use std::collections::BTreeSet;

use arrow::array::{Array, AsArray, BooleanArray};
use arrow::compute::{concat_batches, filter_record_batch, sort_to_indices, take_record_batch};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::record_batch::RecordBatch;

use crate::files::FileError;

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
