//! Events as CSV or TSV: the header names the fields, lists are parted by `;`, ratings are JSON text, an empty cell is an absent field.
//!
//! A header that names a field twice is an error of the file: no row of it can be trusted. A row of another length than the header is
//! rejected and not filled up, since nobody can tell which cell is missing.

use std::io::Read;

use deskgauge_core::diagnostic::{Diagnostic, Place};
use deskgauge_core::event::Event;
use deskgauge_core::event::fields::FieldId;
use deskgauge_core::event::record::{Defaults, Value};

use super::Columns;
use crate::delimited::{Record, Records};
use crate::intern::Interner;
use crate::rejected::Rejected;

/// Events of a CSV or TSV file, in its order.
#[derive(Debug)]
pub struct Csv<R> {
    records: Records<R>,
    record: Record,
    columns: Columns,
    defaults: Defaults,
    texts: Interner,
}

/// Reads the header and gets ready to read events; `delimiter` is `,` or a tab.
///
/// # Errors
/// `no-header`, `bad-header` or `duplicate-column`, with the place in `file`, the name that the user gave.
pub fn csv<R: Read>(input: R, delimiter: u8, file: &str, defaults: Defaults) -> Result<Csv<R>, Diagnostic> {
    let mut records = Records::new(input, delimiter);
    let mut record = Record::default();
    let place = |line: u64, column: u32| Place { file: file.to_owned(), line: u32::try_from(line).unwrap_or(0), column };
    match records.next_into(&mut record) {
        None => {
            return Err(Diagnostic::error("no-header", "the file is empty")
                .at(place(0, 0))
                .hint("its first line names the fields: type,at,conversation,…"));
        }
        Some(Err(rejected)) => {
            let reason = rejected.problems.first().map_or("", |problem| problem.reason.as_str()).to_owned();
            return Err(
                Diagnostic::error("bad-header", format!("the header cannot be read: {reason}")).at(place(rejected.row, 0))
            );
        }
        Some(Ok(())) => {}
    }
    let columns = Columns::new(record.cells()).map_err(|problem| problem.at(place(record.line, 0)))?;
    Ok(Csv { records, record, columns, defaults, texts: Interner::default() })
}

impl<R> Csv<R> {
    /// What deserves attention in the file as a whole: unknown columns, each once.
    pub fn warnings(&self) -> &[Diagnostic] {
        self.columns.warnings()
    }
}

impl<R: Read> Iterator for Csv<R> {
    type Item = Result<Event, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Err(rejected) = self.records.next_into(&mut self.record)? {
            return Some(Err(rejected));
        }
        Some(self.event())
    }
}

impl<R: Read> Csv<R> {
    fn event(&mut self) -> Result<Event, Rejected> {
        let (line, width) = (self.record.line, self.columns.fields().len());
        if self.record.len() != width {
            let reason = format!("the row has {} cells where the header has {width}", self.record.len());
            return Err(Rejected::whole(line, "wrong-width", reason, self.records.raw()));
        }
        let (record, texts) = (&self.record, &mut self.texts);
        let cells = self.columns.fields().iter().enumerate().map(|(index, field)| {
            let cell = record.cell(index);
            if cell.is_empty() || field.is_none() {
                return None;
            }
            // Ids are unique: sharing them would only push out those texts that repeat.
            let unique = *field == Some(const { FieldId::of("id") });
            Some(Value::Text(if unique { cell.into() } else { texts.text(cell) }))
        });
        self.columns.read(cells, &self.defaults).map_err(|problems| Rejected::new(line, problems, self.records.raw()))
    }
}
