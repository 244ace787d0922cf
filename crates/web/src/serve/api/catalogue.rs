//! The KPIs and the dimensions, as the command line lists them.

use axum::http::StatusCode;
use axum::response::Response;
use deskgauge_core::question::DIMENSIONS;
use serde_json::{Value, json};

use crate::forms::definition;
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// All KPIs.
pub(in crate::serve) async fn metrics(visit: Visit) -> Result<Response, Refusal> {
    let all: Vec<Value> = visit.desk.catalogue.metrics().map(|metric| definition::line(metric, visit.language)).collect();
    Ok(reply::json(&json!({ "metrics": all })))
}

/// One KPI.
pub(in crate::serve) async fn metric(visit: Visit) -> Result<Response, Refusal> {
    let found = visit.desk.catalogue.find(visit.place("id"));
    let metric = found.map_err(|problem| Refusal::of(StatusCode::NOT_FOUND, problem))?;
    Ok(reply::json(&definition::metric(metric, &visit.desk.catalogue)))
}

/// All dimensions, the workspace's own fields among them.
pub(in crate::serve) async fn dimensions(visit: Visit) -> Result<Response, Refusal> {
    let built_in = DIMENSIONS.iter().map(|own| json!({ "dimension": own.name, "meaning": own.sentence, "own": false }));
    let own = visit.desk.rules.fields.iter().map(|field| json!({ "dimension": field.name, "meaning": Value::Null, "own": true }));
    Ok(reply::json(&json!({ "dimensions": built_in.chain(own).collect::<Vec<Value>>() })))
}
