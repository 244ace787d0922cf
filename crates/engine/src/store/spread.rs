//! The cells of a hash that a change reads, and which of their events lie where after it: the same for customers and agents.
//!
//! An arriving event may move others: a correction takes the versions that it replaces along, and an order the changes that did not name
//! its customer. So the cells of both are read before anything is decided.

use std::collections::{BTreeMap, BTreeSet};

use deskgauge_core::event::{Body, Event, Text};
use deskgauge_core::fold::Routes;
use deskgauge_core::fold::timelines::own_key;

use super::hashed::{Prefix, hashed_id, holding};
use super::plan::{Planner, Repeats, unite};
use super::versions::cells_with_versions;
use crate::cells::{Cell, Kind, Stored, is_empty, may_hold};
use crate::files::FileError;

/// The cells that a change reads, by their prefixes.
pub(super) struct Spread {
    kind: Kind,
    cells: BTreeMap<Prefix, Read>,
    /// All stored cells of the kind, once they were asked for.
    known: Option<BTreeMap<Prefix, String>>,
    /// The ids whose cells were read or begun.
    asked: BTreeSet<Text>,
}

/// A cell that is read.
#[derive(Default)]
struct Read {
    /// Its name; `None` for one that does not exist yet.
    name: Option<String>,
    events: Vec<Stored>,
}

/// What a cell is to hold.
pub(super) struct Lot {
    /// The cell that it replaces.
    pub(super) replaced: Option<String>,
    /// All its events, each once.
    pub(super) events: Vec<Stored>,
    /// Whether that is not what the cell holds now.
    pub(super) changed: bool,
    /// Arrivals that were not there.
    pub(super) fresh: u64,
    /// Arrivals that were there already.
    pub(super) repeats: Repeats,
}

