//! `import list`: what was imported, newest last.

use clap::Args;
use deskgauge_core::facts::At;
use serde_json::{Value, json};

use crate::config::{Format, Global};
use crate::failure::Outcome;
use crate::output::grid::Grid;
use crate::output::{self, value};
use crate::workspace;

/// List the imports with their ids
#[derive(Debug, Args)]
pub(crate) struct List {}

impl List {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let workspace = workspace::open(global).await?;
        let imports = workspace.imports().await.map_err(workspace::failure)?;
        if global.format == Format::Json {
            let list: Vec<Value> = imports
                .iter()
                .map(|import| {
                    json!({
                        "import": import.id,
                        "name": import.name,
                        "at": value::instant(At(import.at.div_euclid(1_000_000))),
                        "events": import.events,
                        "snapshot": import.snapshot,
                        "undone": import.undone,
                    })
                })
                .collect();
            return output::print(&Value::from(list).to_string());
        }
        let zone = &workspace.rules().workspace.time_zone;
        let mut grid = Grid::new([">import", "at", "name", ">events", ">snapshot", "state"]);
        for import in imports {
            grid.push(vec![
                import.id.to_string(),
                value::local(At(import.at.div_euclid(1_000_000)), zone),
                import.name,
                value::count(import.events, global.lang),
                import.snapshot.to_string(),
                if import.undone { "undone".to_owned() } else { String::new() },
            ]);
        }
        output::print(&output::grid_as(&grid, global.format))
    }
}
