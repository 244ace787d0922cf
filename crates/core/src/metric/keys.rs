//! Reads the keys of a metric's front matter one by one: what is missing, of the wrong type, misspelt or left over is said with its place.
//!
//! Keys are taken out as they are read, so that whatever is still there at the end is unknown.

use std::collections::BTreeSet;

use toml_edit::{Item, TableLike, Value};

use super::Formula;
use crate::diagnostic::{Diagnostic, Place, near_name};

/// The text of a file, for places.
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
    /// Where the front matter begins in the text, in bytes.
    pub(super) offset: usize,
}

impl Source<'_> {
    /// The place of a byte of the front matter.
    pub(super) fn place(&self, byte: usize) -> Place {
        self.place_in_file(self.offset + byte)
    }

    /// The place of a byte of the file.
    pub(super) fn place_in_file(&self, byte: usize) -> Place {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Place { file: self.file.to_owned(), line: line as u32, column: column as u32 }
    }
}

/// One table of the front matter, being read.
pub(super) struct Keys<'a> {
    source: &'a Source<'a>,
    table: &'a dyn TableLike,
    /// How messages name the table: empty for the top, else such as `running`.
    name: String,
    read: BTreeSet<&'static str>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(source: &'a Source<'a>, table: &'a dyn TableLike, name: &str) -> Self {
        Self { source, table, name: name.to_owned(), read: BTreeSet::new() }
    }

    /// Whether the key is there, read or not.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The place of the table itself: that of its first key.
    pub(super) fn own_place(&self) -> Place {
        let first = self.table.iter().next().map(|(key, _)| key.to_owned());
        self.place(first.as_deref().unwrap_or_default())
    }

    /// The place of a key, or of nothing known where it is absent.
    pub(super) fn place(&self, key: &str) -> Place {
        let span = self.table.get_key_value(key).and_then(|(key, _)| key.span());
        self.source.place(span.map_or(0, |span| span.start))
    }

    fn full(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    fn take(&mut self, key: &'static str) -> Option<&'a Item> {
        self.read.insert(key);
        self.table.get(key)
    }

    /// A text and the place of its first character.
    pub(super) fn text(&mut self, key: &'static str, problems: &mut Vec<Diagnostic>) -> Option<Formula> {
        let item = self.take(key)?;
        self.text_of(key, item, problems)
    }

    fn text_of(&self, key: &str, item: &Item, problems: &mut Vec<Diagnostic>) -> Option<Formula> {
        let Some(text) = item.as_str() else {
            problems.push(
                Diagnostic::error("bad-value", format!("`{}` is {}, not a text", self.full(key), kind(item)))
                    .at(self.place(key))
                    .hint(format!("write it as {key} = \"…\"")),
            );
            return None;
        };
        let start = item.span().map_or(0, |span| span.start);
        let raw = self.source.text.get(self.source.offset + start..).unwrap_or("");
        let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
        Some(Formula { text: text.to_owned(), place: self.source.place(start + quotes) })
    }

    /// A text that is one of `words`.
    pub(super) fn word<T>(
        &mut self,
        key: &'static str,
        words: &[&'static str],
        parse: impl Fn(&str) -> Option<T>,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<T> {
        let text = self.text(key, problems)?;
        let value = parse(&text.text);
        if value.is_none() {
            let problem = Diagnostic::error("unknown-word", format!("`{}` is not a word of `{}`", text.text, self.full(key)));
            problems.push(
                match near_name(&text.text, words.iter().copied()) {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")),
                    None => problem.hint(format!("it is one of {}", words.join(", "))),
                }
                .at(text.place),
            );
        }
        value
    }

    /// A whole number.
    pub(super) fn integer(&mut self, key: &'static str, problems: &mut Vec<Diagnostic>) -> Option<i64> {
        let item = self.take(key)?;
        let number = item.as_integer();
        if number.is_none() {
            problems.push(
                Diagnostic::error("bad-value", format!("`{}` is {}, not a whole number", self.full(key), kind(item)))
                    .at(self.place(key)),
            );
        }
        number
    }

    /// `key = true`: a mark. Anything else is a problem.
    pub(super) fn mark(&mut self, key: &'static str, problems: &mut Vec<Diagnostic>) -> bool {
        let Some(item) = self.take(key) else { return false };
        let set = item.as_bool() == Some(true);
        if !set {
            problems.push(
                Diagnostic::error("bad-value", format!("`{}` can only be true", self.full(key)))
                    .at(self.place(key))
                    .hint("leave it out where it does not hold"),
            );
        }
        set
    }

    /// A table inside this one.
    pub(super) fn table(&mut self, key: &'static str, problems: &mut Vec<Diagnostic>) -> Option<Keys<'a>> {
        let item = self.take(key)?;
        self.table_of(key, item, problems)
    }

    fn table_of(&self, key: &str, item: &'a Item, problems: &mut Vec<Diagnostic>) -> Option<Keys<'a>> {
        let Some(table) = item.as_table_like() else {
            problems.push(
                Diagnostic::error("bad-value", format!("`{}` is {}, not a table", self.full(key), kind(item)))
                    .at(self.place(key))
                    .hint(format!("write it as [{}]", self.full(key))),
            );
            return None;
        };
        Some(Keys::new(self.source, table, &self.full(key)))
    }

    /// All entries as texts, in the order of the file: tables whose keys are names.
    pub(super) fn texts(&self, problems: &mut Vec<Diagnostic>) -> Vec<(String, Formula)> {
        let entries = self.table.iter();
        entries.filter_map(|(key, item)| Some((key.to_owned(), self.text_of(key, item, problems)?))).collect()
    }

    /// All entries as tables, in the order of the file.
    pub(super) fn tables(&self, problems: &mut Vec<Diagnostic>) -> Vec<(String, Keys<'a>)> {
        let entries = self.table.iter();
        entries.filter_map(|(key, item)| Some((key.to_owned(), self.table_of(key, item, problems)?))).collect()
    }

    /// Says which keys were not read.
    pub(super) fn unknown(&self, known: &[&'static str], problems: &mut Vec<Diagnostic>) {
        for (key, _) in self.table.iter().filter(|(key, _)| !self.read.contains(key)) {
            let place = if self.name.is_empty() { String::new() } else { format!(" in [{}]", self.name) };
            let problem = Diagnostic::error("unknown-key", format!("there is no key `{key}`{place}")).at(self.place(key));
            problems.push(match near_name(key, known.iter().copied()) {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None => problem.hint(format!("the keys are {}", known.join(", "))),
            });
        }
    }
}

fn kind(item: &Item) -> &'static str {
    match item {
        Item::Table(_) | Item::ArrayOfTables(_) => "a table",
        Item::Value(Value::String(_)) => "a text",
        Item::Value(Value::Integer(_)) => "a whole number",
        Item::Value(Value::Float(_)) => "a decimal number",
        Item::Value(Value::Boolean(_)) => "true or false",
        Item::Value(Value::Datetime(_)) => "a date",
        Item::Value(Value::Array(_)) => "a list",
        Item::Value(Value::InlineTable(_)) => "a table",
        Item::None => "nothing",
    }
}
