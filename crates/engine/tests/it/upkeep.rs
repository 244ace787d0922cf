//! What keeps a workspace right: rules that change, snapshots that expire, formats of the future, and two who want to write at once.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use deskgauge_core::event::Event;
use deskgauge_core::rules::Rules;
use deskgauge_core::shop::Shop;
use deskgauge_engine::lake::LakeError;
use deskgauge_engine::lock::Lock;
use deskgauge_engine::workspace::{CellSizes, ImportAbout, RULES_FILE, Workspace, WorkspaceError};

use crate::agrees::{NOW, TINY, all_rows, assert_rows, assert_same, folded, import, rows, shop, workspace};

const HOUR: i64 = 3_600_000_000;

#[tokio::test]
async fn changed_rules_ask_for_a_rebuild() {
    let folder = tempfile::tempdir().unwrap();
    let rules = Shop::rules_toml();
    let before = workspace(folder.path(), &rules, TINY).await;
    let events = shop(30, 4);
    import(&before, &events).await;
    let snapshot = before.lake().snapshot().await.unwrap().id;
    let old = all_rows(&before.at(None).await.unwrap().source).await;
    before.lake().close().await;

    // Other hours, and a field of one's own.
    let changed = rules.replace("09:00-20:00", "10:00-12:00") + "\n[fields]\nshelf = \"int\"\n";
    std::fs::write(folder.path().join(RULES_FILE), &changed).unwrap();
    let workspace = Workspace::open(folder.path()).await.unwrap().0;
    let refused = workspace.at(None).await.unwrap_err();
    assert!(matches!(refused, WorkspaceError::RulesChanged), "{refused}");
    assert_eq!(refused.to_string(), "the rules have changed since the facts were made: run deskgauge rebuild");
    assert_eq!(refused.exit_code(), 3);
    for refused in [
        workspace.begin_import(ImportAbout { name: "more".into(), at: NOW }).await.err(),
        workspace.compact(NOW).await.err(),
        workspace.undo(1, NOW).await.err(),
    ] {
        assert!(matches!(refused, Some(WorkspaceError::RulesChanged)), "{refused:?}");
    }
    let findings = workspace.doctor(Some(NOW)).await.unwrap();
    assert_eq!(findings.iter().map(|finding| (finding.code, finding.mended)).collect::<Vec<_>>(), [("rules-changed", false)]);

    workspace.rebuild(NOW).await.unwrap();
    assert_same(&workspace, events.clone(), "rebuilt under other rules").await;
    let view = workspace.at(None).await.unwrap();
    assert_ne!(all_rows(&view.source).await["waits"], old["waits"], "the hours make a difference");
    assert!(view.source.table("conversations").await.unwrap().schema().has_column_with_unqualified_name("shelf"));

    // The state of before is still there, its rows as they were, the new field empty.
    let earlier = workspace.at(Some(&snapshot.to_string())).await.unwrap();
    let with_field = folded(events.clone(), &Rules::parse(&format!("{rules}\n[fields]\nshelf = \"int\"\n"), "rules").0).await;
    assert_rows(&all_rows(&earlier.source).await, &with_field, "as of before");

    // And the field goes again; and comes back as another type.
    workspace.lake().close().await;
    for rules in [rules.clone(), format!("{rules}\n[fields]\nshelf = \"text\"\n")] {
        std::fs::write(folder.path().join(RULES_FILE), &rules).unwrap();
        let workspace = Workspace::open(folder.path()).await.unwrap().0;
        assert!(matches!(workspace.at(None).await, Err(WorkspaceError::RulesChanged)));
        workspace.rebuild(NOW).await.unwrap();
        assert_same(&workspace, events.clone(), "rebuilt again").await;
        all_rows(&workspace.at(Some(&snapshot.to_string())).await.unwrap().source).await;
        workspace.lake().close().await;
    }
}

/// The paths of a table's files in the newest state.
async fn paths(workspace: &Workspace, table: &str) -> BTreeSet<PathBuf> {
    let snapshot = workspace.lake().snapshot().await.unwrap().id;
    workspace.lake().files(snapshot, table).await.unwrap().into_iter().map(|file| file.path).collect()
}

