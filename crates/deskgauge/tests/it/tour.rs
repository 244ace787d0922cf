//! The way that a newcomer goes: the demo, its board in every form, and the suggestions that it prints.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::run::Place;

#[test]
fn the_demo_shows_a_board_and_what_to_try_next() {
    let place = Place::new();
    let run = place.run("demo --dir shop --conversations 600 --seed 2");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for words in ["First response time", "compared with", "channel", "snapshot"] {
        assert!(run.stdout.contains(words), "`{words}` is missing:\n{}", run.stdout);
    }
    let suggestions: Vec<&str> = run.stderr.lines().map(str::trim).filter_map(|line| line.strip_prefix("deskgauge ")).collect();
    assert!(suggestions.len() >= 5, "{}", run.stderr);
    assert!(suggestions.iter().any(|line| line.contains(" serve ")), "{}", run.stderr);
    for line in suggestions {
        if line.contains(" serve ") { listens(&place, line) } else { drop(place.ok(line)) }
    }
    let page = place.read("board.html");
    assert!(page.starts_with("<!doctype html>") && page.contains("<svg") && page.contains("</html>"));
    for forbidden in ["<script", "style=", "http://", "https://", "NaN", "inf"] {
        assert!(!page.replace("information", "").contains(forbidden), "the page contains {forbidden}");
    }
    // The same play is not imported twice.
    let again = place.run("demo --dir shop --conversations 600 --seed 2");
    assert!(again.stderr.contains("holds this shop already"), "{}", again.stderr);
    assert_eq!(again.stdout, run.stdout);
}

/// Starts a service until it listens, and ends it.
fn listens(place: &Place, line: &str) {
    let mut command = place.command(&format!("{line} --listen 127.0.0.1:0"));
    let mut service = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary runs");
    let mut told = String::new();
    let read = BufReader::new(service.stdout.take().expect("its output")).read_line(&mut told);
    service.kill().and_then(|()| service.wait()).expect("it ends");
    assert!(read.is_ok() && told.starts_with("listening on http://127.0.0.1:"), "{told}");
}

#[test]
fn a_file_can_be_asked_without_a_workspace() {
    let place = Place::new();
    place.ok("simulate --conversations 100 --seed 4 --to shop.jsonl");
    let board = place.ok("report --from shop.jsonl --period 2026-01-05..2026-01-05 --now 2026-01-06T00:00:00Z --format json");
    let board: serde_json::Value = serde_json::from_str(&board).expect("JSON");
    let rows = board["rows"].as_array().expect("rows");
    assert!(rows.iter().any(|row| row["metric"] == "first_response_time" && row["answer"]["n"].as_i64() > Some(0)), "{board}");
    assert!(!place.path("deskgauge.toml").exists() && !place.path("lake.sqlite").exists());
}

#[test]
fn every_command_explains_itself() {
    let place = Place::new();
    let help = place.ok("--help");
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.len() >= 17, "{commands:?}");
    for name in commands {
        let text = place.ok(&format!("{name} --help"));
        assert!(text.contains("Usage:"), "{name}: {text}");
    }
}

#[test]
fn the_catalogue_is_in_order() {
    let place = Place::new();
    place.ok("metrics list");
    place.ok("metrics show first_response_time");
    place.ok("metrics check");
}

/// A KPI of one's own: replies within a minute, with the examples that hold it.
const OWN: &str = r#"+++
id = "quick_replies"
unit = "share"
good = "high"
revision = 1
from = "first_responses"
dated = "answered_at"
counting = "seconds <= 60"
where = "seconds is not null"
[name]
en = "Quick replies"
ru = "Быстрые ответы"
ro = "Răspunsuri rapide"
zh-Hant = "快速回覆"
+++
The share of first responses within a minute.

## Examples

### One of two is quick
```events
conversation 1  channel=email
mon 09:00  customer  opens
mon 09:00:30  ana  says

conversation 2  channel=email
mon 09:00  customer  opens
mon 09:10  ana  says
```
```answer
quick_replies  50%  n=2
```
"#;

#[test]
fn an_own_kpi_is_checked_asked_and_on_the_board() {
    let place = Place::with_workspace();
    place.write("e.jsonl", crate::run::EVENTS);
    place.ok("--workspace w import events e.jsonl");
    place.write("w/catalogue/quick_replies.md", OWN);
    place.ok("--workspace w check");
    place.ok("--workspace w metrics check quick_replies");
    let answer = place.json("query quick_replies --now 2026-03-03T00:00:00Z");
    assert_eq!((&answer["answers"][0]["value"], &answer["answers"][0]["n"]), (&serde_json::json!(0), &serde_json::json!(2)));
    let board = place.ok("--workspace w report --period 2026-03-02 --now 2026-03-03T00:00:00Z");
    assert!(board.contains("Quick replies"), "{board}");
    // A wrong example and a wrong formula are told with their places.
    place.write("w/catalogue/quick_replies.md", &OWN.replace("50%", "60%"));
    let run = place.run("--workspace w metrics check quick_replies");
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("error[example-differs]") && run.stderr.contains("quick_replies.md:31"), "{}", run.stderr);
    place.write("w/catalogue/quick_replies.md", &OWN.replace("seconds <= 60", "secnds <= 60"));
    let run = place.run("--workspace w check");
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("quick_replies.md:8") && run.stderr.contains("`seconds`"), "{}", run.stderr);
}

#[test]
fn the_workspace_is_found_by_variable_and_from_below() {
    let place = Place::with_workspace();
    let run = place.command("import list").env("DESKGAUGE_WORKSPACE", place.path("w")).output().expect("the binary runs");
    assert!(run.status.success());
    let below = place.path("w/catalogue");
    let run = place.command("import list").current_dir(below).output().expect("the binary runs");
    assert!(run.status.success());
}

#[test]
fn the_page_about_commands_names_every_command_and_option() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/commands.md")).expect("the page");
    let place = Place::new();
    let help = |line: &str| place.ok(&format!("{line} --help"));
    let commands = |text: &str| -> Vec<String> {
        let list = text.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        let names = list.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
        names.map(str::to_owned).collect()
    };
    let mut missing = Vec::new();
    for name in commands(&help("")) {
        let text = help(&name);
        let below: Vec<String> = commands(&text).into_iter().map(|part| format!("{name} {part}")).collect();
        for line in if below.is_empty() { vec![name] } else { below } {
            if !page.contains(&line) {
                missing.push(line.clone());
            }
            let text = help(&line);
            let options =
                text.lines().filter_map(|row| row.trim_start().strip_prefix("--")).filter(|row| !row.starts_with("help"));
            for option in options.filter_map(|row| row.split([' ', ',']).next()) {
                if !page.contains(&format!("--{option}")) {
                    missing.push(format!("{line} --{option}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "docs/commands.md does not name {missing:?}");
}
