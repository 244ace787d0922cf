//! Cells into arrow columns, one builder per column, without a struct in between.
//!
//! The builders follow the order in which cells are handed over; a cell of the wrong type is a mistake in the lists that both sides
//! are made from, so it is not tolerated.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, Int64Builder, ListBuilder, NullArray, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field};
use deskgauge_core::event::record::Shown;
use deskgauge_core::event::{Decimal, Rating, Text};
use deskgauge_core::facts::{ColumnType, Sink};

/// One builder per column, and which of them takes the next cell.
#[derive(Debug)]
pub(super) struct Columns {
    builders: Vec<Builder>,
    next: usize,
}

/// Columns of rows that have few of them: what a row does not name is null, and costs nothing until the column's next value.
#[derive(Debug)]
pub(super) struct SparseColumns {
    /// Each with the rows that it has so far.
    builders: Vec<(Builder, usize)>,
    rows: usize,
}

#[derive(Debug)]
enum Builder {
    Text(StringBuilder),
    Int(Int64Builder),
    Bool(BooleanBuilder),
    Instant(TimestampMicrosecondBuilder),
    Decimal(Decimal128Builder),
    List(ListBuilder<StringBuilder>),
    Ints(ListBuilder<Int64Builder>),
    /// A column that nobody reads: its cells are dropped.
    Unread,
}

impl Columns {
    pub(super) fn new(types: impl Iterator<Item = ColumnType>) -> Self {
        Self::some(types.map(|ty| (ty, true)))
    }

    /// Only those that are kept have cells; the others are of the type of nothing.
    pub(super) fn some(types: impl Iterator<Item = (ColumnType, bool)>) -> Self {
        let builder = |(ty, kept)| if kept { Builder::new(ty) } else { Builder::Unread };
        Self { builders: types.map(builder).collect(), next: 0 }
    }

    pub(super) fn finish(&mut self) -> Vec<ArrayRef> {
        self.builders.iter_mut().map(Builder::finish).collect()
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
}

impl SparseColumns {
    pub(super) fn new(types: impl Iterator<Item = ColumnType>) -> Self {
        Self { builders: types.map(|ty| (Builder::new(ty), 0)).collect(), rows: 0 }
    }

    /// The cells that follow are those of a new row.
    pub(super) fn begin(&mut self) {
        self.rows += 1;
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// A cell of the row; a row has one for a column at most.
    pub(super) fn cell(&mut self, column: usize, value: Shown<'_>) {
        let (builder, filled) = &mut self.builders[column];
        builder.nulls(self.rows - 1 - *filled);
        *filled = self.rows;
        match (builder, value) {
            (Builder::Text(builder), Shown::Text(text)) => builder.append_value(text),
            (Builder::Text(builder), Shown::Word(word)) => builder.append_value(word),
            (Builder::Text(builder), Shown::Ratings(ratings)) => builder.append_value(ratings_json(ratings)),
            (Builder::Int(builder), Shown::Int(number)) => builder.append_value(number),
            // The event's instant keeps its milliseconds: they order events.
            (Builder::Instant(builder), Shown::Int(ms)) => builder.append_value(ms * 1000),
            (Builder::Bool(builder), Shown::Bool(flag)) => builder.append_value(flag),
            (Builder::Decimal(builder), Shown::Decimal(number)) => builder.append_value(i128::from(number.0)),
            (Builder::List(builder), Shown::List(list)) => {
                list.iter().for_each(|text| builder.values().append_value(text));
                builder.append(true);
            }
            (builder, value) => mismatch(builder, &format!("{value:?}")),
        }
    }

    pub(super) fn finish(&mut self) -> Vec<ArrayRef> {
        let rows = std::mem::take(&mut self.rows);
        let finish = |(builder, filled): &mut (Builder, usize)| {
            builder.nulls(rows - std::mem::take(filled));
            builder.finish()
        };
        self.builders.iter_mut().map(finish).collect()
    }
}

impl Builder {
    fn new(ty: ColumnType) -> Self {
        match ty {
            ColumnType::Text => Self::Text(StringBuilder::new()),
            ColumnType::Int => Self::Int(Int64Builder::new()),
            ColumnType::Bool => Self::Bool(BooleanBuilder::new()),
            ColumnType::Instant => Self::Instant(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            ColumnType::Decimal => Self::Decimal(Decimal128Builder::new().with_data_type(DataType::Decimal128(18, 4))),
            ColumnType::List => {
                let element = Arc::new(Field::new("element", DataType::Utf8, true));
                Self::List(ListBuilder::new(StringBuilder::new()).with_field(element))
            }
            ColumnType::Ints => {
                let element = Arc::new(Field::new("element", DataType::Int64, true));
                Self::Ints(ListBuilder::new(Int64Builder::new()).with_field(element))
            }
        }
    }

    /// So many rows without a value; a list has none by being empty.
    fn nulls(&mut self, rows: usize) {
        if rows == 0 {
            return;
        }
        match self {
            Self::Text(builder) => builder.append_nulls(rows),
            Self::Int(builder) => builder.append_nulls(rows),
            Self::Bool(builder) => builder.append_nulls(rows),
            Self::Instant(builder) => builder.append_nulls(rows),
            Self::Decimal(builder) => builder.append_nulls(rows),
            Self::List(builder) => (0..rows).for_each(|_| builder.append(true)),
            Self::Ints(builder) => (0..rows).for_each(|_| builder.append(true)),
            Self::Unread => {}
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Int(builder) => Arc::new(builder.finish()),
            Self::Bool(builder) => Arc::new(builder.finish()),
            Self::Instant(builder) => Arc::new(builder.finish()),
            Self::Decimal(builder) => Arc::new(builder.finish()),
            Self::List(builder) => Arc::new(builder.finish()),
            Self::Ints(builder) => Arc::new(builder.finish()),
            Self::Unread => Arc::new(NullArray::new(0)),
        }
    }
}

impl Sink for Columns {
    fn text(&mut self, value: Option<&str>) {
        match self.take() {
            Builder::Text(builder) => builder.append_option(value),
            Builder::Unread => {}
            other => mismatch(other, "text"),
        }
    }

    fn int(&mut self, value: Option<i64>) {
        match self.take() {
            Builder::Int(builder) => builder.append_option(value),
            Builder::Unread => {}
            other => mismatch(other, "an integer"),
        }
    }

    fn bool(&mut self, value: Option<bool>) {
        match self.take() {
            Builder::Bool(builder) => builder.append_option(value),
            Builder::Unread => {}
            other => mismatch(other, "true or false"),
        }
    }

    fn instant(&mut self, value: Option<i64>) {
        match self.take() {
            Builder::Instant(builder) => builder.append_option(value.map(|seconds| seconds * 1_000_000)),
            Builder::Unread => {}
            other => mismatch(other, "an instant"),
        }
    }

    fn decimal(&mut self, value: Option<Decimal>) {
        match self.take() {
            Builder::Decimal(builder) => builder.append_option(value.map(|decimal| i128::from(decimal.0))),
            Builder::Unread => {}
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
            Builder::Unread => {}
            other => mismatch(other, "a list"),
        }
    }

    fn ints(&mut self, value: &[i64]) {
        match self.take() {
            Builder::Ints(builder) => {
                builder.values().append_slice(value);
                builder.append(true);
            }
            Builder::Unread => {}
            other => mismatch(other, "a list of numbers"),
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
