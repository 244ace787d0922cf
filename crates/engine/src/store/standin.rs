//! What stands in for stored timelines: those that got events which are not in the lake yet, folded as the next commit will fold them.
//!
//! It belongs to one snapshot and grows with what arrives. An arriving event costs the timelines that it touches and no others: they are
//! read once from the stored cells, kept, folded again each time, and their stored rows are passed over. The rules of what belongs
//! together are the planner's, for which each timeline is a cell of its own here; nothing in this module decides them again.

mod gathered;
mod index;
mod opened;
mod rows;
mod single;
mod unpacked;
mod wanted;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::RecordBatch;
use arrow::row::{RowConverter, SortField};
use deskgauge_core::event::{Event, Text};
use deskgauge_core::facts::{FACTS, Facts, ProblemFact};

pub(crate) use gathered::Gathered;
pub(crate) use single::{Base, Indexes};
pub(crate) use wanted::Wanted;

use gathered::cell_name;
use rows::{Realm, Rows, owned_by, tables};
use single::Place;

use crate::cells::{Alone, Cell, Kind, Stored, order_of};
use crate::facts_schema::{EVENTS, fact_schema};
use crate::files::{FileError, fact_batches};
use crate::source::{Chunk, Keys, Overlay, Standing};

/// Events that are planned at once: more are planned one lot after another, and each lot reads the files in which its timelines lie.
const AT_ONCE: usize = 100_000;

static NEXT: AtomicU64 = AtomicU64::new(1);

/// The table whose rows do not always tell whose they are.
const PROBLEMS: &str = "problems";

/// The timelines that stand in for stored ones.
pub(crate) struct Standin {
    /// What tells it from all others of the process.
    number: u64,
    base: Arc<Base>,
    /// By the name of the cell that each is.
    held: BTreeMap<String, Held>,
    /// By what conversations are found by: the names of cells.
    found_by: HashMap<Text, BTreeSet<String>>,
    /// By kind and the id of an event.
    versions: HashMap<(Kind, Text), BTreeSet<String>>,
    /// By an order.
    orders: HashMap<Text, BTreeSet<String>>,
    /// Stored timelines whose place is taken.
    taken: BTreeSet<Place>,
    /// Whose stored rows are passed over.
    hidden: BTreeMap<Realm, Arc<Keys>>,
    /// Stored cells some of whose rows are passed over.
    touched: BTreeSet<String>,
    /// What is left of stored files of problems from which some were taken, by the files' ids.
    problems: BTreeMap<i64, (Kind, Vec<RecordBatch>)>,
    rows: Rows,
    /// Events that are held.
    events: u64,
}

struct Held {
    cell: Cell,
    loose: Vec<ProblemFact>,
}

