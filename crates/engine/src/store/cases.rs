//! The cells of a change's conversations: what is folded, what is carried over, where new conversations go.

use std::collections::{BTreeMap, BTreeSet};

use deskgauge_core::event::{Instant, Text};
use deskgauge_core::facts::{FACTS, Facts};
use deskgauge_core::fold::{CustomerCase, Key, People, cases_of, fold, fold_into};

use super::conversations::{Conversations, Group};
use super::plan::{Plan, Planner};
use super::rows;
use crate::cells::{Cell, EVENTS_INDEX, Kind, Written, key_text};
use crate::facts_schema::fact_schema;
use crate::files::{EventBatches, FileError, fact_batches};
use crate::threads::each;

/// Conversations that the fold has made new: their cases, and every conversation whose case of before is void.
#[derive(Default)]
pub(crate) struct Cases {
    pub(crate) new: Vec<(Text, CustomerCase)>,
    pub(crate) void: BTreeSet<Text>,
}

/// Timelines that one thread folds before it takes more.
const FOLDED_AT_ONCE: usize = 2048;

type Lot<'g> = Vec<(&'g Key, &'g Group)>;

/// Folds what has changed, and writes the cells in which that lies.
pub(crate) fn fold_and_write(
    planner: &Planner<'_>,
    change: &mut Conversations,
    people: &People,
    plan: &mut Plan,
    written: &mut Written,
) -> Result<Cases, FileError> {
    let joined = joined_cell(planner, change)?;
    let change = &*change;
    let mut rewritten: BTreeSet<usize> = BTreeSet::new();
    let mut dropped: BTreeSet<String> = BTreeSet::new();
    let mut fresh: Lot<'_> = Vec::new();
    let mut cases = Cases::default();
    for (key, group) in &change.groups {
        plan.counts.repeat(&group.repeats);
        plan.counts.events += group.fresh;
        if !change.refolds(group) {
            continue;
        }
        rewritten.extend(&group.cells);
        for index in &group.members {
            for owner in change.owners(*index) {
                dropped.insert(key_text(&owner));
                if let Key::Conversation(conversation) = owner {
                    cases.void.insert(conversation);
                }
            }
        }
        if group.cells.is_empty() {
            fresh.push((key, group));
        }
    }
    plan.counts.conversations += fresh.iter().filter(|(key, _)| matches!(key, Key::Conversation(_))).count() as u64;
    if let Some(cell) = joined.filter(|_| !fresh.is_empty()) {
        rewritten.insert(cell);
    }
    let mut lots: BTreeMap<usize, Lot<'_>> = rewritten.iter().map(|cell| (*cell, Vec::new())).collect();
    for (key, group) in &change.groups {
        if let Some(lot) = group.cells.first().and_then(|cell| lots.get_mut(cell)) {
            lot.push((key, group));
        }
    }
    let mut writer = Writer { planner, change, people, dropped: &dropped, plan, written, cases };
    if let Some(gathered) = &mut writer.plan.gathered {
        // Each timeline is a cell of its own: what is not folded again stays as it is.
        gathered.replaced.extend(rewritten.iter().map(|cell| change.cells[*cell].clone()));
        gathered.void.clone_from(&dropped);
        let refolded: Lot<'_> = change.groups.iter().filter(|(_, group)| change.refolds(group)).collect();
        writer.write(None, &refolded)?;
        return Ok(writer.cases);
    }
    match joined.and_then(|cell| lots.get_mut(&cell)) {
        Some(lot) => lot.append(&mut fresh),
        None => writer.new_cells(fresh)?,
    }
    for (cell, lot) in lots {
        let replaced = &planner.cells[&change.cells[cell]];
        writer.plan.remove.extend(replaced.file_ids());
        writer.write(Some(replaced), &lot)?;
    }
    Ok(writer.cases)
}

/// The small cell that the new conversations of a small change join, if there is one: the nearest by first day.
fn joined_cell(planner: &Planner<'_>, change: &mut Conversations) -> Result<Option<usize>, FileError> {
    let fresh = || change.groups.values().filter(|group| group.cells.is_empty());
    let events: usize = fresh().map(|group| group.members.len()).sum();
    let Some(first) = fresh().map(|group| change.first_at(group)).min() else { return Ok(None) };
    if events as u64 >= planner.sizes.small_events {
        return Ok(None);
    }
    let day = day_text(first);
    let small = || {
        planner.cells.values().filter(|cell| cell.kind == Kind::Conversations && cell.events_count() < planner.sizes.small_events)
    };
    let before = small().filter(|cell| cell_day(cell) <= Some(day.as_str())).max_by_key(|cell| (cell_day(cell), &cell.name));
    let Some(cell) = before.or_else(|| small().min_by_key(|cell| (cell_day(cell), &cell.name))) else { return Ok(None) };
    change.read(planner, &cell.name.clone()).map(Some)
}

