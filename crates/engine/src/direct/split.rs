//! Events spread over parts by their conversation: each is made of its row once, while the columns of its batch are in the cache, and moved
//! once. Within a run they lie by the hash of their conversation, so that a part is gone through from beginning to end.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};

use arrow::record_batch::RecordBatch;
use deskgauge_core::event::fields::FieldId;
use deskgauge_core::event::record::Defaults;
use deskgauge_core::event::{Body, Event, Status};
use deskgauge_core::fold::timelines::lies_with_conversation;
use xxhash_rust::xxh3::xxh3_64;

use super::DirectError;
use crate::files::EventColumns;

const CONVERSATION: FieldId = FieldId::of("conversation");
const TYPE: FieldId = FieldId::of("type");
const ID: FieldId = FieldId::of("id");
const REVISION: FieldId = FieldId::of("revision");

/// A part's events: runs, each in the order of the hashes of their conversations, which stand beside them.
pub(super) type Runs = Vec<Vec<(u64, Event)>>;

/// Events that lie in no conversation's timeline, and what ties conversations together.
#[derive(Debug, Default)]
pub(super) struct Lone {
    others: Vec<Event>,
    merges: Vec<Event>,
    corrected: HashSet<u64>,
    newest: Option<i64>,
}

impl Lone {
    /// Keeps an event that merges conversations.
    fn note(&mut self, event: &Event) {
        if matches!(&event.body, Body::Status(change) if change.status == Status::Merged && change.into.is_some()) {
            self.merges.push(event.clone());
        }
    }
}

/// Events, spread.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) parts: Vec<Mutex<Runs>>,
    /// Events outside conversations.
    pub(super) others: Vec<Event>,
    /// Events that merge conversations.
    pub(super) merges: Vec<Event>,
    /// Digests of the ids of events of which there is a correction: it may have moved them.
    pub(super) corrected: HashSet<u64>,
    /// The latest instant, in milliseconds.
    pub(super) newest: Option<i64>,
}

impl Split {
    pub(super) fn new(parts: usize) -> Self {
        Self {
            parts: (0..parts).map(|_| Mutex::default()).collect(),
            others: Vec::new(),
            merges: Vec::new(),
            corrected: HashSet::new(),
            newest: None,
        }
    }

    pub(super) fn with(mut self, found: Vec<Lone>) -> Self {
        for lone in found {
            self.others.extend(lone.others);
            self.merges.extend(lone.merges);
            self.corrected.extend(lone.corrected);
            self.newest = self.newest.max(lone.newest);
        }
        self
    }
}

/// Which events outside conversations matter.
pub(super) struct Wanted {
    pub(super) orders: bool,
    agents: bool,
}

impl Wanted {
    /// For rows of these tables.
    pub(super) fn of(tables: &BTreeSet<&str>) -> Self {
        let any = |names: &[&str]| names.iter().any(|name| tables.contains(name));
        Self { orders: any(&["orders", "customer_links", "sales", "problems"]), agents: any(&["agent_states", "problems"]) }
    }

    fn reads(&self, kind: &str) -> bool {
        match kind {
            "order" | "order_changed" => self.orders,
            "agent_state" | "agent" => self.agents,
            // Profiles and surveys, and what is no event and has to be told.
            _ => true,
        }
    }
}

/// Spreads a batch.
///
/// Events outside conversations are read only where a wanted table tells of them. Those of conversations are read in the order of their
/// hashes: neighbours share their texts, and a part gets runs that are in order.
pub(super) fn spread(batch: &RecordBatch, parts: &[Mutex<Runs>], wanted: &Wanted, lone: &mut Lone) -> Result<(), DirectError> {
    let mut columns = EventColumns::new(batch);
    lone.newest = lone.newest.max(columns.newest());
    let defaults = Defaults { source: "import".into() };
    let mut hashed: Vec<(u64, usize)> = Vec::with_capacity(batch.num_rows());
    for row in 0..batch.num_rows() {
        let kind = columns.text(TYPE, row).unwrap_or_default();
        if columns.int(REVISION, row) > 0 {
            lone.corrected.extend(columns.text(ID, row).map(id_digest));
        }
        match columns.text(CONVERSATION, row).filter(|_| lies_with_conversation(kind)) {
            Some(conversation) => hashed.push((xxh3_64(conversation.as_bytes()), row)),
            None if wanted.reads(kind) => lone.others.push(columns.read(row, &defaults).map_err(|_| DirectError::BadRow)?),
            None => {}
        }
    }
    hashed.sort_unstable();
    for rows in hashed.chunk_by(|one, other| part(one.0, parts) == part(other.0, parts)) {
        let mut run = Vec::with_capacity(rows.len());
        for (hash, row) in rows {
            let event = columns.read(*row, &defaults).map_err(|_| DirectError::BadRow)?;
            lone.note(&event);
            run.push((*hash, event));
        }
        add(run, parts);
    }
    Ok(())
}

/// Spreads events that were read already.
pub(super) fn spread_read(events: Vec<Event>, parts: &[Mutex<Runs>], wanted: &Wanted, lone: &mut Lone) {
    let mut hashed: Vec<(u64, usize)> = Vec::with_capacity(events.len());
    let mut waiting: Vec<Option<Event>> = Vec::with_capacity(events.len());
    for event in events {
        lone.newest = lone.newest.max(Some(event.at.0));
        if event.revision > 0 {
            lone.corrected.insert(id_digest(&event.id));
        }
        match event.conversation.as_ref().filter(|_| lies_with_conversation(event.type_name())) {
            Some(conversation) => {
                lone.note(&event);
                hashed.push((xxh3_64(conversation.as_bytes()), waiting.len()));
                waiting.push(Some(event));
            }
            None if wanted.reads(event.type_name()) => lone.others.push(event),
            None => {}
        }
    }
    hashed.sort_unstable();
    for places in hashed.chunk_by(|one, other| part(one.0, parts) == part(other.0, parts)) {
        add(places.iter().filter_map(|(hash, place)| Some((*hash, waiting[*place].take()?))).collect(), parts);
    }
}

/// The part in which a conversation lies, by its hash: parts follow each other in the order of hashes.
fn part(hash: u64, parts: &[Mutex<Runs>]) -> usize {
    ((u128::from(hash) * parts.len() as u128) >> 64) as usize
}

/// Adds a run to its part.
fn add(run: Vec<(u64, Event)>, parts: &[Mutex<Runs>]) {
    if let Some((hash, _)) = run.first() {
        parts[part(*hash, parts)].lock().unwrap_or_else(PoisonError::into_inner).push(run);
    }
}

/// What stands for an id among those that were corrected: that two share one only costs time.
pub(super) fn id_digest(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}
