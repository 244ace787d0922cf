//! Planning a change: which cells it touches, in which order they are worked out, and what the commit will say.

use std::collections::BTreeMap;

use deskgauge_core::event::Event;
use deskgauge_core::fold::timelines::own_key;
use deskgauge_core::rules::Rules;

use super::conversations::Conversations;
use super::customers::Customers;
use super::extent::Extent;
use super::standin::{Gathered, Wanted};
use super::{agents, cases};
use crate::cells::{Cell, CellSizes, CellWriter, Kind, Stored, Unlisted, Written};
use crate::facts_schema::OwnField;
use crate::files::FileError;
use crate::lake::{Column, Lake, NewFile};
use crate::threads::give_way;

/// Plans on one snapshot.
pub(crate) struct Planner<'a> {
    pub(crate) lake: &'a Lake,
    pub(crate) rules: &'a Rules,
    pub(crate) own: &'a [OwnField],
    /// The columns of each table in the lake.
    pub(crate) columns: &'a BTreeMap<String, Vec<Column>>,
    /// The cells that may be read and replaced.
    pub(crate) cells: &'a BTreeMap<String, Cell>,
    /// Tells the files of this change from all others.
    pub(crate) unique: String,
    /// Events that may be in memory at once.
    pub(crate) limit_events: u64,
    pub(crate) sizes: CellSizes,
    /// Where rewriting counts how far it is.
    pub(crate) extent: &'a Extent,
    /// Where the cells are single timelines in memory: what they were looked up for. A plan that needs more says so.
    pub(crate) looked_up: Option<&'a Wanted>,
}

/// What became of planning.
pub(crate) enum Outcome {
    /// It is worked out.
    Planned(Plan),
    /// It would need more memory than is allowed: rewrite everything instead. The events that arrived, given back.
    TooLarge(Vec<Stored>),
}

/// Planning has stopped before anything was folded.
pub(crate) struct Stopped {
    /// What has to be looked up beside what was; empty: it would need more memory than is allowed.
    pub(crate) missing: Wanted,
    /// The events that arrived, given back.
    pub(crate) arrivals: Vec<Stored>,
}

/// How many arriving events were there already, by the import that brought them first. An import may repeat itself.
pub(crate) type Repeats = BTreeMap<i64, u64>;

/// What a change brought.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Events that were not there.
    pub(crate) events: u64,
    /// Events that were there already.
    pub(crate) repeats: Repeats,
    /// Timelines that were folded.
    pub(crate) timelines: u64,
    /// Conversations among them that are new.
    pub(crate) conversations: u64,
}

impl Counts {
    /// Events that were there already.
    pub(crate) fn duplicates(&self) -> u64 {
        self.repeats.values().sum()
    }

    /// Counts what another part of the change brought.
    pub(crate) fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.timelines += other.timelines;
        self.conversations += other.conversations;
        self.repeat(&other.repeats);
    }

    /// Counts events that were there already.
    pub(crate) fn repeat(&mut self, repeats: &Repeats) {
        for (import, events) in repeats {
            *self.repeats.entry(*import).or_default() += events;
        }
    }
}

/// A change that is worked out and written, and waits for its commit.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) remove: Vec<i64>,
    pub(crate) add: Vec<NewFile>,
    /// The same files, which go again unless the commit is made.
    pub(crate) unlisted: Unlisted,
    /// Where timelines and rows go that are to stay in memory.
    pub(crate) gathered: Option<Box<Gathered>>,
    pub(crate) counts: Counts,
}

impl<'a> Planner<'a> {
    /// Works a change out and writes its files, which nothing lists yet.
    pub(crate) fn plan(&self, incoming: Vec<Stored>) -> Result<Outcome, FileError> {
        let mut written = Written::default();
        let mut plan = match self.work_out(incoming, Plan::default(), &mut written)? {
            Ok(plan) => plan,
            Err(stopped) => return Ok(Outcome::TooLarge(stopped.arrivals)),
        };
        (plan.add, plan.unlisted) = written.durable(self.lake)?;
        Ok(Outcome::Planned(plan))
    }

    /// Works a change of single timelines out without writing anything.
    pub(crate) fn gather(&self, incoming: Vec<Stored>) -> Result<Result<Box<Gathered>, Stopped>, FileError> {
        let plan = Plan { gathered: Some(Box::default()), ..Plan::default() };
        let plan = self.work_out(incoming, plan, &mut Written::default())?;
        Ok(plan.map(|plan| plan.gathered.unwrap_or_default()))
    }

