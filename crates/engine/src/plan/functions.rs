//! The functions that formulas may use besides SQL's own, and those by which the planner cuts time.
//!
//! All of them are pure: zone and boundaries are part of the function, never read from a clock or a session.

mod pure;

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, Int64Array, ListArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::{ScalarUDF, Signature, TypeSignature, Volatility};
use deskgauge_core::facts::ColumnType;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pure::Pure;

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
    function("seconds_between", types, DataType::Int64, (), |(), arrays| {
        let (from, to) = (instants(&arrays[0])?, instants(&arrays[1])?);
        let seconds = |from: i64, to: i64| to.div_euclid(MICROS) - from.div_euclid(MICROS);
        let between: Int64Array = arrow::compute::binary(from, to, seconds)?;
        Ok(Arc::new(between))
    })
}

/// `add_seconds(a, n)`: the instant n seconds after a; null when either is.
fn add_seconds() -> ScalarUDF {
    function("add_seconds", vec![instant_type(), DataType::Int64], instant_type(), (), |(), arrays| {
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
    Pure { name: PARTS, signature, result: arrow_type(ColumnType::List), parameter: (), body: |(), arrays| Ok(arrays[0].clone()) }
        .into()
}

/// The number of an instant's period: how many of the sorted `cuts` (in seconds) are not after it, less one. Null for null and for
/// instants before the first cut and from the last cut on.
pub(crate) fn period_of(cuts: Vec<i64>) -> ScalarUDF {
    function("period_of", vec![instant_type()], DataType::Int32, micros(cuts), |cuts, arrays| {
        let below = Below { sorted: cuts, last: Cell::new(0) };
        let period = |at: i64| period_behind(below.of(at), cuts);
        Ok(Arc::new(instants(&arrays[0])?.unary_opt::<_, Int32Type>(period)))
    })
}

/// The number of the period behind so many of the sorted cuts; none before the first and from the last on.
pub(super) fn period_behind(below: usize, cuts: &[i64]) -> Option<i32> {
    if below == cuts.len() { None } else { i32::try_from(below.checked_sub(1)?).ok() }
}

/// The first of the sorted `ends` (in seconds) that is not before an instant: from which period's end on something that began then
/// has begun. The number of ends where it is after all of them; null for null.
pub(crate) fn first_end(ends: Vec<i64>) -> ScalarUDF {
    function("first_end", vec![instant_type()], DataType::Int32, micros(ends), |ends, arrays| {
        let below = Below { sorted: ends, last: Cell::new(0) };
        // An end that is not after the microsecond before is before the instant.
        let end = |at: i64| i32::try_from(below.of(at.saturating_sub(1))).ok();
        let found: Int32Array = instants(&arrays[0])?.unary_opt(end);
        Ok(Arc::new(found))
    })
}

/// How many of sorted numbers are not after another one; looked for first where the last one was, since neighbours are mostly alike.
struct Below<'n> {
    sorted: &'n [i64],
    last: Cell<usize>,
}

impl Below<'_> {
    fn of(&self, at: i64) -> usize {
        let last = self.last.get();
        let is_after = last == 0 || self.sorted[last - 1] <= at;
        let is_before = self.sorted.get(last).is_none_or(|next| at < *next);
        if is_after && is_before {
            return last;
        }
        self.last.set(self.sorted.partition_point(|number| *number <= at));
        self.last.get()
    }
}

fn micros(seconds: Vec<i64>) -> Vec<i64> {
    seconds.into_iter().map(|second| second.saturating_mul(MICROS)).collect()
}

/// The hour of the local day, 0 to 23.
pub(crate) fn local_hour(zone: &TimeZone) -> ScalarUDF {
    local("local_hour", zone, |zone, arrays| parts_of_day(zone, arrays, |local| local.rem_euclid(86_400) / 3600))
}

/// The local weekday, 1 for Monday to 7 for Sunday.
pub(crate) fn local_weekday(zone: &TimeZone) -> ScalarUDF {
    // 1 January 1970 was a Thursday.
    local("local_weekday", zone, |zone, arrays| {
        parts_of_day(zone, arrays, |local| (local.div_euclid(86_400) + 3).rem_euclid(7) + 1)
    })
}

/// A list of texts, or null for an empty one, so that a row without tags is kept when tags are unfolded.
pub(crate) fn null_if_empty() -> ScalarUDF {
    let list = arrow_type(ColumnType::List);
    function("null_if_empty", vec![list.clone()], list, (), |(), arrays| {
        let list = arrays[0].as_list::<i32>();
        let filled: Vec<bool> = (0..list.len()).map(|row| list.is_valid(row) && list.value_length(row) > 0).collect();
        let arrow::datatypes::DataType::List(field) = list.data_type() else {
            return Err(DataFusionError::Plan(format!("a list is needed, not {}", list.data_type())));
        };
        let nulls = Some(arrow::buffer::NullBuffer::from(filled));
        Ok(Arc::new(ListArray::try_new(field.clone(), list.offsets().clone(), list.values().clone(), nulls)?))
    })
}

/// A zone, by which functions of local time differ.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Zone(TimeZone);

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.iana_name().hash(state);
    }
}

fn local(name: &'static str, zone: &TimeZone, body: fn(&Zone, &[ArrayRef]) -> Result<ArrayRef>) -> ScalarUDF {
    function(name, vec![instant_type()], DataType::Int64, Zone(zone.clone()), body)
}

fn parts_of_day(Zone(zone): &Zone, arrays: &[ArrayRef], part: fn(i64) -> i64) -> Result<ArrayRef> {
    let known = Cell::new(Offset { from: 1, until: 0, seconds: 0 });
    let part = |at: i64| {
        let at = at.div_euclid(MICROS);
        let offset = known.get();
        if (offset.from..offset.until).contains(&at) {
            return Some(part(at + offset.seconds));
        }
        known.set(Offset::at(at, zone)?);
        Some(part(at + known.get().seconds))
    };
    Ok(Arc::new(instants(&arrays[0])?.unary_opt::<_, Int64Type>(part)))
}

/// A zone's offset, and the stretch of time in which it is known to hold.
#[derive(Clone, Copy)]
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

fn function<P: pure::Parameter>(
    name: &'static str,
    types: Vec<DataType>,
    result: DataType,
    parameter: P,
    body: fn(&P, &[ArrayRef]) -> Result<ArrayRef>,
) -> ScalarUDF {
    let signature = Signature::exact(types, Volatility::Immutable);
    Pure { name, signature, result, parameter, body }.into()
}
