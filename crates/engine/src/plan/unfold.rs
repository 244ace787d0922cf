//! Rows that come several times: once for each of their tags, once for each of the people that are credited with them.
//!
//! A row that has none comes once, without. Where people are credited with a part each, the parts are whole numbers that add up to
//! [`WHOLE`] exactly, so that the cells of a row's people add up to the row.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, Int64Array, UInt32Array};
use arrow::compute::{cast, take, take_record_batch};
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::UnnestOptions;
use datafusion::error::DataFusionError;
use datafusion::prelude::DataFrame;

use super::functions::null_if_empty;
use super::population::column;

/// The column that tags are unfolded into.
pub(crate) const TAG: &str = "__tag";
/// The column that people are unfolded into.
pub(crate) const PERSON: &str = "__person";
/// The part of the row that a person is credited with, in units of which [`WHOLE`] make a row.
pub(crate) const PART: &str = "__part";
/// A number that can be divided evenly among up to sixteen people.
pub(crate) const WHOLE: i64 = 720_720;

/// What each row comes several times for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Unfold {
    /// Its tags.
    pub(crate) tags: bool,
    /// The people who are credited with it.
    pub(crate) people: Option<People>,
}

/// Who is credited with a row, and with how much of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct People {
    /// The column of those people.
    pub(crate) column: String,
    /// What each is credited with.
    pub(crate) with: Part,
}

/// With how much of a row each of its people is credited.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// The same part as the others.
    Equal,
    /// A part by the numbers of that column.
    By(String),
}

impl Unfold {
    /// Whether people are credited with parts of rows.
    pub(crate) fn parts(&self) -> bool {
        self.people.as_ref().is_some_and(|people| people.with != Part::Whole)
    }

    /// The columns that it reads.
    pub(crate) fn reads(&self) -> impl Iterator<Item = &str> {
        let people = self.people.iter().flat_map(|people| {
            let by = if let Part::By(by) = &people.with { Some(by.as_str()) } else { None };
            std::iter::once(people.column.as_str()).chain(by)
        });
        self.tags.then_some("tags").into_iter().chain(people)
    }

    /// The columns of unfolded rows.
    pub(crate) fn schema(&self, schema: &Schema) -> Schema {
        let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
        if self.tags {
            fields.push(Arc::new(Field::new(TAG, DataType::Utf8View, true)));
        }
        if self.people.is_some() {
            fields.push(Arc::new(Field::new(PERSON, DataType::Utf8View, true)));
            fields.push(Arc::new(Field::new(PART, DataType::Int64, false)));
        }
        Schema::new(fields)
    }

    /// Unfolds rows.
    pub(crate) fn rows(&self, rows: RecordBatch) -> Result<RecordBatch, DataFusionError> {
        let rows = if self.tags { by_tag(&rows)? } else { rows };
        match &self.people {
            Some(people) => by_person(&rows, people),
            None => Ok(rows),
        }
    }

    /// Unfolds a table; the parts are not told.
    pub(crate) fn table(&self, mut rows: DataFrame) -> Result<DataFrame, DataFusionError> {
        let people = self.people.as_ref().map(|people| (people.column.as_str(), PERSON));
        for (list, into) in self.tags.then_some(("tags", TAG)).into_iter().chain(people) {
            let list = null_if_empty().call(vec![column(list)]);
            let options = UnnestOptions::new().with_preserve_nulls(true);
            rows = rows.with_column(into, list)?.unnest_columns_with_options(&[into], options)?;
        }
        Ok(rows)
    }
}

/// A list of texts in each row, unfolded: the row of each text, and the texts. A row without any comes once, with none.
struct Texts {
    places: Vec<u32>,
    texts: ArrayRef,
    /// How often each row comes.
    times: Vec<usize>,
}

impl Texts {
    fn of(rows: &RecordBatch, name: &str) -> Result<Self, DataFusionError> {
        let lists = rows.column_by_name(name).and_then(|lists| lists.as_list_opt::<i32>());
        let lists = lists.ok_or_else(|| DataFusionError::Internal(format!("rows to unfold have no `{name}`")))?;
        // Of rows that are some of others the texts of all would be there.
        let offsets = lists.value_offsets();
        let (first, last) = (offsets[0], offsets[lists.len()]);
        let (mut places, mut of, mut times) = (Vec::new(), Vec::new(), Vec::with_capacity(rows.num_rows()));
        for (row, span) in (0..).zip(offsets.windows(2)) {
            let own = if lists.is_valid(row as usize) { span[0] - first..span[1] - first } else { 0..0 };
            times.push(own.len().max(1));
            places.extend(std::iter::repeat_n(row, own.len().max(1)));
            if own.is_empty() {
                of.push(None);
            }
            of.extend(own.map(Some));
        }
        let texts = lists.values().slice(usize::try_from(first).unwrap_or(0), usize::try_from(last - first).unwrap_or(0));
        let views = cast(&texts, &DataType::Utf8View)?;
        let texts = take(&views, &Int32Array::from(of), None)?;
        Ok(Self { places, texts, times })
    }
}

