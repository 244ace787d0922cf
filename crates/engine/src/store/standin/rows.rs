//! Rows in memory that come and go with their timelines.
//!
//! Each change brings a lot of rows. A timeline that is folded again leaves its rows of before in their lots, dead: a question passes
//! over them, and when several lots of about one size meet they become one without the dead. So what a change costs depends on its own size.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch};
use arrow::error::ArrowError;
use deskgauge_core::event::Text;
use deskgauge_core::facts::FACTS;
use deskgauge_core::fold::LINKED;

use crate::facts_schema::{EVENTS, TIMELINE};
use crate::source::Chunk;

/// What rows are owned by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Realm {
    Conversations,
    Customers,
    Agents,
    /// Of events: their timelines.
    Timelines,
}

/// By what the rows of a table are owned, and the column that says by which.
pub(crate) fn owned_by(table: &str) -> (Realm, &'static str) {
    match table {
        EVENTS => (Realm::Timelines, TIMELINE),
        "agent_states" => (Realm::Agents, "agent"),
        table if LINKED.contains(&table) => (Realm::Customers, "customer"),
        _ => (Realm::Conversations, "conversation"),
    }
}

/// All tables.
pub(crate) fn tables() -> impl Iterator<Item = &'static str> {
    FACTS.iter().map(|table| table.name).chain([EVENTS])
}

type Owner = (Realm, Text);

/// Lots that become one at a time.
const AT_ONCE: usize = 4;

/// Rows of a lot that stays as it is: to move more at once would let a question wait.
const LARGE: usize = 16 * 1024;

/// All rows.
#[derive(Debug, Default)]
pub(super) struct Rows {
    lots: Vec<Lot>,
}

#[derive(Debug, Default)]
struct Lot {
    numbers: HashMap<Owner, u32>,
    owners: Vec<Owner>,
    dead: Arc<Vec<bool>>,
    /// How many owners are dead.
    gone: usize,
    tables: BTreeMap<&'static str, OfTable>,
    size: usize,
}

/// A lot's rows of a table, and the number of each one's owner.
#[derive(Debug)]
struct OfTable {
    /// What tells it from all others of the process.
    number: u64,
    batch: RecordBatch,
    owners: Arc<Vec<u32>>,
}

impl OfTable {
    fn new(batch: RecordBatch, owners: Vec<u32>) -> Self {
        Self { number: NEXT.fetch_add(1, Ordering::Relaxed), batch, owners: Arc::new(owners) }
    }
}

static NEXT: AtomicU64 = AtomicU64::new(0);

impl Rows {
    /// The rows of some owners are dead.
    pub(super) fn kill(&mut self, owners: &BTreeSet<Owner>) {
        for lot in &mut self.lots {
            let dead: Vec<u32> = owners.iter().filter_map(|owner| lot.numbers.get(owner)).copied().collect();
            if !dead.is_empty() {
                let flags = Arc::make_mut(&mut lot.dead);
                for number in dead {
                    lot.gone += usize::from(!std::mem::replace(&mut flags[number as usize], true));
                }
            }
        }
    }

    /// Adds rows, by table.
    ///
    /// # Errors
    /// Only if batches of one table do not fit each other.
    pub(super) fn add(&mut self, batches: BTreeMap<&'static str, RecordBatch>) -> Result<(), ArrowError> {
        let mut lot = Lot::default();
        for (table, batch) in batches {
            let (realm, column) = owned_by(table);
            let column = batch.column_by_name(column).map(|column| column.as_string::<i32>());
            let mut owner = |row: usize| {
                let name = column.filter(|column| column.is_valid(row)).map_or("", |column| column.value(row));
                lot.number((realm, Text::from(name)))
            };
            let owners: Vec<u32> = (0..batch.num_rows()).map(&mut owner).collect();
            lot.size += batch.num_rows();
            lot.tables.insert(table, OfTable::new(batch, owners));
        }
        if lot.size == 0 {
            return Ok(());
        }
        lot.alive();
        // Large lots are joined with no others, so that they lose their dead by themselves.
        for place in (0..self.lots.len()).rev().filter(|place| self.lots[*place].is_mostly_dead()).collect::<Vec<_>>() {
            let living = Lot::joined(std::slice::from_ref(&self.lots[place]))?;
            if living.size > 0 {
                self.lots[place] = living;
            } else {
                self.lots.remove(place);
            }
        }
        self.lots.push(lot);
        while let Some(first) = self.of_one_size() {
            let lot = Lot::joined(&self.lots.split_off(first))?;
            if lot.size > 0 {
                self.lots.push(lot);
            }
        }
        Ok(())
    }

    /// From which lot on there are enough of about one size, or smaller, to become one: so a row is moved once for each quadrupling.
    fn of_one_size(&self) -> Option<usize> {
        let size = |lot: &Lot| if lot.size >= LARGE { u32::MAX } else { lot.size.max(1).ilog(AT_ONCE) };
        let last = Some(size(self.lots.last()?)).filter(|size| *size < u32::MAX)?;
        let first = self.lots.iter().rposition(|lot| size(lot) > last).map_or(0, |larger| larger + 1);
        (self.lots.len() - first >= AT_ONCE).then_some(first)
    }

