//! A report as rows of texts: from a table, or from JSON whose nested names are joined by a point.
//!
//! A row that cannot be read is told and passed over; the others go on.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use deskgauge_connect::table::Cell;
use deskgauge_core::diagnostic::{Diagnostic, Place as At};
use serde_json::Value;

use crate::failure::{Failure, Outcome, exit};
use crate::input::{self, Form, Place};

/// A report.
pub(super) struct Sheet {
    /// The names of its columns.
    pub(super) columns: Vec<String>,
    /// Its rows.
    pub(super) rows: Vec<Row>,
}

/// A row.
pub(super) struct Row {
    /// Its line in the file, or its number where there are no lines.
    pub(super) number: u64,
    /// One cell per column; nothing where it is empty.
    pub(super) cells: Vec<Option<String>>,
}

/// Lists that wrap the objects of a report.
const WRAPPERS: [&str; 2] = ["ticket_metrics", "ticket_metric"];

/// Reads a report, and tells the rows that cannot be read.
///
/// # Errors
/// The file's.
pub(super) fn read(file: &str, form: Option<Form>) -> Outcome<(Sheet, Vec<Diagnostic>)> {
    let place = if file == "-" { Place::Standard } else { Place::File(file.into()) };
    let named = match &place {
        Place::File(path) => input::form_of_name(path),
        Place::Kept(..) | Place::Standard => None,
    };
    if form.or(named) == Some(Form::Jsonl) {
        return json(&place, file);
    }
    let table = input::tables::open(&place, form, None, Arc::default(), |columns| vec![true; columns.len()])?;
    let (mut rows, mut wrong) = (Vec::new(), Vec::new());
    for row in table.rows {
        match row {
            Ok(row) => {
                let text = |cell: &Cell| Some(cell.to_string()).filter(|text| !text.trim().is_empty());
                rows.push(Row { number: row.number, cells: row.cells.iter().map(text).collect() });
            }
            Err(bad) => wrong.extend(bad.problems.iter().map(|problem| {
                let message = format!("row {}, `{}`: {}", bad.row, problem.field, problem.reason);
                Diagnostic::error("bad-row", message).at(at(file, bad.row))
            })),
        }
    }
    Ok((Sheet { columns: table.columns, rows }, wrong))
}

fn json(place: &Place, file: &str) -> Outcome<(Sheet, Vec<Diagnostic>)> {
    let mut text = String::new();
    let mut opened = input::open(place, Some(Form::Jsonl), Arc::default())?;
    opened.bytes.read_to_string(&mut text).map_err(|error| Failure::file("read", std::path::Path::new(file), &error))?;
    let (mut objects, mut wrong) = (Vec::new(), Vec::new());
    match serde_json::from_str::<Value>(&text) {
        // One value over many lines: a page of an export.
        Ok(whole) => unwrapped(whole, 1, &mut objects),
        Err(_) => {
            for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
                match serde_json::from_str::<Value>(text) {
                    Ok(value) => unwrapped(value, line, &mut objects),
                    Err(error) => {
                        let message = format!("row {line} is no JSON: {error}");
                        let problem = Diagnostic::error("bad-row", message).at(at(file, line));
                        wrong.push(problem.hint("write one object a line, or one list of them"));
                    }
                }
            }
        }
    }
    let mut columns: Vec<String> = Vec::new();
    let mut rows: Vec<(u64, BTreeMap<String, Option<String>>)> = Vec::new();
    for (number, object) in objects {
        let mut cells = BTreeMap::new();
        flat("", &object, &mut cells);
        if !object.is_object() {
            let problem = Diagnostic::error("bad-row", format!("row {number} is no object")).at(at(file, number));
            wrong.push(problem.hint("write one object for each conversation"));
            continue;
        }
        columns.extend(cells.keys().filter(|name| !columns.contains(name)).cloned().collect::<Vec<_>>());
        rows.push((number, cells));
    }
    if columns.is_empty() {
        let problem = Diagnostic::error("no-header", format!("{file} has no row that can be read"));
        wrong.push(problem);
        return Err(Failure::all(exit::DATA, wrong));
    }
    let row = |(number, mut cells): (u64, BTreeMap<String, Option<String>>)| Row {
        number,
        cells: columns.iter().map(|name| cells.remove(name).flatten()).collect(),
    };
    let rows = rows.into_iter().map(row).collect();
    Ok((Sheet { columns, rows }, wrong))
}

/// The objects of a value: itself, those of a list, or those under a name that wraps them.
fn unwrapped(value: Value, number: u64, objects: &mut Vec<(u64, Value)>) {
    match value {
        Value::Array(list) => {
            for (index, value) in (number..).zip(list) {
                unwrapped(value, index, objects);
            }
        }
        Value::Object(mut map) => match WRAPPERS.iter().find_map(|name| map.remove(*name)) {
            Some(inner) => unwrapped(inner, number, objects),
            None => objects.push((number, Value::Object(map))),
        },
        other => objects.push((number, other)),
    }
}

/// The cells of an object by their names, nested ones joined by a point.
fn flat(before: &str, value: &Value, cells: &mut BTreeMap<String, Option<String>>) {
    let Value::Object(map) = value else { return };
    for (name, value) in map {
        let name = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
        match value {
            Value::Object(_) => flat(&name, value, cells),
            Value::Null => _ = cells.insert(name, None),
            Value::String(text) => _ = cells.insert(name, Some(text.clone()).filter(|text| !text.is_empty())),
            other => _ = cells.insert(name, Some(other.to_string())),
        }
    }
}

fn at(file: &str, row: u64) -> At {
    At { file: file.to_owned(), line: u32::try_from(row).unwrap_or(u32::MAX), column: 0 }
}
