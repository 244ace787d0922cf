//! The conversations of a change: finding the cells that hold them, and which of their timelines have to be folded again.

use std::collections::{BTreeMap, BTreeSet};

use deskgauge_core::event::{Instant, Origin, Text};
use deskgauge_core::fold::timelines::own_key;
use deskgauge_core::fold::{Beginning, Key, Routes, Timeline, beginnings};

use super::plan::{Planner, Repeats, by_content};
use super::versions::cells_with_versions;
use crate::cells::{Cell, Kind, Stored, key_text, may_hold, may_reach, merged_into};
use crate::files::FileError;

/// The conversations of a change.
pub(crate) struct Conversations {
    /// The events of the cells that are read, then those that arrive.
    pub(crate) events: Vec<Stored>,
    /// The cell of each event; `None` for those that arrive.
    pub(crate) from: Vec<Option<usize>>,
    /// The cells that are read.
    pub(crate) cells: Vec<String>,
    /// Their names, to be looked up.
    read: BTreeSet<String>,
    /// The cells that were looked into and hold nothing that is wanted.
    ruled_out: BTreeSet<String>,
    /// Conversations, and `survey:ID`, to be found.
    pub(crate) wanted: BTreeSet<String>,
    /// Conversations, and `survey:ID`, to be folded again though they got no events.
    forced: BTreeSet<String>,
    /// Customers whose surveys outside conversations have been looked for.
    pub(crate) surveyed: BTreeSet<Text>,
    /// More events than may be in memory would have to be read.
    pub(crate) too_large: bool,
    /// The timelines, by key.
    pub(crate) groups: BTreeMap<Key, Group>,
    /// The links among the stored events that are read, and among all.
    before: Routes,
    after: Routes,
}

/// A timeline of a change.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// Its events, each once: indexes into the events of the change.
    pub(crate) members: Vec<usize>,
    /// The cells that it lies in.
    pub(crate) cells: BTreeSet<usize>,
    /// Arrivals that were there already.
    pub(crate) repeats: Repeats,
    /// Arrivals that were not.
    pub(crate) fresh: u64,
    /// It is part of a stored timeline from which a correction has taken events.
    torn: bool,
}

impl Conversations {
    /// Finds the cells that the arriving events touch.
    pub(crate) fn new(planner: &Planner<'_>, incoming: Vec<Stored>) -> Result<Self, FileError> {
        let mut wanted = BTreeSet::new();
        for stored in &incoming {
            wanted.insert(key_text(&own_key(&stored.event)));
            wanted.extend(merged_into(&stored.event).map(str::to_owned));
        }
        let mut this = Self {
            from: vec![None; incoming.len()],
            events: incoming,
            cells: Vec::new(),
            read: BTreeSet::new(),
            ruled_out: BTreeSet::new(),
            wanted,
            forced: BTreeSet::new(),
            surveyed: BTreeSet::new(),
            too_large: false,
            groups: BTreeMap::new(),
            before: Routes::default(),
            after: Routes::default(),
        };
        this.find(planner)?;
        this.find_versions(planner)?;
        if !this.too_large {
            this.regroup();
        }
        Ok(this)
    }

    /// Asks for conversations to be folded again, though nothing of theirs has arrived. True: some were not asked for before.
    pub(crate) fn force(&mut self, planner: &Planner<'_>, conversations: BTreeSet<String>) -> Result<bool, FileError> {
        let before = self.forced.len();
        for conversation in conversations {
            if self.wanted.insert(conversation.clone()) {
                self.ruled_out.clear();
            }
            self.forced.insert(conversation);
        }
        if self.forced.len() == before {
            return Ok(false);
        }
        self.find(planner)?;
        self.regroup();
        Ok(true)
    }

    /// The surveys outside conversations that these customers answered, as `survey:ID`: nothing else tells which they are.
    pub(crate) fn surveys_of(
        &mut self,
        planner: &Planner<'_>,
        customers: &BTreeSet<Text>,
    ) -> Result<BTreeSet<String>, FileError> {
        let new: BTreeSet<Text> = customers.difference(&self.surveyed).cloned().collect();
        self.surveyed.extend(new.iter().cloned());
        let mut found = BTreeSet::new();
        if new.is_empty() {
            return Ok(found);
        }
        let mut note = |stored: &Stored| {
            let of_new = stored.event.customer.as_ref().is_some_and(|customer| new.contains(customer));
            if let key @ Key::Survey(_) = own_key(&stored.event)
                && of_new
            {
                found.insert(key_text(&key));
            }
        };
        self.events.iter().for_each(&mut note);
        let names: BTreeSet<String> = new.iter().map(ToString::to_string).collect();
        let columns = [("customer", planner.event_column("customer"))];
        let surveys = |cell: &Cell| may_reach(cell, planner.event_column("timeline"), "survey:", "survey;");
        let cells = planner.cells.iter().filter(|(_, cell)| cell.kind == Kind::Conversations && surveys(cell));
        for (name, cell) in cells {
            if !self.read.contains(name) && may_hold(planner.lake.folder(), cell, &columns, &names)? {
                planner.read(cell)?.iter().for_each(&mut note);
            }
        }
        Ok(found)
    }

