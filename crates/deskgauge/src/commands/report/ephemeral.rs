//! Events of files that are asked directly: read whole into memory, stored nowhere.
//!
//! Rejected rows are told in one line: there is no import that a reject file could belong to.

use std::sync::Arc;

use deskgauge_connect::Rejected;
use deskgauge_connect::events::{csv, json_lines};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::Event;
use deskgauge_core::event::record::Defaults;

use crate::columnar;
use crate::config::Global;
use crate::failure::{Failure, Outcome, exit, print_problems};
use crate::input::{self, Form, Place};

/// All good events of the files.
pub(super) fn events(files: &[String], form: Option<Form>, global: &Global) -> Outcome<Vec<Event>> {
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
            let mut rows = input::parquet(place, opened, Arc::default(), 0)?;
            let columns = columnar::event_columns(&rows.columns).map_err(wrong)?;
            Box::new(std::iter::from_fn(move || {
                let row = rows.next_values()?;
                Some(row.and_then(|(number, cells)| {
                    columns.read(cells, &defaults).map_err(|problems| Rejected::new(number, problems, b""))
                }))
            }))
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
