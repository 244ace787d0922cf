//! Events over HTTP: each form of them, what is refused and why, and how much is too much.

use std::io::Write;

use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::wire::Service;
use super::{place, token};

fn opened(id: &str, conversation: &str) -> Value {
    json!({
        "id": id, "type": "opened", "at": "2026-03-03T09:00:00+02:00", "conversation": conversation,
        "actor_kind": "customer", "actor": "c9", "channel": "email",
    })
}

fn created(service: &Service, token: &str) -> i64 {
    let path = "/v1/answers?metrics=conversations_created&now=2026-03-04T00:00:00Z";
    service.get(path, Some(token)).json()["answers"][0]["value"].as_i64().expect("a count")
}

/// Waits until the service's own figures tell something.
fn until_told(service: &Service, token: &str, figure: &str) {
    let begun = std::time::Instant::now();
    while !service.get("/metrics", Some(token)).text().contains(figure) {
        assert!(begun.elapsed().as_secs() < 30, "{figure} was never told");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[test]
fn events_come_in_any_form_and_are_in_the_next_answer() {
    let place = place();
    let token = token(&place, "read,ingest");
    let service = Service::start(&place, "");
    let before = created(&service, &token);
    let one = serde_json::to_string_pretty(&opened("a", "n:1")).unwrap();
    let receipt = service.post("/v1/events", &token, &[], one.as_bytes());
    assert_eq!(receipt.status, 200, "{}", receipt.text());
    assert_eq!(receipt.json(), json!({ "accepted": 1, "duplicates": 0, "rejected": 0, "problems": [] }));
    assert_eq!(created(&service, &token), before + 1, "what was acknowledged is in the next answer");
    let many = json!([opened("b", "n:2"), opened("c", "n:3"), opened("a", "n:1")]).to_string();
    assert_eq!(service.post("/v1/events", &token, &[], many.as_bytes()).json()["duplicates"], 1);
    let lines = format!("{}\n\n{}\n", opened("d", "n:4"), opened("e", "n:5"));
    let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(lines.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(service.post("/v1/events", &token, &[("Content-Encoding", "gzip")], &packed).json()["accepted"], 2);
    let packed = zstd::encode_all(opened("f", "n:6").to_string().as_bytes(), 3).unwrap();
    assert_eq!(service.post("/v1/events", &token, &[("Content-Encoding", "zstd")], &packed).json()["accepted"], 1);
    assert_eq!(created(&service, &token), before + 6);
    let found = service.get("/v1/conversations/n:6", Some(&token)).json();
    assert_eq!(found["events"][0]["id"], "f");
    assert_eq!(found["facts"]["conversations"][0]["channel"], "email");
}

#[test]
fn what_arrives_is_folded_before_anybody_asks() {
    let place = place();
    let token = token(&place, "read,ingest");
    let service = Service::start(&place, "");
    assert!(service.get("/metrics", Some(&token)).text().contains("deskgauge_follows_total 0"));
    assert_eq!(service.post("/v1/events", &token, &[], opened("a", "n:1").to_string().as_bytes()).status, 200);
    until_told(&service, &token, "deskgauge_follows_total 1");
}

#[test]
fn each_refused_event_is_told_with_its_place_its_field_and_the_reason() {
    let place = place();
    let token = token(&place, "ingest");
    let service = Service::start(&place, "");
    let mut wrong = opened("w", "n:7");
    wrong["at"] = "yesterday".into();
    let body = json!([opened("v", "n:7"), wrong]).to_string();
    let receipt = service.post("/v1/events", &token, &[], body.as_bytes()).json();
    assert_eq!((&receipt["accepted"], &receipt["rejected"]), (&json!(1), &json!(1)));
    let problem = &receipt["problems"][0];
    assert_eq!((&problem["index"], &problem["field"], &problem["value"]), (&json!(1), &json!("at"), &json!("yesterday")));
    assert!(problem["reason"].as_str().unwrap().contains("RFC 3339"), "{problem}");
    for (headers, body, status, code) in [
        (&[][..], "[{\"id\":1}]", 422, "bad-events"),
        (&[], "[{\"id\":\"1\"}", 400, "bad-json"),
        (&[], "  ", 400, "no-events"),
        (&[], "[]", 400, "no-events"),
        (&[("Content-Encoding", "br")], "{}", 415, "unknown-packing"),
        (&[("Content-Encoding", "gzip")], "{}", 400, "bad-body"),
    ] {
        let refused = service.post("/v1/events", &token, headers, body.as_bytes());
        assert_eq!((refused.status, refused.json()["code"].as_str()), (status, Some(code)), "{body}: {}", refused.text());
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    }
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let place = place();
    let token = token(&place, "ingest");
    let service = Service::start(&place, "");
    let large = vec![b' '; 9 << 20];
    assert_eq!(service.post("/v1/events", &token, &[], &large).json()["code"], "too-large");
    // A small body that would unpack to a large one.
    let packed = zstd::encode_all(&vec![b' '; 40 << 20][..], 3).unwrap();
    assert!(packed.len() < 1 << 20);
    let refused = service.post("/v1/events", &token, &[("Content-Encoding", "zstd")], &packed);
    assert_eq!((refused.status, refused.json()["code"].as_str()), (413, Some("too-large")));
}

#[test]
fn what_waits_moves_into_the_lake_by_itself() {
    let place = place();
    let token = token(&place, "read,ingest");
    let service = Service::start(&place, "--commit-after 1");
    let before = created(&service, &token);
    service.post("/v1/events", &token, &[], opened("g", "n:8").to_string().as_bytes());
    until_told(&service, &token, "deskgauge_commits_total 1");
    assert!(service.get("/metrics", Some(&token)).text().contains("deskgauge_inbox_events 0"));
    assert_eq!(created(&service, &token), before + 1);
}
