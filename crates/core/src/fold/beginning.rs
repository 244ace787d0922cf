//! How conversations begin: which event creates them, who began them, whose they are.

use std::collections::BTreeMap;

use super::timelines::Timeline;
use crate::event::{ActorKind, Body, Event, Opened, Origin, Text};

/// How a conversation began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// The conversation.
    pub conversation: Text,
    /// Its customer.
    pub customer: Option<Text>,
    /// Its creation, in seconds.
    pub created_at: i64,
    /// Who began it.
    pub origin: Origin,
}

/// How each conversation of a timeline began, merged ones too, by conversation.
pub fn beginnings(timeline: &Timeline) -> Vec<Beginning> {
    let mut own: BTreeMap<&Text, Vec<&Event>> = BTreeMap::new();
    for events in timeline.events.chunk_by(|one, other| one.conversation == other.conversation) {
        if let Some(conversation) = &events[0].conversation {
            own.entry(conversation).or_default().extend(events);
        }
    }
    let begin = |(conversation, events): (&Text, Vec<&Event>)| {
        let (ordered, opened) = ordered(&events);
        let origin = opened.and_then(|opened| opened.origin).unwrap_or_else(|| origin_of(ordered[0], opened.is_some()));
        Beginning {
            conversation: conversation.clone(),
            customer: ordered.iter().find_map(|event| customer_of(event)),
            created_at: ordered[0].at.seconds(),
            origin,
        }
    };
    own.into_iter().map(begin).collect()
}

/// A conversation's events, its opening first if it has one.
pub(super) fn ordered<'e>(events: &[&'e Event]) -> (Vec<&'e Event>, Option<&'e Opened>) {
    let mut ordered: Vec<&'e Event> = events.to_vec();
    let opening = |event: &&Event| matches!(event.body, Body::Opened(_));
    let Some(index) = ordered.iter().position(opening) else { return (ordered, None) };
    let event = ordered.remove(index);
    ordered.insert(0, event);
    match &event.body {
        Body::Opened(opened) => (ordered, Some(opened)),
        _ => (ordered, None),
    }
}

/// The opening of a conversation that the customer began, where it stands for a message: no message of the customer has its second.
pub(super) fn asking<'e>(events: &[&'e Event]) -> Option<&'e Event> {
    let (ordered, opened) = ordered(events);
    let opening = ordered[0];
    let begun = opened?.origin.unwrap_or_else(|| origin_of(opening, true)) == Origin::Customer;
    let says = |event: &&&Event| {
        event.actor_kind == ActorKind::Customer && matches!(&event.body, Body::Message(message) if message.public)
    };
    let doubled = ordered.iter().filter(says).any(|event| event.at.seconds() == opening.at.seconds());
    Some(opening).filter(|_| begun && !doubled)
}

/// The customer that an event names: outright, or as the one who speaks.
pub(super) fn customer_of(event: &Event) -> Option<Text> {
    let speaks = matches!(event.body, Body::Opened(_) | Body::Message(_)) && event.actor_kind == ActorKind::Customer;
    event.customer.clone().or_else(|| if speaks { event.actor.clone() } else { None })
}

/// Who began a conversation whose opening does not say.
pub(super) fn origin_of(event: &Event, opened: bool) -> Origin {
    // Without an opening only what the customer says is the customer's beginning: a rating or a reopening had one before it.
    let speaks = opened || matches!(event.body, Body::Message(_) | Body::Call(_));
    match event.actor_kind {
        ActorKind::Customer if speaks => Origin::Customer,
        ActorKind::Agent | ActorKind::LightAgent => Origin::Agent,
        _ if opened => Origin::System,
        _ => Origin::Import,
    }
}
