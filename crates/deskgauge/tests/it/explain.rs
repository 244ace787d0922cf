//! `explain` down to one conversation: every interval is listed, and the parts add up to the number.

use serde_json::{Value, json};

use crate::run::Place;

const NOW: &str = "--now 2026-03-10";

/// A workspace with business hours and one conversation.
fn place(events: &str) -> Place {
    let place = Place::with_workspace();
    let hours = "[[schedule]]\nname = \"support\"\nmon = [\"09:00-17:00\"]\ntue = [\"09:00-17:00\"]\n";
    place.write("w/deskgauge.toml", &format!("{}\n{hours}", place.read("w/deskgauge.toml")));
    place.write("e.jsonl", events);
    place.ok("--workspace w import events e.jsonl");
    place
}

fn event(id: usize, at: &str, rest: &str) -> String {
    format!("{{\"id\":\"{id}\",\"at\":\"{at}+02:00\",\"conversation\":\"t:1\",{rest}}}\n")
}

const CUSTOMER: &str = r#""actor_kind":"customer","actor":"c1""#;
const AGENT: &str = r#""actor_kind":"agent","actor":"ana""#;

fn sum(parts: &Value, name: &str) -> i64 {
    parts.as_array().expect("a list").iter().map(|part| part[name].as_i64().expect("a number")).sum()
}

#[test]
fn every_wait_is_listed_with_its_seconds() {
    let mut events = event(0, "2026-03-02T09:00:00", &format!("\"type\":\"opened\",{CUSTOMER}"));
    let mut seconds = 0;
    for wait in 0..1100_usize {
        let at = |second: usize| format!("2026-03-02T{:02}:{:02}:{:02}", 9 + second / 3600, second / 60 % 60, second % 60);
        if wait > 0 {
            events += &event(2 * wait, &at(wait * 20), &format!("\"type\":\"message\",{CUSTOMER}"));
        }
        let length = 1 + wait % 7;
        seconds += length;
        events += &event(2 * wait + 1, &at(wait * 20 + length), &format!("\"type\":\"message\",{AGENT}"));
    }
    let place = place(&events);
    let told = place.json(&format!("explain reply_time --conversation t:1 {NOW}"));
    assert_eq!(told["intervals"].as_array().map(Vec::len), Some(1100));
    assert_eq!((sum(&told["intervals"], "seconds"), &told["together"]["seconds"]), (seconds as i64, &json!(seconds)));
    assert_eq!(told["intervals"][0]["start"], "2026-03-02T07:00:00Z");
    let table = place.ok(&format!("--workspace w explain reply_time --conversation t:1 {NOW}"));
    let first = "2026-03-02 09:00:00 → 2026-03-02 09:00:01 = 1s (1 s) 1s (1 s) counted";
    let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(table.lines().any(|line| plain(line) == first), "no line `{first}`");
    assert!(table.contains("1,100 counted together"), "the sum is missing");
}

#[test]
fn the_parts_of_a_resolution_add_up_on_both_clocks() {
    let status = |at: &str, id: usize, status: &str, who: &str| {
        event(id, at, &format!("\"type\":\"status\",\"status\":\"{status}\",{who}"))
    };
    let events = [
        event(1, "2026-03-02T16:00:00", &format!("\"type\":\"opened\",{CUSTOMER}")),
        status("2026-03-02T16:30:00", 2, "pending", AGENT),
        status("2026-03-03T08:00:00", 3, "open", CUSTOMER),
        status("2026-03-03T10:00:00", 4, "solved", AGENT),
        status("2026-03-03T12:00:00", 5, "open", CUSTOMER),
        status("2026-03-03T12:15:00", 6, "solved", AGENT),
    ];
    let place = place(&events.concat());
    let told = |metric: &str| place.json(&format!("explain {metric} --conversation t:1 {NOW}"))["intervals"].clone();
    let (full, us) = (told("full_resolution_time"), told("time_with_us"));
    assert_eq!(full.as_array().map(Vec::len), Some(1), "only the last resolution counts: {full}");
    for (name, whole, of_us) in [("seconds", 72_900, 9900), ("business_seconds", 15_300, 6300)] {
        assert_eq!((&full[0][name], sum(&full[0]["parts"], name)), (&json!(whole), whole), "{full}");
        assert_eq!((&us[0][name], sum(&us[0]["parts"], name)), (&json!(of_us), of_us), "{us}");
    }
    let states: Vec<&Value> = full[0]["parts"].as_array().expect("parts").iter().map(|part| &part["state"]).collect();
    assert_eq!(states, ["us", "customer", "us", "resolved", "us"]);
    // Without the two hours in which it was solved; and of what is no part of the spells no start is told.
    let (net, unassigned) = (told("net_resolution_time"), told("unassigned_time"));
    for (name, whole) in [("seconds", 65_700), ("business_seconds", 8100)] {
        assert_eq!((&net[0][name], sum(&net[0]["parts"], name)), (&json!(whole), whole), "{net}");
        assert_eq!((&unassigned[0][name], &unassigned[0]["start"]), (&json!(whole), &Value::Null), "{unassigned}");
    }
    let table = place.ok(&format!("--workspace w explain time_with_us --conversation t:1 {NOW}"));
    assert!(table.contains("2h 45m 0s (9900 s)  1h 45m 0s (6300 s)  counted"), "{table}");
}
