//! Digests of files: what was written is what is read, or it is noticed.
//!
//! A disk, a copy or a person may change a byte, and many changed bytes still decode as other numbers. So the bytes are digested while
//! they are written, the lake keeps the digest, and whoever rewrites from a file or doubts it compares. The digest finds accidents; it
//! is no seal against intent, and questions do not compute it, because they read only parts of files.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

use super::{FileError, disk};

/// Bytes that are read at once.
const PIECE: usize = 256 * 1024;

/// What a finished file is known by.
pub(super) struct Told {
    pub(super) size: u64,
    pub(super) footer_size: u64,
    pub(super) digest: u128,
}

/// Digests what passes through to a file.
pub(super) struct Digesting {
    file: File,
    state: Box<Xxh3>,
    size: u64,
    /// The last bytes that passed.
    tail: [u8; 8],
}

impl Digesting {
    pub(super) fn new(file: File) -> Self {
        Self { file, state: Box::new(Xxh3::new()), size: 0, tail: [0; 8] }
    }

    /// What has passed so far, as a whole Parquet file: the length of its footer stands before the closing mark.
    pub(super) fn told(&self) -> Told {
        let [a, b, c, d, ..] = self.tail;
        let footer_size = u64::from(u32::from_le_bytes([a, b, c, d]));
        Told { size: self.size, footer_size, digest: self.state.digest128() }
    }
}

impl Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        let passed = &bytes[..count];
        self.state.update(passed);
        self.size += count as u64;
        match passed.last_chunk() {
            Some(tail) => self.tail = *tail,
            None => {
                self.tail.rotate_left(count);
                let kept = self.tail.len() - count;
                self.tail[kept..].copy_from_slice(passed);
            }
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The digest of a file's bytes: XXH3 with 128 bits.
///
/// # Errors
/// The system's.
pub fn digest_of(path: &Path) -> Result<u128, FileError> {
    let mut file = File::open(path).map_err(disk("open", path))?;
    let mut state = Xxh3::new();
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece).map_err(disk("read", path))? {
            0 => return Ok(state.digest128()),
            count => state.update(&piece[..count]),
        }
    }
}

/// Compares a stored file with the digest of what was written; a file without one passes. `todo` says how the file can be had again.
///
/// # Errors
/// [`FileError::Damaged`], and the system's.
pub fn verify(path: &Path, digest: Option<u128>, todo: &'static str) -> Result<(), FileError> {
    let Some(digest) = digest else { return Ok(()) };
    let damaged = |what: &str| FileError::Damaged { path: path.to_owned(), what: what.to_owned(), todo };
    match digest_of(path) {
        Ok(found) if found == digest => Ok(()),
        Ok(_) => Err(damaged("its content is not what was written")),
        Err(FileError::Disk { source, .. }) if source.kind() == io::ErrorKind::NotFound => Err(damaged("it is not there")),
        Err(error) => Err(error),
    }
}
