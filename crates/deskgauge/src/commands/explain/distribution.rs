//! How the values of a duration or a score are spread: quantiles, and a histogram for the terminal.
//!
//! The quantiles are the engine's own answers, so they are those that `query --stat` gives; the histogram is drawn of the cases.

use deskgauge_core::metric::{Language, Measure, Metric, Unit};
use deskgauge_core::period::short_duration;
use deskgauge_core::question::{Question, Stat};
use deskgauge_engine::ask::{self, Order};
use serde_json::{Value, json};

use super::EVERY_CELL;
use crate::failure::Outcome;
use crate::output::{json as answer_json, value};
use crate::workspace::{self, Asking};

/// The most cases that a histogram is drawn of: it shows a shape, which more rows would not change.
const MOST: usize = 500_000;
/// Upper bounds of the classes of durations, in seconds: as people speak of them.
const DURATIONS: &[i64] =
    &[60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 172_800, 345_600, 604_800, 1_209_600, 2_592_000];
/// Width of the longest bar, in characters.
const WIDTH: f64 = 40.0;

/// Quantiles and classes.
pub(super) struct Distribution {
    quantiles: Vec<(Stat, Option<f64>)>,
    /// The class's name, and how many values lie in it.
    classes: Vec<(String, usize)>,
}

impl Distribution {
    /// Asks for it. None: the KPI has no values, or there are none.
    pub(super) async fn ask(asking: &Asking, metric: &Metric, question: &Question) -> Outcome<Option<Self>> {
        let Some(definition) = metric.definition(question.variant.as_deref()) else { return Ok(None) };
        if !matches!(definition.measure, Measure::Value { .. }) {
            return Ok(None);
        }
        let whole = Question { grain: deskgauge_core::period::Grain::All, ..question.clone() };
        let mut quantiles = Vec::new();
        for stat in [Stat::Min, Stat::Median, Stat::Mean, Stat::P90, Stat::P95, Stat::Max] {
            let answers = asking.ask(&Question { stat: Some(stat), ..whole.clone() }).await?;
            quantiles.push((stat, answers.answers.first().and_then(|answer| answer.value)));
        }
        let cases =
            ask::cases(asking.source(), asking.catalogue(), asking.rules(), &metric.id, &whole, &EVERY_CELL, MOST, Order::Newest)
                .await
                .map_err(workspace::ask_failure)?;
        let values: Vec<f64> = cases.iter().filter(|case| case.left_out.is_none()).filter_map(|case| case.value).collect();
        if values.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self { quantiles, classes: classes(&values, definition.unit) }))
    }

    /// For a terminal.
    pub(super) fn print(&self, unit: Unit, language: Language) -> String {
        let quantiles: Vec<String> = self
            .quantiles
            .iter()
            .filter_map(|(stat, number)| Some(format!("{} {}", stat.name(), value::value((*number)?, unit, language))))
            .collect();
        let mut out = format!("{}\n\n", quantiles.join(" · "));
        let most = self.classes.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
        let width = self.classes.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, count) in &self.classes {
            let length = (*count as f64 / most as f64 * WIDTH).ceil() as usize;
            let line = format!("{name:>width$}  {}  {}", "█".repeat(length), value::count(*count as i64, language));
            out.push_str(&format!("{line}\n"));
        }
        out
    }

    /// For machines.
    pub(super) fn json(&self) -> Value {
        let quantiles =
            self.quantiles.iter().map(|(stat, number)| (stat.name().to_owned(), number.map_or(Value::Null, answer_json::number)));
        let classes: Vec<Value> = self.classes.iter().map(|(name, count)| json!({ "class": name, "n": count })).collect();
        json!({ "quantiles": quantiles.collect::<serde_json::Map<_, _>>(), "classes": classes })
    }
}

fn classes(values: &[f64], unit: Unit) -> Vec<(String, usize)> {
    if unit == Unit::Seconds {
        let named = DURATIONS.iter().map(|bound| (format!("< {}", short_duration(*bound)), *bound as f64));
        let last = DURATIONS.last().copied().unwrap_or(0);
        let mut bounds: Vec<(String, f64)> = named.collect();
        bounds.push((format!("≥ {}", short_duration(last)), f64::INFINITY));
        return trimmed(counted(values, bounds));
    }
    // Scores take few values, each a class of its own; others get ten of equal width.
    let mut distinct: Vec<f64> = values.to_vec();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    if distinct.len() <= 12 {
        return distinct.iter().map(|score| (score.to_string(), values.iter().filter(|value| *value == score).count())).collect();
    }
    let (low, high) = (distinct[0], distinct[distinct.len() - 1]);
    let step = (high - low) / 10.0;
    let bounds = (1..=10).map(|class| {
        let bound = low + step * f64::from(class);
        (format!("< {bound:.2}"), if class == 10 { f64::INFINITY } else { bound })
    });
    counted(values, bounds.collect())
}

fn counted(values: &[f64], bounds: Vec<(String, f64)>) -> Vec<(String, usize)> {
    let mut below = f64::NEG_INFINITY;
    bounds
        .into_iter()
        .map(|(name, bound)| {
            let count = values.iter().filter(|value| **value >= below && **value < bound).count();
            below = bound;
            (name, count)
        })
        .collect()
}

/// Without the empty classes at both ends.
fn trimmed(classes: Vec<(String, usize)>) -> Vec<(String, usize)> {
    let first = classes.iter().position(|(_, count)| *count > 0).unwrap_or(0);
    let last = classes.iter().rposition(|(_, count)| *count > 0).map_or(0, |last| last + 1);
    classes.into_iter().take(last).skip(first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_the_class_above() {
        let classes = classes(&[0.0, 59.0, 60.0, 300.0], Unit::Seconds);
        assert_eq!(classes, [("< 1m".to_owned(), 2), ("< 5m".to_owned(), 1), ("< 15m".to_owned(), 1)]);
        assert_eq!(super::classes(&[5.0, 4.0, 5.0], Unit::Score), [("4".to_owned(), 1), ("5".to_owned(), 2)]);
    }
}
