//! A change that is stopped has never been: killed while any file is written, while it waits for its commit, inside the commit, or by
//! a disk that refuses. What it leaves behind the doctor finds, and the next change comes out as if nothing had happened.
//!
//! A child process is held at a file by a named pipe in that file's place, which nobody reads, and then killed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use deskgauge_core::event::Event;
use deskgauge_core::shop::Shop;
use deskgauge_engine::lake::{Change, Lake};
use deskgauge_engine::workspace::{ImportAbout, Workspace};

use crate::agrees::{NOW, TINY, all_rows, assert_rows, assert_same, folded, import, shop, workspace};

const FOLDER: &str = "DESKGAUGE_CRASH_FOLDER";
const STEP: &str = "DESKGAUGE_CRASH_STEP";
const SEED: u64 = 5;

/// The events of the tests: what is there, and what the import that is stopped brings.
fn lots() -> (Vec<Event>, Vec<Event>) {
    let events = shop(30, SEED);
    let (first, second) = events.split_at(events.len() * 2 / 3);
    (first.to_vec(), second.to_vec())
}

/// Not a test by itself: what the killed process does. Without its variables it does nothing.
#[tokio::test]
async fn the_child_of_these_tests() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let workspace = Workspace::open(Path::new(&folder)).await.unwrap().0.with_cell_sizes(TINY);
    match std::env::var(STEP).unwrap().as_str() {
        "import" => {
            import(&workspace, &lots().1).await;
        }
        "rebuild" => drop(workspace.rebuild(NOW).await.unwrap()),
        "inside the commit" => {
            let base = workspace.lake().snapshot().await.unwrap();
            let files = workspace.lake().files(base.id, "conversations").await.unwrap();
            let remove = files.iter().map(|file| file.id).collect();
            let state = vec![("rules_digest".to_owned(), Some("none".to_owned()))];
            let change = Change { at: NOW, remove, state, message: "never".to_owned(), ..Change::default() };
            let _pending = workspace.lake().prepare(&base, change).await.unwrap();
            kill(std::process::id());
            unreachable!("killed");
        }
        step => panic!("there is no step {step}"),
    }
}

fn child(folder: &Path, step: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["crash::the_child_of_these_tests", "--exact", "--nocapture"])
        .env(FOLDER, folder)
        .env(STEP, step)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

/// The system's SIGKILL: no destructor runs, nothing is flushed.
fn kill(process: u32) {
    assert!(Command::new("kill").args(["-9", &process.to_string()]).status().unwrap().success());
    std::thread::sleep(Duration::from_secs(1));
}

