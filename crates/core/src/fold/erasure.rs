//! Erasure: which events are those of somebody who is to be forgotten, and what the events of others tell of them.
//!
//! A conversation belongs to its customer whole, agents' answers and tags included; in a conversation of somebody else only what names
//! the forgotten goes. All versions of an event go together, so that no earlier one comes back. Nothing is stored or removed here.

use std::collections::{BTreeMap, BTreeSet};

use super::timelines::{Key, own_key, timelines};
use super::{Routes, beginnings};
use crate::event::{ActorKind, Body, Event, Text};

/// What is to be forgotten: customers, and what turns out to be theirs.
#[derive(Debug, Clone, Default)]
pub struct Erasure {
    customers: BTreeSet<Text>,
    conversations: BTreeSet<Text>,
    surveys: BTreeSet<Text>,
    /// Events of theirs by source and id, whatever their versions say.
    events: BTreeSet<(Text, Text)>,
}

impl Erasure {
    /// Of these customers, before anything is known of them.
    pub fn of(customers: impl IntoIterator<Item = Text>) -> Self {
        Self { customers: customers.into_iter().collect(), ..Self::default() }
    }

    /// Learns what is theirs. The events must be whole timelines, every version of each event.
    pub fn learn(&mut self, events: &[Event]) {
        if !events.iter().any(|event| self.names(event)) {
            return;
        }
        let routes = Routes::of(events.iter());
        let mut named: BTreeMap<&Text, (bool, bool)> = BTreeMap::new();
        for event in events {
            let mine = self.names(event) || matches!(routes.owner(event), Key::Customer(id) if self.customers.contains(&id));
            if mine {
                self.events.insert((event.source.clone(), event.id.clone()));
                self.surveys.extend(survey(event).cloned());
            }
            if let Some(conversation) = &event.conversation {
                let (by_them, by_others) = named.entry(conversation).or_default();
                *by_them |= mine;
                *by_others |= !mine && names_anybody(event);
            }
        }
        let theirs = named.into_iter().filter(|(_, (by_them, by_others))| *by_them && !by_others);
        self.conversations.extend(theirs.map(|(conversation, _)| conversation.clone()));
        for beginning in timelines(events.to_vec()).iter().flat_map(beginnings) {
            if beginning.customer.is_some_and(|customer| self.customers.contains(&customer)) {
                self.conversations.insert(beginning.conversation);
            }
        }
    }

    /// The event as it may stay: without what it tells of theirs. `None`: it is theirs and goes.
    pub fn keep(&self, mut event: Event) -> Option<Event> {
        let of_theirs = |known: &BTreeSet<Text>, id: Option<&Text>| id.is_some_and(|id| known.contains(id));
        let goes = self.names(&event)
            || of_theirs(&self.conversations, event.conversation.as_ref())
            || of_theirs(&self.surveys, survey(&event))
            || self.events.contains(&(event.source.clone(), event.id.clone()));
        if goes {
            return None;
        }
        match &mut event.body {
            Body::Opened(opened) if of_theirs(&self.conversations, opened.parent.as_ref()) => opened.parent = None,
            Body::Status(change) if of_theirs(&self.conversations, change.into.as_ref()) => change.into = None,
            _ => {}
        }
        Some(event)
    }

    /// Whether anything is known that is theirs.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The conversations that are theirs.
    pub fn conversations(&self) -> &BTreeSet<Text> {
        &self.conversations
    }

    /// The ids by which a text may tell of them.
    pub fn ids(&self) -> impl Iterator<Item = &Text> {
        self.customers.iter().chain(&self.conversations)
    }

    /// Whether an event names one of them by itself.
    fn names(&self, event: &Event) -> bool {
        let speaks = event.actor_kind == ActorKind::Customer;
        event.customer.as_ref().is_some_and(|customer| self.customers.contains(customer))
            || speaks && event.actor.as_ref().is_some_and(|actor| self.customers.contains(actor))
            || matches!(own_key(event), Key::Customer(id) if self.customers.contains(&id))
    }
}

fn names_anybody(event: &Event) -> bool {
    event.customer.is_some() || event.actor_kind == ActorKind::Customer && event.actor.is_some()
}

fn survey(event: &Event) -> Option<&Text> {
    match &event.body {
        Body::SurveySent(sent) => Some(&sent.survey),
        Body::SurveyAnswered(answer) => Some(&answer.survey),
        _ => None,
    }
}
