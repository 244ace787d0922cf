//! What the engine returns in columns, as texts and JSON values row by row.
//!
//! Instants are written in RFC 3339 in UTC, so that every form says the same.

use std::fmt::Display;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::{Map, Value};

/// The rows of a batch as texts.
///
/// # Errors
/// A type that cannot be written.
pub fn texts(batch: &RecordBatch) -> Result<Vec<Vec<String>>, ArrowError> {
    let options = FormatOptions::default();
    let columns = batch.columns().iter().map(|array| ArrayFormatter::try_new(array, &options)).collect::<Result<Vec<_>, _>>()?;
    let text = |row: usize| columns.iter().zip(batch.columns()).map(|(column, array)| cell(column, array, row)).collect();
    Ok((0..batch.num_rows()).map(text).collect())
}

fn cell(column: &ArrayFormatter<'_>, array: &dyn Array, row: usize) -> String {
    if array.is_null(row) {
        return String::new();
    }
    match array.as_list_opt::<i32>() {
        Some(list) if list.value_type() == DataType::Utf8 => {
            let items = list.value(row);
            items.as_string::<i32>().iter().flatten().collect::<Vec<_>>().join(";")
        }
        _ => written(&column.value(row)),
    }
}

fn written(value: &impl Display) -> String {
    value.to_string()
}

/// The rows of a batch as JSON objects.
///
/// # Errors
/// A type that cannot be written.
pub fn objects(batch: &RecordBatch) -> Result<Vec<Value>, ArrowError> {
    let schema = batch.schema();
    let texts = texts(batch)?;
    let object = |(row, texts): (usize, Vec<String>)| {
        let pairs = texts.into_iter().enumerate().map(|(index, text)| {
            let array = batch.column(index);
            let value = if array.is_null(row) { Value::Null } else { json(array, row, text) };
            (schema.field(index).name().clone(), value)
        });
        Value::Object(pairs.collect::<Map<String, Value>>())
    };
    Ok(texts.into_iter().enumerate().map(object).collect())
}

fn json(array: &dyn Array, row: usize, text: String) -> Value {
    match array.data_type() {
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).into(),
        // Other numbers are exact in their written form where JSON holds them.
        ty if ty.is_numeric() => serde_json::from_str(&text).unwrap_or_else(|_| text.into()),
        DataType::List(field) if *field.data_type() == DataType::Utf8 => {
            let items = array.as_list::<i32>().value(row);
            items.as_string::<i32>().iter().map(|item| item.map_or(Value::Null, Value::from)).collect()
        }
        DataType::List(field) if *field.data_type() == DataType::Int64 => {
            let items = array.as_list::<i32>().value(row);
            items.as_primitive::<Int64Type>().iter().collect()
        }
        _ => text.into(),
    }
}
