//! Everything written anew: what a first import, a rebuild, a compaction and an undo do.
//!
//! Events are held in memory while they fit in it, and each timeline is folded and written once, on all threads; what does not fit goes
//! over the disk. Both ways write the same cells of the same timelines. A rebuild leaves the events where they are, if it can.

mod cell;
mod disk;
mod gather;
mod held;
mod refold;

use std::path::{Path, PathBuf};

use super::plan::{Plan, Planner};
use crate::cells::Stored;
use crate::files::FileError;
use disk::Rewrite;
pub(crate) use disk::SCRATCH_FOLDER;

/// Events that are to be written anew.
#[derive(Debug)]
pub(crate) struct Anew {
    workspace: PathBuf,
    /// Events that may be in memory at once.
    limit: u64,
    held: Vec<Stored>,
    /// Where they wait once they are too many.
    rewrite: Option<Rewrite>,
}

impl Anew {
    /// Begins. `expected` events: a guess; `limit` may be in memory at once.
    pub(crate) fn new(workspace: &Path, expected: u64, limit: u64) -> Result<Self, FileError> {
        let rewrite = if expected > limit { Some(Rewrite::new(workspace, expected, limit)?) } else { None };
        Ok(Self { workspace: workspace.to_owned(), limit, held: Vec::new(), rewrite })
    }

    /// Takes events in, at once where there is room for them.
    pub(crate) fn take(&mut self, events: Vec<Stored>) -> Result<(), FileError> {
        if self.rewrite.is_none() && self.held.is_empty() && events.len() as u64 <= self.limit {
            self.held = events;
            return Ok(());
        }
        events.into_iter().try_for_each(|stored| self.push(stored))
    }

    /// Takes an event in.
    pub(crate) fn push(&mut self, stored: Stored) -> Result<(), FileError> {
        if let Some(rewrite) = &mut self.rewrite {
            return rewrite.push(stored);
        }
        self.held.push(stored);
        if self.held.len() as u64 <= self.limit {
            return Ok(());
        }
        // How many will come is not known: as many partitions as there may be.
        let mut rewrite = Rewrite::new(&self.workspace, u64::MAX, self.limit)?;
        for stored in std::mem::take(&mut self.held) {
            rewrite.push(stored)?;
        }
        self.rewrite = Some(rewrite);
        Ok(())
    }

    /// Whether the events wait on disk.
    pub(crate) fn is_on_disk(&self) -> bool {
        self.rewrite.is_some()
    }

    /// Writes every cell. Events of `import` that were not there before are counted as new; without one, all are.
    pub(crate) fn finish(self, planner: &Planner<'_>, import: Option<i64>) -> Result<Plan, FileError> {
        match self.rewrite {
            Some(rewrite) => rewrite.finish(planner, import),
            None => held::write(planner, self.held, import),
        }
    }
}
