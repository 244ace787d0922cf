//! A pass over a table, shared out among threads.

use std::sync::{Arc, Mutex, PoisonError};

use arrow::buffer::BooleanBuffer;
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::physical_plan::SendableRecordBatchStream;
use futures::StreamExt;
use tokio::task::JoinSet;

use super::PlanError;
use super::compiler::picked;
use super::kept::{Kept, Known};
use super::work::{Counted, Work};
use crate::source::{Held, Lot, LotKey, some, unpacked, without};
use crate::threads::threads;

/// A part of a table that one thread counts.
pub(super) enum Part {
    /// What is known of a stored lot: of its settled rows.
    Known(Arc<Known>),
    /// The same of a lot in memory.
    Held(Arc<Known>),
    /// Of lots of which something is known, the open rows that are not hidden.
    Open(Vec<(Lot, BooleanBuffer)>),
    /// A lot that is to be counted, and what was counted kept.
    New(Lot, Arc<Kept>),
    /// Rows of lots that are settled and hidden: which are to be counted, and which are then all that were.
    Gone(Vec<(Lot, BooleanBuffer)>, Vec<Noted>),
    /// What is not hidden of a lot.
    Left(Lot),
    /// Rows in memory.
    Loose(Held),
    /// Rows as the query engine reads them.
    Stream(SendableRecordBatchStream),
}

/// A lot, the now at which it was counted, and which of its rows are settled and hidden.
pub(super) type Noted = (LotKey, (i64, BooleanBuffer));

/// What was counted.
pub(super) struct Sums {
    /// Of all but the following.
    pub(super) all: Counted,
    /// Of what is known of stored lots, if of any.
    pub(super) known: Option<Counted>,
    /// Of what is known of lots in memory, likewise.
    pub(super) held: Option<Counted>,
    /// Of rows that are settled and hidden, likewise.
    pub(super) gone: Option<Counted>,
    /// Which those are.
    pub(super) noted: Vec<Noted>,
}

/// A thread's share of a pass: it takes the next part of the table until there is none.
#[derive(Clone)]
pub(super) struct Share {
    work: Arc<Work>,
    schema: SchemaRef,
    parts: Arc<Mutex<Vec<Part>>>,
}

impl Share {
    /// Of a table whose rows have these columns.
    pub(super) fn new(work: Arc<Work>, schema: SchemaRef) -> Self {
        Self { work, schema, parts: Arc::default() }
    }

