//! One table of facts that are stored nowhere: columns are made when a question reads them.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;

use crate::files::FactChunk;

/// The rows of a table.
#[derive(Debug)]
pub(super) struct DirectTable {
    schema: SchemaRef,
    chunks: Vec<FactChunk>,
}

impl DirectTable {
    /// Rows of a table whose stored form has this schema. Texts become views: a question only looks at them.
    pub(super) fn new(stored: &Schema, chunks: Vec<FactChunk>) -> Self {
        let field = |field: &Arc<Field>| match field.data_type() {
            DataType::Utf8 => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View)),
            _ => field.clone(),
        };
        Self { schema: Arc::new(Schema::new(stored.fields().iter().map(field).collect::<Vec<_>>())), chunks }
    }
}

impl TableProvider for DirectTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn scan<'life0, 'life1, 'life2, 'life3, 'async_trait>(
        &'life0 self,
        _state: &'life1 dyn Session,
        projection: Option<&'life2 Vec<usize>>,
        _filters: &'life3 [Expr],
        _limit: Option<usize>,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<dyn ExecutionPlan>>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        'life2: 'async_trait,
        'life3: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(async move {
            let all: Vec<usize> = (0..self.schema.fields().len()).collect();
            let places = projection.unwrap_or(&all);
            let schema = Arc::new(self.schema.project(places)?);
            let batches = self.chunks.iter().map(|chunk| Ok(vec![chunk.project(places, &schema)?]));
            let mut partitions = batches.collect::<Result<Vec<_>>>()?;
            if partitions.is_empty() {
                partitions.push(Vec::new());
            }
            let plan: Arc<dyn ExecutionPlan> = MemorySourceConfig::try_new_exec(&partitions, schema, None)?;
            Ok(plan)
        })
    }
}