    /// Reads a further cell, because new conversations will join it.
    pub(crate) fn read(&mut self, planner: &Planner<'_>, name: &str) -> Result<usize, FileError> {
        if let Some(known) = self.cells.iter().position(|cell| cell == name) {
            return Ok(known);
        }
        let events = planner.read(&planner.cells[name])?;
        self.take(name, events);
        self.regroup();
        Ok(self.cells.len() - 1)
    }

    fn take(&mut self, name: &str, events: Vec<Stored>) {
        self.from.extend(vec![Some(self.cells.len()); events.len()]);
        self.cells.push(name.to_owned());
        self.read.insert(name.to_owned());
        self.events.extend(events);
    }

    /// Reads the cells that hold other versions of what arrives.
    fn find_versions(&mut self, planner: &Planner<'_>) -> Result<(), FileError> {
        if self.too_large {
            return Ok(());
        }
        let events = |arriving: bool| {
            let all = self.events.iter().zip(&self.from);
            all.filter(move |(_, from)| from.is_none() == arriving).map(|(stored, _)| &stored.event)
        };
        let read = |name: &str| self.read.contains(name);
        let found = cells_with_versions(planner, Kind::Conversations, &read, events(false), events(true))?;
        for name in found {
            self.too_large = self.too_large || self.events.len() as u64 > planner.limit_events;
            if self.too_large {
                return Ok(());
            }
            self.ruled_out.remove(&name);
            let events = planner.read(&planner.cells[&name])?;
            self.take(&name, events);
        }
        Ok(())
    }

    fn find(&mut self, planner: &Planner<'_>) -> Result<(), FileError> {
        let folder = planner.lake.folder();
        let columns = ["conversation", "timeline", "merged_into"].map(|name| (name, planner.event_column(name)));
        for (name, cell) in planner.cells.iter().filter(|(_, cell)| cell.kind == Kind::Conversations) {
            if self.read.contains(name) || self.ruled_out.contains(name) {
                continue;
            }
            self.too_large = self.too_large || self.events.len() as u64 > planner.limit_events;
            if self.too_large {
                return Ok(());
            }
            let possible = may_hold(folder, cell, &columns, &self.wanted)?;
            let events = if possible { planner.read(cell)? } else { Vec::new() };
            let holds = |stored: &Stored| {
                self.wanted.contains(&key_text(&own_key(&stored.event)))
                    || merged_into(&stored.event).is_some_and(|into| self.wanted.contains(into))
            };
            if events.iter().any(holds) {
                self.take(name, events);
            } else {
                self.ruled_out.insert(name.clone());
            }
        }
        Ok(())
    }

    /// Puts all events into their timelines, each once: with the import that brought it first.
    fn regroup(&mut self) {
        let known = |index: &usize| self.from[*index].is_some();
        self.after = Routes::of(self.events.iter().map(|stored| &stored.event));
        self.before = Routes::of((0..self.events.len()).filter(known).map(|index| &self.events[index].event));
        let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
        let mut parts: BTreeMap<Key, BTreeSet<Key>> = BTreeMap::new();
        for (index, stored) in self.events.iter().enumerate() {
            let key = self.after.key(&stored.event);
            if known(&index) {
                parts.entry(self.before.key(&stored.event)).or_default().insert(key.clone());
            }
            let group = groups.entry(key).or_default();
            group.members.push(index);
            group.cells.extend(self.from[index]);
        }
        for part in parts.values().filter(|parts| parts.len() > 1).flatten() {
            groups.entry(part.clone()).or_default().torn = true;
        }
        let (events, from) = (&self.events, &self.from);
        for group in groups.values_mut() {
            // Of equal events the stored one comes first, then the one of the earlier import.
            group.members.sort_by(|a, b| {
                let versions = by_content(&events[*a].event, &events[*b].event);
                versions
                    .then_with(|| from[*b].is_some().cmp(&from[*a].is_some()))
                    .then(events[*a].import_id.cmp(&events[*b].import_id))
            });
            let repeats = &mut group.repeats;
            group.members.dedup_by(|later, kept| {
                let again = events[*later].event == events[*kept].event;
                if again && from[*later].is_none() {
                    *repeats.entry(events[*kept].import_id).or_default() += 1;
                }
                again
            });
            group.fresh = group.members.iter().filter(|index| from[**index].is_none()).count() as u64;
        }
        self.groups = groups;
    }

