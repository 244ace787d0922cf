//! Blocks of whole lines: pieces of an input that can be read each by itself, at once.
//!
//! A block is about a megabyte. A line that is longer than any may be is cut behind the limit, so that memory does not follow the input;
//! whoever reads the block finds it too long.

use std::io::{self, Read};

use super::LINE_LIMIT;

/// Bytes of a block, about.
const BLOCK: usize = 1 << 20;

/// Some lines of an input.
#[derive(Debug)]
pub struct Block {
    /// How many lines stand before them.
    pub before: u64,
    /// The lines, with their ends.
    pub bytes: Vec<u8>,
}

/// Reads blocks from bytes.
#[derive(Debug)]
pub struct Blocks<R> {
    input: R,
    /// The beginning of a line that goes on.
    carried: Vec<u8>,
    before: u64,
    /// What ended the input; it comes after the lines that were whole.
    failure: Option<io::Error>,
    ended: bool,
}

impl<R: Read> Blocks<R> {
    /// Blocks of `input`.
    pub fn new(input: R) -> Self {
        Self { input, carried: Vec::new(), before: 0, failure: None, ended: false }
    }

    /// How many lines stand before the next block.
    pub fn before(&self) -> u64 {
        self.before
    }

    /// Fills `bytes` up to a length, or to the end of the input.
    fn fill(&mut self, bytes: &mut Vec<u8>, length: usize) {
        let missing = length.saturating_sub(bytes.len());
        match self.input.by_ref().take(missing as u64).read_to_end(bytes) {
            Ok(read) => self.ended = read < missing,
            Err(error) => (self.failure, self.ended) = (Some(error), true),
        }
    }

    /// Passes over the rest of a line that is too long already.
    fn skip_line(&mut self) {
        let mut piece = Vec::new();
        while !self.ended {
            piece.clear();
            self.fill(&mut piece, BLOCK);
            if let Some(end) = piece.iter().position(|byte| *byte == b'\n') {
                self.carried.extend_from_slice(&piece[end + 1..]);
                return;
            }
        }
    }
}

impl<R: Read> Iterator for Blocks<R> {
    type Item = io::Result<Block>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = std::mem::take(&mut self.carried);
        let mut length = BLOCK;
        while !self.ended {
            self.fill(&mut bytes, length);
            if self.ended {
                break;
            }
            if let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n') {
                self.carried = bytes.split_off(end + 1);
                break;
            }
            if bytes.len() > LINE_LIMIT + 1 {
                self.skip_line();
                bytes.push(b'\n');
                break;
            }
            length += BLOCK;
        }
        if self.failure.is_some() && self.carried.is_empty() {
            // The line in which it broke off is not whole.
            let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            bytes.truncate(whole);
        }
        if bytes.is_empty() {
            return self.failure.take().map(Err);
        }
        let before = self.before;
        self.before += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        Some(Ok(Block { before, bytes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(input: &[u8]) -> Vec<Block> {
        Blocks::new(input).map(|block| block.unwrap()).collect()
    }

    #[test]
    fn lines_stay_whole_and_keep_their_numbers() {
        let line = |number: usize| format!("{number:0>40}\n");
        let text: String = (0..60_000).map(line).collect();
        let found = blocks(text.as_bytes());
        assert!(found.len() > 2, "{} blocks", found.len());
        for block in &found {
            let first = std::str::from_utf8(&block.bytes).unwrap().lines().next().unwrap();
            assert_eq!(first.parse::<u64>().unwrap(), block.before);
        }
        let all: Vec<u8> = found.into_iter().flat_map(|block| block.bytes).collect();
        assert!(all == text.as_bytes());
    }

    #[test]
    fn a_line_beyond_every_limit_is_cut_and_the_next_one_stays() {
        let mut text = vec![b'x'; 5 * LINE_LIMIT];
        text.extend_from_slice(b"\nnext\nlast");
        let found = blocks(&text);
        assert!(found[0].bytes.len() > LINE_LIMIT && found[0].bytes.len() < 2 * LINE_LIMIT + 2 + BLOCK);
        assert_eq!((found[1].before, &*found[1].bytes), (1, &b"next\nlast"[..]));
    }

    /// Gives some bytes and then fails.
    struct Torn(&'static [u8]);

    impl Read for Torn {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.0.read(buffer)
        }
    }

    #[test]
    fn an_input_that_breaks_off_gives_its_whole_lines_first() {
        let mut blocks = Blocks::new(Torn(b"one\ntwo\nthr"));
        assert_eq!(blocks.next().unwrap().unwrap().bytes, b"one\ntwo\n");
        assert_eq!(blocks.before(), 2);
        assert!(blocks.next().unwrap().is_err());
        assert!(blocks.next().is_none());
    }
}
