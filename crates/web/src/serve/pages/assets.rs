//! The files that pages load. Their addresses carry the hash of what is in them, so that browsers keep them for good.

use std::sync::LazyLock;

use axum::http::{StatusCode, header};
use axum::response::Response;

use crate::report::{SHEET, THEMES};
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// The style sheet: that of the board, and what only pages have.
static STYLE: LazyLock<(String, String)> = LazyLock::new(|| {
    let text = format!("{SHEET}{THEMES}{}", include_str!("../../../assets/pages.css"));
    (format!("style-{:016x}.css", xxhash_rust::xxh3::xxh3_64(text.as_bytes())), text)
});

/// The script of all pages.
static SCRIPT: LazyLock<(String, &str)> = LazyLock::new(|| {
    let text = include_str!("../../../assets/pages.js");
    (format!("pages-{:016x}.js", xxhash_rust::xxh3::xxh3_64(text.as_bytes())), text)
});

/// The address of the script.
pub(super) fn script() -> String {
    format!("/assets/{}", SCRIPT.0)
}

/// The script of the live page.
static LIVE: LazyLock<(String, &str)> = LazyLock::new(|| {
    let text = include_str!("../../../assets/live.js");
    (format!("live-{:016x}.js", xxhash_rust::xxh3::xxh3_64(text.as_bytes())), text)
});

/// The address of the script of the live page.
pub(super) fn live() -> String {
    format!("/assets/{}", LIVE.0)
}

/// The address of the style sheet.
pub(super) fn css() -> String {
    format!("/assets/{}", STYLE.0)
}

/// An asset.
pub(in crate::serve) async fn serve(visit: Visit) -> Result<Response, Refusal> {
    let response = match visit.place("name") {
        name if name == STYLE.0 => reply::typed(StatusCode::OK, "text/css; charset=utf-8", STYLE.1.as_str()),
        name if name == SCRIPT.0 => reply::typed(StatusCode::OK, "text/javascript; charset=utf-8", SCRIPT.1),
        name if name == LIVE.0 => reply::typed(StatusCode::OK, "text/javascript; charset=utf-8", LIVE.1),
        _ => return Err(Refusal::nothing("such file")),
    };
    Ok(reply::with(response, header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
}
