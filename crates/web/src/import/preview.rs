//! What an import of a file would bring: its first rows, how each column is understood, the events that come out, and what is wrong.
//!
//! A sample is read, by the readers of the import itself, and nothing is stored.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use deskgauge_connect::Rejected;
use deskgauge_connect::events::{Columns, csv, json_lines};
use deskgauge_connect::table::{Mapping, Row, propose, targets};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::Event;
use deskgauge_core::event::record::Defaults;
use serde_json::Value;

use crate::failure::{Failure, Outcome, exit};
use crate::input::{self, Form, Place, columnar, tables};

/// Rows that are looked at: enough to meet the rare values, few enough to answer at once.
const SAMPLE: usize = 10_000;
/// Rows and events that are shown.
const SHOWN: usize = 20;
/// Rejected rows that are shown.
const REJECTED: usize = 50;
/// Most letters of a value that are shown.
const LETTERS: usize = 60;
/// Most bytes of a line of JSON that is shown.
const LINE: usize = 100_000;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Events in our own format.
    Events,
    /// A table of something else, which needs a mapping.
    Table,
}

/// A column and what is understood by it.
pub struct Understood {
    /// Its name in the file.
    pub name: String,
    /// What it is taken for: the key, and what that means. Empty: it is left out.
    pub meanings: Vec<(String, &'static str)>,
    /// Some of its values.
    pub examples: Vec<String>,
}

/// What an import would bring.
pub struct Preview {
    /// Its columns, or the keys of its objects.
    pub columns: Vec<Understood>,
    /// Its first rows as they stand there.
    pub rows: Vec<Vec<String>>,
    /// The first events.
    pub events: Vec<Event>,
    /// How many events of each type the sample gives.
    pub by_type: BTreeMap<&'static str, u64>,
    /// The first rejected rows.
    pub rejected: Vec<Rejected>,
    /// How many the sample has.
    pub rejected_count: u64,
    /// What is wrong with the mapping or the file as a whole.
    pub problems: Vec<Diagnostic>,
    /// Whether the sample is the whole file.
    pub is_whole: bool,
}

/// What a file holds, by its form and the names of its columns.
///
/// # Errors
/// The file's.
pub fn kind(place: &Place) -> Outcome<Kind> {
    match input::open(place, None, Arc::default()) {
        Ok(opened) if opened.form == Form::Jsonl => return Ok(Kind::Events),
        Ok(opened) if opened.form == Form::Xlsx => return Ok(Kind::Table),
        // Delimited text proves itself by nothing.
        Ok(_) => {}
        Err(failure) if failure.problems.iter().any(|problem| problem.code == "unknown-form") => {}
        Err(failure) => return Err(failure),
    }
    let columns = tables::open(place, None, None, Arc::default(), none)?.columns;
    let has = |names: &[&str]| columns.iter().any(|column| names.contains(&column.trim()));
    Ok(if has(&["type"]) && has(&["at", "occurred_at"]) { Kind::Events } else { Kind::Table })
}

/// Proposes a mapping for a table, from its header and a sample of its rows.
///
/// # Errors
/// The file's.
pub fn proposal(place: &Place, form: Option<Form>, sheet: Option<&str>) -> Outcome<String> {
    let table = tables::open(place, form, sheet, Arc::default(), all)?;
    let sample: Vec<Row> = table.rows.flatten().take(SAMPLE).collect();
    let name = if *place == Place::Standard { "-".to_owned() } else { place.name() };
    Ok(propose::propose(&table.columns, &sample, &name))
}

/// What an import of events would bring.
///
/// # Errors
/// The file's.
pub fn of_events(place: &Place, source: &Arc<str>) -> Outcome<Preview> {
    let defaults = Defaults { source: source.clone() };
    let wrong = |problem: Diagnostic| Failure::new(exit::DATA, problem);
    let name = place.name();
    let opened = input::open(place, None, Arc::default())?;
    let mut preview = match opened.form {
        Form::Jsonl => objects(opened)?,
        _ => first_rows(place)?,
    };
    let names: Vec<&str> =
        preview.columns.iter().map(|column| if column.name == "occurred_at" { "at" } else { &column.name }).collect();
    let known = Columns::new(names).map(|columns| columns.fields().to_vec());
    for (column, field) in preview.columns.iter_mut().zip(known.unwrap_or_default()) {
        column.meanings.extend(field.map(|field| (field.name().to_owned(), field.field().sentence)));
    }
    let opened = input::open(place, None, Arc::default())?;
    match opened.form {
        Form::Jsonl => {
            let mut events = json_lines::json_lines(opened.bytes, defaults);
            preview.take(events.by_ref());
            preview.problems.extend(events.warnings().iter().cloned());
        }
        Form::Parquet => {
            let rows = input::parquet(place, opened, Arc::default(), 0)?;
            let columns = columnar::event_columns(&rows.columns).map_err(wrong)?;
            preview.take(rows.into_pieces().flat_map(|piece| piece.events(&columns, &defaults)));
            preview.problems.extend(columns.warnings().iter().cloned());
        }
        form => {
            let delimiter = if form == Form::Tsv { b'\t' } else { b',' };
            let mut events = csv::csv(opened.bytes, delimiter, &name, defaults).map_err(wrong)?;
            preview.take(events.by_ref());
            preview.problems.extend(events.warnings().iter().cloned());
        }
    }
    Ok(preview)
}

/// What an import of a table by a mapping would bring. A mapping that cannot be read gives no events and is told.
///
/// # Errors
/// The file's.
pub fn of_table(place: &Place, mapping: &str, source: &Arc<str>) -> Outcome<Preview> {
    let mut preview = first_rows(place)?;
    let (mapping, problems) = Mapping::parse(mapping, "mapping");
    preview.problems.extend(problems);
    let Some(mapping) = mapping else { return Ok(preview) };
    let named = mapping.named_columns();
    for column in &mut preview.columns {
        let own = named.iter().filter(|(_, name)| *name == column.name);
        column.meanings.extend(own.map(|(key, _)| {
            let word = key.strip_prefix("columns.").unwrap_or(key);
            (word.to_owned(), targets::find(word).map_or("", |target| target.sentence))
        }));
    }
    let table = tables::open(place, None, None, Arc::default(), |columns| mapping.columns_used(columns))?;
    let mut counted = 0;
    let rows = table.rows.inspect(|_| counted += 1).take(SAMPLE);
    match mapping.events(&table.columns, rows, source) {
        Ok(events) => preview.take(events),
        Err(problems) => preview.problems.extend(problems),
    }
    preview.is_whole &= counted < SAMPLE;
    Ok(preview)
}

impl Preview {
    fn new(columns: Vec<String>, rows: Vec<Vec<String>>) -> Self {
        let examples = |index: usize| {
            let mut found: Vec<String> = Vec::new();
            for cell in rows.iter().filter_map(|row: &Vec<String>| row.get(index)).filter(|cell| !cell.is_empty()) {
                if found.len() < 3 && !found.contains(cell) {
                    found.push(cell.clone());
                }
            }
            found
        };
        let understood = |(index, name): (usize, String)| Understood { examples: examples(index), name, meanings: Vec::new() };
        Self {
            columns: columns.into_iter().enumerate().map(understood).collect(),
            rows,
            events: Vec::new(),
            by_type: BTreeMap::new(),
            rejected: Vec::new(),
            rejected_count: 0,
            problems: Vec::new(),
            is_whole: false,
        }
    }

