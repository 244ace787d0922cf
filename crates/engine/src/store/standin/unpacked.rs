//! The rows of a stored file as they lie in memory, on disk: a few of them are one read, and nothing is decoded.
//!
//! They lie beside the stored file, since the system's temporary folder may be in memory, in a file without a name, which nobody else can
//! open and which is gone with the program however it ends.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::buffer::{Buffer, MutableBuffer};
use arrow::error::ArrowError;
use arrow::ipc::convert::fb_to_schema;
use arrow::ipc::reader::{FileDecoder, read_footer_length};
use arrow::ipc::writer::FileWriter;
use arrow::ipc::{Block, root_as_footer};

/// Rows that are read at once.
const ROWS: usize = 128;

/// Bytes of the end of a file, which tells how long its footer is.
const END: usize = 10;

/// Bytes that all such files of the process may take together.
const MOST: u64 = 2 << 30;

/// Such files of the process, at most: each is open for as long as it is there.
const MOST_FILES: u64 = 480;

static TAKEN: AtomicU64 = AtomicU64::new(0);

static FILES: AtomicU64 = AtomicU64::new(0);

/// Room for one file of so many bytes.
#[derive(Debug)]
struct Room(u64);

impl Room {
    fn take(bytes: u64) -> Option<Self> {
        let within = |most: u64, more: u64| move |taken: u64| taken.checked_add(more).filter(|taken| *taken <= most);
        FILES.fetch_update(Ordering::Relaxed, Ordering::Relaxed, within(MOST_FILES, 1)).ok()?;
        if TAKEN.fetch_update(Ordering::Relaxed, Ordering::Relaxed, within(MOST, bytes)).is_err() {
            FILES.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(Self(bytes))
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        TAKEN.fetch_sub(self.0, Ordering::Relaxed);
        FILES.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Rows, unpacked.
#[derive(Debug)]
pub(super) struct Unpacked {
    file: Mutex<File>,
    decoder: FileDecoder,
    /// Each with the number of its first row.
    blocks: Vec<(usize, Block)>,
    _room: Room,
}

impl Unpacked {
    /// Of all rows that a reader has, which take about so many bytes, in a folder; none, where there is no room for more.
    pub(super) fn of(rows: impl RecordBatchReader, bytes: u64, folder: &Path) -> Result<Option<Self>, ArrowError> {
        let Some(room) = Room::take(bytes) else { return Ok(None) };
        let mut file = tempfile::tempfile_in(folder)?;
        let mut firsts = Vec::new();
        let mut writer = FileWriter::try_new(BufWriter::new(&file), &rows.schema())?;
        let mut next = 0;
        for batch in rows {
            let batch = batch?;
            for first in (0..batch.num_rows()).step_by(ROWS) {
                let some = batch.slice(first, ROWS.min(batch.num_rows() - first));
                firsts.push(next);
                next += some.num_rows();
                writer.write(&some)?;
            }
        }
        writer.finish()?;
        drop(writer);
        let footer = footer(&mut file)?;
        let footer = root_as_footer(&footer).map_err(|error| ArrowError::IpcError(error.to_string()))?;
        let schema = footer.schema().map(fb_to_schema).ok_or_else(|| ArrowError::IpcError("no schema".to_owned()))?;
        let decoder = FileDecoder::new(Arc::new(schema), footer.version());
        let blocks = footer.recordBatches().map(|blocks| blocks.iter().copied().collect::<Vec<_>>()).unwrap_or_default();
        Ok(Some(Self { file: Mutex::new(file), decoder, blocks: firsts.into_iter().zip(blocks).collect(), _room: room }))
    }

    /// Some rows, in their order, in all columns.
    pub(super) fn rows(&self, ranges: &[Range<usize>]) -> Result<Vec<RecordBatch>, ArrowError> {
        let mut found = Vec::with_capacity(ranges.len());
        let mut read: Option<(usize, RecordBatch)> = None;
        for range in ranges {
            let mut place = self.blocks.partition_point(|(first, _)| *first <= range.start).saturating_sub(1);
            let mut next = range.start;
            while next < range.end {
                let Some((first, block)) = self.blocks.get(place) else { break };
                let batch = match read.take().filter(|(known, _)| *known == place) {
                    Some((_, batch)) => batch,
                    None => self.read(block)?,
                };
                let end = range.end.min(first + batch.num_rows());
                found.push(batch.slice(next - first, end - next));
                next = end;
                read = Some((place, batch));
                place += 1;
            }
        }
        Ok(found)
    }

    fn read(&self, block: &Block) -> Result<RecordBatch, ArrowError> {
        let bytes = usize::try_from(i64::from(block.metaDataLength()) + block.bodyLength()).unwrap_or(0);
        // Aligned, so that columns lie in it as they are.
        let mut buffer = MutableBuffer::from_len_zeroed(bytes);
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(block.offset().unsigned_abs()))?;
            file.read_exact(buffer.as_slice_mut())?;
        }
        let batch = self.decoder.read_record_batch(block, &Buffer::from(buffer))?;
        batch.ok_or_else(|| ArrowError::IpcError("a block without rows".to_owned()))
    }
}

fn footer(file: &mut File) -> Result<Vec<u8>, ArrowError> {
    let bytes = file.seek(SeekFrom::End(0))?;
    let mut end = [0; END];
    file.seek(SeekFrom::Start(bytes.saturating_sub(END as u64)))?;
    file.read_exact(&mut end)?;
    let length = read_footer_length(end)?;
    let mut footer = vec![0; length];
    file.seek(SeekFrom::Start(bytes.saturating_sub((END + length) as u64)))?;
    file.read_exact(&mut footer)?;
    Ok(footer)
}
