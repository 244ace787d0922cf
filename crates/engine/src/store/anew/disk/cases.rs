//! The conversations of customers on disk, spread by their customer as customers' events are, until those are folded.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use deskgauge_core::event::Text;
use deskgauge_core::facts::{CustomerLink, FACTS, Facts};
use deskgauge_core::fold::{CustomerCase, link_customer};

use super::scratch::{self, Scratch};
use crate::facts_schema::{OwnField, fact_schema};
use crate::files::{FileError, fact_batches};
use crate::store::customers::links_index;
use crate::store::decode;
use crate::store::hashed::Prefix;

/// Rows that wait in memory for each partition.
const ROWS: usize = 1024;

/// Conversations over partitions of their customers, written as the links that they will become.
pub(in crate::store::anew) struct Cases {
    files: Vec<Mutex<Writer>>,
    own: Vec<OwnField>,
    index: usize,
}

struct Writer {
    path: PathBuf,
    file: Option<Scratch>,
    waiting: Vec<CustomerLink>,
}

impl Cases {
    pub(in crate::store::anew) fn new(folder: &Path, own: &[OwnField], partitions: usize) -> Self {
        let index = links_index();
        let file = |number| Writer { path: folder.join(format!("cases-{number:03}.arrow")), file: None, waiting: Vec::new() };
        Self { files: (0..partitions).map(|number| Mutex::new(file(number))).collect(), own: own.to_vec(), index }
    }

    /// Adds a customer's conversation.
    pub(in crate::store::anew) fn push(&self, customer: &Text, case: CustomerCase) -> Result<(), FileError> {
        // A case by itself is a link to nothing, with all that the case knows.
        let mut facts = Facts::default();
        link_customer(vec![case], Vec::new(), &mut facts);
        self.with(Prefix::place(customer, self.files.len()), |writer| {
            writer.waiting.append(&mut facts.customer_links);
            if writer.waiting.len() >= ROWS { writer.flush(self) } else { Ok(()) }
        })
    }

    /// Takes the conversations of a partition out: nothing comes to it any more.
    pub(in crate::store::anew) fn take(&self, partition: usize) -> Result<Vec<(Text, CustomerCase)>, FileError> {
        self.with(partition, |writer| {
            writer.flush(self)?;
            let Some(file) = writer.file.take() else { return Ok(Vec::new()) };
            file.finish()?;
            let mut cases = Vec::new();
            for batch in scratch::rows(&writer.path)? {
                cases.extend(decode::cases(&batch?, &self.own));
            }
            scratch::remove(&writer.path)?;
            Ok(cases)
        })
    }

    fn with<T>(&self, partition: usize, work: impl FnOnce(&mut Writer) -> T) -> T {
        work(&mut self.files[partition].lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Writer {
    fn flush(&mut self, cases: &Cases) -> Result<(), FileError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let facts = Facts { customer_links: std::mem::take(&mut self.waiting), ..Facts::default() };
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(Scratch::create(&self.path, &fact_schema(&FACTS[cases.index], &cases.own))?),
        };
        fact_batches(&facts, cases.index, &cases.own)?.iter().try_for_each(|batch| file.write(batch))
    }
}
