//! The events of one row or one group while they are put together.
//!
//! Each goes through the one reader of the format, so that limits and messages are those of any other import. Ids are made of the
//! conversation's id and what the event says, never of its place in the file.

use std::collections::BTreeSet;

use deskgauge_core::event::record::{self, Defaults, Problem, Value};
use deskgauge_core::event::{ActorKind, Event, Text};

/// Order among events of one instant, as far as a table cannot say it: what the row is about comes before what was done with it.
pub(super) mod rank {
    pub(in crate::table::rows) const OPENED: i64 = 0;
    pub(in crate::table::rows) const FIELD: i64 = 1;
    pub(in crate::table::rows) const ASSIGNED: i64 = 2;
    pub(in crate::table::rows) const MESSAGE: i64 = 3;
    pub(in crate::table::rows) const WORKED: i64 = 4;
    pub(in crate::table::rows) const SOLVED: i64 = 5;
    pub(in crate::table::rows) const CLOSED: i64 = 6;
    pub(in crate::table::rows) const SURVEY: i64 = 7;
    /// Ranks between two rows of a group.
    pub(in crate::table::rows) const STEP: i64 = 10;
}

/// In place of an instant that could not be read: the row is rejected, but the rest of it is looked at, so that all its mistakes are
/// said at once.
pub(super) const STAND_IN: i64 = 1_000_000_000_000;

/// Name and value pairs of an event.
pub(super) type Fields = Vec<(&'static str, Value)>;

/// Who did it.
#[derive(Debug, Clone, Default)]
pub(super) struct Doer {
    pub kind: Option<ActorKind>,
    pub id: Option<Text>,
}

/// When it happened, and where among events of that instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct When {
    pub at: i64,
    pub seq: i64,
}

/// Events under construction.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    defaults: &'a Defaults,
    /// Begins the id of each event.
    pub base: String,
    pub conversation: Option<Text>,
    pub revision: i64,
    /// The row that the next events come from.
    pub row: u64,
    pub events: Vec<Event>,
    /// What was wrong, with the row.
    pub problems: Vec<(u64, Problem)>,
    ids: BTreeSet<String>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(defaults: &'a Defaults, base: String, conversation: Option<Text>, row: u64) -> Self {
        Self { defaults, base, conversation, revision: 0, row, events: Vec::new(), problems: Vec::new(), ids: BTreeSet::new() }
    }

    /// Adds an event. Its id is the base and `what`; a second one of the same name is numbered.
    pub(super) fn add(&mut self, what: &str, kind: &'static str, when: When, doer: &Doer, fields: Fields) {
        let mut id = format!("{}:{what}", self.base);
        let mut count = 1;
        while !self.ids.insert(id.clone()) {
            count += 1;
            id = format!("{}:{what}#{count}", self.base);
        }
        let mut record = fields;
        record.push(("id", Value::Text(id.into())));
        record.push(("type", Value::Text(kind.into())));
        record.push(("at", Value::Int(when.at)));
        record.push(("seq", Value::Int(when.seq)));
        record.push(("revision", Value::Int(self.revision)));
        if let Some(conversation) = &self.conversation {
            record.push(("conversation", Value::Text(conversation.clone())));
        }
        if let Some(kind) = doer.kind {
            record.push(("actor_kind", Value::Text(kind.name().into())));
        }
        if let Some(id) = &doer.id {
            record.push(("actor", Value::Text(id.clone())));
        }
        match record::read(&record, self.defaults) {
            Ok(event) => self.events.push(event),
            Err(problems) => self.problems.extend(problems.into_iter().map(|problem| (self.row, problem))),
        }
    }
}

/// A pair for each value that is known.
pub(super) fn some(name: &'static str, value: Option<Text>) -> Option<(&'static str, Value)> {
    value.map(|text| (name, Value::Text(text)))
}

/// A pair of a word of the format.
pub(super) fn word(name: &'static str, word: &'static str) -> (&'static str, Value) {
    (name, Value::Text(word.into()))
}
