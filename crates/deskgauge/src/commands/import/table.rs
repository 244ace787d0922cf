//! `import table`: any table by a mapping.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use deskgauge_connect::table::Mapping;
use deskgauge_web::import;

use super::{Options, Summary, begin, events};
use crate::config::Global;
use crate::failure::{Failure, Outcome, exit, note, print_problems};
use crate::input::{Form, Place};
use crate::{input, workspace};

/// Import a table of tickets, calls, messages or status changes by a mapping
///
/// The mapping says what the columns mean; `deskgauge map FILE` proposes one. What a table cannot know stays unknown.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge map tickets.csv > tickets.toml\n  deskgauge import table tickets.csv --map tickets.toml\n  deskgauge import table 'calls-*.xlsx' --map calls.toml --source phone"
)]
pub(crate) struct Table {
    /// Tables of one shape: CSV, TSV, Parquet or xlsx, plain or compressed; folders, globs, or `-`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// The mapping
    #[arg(long, value_name = "MAP.toml")]
    map: PathBuf,
    /// The sheet of a spreadsheet [default: the first]
    #[arg(long)]
    sheet: Option<String>,
    /// The form of the files, where names and content do not tell
    #[arg(long = "as", value_parser = input::form(), value_name = "FORM")]
    form: Option<Form>,
    #[command(flatten)]
    options: Options,
}

impl Table {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let mapping = mapping(&self.map, global)?;
        let places = input::places(&self.files)?;
        let workspace = workspace::open(global).await?;
        let total = places.iter().map(Place::size).sum::<Option<u64>>();
        let mut session = begin(&workspace, events::names(&places), &self.options, total, global.format).await?;
        let source: Arc<str> = self.options.source.as_str().into();
        let (mut rows, mut shifted, mut kept, mut untimed) = (0, 0, 0, 0);
        for place in &places {
            let report = import::table(&mut session, place, (self.form, self.sheet.as_deref()), &mapping, &source)?;
            rows += report.rows;
            shifted += report.shifted_times;
            kept += report.kept_times;
            untimed += report.untimed_statuses;
        }
        let told = Summary(session.finish(Some(rows)).await?).tell(&[], global);
        let notes = [
            (shifted, "local times that do not exist (the clocks went forward over them) were moved forward by the gap"),
            (kept, "times of resolving or closing were older than a later status change: the change's own time was kept"),
            (untimed, "statuses without a time of their own were left out"),
        ];
        for (count, sentence) in notes.into_iter().filter(|(count, _)| *count > 0) {
            note(format_args!("  {count} {sentence}"));
        }
        told
    }
}

/// Reads a mapping.
fn mapping(path: &std::path::Path, global: &Global) -> Outcome<Mapping> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
    let (mapping, problems) = Mapping::parse(&text, &path.display().to_string());
    match mapping {
        Some(mapping) => {
            print_problems(&problems, global.format);
            Ok(mapping)
        }
        None => Err(Failure::all(exit::DATA, problems)),
    }
}
