//! One conversation as a whole: its timeline, and what the fold has made of it in every fact table.

use deskgauge_connect::events::to_json;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::Event;
use deskgauge_core::facts::FACTS;
use deskgauge_core::notation::{ParseOptions, PrintOptions, print};
use deskgauge_core::rules::Rules;
use deskgauge_engine::workspace::Workspace;
use serde_json::{Map, Value, json};

use crate::asking::{Asking, failure};
use crate::explain::case::objects;
use crate::failure::{Failure, Outcome, exit};

/// A conversation.
pub struct Conversation {
    /// Its id.
    pub id: String,
    /// Its events, and those of conversations that a merge joins with it, in order.
    pub events: Vec<Event>,
    /// The events as sentences, in the workspace's zone.
    pub timeline: String,
    /// Its rows, by fact table; tables without any are not there.
    pub facts: Vec<(&'static str, Vec<Value>)>,
}

impl Conversation {
    /// Asks for it. `only` is the agent whose conversations alone may be seen.
    ///
    /// # Errors
    /// `unknown-conversation`, also for one that may not be seen; the engine's.
    pub async fn ask(workspace: &Workspace, asking: &Asking, id: &str, only: Option<&str>) -> Outcome<Self> {
        seen(asking, id, only).await?;
        let here = format!("conversation = {}", quoted(id));
        let events = workspace.events_of(id).await.map_err(failure)?;
        let Some(first) = events.first() else { return Err(unknown(id)) };
        let zone = asking.rules().workspace.time_zone.clone();
        // What all events share need not stand in each line.
        let reader = ParseOptions { source: first.source.clone(), ..ParseOptions::default() };
        let timeline = print(&events, &PrintOptions { zone, reader });
        let mut facts = Vec::new();
        for table in FACTS.iter().filter(|table| table.all_columns().any(|column| column.name == "conversation")) {
            let order = if table.sorted_by.is_empty() { String::new() } else { format!(" order by {}", table.sorted_by) };
            let rows = objects(asking.source(), &format!("select * from {} where {here}{order}", table.name)).await?;
            if !rows.is_empty() {
                facts.push((table.name, rows));
            }
        }
        Ok(Self { id: id.to_owned(), events, timeline, facts })
    }

    /// For machines.
    pub fn json(&self) -> Value {
        let facts: Map<String, Value> =
            self.facts.iter().map(|(table, rows)| ((*table).to_owned(), rows.clone().into())).collect();
        json!({
            "conversation": self.id,
            "events": self.events.iter().map(to_json).collect::<Vec<Value>>(),
            "timeline": self.timeline,
            "facts": facts,
        })
    }
}

/// Refuses single conversations where a workspace hides people.
///
/// # Errors
/// `individuals-hidden`.
pub fn may_be_shown(rules: &Rules) -> Outcome {
    if rules.privacy.hides_conversations() {
        let message = "one conversation names who handled it and is a group of one, and this workspace hides such ([privacy])";
        return Err(Failure::usage("individuals-hidden", message, "explain the KPI without --conversation"));
    }
    Ok(())
}

/// Refuses a conversation that is not that of the agent, where there is such a limit, as if it were not there.
///
/// # Errors
/// `unknown-conversation`.
pub(crate) async fn seen(asking: &Asking, id: &str, only: Option<&str>) -> Outcome {
    may_be_shown(asking.rules())?;
    let Some(agent) = only else { return Ok(()) };
    let (here, own) = (quoted(id), quoted(agent));
    let theirs = format!("select conversation from conversations where conversation = {here} and agent = {own}");
    if objects(asking.source(), &theirs).await?.is_empty() { Err(unknown(id)) } else { Ok(()) }
}

fn unknown(id: &str) -> Failure {
    let problem = Diagnostic::error("unknown-conversation", format!("there is no conversation `{id}`"));
    Failure::new(exit::USAGE, problem.hint("ids carry their source's prefix; the list of tickets names them"))
}

/// A text as SQL writes it.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
