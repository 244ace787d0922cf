//! Records of delimited text: CSV, TSV and their kin.
//!
//! A reader of its own and not a library's, because of what broken files do: a quote that is never closed must cost one row, not the
//! rest of the file and all memory. So records are put together from bounded lines; where a record cannot be finished, its first line
//! is rejected and reading goes on with the second. It knows no header and no types.

use std::collections::VecDeque;
use std::io::{self, Read};

use crate::lines::{LINE_LIMIT, Line, Lines};
use crate::rejected::Rejected;

/// Longest field whose quotes go over several lines: so many lines.
const LINES_PER_RECORD: usize = 1000;

/// One record: its cells in one buffer.
#[derive(Debug, Default)]
pub struct Record {
    /// The line that it begins at, from 1.
    pub line: u64,
    text: String,
    ends: Vec<usize>,
    quoted: Vec<bool>,
}

impl Record {
    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no cells.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell at `index`; empty beyond the last.
    pub fn cell(&self, index: usize) -> &str {
        let Some(end) = self.ends.get(index) else { return "" };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..*end]
    }

    /// All cells.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.cell(index))
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.quoted.clear();
    }

    fn end_cell(&mut self, quoted: bool) {
        self.ends.push(self.text.len());
        self.quoted.push(quoted);
    }

    /// Whether the line held nothing at all.
    fn is_blank(&self) -> bool {
        self.len() == 1 && self.cell(0).is_empty() && !self.quoted[0]
    }
}

/// Reads records from bytes.
#[derive(Debug)]
pub struct Records<R> {
    lines: Lines<R>,
    delimiter: u8,
    /// Lines that were read ahead and given back, with their numbers.
    pending: VecDeque<(u64, Line, Vec<u8>)>,
    raw: Vec<u8>,
    failed: bool,
}

impl<R: Read> Records<R> {
    /// Records of `input`, its cells parted by `delimiter`.
    pub fn new(input: R, delimiter: u8) -> Self {
        Self { lines: Lines::new(input), delimiter, pending: VecDeque::new(), raw: Vec::new(), failed: false }
    }

    /// Changes the delimiter; for readers that look at the first line before they know it.
    pub fn set_delimiter(&mut self, delimiter: u8) {
        self.delimiter = delimiter;
    }

