//! Parquet as rows: cells of a table for mappings, fields of events, and events written as Parquet.
//!
//! The readers of `connect` know no data stack, so the columns are taken apart here, batch by batch, and only into plain values: what
//! they mean is decided there. The columns of an event file are the fields of the format, under the same names.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Decimal128Builder, Int64Builder, ListBuilder, RecordBatch, StringBuilder,
    TimestampMillisecondBuilder,
};
use arrow::compute::{can_cast_types, cast};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimeUnit, TimestampMillisecondType};
use arrow::error::ArrowError;
use deskgauge_connect::events::Columns;
use deskgauge_connect::events::write::to_json;
use deskgauge_connect::rejected::Rejected;
use deskgauge_connect::table::{Cell, Row, column_names};
use deskgauge_core::diagnostic::{Diagnostic, Place};
use deskgauge_core::event::fields::{FIELDS, FieldType};
use deskgauge_core::event::record::{self, Defaults, Value};
use deskgauge_core::event::{Event, Text};
use deskgauge_engine::files::EventColumns;
use jiff::civil::Date;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

/// Rows in a batch: enough to be quick, little enough to stay small with wide tables.
const BATCH: usize = 4096;

/// Rows of a Parquet file.
pub struct Rows {
    /// The names of its columns, repeated ones numbered.
    pub columns: Vec<String>,
    reader: ParquetRecordBatchReader,
    batch: Vec<Column>,
    next: usize,
    height: usize,
    number: u64,
    used: Option<Vec<bool>>,
    failed: bool,
    /// How many rows there are.
    total: u64,
    /// Where the file's bytes are counted as its rows come, how many those are, and how many were counted.
    counted: Option<(Arc<AtomicU64>, u64, u64)>,
}

/// A column of a batch, brought to one of few types.
enum Column {
    Text(ArrayRef),
    Int(ArrayRef),
    Float(ArrayRef),
    Bool(ArrayRef),
    /// With a zone: instants. Without: local times.
    Time(ArrayRef, bool),
    Date(ArrayRef),
    List(ArrayRef),
    Empty,
}

/// Opens a Parquet file.
///
/// # Errors
/// `bad-parquet`, with the place in `file`, the name that the user gave.
pub fn open(input: File, file: &str) -> Result<Rows, Diagnostic> {
    let broken = |error: ParquetError| {
        let place = Place { file: file.to_owned(), line: 0, column: 0 };
        Diagnostic::error("bad-parquet", format!("the file cannot be read as Parquet: {error}")).at(place)
    };
    let builder = ParquetRecordBatchReaderBuilder::try_new(input).map_err(broken)?;
    let columns = column_names(builder.schema().fields().iter().map(|field| field.name().as_str()));
    let total = builder.metadata().file_metadata().num_rows().unsigned_abs();
    let reader = builder.with_batch_size(BATCH).build().map_err(broken)?;
    Ok(Rows {
        columns,
        reader,
        batch: Vec::new(),
        next: 0,
        height: 0,
        number: 0,
        used: None,
        failed: false,
        total,
        counted: None,
    })
}

impl Rows {
    /// Leaves the columns that are not `used` empty, to save the work.
    pub fn only(&mut self, used: Vec<bool>) {
        self.used = Some(used);
    }

    /// Counts `bytes` bytes evenly over the rows as they come: such a file is not read from its beginning to its end.
    pub fn count_bytes(&mut self, read: Arc<AtomicU64>, bytes: u64) {
        self.counted = Some((read, bytes, 0));
    }

    fn count_batch(&mut self) {
        let done = self.number + self.height as u64;
        if let (Some((read, bytes, counted)), 1..) = (&mut self.counted, self.total) {
            let share = done.min(self.total) as f64 / self.total as f64;
            let now = (*bytes as f64 * share) as u64;
            read.fetch_add(now.saturating_sub(*counted), Ordering::Relaxed);
            *counted = now;
        }
    }

    /// Moves on to the next row. None: there is none; the error is that of the file.
    fn advance(&mut self) -> Option<Result<(), Rejected>> {
        if self.failed {
            return None;
        }
        while self.next >= self.height {
            match self.reader.next()? {
                Ok(batch) => {
                    self.height = batch.num_rows();
                    self.next = 0;
                    self.count_batch();
                    let used = |index: usize| self.used.as_ref().is_none_or(|used| used.get(index).copied().unwrap_or(false));
                    self.batch = batch
                        .columns()
                        .iter()
                        .enumerate()
                        .map(|(index, array)| if used(index) { column(array) } else { Column::Empty })
                        .collect();
                }
                Err(error) => {
                    self.failed = true;
                    return Some(Err(unreadable(self.number + 1, &error)));
                }
            }
        }
        self.next += 1;
        self.number += 1;
        Some(Ok(()))
    }

