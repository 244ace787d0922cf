//! Statistics of a new file, column by column, as the lake keeps them.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::{max, max_boolean, max_string, min, min_boolean, min_string};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use parquet::file::metadata::RowGroupMetaData;
use std::collections::BTreeMap;

use crate::lake::{Bound, Column, NewStats};

/// The compressed bytes of each top-level column.
pub(super) fn compressed_sizes(groups: &[RowGroupMetaData]) -> BTreeMap<String, u64> {
    let mut sizes = BTreeMap::new();
    for column in groups.iter().flat_map(RowGroupMetaData::columns) {
        if let Some(name) = column.column_path().parts().first() {
            *sizes.entry(name.clone()).or_insert(0) += column.compressed_size().unsigned_abs();
        }
    }
    sizes
}

/// The statistics of every column that is not a list.
pub(super) fn of(batches: &[RecordBatch], columns: &[Column], sizes: &BTreeMap<String, u64>) -> Vec<NewStats> {
    let plain = columns.iter().filter(|column| column.element_id.is_none());
    plain
        .map(|column| {
            let mut stats = NewStats {
                column_id: column.id,
                size: sizes.get(&column.name).copied().unwrap_or(0),
                value_count: 0,
                null_count: 0,
                min: None,
                max: None,
                has_nan: false,
            };
            for array in batches.iter().filter_map(|batch| batch.column_by_name(&column.name)) {
                let nulls = array.null_count() as u64;
                stats.null_count += nulls;
                stats.value_count += array.len() as u64 - nulls;
                let (low, high) = bounds(array);
                stats.min = wider(stats.min.take(), low, std::cmp::Ordering::Less);
                stats.max = wider(stats.max.take(), high, std::cmp::Ordering::Greater);
            }
            stats
        })
        .collect()
}

fn wider(known: Option<Bound>, new: Option<Bound>, wanted: std::cmp::Ordering) -> Option<Bound> {
    match (known, new) {
        (Some(known), Some(new)) => Some(if new.compare(&known) == Some(wanted) { new } else { known }),
        (known, new) => known.or(new),
    }
}

fn bounds(array: &ArrayRef) -> (Option<Bound>, Option<Bound>) {
    match array.data_type() {
        DataType::Utf8 => {
            let array = array.as_string::<i32>();
            let text = |text: &str| Bound::Text(text.to_owned());
            (min_string(array).map(text), max_string(array).map(text))
        }
        DataType::Boolean => {
            let array = array.as_boolean();
            (min_boolean(array).map(Bound::Bool), max_boolean(array).map(Bound::Bool))
        }
        DataType::Int64 => {
            let array = array.as_primitive::<Int64Type>();
            (min(array).map(Bound::Int64), max(array).map(Bound::Int64))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let array = array.as_primitive::<TimestampMicrosecondType>();
            (min(array).map(Bound::Instant), max(array).map(Bound::Instant))
        }
        DataType::Decimal128(..) => {
            let array = array.as_primitive::<Decimal128Type>();
            (min(array).map(Bound::Decimal), max(array).map(Bound::Decimal))
        }
        _ => (None, None),
    }
}
