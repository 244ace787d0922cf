//! How the service is: alive, ready, its figures, its document.

use std::fmt::Write;

use axum::http::StatusCode;
use axum::response::Response;
use deskgauge_core::question::Question;

use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;
use crate::serve::{openapi, reply};

/// The process lives.
pub(in crate::serve) async fn health(_visit: Visit) -> Result<Response, Refusal> {
    Ok(reply::text(StatusCode::OK, "ok\n"))
}

/// The newest state can be asked.
pub(in crate::serve) async fn ready(visit: Visit) -> Result<Response, Refusal> {
    visit.desk.asking(None).await?;
    Ok(reply::text(StatusCode::OK, "ready\n"))
}

/// The document of all routes.
pub(in crate::serve) async fn openapi(_visit: Visit) -> Result<Response, Refusal> {
    Ok(reply::json(&openapi::document(env!("CARGO_PKG_VERSION"))))
}

/// The process's figures, and the KPIs that the workspace names by giving them targets, over the last 30 full days.
pub(in crate::serve) async fn metrics(visit: Visit) -> Result<Response, Refusal> {
    let desk = &visit.desk;
    let mut out = desk.gauges.print(desk.uptime());
    let (name, followers) = ("deskgauge_live_followers", desk.wall.followers());
    let _ = writeln!(out, "# HELP {name} Live pages that are open.\n# TYPE {name} gauge\n{name} {followers}");
    if let Some(last) = desk.workspace.last_backup().await.map_err(crate::asking::failure)? {
        let name = "deskgauge_last_backup_timestamp_seconds";
        let at = last.at.div_euclid(1_000_000);
        let _ = writeln!(out, "# HELP {name} When the last backup was begun.\n# TYPE {name} gauge\n{name} {at}");
    }
    let mut ids: Vec<String> = desk.current_rules().goals.iter().map(|goal| goal.metric.clone()).collect();
    ids.sort();
    ids.dedup();
    ids.retain(|id| desk.catalogue.get(id).is_some());
    if !ids.is_empty() && visit.who.only().is_none() {
        let asking = desk.asking(None).await?;
        let range = crate::board::period::Range::parse("30d", asking.now().0, &desk.rules)?;
        let question = Question { from: Some(range.from), to: Some(range.to), ..Question::new(ids) };
        let answers = desk.work(async move { asking.ask(&question).await }).await?;
        let name = "deskgauge_kpi";
        let _ = writeln!(out, "# HELP {name} KPIs with targets over the last 30 full days, in their units.\n# TYPE {name} gauge");
        for answer in &answers.answers {
            let Some(value) = answer.value else { continue };
            let (metric, unit) = (&answer.metric, answer.unit.name());
            let currency = answer.currency.as_deref().map(|own| format!(",currency=\"{own}\"")).unwrap_or_default();
            let _ = writeln!(out, "{name}{{metric=\"{metric}\",unit=\"{unit}\"{currency}}} {value}");
        }
    }
    Ok(reply::typed(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", out))
}
