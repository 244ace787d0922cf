//! Events and facts into record batches.

use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use deskgauge_core::event::Event;
use deskgauge_core::event::fields::{FIELDS, FieldId};
use deskgauge_core::event::record::{self, Shown};
use deskgauge_core::facts::{FACTS, Facts};
use deskgauge_core::rules::{COSTS, DayCost};

use super::builders::{Columns, SparseColumns};
use super::fact_rows::{Commons, FactRows};
use crate::facts_schema::{LINKS, OwnField, event_columns, event_schema};

/// Rows of a batch at most.
const BATCH_ROWS: usize = 16 * 1024;

const REVISION: FieldId = FieldId::of("revision");
const RETRACTED: FieldId = FieldId::of("retracted");
const SEQ: FieldId = FieldId::of("seq");

/// The batches of the fact table at `index` of `FACTS`, in the table's order; none where there are no rows. Of a customer's conversations
/// the order of the rows is kept, since they are read customer by customer.
///
/// # Errors
/// Only if the lists of columns contradict each other.
pub fn fact_batches(facts: &Facts, index: usize, own: &[OwnField]) -> Result<Vec<RecordBatch>, ArrowError> {
    let mut commons = Commons::new(own);
    let mut rows = FactRows::new(index);
    rows.push(facts, &mut commons);
    let rows = rows.finish();
    let rows = if FACTS[index].name == LINKS { rows } else { rows.sorted()? };
    let chunk = rows.with(&std::sync::Arc::new(commons.finish()));
    Ok(if chunk.rows() == 0 { Vec::new() } else { vec![chunk.batch(own)?] })
}

/// The batches of the table of costs; none where there are no rows.
///
/// # Errors
/// Only if the lists of columns contradict each other.
pub(crate) fn day_cost_batches(days: &[DayCost], schema: &SchemaRef) -> Result<Vec<RecordBatch>, ArrowError> {
    let mut columns = Columns::new(COSTS.columns.iter().map(|column| column.ty));
    for day in days {
        columns.begin();
        day.push(&mut columns);
    }
    let mut batch = || RecordBatch::try_new(schema.clone(), columns.finish());
    if days.is_empty() { Ok(Vec::new()) } else { Ok(vec![batch()?]) }
}

/// Collects events into batches of the table `events`.
#[derive(Debug)]
pub struct EventBatches {
    schema: SchemaRef,
    columns: SparseColumns,
    done: Vec<RecordBatch>,
}

impl Default for EventBatches {
    fn default() -> Self {
        let columns = SparseColumns::new(event_columns().into_iter().map(|(_, ty)| ty));
        Self { schema: event_schema(), columns, done: Vec::new() }
    }
}

impl EventBatches {
    /// Adds an event, the import that brought it, and its timeline.
    pub fn push(&mut self, event: &Event, import_id: i64, timeline: &str) {
        let columns = &mut self.columns;
        columns.begin();
        // Fields that have a default have no null.
        let mut defaults = [(REVISION, Shown::Int(0)), (RETRACTED, Shown::Bool(false)), (SEQ, Shown::Int(0))].map(Some);
        record::show(event, &mut |field, value| {
            for default in &mut defaults {
                *default = default.filter(|(defaulted, _)| *defaulted != field);
            }
            columns.cell(field.index(), value);
        });
        for (field, value) in defaults.into_iter().flatten() {
            columns.cell(field.index(), value);
        }
        columns.cell(FIELDS.len(), Shown::Int(import_id));
        columns.cell(FIELDS.len() + 1, Shown::Word(timeline));
        if columns.rows() == BATCH_ROWS {
            self.flush();
        }
    }

    /// The batches of all events.
    pub fn finish(mut self) -> Vec<RecordBatch> {
        self.flush();
        self.done
    }

    fn flush(&mut self) {
        if self.columns.rows() > 0 {
            let batch = RecordBatch::try_new(self.schema.clone(), self.columns.finish());
            self.done.push(batch.expect("the builders are made from the schema's own columns"));
        }
    }
}
