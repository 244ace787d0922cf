//! Answers over HTTP: those of the command line, to the letter.

use serde_json::Value;

use super::wire::Service;
use super::{place, token};

/// A moment at which the three conversations are a day old.
const NOW: &str = "2026-03-03T00:00:00Z";

#[test]
fn a_number_is_the_same_by_address_and_by_command() {
    let place = place();
    let token = token(&place, "read");
    let service = Service::start(&place, "");
    for (metrics, query, options) in [
        ("first_response_time", "", ""),
        ("first_response_time,backlog", "&by=channel", "--by channel"),
        ("conversations_created", "&grain=day&from=2026-03-01&to=2026-03-03", "--grain day --from 2026-03-01 --to 2026-03-03"),
        ("answered_within", "&set=answer_within%3D30m", "--set answer_within=30m"),
        ("first_response_time", "&where=channel%20%3D%20'chat'&stat=p90", "--where \"channel = 'chat'\" --stat p90"),
    ] {
        let answer = service.get(&format!("/v1/answers?metrics={metrics}&now={NOW}{query}"), Some(&token));
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.json(), place.json(&format!("query {metrics} --now {NOW} {options}")), "{metrics} {query}");
        let csv = service.get(&format!("/v1/answers?metrics={metrics}&now={NOW}&format=csv{query}"), Some(&token)).text();
        assert_eq!(csv, place.ok(&format!("--workspace w --format csv query {metrics} --now {NOW} {options}")));
    }
    let explained = service.get(&format!("/v1/explain/first_response_time?now={NOW}"), Some(&token)).json();
    assert_eq!(explained, place.json(&format!("explain first_response_time --now {NOW}")));
    let part = service.get(&format!("/v1/explain/first_response_time?now={NOW}&conversation=t:1"), Some(&token)).json();
    assert_eq!(part, place.json(&format!("explain first_response_time --now {NOW} --conversation t:1")));
    assert_eq!(service.get("/v1/metrics", Some(&token)).json()["metrics"], place.json("metrics list"));
    assert_eq!(service.get("/v1/metrics/csat", Some(&token)).json(), place.json("metrics show csat"));
}

#[test]
fn what_cannot_be_answered_is_told_with_the_codes_of_the_command_line() {
    let place = place();
    let token = token(&place, "read");
    let service = Service::start(&place, "");
    for (path, status, code) in [
        ("/v1/answers", 400, "bad-value"),
        ("/v1/answers?metrics=csatt", 400, "unknown-metric"),
        ("/v1/answers?metrics=csat&gran=day", 400, "unknown-option"),
        ("/v1/answers?metrics=csat&grain=daily", 400, "unknown-word"),
        ("/v1/answers?metrics=csat&from=2026-02-01&to=2026-01-01", 400, "bad-value"),
        ("/v1/answers?metrics=csat&as-of=99", 400, "unknown-snapshot"),
        ("/v1/answers?metrics=csat&format=xml", 400, "unknown-word"),
        ("/v1/metrics/csatt", 404, "unknown-metric"),
        ("/v1/conversations/nobody", 404, "unknown-conversation"),
        ("/v1/export/wait", 404, "unknown-table"),
        ("/v1/nothing", 404, "not-found"),
    ] {
        let refused = service.get(path, Some(&token));
        assert_eq!((refused.status, refused.json()["code"].as_str()), (status, Some(code)), "{path}: {}", refused.text());
    }
    assert_eq!(service.get("/v1/answers?metrics=csat", Some("dg_wrong")).json()["code"], "unknown-token");
}

#[test]
fn an_answer_that_has_not_changed_is_not_sent_again() {
    let place = place();
    let token = token(&place, "read,ingest");
    let service = Service::start(&place, "");
    let path = format!("/v1/answers?metrics=backlog&now={NOW}");
    let tag = service.get(&path, Some(&token)).header("etag").unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    let again = || service.ask("GET", &path, &[("Authorization", &bearer), ("If-None-Match", &tag)], b"").unwrap();
    assert_eq!((again().status, again().body.len()), (304, 0));
    let event =
        r#"{"id":"z","type":"opened","at":"2026-03-02T09:00:00Z","conversation":"n:9","actor_kind":"customer","actor":"c9"}"#;
    assert_eq!(service.post("/v1/events", &token, &[], event.as_bytes()).status, 200);
    assert_eq!(again().status, 200, "the cut of the data has moved");
}

#[test]
fn tables_are_exported_as_streams() {
    let place = place();
    let token = token(&place, "read");
    let service = Service::start(&place, "");
    let get = |format: &str| service.get(&format!("/v1/export/conversations?format={format}"), Some(&token));
    assert_eq!(get("csv").text(), place.ok("--workspace w export conversations"));
    let lines: Vec<Value> = get("jsonl").text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert!(get("parquet").body.starts_with(b"PAR1") && get("parquet").body.ends_with(b"PAR1"));
    assert!(get("arrow").body.starts_with(&[0xff; 4]), "an Arrow stream begins with its mark");
    let events = service.get("/v1/export/events?format=jsonl", Some(&token)).text();
    assert_eq!(events, place.ok("--workspace w --format json export events"));
}

#[test]
fn the_document_names_every_route_and_answers_have_the_fields_that_it_tells() {
    let place = place();
    let token = token(&place, "read");
    let service = Service::start(&place, "");
    let document = service.get("/openapi.json", None).json();
    assert_eq!(document["openapi"], "3.1.0");
    for route in deskgauge_web::serve::ROUTES.iter().filter(|route| route.about.is_some()) {
        let method = route.method.name().to_lowercase();
        assert!(document["paths"][route.path][&method].is_object(), "{route:?}");
    }
    let answers = service.get(&format!("/v1/answers?metrics=backlog&now={NOW}"), Some(&token)).json();
    let schema = &document["components"]["schemas"]["Answers"];
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<String>>();
    assert_eq!(keys(&answers), keys(&schema["properties"]), "an answer has the fields of the document");
    let told = keys(&schema["properties"]["answers"]["items"]["properties"]);
    assert_eq!(keys(&answers["answers"][0]), told);
}
