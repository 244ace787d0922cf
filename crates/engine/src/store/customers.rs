//! The customers of a change: what their conversations need to know of them, and the links between those.
//!
//! A customer's cell holds orders, profiles and one row of `customer_links` per conversation, from which everything about the customer
//! is folded again without reading any conversation.

mod excerpts;

use std::collections::{BTreeMap, BTreeSet};

use deskgauge_core::event::Text;
use deskgauge_core::facts::FACTS;
use deskgauge_core::fold::timelines::own_key;
use deskgauge_core::fold::{CustomerCase, Key, People, link, people, timelines};

use super::cases::Cases;
use super::conversations::Conversations;
use super::decode;
use super::hashed::{self, Prefix, hashed_id, holding};
use super::plan::{Plan, Planner};
use super::rows;
use super::spread::Spread;
use crate::cells::{Cell, Kind, Stored, Written};
use crate::facts_schema::{LINKS, fact_schema};
use crate::files::FileError;
use excerpts::Excerpts;

/// Conversations of customers, each with its customer.
type OfCustomers = Vec<(Text, CustomerCase)>;

/// The customers of a change.
pub(crate) struct Customers {
    incoming: Vec<Stored>,
    touched: BTreeSet<Text>,
    /// The cells that are read, with their conversations.
    spread: Spread,
    cases: BTreeMap<Prefix, OfCustomers>,
    /// Where no events of customers arrive: what is held of stored cells, in place of all of them.
    excerpts: Option<Excerpts>,
    people: People,
    /// More rows than may be in memory would have to be read.
    pub(crate) too_large: bool,
}

impl Customers {
    /// With the events of customers that arrive.
    pub(crate) fn new(planner: &Planner<'_>, incoming: Vec<Stored>) -> Result<Self, FileError> {
        let mut spread = Spread::new(Kind::Customers);
        spread.find(planner, &incoming)?;
        let ids: BTreeSet<(&Text, &Text)> = incoming.iter().map(|stored| (&stored.event.source, &stored.event.id)).collect();
        let versions = spread.events().filter(|stored| ids.contains(&(&stored.event.source, &stored.event.id)));
        // A correction may take something from whoever had it before.
        let touched = incoming.iter().chain(versions).map(|stored| hashed_id(&own_key(&stored.event))).collect();
        let (cases, people) = (BTreeMap::new(), People::default());
        let excerpts = (incoming.is_empty() && planner.looked_up.is_none()).then(Excerpts::default);
        let mut this = Self { incoming, touched: BTreeSet::new(), spread, cases, excerpts, people, too_large: false };
        this.load(planner, touched)?;
        Ok(this)
    }

    /// The events that arrived, given back.
    pub(crate) fn into_arrivals(self) -> Vec<Stored> {
        self.incoming
    }

    /// The customers, and orders without one, whose cells were read or begun.
    pub(crate) fn asked(&self) -> &BTreeSet<Text> {
        self.spread.asked()
    }

    /// What the conversations of the touched customers need to know.
    pub(crate) fn people(&self) -> &People {
        &self.people
    }

    /// Reads the cells of all touched customers, and asks for the conversations whose rows change with what is now known of them.
    pub(crate) fn settle(&mut self, planner: &Planner<'_>, change: &mut Conversations) -> Result<(), FileError> {
        loop {
            let customers = change.touched().into_iter().filter_map(|beginning| beginning.customer).collect();
            self.load(planner, customers)?;
            if self.too_large {
                return Ok(());
            }
            let read = change.conversations();
            let before = self.known(&mut std::iter::empty(), &BTreeSet::new(), false);
            let after = self.known(&mut change.beginnings().into_iter(), &read, true);
            let segments = |people: &People, customer: &Text| people.customers.get(customer).map(|known| known.segments.clone());
            let moves = |customer: &&Text| {
                segments(&before, customer).unwrap_or_default() != segments(&after, customer).unwrap_or_default()
            };
            let moved: BTreeSet<Text> = self.touched.iter().filter(moves).cloned().collect();
            let mut forced = change.surveys_of(planner, &moved)?;
            for (customer, case) in self.cases() {
                // A row knows of its customer only the segments, and whether another conversation came before it.
                let conversation = &case.common.whole.conversation;
                let follows = |people: &People| {
                    let first = people.customers.get(customer).and_then(|known| known.first_conversation.as_ref());
                    first.is_some_and(|(at, id)| (*at, id) < (case.created_at, conversation))
                };
                if self.touched.contains(customer) && (moved.contains(customer) || follows(&before) != follows(&after)) {
                    forced.insert(conversation.to_string());
                }
            }
            self.people = after;
            if !change.force(planner, forced)? {
                return Ok(());
            }
        }
    }

