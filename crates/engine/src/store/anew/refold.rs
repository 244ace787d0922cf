//! Facts made anew of events that stay where they are: how a rebuild goes where cells are as they should be.
//!
//! A cell holds whole timelines, so that each cell is read, folded and written by itself, on all threads, and no event is moved or written
//! again. What a conversation has to know of its customer's others is told by the links of before: which conversations there are, whose,
//! and when they began is the same under all rules.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Schema, TimestampMicrosecondType};
use deskgauge_core::event::{Origin, Text};
use deskgauge_core::facts::{FACTS, Facts};
use deskgauge_core::fold::{Beginning, CustomerCase, Routes, link, timelines};

use super::cell::{self, Made};
use super::disk::cases::Cases;
use super::disk::people::KnownPeople;
use super::disk::{CUSTOMER_PARTITIONS, ScratchFolder};
use super::gather::gather;
use crate::cells::{Cell, Kind, Written};
use crate::facts_schema::{LINKS, fact_schema};
use crate::files::{FileError, fact_batches};
use crate::store::customers;
use crate::store::hashed::{self, Prefix, holding};
use crate::store::plan::{Plan, Planner};
use crate::threads::{all, each};

/// Cells of conversations are put together where on average they hold less than this part of what a new one does.
const SCATTERED: u64 = 8;

impl Planner<'_> {
    /// Works out the facts of all cells anew, under the rules of now and by the fold that made them. `None` where everything is to be
    /// written anew: too many small cells, or links that do not read or do not fit the events.
    pub(crate) fn refold(&self) -> Result<Option<Plan>, FileError> {
        let of_kind = |kind| self.cells.values().filter(|cell| cell.kind == kind).collect::<Vec<&Cell>>();
        let conversations = of_kind(Kind::Conversations);
        let events: u64 = conversations.iter().map(|cell| cell.events_count()).sum();
        let least = self.sizes.new_events as u64 / SCATTERED;
        if conversations.len() > 1 && events < conversations.len() as u64 * least {
            return Ok(None);
        }
        let customers: BTreeMap<Prefix, &Cell> =
            of_kind(Kind::Customers).into_iter().filter_map(|cell| Some((Prefix::of(cell)?, cell))).collect();
        let Some(people) = known(self, &customers)? else { return Ok(None) };
        self.extent.adds(self.cells.values().map(Cell::events_count).sum());
        let scratch = ScratchFolder::new(self.lake.folder())?;
        let depth = customers.keys().next().map_or(0, |prefix| prefix.depth.min(CUSTOMER_PARTITIONS.trailing_zeros()));
        let cases = Cases::new(scratch.path(), self.own, 1 << depth);
        let of_conversations = |number| of_conversations(self, conversations[number], &people, &cases).map(Some);
        let mut done = each(conversations.len(), of_conversations);
        let agents = of_kind(Kind::Agents);
        // Each partition of customers is a union of cells.
        done.extend(each(agents.len() + (1 << depth), |task| match task.checked_sub(agents.len()) {
            None => of_hashed(self, agents[task], Vec::new()).map(Some),
            Some(partition) => of_customers(self, &customers, Prefix { depth, bits: partition as u64 }, cases.take(partition)?),
        }));
        let (mut plan, mut written) = (Plan::default(), Written::default());
        for done in done {
            let Some((part, files)) = done? else { return Ok(None) };
            plan.counts.add(&part.counts);
            written.append(files);
        }
        plan.remove = self.cells.values().flat_map(Cell::fact_file_ids).collect();
        self.extent.ends();
        (plan.add, plan.unlisted) = written.durable(self.lake)?;
        Ok(Some(plan))
    }
}

/// What is known of all customers; `None` where links do not read.
fn known(planner: &Planner<'_>, customers: &BTreeMap<Prefix, &Cell>) -> Result<Option<KnownPeople>, FileError> {
    let cells: Vec<&Cell> = customers.values().copied().collect();
    let known = Mutex::new(Some(KnownPeople::default()));
    let table = &FACTS[customers::links_index()];
    let schema = fact_schema(table, planner.own);
    let told = ["customer", "conversation", "created_at", "origin"];
    let fields: Vec<_> = schema.fields().iter().filter(|field| told.contains(&field.name().as_str())).cloned().collect();
    let schema = Arc::new(Schema::new(fields));
    all(cells.len(), |number| {
        let events = planner.read(cells[number])?.into_iter().map(|stored| stored.event).collect();
        let profiles = timelines(events).into_iter().flat_map(|timeline| timeline.events);
        let links = cells[number].rows(planner.lake.folder(), LINKS, &schema);
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(people) = &mut *known {
            profiles.for_each(|event| people.profile(&event));
        }
        match (links, &mut *known) {
            (Ok(links), Some(people)) => links.iter().flat_map(beginnings).for_each(|beginning| people.begins(&beginning)),
            // The events tell it all the same, only not as fast.
            _ => *known = None,
        }
        Ok::<_, FileError>(())
    })?;
    let mut known = known.into_inner().unwrap_or_else(PoisonError::into_inner);
    known.iter_mut().for_each(KnownPeople::settle);
    Ok(known)
}

