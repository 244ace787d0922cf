//! What moves events between partitions: a correction takes the versions that it replaces along, and an order the changes that do not
//! name its customer. A partition by itself does not know of either.
//!
//! Only hashes are kept in memory, eight bytes per correction and per such change; versions of one event meet in partitions of their own
//! on disk. Two ids of one hash take the same way round and come out where they belong all the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use deskgauge_core::event::{Body, Event, Instant, Text};
use deskgauge_core::fold::{Key, Routes, timelines};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::spill::{self, Spill};
use crate::cells::{Kind, Stored, key_text};
use crate::files::FileError;

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
    own: PathBuf,
    /// What corrections brought to it: all versions of those events.
    brought: Option<PathBuf>,
}

/// The partitions of each kind.
pub(super) struct Sifted {
    pub(super) conversations: Vec<Partition>,
    pub(super) customers: Vec<Partition>,
    pub(super) agents: Vec<Partition>,
}

/// An order that a change waits for: the first that names it, and its customer.
type Placed = (Instant, i64, Text, Text, Text);

impl Links {
    /// Takes an event into account.
    pub(super) fn note(&mut self, event: &Event, own: &Key) {
        if event.revision > 0 {
            self.corrected.push(hash(event));
        }
        if let Key::Order(order) = own {
            self.changed.push(xxh3_64(order.as_bytes()));
        }
    }

    /// Closes the partitions, with every version of an event where the version that counts belongs.
    pub(super) fn sift(&mut self, folder: &Path, spills: [&mut Spill; 3]) -> Result<Sifted, FileError> {
        for hashes in [&mut self.corrected, &mut self.changed] {
            hashes.sort_unstable();
            hashes.dedup();
        }
        let mut own = Vec::new();
        let mut sizes = Vec::new();
        for spill in spills {
            sizes.push(spill.partitions());
            own.push(spill.finish()?);
        }
        let mut brought = [Vec::new(), Vec::new(), Vec::new()];
        if !self.corrected.is_empty() {
            let mut versions = Spill::new(folder, "v", sizes[0]);
            for path in own.iter().flatten() {
                for stored in spill::peek(path)?.iter().filter(|stored| self.is_corrected(&stored.event)) {
                    versions.push(stored, &format!("{}/{}", stored.event.source, stored.event.id))?;
                }
            }
            let mut moved: Vec<Spill> =
                sizes.iter().zip(["vc", "vp", "va"]).map(|(size, name)| Spill::new(folder, name, *size)).collect();
            for path in versions.finish()? {
                let events = spill::read(path)?;
                let routes = Routes::of(events.iter().map(|stored| &stored.event));
                for stored in &events {
                    let key = routes.named(&stored.event);
                    moved[Kind::of(&key) as usize].push(stored, &key_text(&key))?;
                }
            }
            for (spill, brought) in moved.iter_mut().zip(&mut brought) {
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

    /// The events of a partition, which stays.
    pub(super) fn peek(&self, partition: &Partition) -> Result<Vec<Stored>, FileError> {
        let mut events = spill::peek(&partition.own)?;
        if let Some(brought) = &partition.brought {
            events.retain(|stored| !self.is_corrected(&stored.event));
            events.extend(spill::peek(brought)?);
        }
        Ok(events)
    }

    /// The events of a partition, whose files are removed.
    pub(super) fn take(&self, partition: Partition) -> Result<Vec<Stored>, FileError> {
        let events = self.peek(&partition)?;
        for path in [Some(partition.own), partition.brought].into_iter().flatten() {
            std::fs::remove_file(&path).map_err(|source| FileError::Disk { doing: "remove", path, source })?;
        }
        Ok(events)
    }

    /// Hands the events that count of a partition of customers to `look`, and notes the orders among them that a change waits for.
    pub(super) fn look(&self, events: Vec<Stored>, placed: &mut BTreeMap<Text, Placed>, look: &mut dyn FnMut(&Event)) {
        for timeline in timelines(events.into_iter().map(|stored| stored.event).collect()) {
            for event in &timeline.events {
                look(event);
                let (Key::Customer(customer), Body::Order(order)) = (&timeline.key, &event.body) else { continue };
                if self.changed.binary_search(&xxh3_64(order.order_id.as_bytes())).is_ok() {
                    let this = (event.at, event.seq, event.source.clone(), event.id.clone(), customer.clone());
                    match placed.get(&order.order_id) {
                        Some(first) if *first <= this => {}
                        _ => drop(placed.insert(order.order_id.clone(), this)),
                    }
                }
            }
        }
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
