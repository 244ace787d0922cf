//! `check`: reads the rules and the catalogue and tells every problem in them.

use clap::Args;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::rules::Rules;
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::facts_schema::own_fields;
use deskgauge_engine::workspace::own_metrics;

use crate::config::{Global, RULES_FILE};
use crate::failure::{Failure, Outcome, exit, note, print_problems};
use crate::workspace;

/// Check the rules and your own KPIs
///
/// Every problem is told in one run, with its line and column. Worked examples are run by `deskgauge metrics check`.
#[derive(Debug, Args)]
pub(crate) struct Check {}

impl Check {
    /// Runs it.
    pub(crate) fn run(self, global: &Global) -> Outcome {
        let Read { rules, catalogue, of_rules: mut problems, of_catalogue, .. } = read(global)?;
        problems.extend(of_catalogue);
        problems.extend(catalogue.check_targets(&rules));
        if problems.iter().any(Diagnostic::is_error) {
            return Err(Failure::all(exit::DATA, problems));
        }
        print_problems(&problems, global.format);
        note(format_args!(
            "the rules and the catalogue are in order: {} schedules, {} SLA policies, {} targets, {} own fields, {} KPIs",
            rules.schedules.len(),
            rules.sla.len(),
            rules.goals.len(),
            rules.fields.len(),
            catalogue.metrics().count()
        ));
        Ok(())
    }
}

/// The rules and the catalogue of the workspace, with everything that is wrong in them; the lake is not touched.
pub(crate) struct Read {
    /// The rules, as far as they could be read.
    pub(crate) rules: Rules,
    /// Their text.
    pub(crate) text: String,
    /// The KPIs without errors.
    pub(crate) catalogue: Catalogue,
    /// What is wrong with the rules.
    pub(crate) of_rules: Vec<Diagnostic>,
    /// What is wrong with the workspace's own KPIs.
    pub(crate) of_catalogue: Vec<Diagnostic>,
}

/// Reads them.
pub(crate) fn read(global: &Global) -> Outcome<Read> {
    let folder = global.folder()?;
    let path = folder.join(RULES_FILE);
    let text = std::fs::read_to_string(&path).map_err(|error| Failure::file("read", &path, &error))?;
    let (rules, of_rules) = Rules::parse(&text, RULES_FILE);
    let own = own_metrics(&folder).map_err(workspace::failure)?;
    let (catalogue, of_catalogue) = Catalogue::load(&own, &own_fields(&rules));
    Ok(Read { rules, text, catalogue, of_rules, of_catalogue })
}
