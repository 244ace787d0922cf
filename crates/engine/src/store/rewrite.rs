//! Writing the whole lake anew in bounded memory, where its events do not fit in it: over the disk.
//!
//! Events are spread over partitions by a hash of their conversation, on disk; each partition is brought into the order of first days
//! and written as a run; the runs are merged timeline by timeline into cells. At no time is more than one partition, one cell and a
//! small piece of every run in memory, but for two numbers per customer. It folds timelines as any other change does.

mod links;
mod people;
mod runs;
mod spill;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use deskgauge_core::event::{Body, Event, Status};
use deskgauge_core::facts::Facts;
use deskgauge_core::fold::timelines::own_key;
use deskgauge_core::fold::{Key, Routes, Timeline, beginnings, cases_of, fold_into};

use super::cases::day_text;
use super::hashed::Prefix;
use super::plan::{Plan, Planner, settled};
use super::{agents, customers};
use crate::cells::{Stored, Written, key_text};
use crate::files::FileError;
use crate::threads::each;
use links::{Links, Partition};
use people::KnownPeople;
use runs::{Merge, RunTimeline};
use spill::{Cases, Spill};

/// Where events wait, below the workspace.
pub(crate) const SCRATCH_FOLDER: &str = "tmp";

/// Timelines that one thread folds before it takes more.
const FOLDED_AT_ONCE: usize = 2048;

/// A rewrite under way.
pub(crate) struct Rewrite {
    folder: PathBuf,
    conversations: Spill,
    customers: Spill,
    agents: Spill,
    /// Merges of conversations: their timelines are put together apart from the others.
    merged: Vec<Event>,
    /// The links that they make, once all are known.
    roots: Routes,
    links: Links,
    people: KnownPeople,
    pushed: u64,
    /// The last field, so that the files in the folder are closed before it goes.
    _scratch: Scratch,
}

/// The folder of a rewrite: gone with it, whether it came to its end or not.
struct Scratch(PathBuf);

impl Drop for Scratch {
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
    /// Begins in a folder of its own below the workspace, which nobody else uses while the lock is held. `expected` events: a guess.
    pub(crate) fn new(workspace: &Path, expected: u64) -> Result<Self, FileError> {
        let folder = workspace.join(SCRATCH_FOLDER);
        if folder.exists() {
            // Only a change that was killed leaves it behind.
            std::fs::remove_dir_all(&folder).map_err(|source| FileError::Disk {
                doing: "remove",
                path: folder.clone(),
                source,
            })?;
        }
        std::fs::create_dir_all(&folder).map_err(|source| FileError::Disk { doing: "create", path: folder.clone(), source })?;
        let partitions =
            usize::try_from(expected / spill::PARTITION_EVENTS).unwrap_or(usize::MAX).clamp(1, 256).next_power_of_two();
        Ok(Self {
            conversations: Spill::new(&folder, "c", partitions),
            customers: Spill::new(&folder, "p", partitions.min(64)),
            agents: Spill::new(&folder, "a", 1),
            folder: folder.clone(),
            _scratch: Scratch(folder),
            merged: Vec::new(),
            roots: Routes::default(),
            links: Links::default(),
            people: KnownPeople::default(),
            pushed: 0,
        })
    }

    /// Takes an event in.
    pub(crate) fn push(&mut self, stored: &Stored) -> Result<(), FileError> {
        self.pushed += 1;
        if matches!(&stored.event.body, Body::Status(change) if change.status == Status::Merged && change.into.is_some()) {
            self.merged.push(stored.event.clone());
        }
        let key = own_key(&stored.event);
        self.links.note(&stored.event, &key);
        match &key {
            Key::Customer(_) | Key::Order(_) => self.customers.push(stored, &key_text(&key)),
            Key::Agent(_) => self.agents.push(stored, &key_text(&key)),
            Key::Conversation(_) | Key::Survey(_) => self.conversations.push(stored, &key_text(&key)),
        }
    }

