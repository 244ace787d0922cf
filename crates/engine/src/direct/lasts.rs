//! The window in which the last event of each conversation lies: it is folded there, and its events are forgotten.

use std::sync::{Mutex, PoisonError};

use datafusion::common::HashMap;

/// Tables by the first bits of the hashes, so that threads seldom wait for each other and no large one has to grow.
const BITS: u32 = 8;

/// By the next 32 bits: of two conversations that share them the one that ends first waits for the other.
type Table = HashMap<u32, u32>;

/// Windows that are being noted.
pub(super) struct Noting(Vec<Mutex<Table>>);

/// The last window of each conversation, by its hash; where there is one window alone, nothing is noted.
#[derive(Debug, Default)]
pub(super) struct Lasts(Vec<Table>);

impl Noting {
    pub(super) fn new() -> Self {
        Self((0..1 << BITS).map(|_| Mutex::default()).collect())
    }

    /// Notes that these conversations have events in a window.
    pub(super) fn note(&self, mut hashes: Vec<u64>, window: u32) {
        hashes.sort_unstable();
        hashes.dedup();
        for same in hashes.chunk_by(|one, other| place(*one) == place(*other)) {
            let mut table = self.0[place(same[0])].lock().unwrap_or_else(PoisonError::into_inner);
            for hash in same {
                raise(&mut table, rest(*hash), window);
            }
        }
    }

    /// The last windows. Conversations that are `joined` with another, by their hashes, end with it.
    pub(super) fn finish(self, joined: &HashMap<u64, u64>) -> Lasts {
        let tables = self.0.into_iter().map(|table| table.into_inner().unwrap_or_else(PoisonError::into_inner));
        let mut lasts = Lasts(tables.collect());
        for (own, root) in joined {
            let window = lasts.of(*own);
            raise(&mut lasts.0[place(*root)], rest(*root), window);
        }
        lasts
    }
}

impl Lasts {
    /// The last window of a conversation.
    pub(super) fn of(&self, hash: u64) -> u32 {
        self.0.get(place(hash)).and_then(|table| table.get(&rest(hash))).copied().unwrap_or(0)
    }
}

fn place(hash: u64) -> usize {
    (hash >> (u64::BITS - BITS)) as usize
}

fn rest(hash: u64) -> u32 {
    (hash >> (u32::BITS - BITS)) as u32
}

fn raise(table: &mut Table, rest: u32, window: u32) {
    let last = table.entry(rest).or_insert(window);
    *last = window.max(*last);
}
