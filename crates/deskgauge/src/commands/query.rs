//! `query`: the contract of questions and answers, on the command line.

mod options;
mod plan;

use clap::Args;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_engine::ask::{choose, scans};

pub(crate) use options::QuestionOptions;

use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, print_problems};
use crate::forms::words::Reading;
use crate::output::{self, csv, json, markdown, table};
use crate::{silence, workspace};

/// Ask for KPIs
///
/// Every answer carries what makes it trustworthy: n, numerator and denominator, a 95 % interval, how many rows still run, are
/// provisional or were left out and why.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge query first_response_time\n  deskgauge query first_response_time,csat --by channel --grain month --from 2026-01-01 --to 2026-04-01\n  deskgauge query first_response_time --stat p90 --clock business --where \"team = 'returns'\"\n  deskgauge query answered_within --set answer_within=30s --format json\n  deskgauge query backlog --grain day --as-of 12\n  deskgauge query csat --by team --from 2026-11-01 --to 2026-12-01 --compare weekdays\n  deskgauge query all --by channel --grain month --from 2026-01-01 --plan"
)]
pub(crate) struct Query {
    /// KPIs by their ids; `deskgauge metrics list` shows them. `all`: every one that can be cut and filtered so
    #[arg(value_name = "METRIC[,METRIC…]", value_delimiter = ',', required = true)]
    metrics: Vec<String>,
    #[command(flatten)]
    options: QuestionOptions,
    /// Show published targets instead of the workspace's own; `deskgauge metrics presets` lists them
    #[arg(long, value_name = "PRESET")]
    targets: Option<String>,
    /// Print the plan instead of the answers: which tables are read, once each, and how
    #[arg(long)]
    plan: bool,
}

impl Query {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let metrics: Vec<String> =
            self.metrics.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
        if metrics.is_empty() {
            return Err(Failure::usage("bad-value", "the question names no KPI", "`deskgauge metrics list` shows them"));
        }
        let mut question = self.options.question(metrics, global.format)?;
        if let (Some(from), Some(to)) = (question.from, question.to)
            && from >= to
        {
            return Err(Failure::usage(
                "bad-value",
                "the range ends before it begins",
                "--to is exclusive and comes after --from",
            ));
        }
        let asking = workspace::asking(global, question.as_of.as_ref()).await?;
        let asking = match &self.targets {
            Some(preset) => asking.with_targets(preset)?,
            None => asking,
        };
        if question.metrics == ["all"] && asking.catalogue().get("all").is_none() {
            let asked = asking.with_now(&question);
            let all = choose(asking.source(), asking.catalogue(), asking.rules(), &asked);
            let (metrics, left_out) = all.map_err(workspace::ask_failure)?;
            question.metrics = metrics;
            let told = |problem: Diagnostic| Diagnostic::warning("left-out", format!("left out: {}", problem.message));
            print_problems(&left_out.into_iter().map(told).collect::<Vec<_>>(), global.format);
        }
        if self.plan {
            let asked = asking.with_now(&question);
            let plan = scans(asking.source(), asking.catalogue(), asking.rules(), &asked).await;
            return output::print(&plan::text(&plan.map_err(workspace::ask_failure)?, global.format));
        }
        let answers = asking.ask(&question).await?;
        if let Some(sentence) = silence::of_question(&question, asking.source(), asking.rules(), answers.now) {
            print_problems(&[Diagnostic::warning("no-data-there", sentence)], global.format);
        }
        print_problems(&asking.remarks(&question, &answers).await?, global.format);
        let text = match global.format {
            Format::Json => json::answers(&answers).to_string(),
            Format::Csv => csv::answers(&answers, &question.by),
            Format::Table | Format::Md => {
                let name = |id: &str, variant: Option<&str>| asking.name(id, variant, global.lang);
                let zone = &asking.rules().workspace.time_zone;
                let reading = Reading { by: &question.by, language: global.lang, name: &name, zone };
                let (grid, footer) = table::answers(&answers, &reading);
                match global.format {
                    Format::Md => markdown::page(&grid, &footer),
                    _ => format!("{}\n{}\n", grid.table(), footer.join("\n")),
                }
            }
        };
        output::print(&text)
    }
}
