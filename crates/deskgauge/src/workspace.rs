//! A workspace that is open for a command, and its state by the clock.

use std::path::Path;

use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::facts::At;
use deskgauge_core::question::AsOf;
use deskgauge_engine::people::People;
use deskgauge_engine::workspace::Workspace;
pub(crate) use deskgauge_web::asking::{Asking, ask_failure, failure};
use deskgauge_web::serve::tokens;

use crate::config::{Format, Global, clock, clock_micros};
use crate::failure::{Failure, Outcome, exit, note, print_problems};

/// Opens the workspace that the command line names. Warnings are told, errors of rules or catalogue end the command.
///
/// # Errors
/// No workspace, a newer format, wrong rules.
pub(crate) async fn open(global: &Global) -> Outcome<Workspace> {
    open_at(&global.folder()?, global).await
}

/// Opens the workspace in a folder.
///
/// # Errors
/// As for [`open`].
pub(crate) async fn open_at(folder: &Path, global: &Global) -> Outcome<Workspace> {
    let (workspace, problems) = Workspace::open(folder).await.map_err(failure)?;
    tell(problems, global)?;
    settle(&workspace).await?;
    Ok(workspace)
}

/// Makes a workspace of a folder, or opens the one that is there.
///
/// # Errors
/// As for [`open`]; the disk's.
pub(crate) async fn init_at(folder: &Path, rules: &str, global: &Global) -> Outcome<Workspace> {
    let (workspace, problems) = Workspace::init(folder, rules, clock_micros()).await.map_err(failure)?;
    tell(problems, global)?;
    settle(&workspace).await?;
    Ok(workspace)
}

fn tell(problems: Vec<Diagnostic>, global: &Global) -> Outcome {
    if problems.iter().any(Diagnostic::is_error) {
        return Err(Failure::all(exit::DATA, problems));
    }
    print_problems(&problems, global.format);
    Ok(())
}

/// Lets changed rules hold where nothing was folded under the old ones: a workspace that was made, then configured, and is still empty.
/// Where something was folded, nothing happens here and the question or import is refused.
///
/// # Errors
/// The lake's.
async fn settle(workspace: &Workspace) -> Outcome {
    finish_forgetting(workspace).await?;
    let changed = workspace.changed().await.map_err(failure)?.is_some();
    if changed && workspace.imports().await.map_err(failure)?.is_empty() {
        workspace.rebuild(clock_micros()).await.map_err(failure)?;
    }
    Ok(())
}

/// Brings to its end what was begun for somebody who is to be forgotten and was interrupted. What cannot be done now is told, and does
/// not keep anybody from asking.
///
/// # Errors
/// The database's.
async fn finish_forgetting(workspace: &Workspace) -> Outcome {
    match workspace.finish_forgetting(clock_micros()).await {
        Ok(None) => {}
        Ok(Some(done)) => {
            let people = People::open(workspace.lake()).await.map_err(tokens::failure)?;
            for mark in &done.marks {
                people.note(clock(), "command line", "forgot", mark, "").await.map_err(tokens::failure)?;
            }
            note("somebody who was to be forgotten is forgotten now; that had been interrupted");
        }
        Err(error) => {
            let what = format!("somebody is to be forgotten, and that was interrupted: {error}");
            let problem =
                Diagnostic::warning("unfinished-forgetting", what).hint("`deskgauge doctor --mend` brings it to its end");
            print_problems(&[problem], Format::Table);
        }
    }
    Ok(())
}

/// The state of the workspace that the command line names, now or as it was.
///
/// # Errors
/// As for [`open`]; no such snapshot; rules that did not fold it.
pub(crate) async fn asking(global: &Global, as_of: Option<&AsOf>) -> Outcome<Asking> {
    Asking::of(&open(global).await?, as_of, now()).await
}

/// What counts as now, by the clock.
pub(crate) fn now() -> At {
    At(clock())
}
