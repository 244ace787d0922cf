//! `import undo`: takes an import back, as if it had never been.

use clap::Args;

use crate::config::{Format, Global, clock_micros};
use crate::failure::{Outcome, note};
use crate::progress::Watch;
use crate::{interrupt, output, workspace};

/// Take an import back
///
/// Its events leave, and the conversations that they touched are folded again without them. Import a file again to have
/// back those of its events that this import had brought first.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  deskgauge import list\n  deskgauge import undo 3")]
pub(crate) struct Undo {
    /// The import's id, as `deskgauge import list` shows it
    #[arg(value_name = "IMPORT")]
    id: i64,
}

impl Undo {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let workspace = workspace::open(global).await?;
        let stop = interrupt::flag(global.format);
        let watch = Watch::new("undo", workspace.extent());
        let report = stop.or(workspace.undo(self.id, clock_micros())).await?.map_err(workspace::failure)?;
        drop(watch);
        if global.format == Format::Json {
            let answer = serde_json::json!({
                "undone": self.id, "events": report.events, "snapshot": report.snapshot, "repeated": report.repeated,
            });
            return output::print(&answer.to_string());
        }
        note(format_args!("import {} is undone: {} events left, snapshot {}", self.id, report.events, report.snapshot));
        for (import, events) in &report.repeated {
            note(format_args!("{events} of them had come again with import {import}: import its file again to have them back"));
        }
        Ok(())
    }
}
