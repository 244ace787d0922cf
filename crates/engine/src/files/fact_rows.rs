//! Fact rows as columns, what rows share kept once.
//!
//! Most columns of a fact row are those of its conversation and of the attributes in force, which many rows share. They are built once
//! per conversation and per change, and a row keeps two numbers for them; whole columns are made by one gather each, when they are
//! wanted and only those that are.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Schema, SchemaRef, TimestampMicrosecondType, UInt32Type};
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use deskgauge_core::facts::{
    COMMON, Column, ColumnType, Common, Dims, FACTS, Facts, ROW_COLUMNS, RowSink, Sink, WHOLE_COLUMNS, Whole,
};

use super::builders::Columns;
use super::ends::{class, ends};
use crate::facts_schema::{OwnField, fact_schema};

/// The column that only the customer's other conversations tell.
pub(crate) const CUSTOMER_KIND: &str = "customer_kind";

/// How many conversations and states are looked through before one is taken for new: rows that share one lie together.
const RECENT: usize = 16;

/// Things that rows share, each once: their columns, and the number of each.
#[derive(Debug)]
struct Shared<T> {
    columns: Columns,
    count: u32,
    /// The last ones. They are kept alive, so that an address stands for one of them only.
    recent: Vec<(Arc<T>, u32)>,
}

impl<T> Shared<T> {
    fn new(types: impl Iterator<Item = (ColumnType, bool)>) -> Self {
        Self { columns: Columns::some(types), count: 0, recent: Vec::with_capacity(RECENT) }
    }

    /// The number of a thing; `push` hands the cells of a new one over.
    fn number(&mut self, thing: &Arc<T>, push: impl FnOnce(&mut Columns)) -> u32 {
        if let Some((_, number)) = self.recent.iter().rev().find(|(known, _)| Arc::ptr_eq(known, thing)) {
            return *number;
        }
        let number = self.count;
        self.count += 1;
        self.columns.begin();
        push(&mut self.columns);
        // They are numbered one by one, so that the oldest one makes room.
        match self.recent.get_mut(number as usize % RECENT) {
            Some(oldest) => *oldest = (thing.clone(), number),
            None => self.recent.push((thing.clone(), number)),
        }
        number
    }

    /// The columns of all so far; numbers begin anew.
    fn finish(&mut self) -> Vec<ArrayRef> {
        self.recent.clear();
        self.count = 0;
        self.columns.finish()
    }
}

/// What rows share: conversations and attributes.
#[derive(Debug)]
pub(crate) struct Commons {
    own: Vec<ColumnType>,
    wholes: Shared<Whole>,
    dims: Shared<Dims>,
    /// Conversations that got a number since somebody asked for them.
    new: Option<Vec<(u32, Arc<Whole>)>>,
}

/// The columns of [`Commons`].
#[derive(Debug)]
pub(crate) struct CommonColumns {
    conversations: usize,
    wholes: Vec<ArrayRef>,
    dims: Vec<ArrayRef>,
}

impl Commons {
    /// `own` are the workspace's own fields.
    pub(crate) fn new(own: &[OwnField]) -> Self {
        Self::kept(own, &|_| true)
    }

    /// Only the columns that are kept, by their names.
    pub(crate) fn kept(own: &[OwnField], kept: &dyn Fn(&str) -> bool) -> Self {
        let types = |range: std::ops::Range<usize>| COMMON[range].iter().map(|column| (column.ty, kept(column.name)));
        let stored = |ty: ColumnType| if ty == ColumnType::List { ColumnType::Text } else { ty };
        let fields = own.iter().map(|(name, ty)| (stored(*ty), kept(name)));
        Self {
            wholes: Shared::new(types(0..WHOLE_COLUMNS)),
            dims: Shared::new(types(WHOLE_COLUMNS + ROW_COLUMNS..COMMON.len()).chain(fields)),
            own: own.iter().map(|(_, ty)| *ty).collect(),
            new: None,
        }
    }

    /// Remembers which conversations get a number, for [`Commons::take_new`].
    pub(crate) fn remembering(self) -> Self {
        Self { new: Some(Vec::new()), ..self }
    }

    /// The conversations that got a number since the last time, each with it. One may have got several.
    pub(crate) fn take_new(&mut self) -> Vec<(u32, Arc<Whole>)> {
        self.new.as_mut().map(std::mem::take).unwrap_or_default()
    }

    fn whole(&mut self, whole: &Arc<Whole>) -> u32 {
        let before = self.wholes.count;
        let number = self.wholes.number(whole, |columns| whole.push(columns));
        if let Some(new) = self.new.as_mut().filter(|_| number == before) {
            new.push((number, whole.clone()));
        }
        number
    }

    fn dims(&mut self, dims: &Arc<Dims>) -> u32 {
        let own = &self.own;
        self.dims.number(dims, |columns| {
            dims.push(columns);
            dims.push_own(own, columns);
        })
    }

    /// How many conversations there are.
    pub(crate) fn conversations(&self) -> usize {
        self.wholes.count as usize
    }

