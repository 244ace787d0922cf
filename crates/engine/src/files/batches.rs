//! Rows into record batches, cell by cell, without a struct in between.
//!
//! The builders follow the order in which a row hands its cells over; a cell of the wrong type is a mistake in the lists that both
//! sides are made from, so it is not tolerated.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, Int64Builder, ListBuilder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use deskgauge_core::event::fields::FIELDS;
use deskgauge_core::event::record::{self, Value};
use deskgauge_core::event::{Decimal, Event, Rating, Text};
use deskgauge_core::facts::{ColumnType, FACTS, Facts, RowSink, Sink};

use crate::facts_schema::{OwnField, event_columns, event_schema, fact_columns, fact_schema};

/// Rows of a batch at most.
const BATCH_ROWS: usize = 16 * 1024;

/// Collects rows of one table into batches.
#[derive(Debug)]
pub struct FactBatches {
    schema: SchemaRef,
    columns: Columns,
    rows: usize,
    done: Vec<RecordBatch>,
}

/// The batches of the fact table at `index` of `FACTS`; none where there are no rows.
///
/// # Errors
/// Only if the lists of columns contradict each other.
pub fn fact_batches(facts: &Facts, index: usize, own: &[OwnField]) -> Result<Vec<RecordBatch>, ArrowError> {
    let mut batches = FactBatches::new(index, own);
    let types: Vec<ColumnType> = own.iter().map(|(_, ty)| *ty).collect();
    facts.push(index, &types, &mut batches);
    batches.finish()
}

impl FactBatches {
    /// For the fact table at `index` of `FACTS`.
    pub fn new(index: usize, own: &[OwnField]) -> Self {
        let table = &FACTS[index];
        let columns = Columns::new(fact_columns(table, own).into_iter().map(|(_, ty, _)| ty));
        Self { schema: fact_schema(table, own), columns, rows: 0, done: Vec::new() }
    }

    /// The batches of all rows.
    ///
    /// # Errors
    /// Only if the lists of columns contradict each other.
    pub fn finish(mut self) -> Result<Vec<RecordBatch>, ArrowError> {
        self.flush();
        Ok(self.done)
    }

    fn flush(&mut self) {
        if self.rows > 0 {
            let batch = RecordBatch::try_new(self.schema.clone(), self.columns.finish());
            self.done.push(batch.expect("the builders are made from the schema's own columns"));
            self.rows = 0;
        }
    }
}

impl RowSink for FactBatches {
    fn cells(&mut self) -> &mut dyn Sink {
        self.columns.next = 0;
        &mut self.columns
    }

    fn row_done(&mut self) {
        self.rows += 1;
        if self.rows == BATCH_ROWS {
            self.flush();
        }
    }
}

/// Collects events into batches of the table `events`.
#[derive(Debug)]
pub struct EventBatches {
    schema: SchemaRef,
    columns: Columns,
    rows: usize,
    done: Vec<RecordBatch>,
}

impl Default for EventBatches {
    fn default() -> Self {
        let columns = Columns::new(event_columns().into_iter().map(|(_, ty)| ty));
        Self { schema: event_schema(), columns, rows: 0, done: Vec::new() }
    }
}

impl EventBatches {
    /// Adds an event, the import that brought it, and its timeline.
    pub fn push(&mut self, event: &Event, import_id: i64, timeline: &str) {
        let cells = &mut self.columns;
        cells.next = 0;
        // Both the record and the columns keep the order of the format, so one pass pairs them.
        let mut written = record::write(event).into_iter().peekable();
        for field in FIELDS {
            match written.next_if(|(name, _)| *name == field.name) {
                Some((_, value)) => cells.value(&value),
                None => match field.name {
                    "revision" | "seq" => cells.int(Some(0)),
                    "retracted" => cells.bool(Some(false)),
                    _ => cells.null(),
                },
            }
        }
        debug_assert!(written.peek().is_none(), "a field of the record is out of the format's order");
        cells.int(Some(import_id));
        cells.text(Some(timeline));
        self.rows += 1;
        if self.rows == BATCH_ROWS {
            self.flush();
        }
    }

    /// The batches of all events.
    pub fn finish(mut self) -> Vec<RecordBatch> {
        self.flush();
        self.done
    }

    fn flush(&mut self) {
        if self.rows > 0 {
            let batch = RecordBatch::try_new(self.schema.clone(), self.columns.finish());
            self.done.push(batch.expect("the builders are made from the schema's own columns"));
            self.rows = 0;
        }
    }
}

/// One builder per column, and which of them takes the next cell.
#[derive(Debug)]
struct Columns {
    builders: Vec<Builder>,
    next: usize,
}

#[derive(Debug)]
enum Builder {
    Text(StringBuilder),
    Int(Int64Builder),
    Bool(BooleanBuilder),
    Instant(TimestampMicrosecondBuilder),
    Decimal(Decimal128Builder),
    List(ListBuilder<StringBuilder>),
}

