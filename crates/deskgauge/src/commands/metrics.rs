//! `metrics`: the catalogue, to be listed, read and checked.

mod check;
mod presets;
pub(crate) mod profiles;
pub(crate) mod show;

use clap::{Args, Subcommand};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::metric::Language;
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::workspace::left_out;
use deskgauge_web::forms::definition;
use serde_json::Value;

use crate::config::{Format, Global};
use crate::failure::{Outcome, print_problems};
use crate::locale::{find, text};
use crate::output;
use crate::output::grid::Grid;

/// List, show and check the KPIs, and list published targets
#[derive(Debug, Args)]
pub(crate) struct Metrics {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    List(List),
    Show(show::Show),
    Profiles(profiles::Profiles),
    Check(check::Check),
    Presets(presets::Presets),
}

/// List all KPIs, the built-in ones and the workspace's own
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  deskgauge metrics list\n  deskgauge metrics list --lang ru --format md")]
struct List {}

impl Metrics {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        match self.what {
            What::List(List {}) => list(global),
            What::Show(command) => command.run(global),
            What::Profiles(command) => command.run(global),
            What::Check(command) => command.run(global).await,
            What::Presets(command) => command.run(global),
        }
    }
}

/// The catalogue, and what is wrong in it told.
fn catalogue(global: &Global) -> Outcome<Catalogue> {
    let (catalogue, of_rules, of_catalogue) = read(global)?;
    print_problems(&of_rules, global.format);
    print_problems(&left_out(of_catalogue), global.format);
    Ok(catalogue)
}

/// The catalogue, and what is wrong with the rules and with it: with the workspace's own KPIs where there is a workspace, else the
/// built-in ones.
fn read(global: &Global) -> Outcome<(Catalogue, Vec<Diagnostic>, Vec<Diagnostic>)> {
    if global.workspace.is_none() && global.folder().is_err() {
        let (catalogue, problems) = Catalogue::load(&[], &[]);
        return Ok((catalogue, Vec::new(), problems));
    }
    let read = super::check::read(global)?;
    Ok((read.catalogue, read.of_rules, read.of_catalogue))
}

fn list(global: &Global) -> Outcome {
    let catalogue = catalogue(global)?;
    if global.format == Format::Json {
        let list: Vec<Value> = catalogue.metrics().map(|metric| definition::line(metric, global.lang)).collect();
        return output::print(&Value::from(list).to_string());
    }
    // CSV is for machines: its words are those of the catalogue.
    let language = if global.format == Format::Csv { Language::En } else { global.lang };
    let header = ["metric", "name", "area", "unit", "better", "variants"].map(|name| text(language, &format!("list-{name}")));
    let mut grid = Grid::new(header.iter().map(String::as_str));
    for metric in catalogue.metrics() {
        let variants: Vec<&str> = metric.variants.iter().map(|variant| variant.name.as_str()).collect();
        let area = metric.area.as_deref().or(Catalogue::is_own(metric).then_some("own"));
        let area = area.map(|area| find(language, &format!("area-{area}")).unwrap_or_else(|| area.to_owned()));
        grid.push(vec![
            metric.id.clone(),
            metric.name(global.lang).unwrap_or_default().to_owned(),
            area.unwrap_or_default(),
            text(language, &format!("unit-{}", metric.definition.unit.name())),
            text(language, &format!("good-{}", metric.good.name())),
            variants.join(", "),
        ]);
    }
    output::print(&output::grid_as(&grid, global.format))
}
