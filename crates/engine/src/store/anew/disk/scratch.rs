//! Scratch files: rows that wait on disk until their turn comes. They are not synced, and gone when the rewrite ends.
//!
//! Arrow's own stream format, lightly compressed: a row is written and read once, so nothing is worth much encoding.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ipc::CompressionType;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::{IpcWriteOptions, StreamWriter};
use arrow::record_batch::RecordBatch;

use crate::files::{FileError, disk};

/// A scratch file that is being written.
pub(super) struct Scratch {
    path: PathBuf,
    writer: StreamWriter<BufWriter<File>>,
}

impl Scratch {
    /// Begins a file.
    pub(super) fn create(path: &Path, schema: &SchemaRef) -> Result<Self, FileError> {
        let file = File::create(path).map_err(disk("create", path))?;
        let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME));
        let writer = options.and_then(|options| StreamWriter::try_new_with_options(BufWriter::new(file), schema, options));
        Ok(Self { path: path.to_owned(), writer: writer.map_err(broken(path))? })
    }

    /// Adds rows.
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), FileError> {
        self.writer.write(batch).map_err(broken(&self.path))
    }

    /// Ends it.
    pub(super) fn finish(self) -> Result<(), FileError> {
        let path = self.path;
        let mut file = self.writer.into_inner().map_err(broken(&path))?;
        file.flush().map_err(disk("write", &path))
    }
}

/// The rows of a scratch file, batch by batch.
pub(super) fn rows(path: &Path) -> Result<impl Iterator<Item = Result<RecordBatch, FileError>>, FileError> {
    let file = File::open(path).map_err(disk("open", path))?;
    let reader = StreamReader::try_new(BufReader::new(file), None).map_err(broken(path))?;
    let path = path.to_owned();
    Ok(reader.map(move |batch| batch.map_err(broken(&path))))
}

/// Removes a scratch file, so that the disk has room for what comes of it.
pub(super) fn remove(path: &Path) -> Result<(), FileError> {
    std::fs::remove_file(path).map_err(disk("remove", path))
}

/// The disk's error as it is, so that a full disk says so.
fn broken(path: &Path) -> impl FnOnce(ArrowError) -> FileError {
    let path = path.to_owned();
    move |error| match error {
        ArrowError::IoError(_, source) => FileError::Disk { doing: "read or write", path, source },
        error => FileError::Arrow(error),
    }
}
