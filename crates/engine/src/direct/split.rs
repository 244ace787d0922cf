//! Events spread over parts by their conversation, as columns: one gather per column and batch, nothing is read twice.

use std::collections::{BTreeSet, HashSet};
use std::sync::Mutex;

use arrow::array::{Array, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::Schema;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
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
const STATUS: FieldId = FieldId::of("status");

/// A part's events: batches, each with the hashes of its rows' conversations.
pub(super) type Pieces = Vec<(RecordBatch, Vec<u64>)>;

/// Events that lie in no conversation's timeline, and what ties conversations together.
#[derive(Debug, Default)]
pub(super) struct Lone {
    others: Vec<Event>,
    merges: Vec<Event>,
    corrected: HashSet<u64>,
    newest: Option<i64>,
}

/// Events, spread.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) pieces: Vec<Mutex<Pieces>>,
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
            pieces: (0..parts).map(|_| Mutex::default()).collect(),
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

/// The defaults of files that are asked directly.
pub(super) fn defaults() -> Defaults {
    Defaults { source: "import".into() }
}

/// Spreads a batch.
///
/// Events outside conversations are read only where a wanted table tells of them.
pub(super) fn spread(batch: &RecordBatch, parts: &[Mutex<Pieces>], wanted: &Wanted, lone: &mut Lone) -> Result<(), DirectError> {
    let batch = &without_empty(batch)?;
    let mut columns = EventColumns::new(batch);
    lone.newest = lone.newest.max(columns.newest());
    let defaults = defaults();
    let mut counts = vec![0_u32; parts.len() + 1];
    let mut hashed: Vec<(u32, u64, u32)> = Vec::with_capacity(batch.num_rows());
    for row in 0..batch.num_rows() {
        let kind = columns.text(TYPE, row).unwrap_or_default();
        let conversation = columns.text(CONVERSATION, row).filter(|_| lies_with_conversation(kind));
        let merges = kind == "status" && columns.text(STATUS, row) == Some(Status::Merged.name());
        if columns.int(REVISION, row) > 0 {
            lone.corrected.extend(columns.text(ID, row).map(id_digest));
        }
        let Some(conversation) = conversation else {
            if !wanted.reads(kind) {
                continue;
            }
            lone.others.push(columns.read(row, &defaults).map_err(|_| DirectError::BadRow)?);
            continue;
        };
        let hash = xxh3_64(conversation.as_bytes());
        // The high bits: the low ones tell conversations of one part apart.
        let part = ((u128::from(hash) * parts.len() as u128) >> 64) as u32;
        counts[part as usize + 1] += 1;
        hashed.push((part, hash, row as u32));
        if merges {
            let event = columns.read(row, &defaults).map_err(|_| DirectError::BadRow)?;
            if matches!(&event.body, Body::Status(change) if change.into.is_some()) {
                lone.merges.push(event);
            }
        }
    }
    for part in 1..counts.len() {
        counts[part] += counts[part - 1];
    }
    let mut order = vec![0_u32; hashed.len()];
    let mut hashes = vec![0_u64; hashed.len()];
    let mut next = counts.clone();
    for (part, hash, row) in hashed {
        let place = &mut next[part as usize];
        order[*place as usize] = row;
        hashes[*place as usize] = hash;
        *place += 1;
    }
    let ordered = gather(batch, &UInt32Array::from(order))?;
    for (part, bounds) in counts.windows(2).enumerate() {
        let (from, to) = (bounds[0] as usize, bounds[1] as usize);
        if from < to {
            let piece = (ordered.slice(from, to - from), hashes[from..to].to_vec());
            parts[part].lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(piece);
        }
    }
    Ok(())
}

/// What stands for an id among those that were corrected: that two share one only costs time.
pub(super) fn id_digest(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

/// The columns that have any value.
fn without_empty(batch: &RecordBatch) -> Result<RecordBatch, DirectError> {
    let full: Vec<usize> =
        (0..batch.num_columns()).filter(|index| batch.column(*index).null_count() < batch.num_rows()).collect();
    Ok(batch.project(&full)?)
}

fn gather(batch: &RecordBatch, order: &UInt32Array) -> Result<RecordBatch, DirectError> {
    let columns = batch.columns().iter().map(|column| take(column, order, None)).collect::<Result<Vec<_>, _>>()?;
    let schema = std::sync::Arc::new(Schema::new(batch.schema().fields().clone()));
    let options = RecordBatchOptions::new().with_row_count(Some(order.len()));
    Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
}
