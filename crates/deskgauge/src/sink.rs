//! Files that are compressed as their names say: `.gz`, `.zst`, or plain.
//!
//! The end of a compressed stream has to be written, so a sink is finished by hand and never just dropped.

use std::io::{self, Write};
use std::path::Path;

/// A file that is compressed as its name says.
pub(crate) enum Sink<W: Write> {
    Plain(W),
    Gzip(flate2::write::GzEncoder<W>),
    Zstandard(zstd::stream::write::Encoder<'static, W>),
}

/// The sink for a file's name.
pub(crate) fn compressed<W: Write>(path: &Path, out: W) -> io::Result<Sink<W>> {
    Ok(match path.extension().and_then(|ending| ending.to_str()) {
        Some("gz") => Sink::Gzip(flate2::write::GzEncoder::new(out, flate2::Compression::default())),
        Some("zst") => Sink::Zstandard(zstd::stream::write::Encoder::new(out, 3)?),
        _ => Sink::Plain(out),
    })
}

impl<W: Write> Sink<W> {
    /// Writes what is held back and ends the compressed stream.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(mut out) => out.flush(),
            Self::Gzip(out) => out.finish()?.flush(),
            Self::Zstandard(out) => out.finish()?.flush(),
        }
    }
}

impl<W: Write> Write for Sink<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(out) => out.write(bytes),
            Self::Zstandard(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Gzip(out) => out.flush(),
            Self::Zstandard(out) => out.flush(),
        }
    }
}
