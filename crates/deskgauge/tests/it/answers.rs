//! Questions on the command line: the contract of the JSON answer, the other forms, time travel.

use serde_json::json;

use crate::run::{EVENTS, Place};

fn filled() -> Place {
    let place = Place::with_workspace();
    place.write("e.jsonl", EVENTS);
    place.ok("--workspace w import events e.jsonl");
    place
}

const NOW: &str = "--now 2026-03-02T13:00:00+02:00";

#[test]
fn an_answer_carries_what_makes_it_trustworthy() {
    let place = filled();
    let answers = place.json(&format!("query first_response_time {NOW}"));
    assert_eq!(answers["time_zone"], "Europe/Bucharest");
    assert_eq!(answers["profile"], "canonical");
    assert_eq!(answers["now"], "2026-03-02T11:00:00Z");
    assert!(answers["data_cut"]["snapshot"].is_i64());
    let answer = &answers["answers"][0];
    assert_eq!(answer["metric"], "first_response_time");
    // The median of 600 s and 3600 s; the third still waits.
    assert_eq!((&answer["value"], &answer["n"], &answer["running"]), (&json!(2100), &json!(2), &json!(1)));
    assert_eq!((&answer["unit"], &answer["stat"], &answer["small_n"]), (&json!("seconds"), &json!("median"), &json!(true)));
    for field in [
        "revision",
        "variant",
        "clock",
        "currency",
        "period",
        "partial",
        "dimensions",
        "null_reason",
        "numerator",
        "denominator",
        "interval",
        "provisional",
        "excluded",
    ] {
        assert!(answer.get(field).is_some(), "the field {field} is missing");
    }
}

#[test]
fn an_answer_by_agent_names_who_is_credited() {
    let place = filled();
    let asked = format!("query resolutions,reply_time --by agent {NOW}");
    let of = |json: &serde_json::Value, metric: &str| {
        let all = json["answers"].as_array().unwrap();
        all.iter().find(|answer| answer["metric"] == metric).unwrap()["credit"].clone()
    };
    let usual = place.json(&asked);
    assert_eq!((of(&usual, "resolutions"), of(&usual, "reply_time")), (json!("owner_at_event"), json!("actor")));
    assert_eq!(of(&place.json(&format!("{asked} --credit last_closer")), "reply_time"), "last_closer");
    let table = place.ok(&format!("--workspace w {asked}"));
    assert!(table.contains("agents are credited by owner_at_event: Resolutions"), "{table}");
    assert!(table.contains("agents are credited by actor: Reply time"), "{table}");
    assert_eq!(of(&place.json(&format!("query resolutions --by channel {NOW}")), "resolutions"), json!(null));
}

#[test]
fn dimensions_and_forms_agree() {
    let place = filled();
    let line = format!("--workspace w query first_response_time,conversations_created --by channel {NOW}");
    let table = place.ok(&line);
    assert!(table.contains("10m") && table.contains("1h") && table.contains("few values"), "{table}");
    let csv = place.ok(&format!("{line} --format csv"));
    assert!(csv.starts_with("metric,revision,variant,stat,clock,unit,currency,period,partial,channel,value,"), "{csv}");
    assert!(csv.lines().any(|line| line.starts_with("first_response_time,") && line.contains(",email,600,")), "{csv}");
    let markdown = place.ok(&format!("{line} --format md"));
    assert!(markdown.starts_with("| KPI |") && markdown.contains("| ---: |"), "{markdown}");
    let russian = place.ok(&format!("--workspace w query first_response_time --lang ru {NOW}"));
    assert!(russian.contains("Время первого ответа"), "{russian}");
}

#[test]
fn an_earlier_snapshot_gives_its_own_answer() {
    let place = filled();
    let before = place.json("query conversations_created")["data_cut"]["snapshot"].clone();
    let more = r#"{"id":"9","type":"opened","at":"2026-03-02T12:30:00+02:00","conversation":"t:4","actor_kind":"customer","actor":"c4"}"#;
    place.write("more.jsonl", more);
    place.ok("--workspace w import events more.jsonl");
    let now = place.json(&format!("query conversations_created {NOW}"));
    let then = place.json(&format!("query conversations_created --as-of {before} {NOW}"));
    assert_eq!((&now["answers"][0]["value"], &then["answers"][0]["value"]), (&json!(4), &json!(3)));
}