    /// Writes every cell. Events of `import` that were not there before are counted as new.
    pub(crate) fn finish(mut self, planner: &Planner<'_>, import: Option<i64>) -> Result<Plan, FileError> {
        let mut plan = Plan::default();
        let mut written = Written::default();
        // Each is put in order and written.
        planner.extent.adds(2 * self.pushed);
        let spills = [&mut self.conversations, &mut self.customers, &mut self.agents];
        let sifted = self.links.sift(&self.folder, spills)?;
        self.roots = Routes::of_merges(self.merged.iter());
        let runs = self.sort_conversations(planner, sifted.conversations, &mut plan, import)?;
        let mut placed = BTreeMap::new();
        for partition in &sifted.customers {
            let people = &mut self.people;
            self.links.look(self.links.peek(partition)?, &mut placed, &mut |event| people.profile(event));
        }
        self.people.settle();
        let cases = Cases::new(&self.folder, planner.own, self.customers.partitions());
        let cases = self.write_conversations(planner, runs, cases, &mut plan, &mut written, import)?;
        let mut changes = Spill::new(&self.folder, "o", self.customers.partitions());
        for partition in sifted.customers.iter().filter(|_| !placed.is_empty()) {
            for (customer, stored) in self.links.changes_of(&mut self.links.peek(partition)?, &placed) {
                changes.push(&stored, &key_text(&Key::Customer(customer)))?;
            }
        }
        let changes = changes.finish()?;
        for (number, (partition, changes)) in sifted.customers.into_iter().zip(changes).enumerate() {
            let mut events = self.links.take(partition)?;
            self.links.changes_of(&mut events, &placed);
            events.extend(spill::read(changes)?);
            let events = settled(events, import, &mut plan);
            let mine = cases.read(number)?;
            if !events.is_empty() || !mine.is_empty() {
                let prefix = Prefix::part(number, self.customers.partitions());
                customers::write(planner, prefix, events, mine, &mut plan, &mut written)?;
            }
        }
        for partition in sifted.agents {
            let events = settled(self.links.take(partition)?, import, &mut plan);
            if !events.is_empty() {
                agents::write(planner, Prefix::part(0, 1), events, &mut plan, &mut written)?;
            }
        }
        planner.extent.ends();
        (plan.add, plan.unlisted) = written.durable(planner.lake)?;
        Ok(plan)
    }

    /// Brings all partitions into the order of first days, several small ones together: each run that is merged later takes memory of its
    /// own. Conversations that a merge concerns make partitions of their own.
    fn sort_conversations(
        &mut self,
        planner: &Planner<'_>,
        partitions: Vec<Partition>,
        plan: &mut Plan,
        import: Option<i64>,
    ) -> Result<Vec<PathBuf>, FileError> {
        let roots = self.roots.clone();
        let concerned = roots.joined();
        let apart = |key: &Key| matches!(key, Key::Conversation(id) if concerned.contains(id));
        let most = usize::try_from((planner.limit_events / 2).min(spill::PARTITION_EVENTS)).unwrap_or(usize::MAX);
        let mut runs = Vec::new();
        let mut waiting: Vec<Stored> = Vec::new();
        let mut joined = Spill::new(&self.folder, "m", self.conversations.partitions());
        for partition in partitions {
            let events = self.links.take(partition)?;
            planner.extent.did(events.len() as u64);
            let routes = Routes::of(events.iter().map(|stored| &stored.event));
            let (together, single): (Vec<_>, Vec<_>) =
                events.into_iter().map(|stored| (routes.named(&stored.event), stored)).partition(|(key, _)| apart(key));
            for (key, stored) in together {
                joined.push(&stored, &key_text(&roots.root(key)))?;
            }
            if waiting.len() + single.len() > most {
                runs.extend(self.run(std::mem::take(&mut waiting), runs.len(), plan, import)?);
            }
            waiting.extend(single.into_iter().map(|(_, stored)| stored));
        }
        for path in joined.finish()? {
            let events = spill::read(path)?;
            if waiting.len() + events.len() > most {
                runs.extend(self.run(std::mem::take(&mut waiting), runs.len(), plan, import)?);
            }
            waiting.extend(events);
        }
        runs.extend(self.run(waiting, runs.len(), plan, import)?);
        Ok(runs)
    }

