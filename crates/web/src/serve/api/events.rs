//! `POST /v1/events`: events of running systems, acknowledged once they are on disk.
//!
//! A request may hold good and bad events: the good ones are taken, the bad ones told by their place. What is sent twice changes
//! nothing, so whoever got no answer sends again.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use deskgauge_connect::Rejected;
use deskgauge_connect::events::Names;
use deskgauge_connect::events::json_lines::read_json;
use deskgauge_connect::intern::Interner;
use deskgauge_core::event::Event;
use deskgauge_core::event::record::Defaults;
use serde_json::{Value, json};

use crate::serve::gate::Visit;
use crate::serve::inflow::{BODY, UNPACKED};
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// Problems that one answer lists at most; the count is of all.
const LISTED: usize = 1000;

/// Takes events.
pub(in crate::serve) async fn take(visit: Visit) -> Result<Response, Refusal> {
    let timer = Instant::now();
    let desk = visit.desk.clone();
    let packing = packing(&visit.headers)?;
    // Room is taken for what the body may grow to before a byte of it is read.
    let told = visit.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|bytes| bytes > BODY) {
        return Err(too_large());
    }
    let bytes = match packing {
        Packing::Plain => told.unwrap_or(BODY),
        Packing::Gzip | Packing::Zstandard => told.unwrap_or(BODY).saturating_mul(12).min(UNPACKED),
    };
    let room = desk.inlet.room(bytes, &desk)?;
    let body = axum::body::to_bytes(visit.body(), BODY).await.map_err(|_| too_large())?;
    let text = unpacked(&body, packing)?;
    let defaults = Defaults { source: Arc::from(desk.settings.source.as_str()) };
    let mut read = read(&text, &defaults)?;
    drop((body, text));
    read.events.iter_mut().try_for_each(|event| desk.conceal.event(event))?;
    let accepted = read.events.len();
    let duplicates = match accepted {
        0 => 0,
        _ => desk.inlet.take(read.events).await?.into_iter().filter(|known| *known).count(),
    };
    drop(room);
    for (counter, count) in
        [(&desk.gauges.accepted, accepted), (&desk.gauges.duplicates, duplicates), (&desk.gauges.refused, read.rejected)]
    {
        counter.fetch_add(count as u64, Ordering::Relaxed);
    }
    desk.gauges.acknowledging.add(timer.elapsed());
    let receipt = json!({ "accepted": accepted, "duplicates": duplicates, "rejected": read.rejected, "problems": read.problems });
    if accepted == 0 && read.rejected > 0 {
        let hint = "put right what `problems` tells of each event, and send it again";
        let mut refusal = Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-events", "none of the events can be taken", hint);
        refusal.more = Some(Box::new(("rejected_events", receipt["problems"].clone())));
        return Err(refusal);
    }
    Ok(reply::json(&receipt))
}

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
    Zstandard,
}

fn packing(headers: &HeaderMap) -> Result<Packing, Refusal> {
    match headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?").trim()) {
        None | Some("" | "identity") => Ok(Packing::Plain),
        Some("gzip" | "x-gzip") => Ok(Packing::Gzip),
        Some("zstd") => Ok(Packing::Zstandard),
        Some(other) => {
            let message = format!("the body is packed as `{other}`, which is not read");
            Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unknown-packing", message, "send it plain, as gzip or as zstd"))
        }
    }
}

fn too_large() -> Refusal {
    let message = format!("the body is larger than {} MiB, or than {} MiB unpacked", BODY >> 20, UNPACKED >> 20);
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", message, "send fewer events at once, or import them as a file")
}

/// The text of a body, never more than allowed.
fn unpacked(body: &[u8], packing: Packing) -> Result<String, Refusal> {
    let broken = |what: &str| {
        Refusal::new(StatusCode::BAD_REQUEST, "bad-body", format!("the body is not {what}"), "send JSON or JSON Lines in UTF-8")
    };
    let mut bytes = Vec::new();
    let limit = UNPACKED as u64 + 1;
    match packing {
        Packing::Plain => bytes.extend_from_slice(body),
        Packing::Gzip => {
            let read = flate2::read::MultiGzDecoder::new(body).take(limit).read_to_end(&mut bytes);
            read.map_err(|_| broken("gzip"))?;
        }
        Packing::Zstandard => {
            let decoder = zstd::stream::read::Decoder::new(body).map_err(|_| broken("zstd"))?;
            decoder.take(limit).read_to_end(&mut bytes).map_err(|_| broken("zstd"))?;
        }
    }
    if bytes.len() > UNPACKED {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|_| broken("UTF-8"))
}

