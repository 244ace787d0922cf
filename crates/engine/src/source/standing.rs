//! Rows in memory as a table, and stored rows without those that they stand in for.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::buffer::BooleanBuffer;
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use async_trait::async_trait;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarUDF, Volatility, create_udf};
use datafusion::physical_plan::ExecutionPlan;
use deskgauge_core::event::Text;
use xxhash_rust::xxh3::xxh3_64;

use super::lake_table::Group;
use super::lot::some;
use crate::files::fit;

/// The number of each row's owner, and which owners are dead.
type Owners = (Arc<Vec<u32>>, Arc<Vec<bool>>);

/// Rows of a table, some of which may be dead.
#[derive(Debug, Clone)]
pub(crate) struct Chunk {
    /// What tells it from all others, where it stays as it is but for the dead.
    number: Option<u64>,
    batch: RecordBatch,
    owners: Option<Owners>,
}

impl Chunk {
    /// Rows all of which live.
    pub(crate) fn plain(batch: RecordBatch) -> Self {
        Self { number: None, batch, owners: None }
    }

    /// Rows that live as long as their owners.
    pub(crate) fn owned(number: Option<u64>, batch: RecordBatch, owners: Arc<Vec<u32>>, dead: Arc<Vec<bool>>) -> Self {
        Self { number, batch, owners: Some((owners, dead)) }
    }

    /// What tells it from all others, where it stays as it is but for the dead.
    pub(super) fn number(&self) -> Option<u64> {
        self.number
    }

    /// Which rows are dead, if any.
    pub(super) fn dead(&self) -> Option<BooleanBuffer> {
        let (owners, dead) = self.owners.as_ref().filter(|(_, dead)| dead.contains(&true))?;
        let rows = BooleanBuffer::collect_bool(owners.len(), |row| dead[owners[row] as usize]);
        (rows.count_set_bits() > 0).then_some(rows)
    }

    /// Some columns of all rows, dead ones as well.
    pub(super) fn all(&self, places: &[usize], schema: &SchemaRef) -> Result<RecordBatch> {
        Ok(fit(&self.batch.project(places)?, schema)?)
    }

    /// How many there are, dead ones as well.
    pub(super) fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    #[cfg(test)]
    pub(crate) fn schema(&self) -> SchemaRef {
        self.batch.schema()
    }

    /// Some columns of the rows that live.
    ///
    /// # Errors
    /// Only if the columns are not those of the schema.
    pub(crate) fn project(&self, places: &[usize], schema: &SchemaRef) -> Result<RecordBatch> {
        let batch = self.all(places, schema)?;
        Ok(match self.dead() {
            Some(dead) => some(&batch, !&dead)?,
            None => batch,
        })
    }
}

/// What stands in for stored rows of one table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    /// What tells what stands in for stored rows from all else that ever did; 0 where nothing does.
    pub(crate) number: u64,
    /// The rows.
    pub(crate) chunks: Vec<Chunk>,
    /// The stored files in which rows are that they stand in for.
    pub(crate) touched: BTreeSet<i64>,
    /// Stored files that are not read at all.
    pub(crate) without: BTreeSet<i64>,
    /// Whose stored rows they stand in for, and the column that tells.
    pub(crate) hidden: Arc<Keys>,
    pub(crate) column: &'static str,
}

impl Standing {
    /// Whether the stored rows are all there is.
    pub(super) fn is_nothing(&self) -> bool {
        self.chunks.is_empty() && self.touched.is_empty() && self.without.is_empty()
    }

    /// What is true of stored rows that nothing stands in for.
    pub(super) fn keeps(&self) -> Expr {
        let hidden = self.hidden.clone();
        let keep = move |arguments: &[ColumnarValue]| {
            let [ColumnarValue::Array(values)] = arguments else {
                return Err(DataFusionError::Internal("whose a row is comes as a column".to_owned()));
            };
            Ok(ColumnarValue::Array(Arc::new(hidden.keeps(values.as_ref()))))
        };
        let function: ScalarUDF =
            create_udf("is_stored", vec![DataType::Utf8], DataType::Boolean, Volatility::Immutable, Arc::new(keep));
        function.call(vec![datafusion::prelude::ident(self.column)])
    }
}

/// A set of ids that is asked of every row of a column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    by_hash: HashMap<u64, Text, BuildHasherDefault<Hashed>>,
    /// Those whose hash another has already.
    others: Vec<Text>,
}

impl Keys {
    /// Adds an id.
    pub(crate) fn add(&mut self, id: &str) {
        let known = self.by_hash.entry(xxh3_64(id.as_bytes())).or_insert_with(|| Text::from(id));
        if **known != *id && !self.others.iter().any(|other| **other == *id) {
            self.others.push(Text::from(id));
        }
    }

    /// Whether an id is among them.
    pub(crate) fn has(&self, id: &str) -> bool {
        let known = self.by_hash.get(&xxh3_64(id.as_bytes()));
        known.is_some_and(|known| **known == *id || self.others.iter().any(|other| **other == *id))
    }

    /// The rows of a batch whose owner is none of them.
    pub(crate) fn filter(&self, batch: &RecordBatch, column: &str) -> std::result::Result<RecordBatch, ArrowError> {
        match batch.column_by_name(column) {
            Some(values) => filter_record_batch(batch, &self.keeps(values.as_ref())),
            None => Ok(batch.clone()),
        }
    }

    /// Which rows of a stored group have one of them as their owner, if any. `owner` is the column that tells.
    pub(super) fn rows(&self, group: &Group, owner: &SchemaRef) -> Result<Option<BooleanBuffer>> {
        let hashes = group.hashes(owner)?;
        let hashes = hashes.values();
        let may = BooleanBuffer::collect_bool(hashes.len(), |row| self.by_hash.contains_key(&hashes[row]));
        if may.count_set_bits() == 0 {
            return Ok(None);
        }
        // Two texts may have one hash.
        let values = group.read(owner)?;
        let texts = values.column(0).as_string_view();
        let rows =
            BooleanBuffer::collect_bool(may.len(), |row| may.value(row) && texts.is_valid(row) && self.has(texts.value(row)));
        Ok((rows.count_set_bits() > 0).then_some(rows))
    }

    /// Which values of a column of texts are none of them; a null is none.
    fn keeps(&self, values: &dyn Array) -> BooleanArray {
        let kept = |value: Option<&str>| Some(value.is_none_or(|id| !self.has(id)));
        match values.data_type() {
            DataType::Utf8View => values.as_string_view().iter().map(kept).collect(),
            _ => values.as_string::<i32>().iter().map(kept).collect(),
        }
    }
}

/// Takes what is a hash already.
#[derive(Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// The rows of a table that are in memory.
#[derive(Debug)]
pub(super) struct StandingTable {
    pub(super) schema: SchemaRef,
    pub(super) chunks: Vec<Chunk>,
}

#[async_trait]
impl TableProvider for StandingTable {
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
        let batches = self.chunks.iter().map(|chunk| chunk.project(places, &schema)).collect::<Result<Vec<_>>>()?;
        let plan: Arc<dyn ExecutionPlan> = MemorySourceConfig::try_new_exec(&[batches], schema, None)?;
        Ok(plan)
    }
}