#[test]
fn an_import_twice_changes_nothing_and_can_be_undone() {
    let place = filled();
    let again = place.json("import events e.jsonl");
    assert_eq!((&again["events"], &again["duplicates"]), (&json!(0), &json!(6)));
    let imports = place.json("import list");
    let id = imports[0]["import"].clone();
    place.ok(&format!("--workspace w import undo {id}"));
    assert_eq!(place.json(&format!("query conversations_created {NOW}"))["answers"][0]["value"], json!(0));
    place.ok("--workspace w import events e.jsonl");
    assert_eq!(place.json(&format!("query conversations_created {NOW}"))["answers"][0]["value"], json!(3));
}

#[test]
fn a_board_shows_the_kpis_that_are_named() {
    let place = filled();
    let ids = |line: &str| -> Vec<String> {
        let board = place.json(line);
        let rows = board["rows"].as_array().expect("rows").iter();
        rows.map(|row| row["metric"].as_str().expect("an id").to_owned()).collect()
    };
    let named = "--metrics abandonment_rate,csat,conversations_created";
    assert_eq!(ids(&format!("report {named} --period 2026-03 {NOW}")), ["abandonment_rate", "csat", "conversations_created"]);
    let all = ids(&format!("report --metrics all --period 2026-03 {NOW}"));
    assert_eq!(all.len(), place.json("metrics list").as_array().expect("KPIs").len());
    for from in ["--workspace w report", "report --from e.jsonl"] {
        let wrong = place.run(&format!("{from} --metrics csta --period 2026-03 {NOW}"));
        assert_eq!(wrong.code, Some(2), "{}", wrong.stderr);
        assert!(wrong.stderr.contains("did you mean `csat`?"), "{}", wrong.stderr);
    }
}

#[test]
fn an_undo_tells_what_a_later_import_had_brought_again() {
    let place = filled();
    let more = r#"{"id":"7","type":"opened","at":"2026-03-02T13:00:00+02:00","conversation":"t:4","actor_kind":"customer","actor":"c1"}"#;
    place.write("more.jsonl", &format!("{EVENTS}{more}\n"));
    place.ok("--workspace w import events more.jsonl");
    let undone = place.run("--workspace w import undo 1");
    let told = "6 of them had come again with import 2: import its file again to have them back";
    assert!(undone.stderr.contains(told), "{}", undone.stderr);
    assert_eq!(place.json("import events more.jsonl")["events"], json!(6));
    assert_eq!(place.json("import undo 2")["repeated"], json!({ "3": 1 }));
}

#[test]
fn sql_and_export_read_the_facts() {
    let place = filled();
    let rows = place.json("sql \"select conversation, channel from conversations order by conversation\"");
    assert_eq!(rows[0], json!({ "conversation": "t:1", "channel": "email" }));
    let csv = place.ok("--workspace w export conversations");
    assert_eq!(csv.lines().count(), 4, "{csv}");
    // What is exported comes in again as the same facts.
    for name in ["out.jsonl", "out.csv.gz", "out.parquet"] {
        place.ok(&format!("--workspace w export events --to {name}"));
        let other = name.replace('.', "-");
        place.ok(&format!("init {other}"));
        place.ok(&format!("--workspace {other} import events {name}"));
        let all = "--format json sql \"select conversation, first_response_seconds from conversations order by conversation\"";
        assert_eq!(place.ok(&format!("--workspace {other} {all}")), place.ok(&format!("--workspace w {all}")), "{name}");
    }
}

#[test]
fn explain_tells_the_funnel_and_the_case() {
    let place = filled();
    let told = place.json(&format!("explain first_response_time {NOW}"));
    assert_eq!((&told["population"]["counted"], &told["population"]["pending"]), (&json!(2), &json!(1)));
    let text = place.ok(&format!("--workspace w explain first_response_time {NOW}"));
    assert!(text.contains("= counted") && text.contains("Distribution") && text.contains("Largest"), "{text}");
    let case = place.ok(&format!("--workspace w explain first_response_time --conversation t:1 {NOW}"));
    assert!(case.contains("conversation t:1") && case.contains("10m 0s (600 s)") && case.contains("counted"), "{case}");
}

