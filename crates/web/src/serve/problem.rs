//! Refusals over HTTP: the problems of the command line with their codes, as problem+json for programs.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use deskgauge_core::diagnostic::Diagnostic;
use serde_json::{Value, json};

use super::reply;
use crate::failure::{Failure, exit};

/// Why a request got nothing.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The status.
    pub(crate) status: StatusCode,
    /// What is wrong.
    pub(crate) problems: Vec<Diagnostic>,
    /// After how many seconds it may go better.
    pub(crate) retry: Option<u32>,
    /// What else the answer tells.
    pub(crate) more: Option<Box<(&'static str, Value)>>,
}

impl Refusal {
    /// One problem.
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::of(status, Diagnostic::error(code, message).hint(hint))
    }

    /// One problem that is there already.
    pub(crate) fn of(status: StatusCode, problem: Diagnostic) -> Self {
        Self { status, problems: vec![problem], retry: None, more: None }
    }

    /// Nothing is there.
    pub(crate) fn nothing(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", format!("there is no {what}"), "check the address")
    }

    /// Who asks may come again.
    pub(crate) fn later(mut self, seconds: u32) -> Self {
        self.retry = Some(seconds);
        self
    }

    /// As an answer for programs.
    pub(crate) fn json(&self) -> Response {
        let first = self.problems.first();
        let told = |problem: &Diagnostic| json!({ "code": problem.code, "message": problem.message, "help": problem.hint });
        let mut body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("error"),
            "status": self.status.as_u16(),
            "code": first.map(|problem| problem.code),
            "detail": first.map(|problem| problem.message.as_str()),
            "help": first.and_then(|problem| problem.hint.as_deref()),
            "problems": self.problems.iter().map(told).collect::<Vec<Value>>(),
        });
        if let (Some(more), Some(object)) = (&self.more, body.as_object_mut()) {
            object.insert(more.0.to_owned(), more.1.clone());
        }
        let mut response = reply::typed(self.status, "application/problem+json", body.to_string());
        self.tell_when(&mut response);
        response
    }

    /// Puts the time to come again into an answer.
    pub(crate) fn tell_when(&self, response: &mut Response) {
        if let Some(seconds) = self.retry {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let code = failure.problems.first().map_or("", |problem| problem.code);
        let status = match (failure.exit, code) {
            (_, "deadline") => StatusCode::GATEWAY_TIMEOUT,
            (exit::USAGE, "unknown-conversation" | "unknown-customer") => StatusCode::NOT_FOUND,
            (exit::USAGE, "erased") => StatusCode::GONE,
            (exit::USAGE, "individuals-hidden" | "suppressed") => StatusCode::FORBIDDEN,
            (exit::USAGE, _) => StatusCode::BAD_REQUEST,
            (exit::STATE, "damaged-file") => StatusCode::INTERNAL_SERVER_ERROR,
            (exit::STATE, _) => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self { status, problems: failure.problems, retry: None, more: None }
    }
}

impl From<deskgauge_engine::people::PeopleError> for Refusal {
    fn from(error: deskgauge_engine::people::PeopleError) -> Self {
        Self::of(StatusCode::SERVICE_UNAVAILABLE, Diagnostic::error("people", error.to_string()))
    }
}
