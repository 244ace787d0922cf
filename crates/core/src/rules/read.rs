//! Typed reading of a TOML document with places: each getter gives the value and its span, or says what is wrong with it.

use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use toml_edit::{Array, Item, Table, TableLike, Value};

use crate::calendar::{self, Interval};
use crate::condition::Condition;
use crate::diagnostic::{Diagnostic, Place, near_name};
use crate::period::parse_duration;

pub(super) type Span = Option<Range<usize>>;

/// Collects problems while values are read.
pub(super) struct Reader<'a> {
    source: &'a str,
    file: &'a str,
    pub(super) problems: Vec<Diagnostic>,
}

/// A table and how messages call it.
pub(super) struct Section<'a> {
    pub(super) title: String,
    pub(super) table: &'a dyn TableLike,
    pub(super) span: Span,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a str, file: &'a str) -> Self {
        Self { source, file, problems: Vec::new() }
    }

    /// Adds an error.
    pub(super) fn refuse(&mut self, code: &'static str, message: impl Into<String>, span: Span) {
        let problem = Diagnostic::error(code, message).at(self.place(span));
        self.problems.push(problem);
    }

    /// Adds an error with advice.
    pub(super) fn refuse_with(&mut self, code: &'static str, message: impl Into<String>, span: Span, hint: impl Into<String>) {
        let problem = Diagnostic::error(code, message).at(self.place(span)).hint(hint);
        self.problems.push(problem);
    }

    /// Adds a warning with advice.
    pub(super) fn warn(&mut self, code: &'static str, message: impl Into<String>, span: Span, hint: impl Into<String>) {
        let problem = Diagnostic::warning(code, message).at(self.place(span)).hint(hint);
        self.problems.push(problem);
    }

    /// Adds an error about a name that is none of `names`, with the near one.
    pub(super) fn unknown(&mut self, code: &'static str, message: String, span: Span, name: &str, names: &[&str]) {
        match near_name(name, names.iter().copied()) {
            Some(near) => self.refuse_with(code, message, span, format!("did you mean `{near}`?")),
            None if names.is_empty() => self.refuse(code, message, span),
            None => self.refuse_with(code, message, span, format!("known are {}", names.join(", "))),
        }
    }

    /// Says which keys of a section have no meaning.
    pub(super) fn only_keys(&mut self, section: &Section<'_>, allowed: &[&str]) {
        for (key, _) in section.table.iter().filter(|(key, _)| !allowed.contains(key)) {
            let span = section.table.get_key_value(key).and_then(|(key, _)| key.span());
            self.unknown("unknown-key", format!("unknown key `{key}` in {}", section.title), span, key, allowed);
        }
    }

    /// The table of a key, if it is there.
    pub(super) fn section<'d>(&mut self, parent: &Section<'d>, key: &str) -> Option<Section<'d>> {
        let found = self.quiet_section(parent, key);
        if found.is_none() {
            self.wrong_type(parent, key, "a table");
        }
        found
    }

    /// `section` for a second look: says nothing.
    pub(super) fn quiet_section<'d>(&self, parent: &Section<'d>, key: &str) -> Option<Section<'d>> {
        let item = parent.table.get(key)?;
        item.as_table_like().map(|table| Section { title: format!("[{key}]"), table, span: item.span() })
    }

    /// The tables of a key, written `[[key]]` or as a list of inline tables.
    pub(super) fn sections<'d>(&mut self, parent: &Section<'d>, key: &str, title: &str) -> Vec<Section<'d>> {
        let section = |table: &'d dyn TableLike, span| Section { title: title.to_owned(), table, span };
        match parent.table.get(key) {
            Some(Item::ArrayOfTables(tables)) => tables.iter().map(|table: &Table| section(table, table.span())).collect(),
            Some(Item::Value(Value::Array(list))) => {
                let mut found = Vec::new();
                for value in list {
                    match value.as_inline_table() {
                        Some(table) => found.push(section(table, value.span())),
                        None => self.refuse("bad-value", format!("`{key}` is a list of tables"), value.span()),
                    }
                }
                found
            }
            _ => {
                self.wrong_type(parent, key, title);
                Vec::new()
            }
        }
    }

    /// Text of a key, if it is there.
    pub(super) fn text<'d>(&mut self, section: &Section<'d>, key: &str) -> Option<(&'d str, Span)> {
        let found = self.quiet_text(section, key);
        if found.is_none() {
            self.wrong_type(section, key, "text in quotes");
        }
        found
    }

    /// `text` for a second look: says nothing.
    pub(super) fn quiet_text<'d>(&self, section: &Section<'d>, key: &str) -> Option<(&'d str, Span)> {
        let item = section.table.get(key)?;
        Some((item.as_str()?, item.span()))
    }

    /// Text that must be there.
    pub(super) fn required_text<'d>(&mut self, section: &Section<'d>, key: &str) -> Option<(&'d str, Span)> {
        if section.table.get(key).is_none() {
            self.refuse("missing-key", format!("{} needs `{key}`", section.title), section.span.clone());
        }
        self.text(section, key).filter(|(text, _)| !text.is_empty())
    }

    /// An integer, if it is there.
    pub(super) fn integer(&mut self, section: &Section<'_>, key: &str) -> Option<(i64, Span)> {
        let item = section.table.get(key)?;
        let found = item.as_integer().map(|number| (number, item.span()));
        if found.is_none() {
            self.wrong_type(section, key, "an integer");
        }
        found
    }

    /// Text, or a TOML date as its text.
    pub(super) fn moment(&mut self, section: &Section<'_>, key: &str) -> Option<(String, Span)> {
        let item = section.table.get(key)?;
        if let Some(moment) = item.as_datetime() {
            return Some((moment.to_string(), item.span()));
        }
        self.text(section, key).map(|(text, span)| (text.to_owned(), span))
    }

    /// A date.
    pub(super) fn date(&mut self, section: &Section<'_>, key: &str) -> Option<Date> {
        let (text, span) = self.moment(section, key)?;
        self.read_date(&text, span)
    }

    /// A list of dates; an absent one is empty.
    pub(super) fn dates(&mut self, section: &Section<'_>, key: &str) -> Vec<Date> {
        let Some(list) = self.list(section, key) else { return Vec::new() };
        let mut dates = Vec::new();
        for value in list {
            let text = match value {
                Value::Datetime(moment) => moment.value().to_string(),
                other => other.as_str().map_or_else(|| other.to_string().trim().to_owned(), str::to_owned),
            };
            dates.extend(self.read_date(&text, value.span()));
        }
        dates
    }

    /// A list of hours; an absent one is empty.
    pub(super) fn hours(&mut self, section: &Section<'_>, key: &str) -> Vec<Interval> {
        let Some(list) = self.list(section, key) else { return Vec::new() };
        let mut hours = Vec::new();
        for value in list {
            match value.as_str().and_then(Interval::parse) {
                Some(interval) => hours.push(interval),
                None => {
                    let message = format!("`{}` is not a span of hours", value.to_string().trim().trim_matches('"'));
                    let hint = "write 09:00-13:00, 00:00-24:00 or, across midnight, 22:00-02:00";
                    self.refuse_with("bad-hours", message, value.span(), hint);
                }
            }
        }
        hours.sort_unstable();
        hours
    }

    /// A list of texts; an absent one is empty.
    pub(super) fn texts(&mut self, section: &Section<'_>, key: &str) -> Vec<(String, Span)> {
        let Some(list) = self.list(section, key) else { return Vec::new() };
        let mut texts = Vec::new();
        for value in list {
            match value.as_str() {
                Some(text) => texts.push((text.trim().to_owned(), value.span())),
                None => {
                    self.refuse("bad-value", format!("`{key}` in {} is a list of texts in quotes", section.title), value.span())
                }
            }
        }
        texts
    }

    /// Seconds of a duration text.
    pub(super) fn duration(&mut self, section: &Section<'_>, key: &str) -> Option<i64> {
        let (text, span) = self.text(section, key)?;
        let seconds = parse_duration(text);
        if seconds.is_none() {
            let message = format!("`{key}`: `{text}` is not a duration");
            self.refuse_with("bad-duration", message, span, "write 30s, 5m, 1h30m or 7d");
        }
        seconds
    }

    /// A time zone and its name.
    pub(super) fn zone(&mut self, section: &Section<'_>, key: &str) -> Option<(TimeZone, String)> {
        let (name, span) = self.text(section, key)?;
        if let Some(zone) = calendar::zone(name) {
            return Some((zone, name.to_owned()));
        }
        let names = calendar::zone_names();
        let message = format!("no time zone is named `{name}`");
        match near_name(name, names.iter().map(String::as_str)) {
            Some(near) => self.refuse_with("bad-time-zone", message, span, format!("did you mean `{near}`?")),
            None => self.refuse_with("bad-time-zone", message, span, "use an IANA name such as Europe/Bucharest"),
        }
        None
    }

    /// A condition over fields.
    pub(super) fn condition(&mut self, section: &Section<'_>, key: &str, names: &[&str]) -> Option<Condition> {
        let (text, span) = self.text(section, key)?;
        match Condition::parse(text, names) {
            Ok(condition) => Some(condition),
            Err(problem) => {
                let place = self.place(span);
                self.problems.push(problem.at(place));
                None
            }
        }
    }

    /// Where a span starts.
    pub(super) fn place(&self, span: Span) -> Place {
        let Some(span) = span else { return Place { file: self.file.to_owned(), line: 0, column: 0 } };
        let before = self.source.get(..span.start).unwrap_or(self.source);
        let line_start = before.rfind('\n').map_or(0, |index| index + 1);
        let count = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
        Place {
            file: self.file.to_owned(),
            line: count(before.matches('\n').count()),
            column: count(before[line_start..].chars().count()),
        }
    }

    fn list<'d>(&mut self, section: &Section<'d>, key: &str) -> Option<&'d Array> {
        let found = section.table.get(key).and_then(Item::as_array);
        if found.is_none() {
            self.wrong_type(section, key, "a list in brackets");
        }
        found
    }

    fn read_date(&mut self, text: &str, span: Span) -> Option<Date> {
        let date = Some(text).filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
        if date.is_none() {
            self.refuse_with("bad-date", format!("`{text}` is not a date"), span, "write 2024-12-25");
        }
        date
    }

    /// Says that a key is there and is not what it should be.
    fn wrong_type(&mut self, section: &Section<'_>, key: &str, wanted: &str) {
        if let Some(item) = section.table.get(key) {
            let message = format!("`{key}` in {} must be {wanted}, found {}", section.title, item.type_name());
            self.refuse("bad-value", message, item.span());
        }
    }
}
