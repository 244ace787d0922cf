//! The wish that long work stops: a flag that loops look at, and a way out of waiting.
//!
//! Whoever wishes it is another's matter: Ctrl-C, a button of a page, the end of the service. Work that is waited for is dropped, which
//! everything that commits bears by design.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use crate::failure::{Failure, Outcome};

/// Whether to stop.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<State>);

#[derive(Debug, Default)]
struct State {
    set: AtomicBool,
    told: Notify,
}

impl Stop {
    /// Asks to stop.
    pub fn set(&self) {
        self.0.set.store(true, Ordering::Relaxed);
        self.0.told.notify_waiters();
    }

    /// Whether it was asked to stop.
    pub fn is_set(&self) -> bool {
        self.0.set.load(Ordering::Relaxed)
    }

    /// Waits for work, or for the wish to stop.
    ///
    /// # Errors
    /// `interrupted` (exit 130).
    pub async fn or<T>(&self, work: impl Future<Output = T>) -> Outcome<T> {
        let told = self.0.told.notified();
        if self.is_set() {
            return Err(Failure::interrupted("the workspace is as it was"));
        }
        tokio::select! {
            done = work => Ok(done),
            () = told => Err(Failure::interrupted("the workspace is as it was")),
        }
    }
}