    /// What is known of the touched customers: from their cells without the conversations that are `read`, and from these beginnings.
    fn known(
        &self,
        beginnings: &mut dyn Iterator<Item = deskgauge_core::fold::Beginning>,
        read: &BTreeSet<Text>,
        with_incoming: bool,
    ) -> People {
        let incoming = self.incoming.iter().filter(|_| with_incoming);
        let profiles = self.excerpts.iter().flat_map(Excerpts::profiles);
        let events = self.spread.events().chain(incoming).chain(profiles);
        let mut known = people(&timelines(events.map(|stored| stored.event.clone()).collect()));
        for (customer, case) in self.cases() {
            let whole = &case.common.whole;
            if !read.contains(&whole.conversation) && whole.origin == "customer" {
                known.begins(&deskgauge_core::fold::Beginning {
                    conversation: whole.conversation.clone(),
                    customer: Some(customer.clone()),
                    created_at: case.created_at,
                    origin: deskgauge_core::event::Origin::Customer,
                });
            }
        }
        for beginning in beginnings {
            known.begins(&beginning);
        }
        known
    }

    /// The conversations of customers that are held.
    fn cases(&self) -> impl Iterator<Item = &(Text, CustomerCase)> {
        self.cases.values().flatten().chain(self.excerpts.iter().flat_map(Excerpts::cases))
    }

    fn load(&mut self, planner: &Planner<'_>, customers: BTreeSet<Text>) -> Result<(), FileError> {
        let fits = |rows: usize| rows as u64 <= planner.limit_events;
        let mut rows = self.spread.events().count() + self.cases.values().map(Vec::len).sum::<usize>();
        for customer in customers {
            if self.touched.insert(customer.clone()) {
                let excerpts = self.excerpts.as_mut();
                match excerpts.and_then(|excerpts| Some((excerpts, self.spread.stored(planner, &customer)?))) {
                    Some((excerpts, (prefix, name))) => excerpts.want(prefix, name, customer),
                    None => rows += self.spread.load(planner, &customer)?,
                }
            }
            if !fits(rows) {
                self.too_large = true;
                return Ok(());
            }
        }
        if let Some(excerpts) = &mut self.excerpts {
            rows += excerpts.read(planner)?;
        }
        let unread: Vec<_> = self.spread.cells().filter(|(prefix, _)| !self.cases.contains_key(prefix)).collect();
        for (prefix, name) in unread {
            let mut cases = name.map_or_else(|| Ok(Vec::new()), |name| cases_of(planner, &planner.cells[name], |_| true))?;
            cases.sort_by(by_conversation);
            rows += cases.len();
            self.cases.insert(prefix, cases);
            if !fits(rows) {
                self.too_large = true;
                return Ok(());
            }
        }
        Ok(())
    }

