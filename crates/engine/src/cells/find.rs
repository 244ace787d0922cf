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

use super::Cell;
use crate::facts_schema::EVENTS;
use crate::files::FileError;
use crate::lake::Bound;

/// Whether a cell may hold events with one of these values in a text column that has Bloom filters.
///
/// # Errors
/// The events file cannot be read.
pub fn may_hold(folder: &Path, cell: &Cell, column: &str, column_id: i64, values: &BTreeSet<String>) -> Result<bool, FileError> {
    let Some(file) = cell.files.get(EVENTS) else { return Ok(false) };
    let mut wanted: Vec<&String> = values.iter().collect();
    if let Some(stats) = file.stats.iter().find(|stats| stats.column_id == column_id)
        && let (Some(Bound::Text(min)), Some(Bound::Text(max))) = (&stats.min, &stats.max)
    {
        wanted.retain(|value| *min <= **value && **value <= *max);
    }
    if wanted.is_empty() {
        return Ok(false);
    }
    let path = folder.join(&file.path);
    let parquet = |source: ParquetError| FileError::Parquet { path: path.clone(), source };
    let opened = File::open(&path).map_err(|source| FileError::Disk { doing: "open", path: path.clone(), source })?;
    let properties = ReaderProperties::builder().set_read_bloom_filter(true).build();
    let options = ReadOptionsBuilder::new().with_reader_properties(properties).build();
    let reader = SerializedFileReader::new_with_options(opened, options).map_err(parquet)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let Some(index) = (0..schema.num_columns()).find(|index| schema.column(*index).path().string() == column) else {
        return Ok(true);
    };
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(parquet)?;
        match group.get_column_bloom_filter(index) {
            Some(filter) if !wanted.iter().any(|value| filter.check(&value.as_str())) => {}
            _ => return Ok(true),
        }
    }
    Ok(false)
}
