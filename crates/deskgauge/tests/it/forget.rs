//! Forgetting a customer and bringing a workspace back, as somebody at a terminal does it.

use crate::run::{EVENTS, Place};

fn place() -> Place {
    let place = Place::with_workspace();
    place.write("events.jsonl", EVENTS);
    place.ok("--workspace w import events events.jsonl");
    place
}

#[test]
fn a_customer_is_forgotten_and_the_log_has_a_hash() {
    let place = place();
    let told = place.json("forget --customer c2 --dry-run");
    assert_eq!((told["events"].as_i64(), told["conversations"].as_i64()), (Some(2), Some(1)));
    assert_eq!(place.json("query conversations_created")["answers"][0]["value"], 3.0, "a look changes nothing");
    place.write("w/catalogue/note.md", "no KPI, about c2");
    let run = place.run("--workspace w forget --customer nobody");
    assert!(run.stderr.contains("unknown-customer"), "{}", run.stderr);
    let run = place.run("--workspace w --format json forget --customer c2");
    assert!(
        run.code == Some(0) && run.stderr.contains("still-named") && run.stderr.contains("catalogue/note.md"),
        "{}",
        run.stderr
    );
    let done: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((done["events"].as_i64(), done["snapshot"].as_i64()), (Some(2), Some(3)));
    let mark = done["mark"].as_str().unwrap();
    assert!(mark.len() == 32 && place.path("w/deskgauge.key").is_file());
    assert_eq!(place.json("query conversations_created")["answers"][0]["value"], 2.0);
    assert_eq!(
        place
            .run("--workspace w sql \"select conversation from events where conversation = 't:2'\"")
            .stdout
            .matches("t:2")
            .count(),
        0
    );
    let earlier = place.run("--workspace w query conversations_created --as-of 2");
    assert_eq!(earlier.code, Some(2), "{}", earlier.stderr);
    assert!(earlier.stderr.contains("error[erased]") && earlier.stderr.contains("is erased"), "{}", earlier.stderr);
    let again = place.run("--workspace w forget --customer c2");
    assert_eq!(again.code, Some(2), "{}", again.stderr);
    assert!(again.stderr.contains("error[unknown-customer]") && again.stderr.contains("help:"), "{}", again.stderr);
    // The key can be kept elsewhere, and what is no key is refused before anything is done.
    place.write("elsewhere", "no key");
    let mut other = place.command("--workspace w forget --customer c1");
    let refused = other.env("DESKGAUGE_KEY_FILE", place.path("elsewhere")).output().unwrap();
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("error[key]"));
    assert_eq!(place.json("query conversations_created")["answers"][0]["value"], 2.0);
}

#[test]
fn a_workspace_comes_back_with_the_same_answers_to_the_byte() {
    let place = place();
    let line = r#"{"id":"7","type":"opened","at":"2026-03-02T13:00:00+02:00","conversation":"t:4","actor_kind":"customer","actor":"c4"}"#;
    let run = place.run_with("--workspace w ingest", line);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    place.write("w/catalogue/note.txt", "kept");
    let asked = "--format json query first_response_time,backlog,conversations_created --by channel --now 2026-03-03";
    let before = place.ok(&format!("--workspace w {asked}"));
    let told = place.json("backup b");
    assert_eq!((told["waiting"].as_i64(), told["snapshot"].as_i64()), (Some(1), Some(2)), "{told}");
    place.ok("restore b --to back/again");
    assert_eq!(place.ok(&format!("--workspace back/again {asked}")), before);
    assert_eq!(place.read("back/again/catalogue/note.txt"), "kept");
    assert_eq!(place.run("--workspace back/again doctor").code, Some(0));
    for (command, code, exit) in [
        ("--workspace w backup b", "not-empty", 2),
        ("--workspace w backup w", "not-empty", 2),
        ("restore b --to w", "not-empty", 2),
        ("restore w --to c", "no-backup", 3),
        ("restore nowhere --to c", "no-backup", 3),
    ] {
        let run = place.run(command);
        assert_eq!(run.code, Some(exit), "{command}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("error[{code}]")), "{command}: {}", run.stderr);
    }
    // Forgetting does not reach copies.
    place.ok("--workspace w forget --customer c1");
    place.ok("restore b --to c");
    assert_eq!(place.ok(&format!("--workspace c {asked}")), before);
}
