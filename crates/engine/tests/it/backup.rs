//! Backups of a workspace that is in use: all that was acknowledged before is in them, and what is restored answers as the workspace did.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deskgauge_core::event::Event;
use deskgauge_core::shop::Shop;
use deskgauge_engine::workspace::{BACKUP_FILE, RULES_FILE, Workspace, restore};

use crate::agrees::{NOW, TINY, all_rows, assert_same, import, shop, workspace};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_is_in_it_while_events_stream_in() {
    let home = tempfile::tempdir().unwrap();
    let own = Arc::new(workspace(&home.path().join("own"), &Shop::rules_toml(), TINY).await);
    let events = shop(60, 3);
    let (first, live) = events.split_at(events.len() / 2);
    import(&own, first).await;
    own.hold().await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let received = Arc::new(std::sync::Mutex::new(Vec::<Event>::new()));
    let sender = {
        let (own, live, stop, received) = (own.clone(), live.to_vec(), stop.clone(), received.clone());
        tokio::spawn(async move {
            for (number, lot) in live.chunks(20).enumerate() {
                own.receive(lot).await.unwrap();
                received.lock().unwrap().extend_from_slice(lot);
                if number % 5 == 4 {
                    own.commit_inbox(NOW).await.unwrap();
                }
                if stop.load(Ordering::SeqCst) {
                    return;
                }
            }
        })
    };
    for round in 0..4 {
        let before = received.lock().unwrap().clone();
        let to = home.path().join(format!("backup-{round}"));
        // Another process may make it: the lock is not asked for.
        let reader = Workspace::open(&home.path().join("own")).await.unwrap().0;
        let report = reader.backup(&to, round % 2 == 1, NOW).await.unwrap();
        assert_eq!(reader.last_backup().await.unwrap().unwrap().snapshot, report.snapshot);
        let (restored, _) = restore(&to, &home.path().join(format!("restored-{round}"))).await.unwrap();
        let there = restored.at(None).await.unwrap();
        // It is the state of one moment, at or after the beginning: some number of whole lots.
        let rows = all_rows(&there.source).await;
        let mut fits = false;
        let mut count = before.len();
        while !fits && count <= live.len() {
            fits = rows == crate::agrees::folded([first, &live[..count]].concat(), restored.rules()).await;
            count += 20;
        }
        assert!(fits, "round {round}: {} acknowledged before", before.len());
        assert_eq!(restored.doctor(None).await.unwrap(), []);
    }
    stop.store(true, Ordering::SeqCst);
    sender.await.unwrap();
}

#[tokio::test]
async fn a_damaged_or_half_made_backup_is_refused_and_a_full_folder_too() {
    let home = tempfile::tempdir().unwrap();
    let own = workspace(&home.path().join("own"), &Shop::rules_toml(), TINY).await;
    let events = shop(20, 3);
    import(&own, &events).await;
    std::fs::write(home.path().join("own/catalogue/note.txt"), "kept, too").unwrap();
    let (to, back) = (home.path().join("backup"), home.path().join("back"));
    let refused = own.backup(&home.path().join("own"), true, NOW).await.unwrap_err();
    assert_eq!((refused.code(), refused.exit_code()), ("not-empty", 2), "{refused}");
    let report = own.backup(&to, true, NOW).await.unwrap();
    assert!(report.files > 20 && report.bytes > 1000 && report.waiting == 0, "{report:?}");
    assert_eq!(restore(&to, &to).await.unwrap_err().code(), "not-empty");

    let file = to.join(own.lake().listed_files().await.unwrap()[0].path.clone());
    let whole = std::fs::read(&file).unwrap();
    let mut bytes = whole.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    let refused = restore(&to, &back).await.unwrap_err();
    assert_eq!((refused.code(), refused.exit_code()), ("no-backup", 3), "{refused}");
    assert!(!back.join(RULES_FILE).exists(), "no workspace is left behind");
    std::fs::remove_dir_all(&back).unwrap();
    std::fs::remove_file(&file).unwrap();
    let refused = restore(&to, &back).await.unwrap_err().to_string();
    assert!(refused.contains("is missing"), "{refused}");
    std::fs::remove_dir_all(&back).unwrap();
    std::fs::write(&file, whole).unwrap();

    let list = std::fs::read_to_string(to.join(BACKUP_FILE)).unwrap();
    std::fs::write(to.join(BACKUP_FILE), list.replace("deskgauge.toml", "../deskgauge.toml")).unwrap();
    assert_eq!(restore(&to, &back).await.unwrap_err().code(), "no-backup", "a list leads nowhere else");
    std::fs::remove_file(to.join(BACKUP_FILE)).unwrap();
    assert!(restore(&to, &back).await.unwrap_err().to_string().contains("interrupted"));
    std::fs::write(to.join(BACKUP_FILE), list).unwrap();
    let (restored, told) = restore(&to, &back).await.unwrap();
    assert_eq!(told, report);
    assert_eq!(std::fs::read_to_string(back.join("catalogue/note.txt")).unwrap(), "kept, too");
    assert_same(&restored, events, "restored").await;
    // A workspace that was restored goes on by itself.
    let file = restored.lake().listed_files().await.unwrap()[0].path.clone();
    let file = back.join(file);
    std::fs::rename(&file, home.path().join("aside")).unwrap();
    let half = restored.backup(&home.path().join("half"), true, NOW).await.unwrap_err();
    assert_eq!(half.code(), "restless", "{half}");
    assert!(!home.path().join("half").join(BACKUP_FILE).exists());
    std::fs::rename(home.path().join("aside"), &file).unwrap();
    import(&restored, &shop(5, 77)).await;
    assert_eq!(own.lake().snapshot().await.unwrap().id + 1, restored.lake().snapshot().await.unwrap().id);
}
