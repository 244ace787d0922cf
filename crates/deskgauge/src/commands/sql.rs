//! `sql`: a statement that reads, over the fact tables and the events.
//!
//! A statement may ask for more than anybody waits for, so that it has a limit of time and ends with Ctrl-C, whatever it is doing.

use std::time::Duration;

use clap::Args;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::period::{parse_duration, short_duration};
use deskgauge_core::question::Question;
use deskgauge_engine::ask;

use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit};
use crate::output;
use crate::{interrupt, rows, uncovered, workspace};

/// Read the fact tables with SQL
///
/// The tables are those of the fold: conversations, waits, spells, resolutions, assignments, sla_clocks, queue_entries, handling,
/// surveys, reviews, orders, …, and `events`. Instants are in UTC. Only statements that read are allowed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge sql \"select channel, count(*) from conversations group by channel order by 2 desc\"\n  deskgauge sql \"describe waits\"\n  deskgauge sql \"select * from problems limit 20\" --format json"
)]
pub(crate) struct Sql {
    /// The statement
    #[arg(value_name = "STATEMENT")]
    statement: String,
    /// An earlier state of the data: a snapshot's number, a date (its beginning) or an instant
    #[arg(long, value_name = "SNAPSHOT|TIME")]
    as_of: Option<String>,
    /// How long the statement may take, such as 30s or 2h
    #[arg(long, value_name = "SPAN", default_value = "10m")]
    timeout: String,
}

impl Sql {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let as_of = as_of(self.as_of.as_deref())?;
        let limit = self.limit()?;
        let asking = workspace::asking(global, as_of.as_ref()).await?;
        uncovered::tell("sql", asking.rules(), global.format);
        let stop = interrupt::flag(global.format);
        asking.source().take_costs(asking.rules()).map_err(|error| workspace::ask_failure(error.into()))?;
        let (source, statement) = (asking.source().clone(), self.statement);
        let threads = interrupt::Threads::new()?;
        let work = threads.run(async move { ask::sql(&source, &statement).await });
        let found = stop.or(tokio::time::timeout(Duration::from_secs(limit.unsigned_abs()), work)).await?;
        let Ok(found) = found else {
            let problem = Diagnostic::error("deadline", format!("no result after {}", short_duration(limit)));
            return Err(Failure::new(exit::DATA, problem.hint("ask for less, or give it more time with --timeout")));
        };
        let batches = found?.map_err(workspace::ask_failure)?;
        let wrong = |error: arrow::error::ArrowError| {
            Failure::new(exit::DATA, Diagnostic::error("not-printable", format!("the result cannot be printed: {error}")))
        };
        if global.format == Format::Json {
            let mut all = Vec::new();
            for batch in &batches {
                all.extend(rows::objects(batch).map_err(wrong)?);
            }
            return output::print(&serde_json::Value::from(all).to_string());
        }
        output::print(&output::grid_as(&rows::grid(&batches).map_err(wrong)?, global.format))
    }

    /// Reads `--timeout`, in seconds.
    fn limit(&self) -> Outcome<i64> {
        parse_duration(&self.timeout).filter(|seconds| *seconds > 0).ok_or_else(|| {
            let message = format!("`{}` is not a span of time for `--timeout`", self.timeout);
            Failure::usage("bad-value", message, "write it as 30s, 10m or 2h")
        })
    }
}

/// Reads `--as-of`.
pub(crate) fn as_of(text: Option<&str>) -> Outcome<Option<deskgauge_core::question::AsOf>> {
    let Some(text) = text else { return Ok(None) };
    let mut question = Question::new(Vec::new());
    question.set_option("as-of", text).map_err(|problem| Failure::new(exit::USAGE, problem))?;
    Ok(question.as_of)
}