impl Standin {
    /// Nothing stands in for anything yet.
    pub(crate) fn new(base: Arc<Base>) -> Self {
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            base,
            held: BTreeMap::new(),
            found_by: HashMap::new(),
            versions: HashMap::new(),
            orders: HashMap::new(),
            taken: BTreeSet::new(),
            hidden: BTreeMap::new(),
            touched: BTreeSet::new(),
            problems: BTreeMap::new(),
            rows: Rows::default(),
            events: 0,
        }
    }

    /// Events that are held in memory.
    pub(crate) fn events(&self) -> u64 {
        self.events
    }

    /// Forgets the indexes of cells that its snapshot does not list.
    pub(crate) fn keep_indexes(&self) {
        self.base.keep_indexes();
    }

    /// Takes events in.
    ///
    /// # Errors
    /// Stored files that do not read; then it must not be used any more.
    pub(crate) fn absorb(&mut self, mut events: Vec<Stored>) -> Result<(), FileError> {
        while !events.is_empty() {
            let rest = events.split_off(events.len().min(AT_ONCE));
            self.absorb_some(std::mem::replace(&mut events, rest))?;
        }
        Ok(())
    }

    fn absorb_some(&mut self, mut events: Vec<Stored>) -> Result<(), FileError> {
        let base = self.base.clone();
        let mut wanted = Wanted::of(&events);
        let mut found = Found::default();
        loop {
            self.look_up(&mut wanted, &events, &mut found)?;
            match base.planner(&found.cells, &wanted).gather(events)? {
                Ok(gathered) => return self.take(*gathered, &found.cells, &found.places),
                Err(stopped) => {
                    wanted.add(stopped.missing);
                    events = stopped.arrivals;
                }
            }
        }
    }

    /// Finds the timelines that are wanted and those that belong to them, with what was found before.
    fn look_up(&self, wanted: &mut Wanted, arriving: &[Stored], found: &mut Found) -> Result<(), FileError> {
        let mut sought = Sought::default();
        let of_kind = |kind: Kind| -> Vec<&Event> {
            let own = |event: &Event| Kind::of(&deskgauge_core::fold::timelines::own_key(event));
            arriving.iter().map(|stored| &stored.event).filter(|event| own(event) == kind).collect()
        };
        let conversations = of_kind(Kind::Conversations);
        for text in &wanted.timelines {
            sought.held.extend(self.found_by.get(text.as_str()).into_iter().flatten().cloned());
        }
        self.base.conversations(&wanted.timelines, &mut sought.places)?;
        self.with_versions(Kind::Conversations, &conversations, &mut sought)?;
        let of_theirs = |held: &&Held| {
            let alone = held.cell.alone.iter().flat_map(|alone| &alone.events);
            alone.filter_map(|stored| stored.event.customer.as_ref()).any(|customer| wanted.surveyed.contains(customer))
        };
        if !wanted.surveyed.is_empty() {
            let surveys = self.held.range("c-survey:".to_owned().."c-survey;".to_owned());
            sought.held.extend(surveys.filter(|(_, held)| of_theirs(held)).map(|(name, _)| name.clone()));
            self.base.surveys(&wanted.surveyed, &mut sought.places)?;
        }
        self.bring(&mut sought, found)?;
        for stored in found.cells.values().filter_map(|cell| cell.alone.as_ref()).flat_map(|alone| &alone.events) {
            wanted.name_customers(&stored.event);
        }
        // An order's changes lie with whoever placed it, and a correction of either may move them.
        let customers = of_kind(Kind::Customers);
        self.with_versions(Kind::Customers, &customers, &mut sought)?;
        let mut orders: BTreeSet<String> = customers.iter().filter_map(|event| order_of(event)).map(str::to_owned).collect();
        let ids: BTreeSet<(&Text, &Text)> = customers.iter().map(|event| (&event.source, &event.id)).collect();
        let mut looked_up = BTreeSet::new();
        loop {
            let new: BTreeSet<Text> = wanted.customers.difference(&looked_up).cloned().collect();
            for id in &new {
                let name = cell_name(Kind::Customers, id);
                sought.held.extend(self.held.contains_key(&name).then_some(name));
            }
            self.base.hashed(Kind::Customers, &new, &mut sought.places)?;
            looked_up.extend(new);
            for order in &orders {
                sought.held.extend(self.orders.get(order.as_str()).into_iter().flatten().cloned());
            }
            self.base.orders(&orders, &mut sought.places)?;
            let before = (found.cells.len(), orders.len());
            self.bring(&mut sought, found)?;
            let read = found.cells.values().filter(|cell| cell.kind == Kind::Customers).filter_map(|cell| cell.alone.as_ref());
            for event in read.flat_map(|alone| &alone.events).map(|stored| &stored.event) {
                if ids.contains(&(&event.source, &event.id)) {
                    orders.extend(order_of(event).map(str::to_owned));
                }
            }
            if before == (found.cells.len(), orders.len()) {
                break;
            }
        }
        for id in &wanted.agents {
            let name = cell_name(Kind::Agents, id);
            sought.held.extend(self.held.contains_key(&name).then_some(name));
        }
        self.base.hashed(Kind::Agents, &wanted.agents, &mut sought.places)?;
        self.with_versions(Kind::Agents, &of_kind(Kind::Agents), &mut sought)?;
        self.bring(&mut sought, found)
    }

    fn with_versions(&self, kind: Kind, arriving: &[&Event], sought: &mut Sought) -> Result<(), FileError> {
        for event in arriving {
            sought.held.extend(self.versions.get(&(kind, event.id.clone())).into_iter().flatten().cloned());
        }
        if arriving.is_empty() { Ok(()) } else { self.base.versions(kind, arriving, &mut sought.places) }
    }

    /// Brings what is sought and was not brought yet.
    fn bring(&self, sought: &mut Sought, found: &mut Found) -> Result<(), FileError> {
        for name in std::mem::take(&mut sought.held) {
            if let Some(held) = self.held.get(&name) {
                found.cells.insert(name, held.cell.clone());
            }
        }
        let places = std::mem::take(&mut sought.places);
        let new = places.into_iter().filter(|place| !self.taken.contains(place) && !found.brought.contains(place)).collect();
        for (name, (place, alone)) in self.base.read(&new)? {
            let cell = cell(&name, self.base.cells[&place.0].kind, alone);
            found.places.insert(name.clone(), place);
            found.cells.insert(name, cell);
        }
        found.brought.extend(new);
        Ok(())
    }

    /// Takes over what a plan has made.
    fn take(
        &mut self,
        gathered: Gathered,
        cells: &BTreeMap<String, Cell>,
        places: &BTreeMap<String, Place>,
    ) -> Result<(), FileError> {
        let Gathered { replaced, alone, void, events, facts, mut loose } = gathered;
        let mut gone: BTreeSet<(Realm, Text)> = void.iter().map(|id| (Realm::Conversations, Text::from(id.as_str()))).collect();
        for name in &replaced {
            let Some(cell) = cells.get(name) else { continue };
            let Some(before) = &cell.alone else { continue };
            gone.extend(owners(cell.kind, before));
            match places.get(name) {
                Some(place) => self.hide(cell.kind, before, place)?,
                None => self.release(name, cell.kind, before),
            }
        }
        self.rows.kill(&gone);
        for (realm, id) in &gone {
            Arc::make_mut(self.hidden.entry(*realm).or_default()).add(id);
        }
        let mut batches = BTreeMap::new();
        for (index, table) in FACTS.iter().enumerate() {
            if let Some(batch) = fact_batches(&facts, index, self.base.own())?.pop() {
                batches.insert(table.name, batch);
            }
        }
        let events = events.finish();
        if let Some(first) = events.first() {
            batches.insert(EVENTS, arrow::compute::concat_batches(&first.schema(), &events)?);
        }
        self.rows.add(batches)?;
        for (name, alone) in alone {
            let problems = loose.remove(&name).unwrap_or_default();
            self.hold(name, alone, problems);
        }
        Ok(())
    }

    /// A stored timeline's place is taken.
    fn hide(&mut self, kind: Kind, before: &Alone, place: &Place) -> Result<(), FileError> {
        let base = self.base.clone();
        let stored = &base.cells[&place.0];
        self.touched.insert(place.0.clone());
        self.taken.insert(place.clone());
        let void = gathered::problems(kind, &before.events, &base.rules);
        let Some(file) = stored.files.get(PROBLEMS).filter(|_| !void.is_empty()) else { return Ok(()) };
        let (index, schema) = problems_table(&base);
        let left = match self.problems.remove(&file.id) {
            Some((_, left)) => left,
            None => stored.rows(base.lake.folder(), PROBLEMS, &schema)?,
        };
        let void = fact_batches(&Facts { problems: void, ..Facts::default() }, index, base.own())?;
        self.problems.insert(file.id, (kind, without(left, &void)?));
        Ok(())
    }

    /// A timeline in memory gives its place up.
    fn release(&mut self, name: &str, kind: Kind, before: &Alone) {
        self.held.remove(name);
        self.events -= before.events.len() as u64;
        if kind == Kind::Conversations {
            before.found_by().into_iter().for_each(|text| forget(&mut self.found_by, text, name));
        }
        for stored in &before.events {
            forget(&mut self.versions, (kind, stored.event.id.clone()), name);
            if let Some(order) = order_of(&stored.event) {
                forget(&mut self.orders, Text::from(order), name);
            }
        }
    }

    /// A timeline takes a place in memory.
    fn hold(&mut self, name: String, alone: Alone, loose: Vec<ProblemFact>) {
        let kind = kind_of(&name);
        self.events += alone.events.len() as u64;
        for text in alone.found_by().into_iter().filter(|_| kind == Kind::Conversations) {
            self.found_by.entry(text).or_default().insert(name.clone());
        }
        for stored in &alone.events {
            self.versions.entry((kind, stored.event.id.clone())).or_default().insert(name.clone());
            if let Some(order) = order_of(&stored.event) {
                self.orders.entry(Text::from(order)).or_default().insert(name.clone());
            }
        }
        let cell = cell(&name, kind, alone);
        self.held.insert(name, Held { cell, loose });
    }

    /// What questions are to read beside the stored files.
    ///
    /// # Errors
    /// Only if the lists of columns contradict each other.
    pub(crate) fn overlay(&self) -> Result<Overlay, FileError> {
        let mut overlay = Overlay::default();
        for table in tables() {
            let (realm, column) = owned_by(table);
            let hidden = self.hidden.get(&realm).cloned().unwrap_or_default();
            // Problems of customers and agents may name a conversation without being its own.
            let told = |cell: &&Cell| table != PROBLEMS || cell.kind == Kind::Conversations;
            let touched = self.touched.iter().map(|cell| &self.base.cells[cell]).filter(told);
            let touched = touched.filter_map(|cell| cell.files.get(table)).map(|file| file.id);
            let mut standing = Standing {
                number: self.number,
                chunks: self.rows.of(table),
                touched: touched.collect(),
                without: BTreeSet::new(),
                hidden,
                column,
            };
            if table == PROBLEMS {
                self.loose_problems(&mut standing)?;
            }
            if !standing.chunks.is_empty() || !standing.touched.is_empty() || !standing.without.is_empty() {
                overlay.tables.insert(table, standing);
            }
        }
        Ok(overlay)
    }

    /// Problems that do not tell whose they are: those in memory, and what is left of the stored ones.
    fn loose_problems(&self, standing: &mut Standing) -> Result<(), FileError> {
        let loose: Vec<ProblemFact> = self.held.values().flat_map(|held| &held.loose).cloned().collect();
        let (index, _) = problems_table(&self.base);
        let batches = fact_batches(&Facts { problems: loose, ..Facts::default() }, index, self.base.own())?;
        standing.chunks.extend(batches.into_iter().map(Chunk::plain));
        for (file, (kind, batches)) in &self.problems {
            standing.touched.remove(file);
            standing.without.insert(*file);
            for batch in batches {
                let left = match kind {
                    Kind::Conversations => standing.hidden.filter(batch, standing.column)?,
                    Kind::Customers | Kind::Agents => batch.clone(),
                };
                standing.chunks.push(Chunk::plain(left));
            }
        }
        Ok(())
    }
}

