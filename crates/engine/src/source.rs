//! Where questions read from: every fact table of one snapshot, or of facts in memory, as DataFusion tables.
//!
//! A table is the files that the snapshot lists, with their statistics, and optionally rows in memory that stand in for stored ones:
//! what has arrived and is not committed yet. Everything is read-only; a source never changes, so that all answers to a question
//! come from the same state.

mod cost_table;
mod direct_table;
mod lake_table;
mod lot;
mod overlaid;
mod packed;
mod standing;
mod views;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use arrow::datatypes::SchemaRef;
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::logical_expr::Expr;
use datafusion::prelude::{DataFrame, SessionConfig};
use deskgauge_core::event::Event;
use deskgauge_core::facts::{FACTS, Facts};
use deskgauge_core::rules::{COSTS, Rules};
use thiserror::Error;

use crate::cells::{damaged, remedy};
use crate::direct::Direct;
use crate::facts_schema::{EVENTS, OwnField, event_schema, fact_schema};
use crate::files::{EventBatches, FileError, count_rows, fact_batches, verify};
use crate::lake::{DataFile, Lake, LakeError};
use crate::plan::functions;
use cost_table::CostTable;
use direct_table::DirectTable;
use lake_table::LakeFiles;
pub use lake_table::{keep as keep_columns, kept as kept_columns};
pub(crate) use lot::{Lot, LotKey, some, without};
use overlaid::Overlaid;
pub(crate) use overlaid::{Held, Pieces};
pub(crate) use packed::unpacked;
pub(crate) use standing::{Chunk, Keys, Standing};

/// What can go wrong when a source is opened.
#[derive(Debug, Error)]
pub enum SourceError {
    /// The lake's own error.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// The query engine's own error.
    #[error("could not open the facts: {0}")]
    Engine(#[from] DataFusionError),
}

/// Rows that stand in for stored ones: what has arrived and is not committed yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overlay {
    /// By table.
    pub(crate) tables: BTreeMap<&'static str, Standing>,
}

/// All tables of a snapshot, for the sources of its states.
#[derive(Debug)]
pub(crate) struct StoredTables {
    tables: Vec<Arc<LakeFiles>>,
    own: Vec<OwnField>,
    files: Arc<Vec<(&'static str, PathBuf, DataFile)>>,
}

impl StoredTables {
    /// Of a snapshot of the lake.
    ///
    /// # Errors
    /// The lake's: no such snapshot, files that this version does not read.
    pub(crate) async fn of(lake: &Lake, snapshot: i64, own: &[OwnField]) -> Result<Self, SourceError> {
        let facts = FACTS.iter().map(|table| (table.name, fact_schema(table, own)));
        let named: Vec<(&'static str, SchemaRef)> = facts.chain([(EVENTS, event_schema())]).collect();
        let names: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
        let mut all_files = lake.all_files(snapshot, &names).await?;
        let mut all_columns = lake.all_columns(snapshot, &names).await?;
        let mut tables = Vec::with_capacity(named.len());
        let mut known = Vec::new();
        for (name, schema) in named {
            let files = all_files.remove(name).unwrap_or_default();
            let columns = all_columns.remove(name).unwrap_or_default();
            known.extend(files.iter().map(|file| (name, lake.folder().join(&file.path), file.clone())));
            tables.push(Arc::new(LakeFiles::new(lake.clone(), snapshot, name, schema, columns, files)));
        }
        Ok(Self { tables, own: own.to_vec(), files: Arc::new(known) })
    }

    /// With rows in memory in the place of stored ones.
    ///
    /// # Errors
    /// Only if tables do not fit each other.
    pub(crate) fn with(&self, mut overlay: Overlay) -> Result<FactSource, SourceError> {
        let mut source = FactSource { files: self.files.clone(), ..FactSource::of_nothing(&self.own)? };
        let mut stored = BTreeMap::new();
        for files in &self.tables {
            let name = files.name();
            let standing = overlay.tables.remove(name).unwrap_or_default();
            let table = Arc::new(Overlaid::new(files, standing));
            source.register(name, table.table())?;
            stored.insert(name, table);
        }
        Ok(FactSource { stored: Arc::new(stored), ..source })
    }
}

/// All tables of one state of the data.
#[derive(Clone)]
pub struct FactSource {
    context: SessionContext,
    /// The columns of each table.
    schemas: BTreeMap<String, SchemaRef>,
    own: Vec<OwnField>,
    /// The stored files that it reads, with their tables.
    files: Arc<Vec<(&'static str, PathBuf, DataFile)>>,
    newest: Option<i64>,
    costs: Arc<CostTable>,
    /// The tables that are stored, in pieces.
    stored: Arc<BTreeMap<&'static str, Arc<Overlaid>>>,
}

impl std::fmt::Debug for FactSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FactSource").field("own", &self.own).finish_non_exhaustive()
    }
}

impl FactSource {
    /// Without any facts.
    fn of_nothing(own: &[OwnField]) -> Result<Self, DataFusionError> {
        let (context, own, costs) = (context(), own.to_vec(), Arc::<CostTable>::default());
        let (schemas, files, stored) = Default::default();
        let mut source = Self { context, schemas, own, files, newest: None, costs: costs.clone(), stored };
        source.register(COSTS.name, costs)?;
        Ok(source)
    }

