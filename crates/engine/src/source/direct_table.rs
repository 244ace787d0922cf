//! One table of facts that are stored nowhere: columns are made when a question reads them.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};

use super::views::viewed;
use crate::direct::{Noting, Rows};

/// The rows of a table.
#[derive(Debug)]
pub(super) struct DirectTable {
    schema: SchemaRef,
    rows: Vec<Rows>,
    name: &'static str,
    noting: Arc<Noting>,
}

impl DirectTable {
    /// Rows of a table whose stored form has this schema.
    pub(super) fn new(name: &'static str, stored: &Schema, rows: Vec<Rows>, noting: Arc<Noting>) -> Self {
        Self { schema: Arc::new(viewed(stored)), rows, name, noting }
    }
}

#[async_trait]
impl TableProvider for DirectTable {
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
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let places = projection.unwrap_or(&all);
        let schema = Arc::new(self.schema.project(places)?);
        self.noting.note(self.name, schema.fields().iter().map(|field| field.name().as_str()));
        let part = |rows: Option<&Rows>| -> Arc<dyn PartitionStream> {
            Arc::new(Part { rows: rows.cloned(), places: places.clone(), schema: schema.clone() })
        };
        let mut parts: Vec<_> = self.rows.iter().map(|rows| part(Some(rows))).collect();
        if parts.is_empty() {
            parts.push(part(None));
        }
        Ok(Arc::new(StreamingTableExec::try_new(schema, parts, None, [], false, limit)?))
    }
}

/// Rows of which the columns that are read are made where and when they are read.
#[derive(Debug)]
struct Part {
    rows: Option<Rows>,
    places: Vec<usize>,
    schema: SchemaRef,
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = self.rows.clone();
        let batches = rows.into_iter().flat_map({
            let (places, schema) = (self.places.clone(), self.schema.clone());
            move |rows| rows.batches(places.clone(), schema.clone())
        });
        let batches = batches.map(|batch| batch.map_err(DataFusionError::from));
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), futures::stream::iter(batches)))
    }
}
