//! Privacy as a user meets it: suppressed numbers in every form, refusals with advice, and what is not covered told.

use serde_json::json;

use crate::run::{EVENTS, Place};

const NOW: &str = "--now 2026-03-20";

fn place(privacy: &str) -> Place {
    let place = Place::with_workspace();
    place.write("e.jsonl", EVENTS);
    place.ok("--workspace w import events e.jsonl");
    let rules = place.read("w/deskgauge.toml");
    place.write("w/deskgauge.toml", &format!("{rules}\n[privacy]\n{privacy}\n"));
    place
}

#[test]
fn small_groups_are_suppressed_in_every_form() {
    let place = place("minimum_group = 5");
    let answer = place.json(&format!("query conversations_created {NOW}"))["answers"][0].clone();
    assert_eq!((&answer["value"], &answer["null_reason"], &answer["n"]), (&json!(null), &json!("suppressed"), &json!(null)));
    let table = place.ok(&format!("--workspace w query conversations_created {NOW}"));
    assert!(table.contains("– (suppressed)"), "{table}");
    let board = place.ok(&format!("--workspace w report --period 2026-03 {NOW}"));
    assert!(board.contains("– (suppressed)"), "{board}");
    let csv = place.ok(&format!("--workspace w query conversations_created {NOW} --format csv"));
    assert!(csv.contains(",suppressed,"), "{csv}");
    let run = place.run(&format!("--workspace w explain first_response_time {NOW}"));
    assert_eq!((run.code, run.stderr.contains("error[suppressed]")), (Some(2), true), "{}", run.stderr);
    assert!(!run.stdout.contains("t:1"), "{}", run.stdout);
    let run = place.run(&format!("--workspace w explain reply_time --conversation t:1 {NOW}"));
    assert_eq!((run.code, run.stderr.contains("error[individuals-hidden]")), (Some(2), true), "{}", run.stderr);
    let run = place.run("--workspace w restated --since 1 --metrics first_response_time --now 2026-04-02 --format json");
    assert!(!run.stdout.contains("t:1"), "{}", run.stdout);
}

#[test]
fn people_are_hidden_and_what_is_not_covered_is_told() {
    let place = place("hide_individuals = true");
    let run = place.run(&format!("--workspace w query reply_time --by agent {NOW}"));
    assert_eq!((run.code, run.stderr.contains("error[individuals-hidden]")), (Some(2), true), "{}", run.stderr);
    let run = place.run(&format!("--workspace w explain reply_time --conversation t:1 {NOW}"));
    assert_eq!((run.code, run.stderr.contains("error[individuals-hidden]")), (Some(2), true), "{}", run.stderr);
    assert!(place.ok(&format!("--workspace w query reply_time --by channel {NOW}")).contains("email"));
    for command in ["sql \"select 1 as n\"", "export conversations --format csv"] {
        let run = place.run(&format!("--workspace w {command}"));
        assert_eq!((run.code, run.stderr.contains("warning[privacy-not-covered]")), (Some(0), true), "{}", run.stderr);
    }
}