    /// Folds the touched customers' cells again and writes them.
    pub(crate) fn fold_and_write(
        self,
        planner: &Planner<'_>,
        cases: Cases,
        plan: &mut Plan,
        written: &mut Written,
    ) -> Result<(), FileError> {
        let mut known = self.cases;
        let lots = self.spread.lots(self.incoming);
        let mut new: BTreeMap<Prefix, OfCustomers> = BTreeMap::new();
        for (customer, case) in cases.new {
            let held = self.excerpts.as_ref().and_then(|excerpts| excerpts.holding(&customer));
            let prefix = held.or_else(|| holding(&lots, &customer).map(|(prefix, _)| prefix));
            let prefix = prefix.expect("the cell of every customer of a folded conversation is read");
            new.entry(prefix).or_default().push((customer, case));
        }
        if let Some(excerpts) = self.excerpts {
            excerpts.write(planner, &cases.void, &mut new, plan, written)?;
        }
        for (prefix, lot) in lots {
            let fresh = new.remove(&prefix).unwrap_or_default();
            plan.counts.repeat(&lot.repeats);
            plan.counts.events += lot.fresh;
            let known = known.remove(&prefix).unwrap_or_default();
            // In the order of what was loaded: that a case is worked out again does not mean that it has changed.
            let all = with(known.clone(), &cases.void, fresh);
            if all == known && !lot.changed {
                continue;
            }
            plan.remove.extend(lot.replaced.iter().flat_map(|cell| planner.cells[cell].file_ids()));
            if let Some(gathered) = &mut plan.gathered {
                gathered.replaced.extend(lot.replaced);
                gathered.customers(lot.events, all, planner.rules);
                continue;
            }
            write(planner, prefix, lot.events, all, plan, written)?;
        }
        Ok(())
    }
}

/// Folds customers and writes their cell, or both halves of it where it has grown too large.
pub(super) fn write(
    planner: &Planner<'_>,
    prefix: Prefix,
    events: Vec<Stored>,
    cases: Vec<(Text, CustomerCase)>,
    plan: &mut Plan,
    written: &mut Written,
) -> Result<(), FileError> {
    write_owned(planner, prefix, hashed::owned(events), cases, plan, written)
}

fn write_owned(
    planner: &Planner<'_>,
    prefix: Prefix,
    events: Vec<(Key, Stored)>,
    cases: Vec<(Text, CustomerCase)>,
    plan: &mut Plan,
    written: &mut Written,
) -> Result<(), FileError> {
    if events.len() + cases.len() > planner.sizes.hashed_rows && prefix.depth < 40 {
        let mut events = events;
        let mut cases = cases;
        for half in prefix.halves() {
            let (mine, others) = events.into_iter().partition(|(owner, _)| half.holds(&hashed_id(owner)));
            events = others;
            let (my_cases, rest) = cases.into_iter().partition(|(customer, _)| half.holds(customer));
            cases = rest;
            write_owned(planner, half, mine, my_cases, plan, written)?;
        }
        return Ok(());
    }
    let (mut facts, timelines) = hashed::fold(&events, planner.rules);
    plan.counts.timelines += timelines;
    link(cases, &mut facts);
    let keyed = hashed::keyed(&events);
    planner.writer().write(&prefix.name(Kind::Customers, &planner.unique), &keyed, &facts, written)
}

/// All conversations of some of a cell's customers.
fn cases_of(planner: &Planner<'_>, cell: &Cell, wanted: impl Fn(&str) -> bool) -> Result<OfCustomers, FileError> {
    if let Some(alone) = &cell.alone {
        return Ok(alone.cases.iter().filter(|(customer, _)| wanted(customer)).cloned().collect());
    }
    let table = &FACTS[links_index()];
    let mut cases = Vec::new();
    for batch in cell.rows(planner.lake.folder(), table.name, &fact_schema(table, planner.own))? {
        cases.extend(decode::cases(&rows::kept(&batch, "customer", |customer| customer.is_some_and(&wanted))?, planner.own));
    }
    Ok(cases)
}

/// Conversations without the void ones and with the new ones, in order.
fn with(mut cases: OfCustomers, void: &BTreeSet<Text>, new: OfCustomers) -> OfCustomers {
    cases.retain(|(_, case)| !void.contains(&case.common.whole.conversation));
    cases.extend(new);
    cases.sort_by(by_conversation);
    cases
}

fn by_conversation(a: &(Text, CustomerCase), b: &(Text, CustomerCase)) -> std::cmp::Ordering {
    (&a.0, &a.1.common.whole.conversation).cmp(&(&b.0, &b.1.common.whole.conversation))
}

pub(crate) fn links_index() -> usize {
    FACTS.iter().position(|table| table.name == LINKS).unwrap_or(0)
}
