//! Columns, their types, and how a row hands its cells over.
//!
//! Handing over cell by cell keeps the rows free of any storage format and spares a copy per column.

use crate::event::{Decimal, Text};

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// Text.
    Text,
    /// A 64-bit integer: seconds, counts.
    Int,
    /// True or false.
    Bool,
    /// An instant, to the second.
    Instant,
    /// A decimal with four places.
    Decimal,
    /// A list of texts.
    List,
    /// A list of 64-bit integers, beside a list of texts of the same length.
    Ints,
}

/// One column, described.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: ColumnType,
    /// Whether a row may have none.
    pub nullable: bool,
    /// What it means.
    pub sentence: &'static str,
}

/// An instant in whole seconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At(pub i64);

/// Takes the cells of one row, in the order of the table's columns.
pub trait Sink {
    /// A text.
    fn text(&mut self, value: Option<&str>);
    /// A 64-bit integer.
    fn int(&mut self, value: Option<i64>);
    /// True or false.
    fn bool(&mut self, value: Option<bool>);
    /// Seconds since the epoch.
    fn instant(&mut self, value: Option<i64>);
    /// A decimal.
    fn decimal(&mut self, value: Option<Decimal>);
    /// A list of texts.
    fn list(&mut self, value: &[Text]);
    /// A list of 64-bit integers.
    fn ints(&mut self, value: &[i64]);
}

/// The value of a workspace's own field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Own {
    /// Text.
    Text(Text),
    /// A whole number.
    Int(i64),
    /// True or false.
    Bool(bool),
    /// A decimal.
    Decimal(Decimal),
    /// An instant.
    Instant(At),
}

/// A Rust type that can stand in a column.
pub trait Cell {
    /// The column's type.
    const TYPE: ColumnType;
    /// Whether it can be null.
    const NULLABLE: bool;
    /// Hands the value over.
    fn push(&self, sink: &mut dyn Sink);
}

macro_rules! cell {
    ($rust:ty, $ty:ident, $method:ident, |$value:ident| $some:expr) => {
        impl Cell for $rust {
            const TYPE: ColumnType = ColumnType::$ty;
            const NULLABLE: bool = false;
            fn push(&self, sink: &mut dyn Sink) {
                let $value = self;
                sink.$method(Some($some));
            }
        }
        impl Cell for Option<$rust> {
            const TYPE: ColumnType = ColumnType::$ty;
            const NULLABLE: bool = true;
            fn push(&self, sink: &mut dyn Sink) {
                sink.$method(self.as_ref().map(|$value| $some));
            }
        }
    };
}

cell!(Text, Text, text, |value| &**value);
cell!(&'static str, Text, text, |value| *value);
cell!(i64, Int, int, |value| *value);
cell!(bool, Bool, bool, |value| *value);
cell!(At, Instant, instant, |value| value.0);
cell!(Decimal, Decimal, decimal, |value| *value);

impl Cell for Vec<Text> {
    const TYPE: ColumnType = ColumnType::List;
    const NULLABLE: bool = false;
    fn push(&self, sink: &mut dyn Sink) {
        sink.list(self);
    }
}

impl Cell for Vec<i64> {
    const TYPE: ColumnType = ColumnType::Ints;
    const NULLABLE: bool = false;
    fn push(&self, sink: &mut dyn Sink) {
        sink.ints(self);
    }
}
