//! Lines of bytes with a limit: no input, however broken, makes a reader hold more than a line's worth of memory.
//!
//! It knows line ends (LF, CRLF) and a byte order mark at the beginning, and nothing of what a line holds.

pub mod blocks;

use std::io::{self, BufRead, BufReader, Read};

/// Longest line, in bytes, without its end.
pub const LINE_LIMIT: usize = 1 << 20;

/// Reads lines from bytes.
#[derive(Debug)]
pub struct Lines<R> {
    input: BufReader<R>,
    number: u64,
}

/// What the next line turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The line is in the buffer, without its end.
    Whole,
    /// It is longer than [`LINE_LIMIT`]: the buffer holds its beginning, the rest was skipped.
    TooLong,
    /// There are no more lines.
    End,
}

impl<R: Read> Lines<R> {
    /// Lines of `input`.
    pub fn new(input: R) -> Self {
        Self { input: BufReader::with_capacity(1 << 16, input), number: 0 }
    }

    /// Lines of `input`, before which so many stand.
    pub fn after(before: u64, input: R) -> Self {
        Self { number: before, ..Self::new(input) }
    }

    /// The number of the line that was read last, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Reads the next line into `buffer`, in place of what it holds.
    ///
    /// # Errors
    /// Those of the input.
    pub fn next_into(&mut self, buffer: &mut Vec<u8>) -> io::Result<Line> {
        buffer.clear();
        let (mut any, mut too_long) = (false, false);
        loop {
            let available = match self.input.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                if !any {
                    return Ok(Line::End);
                }
                break;
            }
            any = true;
            let end = available.iter().position(|byte| *byte == b'\n');
            let piece = &available[..end.unwrap_or(available.len())];
            let room = LINE_LIMIT + 1 - buffer.len();
            too_long |= piece.len() > room;
            buffer.extend_from_slice(&piece[..piece.len().min(room)]);
            let used = piece.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        self.number += 1;
        if buffer.last() == Some(&b'\r') {
            buffer.pop();
        }
        if self.number == 1 && buffer.starts_with(b"\xef\xbb\xbf") {
            buffer.drain(..3);
        }
        if too_long || buffer.len() > LINE_LIMIT {
            buffer.truncate(LINE_LIMIT);
            return Ok(Line::TooLong);
        }
        Ok(Line::Whole)
    }
}
