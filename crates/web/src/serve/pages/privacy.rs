//! Privacy: forgetting a customer, who was forgotten, and when the workspace was last backed up.
//!
//! An id is looked for by a form, so that it stands in no address and in no log. Forgetting goes on when the browser has gone: it is
//! no question that ends with its asker.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::facts::At;
use deskgauge_engine::workspace::WorkspaceError;

use super::page;
use super::shell::{Shell, Words};
use crate::asking::failure;
use crate::failure::{Failure, Outcome, exit};
use crate::forms::value;
use crate::key::Key;
use crate::locale::{counted, duration};
use crate::serve::desk::Desk;
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;
use crate::serve::tokens;

#[derive(Template)]
#[template(path = "privacy.html")]
struct Privacy {
    shell: Shell,
    /// The id that was looked for, and what there is of it.
    customer: String,
    found: Vec<String>,
    /// Whether there is something that can go.
    may_go: bool,
    /// What was just done.
    done: Option<String>,
    /// Who was forgotten: when it was asked, the hash, the first snapshot that is left, when it was done.
    forgotten: Vec<[String; 4]>,
    backup: String,
    kept: String,
}

/// The page.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    shown(&visit, String::new(), Vec::new(), false, None).await
}

async fn shown(
    visit: &Visit,
    customer: String,
    found: Vec<String>,
    may_go: bool,
    done: Option<String>,
) -> Result<Response, Refusal> {
    let words = Words(visit.language);
    let (desk, zone) = (&visit.desk, &visit.desk.rules.workspace.time_zone);
    let local = |micros: i64| value::local(At(micros.div_euclid(1_000_000)), zone);
    let erasures = desk.workspace.lake().erasures().await.map_err(|error| failure(error.into()))?;
    let backup = match desk.workspace.last_backup().await.map_err(failure)? {
        Some(last) => words.with("page-backup-last", "at", &local(last.at)),
        None => words.text("page-backup-never"),
    };
    let row = |asked: deskgauge_engine::lake::Asked| {
        let goes_on = || words.text("page-forget-goes-on");
        let snapshot = asked.snapshot.map_or_else(goes_on, |snapshot| snapshot.to_string());
        [local(asked.asked_at), asked.mark, snapshot, asked.done_at.map_or_else(goes_on, local)]
    };
    let kept = match desk.settings.keep_seconds {
        Some(seconds) => words.with("page-states-kept", "span", &duration::short(seconds, visit.language)),
        None => words.text("page-states-all"),
    };
    let shell = Shell::new(visit, words.text("page-privacy"), "");
    let forgotten = erasures.into_iter().rev().map(row).collect();
    page(StatusCode::OK, &Privacy { shell, customer, found, may_go, done, forgotten, backup, kept })
}

/// Tells what there is of a customer.
pub(in crate::serve) async fn look(visit: Visit) -> Result<Response, Refusal> {
    let customer = customer(&visit)?;
    let (desk, id) = (visit.desk.clone(), customer.clone());
    let traces = visit.desk.work(async move { desk.workspace.traces(&id).await.map_err(failure) }).await?;
    let words = Words(visit.language);
    let found = match (traces.is_none(), traces.earlier) {
        (true, _) => vec![words.with("page-forget-nobody", "customer", &customer)],
        (_, true) => vec![words.text("page-forget-earlier")],
        _ => [("page-forget-events", traces.events), ("page-forget-conversations", traces.conversations)]
            .map(|(key, count)| counted(visit.language, key, i64::try_from(count).unwrap_or(i64::MAX), &[]))
            .to_vec(),
    };
    shown(&visit, customer, found, !traces.is_none(), None).await
}

/// Forgets a customer.
pub(in crate::serve) async fn forget(visit: Visit) -> Result<Response, Refusal> {
    let customer = customer(&visit)?;
    let (desk, who, address) = (visit.desk.clone(), visit.who.name(), visit.address.to_string());
    // Apart from this request, which its browser may drop.
    let work = tokio::spawn(async move { carry_out(desk, customer, who, address).await });
    let (mark, left) = work.await.map_err(|error| {
        let problem = Diagnostic::error("engine-failed", format!("the work broke down: {error}"));
        Refusal::from(Failure::new(exit::DATA, problem))
    })??;
    let words = Words(visit.language);
    let done = words.with("page-forgotten-now", "mark", &mark);
    let left = (!left.is_empty()).then(|| words.with("page-forgotten-left", "files", &left.join(", ")));
    shown(&visit, String::new(), left.into_iter().collect(), false, Some(done)).await
}

async fn carry_out(desk: std::sync::Arc<Desk>, customer: String, who: String, address: String) -> Outcome<(String, Vec<String>)> {
    let mark = Key::of(&desk.settings.key_file)?.mark("customer", &customer);
    let (own, hash) = (desk.clone(), mark.clone());
    let work = async move { own.workspace.forget(&customer, &hash, (own.world.clock)()).await };
    let done = desk.workers.run(work).await?.map_err(|error| match error {
        WorkspaceError::UnknownCustomer(_) => Failure::new(exit::USAGE, Diagnostic::error(error.code(), error.to_string())),
        error => failure(error),
    })?;
    let events = done.events.into();
    desk.log("info", "forgot", &[("mark", mark.as_str().into()), ("events", events), ("files", done.files.into())]);
    let now = (desk.world.clock)().div_euclid(1_000_000);
    for own in &done.marks {
        desk.people.note(now, &who, "forgot", own, &address).await.map_err(tokens::failure)?;
    }
    Ok((mark, done.left))
}

fn customer(visit: &Visit) -> Result<String, Refusal> {
    let customer = visit.field("customer").trim();
    if customer.is_empty() {
        let told = Words(visit.language).text("page-forget-empty");
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "missing-field", told, ""));
    }
    Ok(customer.to_owned())
}
