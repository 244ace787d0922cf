//! Folds what arrives into the newest state as it comes, so that a question finds it folded.
//!
//! A question would fold it as well, and a board that is opened once a minute beside a busy stream would wait for all of that minute.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use deskgauge_engine::workspace::Followed;
use tokio::sync::watch;

use super::desk::Desk;

/// What arrives within so long is folded together, and what questions have folded within so long is left to them.
const TOGETHER: Duration = Duration::from_millis(200);

/// After a failure, so long nothing is tried: a question that comes meanwhile meets the same and tells it.
const REST: Duration = Duration::from_secs(10);

/// Follows until asked to stop.
pub(super) async fn keep_following(desk: Arc<Desk>, mut stopped: watch::Receiver<bool>) {
    // Stopping does not wait for what nobody needs any more.
    tokio::select! {
        _ = stopped.wait_for(|stop| *stop) => {}
        () = follow(desk) => {}
    }
}

async fn follow(desk: Arc<Desk>) {
    loop {
        desk.followed.notified().await;
        let mut wait = TOGETHER;
        loop {
            tokio::time::sleep(wait).await;
            let own = desk.clone();
            // Beside the threads of questions: folding makes way for them, and would keep one of them for so long.
            let followed = desk.workers.beside(async move || own.newest.follow(&own.workspace, TOGETHER).await).await;
            wait = match followed {
                Ok(Ok(Followed::Soon(left))) => left,
                Ok(Ok(Followed::Folded)) => {
                    desk.gauges.follows.fetch_add(1, Ordering::Relaxed);
                    break;
                }
                Ok(Ok(Followed::Nothing)) => break,
                Ok(Err(error)) => {
                    desk.log("error", "follow", &[("error", error.to_string().into())]);
                    REST
                }
                Err(_) => REST,
            };
        }
    }
}