    fn work_out(&self, incoming: Vec<Stored>, mut plan: Plan, written: &mut Written) -> Result<Result<Plan, Stopped>, FileError> {
        let mut kinds: BTreeMap<Kind, Vec<Stored>> = BTreeMap::new();
        for stored in incoming {
            kinds.entry(Kind::of(&own_key(&stored.event))).or_default().push(stored);
        }
        let mut take = |kind| kinds.remove(&kind).unwrap_or_default();
        let mut conversations = Conversations::new(self, take(Kind::Conversations))?;
        let mut customers = Customers::new(self, take(Kind::Customers))?;
        if !conversations.too_large && !customers.too_large {
            customers.settle(self, &mut conversations)?;
        }
        let missing = self.looked_up.map(|looked_up| looked_up.missing(&conversations, &customers)).unwrap_or_default();
        if conversations.too_large || customers.too_large || !missing.is_empty() {
            let arrivals = [conversations.into_arrivals(), customers.into_arrivals(), take(Kind::Agents)];
            return Ok(Err(Stopped { missing, arrivals: arrivals.into_iter().flatten().collect() }));
        }
        let cases = cases::fold_and_write(self, &mut conversations, customers.people(), &mut plan, written)?;
        drop(conversations);
        customers.fold_and_write(self, cases, &mut plan, written)?;
        agents::fold_and_write(self, take(Kind::Agents), &mut plan, written)?;
        Ok(Ok(plan))
    }

    /// The writer of this change's cells.
    pub(crate) fn writer(&self) -> CellWriter<'a> {
        CellWriter { lake: self.lake, own: self.own, columns: self.columns }
    }

    /// The name of a cell's files of facts where this change makes them anew and the events stay as they are.
    pub(crate) fn facts_name(&self, cell: &Cell) -> String {
        format!("{}.{}", cell.name, self.unique)
    }

    /// The id of a column of `events` in the lake.
    pub(crate) fn event_column(&self, name: &str) -> i64 {
        let columns = self.columns.get(crate::facts_schema::EVENTS);
        columns.and_then(|columns| columns.iter().find(|column| column.name == name)).map_or(-1, |column| column.id)
    }

    /// The events of a cell.
    pub(crate) fn read(&self, cell: &Cell) -> Result<Vec<Stored>, FileError> {
        give_way();
        cell.events(self.lake.folder())
    }
}

/// Puts stored and new events together, each kept once: as it was stored, else with the import that brought it first. Those that are
/// not kept are the repeats.
pub(crate) fn unite(old: Vec<Stored>, new: Vec<Stored>) -> (Vec<Stored>, Repeats) {
    let mut repeats = Repeats::new();
    let old = old.into_iter().map(|stored| (false, stored));
    let mut all: Vec<(bool, Stored)> = old.chain(new.into_iter().map(|stored| (true, stored))).collect();
    all.sort_by(|(a_new, a), (b_new, b)| {
        by_content(&a.event, &b.event).then(a_new.cmp(b_new)).then(a.import_id.cmp(&b.import_id))
    });
    all.dedup_by(|(_, later), (_, kept)| {
        let again = later.event == kept.event;
        if again {
            *repeats.entry(kept.import_id).or_default() += 1;
        }
        again
    });
    (all.into_iter().map(|(_, stored)| stored).collect(), repeats)
}

/// Events once each. Those that only `import` brought are counted as new, the others as repeated.
pub(crate) fn settled(events: Vec<Stored>, import: Option<i64>, plan: &mut Plan) -> Vec<Stored> {
    let (events, repeats) = unite(events, Vec::new());
    plan.counts.events += events.iter().filter(|stored| import.is_none_or(|import| stored.import_id == import)).count() as u64;
    plan.counts.repeat(&repeats);
    events
}

/// An order in which equal events are neighbours.
pub(crate) fn by_content(a: &Event, b: &Event) -> std::cmp::Ordering {
    use deskgauge_core::event::record::digest;
    a.in_order(b)
        .then_with(|| b.revision.cmp(&a.revision))
        .then_with(|| if a == b { std::cmp::Ordering::Equal } else { digest(a).cmp(&digest(b)) })
}