impl Columns {
    fn new(types: impl Iterator<Item = ColumnType>) -> Self {
        let builder = |ty| match ty {
            ColumnType::Text => Builder::Text(StringBuilder::new()),
            ColumnType::Int => Builder::Int(Int64Builder::new()),
            ColumnType::Bool => Builder::Bool(BooleanBuilder::new()),
            ColumnType::Instant => Builder::Instant(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            ColumnType::Decimal => Builder::Decimal(Decimal128Builder::new().with_data_type(DataType::Decimal128(18, 4))),
            ColumnType::List => Builder::List(ListBuilder::new(StringBuilder::new()).with_field(Arc::new(Field::new(
                "element",
                DataType::Utf8,
                true,
            )))),
        };
        Self { builders: types.map(builder).collect(), next: 0 }
    }

    fn finish(&mut self) -> Vec<ArrayRef> {
        self.builders
            .iter_mut()
            .map(|builder| -> ArrayRef {
                match builder {
                    Builder::Text(builder) => Arc::new(builder.finish()),
                    Builder::Int(builder) => Arc::new(builder.finish()),
                    Builder::Bool(builder) => Arc::new(builder.finish()),
                    Builder::Instant(builder) => Arc::new(builder.finish()),
                    Builder::Decimal(builder) => Arc::new(builder.finish()),
                    Builder::List(builder) => Arc::new(builder.finish()),
                }
            })
            .collect()
    }

    fn take(&mut self) -> &mut Builder {
        let builder = &mut self.builders[self.next];
        self.next += 1;
        builder
    }

    fn null(&mut self) {
        match self.take() {
            Builder::Text(builder) => builder.append_null(),
            Builder::Int(builder) => builder.append_null(),
            Builder::Bool(builder) => builder.append_null(),
            Builder::Instant(builder) => builder.append_null(),
            Builder::Decimal(builder) => builder.append_null(),
            Builder::List(builder) => builder.append(true),
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Text(text) => self.text(Some(text)),
            Value::Bool(flag) => self.bool(Some(*flag)),
            Value::Decimal(number) => self.decimal(Some(*number)),
            Value::List(list) => self.list(list),
            Value::Ratings(ratings) => self.text(Some(&ratings_json(ratings))),
            Value::Int(number) => match self.take() {
                // The event's instant keeps its milliseconds: they order events.
                Builder::Instant(builder) => builder.append_value(number * 1000),
                Builder::Int(builder) => builder.append_value(*number),
                other => mismatch(other, "a number"),
            },
            Value::Float(_) | Value::Other(_) => mismatch(self.take(), "a value that no event has"),
        }
    }
}

impl Sink for Columns {
    fn text(&mut self, value: Option<&str>) {
        match self.take() {
            Builder::Text(builder) => builder.append_option(value),
            other => mismatch(other, "text"),
        }
    }

    fn int(&mut self, value: Option<i64>) {
        match self.take() {
            Builder::Int(builder) => builder.append_option(value),
            other => mismatch(other, "an integer"),
        }
    }

    fn bool(&mut self, value: Option<bool>) {
        match self.take() {
            Builder::Bool(builder) => builder.append_option(value),
            other => mismatch(other, "true or false"),
        }
    }

    fn instant(&mut self, value: Option<i64>) {
        match self.take() {
            Builder::Instant(builder) => builder.append_option(value.map(|seconds| seconds * 1_000_000)),
            other => mismatch(other, "an instant"),
        }
    }

    fn decimal(&mut self, value: Option<Decimal>) {
        match self.take() {
            Builder::Decimal(builder) => builder.append_option(value.map(|decimal| i128::from(decimal.0))),
            other => mismatch(other, "a decimal"),
        }
    }

    fn list(&mut self, value: &[Text]) {
        match self.take() {
            Builder::List(builder) => {
                for text in value {
                    builder.values().append_value(text);
                }
                builder.append(true);
            }
            other => mismatch(other, "a list"),
        }
    }
}

fn mismatch(builder: &Builder, got: &str) {
    panic!("a column of {builder:?} was handed {got}: the row and its table's columns differ");
}

/// The ratings of a review as JSON, keys in the order of the format.
fn ratings_json(ratings: &[Rating]) -> String {
    let one = |rating: &Rating| {
        format!(
            r#"{{"category":{},"weight":{},"rating":{},"min":{},"max":{},"critical":{}}}"#,
            serde_json::Value::from(&*rating.category),
            rating.weight,
            rating.rating.map_or_else(|| "null".to_owned(), |number| number.to_string()),
            rating.min,
            rating.max,
            rating.critical
        )
    };
    format!("[{}]", ratings.iter().map(one).collect::<Vec<_>>().join(","))
}
