//! The report about the data: found by its name, in every form, and named at the foot of a board.

use serde_json::json;

use crate::run::{EVENTS, Place};

/// A reply a minute before the conversation that it belongs to, and a row without a zone.
const BAD: &str = r#"{"id":"8","type":"message","at":"2026-03-02T08:59:00+02:00","conversation":"t:1","actor_kind":"agent","actor":"ana"}
{"id":"9","type":"message","at":"2026-03-02T09:00:00","conversation":"t:1","actor_kind":"agent","actor":"ana"}
"#;

#[test]
fn troubles_are_told_with_their_import_and_their_file() {
    let place = Place::with_workspace();
    place.write("e.jsonl", EVENTS);
    place.write("bad.jsonl", BAD);
    place.ok("--workspace w import events e.jsonl");
    place.ok("--workspace w import events bad.jsonl");
    let report = place.json("data-quality");
    let finding = |code: &str| {
        let all = report["findings"].as_array().unwrap();
        all.iter().find(|finding| finding["code"] == code).unwrap_or_else(|| panic!("no {code} in {report}")).clone()
    };
    let early = finding("before_creation");
    assert_eq!((&early["count"], &early["of"], &early["serious"]), (&json!(1), &json!(3), &json!(true)));
    assert_eq!(early["examples"][0]["conversation"], "t:1");
    assert_eq!((&early["examples"][0]["import"], &early["examples"][0]["file"]), (&json!(2), &json!("bad.jsonl")));
    assert_eq!(early["distorts"][0], "first_response_time");
    let rejected = finding("rejected_rows");
    assert_eq!((&rejected["count"], &rejected["of"]), (&json!(1), &json!(8)));
    assert!(rejected["examples"][0]["detail"].as_str().unwrap().starts_with("bad.jsonl:2: at "), "{rejected}");
    let text = place.ok("--workspace w data-quality --by import");
    assert!(text.contains("▲ events before the creation of their conversation: 1 of 3 conversations (33.3 %)"), "{text}");
    assert!(text.contains("how often: import 2 bad.jsonl: 1"), "{text}");
    let markdown = place.ok("--workspace w data-quality --format md --lang ru");
    assert!(markdown.contains("## ▲ события раньше создания обращения"), "{markdown}");
    let csv = place.ok("--workspace w data-quality --format csv");
    assert!(csv.lines().any(|line| line.starts_with("before_creation,true,1,1,conversations,3,")), "{csv}");
    assert_eq!(place.json("data-quality --import 1")["findings"], json!([]));
    // The board says so in one line.
    let board = place.ok("--workspace w report --period 2026-03 --now 2026-04-02");
    assert!(board.contains("the data have serious problems (before_creation): see `deskgauge data-quality`"), "{board}");
    assert_eq!(place.json("report --period 2026-03 --now 2026-04-02")["data_quality"], json!(["before_creation"]));
}

#[test]
fn sound_data_have_no_findings_and_unknown_imports_are_told() {
    let place = Place::with_workspace();
    place.write("e.jsonl", &EVENTS.replace(r#""conversation":"#, r#""customer":"c","conversation":"#));
    place.ok("--workspace w import events e.jsonl");
    assert_eq!(place.ok("--workspace w data-quality"), "0 findings, 0 serious\n");
    let run = place.run("--workspace w data-quality --import 9");
    assert_eq!((run.code, run.stderr.contains("error[unknown-import]: there is no import 9")), (Some(2), true), "{}", run.stderr);
    let run = place.run("--workspace w data-quality --from yesterday");
    assert_eq!(run.code, Some(2), "{}", run.stderr);
}
