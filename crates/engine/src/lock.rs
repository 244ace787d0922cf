//! The workspace's lock: one process at a time plans, writes files and commits.
//!
//! The catalogue alone would keep commits apart; the lock spares two writers from planning work
//! that one of them must throw away, and keeps upkeep from files that are not listed yet. The
//! system releases it when its holder dies, so no stale lock is ever to be removed by hand.
//! Readers do not take it, but for those without the right to write.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use crate::lake::{LakeError, refused};

/// The lock file's name inside a workspace.
pub const LOCK_FILE: &str = "lock";
/// How long to wait for another process to let the workspace go.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How long between two looks.
pub(crate) const PAUSE: Duration = Duration::from_millis(20);

/// The held lock. Dropping it lets the next one in.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Whoever shares the lock next, to read, leaves no name; a wrong one would mislead.
        let _ = self.file.set_len(0);
    }
}

impl Lock {
    /// Takes the lock of the workspace in `folder`, waiting at most `wait` for its holder.
    ///
    /// Fails with [`LakeError::Locked`], which names the holder's process.
    pub async fn acquire(folder: &Path, wait: Duration) -> Result<Self, LakeError> {
        let path = folder.join(LOCK_FILE);
        let failed = |source| LakeError::Disk { doing: "lock", path: path.clone(), source };
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = match opened {
            Err(error) if refused(&error) => return Err(LakeError::ReadOnly { path: folder.to_owned() }),
            opened => opened.map_err(failed)?,
        };
        let mut left = wait;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if !left.is_zero() => {
                    let pause = PAUSE.min(left);
                    tokio::time::sleep(pause).await;
                    left -= pause;
                }
                Err(TryLockError::WouldBlock) => {
                    let holder = holder(&mut file);
                    return Err(LakeError::Locked { path, holder });
                }
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
        }
        // The name is for people; the lock does not depend on it.
        let name = std::process::id().to_string();
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(name.as_bytes())).map_err(failed)?;
        Ok(Self { file })
    }
}

fn holder(file: &mut File) -> String {
    let mut name = String::new();
    match file.rewind().and_then(|()| file.read_to_string(&mut name)) {
        Ok(_) if !name.trim().is_empty() => format!("process {}", name.trim()),
        _ => "another process".to_owned(),
    }
}