impl Spread {
    /// Nothing is read yet.
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, cells: BTreeMap::new(), known: None, asked: BTreeSet::new() }
    }

    /// The cells that are read, and those that are to be made.
    pub(super) fn cells(&self) -> impl Iterator<Item = (Prefix, Option<&str>)> {
        self.cells.iter().map(|(prefix, read)| (*prefix, read.name.as_deref()))
    }

    /// The ids whose cells were read or begun.
    pub(super) fn asked(&self) -> &BTreeSet<Text> {
        &self.asked
    }

    /// The events of the cells that are read.
    pub(super) fn events(&self) -> impl Iterator<Item = &Stored> + Clone {
        self.cells.values().flat_map(|read| &read.events)
    }

    /// The stored cell in which an id lies, which is not read for that.
    pub(super) fn stored(&mut self, planner: &Planner<'_>, id: &str) -> Option<(Prefix, &str)> {
        holding(self.known(planner), id).map(|(prefix, name)| (prefix, name.as_str()))
    }

    fn known(&mut self, planner: &Planner<'_>) -> &BTreeMap<Prefix, String> {
        self.known.get_or_insert_with(|| {
            let of_kind = planner.cells.values().filter(|cell| cell.kind == self.kind);
            of_kind.filter_map(|cell| Prefix::of(cell).map(|prefix| (prefix, cell.name.clone()))).collect()
        })
    }

    /// Reads the cell in which an id lies, or begins one for it. Answers how many events that cell holds, if it had not been read.
    pub(super) fn load(&mut self, planner: &Planner<'_>, id: &str) -> Result<usize, FileError> {
        self.asked.insert(Text::from(id));
        if holding(&self.cells, id).is_some() {
            return Ok(0);
        }
        if let Some((prefix, cell)) = self.stored(planner, id).map(|(prefix, name)| (prefix, &planner.cells[name])) {
            return self.read(planner, prefix, cell);
        }
        let prefix = if planner.looked_up.is_some() {
            Prefix::alone(id)
        } else {
            let mut taken: Vec<Prefix> = self.known(planner).keys().copied().collect();
            taken.extend(self.cells.keys());
            Prefix::free(id, &taken)
        };
        self.cells.insert(prefix, Read::default());
        Ok(0)
    }

    /// Reads every cell that arriving events concern.
    pub(super) fn find(&mut self, planner: &Planner<'_>, arriving: &[Stored]) -> Result<(), FileError> {
        for stored in arriving {
            self.load(planner, &hashed_id(&own_key(&stored.event)))?;
        }
        let stored = self.events().map(|stored| &stored.event);
        let read = |name: &str| self.cells.values().any(|read| read.name.as_deref() == Some(name));
        let found = cells_with_versions(planner, self.kind, &read, stored, arriving.iter().map(|stored| &stored.event))?;
        self.read_all(planner, found)?;
        // What is found may hold changes that tell of further orders.
        let mut read = None;
        while read.replace(self.cells.len()) != Some(self.cells.len()) {
            let found = self.cells_with_orders(planner, arriving)?;
            self.read_all(planner, found)?;
        }
        loop {
            let before = self.cells.len();
            for owner in self.owners(arriving) {
                self.load(planner, &owner)?;
            }
            if self.cells.len() == before {
                return Ok(());
            }
        }
    }

    /// Whose the events are that are read and that arrive.
    fn owners(&self, arriving: &[Stored]) -> BTreeSet<Text> {
        let all = self.events().chain(arriving).map(|stored| &stored.event);
        let routes = Routes::of(all.clone());
        all.map(|event| hashed_id(&routes.owner(event))).collect()
    }

    /// The cells that are not read and may hold an order that arriving events concern, or changes of it.
    fn cells_with_orders(&self, planner: &Planner<'_>, arriving: &[Stored]) -> Result<Vec<String>, FileError> {
        let mut changed: BTreeSet<String> = BTreeSet::new();
        let mut placed: BTreeSet<String> = BTreeSet::new();
        let arriving = arriving.iter().map(|stored| &stored.event);
        let ids: BTreeSet<(&Text, &Text)> = arriving.clone().map(|event| (&event.source, &event.id)).collect();
        let versions = self.events().map(|stored| &stored.event).filter(|event| ids.contains(&(&event.source, &event.id)));
        for event in arriving.chain(versions) {
            match &event.body {
                Body::OrderChanged(change) if event.customer.is_none() => drop(changed.insert(change.order_id.to_string())),
                Body::Order(order) => drop(placed.insert(order.order_id.to_string())),
                _ => {}
            }
        }
        // An order that is taken back leaves its changes to the next one.
        for stored in self.events().filter(|stored| stored.event.customer.is_none()) {
            if let Body::OrderChanged(change) = &stored.event.body
                && placed.contains(&*change.order_id)
            {
                changed.insert(change.order_id.to_string());
            }
        }
        placed.extend(changed.iter().cloned());
        let column = [("order_id", planner.event_column("order_id"))];
        let status = planner.event_column("status");
        let mut found = Vec::new();
        for (name, cell) in planner.cells.iter().filter(|(_, cell)| cell.kind == self.kind) {
            let read = self.cells.values().any(|read| read.name.as_deref() == Some(name));
            // Among customers nothing but a change of an order has a status: an order by itself needs no other.
            let wanted = if is_empty(cell, status) { &changed } else { &placed };
            if !read && !wanted.is_empty() && may_hold(planner.lake.folder(), cell, &column, wanted)? {
                found.push(name.clone());
            }
        }
        Ok(found)
    }

    fn read_all(&mut self, planner: &Planner<'_>, names: Vec<String>) -> Result<(), FileError> {
        for cell in names.iter().map(|name| &planner.cells[name]) {
            if let Some(prefix) = Prefix::of(cell) {
                self.read(planner, prefix, cell)?;
            }
        }
        Ok(())
    }

    fn read(&mut self, planner: &Planner<'_>, prefix: Prefix, cell: &Cell) -> Result<usize, FileError> {
        let events = planner.read(cell)?;
        let count = events.len();
        self.cells.insert(prefix, Read { name: Some(cell.name.clone()), events });
        Ok(count)
    }

    /// What each cell that is read is to hold, with the arriving events for which they were read.
    pub(super) fn lots(self, arriving: Vec<Stored>) -> BTreeMap<Prefix, Lot> {
        let all = self.events().chain(&arriving).map(|stored| &stored.event);
        let routes = Routes::of(all);
        let prefixes: BTreeMap<Prefix, ()> = self.cells.keys().map(|prefix| (*prefix, ())).collect();
        let place = |event: &Event| holding(&prefixes, &hashed_id(&routes.owner(event))).map(|(prefix, ())| prefix);
        let mut kept: BTreeMap<Prefix, Vec<Stored>> = BTreeMap::new();
        let mut mine: BTreeMap<Prefix, Vec<Stored>> = BTreeMap::new();
        let mut moved: BTreeSet<Prefix> = BTreeSet::new();
        let mut names: BTreeMap<Prefix, Option<String>> = BTreeMap::new();
        for (from, read) in self.cells {
            names.insert(from, read.name);
            for stored in read.events {
                let to = place(&stored.event).unwrap_or(from);
                if to != from {
                    moved.extend([from, to]);
                }
                kept.entry(to).or_default().push(stored);
            }
        }
        for stored in arriving {
            if let Some(to) = place(&stored.event) {
                mine.entry(to).or_default().push(stored);
            }
        }
        let lot = |(prefix, replaced): (Prefix, Option<String>)| {
            let (kept, mine) = (kept.remove(&prefix).unwrap_or_default(), mine.remove(&prefix).unwrap_or_default());
            let before = kept.len();
            let (events, repeats) = unite(kept, mine);
            let fresh = (events.len() - before) as u64;
            (prefix, Lot { replaced, changed: fresh > 0 || moved.contains(&prefix), events, fresh, repeats })
        };
        names.into_iter().map(lot).collect()
    }
}
