//! Events of many conversations brought together into timelines; no event is copied unless some do not count.

use std::collections::BTreeMap;

use deskgauge_core::event::{Event, Instant};
use deskgauge_core::fold::timelines::all_differ;
use deskgauge_core::fold::{Key, Routes, Timeline};
use xxhash_rust::xxh3::xxh3_64;

use crate::cells::{Stored, key_text};
use crate::store::plan::{Counts, Repeats, unite};

/// A timeline with everything that is kept of it.
pub(super) struct Told {
    pub(super) timeline: Timeline,
    /// The key as cells have it.
    pub(super) name: String,
    kept: Kept,
}

/// What is kept of a timeline.
enum Kept {
    /// Its events are all that there are: the import that brought each.
    Imports(Vec<i64>),
    /// There are also events that do not count: all of them.
    All(Vec<Stored>),
}

impl Told {
    /// From all events of a timeline. Answers the repeats, too.
    fn new(key: Key, events: Vec<Stored>) -> (Self, Repeats) {
        let (events, repeats) = unite(events, Vec::new());
        let name = key_text(&key);
        let told = if all_count(&events) {
            let imports = events.iter().map(|stored| stored.import_id).collect();
            let events = events.into_iter().map(|stored| stored.event).collect();
            Self { timeline: Timeline::new(key, events), name, kept: Kept::Imports(imports) }
        } else {
            let copies = events.iter().map(|stored| stored.event.clone()).collect();
            Self { timeline: Timeline::new(key, copies), name, kept: Kept::All(events) }
        };
        (told, repeats)
    }

    /// How many events are kept.
    pub(super) fn len(&self) -> usize {
        match &self.kept {
            Kept::Imports(imports) => imports.len(),
            Kept::All(events) => events.len(),
        }
    }

    /// Its first instant.
    pub(super) fn first_at(&self) -> Instant {
        self.events().map(|(event, _)| event.at).min().unwrap_or(Instant(0))
    }

    /// All events that are kept, in order, each with the import that brought it.
    pub(super) fn events(&self) -> impl Iterator<Item = (&Event, i64)> {
        let (imports, all) = match &self.kept {
            Kept::Imports(imports) => (&imports[..], &[][..]),
            Kept::All(all) => (&[][..], &all[..]),
        };
        let counting = self.timeline.events.iter().zip(imports.iter().copied());
        counting.chain(all.iter().map(|stored| (&stored.event, stored.import_id)))
    }
}

/// Whether events that are in order are a timeline as they are: none has versions, none is taken back.
fn all_count(events: &[Stored]) -> bool {
    all_differ(events.iter().map(|stored| &stored.event)) && !events.iter().any(|stored| stored.event.retracted)
}

/// Timelines, and what bringing them together counted.
pub(super) struct Gathered {
    pub(super) told: Vec<Told>,
    repeats: Repeats,
}

impl Gathered {
    /// What they are: events of `import` are new, and without one all are.
    pub(super) fn counts(&self, import: Option<i64>) -> Counts {
        let new = |brought: i64| import.is_none_or(|import| brought == import);
        let fresh = |told: &&Told| {
            matches!(told.timeline.key, Key::Conversation(_)) && told.events().all(|(_, brought)| Some(brought) == import)
        };
        Counts {
            events: self.told.iter().map(|told| told.events().filter(|(_, brought)| new(*brought)).count() as u64).sum(),
            repeats: self.repeats.clone(),
            timelines: self.told.len() as u64,
            conversations: self.told.iter().filter(fresh).count() as u64,
        }
    }
}

/// The timelines of events among which are all of each, in no order that matters.
pub(super) fn gather(events: Vec<Stored>, routes: &Routes) -> Gathered {
    let mut order: Vec<(u64, usize)> =
        events.iter().enumerate().map(|(place, stored)| (digest(&routes.key(&stored.event)), place)).collect();
    order.sort_unstable();
    let mut events: Vec<Option<Stored>> = events.into_iter().map(Some).collect();
    let mut gathered = Gathered { told: Vec::new(), repeats: Repeats::new() };
    for same in order.chunk_by(|one, other| one.0 == other.0) {
        // Two keys may have one digest.
        let mut groups: BTreeMap<Key, Vec<Stored>> = BTreeMap::new();
        for stored in same.iter().filter_map(|(_, place)| events[*place].take()) {
            let events = groups.entry(routes.key(&stored.event));
            events.or_insert_with(|| Vec::with_capacity(same.len())).push(stored);
        }
        for (key, events) in groups {
            let (told, again) = Told::new(key, events);
            gathered.told.push(told);
            for (import, events) in again {
                *gathered.repeats.entry(import).or_default() += events;
            }
        }
    }
    gathered
}

/// Timelines in the order in which they begin, each with its first instant.
pub(super) fn in_order(told: impl Iterator<Item = Told>) -> Vec<Told> {
    let mut all: Vec<(Instant, Told)> = told.map(|told| (told.first_at(), told)).collect();
    all.sort_by(|(at, a), (other, b)| at.cmp(other).then_with(|| a.name.cmp(&b.name)));
    all.into_iter().map(|(_, told)| told).collect()
}

/// What stands for a timeline: equal keys have equal digests.
pub(super) fn digest(key: &Key) -> u64 {
    match key {
        Key::Conversation(id) | Key::Customer(id) | Key::Agent(id) => xxh3_64(id.as_bytes()),
        Key::Order(id) | Key::Survey(id) => !xxh3_64(id.as_bytes()),
    }
}