/// What a body holds.
#[derive(Debug, Default)]
struct Read {
    events: Vec<Event>,
    rejected: usize,
    problems: Vec<Value>,
}

/// Reads one event, an array of events, or JSON Lines.
fn read(text: &str, defaults: &Defaults) -> Result<Read, Refusal> {
    let (mut names, mut texts) = (Names::default(), Interner::default());
    let mut found = Read::default();
    for (index, piece) in pieces(text)?.into_iter().enumerate() {
        match read_json(piece, defaults, &mut names, &mut texts) {
            Ok(event) => found.events.push(event),
            Err(rejected) => found.reject(index, &rejected),
        }
    }
    if found.events.is_empty() && found.rejected == 0 {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "no-events", "the body holds no event", "send at least one"));
    }
    Ok(found)
}

impl Read {
    fn reject(&mut self, index: usize, rejected: &Rejected) {
        self.rejected += 1;
        for problem in rejected.problems.iter().take(LISTED.saturating_sub(self.problems.len())) {
            self.problems.push(json!({
                "index": index, "field": problem.field, "value": problem.value, "code": problem.code, "reason": problem.reason,
            }));
        }
    }
}

/// The texts of the single events.
fn pieces(text: &str) -> Result<Vec<&str>, Refusal> {
    let trimmed = text.trim();
    if trimmed.starts_with('[') {
        return items(trimmed);
    }
    // Over several lines stand either several events or one that is printed for reading.
    let first = trimmed.lines().next().unwrap_or_default();
    let one = trimmed.starts_with('{')
        && serde_json::from_str::<Value>(first).is_err()
        && serde_json::from_str::<Value>(trimmed).is_ok();
    Ok(if one { vec![trimmed] } else { trimmed.lines().map(str::trim).filter(|line| !line.is_empty()).collect() })
}

/// The texts of an array's items.
fn items(text: &str) -> Result<Vec<&str>, Refusal> {
    let broken = |at: usize| {
        let message = format!("the body is not a JSON array: it breaks after {at} bytes");
        Refusal::new(StatusCode::BAD_REQUEST, "bad-json", message, "send an array of objects, or one object a line")
    };
    let mut found = Vec::new();
    let mut at = 1;
    loop {
        let rest = text[at..].trim_start();
        at = text.len() - rest.len();
        if found.is_empty() && rest == "]" {
            return Ok(found);
        }
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<serde::de::IgnoredAny>();
        match values.next() {
            Some(Ok(_)) => {}
            _ => return Err(broken(at)),
        }
        let length = values.byte_offset();
        found.push(&rest[..length]);
        let after = rest[length..].trim_start();
        at = text.len() - after.len();
        match after.as_bytes().first() {
            Some(b',') => at += 1,
            Some(b']') if after.len() == 1 => return Ok(found),
            _ => return Err(broken(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn events_come_alone_in_arrays_and_in_lines() {
        let many = |text| pieces(text).expect("pieces").len();
        assert_eq!(many("{\n \"id\": \"1\"\n}"), 1);
        assert_eq!(many("{\"id\":\"1\"}\n\n{\"id\":\"2\"}\n"), 2);
        assert_eq!(many("{\"id\":\"1\"}\nnonsense\n{\"id\":\"2\"}\n"), 3);
        assert_eq!(pieces(" [ {\"a\":[1,2]} , 7 ]").expect("pieces"), ["{\"a\":[1,2]}", "7"]);
        assert_eq!(many("[]"), 0);
        for broken in ["[", "[1", "[1,", "[1,]", "[1] 2", "[1 2]"] {
            assert!(pieces(broken).is_err(), "{broken}");
        }
    }
}
