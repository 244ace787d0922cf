//! Stored rows as questions read them: a few columns of some groups of rows, decoded once and kept while there is room.
//!
//! Files never change, so that what was decoded stays right for as long as anybody asks: a page that is opened again, or once more after
//! some events have come, decodes what is new. A group of rows is read only where its own statistics leave it in.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray, UInt64Array, new_null_array};
use arrow::compute::{cast, concat, concat_batches};
use arrow::datatypes::{DataType, Field, SchemaRef, UInt64Type};
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchReader};
use datafusion::common::{Column, HashMap};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_optimizer::pruning::PruningStatistics;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use xxhash_rust::xxh3::xxh3_64;

use super::super::packed::{packed, rows, unpacked};
use super::super::views::viewed;
use crate::files::fit;
use crate::threads::each;

/// Footers of files that are kept.
const FOOTERS: usize = 16 * 1024;

/// Bytes of decoded columns that are kept where nobody says how many: a command asks once, a service again and again.
const KEPT: u64 = 64 << 20;

/// Columns of groups, about so many.
const COLUMNS: usize = 64 * 1024;

/// A file: its id and its name; a name may come back after a file was removed, and another workspace has the same ids.
pub(crate) type Key = (i64, Arc<Path>);

static OPENED: LazyLock<Cache<Key, Arc<Stored>>> = LazyLock::new(|| Cache::new(FOOTERS));

/// A column of a group as somebody reads it: SQL reads texts, counting views of them, which may be packed, a workspace's own field may have
/// been of another type, and of texts the hashes are kept.
type ColumnKey = (Key, usize, String, DataType);

static DECODED: LazyLock<Cache<ColumnKey, ArrayRef, Bytes>> = LazyLock::new(|| Cache::with_weighter(COLUMNS, KEPT, Bytes));

#[derive(Clone)]
struct Bytes;

impl Weighter<ColumnKey, ArrayRef> for Bytes {
    fn weight(&self, _key: &ColumnKey, column: &ArrayRef) -> u64 {
        column.get_array_memory_size() as u64
    }
}

/// A file, opened.
pub(super) struct Stored {
    key: Key,
    metadata: ArrowReaderMetadata,
    /// By column: the least and greatest value and how many are null, by group of rows.
    told: Mutex<HashMap<String, Option<Told>>>,
}

impl std::fmt::Debug for Stored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Stored").field(&self.key).finish()
    }
}

#[derive(Clone)]
struct Told {
    least: ArrayRef,
    greatest: ArrayRef,
    nulls: ArrayRef,
}

/// Which group of rows it is: of which file, and which of them.
pub(crate) type GroupKey = (Key, usize);

/// A group of rows of a file.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    file: Arc<Stored>,
    number: usize,
}

/// Keeps decoded columns of at most so many bytes, in the whole process.
pub fn keep(bytes: u64) {
    DECODED.set_capacity(bytes);
}

/// How many bytes the decoded columns that are kept take.
pub fn kept() -> u64 {
    DECODED.weight()
}

/// Opens files, each a path and an id, those that are new on all threads.
pub(super) fn open(files: Vec<(PathBuf, i64)>) -> Result<Vec<Arc<Stored>>> {
    let keys: Vec<Key> = files.into_iter().map(|(path, id)| (id, Arc::from(path))).collect();
    let known: Vec<Option<Arc<Stored>>> = keys.iter().map(|key| OPENED.get(key)).collect();
    let new: Vec<&Key> = keys.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(key, _)| key).collect();
    let mut opened = each(new.len(), |number| Stored::open(new[number].clone())).into_iter();
    known.into_iter().map(|known| known.map_or_else(|| opened.next().expect("one for each that is new"), Ok)).collect()
}

impl Stored {
    fn open(key: Key) -> Result<Arc<Self>> {
        let metadata = ArrowReaderMetadata::load(&File::open(&key.1)?, ArrowReaderOptions::new())?;
        // Texts that stand in a dictionary are decoded into views without being copied for each row.
        let views = ArrowReaderOptions::new().with_schema(Arc::new(viewed(metadata.schema())));
        let metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), views)?;
        let file = Arc::new(Self { key: key.clone(), metadata, told: Mutex::default() });
        OPENED.insert(key, file.clone());
        Ok(file)
    }

    /// Its groups of rows.
    pub(super) fn groups(self: &Arc<Self>) -> impl Iterator<Item = Group> + '_ {
        (0..self.metadata.metadata().num_row_groups()).map(|number| Group { file: self.clone(), number })
    }

    /// What its groups tell of a column; nothing, where it has none.
    fn told(&self, field: &Field) -> Option<Told> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = told.get(field.name()).filter(|known| known.as_ref().is_none_or(|known| is_of(&known.least, field)))
        {
            return known.clone();
        }
        let new = self.tell(field).ok();
        told.insert(field.name().clone(), new.clone());
        new
    }

    fn tell(&self, field: &Field) -> std::result::Result<Told, DataFusionError> {
        let metadata = self.metadata.metadata();
        let groups = metadata.row_groups();
        if self.metadata.schema().field_with_name(field.name()).is_err() {
            // The column is younger than the file, or has no value in it: all are null.
            let none = new_null_array(field.data_type(), groups.len());
            let nulls = Arc::new(UInt64Array::from_iter_values(groups.iter().map(|group| group.num_rows().unsigned_abs())));
            return Ok(Told { least: none.clone(), greatest: none, nulls });
        }
        let parquet = metadata.file_metadata().schema_descr();
        let converter = StatisticsConverter::try_new(field.name(), self.metadata.schema(), parquet)?;
        Ok(Told {
            least: cast(&converter.row_group_mins(groups)?, field.data_type())?,
            greatest: cast(&converter.row_group_maxes(groups)?, field.data_type())?,
            nulls: Arc::new(converter.row_group_null_counts(groups)?),
        })
    }
}

