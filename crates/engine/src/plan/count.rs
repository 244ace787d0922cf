//! What is to be counted of a table's rows.

use datafusion::logical_expr::Expr;

use super::counter::Counter;
use super::functions::{first_end, period_of};
use super::unfold::Unfold;

/// What is to be counted of a table's rows.
#[derive(Clone)]
pub(crate) struct Count {
    /// Which rows count at all: all of these hold.
    pub(crate) filters: Vec<Expr>,
    /// What the question itself asks of a row beside those: all of these hold.
    pub(crate) asked: Vec<Expr>,
    /// What is true of every row that matters, so that files of other times are never read; none: any row may.
    pub(crate) bounds: Option<Expr>,
    /// What each row comes several times for.
    pub(crate) unfold: Unfold,
    /// Where in time each row is put.
    pub(crate) when: When,
    /// The dimensions by which it cuts.
    pub(crate) dimensions: Vec<Expr>,
    /// What the counter reads of a row, in its order; where in time it is put comes behind that.
    pub(crate) columns: Vec<Expr>,
    /// Who counts.
    pub(crate) counter: Counter,
}

/// Where in time a count puts a row. All instants between are in seconds and sorted.
#[derive(Clone)]
pub(crate) enum When {
    /// Nowhere.
    Ever,
    /// In the period, between two of the cuts, in which an instant lies.
    Periods { at: Expr, cuts: Vec<i64> },
    /// Between the ends at which it is in.
    Ends { from: Expr, until: Expr, ends: Vec<i64> },
}

impl Count {
    /// The columns of the table that it reads, but for what the question asks.
    pub(super) fn reads(&self) -> impl Iterator<Item = String> {
        self.exprs().flat_map(names).chain(self.unfold.reads().map(str::to_owned))
    }

    /// All that is worked out of a row, but for what the question asks.
    pub(super) fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.filters.iter().chain(&self.dimensions).chain(&self.columns).chain(self.when.instants())
    }
}

/// The columns that an expression reads.
pub(super) fn names(expr: &Expr) -> impl Iterator<Item = String> {
    expr.column_refs().into_iter().map(|column| column.name.clone())
}

/// What the questions of all counts ask of a row, such as the filter of a page.
pub(super) fn asked_by_all(counts: &[Count]) -> Vec<Expr> {
    let Some((first, others)) = counts.split_first() else { return Vec::new() };
    first.asked.iter().filter(|asked| others.iter().all(|other| other.asked.contains(asked))).cloned().collect()
}

impl When {
    /// The instants that put a row.
    pub(super) fn instants(&self) -> Vec<&Expr> {
        match self {
            Self::Ever => Vec::new(),
            Self::Periods { at, .. } => vec![at],
            Self::Ends { from, until, .. } => vec![from, until],
        }
    }

    /// The instants between which rows are put.
    pub(super) fn between(&self) -> &[i64] {
        match self {
            Self::Ever => &[],
            Self::Periods { cuts: between, .. } | Self::Ends { ends: between, .. } => between,
        }
    }

    /// The same with other instants between.
    pub(super) fn cut_at(&self, between: Vec<i64>) -> Self {
        match self {
            Self::Ever => Self::Ever,
            Self::Periods { at, .. } => Self::Periods { at: at.clone(), cuts: between },
            Self::Ends { from, until, .. } => Self::Ends { from: from.clone(), until: until.clone(), ends: between },
        }
    }

    /// What tells a counter where a row is put: the number of the period, or the first ends at which it is in and is no longer.
    pub(super) fn columns(self) -> Vec<Expr> {
        match self {
            Self::Ever => Vec::new(),
            Self::Periods { at, cuts } => vec![period_of(cuts).call(vec![at])],
            Self::Ends { from, until, ends } => {
                let end = first_end(ends);
                vec![end.call(vec![from]), end.call(vec![until])]
            }
        }
    }
}
