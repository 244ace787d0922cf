//! Brings waiting events into the lake, in groups, beside everything else.
//!
//! A commit rewrites the cells that its events touch, so it is worth waiting for more; and what waits takes memory. So a commit is made
//! when enough wait or the oldest has waited long enough. It takes what questions have in memory already, so that they go on with the
//! state of before it until there is one of after it. One that fails is tried again: nothing is lost meanwhile.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use deskgauge_engine::workspace::WorkspaceError;
use tokio::sync::watch;

use super::desk::Desk;
use super::inflow::MOST_WAITING;

/// How often is looked, when nothing arrives.
const LOOK: Duration = Duration::from_millis(500);
/// How often is counted what waits, which takes the longer the more it is: arrivals are added up meanwhile.
const COUNT: Duration = Duration::from_secs(2);
/// How often is looked whether somebody is still to be forgotten.
const OPEN: Duration = Duration::from_secs(60);
/// How often old snapshots are let go.
const SWEPT: Duration = Duration::from_secs(3600);
/// A state that was replaced so lately may still be read by a question that began before: it stays, however short states are kept.
const READ: i64 = 3600;
/// After a failure, so long nothing is tried.
const REST: Duration = Duration::from_secs(10);

/// Commits until asked to stop.
pub(super) async fn keep_committing(desk: Arc<Desk>, mut stopped: watch::Receiver<bool>) {
    let mut since: Option<Instant> = None;
    let mut looked = Instant::now();
    let mut swept: Option<Instant> = None;
    let mut counted: Option<Instant> = None;
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            () = desk.arrived.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
        if looked.elapsed() > OPEN {
            finish_forgetting(&desk).await;
            looked = Instant::now();
        }
        if swept.is_none_or(|at| at.elapsed() > SWEPT) {
            let_go(&desk, swept.is_none()).await;
            swept = Some(Instant::now());
        }
        let mut waiting = desk.gauges.waiting.load(Ordering::Relaxed);
        let is_old = |since: Instant| since.elapsed() >= Duration::from_secs(desk.settings.commit_seconds);
        // Some of those that were added up may have been known, and others may have been committed by somebody else.
        let matters = waiting >= desk.settings.commit_events.min(MOST_WAITING) || since.is_some_and(is_old);
        if matters || counted.is_none_or(|at| at.elapsed() > COUNT) {
            waiting = match desk.workspace.lake().inbox_count().await {
                Ok(waiting) => waiting,
                Err(error) => {
                    desk.log("error", "inbox", &[("error", error.to_string().into())]);
                    tokio::time::sleep(REST).await;
                    continue;
                }
            };
            desk.gauges.waiting.store(waiting, Ordering::Relaxed);
            counted = Some(Instant::now());
        }
        if waiting == 0 {
            since = None;
            continue;
        }
        let begun = *since.get_or_insert_with(Instant::now);
        if waiting < desk.settings.commit_events && !is_old(begun) {
            // Arrivals wake this loop; it need not look more often than that.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        }
        since = None;
        let timer = Instant::now();
        let own = desk.clone();
        // Beside the threads of questions: what it works out at length would keep one of them, and whatever waits for that one.
        let committed = desk.workers.beside(async move || commit(&own).await).await;
        let took = timer.elapsed().as_millis();
        match committed {
            Ok(Ok(events)) => {
                desk.gauges.commits.fetch_add(1, Ordering::Relaxed);
                let ended = (desk.world.clock)().div_euclid(1_000_000).unsigned_abs();
                for (gauge, value) in desk.gauges.committed.iter().zip([ended, took as u64, events]) {
                    gauge.store(value, Ordering::Relaxed);
                }
                let left = desk.workspace.lake().inbox_count().await.unwrap_or(0);
                desk.gauges.waiting.store(left, Ordering::Relaxed);
                desk.log("info", "committed", &[("events", events.into()), ("ms", (took as u64).into())]);
            }
            Ok(Err(error)) => fail(&desk, &error.to_string()).await,
            Err(ended) => fail(&desk, &ended.to_string()).await,
        }
    }
}

async fn commit(desk: &Desk) -> Result<u64, WorkspaceError> {
    let row = desk.newest.view_now(&desk.workspace).await?.inbox_row;
    let events = desk.workspace.commit_inbox_quietly(row, (desk.world.clock)()).await?;
    desk.newest.renew(&desk.workspace).await?;
    Ok(events)
}

async fn fail(desk: &Desk, why: &str) {
    desk.gauges.failed_commits.fetch_add(1, Ordering::Relaxed);
    desk.log("error", "commit-failed", &[("error", why.into())]);
    tokio::time::sleep(REST).await;
}

/// Brings to its end what was begun for somebody who is to be forgotten.
async fn finish_forgetting(desk: &Arc<Desk>) {
    let own = desk.clone();
    match desk.workers.run(async move { own.workspace.finish_forgetting((own.world.clock)()).await }).await {
        Ok(Ok(Some(done))) if !done.marks.is_empty() => {
            let now = (desk.world.clock)().div_euclid(1_000_000);
            for mark in &done.marks {
                desk.log("info", "forgot", &[("mark", mark.as_str().into())]);
                // The table of requests tells it, too.
                let _ = desk.people.note(now, "service", "forgot", mark, "").await;
            }
        }
        Ok(Err(error)) => desk.log("error", "forgetting-failed", &[("error", error.to_string().into())]),
        _ => {}
    }
}

/// Lets snapshots go that are older than they are kept: each commit makes one, and keeps the files that it replaced.
async fn let_go(desk: &Arc<Desk>, is_start: bool) {
    let Some(seconds) = desk.settings.keep_seconds.map(|seconds| kept(seconds, is_start)) else { return };
    let (own, now) = (desk.clone(), (desk.world.clock)());
    let before = now.saturating_sub(seconds.saturating_mul(1_000_000));
    match desk.workers.run(async move { own.workspace.expire(before, now).await }).await {
        Ok(Ok(gone)) if gone.snapshots > 0 => {
            desk.log("info", "expired", &[("snapshots", gone.snapshots.into()), ("files", gone.files.into())]);
        }
        Ok(Err(error)) => desk.log("error", "expire-failed", &[("error", error.to_string().into())]),
        _ => {}
    }
}

/// For how many seconds states are kept, of what was asked for. At the start nobody has asked anything yet.
fn kept(seconds: i64, is_start: bool) -> i64 {
    if is_start { seconds } else { seconds.max(READ) }
}

#[cfg(test)]
mod tests {
    use super::kept;

    #[test]
    fn a_state_stays_as_long_as_a_question_may_read_it() {
        assert_eq!([kept(0, true), kept(0, false), kept(86_400, false)], [0, 3600, 86_400]);
    }
}
