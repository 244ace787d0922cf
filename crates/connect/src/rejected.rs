//! A row that could not become an event: where it stands, what is wrong with it, how it began.
//!
//! Readers never stop at a bad row: they hand it out in place of the event and go on, and the import writes it to the reject file.

use deskgauge_core::event::record::Problem;

/// Most of a bad row that is kept, in bytes.
pub const RAW_LIMIT: usize = 2000;

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The line of the file that the row begins at, from 1; the number of the row where a format has no lines.
    pub row: u64,
    /// Everything that is wrong with it.
    pub problems: Vec<Problem>,
    /// The row as it was written, cut at [`RAW_LIMIT`].
    pub raw: String,
}

impl Rejected {
    /// A row with these problems.
    pub fn new(row: u64, problems: Vec<Problem>, raw: &[u8]) -> Self {
        let cut = raw.len() > RAW_LIMIT;
        let mut text = String::from_utf8_lossy(&raw[..raw.len().min(RAW_LIMIT)]).into_owned();
        if cut {
            text.push('…');
        }
        Self { row, problems, raw: text }
    }

    /// A row that is wrong as a whole, not in one field.
    pub fn whole(row: u64, code: &'static str, reason: impl Into<String>, raw: &[u8]) -> Self {
        Self::new(row, vec![problem("", "", code, reason)], raw)
    }
}

/// A problem of one field; the value is cut to what fits on a line.
pub fn problem(field: &str, value: &str, code: &'static str, reason: impl Into<String>) -> Problem {
    let mut shown: String = value.chars().take(80).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    Problem { field: field.to_owned(), value: shown, code, reason: reason.into() }
}
