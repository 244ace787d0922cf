//! `explain`: what stands behind a number, from the formula down to one conversation's timeline.

use clap::Args;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_engine::ask::CUTS;
use deskgauge_web::conversation::may_be_shown;
use deskgauge_web::explain::Explained;
use deskgauge_web::explain::case::Part;

use super::query::QuestionOptions;
use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit, print_problems, text_instead};
use crate::output;
use crate::workspace::{self, Asking, now};

/// Explain a KPI: formula, population, distribution, longest cases; or one conversation's part in it
///
/// The population funnel says, row by row of the fact table, what was left out and by which clause. With --compare: which channels, teams,
/// reasons, tags, agents, hours and weekdays moved the number, and by how much. With --conversation: its timeline in
/// the notation, and the intervals that were counted.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge explain first_response_time --from 2026-01-01 --to 2026-02-01\n  deskgauge explain sla_compliance --from 2026-01-01 --to 2026-02-01 --compare previous\n  deskgauge explain csat --where \"channel = 'chat'\"\n  deskgauge explain first_response_time --conversation shop:120"
)]
pub(crate) struct Explain {
    /// The KPI's id
    #[arg(value_name = "METRIC")]
    metric: String,
    /// Explain by one conversation
    #[arg(long, value_name = "ID")]
    conversation: Option<String>,
    /// How many cases to show
    #[arg(long, value_name = "N", default_value_t = 10, conflicts_with = "conversation")]
    cases: usize,
    #[command(flatten)]
    options: QuestionOptions,
}

impl Explain {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        text_instead("explain", &[Format::Table, Format::Json], global.format);
        let question = self.options.question(vec![self.metric.clone()], global.format)?;
        let workspace = workspace::open(global).await?;
        let asking = Asking::of(&workspace, question.as_of.as_ref(), now()).await?;
        let question = asking.with_now(&question);
        let metric =
            asking.catalogue().under(&self.metric, &question.profile).map_err(|problem| Failure::new(exit::USAGE, problem))?;
        if let Some(id) = &self.conversation {
            may_be_shown(asking.rules())?;
            print_problems(&self.unused(), global.format);
            let case = Part::ask(&workspace, &asking, metric, &question, id).await?;
            let text = match global.format {
                Format::Json => case.json().to_string(),
                _ => case.print(metric, question.variant.as_deref(), &asking.rules().workspace.time_zone, global.lang),
            };
            return output::print(&text);
        }
        let explained = Explained::ask(&asking, metric, &question, self.cases, &CUTS, global.lang).await?;
        print_problems(&explained.remarks, global.format);
        output::print(&match global.format {
            Format::Json => explained.json(metric).to_string(),
            _ => explained.print(metric, &asking, global.lang),
        })
    }
}

impl Explain {
    /// The options that one conversation's explanation has no use for.
    fn unused(&self) -> Vec<Diagnostic> {
        let options = &self.options;
        let named = [
            ("by", !options.by.is_empty()),
            ("grain", options.grain.is_some()),
            ("from", options.from.is_some()),
            ("to", options.to.is_some()),
            ("stat", options.stat.is_some()),
            ("credit", options.credit.is_some()),
            ("compare", options.compare.is_some()),
        ];
        let told = |name: &str| {
            let message = format!("`--{name}` has no effect beside `--conversation`");
            Diagnostic::warning("without-effect", message).hint("one conversation is explained row by row, whenever it was")
        };
        named.into_iter().filter(|(_, given)| *given).map(|(name, _)| told(name)).collect()
    }
}
