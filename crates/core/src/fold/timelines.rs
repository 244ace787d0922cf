//! Events become timelines: duplicates dropped, corrections and retractions applied, merged conversations joined, all in order.
//!
//! De-duplication is exact inside a timeline: of one (`source`, `id`) the highest revision wins; of equal revisions with different
//! content the lower digest wins, and that is counted. Arrival order plays no part anywhere. [`Routes`] see to it that all versions of
//! an event that was corrected lie in one timeline.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::routes::Routes;
use crate::event::record::digest;
use crate::event::{Body, Event, Text};
use crate::facts::{At, ProblemFact};

/// Whose timeline it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A conversation with those that merges join with it, by the primary's id.
    Conversation(Text),
    /// A customer's own events: orders and profiles.
    Customer(Text),
    /// Changes of an order that name no customer, while nobody has placed it.
    Order(Text),
    /// An agent's own events: presence and roles.
    Agent(Text),
    /// A survey that belongs to no conversation.
    Survey(Text),
}

/// One timeline: the events that count, in order.
#[derive(Debug, Clone)]
pub struct Timeline {
    /// Whose.
    pub key: Key,
    /// In order, without duplicates, superseded revisions and retracted events.
    pub events: Vec<Event>,
    /// Losers among equal revisions with different content, each with the conversation of its winner: that is where the event counts.
    pub conflicts: Vec<(Event, Option<Text>)>,
}

impl Timeline {
    /// From the raw events of one timeline, in any order and with any duplicates.
    pub fn new(key: Key, events: Vec<Event>) -> Self {
        let (events, conflicts) = settle(events);
        Self { key, events, conflicts }
    }

    /// Counts equal revisions with different content as problems.
    pub(crate) fn count_conflicts(&self, problems: &mut Vec<ProblemFact>) {
        let row = |(event, conversation): &(Event, Option<Text>)| ProblemFact {
            conversation: conversation.clone(),
            ..problem("conflicting_revision", event, None)
        };
        problems.extend(self.conflicts.iter().map(row));
    }
}

/// A row of `problems` about an event.
pub(crate) fn problem(code: &'static str, event: &Event, detail: Option<Text>) -> ProblemFact {
    ProblemFact {
        common: None,
        code,
        occurred_at: At(event.at.seconds()),
        conversation: event.conversation.clone(),
        source: Some(event.source.clone()),
        event_id: Some(event.id.clone()),
        detail,
    }
}

/// The timeline that an event names by itself, before others are known. Orders, profiles and presence belong to their subject, also
/// where they name a conversation.
pub fn own_key(event: &Event) -> Key {
    let subject = |named: &Option<Text>| named.clone().unwrap_or_else(|| Text::from(""));
    match &event.body {
        Body::AgentState(change) => Key::Agent(subject(&change.agent.clone().or_else(|| event.actor.clone()))),
        Body::Agent(_) => Key::Agent(subject(&event.actor)),
        Body::OrderChanged(change) if event.customer.is_none() => Key::Order(change.order_id.clone()),
        Body::Order(_) | Body::OrderChanged(_) | Body::Customer(_) => {
            Key::Customer(subject(&event.customer.clone().or_else(|| event.actor.clone())))
        }
        body => match (&event.conversation, body) {
            (Some(conversation), _) => Key::Conversation(conversation.clone()),
            (None, Body::SurveySent(sent)) => Key::Survey(sent.survey.clone()),
            (None, Body::SurveyAnswered(answer)) => Key::Survey(answer.survey.clone()),
            (None, _) => Key::Customer(subject(&event.customer.clone().or_else(|| event.actor.clone()))),
        },
    }
}

/// Whether events of this type lie in the timeline of the conversation that they name, where they name one. Says of a type what
/// [`own_key`] says of an event, for those who have no event yet.
pub fn lies_with_conversation(type_name: &str) -> bool {
    !matches!(type_name, "agent_state" | "agent" | "order" | "order_changed" | "customer")
}

/// Groups any events into timelines, ordered by key.
pub fn timelines(events: Vec<Event>) -> Vec<Timeline> {
    let routes = Routes::of(events.iter());
    let mut groups: BTreeMap<Key, Vec<Event>> = BTreeMap::new();
    for event in events {
        groups.entry(routes.key(&event)).or_default().push(event);
    }
    groups.into_iter().map(|(key, events)| Timeline::new(key, events)).collect()
}

/// Removes exact duplicates only: what a store keeps, so that folding later sees every revision. The result is in order.
pub fn distinct(mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by(|a, b| a.in_order(b).then_with(|| by_version(a, b)));
    events.dedup();
    events
}

/// The events that count, in order, and the losers among equal revisions.
fn settle(mut events: Vec<Event>) -> (Vec<Event>, Vec<(Event, Option<Text>)>) {
    if all_differ(events.iter()) {
        events.retain(|event| !event.retracted);
        events.sort_by(Event::in_order);
        return (events, Vec::new());
    }
    events.sort_by(|a, b| (&a.source, &a.id).cmp(&(&b.source, &b.id)).then_with(|| by_version(a, b)));
    events.dedup();
    let mut kept: Vec<Event> = Vec::with_capacity(events.len());
    let mut conflicts = Vec::new();
    for event in events {
        match kept.last() {
            Some(winner) if winner.source == event.source && winner.id == event.id => {
                if winner.revision == event.revision {
                    conflicts.push((event, winner.conversation.clone()));
                }
            }
            _ => kept.push(event),
        }
    }
    kept.retain(|event| !event.retracted);
    kept.sort_by(Event::in_order);
    (kept, conflicts)
}

/// Whether no two events have the same id, by a digest of the ids: a chance agreement only costs time.
pub fn all_differ<'e>(events: impl Iterator<Item = &'e Event>) -> bool {
    let mut ids: Vec<u64> = events.map(|event| xxhash_rust::xxh3::xxh3_64(event.id.as_bytes())).collect();
    ids.sort_unstable();
    ids.windows(2).all(|pair| pair[0] != pair[1])
}

/// The winner first: higher revisions, then lower digests. Digests are worked out only where they decide.
pub(super) fn by_version(a: &Event, b: &Event) -> Ordering {
    b.revision.cmp(&a.revision).then_with(|| if a == b { Ordering::Equal } else { digest(a).cmp(&digest(b)) })
}
