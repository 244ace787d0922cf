//! Tables of any form as a header and rows, for a proposal of a mapping and for imports by one.
//!
//! Which columns are needed can be said before the rows are read, which saves most of the work with wide files.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use deskgauge_connect::Rejected;
use deskgauge_connect::table::{Row, csv, xlsx};
use deskgauge_core::diagnostic::Diagnostic;

use super::{Form, Place};
use crate::failure::{Failure, Outcome, exit};

/// A table that is open.
pub struct Table {
    /// The names of its columns, repeated ones numbered.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Box<dyn Iterator<Item = Result<Row, Rejected>>>,
}

/// Opens a table. `used` says, by the names of the columns, which of them are needed.
///
/// # Errors
/// The file's: no such file, no header, not what its name says.
pub fn open(
    place: &Place,
    form: Option<Form>,
    sheet: Option<&str>,
    read: Arc<AtomicU64>,
    used: impl Fn(&[String]) -> Vec<bool>,
) -> Outcome<Table> {
    let name = place.name();
    let wrong = |problem: Diagnostic| Failure::new(exit::DATA, problem);
    let (counter, before) = (read.clone(), read.load(Ordering::Relaxed));
    // A form that nothing tells is delimited text, whose delimiter is found out from the header.
    let opened = match super::open(place, form, read.clone()) {
        Err(failure) if form.is_none() && failure.problems.iter().any(|problem| problem.code == "unknown-form") => {
            super::open(place, Some(Form::Csv), read)?
        }
        other => other?,
    };
    match opened.form {
        Form::Csv | Form::Tsv => {
            let delimiter = (opened.form == Form::Tsv).then_some(b'\t');
            let mut rows = csv::open(opened.bytes, delimiter, &name).map_err(wrong)?;
            let columns = rows.columns().to_vec();
            rows.only(used(&columns));
            Ok(Table { columns, rows: Box::new(rows) })
        }
        Form::Parquet => {
            let mut rows = super::parquet(place, opened, counter, before)?;
            let columns = rows.columns.clone();
            rows.only(used(&columns));
            Ok(Table { columns, rows: Box::new(rows) })
        }
        Form::Xlsx => {
            let sheet = xlsx::read(&super::whole(place, opened)?, sheet, &name).map_err(wrong)?;
            Ok(Table { columns: sheet.columns.clone(), rows: Box::new(sheet.into_rows()) })
        }
        Form::Jsonl => Err(Failure::usage(
            "not-a-table",
            format!("{name} holds JSON, which is no table"),
            "import events in our format with `deskgauge import events`; other JSON has to become CSV first",
        )),
    }
}
