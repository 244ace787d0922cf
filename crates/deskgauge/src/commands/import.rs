//! `import`: events and tables go into the workspace, one commit each time, with an id by which it can be undone.
//!
//! Good rows go in, bad ones go to the reject file; the summary says how many and why. An import that does not reach its end leaves the
//! workspace as it was: nothing is visible before the one commit at the end.

mod events;
mod list;
mod table;
mod undo;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_engine::workspace::{Extent, Workspace};
use deskgauge_web::import::{self, Done, Watching};
use serde_json::json;

use crate::config::{Format, Global, clock_micros};
use crate::failure::{Outcome, note, print_problems};
use crate::interrupt;
use crate::output::{self, value};
use crate::progress::{Progress, Watch};

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

/// An import that the terminal looks on at.
pub(crate) type Session<'w> = import::Session<'w, Shown>;

/// The terminal, looking on.
pub(crate) struct Shown {
    progress: Progress,
    watch: Option<Watch>,
}

impl Watching for Shown {
    fn taken(&mut self, events: u64) {
        self.progress.events(events);
    }

    fn folding(&mut self, extent: Option<Arc<Extent>>) {
        self.progress.phase("folding and committing");
        self.watch = extent.map(|extent| {
            self.progress.end();
            Watch::new("import: folding", extent)
        });
    }

    fn over(&mut self) {
        self.watch = None;
        self.progress.end();
    }
}

/// Begins an import. `name` tells people what was imported; `total` is the number of bytes to come, where that is known.
pub(crate) async fn begin<'w>(
    workspace: &'w Workspace,
    name: String,
    options: &Options,
    total: Option<u64>,
    format: Format,
) -> Outcome<Session<'w>> {
    let told = import::Options {
        source: options.source.as_str().into(),
        strict: options.strict,
        rejects: options.rejects.clone(),
        key_file: crate::config::key_file(workspace.folder()),
    };
    let progress = Progress::new("import", total);
    let bytes = progress.bytes.clone();
    let shown = Shown { progress, watch: None };
    let session = Session::begin(workspace, (name, clock_micros()), &told, (shown, bytes), interrupt::flag(format)).await?;
    Ok(match total {
        Some(total) => session.of_bytes(total),
        None => session,
    })
}

/// What came of an import, on its way to a reader.
pub(crate) struct Summary(pub(crate) Done);

impl Summary {
    /// Tells it: on standard error in words, on standard output as JSON where that was asked for.
    pub(crate) fn tell(&self, warnings: &[Diagnostic], global: &Global) -> Outcome {
        print_problems(warnings, global.format);
        if global.format == Format::Json {
            return output::print(&self.json().to_string());
        }
        let count = |number: u64| value::count(i64::try_from(number).unwrap_or(i64::MAX), global.lang);
        let report = &self.0.report;
        let rejected = self.0.rejected;
        note(format_args!(
            "{}: {} rows read, {} events new, {} duplicates, {} rejected; {} new conversations, snapshot {}",
            report.id.map_or_else(|| "nothing new".to_owned(), |id| format!("import {id}")),
            count(self.0.rows),
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
            let reasons: Vec<String> = self.0.by_code.iter().map(|(code, n)| format!("{code} {}", count(*n))).collect();
            note(format_args!("  rejected: {}", reasons.join(", ")));
            self.0.first.iter().for_each(|sentence| note(format_args!("    {sentence}")));
        }
        if let Some(file) = &self.0.file {
            note(format_args!("  rejected rows are in {}", file.display()));
        }
        Ok(())
    }

    /// The problems that it brought, the most frequent first, in words.
    fn problems(&self, global: &Global) -> Option<String> {
        let mut problems: Vec<(&String, u64)> = self.0.report.problems.iter().map(|(code, n)| (code, *n)).collect();
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
        let report = &self.0.report;
        let problems: serde_json::Map<String, serde_json::Value> =
            report.problems.iter().map(|(code, n)| (code.clone(), (*n).into())).collect();
        let rejected: serde_json::Map<String, serde_json::Value> =
            self.0.by_code.iter().map(|(code, n)| ((*code).to_owned(), (*n).into())).collect();
        json!({
            "import": report.id,
            "snapshot": report.snapshot,
            "rows": self.0.rows,
            "events": report.events,
            "duplicates": report.duplicates,
            "conflicts": report.conflicts(),
            "conversations": report.conversations,
            "problems": problems,
            "rejected": self.0.rejected,
            "rejected_by_code": rejected,
            "rejects_file": self.0.file.as_ref().map(|file| file.display().to_string()),
        })
    }
}
