//! `reconcile` as a user meets it: Zendesk's ticket metrics as JSON Lines and CSV, a table of one's own, and what is wrong in them.

use serde_json::json;

use crate::run::Place;

const EVENTS: &str = r#"{"id":"1","type":"opened","at":"2026-03-02T09:00:00+02:00","conversation":"zendesk:1","actor_kind":"customer","actor":"c1","channel":"email"}
{"id":"2","type":"message","at":"2026-03-02T09:10:20+02:00","conversation":"zendesk:1","actor_kind":"agent","actor":"ana"}
{"id":"3","type":"status","at":"2026-03-02T11:00:00+02:00","conversation":"zendesk:1","actor_kind":"agent","actor":"ana","status":"solved"}
{"id":"4","type":"opened","at":"2026-03-02T10:00:00+02:00","conversation":"zendesk:12","actor_kind":"agent","actor":"ana","channel":"email"}
{"id":"5","type":"message","at":"2026-03-02T11:00:00+02:00","conversation":"zendesk:12","actor_kind":"agent","actor":"ana"}
"#;
const NOW: &str = "--now 2026-03-02T13:00:00+02:00";

fn filled() -> Place {
    let place = Place::with_workspace();
    place.write("e.jsonl", EVENTS);
    place.ok("--workspace w import events e.jsonl");
    place
}

/// 10 minutes and 20 seconds, two hours; an hour to the second message of the other; a ticket of elsewhere.
const METRICS: &str = r#"{"ticket_id":1,"reply_time_in_minutes":{"calendar":10,"business":null},"full_resolution_time_in_minutes":{"calendar":120,"business":null},"reopens":0,"replies":1,"url":"x"}
{"ticket_id":12,"reply_time_in_minutes":{"calendar":60,"business":null},"full_resolution_time_in_minutes":{"calendar":null,"business":null},"reopens":3,"replies":0}
{"ticket_id":99,"reply_time_in_minutes":{"calendar":5,"business":null},"full_resolution_time_in_minutes":{"calendar":5,"business":null},"reopens":0,"replies":1}
"#;

#[test]
fn ticket_metrics_are_equal_or_have_a_cause() {
    let place = filled();
    place.write("metrics.jsonl", METRICS);
    let run = place.run(&format!("--workspace w reconcile metrics.jsonl {NOW}"));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for expected in [
        "18 reported figures against ours (canonical): 8 differ",
        "equal under profile zendesk",
        "the conversation is not in the workspace",
        "not known",
    ] {
        assert!(run.stdout.contains(expected), "{expected} is not in:\n{}", run.stdout);
    }
    assert!(run.stderr.contains("begin with `zendesk:`"), "{}", run.stderr);
    let found = place.json(&format!("reconcile metrics.jsonl {NOW}"));
    assert_eq!((&found["id_prefix"], &found["profile"]), (&json!("zendesk:"), &json!("canonical")));
    let columns = found["columns"].as_array().expect("columns");
    let column = |name: &str| columns.iter().find(|column| column["column"] == name).expect("the column").clone();
    let reply = column("reply_time_in_minutes.calendar");
    assert_eq!((&reply["figure"], &reply["rows"], &reply["equal"]), (&json!("first_response_time"), &json!(3), &json!(1)));
    let causes: Vec<&str> =
        reply["causes"].as_array().expect("causes").iter().filter_map(|cause| cause["cause"].as_str()).collect();
    assert_eq!(causes, ["equal", "other_profile", "not_here"]);
    assert_eq!(reply["causes"][1]["detail"], json!("zendesk"));
    // Counted as Zendesk does, nothing but what is not here and the reopens differ.
    let csv = place.ok(&format!("--workspace w --format csv reconcile metrics.jsonl --profile zendesk {NOW}"));
    assert!(csv.starts_with("column,figure,unit,clock,row,conversation,theirs,ours,cause,detail\n"), "{csv}");
    let known: Vec<&str> = csv.lines().skip(1).filter(|line| !line.contains("not_here")).collect();
    assert_eq!(known, ["reopens,reopens,count,calendar,2,zendesk:12,3,0,unknown,"]);
    let russian = place.ok(&format!("--workspace w --lang ru reconcile metrics.jsonl {NOW}"));
    assert!(russian.contains("совпадает в профиле zendesk"), "{russian}");

    // It tells of single conversations, which [privacy] hides.
    let rules = place.read("w/deskgauge.toml");
    place.write("w/deskgauge.toml", &format!("{rules}\n[privacy]\nminimum_group = 5\n"));
    let run = place.run(&format!("--workspace w reconcile metrics.jsonl {NOW}"));
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("error[individuals-hidden]: single conversations are held against a report"), "{}", run.stderr);
    place.write("w/deskgauge.toml", &rules);

    // The same as one page of an export, and as CSV with flat names.
    let objects: Vec<&str> = METRICS.lines().collect();
    place.write("page.json", &format!("{{\n\"ticket_metrics\": [\n{}\n]\n}}\n", objects.join(",\n")));
    let page = place.json(&format!("reconcile page.json {NOW}"));
    assert_eq!(page["columns"].as_array().map(Vec::len), found["columns"].as_array().map(Vec::len));
    place.write("metrics.csv", "ticket_id,reply_time_in_minutes_calendar,replies\n1,10,1\n12,60,0\n");
    let flat = place.json(&format!("reconcile metrics.csv {NOW}"));
    assert_eq!(flat["columns"][0]["equal"], json!(1));
}

