//! The columns of a batch of events, taken apart once, so that a row is read without looking anything up by name.
//!
//! Texts that repeat are shared: each column keeps the texts that it has met last, in a table of fixed size, so that memory does not
//! follow the data. What a row means is decided where every format's rows are read, in the core.

use std::cell::RefCell;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, ListArray, StringArray, StringViewArray,
    TimestampMillisecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use deskgauge_core::event::fields::{FIELDS, Field, FieldId, FieldType};
use deskgauge_core::event::record::{self, Defaults, Problem, Record, Value};
use deskgauge_core::event::{Decimal, Event, Rating, Text};

use crate::facts_schema::event_column;

/// Texts that a column keeps, at most: a power of two.
const KEPT: usize = 256;

/// The columns of some events, by field.
pub struct EventColumns {
    columns: Vec<Option<Column>>,
    rows: usize,
    row: usize,
}

impl std::fmt::Debug for EventColumns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventColumns").field("row", &self.row).finish_non_exhaustive()
    }
}

enum Column {
    View(StringViewArray, Kept),
    Text(StringArray, Kept),
    Int(Int64Array),
    Bool(BooleanArray),
    Decimal(Decimal128Array),
    Instant(TimestampMillisecondArray),
    List(ListArray),
    Ratings(StringArray),
}

impl Column {
    /// The text of a row, shared with others that are equal.
    fn text(&self, row: usize) -> Option<Text> {
        match self {
            Self::View(array, kept) if array.is_valid(row) => kept.text(array.value(row)),
            Self::Text(array, kept) if array.is_valid(row) => kept.text(array.value(row)),
            _ => None,
        }
    }
}

impl EventColumns {
    /// The columns of a batch. Those that it lacks are absent fields, and so are those without any value.
    pub fn new(batch: &RecordBatch) -> Self {
        let named = |field: &Field| {
            let array = batch.column_by_name(field.name).or_else(|| batch.column_by_name(event_column(field.name)))?;
            if array.null_count() == array.len() {
                return None;
            }
            column(field, array)
        };
        Self { columns: FIELDS.iter().map(named).collect(), rows: batch.num_rows(), row: 0 }
    }

    /// Whether every column of a schema that a field is named after has a type that is read here.
    pub fn reads(schema: &Schema) -> bool {
        FIELDS.iter().all(|field| {
            let found = schema.field_with_name(field.name).or_else(|_| schema.field_with_name(event_column(field.name)));
            found.map_or(true, |column| readable(field.ty, column.data_type()))
        })
    }

    /// The event in a row.
    ///
    /// # Errors
    /// All problems of the record.
    pub fn read(&mut self, row: usize, defaults: &Defaults) -> Result<Event, Vec<Problem>> {
        self.row = row;
        record::read(self, defaults)
    }

    /// A text field of a row, without making an event of it; `None` where it is absent.
    pub(crate) fn text(&self, field: FieldId, row: usize) -> Option<&str> {
        let text = match self.columns[field.index()].as_ref()? {
            Column::View(array, _) if array.is_valid(row) => array.value(row),
            Column::Text(array, _) if array.is_valid(row) => array.value(row),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// The source and id of every row that has both.
    pub(crate) fn ids(&self) -> impl Iterator<Item = (Text, Text)> + '_ {
        let value = |name: FieldId, row: usize| self.columns[name.index()].as_ref()?.text(row);
        (0..self.rows).filter_map(move |row| {
            let source = value(const { FieldId::of("source") }, row)?;
            Some((source, value(const { FieldId::of("id") }, row)?))
        })
    }

    /// The latest instant of all rows, in milliseconds.
    pub(crate) fn newest(&self) -> Option<i64> {
        match self.columns[const { FieldId::of("at") }.index()].as_ref()? {
            Column::Instant(array) => arrow::compute::max(array),
            _ => None,
        }
    }

    /// A whole number of a row; 0 where it is absent.
    pub(crate) fn int(&self, field: FieldId, row: usize) -> i64 {
        match &self.columns[field.index()] {
            Some(Column::Int(array)) if array.is_valid(row) => array.value(row),
            _ => 0,
        }
    }
}

impl Record for EventColumns {
    fn peek(&self, field: FieldId) -> Option<&str> {
        self.text(field, self.row)
    }

