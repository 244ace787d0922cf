//! Events written in our own format, so that what is exported can be imported again and gives the same events.
//!
//! Which fields an event has is decided by `deskgauge_core::event::record::write`; here they only get their syntax. Instants are
//! written in RFC 3339 in UTC, with milliseconds only where there are any.

use std::io::{self, Write};

use deskgauge_core::event::fields::FIELDS;
use deskgauge_core::event::record::{self, Value};
use deskgauge_core::event::{Decimal, Event, Rating};
use jiff::Timestamp;

/// An event as a JSON object, its keys in the order of the format.
pub fn to_json(event: &Event) -> serde_json::Value {
    let mut object = serde_json::Map::new();
    for (name, value) in record::write(event) {
        let json = match (name, &value) {
            ("at", Value::Int(ms)) => rfc3339(*ms).into(),
            (_, value) => json(value),
        };
        object.insert(name.to_owned(), json);
    }
    object.into()
}

/// An event as a line of JSON Lines, without its end.
pub fn to_json_line(event: &Event) -> String {
    to_json(event).to_string()
}

/// Writes events as CSV: one column per field of the format.
#[derive(Debug)]
pub struct CsvWriter<W: Write> {
    output: csv::Writer<W>,
}

impl<W: Write> CsvWriter<W> {
    /// Begins with the header.
    ///
    /// # Errors
    /// Those of the output.
    pub fn new(output: W) -> io::Result<Self> {
        let mut output = csv::Writer::from_writer(output);
        output.write_record(FIELDS.iter().map(|field| field.name)).map_err(io::Error::from)?;
        Ok(Self { output })
    }

    /// Writes one event.
    ///
    /// # Errors
    /// Those of the output.
    pub fn write(&mut self, event: &Event) -> io::Result<()> {
        let written = record::write(event);
        for field in FIELDS {
            let value = written.iter().find(|(name, _)| *name == field.name);
            let cell = match value {
                None => String::new(),
                Some(("at", Value::Int(ms))) => rfc3339(*ms),
                Some((_, Value::List(list))) => list.join(";"),
                Some((_, value)) => match json(value) {
                    serde_json::Value::String(text) => text,
                    other => other.to_string(),
                },
            };
            self.output.write_field(cell).map_err(io::Error::from)?;
        }
        self.output.write_record(None::<&[u8]>).map_err(io::Error::from)
    }

    /// Writes what is still held back.
    ///
    /// # Errors
    /// Those of the output.
    pub fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// An instant in milliseconds since the epoch as RFC 3339 in UTC.
pub fn rfc3339(ms: i64) -> String {
    // Beyond year 9999 there is no such form; the number is as good and is read back alike.
    Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |at| at.to_string())
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Text(text) => (**text).into(),
        Value::Int(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Bool(flag) => (*flag).into(),
        Value::Decimal(number) => decimal(*number),
        Value::List(list) => list.iter().map(|text| serde_json::Value::from(&**text)).collect(),
        Value::Ratings(ratings) => ratings.iter().map(rating).collect(),
        Value::Other(text) => text.as_str().into(),
    }
}

fn rating(rating: &Rating) -> serde_json::Value {
    serde_json::json!({
        "category": &*rating.category,
        "weight": decimal(rating.weight),
        "rating": rating.rating.map(decimal),
        "min": decimal(rating.min),
        "max": decimal(rating.max),
        "critical": rating.critical,
    })
}

/// Whole numbers as such; others as text of the shortest form, since a float may not hold large ones exactly.
fn decimal(number: Decimal) -> serde_json::Value {
    if number.0 % Decimal::ONE == 0 {
        return (number.0 / Decimal::ONE).into();
    }
    let float = number.to_f64();
    if Decimal::from_f64(float) == Some(number) { float.into() } else { number.to_string().into() }
}
