//! `check`: reads the rules and the catalogue and tells every problem in them.

use clap::Args;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::metric::Metric;
use deskgauge_core::rules::Rules;
use deskgauge_engine::catalogue::Catalogue;

use crate::config::{Global, RULES_FILE};
use crate::failure::{Failure, Outcome, exit, note, print_problems};
use deskgauge_engine::facts_schema::own_fields;

/// Check the rules and your own KPIs
///
/// Every problem is told in one run, with its line and column. Worked examples are run by `deskgauge metrics check`.
#[derive(Debug, Args)]
pub(crate) struct Check {}

impl Check {
    /// Runs it.
    pub(crate) fn run(self, global: &Global) -> Outcome {
        let (rules, catalogue, problems) = read(global)?;
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
pub(crate) fn read(global: &Global) -> Outcome<(Rules, Catalogue, Vec<Diagnostic>)> {
    let folder = global.folder()?;
    let path = folder.join(RULES_FILE);
    let text = std::fs::read_to_string(&path).map_err(|error| Failure::file("read", &path, &error))?;
    let (rules, mut problems) = Rules::parse(&text, RULES_FILE);
    let mut own = Vec::new();
    collect(&folder.join("catalogue"), "", &mut own)?;
    own.sort();
    let (catalogue, found) = Catalogue::load(&own, &own_fields(&rules));
    problems.extend(found);
    problems.extend(unknown_goals(&rules, &catalogue));
    Ok((rules, catalogue, problems))
}

/// Targets for KPIs that do not exist.
fn unknown_goals(rules: &Rules, catalogue: &Catalogue) -> Vec<Diagnostic> {
    let unknown = rules.goals.iter().filter_map(|goal| catalogue.find(&goal.metric).err());
    unknown.map(|problem| Diagnostic { message: format!("[[target]]: {}", problem.message), ..problem }).collect()
}

/// The Markdown files below a folder: their names below it, and their texts.
fn collect(folder: &std::path::Path, prefix: &str, found: &mut Vec<(String, String)>) -> Outcome {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), found)?;
        } else if name.ends_with(".md") {
            let text = std::fs::read_to_string(&path).map_err(|error| Failure::file("read", &path, &error))?;
            found.push((name, text));
        }
    }
    Ok(())
}

/// Whether a metric is of the workspace's own, not built in.
pub(crate) fn is_own(metric: &Metric) -> bool {
    !Catalogue::built_in_files().iter().any(|(name, _)| metric.file == format!("catalogue/{name}"))
}
