//! Finding the cells that may hold certain timelines, without reading their rows.
//!
//! First the bounds that the catalogue knows, then the Bloom filters in the events file. Both may say yes wrongly, never no.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use parquet::errors::ParquetError;
use parquet::file::properties::ReaderProperties;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::{ReadOptionsBuilder, SerializedFileReader};

use super::{Cell, damaged};
use crate::facts_schema::EVENTS;
use crate::files::FileError;
use crate::lake::{Bound, ColumnStats};

/// Whether a cell may hold events with one of these values in one of these text columns (name and id) that have Bloom filters.
///
/// # Errors
/// The events file cannot be read.
pub fn may_hold(folder: &Path, cell: &Cell, columns: &[(&str, i64)], values: &BTreeSet<String>) -> Result<bool, FileError> {
    if let Some(alone) = &cell.alone {
        return Ok(alone.holds(columns, values));
    }
    let Some(file) = cell.files.get(EVENTS) else { return Ok(false) };
    let mut wanted: Vec<(&str, Vec<&String>)> = columns.iter().map(|(name, id)| (*name, within(cell, *id, values))).collect();
    wanted.retain(|(_, values)| !values.is_empty());
    if wanted.is_empty() {
        return Ok(false);
    }
    let path = folder.join(&file.path);
    let parquet = |source: ParquetError| damaged(FileError::Parquet { path: path.clone(), source }, EVENTS);
    let opened = File::open(&path).map_err(|source| FileError::Disk { doing: "open", path: path.clone(), source })?;
    let properties = ReaderProperties::builder().set_read_bloom_filter(true).build();
    let options = ReadOptionsBuilder::new().with_reader_properties(properties).build();
    let reader = SerializedFileReader::new_with_options(opened, options).map_err(parquet)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let position = |name: &str| (0..schema.num_columns()).find(|index| schema.column(*index).path().string() == name);
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(parquet)?;
        for (name, values) in &wanted {
            let filter = position(name).and_then(|index| group.get_column_bloom_filter(index));
            if filter.is_none_or(|filter| values.iter().any(|value| filter.check(&value.as_str()))) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether a text column of a cell's events may have values from `from` on and before `to`.
pub(crate) fn may_reach(cell: &Cell, column_id: i64, from: &str, to: &str) -> bool {
    !is_empty(cell, column_id) && bounds(cell, column_id).is_none_or(|(min, max)| min < to && from <= max)
}

/// Whether a column of whole numbers of a cell's events may have values above `least`.
pub(crate) fn may_reach_above(cell: &Cell, column_id: i64, least: i64) -> bool {
    if let Some(alone) = &cell.alone {
        return alone.is_corrected();
    }
    match stats(cell, column_id).and_then(|stats| stats.max.as_ref()) {
        Some(Bound::Int64(max)) => *max > least,
        _ => !is_empty(cell, column_id),
    }
}

/// Whether a column of a cell's events has no value at all.
pub(crate) fn is_empty(cell: &Cell, column_id: i64) -> bool {
    stats(cell, column_id).is_some_and(|stats| stats.value_count == Some(0))
}

/// Those of the values that lie within the column's bounds.
fn within<'v>(cell: &Cell, column_id: i64, values: &'v BTreeSet<String>) -> Vec<&'v String> {
    if is_empty(cell, column_id) {
        return Vec::new();
    }
    let bounds = bounds(cell, column_id);
    values.iter().filter(|value| bounds.is_none_or(|(min, max)| min <= value.as_str() && value.as_str() <= max)).collect()
}

fn bounds(cell: &Cell, column_id: i64) -> Option<(&str, &str)> {
    let stats = stats(cell, column_id)?;
    match (&stats.min, &stats.max) {
        (Some(Bound::Text(min)), Some(Bound::Text(max))) => Some((min, max)),
        _ => None,
    }
}

fn stats(cell: &Cell, column_id: i64) -> Option<&ColumnStats> {
    cell.files.get(EVENTS)?.stats.iter().find(|stats| stats.column_id == column_id)
}