    /// The rows in pieces that can be read at once, each by itself.
    pub fn into_pieces(mut self) -> impl Iterator<Item = Piece> {
        std::iter::from_fn(move || {
            if self.failed {
                return None;
            }
            let before = self.number;
            let batch = self.reader.next()?;
            match &batch {
                Ok(batch) => {
                    self.height = batch.num_rows();
                    self.count_batch();
                    self.number += self.height as u64;
                }
                Err(_) => self.failed = true,
            }
            Some(Piece { before, batch })
        })
    }
}

/// Some rows of a file.
pub struct Piece {
    /// How many rows stand before them.
    before: u64,
    batch: Result<RecordBatch, ArrowError>,
}

impl Piece {
    /// Its rows as events; `columns` are the fields that its columns are.
    pub fn events(self, columns: &Columns, defaults: &Defaults) -> Vec<Result<Event, Rejected>> {
        let batch = match self.batch {
            Ok(batch) => batch,
            Err(error) => return vec![Err(unreadable(self.before + 1, &error))],
        };
        let cells: Vec<Column> = batch.columns().iter().map(column).collect();
        let cells = |row: usize| cells.iter().map(move |column| column.value(row));
        let mut lying = EventColumns::reads(&batch.schema()).then(|| EventColumns::new(&batch));
        let event = |row: usize| {
            // What the columns' own reader refuses, the reader of every other form judges: a row means the same in all of them.
            let event = match &mut lying {
                Some(events) => events.read(row, defaults).or_else(|_| columns.read(cells(row), defaults)),
                None => columns.read(cells(row), defaults),
            };
            event.map_err(|problems| Rejected::new(self.before + row as u64 + 1, problems, written(cells(row)).as_bytes()))
        };
        (0..batch.num_rows()).map(event).collect()
    }
}

fn unreadable(row: u64, error: &ArrowError) -> Rejected {
    Rejected::whole(row, "read-failed", format!("the file cannot be read any further: {error}"), b"")
}

impl Iterator for Rows {
    type Item = Result<Row, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Err(rejected) = self.advance()? {
            return Some(Err(rejected));
        }
        let row = self.next - 1;
        Some(Ok(Row::new(self.number, self.batch.iter().map(|column| column.cell(row)).collect())))
    }
}

/// The cells of a row as a reject file shows them.
fn written(cells: impl Iterator<Item = Option<Value>>) -> String {
    cells.map(|cell| cell.map(|cell| format!("{cell:?}")).unwrap_or_default()).collect::<Vec<_>>().join(",")
}

fn column(array: &ArrayRef) -> Column {
    let to = |ty: &DataType| cast(array, ty).ok();
    let made = match array.data_type() {
        DataType::Boolean => Some(Column::Bool(array.clone())),
        DataType::Date32 | DataType::Date64 => to(&DataType::Date32).map(Column::Date),
        DataType::Timestamp(_, zone) => {
            let zone = zone.as_ref().map(|_| Arc::from("UTC"));
            let zoned = zone.is_some();
            to(&DataType::Timestamp(TimeUnit::Millisecond, zone)).map(|array| Column::Time(array, zoned))
        }
        ty if ty.is_integer() => to(&DataType::Int64).map(Column::Int),
        ty if ty.is_floating() => to(&DataType::Float64).map(Column::Float),
        DataType::List(_) | DataType::LargeList(_) => {
            let texts = DataType::List(Arc::new(arrow::datatypes::Field::new("item", DataType::Utf8, true)));
            to(&texts).map(Column::List)
        }
        // Decimals keep their exact written form.
        ty if can_cast_types(ty, &DataType::Utf8) => to(&DataType::Utf8).map(Column::Text),
        _ => None,
    };
    made.unwrap_or(Column::Empty)
}

impl Column {
    fn array(&self) -> Option<&ArrayRef> {
        match self {
            Self::Text(array) | Self::Int(array) | Self::Float(array) | Self::Bool(array) => Some(array),
            Self::Time(array, _) | Self::Date(array) | Self::List(array) => Some(array),
            Self::Empty => None,
        }
    }