    /// The columns of all so far; numbers begin anew.
    pub(crate) fn finish(&mut self) -> CommonColumns {
        CommonColumns { conversations: self.conversations(), wholes: self.wholes.finish(), dims: self.dims.finish() }
    }
}

impl CommonColumns {
    /// How many bytes they take.
    pub(crate) fn bytes(&self) -> u64 {
        self.wholes.iter().chain(&self.dims).map(|column| column.get_array_memory_size() as u64).sum()
    }

    /// How many conversations there are.
    pub(crate) fn conversations(&self) -> usize {
        self.conversations
    }

    /// Fills in what only the other conversations of the customers tell, by the number of the conversation.
    pub(crate) fn set_customer_kinds(&mut self, kinds: &[Option<&'static str>]) {
        let place = COMMON.iter().position(|column| column.name == CUSTOMER_KIND).expect("a common column");
        self.wholes[place] = Arc::new(StringArray::from_iter(kinds));
    }
}

/// Rows of one fact table.
#[derive(Debug)]
pub(crate) struct FactRows {
    index: usize,
    rows: usize,
    wholes: Vec<u32>,
    dims: Vec<u32>,
    /// The agent and the actor.
    people: Columns,
    cells: Columns,
}

/// Rows whose shared columns are not there yet.
#[derive(Debug)]
pub(crate) struct LooseRows {
    index: usize,
    rows: usize,
    wholes: UInt32Array,
    dims: UInt32Array,
    people: Vec<ArrayRef>,
    cells: Vec<ArrayRef>,
}

/// Rows of one fact table that are complete.
#[derive(Debug)]
pub(crate) struct FactChunk {
    commons: Arc<CommonColumns>,
    own: LooseRows,
}

struct Pushing<'a> {
    rows: &'a mut FactRows,
    commons: &'a mut Commons,
}

impl RowSink for Pushing<'_> {
    fn row(&mut self, common: Option<&Common>) -> &mut dyn Sink {
        let rows = &mut *self.rows;
        if let Some(common) = common {
            rows.wholes.push(self.commons.whole(&common.whole));
            rows.dims.push(self.commons.dims(&common.dims));
            rows.people.begin();
            rows.people.text(common.agent.as_deref());
            rows.people.text(common.actor.as_deref());
        }
        rows.rows += 1;
        rows.cells.begin();
        &mut rows.cells
    }
}

impl FactRows {
    /// For the fact table at `index` of `FACTS`.
    pub(crate) fn new(index: usize) -> Self {
        Self::kept(index, &|_| true)
    }

    /// Only the columns that are kept, by their names.
    pub(crate) fn kept(index: usize, kept: &dyn Fn(&str) -> bool) -> Self {
        let types = |columns: &[Column]| columns.iter().map(|column| (column.ty, kept(column.name))).collect::<Vec<_>>();
        let people = &COMMON[WHOLE_COLUMNS..WHOLE_COLUMNS + ROW_COLUMNS];
        Self {
            index,
            rows: 0,
            wholes: Vec::new(),
            dims: Vec::new(),
            people: Columns::some(types(people).into_iter()),
            cells: Columns::some(types(FACTS[index].columns).into_iter()),
        }
    }

    /// Adds the table's rows among these facts.
    pub(crate) fn push(&mut self, facts: &Facts, commons: &mut Commons) {
        let index = self.index;
        facts.push(index, &mut Pushing { rows: self, commons });
    }

    /// The place of the table in `FACTS`.
    pub(crate) fn index(&self) -> usize {
        self.index
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The rows so far.
    pub(crate) fn finish(&mut self) -> LooseRows {
        LooseRows {
            index: self.index,
            rows: std::mem::take(&mut self.rows),
            wholes: std::mem::take(&mut self.wholes).into(),
            dims: std::mem::take(&mut self.dims).into(),
            people: self.people.finish(),
            cells: self.cells.finish(),
        }
    }
}

/// Why a column cannot be read.
pub(crate) fn not_kept(column: &str) -> ArrowError {
    ArrowError::SchemaError(format!("column {column} was not kept: a question reads what it did not tell"))
}

impl LooseRows {
    /// How many bytes they take, without the shared columns.
    pub(crate) fn bytes(&self) -> u64 {
        let columns = self.people.iter().chain(&self.cells).map(|column| column.get_array_memory_size() as u64);
        columns.sum::<u64>() + (self.wholes.get_array_memory_size() + self.dims.get_array_memory_size()) as u64
    }

    /// With the shared columns that the rows were pushed with.
    pub(crate) fn with(self, commons: &Arc<CommonColumns>) -> FactChunk {
        FactChunk { commons: commons.clone(), own: self }
    }
}

impl FactChunk {
    /// How many there are.
    pub(crate) fn rows(&self) -> usize {
        self.own.rows
    }

    /// Cells of a column, by its place in the table's schema.
    ///
    /// # Errors
    /// A column that was not kept; else only if the lists of columns contradict each other.
    fn column(&self, place: usize, rows: &Range<usize>) -> Result<ArrayRef, ArrowError> {
        let (array, numbers) = self.gathered(place);
        if *array.data_type() == DataType::Null {
            return Err(not_kept(fact_schema(&FACTS[self.own.index], &[]).fields().get(place).map_or("", |field| field.name())));
        }
        match numbers {
            Some(numbers) => take(array, &numbers.slice(rows.start, rows.len()), None),
            None => Ok(array.slice(rows.start, rows.len())),
        }
    }

