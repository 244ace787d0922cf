//! Files in our own event format, read on all threads where their form allows it.

use std::io::Read;
use std::path::Path;
use std::sync::atomic::Ordering;

use deskgauge_connect::Rejected;
use deskgauge_connect::events::{csv, json_lines};
use deskgauge_connect::lines::blocks::{Block, Blocks};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::record::Defaults;

use super::{Session, Watching};
use crate::failure::{Failure, Outcome, exit};
use crate::input::ahead::in_order;
use crate::input::{self, Form, Place, columnar};

/// Takes the events of a file. `form`: what the user says it is; `None`: told by name and first bytes. Answers the warnings about the
/// file as a whole.
///
/// # Errors
/// The file's: not readable, not of its form, no events; those of the session.
pub fn events<W: Watching>(
    session: &mut Session<'_, W>,
    place: &Place,
    form: Option<Form>,
    defaults: &Defaults,
) -> Outcome<Vec<Diagnostic>> {
    let name = place.name();
    let wrong = |problem: Diagnostic| Failure::new(exit::DATA, problem);
    let read = session.bytes.clone();
    let (counter, before) = (read.clone(), read.load(Ordering::Relaxed));
    let opened = input::open(place, form, read)?;
    let mut warnings = Vec::new();
    match opened.form {
        Form::Jsonl => warnings = lines(session, opened.bytes, &name, defaults)?,
        Form::Csv | Form::Tsv => {
            let delimiter = if opened.form == Form::Tsv { b'\t' } else { b',' };
            let mut events = csv::csv(opened.bytes, delimiter, &name, defaults.clone()).map_err(wrong)?;
            session.take_all(&name, events.by_ref())?;
            warnings.extend(events.warnings().iter().cloned());
        }
        Form::Parquet => {
            let rows = input::parquet(place, opened, counter, before)?;
            let about = |problem: Diagnostic| in_file(problem, &name);
            let columns = columnar::event_columns(&rows.columns).map_err(|problem| wrong(about(problem)))?;
            warnings.extend(columns.warnings().iter().cloned());
            let take = |events: Vec<_>| session.take_all(&name, events.into_iter());
            in_order(rows.into_pieces(), |piece| piece.events(&columns, defaults), take)?;
        }
        Form::Xlsx => {
            let table = Path::new(&name).display();
            return Err(Failure::usage(
                "not-events",
                format!("{name} is a spreadsheet, not events"),
                format!(
                    "import it by a mapping: deskgauge map {table} > map.toml, then deskgauge import table {table} --map map.toml"
                ),
            ));
        }
    }
    Ok(warnings.into_iter().map(|warning| in_file(warning, &name)).collect())
}

/// Takes JSON Lines, read on all threads; answers the warnings, each once.
fn lines<W: Watching>(
    session: &mut Session<'_, W>,
    bytes: Box<dyn Read + Send>,
    name: &str,
    defaults: &Defaults,
) -> Outcome<Vec<Diagnostic>> {
    let mut told: Vec<Diagnostic> = Vec::new();
    let mut blocks = Blocks::new(bytes);
    let mut failed = None;
    let whole = std::iter::from_fn(|| match blocks.next()? {
        Ok(block) => Some(block),
        Err(error) => {
            failed = Some((blocks.before() + 1, error));
            None
        }
    });
    let read = |block: Block| {
        let mut events = json_lines::block(&block, defaults.clone());
        let all: Vec<_> = events.by_ref().collect();
        (all, events.warnings().to_vec())
    };
    in_order(whole, read, |(events, warnings)| {
        told.extend(warnings.into_iter().filter(|warning| !told.contains(warning)).collect::<Vec<_>>());
        session.take_all(name, events.into_iter())
    })?;
    if let Some((row, error)) = failed {
        let reason = format!("the file cannot be read any further: {error}");
        session.take(name, Err(Rejected::whole(row, "read-failed", reason, b"")))?;
    }
    Ok(told)
}

/// A warning of a file as a whole gets the file's name.
fn in_file(warning: Diagnostic, file: &str) -> Diagnostic {
    if warning.place.is_some() {
        return warning;
    }
    warning.at(deskgauge_core::diagnostic::Place { file: file.to_owned(), line: 0, column: 0 })
}
