//! Folds what arrives into the newest state as it comes, so that a question finds it folded.
//!
//! A question would fold it as well, and a board that is opened once a minute beside a busy stream would wait for all of that minute.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::watch;

use super::desk::Desk;

/// What arrives within so long is folded together, and what questions have folded within so long is left to them.
const TOGETHER: Duration = Duration::from_millis(200);

/// Follows until asked to stop.
pub(super) async fn keep_following(desk: Arc<Desk>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            () = desk.followed.notified() => {}
        }
        let mut wait = TOGETHER;
        loop {
            tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(wait) => {}
            }
            let own = desk.clone();
            let followed = desk.workers.run(async move { own.newest.follow(&own.workspace, TOGETHER).await }).await;
            match followed {
                Ok(Ok(Some(left))) => wait = left,
                // What keeps it from being folded is told by the next question, which meets the same.
                Ok(Ok(None) | Err(_)) | Err(_) => break,
            }
        }
        desk.gauges.follows.fetch_add(1, Ordering::Relaxed);
    }
}
