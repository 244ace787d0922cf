//! Restatement: which past numbers changed, by which conversations, and who did it.

use serde_json::{Value, json};

use crate::run::{EVENTS, Place};

const NOW: &str = "--now 2026-04-02";
/// An answer to the chat that waited, and a chat of March that came late.
const LATE: &str = r#"{"id":"10","type":"message","at":"2026-03-03T12:00:00+02:00","conversation":"t:3","actor_kind":"agent","actor":"ana"}
{"id":"11","type":"opened","at":"2026-03-05T10:00:00+02:00","conversation":"t:9","actor_kind":"customer","actor":"c9","channel":"chat"}
"#;

fn place() -> Place {
    let place = Place::with_workspace();
    place.write("e.jsonl", EVENTS);
    place.write("late.jsonl", LATE);
    place.ok("--workspace w import events e.jsonl");
    place.ok("--workspace w import events late.jsonl");
    place
}

fn of<'a>(report: &'a Value, metric: &str) -> &'a Value {
    let all = report["restated"].as_array().unwrap();
    all.iter().find(|changed| changed["metric"] == metric).unwrap_or_else(|| panic!("no {metric} in {report}"))
}

#[test]
fn a_late_import_restates_what_it_touched_and_nothing_else() {
    let place = place();
    let report = place.json(&format!("restated {NOW}"));
    let created = of(&report, "conversations_created");
    assert_eq!((&created["before"]["value"], &created["after"]["value"]), (&json!(3), &json!(4)));
    assert_eq!(created["rows"][0]["id"], "t:9");
    assert_eq!((&created["rows"][0]["kind"], &created["rows"][0]["file"]), (&json!("new"), &json!("late.jsonl")));
    // The third conversation waited; now it has waited for a day.
    let response = of(&report, "first_response_time");
    assert_eq!((&response["before"]["n"], &response["after"]["n"]), (&json!(2), &json!(3)));
    assert_eq!(response["rows"][0]["before"]["left_out"], "pending");
    assert_eq!((&response["rows"][0]["after"]["value"], &response["rows"][0]["import"]), (&json!(86_400), &json!(2)));
    assert_eq!(response["rows_count"], 1);
    // What the import did not touch is not listed.
    assert!(report["restated"].as_array().unwrap().iter().all(|changed| changed["metric"] != "resolutions"), "{report}");
    let text = place.ok(&format!("--workspace w restated {NOW} --metrics backlog"));
    assert!(text.contains("Backlog, 2026-03-01: 2 → 3") && text.contains("t:9: new, – → 1, import 2 late.jsonl"), "{text}");
    let csv = place.ok(&format!("--workspace w restated {NOW} --metrics conversations_created --format csv"));
    assert!(csv.ends_with("conversations_created,2026-03-01,count,3,3,3,4,4,1,0,0,2,t:9\n"), "{csv}");
}

#[test]
fn an_undo_and_nothing_have_their_words() {
    let place = place();
    place.ok("--workspace w import undo 2");
    let report = place.json(&format!("restated --metrics conversations_created {NOW}"));
    let row = &of(&report, "conversations_created")["rows"][0];
    assert_eq!(
        (&row["id"], &row["kind"], &row["cause"], &row["import"]),
        (&json!("t:9"), &json!("gone"), &json!("undo"), &json!(2))
    );
    let text = place.ok(&format!("--workspace w restated --metrics resolutions {NOW}"));
    assert!(text.starts_with("No number of a past period changed between snapshot 3"), "{text}");
    let run = place.run("--workspace w restated --since 99");
    assert_eq!((run.code, run.stderr.contains("error[unknown-snapshot]")), (Some(2), true), "{}", run.stderr);
    let run = place.run("--workspace w restated --grain all");
    assert_eq!((run.code, run.stderr.contains("all time is no past period")), (Some(2), true), "{}", run.stderr);
}
