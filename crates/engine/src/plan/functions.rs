//! The functions that formulas may use besides SQL's own, and those by which the planner cuts time.
//!
//! All of them are pure: zone and boundaries are part of the function, never read from a clock or a session.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, Int64Array, ListArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Int64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Signature, SimpleScalarUDF, TypeSignature, Volatility, create_udf};
use deskgauge_core::facts::ColumnType;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::facts_schema::arrow_type;

/// Microseconds of a second.
pub(crate) const MICROS: i64 = 1_000_000;

/// The type of instants in all tables.
pub(crate) fn instant_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// Makes the functions of formulas known to a session.
pub(crate) fn register(context: &SessionContext) {
    context.register_udf(seconds_between());
    context.register_udf(add_seconds());
    context.register_udf(parts());
}

/// `seconds_between(a, b)`: whole seconds from a to b; null when either is.
fn seconds_between() -> ScalarUDF {
    let types = vec![instant_type(), instant_type()];
    function("seconds_between", types, DataType::Int64, |arrays| {
        let (from, to) = (instants(&arrays[0])?, instants(&arrays[1])?);
        let pairs = from.iter().zip(to.iter());
        let seconds = pairs.map(|(from, to)| Some(to?.div_euclid(MICROS) - from?.div_euclid(MICROS)));
        Ok(Arc::new(seconds.collect::<Int64Array>()))
    })
}

/// `add_seconds(a, n)`: the instant n seconds after a; null when either is.
fn add_seconds() -> ScalarUDF {
    function("add_seconds", vec![instant_type(), DataType::Int64], instant_type(), |arrays| {
        let (from, seconds) = (instants(&arrays[0])?, arrays[1].as_primitive::<Int64Type>());
        let sums = from.iter().zip(seconds.iter()).map(|(from, seconds)| from?.checked_add(seconds?.checked_mul(MICROS)?));
        Ok(Arc::new(sums.collect::<TimestampMicrosecondArray>().with_timezone("UTC")))
    })
}

/// The name of [`parts`].
pub(crate) const PARTS: &str = "parts";

/// `parts(people)` and `parts(people, numbers)`: the people. That each is credited with a part only is known to who unfolds them.
fn parts() -> ScalarUDF {
    let signature = Signature::one_of(vec![TypeSignature::Any(1), TypeSignature::Any(2)], Volatility::Immutable);
    let people = Arc::new(|arguments: &[ColumnarValue]| Ok(arguments[0].clone()));
    SimpleScalarUDF::new_with_signature(PARTS, signature, arrow_type(ColumnType::List), people).into()
}

/// The functions that cut time for a group of questions: one of each, so that what is worked out with it is known to be the same.
#[derive(Default)]
pub(crate) struct Cuts {
    periods: BTreeMap<Vec<i64>, ScalarUDF>,
    ends: BTreeMap<Vec<i64>, ScalarUDF>,
}

impl Cuts {
    /// As [`period_of`].
    pub(crate) fn period_of(&mut self, cuts: Vec<i64>) -> ScalarUDF {
        self.periods.entry(cuts).or_insert_with_key(|cuts| period_of(cuts.clone())).clone()
    }

    /// As [`first_end`].
    pub(crate) fn first_end(&mut self, ends: Vec<i64>) -> ScalarUDF {
        self.ends.entry(ends).or_insert_with_key(|ends| first_end(ends.clone())).clone()
    }
}

/// The number of an instant's period: how many of the sorted `cuts` (in seconds) are not after it, less one. Null for null and for
/// instants before the first cut and from the last cut on.
pub(crate) fn period_of(cuts: Vec<i64>) -> ScalarUDF {
    let cuts: Vec<i64> = cuts.into_iter().map(|cut| cut.saturating_mul(MICROS)).collect();
    function("period_of", vec![instant_type()], DataType::Int32, move |arrays| {
        let found = instants(&arrays[0])?.iter().map(|at| {
            let below = cuts.partition_point(|cut| *cut <= at.unwrap_or(i64::MIN));
            if at.is_none() || below == 0 || below == cuts.len() { None } else { i32::try_from(below - 1).ok() }
        });
        Ok(Arc::new(found.collect::<Int32Array>()))
    })
}

