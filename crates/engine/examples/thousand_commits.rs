//! A thousand small commits of a simulated shop: how long each takes, and how much of the lake it rewrites.
//!
//! Each brings a few new conversations with what happened meanwhile to older ones, as an import does. With `appends` each brings some
//! rows of every table as new files and touches no others: what the catalogue and the files cost by themselves. It prints, and judges
//! nothing: the law that a commit's work stays bounded is a test, times are a matter of the machine.
//! Beside the whole time stands what syncing as many files and folders of the same sizes takes by itself, at that moment on that disk.
//! `cargo run --release -p deskgauge-engine --example thousand_commits -- [appends] [COMMITS] [CONVERSATIONS BEFORE] [SMALL EVENTS] [HASHED ROWS]`
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "an example that cannot go on should stop; it prints")]

use std::path::Path;
use std::time::Instant;

use deskgauge_core::event::{Body, Event};
use deskgauge_core::facts::FACTS;
use deskgauge_core::fold::fold_all;
use deskgauge_core::shop::{Shop, ShopOptions};
use deskgauge_engine::facts_schema::EVENTS;
use deskgauge_engine::files::{EventBatches, fact_batches, make_durable, write_only};
use deskgauge_engine::lake::Change;
use deskgauge_engine::workspace::{CellSizes, ImportAbout, Workspace};

const AT: i64 = 1_800_000_000_000_000;

async fn import(workspace: &Workspace, events: Vec<Event>) {
    let mut import = workspace.begin_import(ImportAbout { name: "a few".into(), at: AT }).await.unwrap();
    for event in events {
        import.push(event).unwrap();
    }
    import.finish().await.unwrap();
}

/// Writes the facts of some events as one new file per table, and commits those.
async fn append(workspace: &Workspace, events: Vec<Event>, number: u64) {
    let lake = workspace.lake();
    let base = lake.snapshot().await.unwrap();
    let names: Vec<&str> = FACTS.iter().map(|table| table.name).chain([EVENTS]).collect();
    let columns = lake.all_columns(base.id, &names).await.unwrap();
    let mut batches = EventBatches::default();
    for event in &events {
        batches.push(event, 0, event.conversation.as_deref().unwrap_or_default());
    }
    let facts = fold_all(events, workspace.rules());
    let name = format!("{number:06}.parquet");
    let mut add = Vec::new();
    let mut paths = Vec::new();
    for (index, table) in names.iter().enumerate() {
        let rows =
            if *table == EVENTS { std::mem::take(&mut batches).finish() } else { fact_batches(&facts, index, &[]).unwrap() };
        if !rows.is_empty() {
            let folder = lake.table_folder(table);
            add.push(write_only(&folder, table, &name, &rows, &columns[*table]).unwrap());
            paths.push(folder.join(&name));
        }
    }
    make_durable(&paths, &lake.table_folder("")).unwrap();
    lake.commit(&base, Change { at: AT, add, ..Change::default() }).await.unwrap();
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(commits());
}