#[test]
fn a_variant_is_named_beside_its_statistic() {
    let place = filled();
    let table = place.ok(&format!("--workspace w query reply_time --variant next_reply --stat mean {NOW}"));
    let head = table.lines().next().expect("a header").split_whitespace().collect::<Vec<_>>();
    assert_eq!(head[..3], ["KPI", "variant", "stat"], "{table}");
    assert!(table.contains("Next reply time  next_reply  mean "), "{table}");
    let told = place.ok(&format!("--workspace w explain reply_time --variant next_reply {NOW}"));
    assert!(told.starts_with("Next reply time (reply_time, variant next_reply, revision 1)"), "{told}");
}

#[test]
fn periods_after_the_last_event_are_left_out_and_told() {
    let place = filled();
    let line = "--workspace w query conversations_created --grain day --format csv";
    let lines = |text: &str| text.lines().count() - 1;
    // A quiet day that still runs, and the one before it, may yet belong to the data.
    let near = place.run(&format!("{line} --now 2026-03-03T12:00:00Z"));
    assert_eq!((lines(&near.stdout), near.stderr.as_str()), (2, ""), "{}", near.stdout);
    let far = place.run(&format!("{line} --now 2026-06-01"));
    assert_eq!(lines(&far.stdout), 1, "{}", far.stdout);
    let said =
        "warning[no-data-there]: the data end at 2026-03-02 12:00: the days from 2026-03-03 on have no events and are left out";
    assert!(far.stderr.starts_with(said), "{}", far.stderr);
    let asked = place.run(&format!("{line} --now 2026-06-01 --to 2026-03-12"));
    assert_eq!((lines(&asked.stdout), asked.stderr.as_str()), (10, ""), "{}", asked.stdout);
    let behind = place.run(&format!("{line} --now 2026-06-01 --from 2026-05-01"));
    assert!(behind.stderr.contains("the data end at 2026-03-02 12:00, before the range begins"), "{}", behind.stderr);
}

#[test]
fn a_report_says_where_the_data_end() {
    let place = filled();
    let run = place.run("--workspace w report --period 2026-05 --now 2026-06-01");
    assert!(
        run.stderr.contains("the data end at 2026-03-02 12:00, before this period begins: --period 2026-03"),
        "{}",
        run.stderr
    );
    let run = place.run("--workspace w report --period 2026-03 --now 2026-06-01");
    assert!(run.stderr.contains("the data end at 2026-03-02 12:00, before the end of this period"), "{}", run.stderr);
    let run = place.run(&format!("--workspace w report --period 2026-03-02 {NOW}"));
    assert!(!run.stderr.contains("no-data-there"), "{}", run.stderr);
}

#[test]
fn the_watermark_is_the_last_row_of_the_inbox_that_counts() {
    let place = filled();
    let cut = || place.json(&format!("query conversations_created {NOW}"))["data_cut"]["watermark"].clone();
    assert_eq!(cut(), json!(0));
    let line = |n: u32| {
        format!(
            r#"{{"id":"live{n}","type":"opened","at":"2026-03-02T12:30:00+02:00","conversation":"l:{n}","actor_kind":"customer","actor":"c4"}}"#
        )
    };
    let run = place.run_with("--workspace w ingest", &format!("{}\n{}\n", line(1), line(2)));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(cut(), json!(2), "what waits counts");
    place.run_with("--workspace w ingest --commit", "");
    assert_eq!(cut(), json!(2), "what was taken in counts");
}

