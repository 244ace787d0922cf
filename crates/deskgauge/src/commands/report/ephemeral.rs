//! Files that are asked directly: folded at once, stored nowhere.
//!
//! Parquet of the format's own types goes to the engine as it lies, all else row by row through the readers of every import.
//! Rejected rows are told in one line: there is no import that a reject file could belong to.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use deskgauge_connect::Rejected;
use deskgauge_connect::events::{csv, json_lines};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::Event;
use deskgauge_core::event::record::Defaults;
use deskgauge_core::facts;
use deskgauge_core::fold::LINKED;
use deskgauge_core::metric::{Definition, Metric};
use deskgauge_core::rules::Rules;
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::direct::{Direct, DirectError, Events};
use deskgauge_engine::files::EventFile;

use crate::config::Global;
use crate::failure::{Failure, Outcome, exit, print_problems};
use crate::input::{self, Form, Place};
use crate::workspace::{Asking, now};

/// The state of the data that the files tell of, as far as these KPIs ask for it, each under its profile.
pub(super) fn asking(
    files: &[String],
    form: Option<Form>,
    rules: Rules,
    catalogue: Catalogue,
    ids: &[(String, String)],
    global: &Global,
) -> Outcome<Asking> {
    let asked = ids.iter().filter_map(|(id, profile)| catalogue.under(id, profile).ok());
    let wanted: BTreeSet<&'static str> = asked.flat_map(tables).collect();
    // Links between a customer's conversations and orders need all of them at once.
    if LINKED.iter().any(|table| wanted.contains(table)) {
        return Asking::memory(events(files, form, global)?, rules, catalogue, now());
    }
    let direct = match columnar_files(files, form)? {
        Some(paths) => Direct::fold(Events::Files(paths), &rules, &wanted),
        None => Direct::fold(Events::Read(events(files, form, global)?), &rules, &wanted),
    };
    let direct = match direct {
        Err(DirectError::BadRow) => Direct::fold(Events::Read(events(files, form, global)?), &rules, &wanted),
        direct => direct,
    };
    let direct = direct.map_err(|error| Failure::new(exit::DATA, Diagnostic::error("bad-parquet", error.to_string())))?;
    Asking::direct(direct, rules, catalogue, now())
}

/// The fact tables that a metric and its variants read.
fn tables(metric: &Metric) -> impl Iterator<Item = &'static str> {
    let variants = metric.variants.iter().map(|variant| &variant.definition);
    let parts = std::iter::once(&metric.definition).chain(variants).flat_map(Definition::parts);
    parts.filter_map(|part| facts::find(&part.from)).map(|table| table.name)
}

/// The files, where all of them are Parquet whose columns the engine reads.
fn columnar_files(files: &[String], form: Option<Form>) -> Outcome<Option<Vec<PathBuf>>> {
    let mut paths = Vec::new();
    for place in input::places(files)? {
        let Place::File(path) = place else { return Ok(None) };
        let parquet = form == Some(Form::Parquet) || (form.is_none() && path.extension().is_some_and(|end| end == "parquet"));
        if !parquet || !EventFile::open(&path).is_ok_and(|file| file.is_readable()) {
            return Ok(None);
        }
        paths.push(path);
    }
    Ok(Some(paths))
}

/// All good events of the files.
fn events(files: &[String], form: Option<Form>, global: &Global) -> Outcome<Vec<Event>> {
    let mut events = Vec::new();
    let mut rejected = 0;
    let mut first: Option<Rejected> = None;
    for place in input::places(files)? {
        for event in reader(&place, form)? {
            match event {
                Ok(event) => events.push(event),
                Err(bad) => {
                    rejected += 1;
                    first.get_or_insert(bad);
                }
            }
        }
    }
    if let Some(bad) = first {
        let reason = bad.problems.first().map(|problem| format!("{} {}", problem.field, problem.reason)).unwrap_or_default();
        let message = format!("{rejected} rows are left out; the first is row {}: {}", bad.row, reason.trim());
        let hint = "`deskgauge import events` lists them all in a reject file";
        print_problems(&[Diagnostic::warning("rejected-rows", message).hint(hint)], global.format);
    }
    Ok(events)
}

fn reader(place: &Place, form: Option<Form>) -> Outcome<Box<dyn Iterator<Item = Result<Event, Rejected>>>> {
    let name = place.name();
    let wrong = |problem| Failure::new(exit::DATA, problem);
    let defaults = Defaults { source: Arc::from("import") };
    let opened = input::open(place, form, Arc::default())?;
    Ok(match opened.form {
        Form::Jsonl => Box::new(json_lines::json_lines(opened.bytes, defaults)),
        Form::Csv => Box::new(csv::csv(opened.bytes, b',', &name, defaults).map_err(wrong)?),
        Form::Tsv => Box::new(csv::csv(opened.bytes, b'\t', &name, defaults).map_err(wrong)?),
        Form::Parquet => {
            let rows = input::parquet(place, opened, Arc::default(), 0)?;
            let columns = input::columnar::event_columns(&rows.columns).map_err(wrong)?;
            Box::new(rows.into_pieces().flat_map(move |piece| piece.events(&columns, &defaults)))
        }
        Form::Xlsx => {
            return Err(Failure::usage(
                "not-events",
                format!("{name} is a spreadsheet, not events"),
                "import it by a mapping first",
            ));
        }
    })
}
