//! Stored events back into events, by the same reader that every import goes through.
//!
//! A column's last text is kept: neighbours in a file share conversation, channel, team and agent, and shared text is not copied.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, SchemaRef, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use deskgauge_core::event::fields::{FIELDS, FieldType};
use deskgauge_core::event::record::{self, Defaults, Record, Value};
use deskgauge_core::event::{Decimal, Event, Rating, Text};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{FileError, disk};
use crate::facts_schema::{IMPORT_ID, event_column};

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
    let columns = FIELDS
        .iter()
        .enumerate()
        .filter_map(|(index, field)| {
            let array = batch.column_by_name(event_column(field.name))?;
            Some((field.name, Stored { array: flat(array)?, ty: FIELDS[index].ty, last: RefCell::new(None) }))
        })
        .collect();
    let imports = batch.column_by_name(IMPORT_ID).and_then(|array| array.as_primitive_opt::<Int64Type>());
    let defaults = Defaults { source: Arc::from("import") };
    let mut row = Row { columns, row: 0 };
    (0..batch.num_rows())
        .map(|index| {
            row.row = index;
            let event = record::read(&row, &defaults).map_err(|problems| FileError::Event {
                path: path.to_owned(),
                row: index,
                what: problems
                    .iter()
                    .map(|problem| format!("{} {}", problem.field, problem.reason))
                    .collect::<Vec<_>>()
                    .join("; "),
            })?;
            let import = imports.filter(|imports| imports.is_valid(index)).map_or(0, |imports| imports.value(index));
            Ok((event, import))
        })
        .collect()
}

struct Row {
    columns: HashMap<&'static str, Stored>,
    row: usize,
}

struct Stored {
    array: ArrayRef,
    ty: FieldType,
    last: RefCell<Option<Text>>,
}

impl Record for Row {
    fn get(&self, name: &str) -> Option<Value> {
        let stored = self.columns.get(name)?;
        if stored.array.is_null(self.row) {
            return None;
        }
        stored.value(self.row)
    }
}

impl Stored {
    fn value(&self, row: usize) -> Option<Value> {
        Some(match self.ty {
            FieldType::Text => Value::Text(self.text(row)),
            FieldType::Int => Value::Int(self.array.as_primitive_opt::<Int64Type>()?.value(row)),
            FieldType::Bool => Value::Bool(self.array.as_boolean_opt()?.value(row)),
            FieldType::Decimal => {
                let units = self.array.as_primitive_opt::<Decimal128Type>()?.value(row);
                Value::Decimal(Decimal(i64::try_from(units).ok()?))
            }
            FieldType::Instant => {
                Value::Int(self.array.as_primitive_opt::<TimestampMicrosecondType>()?.value(row).div_euclid(1000))
            }
            FieldType::List => {
                let list = self.array.as_list_opt::<i32>()?.value(row);
                let list: Vec<Text> = list.as_string_opt::<i32>()?.iter().flatten().map(Text::from).collect();
                if list.is_empty() {
                    return None;
                }
                Value::List(list)
            }
            FieldType::Ratings => Value::Ratings(ratings(self.array.as_string::<i32>().value(row))?),
        })
    }

    fn text(&self, row: usize) -> Text {
        let text = self.array.as_string::<i32>().value(row);
        let mut last = self.last.borrow_mut();
        match &*last {
            Some(known) if **known == *text => known.clone(),
            _ => last.insert(Text::from(text)).clone(),
        }
    }
}

/// Another engine may have written texts as views or with long offsets.
fn flat(array: &ArrayRef) -> Option<ArrayRef> {
    match array.data_type() {
        DataType::Utf8View | DataType::LargeUtf8 => arrow::compute::cast(array, &DataType::Utf8).ok(),
        _ => Some(array.clone()),
    }
}

fn ratings(json: &str) -> Option<Vec<Rating>> {
    let parsed: serde_json::Value = serde_json::from_str(json).ok()?;
    let decimal = |value: &serde_json::Value| Decimal::parse(&value.as_number()?.to_string());
    parsed
        .as_array()?
        .iter()
        .map(|rating| {
            Some(Rating {
                category: Text::from(rating.get("category")?.as_str()?),
                weight: decimal(rating.get("weight")?)?,
                rating: match rating.get("rating")? {
                    serde_json::Value::Null => None,
                    value => Some(decimal(value)?),
                },
                min: decimal(rating.get("min")?)?,
                max: decimal(rating.get("max")?)?,
                critical: rating.get("critical")?.as_bool()?,
            })
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
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.with_batch_size(8192).build());
    let mut batches = Vec::new();
    for batch in reader.map_err(parquet)? {
        let batch = batch?;
        let mut columns = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            columns.push(match batch.column_by_name(field.name()) {
                Some(column) => arrow::compute::cast(column, field.data_type())?,
                None => arrow::array::new_null_array(field.data_type(), batch.num_rows()),
            });
        }
        batches.push(RecordBatch::try_new(schema.clone(), columns)?);
    }
    Ok(batches)
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
        let batch = batch?;
        let texts = |name: &str| {
            let array = batch.column_by_name(name).and_then(flat)?;
            Some(Stored { array, ty: FieldType::Text, last: RefCell::new(None) })
        };
        let (Some(sources), Some(names)) = (texts("source"), texts("id")) else { continue };
        ids.extend((0..batch.num_rows()).map(|row| (sources.text(row), names.text(row))));
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
