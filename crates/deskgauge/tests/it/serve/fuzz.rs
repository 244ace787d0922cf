//! The API under whatever its own document allows, and what it forbids: schemathesis makes requests of the OpenAPI document, and no
//! answer may be a fault of the server, of another status or media type than promised, or of another shape.

use std::path::PathBuf;
use std::process::Command;

use super::token;
use super::wire::Service;
use crate::run::Place;

/// What every answer is held against.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance";

/// The Python that `cargo xtask test` sets up, where it has schemathesis.
fn python() -> Option<PathBuf> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/test-api/bin/python"));
    let python = std::env::var_os("DESKGAUGE_TEST_API").map_or_else(beside, PathBuf::from);
    let has = Command::new(&python).args(["-c", "import schemathesis"]).output();
    has.is_ok_and(|output| output.status.success()).then_some(python)
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn the_api_keeps_its_promises_under_any_request() {
    let Some(python) = python() else {
        println!("skipped: there is no schemathesis; run cargo xtask test");
        return;
    };
    let place = Place::new();
    place.ok("demo --dir w --conversations 60 --seed 3");
    let token = token(&place, "read,ingest");
    let service = Service::start(&place, "--now 2026-01-20");
    let (seconds, seed) = (number("DESKGAUGE_FUZZ_SECONDS", 20), number("DESKGAUGE_FUZZ_SEED", 5));
    let run = Command::new(python)
        .current_dir(place.path("."))
        .env("NO_COLOR", "1")
        .args(["-m", "schemathesis.cli", "run", &format!("http://{}/openapi.json", service.address)])
        .args([
            "--header",
            &format!("Authorization: Bearer {token}"),
            "--checks",
            CHECKS,
            "--phases",
            "examples,coverage,fuzzing",
        ])
        .args(["--max-time", &seconds.to_string(), "--seed", &seed.to_string(), "--no-shrink", "--warnings", "off"])
        .args(["--request-timeout", "60"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&run.stdout).into_owned();
    let tail: Vec<&str> = told.lines().rev().take(120).collect();
    let tail = tail.into_iter().rev().collect::<Vec<_>>().join("\n");
    assert!(run.status.success(), "{tail}\n{}", String::from_utf8_lossy(&run.stderr));
    let operations = told.lines().find_map(|line| line.trim().strip_prefix("Tested: ")?.parse::<u32>().ok());
    assert!(operations.is_some_and(|operations| operations >= 11), "{tail}");
    // It still answers, and by the numbers that it had.
    assert_eq!(service.get("/readyz", None).status, 200);
    let (code, log) = service.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("panicked"), "{log}");
}
