//! The store against the fold: however events arrive, the lake holds the facts that one fold of all of them makes.

use std::collections::BTreeSet;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::TimestampMicrosecondType;
use deskgauge_core::event::{ActorKind, Body, Event};
use deskgauge_core::facts::FACTS;
use deskgauge_core::fold::fold_all;
use deskgauge_core::rules::Rules;
use deskgauge_core::shop::{Shop, ShopOptions};
use deskgauge_engine::facts_schema::own_fields;
use deskgauge_engine::source::FactSource;
use deskgauge_engine::workspace::{CellSizes, ImportAbout, Newest, Workspace};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

const NOW: i64 = 1_800_000_000_000_000;

fn shop(conversations: u64, seed: u64) -> (Vec<Event>, String) {
    let mut shop = Shop::new(ShopOptions::new(conversations, seed));
    let rules = Shop::rules_toml();
    (shop.by_ref().collect(), rules)
}

async fn workspace(rules: &str) -> (tempfile::TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, _) = Workspace::init(folder.path(), rules, NOW).await.unwrap();
    (folder, workspace)
}

async fn import(workspace: &Workspace, events: &[Event]) -> deskgauge_engine::workspace::ImportReport {
    let mut import = workspace.begin_import(ImportAbout { name: "test".into(), at: NOW }).await.unwrap();
    for event in events {
        import.push(event.clone()).unwrap();
    }
    import.finish().await.unwrap()
}

/// Every row of a table as text, sorted.
async fn rows(source: &FactSource, table: &str) -> Vec<String> {
    let batches = source.table(table).await.unwrap().collect().await.unwrap();
    let mut rows = Vec::new();
    for batch in &batches {
        let mut columns = Vec::new();
        for column in batch.columns() {
            let format = arrow::util::display::FormatOptions::default().with_null("-");
            let shown = arrow::util::display::ArrayFormatter::try_new(column.as_ref(), &format).unwrap();
            columns.push((0..batch.num_rows()).map(|row| shown.value(row).to_string()).collect::<Vec<_>>());
        }
        for row in 0..batch.num_rows() {
            rows.push(columns.iter().map(|column| column[row].as_str()).collect::<Vec<_>>().join(" | "));
        }
    }
    rows.sort();
    rows
}

async fn assert_same(workspace: &Workspace, events: Vec<Event>, rules: &Rules, what: &str) {
    let facts = fold_all(events, rules);
    let own = own_fields(rules);
    let wanted = FactSource::memory(&facts, &[], &own).unwrap();
    let found = workspace.at(None).await.unwrap().source;
    for table in FACTS {
        let (wanted, found) = (rows(&wanted, table.name).await, rows(&found, table.name).await);
        let missing: Vec<&String> = wanted.iter().filter(|row| found.binary_search(row).is_err()).take(3).collect();
        let extra: Vec<&String> = found.iter().filter(|row| wanted.binary_search(row).is_err()).take(3).collect();
        assert!(wanted == found, "{what}: {} differs\nmissing {missing:#?}\nextra {extra:#?}", table.name);
    }
}

#[tokio::test]
async fn one_import_holds_what_the_fold_makes() {
    let (events, rules) = shop(400, 7);
    let (_folder, workspace) = workspace(&rules).await;
    let report = import(&workspace, &events).await;
    assert_eq!((report.events, report.duplicates), (events.len() as u64, 0));
    assert_same(&workspace, events, &Rules::parse(&rules, "rules").0, "one import").await;
}

