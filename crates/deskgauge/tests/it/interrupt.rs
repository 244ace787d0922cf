//! A killed import loses nothing that was acknowledged and repeats nothing: SIGKILL at random moments, then the same import again.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::run::Place;

/// How often an import is killed.
const KILLS: u32 = 20;
/// Seed of the moments; a failure names the moment, this seed gives them again.
const SEED: u64 = 20_260_302;

const NOW: &str = "--now 2026-02-01T00:00:00Z";
const KPIS: &str = "conversations_created,contacts_received,first_response_time,full_resolution_time,backlog";

/// What must not differ: the answers and the size of every table.
fn state(place: &Place, workspace: &str) -> (Value, Value) {
    let run = |line: &str| -> Value {
        let text = place.ok(&format!("--workspace {workspace} --format json {line}"));
        serde_json::from_str(&text).expect("JSON")
    };
    let answers = run(&format!("query {KPIS} --by channel {NOW}"))["answers"].clone();
    let tables = ["events", "conversations", "waits", "spells", "resolutions", "assignments", "surveys", "problems"];
    let counts = tables.map(|table| run(&format!("sql \"select count(*) as n from {table}\""))[0]["n"].clone());
    (answers, json!(counts))
}

#[test]
fn a_killed_import_loses_nothing_and_repeats_nothing() {
    let place = Place::new();
    place.ok("simulate --conversations 250 --seed 3 --to shop.jsonl");
    place.ok("init whole");
    let began = Instant::now();
    place.ok("--workspace whole import events shop.jsonl");
    let length = began.elapsed();
    let wanted = state(&place, "whole");
    let all = wanted.1[0].clone();

    place.ok("init killed");
    let mut random = SEED;
    let mut acknowledged = false;
    for kill in 0..KILLS {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = (random >> 33) as f64 / f64::from(1u32 << 31);
        let moment = Duration::from_secs_f64(length.as_secs_f64() * share * 1.05);
        let mut import = place
            .command("--workspace killed import events shop.jsonl")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        std::thread::sleep(moment);
        // Dead already is fine: then it was acknowledged.
        let _ = import.kill();
        acknowledged |= import.wait().expect("it ends").success();
        let count: Value =
            serde_json::from_str(&place.ok("--workspace killed --format json sql \"select count(*) as n from events\""))
                .expect("JSON");
        let count = &count[0]["n"];
        let whole = *count == all;
        assert!(whole || *count == json!(0), "kill {kill} after {moment:?} left {count} of {all} events");
        assert!(whole || !acknowledged, "kill {kill} after {moment:?} lost an acknowledged import");
    }
    place.ok("--workspace killed import events shop.jsonl");
    assert_eq!(state(&place, "killed"), wanted);
    place.ok("--workspace killed doctor --mend");
    assert_eq!(place.ok("--workspace killed --format json doctor").trim(), "[]");
    assert_eq!(state(&place, "killed"), wanted);
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_the_workspace_as_it_was() {
    let place = Place::with_workspace();
    let mut import = place
        .command("--workspace w import events - --as jsonl")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    {
        use std::io::Write;
        let pipe = import.stdin.as_mut().expect("a pipe");
        pipe.write_all(crate::run::EVENTS.as_bytes()).expect("the binary reads");
        pipe.flush().expect("the binary reads");
    }
    std::thread::sleep(Duration::from_millis(800));
    let sent = std::process::Command::new("kill").args(["-INT", &import.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
    // More input lets the loop look at its flag.
    std::thread::sleep(Duration::from_millis(200));
    {
        use std::io::Write;
        let pipe = import.stdin.as_mut().expect("a pipe");
        let _ = pipe.write_all(crate::run::EVENTS.repeat(2000).as_bytes());
    }
    let output = import.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(place.json("sql \"select count(*) as n from events\"")[0]["n"], json!(0));
    assert_eq!(place.json("import list"), json!([]));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_statement_that_keeps_all_threads_busy() {
    let place = Place::with_workspace();
    let endless = "select count(*) from range(9000000) a, range(9000000) b where a.value * b.value = 7";
    let statement = place
        .command(&format!("--workspace w sql \"{endless}\""))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    std::thread::sleep(Duration::from_millis(1500));
    let sent = std::process::Command::new("kill").args(["-INT", &statement.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
    let began = Instant::now();
    let output = statement.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(began.elapsed() < Duration::from_secs(30));
}
