//! Opens the boards once after the start, so that the first reader of the morning does not wait until stored files are decoded.
//!
//! What a page reads and counts stays for who opens it next, within the bounds of what is kept. Then each is opened with a filter on all
//! that its form offers, so that the first filter that somebody chooses finds its columns decoded. A small workspace answers at once and
//! needs none of this.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::watch;

use super::desk::Desk;
use super::gate::Visit;
use super::pages::OFFERED;
use super::routes::{Method, ROUTES};

/// Stored events from which the first look at a board takes longer than a reader likes to wait.
const MANY: u64 = 50_000;

/// The boards whose first look takes longest, those that people open first before others.
const BOARDS: [&str; 4] = ["/overview", "/speed", "/sla", "/agents"];

/// What no row has: a filter that lets nothing through reads as much as any other and has nothing to count.
const NOTHING: &str = "\u{2205}";

/// Opens them one after the other, unless the service is asked to stop.
pub(super) async fn open_boards(desk: Arc<Desk>, mut stopped: watch::Receiver<bool>) {
    tokio::select! {
        _ = stopped.wait_for(|stop| *stop) => {}
        () = open(desk) => {}
    }
}

async fn open(desk: Arc<Desk>) {
    let begun = Instant::now();
    // Where they cannot be counted, the first question will say why.
    if !desk.workspace.stored_events().await.is_ok_and(|events| events >= MANY) {
        return;
    }
    let mut opened = 0;
    let filters = OFFERED.iter().map(|dimension| (format!("f.{dimension}"), NOTHING.to_owned())).collect();
    for query in [Vec::new(), filters] {
        for path in BOARDS {
            let Some(route) = ROUTES.iter().find(|route| route.method == Method::Get && route.path == path) else { continue };
            let visit = Visit::of_nobody(desk.clone(), route, query.clone());
            // Whoever opens a board that cannot be shown is told why; here nobody is.
            opened += usize::from((route.call)(visit).await.is_ok());
        }
    }
    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    desk.log("info", "boards-opened", &[("pages", opened.into()), ("ms", millis.into())]);
}
