//! Events spread over parts by their conversation, as columns: one gather per column and batch, nothing is read twice.
//!
//! Within a piece rows lie by the hash of their conversation, so that a part is read by going through all its pieces side by side, each from
//! its beginning to its end: a row has a value in many columns, and to look for each of them all over memory costs more than to sort.

use std::collections::{BTreeSet, HashSet};
use std::sync::Mutex;

use arrow::array::{Array, BooleanBufferBuilder, UInt32Array};
use arrow::buffer::BooleanBuffer;
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
    let mut columns = EventColumns::new(batch);
    lone.newest = lone.newest.max(columns.newest());
    let defaults = defaults();
    let mut hashed: Vec<(u64, u32)> = Vec::with_capacity(batch.num_rows());
    let mut kept = BooleanBufferBuilder::new(batch.num_rows());
    kept.append_n(batch.num_rows(), false);
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
        hashed.push((xxh3_64(conversation.as_bytes()), row as u32));
        kept.set_bit(row, true);
        if merges {
            let event = columns.read(row, &defaults).map_err(|_| DirectError::BadRow)?;
            if matches!(&event.body, Body::Status(change) if change.into.is_some()) {
                lone.merges.push(event);
            }
        }
    }
    hashed.sort_unstable();
    let order: Vec<u32> = hashed.iter().map(|(_, row)| *row).collect();
    let ordered = gather(&with_values(batch, &kept.finish())?, &UInt32Array::from(order))?;
    // The high bits say the part: its rows lie together.
    let part = |hash: u64| ((u128::from(hash) * parts.len() as u128) >> 64) as usize;
    let mut from = 0;
    for rows in hashed.chunk_by(|one, other| part(one.0) == part(other.0)) {
        let piece = (ordered.slice(from, rows.len()), rows.iter().map(|(hash, _)| *hash).collect());
        parts[part(rows[0].0)].lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(piece);
        from += rows.len();
    }
    Ok(())
}

/// What stands for an id among those that were corrected: that two share one only costs time.
pub(super) fn id_digest(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

/// The columns that have any value in some rows.
fn with_values(batch: &RecordBatch, rows: &BooleanBuffer) -> Result<RecordBatch, DirectError> {
    let has_values = |index: &usize| {
        let valid = batch.column(*index).nulls().map(|nulls| (nulls.inner() & rows).count_set_bits());
        valid.is_none_or(|valid| valid > 0)
    };
    Ok(batch.project(&(0..batch.num_columns()).filter(has_values).collect::<Vec<_>>())?)
}

fn gather(batch: &RecordBatch, order: &UInt32Array) -> Result<RecordBatch, DirectError> {
    let columns = batch.columns().iter().map(|column| take(column, order, None)).collect::<Result<Vec<_>, _>>()?;
    let schema = std::sync::Arc::new(Schema::new(batch.schema().fields().clone()));
    let options = RecordBatchOptions::new().with_row_count(Some(order.len()));
    Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
}