#[tokio::test]
async fn any_batching_order_and_duplication_holds_the_same() {
    let (events, rules_text) = shop(300, 11);
    let rules = Rules::parse(&rules_text, "rules").0;
    let (_folder, workspace) = workspace(&rules_text).await;
    // A shuffle that is the same each time: every 7th, then every 5th of the rest, then the others, each import with old ones again.
    let lot = |index: usize| if index % 7 == 3 { 0 } else { 1 + index % 5 };
    for number in 0..6 {
        let mut batch: Vec<Event> =
            events.iter().enumerate().filter(|(index, _)| lot(*index) == number).map(|(_, event)| event.clone()).collect();
        batch.extend(
            events
                .iter()
                .enumerate()
                .filter(|(index, _)| lot(*index) < number && index % 13 == 0)
                .map(|(_, event)| event.clone()),
        );
        batch.reverse();
        import(&workspace, &batch).await;
    }
    assert_same(&workspace, events.clone(), &rules, "six imports out of order").await;
    let before = workspace.lake().snapshot().await.unwrap().id;
    let again = import(&workspace, &events).await;
    assert_eq!((again.id, again.events, again.duplicates), (None, 0, events.len() as u64));
    assert_eq!(workspace.lake().snapshot().await.unwrap().id, before, "importing the same again changes nothing");
    workspace.rebuild(NOW).await.unwrap();
    assert_same(&workspace, events, &rules, "rebuilt").await;
}

#[tokio::test]
async fn late_replies_carry_the_rows_of_other_customers_over() {
    let (events, rules_text) = shop(300, 11);
    let rules = Rules::parse(&rules_text, "rules").0;
    let folder = tempfile::tempdir().unwrap();
    let sizes = CellSizes { new_events: 400, small_events: 150, hashed_rows: 200 };
    let workspace = Workspace::init(folder.path(), &rules_text, 0).await.unwrap().0.with_cell_sizes(sizes);
    let mut replies = 0;
    let mut is_late = |event: &Event| {
        let reply = event.actor_kind == ActorKind::Agent && matches!(event.body, Body::Message(_));
        replies += u32::from(reply);
        reply && replies % 10 == 0
    };
    let (late, early): (Vec<Event>, Vec<Event>) = events.iter().cloned().partition(|event| is_late(event));
    assert!(late.len() > 5, "{}", late.len());
    import(&workspace, &early).await;
    let of_customers = async |table| {
        let snapshot = workspace.lake().snapshot().await.unwrap().id;
        let files = workspace.lake().files(snapshot, table).await.unwrap().into_iter().map(|file| file.path);
        files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with('p')).collect::<BTreeSet<_>>()
    };
    let before = (of_customers("events").await, of_customers("customer_links").await);
    import(&workspace, &late).await;
    let after = (of_customers("events").await, of_customers("customer_links").await);
    assert_eq!(before.0, after.0, "no event of customers is written again");
    let (kept, written) = (before.1.intersection(&after.1).count(), after.1.difference(&before.1).count());
    assert!(written > 0, "{kept} files of links stay, {written} are new");
    for path in &after.1 {
        let text = |batch: &RecordBatch, name: &str, row: usize| {
            batch.column_by_name(name).unwrap().as_string::<i32>().value(row).to_owned()
        };
        let at = |batch: &RecordBatch, row: usize| {
            batch.column_by_name("created_at").unwrap().as_primitive::<TimestampMicrosecondType>().value(row)
        };
        let file = std::fs::File::open(folder.path().join(path)).unwrap();
        let mut read = Vec::new();
        for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
            let batch = batch.unwrap();
            read.extend((0..batch.num_rows()).map(|row| (text(&batch, "customer", row), at(&batch, row))));
        }
        assert!(read.is_sorted(), "customer by customer: {}", path.display());
    }
    assert_same(&workspace, events, &rules, "with late replies").await;
    assert_eq!(workspace.doctor(None).await.unwrap(), []);
}

#[tokio::test]
async fn an_import_that_is_undone_has_never_been() {
    let (events, rules_text) = shop(150, 3);
    let rules = Rules::parse(&rules_text, "rules").0;
    let (_folder, workspace) = workspace(&rules_text).await;
    let (first, second) = events.split_at(events.len() / 2);
    import(&workspace, first).await;
    let undo = import(&workspace, second).await.id.unwrap();
    let snapshot = workspace.lake().snapshot().await.unwrap().id;
    workspace.undo(undo, NOW).await.unwrap();
    assert_same(&workspace, first.to_vec(), &rules, "undone").await;
    let earlier = workspace.at(Some(&snapshot.to_string())).await.unwrap();
    let all = rows(&FactSource::memory(&fold_all(events, &rules), &[], &[]).unwrap(), "conversations").await;
    assert_eq!(rows(&earlier.source, "conversations").await.len(), all.len(), "the state before the undo can still be asked");
    assert!(workspace.undo(undo, NOW).await.is_err(), "an import is undone once");
}

