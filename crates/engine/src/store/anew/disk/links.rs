//! What moves events between partitions: a correction takes the versions that it replaces along, and an order the changes that do not
//! name its customer. A partition by itself does not know of either.
//!
//! Only hashes are kept in memory, eight bytes per correction and per such change; versions of one event meet in partitions of their own
//! on disk. Two ids of one hash take the same way round and come out where they belong all the same.

use std::collections::BTreeMap;
use std::path::Path;

use deskgauge_core::event::{Body, Event, Instant, Text};
use deskgauge_core::fold::timelines::own_key;
use deskgauge_core::fold::{Key, Routes, timelines};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::spill::{Portion, Spill, Spilled};
use crate::cells::{Kind, Stored, key_text};
use crate::files::FileError;
use crate::threads::all;

/// The events of which there may be something to move.
#[derive(Default)]
pub(super) struct Links {
    /// Hashes of the sources and ids of corrections.
    corrected: Vec<u64>,
    /// Hashes of the orders of which there is a change that does not name the customer.
    changed: Vec<u64>,
}

/// A partition on disk.
pub(super) struct Partition {
    /// What it got by what each event says itself.
    own: Spilled,
    /// What corrections brought to it: all versions of those events.
    brought: Option<Spilled>,
}

impl Partition {
    /// How many events it has at most.
    pub(super) fn events(&self) -> u64 {
        self.own.events + self.brought.as_ref().map_or(0, |brought| brought.events)
    }

    /// Removes its files.
    pub(super) fn remove(self) -> Result<(), FileError> {
        [Some(self.own), self.brought].into_iter().flatten().try_for_each(Spilled::remove)
    }
}

/// The partitions of each kind.
pub(super) struct Sifted {
    pub(super) conversations: Vec<Partition>,
    pub(super) customers: Vec<Partition>,
    pub(super) agents: Vec<Partition>,
}

/// An order that a change waits for: the first that names it, and its customer.
pub(super) type Placed = (Instant, i64, Text, Text, Text);

impl Links {
    /// Takes an event into account.
    pub(super) fn note(&mut self, event: &Event) {
        if event.revision > 0 {
            self.corrected.push(hash(event));
        }
        if let (Body::OrderChanged(_), Key::Order(order)) = (&event.body, own_key(event)) {
            self.changed.push(xxh3_64(order.as_bytes()));
        }
    }

    /// Closes the partitions, with every version of an event where the version that counts belongs.
    pub(super) fn sift(&mut self, folder: &Path, spills: [&Spill; 3], room: u64) -> Result<Sifted, FileError> {
        for hashes in [&mut self.corrected, &mut self.changed] {
            hashes.sort_unstable();
            hashes.dedup();
        }
        let own = spills.iter().map(|spill| spill.finish()).collect::<Result<Vec<_>, _>>()?;
        let mut brought = [Vec::new(), Vec::new(), Vec::new()];
        if !self.corrected.is_empty() {
            let versions = Spill::new(folder, "v", spills[0].partitions(), room);
            let own: Vec<&Spilled> = own.iter().flatten().collect();
            all(own.len(), |number| {
                let events = own[number].read(Portion::WHOLE)?;
                events.iter().filter(|stored| self.is_corrected(&stored.event)).try_for_each(|stored| {
                    let event = &stored.event;
                    versions.push(event, stored.import_id, &format!("{}/{}", event.source, event.id))
                })
            })?;
            let names = ["vc", "vp", "va"].iter().zip(&spills);
            let moved: Vec<Spill> = names.map(|(name, spill)| Spill::new(folder, name, spill.partitions(), room)).collect();
            let versions = versions.finish()?;
            all(versions.len(), |number| {
                let events = versions[number].read(Portion::WHOLE)?;
                let routes = Routes::of(events.iter().map(|stored| &stored.event));
                events.iter().try_for_each(|stored| {
                    let key = routes.named(&stored.event);
                    moved[Kind::of(&key) as usize].push(&stored.event, stored.import_id, &key_text(&key))
                })
            })?;
            for (spill, brought) in moved.iter().zip(&mut brought) {
                *brought = spill.finish()?;
            }
        }
        let mut partitions = own.into_iter().zip(brought).map(|(own, brought)| {
            let mut brought = brought.into_iter();
            own.into_iter().map(|own| Partition { own, brought: brought.next() }).collect::<Vec<_>>()
        });
        let mut next = || partitions.next().unwrap_or_default();
        Ok(Sifted { conversations: next(), customers: next(), agents: next() })
    }

    /// The events of a portion of a partition.
    pub(super) fn read(&self, partition: &Partition, portion: Portion) -> Result<Vec<Stored>, FileError> {
        let mut events = partition.own.read(portion)?;
        if let Some(brought) = &partition.brought {
            events.retain(|stored| !self.is_corrected(&stored.event));
            events.extend(brought.read(portion)?);
        }
        Ok(events)
    }

    /// What a partition of customers tells of them: their profiles that count, and the orders that a change waits for.
    pub(super) fn told(&self, events: Vec<Stored>) -> (Vec<Event>, Vec<(Text, Placed)>) {
        let (mut profiles, mut placed) = (Vec::new(), Vec::new());
        for timeline in timelines(events.into_iter().map(|stored| stored.event).collect()) {
            for event in timeline.events {
                match (&timeline.key, &event.body) {
                    (_, Body::Customer(_)) => profiles.push(event),
                    (Key::Customer(customer), Body::Order(order))
                        if self.changed.binary_search(&xxh3_64(order.order_id.as_bytes())).is_ok() =>
                    {
                        let this = (event.at, event.seq, event.source.clone(), event.id.clone(), customer.clone());
                        placed.push((order.order_id.clone(), this));
                    }
                    _ => {}
                }
            }
        }
        (profiles, placed)
    }

    /// Takes the changes of placed orders out of a partition of customers.
    pub(super) fn changes_of(&self, events: &mut Vec<Stored>, placed: &BTreeMap<Text, Placed>) -> Vec<(Text, Stored)> {
        if self.changed.is_empty() {
            return Vec::new();
        }
        let routes = Routes::of(events.iter().map(|stored| &stored.event));
        let buyer = |stored: &Stored| match routes.named(&stored.event) {
            Key::Order(order) => placed.get(&order).map(|(.., customer)| customer.clone()),
            _ => None,
        };
        let buyers: Vec<Option<Text>> = events.iter().map(buyer).collect();
        let mut changes = Vec::new();
        let mut rest = Vec::with_capacity(events.len());
        for (stored, buyer) in std::mem::take(events).into_iter().zip(buyers) {
            match buyer {
                Some(customer) => changes.push((customer, stored)),
                None => rest.push(stored),
            }
        }
        *events = rest;
        changes
    }

    fn is_corrected(&self, event: &Event) -> bool {
        !self.corrected.is_empty() && self.corrected.binary_search(&hash(event)).is_ok()
    }
}

fn hash(event: &Event) -> u64 {
    xxh3_64_with_seed(event.id.as_bytes(), xxh3_64(event.source.as_bytes()))
}
