//! What people read when something is wrong: one wrong input of each kind, its message and its exit code.
//!
//! The list is the catalogue of our manners: every message says what happened, where, and what to do next.

use crate::run::{EVENTS, Place};

struct Wrong {
    line: &'static str,
    code: i32,
    message: &'static str,
}

const fn wrong(line: &'static str, code: i32, message: &'static str) -> Wrong {
    Wrong { line, code, message }
}

const LIST: &[Wrong] = &[
    wrong("query csat", 3, "error[no-workspace]: no workspace here"),
    wrong("--workspace nowhere query csat", 3, "error[no-workspace]: nowhere is not a workspace: it has no deskgauge.toml"),
    wrong("--workspace w query first_respons_time", 2, "help: did you mean `first_response_time`?"),
    wrong("--workspace w query csat --by chanel", 2, "help: did you mean `channel`?"),
    wrong("--workspace w query csat --grain fortnight", 2, "error[unknown-word]: `fortnight` is not a word of `--grain`"),
    wrong("--workspace w query csat --from yesterday", 2, "error[bad-value]: `yesterday` is not a date for `--from`"),
    wrong("--workspace w query csat --now noon --stat medain", 2, "help: did you mean `median`?"),
    wrong("--workspace w query csat --now noon", 2, "error[bad-value]: `noon` is neither a date nor an instant"),
    wrong("--workspace w query csat --profile zendsk", 2, "error[unknown-profile]: there is no profile `zendsk`"),
    wrong("--workspace w query csat --set answer_withn=30s", 2, "help: did you mean `answer_within`?"),
    wrong("--workspace w query csat --as-of 99999", 2, "error[unknown-snapshot]: there is no snapshot 99999"),
    wrong("--workspace w query csat --where \"chanel = 'email'\"", 2, "chanel"),
    wrong("--workspace w query ,", 2, "error[bad-value]: the question names no KPI"),
    wrong("--workspace w query csat --from 2024-02-01 --to 2024-02-01", 2, "error[bad-value]: the range ends before it begins"),
    wrong("--workspace w report --period soon", 2, "error[bad-period]: `soon` is not a period"),
    wrong("--workspace w import events nothing.jsonl", 1, "error[no-file]: there is no file nothing.jsonl"),
    wrong("--workspace w import events *.orc", 1, "error[no-file]: no file matches *.orc"),
    wrong("--workspace w import events notes", 2, "error[unknown-form]: notes is of no known form"),
    wrong("--workspace w import events headless.csv", 1, "error[bad-header]: the header names no field of the event format"),
    wrong("--workspace w import events twice.csv", 1, "error[duplicate-column]: the header names `type` twice"),
    wrong("--workspace w import events broken.parquet", 1, "error[bad-parquet]: the file cannot be read as Parquet"),
    wrong("--workspace w import events empty.csv", 1, "error[no-header]: the file is empty"),
    wrong("--workspace w import table e.jsonl --map map.toml", 1, "error[no-file]: there is no file map.toml"),
    wrong("--workspace w import table e.jsonl --map bad.toml", 1, "error["),
    wrong("--workspace w import events hollow", 1, "error[empty-folder]: the folder hollow has no file that can be imported"),
    wrong("--workspace w import events tickets.xlsx", 2, "error[not-events]: tickets.xlsx is a spreadsheet"),
    wrong("--workspace w import table e.jsonl --map good.toml", 2, "error[not-a-table]: e.jsonl holds JSON"),
    wrong("--workspace w import undo 77", 2, "error[unknown-import]: there is no import 77"),
    wrong("--workspace w sql \"drop table waits\"", 2, "error[bad-sql]: the statement would change something: DropTable"),
    wrong(
        "--workspace w sql \"insert into waits select * from waits\"",
        2,
        "error[bad-sql]: the statement would change something",
    ),
    wrong("--workspace w sql \"select 1; select 2\"", 2, "error[bad-sql]: there is more than one statement"),
    wrong("--workspace w sql \"selec 1\"", 2, "error[bad-sql]: the statement cannot be run: expected: an SQL statement"),
    wrong("--workspace w sql \"select convrsation from waits\"", 2, "error[unknown-column]: there is no column `convrsation`"),
    wrong("--workspace w sql \"select convrsation from waits\"", 2, "help: did you mean `conversation`?"),
    wrong(
        "--workspace w sql \"select * from wait\"",
        2,
        "error[unknown-table]: there is no table `wait`\nhelp: did you mean `waits`?",
    ),
    wrong("--workspace w sql \"select 1 from zzz\"", 2, "help: the tables are conversations, "),
    wrong(
        "--workspace w sql \"select 1/0\"",
        2,
        "error[division-by-zero]: a row is divided by zero\nhelp: write the divisor as nullif",
    ),
    wrong(
        "--workspace w query conversations_created --where \"1 / (touches_count - touches_count) > 0\"",
        2,
        "error[division-by-zero]",
    ),
    wrong("--workspace w sql \"select cast('x' as int)\"", 2, "error[bad-cast]: a value cannot be read as another type"),
    wrong("--workspace w sql \"select cast(9e37 as decimal(38,0)) * cast(100 as decimal(38,0))\"", 2, "error[number-too-large]"),
    wrong("--workspace w sql \"select 1\" --timeout soon", 2, "error[bad-value]: `soon` is not a span of time for `--timeout`"),
    wrong(
        "--workspace w sql \"select count(*) from range(1000000) a, range(1000000) b where a.value * b.value = 7\" --timeout 1s",
        1,
        "error[deadline]: no result after 1s\nhelp: ask for less, or give it more time with --timeout",
    ),
    wrong("--workspace w export conversation", 2, "help: did you mean `conversations`?"),
    wrong("--workspace w export waits --to waits.doc", 2, "error[unknown-form]"),
    wrong(
        "--workspace w export waits --to no/w.csv",
        1,
        "error[no-folder]: could not write no/w.csv: the folder no does not exist",
    ),
    wrong(
        "--workspace w report --html no/w.html",
        1,
        "error[no-folder]: could not write no/w.html: the folder no does not exist",
    ),
    wrong(
        "simulate --conversations 5 --to no/w.csv",
        1,
        "help: make it with `mkdir -p no`, or name a file in a folder that exists",
    ),
    wrong("--workspace w explain csat --conversation t:99", 2, "error[unknown-conversation]: there is no conversation `t:99`"),
    wrong("--workspace w metrics show cast", 2, "help: did you mean `csat`?"),
    wrong("--workspace w expire --keep forever", 2, "error[bad-value]: `forever` is not a span of time"),
    wrong("simulate --conversations 5 --to shop.txt", 2, "error[unknown-form]"),
    wrong("init other --time-zone Mars/Olympus", 2, "Mars/Olympus"),
    wrong(
        "init w",
        3,
        "error[already-a-workspace]: w is a workspace already; nothing was changed\nhelp: go on with `deskgauge --workspace w",
    ),
    wrong("init notes", 2, "error[not-a-folder]: notes is a file, and a workspace is a folder"),
    wrong("init lost", 3, "error[lost-rules]: lost holds the lake of a workspace (lake.sqlite) without its deskgauge.toml"),
    wrong(
        "--workspace aims check",
        1,
        "error[unknown-metric]: [[target]] of `cast`: there is no metric `cast`\nat deskgauge.toml:2:10\nhelp: did you mean `csat`?",
    ),
    wrong("--workspace w querry csat", 2, "unrecognized subcommand 'querry'"),
    wrong("--workspace wrong check", 1, "deskgauge.toml:3:1"),
    wrong("--workspace wrong query csat", 1, "deskgauge.toml:3:1"),
];

