//! `import`: events and tables go into the workspace, one commit each time, with an id by which it can be undone.
//!
//! Good rows go in, bad ones go to the reject file; the summary says how many and why. An import that does not reach its end leaves the
//! workspace as it was: nothing is visible before the one commit at the end.

mod events;
mod list;
mod table;
mod undo;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use deskgauge_connect::Rejected;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::Event;
use deskgauge_engine::workspace::{Import as Running, ImportAbout, ImportReport, Workspace};
use serde_json::json;

use crate::config::{Format, Global, clock_micros};
use crate::failure::{Failure, Outcome, exit, note, print_problems};
use crate::output::{self, value};
use crate::progress::{Progress, Watch};
use crate::rejects::Rejects;
use crate::{interrupt, workspace};

/// How many kinds of problems the summary names.
const TOP: usize = 5;

/// Bring events into the workspace
#[derive(Debug, Args)]
pub(crate) struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Events(events::Events),
    Table(table::Table),
    List(list::List),
    Undo(undo::Undo),
}

/// Options of both kinds of import.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// The source of events that name none: ids are unique within it
    #[arg(long, value_name = "NAME", default_value = "import")]
    pub(crate) source: String,
    /// All or nothing: with a single bad row, nothing is imported (exit 1)
    #[arg(long)]
    pub(crate) strict: bool,
    /// Where rejected rows are written [default: rejects/IMPORT.csv in the workspace]
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
}

impl Import {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        match self.what {
            What::Events(command) => command.run(global).await,
            What::Table(command) => command.run(global).await,
            What::List(command) => command.run(global).await,
            What::Undo(command) => command.run(global).await,
        }
    }
}

/// An import that is running: events go in, rejected rows go aside.
pub(crate) struct Session<'w> {
    import: Running<'w>,
    rejects: Rejects,
    /// How far it is.
    pub(crate) progress: Progress,
    strict: bool,
    stop: interrupt::Flag,
}

/// What came of an import.
pub(crate) struct Summary {
    /// The engine's report.
    pub(crate) report: ImportReport,
    /// Rows that were read.
    pub(crate) rows: u64,
    rejects: Rejects,
    file: Option<PathBuf>,
}

impl<'w> Session<'w> {
    /// Begins. `name` tells people what was imported; `total` is the number of bytes to come, where that is known.
    pub(crate) async fn begin(
        workspace: &'w Workspace,
        name: String,
        options: &Options,
        total: Option<u64>,
        format: Format,
    ) -> Outcome<Self> {
        let about = ImportAbout { name, at: clock_micros() };
        let stop = interrupt::flag(format);
        let import = interrupt::or_stop(&stop, workspace.begin_import(about)).await?.map_err(workspace::failure)?;
        let rejects = Rejects::new(workspace.folder(), options.rejects.clone());
        Ok(Self { import, rejects, progress: Progress::new("import", total), strict: options.strict, stop })
    }

    /// Takes all events of a reader. Rows are counted by the caller's reader where one row gives several events.
    pub(crate) fn take_all(&mut self, file: &str, events: impl Iterator<Item = Result<Event, Rejected>>) -> Outcome {
        for event in events {
            self.take(file, event)?;
        }
        Ok(())
    }

    /// Takes one event or rejected row.
    pub(crate) fn take(&mut self, file: &str, event: Result<Event, Rejected>) -> Outcome {
        self.progress.event();
        if self.stop.is_set() {
            return Err(stopped());
        }
        match event {
            Ok(event) => self.import.push(event).map_err(workspace::failure),
            Err(rejected) => match rejected.problems.iter().find(|problem| problem.code == "read-failed") {
                // The rest of the file is lost, nobody knows how much: half a file is not imported.
                Some(problem) => Err(Failure::new(
                    exit::DATA,
                    Diagnostic::error("read-failed", format!("{file} ends in row {}: {}", rejected.row, problem.reason))
                        .hint("nothing was imported: get the whole file and import it again"),
                )),
                None => self.rejects.take(file, &rejected),
            },
        }
    }

    /// Ends it: one commit. `rows`: how many rows were read, where they are not the events.
    pub(crate) async fn finish(mut self, rows: Option<u64>) -> Outcome<Summary> {
        let rows = rows.unwrap_or_else(|| self.progress.events());
        if self.strict && self.rejects.rows() > 0 {
            return Err(self.refused(rows));
        }
        self.progress.phase("folding and committing");
        let watch = self.import.extent().map(|extent| {
            self.progress.end();
            Watch::new("import: folding", extent)
        });
        let report = interrupt::or_stop(&self.stop, self.import.finish()).await?.map_err(workspace::failure)?;
        drop(watch);
        self.progress.end();
        let file = self.rejects.finish(&report.id.map_or_else(|| "nothing-new".to_owned(), |id| id.to_string()))?;
        Ok(Summary { report, rows, rejects: self.rejects, file })
    }