#[test]
fn columns_of_any_table_are_named() {
    let place = filled();
    place.write("own.csv", "case,answered after,within\nzendesk:1,0.17,100\nzendesk:12,,\n");
    let line = "reconcile own.csv --id case --column \"answered after=first_response_time:hours\" --vendor chatwoot";
    let found = place.json(&format!("{line} {NOW}"));
    let column = &found["columns"][0];
    assert_eq!((&column["unit"], &column["equal"]), (&json!("hours"), &json!(2)));
    let share = place.json(&format!("reconcile own.csv --id case --column within=first_contact_resolution:percent {NOW}"));
    assert_eq!(share["columns"][0]["unit"], json!("percent"));

    for (wrong, code, said) in [
        ("reconcile own.csv", 2, "error[unknown-column]: own.csv has no column of conversation ids"),
        ("reconcile own.csv --id cas", 2, "did you mean `case`?"),
        ("reconcile own.csv --id case", 2, "error[nothing-to-compare]: no column of the file is known"),
        ("reconcile own.csv --id case --column withn=csat", 2, "did you mean `within`?"),
        ("reconcile own.csv --id case --column within=csta", 2, "did you mean `csat`?"),
        ("reconcile own.csv --id case --column within=on_hld:minutes", 2, "did you mean `on_hold`?"),
        ("reconcile own.csv --id case --column within=csat:minuts", 2, "did you mean `minutes`?"),
        ("reconcile own.csv --id case --column within=csat:percent:busines", 2, "did you mean `business`?"),
        ("reconcile own.csv --id case --column within", 2, "does not say what a column is"),
        ("reconcile own.csv --id case --column within=backlog:count", 2, "error[no-rows]"),
        ("reconcile own.csv --id case --column within=csat --vendor zendsk", 2, "did you mean `zendesk`?"),
        ("reconcile none.csv", 1, "error[no-file]"),
    ] {
        let run = place.run(&format!("--workspace w {wrong}"));
        assert_eq!(run.code, Some(code), "{wrong}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{wrong}: {}", run.stderr);
    }
}

#[test]
fn rows_that_cannot_be_read_are_told_and_the_others_compared() {
    let place = filled();
    place.write(
        "metrics.jsonl",
        &format!("{METRICS}{{\"ticket_id\":1,\"replies\":\"many\"}}\n{{\"replies\":3}}\nnot json\n[1]\n"),
    );
    let run = place.run(&format!("--workspace w reconcile metrics.jsonl {NOW}"));
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.contains("reported figures against ours"), "{}", run.stdout);
    for expected in [
        "error[bad-number]: row 4, `replies`: `many` is no number",
        "error[missing-id]: row 5 has no `ticket_id`",
        "error[bad-row]: row 6 is no JSON",
        "error[bad-row]: row 7 is no object",
        "at metrics.jsonl:4",
    ] {
        assert!(run.stderr.contains(expected), "{expected} is not in:\n{}", run.stderr);
    }
    place.write("none.jsonl", "nothing\n");
    let run = place.run("--workspace w reconcile none.jsonl");
    assert!(run.code == Some(1) && run.stderr.contains("error[no-header]"), "{}", run.stderr);
}
