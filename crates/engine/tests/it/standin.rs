//! What stands in for stored rows against the fold: however events arrive, wait, are committed and asked about, the newest state holds
//! the facts that one fold of all of them makes, and a rebuild changes nothing.
//!
//! Shops and troubles are those of `agrees`, seeded, so that a failure repeats itself.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;

use deskgauge_core::event::Event;
use deskgauge_core::shop::Shop;
use deskgauge_engine::workspace::{CellSizes, Newest};

use crate::agrees::{Dice, NOW, TINY, all_rows, assert_rows, folded, import, rows, shop, trouble, workspace};

/// One seed: events in batches of any size into the inbox, some imported, commits, states made anew and questions in between.
async fn play(seed: u64, conversations: u64, sizes: CellSizes, stored_first: bool) {
    let mut dice = Dice(seed);
    let rules_text = Shop::rules_toml();
    let mut events = shop(conversations, seed);
    events.extend(trouble(&events, &mut dice));
    let span = events.iter().map(|event| event.at.0).max().unwrap() - events[0].at.0;
    let mut arrivals: Vec<(i64, Event)> = events
        .into_iter()
        .map(|event| (event.at.0 + if dice.below(6) == 0 { dice.below(span as usize) as i64 * 2 } else { 0 }, event))
        .collect();
    arrivals.sort_by_key(|(at, _)| *at);
    let events: Vec<Event> = arrivals.into_iter().map(|(_, event)| event).collect();

    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path(), &rules_text, sizes).await;
    let newest = Newest::default();
    let mut held: BTreeMap<String, Event> = BTreeMap::new();
    let mut next = 0;
    if stored_first {
        next = events.len() / 2;
        import(&workspace, &events[..next]).await;
        held.extend(events[..next].iter().map(|event| (format!("{event:?}"), event.clone())));
    }
    let mut asked = 0;
    while next < events.len() {
        let size = [1, 5, 20, 50][dice.below(4)];
        let mut batch = events[next..events.len().min(next + size)].to_vec();
        next += batch.len();
        for _ in 0..dice.below(4) {
            batch.push(events[dice.below(next)].clone());
        }
        held.extend(batch.iter().map(|event| (format!("{event:?}"), event.clone())));
        if dice.below(15) == 0 {
            import(&workspace, &batch).await;
        } else {
            workspace.receive(&batch).await.unwrap();
        }
        match dice.below(10) {
            0 => drop(workspace.commit_inbox(NOW).await.unwrap()),
            1 => {
                workspace.commit_inbox(NOW).await.unwrap();
                newest.renew(&workspace).await.unwrap();
            }
            2..5 => drop(newest.view(&workspace).await.unwrap()),
            5 | 6 => {
                asked += 1;
                let what = format!("seed {seed} after {next} events");
                let wanted = folded(held.values().cloned().collect(), workspace.rules()).await;
                let view = newest.view(&workspace).await.unwrap();
                assert_rows(&all_rows(&view.source).await, &wanted, &what);
                assert_eq!(rows(&view.source, "events").await.len(), held.len(), "{what}: every version of every event once");
                let told = held.values().map(|event| event.at.seconds()).max();
                assert_eq!(view.newest, told, "{what}: up to where the data tell");
            }
            _ => {}
        }
    }
    assert!(asked > 0, "seed {seed}: something was asked");
    let before = all_rows(&newest.view(&workspace).await.unwrap().source).await;
    assert_rows(&all_rows(&workspace.at(None).await.unwrap().source).await, &before, "asked by who keeps nothing");
    workspace.commit_inbox(NOW).await.unwrap();
    workspace.rebuild(NOW).await.unwrap();
    assert_rows(&all_rows(&workspace.at(None).await.unwrap().source).await, &before, "rebuilt");
    assert_rows(&all_rows(&newest.view(&workspace).await.unwrap().source).await, &before, "seen after the rebuild");
}

#[tokio::test]
async fn over_an_empty_lake() {
    play(5, 30, TINY, false).await;
}

#[tokio::test]
async fn over_stored_timelines() {
    for seed in [31, 32] {
        play(seed, 50, TINY, true).await;
    }
}

#[tokio::test]
async fn over_cells_of_one_timeline() {
    play(71, 20, CellSizes { new_events: 1, small_events: 1, hashed_rows: 4 }, true).await;
}
