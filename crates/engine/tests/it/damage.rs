//! A byte that changes in a stored file is noticed before it becomes a number, and facts are made again from sound events.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::{Path, PathBuf};

use deskgauge_core::event::Event;
use deskgauge_core::shop::Shop;
use deskgauge_engine::ask;
use deskgauge_engine::files::count_rows;
use deskgauge_engine::workspace::{ImportAbout, Workspace};

use crate::agrees::{NOW, TINY, assert_same, import, shop, workspace};

async fn filled(folder: &Path) -> (Workspace, Vec<Event>) {
    let workspace = workspace(folder, &Shop::rules_toml(), TINY).await;
    let events = shop(30, 4);
    import(&workspace, &events).await;
    (workspace, events)
}

/// The largest file of a table.
fn file_of(folder: &Path, table: &str) -> PathBuf {
    let files = std::fs::read_dir(folder.join("data/main").join(table)).unwrap().map(|entry| entry.unwrap().path());
    files.max_by_key(|path| (std::fs::metadata(path).unwrap().len(), path.clone())).unwrap()
}

/// Changes one byte of a file such that it still decodes, or such that it does not.
fn flip(path: &Path, decodes: bool) {
    let sound = std::fs::read(path).unwrap();
    for at in 4..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 0b10;
        std::fs::write(path, &bytes).unwrap();
        if count_rows(path).is_ok() == decodes {
            return;
        }
    }
    panic!("no byte of {} will do", path.display());
}

async fn told(workspace: &Workspace, mend: Option<i64>) -> Vec<(&'static str, bool)> {
    workspace.doctor(mend).await.unwrap().iter().map(|finding| (finding.code, finding.mended)).collect()
}

#[tokio::test]
async fn a_changed_byte_of_a_fact_file_is_found_and_mended() {
    for (table, decodes) in [("waits", true), ("waits", false), ("customer_links", true), ("customer_links", false)] {
        let folder = tempfile::tempdir().unwrap();
        let (workspace, events) = filled(folder.path()).await;
        let damaged = workspace.lake().snapshot().await.unwrap().id;
        let path = file_of(folder.path(), table);
        flip(&path, decodes);
        let findings = workspace.doctor(None).await.unwrap();
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].code, "damaged-file");
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(findings[0].message.contains(&name) && findings[0].message.contains("deskgauge rebuild"), "{findings:?}");

        assert_eq!(told(&workspace, Some(NOW)).await, [("damaged-file", true)], "{table}, decodes: {decodes}");
        assert_same(&workspace, events, "mended").await;
        // What is left concerns the state of before, and says so.
        let findings = workspace.doctor(None).await.unwrap();
        assert_eq!(findings.len(), 1, "{findings:?}");
        let wanted =
            format!("the newest state does not need it; snapshot {damaged} does: restore it from a backup, or let them go");
        assert!(findings[0].message.contains(&wanted), "{findings:?}");
        assert!(findings[0].message.contains("`deskgauge expire --keep 0s`"), "{findings:?}");
        workspace.expire(NOW, NOW).await.unwrap();
        assert_eq!(workspace.doctor(None).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_question_names_the_file_that_does_not_decode() {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, _) = filled(folder.path()).await;
    let path = file_of(folder.path(), "waits");
    flip(&path, false);
    let source = workspace.at(None).await.unwrap().source;
    let refused = ask::sql(&source, "select * from waits").await.unwrap_err();
    assert!(matches!(refused, ask::AskError::Damaged(_)), "{refused}");
    assert!(refused.to_string().contains(&path.display().to_string()), "{refused}");
    // Nothing is wrong with what others read.
    assert!(ask::sql(&source, "select * from spells").await.is_ok());
}

#[tokio::test]
async fn damaged_events_are_never_written_anew() {
    for decodes in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let (workspace, events) = filled(folder.path()).await;
        let before = workspace.lake().snapshot().await.unwrap();
        let path = file_of(folder.path(), "events");
        let sound = std::fs::read(&path).unwrap();
        flip(&path, decodes);
        // An event of a conversation that lies in the damaged file.
        let late = deskgauge_engine::files::read_events(&path).map_or_else(
            |_| events.clone(),
            |read| {
                let (mut event, _) = read.into_iter().next().unwrap();
                event.id = "late".into();
                vec![event]
            },
        );
        let mut under_way = workspace.begin_import(ImportAbout { name: "late".into(), at: NOW }).await.unwrap();
        late.into_iter().for_each(|event| under_way.push(event).unwrap());
        let refused = [
            under_way.finish().await.err(),
            workspace.rebuild(NOW).await.err(),
            workspace.compact(NOW).await.err(),
            workspace.undo(1, NOW).await.err(),
        ];
        for refused in refused {
            let refused = refused.unwrap();
            assert_eq!((refused.code(), refused.exit_code()), ("damaged-file", 3), "{refused}");
            let told = refused.to_string();
            assert!(told.contains(&path.display().to_string()) && told.ends_with("restore it from a backup"), "{told}");
        }
        let findings = workspace.doctor(Some(NOW)).await.unwrap();
        assert!(findings.iter().any(|finding| finding.code == "damaged-file" && !finding.mended), "{findings:?}");
        assert_eq!(workspace.lake().snapshot().await.unwrap(), before, "nothing was harmed");
        std::fs::write(&path, &sound).unwrap();
        assert_eq!(told(&workspace, None).await, []);
        assert_same(&workspace, events, "restored").await;
    }
}

#[tokio::test]
async fn a_workspace_from_before_digests_gets_them() {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, events) = filled(folder.path()).await;
    sqlx::query("drop table deskgauge_file_digest").execute(workspace.lake().pool()).await.unwrap();
    workspace.lake().close().await;
    let workspace = Workspace::open(folder.path()).await.unwrap().0;
    assert_eq!(told(&workspace, None).await, [("no-digest", false)]);
    assert_eq!(told(&workspace, Some(NOW)).await, [("no-digest", true)]);
    assert_eq!(told(&workspace, None).await, []);
    flip(&file_of(folder.path(), "waits"), true);
    assert_eq!(told(&workspace, None).await, [("damaged-file", false)]);
    assert_eq!(told(&workspace, Some(NOW)).await, [("damaged-file", true)]);
    assert_same(&workspace, events, "mended").await;
}