/// The first of the sorted `ends` (in seconds) that is not before an instant: from which period's end on something that began then
/// has begun. The number of ends where it is after all of them; null for null.
pub(crate) fn first_end(ends: Vec<i64>) -> ScalarUDF {
    let ends: Vec<i64> = ends.into_iter().map(|end| end.saturating_mul(MICROS)).collect();
    function("first_end", vec![instant_type()], DataType::Int32, move |arrays| {
        let found = instants(&arrays[0])?.iter().map(|at| {
            let at = at?;
            i32::try_from(ends.partition_point(|end| *end < at)).ok()
        });
        Ok(Arc::new(found.collect::<Int32Array>()))
    })
}

/// The hour of the local day, 0 to 23.
pub(crate) fn local_hour(zone: &TimeZone) -> ScalarUDF {
    local("local_hour", zone, |local| local.rem_euclid(86_400) / 3600)
}

/// The local weekday, 1 for Monday to 7 for Sunday.
pub(crate) fn local_weekday(zone: &TimeZone) -> ScalarUDF {
    // 1 January 1970 was a Thursday.
    local("local_weekday", zone, |local| (local.div_euclid(86_400) + 3).rem_euclid(7) + 1)
}

/// A list of texts, or null for an empty one, so that a row without tags is kept when tags are unfolded.
pub(crate) fn null_if_empty() -> ScalarUDF {
    let list = arrow_type(ColumnType::List);
    function("null_if_empty", vec![list.clone()], list, |arrays| {
        let list = arrays[0].as_list::<i32>();
        let filled: Vec<bool> = (0..list.len()).map(|row| list.is_valid(row) && list.value_length(row) > 0).collect();
        let arrow::datatypes::DataType::List(field) = list.data_type() else {
            return Err(DataFusionError::Plan(format!("a list is needed, not {}", list.data_type())));
        };
        let nulls = Some(arrow::buffer::NullBuffer::from(filled));
        Ok(Arc::new(ListArray::try_new(field.clone(), list.offsets().clone(), list.values().clone(), nulls)?))
    })
}

fn local(name: &str, zone: &TimeZone, part: fn(i64) -> i64) -> ScalarUDF {
    let zone = zone.clone();
    function(name, vec![instant_type()], DataType::Int64, move |arrays| {
        let mut offset = Offset { from: 1, until: 0, seconds: 0 };
        let parts = instants(&arrays[0])?.iter().map(|at| {
            let at = at?.div_euclid(MICROS);
            if at < offset.from || at >= offset.until {
                offset = Offset::at(at, &zone)?;
            }
            Some(part(at + offset.seconds))
        });
        Ok(Arc::new(parts.collect::<Int64Array>()))
    })
}

/// A zone's offset, and the stretch of time in which it is known to hold.
struct Offset {
    from: i64,
    until: i64,
    seconds: i64,
}

impl Offset {
    fn at(at: i64, zone: &TimeZone) -> Option<Self> {
        let instant = Timestamp::from_second(at).ok()?;
        let until = zone.following(instant).next().map_or(i64::MAX, |next| next.timestamp().as_second());
        Some(Self { from: at, until, seconds: i64::from(zone.to_offset(instant).seconds()) })
    }
}

fn instants(array: &ArrayRef) -> Result<&TimestampMicrosecondArray> {
    array
        .as_primitive_opt::<TimestampMicrosecondType>()
        .ok_or_else(|| DataFusionError::Plan(format!("an instant is needed, not {}", array.data_type())))
}

fn function(
    name: &str,
    types: Vec<DataType>,
    result: DataType,
    body: impl Fn(&[ArrayRef]) -> Result<ArrayRef> + Send + Sync + 'static,
) -> ScalarUDF {
    let body = move |arguments: &[ColumnarValue]| {
        let scalar = arguments.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let array = body(&ColumnarValue::values_to_arrays(arguments)?)?;
        if scalar {
            return Ok(ColumnarValue::Scalar(datafusion::common::ScalarValue::try_from_array(&array, 0)?));
        }
        Ok(ColumnarValue::Array(array))
    };
    create_udf(name, types, result, Volatility::Immutable, Arc::new(body))
}