#[tokio::test]
async fn a_healthy_workspace_has_no_findings() {
    let (events, rules) = shop(60, 5);
    let (folder, workspace) = workspace(&rules).await;
    import(&workspace, &events).await;
    assert_eq!(workspace.doctor(None).await.unwrap(), []);
    let orphan = folder.path().join("data/main/waits/left-behind.parquet");
    std::fs::write(&orphan, b"half").unwrap();
    let findings = workspace.doctor(Some(NOW)).await.unwrap();
    assert_eq!(findings.iter().map(|finding| (finding.code, finding.mended)).collect::<Vec<_>>(), [("orphan-file", true)]);
    assert!(!orphan.exists());
}

#[tokio::test]
async fn little_memory_holds_the_same() {
    let (events, rules_text) = shop(250, 23);
    // The least bound: a thousand events in memory, so that the import waits on disk in partitions.
    let rules_text = format!("{rules_text}\n[limits]\nmemory = \"1MiB\"\n");
    let (rules, problems) = Rules::parse(&rules_text, "rules");
    assert!(!problems.iter().any(|problem| problem.is_error()), "{problems:?}");
    let (folder, workspace) = workspace(&rules_text).await;
    let (first, second) = events.split_at(events.len() / 2);
    import(&workspace, first).await;
    let report = import(&workspace, second).await;
    assert_eq!((report.events, report.duplicates), (second.len() as u64, 0));
    assert_same(&workspace, events.clone(), &rules, "spilled").await;
    let again = import(&workspace, &events).await;
    assert_eq!((again.id, again.events, again.duplicates), (None, 0, events.len() as u64));
    assert!(!folder.path().join("tmp").exists(), "the scratch files are gone");
    assert_eq!(workspace.doctor(None).await.unwrap(), []);
}

#[tokio::test]
async fn what_touches_more_customers_than_memory_holds_is_committed_in_parts() {
    let (events, rules_text) = shop(1200, 24);
    let rules_text = format!("{rules_text}\n[limits]\nmemory = \"3MiB\"\n");
    let rules = Rules::parse(&rules_text, "rules").0;
    let (_folder, workspace) = workspace(&rules_text).await;
    let workspace = workspace.with_cell_sizes(CellSizes { new_events: 100, small_events: 20, hashed_rows: 40 });
    let (first, second) = events.split_at(events.len() - 400);
    import(&workspace, first).await;
    workspace.receive(second).await.unwrap();
    let before = workspace.lake().snapshot().await.unwrap().id;
    let newest = Newest::default();
    let view = newest.view(&workspace).await.unwrap();
    assert_eq!(workspace.commit_inbox_quietly(view.inbox_row, NOW).await.unwrap(), second.len() as u64);
    assert!(workspace.lake().snapshot().await.unwrap().id > before + 1, "in several parts");
    assert_eq!(workspace.lake().inbox_count().await.unwrap(), 0);
    assert_eq!(newest.view(&workspace).await.unwrap().snapshot, before, "questions go on with the former snapshot");
    newest.renew(&workspace).await.unwrap();
    assert!(newest.view(&workspace).await.unwrap().snapshot > before + 1);
    assert_same(&workspace, events, &rules, "in parts").await;
    assert_eq!(workspace.doctor(None).await.unwrap(), []);
}

