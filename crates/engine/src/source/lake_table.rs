//! One table of a snapshot: exactly the files that it lists, read by DataFusion's own Parquet scan where whole rows are wanted, and
//! column by column where a question reads a few of them.
//!
//! Statistics come from the catalogue, so that files are skipped before they are opened; those of a column are read when it is first
//! scanned, because a question looks at few of all columns. A bound in the catalogue may be wider than the values, so bounds are
//! declared inexact: they prune, but never answer.

mod columns;
mod statistics;
mod stored;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::pruning::PrunableStatistics;
use datafusion::common::{DFSchema, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_optimizer::pruning::{PruningPredicate, PruningPredicateBuilder};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::streaming::StreamingTableExec;
use tokio::sync::Mutex;

use crate::facts_schema::{EVENTS, LINKS};
use crate::lake::{Column, DataFile, Lake};
use columns::Columns;
use statistics::{as_exact, statistics};
pub(crate) use stored::{Group, GroupKey};
use stored::{GroupStatistics, Stored};
pub use stored::{keep, kept};

/// Columns that are read and kept one by one, at most; whoever wants more wants whole rows.
const FEW_COLUMNS: usize = 32;

/// Tables of which a few rows are wanted at a time: pages of them are skipped.
const PICKED: [&str; 2] = [EVENTS, LINKS];

/// Bytes of a Parquet file behind its footer: the footer's length and the closing mark.
const FOOTER_END: usize = 8;

/// The files of a table. States of one snapshot share them, with what was read of their statistics.
#[derive(Debug)]
pub(super) struct LakeFiles {
    lake: Lake,
    snapshot: i64,
    name: &'static str,
    schema: SchemaRef,
    columns: Vec<Column>,
    known: Mutex<Known>,
}

/// Some of the files of a table, to be read.
#[derive(Debug)]
pub(super) struct LakeTable {
    files: Arc<LakeFiles>,
    part: Part,
}

/// Which files.
#[derive(Debug)]
pub(super) enum Part {
    /// All but these, by id.
    Without(BTreeSet<i64>),
    /// These, by id.
    Only(BTreeSet<i64>),
}

/// The files with the statistics that have been needed so far.
#[derive(Debug)]
struct Known {
    files: Vec<DataFile>,
    /// The columns whose statistics are there, by id.
    columns: BTreeSet<i64>,
    /// What each file tells of those, and the same where bounds are taken for values.
    told: Vec<(Arc<Statistics>, Arc<Statistics>)>,
}

impl LakeTable {
    /// To read some of the files.
    pub(super) fn new(files: Arc<LakeFiles>, part: Part) -> Self {
        Self { files, part }
    }

    /// The files to be read in which rows may be, each as `take` takes it.
    async fn parts<T>(
        &self,
        projection: Option<&Vec<usize>>,
        may_hold: Option<&PruningPredicate>,
        take: impl Fn(&DataFile, Arc<Statistics>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let read = |file: &DataFile| match &self.part {
            Part::Without(ids) => !ids.contains(&file.id),
            Part::Only(ids) => ids.contains(&file.id),
        };
        self.files.parts(projection, may_hold, &read, take).await
    }

    /// The groups of rows in which there may be some for which filters hold.
    pub(super) async fn groups<'f>(
        &self,
        state: &dyn Session,
        projection: &Vec<usize>,
        filters: impl IntoIterator<Item = &'f Expr>,
    ) -> Result<Vec<Group>> {
        let may_hold = self.files.may_hold(state, filters)?;
        let folder = self.files.lake.folder();
        let files = self.parts(Some(projection), may_hold.as_ref(), |file, _| Ok((folder.join(&file.path), file.id))).await?;
        let files = stored::open(files)?;
        let mut groups: Vec<Group> = files.iter().flat_map(Stored::groups).collect();
        if let Some(predicate) = may_hold {
            let mut kept = predicate.prune(&GroupStatistics { files: &files, schema: &self.files.schema })?.into_iter();
            groups.retain(|_| kept.next().unwrap_or(true));
        }
        Ok(groups)
    }

    /// A few columns, of which what was decoded is kept.
    async fn columns(
        &self,
        state: &dyn Session,
        projection: &Vec<usize>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let groups = self.groups(state, projection, filters).await?;
        let schema = Arc::new(self.files.schema.project(projection)?);
        let parts = Columns::shared_out(groups, &schema, state.config().target_partitions());
        Ok(Arc::new(StreamingTableExec::try_new(schema, parts, None, [], false, limit)?))
    }

    /// Whole rows, as they come.
    async fn rows(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let options = state.config_options().execution.parquet.clone();
        let options = datafusion::common::config::TableParquetOptions { global: options, ..Default::default() };
        let runtime = state.runtime_env();
        let store = runtime.object_store(ObjectStoreUrl::local_filesystem())?;
        let reader = CachedParquetFileReaderFactory::new(store, runtime.cache_manager.get_file_metadata_cache());
        let source = ParquetSource::new(self.files.schema())
            .with_table_parquet_options(options)
            .with_parquet_file_reader_factory(Arc::new(reader));
        let may_hold = self.files.may_hold(state, filters)?;
        let folder = self.files.lake.folder();
        let files = self.parts(projection, may_hold.as_ref(), |file, told| part(folder, file, told)).await?;
        // As many parts as may be read at once; the engine splits them only where a plan of its own wants it.
        let groups = FileGroup::new(files).split_files(state.config().target_partitions());
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), Arc::new(source))
            .with_file_groups(groups)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config) as Arc<dyn ExecutionPlan>)
    }
}

