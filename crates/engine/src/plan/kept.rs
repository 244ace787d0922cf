//! What was counted of groups of stored rows, kept for whoever counts the same again.
//!
//! A board is opened again and again, and between two times few of the stored rows change: files never do, and what is in a file that is
//! no longer read is asked by nobody. What is kept is exactly what counting would give, so that an answer is the same with and without.
//!
//! Questions differ in their now, which moves on. Nearly all that rows are asked of it is whether something lies before it, and for a row
//! that is settled once all that could lie behind it lies before. So what is kept of a group is what was counted of its settled rows,
//! which holds for every later now; the few that are open are counted each time.

mod sums;

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use arrow::array::AsArray;
use arrow::buffer::BooleanBuffer;
use arrow::compute::max;
use arrow::datatypes::{Fields, Schema, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

pub(super) use sums::{Gone, HeldLots, Lots};

use super::alike::Likeness;
use super::compiler::Narrow;
use super::count::Count;
use super::functions::MICROS;
use super::pass::Reads;
use super::population::{column, instant};
use super::work::Counted;
use crate::source::{Lot, LotKey};

/// Different works that are known, at most.
const WORKS: usize = 1024;

/// Groups of rows of which something is kept, about so many.
const GROUPS: usize = 16 * 1024;

static NUMBERS: LazyLock<Cache<Arc<Same>, u64>> = LazyLock::new(|| Cache::new(WORKS));

static NEXT: AtomicU64 = AtomicU64::new(0);

/// What is kept, by the rows of which it was counted, and the number of the work.
type Keeping<Rows, What> = LazyLock<Cache<(Rows, u64), Arc<What>, Bytes>>;

static COUNTED: Keeping<LotKey, Known> = LazyLock::new(|| Cache::with_weighter(GROUPS, 0, Bytes));

#[derive(Clone)]
struct Bytes;

impl<K> Weighter<K, Arc<Known>> for Bytes {
    fn weight(&self, _key: &K, known: &Arc<Known>) -> u64 {
        known.counted.bytes() + known.open.rows.as_ref().map_or(0, bytes)
    }
}

fn bytes(rows: &BooleanBuffer) -> u64 {
    rows.len().div_ceil(8) as u64
}

/// What was counted of a group of rows.
pub(super) struct Known {
    /// Of the rows that were settled.
    pub(super) counted: Counted,
    pub(super) open: Open,
}

/// All on which what is counted of some rows depends, but for the now.
#[derive(PartialEq, Eq, Hash)]
struct Same {
    fields: Fields,
    counts: Vec<(Likeness, Vec<i64>)>,
}

/// What is kept of one work.
pub(super) struct Kept {
    /// The number of the work.
    work: u64,
    /// That of the same work without what all questions ask, if they ask something and it is known.
    of_all: Option<u64>,
    now: i64,
    /// What is compared with the now; none, where something else is asked of it.
    compared: Option<Vec<Narrow>>,
}

/// Keeps what was counted of at most so many bytes, in the whole process; nothing, before anybody says how many.
pub fn keep(bytes: u64) {
    COUNTED.set_capacity(bytes - sums::keep(bytes));
}

/// How many bytes all that is kept takes, about.
pub fn kept() -> u64 {
    COUNTED.weight() + sums::kept()
}

impl Kept {
    /// For counts of rows of some schema, and what they read; none where nothing is kept.
    pub(super) fn of(
        context: &SessionContext,
        schema: &Schema,
        Reads { of_all, asked, .. }: &Reads,
        counts: &[Count],
        now: i64,
    ) -> Option<Self> {
        if COUNTED.capacity() == 0 {
            return None;
        }
        let own = instant(now);
        let mut compared = HashSet::new();
        let others = counts.iter().flat_map(|count| &count.asked).filter(|own| !asked.contains(own));
        let mut exprs = counts.iter().flat_map(Count::exprs).chain(others).chain(asked);
        let is_compared_only = exprs.all(|expr| compares(expr, &own, &mut compared));
        // Then rows are settled alike with it and without.
        let asks_no_now = asked.iter().all(|expr| without_now(expr.clone(), &own) == *expr);
        // What does not stand in the table itself is not known before rows are unfolded.
        let compiled = || compared.into_iter().map(|expr| Narrow::of(context, schema, expr).ok()).collect::<Option<Vec<_>>>();
        let compared = if is_compared_only { compiled() } else { None };
        let likeness = |count: &Count| {
            let likeness = Likeness::of(count);
            let likeness = if compared.is_some() { likeness.map(|expr| without_now(expr, &own)) } else { likeness };
            (likeness, count.when.between().to_vec())
        };
        let same = Arc::new(Same { fields: schema.fields().clone(), counts: counts.iter().map(likeness).collect() });
        let number = || Ok::<_, std::convert::Infallible>(NEXT.fetch_add(1, Ordering::Relaxed));
        let work = NUMBERS.get_or_insert_with(&same, number).unwrap_or_else(|never| match never {});
        let of_all = || {
            let fields = schema.fields().iter().filter(|field| of_all.contains(field.name())).cloned().collect();
            let counts = same.counts.iter().map(|(likeness, between)| (likeness.clone().without(asked), between.clone()));
            NUMBERS.get(&Same { fields, counts: counts.collect() })
        };
        let of_all = (!asked.is_empty() && asks_no_now).then(of_all).flatten();
        Some(Self { work, of_all, now: now.saturating_mul(MICROS), compared })
    }

    /// What was counted of a group, if that holds now; and what tells it from what is counted of the group later.
    pub(super) fn find(&self, lot: &Lot) -> Option<((LotKey, i64), Arc<Known>)> {
        let known = self.known(lot, self.work)?;
        Some(((lot.key(), known.open.now), known))
    }

    /// What was counted of a group without what all questions ask, if that is known and holds now.
    pub(super) fn of_all(&self, lot: &Lot) -> Option<Arc<Known>> {
        self.known(lot, self.of_all?)
    }

    fn known(&self, lot: &Lot, work: u64) -> Option<Arc<Known>> {
        let known = COUNTED.get(&(lot.key(), work))?;
        let Open { now, stale, .. } = &known.open;
        let holds = *now == self.now || (self.compared.is_some() && (*now..*stale).contains(&self.now));
        holds.then_some(known)
    }

    /// Whether what is kept is asked again: what holds for one now only is not.
    pub(super) fn lasts(&self) -> bool {
        self.compared.is_some()
    }

    /// Which rows are open now.
    pub(super) fn open(&self, rows: &RecordBatch) -> Result<Open, DataFusionError> {
        let mut settled = Vec::new();
        for compared in self.compared.iter().flatten() {
            let instants = compared.of_rows(rows, None)?;
            let instants = instants.as_primitive_opt::<TimestampMicrosecondType>();
            // Of most groups nothing lies behind the now.
            if instants.is_some_and(|instants| max(instants).is_none_or(|last| last < self.now)) {
                continue;
            }
            settled.resize(rows.num_rows(), i64::MIN);
            match instants {
                // An instant is not before itself.
                Some(instants) => settled.iter_mut().zip(instants).for_each(|(settled, instant)| {
                    *settled = instant.map_or(*settled, |instant| instant.saturating_add(1).max(*settled));
                }),
                None => settled.fill(i64::MAX),
            }
        }
        if settled.is_empty() {
            return Ok(Open { rows: None, now: self.now, stale: i64::MAX });
        }
        let rows = BooleanBuffer::collect_bool(settled.len(), |row| settled[row] > self.now);
        settled.retain(|settled| *settled > self.now);
        let middle = settled.len() / 2;
        let stale = *settled.select_nth_unstable(middle).1;
        Ok(Open { rows: Some(rows), now: self.now, stale })
    }

    /// Keeps what was counted of the settled rows of a group.
    pub(super) fn keep(&self, lot: &Lot, mut counted: Counted, open: Open) {
        counted.sort();
        COUNTED.insert((lot.key(), self.work), Arc::new(Known { counted, open }));
    }
}

/// The rows of a group that are open.
#[derive(Clone)]
pub(super) struct Open {
    /// Which they are, if there are any.
    pub(super) rows: Option<BooleanBuffer>,
    /// At which now, in microseconds.
    pub(super) now: i64,
    /// When half of them are settled, so that it pays to count anew.
    stale: i64,
}

/// Whether all that is asked of the now is what lies before it; notes what is compared.
fn compares(expr: &Expr, now: &Expr, compared: &mut HashSet<Expr>) -> bool {
    let mut only = true;
    let walked = expr.apply(|part| {
        if part == now {
            only = false;
            return Ok(TreeNodeRecursion::Stop);
        }
        let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq, right }) =
            part
        else {
            return Ok(TreeNodeRecursion::Continue);
        };
        let other = match (left.as_ref() == now, right.as_ref() == now) {
            (false, true) => left,
            (true, false) => right,
            (true, true) => return Ok(TreeNodeRecursion::Jump),
            (false, false) => return Ok(TreeNodeRecursion::Continue),
        };
        only &= compares(other, now, compared);
        compared.insert(other.as_ref().clone());
        Ok(if only { TreeNodeRecursion::Jump } else { TreeNodeRecursion::Stop })
    });
    only && walked.is_ok()
}

