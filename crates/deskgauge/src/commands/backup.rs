//! `backup` and `restore`: a workspace as it was at one moment, made while it is in use.

use std::path::{Path, PathBuf};

use clap::Args;
use deskgauge_core::facts::At;
use deskgauge_engine::people::People;
use deskgauge_engine::workspace::{BackupReport, restore};
use deskgauge_web::key::KEY_FILE;
use deskgauge_web::serve::tokens;
use serde_json::json;

use crate::config::{Format, Global, clock_micros};
use crate::failure::{Outcome, note};
use crate::{output, workspace};

/// Back the workspace up into a new folder, also while it is served
///
/// All that was acknowledged before it began is in it, waiting events included. Data files never change, so they are linked where the
/// folder lies on the same disk, and copied elsewhere. The key (deskgauge.key) is not in it: keep a copy of that apart.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  deskgauge backup /backups/2026-03-01\n  deskgauge restore /backups/2026-03-01 --to support")]
pub(crate) struct Backup {
    /// A folder that is not there yet, or is empty
    #[arg(value_name = "TO")]
    to: PathBuf,
    /// Copy the data files even where they could be linked
    #[arg(long)]
    copy: bool,
}

/// Make a workspace of a backup, in a new folder
///
/// Every file is held against the list of the backup first. Who had signed in signs in again.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  deskgauge restore /backups/2026-03-01 --to support")]
pub(crate) struct Restore {
    /// The backup's folder
    #[arg(value_name = "FROM")]
    from: PathBuf,
    /// A folder that is not there yet, or is empty
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

impl Backup {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let workspace = workspace::open(global).await?;
        let report = workspace.backup(&self.to, self.copy, clock_micros()).await.map_err(workspace::failure)?;
        tell("backed up", &report, &self.to, global)
    }
}

impl Restore {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let (restored, report) = restore(&self.from, &self.to).await.map_err(workspace::failure)?;
        // A session that was ended after the backup must not come back.
        let people = People::open(restored.lake()).await.map_err(tokens::failure)?;
        people.end_sessions().await.map_err(tokens::failure)?;
        if !self.to.join(KEY_FILE).exists() && global.format != Format::Json {
            note(format_args!(
                "a backup has no key: put the {KEY_FILE} that you kept into {} before events come in",
                self.to.display()
            ));
        }
        tell("restored", &report, &self.to, global)
    }
}

fn tell(what: &str, report: &BackupReport, to: &Path, global: &Global) -> Outcome {
    let at = output::value::instant(At(report.at.div_euclid(1_000_000)));
    if global.format == Format::Json {
        return output::print(
            &json!({
                "at": at, "snapshot": report.snapshot, "waiting": report.waiting, "files": report.files, "bytes": report.bytes,
            })
            .to_string(),
        );
    }
    note(format_args!(
        "{what} {}: snapshot {}, {} waiting events, {} files, {} bytes, as of {at}",
        to.display(),
        report.snapshot,
        report.waiting,
        report.files,
        report.bytes
    ));
    Ok(())
}
