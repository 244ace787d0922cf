//! Small commits stay small: how many have gone before, and how much is there, does not show in the work of the next.
//!
//! Files and bytes are counted, not time, so that the law holds on any machine; `examples/thousand_commits.rs` takes the time.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use deskgauge_core::event::{Body, Event};
use deskgauge_core::facts::FACTS;
use deskgauge_core::shop::Shop;
use deskgauge_engine::workspace::{CellSizes, Workspace};

use crate::agrees::{assert_same, import, shop, workspace};

/// A stream cut into commits of a few new conversations each, with what happened to older ones meanwhile, and some events late.
fn cut(events: Vec<Event>, commits: usize) -> Vec<Vec<Event>> {
    let conversations = events.iter().filter(|event| matches!(event.body, Body::Opened(_))).count();
    let mut lots: Vec<Vec<Event>> = vec![Vec::new(); commits];
    let mut opened = 0;
    for (index, event) in events.into_iter().enumerate() {
        opened += usize::from(matches!(event.body, Body::Opened(_)));
        let late = if index % 17 == 0 { index % 5 } else { 0 };
        lots[(opened * commits / (conversations + 1) + late).min(commits - 1)].push(event);
    }
    lots
}

/// Files and bytes that the newest commit added.
async fn added(workspace: &Workspace) -> (i64, i64) {
    let newest = workspace.lake().snapshot().await.unwrap().id;
    sqlx::query_as("select count(*), coalesce(sum(file_size_bytes), 0) from ducklake_data_file where begin_snapshot = ?")
        .bind(newest)
        .fetch_one(workspace.lake().pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn sixty_commits_do_not_grow() {
    let folder = tempfile::tempdir().unwrap();
    // Small cells, so that sixty commits fill many: what a thousand commits do to large ones.
    let sizes = CellSizes { new_events: 300, small_events: 100, hashed_rows: 60 };
    let workspace = workspace(folder.path(), &Shop::rules_toml(), sizes).await;
    let events = shop(120, 17);
    let mut work = Vec::new();
    for lot in cut(events.clone(), 60) {
        let report = import(&workspace, &lot).await;
        assert_eq!(report.duplicates, 0);
        work.push(added(&workspace).await);
    }
    assert_same(&workspace, events, "sixty commits").await;
    // The first commits find nothing to rewrite; from then on the mean of a stretch stays what it was.
    let mean = |part: &[(i64, i64)], of: fn(&(i64, i64)) -> i64| part.iter().map(of).sum::<i64>() / part.len() as i64;
    let (early, last) = (&work[10..25], &work[45..]);
    assert!(mean(last, |work| work.0) <= 2 * mean(early, |work| work.0), "files: {work:?}");
    assert!(mean(last, |work| work.1) <= 2 * mean(early, |work| work.1), "bytes: {work:?}");
    // A commit writes one file for each table of each cell that it touches, and it touches few.
    let tables = FACTS.len() as i64 + 1;
    assert!(work.iter().all(|(files, _)| *files <= 10 * tables), "{work:?}");
}
