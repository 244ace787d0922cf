//! What was counted of many lots of a table together: that is put together once for whoever counts the same again.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::{Arc, LazyLock};

use arrow::buffer::BooleanBuffer;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::super::PlanError;
use super::super::work::{Counted, Work};
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

/// What was counted of some rows of lots, which grows with them.
pub(in super::super) struct OfLots<Which> {
    pub(in super::super) counted: Counted,
    /// The lots, each with what tells which of its rows those are.
    pub(in super::super) lots: BTreeMap<LotKey, Which>,
}

/// Of the settled rows of lots in memory: those of the now at which each was counted.
pub(in super::super) type HeldLots = OfLots<i64>;

/// Of rows that are settled and hidden: the now at which each lot was counted, and which they are.
pub(in super::super) type Gone = OfLots<(i64, BooleanBuffer)>;

impl<Which: Clone> OfLots<Which> {
    /// With what was counted before. Of a lot that stands in both, other rows were counted, and this one tells of all.
    pub(in super::super) fn after(mut self, before: Option<&Self>, work: &Work) -> Result<Self, PlanError> {
        if let Some(before) = before {
            work.merge(&mut self.counted, &before.counted)?;
            let new = std::mem::replace(&mut self.lots, before.lots.clone());
            self.lots.extend(new);
        }
        Ok(self)
    }
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
        gone.counted.bytes() + gone.lots.values().map(|(_, rows)| bytes(rows)).sum::<u64>()
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
    pub(in super::super) fn keep_held(&self, of: Of, held: HeldLots) -> Arc<HeldLots> {
        self.keep_in(&HELD, of, held)
    }

    /// What was counted of settled rows that are hidden by what stands in for stored rows of a table.
    pub(in super::super) fn gone(&self, of: Of) -> Option<Arc<Gone>> {
        GONE.get(&(of, self.work))
    }

    /// Keeps what was counted of those.
    pub(in super::super) fn keep_gone(&self, of: Of, gone: Gone) -> Arc<Gone> {
        self.keep_in(&GONE, of, gone)
    }

    fn keep_in<Which>(&self, keeping: &Keeping<Of, OfLots<Which>>, of: Of, mut sum: OfLots<Which>) -> Arc<OfLots<Which>>
    where
        Bytes: Weighter<(Of, u64), Arc<OfLots<Which>>>,
    {
        if !self.lasts() || sum.lots.is_empty() {
            return Arc::new(sum);
        }
        sum.counted.sort();
        let sum = Arc::new(sum);
        keeping.insert((of, self.work), sum.clone());
        sum
    }
}