#[test]
fn each_wrong_input_gets_its_message() {
    let place = Place::with_workspace();
    place.write("e.jsonl", EVENTS);
    place.ok("--workspace w import events e.jsonl");
    place.write("notes", "hello there\n");
    place.write("headless.csv", "a,b\n1,2\n");
    place.write("twice.csv", "type,at,type\n");
    place.write("empty.csv", "");
    place.write("broken.parquet", "PAR1 and nothing else");
    place.write("bad.toml", "rows = \"tickets\"\n");
    place.write("good.toml", "rows = \"conversations\"\n[columns]\nid = \"id\"\nopened_at = \"opened\"\n");
    place.write("hollow/readme.md", "nothing to import\n");
    place.write("tickets.xlsx", "PK\u{3}\u{4} as spreadsheets begin");
    place.write("wrong/deskgauge.toml", "[workspace]\nname = \"x\"\nzone = \"UTC\"\n");
    place.write("lost/lake.sqlite", "");
    place.write("aims/deskgauge.toml", "[[target]]\nmetric = \"cast\"\ngood = 0.9\n");
    let mut failures = Vec::new();
    for Wrong { line, code, message } in LIST {
        let run = place.run(line);
        let clean = run.stdout.is_empty() && !run.stderr.contains("panicked") && !run.stderr.contains("RUST_BACKTRACE");
        if run.code != Some(*code) || !run.stderr.contains(message) || !clean {
            failures.push(format!(
                "`{line}`: expected exit {code} and `{message}`, got {:?}\n{}{}",
                run.code, run.stdout, run.stderr
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn problems_are_json_when_the_answer_is() {
    let place = Place::with_workspace();
    let run = place.run("--workspace w --format json query first_respons_time");
    let problem: serde_json::Value = serde_json::from_str(run.stderr.lines().next().expect("a line")).expect("JSON");
    assert_eq!((run.code, &problem["code"]), (Some(2), &serde_json::json!("unknown-metric")));
    assert_eq!(problem["help"], "did you mean `first_response_time`?");
    let run = place.run("--format json nonsense");
    let problem: serde_json::Value = serde_json::from_str(run.stderr.lines().next().expect("a line")).expect("JSON");
    assert_eq!((run.code, &problem["code"]), (Some(2), &serde_json::json!("usage")));
}

#[test]
fn changed_rules_ask_for_a_rebuild() {
    let place = Place::with_workspace();
    place.write("e.jsonl", EVENTS);
    place.ok("--workspace w import events e.jsonl");
    let rules = place.read("w/deskgauge.toml").replace("Europe/Bucharest", "Europe/Berlin");
    place.write("w/deskgauge.toml", &rules);
    let run = place.run("--workspace w query conversations_created");
    assert_eq!(run.code, Some(3));
    assert!(run.stderr.contains("error[rules-changed]") && run.stderr.contains("help: run deskgauge rebuild"), "{}", run.stderr);
    place.ok("--workspace w rebuild");
    place.ok("--workspace w query conversations_created");
}

#[test]
fn rules_may_change_freely_before_the_first_import() {
    let place = Place::with_workspace();
    let rules = place.read("w/deskgauge.toml").replace("Europe/Bucharest", "Europe/Berlin");
    place.write("w/deskgauge.toml", &format!("{rules}\n[fields]\nplan = \"text\"\n"));
    place.ok("--workspace w query conversations_created --by plan");
    place.write("e.jsonl", EVENTS);
    place.ok("--workspace w import events e.jsonl");
    place.ok("--workspace w query conversations_created --by plan");
}

#[test]
fn a_reader_that_stops_is_no_error() {
    let place = Place::new();
    let mut child = place
        .command("simulate --conversations 2000 --to -")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the binary ends");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn half_a_file_is_not_imported() {
    let place = Place::with_workspace();
    place.ok("simulate --conversations 50 --to shop.jsonl.gz");
    let whole = std::fs::read(place.path("shop.jsonl.gz")).unwrap();
    std::fs::write(place.path("shop.jsonl.gz"), &whole[..whole.len() / 2]).unwrap();
    let run = place.run("--workspace w import events shop.jsonl.gz");
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains("error[read-failed]: shop.jsonl.gz ends in row "), "{}", run.stderr);
    assert!(place.ok("--workspace w --format csv sql \"select count(*) as n from events\"").contains("\n0"));
}

#[test]
fn a_wrong_kpi_fails_the_check_and_is_named_by_its_file() {
    let place = Place::with_workspace();
    place.write("w/catalogue/mine.md", "no front matter\n");
    let run = place.run("--workspace w metrics check");
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains("at catalogue/mine.md:1"), "{}", run.stderr);
}

#[test]
fn a_wrong_kpi_is_left_out_and_the_others_answer() {
    let place = Place::with_workspace();
    place.write("e.jsonl", EVENTS);
    place.write("w/catalogue/mine.md", "no front matter\n");
    place.ok("--workspace w import events e.jsonl");
    for line in ["query conversations_created", "report", "metrics list", "explain csat"] {
        let run = place.run(&format!("--workspace w {line}"));
        assert_eq!(run.code, Some(0), "{line}: {}", run.stderr);
        assert!(run.stderr.contains("warning[") && run.stderr.contains("]: a KPI is left out: "), "{line}: {}", run.stderr);
    }
    let run = place.run("--workspace w check");
    assert!(run.code == Some(1) && run.stderr.contains("at catalogue/mine.md:1"), "{}", run.stderr);
}

#[test]
fn init_keeps_what_a_folder_holds() {
    let place = Place::new();
    place.write("mixed/notes.txt", "mine");
    let run = place.run("init mixed");
    assert!(run.code == Some(0) && run.stderr.contains("the folder was not empty"), "{}", run.stderr);
    assert_eq!(place.read("mixed/notes.txt"), "mine");
    // A checkout has rules and no lake.
    place.write("clone/deskgauge.toml", "[workspace]\nname = \"Acme\"\n");
    let run = place.run("init clone --time-zone Europe/Berlin");
    assert!(run.code == Some(0) && run.stderr.contains("--name and --time-zone were not written into it"), "{}", run.stderr);
    assert_eq!(place.read("clone/deskgauge.toml"), "[workspace]\nname = \"Acme\"\n");
    place.ok("--workspace clone query csat");
}

#[test]
fn what_is_named_twice_is_answered_once() {
    let place = Place::with_workspace();
    place.write("e.jsonl", EVENTS);
    place.ok("--workspace w import events e.jsonl");
    let line = "--workspace w query conversations_created,conversations_created --by channel,channel --now 2026-03-03T00:00:00Z";
    let run = place.run(&format!("{line} --format csv"));
    assert_eq!((run.code, run.stdout.lines().count()), (Some(0), 3), "{}", run.stdout);
    assert!(run.stderr.contains("warning[named-twice]: the KPI `conversations_created` is named twice"), "{}", run.stderr);
    assert!(run.stderr.contains("warning[named-twice]: the dimension `channel` is named twice"), "{}", run.stderr);
}

#[test]
fn rows_that_a_report_leaves_out_are_counted() {
    let place = Place::with_workspace();
    place.write("e.jsonl", &format!("{EVENTS}{{\"type\":\"massage\"}}\n"));
    let run = place.run("--workspace w report --from e.jsonl --now 2024-02-01T00:00:00Z");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("warning[rejected-rows]: 1 rows are left out"), "{}", run.stderr);
}

#[test]
fn a_workspace_that_is_not_well_says_so() {
    let place = Place::with_workspace();
    place.write("e.jsonl", EVENTS);
    place.ok("--workspace w import events e.jsonl");
    place.write("w/data/main/waits/left-behind.parquet", "half");
    let run = place.run("--workspace w doctor");
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("error[not-well]: 1 findings are not mended"), "{}", run.stderr);
    place.ok("--workspace w doctor --mend");
}
