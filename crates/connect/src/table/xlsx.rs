//! Rows of a spreadsheet: the first sheet of an XLSX file, or a named one.
//!
//! A workbook has no order in which it could be streamed, so that the sheet is held in memory whole. Dates come as what the sheet's
//! formats say they are, never guessed from numbers.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use deskgauge_core::diagnostic::{Diagnostic, Place, near_name};
use jiff::civil;

use super::{Cell, Row, column_names};
use crate::rejected::Rejected;

/// A sheet.
#[derive(Debug)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// The names of its columns, repeated ones numbered.
    pub columns: Vec<String>,
    /// Its rows below the header; rows without any cell are left out.
    pub rows: Vec<Row>,
}

impl Sheet {
    /// The rows as a source for a mapping.
    pub fn into_rows(self) -> impl Iterator<Item = Result<Row, Rejected>> {
        self.rows.into_iter().map(Ok)
    }
}

/// Reads a sheet: the one of that name, or the first.
///
/// # Errors
/// `bad-spreadsheet`, `no-sheet` or `no-header`, with the place in `file`, the name that the user gave.
pub fn read(bytes: &[u8], sheet: Option<&str>, file: &str) -> Result<Sheet, Diagnostic> {
    let place = || Place { file: file.to_owned(), line: 0, column: 0 };
    let broken = |error: calamine::XlsxError| {
        Diagnostic::error("bad-spreadsheet", format!("the file cannot be read as XLSX: {error}"))
            .at(place())
            .hint("save it again as .xlsx, or export the sheet as CSV")
    };
    let mut book: Xlsx<Cursor<&[u8]>> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let names = book.sheet_names();
    let name = match sheet {
        None => names.first().cloned(),
        Some(wanted) => names.iter().find(|name| name.as_str() == wanted).cloned(),
    };
    let Some(name) = name else {
        let wanted = sheet.unwrap_or("");
        let hint = match near_name(wanted, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its sheets are: {}", names.join(", ")),
        };
        return Err(Diagnostic::error("no-sheet", format!("the file has no sheet `{wanted}`")).at(place()).hint(hint));
    };
    let range = book.worksheet_range(&name).map_err(broken)?;
    let first_number = u64::from(range.start().map_or(0, |(row, _)| row)) + 1;
    let mut rows = range.rows();
    let Some(header) = rows.next() else {
        return Err(Diagnostic::error("no-header", format!("the sheet `{name}` is empty"))
            .at(place())
            .hint("its first row names the columns"));
    };
    let header: Vec<String> = header.iter().map(|data| cell(data).to_string()).collect();
    let columns = column_names(header.iter().map(String::as_str));
    let rows = rows
        .zip(first_number + 1..)
        .map(|(row, number)| Row::new(number, row.iter().map(cell).collect()))
        .filter(|row| row.cells.iter().any(|cell| *cell != Cell::Null))
        .collect();
    Ok(Sheet { name, columns, rows })
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::Int(number) => Cell::Int(*number),
        Data::Float(number) => Cell::Float(*number),
        Data::String(text) if text.is_empty() => Cell::Null,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::Text(text.as_str().into()),
        Data::Bool(flag) => Cell::Bool(*flag),
        Data::DateTime(at) if at.is_datetime() => local(*at).unwrap_or(Cell::Float(at.as_f64())),
        Data::DateTime(length) => Cell::Float(length.as_f64()),
        Data::Error(_) | Data::Empty => Cell::Null,
        #[allow(unreachable_patterns)]
        _ => Cell::Null,
    }
}

/// A serial date as a local time; to the second, since serials are floats and miss it by some microseconds.
fn local(at: calamine::ExcelDateTime) -> Option<Cell> {
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let small = |number: u8| i8::try_from(number).ok();
    let time = civil::DateTime::new(
        i16::try_from(year).ok()?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        i32::from(milli) * 1_000_000,
    );
    let rounded = time.ok()?.round(jiff::Unit::Second).ok()?;
    Some(Cell::Local(rounded))
}