/// How the conversations of a batch of links began that their customers began.
fn beginnings(links: &RecordBatch) -> impl Iterator<Item = Beginning> {
    let text = |name: &str| links.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
    let created = links.column_by_name("created_at").and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>());
    let columns = text("customer").zip(text("conversation")).zip(text("origin").zip(created));
    columns.into_iter().flat_map(|((customer, conversation), (origin, created))| {
        let began = |row: &usize| origin.is_valid(*row) && origin.value(*row) == Origin::Customer.name();
        (0..origin.len()).filter(began).map(|row| Beginning {
            conversation: Text::from(conversation.value(row)),
            customer: Some(Text::from(customer.value(row))),
            created_at: created.value(row).div_euclid(1_000_000),
            origin: Origin::Customer,
        })
    })
}

/// The facts of a cell of conversations.
fn of_conversations(
    planner: &Planner<'_>,
    cell: &Cell,
    people: &KnownPeople,
    cases: &Cases,
) -> Result<(Plan, Written), FileError> {
    let events = planner.read(cell)?;
    let routes = Routes::of(events.iter().map(|stored| &stored.event));
    let gathered = gather(events, &routes);
    let mut plan = Plan::default();
    plan.counts.add(&gathered.counts(None));
    let known = people.of(gathered.told.iter().map(|told| &told.timeline));
    let Made { written, cases: mine } = cell::fold(planner, &planner.facts_name(cell), gathered.told, &known, &mut |_| ())?;
    mine.into_iter().try_for_each(|(customer, case)| cases.push(&customer, case))?;
    Ok((plan, written))
}

/// The facts of the cells of customers whose hashes begin alike, with their conversations; `None` where no cell holds one of them.
fn of_customers(
    planner: &Planner<'_>,
    cells: &BTreeMap<Prefix, &Cell>,
    partition: Prefix,
    cases: Vec<(Text, CustomerCase)>,
) -> Result<Option<(Plan, Written)>, FileError> {
    let mine = cells.iter().filter(|(prefix, _)| partition.contains(**prefix));
    let mut lots: BTreeMap<Prefix, (&Cell, Vec<_>)> = mine.map(|(prefix, cell)| (*prefix, (*cell, Vec::new()))).collect();
    for (customer, case) in cases {
        let prefix = holding(&lots, &customer).map(|(prefix, _)| prefix);
        let Some((_, lot)) = prefix.and_then(|prefix| lots.get_mut(&prefix)) else { return Ok(None) };
        lot.push((customer, case));
    }
    let (mut plan, mut written) = (Plan::default(), Written::default());
    for (cell, cases) in lots.into_values() {
        let (part, files) = of_hashed(planner, cell, cases)?;
        plan.counts.add(&part.counts);
        written.append(files);
    }
    Ok(Some((plan, written)))
}

/// The facts of a cell of customers or agents.
fn of_hashed(planner: &Planner<'_>, cell: &Cell, cases: Vec<(Text, CustomerCase)>) -> Result<(Plan, Written), FileError> {
    let events = hashed::owned(planner.read(cell)?);
    let (mut plan, mut written) = (Plan::default(), Written::default());
    let (mut facts, timelines) = hashed::fold(&events, planner.rules);
    (plan.counts.events, plan.counts.timelines) = (events.len() as u64, timelines);
    link(cases, &mut facts);
    write(planner, &planner.facts_name(cell), &facts, &mut written)?;
    planner.extent.did(plan.counts.events);
    Ok((plan, written))
}

/// Writes the facts of a cell.
fn write(planner: &Planner<'_>, name: &str, facts: &Facts, written: &mut Written) -> Result<(), FileError> {
    for index in 0..FACTS.len() {
        planner.writer().one(index, name, fact_batches(facts, index, planner.own)?, written)?;
    }
    Ok(())
}
