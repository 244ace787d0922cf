//! Files that are asked directly: folded at once, stored nowhere, or in a room of their own where they do not fit in memory.
//!
//! Parquet of the format's own types goes to the engine as it lies, of any length where its conversations are not scattered over it; all
//! else goes row by row through the readers of every import.
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
use deskgauge_engine::direct::{Direct, DirectError, Events, Reads, first_events};
use deskgauge_engine::files::EventFile;
use deskgauge_engine::workspace::limit_events;

use super::questions::{self, Asked};
use super::room::Room;
use crate::config::Global;
use crate::failure::{Failure, Outcome, exit, print_problems};
use crate::input::{self, Form, Place};
use crate::workspace::{Asking, now};

/// Files with fewer events have all columns of what is read: to find out which of them are takes longer.
const MANY_EVENTS: u64 = 1 << 19;

/// What is asked of files.
pub(super) enum Wanted<'a> {
    /// These KPIs, each under its profile, in ways that follow from the answers.
    Kpis(Vec<(String, String)>),
    /// These questions and nothing else.
    Questions(&'a [Asked]),
}

/// The state of the data that the files tell of, as far as it is asked for. Files of which more
/// events than may be in memory are needed at once have a room on disk, which is to be kept while they are asked.
pub(super) async fn asking(
    files: &[String],
    form: Option<Form>,
    (rules, text): (Rules, &str),
    catalogue: Catalogue,
    wanted: &Wanted<'_>,
    global: &Global,
) -> Outcome<(Asking, Option<Room>)> {
    let ids = match wanted {
        Wanted::Kpis(ids) => ids.clone(),
        Wanted::Questions(questions) => questions::ids(questions),
    };
    let asked = ids.iter().filter_map(|(id, profile)| catalogue.under(id, profile).ok());
    let names: BTreeSet<&'static str> = asked.flat_map(tables).collect();
    // Links between a customer's conversations and orders need all of them at once.
    let linked = LINKED.iter().any(|table| names.contains(table));
    let mut reads = Reads::tables(names);
    let most = limit_events(&rules);
    let columnar = columnar_files(files, form)?;
    let mut large = columnar.as_ref().is_some_and(|columnar| columnar.rows > most);
    if let Some(columnar) = columnar.filter(|_| !linked) {
        if let Wanted::Questions(questions) = wanted
            && columnar.rows > MANY_EVENTS
        {
            reads = read_by(questions, &columnar.paths, &reads, (&rules, &catalogue)).await.unwrap_or(reads);
        }
        match Direct::fold(Events::Files(columnar.paths), &rules, &reads, most) {
            // Row by row, to say which is none and to go on without it.
            Err(DirectError::BadRow) => {}
            Err(DirectError::TooMany) => large = true,
            direct => return Ok((Asking::direct(direct.map_err(bad_parquet)?, rules, catalogue, now())?, None)),
        }
    }
    let events = if large { None } else { events(files, form, most, global)? };
    let Some(events) = events else {
        let (room, asking) = Room::of(files, form, (rules, text), catalogue, global).await?;
        return Ok((asking, Some(room)));
    };
    if linked {
        return Ok((Asking::memory(events, rules, catalogue, now())?, None));
    }
    // They are in memory, and no more than fit there.
    let direct = Direct::fold(Events::Read(events), &rules, &reads, u64::MAX).map_err(bad_parquet)?;
    Ok((Asking::direct(direct, rules, catalogue, now())?, None))
}

/// What questions read, found out on the first events. Where that fails nothing is known; what is wrong with a question is told when it
/// is asked.
async fn read_by(
    questions: &[Asked],
    paths: &[PathBuf],
    reads: &Reads,
    (rules, catalogue): (&Rules, &Catalogue),
) -> Option<Reads> {
    let events = first_events(paths).ok()?;
    let few = Direct::fold(Events::Read(events), rules, reads, u64::MAX).ok()?;
    let noting = few.noting();
    let asking = Asking::direct(few, rules.clone(), catalogue.clone(), now()).ok()?;
    questions::answers(questions, &asking).await.ok()?;
    Some(noting.noted())
}

fn bad_parquet(error: DirectError) -> Failure {
    Failure::new(exit::DATA, Diagnostic::error("bad-parquet", error.to_string()))
}

/// The fact tables that a metric and its variants read.
fn tables(metric: &Metric) -> impl Iterator<Item = &'static str> {
    let variants = metric.variants.iter().map(|variant| &variant.definition);
    let parts = std::iter::once(&metric.definition).chain(variants).flat_map(Definition::parts);
    parts.filter_map(|part| facts::find(&part.from)).map(|table| table.name)
}

/// Parquet files whose columns the engine reads.
struct Columnar {
    paths: Vec<PathBuf>,
    rows: u64,
}

/// The files, where all of them are such.
fn columnar_files(files: &[String], form: Option<Form>) -> Outcome<Option<Columnar>> {
    let (mut paths, mut rows) = (Vec::new(), 0);
    for place in input::places(files)? {
        let Place::File(path) = place else { return Ok(None) };
        let parquet = form == Some(Form::Parquet) || (form.is_none() && path.extension().is_some_and(|end| end == "parquet"));
        let file = EventFile::open(&path).ok().filter(|file| parquet && file.is_readable());
        let Some(file) = file else { return Ok(None) };
        rows += file.rows();
        paths.push(path);
    }
    Ok(Some(Columnar { paths, rows }))
}

/// All good events of the files; none where there are more than that.
fn events(files: &[String], form: Option<Form>, most: u64, global: &Global) -> Outcome<Option<Vec<Event>>> {
    let mut events = Vec::new();
    let mut rejected = 0;
    let mut first: Option<Rejected> = None;
    for place in input::places(files)? {
        for event in reader(&place, form)? {
            match event {
                Ok(_) if events.len() as u64 >= most => return Ok(None),
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
        left_out(rejected, &format!("row {}: {}", bad.row, reason.trim()), global);
    }
    Ok(Some(events))
}

/// Tells of rows that are no events.
pub(super) fn left_out(rows: u64, first: &str, global: &Global) {
    let message = format!("{rows} rows are left out; the first is {first}");
    let hint = "`deskgauge import events` lists them all in a reject file";
    print_problems(&[Diagnostic::warning("rejected-rows", message).hint(hint)], global.format);
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
