//! What is said beside an answer: options that changed nothing, and numbers that are easily misread.

use crate::run::{EVENTS, Place};

const NOW: &str = "--now 2026-03-20";

/// A workspace with these events.
fn place(events: &str) -> Place {
    let place = Place::with_workspace();
    place.write("e.jsonl", events);
    place.ok("--workspace w import events e.jsonl");
    place
}

/// What a command says beside its answer.
#[track_caller]
fn said(place: &Place, line: &str) -> String {
    let run = place.run(&format!("--workspace w {line} {NOW}"));
    assert_eq!(run.code, Some(0), "`{line}`: {}", run.stderr);
    run.stderr
}

#[test]
fn options_that_change_nothing_are_told() {
    let place = place(EVENTS);
    for (line, remark) in [
        ("query csat --clock business", "`--clock business` has no effect on `csat`, which measures no time"),
        ("query reply_time --credit actor", "`--credit` has no effect: the answer is not cut by agent"),
        ("query csat --set answer_within=30s", "`--set answer_within` has no effect: no KPI of the question uses it"),
        ("query backlog --dated cohort", "`--dated cohort` has no effect on `backlog`, which is a stock"),
        ("explain csat --clock business", "`--clock business` has no effect on `csat`"),
        ("explain csat --format md", "`explain` has no form `md`: it is printed as text"),
        ("explain reply_time --conversation t:1 --grain day", "`--grain` has no effect beside `--conversation`"),
    ] {
        let told = said(&place, line);
        assert!(told.starts_with(&format!("warning[without-effect]: {remark}")), "`{line}`: {told}");
    }
    for line in [
        "query reply_time --clock business",
        "query reply_time --by agent --credit actor",
        "query answered_within --by channel --set answer_within=30s",
    ] {
        assert_eq!(said(&place, line), "", "`{line}`");
    }
}

#[test]
fn one_target_time_for_several_channels_is_told() {
    let place = place(EVENTS);
    let remark = "warning[mixed-channels]: `answered_within` holds one target time against several channels: chat 2, email 1\n";
    assert!(said(&place, "query answered_within").starts_with(remark));
    assert!(said(&place, "report --period 2026-03-02").contains(remark));
    assert_eq!(said(&place, "query answered_within --by channel"), "");
    assert_eq!(said(&place, "query answered_within --where \"channel = 'chat'\""), "");
}

#[test]
fn a_source_without_replies_is_told() {
    let opened: Vec<&str> = EVENTS.lines().filter(|line| line.contains("opened")).collect();
    let place = place(&format!("{}\n", opened.join("\n")));
    let remark = "warning[no-replies]: no conversation has a reply of a person, so that `answered_within` counts all as missed";
    assert!(said(&place, "query answered_within").starts_with(remark));
}

#[test]
fn reopenings_by_nobody_known_are_told() {
    let status = |id: u32, at: &str, status: &str, kind: &str| {
        format!(
            "{{\"id\":\"s{id}\",\"type\":\"status\",\"at\":\"2026-03-02T{at}:00+02:00\",\"conversation\":\"t:1\",\"actor_kind\":\"{kind}\",\"status\":\"{status}\"}}\n"
        )
    };
    let events = [EVENTS.to_owned(), status(1, "10:00", "open", "system"), status(2, "11:00", "solved", "system")].concat();
    let place = place(&events);
    let remark =
        "warning[counted-elsewhere]: `reopen_rate` counts none, and its variant `any` counts 1: a source may not tell who did it";
    assert!(said(&place, "query reopen_rate").starts_with(remark));
    assert_eq!(said(&place, "query reopen_rate --variant any"), "");
}