    /// Counts parts on all threads.
    pub(super) async fn count(mut self, parts: Vec<Part>) -> Result<Sums, PlanError> {
        let threads = threads().min(parts.len());
        let work = self.work.clone();
        self.parts = Arc::new(Mutex::new(parts));
        let mut threads: JoinSet<Result<Sums, PlanError>> = (0..threads).map(|_| self.clone().own()).collect();
        let mut sums: Option<Sums> = None;
        while let Some(done) = threads.join_next().await {
            let own = match done {
                Ok(own) => own?,
                Err(ended) => match ended.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(ended) => return Err(DataFusionError::External(Box::new(ended)).into()),
                },
            };
            match &mut sums {
                None => sums = Some(own),
                Some(sums) => {
                    sums.noted.extend(own.noted);
                    work.take_over(&mut sums.all, own.all)?;
                    for (mine, own) in [(&mut sums.known, own.known), (&mut sums.held, own.held), (&mut sums.gone, own.gone)] {
                        match (mine, own) {
                            (Some(mine), Some(own)) => work.take_over(mine, own)?,
                            (mine @ None, own) => *mine = own,
                            (Some(_), None) => {}
                        }
                    }
                }
            }
        }
        Ok(sums.unwrap_or_else(|| self.nothing()))
    }

    fn nothing(&self) -> Sums {
        Sums { all: self.work.fresh(), known: None, held: None, gone: None, noted: Vec::new() }
    }

    async fn own(self) -> Result<Sums, PlanError> {
        let mut sums = self.nothing();
        let fresh = || self.work.fresh();
        let next = || self.parts.lock().unwrap_or_else(PoisonError::into_inner).pop();
        while let Some(part) = next() {
            match part {
                Part::Known(known) => self.work.merge(sums.known.get_or_insert_with(fresh), &known.counted)?,
                Part::Held(known) => self.work.merge(sums.held.get_or_insert_with(fresh), &known.counted)?,
                Part::Open(lots) => self.work.take_stored(&self.some_of(&lots)?, &mut sums.all)?,
                Part::New(lot, kept) => self.new_lot(&lot, &kept, &mut sums)?,
                Part::Gone(lots, noted) => {
                    self.work.take_stored(&self.some_of(&lots)?, sums.gone.get_or_insert_with(fresh))?;
                    sums.noted.extend(noted);
                }
                Part::Left(lot) => self.work.take_stored(&lot.left(&self.schema)?, &mut sums.all)?,
                Part::Loose(held) => self.work.take_stored(&held.read(&self.schema)?, &mut sums.all)?,
                Part::Stream(mut stream) => {
                    while let Some(batch) = stream.next().await {
                        self.work.take(&batch?, &mut sums.all)?;
                        tokio::task::yield_now().await;
                    }
                }
            }
            // Rows in memory come without ever waiting; a deadline must be heard between them.
            tokio::task::yield_now().await;
        }
        Ok(sums)
    }

    /// Some rows of lots, all at once: each batch has its price.
    fn some_of(&self, lots: &[(Lot, BooleanBuffer)]) -> Result<RecordBatch, DataFusionError> {
        let rows = lots.iter().map(|(lot, wanted)| unpacked(some(&lot.read(&self.schema)?, wanted.clone())?));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        Ok(concat_batches(&self.schema, &rows)?)
    }

    /// Counts a lot, and keeps what was counted of its settled rows.
    fn new_lot(&self, lot: &Lot, kept: &Kept, sums: &mut Sums) -> Result<(), PlanError> {
        let rows = lot.read(&self.schema)?;
        let of_all = kept.of_all(lot);
        let open = of_all.as_ref().map_or_else(|| kept.open(&rows), |known| Ok(known.open.clone()))?;
        let settled = picked(&rows, open.rows.as_ref().map(|open| !open).as_ref())?;
        let own = self.settled(&settled, of_all.as_deref())?;
        if let Some(open) = &open.rows {
            self.work.take_stored(&some(&rows, without(open, lot.hidden()))?, &mut sums.all)?;
        }
        if let Some(hidden) = lot.hidden() {
            let gone = without(hidden, open.rows.as_ref());
            let hidden = sums.gone.get_or_insert_with(|| self.work.fresh());
            self.work.take_stored(&some(&rows, gone.clone())?, hidden)?;
            sums.noted.push((lot.key(), (open.now, gone)));
        }
        self.work.merge(&mut sums.all, &own)?;
        kept.keep(lot, own, open);
        Ok(())
    }

    /// Counts settled rows. Where it is known what all of them come to, those for which the question does not ask are taken off that, if
    /// they are fewer.
    fn settled(&self, rows: &RecordBatch, of_all: Option<&Known>) -> Result<Counted, PlanError> {
        let sifted = self.work.sift(rows)?;
        if let Some(of_all) = of_all.filter(|_| self.work.pays_off(&sifted)) {
            let mut others = self.work.fresh();
            // That one of them cannot be counted matters to nobody.
            let is_counted = self.work.take_sifted(&sifted, false, &mut others).is_ok();
            let mut asked = of_all.counted.clone();
            if is_counted && self.work.take_off(&mut asked, &others) {
                return Ok(asked);
            }
        }
        let mut asked = self.work.fresh();
        self.work.take_sifted(&sifted, true, &mut asked)?;
        Ok(asked)
    }
}