    /// The failure of a strict import with bad rows.
    fn refused(mut self, rows: u64) -> Failure {
        self.progress.end();
        let count = self.rejects.rows();
        let mut hint = self.rejects.first().join("\n      ");
        match self.rejects.finish("refused") {
            Ok(Some(file)) => hint.push_str(&format!("\n      all of them are in {}", file.display())),
            Ok(None) => {}
            Err(failure) => return failure,
        }
        let message =
            format!("{count} of {rows} rows cannot be imported, and --strict takes all or nothing: nothing was imported");
        Failure::new(exit::DATA, Diagnostic::error("strict", message).hint(hint))
    }
}

fn stopped() -> Failure {
    Failure::interrupted("nothing was imported, the workspace is as it was")
}

impl Summary {
    /// Tells it: on standard error in words, on standard output as JSON where that was asked for.
    pub(crate) fn tell(&self, warnings: &[Diagnostic], global: &Global) -> Outcome {
        print_problems(warnings, global.format);
        if global.format == Format::Json {
            return output::print(&self.json().to_string());
        }
        let count = |number: u64| value::count(i64::try_from(number).unwrap_or(i64::MAX), global.lang);
        let report = &self.report;
        let rejected = self.rejects.rows();
        note(format_args!(
            "{}: {} rows read, {} events new, {} duplicates, {} rejected; {} new conversations, snapshot {}",
            report.id.map_or_else(|| "nothing new".to_owned(), |id| format!("import {id}")),
            count(self.rows),
            count(report.events),
            count(report.duplicates),
            count(rejected),
            count(report.conversations),
            report.snapshot,
        ));
        if report.conflicts() > 0 {
            note(format_args!(
                "  {} events share their source, id and revision with another one and differ from it: one of each two counts",
                count(report.conflicts())
            ));
        }
        if let Some(problems) = self.problems(global) {
            note(format_args!("  {problems}"));
        }
        if rejected > 0 {
            let reasons: Vec<String> = self.rejects.by_code().iter().map(|(code, n)| format!("{code} {}", count(*n))).collect();
            note(format_args!("  rejected: {}", reasons.join(", ")));
            self.rejects.first().iter().for_each(|sentence| note(format_args!("    {sentence}")));
        }
        if let Some(file) = &self.file {
            note(format_args!("  rejected rows are in {}", file.display()));
        }
        Ok(())
    }

    /// The problems that it brought, the most frequent first, in words.
    fn problems(&self, global: &Global) -> Option<String> {
        let mut problems: Vec<(&String, u64)> = self.report.problems.iter().map(|(code, n)| (code, *n)).collect();
        problems.sort_by_key(|(code, n)| (std::cmp::Reverse(*n), *code));
        let count = |number: u64| value::count(i64::try_from(number).unwrap_or(i64::MAX), global.lang);
        let total: u64 = problems.iter().map(|(_, n)| n).sum();
        let shown: Vec<String> = problems.iter().take(TOP).map(|(code, n)| format!("{code} {}", count(*n))).collect();
        let rest = problems.len().saturating_sub(TOP);
        let rest = if rest > 0 { format!(" and {rest} kinds more") } else { String::new() };
        let table = "see `deskgauge sql \"select * from problems\"`";
        (total > 0).then(|| format!("{} problems: {}{rest}; {table}", count(total), shown.join(", ")))
    }

    fn json(&self) -> serde_json::Value {
        let report = &self.report;
        let problems: serde_json::Map<String, serde_json::Value> =
            report.problems.iter().map(|(code, n)| (code.clone(), (*n).into())).collect();
        let rejected: serde_json::Map<String, serde_json::Value> =
            self.rejects.by_code().iter().map(|(code, n)| ((*code).to_owned(), (*n).into())).collect();
        json!({
            "import": report.id,
            "snapshot": report.snapshot,
            "rows": self.rows,
            "events": report.events,
            "duplicates": report.duplicates,
            "conflicts": report.conflicts(),
            "conversations": report.conversations,
            "problems": problems,
            "rejected": self.rejects.rows(),
            "rejected_by_code": rejected,
            "rejects_file": self.file.as_ref().map(|file| file.display().to_string()),
        })
    }
}
