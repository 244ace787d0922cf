//! Standard output, which carries answers and nothing else, and the forms that answers are written in.
//!
//! Whoever reads us may stop at any line (`| head`): that is no error. All forms print the same structs, so a number cannot differ
//! between them but in how it is rounded for people.

pub(crate) mod markdown;
pub(crate) mod table;

use std::io::{self, Write};
use std::path::Path;

pub(crate) use deskgauge_web::forms::{csv, grid, json, value};
pub(crate) use deskgauge_web::report as html;

use crate::config::Format;
use crate::failure::{Failure, Outcome};
use grid::Grid;

/// Prints a text, with one line end after it.
///
/// # Errors
/// The output's; [`Failure::gone`] when nobody reads it any more.
pub(crate) fn print(text: &str) -> Outcome {
    let mut out = io::stdout().lock();
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    out.write_all(text.as_bytes())
        .and_then(|()| out.write_all(end.as_bytes()))
        .and_then(|()| out.flush())
        .map_err(|error| stdout_failure(&error))
}

/// A grid in a format.
pub(crate) fn grid_as(grid: &Grid, format: Format) -> String {
    match format {
        Format::Table => grid.table(),
        Format::Csv => grid.csv(),
        Format::Md => grid.markdown(),
        Format::Json => grid.json().to_string(),
    }
}

/// What a failed write to standard output means.
pub(crate) fn stdout_failure(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Failure::gone();
    }
    Failure::file("write", Path::new("standard output"), error)
}

/// Writes a file whole: beside its place first, so that nobody finds half of it.
///
/// # Errors
/// The disk's.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Outcome {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = Path::new(&beside);
    std::fs::write(beside, bytes)
        .and_then(|()| std::fs::rename(beside, path))
        .map_err(|error| Failure::file("write", path, &error))
}
