//! The newest state that is kept between questions: as new as any, and not made twice. And the lock that a service holds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use deskgauge_core::event::Event;
use deskgauge_core::rules::Rules;
use deskgauge_engine::workspace::{CellSizes, Followed, Newest, Workspace};

use crate::agrees::{NOW, all_rows, assert_rows, folded, import, shop, workspace};

const SEED: u64 = 8;

fn rules() -> (Rules, String) {
    let text = deskgauge_core::shop::Shop::rules_toml();
    (Rules::parse(&text, "rules").0, text)
}

async fn assert_newest(newest: &Newest, workspace: &Workspace, events: &[Event], what: &str) {
    let found = all_rows(&newest.view(workspace).await.unwrap().source).await;
    assert_rows(&found, &folded(events.to_vec(), &rules().0).await, what);
}

#[tokio::test]
async fn the_kept_state_is_as_new_as_what_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path(), &rules().1, CellSizes::default()).await;
    let events = shop(60, SEED);
    let (first, rest) = events.split_at(events.len() / 2);
    import(&workspace, first).await;
    let newest = Newest::default();
    assert_newest(&newest, &workspace, first, "imported").await;
    let kept = newest.view(&workspace).await.unwrap();
    assert!(Arc::ptr_eq(&kept, &newest.view(&workspace).await.unwrap()), "nothing came, so nothing is made again");
    for (index, lot) in rest.chunks(rest.len() / 4 + 1).enumerate() {
        workspace.receive(lot).await.unwrap();
        let upto = first.len() + rest.chunks(rest.len() / 4 + 1).take(index + 1).map(<[Event]>::len).sum::<usize>();
        assert_newest(&newest, &workspace, &events[..upto], "received").await;
        if index == 1 {
            workspace.commit_inbox(NOW).await.unwrap();
            assert_newest(&newest, &workspace, &events[..upto], "committed").await;
        }
    }
}

#[tokio::test]
async fn beside_a_steady_stream_a_state_may_be_a_little_older_and_an_import_shows_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path(), &rules().1, CellSizes::default()).await;
    let events = shop(60, SEED);
    let (first, rest) = events.split_at(events.len() / 3);
    let (streamed, imported) = rest.split_at(rest.len() / 2);
    import(&workspace, first).await;
    let newest = Newest::paced();
    assert_newest(&newest, &workspace, first, "before the stream").await;
    let mut views = vec![newest.view(&workspace).await.unwrap()];
    let lots: Vec<&[Event]> = streamed.chunks(20).collect();
    assert!(lots.len() > 5, "a stream");
    let begun = Instant::now();
    for lot in &lots {
        workspace.receive(lot).await.unwrap();
        views.push(newest.view(&workspace).await.unwrap());
    }
    let made = views.windows(2).filter(|two| !Arc::ptr_eq(&two[0], &two[1])).count();
    // A machine that takes a third of a second for each of them meets no stream.
    assert!(made < lots.len() || begun.elapsed() > Duration::from_millis(300) * lots.len() as u32, "{made} states");
    assert!(made > 0, "who asks first folds");
    // What is left is folded in the background, however soon: nobody has to ask for it.
    let upto = first.len() + streamed.len();
    loop {
        match newest.follow(&workspace, Duration::ZERO).await.unwrap() {
            Followed::Soon(left) => tokio::time::sleep(left).await,
            Followed::Folded => break,
            // The last question has folded it.
            Followed::Nothing => {
                assert!(!Arc::ptr_eq(&views[views.len() - 2], &views[views.len() - 1]), "it is folded for nobody");
                break;
            }
        }
    }
    assert_newest(&newest, &workspace, &events[..upto], "followed").await;
    let kept = newest.view(&workspace).await.unwrap();
    assert!(Arc::ptr_eq(&kept, &newest.view_now(&workspace).await.unwrap()), "nothing came since");
    import(&workspace, imported).await;
    assert_newest(&newest, &workspace, &events, "imported beside the stream").await;
}

#[tokio::test]
async fn who_holds_the_workspace_changes_it_and_nobody_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let mine = workspace(folder.path(), &rules().1, CellSizes::default()).await;
    mine.hold().await.unwrap();
    let events = shop(10, SEED);
    import(&mine, &events[..50]).await;
    import(&mine, &events[50..]).await;
    let lock = std::fs::File::open(folder.path().join("lock")).unwrap();
    assert!(lock.try_lock().is_err(), "it is held between the changes, too");
    drop(mine);
    assert!(lock.try_lock().is_ok(), "and let go with the workspace");
}
