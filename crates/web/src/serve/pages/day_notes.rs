//! Notes on days: what happened that the numbers do not tell. They stand as marks in every chart of the day, and as a list.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;

use super::shell::Words;
use super::views::{KEPT, named, place};
use crate::board::period::Range;
use crate::locale::date;
use crate::serve::gate::Visit;
use crate::serve::identity::Right;
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// A note of the list.
pub(super) struct Line {
    pub(super) id: i64,
    pub(super) date: Date,
    pub(super) day: String,
    pub(super) text: String,
    pub(super) who: String,
}

/// The notes of a page.
pub(super) struct Notes {
    pub(super) lines: Vec<Line>,
    pub(super) may_write: bool,
    /// The last day of the page, which a form begins with.
    pub(super) last: String,
}

impl Notes {
    /// Those on the days of a period.
    pub(super) async fn of(visit: &Visit, range: Range) -> Result<Self, Refusal> {
        let found = visit.desk.people.day_notes(&range.from.to_string(), &range.to.to_string()).await?;
        let line = |note: deskgauge_engine::people::DayNote| {
            let date: Date = note.day.parse().ok()?;
            let who = if visit.who.sees_no_names() { String::new() } else { note.who };
            Some(Line { id: note.id, date, day: date::long(date, visit.language), text: note.text, who })
        };
        let lines = found.into_iter().filter_map(line).collect();
        Ok(Self { lines, may_write: Right::Change.allows(&visit.who), last: range.last().to_string() })
    }

    /// As boards take them.
    pub(super) fn on_board(&self) -> Vec<(Date, String)> {
        self.lines.iter().map(|line| (line.date, line.text.clone())).collect()
    }
}

/// Writes a note on a day.
pub(in crate::serve) async fn add(visit: Visit) -> Result<Response, Refusal> {
    let text = named(&visit, "text")?;
    let Ok(day) = visit.field("day").parse::<Date>() else {
        let told = Words(visit.language).text("note-day-missing");
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "missing-field", told, ""));
    };
    visit.desk.people.add_day_note(&day.to_string(), &text, &visit.who.name(), visit.desk.now().0).await?;
    visit.note("note-written", &format!("{day} {text}")).await?;
    back(&visit)
}

/// Removes a note.
pub(in crate::serve) async fn remove(visit: Visit) -> Result<Response, Refusal> {
    let Some(gone) = visit.desk.people.remove_day_note(visit.number("id")?).await? else {
        return Err(Refusal::nothing("such note"));
    };
    visit.note("note-removed", &gone).await?;
    back(&visit)
}

/// Back to the page that the form was on.
fn back(visit: &Visit) -> Result<Response, Refusal> {
    let (path, query) = place(visit, &KEPT)?;
    Ok(reply::see(&format!("{path}?{query}#notes-on-days")))
}
