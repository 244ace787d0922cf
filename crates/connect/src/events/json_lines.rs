//! Events as JSON Lines: one object a line.
//!
//! Keys go straight from the parser to the fields of the format, without a tree in between: an import reads millions of them. It must
//! not decide what a value means.

use std::fmt;
use std::io::Read;

use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::fields::{Field, FieldId, FieldType};
use deskgauge_core::event::record::{self, Defaults, Value};
use deskgauge_core::event::{Event, Text};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Flat, Names, cut, ratings};
use crate::intern::Interner;
use crate::lines::blocks::Block;
use crate::lines::{LINE_LIMIT, Line, Lines};
use crate::rejected::Rejected;

/// Events of a JSON Lines file, in its order.
#[derive(Debug)]
pub struct JsonLines<R> {
    lines: Lines<R>,
    buffer: Vec<u8>,
    defaults: Defaults,
    names: Names,
    texts: Interner,
    failed: bool,
}

/// Reads events from JSON Lines. Blank lines are passed over.
pub fn json_lines<R: Read>(input: R, defaults: Defaults) -> JsonLines<R> {
    JsonLines {
        lines: Lines::new(input),
        buffer: Vec::new(),
        defaults,
        names: Names::default(),
        texts: Interner::default(),
        failed: false,
    }
}

/// Reads events from a block of JSON Lines.
pub fn block(block: &Block, defaults: Defaults) -> JsonLines<&[u8]> {
    JsonLines { lines: Lines::after(block.before, &block.bytes), ..json_lines(&b""[..], defaults) }
}

impl<R> JsonLines<R> {
    /// What deserves attention in the file as a whole, so far: unknown keys, each once.
    pub fn warnings(&self) -> &[Diagnostic] {
        self.names.warnings()
    }
}

impl<R: Read> Iterator for JsonLines<R> {
    type Item = Result<Event, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.failed {
                return None;
            }
            let line = self.lines.next_into(&mut self.buffer);
            let number = self.lines.number();
            match line {
                Ok(Line::End) => return None,
                Ok(Line::Whole) if self.buffer.iter().all(u8::is_ascii_whitespace) => {}
                Ok(Line::Whole) => return Some(self.event(number)),
                Ok(Line::TooLong) => {
                    let reason = format!("the line is longer than {LINE_LIMIT} bytes: shorten or remove it");
                    return Some(Err(Rejected::whole(number, "line-too-long", reason, &self.buffer)));
                }
                Err(error) => {
                    self.failed = true;
                    let reason = format!("the file cannot be read any further: {error}");
                    return Some(Err(Rejected::whole(number + 1, "read-failed", reason, b"")));
                }
            }
        }
    }
}

impl<R: Read> JsonLines<R> {
    fn event(&mut self, number: u64) -> Result<Event, Rejected> {
        let Ok(text) = std::str::from_utf8(&self.buffer) else {
            return Err(Rejected::whole(number, "not-utf8", "the line is not UTF-8: save the file as UTF-8", &self.buffer));
        };
        parse(text, &mut self.names, &mut self.texts)
            .map_err(|(code, reason)| Rejected::whole(number, code, reason, &self.buffer))
            .and_then(|flat| {
                record::read(&flat, &self.defaults).map_err(|problems| Rejected::new(number, problems, &self.buffer))
            })
    }
}

/// Reads one JSON object, as the HTTP endpoint receives them; unknown keys go to `names`.
///
/// # Errors
/// The problems of the record; text that is no JSON object is one of code `bad-json`.
pub fn read_json(text: &str, defaults: &Defaults, names: &mut Names, texts: &mut Interner) -> Result<Event, Rejected> {
    let flat = parse(text, names, texts).map_err(|(code, reason)| Rejected::whole(1, code, reason, text.as_bytes()))?;
    record::read(&flat, defaults).map_err(|problems| Rejected::new(1, problems, text.as_bytes()))
}

fn parse(text: &str, names: &mut Names, texts: &mut Interner) -> Result<Flat, (&'static str, String)> {
    let mut parser = serde_json::Deserializer::from_str(text);
    let flat = ObjectSeed { names, texts }.deserialize(&mut parser).and_then(|flat| parser.end().map(|()| flat));
    flat.map_err(|error| {
        let column = error.column();
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        if let Some(key) = message.strip_prefix("duplicate key ") {
            return ("duplicate-key", format!("the key {key} stands twice in the line: remove one"));
        }
        ("bad-json", format!("the line is not a JSON object: {message} (column {column})"))
    })
}

struct ObjectSeed<'a> {
    names: &'a mut Names,
    texts: &'a mut Interner,
}

impl<'de> DeserializeSeed<'de> for ObjectSeed<'_> {
    type Value = Flat;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Flat, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed<'_> {
    type Value = Flat;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Flat, A::Error> {
        let mut flat = Flat::default();
        while let Some(field) = map.next_key_seed(KeySeed(self.names))? {
            let Some(field) = field else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if flat.has(field) {
                return Err(A::Error::custom(format_args!("duplicate key `{}`", field.name())));
            }
            if let Some(value) = map.next_value_seed(ValueSeed { field: field.field(), texts: self.texts })? {
                flat.push(field, value);
            }
        }
        Ok(flat)
    }
}

struct KeySeed<'a>(&'a mut Names);

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Option<FieldId>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Option<FieldId>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.check(key))
    }
}

struct ValueSeed<'a> {
    field: &'static Field,
    texts: &'a mut Interner,
}

impl ValueSeed<'_> {
    fn text(self, text: &str) -> Option<Value> {
        // Ids are unique: sharing them would only push out those texts that repeat.
        let shared: Text = if self.field.name == "id" { text.into() } else { self.texts.text(text) };
        super::text_value(self.field, shared)
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.field.ty == FieldType::Ratings || self.field.ty == FieldType::Decimal {
            let json = <serde_json::Value as serde::Deserialize>::deserialize(deserializer)?;
            return Ok(tree_value(self.field, json));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Some(Value::Bool(flag)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(Value::Int(number)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(i64::try_from(number).map_or_else(|_| Value::Other(number.to_string()), Value::Int)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(Value::Float(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items: Vec<serde_json::Value> = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        let texts: Option<Vec<Text>> = items.iter().map(|item| item.as_str().map(|text| self.texts.text(text))).collect();
        Ok(Some(match texts {
            Some(texts) => Value::List(texts),
            None => Value::Other(cut(&serde_json::Value::from(items).to_string())),
        }))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some((key, value)) = map.next_entry::<String, serde_json::Value>()? {
            object.insert(key, value);
        }
        Ok(Some(Value::Other(cut(&serde_json::Value::from(object).to_string()))))
    }
}

/// Ratings need a tree, decimals the written form of their number.
fn tree_value(field: &Field, json: serde_json::Value) -> Option<Value> {
    match json {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => super::text_value(field, text.into()),
        serde_json::Value::Bool(flag) => Some(Value::Bool(flag)),
        serde_json::Value::Number(ref number) => {
            Some(super::decimal(number).map_or_else(|| Value::Other(number.to_string()), Value::Decimal))
        }
        other if field.ty == FieldType::Ratings => Some(ratings(&other).unwrap_or_else(|| Value::Other(cut(&other.to_string())))),
        other => Some(Value::Other(cut(&other.to_string()))),
    }
}
