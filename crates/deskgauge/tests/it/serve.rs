//! The service as programs and people meet it: over HTTP, as a process, and killed at any moment.

mod api;
mod changes;
mod crash;
mod data;
mod events;
mod fuzz;
mod live;
#[cfg(feature = "oidc")]
mod oidc;
mod pages;
mod pairs;
mod privacy;
mod rights;
mod settings;
mod taken;
mod views;
mod wire;

use crate::run::{EVENTS, Place};
use wire::Service;

/// A workspace with three conversations in it.
fn place() -> Place {
    let place = Place::with_workspace();
    place.write("events.jsonl", EVENTS);
    place.ok("--workspace w import events events.jsonl");
    place
}

/// A token with some scopes.
fn token(place: &Place, scopes: &str) -> String {
    place.ok(&format!("--workspace w token add test --scope {scopes}")).trim().to_owned()
}

#[test]
fn an_open_address_needs_a_proxy_and_people_who_sign_in() {
    let place = place();
    for (options, told) in [
        ("--listen 0.0.0.0:0", "--behind-proxy"),
        ("--listen [::]:0", "--behind-proxy"),
        ("--listen 0.0.0.0:0 --behind-proxy --no-sign-in", "--no-sign-in"),
    ] {
        let run = place.run(&format!("--workspace w serve {options}"));
        assert_eq!(run.code, Some(2), "{options}: {}", run.stderr);
        assert!(run.stderr.contains("open-address") && run.stderr.contains(told), "{}", run.stderr);
    }
}

#[test]
fn boards_of_a_large_workspace_are_opened_before_anybody_does() {
    let place = Place::new();
    let said = place.run("simulate --conversations 6000 --into w");
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let token = token(&place, "read");
    let service = Service::start(&place, "");
    let begun = std::time::Instant::now();
    while !place.read("log").contains("\"event\":\"boards-opened\"") {
        assert!(begun.elapsed().as_secs() < 120, "nothing was opened: {}", place.read("log"));
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    assert!(!place.read("log").contains("\"event\":\"request\""), "nobody asked: {}", place.read("log"));
    let decoded = || {
        let told = String::from_utf8(service.get("/metrics", Some(&token)).body).unwrap();
        let line = told.lines().find(|line| line.starts_with("deskgauge_kept_bytes{what=\"columns\"}")).map(str::to_owned);
        line.unwrap_or_else(|| panic!("{told}"))
    };
    let before = decoded();
    assert!(!before.ends_with(" 0"), "{before}");
    for filter in ["channel", "team", "priority"] {
        let asked = format!("/v1/answers?metrics=first_response_time,backlog&where={filter}%20is%20null&from=2000-01-01");
        assert_eq!(service.get(&asked, Some(&token)).status, 200);
    }
    assert_eq!(decoded(), before, "what filters read was decoded before anybody asked");
    let (code, log) = service.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("\"pages\":8"), "{log}");
}

#[test]
fn it_ends_well_when_asked_and_keeps_the_workspace_to_itself_until_then() {
    let place = place();
    let token = token(&place, "read");
    let service = Service::start(&place, "");
    assert_eq!(service.get("/healthz", None).status, 200);
    assert_eq!(service.get("/readyz", None).status, 200);
    place.ok("--workspace w query backlog");
    assert_eq!(service.get("/v1/answers?metrics=backlog", Some(&token)).status, 200);
    let (code, log) = service.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("\"event\":\"stopped\""), "{log}");
    assert!(!log.contains(&token), "the log holds no secret: {log}");
    place.ok("--workspace w import events events.jsonl");
}

#[test]
fn data_of_another_time_are_asked_in_their_own() {
    let place = place();
    let service = Service::start(&place, "--no-sign-in --now 2024-03-01");
    let answer = service.get("/v1/answers?metrics=backlog", None).text();
    // Midnight in Bucharest, and the seconds since the start.
    assert!(answer.contains("\"now\":\"2024-02-29T22:0"), "{answer}");
    let run = place.run("--workspace w serve --now yesterday");
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("bad-value"), "{}", run.stderr);
}

#[test]
fn a_port_that_is_taken_is_told_with_what_to_do() {
    let place = place();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let run = place.run(&format!("--workspace w serve --listen {}", taken.local_addr().expect("an address")));
    assert_eq!(run.code, Some(3), "{}", run.stderr);
    assert!(run.stderr.contains("cannot-listen") && run.stderr.contains("--listen"), "{}", run.stderr);
}

#[test]
fn who_is_not_there_cannot_be_changed() {
    let place = place();
    for (command, code) in [
        ("people role nobody viewer", "unknown-person"),
        ("people remove nobody", "unknown-person"),
        ("people invite --role boss", "unknown-word"),
        ("people add ana", "bad-value"),
        ("people add ana@x.example --role boss", "unknown-word"),
        ("token revoke 7", "unknown-token"),
        ("token add x --scope write", "unknown-word"),
    ] {
        let run = place.run(&format!("--workspace w {command}"));
        assert_eq!(run.code, Some(2), "{command}: {}", run.stderr);
        assert!(run.stderr.contains(code), "{command}: {}", run.stderr);
    }
}

#[test]
fn figures_of_the_process_and_of_kpis_with_targets_are_told() {
    let place = Place::with_workspace();
    let rules = place.read("w/deskgauge.toml");
    place.write("w/deskgauge.toml", &format!("{rules}\n[[target]]\nmetric = \"backlog\"\ngood = 10\n"));
    place.write("events.jsonl", EVENTS);
    place.ok("--workspace w import events events.jsonl");
    let token = token(&place, "read");
    let service = Service::start(&place, "");
    let figures = service.get("/metrics", Some(&token)).text();
    for line in
        ["deskgauge_inbox_events 0", "deskgauge_kpi{metric=\"backlog\",unit=\"count\"} 2", "deskgauge_question_seconds_count"]
    {
        assert!(figures.contains(line), "{line} in {figures}");
    }
    assert_eq!(service.get("/metrics", None).status, 401);
}

/// What an administrator reads who has downloaded or built the usual program.
#[cfg(not(feature = "oidc"))]
#[test]
fn a_build_without_oidc_says_how_to_build_it() {
    let place = place();
    let rules = place.read("w/deskgauge.toml");
    let oidc = "[oidc]\nissuer = \"https://login.example\"\nclient_id = \"d\"\npublic_url = \"https://desk.example\"\n";
    place.write("w/deskgauge.toml", &format!("{rules}\n{oidc}"));
    let run = place.run("--workspace w serve --listen 127.0.0.1:0");
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("oidc-not-built") && run.stderr.contains("--features oidc"), "{}", run.stderr);
    place.ok("--workspace w query backlog");
}
