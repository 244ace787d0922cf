//! Fact rows that are carried over from a replaced file into its successor.

use std::collections::BTreeSet;

use arrow::array::{Array, AsArray, BooleanArray, UInt32Array};
use arrow::compute::{concat_batches, filter_record_batch, take_record_batch};
use arrow::datatypes::{SchemaRef, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;

use deskgauge_core::facts::FactTable;

use crate::files::{FileError, by_class};

/// The rows whose `column` has a value that is none of `dropped`.
pub(crate) fn without(batch: &RecordBatch, column: &str, dropped: &BTreeSet<String>) -> Result<RecordBatch, FileError> {
    let Some(values) = batch.column_by_name(column) else { return Ok(batch.clone()) };
    let values = values.as_string::<i32>();
    let keep: BooleanArray =
        (0..values.len()).map(|row| Some(!values.is_null(row) && !dropped.contains(values.value(row)))).collect();
    Ok(filter_record_batch(batch, &keep)?)
}

/// Old and new rows of a table as one batch in the order of its files; none where there are no rows.
pub(crate) fn merge(batches: &[RecordBatch], schema: &SchemaRef, table: &FactTable) -> Result<Option<RecordBatch>, FileError> {
    let all = concat_batches(schema, batches)?;
    if all.num_rows() == 0 {
        return Ok(None);
    }
    let instants = all.column_by_name(table.sorted_by).and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>());
    let Some(instants) = instants else { return Ok(Some(all)) };
    let order = UInt32Array::from(by_class(table.name, &all, instants.values()));
    Ok(Some(take_record_batch(&all, &order)?))
}
