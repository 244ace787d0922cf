//! The rows of a stored file as they lie in memory, on disk: a few of them are one read, and nothing is decoded.
//!
//! They lie in a file without a name, which is gone with the program however it ends.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::buffer::{Buffer, MutableBuffer};
use arrow::error::ArrowError;
use arrow::ipc::convert::fb_to_schema;
use arrow::ipc::reader::{FileDecoder, read_footer_length};
use arrow::ipc::writer::FileWriter;
use arrow::ipc::{Block, root_as_footer};

use crate::files::FileError;

/// Rows that are read at once.
const ROWS: usize = 128;

/// Bytes of the end of a file, which tells how long its footer is.
const END: usize = 10;

/// Bytes that all such files of the process may take together.
const MOST: u64 = 2 << 30;

static TAKEN: AtomicU64 = AtomicU64::new(0);

/// Rows, unpacked.
#[derive(Debug)]
pub(super) struct Unpacked {
    file: Mutex<File>,
    decoder: FileDecoder,
    /// Each with the number of its first row.
    blocks: Vec<(usize, Block)>,
    bytes: u64,
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        TAKEN.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Unpacked {
    /// Of all rows that a reader has; none, where there is no room for more.
    pub(super) fn of(rows: impl RecordBatchReader) -> Result<Option<Self>, ArrowError> {
        let mut file = tempfile::tempfile()?;
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
        let bytes = file.seek(SeekFrom::End(0))?;
        let take = |taken: u64| taken.checked_add(bytes).filter(|taken| *taken <= MOST);
        if TAKEN.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_err() {
            return Ok(None);
        }
        let footer = footer(&mut file, bytes);
        let footer = footer.and_then(|footer| {
            let footer = root_as_footer(&footer).map_err(|error| ArrowError::IpcError(error.to_string()))?;
            let schema = footer.schema().map(fb_to_schema).ok_or_else(|| ArrowError::IpcError("no schema".to_owned()))?;
            let decoder = FileDecoder::new(Arc::new(schema), footer.version());
            let blocks = footer.recordBatches().map(|blocks| blocks.iter().copied().collect::<Vec<_>>()).unwrap_or_default();
            Ok((decoder, firsts.into_iter().zip(blocks).collect()))
        });
        match footer {
            Ok((decoder, blocks)) => Ok(Some(Self { file: Mutex::new(file), decoder, blocks, bytes })),
            Err(error) => {
                TAKEN.fetch_sub(bytes, Ordering::Relaxed);
                Err(error)
            }
        }
    }

    /// Some rows, in their order, in all columns.
    pub(super) fn rows(
        &self,
        ranges: &[Range<usize>],
        take: &mut dyn FnMut(&RecordBatch) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
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
                take(&batch.slice(next - first, end - next))?;
                next = end;
                read = Some((place, batch));
                place += 1;
            }
        }
        Ok(())
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

/// The footer of a file of so many bytes.
fn footer(file: &mut File, bytes: u64) -> Result<Vec<u8>, ArrowError> {
    let mut end = [0; END];
    file.seek(SeekFrom::Start(bytes.saturating_sub(END as u64)))?;
    file.read_exact(&mut end)?;
    let length = read_footer_length(end)?;
    let mut footer = vec![0; length];
    file.seek(SeekFrom::Start(bytes.saturating_sub((END + length) as u64)))?;
    file.read_exact(&mut footer)?;
    Ok(footer)
}