    /// The events that arrived, given back.
    pub(crate) fn into_arrivals(self) -> Vec<Stored> {
        self.events.into_iter().zip(self.from).filter(|(_, from)| from.is_none()).map(|(stored, _)| stored).collect()
    }

    /// The same, each with the customer of its conversation, where that is known.
    pub(crate) fn into_arrivals_of_customers(self) -> Vec<(Option<Text>, Stored)> {
        let mut customers: BTreeMap<Key, Text> = BTreeMap::new();
        for (key, group) in self.groups.iter().filter(|(_, group)| group.members.iter().any(|index| self.from[*index].is_none()))
        {
            let customer = beginnings(&self.timeline(key, group)).into_iter().find_map(|beginning| beginning.customer);
            customers.extend(customer.map(|customer| (key.clone(), customer)));
        }
        let customer = |stored: &Stored| customers.get(&self.after.key(&stored.event)).cloned();
        let arrivals = self.events.into_iter().zip(self.from).filter(|(_, from)| from.is_none());
        arrivals.map(|(stored, _)| (customer(&stored), stored)).collect()
    }

    /// Whether a timeline has to be folded again.
    pub(crate) fn refolds(&self, group: &Group) -> bool {
        let forced = |index: &usize| self.forced.contains(&key_text(&self.after.owner(&self.events[*index].event)));
        group.fresh > 0 || group.torn || group.cells.len() > 1 || (!self.forced.is_empty() && group.members.iter().any(forced))
    }

    /// Whose an event of the change is, and whose it was if it was there: before merges.
    pub(crate) fn owners(&self, index: usize) -> impl Iterator<Item = Key> + '_ {
        let event = &self.events[index].event;
        self.from[index].map(|_| self.before.owner(event)).into_iter().chain([self.after.owner(event)])
    }

    /// The conversations whose timelines are read. A version that was corrected may name another, which is not.
    pub(crate) fn conversations(&self) -> BTreeSet<Text> {
        let owners = (0..self.events.len()).flat_map(|index| self.owners(index));
        let named = |owner| match owner {
            Key::Conversation(id) => Some(id),
            _ => None,
        };
        owners.filter_map(named).collect()
    }

    /// A timeline as the fold takes it.
    pub(crate) fn timeline(&self, key: &Key, group: &Group) -> Timeline {
        Timeline::new(key.clone(), group.members.iter().map(|index| self.events[*index].event.clone()).collect())
    }

    /// How the conversations that are folded again begin, now and by every version of their events: a correction may take one from a customer.
    pub(crate) fn touched(&self) -> Vec<Beginning> {
        let mut touched = Vec::new();
        for (key, group) in self.groups.iter().filter(|(_, group)| self.refolds(group)) {
            touched.extend(beginnings(&self.timeline(key, group)));
            for event in group.members.iter().map(|index| &self.events[*index].event) {
                let named = [
                    event.customer.clone(),
                    event.actor.clone().filter(|_| event.actor_kind == deskgauge_core::event::ActorKind::Customer),
                ];
                for customer in named.into_iter().flatten() {
                    let conversation = event.conversation.clone().unwrap_or_else(|| customer.clone());
                    let (created_at, origin) = (event.at.seconds(), Origin::Import);
                    touched.push(Beginning { conversation, customer: Some(customer), created_at, origin });
                }
            }
        }
        touched
    }

    /// How every conversation that is read begins now.
    pub(crate) fn beginnings(&self) -> Vec<Beginning> {
        self.groups.iter().flat_map(|(key, group)| beginnings(&self.timeline(key, group))).collect()
    }

    /// When a timeline begins.
    pub(crate) fn first_at(&self, group: &Group) -> Instant {
        group.members.iter().map(|index| self.events[*index].event.at).min().unwrap_or(Instant(0))
    }
}
