//! Forgetting by the page while events stream in, and backups of a service that runs.

use super::rights::{form_key, join, post};
use super::wire::Service;
use super::{place, token};

#[test]
fn an_administrator_forgets_a_customer_by_the_page() {
    let place = place();
    let sender = token(&place, "ingest,read");
    let service = Service::start(&place, "");
    let cookie = join(&service, &service.link.clone().unwrap(), "dora");
    let page = service.ask("GET", "/settings/privacy", &[("Cookie", &cookie)], b"").unwrap().text();
    assert!(page.contains("There has been no backup yet"), "{page}");
    let key = form_key(&page);
    let send = |path: &str, customer: &str| post(&service, path, &cookie, &[("form_key", &key), ("customer", customer)]);
    // Something of theirs waits in the inbox.
    let line = r#"{"id":"9","type":"message","at":"2026-03-02T12:00:00+02:00","conversation":"t:2","actor_kind":"customer","actor":"c2"}"#;
    assert_eq!(service.post("/v1/events", &sender, &[], line.as_bytes()).status, 200);
    let found = send("/settings/privacy/look", "c2").text();
    assert!(found.contains("3 events go.") && found.contains("1 conversation is theirs."), "{found}");
    assert!(send("/settings/privacy/look", "nobody").text().contains("Nothing names a customer nobody"));
    assert_eq!(send("/settings/privacy/look", " ").status, 422);
    assert_eq!(send("/settings/privacy/forget", "nobody").status, 404);
    let done = send("/settings/privacy/forget", "c2");
    assert!(done.status == 200 && done.text().contains("Forgotten. The log names them by"), "{}", done.text());
    let count = |more: &str| service.get(&format!("/v1/answers?metrics=conversations_created{more}"), Some(&sender));
    assert_eq!(count("").json()["answers"][0]["value"], 2.0);
    let erased = count("&as-of=2");
    assert_eq!((erased.status, erased.json()["code"].as_str()), (410, Some("erased")));
    let log = service.ask("GET", "/settings/people", &[("Cookie", &cookie)], b"").unwrap().text();
    assert!(log.contains("forgot") && !log.contains("c2<"), "{log}");
    let (_, log) = service.stop();
    assert!(!log.contains("\"c2\"") && log.contains("\"event\":\"forgot\""), "{log}");
}

#[test]
fn a_service_that_runs_is_backed_up_with_all_that_was_acknowledged() {
    let place = place();
    let token = token(&place, "ingest,read");
    let service = Service::start(&place, "");
    let mut sent = 0;
    for round in 0..3 {
        for _ in 0..5 {
            sent += 1;
            let line = format!(
                r#"{{"id":"n{sent}","type":"opened","at":"2026-03-02T13:00:00+02:00","conversation":"n:{sent}","actor_kind":"customer","actor":"c"}}"#
            );
            assert_eq!(service.post("/v1/events", &token, &[], line.as_bytes()).status, 200);
        }
        let told = place.json(&format!("backup b{round}"));
        assert_eq!(told["waiting"].as_i64(), Some(sent), "{told}");
        place.ok(&format!("restore b{round} --to r{round}"));
        let text = place.ok(&format!("--workspace r{round} --format json query conversations_created"));
        let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["answers"][0]["value"].as_f64(), Some(3.0 + sent as f64));
    }
    let figures = service.get("/metrics", Some(&token)).text();
    assert!(figures.contains("\ndeskgauge_last_backup_timestamp_seconds "), "{figures}");
}
