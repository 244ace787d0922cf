//! One table of facts that are stored nowhere: columns are made when a question reads them.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};

use crate::direct::Noting;
use crate::files::FactChunk;

/// Rows of a batch: few enough for the cache.
const BATCH_ROWS: usize = 16 * 1024;

/// The rows of a table.
#[derive(Debug)]
pub(super) struct DirectTable {
    schema: SchemaRef,
    chunks: Vec<Arc<FactChunk>>,
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
        Self {
            schema: Arc::new(Schema::new(stored.fields().iter().map(field).collect::<Vec<_>>())),
            chunks: chunks.into_iter().map(Arc::new).collect(),
            name,
            noting,
        }
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
        let part = |chunk: Option<&Arc<FactChunk>>| -> Arc<dyn PartitionStream> {
            Arc::new(Part { chunk: chunk.cloned(), places: places.clone(), schema: schema.clone() })
        };
        let mut parts: Vec<_> = self.chunks.iter().map(|chunk| part(Some(chunk))).collect();
        if parts.is_empty() {
            parts.push(part(None));
        }
        Ok(Arc::new(StreamingTableExec::try_new(schema, parts, None, [], false, limit)?))
    }
}

/// Rows of which the columns that are read are made where and when they are read.
#[derive(Debug)]
struct Part {
    chunk: Option<Arc<FactChunk>>,
    places: Vec<usize>,
    schema: SchemaRef,
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (chunk, places, schema) = (self.chunk.clone(), self.places.clone(), self.schema.clone());
        let batches = chunk.into_iter().flat_map(move |chunk| {
            let (places, schema) = (places.clone(), schema.clone());
            (0..chunk.rows()).step_by(BATCH_ROWS).map(move |first| {
                let rows = first..(first + BATCH_ROWS).min(chunk.rows());
                Ok(chunk.project(&places, &schema, rows)?)
            })
        });
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), futures::stream::iter(batches)))
    }
}
