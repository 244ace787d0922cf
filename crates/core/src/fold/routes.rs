//! Routes: the timeline of an event where the event alone does not tell.
//!
//! Three things are known from other events only. A merge joins conversations into one timeline, whichever merge came last or was taken
//! back: which of them holds is the fold's matter. A correction may move its event to another conversation, customer or agent; then all
//! versions of the event lie in the timeline of the one that counts, so that versions are only ever compared inside a timeline. And a
//! change of an order that does not name its customer belongs to the order's. Routes look at whole sets of events and at no arrival
//! order; events that share no link with a set need not be in it.

use std::collections::{BTreeMap, BTreeSet};

use super::timelines::{Key, by_version, own_key};
use crate::event::{Body, Event, Status, Text};

/// The links among some events.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    /// The name of the timeline of each conversation that a merge concerns and that is not named after itself.
    roots: BTreeMap<Text, Text>,
    /// By kind of timeline, source and id: whose the version is that counts, for events of which there is a correction.
    corrected: BTreeMap<Realm, BTreeMap<Text, BTreeMap<Text, Key>>>,
    /// Customers of orders of which there is a change that does not name its customer, by the order.
    buyers: BTreeMap<Text, Text>,
}

/// What a correction does not leave: it makes no order of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Realm {
    Conversations,
    Customers,
    Agents,
}

impl Routes {
    /// The links among all of these events, every version of each.
    pub fn of<'e>(events: impl Iterator<Item = &'e Event> + Clone) -> Self {
        let mut routes = Self { roots: merges(events.clone()), ..Self::default() };
        for ((realm, source, id), winner) in corrections(events.clone()) {
            let sources = routes.corrected.entry(realm).or_default();
            sources.entry(source.clone()).or_default().insert(id.clone(), own_key(winner));
        }
        routes.buyers = routes.buyers(events);
        routes
    }

    /// The links that merges alone make among these events.
    pub fn of_merges<'e>(events: impl Iterator<Item = &'e Event>) -> Self {
        Self { roots: merges(events), ..Self::default() }
    }

    /// The conversations that merges join with others.
    pub fn joined(&self) -> BTreeSet<&Text> {
        self.roots.iter().flat_map(|(from, into)| [from, into]).collect()
    }

    /// Whose an event is before merges: where its facts are.
    pub fn owner(&self, event: &Event) -> Key {
        match self.named(event) {
            Key::Order(order) => match self.buyers.get(&order) {
                Some(customer) => Key::Customer(customer.clone()),
                None => Key::Order(order),
            },
            key => key,
        }
    }

    /// The timeline of an event.
    pub fn key(&self, event: &Event) -> Key {
        self.root(self.owner(event))
    }

    /// The timeline in which whose events are.
    pub fn root(&self, owner: Key) -> Key {
        match owner {
            Key::Conversation(id) => Key::Conversation(self.roots.get(&id).cloned().unwrap_or(id)),
            key => key,
        }
    }

    /// Whose an event is by the version of it that counts, before merges and orders.
    pub fn named(&self, event: &Event) -> Key {
        let own = own_key(event);
        let ids = self.corrected.get(&Realm::of(&own)).and_then(|sources| sources.get(&event.source));
        ids.and_then(|ids| ids.get(&event.id)).cloned().unwrap_or(own)
    }

    /// Who placed the orders that some change names without their customer. Of several customers with one order id the first to order.
    fn buyers<'e>(&self, events: impl Iterator<Item = &'e Event> + Clone) -> BTreeMap<Text, Text> {
        let changed: BTreeSet<&Text> = events.clone().filter_map(changed_order).collect();
        let placed = |event: &'e Event| match &event.body {
            Body::Order(order) => Some(&order.order_id).filter(|id| changed.contains(id)),
            _ => None,
        };
        if changed.is_empty() {
            return BTreeMap::new();
        }
        let ids: BTreeSet<(&Text, &Text)> =
            events.clone().filter(|event| placed(event).is_some()).map(|event| (&event.source, &event.id)).collect();
        let mut counting: BTreeMap<(Key, &Text, &Text), &'e Event> = BTreeMap::new();
        for event in events.filter(|event| ids.contains(&(&event.source, &event.id))) {
            let kept = counting.entry((self.named(event), &event.source, &event.id)).or_insert(event);
            if by_version(event, kept).is_lt() {
                *kept = event;
            }
        }
        let mut first: BTreeMap<&Text, (&'e Event, Text)> = BTreeMap::new();
        for ((key, ..), event) in counting {
            let (Key::Customer(customer), Some(order)) = (key, placed(event).filter(|_| !event.retracted)) else { continue };
            match first.get(order) {
                Some((earlier, _)) if earlier.in_order(event).is_le() => {}
                _ => drop(first.insert(order, (event, customer))),
            }
        }
        first.into_iter().map(|(order, (_, customer))| (order.clone(), customer)).collect()
    }
}

