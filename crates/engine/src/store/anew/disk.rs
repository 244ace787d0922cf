//! Writing everything anew in bounded memory, where its events do not fit in it: over the disk, on all threads.
//!
//! Events are spread over partitions by a hash of their conversation; each partition is brought together into timelines, and these are
//! spread again, by ranges of time in which they begin; then each range is folded and written like what fits in memory. A thread holds one
//! partition or one range at a time. In memory stay two numbers per customer, and hashes of corrections.

pub(super) mod cases;
mod links;
pub(super) mod people;
mod ranges;
mod scratch;
mod spill;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use deskgauge_core::event::{Body, Event, Status, Text};
use deskgauge_core::fold::timelines::own_key;
use deskgauge_core::fold::{Key, Routes, beginnings};

use super::cell;
use super::gather::{gather, in_order};
use crate::cells::{Kind, Stored, Written, key_text};
use crate::files::{FileError, disk};
use crate::store::hashed::Prefix;
use crate::store::plan::{Counts, Plan, Planner, settled};
use crate::store::{agents, customers};
use crate::threads::{all, each, threads};
use cases::Cases;
use links::{Links, Partition, Placed};
use people::KnownPeople;
use ranges::Sample;
use spill::{Portion, Spill, Spilled, portions};

/// Where events wait, below the workspace.
pub(crate) const SCRATCH_FOLDER: &str = "tmp";

/// Events that one thread holds at most, however much memory there is: smaller tasks end together.
const TASK_EVENTS: u64 = 400_000;
/// Which part of the events that may be in memory may wait to be spread.
const WAITING: u64 = 8;
/// Partitions at most: each has a file that is open.
const PARTITIONS: u64 = 256;
/// Partitions of customers at most: each becomes a cell at least.
pub(super) const CUSTOMER_PARTITIONS: usize = 64;
/// Events that are spread at once, on all threads.
const SPREAD: usize = 32 * 1024;
/// Of them, those that one thread takes at a time.
const CHUNK: usize = 2 * 1024;

/// A rewrite under way.
pub(super) struct Rewrite {
    folder: PathBuf,
    /// Events that one thread may hold.
    most: u64,
    /// Events that may wait to be spread over partitions.
    room: u64,
    /// Events that are about to be spread.
    waiting: Vec<Stored>,
    conversations: Spill,
    customers: Spill,
    agents: Spill,
    /// Merges of conversations: their timelines are put together apart from the others.
    merged: Vec<Event>,
    links: Links,
    /// When events of conversations happened.
    sample: Sample,
    pushed: u64,
    /// The last field, so that the files in the folder are closed before it goes.
    _scratch: ScratchFolder,
}

/// The folder of a rewrite: gone with it, whether it came to its end or not.
pub(super) struct ScratchFolder(PathBuf);

impl ScratchFolder {
    /// Makes it below the workspace, where nobody else uses it while the lock is held.
    pub(super) fn new(workspace: &Path) -> Result<Self, FileError> {
        let folder = workspace.join(SCRATCH_FOLDER);
        if folder.exists() {
            // Only a change that was killed leaves it behind.
            std::fs::remove_dir_all(&folder).map_err(disk("remove", &folder))?;
        }
        std::fs::create_dir_all(&folder).map_err(disk("create", &folder))?;
        Ok(Self(folder))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        // There is nobody to tell; the next rewrite and the doctor remove what is left.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl std::fmt::Debug for Rewrite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rewrite").field("folder", &self.folder).field("pushed", &self.pushed).finish_non_exhaustive()
    }
}

impl Rewrite {
    /// Begins in a folder of its own below the workspace. `expected` events: a guess; `limit` may be in memory at once.
    pub(super) fn new(workspace: &Path, expected: u64, limit: u64) -> Result<Self, FileError> {
        let scratch = ScratchFolder::new(workspace)?;
        let folder = scratch.path().to_owned();
        let most = (limit / threads() as u64).clamp(1, TASK_EVENTS);
        let room = limit / WAITING;
        let partitions = (expected / most).clamp(1, PARTITIONS).next_power_of_two() as usize;
        Ok(Self {
            most,
            room,
            waiting: Vec::new(),
            conversations: Spill::new(&folder, "c", partitions, room),
            customers: Spill::new(&folder, "p", partitions.min(CUSTOMER_PARTITIONS), room),
            agents: Spill::new(&folder, "a", 1, room),
            folder,
            _scratch: scratch,
            merged: Vec::new(),
            links: Links::default(),
            sample: Sample::default(),
            pushed: 0,
        })
    }

    /// Takes an event in.
    pub(super) fn push(&mut self, stored: Stored) -> Result<(), FileError> {
        self.pushed += 1;
        let event = &stored.event;
        if matches!(&event.body, Body::Status(change) if change.status == Status::Merged && change.into.is_some()) {
            self.merged.push(event.clone());
        }
        if event.conversation.is_some() {
            self.sample.note(event.at);
        }
        self.links.note(event);
        self.waiting.push(stored);
        if self.waiting.len() >= SPREAD { self.spread() } else { Ok(()) }
    }

