//! `forget`: a customer who wants to be in no file of the workspace.

use clap::Args;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_engine::people::People;
use deskgauge_web::key::Key;
use deskgauge_web::serve::tokens;
use serde_json::json;

use crate::config::{Format, Global, clock, clock_micros, key_file};
use crate::failure::{Failure, Outcome, exit, note, print_problems};
use crate::progress::Watch;
use crate::{interrupt, output, workspace};

/// Forget a customer: their events, all that was folded of them, and every earlier snapshot
///
/// Their conversations go whole, with agents' answers and tags; in conversations of others goes what names them. Everything is written
/// anew without them and all earlier snapshots are let go, so that `--as-of` an earlier state says that it is erased. This cannot be
/// taken back. The log keeps a keyed hash of the id. What their source sends again later comes in again, and backups that were made
/// before still have them. Interrupted, it is taken up again by the next command.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge forget --customer zendesk:8812 --dry-run      what there is of them\n  deskgauge forget --customer zendesk:8812\n\nThe key of the hash is deskgauge.key in the workspace's folder, or the file that DESKGAUGE_KEY_FILE names.\nWhile the workspace is served, use the page Privacy of the service."
)]
pub(crate) struct Forget {
    /// The customer's id, as events have it
    #[arg(long, value_name = "ID", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    customer: String,
    /// Only tell what there is of them
    #[arg(long)]
    dry_run: bool,
}

impl Forget {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let workspace = workspace::open(global).await?;
        if self.dry_run {
            let traces = workspace.traces(&self.customer).await.map_err(workspace::failure)?;
            if global.format == Format::Json {
                let earlier = traces.earlier;
                return output::print(
                    &json!({ "events": traces.events, "conversations": traces.conversations, "earlier": earlier }).to_string(),
                );
            }
            let told = match (traces.is_none(), traces.earlier) {
                (true, _) => format!("nothing names a customer `{}`", self.customer),
                (_, true) => "only earlier snapshots have something of them".to_owned(),
                _ => format!("{} events in all, {} conversations of theirs", traces.events, traces.conversations),
            };
            return output::print(&told);
        }
        // Without the key nobody could be told apart in the log: it is asked for before anything is done.
        let mark = Key::of(&key_file(workspace.folder()))?.mark("customer", &self.customer);
        let stop = interrupt::flag(global.format);
        let watch = Watch::new("forget", workspace.extent());
        let forgotten = stop.or(workspace.forget(&self.customer, &mark, clock_micros())).await?;
        drop(watch);
        let done = forgotten.map_err(|error| {
            let unknown = error.code() == "unknown-customer";
            let failure = workspace::failure(error);
            match failure.problems.into_iter().next() {
                Some(problem) if unknown => {
                    let hint = "ids stand in the column customer: `deskgauge sql \"select customer from customer_links\"`";
                    Failure::new(exit::USAGE, problem.hint(hint))
                }
                Some(problem) => Failure::new(failure.exit, problem),
                None => Failure::new(failure.exit, Diagnostic::error("lake", "it could not be done")),
            }
        })?;
        if !done.left.is_empty() {
            let what = format!("{} of the workspace still name them", done.left.join(", "));
            print_problems(&[Diagnostic::warning("still-named", what).hint("change these files yourself")], global.format);
        }
        let people = People::open(workspace.lake()).await.map_err(tokens::failure)?;
        for mark in &done.marks {
            people.note(clock(), "command line", "forgot", mark, "").await.map_err(tokens::failure)?;
        }
        if global.format == Format::Json {
            return output::print(
                &json!({
                    "mark": mark, "events": done.events, "conversations": done.conversations, "snapshots": done.snapshots,
                    "files": done.files, "reject_files": done.rejects, "snapshot": done.snapshot,
                })
                .to_string(),
            );
        }
        note(format_args!(
            "forgotten: {} events, {} conversations; {} earlier snapshots, {} data files and {} reject files are gone; the log has {mark}",
            done.events, done.conversations, done.snapshots, done.files, done.rejects
        ));
        Ok(())
    }
}
