//! The shapes of the lake's tables: arrow schemas and lake columns, from the one list of facts and the one list of event fields.
//!
//! Nothing here names a column of a fact table: a fact that is added to the core appears in files, in the lake and in SQL by itself.
//! Every arrow field is nullable, whatever the fact says, so that files of before a column was added still read.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use deskgauge_core::event::fields::{FIELDS, FieldType};
use deskgauge_core::facts::{ColumnType, FACTS, FactTable};
use deskgauge_core::rules::Rules;

use crate::lake::{self, ColumnSpec, TableSpec};

/// The table of events.
pub const EVENTS: &str = "events";
/// The table from which a customer's conversations are read.
pub(crate) const LINKS: &str = "customer_links";
/// The column of `events` that names the timeline that the fold puts the event into first.
pub const TIMELINE: &str = "timeline";
/// The column of `events` that names the import that brought it.
pub const IMPORT_ID: &str = "import_id";

/// A workspace's own field, as a column: its name and its type.
pub type OwnField = (String, ColumnType);

/// The workspace's own fields, in the order in which the fold hands them over.
pub fn own_fields(rules: &Rules) -> Vec<OwnField> {
    rules.fields.iter().map(|field| (field.name.clone(), field.ty)).collect()
}

/// The columns of a fact table: the common ones, its own, the workspace's own fields.
pub fn fact_columns(table: &FactTable, own: &[OwnField]) -> Vec<(String, ColumnType, bool)> {
    let declared = table.all_columns().map(|column| (column.name.to_owned(), column.ty, column.nullable));
    let own = own.iter().filter(|_| table.common).map(|(name, ty)| (name.clone(), own_type(*ty), true));
    declared.chain(own).collect()
}

/// The arrow schema of a fact table.
pub fn fact_schema(table: &FactTable, own: &[OwnField]) -> SchemaRef {
    schema(fact_columns(table, own).iter().map(|(name, ty, _)| (name.as_str(), *ty)))
}

/// The columns of `events`: one per field of the format, then the import and the timeline.
pub fn event_columns() -> Vec<(&'static str, ColumnType)> {
    let fields = FIELDS.iter().map(|field| (event_column(field.name), event_type(field.ty)));
    fields.chain([(IMPORT_ID, ColumnType::Int), (TIMELINE, ColumnType::Text)]).collect()
}

/// The arrow schema of `events`.
pub fn event_schema() -> SchemaRef {
    schema(event_columns().into_iter())
}

/// The name of an event field's column: the field's own, but for `at` and `into`, which some engines keep for themselves.
pub fn event_column(field: &'static str) -> &'static str {
    match field {
        "at" => "occurred_at",
        "into" => "merged_into",
        field => field,
    }
}

/// The arrow type of a column.
pub fn arrow_type(ty: ColumnType) -> DataType {
    match ty {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Int => DataType::Int64,
        ColumnType::Bool => DataType::Boolean,
        ColumnType::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnType::Decimal => DataType::Decimal128(18, 4),
        ColumnType::List => DataType::List(Arc::new(Field::new("element", DataType::Utf8, true))),
        ColumnType::Ints => DataType::List(Arc::new(Field::new("element", DataType::Int64, true))),
    }
}

/// Every table that the lake should have: the facts and the events.
pub fn table_specs(own: &[OwnField]) -> Vec<TableSpec> {
    let mut specs: Vec<TableSpec> = FACTS
        .iter()
        .map(|table| TableSpec {
            name: table.name.to_owned(),
            columns: fact_columns(table, own).into_iter().map(|(name, ty, nullable)| spec(name, ty, nullable)).collect(),
            sorted_by: vec![table.sorted_by.to_owned()],
        })
        .collect();
    specs.push(TableSpec {
        name: EVENTS.to_owned(),
        columns: event_columns().into_iter().map(|(name, ty)| spec(name.to_owned(), ty, true)).collect(),
        sorted_by: [TIMELINE, "occurred_at", "seq"].map(str::to_owned).to_vec(),
    });
    specs
}

/// The schema as it is written: each field, and a list's element, carries its column's id.
pub fn with_field_ids(schema: &Schema, columns: &[lake::Column]) -> Schema {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| {
            let Some(column) = columns.iter().find(|column| column.name == *field.name()) else {
                return field.as_ref().clone();
            };
            let field = match (field.data_type(), column.element_id) {
                (DataType::List(element), Some(id)) => {
                    let element = element.as_ref().clone().with_metadata(field_id(id));
                    Field::new(field.name(), DataType::List(Arc::new(element)), true)
                }
                _ => field.as_ref().clone(),
            };
            field.with_metadata(field_id(column.id))
        })
        .collect();
    Schema::new(fields)
}

fn field_id(id: i64) -> HashMap<String, String> {
    HashMap::from([("PARQUET:field_id".to_owned(), id.to_string())])
}

fn schema<'a>(columns: impl Iterator<Item = (&'a str, ColumnType)>) -> SchemaRef {
    Arc::new(Schema::new(columns.map(|(name, ty)| Field::new(name, arrow_type(ty), true)).collect::<Vec<_>>()))
}

fn spec(name: String, ty: ColumnType, nullable: bool) -> ColumnSpec {
    let ty = match ty {
        ColumnType::Text => lake::ColumnType::Text,
        ColumnType::Int => lake::ColumnType::Int64,
        ColumnType::Bool => lake::ColumnType::Bool,
        ColumnType::Instant => lake::ColumnType::Instant,
        ColumnType::Decimal => lake::ColumnType::Decimal { precision: 18, scale: 4 },
        ColumnType::List => lake::ColumnType::TextList,
        ColumnType::Ints => lake::ColumnType::IntList,
    };
    ColumnSpec { name, ty, nullable }
}

fn event_type(ty: FieldType) -> ColumnType {
    match ty {
        // Ratings are the one nested field; as JSON text every engine reads them.
        FieldType::Text | FieldType::Ratings => ColumnType::Text,
        FieldType::Int => ColumnType::Int,
        FieldType::Bool => ColumnType::Bool,
        FieldType::Decimal => ColumnType::Decimal,
        FieldType::Instant => ColumnType::Instant,
        FieldType::List => ColumnType::List,
    }
}

/// A row hands a list-typed own field over as text.
fn own_type(ty: ColumnType) -> ColumnType {
    if ty == ColumnType::List { ColumnType::Text } else { ty }
}
