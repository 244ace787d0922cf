//! How far long work is, for whoever shows it: two counters, which cost nothing and decide nothing.

use std::sync::atomic::{AtomicU64, Ordering};

/// Events that are to be gone through, and those that were. Writing anew goes through each three times: to read it, to bring it together
/// with others, and to write it. Folding again what stays where it is goes through each once.
#[derive(Debug, Default)]
pub struct Extent {
    total: AtomicU64,
    done: AtomicU64,
}

impl Extent {
    /// How many there are to go through, as far as is known, and how many were.
    pub fn events(&self) -> (u64, u64) {
        (self.total.load(Ordering::Relaxed), self.done.load(Ordering::Relaxed))
    }

    /// More have come to light.
    pub(crate) fn adds(&self, events: u64) {
        self.total.fetch_add(events, Ordering::Relaxed);
    }

    /// So many more are done.
    pub(crate) fn did(&self, events: u64) {
        self.done.fetch_add(events, Ordering::Relaxed);
    }

    /// All is done, whatever was expected.
    pub(crate) fn ends(&self) {
        self.done.store(self.total.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}
