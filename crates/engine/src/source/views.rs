//! Texts as views: who only looks at them copies and compares sixteen bytes of each.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};

/// The same columns with their texts as views.
pub(super) fn viewed(stored: &Schema) -> Schema {
    let field = |field: &Arc<Field>| match field.data_type() {
        DataType::Utf8 => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View)),
        _ => field.clone(),
    };
    Schema::new(stored.fields().iter().map(field).collect::<Vec<_>>())
}
