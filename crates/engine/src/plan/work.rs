//! The counts of a pass over a fact table, ready to be worked out of its rows.

use std::collections::{HashMap, HashSet};

use arrow::buffer::BooleanBuffer;
use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::split_conjunction;

use super::PlanError;
use super::cells::Cells;
use super::compiler::picked;
use super::count::Count;
use super::counter::Counter;
use super::pass::Reads;
use super::same_rows::{Draft, SameRows};
use super::sieve::Sieve;
use super::unfold::Unfold;
use crate::source::{unpacked, without};
use crate::threads::each_of;

/// The counts of a pass, ready to be worked out.
pub(super) struct Work {
    /// Counts of the same rows each.
    rows: Vec<SameRows>,
    counters: Vec<Counter>,
    /// By which cut each of them counts.
    cuts: Vec<usize>,
    /// What is true of every row that matters: whoever reads streams has ruled out the others already.
    bounds: Sieve,
    /// What all counts ask of a row.
    common: Sieve,
    /// What all questions ask of it beside that, such as the filter of a page.
    asked: Sieve,
}

/// Rows that are worked through at once.
const ROWS: usize = 8192;

/// What one thread has counted.
#[derive(Clone)]
pub(super) struct Counted {
    counters: Vec<Counter>,
    /// The cells of each cut.
    cells: Vec<Cells>,
}

impl Work {
    pub(super) fn compile(
        context: &SessionContext,
        schema: &Schema,
        counts: Vec<Count>,
        Reads { asked, bounds, .. }: &Reads,
    ) -> Result<Self, PlanError> {
        let common = common_conditions(&counts, asked);
        let mut drafts: Vec<Draft> = Vec::new();
        let mut known: HashMap<(Vec<Expr>, Unfold), usize> = HashMap::new();
        let (mut counters, mut cuts, mut all_cuts) = (Vec::new(), Vec::new(), 0);
        for (number, count) in counts.into_iter().enumerate() {
            let filters: Vec<Expr> = conditions(&count, asked).filter(|own| !common.contains(own)).cloned().collect();
            let place = *known.entry((filters, count.unfold.clone())).or_insert_with_key(|(filters, unfold)| {
                drafts.push(Draft::new(filters.clone(), unfold.clone()));
                drafts.len() - 1
            });
            counters.push(count.counter.clone());
            cuts.push(drafts[place].add(number, count, &mut all_cuts));
        }
        let bounds = Sieve::of(context, schema, bounds.clone())?;
        let common = Sieve::of(context, schema, common)?;
        let asked = Sieve::of(context, schema, asked.clone())?;
        let rows = each_of(drafts, |_, draft| draft.compile(context, schema)).into_iter().collect::<Result<_, _>>()?;
        Ok(Self { rows, counters, cuts, bounds, common, asked })
    }

    /// Nothing is counted yet.
    pub(super) fn fresh(&self) -> Counted {
        let cuts = self.rows.iter().map(SameRows::cuts).sum();
        let cells = std::iter::repeat_with(Cells::default).take(cuts).collect();
        Counted { counters: self.counters.clone(), cells }
    }

    /// Adds what was counted elsewhere, and is kept there.
    pub(super) fn merge(&self, all: &mut Counted, other: &Counted) -> Result<(), PlanError> {
        let renumbered = renumber(&mut all.cells, &other.cells);
        let counters = all.counters.iter_mut().zip(&other.counters).zip(&self.cuts);
        counters.into_iter().try_for_each(|((mine, other), cut)| mine.merge(other, &renumbered[*cut]))
    }

    /// Takes over what another thread has counted.
    pub(super) fn take_over(&self, all: &mut Counted, other: Counted) -> Result<(), PlanError> {
        let renumbered = renumber(&mut all.cells, &other.cells);
        let counters = all.counters.iter_mut().zip(other.counters).zip(&self.cuts);
        counters.into_iter().try_for_each(|((mine, other), cut)| mine.take_over(other, &renumbered[*cut]))
    }

    /// Takes off what was counted of some of the rows. Answers whether that could be done.
    #[must_use]
    pub(super) fn take_off(&self, all: &mut Counted, gone: &Counted) -> bool {
        let renumbered = renumber(&mut all.cells, &gone.cells);
        let counters = all.counters.iter_mut().zip(&gone.counters).zip(&self.cuts);
        counters.into_iter().all(|((mine, gone), cut)| mine.take_off(gone, &renumbered[*cut]))
    }

    /// Whether it is less to count some rows and to take them off all than to count those that are left.
    pub(super) fn pays_off(&self, Sifted { asked, others, .. }: &Sifted) -> bool {
        // The first of all instants is known no longer where it is taken off, as often as not by many rows.
        let has_first = self.counters.iter().any(|counter| matches!(counter, Counter::First(_)));
        self.gives_back() && others.saturating_mul(if has_first { 3 } else { 1 }) < *asked
    }

