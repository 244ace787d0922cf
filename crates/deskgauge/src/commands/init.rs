//! `init`: makes a workspace.

use std::path::{Path, PathBuf};

use clap::Args;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::rules::Rules;
use deskgauge_engine::lake::CATALOGUE_FILE;
use deskgauge_engine::workspace::Workspace;

use crate::config::{Global, RULES_FILE};
use crate::failure::{Failure, Outcome, exit, note};
use crate::workspace;

/// Make a workspace in a folder
///
/// Writes deskgauge.toml with commented rules, an empty lake and a folder for your own KPIs. Files that are there already are kept, a
/// deskgauge.toml too; a folder that is a workspace already is refused.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge init support --time-zone Europe/Bucharest --name Acme\n  cd support && deskgauge import events ../june.jsonl && deskgauge report"
)]
pub(crate) struct Init {
    /// The folder; it is made where there is none
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// What people call the workspace [default: the folder's name]
    #[arg(long)]
    name: Option<String>,
    /// The zone in which days, weeks and months are cut [default: UTC]
    #[arg(long, value_name = "IANA")]
    time_zone: Option<String>,
}

impl Init {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let folder_name = self.folder.file_name().map(|name| name.to_string_lossy().into_owned());
        let named = self.name.is_some() || self.time_zone.is_some();
        let name = self.name.or(folder_name).unwrap_or_else(|| "support".to_owned());
        let text = rules_text(&name, self.time_zone.as_deref().unwrap_or("UTC"));
        let (_, problems) = Rules::parse(&text, RULES_FILE);
        if !problems.is_empty() {
            let plain = problems.into_iter().map(|problem| Diagnostic { place: None, ..problem });
            return Err(Failure::all(exit::USAGE, plain.collect()));
        }
        let found = Found::at(&self.folder).await?;
        workspace::init_at(&self.folder, &text, global).await?;
        let shown = self.folder.display();
        note(format_args!("{shown} is a workspace: its rules are in {}", self.folder.join(RULES_FILE).display()));
        match found {
            Found::Nothing => {}
            Found::Rules if named => note(format_args!(
                "  the {RULES_FILE} that was there is kept: --name and --time-zone were not written into it; edit it to change them"
            )),
            Found::Rules => note(format_args!("  the {RULES_FILE} that was there is kept")),
            Found::Files => note(
                "  the folder was not empty: what was in it stays as it was, beside deskgauge.toml, catalogue, lake.sqlite and data",
            ),
        }
        note(format_args!("next: deskgauge --workspace {shown} import events FILE…"));
        Ok(())
    }
}

/// What a folder holds before it becomes a workspace.
enum Found {
    /// Nothing, or it does not exist.
    Nothing,
    /// Rules, and no lake yet: those of a checkout, or of a making that was interrupted.
    Rules,
    /// Other files.
    Files,
}

impl Found {
    /// Looks.
    ///
    /// # Errors
    /// A file, a workspace that is made already, or a lake whose rules are gone.
    async fn at(folder: &Path) -> Outcome<Self> {
        let shown = folder.display();
        if folder.exists() && !folder.is_dir() {
            let message = format!("{shown} is a file, and a workspace is a folder");
            return Err(Failure::usage("not-a-folder", message, "name a folder that does not exist yet, or an empty one"));
        }
        let has_rules = folder.join(RULES_FILE).exists();
        if !has_rules && folder.join(CATALOGUE_FILE).exists() {
            let message = format!("{shown} holds the lake of a workspace ({CATALOGUE_FILE}) without its {RULES_FILE}");
            let problem = Diagnostic::error("lost-rules", message);
            let hint = format!("put its {RULES_FILE} back, from a backup or from git, or choose another folder");
            return Err(Failure::new(exit::STATE, problem.hint(hint)));
        }
        if has_rules && Workspace::is_made(folder).await.map_err(workspace::failure)? {
            let problem =
                Diagnostic::error("already-a-workspace", format!("{shown} is a workspace already; nothing was changed"));
            let hint = format!(
                "go on with `deskgauge --workspace {shown} import events FILE…`, change its rules in {}, or choose another folder",
                folder.join(RULES_FILE).display()
            );
            return Err(Failure::new(exit::STATE, problem.hint(hint)));
        }
        let mut entries = std::fs::read_dir(folder).into_iter().flatten();
        Ok(match entries.next() {
            _ if has_rules => Self::Rules,
            Some(_) => Self::Files,
            None => Self::Nothing,
        })
    }
}

/// Rules to begin with: what must be decided stands there, what may be is commented.
fn rules_text(name: &str, zone: &str) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    format!(
        r#"# The rules of this workspace: how events are counted. `deskgauge check` reads them; after a change run `deskgauge rebuild`.

[workspace]
name = {}
time_zone = {}          # IANA; days, weeks and months are cut in it
week_starts = "monday"

# Business hours, for --clock business and for SLA policies. A day that is not named is closed.
# [[schedule]]
# name = "support"
# mon = ["09:00-18:00"]
# tue = ["09:00-18:00"]
# wed = ["09:00-18:00"]
# thu = ["09:00-18:00"]
# fri = ["09:00-17:00"]
# holidays = ["2026-12-25"]

# SLA policies: the first that matches wins.
# [[sla]]
# name = "email"
# when = "channel = 'email'"
# first_reply = "4h"
# total_resolution = "3d"

# Goals, shown by `deskgauge report`.
# [[target]]
# metric = "first_response_time"
# excellent = "1h"
# good = "4h"
# satisfactory = "12h"

# Own attributes of conversations, usable as dimensions and in own KPIs.
# [fields]
# plan = "text"
"#,
        quoted(name),
        quoted(zone)
    )
}