impl LakeFiles {
    /// For files that a snapshot lists for a table, without statistics.
    pub(super) fn new(
        lake: Lake,
        snapshot: i64,
        name: &'static str,
        schema: SchemaRef,
        columns: Vec<Column>,
        files: Vec<DataFile>,
    ) -> Self {
        Self {
            lake,
            snapshot,
            name,
            schema,
            columns,
            known: Mutex::new(Known { files, columns: BTreeSet::new(), told: Vec::new() }),
        }
    }

    /// The table.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Its schema.
    pub(super) fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// Those of the files that are to be read which are scanned for some columns of the schema, as far as they may hold rows.
    async fn parts<T>(
        &self,
        projection: Option<&Vec<usize>>,
        may_hold: Option<&PruningPredicate>,
        read: &(dyn Fn(&DataFile) -> bool + Sync),
        take: impl Fn(&DataFile, Arc<Statistics>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut known = self.known.lock().await;
        let fields = self.schema.fields().iter().enumerate();
        let scanned = fields.filter(|(index, _)| projection.is_none_or(|scanned| scanned.contains(index)));
        let column = |name: &String| self.columns.iter().find(|column| column.name == *name);
        let scanned: BTreeSet<i64> = scanned.filter_map(|(_, field)| column(field.name())).map(|column| column.id).collect();
        if !scanned.is_subset(&known.columns) && !known.files.is_empty() {
            let Known { files, columns, told } = &mut *known;
            told.clear();
            columns.extend(scanned);
            let added = self.lake.add_stats(self.snapshot, self.name, columns, files).await;
            added.map_err(|error| DataFusionError::External(Box::new(error)))?;
        }
        if known.told.is_empty() {
            known.told = known.files.iter().map(|file| self.told(file)).collect();
        }
        let known: Vec<_> = known.files.iter().zip(&known.told).filter(|(file, _)| read(file)).collect();
        let kept = match may_hold {
            Some(predicate) => {
                let widest = known.iter().map(|(_, (_, widest))| widest.clone()).collect();
                predicate.prune(&PrunableStatistics::new(widest, self.schema.clone()))?
            }
            None => vec![true; known.len()],
        };
        let files = known.into_iter().zip(kept).filter(|(_, kept)| *kept);
        files.map(|((file, (told, _)), _)| take(file, told.clone())).collect()
    }

    fn told(&self, file: &DataFile) -> (Arc<Statistics>, Arc<Statistics>) {
        let told = statistics(&self.schema, &self.columns, file);
        let widest = as_exact(&told);
        (Arc::new(told), Arc::new(widest))
    }

    /// Which files and groups of rows may hold rows for which filters hold, by their statistics; all may, where there are no filters. The
    /// scan itself would rule out by statistics that are exact only, and not before it has opened a file.
    fn may_hold<'f>(&self, state: &dyn Session, filters: impl IntoIterator<Item = &'f Expr>) -> Result<Option<PruningPredicate>> {
        let Some(filter) = filters.into_iter().cloned().reduce(Expr::and) else { return Ok(None) };
        let filter = state.create_physical_expr(filter, &DFSchema::try_from(self.schema.clone())?)?;
        PruningPredicateBuilder::new().with_file_schema(self.schema.clone()).try_build(filter).map(Some)
    }
}

/// A file below `folder` as it is scanned.
fn part(folder: &Path, file: &DataFile, told: Arc<Statistics>) -> Result<PartitionedFile> {
    let path = folder.join(&file.path);
    let unnamed = || DataFusionError::Plan(format!("the path {} is not UTF-8: move the workspace", path.display()));
    let path = path.to_str().ok_or_else(unnamed)?;
    let mut part = PartitionedFile::new(path.trim_start_matches('/').to_owned(), file.size);
    // Files never change, but a name may come back after a file was removed; its id does not.
    let age = Duration::from_secs(file.id.unsigned_abs());
    part.object_meta.last_modified = (SystemTime::UNIX_EPOCH + age).into();
    if let Some(footer) = file.footer_size.and_then(|size| usize::try_from(size).ok()) {
        part = part.with_metadata_size_hint(footer + FOOTER_END);
    }
    Ok(part.with_statistics(told))
}

#[async_trait]
impl TableProvider for LakeTable {
    fn schema(&self) -> SchemaRef {
        self.files.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// Filters rule files out; which rows they keep is tested again above.
    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match projection.filter(|columns| columns.len() <= FEW_COLUMNS && !PICKED.contains(&self.files.name)) {
            Some(columns) => self.columns(state, columns, filters, limit).await,
            None => self.rows(state, projection, filters, limit).await,
        }
    }
}