    /// The first line, which stays to be read.
    pub fn peek_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.pending.is_empty() {
            let mut buffer = Vec::new();
            let line = self.lines.next_into(&mut buffer)?;
            if line == Line::End {
                return Ok(None);
            }
            self.pending.push_back((self.lines.number(), line, buffer));
        }
        Ok(self.pending.front().map(|(_, _, line)| line.clone()))
    }

    /// The bytes of the record that was read last, for a message.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Reads the next record into `record`; blank lines are passed over. `None` at the end.
    ///
    /// # Errors
    /// A row that is too long, not UTF-8 or badly quoted; the reader goes on after it. An input that cannot be read any further gives
    /// one `read-failed` and then the end.
    pub fn next_into(&mut self, record: &mut Record) -> Option<Result<(), Rejected>> {
        loop {
            match self.record(record) {
                Some(Ok(())) if record.is_blank() => {}
                other => return other,
            }
        }
    }

    fn record(&mut self, record: &mut Record) -> Option<Result<(), Rejected>> {
        record.clear();
        let mut buffer = std::mem::take(&mut self.raw);
        let first = self.next_line(&mut buffer);
        self.raw = buffer;
        let (number, line) = match first {
            Ok(Some(first)) => first,
            Ok(None) => return None,
            Err(rejected) => return Some(Err(rejected)),
        };
        record.line = number;
        if line == Line::TooLong {
            let reason = format!("the line is longer than {LINE_LIMIT} bytes: shorten or remove it");
            return Some(Err(Rejected::whole(number, "line-too-long", reason, &self.raw)));
        }
        let mut more: Vec<(u64, Line, Vec<u8>)> = Vec::new();
        loop {
            // A line without a quote cannot end the cell; looking again only at others keeps long cells linear.
            if more.last().is_none_or(|(_, _, line)| line.contains(&b'"')) {
                match split(&self.raw, self.delimiter, record) {
                    Split::Done => return Some(Ok(())),
                    Split::Bad(code, reason) => {
                        self.give_back(&mut more);
                        return Some(Err(Rejected::whole(number, code, reason, &self.raw)));
                    }
                    Split::Open => {}
                }
            }
            let mut next = Vec::new();
            let came = if more.len() < LINES_PER_RECORD { self.next_line(&mut next) } else { Ok(None) };
            let first_length = self.raw.len() - more.iter().map(|(_, _, line)| line.len() + 1).sum::<usize>();
            match came {
                Ok(Some((at, Line::Whole))) if self.raw.len() + next.len() < LINE_LIMIT => {
                    self.raw.push(b'\n');
                    self.raw.extend_from_slice(&next);
                    more.push((at, Line::Whole, next));
                }
                Ok(rest) => {
                    if let Some((at, line)) = rest {
                        more.push((at, line, next));
                    }
                    self.raw.truncate(first_length);
                    self.give_back(&mut more);
                    let reason = "a quote is opened and never closed: close it, or double the quotes inside a quoted cell";
                    return Some(Err(Rejected::whole(number, "bad-quotes", reason, &self.raw)));
                }
                Err(rejected) => return Some(Err(rejected)),
            }
        }
    }

    fn give_back(&mut self, lines: &mut Vec<(u64, Line, Vec<u8>)>) {
        for line in lines.drain(..).rev() {
            self.pending.push_front(line);
        }
    }

    fn next_line(&mut self, buffer: &mut Vec<u8>) -> Result<Option<(u64, Line)>, Rejected> {
        if let Some((number, line, bytes)) = self.pending.pop_front() {
            *buffer = bytes;
            return Ok(Some((number, line)));
        }
        if self.failed {
            return Ok(None);
        }
        match self.lines.next_into(buffer) {
            Ok(Line::End) => Ok(None),
            Ok(line) => Ok(Some((self.lines.number(), line))),
            Err(error) => {
                self.failed = true;
                let reason = format!("the file cannot be read any further: {error}");
                Err(Rejected::whole(self.lines.number() + 1, "read-failed", reason, b""))
            }
        }
    }
}

enum Split {
    Done,
    /// A quoted cell goes on in the next line.
    Open,
    Bad(&'static str, &'static str),
}

fn split(raw: &[u8], delimiter: u8, record: &mut Record) -> Split {
    record.clear();
    let Ok(text) = std::str::from_utf8(raw) else {
        return Split::Bad("not-utf8", "the line is not UTF-8: save the file as UTF-8");
    };
    let mut at = 0;
    loop {
        let rest = &raw[at..];
        if rest.first() == Some(&b'"') {
            let mut from = at + 1;
            let close = loop {
                let Some(found) = raw[from..].iter().position(|byte| *byte == b'"') else { return Split::Open };
                let quote = from + found;
                record.text.push_str(&text[from..quote]);
                if raw.get(quote + 1) != Some(&b'"') {
                    break quote;
                }
                record.text.push('"');
                from = quote + 2;
            };
            record.end_cell(true);
            at = close + 1;
            match raw.get(at) {
                None => return Split::Done,
                Some(byte) if *byte == delimiter => at += 1,
                Some(_) => {
                    return Split::Bad("bad-quotes", "text follows a closing quote: double the quotes inside a quoted cell");
                }
            }
        } else {
            let end = rest.iter().position(|byte| *byte == delimiter);
            record.text.push_str(&text[at..end.map_or(raw.len(), |end| at + end)]);
            record.end_cell(false);
            match end {
                None => return Split::Done,
                Some(end) => at += end + 1,
            }
        }
        if at == raw.len() {
            record.end_cell(false);
            return Split::Done;
        }
    }
}