struct Writer<'w> {
    planner: &'w Planner<'w>,
    change: &'w Conversations,
    people: &'w People,
    /// Conversations whose rows of before are void, wherever they lie.
    dropped: &'w BTreeSet<String>,
    plan: &'w mut Plan,
    written: &'w mut Written,
    cases: Cases,
}

impl Writer<'_> {
    /// Cells for new conversations, in the order of their first days.
    fn new_cells(&mut self, mut fresh: Lot<'_>) -> Result<(), FileError> {
        fresh.sort_by_key(|(key, group)| (self.change.first_at(group), (*key).clone()));
        let mut lot: Lot<'_> = Vec::new();
        let mut size = 0;
        for (key, group) in fresh {
            if size > 0 && size + group.members.len() > self.planner.sizes.new_events {
                self.write(None, &lot)?;
                lot.clear();
                size = 0;
            }
            size += group.members.len();
            lot.push((key, group));
        }
        self.write(None, &lot)
    }

    /// One cell: rows of before that still hold, and those of the timelines that are folded.
    fn write(&mut self, replaced: Option<&Cell>, lot: &[(&Key, &Group)]) -> Result<(), FileError> {
        let Some(first) = lot.iter().map(|(_, group)| self.change.first_at(group)).min() else { return Ok(()) };
        let refolded: Vec<_> = lot.iter().filter(|(_, group)| self.change.refolds(group)).collect();
        self.plan.counts.timelines += refolded.len() as u64;
        let parts: Vec<_> = refolded.chunks(FOLDED_AT_ONCE).collect();
        let folded = each(parts.len(), |part| {
            let mut facts = Facts::default();
            for (key, group) in parts[part] {
                fold_into(&self.change.timeline(key, group), self.planner.rules, self.people, &mut facts);
            }
            facts
        });
        let mut facts = Facts::default();
        folded.into_iter().for_each(|part| facts.append(part));
        // Problems of surveys outside conversations do not tell whose they are: none is carried over, all are worked out again.
        let outside = |key: &Key, group: &Group| matches!(key, Key::Survey(_)) && group.members.len() > 1;
        for (key, group) in lot.iter().filter(|(key, group)| outside(key, group) && !self.change.refolds(group)) {
            let again = fold(&self.change.timeline(key, group), self.planner.rules, &People::default());
            facts.problems.extend(again.problems);
        }
        self.cases.new.extend(cases_of(&facts));
        if let Some(gathered) = &mut self.plan.gathered {
            for (key, group) in lot {
                let events = group.members.iter().map(|index| self.change.events[*index].clone()).collect();
                gathered.conversation(key, events, self.planner.rules);
            }
            gathered.facts(facts);
            return Ok(());
        }
        let planner = self.planner;
        let name = format!("c-{}-{}-{:04}", day_text(first), planner.unique, self.written.count());
        let mut order: Vec<(String, &Group)> = lot.iter().map(|(key, group)| (key_text(key), *group)).collect();
        order.sort_by(|a, b| a.0.cmp(&b.0));
        self.written.events += lot.iter().map(|(_, group)| group.members.len() as u64).sum::<u64>();
        let (change, dropped) = (self.change, self.dropped);
        planner.writer().tables(&name, self.written, &|index| {
            if index == EVENTS_INDEX {
                let mut batches = EventBatches::default();
                for (key, group) in &order {
                    for index in &group.members {
                        let stored = &change.events[*index];
                        batches.push(&stored.event, stored.import_id, key);
                    }
                }
                return Ok(batches.finish());
            }
            let table = &FACTS[index];
            let mut batches = fact_batches(&facts, index, planner.own)?;
            let Some(cell) = replaced else { return Ok(batches) };
            let schema = fact_schema(table, planner.own);
            let mut old = Vec::new();
            for batch in cell.rows(planner.lake.folder(), table.name, &schema)? {
                old.push(rows::without(&batch, "conversation", dropped)?);
            }
            old.append(&mut batches);
            Ok(Vec::from_iter(rows::merge(&old, &schema, table)?))
        })
    }
}

/// The UTC day of an instant, as names of cells write it.
pub(super) fn day_text(at: Instant) -> String {
    let date = jiff::Timestamp::from_millisecond(at.0).map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date());
    date.map_or_else(|_| "00000000".to_owned(), |date| date.strftime("%Y%m%d").to_string())
}

fn cell_day(cell: &Cell) -> Option<&str> {
    cell.name.split('-').nth(1)
}
