//! `sla replay`: the same policies change nothing, others tell what they would have changed, and nothing is stored.

use serde_json::json;

use crate::run::{EVENTS, Place};

const NOW: &str = "--now 2026-03-20";
const PROMISED: &str = "[[sla]]\nname = \"reply\"\nschedule = \"always\"\nfirst_reply = \"30m\"\n";

/// Answered after ten minutes (e-mail), after an hour (chat), and not yet: promised within half an hour.
fn place() -> Place {
    let place = Place::new();
    place.ok("init w --time-zone Europe/Bucharest");
    place.write("w/deskgauge.toml", &format!("[workspace]\ntime_zone = \"Europe/Bucharest\"\n\n{PROMISED}"));
    place.write("e.jsonl", EVENTS);
    place.ok("--workspace w import events e.jsonl");
    place
}

#[test]
fn the_same_policies_give_the_same_numbers() {
    let place = place();
    let kpi = place.json(&format!("query sla_compliance --by policy,target {NOW}"))["answers"][0].clone();
    assert_eq!((&kpi["numerator"], &kpi["denominator"]), (&json!(1), &json!(3)));
    let replay = place.json(&format!("sla replay --policy w/deskgauge.toml {NOW}"));
    assert_eq!(replay["targets"][0]["before"], kpi);
    assert_eq!(replay["targets"][0]["after"], kpi);
    assert_eq!((&replay["changed_count"], &replay["changed"]), (&json!(0), &json!([])));
}

#[test]
fn other_policies_tell_whose_outcome_they_change() {
    let place = place();
    // An hour is enough for the chat, five minutes for nobody's e-mail.
    place.write(
        "other.toml",
        "[[sla]]\nname = \"chat\"\nwhen = \"channel = 'chat'\"\nschedule = \"always\"\nfirst_reply = \"1h\"\n\
         [[sla]]\nname = \"rest\"\nschedule = \"always\"\nfirst_reply = \"5m\"\n",
    );
    let before = place.json("import list");
    let replay = place.json(&format!("sla replay --policy other.toml {NOW}"));
    let target = |policy: &str| {
        let all = replay["targets"].as_array().unwrap();
        all.iter().find(|row| row["policy"] == policy).unwrap_or_else(|| panic!("no {policy}")).clone()
    };
    assert_eq!((&target("reply")["after"], &target("chat")["before"]), (&json!(null), &json!(null)));
    assert_eq!((&target("chat")["after"]["numerator"], &target("chat")["after"]["denominator"]), (&json!(1), &json!(2)));
    assert_eq!(target("rest")["after"]["value"], json!(0));
    assert_eq!(replay["transitions"], json!({ "met_to_missed": 1, "missed_to_met": 1 }));
    let of = |id: &str| {
        let all = replay["changed"].as_array().unwrap();
        all.iter().find(|changed| changed["conversation"] == id).unwrap().clone()
    };
    assert_eq!((&of("t:1")["before"], &of("t:1")["after"]), (&json!("met"), &json!("missed")));
    assert_eq!((&of("t:1")["missed_after"], &of("t:2")["after"]), (&json!(["rest first_reply"]), &json!("met")));
    // Nothing is stored: the same imports, the same answer, and no rebuild is asked for.
    assert_eq!(place.json("import list"), before);
    assert_eq!(place.json(&format!("query sla_compliance {NOW}"))["answers"][0]["numerator"], json!(1));
    // What was decided before a range is not in it.
    let none = place.json(&format!("sla replay --policy other.toml --from 2026-03-03 --to 2026-03-04 {NOW}"));
    assert_eq!((&none["changed_count"], &none["total"]["before"]["denominator"]), (&json!(0), &json!(0)));
    let table = place.ok(&format!("--workspace w sla replay --policy other.toml --cases 1 {NOW}"));
    assert!(table.contains("2 conversations fare otherwise") && table.contains("and 1 more"), "{table}");
    assert!(table.contains("t:1: met → missed (missed: rest first_reply)"), "{table}");
    let csv = place.ok(&format!("--workspace w sla replay --policy other.toml --format csv {NOW}"));
    assert!(csv.starts_with("policy,target,before_met,before_missed,before_running,before_share,after_met,"), "{csv}");
}

#[test]
fn a_file_that_is_none_is_told_with_its_place() {
    let place = place();
    place.write("bad.toml", "[[sla]]\nname = \"x\"\nfirst_rely = \"1h\"\n");
    let run = place.run("--workspace w sla replay --policy bad.toml");
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("did you mean `first_reply`?") && run.stderr.contains("bad.toml:3:1"), "{}", run.stderr);
    place.write("empty.toml", "");
    let run = place.run("--workspace w sla replay --policy empty.toml");
    assert!(run.stderr.contains("empty.toml has no [[sla]]"), "{}", run.stderr);
    let run = place.run("--workspace w sla replay --policy missing.toml");
    assert!(run.stderr.contains("error[no-file]"), "{}", run.stderr);
}
