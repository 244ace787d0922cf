//! Facts that do not fit in memory, on disk until they are asked.
//!
//! They lie in a file without a name, which is gone with the program however it ends, and as the query engine takes them, so that reading
//! them is one read and one projection.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::{Field, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::CompressionType;
use arrow::ipc::reader::FileReader;
use arrow::ipc::writer::{FileWriter, IpcWriteOptions};
use arrow::record_batch::RecordBatch;

use crate::facts_schema::OwnField;
use crate::files::{FactChunk, fit, not_kept};

/// Rows of a batch: few enough for the cache.
const BATCH_ROWS: usize = 16 * 1024;

/// Where facts go for which there is no room in memory.
#[derive(Debug)]
pub(super) struct Spill {
    /// Bytes that may be in memory.
    most: u64,
    held: AtomicU64,
    file: Mutex<Option<File>>,
}

/// Rows of a fact table.
#[derive(Debug, Clone)]
pub(crate) enum Rows {
    /// In memory.
    Held(Arc<FactChunk>),
    /// On disk.
    Spilled(Arc<Spilled>),
}

/// Rows on disk.
#[derive(Debug)]
pub(crate) struct Spilled {
    spill: Arc<Spill>,
    offset: u64,
    bytes: usize,
}

impl Spill {
    /// With room for so many bytes in memory.
    pub(super) fn new(most: u64) -> Self {
        Self { most, held: AtomicU64::new(0), file: Mutex::default() }
    }

    /// Takes room in memory, where there is so much.
    pub(super) fn hold(&self, bytes: u64) -> bool {
        let take = |held: u64| held.checked_add(bytes).filter(|held| *held <= self.most);
        self.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    /// Puts rows on disk, with those of their columns that were kept.
    pub(super) fn write(self: &Arc<Self>, rows: &FactChunk, own: &[OwnField]) -> Result<Spilled, ArrowError> {
        let (places, schema) = rows.kept(own);
        let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME))?;
        let mut writer = FileWriter::try_new_with_options(Vec::new(), &schema, options)?;
        for some in batches_of(rows.rows()) {
            writer.write(&rows.project(&places, &schema, some)?)?;
        }
        let written = writer.into_inner()?;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match &mut *file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        let offset = file.seek(SeekFrom::End(0))?;
        file.write_all(&written)?;
        Ok(Spilled { spill: self.clone(), offset, bytes: written.len() })
    }
}

impl Spilled {
    fn read(&self, schema: &SchemaRef) -> Result<Vec<RecordBatch>, ArrowError> {
        let mut bytes = vec![0; self.bytes];
        {
            let mut file = self.spill.file.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(file) = &mut *file {
                file.seek(SeekFrom::Start(self.offset))?;
                file.read_exact(&mut bytes)?;
            }
        }
        let stored = FileReader::try_new(Cursor::new(&bytes), None)?.schema();
        let place = |field: &Arc<Field>| stored.index_of(field.name()).map_err(|_| not_kept(field.name()));
        let mut places = schema.fields().iter().map(place).collect::<Result<Vec<_>, _>>()?;
        places.sort_unstable();
        FileReader::try_new(Cursor::new(&bytes), Some(places))?.map(|batch| fit(&batch?, schema)).collect()
    }
}

/// The rows of batches, one after another.
fn batches_of(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows).step_by(BATCH_ROWS).map(move |first| first..(first + BATCH_ROWS).min(rows))
}

impl Rows {
    /// Some columns of the rows, by their places in the table's schema, as batches of `schema`, each made when it is taken.
    pub(crate) fn batches(
        self,
        places: Vec<usize>,
        schema: SchemaRef,
    ) -> Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send> {
        match self {
            Self::Held(chunk) => Box::new(batches_of(chunk.rows()).map(move |some| chunk.project(&places, &schema, some))),
            Self::Spilled(spilled) => match spilled.read(&schema) {
                Ok(batches) => Box::new(batches.into_iter().map(Ok)),
                Err(error) => Box::new(std::iter::once(Err(error))),
            },
        }
    }
}