async fn commits() {
    let appends = std::env::args().nth(1).is_some_and(|word| word == "appends");
    let words: Vec<String> = std::env::args().skip(if appends { 1 } else { 0 }).collect();
    let number = |index: usize, otherwise| words.get(index).map_or(otherwise, |text| text.parse().unwrap());
    let (commits, before) = (number(1, 1000), number(2, 0));
    let mut shop = Shop::new(ShopOptions::new(before + commits * 13 / 2, 1)).peekable();
    let folder = tempfile::tempdir().unwrap();
    let sizes = CellSizes::default();
    let sizes = CellSizes {
        small_events: number(3, sizes.small_events),
        hashed_rows: usize::try_from(number(4, sizes.hashed_rows as u64)).unwrap(),
        ..sizes
    };
    let (workspace, _) = Workspace::init(folder.path(), &Shop::rules_toml(), AT).await.unwrap();
    let workspace = workspace.with_cell_sizes(sizes);
    let mut opened = 0;
    let mut take = |wanted: u64| {
        let mut events = Vec::new();
        let until = opened + wanted;
        while let Some(event) = shop.next_if(|event| opened < until || !matches!(event.body, Body::Opened(_))) {
            opened += u64::from(matches!(event.body, Body::Opened(_)));
            events.push(event);
        }
        events
    };
    if before > 0 {
        let begun = Instant::now();
        import(&workspace, take(before)).await;
        println!("{before} conversations before: {:.1} s", begun.elapsed().as_secs_f64());
    }
    let mut done: Vec<Commit> = Vec::new();
    for commit in 0..commits {
        let events = take(3 + commit * 5 % 8);
        if events.is_empty() {
            break;
        }
        let count = events.len();
        let begun = Instant::now();
        if appends {
            append(&workspace, events, commit).await;
        } else {
            import(&workspace, events).await;
        }
        let took = begun.elapsed().as_secs_f64() * 1000.0;
        let files = written(&workspace).await;
        let syncs = syncs(folder.path(), &files);
        done.push(Commit { took, syncs, files: files.len(), bytes: files.iter().sum(), events: count });
    }
    println!("commit   median ms   its syncs   beside   p95 ms   files   KiB   events");
    for number in [10, 100, 250, 500, 750, 1000] {
        // The median of the neighbours, so that one slow sync does not speak for all.
        let Some(part) = done.get(number - 10..(number + 10).min(done.len())).filter(|part| part.len() >= 10) else { continue };
        let sorted = |of: &dyn Fn(&Commit) -> f64| {
            let mut values: Vec<f64> = part.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        let median = |of: &dyn Fn(&Commit) -> f64| sorted(of)[part.len() / 2];
        println!(
            "{number:>6} {:>11.1} {:>11.1} {:>8.1} {:>8.1} {:>7} {:>5} {:>8}",
            median(&|commit| commit.took),
            median(&|commit| commit.syncs),
            median(&|commit| commit.took - commit.syncs),
            sorted(&|commit| commit.took)[part.len() * 95 / 100],
            median(&|commit| commit.files as f64),
            median(&|commit| commit.bytes as f64 / 1024.0).round(),
            median(&|commit| commit.events as f64),
        );
    }
    let catalogue = std::fs::metadata(folder.path().join("lake.sqlite")).unwrap().len();
    println!("lake.sqlite: {} KiB", catalogue / 1024);
}

/// What a commit came to.
struct Commit {
    /// Milliseconds from its first event to its end.
    took: f64,
    /// Milliseconds that its syncs take by themselves.
    syncs: f64,
    files: usize,
    bytes: usize,
    events: usize,
}

/// Sizes of the files of the newest commit.
async fn written(workspace: &Workspace) -> Vec<usize> {
    let newest = workspace.lake().snapshot().await.unwrap().id;
    let sizes: Vec<i64> = sqlx::query_scalar("select file_size_bytes from ducklake_data_file where begin_snapshot = ?")
        .bind(newest)
        .fetch_all(workspace.lake().pool())
        .await
        .unwrap();
    sizes.into_iter().map(|size| usize::try_from(size).unwrap()).collect()
}

/// How long the disk takes to sync files of these sizes as a commit does, and one file more for the catalogue's transaction.
///
/// The files are written over, not removed: file systems are slow to give out again what was just removed, and the next commit would pay.
fn syncs(folder: &Path, sizes: &[usize]) -> f64 {
    let folder = folder.join("syncs");
    std::fs::create_dir_all(&folder).unwrap();
    let path = |number: usize| folder.join(format!("{number}.parquet"));
    for (number, size) in sizes.iter().chain([&4096]).enumerate() {
        std::fs::write(path(number), vec![b'x'; *size]).unwrap();
    }
    let paths: Vec<_> = (0..sizes.len()).map(path).collect();
    let begun = Instant::now();
    make_durable(&paths, folder.parent().unwrap()).unwrap();
    std::fs::File::open(path(sizes.len())).unwrap().sync_all().unwrap();
    begun.elapsed().as_secs_f64() * 1000.0
}
