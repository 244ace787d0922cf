//! A stored table in which rows in memory stand in for some of the stored ones.
//!
//! Whoever counts reads it in pieces, so that most stored rows come as groups of which something may be known; whoever asks in SQL reads
//! it as one table, whose plan is made when it is asked for.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arrow::buffer::BooleanBuffer;
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use async_trait::async_trait;
use datafusion::catalog::view::ViewTable;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::{TableType, provider_as_source};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::ExecutionPlan;

use super::lake_table::{Group, GroupKey, LakeFiles, LakeTable, Part};
use super::lot::Lot;
use super::standing::{Chunk, Standing, StandingTable};
use super::views::viewed;

/// Rows in memory that are counted at once, about.
const ROWS: usize = 16 * 1024;

/// Some columns of a table that is stored: the rows, as far as they may matter.
pub(crate) struct Pieces {
    /// The columns; texts are views.
    pub(crate) schema: SchemaRef,
    /// Rows that come in lots which never change.
    pub(crate) lots: Vec<Lot>,
    /// Rows in memory that soon lie elsewhere.
    pub(crate) loose: Vec<Held>,
    /// What stands in for stored rows, and of which table.
    pub(crate) of: (u64, &'static str),
}

/// Rows in memory.
#[derive(Clone)]
pub(crate) struct Held {
    chunks: Vec<Chunk>,
    places: Arc<[usize]>,
}

impl Held {
    /// The rows, with the columns of `schema`.
    pub(crate) fn read(&self, schema: &SchemaRef) -> Result<RecordBatch> {
        let rows = self.chunks.iter().map(|chunk| chunk.project(&self.places, schema)).collect::<Result<Vec<_>>>()?;
        Ok(concat_batches(schema, &rows)?)
    }
}

/// A stored table, of one state.
#[derive(Debug)]
pub(super) struct Overlaid {
    /// The stored files that are read.
    stored: LakeTable,
    /// Those that are read as they are.
    untouched: Arc<LakeTable>,
    /// Those in which rows are that are stood in for.
    touched: Arc<LakeTable>,
    standing: Standing,
    name: &'static str,
    /// Which rows of touched groups are hidden, as far as somebody asked; none, where no row is.
    hidden: Mutex<HashMap<GroupKey, Option<BooleanBuffer>>>,
    /// How whoever asks in SQL reads it, once somebody has.
    plan: OnceLock<LogicalPlan>,
}

impl Overlaid {
    /// With what stands in for its rows.
    pub(super) fn new(files: &Arc<LakeFiles>, standing: Standing) -> Self {
        let stored = LakeTable::new(files.clone(), Part::Without(standing.without.clone()));
        let apart = standing.touched.union(&standing.without).copied().collect();
        let untouched = Arc::new(LakeTable::new(files.clone(), Part::Without(apart)));
        let touched = Arc::new(LakeTable::new(files.clone(), Part::Only(standing.touched.clone())));
        Self { stored, untouched, touched, standing, name: files.name(), hidden: Mutex::default(), plan: OnceLock::new() }
    }

    /// The table as whoever asks in SQL reads it.
    pub(super) fn table(self: &Arc<Self>) -> Arc<dyn TableProvider> {
        if self.standing.is_nothing() { self.untouched.clone() } else { self.clone() }
    }

    /// Some columns, in pieces, without what `bounds` rule out.
    pub(super) async fn pieces(&self, state: &dyn Session, columns: &BTreeSet<String>, bounds: Option<&Expr>) -> Result<Pieces> {
        let fields = self.schema();
        let places: Vec<usize> =
            (0..fields.fields().len()).filter(|place| columns.contains(fields.field(*place).name())).collect();
        let schema = Arc::new(viewed(&fields.project(&places)?));
        let Standing { chunks, touched, hidden, column, number, .. } = &self.standing;
        let owner = || Ok::<_, DataFusionError>(Arc::new(viewed(&fields.project(&[fields.index_of(column)?])?)));
        let owner = (!touched.is_empty()).then(owner).transpose()?;
        let mut lots = Vec::new();
        for group in self.stored.groups(state, &places, bounds).await? {
            let hidden = match owner.as_ref().filter(|_| touched.contains(&group.file())) {
                Some(owner) => self.hidden_of(&group, || hidden.rows(&group, owner))?,
                None => None,
            };
            lots.push(Lot::stored(group, hidden));
        }
        let places: Arc<[usize]> = places.into();
        let (mut loose, mut held, mut rows) = (Vec::new(), Vec::new(), 0);
        for chunk in chunks {
            if let Some(lot) = Lot::held(chunk, &places) {
                lots.push(lot);
                continue;
            }
            rows += chunk.rows();
            held.push(chunk.clone());
            if rows >= ROWS {
                loose.push(Held { chunks: std::mem::take(&mut held), places: places.clone() });
                rows = 0;
            }
        }
        if !held.is_empty() {
            loose.push(Held { chunks: held, places });
        }
        Ok(Pieces { schema, lots, loose, of: (*number, self.name) })
    }

    /// Which rows of a group are hidden: in one state always the same.
    fn hidden_of(&self, group: &Group, find: impl FnOnce() -> Result<Option<BooleanBuffer>>) -> Result<Option<BooleanBuffer>> {
        let known = || self.hidden.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rows) = known().get(&group.key()) {
            return Ok(rows.clone());
        }
        let rows = find()?;
        known().insert(group.key(), rows.clone());
        Ok(rows)
    }

    fn plan(&self) -> Result<&LogicalPlan> {
        match self.plan.get() {
            Some(plan) => Ok(plan),
            None => self.whole().map(|plan| self.plan.get_or_init(|| plan)),
        }
    }

    fn whole(&self) -> Result<LogicalPlan> {
        let scan = |table: Arc<dyn TableProvider>| LogicalPlanBuilder::scan("stored", provider_as_source(table), None);
        let mut whole = scan(self.untouched.clone())?;
        if !self.standing.touched.is_empty() {
            whole = whole.union(scan(self.touched.clone())?.filter(self.standing.keeps())?.build()?)?;
        }
        if !self.standing.chunks.is_empty() {
            let rows = StandingTable { schema: self.schema(), chunks: self.standing.chunks.clone() };
            whole = whole.union(scan(Arc::new(rows))?.build()?)?;
        }
        whole.build()
    }
}

#[async_trait]
impl TableProvider for Overlaid {
    fn schema(&self) -> SchemaRef {
        TableProvider::schema(self.untouched.as_ref())
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    /// Takes the place of the table in the plans of questions. A plan that cannot be made is told by the scan.
    fn get_logical_plan(&self) -> Option<Cow<'_, LogicalPlan>> {
        self.plan().ok().map(Cow::Borrowed)
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        ViewTable::new(self.plan()?.clone(), None).scan(state, projection, filters, limit).await
    }
}