impl Realm {
    fn of(key: &Key) -> Self {
        match key {
            Key::Conversation(_) | Key::Survey(_) => Self::Conversations,
            Key::Customer(_) | Key::Order(_) => Self::Customers,
            Key::Agent(_) => Self::Agents,
        }
    }
}

/// The order that a change is about, where the change does not name the customer.
fn changed_order(event: &Event) -> Option<&Text> {
    match &event.body {
        Body::OrderChanged(change) if event.customer.is_none() => Some(&change.order_id),
        _ => None,
    }
}

/// Of each event that was corrected the version that counts.
fn corrections<'e>(events: impl Iterator<Item = &'e Event> + Clone) -> BTreeMap<(Realm, &'e Text, &'e Text), &'e Event> {
    let realm = |event: &Event| Realm::of(&own_key(event));
    let mut counting: BTreeMap<(Realm, &'e Text, &'e Text), &'e Event> = BTreeMap::new();
    for event in events.filter(|event| event.revision > 0) {
        let kept = counting.entry((realm(event), &event.source, &event.id)).or_insert(event);
        if by_version(event, kept).is_lt() {
            *kept = event;
        }
    }
    counting
}

/// The name of the timeline of each merged conversation: all conversations that merges connect are one timeline, named after the
/// smallest that was merged into no other, or after the smallest where there is none.
///
/// Which merges hold in the end is not asked here: one may be taken back and another follow, and the fold must see all of them.
fn merges<'e>(events: impl Iterator<Item = &'e Event>) -> BTreeMap<Text, Text> {
    let mut joins: BTreeMap<&Text, &Text> = BTreeMap::new();
    let mut merged: BTreeSet<&Text> = BTreeSet::new();
    for event in events {
        if let (Body::Status(change), Some(conversation)) = (&event.body, &event.conversation)
            && change.status == Status::Merged
            && let Some(primary) = &change.into
            && primary != conversation
        {
            merged.insert(conversation);
            let (one, other) = (end(&mut joins, conversation), end(&mut joins, primary));
            if one != other {
                joins.insert(one.max(other), one.min(other));
            }
        }
    }
    let concerned: Vec<&Text> = joins.keys().chain(joins.values()).copied().collect::<BTreeSet<_>>().into_iter().collect();
    let mut names: BTreeMap<&Text, &Text> = BTreeMap::new();
    for &conversation in &concerned {
        let name = names.entry(end(&mut joins, conversation)).or_insert(conversation);
        // They come in order, so that the first that was not merged stays.
        if merged.contains(name) && !merged.contains(conversation) {
            *name = conversation;
        }
    }
    let named = concerned.iter().map(|conversation| (*conversation, names[end(&mut joins, conversation)]));
    named.filter(|(conversation, name)| conversation != name).map(|(from, to)| (from.clone(), to.clone())).collect()
}

/// The smallest conversation that is joined with this one. The way to it is made shorter for the next time.
fn end<'e>(joins: &mut BTreeMap<&'e Text, &'e Text>, start: &'e Text) -> &'e Text {
    let mut end = start;
    while let Some(next) = joins.get(end) {
        end = next;
    }
    let mut at = start;
    while at != end {
        let next = joins.insert(at, end).unwrap_or(end);
        at = next;
    }
    end
}
