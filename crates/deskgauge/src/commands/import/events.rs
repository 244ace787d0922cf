//! `import events`: files in our own event format.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::Args;
use deskgauge_connect::Rejected;
use deskgauge_connect::events::{csv, json_lines};
use deskgauge_connect::lines::blocks::{Block, Blocks};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::record::Defaults;

use super::{Options, Session};
use crate::ahead::in_order;
use crate::config::Global;
use crate::failure::{Failure, Outcome, exit};
use crate::input::{self, Form, Place};
use crate::{columnar, workspace};

/// Import events in the event format: JSON Lines, CSV, TSV or Parquet
///
/// Files may be plain or compressed (.gz, .zst); a folder stands for all its files; `-` reads standard input. Importing the same file
/// twice changes nothing. Bad rows go to the reject file.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge import events june.jsonl july.jsonl.gz\n  deskgauge import events 'exports/**/*.csv' --source helpdesk\n  zcat dump.gz | deskgauge import events - --as jsonl --strict"
)]
pub(crate) struct Events {
    /// Files, folders, globs, or `-`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// The form of the files, where names and content do not tell
    #[arg(long = "as", value_enum, value_name = "FORM")]
    form: Option<Form>,
    #[command(flatten)]
    options: Options,
}

impl Events {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let places = input::places(&self.files)?;
        if places.contains(&Place::Standard) && self.form.is_none() && places.len() > 1 {
            return Err(Failure::usage(
                "unknown-form",
                "standard input among files has no form",
                "say what it is: --as jsonl or csv",
            ));
        }
        let workspace = workspace::open(global).await?;
        let total = places.iter().map(Place::size).sum::<Option<u64>>();
        let mut session = Session::begin(&workspace, names(&places), &self.options, total, global.format).await?;
        let mut warnings = Vec::new();
        let source: Arc<str> = self.options.source.as_str().into();
        for place in &places {
            let read = session.progress.bytes.clone();
            let defaults = Defaults { source: source.clone() };
            file(&mut session, place, self.form, read, defaults, &mut warnings)?;
        }
        session.finish(None).await?.tell(&warnings, global)
    }
}

/// What was imported, in few words.
pub(super) fn names(places: &[Place]) -> String {
    let short = |place: &Place| match place {
        Place::Standard => "-".to_owned(),
        Place::File(path) => {
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
        }
    };
    match places {
        [only] => short(only),
        [first, rest @ ..] => format!("{} and {} more", short(first), rest.len()),
        [] => String::new(),
    }
}

fn file(
    session: &mut Session<'_>,
    place: &Place,
    form: Option<Form>,
    read: Arc<AtomicU64>,
    defaults: Defaults,
    warnings: &mut Vec<Diagnostic>,
) -> Outcome {
    let name = place.name();
    let wrong = |problem: Diagnostic| Failure::new(exit::DATA, problem);
    let (counter, before) = (read.clone(), read.load(Ordering::Relaxed));
    let opened = input::open(place, form, read)?;
    match opened.form {
        Form::Jsonl => {
            let told = lines(session, opened.bytes, &name, &defaults)?;
            warnings.extend(told.into_iter().map(|warning| in_file(warning, &name)));
        }
        Form::Csv | Form::Tsv => {
            let delimiter = if opened.form == Form::Tsv { b'\t' } else { b',' };
            let mut events = csv::csv(opened.bytes, delimiter, &name, defaults).map_err(wrong)?;
            session.take_all(&name, events.by_ref())?;
            warnings.extend(events.warnings().iter().cloned().map(|warning| in_file(warning, &name)));
        }
        Form::Parquet => parquet(session, input::parquet(place, opened, counter, before)?, &name, &defaults, warnings)?,
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
    Ok(())
}

/// Takes JSON Lines, read on all threads; answers the warnings, each once.
fn lines(session: &mut Session<'_>, bytes: Box<dyn Read + Send>, name: &str, defaults: &Defaults) -> Outcome<Vec<Diagnostic>> {
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

fn parquet(
    session: &mut Session<'_>,
    rows: columnar::Rows,
    name: &str,
    defaults: &Defaults,
    warnings: &mut Vec<Diagnostic>,
) -> Outcome {
    let about = |problem: Diagnostic| in_file(problem, name);
    let columns = columnar::event_columns(&rows.columns).map_err(|problem| Failure::new(exit::DATA, about(problem)))?;
    warnings.extend(columns.warnings().iter().cloned().map(about));
    in_order(rows.into_pieces(), |piece| piece.events(&columns, defaults), |events| session.take_all(name, events.into_iter()))
}

/// A warning of a file as a whole gets the file's name.
fn in_file(warning: Diagnostic, file: &str) -> Diagnostic {
    if warning.place.is_some() {
        return warning;
    }
    warning.at(deskgauge_core::diagnostic::Place { file: file.to_owned(), line: 0, column: 0 })
}
