//! The columns of a batch of events, taken apart once, so that a row is read without looking anything up by name.
//!
//! Texts that repeat are shared. A column of few words is a number per row and each word once; of other texts each field keeps those that
//! it has met last, in a table of fixed size, so that memory does not follow the data. What a row means is decided where every format's
//! rows are read, in the core.

use std::cell::RefCell;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int32Array, Int64Array, ListArray, StringArray, StringViewArray,
    TimestampMillisecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use deskgauge_core::event::fields::{FIELDS, Field, FieldId, FieldType};
use deskgauge_core::event::record::{self, Defaults, Problem, Record, Value};
use deskgauge_core::event::{Decimal, Event, Rating, Text};

use crate::facts_schema::event_column;

/// Texts that a column keeps, at most: a power of two.
const KEPT: usize = 256;

/// Words of a column that has a number per row, at most.
const MOST_WORDS: usize = 4096;

/// The columns of some events, by field.
pub struct EventColumns {
    columns: Vec<Option<Column>>,
    kept: Vec<Kept>,
    rows: usize,
    row: usize,
}

impl std::fmt::Debug for EventColumns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventColumns").field("row", &self.row).finish_non_exhaustive()
    }
}

enum Column {
    Words(Words),
    View(StringViewArray),
    Text(StringArray),
    Int(Int64Array),
    Bool(BooleanArray),
    Decimal(Decimal128Array),
    Instant(TimestampMillisecondArray),
    List(ListArray),
    Ratings(StringArray),
}

/// A column of few words.
struct Words {
    numbers: Int32Array,
    words: StringArray,
    /// The words that were asked for.
    shared: RefCell<Vec<Option<Text>>>,
}

impl Words {
    fn new(numbers: &Int32Array, words: &StringArray) -> Self {
        Self { numbers: numbers.clone(), words: words.clone(), shared: RefCell::default() }
    }

    /// The number of a row's word.
    fn number(&self, row: usize) -> Option<usize> {
        let number = self.numbers.is_valid(row).then(|| self.numbers.value(row))?;
        usize::try_from(number).ok().filter(|number| self.words.is_valid(*number))
    }

    fn text(&self, row: usize) -> Option<Text> {
        let number = self.number(row)?;
        let mut shared = self.shared.borrow_mut();
        if shared.is_empty() {
            shared.resize(self.words.len(), None);
        }
        if let Some(known) = &shared[number] {
            return Some(known.clone());
        }
        let word = Some(self.words.value(number)).filter(|word| !word.is_empty())?;
        Some(shared[number].insert(Text::from(word)).clone())
    }
}

impl Column {
    /// The text of a row, where it lies; an empty one is none.
    fn peek(&self, row: usize) -> Option<&str> {
        let text = match self {
            Self::Words(words) => words.words.value(words.number(row)?),
            Self::View(array) if array.is_valid(row) => array.value(row),
            Self::Text(array) if array.is_valid(row) => array.value(row),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// The text of a row, shared with others that are equal.
    fn text(&self, row: usize, kept: &Kept) -> Option<Text> {
        match self {
            Self::Words(words) => words.text(row),
            other => Some(kept.text(other.peek(row)?)),
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
        let columns = FIELDS.iter().map(named).collect();
        Self { columns, kept: FIELDS.iter().map(Kept::new).collect(), rows: batch.num_rows(), row: 0 }
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

    fn column(&self, field: FieldId) -> Option<&Column> {
        self.columns[field.index()].as_ref()
    }

    /// A text field of a row, without making an event of it; `None` where it is absent.
    pub(crate) fn text(&self, field: FieldId, row: usize) -> Option<&str> {
        self.column(field)?.peek(row)
    }

    /// The source and id of every row that has both.
    pub(crate) fn ids(&self) -> impl Iterator<Item = (Text, Text)> + '_ {
        let value = |name: FieldId, row: usize| self.column(name)?.text(row, &self.kept[name.index()]);
        (0..self.rows).filter_map(move |row| {
            let source = value(const { FieldId::of("source") }, row)?;
            Some((source, value(const { FieldId::of("id") }, row)?))
        })
    }

    /// The latest instant of all rows, in milliseconds.
    pub(crate) fn newest(&self) -> Option<i64> {
        match self.column(const { FieldId::of("at") })? {
            Column::Instant(array) => arrow::compute::max(array),
            _ => None,
        }
    }

    /// A whole number of a row; 0 where it is absent.
    pub(crate) fn int(&self, field: FieldId, row: usize) -> i64 {
        match self.column(field) {
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
        let column = self.column(field)?;
        Some(match column {
            Column::Words(_) | Column::View(_) | Column::Text(_) => Value::Text(column.text(row, &self.kept[field.index()])?),
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

/// The texts that a field has met last.
struct Kept {
    /// Texts of this field are all different.
    unique: bool,
    slots: RefCell<Vec<Option<Text>>>,
}

impl Kept {
    fn new(field: &Field) -> Self {
        Self { unique: field.name == "id", slots: RefCell::default() }
    }

    /// A text that is not empty.
    fn text(&self, text: &str) -> Text {
        if self.unique {
            return Text::from(text);
        }
        let mut slots = self.slots.borrow_mut();
        if slots.is_empty() {
            slots.resize(KEPT, None);
        }
        let bytes = text.as_bytes();
        // Neighbouring ids differ in their last letters, words in their first and their length.
        let tail =
            bytes.iter().rev().take(4).fold(bytes.len(), |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
        let slot = &mut slots[tail.wrapping_add(usize::from(bytes[0])) % KEPT];
        match slot {
            Some(known) if **known == *text => known.clone(),
            _ => slot.insert(Text::from(text)).clone(),
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
        FieldType::Text => match (array.data_type(), array.as_dictionary_opt::<Int32Type>()) {
            (DataType::Utf8, _) => Column::Text(array.as_string::<i32>().clone()),
            (_, Some(coded)) if coded.values().len() <= MOST_WORDS && *coded.values().data_type() == DataType::Utf8 => {
                Column::Words(Words::new(coded.keys(), coded.values().as_string()))
            }
            _ => Column::View(to(DataType::Utf8View)?.as_string_view().clone()),
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
