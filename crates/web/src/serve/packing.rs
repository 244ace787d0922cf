//! Answers packed by gzip, for readers that take it: pages and JSON are a fifth as long then.
//!
//! Only what stands in memory as a whole is packed. Streams go as they are: an export may be of any length and a program asks for it, and
//! a live page waits for every line.

use std::io::Write as _;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Less than this fits into a packet as it is.
const LEAST: u64 = 1024;
/// More than this is not held twice in memory.
const MOST: u64 = 16 << 20;
/// More than this is packed where nobody else waits.
const LONG: u64 = 256 << 10;

/// Whether a reader takes gzip.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    let mut named = lines.flat_map(|line| line.split(',')).map(|own| {
        let mut words = own.trim().split(';');
        let name = words.next().unwrap_or_default().trim().to_ascii_lowercase();
        let weight = words.find_map(|word| word.trim().strip_prefix("q=")?.parse::<f64>().ok());
        (name, weight.unwrap_or(1.0))
    });
    named.any(|(name, weight)| name == "gzip" && weight > 0.0)
}

/// The answer packed, if that is worth it.
pub(super) async fn pack(mut response: Response) -> Response {
    let length = response.body().size_hint().exact();
    let Some(length) = length.filter(|length| (LEAST..=MOST).contains(length)) else { return response };
    if !is_text(response.headers()) || response.headers().contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let body = std::mem::take(response.body_mut());
    // A body of a known length is in memory already.
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else { return response };
    let packed = if length > LONG {
        let own = bytes.clone();
        tokio::task::spawn_blocking(move || packed(&own)).await.ok().flatten()
    } else {
        packed(&bytes)
    };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    match packed {
        Some(packed) => {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            headers.remove(header::CONTENT_LENGTH);
            *response.body_mut() = Body::from(packed);
        }
        None => *response.body_mut() = Body::from(bytes),
    }
    response
}

fn packed(bytes: &Bytes) -> Option<Vec<u8>> {
    let mut packing = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::default());
    packing.write_all(bytes).ok()?;
    packing.finish().ok()
}

fn is_text(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
    media.starts_with("text/") || media.contains("json") || media.contains("javascript") || media.contains("svg")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_wanted_where_it_is_named_and_not_refused() {
        for (asked, wanted) in [("gzip", true), ("br, gzip;q=0.5", true), ("GZIP", true), ("gzip;q=0", false), ("br", false)] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(asked))]);
            assert_eq!(is_wanted(&headers), wanted, "{asked}");
        }
        assert!(!is_wanted(&HeaderMap::new()));
    }
}
