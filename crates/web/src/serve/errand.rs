//! The long work that people set off on a page: an import, the play of the demo shop, taking an import back. One at a time, beside
//! everything else.
//!
//! It runs on a thread of its own, can be looked at and stopped, and its end is kept until the next one. What is done is durable by its
//! one commit; what was stopped has changed nothing, so that it can simply be done again.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_engine::workspace::Extent;

use super::desk::Desk;
use super::problem::Refusal;
use crate::failure::Outcome;
use crate::import::{Done, Watching};
use crate::stop::Stop;

/// The one place for it.
#[derive(Default)]
pub(super) struct Errands(Mutex<Option<Arc<Errand>>>);

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// A file is imported.
    Import,
    /// The demo shop is played.
    Demo,
    /// An import is taken back.
    Undo,
}

/// Some long work.
pub(crate) struct Errand {
    pub(crate) what: What,
    /// About what it is: the name of a file or of an import.
    pub(crate) name: String,
    /// The upload that it imports.
    pub(crate) upload: Option<String>,
    /// Whoever wants it to stop sets this.
    pub(crate) stop: Stop,
    taken: AtomicU64,
    bytes: Arc<AtomicU64>,
    total: Option<u64>,
    extent: Mutex<Option<Arc<Extent>>>,
    begun: Instant,
    folding: Mutex<bool>,
    end: Mutex<Option<Arc<End>>>,
}

/// How it ended.
pub(crate) enum End {
    /// Something was brought.
    Brought(Done, Vec<Diagnostic>),
    /// So many events were taken back.
    Undone(u64),
    /// It failed or was stopped; nothing has changed.
    Failed(Vec<Diagnostic>),
}

/// How far it is.
pub(crate) struct HowFar {
    /// Events that were read.
    pub(crate) taken: u64,
    /// The part that is done, where it can be told.
    pub(crate) share: Option<f64>,
    /// For how long it runs.
    pub(crate) elapsed: Duration,
    /// Whether all is read, and is folded now.
    pub(crate) folding: bool,
}

impl Errand {
    /// How far it is.
    pub(crate) fn how_far(&self) -> HowFar {
        let folding = *self.folding.lock().unwrap_or_else(PoisonError::into_inner);
        let extent = self.extent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let share = match (folding, extent, self.total) {
            (true, Some(extent), _) => {
                Some(extent.events()).filter(|(total, _)| *total > 0).map(|(total, done)| done as f64 / total as f64)
            }
            (false, _, Some(total)) if total > 0 => Some(self.bytes.load(Ordering::Relaxed) as f64 / total as f64),
            _ => None,
        };
        let taken = self.taken.load(Ordering::Relaxed);
        HowFar { taken, share: share.map(|share| share.clamp(0.0, 1.0)), elapsed: self.begun.elapsed(), folding }
    }

    /// Whether it works on this upload now.
    pub(crate) fn is_about(&self, upload: &str) -> bool {
        self.upload.as_deref() == Some(upload) && self.end().is_none()
    }

    /// How it ended, if it has.
    pub(crate) fn end(&self) -> Option<Arc<End>> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whoever imports looks on through this, and counts bytes there.
    pub(crate) fn watching(self: &Arc<Self>) -> (Looking, Arc<AtomicU64>) {
        (Looking(self.clone()), self.bytes.clone())
    }

    /// Counts up what the workspace itself tells, such as of an undo.
    pub(crate) fn follow(&self, extent: Option<Arc<Extent>>) {
        *self.extent.lock().unwrap_or_else(PoisonError::into_inner) = extent;
        *self.folding.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }
}

/// Looks on.
pub(crate) struct Looking(Arc<Errand>);

impl Watching for Looking {
    fn taken(&mut self, events: u64) {
        self.0.taken.store(events, Ordering::Relaxed);
    }

    fn folding(&mut self, extent: Option<Arc<Extent>>) {
        self.0.follow(extent);
    }

    fn over(&mut self) {}
}

impl Errands {
    /// The work that goes on, or that ended last.
    pub(super) fn last(&self) -> Option<Arc<Errand>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the work that goes on to stop.
    pub(super) fn stop(&self) {
        if let Some(errand) = self.last() {
            errand.stop.set();
        }
    }

    /// Waits for the end of what was asked to stop, a moment long.
    pub(super) async fn rest(&self) {
        let Some(errand) = self.last() else { return };
        for _ in 0..40 {
            if errand.end().is_some() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Begins work. `total`: the bytes that there are to read.
///
/// # Errors
/// Other work goes on.
pub(super) fn begin<F, W>(
    desk: &Arc<Desk>,
    (what, name, upload): (What, String, Option<String>),
    total: Option<u64>,
    work: W,
) -> Result<(), Refusal>
where
    W: FnOnce(Arc<Desk>, Arc<Errand>) -> F + Send + 'static,
    F: Future<Output = Outcome<End>>,
{
    let errand = Arc::new(Errand {
        what,
        name,
        upload,
        stop: Stop::default(),
        taken: AtomicU64::new(0),
        bytes: Arc::default(),
        total,
        extent: Mutex::new(None),
        begun: Instant::now(),
        folding: Mutex::new(false),
        end: Mutex::new(None),
    });
    {
        let mut last = desk.errands.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref().is_some_and(|last| last.end().is_none()) {
            let hint = "wait until it has ended, or stop it on the page Data";
            return Err(Refusal::new(StatusCode::CONFLICT, "too-busy", "other work on the data goes on", hint));
        }
        *last = Some(errand.clone());
    }
    let (own, done) = (desk.clone(), errand.clone());
    let ended = desk.workers.beside(move || async move {
        let end = work(own.clone(), done.clone()).await;
        let end = end.unwrap_or_else(|failure| End::Failed(failure.problems));
        let (level, told) = match &end {
            End::Failed(problems) => ("error", problems.first().map_or(String::new(), |problem| problem.code.to_owned())),
            _ => ("info", "done".to_owned()),
        };
        let millis = u64::try_from(done.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        own.log(
            level,
            "errand",
            &[("what", format!("{:?}", done.what).to_lowercase().into()), ("end", told.into()), ("ms", millis.into())],
        );
        *done.end.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(end));
        own.arrived.notify_one();
    });
    // A thread that breaks down must not look like one that still works.
    tokio::spawn(async move {
        if ended.await.is_err() {
            let problem = Diagnostic::error("engine-failed", "the work broke down: nothing has changed");
            *errand.end.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(End::Failed(vec![problem])));
        }
    });
    Ok(())
}
