//! Cells of a hash: customers and agents, spread by a hash of their id so that a cell stays small however many there are.
//!
//! A cell holds the ids whose hash begins with its prefix; one that has grown too large splits in two by the next bit.

use std::collections::BTreeMap;

use deskgauge_core::event::{Event, Text};
use deskgauge_core::facts::Facts;
use deskgauge_core::fold::{Key, People, Routes, Timeline, fold_into};
use deskgauge_core::rules::Rules;
use xxhash_rust::xxh3::xxh3_64;

use crate::cells::{Cell, Kind, Stored, key_text};

/// A prefix of hashes: the first `depth` bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Prefix {
    pub(crate) depth: u32,
    pub(crate) bits: u64,
}

impl Prefix {
    /// Whether an id belongs here.
    pub(crate) fn holds(self, id: &str) -> bool {
        self.depth == 0 || xxh3_64(id.as_bytes()) >> (64 - self.depth) == self.bits
    }

    /// Whether every id that belongs to another belongs here.
    pub(crate) fn contains(self, other: Self) -> bool {
        other.depth >= self.depth && other.bits.checked_shr(other.depth - self.depth).unwrap_or(0) == self.bits
    }

    /// The part of all hashes with that number, of so many parts: a power of two.
    pub(crate) fn part(number: usize, parts: usize) -> Self {
        Self { depth: parts.trailing_zeros(), bits: number as u64 }
    }

    /// The number of the part in which an id lies, of so many parts. The high bits decide, so that a part is a union of cells.
    pub(crate) fn place(id: &str, parts: usize) -> usize {
        part_of(xxh3_64(id.as_bytes()), parts)
    }

    /// Of one id alone, as far as hashes tell.
    pub(crate) fn alone(id: &str) -> Self {
        Self { depth: 64, bits: xxh3_64(id.as_bytes()) }
    }

    /// Both halves.
    pub(crate) fn halves(self) -> [Self; 2] {
        [0, 1].map(|bit| Self { depth: self.depth + 1, bits: self.bits << 1 | bit })
    }

    /// The widest prefix that holds an id and overlaps none of those taken: cells without rows are not written, so there are gaps.
    pub(crate) fn free(id: &str, taken: &[Self]) -> Self {
        let hash = xxh3_64(id.as_bytes());
        let at = |depth: u32| Self { depth, bits: if depth == 0 { 0 } else { hash >> (64 - depth) } };
        let overlaps = |wide: Self| taken.iter().any(|other| wide.contains(*other));
        (0..63).map(at).find(|prefix| !overlaps(*prefix)).unwrap_or(at(63))
    }

    /// Of a cell, from its name.
    pub(crate) fn of(cell: &Cell) -> Option<Self> {
        let mut parts = cell.name.split('-').skip(1);
        let depth = parts.next()?.parse().ok()?;
        let bits = u64::from_str_radix(parts.next()?, 16).ok()?;
        Some(Self { depth, bits })
    }

    /// The name of a cell; `unique` tells it from its predecessors.
    pub(crate) fn name(self, kind: Kind, unique: &str) -> String {
        format!("{}-{:02}-{:04x}-{unique}", kind.letter(), self.depth, self.bits)
    }
}

/// The cell among these that holds an id: none overlaps another.
pub(crate) fn holding<'m, T>(cells: &'m BTreeMap<Prefix, T>, id: &str) -> Option<(Prefix, &'m T)> {
    let hash = xxh3_64(id.as_bytes());
    let mut depth = 0;
    // Cells are in the order of their depths, of which there are few.
    while let Some((next, _)) = cells.range(Prefix { depth, bits: 0 }..).next() {
        let bits = if next.depth == 0 { 0 } else { hash >> (64 - next.depth) };
        if let Some((prefix, cell)) = cells.get_key_value(&Prefix { depth: next.depth, bits }) {
            return Some((*prefix, cell));
        }
        depth = next.depth + 1;
    }
    None
}

/// The part of all hashes in which one lies, of so many parts: its high bits tell.
pub(crate) fn part_of(hash: u64, parts: usize) -> usize {
    ((u128::from(hash) * parts as u128) >> 64) as usize
}

/// The text that is hashed: the customer's or agent's own id.
pub(crate) fn hashed_id(key: &Key) -> Text {
    match key {
        Key::Customer(id) | Key::Agent(id) => id.clone(),
        key => Text::from(key_text(key)),
    }
}

/// Events with whose they are. All that links them must be among them.
pub(crate) fn owned(events: Vec<Stored>) -> Vec<(Key, Stored)> {
    let routes = Routes::of(events.iter().map(|stored| &stored.event));
    events.into_iter().map(|stored| (routes.owner(&stored.event), stored)).collect()
}

/// The facts of customers or agents by themselves, and how many timelines there are.
pub(crate) fn fold(events: &[(Key, Stored)], rules: &Rules) -> (Facts, u64) {
    let (mut facts, timelines) = (Facts::default(), timelines(events));
    for timeline in &timelines {
        fold_into(timeline, rules, &People::default(), &mut facts);
    }
    (facts, timelines.len() as u64)
}

/// The timelines of events, with whose they are.
fn timelines(events: &[(Key, Stored)]) -> Vec<Timeline> {
    let mut by_key: BTreeMap<&Key, Vec<Event>> = BTreeMap::new();
    for (key, stored) in events {
        by_key.entry(key).or_default().push(stored.event.clone());
    }
    by_key.into_iter().map(|(key, events)| Timeline::new(key.clone(), events)).collect()
}

/// Events with their timelines, in the order in which a cell's file has them.
pub(crate) fn keyed(events: &[(Key, Stored)]) -> Vec<(String, &Stored)> {
    let mut keyed: Vec<(String, &Stored)> = events.iter().map(|(key, stored)| (key_text(key), stored)).collect();
    keyed.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.event.in_order(&b.1.event)));
    keyed
}