#[tokio::test]
async fn a_rebuild_leaves_events_where_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let rules = Shop::rules_toml();
    let before = workspace(folder.path(), &rules, TINY).await;
    let mut events = shop(60, 9);
    let late = events.split_off(events.len() - 80);
    import(&before, &events).await;
    let events_in = paths(&before, "events").await;
    assert!(events_in.len() > 5, "several cells");
    let mut facts_in = paths(&before, "waits").await;
    let first = before.lake().snapshot().await.unwrap().id;
    let waits = rows(&before.at(None).await.unwrap().source, "waits").await;
    before.lake().close().await;
    for hours in ["10:00-12:00", "08:00-21:00"] {
        std::fs::write(folder.path().join(RULES_FILE), rules.replace("09:00-20:00", hours)).unwrap();
        let workspace = Workspace::open(folder.path()).await.unwrap().0.with_cell_sizes(TINY);
        workspace.rebuild(NOW).await.unwrap();
        assert_same(&workspace, events.clone(), hours).await;
        assert_eq!(paths(&workspace, "events").await, events_in, "no event is written again");
        let anew = paths(&workspace, "waits").await;
        assert!(anew.is_disjoint(&facts_in), "every file of facts is another");
        facts_in.extend(anew);
        workspace.lake().close().await;
    }
    let workspace = Workspace::open(folder.path()).await.unwrap().0.with_cell_sizes(TINY);
    assert_eq!(rows(&workspace.at(Some(&first.to_string())).await.unwrap().source, "waits").await, waits, "as of before");
    import(&workspace, &late).await;
    events.extend(late);
    assert_same(&workspace, events.clone(), "late events").await;
    assert_eq!(workspace.doctor(None).await.unwrap(), []);
    workspace.expire(NOW + HOUR, NOW + HOUR).await.unwrap();
    assert_same(&workspace, events, "after the files of before are gone").await;
}

#[tokio::test]
async fn a_rebuild_puts_many_small_cells_together() {
    let folder = tempfile::tempdir().unwrap();
    let scattered = CellSizes { new_events: 4_000, small_events: 10, hashed_rows: 40 };
    let workspace = workspace(folder.path(), &Shop::rules_toml(), scattered).await;
    let events = shop(60, 9);
    for lot in events.chunks(events.len() / 6 + 1) {
        import(&workspace, lot).await;
    }
    let before = paths(&workspace, "events").await.len();
    workspace.rebuild(NOW).await.unwrap();
    let after = paths(&workspace, "events").await.len();
    assert!(after < before, "{before} files became {after}");
    assert_same(&workspace, events, "put together").await;
}

#[tokio::test]
async fn another_fold_asks_for_a_rebuild() {
    let folder = tempfile::tempdir().unwrap();
    let rules = Shop::rules_toml();
    let workspace = workspace(folder.path(), &rules, TINY).await;
    let events = shop(15, 4);
    import(&workspace, &events).await;
    let earlier = workspace.rules().digest_under(1);
    let other = Rules::parse(&rules.replace("09:00-20:00", "10:00-12:00"), "rules").0.digest_under(1);
    let only = "this deskgauge folds events otherwise than the one that made the facts: run deskgauge rebuild";
    let both = "this deskgauge folds events otherwise than the one that made the facts, and the rules have changed: run deskgauge rebuild";
    for (digest, told) in [(earlier, only), (other, both)] {
        workspace.lake().set_state(&[("rules_digest", &digest), ("fold_version", "1")]).await.unwrap();
        let refused = workspace.at(None).await.unwrap_err();
        assert_eq!((refused.code(), refused.exit_code(), refused.to_string().as_str()), ("fold-changed", 3, told));
        assert!(workspace.begin_import(ImportAbout { name: "more".into(), at: NOW }).await.is_err());
        let findings = workspace.doctor(None).await.unwrap();
        assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["fold-changed"]);
        workspace.rebuild(NOW).await.unwrap();
        assert_same(&workspace, events.clone(), "rebuilt by another fold").await;
    }
}

#[tokio::test]
async fn a_rebuild_stopped_between_its_two_steps_has_to_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let rules = Shop::rules_toml();
    let before = workspace(folder.path(), &rules, TINY).await;
    let events = shop(15, 4);
    import(&before, &events).await;
    before.lake().close().await;
    std::fs::write(folder.path().join(RULES_FILE), format!("{rules}\n[fields]\nshelf = \"int\"\n")).unwrap();
    let workspace = Workspace::open(folder.path()).await.unwrap().0;
    // The second step cannot write.
    let (place, aside) = (folder.path().join("data/main/events"), folder.path().join("aside"));
    std::fs::rename(&place, &aside).unwrap();
    assert!(workspace.rebuild(NOW).await.is_err());
    std::fs::rename(&aside, &place).unwrap();
    workspace.lake().close().await;
    // Even the rules of before do not fit any more, because the tables have changed.
    std::fs::write(folder.path().join(RULES_FILE), &rules).unwrap();
    let workspace = Workspace::open(folder.path()).await.unwrap().0;
    workspace.rebuild(NOW).await.unwrap();
    assert_same(&workspace, events, "rebuilt").await;
}

