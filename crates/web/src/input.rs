//! Files that are read in: plain or compressed, counted as they are read, of the forms that imports know.
//!
//! The form of a file is told by its name and checked by its first bytes, since `.gz` files without their ending and JSON Lines called
//! `.txt` are everyday. What is in a file is the readers' matter.

pub mod ahead;
pub mod columnar;
pub mod tables;

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use deskgauge_core::diagnostic::Diagnostic;
use flate2::read::MultiGzDecoder;

use crate::failure::{Failure, Outcome, exit};
use columnar::Rows;

/// The form of a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON Lines.
    Jsonl,
    /// Comma-separated values.
    Csv,
    /// Tab-separated values.
    Tsv,
    /// Parquet.
    Parquet,
    /// A spreadsheet; only as a table with a mapping.
    Xlsx,
}

impl Form {
    /// All of them, each with its word and what it is.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Jsonl, "jsonl", "JSON Lines"),
        (Self::Csv, "csv", "Comma-separated values"),
        (Self::Tsv, "tsv", "Tab-separated values"),
        (Self::Parquet, "parquet", "Parquet"),
        (Self::Xlsx, "xlsx", "A spreadsheet; only as a table with a mapping"),
    ];
}

/// The endings of each form. The last part of a file's name in lower case, after `.gz` or `.zst` is taken off.
pub const ENDINGS: &[(&str, Form)] = &[
    ("jsonl", Form::Jsonl),
    ("ndjson", Form::Jsonl),
    ("json", Form::Jsonl),
    ("csv", Form::Csv),
    ("tsv", Form::Tsv),
    ("tab", Form::Tsv),
    ("parquet", Form::Parquet),
    ("xlsx", Form::Xlsx),
];

/// Where bytes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Standard input.
    Standard,
    /// A file.
    File(PathBuf),
    /// A file that is kept at another place and under another name than the one that people know.
    Kept(PathBuf, String),
}

impl Place {
    /// How the user sees it.
    pub fn name(&self) -> String {
        match self {
            Self::Standard => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::Kept(_, name) => name.clone(),
        }
    }

    /// Where it lies.
    fn path(&self) -> Option<&Path> {
        match self {
            Self::Standard => None,
            Self::File(path) | Self::Kept(path, _) => Some(path),
        }
    }

    /// Its size in bytes, where it is known.
    pub fn size(&self) -> Option<u64> {
        self.path()?.metadata().ok().map(|data| data.len())
    }
}

/// The form that a file's name tells.
pub fn form_of_name(path: &Path) -> Option<Form> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    let ending = name.rsplit_once('.')?.1;
    ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, form)| *form)
}

/// Counts bytes as they are read.
struct Counted<R> {
    input: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// An open file: its form and its bytes, decompressed.
pub struct Opened {
    /// The form of the content.
    pub form: Form,
    /// The content.
    pub bytes: Box<dyn Read + Send>,
}

/// Opens a place. `form`: what the user says it is; None: told by name and first bytes. `read` counts the bytes as stored.
///
/// # Errors
/// `unknown-form`, or what the disk says.
pub fn open(place: &Place, form: Option<Form>, read: Arc<AtomicU64>) -> Outcome<Opened> {
    let name = PathBuf::from(match place {
        Place::Standard => "-".to_owned(),
        _ => place.name(),
    });
    let broken = |error: io::Error| Failure::file("read", &name, &error);
    let input: Box<dyn Read + Send> = match place.path() {
        None => Box::new(io::stdin()),
        Some(path) => Box::new(File::open(path).map_err(broken)?),
    };
    let mut input: Box<dyn Read + Send> = Box::new(Counted { input, read });
    let head = peek(&mut input, 4).map_err(broken)?;
    let (gzip, zstandard) = (head.starts_with(&[0x1f, 0x8b]), head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]));
    let whole = Cursor::new(head).chain(input);
    let mut bytes: Box<dyn Read + Send> = if gzip {
        Box::new(MultiGzDecoder::new(BufReader::with_capacity(1 << 16, whole)))
    } else if zstandard {
        Box::new(zstd::stream::read::Decoder::new(whole).map_err(broken)?)
    } else {
        Box::new(whole)
    };
    let head = peek(&mut bytes, 512).map_err(broken)?;
    let form = form.or_else(|| form_of_bytes(&head)).or_else(|| form_of_name(&name));
    let Some(form) = form else {
        let problem = Diagnostic::error("unknown-form", format!("{} is of no known form", place.name()));
        return Err(Failure::new(exit::USAGE, problem.hint("say what it is: --as jsonl, csv, tsv or parquet")));
    };
    Ok(Opened { form, bytes: Box::new(Cursor::new(head).chain(bytes)) })
}

