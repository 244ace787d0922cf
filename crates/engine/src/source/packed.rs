//! Texts of few different values, kept as a small number per row: what questions cut and filter by takes a byte instead of a view of
//! sixteen, and is a view again only in the rows that are worked through.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, DictionaryArray, MAX_INLINE_VIEW_LEN, PrimitiveArray, StringViewArray,
};
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

/// The columns of a group of rows, some of which may be packed.
pub(super) fn rows(schema: &Schema, columns: Vec<ArrayRef>, number: usize) -> Result<RecordBatch> {
    let fields = schema.fields().iter().zip(&columns);
    let fields = fields.map(|(field, column)| match column.data_type() {
        packed @ DataType::Dictionary(..) => Arc::new(Field::clone(field).with_data_type(packed.clone())),
        _ => field.clone(),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let options = RecordBatchOptions::new().with_row_count(Some(number));
    Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
}

/// The same rows with nothing packed.
pub(crate) fn unpacked(rows: RecordBatch) -> Result<RecordBatch> {
    let is_packed = |field: &Arc<Field>| matches!(field.data_type(), DataType::Dictionary(..));
    let schema = rows.schema();
    if !schema.fields().iter().any(is_packed) {
        return Ok(rows);
    }
    let fields = schema.fields().iter().map(|field| match is_packed(field) {
        true => Arc::new(Field::clone(field).with_data_type(DataType::Utf8View)),
        false => field.clone(),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let columns = rows.columns().iter().map(texts).collect::<Result<_>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
    Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
}

/// A column with nothing packed.
fn texts(column: &ArrayRef) -> Result<ArrayRef> {
    let of = |found: Option<ArrayRef>| found.unwrap_or_else(|| column.clone());
    Ok(match column.data_type() {
        DataType::Dictionary(key, _) if **key == DataType::UInt8 => of(views::<UInt8Type>(column)?),
        DataType::Dictionary(..) => of(views::<UInt16Type>(column)?),
        _ => column.clone(),
    })
}

fn views<K: ArrowDictionaryKeyType + ArrowPrimitiveType>(column: &ArrayRef) -> Result<Option<ArrayRef>> {
    let Some(packed) = column.as_dictionary_opt::<K>() else { return Ok(None) };
    Ok(Some(take(packed.values(), packed.keys(), None)?))
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