#[tokio::test]
async fn late_replies_to_conversations_of_all_customers_leave_other_cells_as_they_are() {
    let (events, rules_text) = shop(2400, 24);
    // A part of the rows of all customers' cells, and more than those of the customers that are touched.
    let rules_text = format!("{rules_text}\n[limits]\nmemory = \"4MiB\"\n");
    let rules = Rules::parse(&rules_text, "rules").0;
    let (_folder, workspace) = workspace(&rules_text).await;
    let workspace = workspace.with_cell_sizes(CellSizes { new_events: 100, small_events: 20, hashed_rows: 80 });
    let since = events.len() - 1000;
    let is_late = |(place, event): (usize, &Event)| place >= since && matches!(event.body, Body::Message(_));
    let late: Vec<Event> = events.iter().enumerate().filter(|late| is_late(*late)).map(|(_, event)| event.clone()).collect();
    let first: Vec<Event> = events.iter().enumerate().filter(|late| !is_late(*late)).map(|(_, event)| event.clone()).collect();
    import(&workspace, &first).await;
    let files = async |table: &str| -> BTreeSet<i64> {
        let snapshot = workspace.lake().snapshot().await.unwrap().id;
        workspace.lake().files(snapshot, table).await.unwrap().iter().map(|file| file.id).collect()
    };
    let (waits, links) = (files("waits").await, files("customer_links").await);
    let report = import(&workspace, &late).await;
    assert_eq!((report.events, report.duplicates), (late.len() as u64, 0));
    let kept = (files("waits").await.intersection(&waits).count(), files("customer_links").await.intersection(&links).count());
    assert!(2 * kept.0 > waits.len(), "{} of {} files of waits are as they were", kept.0, waits.len());
    assert!(kept.1 < links.len(), "cells of customers were reached");
    assert_same(&workspace, events, &rules, "late").await;
    assert_eq!(workspace.doctor(None).await.unwrap(), []);
}

#[tokio::test]
async fn what_waits_in_the_inbox_is_in_every_answer() {
    let (events, rules_text) = shop(200, 31);
    let rules = Rules::parse(&rules_text, "rules").0;
    let (folder, workspace) = workspace(&rules_text).await;
    let (first, second) = events.split_at(events.len() * 9 / 10);
    import(&workspace, first).await;
    let receipt = workspace.receive(second).await.unwrap();
    assert_eq!((receipt.accepted, receipt.duplicates), (second.len() as u64, 0));
    assert_eq!(workspace.receive(&second[..10]).await.unwrap().duplicates, 10, "a sender learns what the inbox has already");
    let snapshot = workspace.lake().snapshot().await.unwrap().id;
    assert_same(&workspace, events.clone(), &rules, "waiting").await;
    assert_eq!(workspace.lake().snapshot().await.unwrap().id, snapshot, "asking commits nothing");
    // What was acknowledged is there for whoever opens the workspace next.
    drop(workspace);
    let (workspace, _) = Workspace::open(folder.path()).await.unwrap();
    assert_eq!(workspace.commit_inbox(NOW).await.unwrap(), second.len() as u64);
    assert_eq!(workspace.lake().inbox_count().await.unwrap(), 0);
    assert_eq!(workspace.lake().state("inbox_watermark").await.unwrap(), Some(second.len().to_string()));
    assert_same(&workspace, events, &rules, "committed").await;
}

#[tokio::test]
async fn the_inbox_tells_of_each_event_whether_it_was_there() {
    let (_folder, workspace) = workspace("").await;
    let lake = workspace.lake();
    let event = |id: usize, text: &str| ("shop".to_owned(), format!("e{id}"), text.to_owned());
    // More than one statement asks for, some of them twice and once with other content.
    let mut first: Vec<_> = (0..700).map(|id| event(id, "a")).collect();
    first.extend([event(3, "a"), event(699, "b"), event(699, "b")]);
    let known = lake.receive(&first).await.unwrap();
    assert_eq!(known.iter().filter(|known| **known).count(), 3, "those at the end stand twice");
    assert!(known[700..].iter().all(|known| *known));
    assert_eq!(lake.inbox_count().await.unwrap(), 701, "other content is another version");
    let other = ("till".to_owned(), "e5".to_owned(), "a".to_owned());
    let second = [event(700, "a"), event(256, "a"), event(256, "c"), other, event(699, "a"), event(699, "b")];
    assert_eq!(lake.receive(&second).await.unwrap(), [false, true, true, false, true, true]);
    let rows = lake.inbox(i64::MAX).await.unwrap();
    assert_eq!(rows[701..].iter().map(|row| &*row.event).collect::<Vec<_>>(), ["a", "c", "a"]);
}