/// The rows again as often as `places` say, with columns more.
fn again(rows: &RecordBatch, places: Vec<u32>, schema: Schema, more: Vec<ArrayRef>) -> Result<RecordBatch, DataFusionError> {
    let taken = take_record_batch(rows, &UInt32Array::from(places))?;
    let columns = taken.columns().iter().cloned().chain(more).collect();
    Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
}

fn by_tag(rows: &RecordBatch) -> Result<RecordBatch, DataFusionError> {
    let Texts { places, texts, .. } = Texts::of(rows, "tags")?;
    let schema = Unfold { tags: true, people: None }.schema(&rows.schema());
    again(rows, places, schema, vec![texts])
}

fn by_person(rows: &RecordBatch, people: &People) -> Result<RecordBatch, DataFusionError> {
    let Texts { places, texts, times } = Texts::of(rows, &people.column)?;
    let mut parts = Vec::with_capacity(places.len());
    for (row, times) in times.into_iter().enumerate() {
        match &people.with {
            Part::Whole => parts.extend(std::iter::repeat_n(WHOLE, times)),
            Part::Equal => parts.extend(shares(&vec![1; times])),
            Part::By(by) => parts.extend(shares(&numbers(rows, by, row, times)?)),
        }
    }
    let schema = Unfold { tags: false, people: Some(people.clone()) }.schema(&rows.schema());
    again(rows, places, schema, vec![texts, Arc::new(Int64Array::from(parts))])
}

/// The numbers of a row's list, which are as many as its people.
fn numbers(rows: &RecordBatch, name: &str, row: usize, people: usize) -> Result<Vec<i64>, DataFusionError> {
    let lists = rows.column_by_name(name).and_then(|lists| lists.as_list_opt::<i32>());
    let lists = lists.ok_or_else(|| DataFusionError::Internal(format!("rows to unfold have no `{name}`")))?;
    let mut numbers: Vec<i64> = if lists.is_valid(row) {
        lists.value(row).as_primitive::<Int64Type>().iter().map(|number| number.unwrap_or(0).max(0)).collect()
    } else {
        Vec::new()
    };
    numbers.resize(people, 0);
    Ok(numbers)
}

/// [`WHOLE`] divided by the numbers; evenly where all are zero.
fn shares(numbers: &[i64]) -> Vec<i64> {
    let all: i128 = numbers.iter().map(|number| i128::from(*number)).sum();
    if all == 0 {
        return shares(&vec![1; numbers.len()]);
    }
    let upto = |sum: i128| i64::try_from(sum * i128::from(WHOLE) / all).unwrap_or(WHOLE);
    let mut before = 0;
    let part = |number: &i64| {
        let from = upto(before);
        before += i128::from(*number);
        upto(before) - from
    };
    numbers.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, AsArray, Int64Array, ListArray, RecordBatch, StringArray};
    use arrow::buffer::{NullBuffer, OffsetBuffer};
    use arrow::datatypes::{DataType, Field, Int64Type};

    use super::{TAG, Unfold};

    #[test]
    fn some_rows_of_many_have_their_own_tags() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["a", "b", "c", "gone", "d", "e"]));
        let offsets = OffsetBuffer::from_lengths([1, 2, 1, 0, 1, 1]);
        // The third row has no list, whatever lies where one would be.
        let valid = NullBuffer::from(vec![true, true, false, true, true, true]);
        let tags = ListArray::new(Arc::new(Field::new_list_field(DataType::Utf8, true)), offsets, texts, Some(valid));
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..6));
        let all = RecordBatch::try_from_iter([("number", numbers), ("tags", Arc::new(tags) as ArrayRef)]).unwrap();
        let unfold = Unfold { tags: true, people: None };
        let told = |rows: RecordBatch| -> Vec<(i64, Option<String>)> {
            let unfolded = unfold.rows(rows).unwrap();
            let numbers = unfolded.column(0).as_primitive::<Int64Type>().clone();
            let tags = unfolded.column_by_name(TAG).unwrap().as_string_view().clone();
            numbers.values().iter().copied().zip(tags.iter().map(|tag| tag.map(str::to_owned))).collect()
        };
        let tag = |text: &str| Some(text.to_owned());
        let whole = [(0, tag("a")), (1, tag("b")), (1, tag("c")), (2, None), (3, None), (4, tag("d")), (5, tag("e"))];
        assert_eq!(told(all.clone()), whole);
        assert_eq!(told(all.slice(1, 4)), whole[1..6]);
        assert_eq!(told(all.slice(5, 1)), whole[6..]);
    }
}
