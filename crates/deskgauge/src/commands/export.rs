//! `export`: a fact table, or the events, as a file.
//!
//! Events are written in the event format, so that they can be imported again; fact tables as they are. Rows stream: a table may be
//! larger than the memory.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use clap::Args;
use deskgauge_connect::events::{CsvWriter, to_json_line};
use deskgauge_core::diagnostic::{Diagnostic, near_name};
use deskgauge_core::event::Event;
use deskgauge_core::facts::FACTS;
use deskgauge_engine::ask::AskError;
use deskgauge_engine::facts_schema::EVENTS;
use deskgauge_engine::files::events_of;
use futures::StreamExt;
use parquet::arrow::ArrowWriter;

use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit, note};
use crate::input::columnar::EventWriter;
use crate::input::{Form, form_of_name};
use crate::output::stdout_failure;
use crate::sink::{Sink, compressed};
use crate::{rows, uncovered, workspace};

/// Write a fact table, or the events, to a file
///
/// Events come in the event format and can be imported again. Without --to, CSV (or JSON Lines with --format json) goes to standard output.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge export conversations --to conversations.parquet\n  deskgauge export events --to events.jsonl.zst\n  deskgauge export waits | head"
)]
pub(crate) struct Export {
    /// A fact table, or `events`
    #[arg(value_name = "TABLE|events")]
    table: String,
    /// The file: .parquet, .csv or .jsonl, also with .gz or .zst
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// An earlier state of the data: a snapshot's number, a date (its beginning) or an instant
    #[arg(long, value_name = "SNAPSHOT|TIME")]
    as_of: Option<String>,
}

impl Export {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let tables = || FACTS.iter().map(|table| table.name).chain([EVENTS]);
        if !tables().any(|name| name == self.table) {
            let problem = Diagnostic::error("unknown-table", format!("there is no table `{}`", self.table));
            let hint = match near_name(&self.table, tables()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the tables are {}", tables().collect::<Vec<_>>().join(", ")),
            };
            return Err(Failure::new(exit::USAGE, problem.hint(hint)));
        }
        let form = self.form(global)?;
        let as_of = super::sql::as_of(self.as_of.as_deref())?;
        let asking = workspace::asking(global, as_of.as_ref()).await?;
        uncovered::tell("export", asking.rules(), global.format);
        let engine = |error| workspace::ask_failure(AskError::Engine(error).blamed(asking.source()));
        let frame = asking.source().table(&self.table).await.map_err(engine)?;
        let schema = std::sync::Arc::new(frame.schema().as_arrow().clone());
        let mut stream = frame.execute_stream().await.map_err(engine)?;
        let mut writer = Writer::new(form, self.table == EVENTS, self.to.as_deref(), &schema)?;
        let mut count = 0;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(engine)?;
            count += batch.num_rows();
            writer.write(&batch)?;
        }
        writer.finish()?;
        if let Some(path) = &self.to {
            note(format_args!("{count} rows of {} are in {}", self.table, path.display()));
        }
        Ok(())
    }

    fn form(&self, global: &Global) -> Outcome<Form> {
        let Some(path) = &self.to else {
            return Ok(if global.format == Format::Json { Form::Jsonl } else { Form::Csv });
        };
        match form_of_name(path) {
            Some(form @ (Form::Jsonl | Form::Csv | Form::Parquet)) => Ok(form),
            _ => Err(Failure::usage(
                "unknown-form",
                format!("{} does not tell a form that can be written", path.display()),
                "let its name end in .parquet, .csv or .jsonl (.csv.gz and .jsonl.zst, too)",
            )),
        }
    }
}

type Out = Sink<Box<dyn Write + Send>>;

/// Where the rows go. A file gets its name when it is whole.
struct Writer {
    kind: Kind,
    path: Option<PathBuf>,
}

enum Kind {
    EventLines(Out),
    EventCsv(Out, bool),
    EventParquet(Box<EventWriter<Out>>),
    Lines(Out),
    Csv(Out),
    Parquet(Box<ArrowWriter<Out>>),
}