/// The same with a name for the now.
fn without_now(expr: Expr, now: &Expr) -> Expr {
    let named = |part: Expr| Ok(if part == *now { Transformed::yes(column("now")) } else { Transformed::no(part) });
    expr.clone().transform_up(named).map_or(expr, |named| named.data)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, RecordBatch, TimestampMicrosecondArray};
    use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
    use datafusion::execution::context::SessionContext;
    use datafusion::logical_expr::{Expr, lit};

    use super::super::compiler::Narrow;
    use super::super::count::{Count, When};
    use super::super::counter::Counter;
    use super::super::pass::Reads;
    use super::super::population::{column, instant};
    use super::super::unfold::Unfold;
    use super::Kept;

    #[test]
    fn what_a_question_asks_is_told_from_what_is_counted_unless_it_names_the_now() {
        super::keep(1 << 20);
        let instant_type = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let fields = [("of this test", instant_type), ("channel", DataType::Utf8View)];
        let schema = Schema::new(fields.map(|(name, ty)| Field::new(name, ty, true)).to_vec());
        let count = |asked: Vec<Expr>| Count {
            filters: vec![column("of this test").lt_eq(instant(20))],
            asked,
            bounds: None,
            unfold: Unfold::default(),
            when: When::Ever,
            dimensions: Vec::new(),
            columns: vec![column("of this test")],
            counter: Counter::First(None),
        };
        let kept = |asked: &[Vec<Expr>], columns: &[usize]| {
            let counts: Vec<Count> = asked.iter().cloned().map(count).collect();
            Kept::of(&SessionContext::new(), &schema.project(columns).unwrap(), &Reads::of(&counts), &counts, 20).unwrap()
        };
        let email = || column("channel").eq(lit("email"));
        let past = || column("of this test").lt_eq(instant(20));
        assert_eq!(kept(&[vec![email()]], &[0, 1]).of_all, None, "nobody has counted all rows yet");
        let all = kept(&[vec![]], &[0]);
        assert_eq!((all.of_all, kept(&[vec![email()]], &[0, 1]).of_all), (None, Some(all.work)));
        // A goal asks more than the page does.
        let both = kept(&[vec![], vec![past()]], &[0]);
        assert_eq!(kept(&[vec![email()], vec![email(), past()]], &[0, 1]).of_all, Some(both.work));
        assert_eq!(kept(&[vec![past()]], &[0]).of_all, None);
        assert_eq!(kept(&[vec![past(), email()]], &[0, 1]).of_all, None, "of rows that wait for the now there is less");
    }

    #[test]
    fn what_happens_now_is_open_and_settled_after() {
        let instants: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![Some(10), None, Some(20)]));
        let rows = RecordBatch::try_from_iter([("at", instants)]).unwrap();
        let at = || Narrow::of(&SessionContext::new(), &rows.schema(), column("at")).unwrap();
        let open = |now| {
            let kept = Kept { work: 0, of_all: None, now, compared: Some(vec![at()]) };
            let open = kept.open(&rows).unwrap();
            (open.rows.map(|rows| rows.iter().collect::<Vec<_>>()), open.stale)
        };
        assert_eq!(open(20), (Some(vec![false, false, true]), 21), "an instant is not before itself");
        assert_eq!(open(21), (None, i64::MAX));
        assert_eq!(open(10), (Some(vec![true, false, true]), 21));
    }
}
