//! The stored timelines that a stand-in takes the place of: those of one snapshot, found and read one by one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::SchemaRef;
use deskgauge_core::event::{Event, Text};
use deskgauge_core::facts::FACTS;
use deskgauge_core::fold::Key;
use deskgauge_core::fold::timelines::own_key;
use deskgauge_core::rules::Rules;

use super::gathered::cell_name;
use super::index::{Index, by_id, by_order};
use crate::cells::{Alone, Cell, CellSizes, Kind, may_hold, may_reach, may_reach_above};
use crate::facts_schema::{EVENTS, LINKS, OwnField, TIMELINE, fact_schema, own_fields};
use crate::files::FileError;
use crate::lake::{Column, Lake};
use crate::store::extent::Extent;
use crate::store::hashed::{Prefix, holding};
use crate::store::plan::Planner;
use crate::store::standin::Wanted;
use crate::threads::each;

/// Every timeline is a cell, none is joined and none is split.
const SINGLE: CellSizes = CellSizes { new_events: usize::MAX, small_events: 0, hashed_rows: usize::MAX };

/// Files that are unpacked at once, at most: six take some 40 ms.
const UNPACKED_AT_ONCE: usize = 6;

/// The indexes of stored cells, by what tells the cells. Files never change, so they serve every snapshot that lists them.
#[derive(Debug, Default)]
pub(crate) struct Indexes(Mutex<HashMap<i64, Arc<Index>>>);

/// The cells of a snapshot.
pub(crate) struct Base {
    pub(crate) lake: Lake,
    pub(crate) rules: Arc<Rules>,
    pub(crate) columns: BTreeMap<String, Vec<Column>>,
    pub(crate) cells: BTreeMap<String, Cell>,
    own: Vec<OwnField>,
    links: SchemaRef,
    hashed: BTreeMap<Kind, BTreeMap<Prefix, String>>,
    indexes: Arc<Indexes>,
    extent: Extent,
}

/// A stored timeline: the name of its cell, and its number there.
pub(super) type Place = (String, u32);

impl Base {
    /// Of a snapshot's cells. Indexes of cells that it does not list are forgotten.
    pub(crate) fn new(
        lake: Lake,
        rules: Arc<Rules>,
        columns: BTreeMap<String, Vec<Column>>,
        cells: BTreeMap<String, Cell>,
        indexes: Arc<Indexes>,
    ) -> Self {
        let own = own_fields(&rules);
        let table = FACTS.iter().find(|table| table.name == LINKS).expect("there is a table of a customer's conversations");
        let links = fact_schema(table, &own);
        let mut hashed: BTreeMap<Kind, BTreeMap<Prefix, String>> = BTreeMap::new();
        for cell in cells.values().filter(|cell| cell.kind != Kind::Conversations) {
            if let Some(prefix) = Prefix::of(cell) {
                hashed.entry(cell.kind).or_default().insert(prefix, cell.name.clone());
            }
        }
        Self { lake, rules, columns, cells, own, links, hashed, indexes, extent: Extent::default() }
    }

