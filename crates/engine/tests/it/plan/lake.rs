//! The same questions over a lake: files hold what the facts hold, and are skipped by their statistics.

use std::path::Path;

use deskgauge_core::event::Event;
use deskgauge_core::facts::{FACTS, Facts};
use deskgauge_engine::facts_schema::{EVENTS, table_specs};
use deskgauge_engine::files::{EventBatches, fact_batches, read_events, write};
use deskgauge_engine::lake::{Change, Lake};

use super::*;

const RICH: &str = r#"
conversation 9  channel=phone
mon 08:00  customer  queues  queue=sales
mon 08:01  ana       answers
mon 08:05  customer  ends
mon 09:00  ana       works  2m
mon 10:00  eva       reviews  review=r1 agent=ana ratings=tone:2:4/0..5,safety:1:-/0..1!
mon 11:00  customer  rates  csat=4
mon 12:00  ana       sets  priority=high
"#;

fn folded(text: &str) -> (Vec<Event>, Facts) {
    let (events, problems) = parse(text, &ParseOptions::default());
    let errors: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let facts = fold_all(events.clone(), &Rules::default());
    (events, facts)
}

/// A lake in which each table has two files of the same rows' halves.
async fn lake(folder: &Path, events: &[Event], facts: &Facts) -> (Lake, i64) {
    let lake = Lake::create(folder, &table_specs(&[]), 1).await.unwrap();
    let base = lake.snapshot().await.unwrap();
    let mut add = Vec::new();
    let mut tables: Vec<_> =
        FACTS.iter().enumerate().map(|(index, table)| (table.name, fact_batches(facts, index, &[]).unwrap())).collect();
    let mut batches = EventBatches::default();
    for event in events {
        batches.push(event, 7, event.conversation.as_deref().unwrap_or(""));
    }
    tables.push((EVENTS, batches.finish()));
    for (table, batches) in tables {
        let columns = lake.columns(table, base.id).await.unwrap();
        for batch in batches {
            let half = batch.num_rows() / 2;
            for (name, part) in [("a", batch.slice(0, half)), ("b", batch.slice(half, batch.num_rows() - half))] {
                let name = format!("day=1/{name}.parquet");
                add.push(write(&lake.table_folder(table), table, &name, &[part], &columns).unwrap());
            }
        }
    }
    let change = Change { at: 2, add, ..Change::default() };
    let snapshot = lake.commit(&base, change).await.unwrap();
    (lake, snapshot.id)
}

#[tokio::test]
async fn events_come_back_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let (events, facts) = folded(&format!("{WEEK}{RICH}"));
    let (lake, snapshot) = lake(folder.path(), &events, &facts).await;
    let mut back = Vec::new();
    for file in lake.files(snapshot, EVENTS).await.unwrap() {
        back.extend(read_events(&lake.folder().join(&file.path)).unwrap());
    }
    assert!(back.iter().all(|(_, import)| *import == 7));
    assert_eq!(back.into_iter().map(|(event, _)| event).collect::<Vec<_>>(), events);
}

#[tokio::test]
async fn a_lake_answers_as_memory_does() {
    let folder = tempfile::tempdir().unwrap();
    let (events, facts) = folded(WEEK);
    let (lake, snapshot) = lake(folder.path(), &events, &facts).await;
    let stored = Desk { source: FactSource::lake(&lake, snapshot, &[]).await.unwrap(), rules: Rules::default() };
    let memory = Desk::new("", WEEK);
    for (metrics, options) in [
        ("response,resolved_share,reopened_share,backlog,customers,created", "--grain day --by channel"),
        ("created", "--by tag"),
        ("response", "--where \"started_at>'2024-01-02T00:00:00Z'\""),
        ("response", "--where \"channel='fax'\""),
        // Of Tuesday, which lies in a file with Wednesday, it would be a division by zero, and nobody asks about Tuesday.
        ("created", "--from 2024-01-03 --where \"1/(extract(day from created_at)-2)<=1\""),
    ] {
        let (left, right) = (stored.answers(metrics, options).await.unwrap(), memory.answers(metrics, options).await.unwrap());
        assert_eq!(left, right, "{metrics} {options}");
    }
}

#[tokio::test]
async fn files_are_skipped_by_their_statistics() {
    let folder = tempfile::tempdir().unwrap();
    let (events, facts) = folded(WEEK);
    let (lake, snapshot) = lake(folder.path(), &events, &facts).await;
    let source = FactSource::lake(&lake, snapshot, &[]).await.unwrap();
    let text = "explain analyze select * from conversations where created_at < '2023-01-01T00:00:00Z'";
    let batches = sql(&source, text).await.unwrap();
    let shown = arrow::util::pretty::pretty_format_batches(&batches).unwrap().to_string();
    assert!(!shown.contains(".parquet"), "no file is even opened: {shown}");
    let some =
        sql(&source, "explain analyze select * from conversations where created_at >= '2023-01-01T00:00:00Z'").await.unwrap();
    assert!(
        arrow::util::pretty::pretty_format_batches(&some).unwrap().to_string().contains(".parquet"),
        "a plan names its files"
    );
}

#[tokio::test]
async fn a_question_ends_at_its_deadline() {
    let folder = tempfile::tempdir().unwrap();
    let (events, facts) = folded(WEEK);
    let (lake, snapshot) = lake(folder.path(), &events, &facts).await;
    let source = FactSource::lake(&lake, snapshot, &[]).await.unwrap();
    let soon = Limits { deadline: std::time::Duration::from_millis(1), ..Limits::default() };
    // So many metrics take longer than a millisecond on any machine.
    let many = question(&["created"; 500].join(","), "");
    let asked = ask_within(&source, &catalogue(), &Rules::default(), &many, cut(), soon).await;
    assert!(matches!(asked, Err(AskError::Deadline(_))), "{asked:?}");
}