    fn cell(&self, row: usize) -> Cell {
        match self.array() {
            Some(array) if array.is_valid(row) => {}
            _ => return Cell::Null,
        }
        match self {
            Self::Text(array) => Cell::Text(Text::from(array.as_string::<i32>().value(row))),
            Self::Int(array) => Cell::Int(array.as_primitive::<Int64Type>().value(row)),
            Self::Float(array) => Cell::Float(array.as_primitive::<Float64Type>().value(row)),
            Self::Bool(array) => Cell::Bool(array.as_boolean().value(row)),
            Self::Time(array, zoned) => {
                let ms = array.as_primitive::<TimestampMillisecondType>().value(row);
                if *zoned { Cell::Instant(ms) } else { local(ms).map_or(Cell::Null, Cell::Local) }
            }
            Self::Date(array) => date(array.as_primitive::<Date32Type>().value(row)).map_or(Cell::Null, Cell::Date),
            Self::List(array) => Cell::Text(texts(array, row).join(";").into()),
            Self::Empty => Cell::Null,
        }
    }

    fn value(&self, row: usize) -> Option<Value> {
        if let Self::List(array) = self {
            return array.is_valid(row).then(|| Value::List(texts(array, row)));
        }
        Some(match self.cell(row) {
            Cell::Null => return None,
            Cell::Text(text) => Value::Text(text),
            Cell::Int(number) | Cell::Instant(number) => Value::Int(number),
            Cell::Float(number) => Value::Float(number),
            Cell::Bool(flag) => Value::Bool(flag),
            // A time without a zone is refused by name further on, as in every other format.
            other => Value::Text(other.to_string().into()),
        })
    }
}

fn texts(array: &ArrayRef, row: usize) -> Vec<Text> {
    let items = array.as_list::<i32>().value(row);
    items.as_string::<i32>().iter().flatten().map(Text::from).collect()
}

fn local(ms: i64) -> Option<jiff::civil::DateTime> {
    let at = jiff::Timestamp::from_millisecond(ms).ok()?;
    Some(jiff::tz::TimeZone::UTC.to_datetime(at))
}

fn date(days: i32) -> Option<Date> {
    jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// Writes events as Parquet, one column per field of the format.
pub struct EventWriter<W: Write + Send> {
    output: ArrowWriter<W>,
    held: Vec<Event>,
}

impl<W: Write + Send> EventWriter<W> {
    /// Begins the file.
    ///
    /// # Errors
    /// Those of the output.
    pub fn new(output: W) -> Result<Self, ParquetError> {
        let output = ArrowWriter::try_new(output, batch(&[])?.schema(), Some(properties()))?;
        Ok(Self { output, held: Vec::with_capacity(BATCH) })
    }

    /// Writes one event.
    ///
    /// # Errors
    /// Those of the output.
    pub fn write(&mut self, event: Event) -> Result<(), ParquetError> {
        self.held.push(event);
        if self.held.len() >= BATCH { self.flush() } else { Ok(()) }
    }

    /// Ends the file and gives back where it was written to.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(mut self) -> Result<W, ParquetError> {
        self.flush()?;
        self.output.into_inner()
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        let batch = batch(&self.held)?;
        self.held.clear();
        self.output.write(&batch)
    }
}

/// The columns of an event file. The lake's own name of `at` is taken, too, so that what other engines copy out can come back in.
///
/// # Errors
/// A field that is named twice, or none of the format.
pub fn event_columns(columns: &[String]) -> Result<Columns, Diagnostic> {
    Columns::new(columns.iter().map(|column| if column == "occurred_at" { "at" } else { column.as_str() }))
}

/// How Parquet files for people are written.
pub fn properties() -> WriterProperties {
    let level = ZstdLevel::try_new(3).unwrap_or_default();
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_created_by("deskgauge".to_owned())
        .set_max_row_group_row_count(Some(1 << 17))
        .build()
}

