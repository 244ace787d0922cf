//! The JSON form of answers, version 1: the contract of `query --format json` and of the API.
//!
//! Fields that do not apply are null, never absent, so that a reader finds every name. The structs of the core know nothing of this.

use deskgauge_core::answer::{Aim, Answer, Answers, Compared, Comparison, DataCut};
use deskgauge_core::metric::CANONICAL;
use serde_json::{Map, Value, json};

use super::value::instant;

/// Answers as one object.
pub fn answers(answers: &Answers) -> Value {
    json!({
        "profile": answers.profile,
        "profile_as_of": answers.profile_as_of.map(|date| date.to_string()),
        "profile_revision": answers.profile_revision,
        "data_cut": data_cut(&answers.data_cut),
        "rules": answers.rules,
        "now": instant(answers.now),
        "time_zone": answers.time_zone,
        "from": answers.from.map(instant),
        "to": answers.to.map(instant),
        "comparison": answers.compared.as_ref().map(compared),
        "answers": answers.answers.iter().map(answer).collect::<Vec<Value>>(),
    })
}

/// The state of the data.
pub fn data_cut(cut: &DataCut) -> Value {
    json!({ "snapshot": cut.snapshot, "watermark": cut.watermark, "at": cut.at.map(instant) })
}

/// One answer.
pub fn answer(answer: &Answer) -> Value {
    let text = |value: &Option<String>| value.as_deref().map_or(Value::Null, Value::from);
    let cells = answer.dimensions.iter().map(|(name, value)| (name.clone(), text(value)));
    let excluded = answer.excluded.iter().map(|(reason, n)| (reason.clone(), Value::from(*n)));
    json!({
        "metric": answer.metric,
        "revision": answer.revision,
        "profile": answer.profile.as_deref().unwrap_or(CANONICAL),
        "variant": answer.variant,
        "stat": answer.stat.map(|stat| stat.name()),
        "within": answer.within,
        "clock": answer.clock.map(|clock| clock.name()),
        "unit": answer.unit.name(),
        "currency": answer.currency,
        "period": answer.period.map(|period| period.to_string()),
        "partial": answer.partial,
        "dimensions": Value::Object(cells.collect::<Map<String, Value>>()),
        "value": answer.value.map(number),
        "null_reason": answer.null_reason.map(|reason| reason.name()),
        "n": answer.n,
        "numerator": answer.numerator,
        "denominator": answer.denominator,
        "interval": answer.interval.map(pair),
        "bounds": answer.bounds.map(pair),
        "running": answer.running,
        "provisional": answer.provisional,
        "excluded": Value::Object(excluded.collect::<Map<String, Value>>()),
        "small_n": answer.small_n,
        "credit": answer.credit,
        "target": answer.aim.as_ref().map(aim),
        "comparison": answer.comparison.as_deref().map(comparison),
    })
}

/// The target of an answer and the band that it lies in.
fn aim(aim: &Aim) -> Value {
    let bounds = aim.bounds.iter().map(|(name, bound)| ((*name).to_owned(), number(*bound)));
    json!({ "band": aim.band.name(), "bounds": Value::Object(bounds.collect()), "preset": aim.preset })
}

/// Which ranges were compared. Ends are exclusive.
pub fn compared(compared: &Compared) -> Value {
    json!({
        "kind": compared.compare.name(),
        "from": compared.from.to_string(),
        "to": compared.to.to_string(),
        "before_from": compared.before_from.to_string(),
        "before_to": compared.before_to.to_string(),
        "before_until": compared.before_until.map(instant),
    })
}

/// What an answer is compared with: the earlier answer, and the change. An end of an interval that is infinite is null.
fn comparison(comparison: &Comparison) -> Value {
    let end = |value: f64| if value.is_finite() { number(value) } else { Value::Null };
    let ends = |(low, high): (f64, f64)| json!([end(low), end(high)]);
    let change = comparison.change.as_ref();
    json!({
        "before": answer(&comparison.before),
        "difference": change.map(|change| number(change.difference)),
        "relative": change.and_then(|change| change.relative),
        "interval": change.and_then(|change| change.interval).map(ends),
        "relative_interval": change.and_then(|change| change.relative_interval).map(ends),
        "method": change.and_then(|change| change.method).map(|method| method.name()),
        "noise": change.and_then(|change| change.noise),
        "verdict": change.map(|change| change.verdict.name()),
    })
}

/// A number; whole ones without a point, so that a count looks like one.
pub fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 { Value::from(value as i64) } else { Value::from(value) }
}

/// A pair of numbers as a list.
pub fn pair((low, high): (f64, f64)) -> Value {
    json!([number(low), number(high)])
}
