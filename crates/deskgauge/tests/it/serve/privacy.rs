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
fn no_address_and_no_number_is_stored_however_it_came() {
    let place = place();
    let token = token(&place, "ingest,read");
    let line = |id: &str| {
        format!(
            r#"{{"id":"{id}","source":"s","type":"customer","at":"2026-03-02T08:00:00+02:00","customer":"c1","email_hash":"Ana@Zanzibar.example","phone_hash":"+40 721 000 123"}}"#
        )
    };
    place.write("profiles.jsonl", &line("p1"));
    place.ok("--workspace w import events profiles.jsonl");
    assert_eq!(place.run_with("--workspace w ingest", &line("p2")).code, Some(0));
    let service = Service::start(&place, "--keep 30d");
    assert_eq!(service.post("/v1/events", &token, &[], line("p3").as_bytes()).status, 200);
    let rows = service.get("/v1/export/events?format=jsonl", Some(&token)).text();
    let profiles: Vec<serde_json::Value> = rows
        .lines()
        .map(|row| serde_json::from_str(row).unwrap())
        .filter(|row: &serde_json::Value| row["type"] == "customer")
        .collect();
    assert_eq!(profiles.len(), 3, "{rows}");
    for profile in &profiles {
        let (address, number) = (profile["email_hash"].as_str().unwrap(), profile["phone_hash"].as_str().unwrap());
        assert!(address.len() == 32 && number.len() == 32 && address != number, "{profile}");
        assert_eq!((&profile["email_hash"], &profile["phone_hash"]), (&profiles[0]["email_hash"], &profiles[0]["phone_hash"]));
    }
    service.stop();
    for file in ["w/lake.sqlite", "w/lake.sqlite-wal", "w/deskgauge.key"] {
        let bytes = std::fs::read(place.path(file)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(!text.contains("zanzibar.example") && !text.contains("721 000 123"), "{file}");
    }
    let key = place.read("w/deskgauge.key");
    place.ok("--workspace w backup b");
    for file in walk(&place.path("w")).into_iter().chain(walk(&place.path("b"))) {
        let bytes = std::fs::read(&file).unwrap();
        let has = bytes.windows(64).any(|window| window == key.trim().as_bytes());
        assert_eq!(has, file == place.path("w/deskgauge.key"), "{}", file.display());
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn earlier_states_go_when_their_time_is_over() {
    let place = place();
    let reader = token(&place, "read");
    let run = place.run("--workspace w serve --keep soon");
    assert!(run.code == Some(2) && run.stderr.contains("bad-value"), "{}", run.stderr);
    place.write("more.jsonl", r#"{"id":"8","type":"opened","at":"2026-03-02T14:00:00+02:00","conversation":"t:9","actor_kind":"customer","actor":"c9"}"#);
    place.ok("--workspace w import events more.jsonl");
    let asked = "/v1/answers?metrics=conversations_created&as-of=2";
    let service = Service::start(&place, "--keep all");
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(service.get(asked, Some(&reader)).json()["answers"][0]["value"], 3.0);
    service.stop();
    let service = Service::start(&place, "--keep 0s");
    let begun = std::time::Instant::now();
    while service.get(asked, Some(&reader)).status == 200 {
        assert!(begun.elapsed().as_secs() < 60, "it is still there");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let gone = service.get(asked, Some(&reader));
    assert_eq!((gone.status, gone.json()["code"].as_str()), (400, Some("unknown-snapshot")));
    let now = service.get("/v1/answers?metrics=conversations_created", Some(&reader));
    assert_eq!(now.json()["answers"][0]["value"], 4.0);
    assert!(service.stop().1.contains("\"event\":\"expired\""));
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
