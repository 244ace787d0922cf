//! `rebuild`, `compact`, `expire`, `doctor` and `upgrade`: the care of a workspace.
//!
//! Each is a few words around what the engine does; none of them changes an answer.

use clap::Args;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::period::parse_duration;
use serde_json::json;

use crate::config::{Format, Global, clock_micros};
use crate::failure::{Failure, Outcome, exit, note};
use crate::output::grid::Grid;
use crate::progress::Watch;
use crate::{interrupt, output, workspace};

/// Fold everything again, after the rules changed
///
/// Gives the same answers as folding as events come in would have given under these rules. The earlier state stays readable by --as-of.
#[derive(Debug, Args)]
pub(crate) struct Rebuild {}

/// Merge small files into larger ones; answers stay the same
#[derive(Debug, Args)]
pub(crate) struct Compact {}

/// Let go of old snapshots and of the files that only they use
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  deskgauge expire --keep 30d")]
pub(crate) struct Expire {
    /// How long snapshots can be asked for by --as-of
    #[arg(long, value_name = "SPAN", default_value = "30d")]
    keep: String,
}

/// Check the workspace: files, catalogue, leftovers of interrupted work
///
/// Exits with 1 where something is wrong that was not mended.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  deskgauge doctor\n  deskgauge doctor --mend")]
pub(crate) struct Doctor {
    /// Mend what can be mended
    #[arg(long)]
    mend: bool,
}

/// Bring a workspace of an older format to this one
#[derive(Debug, Args)]
pub(crate) struct Upgrade {}

impl Rebuild {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let workspace = workspace::open(global).await?;
        let stop = interrupt::flag(global.format);
        let watch = Watch::new("rebuild", workspace.extent());
        let report = stop.or(workspace.rebuild(clock_micros())).await?.map_err(workspace::failure)?;
        drop(watch);
        if global.format == Format::Json {
            return output::print(
                &json!({ "events": report.events, "timelines": report.timelines, "snapshot": report.snapshot }).to_string(),
            );
        }
        note(format_args!(
            "{} events of {} timelines are folded again, snapshot {}",
            report.events, report.timelines, report.snapshot
        ));
        Ok(())
    }
}

impl Compact {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let workspace = workspace::open(global).await?;
        let stop = interrupt::flag(global.format);
        let watch = Watch::new("compact", workspace.extent());
        let report = stop.or(workspace.compact(clock_micros())).await?.map_err(workspace::failure)?;
        drop(watch);
        note(format_args!("{} files became {}, snapshot {}", report.files_before, report.files_after, report.snapshot));
        Ok(())
    }
}

impl Expire {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let seconds = span(&self.keep)?;
        let workspace = workspace::open(global).await?;
        let now = clock_micros();
        let report =
            workspace.expire(now.saturating_sub(seconds.saturating_mul(1_000_000)), now).await.map_err(workspace::failure)?;
        note(format_args!("{} snapshots and {} files are gone", report.snapshots, report.files));
        Ok(())
    }
}

/// The seconds of a span of time.
///
/// # Errors
/// `bad-value` (exit 2).
pub(crate) fn span(text: &str) -> Outcome<i64> {
    parse_duration(text)
        .ok_or_else(|| Failure::usage("bad-value", format!("`{text}` is not a span of time"), "write it as 12h, 30d or 365d"))
}

impl Doctor {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let workspace = workspace::open(global).await?;
        let findings = workspace.doctor(self.mend.then(clock_micros)).await.map_err(workspace::failure)?;
        let ill = findings.iter().filter(|finding| !finding.mended).count();
        if global.format == Format::Json {
            let list: Vec<_> = findings
                .iter()
                .map(|finding| json!({ "code": finding.code, "message": finding.message, "mended": finding.mended }))
                .collect();
            output::print(&serde_json::Value::from(list).to_string())?;
        } else if findings.is_empty() {
            note("nothing is wrong with the workspace");
        } else {
            let mut grid = Grid::new(["code", "what", ""]);
            for finding in &findings {
                let state = if finding.mended { "mended" } else { "" };
                grid.push(vec![finding.code.to_string(), finding.message.clone(), state.to_owned()]);
            }
            output::print(&output::grid_as(&grid, global.format))?;
        }
        if ill == 0 {
            return Ok(());
        }
        let problem = Diagnostic::error("not-well", format!("{ill} findings are not mended"));
        Err(Failure::new(exit::DATA, if self.mend { problem } else { problem.hint("run `deskgauge doctor --mend`") }))
    }
}

impl Upgrade {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        // Opening refuses newer formats and tells older ones apart; there is one format so far.
        workspace::open(global).await?;
        note("the workspace has the newest format already: nothing to do");
        Ok(())
    }
}
