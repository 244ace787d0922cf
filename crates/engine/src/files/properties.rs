//! How a file is written: compression, dictionaries, statistics of pages and filters.
//!
//! Small files are written fast, large ones small. Nothing here changes what a file says, only how long it takes to write and to read,
//! so that any of it may change from one version to the next.

use std::collections::HashSet;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Int64Type, Schema, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;

use crate::facts_schema::{EVENTS, LINKS};

/// Rows of a row group at most: what a reader can skip at once.
const GROUP_ROWS: usize = 128 * 1024;

/// The columns of events by which cells are found, and how often a filter may say yes wrongly. Of ids many are asked for at once.
const FILTERED: &[(&str, f64)] =
    &[("conversation", 0.05), ("timeline", 0.05), ("customer", 0.05), ("merged_into", 0.05), ("id", 0.01), ("order_id", 0.01)];

/// Tables of which single timelines are read, with the rows of a page at most: what a reader of one of them has to decode at least.
const PICKED: [(&str, usize); 2] = [(EVENTS, 1024), (LINKS, 256)];

/// Rows of a page of a table that single timelines are read from.
pub(crate) fn page_rows(table: &str) -> Option<usize> {
    PICKED.iter().find(|(name, _)| *name == table).map(|(_, rows)| *rows)
}

/// A file of fewer rows is small.
const SMALL_ROWS: usize = 8 * 1024;

/// Values that tell whether those of a column repeat.
const SAMPLE: usize = 2048;

/// Whether a file of so many rows is one of the many that are written anew soon.
pub(super) fn is_small(rows: usize) -> bool {
    rows < SMALL_ROWS
}

/// How batches of a table become a file.
///
/// The many small files of small commits are written fast and soon written anew, so that setting up a strong compression for each column,
/// dictionaries and statistics of pages would cost more than they save. Of larger ones the instants have statistics, because rows lie by an
/// instant; those of other columns say no more than the lake's own, which a file is ruled out by. Values that hardly repeat have no
/// dictionary: it would be as large as they are.
pub(super) fn properties(table: &str, schema: &Schema, batches: &[RecordBatch]) -> WriterProperties {
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let builder = WriterProperties::builder()
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_created_by(concat!("Deskgauge ", env!("CARGO_PKG_VERSION")).to_owned());
    let mut builder = builder.set_statistics_enabled(EnabledStatistics::None);
    let page_rows = page_rows(table);
    if let Some(most) = page_rows {
        builder = builder.set_data_page_row_count_limit(most).set_write_batch_size(most);
    }
    if is_small(rows) {
        builder = builder.set_compression(Compression::SNAPPY).set_dictionary_enabled(false);
        builder = builder.set_offset_index_disabled(page_rows.is_none_or(|most| rows <= most));
    } else {
        builder = builder.set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()));
        for field in schema.fields() {
            let path = || ColumnPath::from(field.name().as_str());
            if matches!(field.data_type(), DataType::Timestamp(..)) {
                builder = builder.set_column_statistics_enabled(path(), EnabledStatistics::Page);
            }
            let largest = batches.iter().max_by_key(|batch| batch.num_rows());
            if largest.and_then(|batch| batch.column_by_name(field.name())).is_some_and(hardly_repeats) {
                builder = builder.set_column_dictionary_enabled(path(), false);
            }
        }
    }
    if table == EVENTS {
        let values = rows.clamp(1, GROUP_ROWS) as u64;
        return FILTERED.iter().fold(builder, |builder, (column, wrong)| bloom(builder, column, *wrong, values)).build();
    }
    builder.build()
}

/// Whether most values of a column are different ones, by those of its first rows.
fn hardly_repeats(column: &ArrayRef) -> bool {
    fn most_differ<T: std::hash::Hash + Eq>(values: impl Iterator<Item = T>) -> bool {
        let (mut all, mut different) = (0, HashSet::new());
        for value in values.take(SAMPLE) {
            all += 1;
            different.insert(value);
        }
        different.len() * 2 > all
    }
    match column.data_type() {
        DataType::Utf8 => most_differ(column.as_string::<i32>().iter().flatten()),
        DataType::Int64 => most_differ(column.as_primitive::<Int64Type>().iter().flatten()),
        DataType::Timestamp(..) => {
            column.as_primitive_opt::<TimestampMicrosecondType>().is_some_and(|column| most_differ(column.iter().flatten()))
        }
        _ => false,
    }
}

/// Lets a reader rule a file out for a value without reading the column.
fn bloom(builder: WriterPropertiesBuilder, column: &str, wrong: f64, values: u64) -> WriterPropertiesBuilder {
    let path = ColumnPath::from(column);
    builder.set_column_bloom_filter_fpp(path.clone(), wrong).set_column_bloom_filter_max_ndv(path, values)
}