    /// Writes every cell. Events of `import` that were not there before are counted as new; without one, all are.
    pub(super) fn finish(mut self, planner: &Planner<'_>, import: Option<i64>) -> Result<Plan, FileError> {
        self.spread()?;
        let mut plan = Plan::default();
        // Each is put in order and written.
        planner.extent.adds(2 * self.pushed);
        let spills = [&self.conversations, &self.customers, &self.agents];
        let sifted = self.links.sift(&self.folder, spills, self.room)?;
        let mut people = KnownPeople::default();
        let placed = self.placed(&sifted.customers, &mut people)?;
        let ranges = self.in_ranges(planner, sifted.conversations, import, &mut people, &mut plan)?;
        people.settle();
        let (mut written, cases) = self.write_conversations(planner, ranges, &people)?;
        let parts = self.write_others(planner, sifted.customers, sifted.agents, &placed, &cases, import)?;
        for (part, files) in parts {
            written.append(files);
            plan.counts.add(&part.counts);
        }
        planner.extent.ends();
        (plan.add, plan.unlisted) = written.durable(planner.lake)?;
        Ok(plan)
    }

    /// Spreads the events that wait.
    fn spread(&mut self) -> Result<(), FileError> {
        let chunks: Vec<&[Stored]> = self.waiting.chunks(CHUNK).collect();
        all(chunks.len(), |chunk| {
            chunks[chunk].iter().try_for_each(|Stored { event, import_id }| {
                let key = own_key(event);
                let spill = match Kind::of(&key) {
                    Kind::Conversations => &self.conversations,
                    Kind::Customers => &self.customers,
                    Kind::Agents => &self.agents,
                };
                spill.push(event, *import_id, &key_text(&key))
            })
        })?;
        self.waiting.clear();
        Ok(())
    }

