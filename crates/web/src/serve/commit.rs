//! Brings waiting events into the lake, in groups, beside everything else.
//!
//! A commit rewrites the cells that its events touch, so it is worth waiting for more; and the more wait, the more a question folds. So
//! a commit is made when enough wait or the oldest has waited long enough. One that fails is tried again: nothing is lost meanwhile.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::desk::Desk;

/// How often is looked, when nothing arrives.
const LOOK: Duration = Duration::from_millis(500);
/// After a failure, so long nothing is tried.
const REST: Duration = Duration::from_secs(10);

/// Commits until asked to stop.
pub(super) async fn keep_committing(desk: Arc<Desk>, mut stopped: watch::Receiver<bool>) {
    let mut since: Option<Instant> = None;
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            () = desk.arrived.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
        let waiting = match desk.workspace.lake().inbox_count().await {
            Ok(waiting) => waiting,
            Err(error) => {
                desk.log("error", "inbox", &[("error", error.to_string().into())]);
                tokio::time::sleep(REST).await;
                continue;
            }
        };
        desk.gauges.waiting.store(waiting, Ordering::Relaxed);
        if waiting == 0 {
            since = None;
            continue;
        }
        let begun = *since.get_or_insert_with(Instant::now);
        let old = begun.elapsed() >= Duration::from_secs(desk.settings.commit_seconds);
        if waiting < desk.settings.commit_events && !old {
            // Arrivals wake this loop; it need not look more often than that.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        }
        since = None;
        let timer = Instant::now();
        let own = desk.clone();
        let committed = desk.workers.run(async move { own.workspace.commit_inbox((own.world.clock)()).await }).await;
        let took = timer.elapsed().as_millis();
        match committed {
            Ok(Ok(events)) => {
                desk.gauges.commits.fetch_add(1, Ordering::Relaxed);
                let left = desk.workspace.lake().inbox_count().await.unwrap_or(0);
                desk.gauges.waiting.store(left, Ordering::Relaxed);
                desk.log("info", "committed", &[("events", events.into()), ("ms", (took as u64).into())]);
            }
            Ok(Err(error)) => fail(&desk, &error.to_string()).await,
            Err(failure) => fail(&desk, failure.problems.first().map_or("", |problem| &problem.message)).await,
        }
    }
}

async fn fail(desk: &Desk, why: &str) {
    desk.gauges.failed_commits.fetch_add(1, Ordering::Relaxed);
    desk.log("error", "commit-failed", &[("error", why.into())]);
    tokio::time::sleep(REST).await;
}