/// All files below a folder with the times of their writing; not those that another process takes away meanwhile.
fn files(folder: &Path) -> BTreeMap<PathBuf, std::time::SystemTime> {
    fn there<T>(found: std::io::Result<T>) -> Option<T> {
        found.map(Some).or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(None) } else { Err(error) }).unwrap()
    }
    let mut found = BTreeMap::new();
    for entry in there(std::fs::read_dir(folder)).into_iter().flatten().filter_map(there) {
        let Some(about) = there(entry.metadata()) else { continue };
        if about.is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.insert(entry.path(), about.modified().unwrap());
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Waits until something is so, ten minutes at most: a machine may be busy.
fn wait_for(what: &str, holds: &mut dyn FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(600), "waited ten minutes for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until a process is held at its pipe: it has the lock, and makes no more files. Answers how many it has made.
fn held(folder: &Path, begun: usize, some: bool) -> usize {
    let mut last = begun;
    let mut since = Instant::now();
    wait_for("the pipe", &mut || {
        let now = files(&folder.join("data")).len();
        if now != last {
            (last, since) = (now, Instant::now());
        }
        let quiet = since.elapsed() > Duration::from_millis(400);
        quiet && folder.join("lock").exists() && (!some || last > begun)
    });
    last - begun
}

/// The workspace of the tests with the events that it begins with, closed; and the new data files that a step makes, in their order.
async fn prepared(home: &Path, rules: &str, first: &[Event], step: &str) -> Vec<PathBuf> {
    let base = home.join("base");
    std::fs::create_dir(&base).unwrap();
    let made = workspace(&base, rules, TINY).await;
    import(&made, first).await;
    made.lake().close().await;
    let whole = home.join("whole");
    copy(&base, &whole);
    let before: BTreeSet<PathBuf> = files(&whole.join("data")).into_keys().collect();
    assert!(child(&whole, step).wait().unwrap().success());
    let mut new: Vec<_> = files(&whole.join("data")).into_iter().filter(|(path, _)| !before.contains(path)).collect();
    new.sort_by_key(|(_, at)| *at);
    new.into_iter().map(|(path, _)| path.strip_prefix(&whole).unwrap().to_owned()).collect()
}

/// Kills a step while it writes each of some files, and looks at what is left.
async fn killed_at_files(rules: &str, step: &str, every: usize) {
    let home = tempfile::tempdir().unwrap();
    let new = prepared(home.path(), rules, &lots().0, step).await;
    assert!(new.len() > 10, "{new:?}");
    let (first, second) = lots();
    let all: Vec<Event> = [first.clone(), second.clone()].concat();
    let stops = (0..new.len()).step_by(every).chain([new.len() - 1]);
    for (round, stop) in stops.enumerate() {
        let folder = home.path().join(format!("stop-{stop}-{round}"));
        copy(&home.path().join("base"), &folder);
        let pipe = folder.join(&new[stop]).with_extension("parquet.tmp");
        std::fs::create_dir_all(pipe.parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let begun = files(&folder.join("data")).len();
        let mut process = child(&folder, step);
        let left = held(&folder, begun, stop > 0);
        process.kill().unwrap();
        process.wait().unwrap();
        std::fs::remove_file(&pipe).unwrap();

        let workspace = Workspace::open(&folder).await.unwrap().0.with_cell_sizes(TINY);
        assert_same(&workspace, first.clone(), &format!("{step} killed at {}", new[stop].display())).await;
        if round % 2 == 0 {
            let findings = workspace.doctor(Some(NOW)).await.unwrap();
            let orphans = findings.iter().filter(|finding| finding.code == "orphan-file").count();
            assert!(orphans >= left, "{orphans} of {left} files were found");
            assert!(findings.iter().all(|finding| finding.mended), "{findings:?}");
            assert_eq!(workspace.doctor(None).await.unwrap(), []);
        }
        let report = import(&workspace, &second).await;
        assert_eq!(report.events, second.len() as u64);
        assert_same(&workspace, all.clone(), "the next import").await;
        workspace.doctor(Some(NOW)).await.unwrap();
        assert_eq!(workspace.doctor(None).await.unwrap(), []);
        workspace.lake().close().await;
    }
}

#[tokio::test]
async fn an_import_killed_at_any_file_has_never_been() {
    killed_at_files(&Shop::rules_toml(), "import", 12).await;
}

#[tokio::test]
async fn a_rebuild_killed_at_any_file_has_never_been() {
    killed_at_files(&Shop::rules_toml(), "rebuild", 40).await;
}

#[tokio::test]
async fn a_process_killed_in_its_commit_has_changed_nothing() {
    let home = tempfile::tempdir().unwrap();
    let new = prepared(home.path(), &Shop::rules_toml(), &lots().0, "import").await;
    let base = home.path().join("base");
    let (first, second) = lots();

    // All files are written, and the database is another's: it waits to begin the commit.
    let lake = Lake::open(&base).await.unwrap();
    let held = lake.pool().begin_with("BEGIN IMMEDIATE").await.unwrap();
    let mut process = child(&base, "import");
    wait_for("all files", &mut || new.iter().all(|file| base.join(file).exists()));
    std::thread::sleep(Duration::from_millis(100));
    process.kill().unwrap();
    process.wait().unwrap();
    held.rollback().await.unwrap();
    lake.close().await;

    // The commit is written, and is not finished.
    assert!(!child(&base, "inside the commit").wait().unwrap().success());

    let workspace = Workspace::open(&base).await.unwrap().0.with_cell_sizes(TINY);
    assert_same(&workspace, first.clone(), "killed in the commit").await;
    assert_eq!(workspace.imports().await.unwrap().len(), 1);
    assert_eq!(workspace.doctor(Some(NOW)).await.unwrap().len(), new.len(), "its files belong to nobody");
    import(&workspace, &second).await;
    assert_same(&workspace, [first, second].concat(), "the next import").await;
}

#[tokio::test]
async fn an_import_that_is_dropped_or_refused_by_the_disk_has_never_been() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path(), &Shop::rules_toml(), TINY).await;
    let (first, second) = lots();
    import(&workspace, &first).await;
    let before = all_rows(&workspace.at(None).await.unwrap().source).await;

    let mut dropped = workspace.begin_import(ImportAbout { name: "dropped".into(), at: NOW }).await.unwrap();
    second.iter().for_each(|event| dropped.push(event.clone()).unwrap());
    drop(dropped);
    assert_eq!(workspace.doctor(None).await.unwrap(), []);

    // A file where a table's folder was: writing fails in the middle, after other tables' files.
    for table in ["spells", "events", "customer_links"] {
        let (place, aside) = (folder.path().join("data/main").join(table), folder.path().join("aside"));
        std::fs::rename(&place, &aside).unwrap();
        std::fs::write(&place, "in the way").unwrap();
        let mut failing = workspace.begin_import(ImportAbout { name: "failing".into(), at: NOW }).await.unwrap();
        second.iter().for_each(|event| failing.push(event.clone()).unwrap());
        let refused = failing.finish().await.unwrap_err();
        assert!(refused.to_string().contains(&format!("data/main/{table}")), "{refused}");
        std::fs::remove_file(&place).unwrap();
        std::fs::rename(&aside, &place).unwrap();
        assert_rows(&all_rows(&workspace.at(None).await.unwrap().source).await, &before, "the disk refused");
        assert_eq!(workspace.doctor(None).await.unwrap(), [], "what was written before is gone again");
    }
    assert_eq!(workspace.doctor(None).await.unwrap(), []);
    assert_eq!(workspace.imports().await.unwrap().len(), 1);
    import(&workspace, &second).await;
    assert_same(&workspace, [first, second].concat(), "the next import").await;
}

#[tokio::test]
async fn a_rewrite_on_disk_that_is_killed_is_cleaned_up() {
    let home = tempfile::tempdir().unwrap();
    let rules = format!("{}\n[limits]\nmemory = \"1MiB\"\n", Shop::rules_toml());
    // More than fit in the least memory.
    let events = shop(200, SEED);
    let new = prepared(home.path(), &rules, &events, "rebuild").await;
    let base = home.path().join("base");
    let pipe = base.join(&new[3]).with_extension("parquet.tmp");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let begun = files(&base.join("data")).len();
    let mut process = child(&base, "rebuild");
    held(&base, begun, true);
    process.kill().unwrap();
    process.wait().unwrap();
    std::fs::remove_file(&pipe).unwrap();
    assert!(base.join("tmp").exists(), "what waited on disk is left behind");
    let workspace = Workspace::open(&base).await.unwrap().0;
    let findings = workspace.doctor(None).await.unwrap();
    assert!(findings.iter().any(|finding| finding.code == "leftover-folder"), "{findings:?}");
    workspace.doctor(Some(NOW)).await.unwrap();
    assert!(!base.join("tmp").exists());
    assert_eq!(workspace.doctor(None).await.unwrap(), []);
    let rules = workspace.rules().clone();
    assert_rows(&all_rows(&workspace.at(None).await.unwrap().source).await, &folded(events, &rules).await, "mended");
}
