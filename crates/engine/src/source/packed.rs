//! Texts of few different values, kept as a small number per row: what questions cut and filter by takes a byte instead of a view of
//! sixteen, and is a view again only in the rows that are worked through.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, MAX_INLINE_VIEW_LEN, PrimitiveArray, StringViewArray};
use arrow::compute::take;
use arrow::datatypes::{ArrowDictionaryKeyType, DataType, Field, Schema, UInt8Type, UInt16Type};
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::HashMap;
use datafusion::error::Result;

/// The most different texts that are told apart by a number of two bytes.
const MOST: usize = 1 << 16;

/// Rows that each different text must have at least, on the average: to tell more of them apart takes longer than it spares.
const ROWS: usize = 8;

/// Short texts of few different values, packed; none where a column is something else.
pub(super) fn packed(column: &ArrayRef) -> Option<ArrayRef> {
    let texts = column.as_string_view_opt()?;
    let most = MOST.min(texts.len() / ROWS);
    // A short text lies in its view whole, so that equal views are equal texts.
    let mut known: HashMap<u128, u16> = HashMap::default();
    let (mut values, mut numbers) = (Vec::new(), Vec::with_capacity(texts.len()));
    let mut last: Option<(u128, u16)> = None;
    for (row, view) in texts.views().iter().enumerate() {
        if texts.is_null(row) {
            numbers.push(0);
            continue;
        }
        let number = match last {
            Some((before, number)) if before == *view => number,
            _ if *view as u32 > MAX_INLINE_VIEW_LEN => return None,
            _ => match known.get(view) {
                Some(number) => *number,
                None if values.len() == most => return None,
                None => {
                    let number = u16::try_from(values.len()).ok()?;
                    values.push(*view);
                    known.insert(*view, number);
                    number
                }
            },
        };
        last = Some((*view, number));
        numbers.push(number);
    }
    let few = values.len() <= 1 << 8;
    let values = StringViewArray::try_new(values.into(), Vec::new(), None).ok()?;
    let nulls = texts.nulls().cloned();
    let packed: Result<ArrayRef, ArrowError> = if few {
        // Of so few none is cut off.
        let numbers = numbers.into_iter().map(|number| number as u8).collect::<Vec<_>>();
        numbered::<UInt8Type>(PrimitiveArray::new(numbers.into(), nulls), values)
    } else {
        numbered::<UInt16Type>(PrimitiveArray::new(numbers.into(), nulls), values)
    };
    packed.ok()
}

fn numbered<K: ArrowDictionaryKeyType>(numbers: PrimitiveArray<K>, values: StringViewArray) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(DictionaryArray::<K>::try_new(numbers, Arc::new(values))?))
}

/// Rows of columns some of which are packed or were: these have the type that they come with.
pub(super) fn rows(schema: &Schema, columns: Vec<ArrayRef>, number: usize) -> Result<RecordBatch> {
    let fields = schema.fields().iter().zip(&columns).map(|(field, column)| match is_packed(field.data_type()) {
        one if one != is_packed(column.data_type()) => Arc::new(Field::clone(field).with_data_type(column.data_type().clone())),
        _ => field.clone(),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let options = RecordBatchOptions::new().with_row_count(Some(number));
    Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
}

/// The same rows with nothing packed.
pub(crate) fn unpacked(packed: RecordBatch) -> Result<RecordBatch> {
    if !packed.schema_ref().fields().iter().any(|field| is_packed(field.data_type())) {
        return Ok(packed);
    }
    let texts = |column: &ArrayRef| match column.as_any_dictionary_opt() {
        Some(packed) => take(packed.values(), packed.keys(), None),
        None => Ok(column.clone()),
    };
    let columns = packed.columns().iter().map(texts).collect::<Result<_, _>>()?;
    rows(packed.schema_ref(), columns, packed.num_rows())
}

fn is_packed(form: &DataType) -> bool {
    matches!(form, DataType::Dictionary(..))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringViewArray};
    use arrow::datatypes::{DataType, Field, Schema};

    use super::{packed, rows, unpacked};

    fn texts(of: impl Fn(usize) -> Option<String>, rows: usize) -> ArrayRef {
        Arc::new((0..rows).map(of).collect::<StringViewArray>())
    }

    #[test]
    fn few_short_texts_are_packed_and_come_back() {
        for (different, bytes) in [(1, 1), (256, 1), (257, 2), (1000, 2)] {
            let plain = texts(|row| (row % 7 != 3).then(|| format!("team {}", row / 7 % different)), 9000);
            let small = packed(&plain).unwrap();
            let DataType::Dictionary(key, _) = small.data_type() else { panic!("{:?}", small.data_type()) };
            assert_eq!(key.primitive_width(), Some(bytes), "{different} texts");
            let schema =
                Schema::new(vec![Field::new("team", DataType::Utf8View, true), Field::new("seconds", DataType::Int64, false)]);
            let seconds: ArrayRef = Arc::new((0..9000).collect::<Int64Array>());
            let both = rows(&schema, vec![small, seconds], 9000).unwrap().slice(5, 8000);
            let both = unpacked(both).unwrap();
            assert_eq!(*both.schema(), schema);
            assert_eq!(both.column(0).as_string_view(), &plain.slice(5, 8000).as_string_view().clone());
        }
    }

    #[test]
    fn nothing_but_nulls_is_packed() {
        let small = packed(&texts(|_| None, 20)).unwrap();
        let schema = Schema::new(vec![Field::new("team", DataType::Utf8View, true)]);
        let plain = unpacked(rows(&schema, vec![small], 20).unwrap()).unwrap();
        assert_eq!((plain.num_rows(), plain.column(0).null_count()), (20, 20));
    }

    #[test]
    fn long_texts_and_many_different_ones_are_left_as_they_are() {
        assert!(packed(&texts(|row| Some(format!("{row}")), 9000)).is_none(), "each is another one");
        assert!(packed(&texts(|row| Some(format!("{}", row / 7)), 9000)).is_none(), "they are too many for so few rows");
        assert!(packed(&texts(|_| Some("longer than a view".into()), 9000)).is_none());
        assert!(packed(&(Arc::new(Int64Array::from(vec![1; 20])) as ArrayRef)).is_none());
    }
}
