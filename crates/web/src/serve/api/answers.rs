//! `GET /v1/answers`: a question and its answers, with the options and the JSON of `deskgauge query`.

use axum::http::{StatusCode, header};
use axum::response::Response;
use deskgauge_core::question::Question;

use crate::asking::{self, Asking};
use crate::failure::{Failure, Outcome, exit};
use crate::forms::{csv, json};
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// Answers a question.
pub(in crate::serve) async fn ask(visit: Visit) -> Result<Response, Refusal> {
    let form = form(visit.asked("format"), &["json", "csv"])?;
    let metrics = visit.query.iter().filter(|(name, _)| name == "metrics").flat_map(|(_, ids)| ids.split(','));
    let metrics: Vec<String> = metrics.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect();
    let options = visit.query.iter().filter(|(name, _)| !matches!(name.as_str(), "metrics" | "format" | "targets" | "lang"));
    let (mut question, _) = asking::question(metrics, options.map(|(name, value)| (name.as_str(), value.as_str())))?;
    asking::narrow(&mut question, visit.who.only())?;
    let mut asking = visit.desk.asking(question.as_of).await?;
    if let Some(preset) = visit.asked("targets") {
        asking = asking.with_targets(preset)?;
    }
    let tag = tag(&asking, &question, &visit.path);
    if visit.headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.to_str().is_ok_and(|known| known.contains(&tag))) {
        return Ok(reply::with(reply::typed(StatusCode::NOT_MODIFIED, "application/json", ""), header::ETAG, &tag));
    }
    let by = question.by.clone();
    let answers = visit.desk.work(async move { asking.ask(&question).await }).await?;
    let response = match form {
        "csv" => reply::typed(StatusCode::OK, "text/csv; charset=utf-8; header=present", csv::answers(&answers, &by)),
        _ => reply::json(&json::answers(&answers)),
    };
    Ok(reply::with(response, header::ETAG, &tag))
}

/// The form that was asked for, the first where none was.
pub(in crate::serve) fn form(asked: Option<&str>, forms: &[&'static str]) -> Outcome<&'static str> {
    let Some(asked) = asked else { return Ok(forms[0]) };
    forms.iter().copied().find(|form| *form == asked).ok_or_else(|| {
        let problem = deskgauge_core::diagnostic::Diagnostic::error("unknown-word", format!("there is no form `{asked}`"));
        Failure::new(exit::USAGE, problem.hint(format!("the forms are {}", forms.join(", "))))
    })
}

/// What tells one state of an answer from another: the cut of the data, the rules, the question, and the minute of its now, since what
/// still runs grows older without any event.
fn tag(asking: &Asking, question: &Question, path: &str) -> String {
    let cut = asking.cut();
    let minute = asking.with_now(question).now.map_or(0, |now| now.at(&asking.rules().workspace.time_zone).0.div_euclid(60));
    let asked = xxhash_rust::xxh3::xxh3_64(format!("{} {path} {minute}", asking.rules().digest()).as_bytes());
    // A weak one: the same answer goes packed or plain, as the reader takes it.
    format!("W/\"{}-{}-{asked:016x}\"", cut.snapshot, cut.watermark)
}
