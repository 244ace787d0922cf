//! What a line may leave out: the one place that decides it for reading and printing alike.
//!
//! Both sides walk the same lines in the same order, so a value that printing leaves out is exactly the one that reading fills in.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::event::{ActorKind, Instant, Text};

/// Ids and places in the order of one instant, by the order of lines.
#[derive(Debug, Default)]
pub(super) struct Automatic {
    line_count: u64,
    next_seq: BTreeMap<(Option<Text>, Instant), i64>,
}

impl Automatic {
    /// The id of the next line: e1, e2 and so on, whether or not a line takes it.
    pub(super) fn next_id(&mut self) -> Text {
        self.line_count += 1;
        Arc::from(format!("e{}", self.line_count))
    }

    /// The `seq` that keeps a line behind the earlier ones of its instant and conversation.
    pub(super) fn seq(&self, conversation: &Option<Text>, at: Instant) -> i64 {
        self.next_seq.get(&(conversation.clone(), at)).copied().unwrap_or(0)
    }

    /// Says that a line took `seq`.
    pub(super) fn taken(&mut self, conversation: &Option<Text>, at: Instant, seq: i64) {
        let next = self.next_seq.entry((conversation.clone(), at)).or_insert(0);
        *next = (*next).max(seq.saturating_add(1));
    }
}

/// The customer of a line: a customer that is named acts on its own timeline; the header's acts and is spoken for in its opening.
pub(super) fn customer(kind: ActorKind, actor: &Option<Text>, opens: bool, header: &Option<Text>) -> Option<Text> {
    match (kind, actor) {
        (ActorKind::Customer, Some(actor)) => Some(actor.clone()),
        (ActorKind::Customer, None) => header.clone(),
        _ if opens => header.clone(),
        _ => None,
    }
}

/// A conversation's only survey of a kind.
pub(super) fn survey(conversation: &Option<Text>, kind: &str) -> Option<Text> {
    conversation.as_ref().map(|conversation| Arc::from(format!("{conversation}/{kind}")))
}
