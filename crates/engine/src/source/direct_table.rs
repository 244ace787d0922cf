//! One table of facts that are stored nowhere: columns are made when a question reads them.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;

use crate::direct::Noting;
use crate::files::FactChunk;

/// The rows of a table.
#[derive(Debug)]
pub(super) struct DirectTable {
    schema: SchemaRef,
    chunks: Vec<FactChunk>,
    name: &'static str,
    noting: Arc<Noting>,
}

impl DirectTable {
    /// Rows of a table whose stored form has this schema. Texts become views: a question only looks at them.
    pub(super) fn new(name: &'static str, stored: &Schema, chunks: Vec<FactChunk>, noting: Arc<Noting>) -> Self {
        let field = |field: &Arc<Field>| match field.data_type() {
            DataType::Utf8 => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View)),
            _ => field.clone(),
        };
        Self { schema: Arc::new(Schema::new(stored.fields().iter().map(field).collect::<Vec<_>>())), chunks, name, noting }
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
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let places = projection.unwrap_or(&all);
        let schema = Arc::new(self.schema.project(places)?);
        self.noting.note(self.name, schema.fields().iter().map(|field| field.name().as_str()));
        let batches = self.chunks.iter().map(|chunk| Ok(vec![chunk.project(places, &schema)?]));
        let mut partitions = batches.collect::<Result<Vec<_>>>()?;
        if partitions.is_empty() {
            partitions.push(Vec::new());
        }
        let plan: Arc<dyn ExecutionPlan> = MemorySourceConfig::try_new_exec(&partitions, schema, None)?;
        Ok(plan)
    }
}