impl Writer {
    fn new(form: Form, events: bool, path: Option<&Path>, schema: &arrow::datatypes::SchemaRef) -> Outcome<Self> {
        let raw: Box<dyn Write + Send> = match path {
            Some(path) => {
                let part = part(path);
                let file = File::create(&part).map_err(|error| Failure::file("write", path, &error))?;
                Box::new(BufWriter::with_capacity(1 << 16, file))
            }
            None => Box::new(BufWriter::with_capacity(1 << 16, io::stdout())),
        };
        let failed = |error: io::Error| failure(path, &error);
        // Parquet is compressed inside, and must not be from outside.
        let name = if form == Form::Parquet { Path::new("") } else { path.unwrap_or(Path::new("")) };
        let mut out = compressed(name, raw).map_err(failed)?;
        let kind = match (form, events) {
            (Form::Parquet, true) => {
                Kind::EventParquet(Box::new(EventWriter::new(out).map_err(|error| failed(io::Error::other(error)))?))
            }
            (Form::Parquet, false) => {
                let writer = ArrowWriter::try_new(out, schema.clone(), Some(crate::input::columnar::properties()));
                Kind::Parquet(Box::new(writer.map_err(|error| failed(io::Error::other(error)))?))
            }
            (Form::Jsonl, true) => Kind::EventLines(out),
            (Form::Jsonl, false) => Kind::Lines(out),
            (_, true) => Kind::EventCsv(out, false),
            (_, false) => {
                let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
                out.write_all(crate::output::csv::record(&names).as_bytes()).map_err(failed)?;
                Kind::Csv(out)
            }
        };
        Ok(Self { kind, path: path.map(Path::to_owned) })
    }

    fn write(&mut self, batch: &RecordBatch) -> Outcome {
        let path = self.path.clone();
        let failed = |error: io::Error| failure(path.as_deref(), &error);
        let events = || events_of(batch, Path::new(EVENTS)).map_err(|error| failed(io::Error::other(error)));
        match &mut self.kind {
            Kind::EventLines(out) => {
                events()?.iter().try_for_each(|(event, _)| writeln!(out, "{}", to_json_line(event))).map_err(failed)
            }
            Kind::EventCsv(out, begun) => {
                let lines = event_csv(&events()?).map_err(failed)?;
                let skipped = if *begun { lines.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1) } else { 0 };
                *begun = true;
                out.write_all(&lines[skipped..]).map_err(failed)
            }
            Kind::EventParquet(out) => {
                events()?.into_iter().try_for_each(|(event, _)| out.write(event)).map_err(|error| failed(io::Error::other(error)))
            }
            Kind::Lines(out) => {
                let objects = rows::objects(batch).map_err(|error| failed(io::Error::other(error)))?;
                objects.iter().try_for_each(|object| writeln!(out, "{object}")).map_err(failed)
            }
            Kind::Csv(out) => {
                let texts = rows::texts(batch).map_err(|error| failed(io::Error::other(error)))?;
                texts.iter().try_for_each(|row| out.write_all(crate::output::csv::record(row).as_bytes())).map_err(failed)
            }
            Kind::Parquet(out) => out.write(batch).map_err(|error| failed(io::Error::other(error))),
        }
    }

    fn finish(self) -> Outcome {
        let failed = |error: io::Error| failure(self.path.as_deref(), &error);
        let done = match self.kind {
            Kind::EventLines(out) | Kind::Lines(out) | Kind::Csv(out) | Kind::EventCsv(out, _) => out.finish(),
            Kind::EventParquet(out) => out.finish().map_err(io::Error::other).and_then(Sink::finish),
            Kind::Parquet(out) => out.into_inner().map_err(io::Error::other).and_then(Sink::finish),
        };
        done.map_err(failed)?;
        match &self.path {
            Some(path) => std::fs::rename(part(path), path).map_err(|error| Failure::file("write", path, &error)),
            None => Ok(()),
        }
    }
}

/// Events as CSV under their header.
fn event_csv(events: &[(Event, i64)]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut lines = CsvWriter::new(&mut bytes)?;
    events.iter().try_for_each(|(event, _)| lines.write(event))?;
    lines.flush()?;
    drop(lines);
    Ok(bytes)
}

fn part(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn failure(path: Option<&Path>, error: &io::Error) -> Failure {
    match path {
        Some(path) => Failure::file("write", path, error),
        None => stdout_failure(error),
    }
}
