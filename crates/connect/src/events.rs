//! Our own format, version 1: JSON Lines, CSV and TSV in, and events out again as JSON and CSV.
//!
//! The readers only find names and values; what they mean is read in one place, `deskgauge_core::event::record::read`, so that the same
//! mistake gets the same message in every format. They know nothing of mappings or vendors.

pub mod csv;
pub mod json_lines;
pub mod write;

use std::collections::BTreeSet;
use std::sync::Arc;

use deskgauge_core::diagnostic::{Diagnostic, near_name};
use deskgauge_core::event::fields::{self, FIELDS, Field, FieldId, FieldType};
use deskgauge_core::event::record::{self, Defaults, Problem, Record, Value};
use deskgauge_core::event::{Decimal, Event, Rating, Text};

use crate::rejected::problem;

pub use write::{CsvWriter, to_json, to_json_line};

/// Most unknown names that a file's warnings list.
const UNKNOWN_LIMIT: usize = 20;

/// The columns of a table in our own format: found out once, used for each row.
#[derive(Debug)]
pub struct Columns {
    fields: Vec<Option<FieldId>>,
    names: Names,
}

impl Columns {
    /// Columns of these names, in the order of the cells.
    ///
    /// # Errors
    /// `duplicate-column` where a field is named twice, `bad-header` where none is named.
    pub fn new<'a>(header: impl IntoIterator<Item = &'a str>) -> Result<Self, Diagnostic> {
        let mut columns = Self { fields: Vec::new(), names: Names::default() };
        for name in header {
            let field = columns.names.check(name.trim());
            if let Some(field) = field
                && columns.fields.iter().flatten().any(|other| *other == field)
            {
                return Err(Diagnostic::error("duplicate-column", format!("the header names `{}` twice", field.name()))
                    .hint("remove or rename one of the columns"));
            }
            columns.fields.push(field);
        }
        if columns.fields.iter().all(Option::is_none) {
            return Err(Diagnostic::error("bad-header", "the header names no field of the event format").hint(
                "name the fields in the first line (type,at,conversation,…), or import other tables by a mapping: deskgauge map FILE",
            ));
        }
        Ok(columns)
    }

    /// The field of each column; `None` where the format has none of that name.
    pub fn fields(&self) -> &[Option<FieldId>] {
        &self.fields
    }

    /// What deserves attention: names that the format does not have, each once.
    pub fn warnings(&self) -> &[Diagnostic] {
        self.names.warnings()
    }

    /// Reads an event from its cells. A cell that is `None` is an absent field; lists and ratings may come as written in CSV.
    ///
    /// # Errors
    /// All problems of the record.
    pub fn read(&self, cells: impl IntoIterator<Item = Option<Value>>, defaults: &Defaults) -> Result<Event, Vec<Problem>> {
        let mut flat = Flat::default();
        for (field, cell) in self.fields.iter().zip(cells) {
            let (Some(field), Some(value)) = (*field, cell) else { continue };
            let value = match value {
                Value::Text(text) => text_value(field.field(), text),
                other => Some(other),
            };
            if let Some(value) = value {
                flat.push(field, value);
            }
        }
        record::read(&flat, defaults)
    }
}

/// The names that a file uses and the format does not have: each is reported once.
#[derive(Debug, Default)]
pub struct Names {
    unknown: BTreeSet<String>,
    warnings: Vec<Diagnostic>,
}

impl Names {
    /// The field of that name; an unknown name becomes a warning, the first time.
    pub fn check(&mut self, name: &str) -> Option<FieldId> {
        let field = fields::find(name);
        if field.is_none() && self.unknown.len() < UNKNOWN_LIMIT && !self.unknown.contains(name) {
            let shown: String = name.chars().take(80).collect();
            let warning =
                Diagnostic::warning("unknown-field", format!("`{shown}` is not a field of the event format and is ignored"));
            let near = near_name(name, FIELDS.iter().map(|field| field.name));
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "own attributes are events of type `field`; other tables are imported by a mapping".to_owned(),
            };
            self.warnings.push(warning.hint(hint));
            self.unknown.insert(name.to_owned());
        }
        field
    }

    /// The warnings so far, in the order of the file.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }
}

/// A flat record: its values, and where the value of each field is.
#[derive(Debug)]
pub(crate) struct Flat {
    /// By field: one more than the place of its value; 0 where it has none.
    places: [u8; FIELDS.len()],
    values: Vec<Value>,
}

impl Default for Flat {
    fn default() -> Self {
        Self { places: [0; FIELDS.len()], values: Vec::with_capacity(12) }
    }
}

impl Flat {
    pub(crate) fn push(&mut self, field: FieldId, value: Value) {
        self.values.push(value);
        // Each field is pushed once, and there are fewer of them than a byte counts.
        self.places[field.index()] = u8::try_from(self.values.len()).unwrap_or(0);
    }

    pub(crate) fn has(&self, field: FieldId) -> bool {
        self.places[field.index()] > 0
    }

    fn value(&self, field: FieldId) -> Option<&Value> {
        self.values.get(usize::from(self.places[field.index()]).checked_sub(1)?)
    }
}

impl Record for Flat {
    fn get(&self, field: FieldId) -> Option<Value> {
        self.value(field).cloned()
    }

    fn peek(&self, field: FieldId) -> Option<&str> {
        match self.value(field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// What a text cell holds: a list is parted by `;`, ratings are JSON text, an empty cell is an absent field.
pub(crate) fn text_value(field: &Field, text: Text) -> Option<Value> {
    if text.is_empty() {
        return None;
    }
    Some(match field.ty {
        FieldType::Ratings => match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(json) => ratings(&json).unwrap_or_else(|| Value::Other(cut(&text))),
            Err(_) => Value::Other(cut(&text)),
        },
        _ => Value::Text(text),
    })
}

/// The ratings of a review from JSON; `None` where it is no list of ratings.
pub(crate) fn ratings(json: &serde_json::Value) -> Option<Value> {
    json.as_array()?.iter().map(rating).collect::<Option<Vec<Rating>>>().map(Value::Ratings)
}

fn rating(json: &serde_json::Value) -> Option<Rating> {
    let object = json.as_object()?;
    let number = |name: &str| match object.get(name) {
        None | Some(serde_json::Value::Null) => Some(None),
        Some(serde_json::Value::Number(number)) => decimal(number).map(Some),
        Some(serde_json::Value::String(text)) => Decimal::parse(text).map(Some),
        Some(_) => None,
    };
    Some(Rating {
        category: Arc::from(object.get("category")?.as_str()?),
        weight: number("weight")?.unwrap_or(Decimal::from_int(1)),
        rating: number("rating")?,
        min: number("min")??,
        max: number("max")??,
        critical: match object.get("critical") {
            None | Some(serde_json::Value::Null) => false,
            Some(flag) => flag.as_bool()?,
        },
    })
}

/// A JSON number as a decimal: from its written form, so that no float comes between.
fn decimal(number: &serde_json::Number) -> Option<Decimal> {
    Decimal::parse(&number.to_string()).or_else(|| number.as_f64().and_then(Decimal::from_f64))
}

pub(crate) fn cut(text: &str) -> String {
    problem("", text, "", "").value
}
