//! SQL of the user's own: one statement that only reads, over the fact tables and `events`.
//!
//! The engine's complaints are put into our words here, with the near name of a table or column. What it calls its catalogues and
//! schemas inside never reaches the user.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use deskgauge_core::diagnostic::{Diagnostic, near_name};
use deskgauge_core::facts::FACTS;
use deskgauge_core::rules::COSTS;

use super::{AskError, guarded};
use crate::facts_schema::EVENTS;
use crate::plan::told;
use crate::source::FactSource;

/// What every statement may be.
const READS_ONLY: &str = "only one statement that reads is allowed, such as select or describe, over the fact tables and events";

/// Runs a statement that only reads, over the fact tables and `events`.
///
/// # Errors
/// A statement that is not SQL, that would change or copy anything, or that names what is not there.
pub async fn sql(source: &FactSource, text: &str) -> Result<Vec<RecordBatch>, AskError> {
    let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let frame = source.context().sql_with_options(text, options).await.map_err(|error| refused(&error))?;
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let batches = guarded(source, async { Ok(frame.collect().await?) }).await?;
    Ok(if batches.is_empty() { vec![RecordBatch::new_empty(schema)] } else { batches })
}

/// Why a statement cannot be run.
fn refused(error: &DataFusionError) -> AskError {
    if let DataFusionError::SchemaError(problem, _) = error.find_root()
        && let SchemaError::FieldNotFound { field, valid_fields } = problem.as_ref()
    {
        let names: Vec<&str> = valid_fields.iter().map(|field| field.name.as_str()).collect();
        return AskError::Refused(unknown("unknown-column", "column", &field.name, &names));
    }
    let said = told(error);
    if let Some(name) = said.strip_prefix("table '").and_then(|rest| rest.strip_suffix("' not found")) {
        let name = name.rsplit('.').next().unwrap_or(name);
        let names: Vec<&str> = FACTS.iter().chain([&COSTS]).map(|table| table.name).chain([EVENTS]).collect();
        return AskError::Refused(unknown("unknown-table", "table", name, &names));
    }
    let changes = ["dDL not supported", "dML not supported", "statement not supported"];
    let message = if let Some(kind) = changes.iter().find_map(|words| said.strip_prefix(words)) {
        format!("the statement would change something: {}", kind.trim_start_matches([':', ' ']))
    } else if said.contains("only supports a single SQL statement") {
        "there is more than one statement".to_owned()
    } else {
        format!("the statement cannot be run: {said}")
    };
    AskError::Refused(Diagnostic::error("bad-sql", message).hint(READS_ONLY))
}

fn unknown(code: &'static str, kind: &str, name: &str, names: &[&str]) -> Diagnostic {
    let problem = Diagnostic::error(code, format!("there is no {kind} `{name}`"));
    match near_name(name, names.iter().copied()) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None if names.is_empty() => problem,
        None => problem.hint(format!("the {kind}s are {}", names.join(", "))),
    }
}
