//! A thousand small commits of a simulated shop: how long each takes, and how much of the lake it rewrites.
//!
//! Each brings a few new conversations with what happened meanwhile to older ones. It prints, and judges nothing: the law that a
//! commit's work stays bounded is a test, times are a matter of the machine.
//! `cargo run --example thousand_commits -- [COMMITS] [CONVERSATIONS BEFORE]`
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "an example that cannot go on should stop; it prints")]

use std::time::Instant;

use deskgauge_core::event::{Body, Event};
use deskgauge_core::shop::{Shop, ShopOptions};
use deskgauge_engine::workspace::{ImportAbout, Workspace};

const AT: i64 = 1_800_000_000_000_000;

async fn import(workspace: &Workspace, events: Vec<Event>) {
    let mut import = workspace.begin_import(ImportAbout { name: "a few".into(), at: AT }).await.unwrap();
    for event in events {
        import.push(event).unwrap();
    }
    import.finish().await.unwrap();
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(commits());
}

async fn commits() {
    let number = |index: usize, otherwise| std::env::args().nth(index).map_or(otherwise, |text| text.parse().unwrap());
    let (commits, before) = (number(1, 1000), number(2, 0));
    let mut shop = Shop::new(ShopOptions::new(before + commits * 13 / 2, 1)).peekable();
    let folder = tempfile::tempdir().unwrap();
    let (workspace, _) = Workspace::init(folder.path(), &Shop::rules_toml(), AT).await.unwrap();
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
    let mut done: Vec<(f64, i64, i64, usize)> = Vec::new();
    for commit in 0..commits {
        let events = take(3 + commit * 5 % 8);
        if events.is_empty() {
            break;
        }
        let count = events.len();
        let begun = Instant::now();
        import(&workspace, events).await;
        let took = begun.elapsed().as_secs_f64() * 1000.0;
        let (files, bytes) = written(&workspace).await;
        done.push((took, files, bytes, count));
    }
    println!("commits      events  median ms   p95 ms   max ms   files   KiB written");
    for part in done.chunks((done.len() / 5).max(1)) {
        let mut times: Vec<f64> = part.iter().map(|(took, ..)| *took).collect();
        times.sort_by(f64::total_cmp);
        type Of = fn(&(f64, i64, i64, usize)) -> i64;
        let mean = |of: Of| part.iter().map(of).sum::<i64>() / part.len() as i64;
        println!(
            "{:>7} {:>11} {:>10.1} {:>8.1} {:>8.1} {:>7} {:>13}",
            part.len(),
            mean(|(.., count)| *count as i64),
            times[times.len() / 2],
            times[times.len() * 95 / 100],
            times[times.len() - 1],
            mean(|(_, files, ..)| *files),
            mean(|(_, _, bytes, _)| *bytes / 1024),
        );
    }
    let catalogue = std::fs::metadata(folder.path().join("lake.sqlite")).unwrap().len();
    println!("lake.sqlite: {} KiB", catalogue / 1024);
}

/// Files and bytes of the newest commit.
async fn written(workspace: &Workspace) -> (i64, i64) {
    let newest = workspace.lake().snapshot().await.unwrap().id;
    sqlx::query_as("select count(*), coalesce(sum(file_size_bytes), 0) from ducklake_data_file where begin_snapshot = ?")
        .bind(newest)
        .fetch_one(workspace.lake().pool())
        .await
        .unwrap()
}
