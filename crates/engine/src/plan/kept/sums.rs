//! What was counted of many lots of a table together: that is put together once for whoever counts the same again.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::{Arc, LazyLock};

use arrow::buffer::BooleanBuffer;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::super::work::Counted;
use super::{Bytes, Keeping, Kept, WORKS, bytes};
use crate::source::LotKey;

/// By all stored groups that are put together, with the nows at which they were counted. What is put together has a room of its own, so
/// that it never drives out what it is made of.
static TOGETHER: Keeping<Lots, Counted> = LazyLock::new(in_one_shard);

/// By what stands in for stored rows of a table.
static HELD: Keeping<Of, HeldLots> = LazyLock::new(in_one_shard);

/// Likewise.
static GONE: Keeping<Of, Gone> = LazyLock::new(in_one_shard);

/// Groups of rows, each with the now at which it was counted.
pub(in super::super) type Lots = Arc<[(LotKey, i64)]>;

/// What stands in for stored rows, and of which table.
type Of = (u64, &'static str);

/// No shard keeps what is larger than itself.
fn in_one_shard<K: Eq + Hash, What>() -> Cache<K, Arc<What>, Bytes>
where
    Bytes: Weighter<K, Arc<What>>,
{
    let options = OptionsBuilder::new().estimated_items_capacity(WORKS).weight_capacity(0).shards(1).build();
    Cache::with_options(
        options.expect("both capacities are told"),
        Bytes,
        DefaultHashBuilder::default(),
        DefaultLifecycle::default(),
    )
}

/// What was counted of the settled rows of lots in memory.
pub(in super::super) struct HeldLots {
    pub(in super::super) counted: Counted,
    /// Which, each with the now at which it was counted.
    pub(in super::super) lots: BTreeMap<LotKey, i64>,
}

/// What was counted of rows that are hidden.
pub(in super::super) struct Gone {
    pub(in super::super) counted: Counted,
    /// Which rows of each lot, with the now at which it was counted.
    pub(in super::super) rows: BTreeMap<LotKey, (i64, BooleanBuffer)>,
}

impl Weighter<(Lots, u64), Arc<Counted>> for Bytes {
    fn weight(&self, (lots, _): &(Lots, u64), counted: &Arc<Counted>) -> u64 {
        counted.bytes() + size_of_val(&**lots) as u64
    }
}

impl<K> Weighter<K, Arc<HeldLots>> for Bytes {
    fn weight(&self, _key: &K, held: &Arc<HeldLots>) -> u64 {
        held.counted.bytes() + (held.lots.len() * size_of::<(LotKey, i64)>()) as u64
    }
}

impl<K> Weighter<K, Arc<Gone>> for Bytes {
    fn weight(&self, _key: &K, gone: &Arc<Gone>) -> u64 {
        gone.counted.bytes() + gone.rows.values().map(|(_, rows)| bytes(rows)).sum::<u64>()
    }
}

/// Keeps sums of a part of so many bytes; answers of how many.
pub(super) fn keep(bytes: u64) -> u64 {
    TOGETHER.set_capacity(bytes / 4);
    HELD.set_capacity(bytes / 16);
    GONE.set_capacity(bytes / 8);
    bytes / 4 + bytes / 16 + bytes / 8
}

/// How many bytes they take, about.
pub(super) fn kept() -> u64 {
    TOGETHER.weight() + HELD.weight() + GONE.weight()
}

impl Kept {
    /// What was counted of the settled rows of some groups together.
    pub(in super::super) fn together(&self, groups: &Lots) -> Option<Arc<Counted>> {
        TOGETHER.get(&(groups.clone(), self.work))
    }

    /// Keeps what was counted of the settled rows of some groups together.
    pub(in super::super) fn keep_together(&self, groups: Lots, mut counted: Counted) -> Arc<Counted> {
        counted.sort();
        let counted = Arc::new(counted);
        TOGETHER.insert((groups, self.work), counted.clone());
        counted
    }

    /// What was counted of lots in memory that stand in for stored rows of a table.
    pub(in super::super) fn held(&self, of: Of) -> Option<Arc<HeldLots>> {
        HELD.get(&(of, self.work))
    }

    /// Keeps what was counted of those.
    pub(in super::super) fn keep_held(&self, of: Of, mut held: HeldLots) -> Arc<HeldLots> {
        if !self.lasts() {
            return Arc::new(held);
        }
        held.counted.sort();
        let held = Arc::new(held);
        HELD.insert((of, self.work), held.clone());
        held
    }

    /// What was counted of settled rows that are hidden by what stands in for stored rows of a table.
    pub(in super::super) fn gone(&self, of: Of) -> Option<Arc<Gone>> {
        GONE.get(&(of, self.work))
    }

    /// Keeps what was counted of those.
    pub(in super::super) fn keep_gone(&self, of: Of, mut gone: Gone) -> Arc<Gone> {
        gone.counted.sort();
        let gone = Arc::new(gone);
        if self.lasts() && !gone.rows.is_empty() {
            GONE.insert((of, self.work), gone.clone());
        }
        gone
    }
}
