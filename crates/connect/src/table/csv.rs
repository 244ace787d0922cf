//! Rows of CSV, TSV and their kin, with the delimiter found out from the header.
//!
//! Every cell is text; dates and numbers are the mapping's matter. Columns that a mapping does not use can be left out, which is most
//! of the work with wide tables.

use std::io::Read;

use deskgauge_core::diagnostic::{Diagnostic, Place};

use super::{Cell, Row, column_names};
use crate::delimited::{Record, Records};
use crate::intern::Interner;
use crate::rejected::{RAW_LIMIT, Rejected};

/// Delimiters that are recognised.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows of a delimited file.
#[derive(Debug)]
pub struct CsvRows<R> {
    records: Records<R>,
    record: Record,
    columns: Vec<String>,
    used: Vec<bool>,
    texts: Interner,
}

/// Reads the header and gets ready to read rows. `delimiter`: `None` takes the one that stands most often in the header.
///
/// # Errors
/// `no-header` or `bad-header`, with the place in `file`, the name that the user gave.
pub fn open<R: Read>(input: R, delimiter: Option<u8>, file: &str) -> Result<CsvRows<R>, Diagnostic> {
    let place = |line: u64| Place { file: file.to_owned(), line: u32::try_from(line).unwrap_or(0), column: 0 };
    let mut records = Records::new(input, delimiter.unwrap_or(b','));
    let first = records
        .peek_line()
        .map_err(|error| Diagnostic::error("read-failed", format!("the file cannot be read: {error}")).at(place(0)))?;
    let empty = || Diagnostic::error("no-header", "the file is empty").at(place(0)).hint("its first line names the columns");
    let Some(first) = first else { return Err(empty()) };
    if delimiter.is_none() {
        records.set_delimiter(detect(&first));
    }
    let mut record = Record::default();
    match records.next_into(&mut record) {
        None => Err(empty()),
        Some(Err(rejected)) => {
            let reason = rejected.problems.first().map_or("", |problem| problem.reason.as_str()).to_owned();
            Err(Diagnostic::error("bad-header", format!("the header cannot be read: {reason}")).at(place(rejected.row)))
        }
        Some(Ok(())) => {
            let columns = column_names(record.cells());
            let used = vec![true; columns.len()];
            Ok(CsvRows { records, record, columns, used, texts: Interner::default() })
        }
    }
}

impl<R> CsvRows<R> {
    /// The names of the columns, repeated ones numbered.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Leaves the columns that are not `used` empty, to save the work.
    pub fn only(&mut self, used: Vec<bool>) {
        self.used = used;
    }
}

impl<R: Read> Iterator for CsvRows<R> {
    type Item = Result<Row, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Err(rejected) = self.records.next_into(&mut self.record)? {
            return Some(Err(rejected));
        }
        let (line, width) = (self.record.line, self.columns.len());
        if self.record.len() != width {
            let reason = format!("the row has {} cells where the header has {width}", self.record.len());
            return Some(Err(Rejected::whole(line, "wrong-width", reason, self.records.raw())));
        }
        let cells = (0..width).map(|index| match self.record.cell(index) {
            "" => Cell::Null,
            _ if !self.used.get(index).copied().unwrap_or(false) => Cell::Null,
            text => Cell::Text(self.texts.text(text)),
        });
        let cells = cells.collect();
        let written = self.records.raw();
        let written = Some(written[..written.len().min(RAW_LIMIT + 1)].into());
        Some(Ok(Row { number: line, cells, written }))
    }
}

/// The delimiter that stands most often in a line, outside quotes; a comma where there is none.
fn detect(line: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in line {
        quoted ^= *byte == b'"';
        if let Some(index) = DELIMITERS.iter().position(|delimiter| delimiter == byte)
            && !quoted
        {
            counts[index] += 1;
        }
    }
    let best = (0..DELIMITERS.len()).rev().max_by_key(|index| counts[*index]).unwrap_or(0);
    DELIMITERS[best]
}
