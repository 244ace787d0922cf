//! `data-quality`: the report that comes first: what is wrong with the data, how much of it, which KPIs it distorts, and what to do.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};
use deskgauge_core::period::day_start;
use deskgauge_core::question::Question;
use deskgauge_engine::data_quality::{Scope, examine};
use deskgauge_web::forms::findings::{self, Told};
use deskgauge_web::import::imported;

use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit};
use crate::{output, workspace};

/// Tell what is wrong with the data, before any KPI is asked
///
/// Clock skew, missing openings and actors, conflicts, duplicates, rejected rows, overlaps, gaps and more: each with its count, its share,
/// the KPIs that it distorts, what to do, and examples. `serious` is what is wrong for 1 % or more, and every gap.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge data-quality\n  deskgauge data-quality --import 3 --examples 10\n  deskgauge data-quality --from 2026-01-01 --to 2026-02-01 --by month\n  deskgauge data-quality --format json"
)]
pub(crate) struct DataQuality {
    /// The first day, a midnight of the workspace's zone [default: from the first event]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The day after the last
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Only what this import brought
    #[arg(long, value_name = "IMPORT")]
    import: Option<i64>,
    /// Also how often by import or by month
    #[arg(long, value_enum, value_name = "WHAT")]
    by: Option<By>,
    /// How many examples of each finding
    #[arg(long, value_name = "N", default_value_t = 3)]
    examples: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// By import.
    Import,
    /// By local month.
    Month,
}

impl DataQuality {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let mut question = Question::new(Vec::new());
        let options = [("from", &self.from), ("to", &self.to)];
        let problems: Vec<_> =
            options.into_iter().filter_map(|(name, date)| question.set_option(name, date.as_ref()?).err()).collect();
        if !problems.is_empty() {
            return Err(Failure::all(exit::USAGE, problems));
        }
        let opened = workspace::open(global).await?;
        let asking = workspace::Asking::of(&opened, None, workspace::now()).await?;
        let imported = imported(&opened).await?;
        if let Some(import) = self.import.filter(|id| !imported.iter().any(|import| import.info.id == *id)) {
            let message = format!("there is no import {import}");
            return Err(Failure::usage("unknown-import", message, "`deskgauge import list` shows them"));
        }
        let start = |date| day_start(date, &asking.rules().workspace.time_zone);
        let (from, to) = (question.from.map(start), question.to.map(start));
        let scope = Scope { from, to, import: self.import, examples: self.examples };
        let findings = examine(asking.source(), asking.rules(), &imported, &scope).await.map_err(workspace::ask_failure)?;
        let names: BTreeMap<i64, &str> = imported.iter().map(|import| (import.info.id, import.info.name.as_str())).collect();
        let by = self.by.map(|by| match by {
            By::Import => findings::By::Import,
            By::Month => findings::By::Month,
        });
        let told = Told { findings: &findings, names: &names, by, asking: &asking, language: global.lang };
        output::print(&match global.format {
            Format::Json => told.json().to_string(),
            Format::Csv => told.csv(),
            Format::Table => told.text("", "  "),
            Format::Md => told.text("## ", "- "),
        })
    }
}