/// What is sought: in memory by name, in stored cells by place.
#[derive(Default)]
struct Sought {
    held: BTreeSet<String>,
    places: BTreeSet<Place>,
}

/// What was found.
#[derive(Default)]
struct Found {
    cells: BTreeMap<String, Cell>,
    /// Where those lie that are stored ones.
    places: BTreeMap<String, Place>,
    brought: BTreeSet<Place>,
}

fn cell(name: &str, kind: Kind, alone: Alone) -> Cell {
    Cell { name: name.to_owned(), kind, files: BTreeMap::new(), alone: Some(Arc::new(alone)) }
}

fn kind_of(name: &str) -> Kind {
    match name.chars().next() {
        Some('p') => Kind::Customers,
        Some('a') => Kind::Agents,
        _ => Kind::Conversations,
    }
}

/// Whose rows are void when a timeline is folded again, beside those of its conversations.
fn owners(kind: Kind, before: &Alone) -> BTreeSet<(Realm, Text)> {
    let mut owners: BTreeSet<_> = before.timelines.iter().map(|text| (Realm::Timelines, Text::from(text.as_str()))).collect();
    for text in &before.timelines {
        match kind {
            Kind::Conversations => {}
            Kind::Customers => owners.extend(text.strip_prefix("customer:").map(|id| (Realm::Customers, Text::from(id)))),
            Kind::Agents => owners.extend(text.strip_prefix("agent:").map(|id| (Realm::Agents, Text::from(id)))),
        }
    }
    owners.extend(before.cases.iter().map(|(customer, _)| (Realm::Customers, customer.clone())));
    owners
}

