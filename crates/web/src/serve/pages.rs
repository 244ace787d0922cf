//! Pages for people: HTML made here, complete without any script; the address is the only state.
//!
//! A page is a template and a struct that it is filled with, in a file of its own. What all pages have in common is the shell.

pub(crate) mod area;
mod assets;
pub(crate) mod conversation;
pub(crate) mod data;
pub(crate) mod day_notes;
pub(crate) mod definitions;
pub(crate) mod errand;
mod filters;
mod freshness;
pub(crate) mod join;
pub(crate) mod links;
pub(crate) mod live;
pub(crate) mod overview;
pub(crate) mod privacy;
pub(crate) mod search;
pub(crate) mod settings;
mod shell;
pub(crate) mod sign_in;
mod so_far;
mod taken;
pub(crate) mod team;
pub(crate) mod tickets;
pub(crate) mod troubles;
pub(crate) mod upload;
pub(crate) mod views;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use deskgauge_core::metric::Language;

pub(super) use assets::serve as asset;
pub(super) use filters::OFFERED;
use shell::Words;

use super::identity::Who;
use super::problem::Refusal;
use super::reply;

/// A template as an answer.
fn page(status: StatusCode, page: &impl Template) -> Result<Response, Refusal> {
    let text = page.render().map_err(|error| {
        let message = format!("the page could not be put together: {error}");
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "page-failed", message, "tell the developers")
    })?;
    Ok(reply::html(status, text))
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused {
    words: Words,
    css: String,
    status: u16,
    title: String,
    problems: Vec<(String, String)>,
    may_sign_in: bool,
}

/// Why there is no page, as a page.
pub(super) fn refused(refusal: &Refusal, language: Language, who: Option<Who>) -> Response {
    if refusal.status == StatusCode::UNAUTHORIZED {
        return reply::see("/sign-in");
    }
    let words = Words(language);
    let key = match refusal.status {
        StatusCode::NOT_FOUND => "page-refused-nothing",
        StatusCode::FORBIDDEN => "page-refused-forbidden",
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS | StatusCode::GATEWAY_TIMEOUT => "page-refused-later",
        StatusCode::INTERNAL_SERVER_ERROR => "page-refused-broken",
        _ => "page-refused-question",
    };
    let told = refusal.problems.iter().map(|problem| (problem.message.clone(), problem.hint.clone().unwrap_or_default()));
    let shown = Refused {
        css: assets::css(),
        status: refusal.status.as_u16(),
        title: words.text(key),
        problems: told.collect(),
        may_sign_in: !matches!(who, Some(Who::Person(..) | Who::Anybody)),
        words,
    };
    page(refusal.status, &shown).unwrap_or_else(|refusal| refusal.json())
}

/// Sends the reader of the root to the first page.
pub(super) async fn root(_visit: super::gate::Visit) -> Result<Response, Refusal> {
    Ok(reply::see("/overview"))
}
