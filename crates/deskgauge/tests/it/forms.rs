//! Files of every form go in: names, magic bytes, folders, globs, standard input, tables by a mapping.

use std::io::Write;

use serde_json::json;

use crate::run::{EVENTS, Place};

fn events(place: &Place) -> serde_json::Value {
    place.json("sql \"select count(*) as n from events\"")[0]["n"].clone()
}

#[test]
fn compressed_files_are_known_by_their_bytes() {
    let place = Place::with_workspace();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(EVENTS.as_bytes()).expect("memory");
    // The name tells neither the form nor the compression.
    std::fs::write(place.path("dump"), gzip.finish().expect("memory")).expect("a file");
    place.ok("--workspace w import events dump");
    std::fs::write(place.path("e.jsonl.zst"), zstd::encode_all(EVENTS.as_bytes(), 1).expect("memory")).expect("a file");
    let again = place.json("import events e.jsonl.zst");
    assert_eq!((&again["duplicates"], events(&place)), (&json!(6), json!(6)));
}

#[test]
fn folders_globs_and_standard_input_are_read() {
    let place = Place::with_workspace();
    let lines: Vec<&str> = EVENTS.lines().collect();
    place.write("in/a.jsonl", lines[0]);
    place.write("in/deep/b.ndjson", lines[1]);
    place.write("in/readme.txt", "not events");
    place.ok("--workspace w import events in");
    assert_eq!(events(&place), json!(2));
    place.write("c1.jsonl", lines[2]);
    place.write("c2.jsonl", lines[3]);
    place.ok("--workspace w import events c*.jsonl");
    assert_eq!(events(&place), json!(4));
    let run = place.run_with("--workspace w import events - --as jsonl", EVENTS);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(events(&place), json!(6));
}

#[test]
fn bad_rows_go_to_the_reject_file_and_good_ones_in() {
    let place = Place::with_workspace();
    let bad = r#"{"type":"opened","at":"2026-03-02T09:00:00","conversation":"x","actor_kind":"customer"}"#;
    place.write("e.jsonl", &format!("{EVENTS}{bad}\nnot json\n"));
    let summary = place.json("import events e.jsonl");
    assert_eq!((&summary["rows"], &summary["events"], &summary["rejected"]), (&json!(8), &json!(6), &json!(2)));
    let rejects = place.read("w/rejects/1.csv");
    assert!(rejects.starts_with("file,row,field,value,code,reason\ne.jsonl,7,at,2026-03-02T09:00:00,"), "{rejects}");
    assert!(rejects.contains("bad-json"), "{rejects}");
    place.ok("--workspace w import events e.jsonl --rejects mine.csv");
    assert!(place.read("mine.csv").contains("bad-json"));
}

#[test]
fn strict_takes_all_or_nothing() {
    let place = Place::with_workspace();
    place.write("e.jsonl", &format!("{EVENTS}not json\n"));
    let run = place.run("--workspace w import events e.jsonl --strict");
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.starts_with("error[strict]: 1 of 7 rows cannot be imported"), "{}", run.stderr);
    assert_eq!(events(&place), json!(0));
}

#[test]
fn a_table_goes_in_by_the_mapping_that_map_proposes() {
    let place = Place::with_workspace();
    place.write(
        "t.csv",
        "Ticket ID,Created at,First reply at,Solved at,Assignee,Channel\n\
         1,2026-03-02 09:00:00,2026-03-02 09:10:00,2026-03-02 09:20:00,Ana,email\n\
         2,2026-03-02 10:00:00,2026-03-02 11:00:00,,Ben,chat\n",
    );
    let mapping = place.ok("map t.csv");
    place.write("map.toml", &mapping);
    place.ok("--workspace w import table t.csv --map map.toml");
    let answers = place.json("query first_response_time --now 2026-03-03T00:00:00Z");
    assert_eq!((&answers["answers"][0]["value"], &answers["answers"][0]["n"]), (&json!(2100), &json!(2)), "{mapping}");
}

#[test]
fn the_simulation_is_the_same_for_the_same_seed_in_every_form() {
    let place = Place::new();
    place.ok("init w");
    place.ok("simulate --conversations 30 --seed 5 --to a.jsonl");
    place.ok("simulate --conversations 30 --seed 5 --to b.parquet");
    assert_eq!(place.ok("simulate --conversations 30 --seed 5 --to -"), place.read("a.jsonl"));
    place.ok("--workspace w import events a.jsonl");
    let again = place.json("import events b.parquet");
    assert_eq!((&again["events"], &again["rejected"]), (&json!(0), &json!(0)));
}
