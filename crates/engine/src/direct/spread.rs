//! Events of conversations spread over parts: each is made of its row once, while the columns of its batch are in the cache, and moved
//! once. Within a run they lie by the hash of their timeline, so that a part is gone through from beginning to end.

use std::sync::{Mutex, PoisonError};

use arrow::record_batch::RecordBatch;
use deskgauge_core::event::Event;
use deskgauge_core::event::record::Defaults;
use deskgauge_core::fold::timelines::lies_with_conversation;

use super::DirectError;
use super::ahead::{Ahead, CONVERSATION, TYPE};
use crate::files::EventColumns;

/// Events of a part, about: few enough for the cache, enough to be worth a gather.
const PART_EVENTS: u64 = 64 * 1024;

/// Events in the order of the hashes of their timelines, which stand beside them.
pub(super) type Run = Vec<(u64, Event)>;

/// Events, spread: parts follow each other in the order of hashes.
pub(super) struct Parts(Vec<Mutex<Vec<Run>>>);

impl Parts {
    /// For so many events at once.
    pub(super) fn new(events: u64) -> Self {
        let parts = events.div_ceil(PART_EVENTS).clamp(1, 4096);
        Self((0..parts).map(|_| Mutex::default()).collect())
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Takes what a part has.
    pub(super) fn take(&self, part: usize) -> Vec<Run> {
        std::mem::take(&mut *self.0[part].lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds a run to its part.
    pub(super) fn add(&self, run: Run) {
        if let Some((hash, _)) = run.first() {
            self.0[self.part(*hash)].lock().unwrap_or_else(PoisonError::into_inner).push(run);
        }
    }

    /// Spreads the events of conversations in a batch: neighbours in the order of hashes share their texts. Gives the
    /// latest instant of the batch, in milliseconds.
    pub(super) fn spread(&self, batch: &RecordBatch, ahead: &Ahead) -> Result<Option<i64>, DirectError> {
        let mut columns = EventColumns::new(batch);
        let defaults = Defaults { source: "import".into() };
        let mut hashed: Vec<(u64, usize)> = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let within = lies_with_conversation(columns.text(TYPE, row).unwrap_or_default());
            if let Some(conversation) = columns.text(CONVERSATION, row).filter(|_| within) {
                hashed.push((ahead.hash(conversation), row));
            }
        }
        hashed.sort_unstable();
        for rows in hashed.chunk_by(|one, other| self.part(one.0) == self.part(other.0)) {
            let mut run = Run::with_capacity(rows.len());
            for (hash, row) in rows {
                run.push((*hash, columns.read(*row, &defaults).map_err(|_| DirectError::BadRow)?));
            }
            self.add(run);
        }
        Ok(columns.newest())
    }

    /// Spreads events of conversations that were read already.
    pub(super) fn spread_read(&self, events: Vec<Event>, ahead: &Ahead) {
        let hash = |event: Event| (ahead.hash(event.conversation.as_deref().unwrap_or_default()), event);
        let mut hashed: Run = events.into_iter().map(hash).collect();
        // Stable: events of one timeline keep their order.
        hashed.sort_by_key(|(hash, _)| *hash);
        let mut hashed = hashed.into_iter().peekable();
        while let Some((first, event)) = hashed.next() {
            let mut run = vec![(first, event)];
            while let Some(next) = hashed.next_if(|(hash, _)| self.part(*hash) == self.part(first)) {
                run.push(next);
            }
            self.add(run);
        }
    }

    fn part(&self, hash: u64) -> usize {
        ((u128::from(hash) * self.0.len() as u128) >> 64) as usize
    }
}