#[test]
fn an_import_tells_conflicts_and_problems() {
    let place = filled();
    let other = crate::run::EVENTS.lines().nth(1).expect("a line").replace("09:10", "09:11");
    let orphan =
        r#"{"id":"7","type":"message","at":"2026-03-02T09:00:00+02:00","conversation":"t:9","actor_kind":"agent","actor":"ana"}"#;
    place.write("other.jsonl", &format!("{other}\n{orphan}\n"));
    let report = place.json("import events other.jsonl");
    assert_eq!((&report["conflicts"], &report["problems"]["conflicting_revision"]), (&json!(1), &json!(1)), "{report}");
    assert!(report["problems"].as_object().is_some_and(|problems| problems.len() > 1), "{report}");
    // The same again brings nothing.
    let again = place.json("import events other.jsonl");
    assert_eq!((&again["conflicts"], &again["problems"]), (&json!(0), &json!({})));
    place.write("third.jsonl", &other.replace("09:11", "09:12"));
    let run = place.run("--workspace w import events third.jsonl");
    assert!(
        run.stderr.contains("  1 events share their source, id and revision with another one and differ from it"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("  1 problems: conflicting_revision 1; see `deskgauge sql"), "{}", run.stderr);
}

#[test]
fn many_questions_of_a_file_have_the_answers_of_each() {
    let place = filled();
    place.write("board.txt", "# speed\nfirst_response_time --by channel --stat median\n\nconversations_created --grain month\n");
    let report = format!("report --questions board.txt {NOW}");
    let json = place.json(&report);
    let own = [
        place.json(&format!("query first_response_time --by channel --stat median {NOW}"))["answers"].clone(),
        place.json(&format!("query conversations_created --grain month {NOW}"))["answers"].clone(),
    ];
    assert_eq!([&json["questions"][0]["answers"], &json["questions"][1]["answers"]], [&own[0], &own[1]]);
    let csv = place.ok(&format!("--workspace w {report} --format csv"));
    assert!(csv.starts_with("question,metric,") && csv.contains("\n2,first_response_time,") && csv.contains("\n4,conv"), "{csv}");
    // The same of the file itself, with nothing stored.
    let direct = place.ok(&format!("--workspace w {report} --from e.jsonl --format csv"));
    assert_eq!(direct, csv);
    assert!(place.ok(&format!("--workspace w {report}")).contains("conversations_created --grain month"));
    place.write("empty.txt", "# nothing\n");
    let run = place.run("--workspace w report --questions empty.txt");
    assert!(run.code == Some(2) && run.stderr.contains("error[no-questions]: empty.txt has no question"), "{}", run.stderr);
    place.write("wrong.txt", "csat --grian month\ncsat --stat medain\n");
    let run = place.run("--workspace w report --questions wrong.txt");
    assert!(run.code == Some(2) && run.stderr.contains("wrong.txt:1") && run.stderr.contains("wrong.txt:2"), "{}", run.stderr);
}

#[test]
fn files_larger_than_memory_have_the_same_answers() {
    let place = Place::new();
    place.ok("init w");
    place.ok("init small");
    place.write("small/deskgauge.toml", "[workspace]\nname = \"small\"\n[limits]\nmemory = \"1MiB\"\n");
    place.write("w/deskgauge.toml", "[workspace]\nname = \"small\"\n");
    place
        .write("board.txt", "conversations_created --grain month\nreply_time --by channel --stat median\nrecontact_rate\ncsat\n");
    let room = place.path("room");
    std::fs::create_dir(&room).expect("a folder");
    // Columns of conversations that are no customer's whole story are folded window by window, without a room.
    place.write("windows.txt", "conversations_created --grain month\nreply_time --by channel --stat median\ncsat\nbacklog\n");
    for (form, board, over_disk) in
        [("parquet", "board", true), ("jsonl", "board", true), ("jsonl", "windows", true), ("parquet", "windows", false)]
    {
        place.ok(&format!("simulate --conversations 300 --seed 4 --to shop.{form}"));
        let asked = format!("report --questions {board}.txt --now 2026-02-01 --format csv --from shop.{form}");
        let whole = place.run(&format!("--workspace w {asked}"));
        let parted = place.command(&format!("--workspace small {asked}")).env("TMPDIR", &room).output().expect("the binary runs");
        let (parted, told) = (String::from_utf8_lossy(&parted.stdout), String::from_utf8_lossy(&parted.stderr));
        assert_eq!(told.contains("more events than fit in memory"), over_disk, "{told}");
        assert!(!whole.stderr.contains("more events than fit in memory"), "{}", whole.stderr);
        assert_eq!(parted, whole.stdout, "{form}: {told}");
        assert!(parted.lines().count() > 8, "{parted}");
        assert_eq!(std::fs::read_dir(&room).expect("a folder").count(), 0, "the room is gone with the answer");
    }
    // Few events are asked where they are, also where their facts take more than the bound.
    for form in ["parquet", "jsonl"] {
        place.ok(&format!("simulate --conversations 60 --seed 4 --to few.{form}"));
        let asked = format!("report --period 2026-01 --now 2026-02-01 --format csv --from few.{form}");
        assert_eq!(place.ok(&format!("--workspace small {asked}")), place.ok(&format!("--workspace w {asked}")), "{form}");
    }
    assert!(!place.ok("--workspace small import list").contains("files"), "nothing is stored");
}
