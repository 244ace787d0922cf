//! Rows that never change, of which some may be hidden: a group of a stored file, or a lot of rows in memory.

use std::sync::Arc;

use arrow::array::{BooleanArray, RecordBatch};
use arrow::buffer::BooleanBuffer;
use arrow::compute::filter_record_batch;
use arrow::datatypes::SchemaRef;
use datafusion::error::Result;

use super::lake_table::{Group, GroupKey};
use super::standing::Chunk;

/// Which lot it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum LotKey {
    /// A group of a stored file.
    Stored(GroupKey),
    /// Rows in memory, by their number in the process.
    Held(u64),
}

/// Rows that never change, and which of them are hidden.
#[derive(Clone)]
pub(crate) struct Lot {
    key: LotKey,
    rows: Rows,
    hidden: Option<BooleanBuffer>,
}

#[derive(Clone)]
enum Rows {
    Stored(Group),
    Held(Chunk, Arc<[usize]>),
}

impl Lot {
    /// A group of a stored file.
    pub(super) fn stored(group: Group, hidden: Option<BooleanBuffer>) -> Self {
        Self { key: LotKey::Stored(group.key()), rows: Rows::Stored(group), hidden }
    }

    /// Rows in memory, of which the columns at some places are wanted; none, where they have no number.
    pub(super) fn held(chunk: &Chunk, places: &Arc<[usize]>) -> Option<Self> {
        Some(Self { key: LotKey::Held(chunk.number()?), hidden: chunk.dead(), rows: Rows::Held(chunk.clone(), places.clone()) })
    }

    /// Which one it is.
    pub(crate) fn key(&self) -> LotKey {
        self.key.clone()
    }

    /// Which rows are hidden, if any.
    pub(crate) fn hidden(&self) -> Option<&BooleanBuffer> {
        self.hidden.as_ref()
    }

    /// All rows, hidden ones as well, with the columns of `schema`; texts may be packed.
    pub(crate) fn read(&self, schema: &SchemaRef) -> Result<RecordBatch> {
        match &self.rows {
            Rows::Stored(group) => group.packed(schema),
            Rows::Held(chunk, places) => chunk.all(places, schema),
        }
    }

    /// The rows that are not hidden, likewise.
    pub(crate) fn left(&self, schema: &SchemaRef) -> Result<RecordBatch> {
        match &self.hidden {
            Some(hidden) => some(&self.read(schema)?, !hidden),
            None => self.read(schema),
        }
    }
}

/// Some of the rows.
pub(crate) fn some(rows: &RecordBatch, wanted: BooleanBuffer) -> Result<RecordBatch> {
    Ok(filter_record_batch(rows, &BooleanArray::new(wanted, None))?)
}

/// Those of some rows that are none of the others.
pub(crate) fn without(rows: &BooleanBuffer, others: Option<&BooleanBuffer>) -> BooleanBuffer {
    others.map_or_else(|| rows.clone(), |others| rows & &!others)
}
