//! What every customer is known for, in little memory: the first conversation, and the segments.
//!
//! Customers are kept as 64-bit hashes: that two of ten million share one has odds of about one in 370,000.

use std::collections::HashMap;

use deskgauge_core::event::{Body, Event, Origin, Text};
use deskgauge_core::fold::{Beginning, Customer, Key, People, Timeline, beginnings};
use xxhash_rust::xxh3::xxh3_64;

/// All customers.
#[derive(Default)]
pub(in crate::store::anew) struct KnownPeople {
    /// The creation of the first conversation, and the conversation.
    first: HashMap<u64, (i64, Box<str>)>,
    segments: HashMap<u64, Vec<(i64, Option<u32>)>>,
    names: Vec<Text>,
}

impl KnownPeople {
    /// Takes a conversation's beginning into account.
    pub(in crate::store::anew) fn begins(&mut self, beginning: &Beginning) {
        let Some(customer) = beginning.customer.as_ref().filter(|_| beginning.origin == Origin::Customer) else { return };
        let this = (beginning.created_at, &*beginning.conversation);
        let known = self.first.get(&xxh3_64(customer.as_bytes())).map(|(at, id)| (*at, &**id));
        if known.is_none_or(|known| this < known) {
            self.first.insert(xxh3_64(customer.as_bytes()), (this.0, this.1.into()));
        }
    }

    /// Takes a profile that counts into account.
    pub(in crate::store::anew) fn profile(&mut self, event: &Event) {
        let Body::Customer(profile) = &event.body else { return };
        let Some(customer) = event.customer.as_ref().or(event.actor.as_ref()) else { return };
        let segment = profile.segment.as_ref().map(|segment| self.name(segment));
        self.segments.entry(xxh3_64(customer.as_bytes())).or_default().push((event.at.seconds(), segment));
    }

    /// Brings the segments into order once all are known.
    pub(in crate::store::anew) fn settle(&mut self) {
        // Each customer's list is put in order by itself, so the order of customers does not matter.
        #[expect(clippy::iter_over_hash_type, reason = "no order reaches an answer")]
        for segments in self.segments.values_mut() {
            // Of several at one instant the last event rules: they come in the order of their timeline, and the sort is stable.
            segments.sort_by_key(|(at, _)| *at);
        }
    }

    /// What the fold of some timelines needs.
    pub(in crate::store::anew) fn of<'t>(&self, timelines: impl Iterator<Item = &'t Timeline>) -> People {
        let mut people = People::default();
        for customer in timelines.flat_map(customers) {
            let hash = xxh3_64(customer.as_bytes());
            people.customers.entry(customer).or_insert_with(|| self.customer(hash));
        }
        people
    }

    fn customer(&self, hash: u64) -> Customer {
        let segments = self.segments.get(&hash).into_iter().flatten();
        let named = |(from, segment): &(i64, Option<u32>)| (*from, segment.map(|index| self.names[index as usize].clone()));
        Customer {
            first_conversation: self.first.get(&hash).map(|(at, id)| (*at, Text::from(&**id))),
            segments: segments.map(named).collect(),
        }
    }

    fn name(&mut self, segment: &Text) -> u32 {
        let known = self.names.iter().position(|name| name == segment).unwrap_or_else(|| {
            self.names.push(segment.clone());
            self.names.len() - 1
        });
        u32::try_from(known).unwrap_or(u32::MAX)
    }
}

/// The customers of whom a timeline's fold asks.
fn customers(timeline: &Timeline) -> Vec<Text> {
    match &timeline.key {
        Key::Survey(_) => timeline.events.iter().filter_map(|event| event.customer.clone()).collect(),
        _ => beginnings(timeline).into_iter().filter_map(|beginning| beginning.customer).collect(),
    }
}