/// The form that the first bytes prove; CSV proves itself by nothing.
fn form_of_bytes(head: &[u8]) -> Option<Form> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    match head {
        _ if head.starts_with(b"PAR1") => Some(Form::Parquet),
        _ if head.starts_with(b"PK\x03\x04") => Some(Form::Xlsx),
        _ if first == Some(&b'{') => Some(Form::Jsonl),
        _ => None,
    }
}

fn peek(input: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(most);
    input.take(most as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// A file that can be read from its end, for forms that need it: the file itself where it is plain, else a nameless copy on disk.
///
/// # Errors
/// What the disk says.
fn seekable(place: &Place, mut opened: Opened) -> Outcome<File> {
    if let Some(path) = place.path() {
        let mut file = File::open(path).map_err(|error| Failure::file("read", path, &error))?;
        if peek(&mut file, 4).is_ok_and(|head| head == b"PAR1") {
            return Ok(file);
        }
    }
    let copy = std::env::temp_dir().join(format!("deskgauge-{}.part", std::process::id()));
    let failed = |error: io::Error| Failure::file("write", &copy, &error);
    let mut file = File::options().read(true).write(true).create(true).truncate(true).open(&copy).map_err(failed)?;
    // The name goes at once: the copy lives as long as it is open, also when the process is killed.
    let _ = std::fs::remove_file(&copy);
    io::copy(&mut opened.bytes, &mut file).map_err(failed)?;
    Ok(file)
}

/// A Parquet file of a place, whose bytes are counted as its rows come. `before`: what had been counted before it was opened.
///
/// # Errors
/// What the disk says; a file that is not Parquet.
pub fn parquet(place: &Place, opened: Opened, read: Arc<AtomicU64>, before: u64) -> Outcome<Rows> {
    let wrong = |problem| Failure::new(exit::DATA, problem);
    let mut rows = columnar::open(seekable(place, opened)?, &place.name()).map_err(wrong)?;
    // A compressed one was read, and counted, to its end for the copy.
    let counted = read.load(Ordering::Relaxed).saturating_sub(before);
    rows.count_bytes(read, place.size().unwrap_or(0).saturating_sub(counted));
    Ok(rows)
}

/// The whole content in memory, for spreadsheets.
///
/// # Errors
/// What the disk says.
pub fn whole(place: &Place, mut opened: Opened) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    let path = PathBuf::from(place.name());
    opened.bytes.read_to_end(&mut bytes).map_err(|error| Failure::file("read", &path, &error))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int64Array, RecordBatch};
    use parquet::arrow::ArrowWriter;

    use super::*;

    #[test]
    fn the_bytes_of_a_parquet_file_are_counted_as_its_rows_come() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("numbers.parquet");
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..10_000));
        let batch = RecordBatch::try_from_iter([("n", numbers)]).expect("a batch");
        let mut out = ArrowWriter::try_new(File::create(&path).expect("a file"), batch.schema(), None).expect("a writer");
        out.write(&batch).and_then(|()| out.close()).expect("a disk");
        let size = path.metadata().expect("a file").len();
        let (place, read) = (Place::File(path), Arc::new(AtomicU64::new(7)));
        let opened = open(&place, None, read.clone()).expect("a file");
        let mut rows = parquet(&place, opened, read.clone(), 7).expect("Parquet");
        let half = rows.by_ref().take(5000).count();
        let counted = read.load(Ordering::Relaxed) - 7;
        assert!(half == 5000 && counted > size / 2 && counted < size, "{counted} of {size}");
        assert_eq!((rows.count(), read.load(Ordering::Relaxed) - 7), (5000, size));
    }
}