    fn get(&self, field: FieldId) -> Option<Value> {
        let row = self.row;
        let column = self.columns[field.index()].as_ref()?;
        Some(match column {
            Column::View(..) | Column::Text(..) => Value::Text(column.text(row)?),
            Column::Int(array) if array.is_valid(row) => Value::Int(array.value(row)),
            Column::Bool(array) if array.is_valid(row) => Value::Bool(array.value(row)),
            Column::Instant(array) if array.is_valid(row) => Value::Int(array.value(row)),
            Column::Decimal(array) if array.is_valid(row) => match i64::try_from(array.value(row)) {
                Ok(units) => Value::Decimal(Decimal(units)),
                Err(_) => Value::Other(array.value_as_string(row)),
            },
            Column::List(array) if array.is_valid(row) => {
                let list = array.value(row);
                let list: Vec<Text> = list.as_string_opt::<i32>()?.iter().flatten().map(Text::from).collect();
                if list.is_empty() {
                    return None;
                }
                Value::List(list)
            }
            Column::Ratings(array) if array.is_valid(row) => ratings(array.value(row)),
            _ => return None,
        })
    }
}

/// The texts that a column has met last.
struct Kept(RefCell<Vec<Option<Text>>>);

impl Kept {
    /// For a column whose texts repeat, or are all different.
    fn new(field: &Field) -> Self {
        let slots = if field.name == "id" { 0 } else { KEPT };
        Self(RefCell::new(vec![None; slots]))
    }

    fn text(&self, text: &str) -> Option<Text> {
        if text.is_empty() {
            return None;
        }
        let mut slots = self.0.borrow_mut();
        if slots.is_empty() {
            return Some(Text::from(text));
        }
        let bytes = text.as_bytes();
        // Neighbouring ids differ in their last letters, words in their first and their length.
        let tail =
            bytes.iter().rev().take(4).fold(bytes.len(), |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
        let slot = &mut slots[tail.wrapping_add(usize::from(bytes[0])) % KEPT];
        match slot {
            Some(known) if **known == *text => Some(known.clone()),
            _ => Some(slot.insert(Text::from(text)).clone()),
        }
    }
}

fn readable(field: FieldType, ty: &DataType) -> bool {
    match (field, ty) {
        (FieldType::Text | FieldType::Ratings, ty) => text_like(ty),
        (FieldType::Int, ty) => ty.is_integer(),
        (FieldType::Bool, ty) => *ty == DataType::Boolean,
        (FieldType::Instant, DataType::Timestamp(_, zone)) => zone.is_some(),
        (FieldType::Decimal, DataType::Decimal128(_, scale)) => (0..=4).contains(scale),
        (FieldType::List, DataType::List(element)) => text_like(element.data_type()),
        _ => false,
    }
}

fn text_like(ty: &DataType) -> bool {
    match ty {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, value) => text_like(value),
        _ => false,
    }
}

/// A column brought to the one type of its field; `None` where that cannot be.
fn column(field: &Field, array: &ArrayRef) -> Option<Column> {
    let to = |ty: DataType| if *array.data_type() == ty { Some(array.clone()) } else { cast(array, &ty).ok() };
    Some(match field.ty {
        FieldType::Text => match array.data_type() {
            DataType::Utf8 => Column::Text(array.as_string::<i32>().clone(), Kept::new(field)),
            _ => Column::View(to(DataType::Utf8View)?.as_string_view().clone(), Kept::new(field)),
        },
        FieldType::Ratings => Column::Ratings(to(DataType::Utf8)?.as_string::<i32>().clone()),
        FieldType::Int => Column::Int(to(DataType::Int64)?.as_primitive().clone()),
        FieldType::Bool => Column::Bool(array.as_boolean_opt()?.clone()),
        FieldType::Instant => {
            let zone: Arc<str> = Arc::from("UTC");
            Column::Instant(to(DataType::Timestamp(TimeUnit::Millisecond, Some(zone)))?.as_primitive().clone())
        }
        FieldType::Decimal => Column::Decimal(to(DataType::Decimal128(38, 4))?.as_primitive().clone()),
        FieldType::List => {
            let element = arrow::datatypes::Field::new("element", DataType::Utf8, true);
            Column::List(to(DataType::List(Arc::new(element)))?.as_list().clone())
        }
    })
}

/// The ratings of a review from their JSON; what is no list of ratings is handed on, to be refused with its text.
fn ratings(json: &str) -> Value {
    let parsed: Option<serde_json::Value> = serde_json::from_str(json).ok();
    let decimal = |value: &serde_json::Value| Decimal::parse(&value.as_number()?.to_string());
    let one = |rating: &serde_json::Value| {
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
    };
    let list = parsed.as_ref().and_then(|parsed| parsed.as_array()?.iter().map(one).collect::<Option<Vec<_>>>());
    list.map_or_else(|| Value::Other(json.chars().take(80).collect()), Value::Ratings)
}