    /// A column, and by which numbers its cells are those of the rows, where they are not as they lie.
    fn gathered(&self, place: usize) -> (&ArrayRef, Option<&UInt32Array>) {
        let (wholes, dims) = (Some(&self.own.wholes), Some(&self.own.dims));
        let common = if FACTS[self.own.index].common { COMMON.len() } else { 0 };
        let people = WHOLE_COLUMNS..WHOLE_COLUMNS + ROW_COLUMNS;
        if place >= common {
            return match self.own.cells.get(place - common) {
                Some(cells) => (cells, None),
                None => (&self.commons.dims[COMMON.len() - people.end + place - common - self.own.cells.len()], dims),
            };
        }
        match place {
            place if place < people.start => (&self.commons.wholes[place], wholes),
            place if people.contains(&place) => (&self.own.people[place - people.start], None),
            place => (&self.commons.dims[place - people.end], dims),
        }
    }

    /// The places of the columns that were kept, and their schema.
    pub(crate) fn kept(&self, own: &[OwnField]) -> (Vec<usize>, SchemaRef) {
        let schema = fact_schema(&FACTS[self.own.index], own);
        let kept = |place: &usize| *self.gathered(*place).0.data_type() != DataType::Null;
        let places: Vec<usize> = (0..schema.fields().len()).filter(kept).collect();
        let fields: Vec<_> = places.iter().map(|place| schema.fields()[*place].clone()).collect();
        (places, Arc::new(Schema::new(fields)))
    }

    /// The columns at some places, in some rows, as a batch of `schema`, which may have texts as views.
    ///
    /// # Errors
    /// A column that was not kept; else only if the lists of columns contradict each other.
    pub(crate) fn project(&self, places: &[usize], schema: &SchemaRef, rows: Range<usize>) -> Result<RecordBatch, ArrowError> {
        let columns = places.iter().zip(schema.fields()).map(|(place, field)| match field.data_type() {
            DataType::Utf8View => cast(&self.column(*place, &rows)?, &DataType::Utf8View),
            _ => self.column(*place, &rows),
        });
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        RecordBatch::try_new_with_options(schema.clone(), columns.collect::<Result<_, _>>()?, &options)
    }

    /// All columns, in the table's own schema.
    ///
    /// # Errors
    /// Only if the lists of columns contradict each other.
    pub(crate) fn batch(&self, own: &[OwnField]) -> Result<RecordBatch, ArrowError> {
        let schema = fact_schema(&FACTS[self.own.index], own);
        self.project(&(0..schema.fields().len()).collect::<Vec<_>>(), &schema, 0..self.own.rows)
    }
}

impl LooseRows {
    /// The rows in the order of the column that the table is sorted by; of equal ones the first comes first.
    ///
    /// # Errors
    /// Only if the lists of columns contradict each other.
    pub(crate) fn sorted(self) -> Result<Self, ArrowError> {
        self.sorted_in(&[])
    }

    /// The same with rows that have not ended behind those that have, as large files have them.
    ///
    /// # Errors
    /// As for [`LooseRows::sorted`].
    pub(crate) fn parted(self) -> Result<Self, ArrowError> {
        let ends = ends(FACTS[self.index].name);
        self.sorted_in(ends)
    }

    fn sorted_in(self, ends: &[&str]) -> Result<Self, ArrowError> {
        let table = &FACTS[self.index];
        let place = |name: &str| table.columns.iter().position(|column| column.name == name);
        let Some(sorted_by) = place(table.sorted_by) else { return Ok(self) };
        let instants = self.cells[sorted_by].as_primitive::<TimestampMicrosecondType>();
        let ends: Vec<&ArrayRef> = ends.iter().filter_map(|name| self.cells.get(place(name)?)).collect();
        if instants.values().is_sorted() && ends.iter().all(|end| end.null_count() == 0) {
            return Ok(self);
        }
        let mut order: Vec<u32> = (0..self.rows as u32).collect();
        order.sort_by_key(|row| (class(&ends, *row as usize), instants.value(*row as usize)));
        let order = UInt32Array::from(order);
        let gather = |array: &ArrayRef| take(array, &order, None);
        let numbers = |numbers: &UInt32Array| -> Result<UInt32Array, ArrowError> {
            if numbers.is_empty() {
                return Ok(numbers.clone());
            }
            Ok(take(numbers, &order, None)?.as_primitive::<UInt32Type>().clone())
        };
        Ok(Self {
            wholes: numbers(&self.wholes)?,
            dims: numbers(&self.dims)?,
            people: if self.wholes.is_empty() {
                self.people
            } else {
                self.people.iter().map(gather).collect::<Result<_, _>>()?
            },
            cells: self.cells.iter().map(gather).collect::<Result<_, _>>()?,
            ..self
        })
    }
}
