//! Any table by a mapping.

use std::sync::Arc;

use deskgauge_connect::table::{Mapping, Report};
use deskgauge_core::diagnostic::Diagnostic;

use super::{Session, Watching};
use crate::failure::{Failure, Outcome, exit};
use crate::input::{Form, Place, tables};

/// Takes the events that a mapping makes of a table. `form` and `sheet`: what the user says the file is, and which of its sheets.
///
/// # Errors
/// The file's; columns that the mapping names and the table does not have; those of the session.
pub fn table<W: Watching>(
    session: &mut Session<'_, W>,
    place: &Place,
    (form, sheet): (Option<Form>, Option<&str>),
    mapping: &Mapping,
    source: &Arc<str>,
) -> Outcome<Report> {
    let table = tables::open(place, form, sheet, session.bytes.clone(), |columns| mapping.columns_used(columns))?;
    let mut events = mapping
        .events(&table.columns, table.rows, source)
        .map_err(|problems| Failure::all(exit::DATA, problems.into_iter().map(|problem| about(problem, place)).collect()))?;
    session.take_all(&place.name(), events.by_ref())?;
    Ok(events.report())
}

/// A column that is missing is missing in a file.
fn about(problem: Diagnostic, place: &Place) -> Diagnostic {
    let message = format!("{}: {}", place.name(), problem.message);
    Diagnostic { message, ..problem }
}
