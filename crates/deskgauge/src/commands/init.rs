//! `init`: makes a workspace.

use std::path::PathBuf;

use clap::Args;
use deskgauge_core::rules::Rules;

use crate::config::{Global, RULES_FILE};
use crate::failure::{Failure, Outcome, exit, note};
use crate::workspace;

/// Make a workspace in a folder
///
/// Writes deskgauge.toml with commented rules, an empty lake and a folder for your own KPIs. A deskgauge.toml that is there already is kept.
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
    /// The zone in which days, weeks and months are cut
    #[arg(long, value_name = "IANA", default_value = "UTC")]
    time_zone: String,
}

impl Init {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let folder_name = self.folder.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = self.name.or(folder_name).unwrap_or_else(|| "support".to_owned());
        let text = rules_text(&name, &self.time_zone);
        let (_, problems) = Rules::parse(&text, RULES_FILE);
        if !problems.is_empty() {
            let plain = problems.into_iter().map(|problem| deskgauge_core::diagnostic::Diagnostic { place: None, ..problem });
            return Err(Failure::all(exit::USAGE, plain.collect()));
        }
        workspace::init_at(&self.folder, &text, global).await?;
        let shown = self.folder.display();
        note(format_args!("{shown} is a workspace: its rules are in {}", self.folder.join(RULES_FILE).display()));
        note(format_args!("next: deskgauge --workspace {shown} import events FILE…"));
        Ok(())
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
