//! `import events`: files in our own event format.

use clap::Args;
use deskgauge_core::event::record::Defaults;
use deskgauge_web::import;

use super::{Options, Summary, begin};
use crate::config::Global;
use crate::failure::{Failure, Outcome};
use crate::input::{self, Form, Place};
use crate::workspace;

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
    #[arg(long = "as", value_parser = input::form(), value_name = "FORM")]
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
        let mut session = begin(&workspace, names(&places), &self.options, total, global.format).await?;
        let mut warnings = Vec::new();
        let defaults = Defaults { source: self.options.source.as_str().into() };
        for place in &places {
            warnings.extend(import::events(&mut session, place, self.form, &defaults)?);
        }
        Summary(session.finish(None).await?).tell(&warnings, global)
    }
}

/// What was imported, in few words.
pub(super) fn names(places: &[Place]) -> String {
    let short = |place: &Place| match place {
        Place::Standard => "-".to_owned(),
        Place::File(path) | Place::Kept(path, _) => {
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
        }
    };
    match places {
        [only] => short(only),
        [first, rest @ ..] => format!("{} and {} more", short(first), rest.len()),
        [] => String::new(),
    }
}
