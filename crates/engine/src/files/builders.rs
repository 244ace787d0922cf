//! Cells into arrow columns, one builder per column, without a struct in between.
//!
//! The builders follow the order in which cells are handed over; a cell of the wrong type is a mistake in the lists that both sides
//! are made from, so it is not tolerated.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, Int64Builder, ListBuilder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field};
use deskgauge_core::event::record::Value;
use deskgauge_core::event::{Decimal, Rating, Text};
use deskgauge_core::facts::{ColumnType, Sink};

/// One builder per column, and which of them takes the next cell.
#[derive(Debug)]
pub(super) struct Columns {
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
    pub(super) fn new(types: impl Iterator<Item = ColumnType>) -> Self {
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

    pub(super) fn finish(&mut self) -> Vec<ArrayRef> {
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

    /// The next cell is that of the first column again.
    pub(super) fn begin(&mut self) {
        self.next = 0;
    }

    fn take(&mut self) -> &mut Builder {
        let builder = &mut self.builders[self.next];
        self.next += 1;
        builder
    }

    pub(super) fn null(&mut self) {
        match self.take() {
            Builder::Text(builder) => builder.append_null(),
            Builder::Int(builder) => builder.append_null(),
            Builder::Bool(builder) => builder.append_null(),
            Builder::Instant(builder) => builder.append_null(),
            Builder::Decimal(builder) => builder.append_null(),
            Builder::List(builder) => builder.append(true),
        }
    }

    pub(super) fn value(&mut self, value: &Value) {
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
