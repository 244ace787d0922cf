//! A few columns of groups of rows as streams.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;

use super::stored::Group;

/// Columns of groups of rows, read where and when they are asked for.
#[derive(Debug)]
pub(super) struct Columns {
    groups: Vec<Group>,
    schema: SchemaRef,
}

impl Columns {
    /// Groups in some parts that are about as large as each other, in their order.
    pub(super) fn shared_out(groups: Vec<Group>, schema: &SchemaRef, parts: usize) -> Vec<Arc<dyn PartitionStream>> {
        let rows: usize = groups.iter().map(Group::rows).sum();
        let mut shared: Vec<Vec<Group>> = vec![Vec::new(); parts.max(1)];
        let mut before = 0;
        for group in groups {
            let part = before * shared.len() / rows.max(1);
            before += group.rows();
            shared[part].push(group);
        }
        let part = |groups| -> Arc<dyn PartitionStream> { Arc::new(Self { groups, schema: schema.clone() }) };
        shared.into_iter().map(part).collect()
    }
}

impl PartitionStream for Columns {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let schema = self.schema.clone();
        let most = context.session_config().batch_size();
        let batches = self.groups.clone().into_iter().flat_map(move |group| match group.read(&schema) {
            Ok(rows) => {
                let slice = |first| Ok(rows.slice(first, most.min(rows.num_rows() - first)));
                (0..rows.num_rows()).step_by(most).map(slice).collect()
            }
            Err(error) => vec![Err(error)],
        });
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), futures::stream::iter(batches)))
    }
}
