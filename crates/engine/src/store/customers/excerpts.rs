//! What a change holds of the cells of customers that it touches: the touched customers, without the others of their cells.
//!
//! Customers lie by a hash, so that a few thousand conversations reach nearly every cell. All rows of those cells may be more than memory
//! holds; those of the touched customers are not. Where a cell has changed, its other rows are carried over as they lie, one cell at a
//! time on each thread, and its events stay where they are. That is for changes in which no events of customers arrive: such events may
//! move others from one cell to the next.

use std::collections::{BTreeMap, BTreeSet};

use deskgauge_core::event::{Body, Text};
use deskgauge_core::facts::FACTS;
use deskgauge_core::fold::{CustomerCase, Key, link};

use super::{OfCustomers, by_conversation, cases_of, with, write};
use crate::cells::{Cell, Stored, Written};
use crate::facts_schema::{LINKS, fact_schema};
use crate::files::{FileError, fact_batches};
use crate::store::hashed::{Prefix, fold, holding, owned};
use crate::store::plan::{Plan, Planner};
use crate::store::rows;
use crate::threads::{each, each_of};

/// What is held of the cells.
#[derive(Default)]
pub(super) struct Excerpts {
    cells: BTreeMap<Prefix, Excerpt>,
}

/// What is held of a cell.
#[derive(Default)]
struct Excerpt {
    name: String,
    /// The customers that are touched.
    wanted: BTreeSet<Text>,
    /// Whether all of them are held.
    read: bool,
    /// Their events.
    events: Vec<(Key, Stored)>,
    /// Their conversations, in order.
    cases: OfCustomers,
}

impl Excerpts {
    /// A customer of a cell is touched.
    pub(super) fn want(&mut self, prefix: Prefix, name: &str, customer: Text) {
        let excerpt = self.cells.entry(prefix).or_insert_with(|| Excerpt { name: name.to_owned(), ..Excerpt::default() });
        excerpt.read &= !excerpt.wanted.insert(customer);
    }

    /// Reads the customers that are touched and are not held yet. Answers how many rows are held.
    pub(super) fn read(&mut self, planner: &Planner<'_>) -> Result<usize, FileError> {
        let unread: Vec<Prefix> = self.cells.iter().filter(|(_, excerpt)| !excerpt.read).map(|(prefix, _)| *prefix).collect();
        let read = each(unread.len(), |number| self.cells[&unread[number]].of_wanted(planner));
        for (prefix, read) in unread.iter().zip(read) {
            let (events, cases) = read?;
            if let Some(excerpt) = self.cells.get_mut(prefix) {
                (excerpt.events, excerpt.cases, excerpt.read) = (events, cases, true);
            }
        }
        Ok(self.cells.values().map(|excerpt| excerpt.events.len() + excerpt.cases.len()).sum())
    }

    /// The profiles of the touched customers.
    pub(super) fn profiles(&self) -> impl Iterator<Item = &Stored> {
        let events = self.cells.values().flat_map(|excerpt| &excerpt.events).map(|(_, stored)| stored);
        events.filter(|stored| matches!(stored.event.body, Body::Customer(_)))
    }

    /// The conversations of the touched customers.
    pub(super) fn cases(&self) -> impl Iterator<Item = &(Text, CustomerCase)> {
        self.cells.values().flat_map(|excerpt| &excerpt.cases)
    }

    /// The cell in which a customer lies, if something of it is held.
    pub(super) fn holding(&self, customer: &str) -> Option<Prefix> {
        holding(&self.cells, customer).map(|(prefix, _)| prefix)
    }

    /// Writes the cells anew whose conversations are others now: without the `void` ones and with the `new` ones.
    pub(super) fn write(
        self,
        planner: &Planner<'_>,
        void: &BTreeSet<Text>,
        new: &mut BTreeMap<Prefix, OfCustomers>,
        plan: &mut Plan,
        written: &mut Written,
    ) -> Result<(), FileError> {
        let mut changed = Vec::new();
        for (prefix, excerpt) in self.cells {
            // In the order of what was read: that a case is worked out again does not mean that it has changed.
            let now = with(excerpt.cases.clone(), void, new.remove(&prefix).unwrap_or_default());
            if now != excerpt.cases {
                changed.push((prefix, excerpt, now));
            }
        }
        for made in each_of(changed, |_, (prefix, excerpt, now)| excerpt.rewrite(planner, prefix, now)) {
            let (part, files) = made?;
            plan.remove.extend(part.remove);
            plan.counts.add(&part.counts);
            written.append(files);
        }
        Ok(())
    }
}

