//! Comparisons on the command line: the same numbers in every form, both ranges spelt out, and advice where a word is wrong.

use serde_json::json;

use crate::run::{EVENTS, Place};

const NOW: &str = "--now 2026-03-20";
const ASKED: &str = "conversations_created,first_response_time --by channel --from 2026-03-02 --to 2026-03-03";

/// The events of one day, and one conversation of the same weekday a week before.
fn filled() -> Place {
    let place = Place::with_workspace();
    let earlier = r#"{"id":"0","type":"opened","at":"2026-02-23T09:00:00+02:00","conversation":"t:0","actor_kind":"customer","channel":"sms"}"#;
    place.write("e.jsonl", &format!("{EVENTS}{earlier}\n"));
    place.ok("--workspace w import events e.jsonl");
    place
}

#[test]
fn every_form_has_the_earlier_value_and_the_change() {
    let place = filled();
    let line = format!("query {ASKED} --compare weekdays {NOW}");
    let answers = place.json(&line);
    assert_eq!(
        answers["comparison"],
        json!({ "kind": "weekdays", "from": "2026-03-02", "to": "2026-03-03", "before_from": "2026-02-23", "before_to": "2026-02-24", "before_until": null })
    );
    // Chat is new, sms has vanished: both stand in the answer.
    let of = |channel: &str| {
        let all = answers["answers"].as_array().unwrap();
        let own = all.iter().find(|a| a["metric"] == "conversations_created" && a["dimensions"]["channel"] == channel);
        own.unwrap_or_else(|| panic!("no {channel}")).clone()
    };
    assert_eq!((&of("sms")["value"], &of("sms")["comparison"]["before"]["value"]), (&json!(0), &json!(1)));
    let chat = of("chat")["comparison"].clone();
    assert_eq!((&chat["difference"], &chat["relative"], &chat["method"]), (&json!(2), &json!(null), &json!("poisson_ratio")));
    assert_eq!((&chat["noise"], &chat["verdict"]), (&json!(true), &json!("same")));
    assert_eq!(chat["relative_interval"][1], json!(null), "a growth from nothing has no upper end");
    let table = place.ok(&format!("--workspace w {line}"));
    assert!(table.contains("2 Mar 2026 to 2 Mar 2026 compared with 23 Feb 2026 to 23 Feb 2026"), "{table}");
    assert!(table.contains("○ same"), "{table}");
    let csv = place.ok(&format!("--workspace w {line} --format csv"));
    assert!(csv.lines().next().unwrap().ends_with(",before_value,before_null_reason,before_n,difference,relative,change_low,change_high,relative_low,relative_high,method,noise,verdict"), "{csv}");
    place.write("q.txt", &format!("{ASKED} --compare weekdays\nbacklog\n"));
    let together = place.ok(&format!("--workspace w report --questions q.txt {NOW} --format csv"));
    assert!(
        together.lines().all(|row| row.split(',').count() == together.lines().next().unwrap().split(',').count()),
        "{together}"
    );
}

#[test]
fn a_board_compares_with_what_it_is_told_to() {
    let place = filled();
    let board = |compare: &str| place.json(&format!("report --period 2026-03-02 {compare} {NOW}"));
    assert_eq!(board("")["comparison"]["kind"], "weekdays");
    assert_eq!(board("--compare previous")["comparison"]["before_from"], "2026-03-01");
    let alone = board("--compare none");
    assert_eq!((&alone["comparison"], &alone["rows"][0]["answer"]["comparison"]), (&json!(null), &json!(null)));
    let text = place.ok(&format!("--workspace w report --period 2026-03-02 --compare none {NOW}"));
    assert!(!text.contains("before") && !text.contains("change"), "{text}");
    let page = place.ok(&format!("--workspace w report --period this-month --compare elapsed {NOW} --html b.html"));
    assert_eq!(page, "");
    let html = place.read("b.html");
    assert!(html.contains("as much of the period before as has passed of this one"), "{html}");
}

#[test]
fn a_part_against_a_whole_and_wrong_words_are_told() {
    let place = filled();
    let run = place.run(&format!("--workspace w report --period this-month --compare previous {NOW}"));
    assert!(run.stderr.contains("warning[unfair-comparison]"), "{}", run.stderr);
    let run = place.run(&format!("--workspace w report --period this-month --compare elapsed {NOW}"));
    assert!(!run.stderr.contains("unfair-comparison"), "{}", run.stderr);
    let run = place.run("--workspace w query csat --compare weekday --from 2026-03-02 --to 2026-03-03");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("did you mean `weekdays`?"), "{}", run.stderr);
    let run = place.run("--workspace w query csat --compare previous");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("error[bad-comparison]"), "{}", run.stderr);
}
