//! Fact rows that are carried over from a replaced file into its successor.

use std::collections::BTreeSet;

use arrow::array::{AsArray, BooleanArray, UInt32Array};
use arrow::compute::{SortColumn, concat_batches, filter_record_batch, lexsort_to_indices, take_record_batch};
use arrow::datatypes::{SchemaRef, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;

use deskgauge_core::facts::FactTable;

use crate::files::{FileError, by_class};

/// The rows whose `column` has a value that is none of `dropped`.
pub(crate) fn without(batch: &RecordBatch, column: &str, dropped: &BTreeSet<String>) -> Result<RecordBatch, FileError> {
    kept(batch, column, |value| value.is_some_and(|value| !dropped.contains(value)))
}

/// The rows whose `column` has a value that is to be kept; all where there is no such column.
pub(crate) fn kept(batch: &RecordBatch, column: &str, keep: impl Fn(Option<&str>) -> bool) -> Result<RecordBatch, FileError> {
    let Some(values) = batch.column_by_name(column) else { return Ok(batch.clone()) };
    let keep: BooleanArray = values.as_string::<i32>().iter().map(|value| Some(keep(value))).collect();
    Ok(filter_record_batch(batch, &keep)?)
}

/// Rows as one batch in the order of these columns; none where there are no rows.
pub(crate) fn ordered(batches: &[RecordBatch], schema: &SchemaRef, by: &[&str]) -> Result<Option<RecordBatch>, FileError> {
    let all = concat_batches(schema, batches)?;
    if all.num_rows() == 0 {
        return Ok(None);
    }
    let values = by.iter().filter_map(|name| all.column_by_name(name).cloned());
    let columns: Vec<SortColumn> = values.map(|values| SortColumn { values, options: None }).collect();
    Ok(Some(take_record_batch(&all, &lexsort_to_indices(&columns, None)?)?))
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
