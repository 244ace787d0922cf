//! What was counted of groups of stored rows, kept for whoever counts the same again.
//!
//! A board is opened again and again, and between two times few of the stored rows change: files never do, and what is in a file that is
//! no longer read is asked by nobody. What is kept is exactly what counting would give, so that an answer is the same with and without.
//!
//! Questions differ in their now, which moves on. Nearly all that rows are asked of it is whether something lies before it, and for a
//! group of rows that is settled once all that could lie behind it lies before: then what was counted holds for every later now.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use arrow::array::AsArray;
use arrow::datatypes::{Fields, Schema, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use datafusion::physical_plan::PhysicalExpr;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::alike::Likeness;
use super::count::Count;
use super::functions::MICROS;
use super::population::{column, instant};
use super::work::{Compiler, Counted};
use crate::source::{Group, GroupKey};

/// Different works that are known, at most.
const WORKS: usize = 1024;

/// Groups of rows of which something is kept, about so many.
const GROUPS: usize = 16 * 1024;

static NUMBERS: LazyLock<Cache<Arc<Same>, u64>> = LazyLock::new(|| Cache::new(WORKS));

static NEXT: AtomicU64 = AtomicU64::new(0);

static COUNTED: LazyLock<Cache<(GroupKey, u64), Arc<Known>, Bytes>> = LazyLock::new(|| Cache::with_weighter(GROUPS, 0, Bytes));

#[derive(Clone)]
struct Bytes;

impl Weighter<(GroupKey, u64), Arc<Known>> for Bytes {
    fn weight(&self, _key: &(GroupKey, u64), known: &Arc<Known>) -> u64 {
        known.counted.bytes()
    }
}

/// What was counted of a group of rows.
pub(super) struct Known {
    pub(super) counted: Counted,
    /// At which now, in microseconds.
    now: i64,
    /// From which now on it holds for every one.
    settled: i64,
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
    now: i64,
    /// What is compared with the now; none, where something else is asked of it.
    compared: Option<Vec<Arc<dyn PhysicalExpr>>>,
}

/// Keeps what was counted of at most so many bytes, in the whole process; nothing, before anybody says how many.
pub fn keep(bytes: u64) {
    COUNTED.set_capacity(bytes);
}

/// How many bytes all that is kept takes, about.
pub fn kept() -> u64 {
    COUNTED.weight()
}

impl Kept {
    /// For counts of rows of some schema; none where nothing is kept.
    pub(super) fn of(context: &SessionContext, schema: &Schema, counts: &[Count], now: i64) -> Option<Self> {
        if COUNTED.capacity() == 0 {
            return None;
        }
        let own = instant(now);
        let mut compared = HashSet::new();
        let exprs = counts
            .iter()
            .flat_map(|count| count.filters.iter().chain(&count.dimensions).chain(&count.columns).chain(count.when.instants()));
        let is_compared_only = exprs.into_iter().all(|expr| compares(expr, &own, &mut compared));
        let compiler = Compiler::new(context, schema.clone()).ok()?;
        // What does not stand in the table itself is not known before rows are unfolded.
        let compiled = || compared.into_iter().map(|expr| compiler.compile(expr).ok()).collect::<Option<Vec<_>>>();
        let compared = if is_compared_only { compiled() } else { None };
        let likeness = |count: &Count| {
            let likeness = Likeness::of(count);
            let likeness = if compared.is_some() { likeness.map(|expr| without_now(expr, &own)) } else { likeness };
            (likeness, count.when.between().to_vec())
        };
        let same = Arc::new(Same { fields: schema.fields().clone(), counts: counts.iter().map(likeness).collect() });
        let number = || Ok::<_, std::convert::Infallible>(NEXT.fetch_add(1, Ordering::Relaxed));
        let work = NUMBERS.get_or_insert_with(&same, number).unwrap_or_else(|never| match never {});
        Some(Self { work, now: now.saturating_mul(MICROS), compared })
    }

    /// What was counted of a group, if that holds now.
    pub(super) fn find(&self, group: &Group) -> Option<Arc<Known>> {
        let known = COUNTED.get(&(group.key(), self.work))?;
        let holds = known.now == self.now || known.settled <= known.now.min(self.now);
        holds.then_some(known)
    }

    /// From which now on what is counted of rows holds for every one.
    pub(super) fn settled(&self, rows: &RecordBatch) -> Result<i64, DataFusionError> {
        let Some(compared) = &self.compared else { return Ok(i64::MAX) };
        let mut settled = i64::MIN;
        for instants in compared {
            let instants = instants.evaluate(rows)?.into_array(rows.num_rows())?;
            let Some(instants) = instants.as_primitive_opt::<TimestampMicrosecondType>() else { return Ok(i64::MAX) };
            // An instant is not before itself.
            settled = settled.max(arrow::compute::max(instants).map_or(i64::MIN, |last| last.saturating_add(1)));
        }
        Ok(settled)
    }

    /// Keeps what was counted of a group.
    pub(super) fn keep(&self, group: &Group, mut counted: Counted, settled: i64) {
        counted.sort();
        COUNTED.insert((group.key(), self.work), Arc::new(Known { counted, now: self.now, settled }));
    }
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
