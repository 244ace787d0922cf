//! Between the flat form and the event: the one place that decides which fields a type needs, their defaults and their limits.
//!
//! Readers of JSON, CSV, Parquet and the notation hand in a [`Record`]; they never build events by themselves, so that a wrong value
//! gets the same message everywhere. A record is read whole: all its problems are reported at once.

mod read;
mod write;

use super::fields::FieldId;
use super::{Decimal, Rating, Text};

pub use read::read;
pub use write::{digest, show, write};

/// Longest text that a field may hold, in bytes.
pub const TEXT_LIMIT: usize = 1024;
/// Most tags on one event, and most ratings in one review.
pub const LIST_LIMIT: usize = 256;

/// A value in the flat form.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text; readers of text formats give everything as this.
    Text(Text),
    /// A whole number.
    Int(i64),
    /// A float that a format delivered.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// A decimal.
    Decimal(Decimal),
    /// A list of texts.
    List(Vec<Text>),
    /// The ratings of a review.
    Ratings(Vec<Rating>),
    /// Something that no field holds, such as an object; its written form, for the message.
    Other(String),
}

/// A value of an event, where it lies.
#[derive(Debug, Clone, Copy)]
pub enum Shown<'e> {
    /// Text.
    Text(&'e Text),
    /// Text that is not shared, such as a word of the format.
    Word(&'e str),
    /// A whole number.
    Int(i64),
    /// True or false.
    Bool(bool),
    /// A decimal.
    Decimal(Decimal),
    /// A list of texts.
    List(&'e [Text]),
    /// The ratings of a review.
    Ratings(&'e [Rating]),
}

/// A flat record: name and value pairs. An absent field is not in it.
pub trait Record {
    /// The value of a field; `None` where it is absent or empty.
    fn get(&self, field: FieldId) -> Option<Value>;

    /// The text of a field, where the record has it at hand without making a value of it; `None` says nothing.
    fn peek(&self, field: FieldId) -> Option<&str> {
        let _ = field;
        None
    }
}

impl Record for Vec<(&'static str, Value)> {
    fn get(&self, field: FieldId) -> Option<Value> {
        self.iter().find(|(key, _)| *key == field.name()).map(|(_, value)| value.clone())
    }
}

/// A field that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field.
    pub field: String,
    /// The value as it was written; empty where it is absent.
    pub value: String,
    /// A stable code, such as `missing-field`.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub reason: String,
}

/// What fills the gaps of a record.
#[derive(Debug, Clone)]
pub struct Defaults {
    /// The source of records that name none.
    pub source: Text,
}