    /// The orders that changes without a customer wait for; what profiles tell goes to `people`.
    fn placed(&self, customers: &[Partition], people: &mut KnownPeople) -> Result<BTreeMap<Text, Placed>, FileError> {
        let found = Mutex::new((BTreeMap::new(), people));
        all(customers.len(), |number| {
            let (profiles, orders) = self.links.told(self.links.read(&customers[number], Portion::WHOLE)?);
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            let (placed, people) = &mut *found;
            profiles.iter().for_each(|event| people.profile(event));
            for (order, this) in orders {
                match placed.get(&order) {
                    Some(first) if *first <= this => {}
                    _ => drop(placed.insert(order, this)),
                }
            }
            Ok::<_, FileError>(())
        })?;
        Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Brings conversations together and spreads them by when they begin; notes what their customers need to have known of them.
    /// Conversations that a merge concerns take another way round, by the conversation that they become.
    fn in_ranges(
        &mut self,
        planner: &Planner<'_>,
        partitions: Vec<Partition>,
        import: Option<i64>,
        people: &mut KnownPeople,
        plan: &mut Plan,
    ) -> Result<Vec<Spilled>, FileError> {
        let roots = Routes::of_merges(self.merged.iter());
        let concerned = roots.joined();
        let apart = |key: &Key| matches!(key, Key::Conversation(id) if concerned.contains(id));
        let sample = std::mem::take(&mut self.sample);
        // At least so many that every thread has some to do.
        let tasks = usize::try_from(sample.seen() / self.most + 1).unwrap_or(usize::MAX);
        let ranges = sample.ranges((2 * threads()).max(tasks).min(PARTITIONS as usize));
        let spilled = Spill::new(&self.folder, "r", ranges.count(), self.room);
        let joined = Spill::new(&self.folder, "m", self.conversations.partitions(), self.room);
        let found = Mutex::new((Counts::default(), people));
        let bring = |events: Vec<Stored>, routes: &Routes| {
            planner.extent.did(events.len() as u64);
            let gathered = gather(events, routes);
            let counts = gathered.counts(import);
            let began: Vec<_> = gathered.told.iter().flat_map(|told| beginnings(&told.timeline)).collect();
            {
                let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                found.0.add(&counts);
                began.iter().for_each(|beginning| found.1.begins(beginning));
            }
            gathered.told.iter().try_for_each(|told| {
                let range = ranges.place(told.first_at());
                told.events().try_for_each(|(event, import_id)| spilled.push_to(range, event, import_id, &told.name))
            })
        };
        let tasks = self.tasks(partitions.iter().map(Partition::events));
        all(tasks.len(), |task| {
            let (partition, portion) = tasks[task];
            let mut events = self.links.read(&partitions[partition], portion)?;
            let routes = Routes::of(events.iter().map(|stored| &stored.event));
            if !concerned.is_empty() {
                let (together, single): (Vec<_>, Vec<_>) =
                    events.into_iter().map(|stored| (routes.named(&stored.event), stored)).partition(|(key, _)| apart(key));
                for (key, stored) in together {
                    joined.push(&stored.event, stored.import_id, &key_text(&roots.root(key)))?;
                }
                events = single.into_iter().map(|(_, stored)| stored).collect();
            }
            bring(events, &routes)
        })?;
        partitions.into_iter().try_for_each(Partition::remove)?;
        let joined = joined.finish()?;
        let tasks = self.tasks(joined.iter().map(|spilled| spilled.events));
        all(tasks.len(), |task| {
            let (partition, portion) = tasks[task];
            let events = joined[partition].read(portion)?;
            let routes = Routes::of(events.iter().map(|stored| &stored.event));
            bring(events, &routes)
        })?;
        joined.into_iter().try_for_each(Spilled::remove)?;
        let counts = found.into_inner().unwrap_or_else(PoisonError::into_inner).0;
        plan.counts.add(&counts);
        spilled.finish()
    }

    /// Folds and writes each range; answers the conversations as their customers see them.
    fn write_conversations(
        &self,
        planner: &Planner<'_>,
        ranges: Vec<Spilled>,
        people: &KnownPeople,
    ) -> Result<(Written, Cases), FileError> {
        let cases = Cases::new(&self.folder, planner.own, self.customers.partitions());
        let tasks = self.tasks(ranges.iter().map(|range| range.events));
        // Cells of different tasks have different numbers.
        let mut numbers = Vec::with_capacity(tasks.len());
        let mut next = 0;
        for (range, _) in &tasks {
            numbers.push(next);
            // Two cells that follow one another have more events than fit in one.
            next += 2 * (ranges[*range].events / planner.sizes.new_events.max(1) as u64) as usize + 2;
        }
        let made = each(tasks.len(), |task| {
            let (range, portion) = tasks[task];
            let events = ranges[range].read(portion)?;
            let routes = Routes::of(events.iter().map(|stored| &stored.event));
            let told = in_order(gather(events, &routes).told.into_iter());
            let mut written = Written::default();
            for (number, lot) in cell::split(told, planner.sizes.new_events).into_iter().enumerate() {
                let known = people.of(lot.iter().map(|told| &told.timeline));
                let made = cell::make(planner, numbers[task] + number, lot, &known)?;
                written.append(made.written);
                made.cases.into_iter().try_for_each(|(customer, case)| cases.push(&customer, case))?;
            }
            Ok::<_, FileError>(written)
        });
        let mut written = Written::default();
        for files in made {
            written.append(files?);
        }
        ranges.into_iter().try_for_each(Spilled::remove)?;
        Ok((written, cases))
    }

    /// Folds and writes customers and agents: each part is a union of their cells.
    fn write_others(
        &self,
        planner: &Planner<'_>,
        customers: Vec<Partition>,
        agents: Vec<Partition>,
        placed: &BTreeMap<Text, Placed>,
        cases: &Cases,
        import: Option<i64>,
    ) -> Result<Vec<(Plan, Written)>, FileError> {
        let parts = customers.len();
        let changes = Spill::new(&self.folder, "o", parts, self.room);
        all(if placed.is_empty() { 0 } else { parts }, |part| {
            let mut events = self.links.read(&customers[part], Portion::WHOLE)?;
            self.links.changes_of(&mut events, placed).iter().try_for_each(|(customer, stored)| {
                changes.push(&stored.event, stored.import_id, &key_text(&Key::Customer(customer.clone())))
            })
        })?;
        let changes = changes.finish()?;
        // Agents go first: they are one long task, at the end of which a thread would wait for nothing.
        let made = each(agents.len() + parts, |task| {
            let (mut plan, mut written) = (Plan::default(), Written::default());
            let Some(part) = task.checked_sub(agents.len()) else {
                let events = settled(self.links.read(&agents[task], Portion::WHOLE)?, import, &mut plan);
                if !events.is_empty() {
                    agents::write(planner, Prefix::part(0, 1), events, &mut plan, &mut written)?;
                }
                return Ok((plan, written));
            };
            let mut events = self.links.read(&customers[part], Portion::WHOLE)?;
            self.links.changes_of(&mut events, placed);
            events.extend(changes[part].read(Portion::WHOLE)?);
            let events = settled(events, import, &mut plan);
            let mine = cases.take(part)?;
            if !events.is_empty() || !mine.is_empty() {
                customers::write(planner, Prefix::part(part, parts), events, mine, &mut plan, &mut written)?;
            }
            Ok((plan, written))
        });
        made.into_iter().collect()
    }

    /// Partitions of so many events in portions that fit in memory.
    fn tasks(&self, partitions: impl Iterator<Item = u64>) -> Vec<(usize, Portion)> {
        let tasks = partitions.enumerate().filter(|(_, events)| *events > 0);
        tasks.flat_map(|(number, events)| portions(events, self.most).map(move |portion| (number, portion))).collect()
    }
}