    /// The rows of a table, dead ones with those that live.
    pub(super) fn of(&self, table: &str) -> Vec<Chunk> {
        let lots = self.lots.iter().filter_map(|lot| lot.tables.get(table).map(|own| (lot, own)));
        // A lot that is not large is soon part of another one.
        let number = |lot: &Lot, own: &OfTable| (lot.size >= LARGE).then_some(own.number);
        let chunk = |(lot, own): (&Lot, &OfTable)| {
            Chunk::owned(number(lot, own), own.batch.clone(), own.owners.clone(), lot.dead.clone())
        };
        lots.map(chunk).collect()
    }
}

impl Lot {
    fn number(&mut self, owner: Owner) -> u32 {
        let next = u32::try_from(self.owners.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(owner.clone()).or_insert(next);
        if number == next {
            self.owners.push(owner);
        }
        number
    }

    /// Whether most of its owners are dead.
    fn is_mostly_dead(&self) -> bool {
        2 * self.gone > self.owners.len()
    }

    fn alive(&mut self) {
        self.dead = Arc::new(vec![false; self.owners.len()]);
    }

    /// The rows of lots that live.
    fn joined(lots: &[Self]) -> Result<Self, ArrowError> {
        let mut lot = Self::default();
        let mut renumbered: Vec<Vec<Option<u32>>> = lots.iter().map(|from| vec![None; from.owners.len()]).collect();
        for table in tables() {
            let mut batches = Vec::new();
            let mut owners = Vec::new();
            for (from, renumbered) in lots.iter().zip(&mut renumbered) {
                let Some(OfTable { batch, owners: own, .. }) = from.tables.get(table) else { continue };
                let kept: Vec<bool> = own.iter().map(|number| !from.dead[*number as usize]).collect();
                let living = own.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(number, _)| *number as usize);
                owners.extend(
                    living.map(|number| *renumbered[number].get_or_insert_with(|| lot.number(from.owners[number].clone()))),
                );
                batches.push(if kept.contains(&false) {
                    filter_record_batch(batch, &BooleanArray::from(kept))?
                } else {
                    batch.clone()
                });
            }
            let Some(first) = batches.first() else { continue };
            let batch = concat_batches(&first.schema(), &batches)?;
            if batch.num_rows() > 0 {
                lot.size += batch.num_rows();
                lot.tables.insert(table, OfTable::new(batch, owners));
            }
        }
        lot.alive();
        Ok(lot)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::StringArray;
    use arrow::datatypes::{DataType, Field, Schema};

    use super::*;

    fn batch(agents: &[&str]) -> BTreeMap<&'static str, RecordBatch> {
        let schema = Arc::new(Schema::new(vec![Field::new("agent", DataType::Utf8, true)]));
        let column = Arc::new(StringArray::from(agents.to_vec()));
        BTreeMap::from([("agent_states", RecordBatch::try_new(schema, vec![column]).expect("a batch"))])
    }

    fn living(rows: &Rows) -> Vec<String> {
        let mut found = Vec::new();
        for chunk in rows.of("agent_states") {
            let batch = chunk.project(&[0], &chunk.schema()).expect("rows");
            found.extend(batch.column(0).as_string::<i32>().iter().flatten().map(str::to_owned));
        }
        found.sort();
        found
    }

    #[test]
    fn rows_die_with_their_owner_and_lots_stay_few() {
        let mut rows = Rows::default();
        for round in 0..64 {
            let owner = format!("agent {}", round % 8);
            rows.kill(&BTreeSet::from([(Realm::Agents, Text::from(owner.as_str()))]));
            rows.add(batch(&[&owner])).expect("rows");
        }
        let held: usize = rows.lots.iter().map(|lot| lot.size).sum();
        assert!(held <= 16, "{held} rows for 8 that live");
        assert_eq!(living(&rows), (0..8).map(|agent| format!("agent {agent}")).collect::<Vec<_>>());
        assert!(rows.lots.len() < 8, "{} lots", rows.lots.len());
        rows.kill(&BTreeSet::from([(Realm::Agents, Text::from("agent 3")), (Realm::Customers, Text::from("agent 4"))]));
        assert_eq!(living(&rows).len(), 7);
    }

    #[test]
    fn a_large_lot_whose_owners_are_dead_is_let_go() {
        let mut rows = Rows::default();
        for _ in 0..8 {
            rows.kill(&BTreeSet::from([(Realm::Agents, Text::from("agent"))]));
            rows.add(batch(&["agent"; LARGE])).expect("rows");
        }
        assert_eq!(rows.lots.iter().map(|lot| lot.size).collect::<Vec<_>>(), [LARGE]);
    }
}
