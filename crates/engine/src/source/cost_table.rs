//! The table of costs: rows of the rules and not of events, so that they come with the first question that reads them.
//!
//! They may be set again while others read: whoever reads has the rows from when the reading began.

use std::sync::{Arc, PoisonError, RwLock};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use async_trait::async_trait;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use deskgauge_core::rules::{COSTS, DayCost};

use crate::facts_schema::fact_schema;
use crate::files::day_cost_batches;

/// The costs of some rules.
#[derive(Debug)]
pub(super) struct CostTable {
    schema: SchemaRef,
    rows: RwLock<Vec<RecordBatch>>,
}

impl Default for CostTable {
    fn default() -> Self {
        Self { schema: fact_schema(&COSTS, &[]), rows: RwLock::default() }
    }
}

impl CostTable {
    /// Puts these rows in the place of those that there are.
    pub(super) fn set(&self, days: &[DayCost]) -> Result<()> {
        let rows = day_cost_batches(days, &self.schema)?;
        *self.rows.write().unwrap_or_else(PoisonError::into_inner) = rows;
        Ok(())
    }
}

#[async_trait]
impl TableProvider for CostTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = self.rows.read().unwrap_or_else(PoisonError::into_inner).clone();
        let plan: Arc<dyn ExecutionPlan> = MemorySourceConfig::try_new_exec(&[rows], self.schema.clone(), projection.cloned())?;
        Ok(plan)
    }
}