    /// Facts and events that are stored nowhere. `own` are the workspace's own fields, in the order of its rules.
    ///
    /// # Errors
    /// Only if the facts do not fit their own description.
    pub fn memory(facts: &Facts, events: &[Event], own: &[OwnField]) -> Result<Self, SourceError> {
        let mut source = Self::of_nothing(own)?;
        for (index, table) in FACTS.iter().enumerate() {
            let batches = fact_batches(facts, index, own).map_err(DataFusionError::from)?;
            source.register(table.name, Arc::new(MemTable::try_new(fact_schema(table, own), vec![batches])?))?;
        }
        let mut batches = EventBatches::default();
        for event in events {
            let timeline = event.conversation.as_ref().or(event.customer.as_ref()).or(event.actor.as_ref());
            batches.push(event, 0, timeline.map_or("", |text| text));
        }
        source.register(EVENTS, Arc::new(MemTable::try_new(event_schema(), vec![batches.finish()])?))?;
        Ok(source)
    }

    /// The facts of files that are asked directly; there is no table of events. Tables that were not wanted are empty.
    ///
    /// # Errors
    /// Only if the facts do not fit their own description.
    pub fn direct(direct: Direct) -> Result<Self, SourceError> {
        let noting = direct.noting();
        let mut source = Self { newest: direct.newest, ..Self::of_nothing(&direct.own)? };
        for (table, rows) in FACTS.iter().zip(direct.tables) {
            let stored = fact_schema(table, &source.own);
            source.register(table.name, Arc::new(DirectTable::new(table.name, &stored, rows, noting.clone())))?;
        }
        Ok(source)
    }

    /// Takes over what its workspace's rules say beside the events: the table of costs, which is empty before. Questions do it by
    /// themselves.
    ///
    /// # Errors
    /// Only if the rows do not fit their own description.
    pub fn take_costs(&self, rules: &Rules) -> Result<(), DataFusionError> {
        self.costs.set(&rules.day_costs())
    }

    /// The state of a snapshot of the lake.
    ///
    /// # Errors
    /// The lake's: no such snapshot, files that this version does not read.
    pub async fn lake(lake: &Lake, snapshot: i64, own: &[OwnField]) -> Result<Self, SourceError> {
        Self::overlaid(lake, snapshot, own, Overlay::default()).await
    }

    /// The state of a snapshot of the lake, with rows in memory in the place of stored ones.
    ///
    /// # Errors
    /// As for [`FactSource::lake`].
    pub(crate) async fn overlaid(lake: &Lake, snapshot: i64, own: &[OwnField], overlay: Overlay) -> Result<Self, SourceError> {
        StoredTables::of(lake, snapshot, own).await?.with(overlay)
    }

    /// The first stored file that is not as it was written: what to say of a question that failed while it was read. It reads all files,
    /// so it is nothing for a question that went well.
    pub fn damaged(&self) -> Option<FileError> {
        self.files.iter().find_map(|(table, path, file)| match file.digest {
            digest @ Some(_) => verify(path, digest, remedy(table)).err(),
            None => count_rows(path).err().map(|error| damaged(error, table)),
        })
    }

    /// The same source, of data whose newest event is at that instant, in seconds: periods long after it are none of the data's.
    #[must_use]
    pub fn with_newest(self, newest: Option<i64>) -> Self {
        Self { newest, ..self }
    }

    /// The instant of the newest event, where it is known.
    pub fn newest(&self) -> Option<i64> {
        self.newest
    }

    /// The workspace's own fields.
    pub fn own(&self) -> &[OwnField] {
        &self.own
    }

    /// A fact table, or `events`, to build a plan on.
    ///
    /// # Errors
    /// No such table.
    pub async fn table(&self, name: &str) -> Result<DataFrame, DataFusionError> {
        self.context.table(name).await
    }

    /// The columns of a fact table.
    ///
    /// # Errors
    /// No such table.
    pub(crate) fn schema(&self, name: &str) -> Result<&SchemaRef, DataFusionError> {
        self.schemas.get(name).ok_or_else(|| DataFusionError::Plan(format!("there is no table `{name}`")))
    }

    /// Some columns of a table, in pieces, without what `bounds` rule out; none where it is not stored.
    ///
    /// # Errors
    /// Files that cannot be read.
    pub(crate) async fn stored(
        &self,
        name: &str,
        columns: &BTreeSet<String>,
        bounds: Option<&Expr>,
    ) -> Result<Option<Pieces>, DataFusionError> {
        let Some(table) = self.stored.get(name) else { return Ok(None) };
        table.pieces(&self.context.state(), columns, bounds).await.map(Some)
    }

    /// The session in which its tables are.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    fn register(&mut self, name: &str, table: Arc<dyn TableProvider>) -> Result<(), DataFusionError> {
        self.schemas.insert(name.to_owned(), table.schema());
        self.context.register_table(name, table).map(drop)
    }
}

/// Bytes of Parquet footers that are kept between questions.
const FOOTERS: usize = 256 << 20;

/// What all sessions share: the local files, and the footers that were read already.
static RUNTIME: LazyLock<Arc<RuntimeEnv>> = LazyLock::new(|| {
    let built = RuntimeEnvBuilder::new().with_metadata_cache_limit(FOOTERS).build_arc();
    built.expect("a runtime without spill folders and limits always builds")
});

/// A session without any table: the functions that formulas may use, and no access to files by name.
pub(crate) fn context() -> SessionContext {
    let config = SessionConfig::new().with_information_schema(true);
    let context = SessionContext::new_with_config_rt(config, RUNTIME.clone());
    functions::register(&context);
    context
}