fn forget<K: std::hash::Hash + Eq>(by: &mut HashMap<K, BTreeSet<String>>, key: K, name: &str) {
    if let std::collections::hash_map::Entry::Occupied(mut names) = by.entry(key) {
        names.get_mut().remove(name);
        if names.get().is_empty() {
            names.remove();
        }
    }
}

fn problems_table(base: &Base) -> (usize, arrow::datatypes::SchemaRef) {
    let index = FACTS.iter().position(|table| table.name == PROBLEMS).expect("there is a table of problems");
    (index, fact_schema(&FACTS[index], base.own()))
}

/// Rows without those others, each taken once.
fn without(rows: Vec<RecordBatch>, others: &[RecordBatch]) -> Result<Vec<RecordBatch>, FileError> {
    let Some(schema) = rows.first().map(RecordBatch::schema) else { return Ok(rows) };
    let fields = schema.fields().iter().map(|field| SortField::new(field.data_type().clone())).collect();
    let converter = RowConverter::new(fields)?;
    let mut gone: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for batch in others {
        for row in &converter.convert_columns(batch.columns())? {
            *gone.entry(row.as_ref().to_vec()).or_default() += 1;
        }
    }
    let mut left = Vec::with_capacity(rows.len());
    for batch in rows {
        let mut kept = Vec::with_capacity(batch.num_rows());
        for row in &converter.convert_columns(batch.columns())? {
            let times = gone.get_mut(row.as_ref()).filter(|times| **times > 0);
            kept.push(times.is_none());
            if let Some(times) = times {
                *times -= 1;
            }
        }
        left.push(arrow::compute::filter_record_batch(&batch, &arrow::array::BooleanArray::from(kept))?);
    }
    Ok(left)
}