impl Group {
    /// Which one it is.
    pub(crate) fn key(&self) -> GroupKey {
        (self.file.key.clone(), self.number)
    }

    /// The id of its file.
    pub(crate) fn file(&self) -> i64 {
        self.file.key.0
    }

    /// How many rows it has.
    pub(super) fn rows(&self) -> usize {
        usize::try_from(self.file.metadata.metadata().row_group(self.number).num_rows()).unwrap_or(0)
    }

    /// Its rows with the columns of `schema`; those that it lacks are null.
    pub(crate) fn read(&self, schema: &SchemaRef) -> Result<RecordBatch> {
        unpacked(self.packed(schema)?)
    }

    /// The same, where texts that are asked for as views may be packed.
    pub(crate) fn packed(&self, schema: &SchemaRef) -> Result<RecordBatch> {
        let key = |field: &Field| self.column(field.name(), field.data_type().clone());
        let mut columns: Vec<Option<ArrayRef>> = schema.fields().iter().map(|field| DECODED.get(&key(field))).collect();
        let missing: Vec<usize> = (0..columns.len()).filter(|place| columns[*place].is_none()).collect();
        if !missing.is_empty() {
            let decoded = self.decode(&Arc::new(schema.project(&missing)?))?;
            for (place, column) in missing.into_iter().zip(decoded.columns()) {
                // What is packed once is small for as long as it is kept.
                let column = packed(column).unwrap_or_else(|| column.clone());
                DECODED.insert(key(schema.field(place)), column.clone());
                columns[place] = Some(column);
            }
        }
        rows(schema, columns.into_iter().flatten().collect(), self.rows())
    }

    /// The hash of each text in the only column of `schema`, 0 of a null.
    pub(crate) fn hashes(&self, schema: &SchemaRef) -> Result<UInt64Array> {
        let key = self.column(schema.field(0).name(), DataType::UInt64);
        if let Some(known) = DECODED.get(&key) {
            return Ok(known.as_primitive::<UInt64Type>().clone());
        }
        let texts = cast(self.read(schema)?.column(0), &DataType::Utf8View)?;
        let hash = |text: Option<&str>| text.map_or(0, |text| xxh3_64(text.as_bytes()));
        let hashes = UInt64Array::from_iter_values(texts.as_string_view().iter().map(hash));
        DECODED.insert(key, Arc::new(hashes.clone()));
        Ok(hashes)
    }

    fn column(&self, name: &str, form: DataType) -> ColumnKey {
        (self.file.key.clone(), self.number, name.to_owned(), form)
    }

    fn decode(&self, schema: &SchemaRef) -> Result<RecordBatch> {
        let metadata = &self.file.metadata;
        let names = metadata.schema().fields().iter().enumerate();
        let asked = names.filter(|(_, column)| schema.field_with_name(column.name()).is_ok());
        let mask = ProjectionMask::roots(metadata.metadata().file_metadata().schema_descr(), asked.map(|(root, _)| root));
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(File::open(&self.file.key.1)?, metadata.clone());
        let builder = builder.with_row_groups(vec![self.number]).with_projection(mask).with_batch_size(self.rows());
        let reader = builder.build()?;
        let stored = reader.schema();
        let batches = reader.collect::<std::result::Result<Vec<_>, ArrowError>>()?;
        let rows = fit(&concat_batches(&stored, &batches)?, schema)?;
        Ok(RecordBatch::try_new(schema.clone(), rows.columns().iter().map(without_pages).collect())?)
    }
}

/// Texts all of which lie in their views, without the pages that they were read from, which would be kept with them; other columns as
/// they are.
fn without_pages(column: &ArrayRef) -> ArrayRef {
    match column.as_string_view_opt() {
        Some(texts) if texts.total_buffer_bytes_used() == 0 => Arc::new(texts.gc()),
        _ => column.clone(),
    }
}

/// Whether values have the type that a field has now: a workspace's own field may have had another one.
fn is_of(values: &ArrayRef, field: &Field) -> bool {
    values.data_type() == field.data_type()
}

/// What groups of rows tell by themselves, all of them of some files.
pub(super) struct GroupStatistics<'a> {
    pub(super) files: &'a [Arc<Stored>],
    pub(super) schema: &'a SchemaRef,
}

impl GroupStatistics<'_> {
    fn all(&self, column: &Column, part: impl Fn(Told) -> ArrayRef) -> Option<ArrayRef> {
        let field = self.schema.field_with_name(column.name()).ok()?;
        let parts: Vec<ArrayRef> = self.files.iter().map(|file| file.told(field).map(&part)).collect::<Option<_>>()?;
        concat(&parts.iter().map(AsRef::as_ref).collect::<Vec<_>>()).ok()
    }

    fn groups(&self) -> impl Iterator<Item = Group> {
        self.files.iter().flat_map(Stored::groups)
    }
}

impl PruningStatistics for GroupStatistics<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.all(column, |told| told.least)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.all(column, |told| told.greatest)
    }

    fn num_containers(&self) -> usize {
        self.groups().count()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        self.all(column, |told| told.nulls)
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(Arc::new(UInt64Array::from_iter_values(self.groups().map(|group| group.rows() as u64))))
    }

    fn contained(
        &self,
        _column: &Column,
        _values: &std::collections::HashSet<datafusion::common::ScalarValue>,
    ) -> Option<arrow::array::BooleanArray> {
        None
    }
}