    /// Looks at the sample.
    fn take(&mut self, mut events: impl Iterator<Item = Result<Event, Rejected>>) {
        for event in events.by_ref().take(SAMPLE) {
            match event {
                Ok(event) => {
                    *self.by_type.entry(event.body.type_name()).or_default() += 1;
                    if self.events.len() < SHOWN {
                        self.events.push(event);
                    }
                }
                Err(rejected) => {
                    self.rejected_count += 1;
                    if self.rejected.len() < REJECTED {
                        self.rejected.push(rejected);
                    }
                }
            }
        }
        self.is_whole = events.next().is_none();
    }
}

/// The first rows of a table.
fn first_rows(place: &Place) -> Outcome<Preview> {
    let table = tables::open(place, None, None, Arc::default(), all)?;
    let rows: Vec<Vec<String>> =
        table.rows.flatten().take(SHOWN).map(|row| row.cells.iter().map(|cell| short(&cell.to_string())).collect()).collect();
    Ok(Preview::new(table.columns, rows))
}

/// The first objects of JSON Lines as rows: their keys are the columns, in the order in which they come.
fn objects(opened: input::Opened) -> Outcome<Preview> {
    let mut lines = BufReader::new(opened.bytes);
    let (mut columns, mut found): (Vec<String>, Vec<serde_json::Map<String, Value>>) = (Vec::new(), Vec::new());
    let mut line = Vec::new();
    while found.len() < SHOWN {
        line.clear();
        let read = lines.by_ref().take(LINE as u64).read_until(b'\n', &mut line).unwrap_or(0);
        if read == 0 {
            break;
        }
        if let Ok(Value::Object(object)) = serde_json::from_slice(&line) {
            let new: Vec<String> = object.keys().filter(|key| !columns.contains(key)).cloned().collect();
            columns.extend(new);
            found.push(object);
        }
    }
    let cell = |object: &serde_json::Map<String, Value>, column: &String| match object.get(column) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => short(text),
        Some(other) => short(&other.to_string()),
    };
    let rows = found.iter().map(|object| columns.iter().map(|column| cell(object, column)).collect()).collect();
    Ok(Preview::new(columns, rows))
}

fn short(text: &str) -> String {
    let mut shown: String = text.chars().take(LETTERS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

fn all(columns: &[String]) -> Vec<bool> {
    vec![true; columns.len()]
}

fn none(columns: &[String]) -> Vec<bool> {
    vec![false; columns.len()]
}