    /// Forgets the indexes of cells that are listed no more.
    pub(crate) fn keep_indexes(&self) {
        let listed: HashSet<i64> = self.cells.values().map(index_key).collect();
        self.indexes.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|key, _| listed.contains(key));
    }

    /// The workspace's own fields.
    pub(crate) fn own(&self) -> &[OwnField] {
        &self.own
    }

    /// Plans on single timelines.
    pub(super) fn planner<'p>(&'p self, cells: &'p BTreeMap<String, Cell>, looked_up: &'p Wanted) -> Planner<'p> {
        Planner {
            lake: &self.lake,
            rules: &self.rules,
            own: &self.own,
            columns: &self.columns,
            cells,
            unique: String::new(),
            limit_events: u64::MAX,
            sizes: SINGLE,
            extent: &self.extent,
            looked_up: Some(looked_up),
        }
    }

    /// Where conversations and surveys lie, and those that are merged into them.
    pub(super) fn conversations(&self, wanted: &BTreeSet<String>, found: &mut BTreeSet<Place>) -> Result<(), FileError> {
        if wanted.is_empty() {
            return Ok(());
        }
        let hashes: Vec<u64> = wanted.iter().map(|text| by_id(text)).collect();
        let columns = ["conversation", TIMELINE, "merged_into"].map(|name| (name, self.event_column(name)));
        self.look(Kind::Conversations, &|cell| may_hold(self.lake.folder(), cell, &columns, wanted), &hashes, found)
    }

    /// Where customers, unplaced orders or agents lie.
    pub(super) fn hashed(&self, kind: Kind, wanted: &BTreeSet<Text>, found: &mut BTreeSet<Place>) -> Result<(), FileError> {
        let Some(cells) = self.hashed.get(&kind) else { return Ok(()) };
        let mut by_cell: BTreeMap<&String, Vec<u64>> = BTreeMap::new();
        for id in wanted {
            if let Some((_, cell)) = holding(cells, id) {
                by_cell.entry(cell).or_default().push(by_id(id));
            }
        }
        let by_cell: Vec<_> = by_cell.into_iter().collect();
        for (index, (name, hashes)) in
            each(by_cell.len(), |cell| self.index(&self.cells[by_cell[cell].0])).into_iter().zip(&by_cell)
        {
            let index = index?;
            found.extend(hashes.iter().flat_map(|hash| index.found(*hash)).map(|timeline| ((*name).clone(), timeline)));
        }
        Ok(())
    }

    /// Where the customers lie who have something to do with these orders.
    pub(super) fn orders(&self, wanted: &BTreeSet<String>, found: &mut BTreeSet<Place>) -> Result<(), FileError> {
        if wanted.is_empty() {
            return Ok(());
        }
        let hashes: Vec<u64> = wanted.iter().map(|order| by_order(order)).collect();
        let column = [("order_id", self.event_column("order_id"))];
        self.look(Kind::Customers, &|cell| may_hold(self.lake.folder(), cell, &column, wanted), &hashes, found)
    }

    /// Where other versions of arriving events lie that may have to do with them: any of a correction, corrections of the others.
    pub(super) fn versions(&self, kind: Kind, arriving: &[&Event], found: &mut BTreeSet<Place>) -> Result<(), FileError> {
        let ids = |all: bool| -> BTreeSet<String> {
            let some = arriving.iter().filter(|event| all || event.revision > 0);
            some.map(|event| event.id.to_string()).collect()
        };
        let (corrections, all) = (ids(false), ids(true));
        let revision = self.event_column("revision");
        let column = [("id", self.event_column("id"))];
        for cell in self.cells.values().filter(|cell| cell.kind == kind) {
            if may_reach_above(cell, revision, 0) {
                let index = self.index(cell)?;
                let timelines = all.iter().flat_map(|id| index.corrected(id));
                found.extend(timelines.map(|timeline| (cell.name.clone(), timeline)));
            }
            if !corrections.is_empty() && may_hold(self.lake.folder(), cell, &column, &corrections)? {
                let ids = cell.ids(self.lake.folder())?;
                let rows = (0..).zip(&ids).filter(|(_, (_, id))| corrections.contains(&**id)).map(|(row, _)| row);
                let timelines = self.index(cell)?.of_rows(rows);
                found.extend(timelines.into_iter().map(|timeline| (cell.name.clone(), timeline)));
            }
        }
        Ok(())
    }

    /// Where surveys outside conversations lie that these customers answered.
    pub(super) fn surveys(&self, customers: &BTreeSet<Text>, found: &mut BTreeSet<Place>) -> Result<(), FileError> {
        let names: BTreeSet<String> = customers.iter().map(ToString::to_string).collect();
        let (timeline, columns) = (self.event_column(TIMELINE), [("customer", self.event_column("customer"))]);
        for cell in self.cells.values().filter(|cell| cell.kind == Kind::Conversations) {
            if names.is_empty() || !may_reach(cell, timeline, "survey:", "survey;") {
                continue;
            }
            if !may_hold(self.lake.folder(), cell, &columns, &names)? {
                continue;
            }
            let events = cell.events(self.lake.folder())?;
            let of_theirs = |event: &Event| {
                matches!(own_key(event), Key::Survey(_))
                    && event.customer.as_ref().is_some_and(|customer| customers.contains(customer))
            };
            let rows = (0..).zip(&events).filter(|(_, stored)| of_theirs(&stored.event)).map(|(row, _)| row);
            let timelines = self.index(cell)?.of_rows(rows);
            found.extend(timelines.into_iter().map(|timeline| (cell.name.clone(), timeline)));
        }
        Ok(())
    }

    /// Stored timelines as cells of their own, by the names of those.
    pub(super) fn read(&self, places: &BTreeSet<Place>) -> Result<BTreeMap<String, (Place, Alone)>, FileError> {
        let mut by_cell: BTreeMap<&String, BTreeSet<u32>> = BTreeMap::new();
        for (cell, timeline) in places {
            by_cell.entry(cell).or_default().insert(*timeline);
        }
        let by_cell: Vec<_> = by_cell.into_iter().collect();
        let turns = AtomicUsize::new(0);
        let read = each(by_cell.len(), |cell| {
            let (name, timelines) = &by_cell[cell];
            let index = self.index(&self.cells[*name])?;
            // Somebody waits for this, so that not all that are due are unpacked at once.
            for file in index.files().filter(|file| file.is_busy()) {
                if turns.fetch_add(1, Ordering::Relaxed) < UNPACKED_AT_ONCE {
                    file.unpack();
                }
            }
            index.read(timelines, &self.links, &self.own)
        });
        let mut found = BTreeMap::new();
        for ((cell, _), read) in by_cell.iter().zip(read) {
            for (timeline, mut alone) in read? {
                alone.from = Some((*cell).clone());
                let name = self.name(self.cells[*cell].kind, &alone);
                found.insert(name, (((*cell).clone(), timeline), alone));
            }
        }
        Ok(found)
    }

    /// The name of the cell that a stored timeline is by itself.
    fn name(&self, kind: Kind, alone: &Alone) -> String {
        let timeline = alone.timelines.first().map_or("", String::as_str);
        match kind {
            Kind::Conversations => cell_name(kind, timeline),
            Kind::Agents => cell_name(kind, timeline.strip_prefix("agent:").unwrap_or(timeline)),
            Kind::Customers => match alone.cases.first() {
                Some((customer, _)) => cell_name(kind, customer),
                None => cell_name(kind, timeline.strip_prefix("customer:").unwrap_or(timeline)),
            },
        }
    }

    /// Timelines of a kind that are found by hashes. Cells that have no index yet get one where they may hold what is sought.
    fn look(
        &self,
        kind: Kind,
        may: &(dyn Fn(&Cell) -> Result<bool, FileError> + Sync),
        hashes: &[u64],
        found: &mut BTreeSet<Place>,
    ) -> Result<(), FileError> {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        {
            let indexes = self.indexes.0.lock().unwrap_or_else(PoisonError::into_inner);
            for cell in self.cells.values().filter(|cell| cell.kind == kind) {
                match indexes.get(&index_key(cell)) {
                    Some(index) => known.push((cell, index.clone())),
                    None => unknown.push(cell),
                }
            }
        }
        let indexed = each(unknown.len(), |cell| -> Result<Option<Arc<Index>>, FileError> {
            if may(unknown[cell])? { self.index(unknown[cell]).map(Some) } else { Ok(None) }
        });
        for (cell, index) in unknown.into_iter().zip(indexed) {
            known.extend(index?.map(|index| (cell, index)));
        }
        for (cell, index) in known {
            found.extend(hashes.iter().flat_map(|hash| index.found(*hash)).map(|timeline| (cell.name.clone(), timeline)));
        }
        Ok(())
    }

    fn known(&self, cell: &Cell) -> Option<Arc<Index>> {
        self.indexes.0.lock().unwrap_or_else(PoisonError::into_inner).get(&index_key(cell)).cloned()
    }

    fn index(&self, cell: &Cell) -> Result<Arc<Index>, FileError> {
        if let Some(known) = self.known(cell) {
            return Ok(known);
        }
        let index = Arc::new(Index::of(self.lake.folder(), cell)?);
        self.indexes.0.lock().unwrap_or_else(PoisonError::into_inner).insert(index_key(cell), index.clone());
        Ok(index)
    }

    fn event_column(&self, name: &str) -> i64 {
        let columns = self.columns.get(EVENTS);
        columns.and_then(|columns| columns.iter().find(|column| column.name == name)).map_or(-1, |column| column.id)
    }
}

/// What tells a cell from all others, those of the same name included that came before it: its youngest file.
fn index_key(cell: &Cell) -> i64 {
    cell.file_ids().max().unwrap_or(-1)
}
