//! Answers over HTTP, by the kind of what is in them.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::Value;

/// A body of a media type.
pub(crate) fn typed(status: StatusCode, media: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

/// JSON.
pub(crate) fn json(value: &Value) -> Response {
    typed(StatusCode::OK, "application/json", value.to_string())
}

/// Plain text.
pub(crate) fn text(status: StatusCode, text: impl Into<String>) -> Response {
    typed(status, "text/plain; charset=utf-8", text.into())
}

/// A page.
pub(crate) fn html(status: StatusCode, page: String) -> Response {
    typed(status, "text/html; charset=utf-8", page)
}

/// Sends the browser elsewhere, after what it asked for was done.
pub(crate) fn see(place: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let place = HeaderValue::from_str(place).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, place);
    response
}

/// Gives the browser a cookie that it does not have yet.
pub(crate) fn giving(response: Response, cookie: Option<String>) -> Response {
    match cookie {
        Some(cookie) => with(response, header::SET_COOKIE, &cookie),
        None => response,
    }
}

/// Adds a header whose value is made here; what cannot stand in a header is left out.
pub(crate) fn with(mut response: Response, name: header::HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
    response
}