impl Excerpt {
    /// The events and conversations of the touched customers, from the cell's files.
    fn of_wanted(&self, planner: &Planner<'_>) -> Result<(Vec<(Key, Stored)>, OfCustomers), FileError> {
        let cell = &planner.cells[&self.name];
        let mut events = owned(planner.read(cell)?);
        events.retain(|(owner, _)| is_of(owner, &self.wanted));
        let mut cases = cases_of(planner, cell, |customer| self.wanted.contains(customer))?;
        cases.sort_by(by_conversation);
        Ok((events, cases))
    }

    /// Writes the cell with what the touched customers' conversations are `now`.
    fn rewrite(self, planner: &Planner<'_>, prefix: Prefix, now: OfCustomers) -> Result<(Plan, Written), FileError> {
        let cell = &planner.cells[&self.name];
        let (mut part, mut written) = (Plan::default(), Written::default());
        let grows = cell.events_count() as usize + links(cell) + now.len().saturating_sub(self.cases.len());
        // A cell that is to be split moves events, and problems do not tell whose they are.
        if grows > planner.sizes.hashed_rows || cell.files.contains_key("problems") {
            let mut cases = cases_of(planner, cell, |customer| !self.wanted.contains(customer))?;
            cases.extend(now);
            cases.sort_by(by_conversation);
            part.remove = cell.file_ids().collect();
            write(planner, prefix, planner.read(cell)?, cases, &mut part, &mut written)?;
            return Ok((part, written));
        }
        let changed = differing(&self.cases, &now);
        let cases = now.into_iter().filter(|(customer, _)| changed.contains(customer)).collect();
        let events: Vec<(Key, Stored)> = self.events.into_iter().filter(|(owner, _)| is_of(owner, &changed)).collect();
        part.remove = cell.fact_file_ids().collect();
        carry_over(planner, cell, &changed, &events, cases, &mut part, &mut written)?;
        Ok((part, written))
    }
}

/// Whether events are of one of the customers; those of an order that has no customer are of none.
fn is_of(owner: &Key, customers: &BTreeSet<Text>) -> bool {
    matches!(owner, Key::Customer(customer) if customers.contains(customer))
}

/// Whose conversations are not the same; both are in order.
fn differing(before: &[(Text, CustomerCase)], now: &[(Text, CustomerCase)]) -> BTreeSet<Text> {
    fn by_customer(cases: &[(Text, CustomerCase)]) -> BTreeMap<&Text, &[(Text, CustomerCase)]> {
        cases.chunk_by(|one, other| one.0 == other.0).map(|lot| (&lot[0].0, lot)).collect()
    }
    let (before, now) = (by_customer(before), by_customer(now));
    let customers = before.keys().chain(now.keys()).copied();
    customers.filter(|customer| before.get(customer) != now.get(customer)).cloned().collect()
}

/// Makes the rows of the `changed` customers anew and carries those of the others over.
fn carry_over(
    planner: &Planner<'_>,
    cell: &Cell,
    changed: &BTreeSet<Text>,
    events: &[(Key, Stored)],
    cases: OfCustomers,
    plan: &mut Plan,
    written: &mut Written,
) -> Result<(), FileError> {
    let (mut facts, timelines) = fold(events, planner.rules);
    plan.counts.timelines += timelines;
    link(cases, &mut facts);
    planner.writer().tables(&planner.facts_name(cell), written, &|index| {
        let Some(table) = FACTS.get(index) else { return Ok(Vec::new()) };
        let schema = fact_schema(table, planner.own);
        let mut rows = Vec::new();
        for batch in cell.rows(planner.lake.folder(), table.name, &schema)? {
            rows.push(rows::kept(&batch, "customer", |customer| customer.is_none_or(|customer| !changed.contains(customer)))?);
        }
        rows.extend(fact_batches(&facts, index, planner.own)?);
        let merged = if table.name == LINKS {
            rows::ordered(&rows, &schema, &["customer", "created_at", "conversation"])?
        } else {
            rows::merge(&rows, &schema, table)?
        };
        Ok(Vec::from_iter(merged))
    })
}

/// How many conversations of customers a cell holds.
fn links(cell: &Cell) -> usize {
    cell.files.get(LINKS).map_or(0, |file| usize::try_from(file.record_count).unwrap_or(usize::MAX))
}
