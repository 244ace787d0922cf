//! Who holds the workspace's lock: a change for as long as it lasts, or a service for as long as it runs.
//!
//! A service that let the lock go between its commits could find a long import in its way, and its inbox would grow meanwhile. While it
//! holds the lock its own changes still come one after another.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{Result, Workspace};
use crate::lock::{Lock, PATIENCE};

/// The lock, where it is held for longer than one change.
pub(super) type Held = Arc<Mutex<Option<Lock>>>;

/// The right to change the workspace, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _own: Option<Lock>,
    _held: OwnedMutexGuard<Option<Lock>>,
}

impl Workspace {
    /// Holds the lock from now on, until the workspace is dropped: no other process changes it meanwhile.
    ///
    /// # Errors
    /// Another process holds it.
    pub async fn hold(&self) -> Result<()> {
        let mut held = self.held.lock().await;
        if held.is_none() {
            *held = Some(Lock::acquire(&self.folder, PATIENCE).await?);
        }
        Ok(())
    }

    /// Waits for the right to change the workspace.
    pub(super) async fn lock(&self) -> Result<Turn> {
        self.turn(PATIENCE).await
    }

    /// As [`Workspace::lock`], with this patience for other processes.
    pub(super) async fn turn(&self, patience: Duration) -> Result<Turn> {
        let held = self.held.clone().lock_owned().await;
        let own = match *held {
            Some(_) => None,
            None => Some(Lock::acquire(&self.folder, patience).await?),
        };
        Ok(Turn { _own: own, _held: held })
    }
}