    /// Writes the timelines of some events as one run; notes what their customers need to have known of them.
    fn run(
        &mut self,
        events: Vec<Stored>,
        number: usize,
        plan: &mut Plan,
        import: Option<i64>,
    ) -> Result<Option<PathBuf>, FileError> {
        if events.is_empty() {
            return Ok(None);
        }
        let events = settled(events, import, plan);
        let mut timelines: BTreeMap<String, Vec<Stored>> = BTreeMap::new();
        let routes = Routes::of(events.iter().map(|stored| &stored.event));
        for stored in events {
            timelines.entry(key_text(&self.roots.root(routes.named(&stored.event)))).or_default().push(stored);
        }
        for events in timelines.values() {
            for beginning in beginnings(&timeline(events, &self.roots)) {
                self.people.begins(&beginning);
            }
        }
        let mut order: Vec<(i64, &String)> = timelines.iter().map(|(key, events)| (first_at(events), key)).collect();
        order.sort();
        let mut writer = spill::Writer::new(self.folder.join(format!("run-{number}.parquet")));
        for (_, key) in order {
            for stored in &timelines[key] {
                writer.push(stored, key)?;
            }
        }
        writer.finish().map(Some)
    }

    /// Merges the runs into cells.
    fn write_conversations(
        &self,
        planner: &Planner<'_>,
        runs: Vec<PathBuf>,
        mut cases: Cases,
        plan: &mut Plan,
        written: &mut Written,
        import: Option<i64>,
    ) -> Result<Cases, FileError> {
        let mut merge = Merge::new(runs)?;
        let mut cell: Vec<RunTimeline> = Vec::new();
        let mut size = 0;
        loop {
            let next = merge.next()?;
            let full = next.as_ref().is_none_or(|next| size + next.events.len() > planner.sizes.new_events);
            if full && !cell.is_empty() {
                self.write_cell(planner, std::mem::take(&mut cell), &mut cases, plan, written, import)?;
                size = 0;
            }
            let Some(next) = next else { break };
            size += next.events.len();
            cell.push(next);
        }
        cases.finish()?;
        Ok(cases)
    }

    fn write_cell(
        &self,
        planner: &Planner<'_>,
        mut lot: Vec<RunTimeline>,
        cases: &mut Cases,
        plan: &mut Plan,
        written: &mut Written,
        import: Option<i64>,
    ) -> Result<(), FileError> {
        let Some(first) = lot.first().map(|timeline| timeline.first_at) else { return Ok(()) };
        lot.sort_by(|a, b| a.key.cmp(&b.key));
        let (roots, known) = (&self.roots, &self.people);
        let parts: Vec<_> = lot.chunks(FOLDED_AT_ONCE).collect();
        let folded = each(parts.len(), |part| {
            let (mut facts, mut new) = (Facts::default(), 0);
            for run in parts[part] {
                let timeline = timeline(&run.events, roots);
                fold_into(&timeline, planner.rules, &known.of(&timeline), &mut facts);
                let fresh = run.events.iter().all(|stored| Some(stored.import_id) == import);
                new += u64::from(fresh && matches!(timeline.key, Key::Conversation(_)));
            }
            (facts, new)
        });
        plan.counts.timelines += lot.len() as u64;
        let mut facts = Facts::default();
        for (part, new) in folded {
            facts.append(part);
            plan.counts.conversations += new;
        }
        for (customer, case) in cases_of(&facts) {
            cases.push(&customer, case)?;
        }
        let events: Vec<(String, &Stored)> =
            lot.iter().flat_map(|run| run.events.iter().map(|stored| (run.key.clone(), stored))).collect();
        let day = day_text(deskgauge_core::event::Instant(first));
        let name = format!("c-{day}-{}-{:04}", planner.unique, written.count());
        planner.extent.did(events.len() as u64);
        planner.writer().write(&name, &events, &facts, written)
    }
}

/// A timeline of which these are all events.
fn timeline(events: &[Stored], roots: &Routes) -> Timeline {
    let routes = Routes::of(events.iter().map(|stored| &stored.event));
    let key = roots.root(routes.named(&events[0].event));
    Timeline::new(key, events.iter().map(|stored| stored.event.clone()).collect())
}

fn first_at(events: &[Stored]) -> i64 {
    events.iter().map(|stored| stored.event.at.0).min().unwrap_or(0)
}
