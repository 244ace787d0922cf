//! `metrics check`: runs the worked examples of the catalogue, the workspace's own KPIs included.
//!
//! An example's events are folded under its own rules and asked in memory; nothing is stored. The answers in the files are the
//! specification: this command compares and never corrects them.

use clap::Args;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_engine::catalogue::{run_examples, run_profile_examples};

use crate::config::Global;
use crate::failure::{Failure, Outcome, exit, note, print_problems};

/// Check the formulas and run the worked examples of all KPIs and profiles, or of some KPIs
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  deskgauge metrics check\n  deskgauge metrics check my_kpi")]
pub(crate) struct Check {
    /// KPIs by their ids [default: all]
    #[arg(value_name = "METRIC")]
    ids: Vec<String>,
}

impl Check {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let (catalogue, mut wrong, of_catalogue) = super::read(global)?;
        wrong.extend(of_catalogue);
        if wrong.iter().any(Diagnostic::is_error) {
            return Err(Failure::all(exit::DATA, wrong));
        }
        print_problems(&wrong, global.format);
        let mut problems: Vec<Diagnostic> = self.ids.iter().filter_map(|id| catalogue.find(id).err()).collect();
        if !problems.is_empty() {
            return Err(Failure::all(exit::USAGE, problems));
        }
        let (mut metrics, mut examples) = (0, 0);
        for metric in catalogue.metrics().filter(|metric| self.ids.is_empty() || self.ids.contains(&metric.id)) {
            metrics += 1;
            examples += metric.examples.len();
            problems.extend(run_examples(&catalogue, metric).await);
        }
        let profiles: Vec<_> = catalogue.profiles().filter(|_| self.ids.is_empty()).collect();
        for profile in &profiles {
            examples += profile.examples.len();
            problems.extend(run_profile_examples(&catalogue, profile).await);
        }
        if !problems.is_empty() {
            return Err(Failure::all(exit::DATA, problems));
        }
        let profiles = if profiles.is_empty() { String::new() } else { format!(", {} profiles", profiles.len()) };
        note(format_args!("{metrics} KPIs{profiles} and {examples} worked examples are in order"));
        Ok(())
    }
}