#[tokio::test]
async fn expired_snapshots_are_refused_and_their_files_gone() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path(), &Shop::rules_toml(), TINY).await;
    let events = shop(30, 6);
    let mut snapshots = Vec::new();
    for (number, lot) in events.chunks(events.len() / 3).enumerate() {
        let about = ImportAbout { name: format!("lot {number}"), at: NOW + number as i64 * HOUR };
        let mut import = workspace.begin_import(about).await.unwrap();
        lot.iter().for_each(|event| import.push(event.clone()).unwrap());
        snapshots.push(import.finish().await.unwrap().snapshot);
    }
    let at = |micros: i64| jiff::Timestamp::from_microsecond(micros).unwrap().to_string();
    assert_eq!(workspace.at(Some(&at(NOW + HOUR))).await.unwrap().snapshot, snapshots[1]);
    let kept = rows(&workspace.at(Some(&at(NOW + 2 * HOUR - 1_000_000))).await.unwrap().source, "spells").await;

    // What was newest at the given instant stays, and all that came later.
    let report = workspace.expire(NOW + 2 * HOUR - 1_000_000, NOW + 5 * HOUR).await.unwrap();
    assert!(report.snapshots > 0 && report.files > 0, "{report:?}");
    let refused = workspace.at(Some(&snapshots[0].to_string())).await.unwrap_err();
    assert_eq!(refused.to_string(), format!("there is no snapshot {}: it has expired or never was", snapshots[0]));
    assert_eq!((refused.exit_code(), refused.code()), (2, "unknown-snapshot"));
    assert!(workspace.at(Some(&at(NOW))).await.unwrap_err().to_string().contains("expired"));
    assert!(matches!(workspace.at(Some("yesterday")).await, Err(WorkspaceError::UnreadableAsOf(_))));
    assert_eq!(rows(&workspace.at(Some(&snapshots[1].to_string())).await.unwrap().source, "spells").await, kept);
    assert_same(&workspace, events, "expired").await;
    assert_eq!(workspace.doctor(None).await.unwrap(), []);
    let again = workspace.expire(NOW + 2 * HOUR - 1_000_000, NOW + 5 * HOUR).await.unwrap();
    assert_eq!((again.snapshots, again.files), (0, 0));
}

#[tokio::test]
async fn a_newer_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let made = workspace(folder.path(), &Shop::rules_toml(), TINY).await;
    made.lake().set_state(&[("workspace_format", "2")]).await.unwrap();
    made.lake().close().await;
    let refused = Workspace::open(folder.path()).await.unwrap_err();
    assert_eq!(refused.to_string(), "the workspace has format 2, this program knows formats up to 1: use a newer deskgauge");
    assert_eq!((refused.exit_code(), refused.code()), (3, "newer-format"));
    let refused = Workspace::open(&folder.path().join("data")).await.unwrap_err();
    assert_eq!(refused.code(), "not-a-workspace");
}

#[tokio::test]
async fn two_who_write_take_turns() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path(), &Shop::rules_toml(), TINY).await;
    let other = Workspace::open(folder.path()).await.unwrap().0;
    let events = shop(20, 9);
    let (first, second) = events.split_at(events.len() / 2);

    // While one imports, nobody else gets the lock, and everybody can read.
    let mut under_way = workspace.begin_import(ImportAbout { name: "first".into(), at: NOW }).await.unwrap();
    first.iter().for_each(|event: &Event| under_way.push(event.clone()).unwrap());
    let busy = Lock::acquire(folder.path(), Duration::from_millis(50)).await.unwrap_err();
    assert!(matches!(busy, LakeError::Locked { .. }));
    assert!(busy.to_string().ends_with(&format!("is in use by process {}: wait for it or stop it", std::process::id())));
    assert_eq!(rows(&other.at(None).await.unwrap().source, "events").await.len(), 0);

    // The second waits, and comes out right.
    let waiting = async { import(&other, second).await };
    let working = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        under_way.finish().await.unwrap()
    };
    let (second_report, first_report) = tokio::join!(waiting, working);
    assert!(second_report.snapshot > first_report.snapshot);
    assert_ne!(second_report.id, first_report.id);
    assert_same(&workspace, events, "both").await;
}

#[tokio::test]
async fn a_rebuild_tells_how_far_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path(), &Shop::rules_toml(), TINY).await;
    import(&workspace, &shop(40, 6)).await;
    let (before, _) = workspace.extent().events();
    let report = workspace.rebuild(NOW).await.unwrap();
    let (total, done) = workspace.extent().events();
    assert_eq!((total - before, done), (report.events, total), "each event is folded where it is");
    workspace.compact(NOW).await.unwrap();
    let (all, done) = workspace.extent().events();
    assert_eq!((all - total, done), (3 * report.events, all), "each event is spread, put in order and written");
}