fn batch(events: &[Event]) -> Result<RecordBatch, ParquetError> {
    let records: Vec<Vec<(&'static str, Value)>> = events.iter().map(record::write).collect();
    let cell = |row: usize, name: &str| records[row].iter().find(|(field, _)| *field == name).map(|(_, value)| value);
    let columns = FIELDS.iter().map(|field| {
        let rows = 0..events.len();
        let array: ArrayRef = match field.ty {
            FieldType::Int => {
                let mut column = Int64Builder::new();
                rows.for_each(|row| {
                    column.append_option(if let Some(Value::Int(number)) = cell(row, field.name) { Some(*number) } else { None })
                });
                Arc::new(column.finish())
            }
            FieldType::Instant => {
                let mut column = TimestampMillisecondBuilder::new().with_timezone("UTC");
                rows.for_each(|row| {
                    column.append_option(if let Some(Value::Int(ms)) = cell(row, field.name) { Some(*ms) } else { None })
                });
                Arc::new(column.finish())
            }
            FieldType::Bool => {
                let mut column = BooleanBuilder::new();
                rows.for_each(|row| {
                    column.append_option(if let Some(Value::Bool(flag)) = cell(row, field.name) { Some(*flag) } else { None })
                });
                Arc::new(column.finish())
            }
            FieldType::Decimal => {
                let mut column = Decimal128Builder::new().with_data_type(DataType::Decimal128(19, 4));
                rows.for_each(|row| {
                    column.append_option(if let Some(Value::Decimal(number)) = cell(row, field.name) {
                        Some(i128::from(number.0))
                    } else {
                        None
                    })
                });
                Arc::new(column.finish())
            }
            FieldType::List => {
                let mut column = ListBuilder::new(StringBuilder::new());
                for row in rows {
                    if let Some(Value::List(list)) = cell(row, field.name) {
                        list.iter().for_each(|text| column.values().append_value(text));
                        column.append(true);
                    } else {
                        column.append(false);
                    }
                }
                Arc::new(column.finish())
            }
            FieldType::Ratings => {
                let mut column = StringBuilder::new();
                for (row, event) in rows.zip(events) {
                    let ratings = cell(row, field.name).is_some().then(|| to_json(event)[field.name].to_string());
                    column.append_option(ratings);
                }
                Arc::new(column.finish())
            }
            FieldType::Text => {
                let mut column = StringBuilder::new();
                rows.for_each(|row| {
                    column.append_option(if let Some(Value::Text(text)) = cell(row, field.name) { Some(&**text) } else { None })
                });
                Arc::new(column.finish())
            }
        };
        (field.name, array, true)
    });
    Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Decimal128Array, StringArray};

    use super::*;

    /// The events of a file with these columns.
    fn read(columns: Vec<(&str, ArrayRef)>) -> Vec<Result<Event, Rejected>> {
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let file = tempfile::tempfile().unwrap();
        let mut writer = ArrowWriter::try_new(file.try_clone().unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let rows = open(file, "events.parquet").unwrap();
        let columns = event_columns(&rows.columns).unwrap();
        let defaults = Defaults { source: Text::from("test") };
        rows.into_pieces().flat_map(|piece| piece.events(&columns, &defaults)).collect()
    }

    fn texts(value: &str) -> ArrayRef {
        Arc::new(StringArray::from(vec![value]))
    }

    fn at() -> ArrayRef {
        Arc::new(arrow::array::TimestampMillisecondArray::from(vec![1_770_000_000_000]).with_timezone("UTC"))
    }

    #[test]
    fn a_row_means_the_same_as_in_every_other_form() {
        let ratings = r#"[{"category":"tone","rating":"4","min":1,"max":5}]"#;
        let row = vec![("type", texts("reviewed")), ("at", at()), ("conversation", texts("c1")), ("review", texts("r1"))];
        let events = read(row.into_iter().chain([("ratings", texts(ratings))]).collect());
        let Ok(Event { body: deskgauge_core::event::Body::Reviewed(review), .. }) = &events[0] else { panic!("{events:?}") };
        assert_eq!(review.ratings[0].weight, deskgauge_core::event::Decimal::from_int(1));
    }

    #[test]
    fn an_amount_that_no_event_holds_is_refused() {
        let amount = Decimal128Array::from(vec![10_i128.pow(25)]).with_precision_and_scale(38, 4).unwrap();
        let row = vec![("type", texts("order")), ("at", at()), ("customer", texts("u1")), ("order_id", texts("o1"))];
        let events = read(row.into_iter().chain([("amount", Arc::new(amount) as ArrayRef)]).collect());
        let Err(rejected) = &events[0] else { panic!("{events:?}") };
        assert_eq!(rejected.problems[0].field, "amount", "{rejected:?}");
    }
}
