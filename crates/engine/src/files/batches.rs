//! Events and facts into record batches.

use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use deskgauge_core::event::Event;
use deskgauge_core::event::fields::FIELDS;
use deskgauge_core::event::record;
use deskgauge_core::facts::{Facts, Sink};

use super::builders::Columns;
use super::fact_rows::{Commons, FactRows};
use crate::facts_schema::{OwnField, event_columns, event_schema};

/// Rows of a batch at most.
const BATCH_ROWS: usize = 16 * 1024;

/// The batches of the fact table at `index` of `FACTS`, in the table's order; none where there are no rows.
///
/// # Errors
/// Only if the lists of columns contradict each other.
pub fn fact_batches(facts: &Facts, index: usize, own: &[OwnField]) -> Result<Vec<RecordBatch>, ArrowError> {
    let mut commons = Commons::new(own);
    let mut rows = FactRows::new(index);
    rows.push(facts, &mut commons);
    let chunk = rows.finish().sorted()?.with(&std::sync::Arc::new(commons.finish()));
    Ok(if chunk.rows() == 0 { Vec::new() } else { vec![chunk.batch(own)?] })
}

/// Collects events into batches of the table `events`.
#[derive(Debug)]
pub struct EventBatches {
    schema: SchemaRef,
    columns: Columns,
    rows: usize,
    done: Vec<RecordBatch>,
}

impl Default for EventBatches {
    fn default() -> Self {
        let columns = Columns::new(event_columns().into_iter().map(|(_, ty)| ty));
        Self { schema: event_schema(), columns, rows: 0, done: Vec::new() }
    }
}

impl EventBatches {
    /// Adds an event, the import that brought it, and its timeline.
    pub fn push(&mut self, event: &Event, import_id: i64, timeline: &str) {
        let cells = &mut self.columns;
        cells.begin();
        // Both the record and the columns keep the order of the format, so one pass pairs them.
        let mut written = record::write(event).into_iter().peekable();
        for field in FIELDS {
            match written.next_if(|(name, _)| *name == field.name) {
                Some((_, value)) => cells.value(&value),
                None => match field.name {
                    "revision" | "seq" => cells.int(Some(0)),
                    "retracted" => cells.bool(Some(false)),
                    _ => cells.null(),
                },
            }
        }
        debug_assert!(written.peek().is_none(), "a field of the record is out of the format's order");
        cells.int(Some(import_id));
        cells.text(Some(timeline));
        self.rows += 1;
        if self.rows == BATCH_ROWS {
            self.flush();
        }
    }

    /// The batches that are full.
    pub(crate) fn take_full(&mut self) -> Vec<RecordBatch> {
        std::mem::take(&mut self.done)
    }

    /// The batches of all events.
    pub fn finish(mut self) -> Vec<RecordBatch> {
        self.flush();
        self.done
    }

    fn flush(&mut self) {
        if self.rows > 0 {
            let batch = RecordBatch::try_new(self.schema.clone(), self.columns.finish());
            self.done.push(batch.expect("the builders are made from the schema's own columns"));
            self.rows = 0;
        }
    }
}