    /// Whether rows can be taken off what is counted.
    pub(super) fn gives_back(&self) -> bool {
        self.counters.iter().all(Counter::gives_back)
    }

    /// The counters, which know what their cells are.
    pub(super) fn told(&self, counted: Counted) -> Vec<Counter> {
        let keys: Vec<_> = counted.cells.into_iter().map(Cells::into_keys).collect();
        let mut counters = counted.counters;
        counters.iter_mut().zip(&self.cuts).for_each(|(counter, cut)| counter.know(keys[*cut].clone()));
        counters
    }

    /// Counts stored rows, some at a time.
    pub(super) fn take_stored(&self, rows: &RecordBatch, counted: &mut Counted) -> Result<(), PlanError> {
        self.take_sifted(&self.sift(rows)?, true, counted)
    }

    /// Finds which of some stored rows count.
    pub(super) fn sift(&self, rows: &RecordBatch) -> Result<Sifted, PlanError> {
        let mut sifted = Sifted::default();
        for first in (0..rows.num_rows()).step_by(ROWS) {
            let rows = rows.slice(first, ROWS.min(rows.num_rows() - first));
            // Rows of other times are asked nothing more: a filter may divide by what is zero in them.
            let wanted = self.bounds.through(&rows, None)?;
            let wanted = self.common.through(&rows, wanted)?;
            let asked = self.asked.through(&rows, wanted.clone())?;
            let number = |wanted: &Option<BooleanBuffer>| wanted.as_ref().map_or(rows.num_rows(), BooleanBuffer::count_set_bits);
            sifted.asked += number(&asked);
            sifted.others += number(&wanted) - number(&asked);
            sifted.parts.push(SiftedPart { rows, wanted, asked });
        }
        Ok(sifted)
    }

    /// Counts sifted rows: those that the question asks for, or the others.
    pub(super) fn take_sifted(&self, sifted: &Sifted, asked: bool, counted: &mut Counted) -> Result<(), PlanError> {
        for part in &sifted.parts {
            let rows = match (asked, &part.asked) {
                (true, of_these) => picked(&part.rows, of_these.as_ref())?,
                (false, None) => continue,
                (false, Some(of_these)) => {
                    let others = part.wanted.as_ref().map_or_else(|| !of_these, |wanted| without(wanted, Some(of_these)));
                    picked(&part.rows, Some(&others))?
                }
            };
            self.count(rows, counted)?;
        }
        Ok(())
    }

    /// Counts the rows of a batch.
    pub(super) fn take(&self, batch: &RecordBatch, counted: &mut Counted) -> Result<(), PlanError> {
        let wanted = self.common.through(batch, None)?;
        let asked = self.asked.through(batch, wanted)?;
        self.count(picked(batch, asked.as_ref())?, counted)
    }

    fn count(&self, rows: RecordBatch, counted: &mut Counted) -> Result<(), PlanError> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        let rows = unpacked(rows)?;
        self.rows.iter().try_for_each(|same| same.take(&rows, &self.cuts, &mut counted.counters, &mut counted.cells))
    }
}

/// Stored rows, some at a time, and which of them count.
#[derive(Default)]
pub(super) struct Sifted {
    parts: Vec<SiftedPart>,
    /// How many the question asks for.
    asked: usize,
    /// How many more would count without its filter.
    others: usize,
}

struct SiftedPart {
    rows: RecordBatch,
    /// Which would count without the filter of the question; none tells that it is all.
    wanted: Option<BooleanBuffer>,
    /// Which of those count.
    asked: Option<BooleanBuffer>,
}

/// What a count asks of a row, but for what all questions ask.
fn conditions<'c>(count: &'c Count, asked: &'c [Expr]) -> impl Iterator<Item = &'c Expr> {
    count.filters.iter().flat_map(split_conjunction).chain(count.asked.iter().filter(move |own| !asked.contains(own)))
}

/// What all counts ask of a row beside that: it is worked out once for all of them.
fn common_conditions(counts: &[Count], asked: &[Expr]) -> Vec<Expr> {
    let Some((first, others)) = counts.split_first() else { return Vec::new() };
    let mut common: Vec<&Expr> = conditions(first, asked).collect();
    for other in others {
        let own: HashSet<&Expr> = conditions(other, asked).collect();
        common.retain(|condition| own.contains(condition));
    }
    common.into_iter().cloned().collect()
}

/// Takes the cells of others in; answers which number each of them has here.
fn renumber(mine: &mut [Cells], others: &[Cells]) -> Vec<Vec<u32>> {
    mine.iter_mut().zip(others).map(|(mine, others)| mine.merge(others)).collect()
}

impl Counted {
    /// Sorts what was collected: to sort what is put together of sorted parts takes less.
    pub(super) fn sort(&mut self) {
        self.counters.iter_mut().for_each(Counter::sort);
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> u64 {
        let counters: usize = self.counters.iter().map(Counter::bytes).sum();
        let cells: usize = self.cells.iter().map(Cells::bytes).sum();
        (counters + cells) as u64
    }
}
