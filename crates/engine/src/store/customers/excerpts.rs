//! What a change holds of the cells of customers that it touches: the touched customers, without the others of their cells.
//!
//! Customers lie by a hash, so that a few thousand conversations reach nearly every cell. All rows of those cells may be more than memory
//! holds; those of the touched customers are not. Each cell is read once more when it is written, one at a time on each thread. That is
//! for changes in which no events of customers arrive: such events may move others from one cell to the next.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use deskgauge_core::event::{Body, Text};
use deskgauge_core::fold::CustomerCase;

use super::{OfCustomers, by_conversation, cases_of, with, write};
use crate::cells::{Stored, Written};
use crate::files::FileError;
use crate::store::hashed::{Prefix, hashed_id, holding, owned};
use crate::store::plan::{Plan, Planner};
use crate::threads::each;

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
    profiles: Vec<Stored>,
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
            let (profiles, cases) = read?;
            if let Some(excerpt) = self.cells.get_mut(prefix) {
                (excerpt.profiles, excerpt.cases, excerpt.read) = (profiles, cases, true);
            }
        }
        Ok(self.profiles().count() + self.cases().count())
    }

    /// The profiles of the touched customers.
    pub(super) fn profiles(&self) -> impl Iterator<Item = &Stored> {
        self.cells.values().flat_map(|excerpt| &excerpt.profiles)
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
            let fresh = new.remove(&prefix).unwrap_or_default();
            // In the order of what was read: that a case is worked out again does not mean that it has changed.
            if with(excerpt.cases.clone(), void, fresh.clone()) != excerpt.cases {
                plan.remove.extend(planner.cells[&excerpt.name].file_ids());
                changed.push((prefix, excerpt.name, Mutex::new(fresh)));
            }
        }
        let made = each(changed.len(), |number| {
            let (prefix, name, fresh) = &changed[number];
            let fresh = std::mem::take(&mut *fresh.lock().unwrap_or_else(PoisonError::into_inner));
            let (mut part, mut files) = (Plan::default(), Written::default());
            let cell = &planner.cells[name];
            let cases = with(cases_of(planner, cell)?, void, fresh);
            write(planner, *prefix, planner.read(cell)?, cases, &mut part, &mut files)?;
            Ok::<_, FileError>((part, files))
        });
        for made in made {
            let (part, files) = made?;
            plan.counts.add(&part.counts);
            written.append(files);
        }
        Ok(())
    }
}

impl Excerpt {
    /// The profiles and conversations of the touched customers, from the cell's files.
    fn of_wanted(&self, planner: &Planner<'_>) -> Result<(Vec<Stored>, OfCustomers), FileError> {
        let cell = &planner.cells[&self.name];
        let events = owned(planner.read(cell)?).into_iter();
        let profiles = events.filter(|(_, stored)| matches!(stored.event.body, Body::Customer(_)));
        let profiles = profiles.filter(|(owner, _)| self.wanted.contains(&hashed_id(owner))).map(|(_, stored)| stored).collect();
        let mut cases = cases_of(planner, cell)?;
        cases.retain(|(customer, _)| self.wanted.contains(customer));
        cases.sort_by(by_conversation);
        Ok((profiles, cases))
    }
}
