//! Cells: the unit in which the lake is rewritten.
//!
//! A cell is a set of timelines; it has one file per table, all of one name, so that a commit replaces it whole and no row is ever
//! deleted from within a file. Conversations lie in cells of neighbouring first days, so that late events to recent conversations
//! rewrite little; customers (with their orders and links) and agents lie in cells of a hash of their id. Facts that were made anew
//! of a cell whose events stayed have its name and, behind a dot, that of the change that made them. Which cell holds a
//! timeline is found by the bounds and Bloom filters of the cells' event files, so nothing else has to be kept in step.

mod alone;
mod find;
mod read;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use deskgauge_core::event::Event;
use deskgauge_core::facts::FACTS;
use deskgauge_core::fold::Key;

use crate::facts_schema::{EVENTS, TIMELINE};
use crate::lake::{DataFile, Lake, LakeError};

pub(crate) use alone::{Alone, merged_into, order_of};
pub use find::may_hold;
pub(crate) use find::{is_empty, may_reach, may_reach_above};
pub(crate) use read::{damaged, remedy};
pub(crate) use write::{CellWriter, EVENTS_INDEX, Unlisted, Written};

/// What kind of timelines a cell holds: the first letter of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Conversations, and surveys that belong to none.
    Conversations,
    /// Customers: orders, profiles, links between conversations.
    Customers,
    /// Agents: presence and roles.
    Agents,
}

impl Kind {
    /// The letter that names of such cells begin with.
    pub const fn letter(self) -> char {
        match self {
            Self::Conversations => 'c',
            Self::Customers => 'p',
            Self::Agents => 'a',
        }
    }

    /// Of a timeline.
    pub const fn of(key: &Key) -> Self {
        match key {
            Key::Conversation(_) | Key::Survey(_) => Self::Conversations,
            Key::Customer(_) | Key::Order(_) => Self::Customers,
            Key::Agent(_) => Self::Agents,
        }
    }
}

/// How large cells become. Larger ones make fewer files, smaller ones make a change rewrite less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellSizes {
    /// Events of a new cell of conversations at most, but for a timeline that is longer by itself.
    pub new_events: usize,
    /// A cell of conversations with fewer events takes new conversations in.
    pub small_events: u64,
    /// Events and conversations of a cell of customers, or events of a cell of agents, at most: a larger one splits.
    pub hashed_rows: usize,
}

impl Default for CellSizes {
    fn default() -> Self {
        Self { new_events: 64 * 1024, small_events: 4 * 1024, hashed_rows: 16 * 1024 }
    }
}

/// An event as it is stored: with the import that brought it.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The event.
    pub event: Event,
    /// The import that brought it first.
    pub import_id: i64,
}

/// A cell of a snapshot.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Its name, which is that of its files.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Its files by table.
    pub files: BTreeMap<String, DataFile>,
    /// Where it is one timeline in memory, that; it has no files then.
    pub(crate) alone: Option<Arc<Alone>>,
}

impl Cell {
    /// How many events it holds.
    pub fn events_count(&self) -> u64 {
        match &self.alone {
            Some(alone) => alone.events.len() as u64,
            None => self.files.get(EVENTS).map_or(0, |file| file.record_count),
        }
    }

    /// The ids of its files of facts, to replace those alone.
    pub(crate) fn fact_file_ids(&self) -> impl Iterator<Item = i64> + '_ {
        self.files.iter().filter(|(table, _)| *table != EVENTS).map(|(_, file)| file.id)
    }

    /// The ids of all its files, to replace it.
    pub fn file_ids(&self) -> impl Iterator<Item = i64> + '_ {
        self.files.values().map(|file| file.id)
    }
}

/// All cells of a snapshot, by name; with the statistics that finding needs, and no others.
///
/// # Errors
/// The lake's.
pub async fn cells(lake: &Lake, snapshot: i64) -> Result<BTreeMap<String, Cell>, LakeError> {
    let mut cells: BTreeMap<String, Cell> = BTreeMap::new();
    let tables: Vec<&str> = FACTS.iter().map(|table| table.name).chain([EVENTS]).collect();
    let mut files = lake.all_files(snapshot, &tables).await?;
    if let Some(events) = files.get_mut(EVENTS) {
        let finding = ["conversation", TIMELINE, "customer", "merged_into", "id", "revision", "order_id", "status"];
        let columns = lake.columns(EVENTS, snapshot).await?;
        let finding = columns.iter().filter(|column| finding.contains(&column.name.as_str())).map(|column| column.id).collect();
        lake.add_stats(snapshot, EVENTS, &finding, events).await?;
    }
    for (table, files) in files {
        for file in files {
            let name = file.path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
            let name = name.split('.').next().unwrap_or_default().to_owned();
            let kind = match name.chars().next() {
                Some('p') => Kind::Customers,
                Some('a') => Kind::Agents,
                _ => Kind::Conversations,
            };
            let cell = cells.entry(name.clone()).or_insert_with(|| Cell { name, kind, files: BTreeMap::new(), alone: None });
            cell.files.insert(table.clone(), file);
        }
    }
    Ok(cells)
}

/// The text of a timeline's key, as the column `timeline` holds it.
pub fn key_text(key: &Key) -> String {
    match key {
        Key::Conversation(id) => id.to_string(),
        Key::Customer(id) => format!("customer:{id}"),
        Key::Order(id) => format!("order:{id}"),
        Key::Agent(id) => format!("agent:{id}"),
        Key::Survey(id) => format!("survey:{id}"),
    }
}
