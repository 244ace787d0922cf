//! Pictures that people take along: the numbers of one as CSV, itself as SVG; a script of ours makes PNG of that.

use axum::http::{StatusCode, header};
use axum::response::Response;

use crate::board::Board;
use crate::chart::alone::alone;
use crate::chart::{Draw, Frame, figure_with};
use crate::report;
use crate::serve::gate::Visit;
use crate::serve::identity::Who;
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// The names in the address of a picture that is taken along.
pub(super) const NAMES: [&str; 2] = ["chart", "format"];

/// The figures of a page, each with the ways to take it along. `query` is that of the page.
pub(super) fn figures(visit: &Visit, query: &str, pictures: impl Fn(&Draw<'_>) -> Vec<String>) -> Vec<String> {
    let is_guest = matches!(visit.who, Who::Guest(_));
    let path = visit.path.split('?').next().unwrap_or_default();
    pictures(&|frame: &Frame<'_>, marks: &str| {
        let way = |format: &str| format!("{path}?{query}&chart={}&format={format}", frame.id);
        let ways = [("CSV", way("csv")), ("SVG", way("svg"))];
        figure_with(frame, marks, if is_guest { &[] } else { &ways })
    })
}

/// The one that the address asks for, if it asks for one.
pub(super) fn wanted(
    visit: &Visit,
    board: &Board,
    pictures: impl Fn(&Draw<'_>) -> Vec<String>,
) -> Option<Result<Response, Refusal>> {
    let (id, format) = (visit.asked("chart")?, visit.asked("format")?);
    let (media, text) = match format {
        "csv" => ("text/csv; charset=utf-8; header=present", report::numbers(board, id, visit.language)),
        "svg" => {
            let only = |frame: &Frame<'_>, marks: &str| if frame.id == id { alone(frame, marks) } else { String::new() };
            ("image/svg+xml", pictures(&only).into_iter().find(|text| !text.is_empty()))
        }
        other => {
            let message = format!("`{other}` is no format of pictures");
            return Some(Err(Refusal::new(StatusCode::BAD_REQUEST, "bad-value", message, "it is csv or svg")));
        }
    };
    let Some(text) = text else { return Some(Err(Refusal::nothing("such picture on this page"))) };
    let name: String = id.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
    let response = reply::typed(StatusCode::OK, media, text);
    Some(Ok(reply::with(response, header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}.{format}\""))))
}
