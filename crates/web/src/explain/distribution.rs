//! How the values of a duration or a score are spread: quantiles, and a histogram for the terminal.
//!
//! The quantiles are the engine's own answers, so they are those that `query --stat` gives; the histogram is drawn of the cases.

use deskgauge_core::metric::{Language, Measure, Metric, Unit};
use deskgauge_core::period::short_duration;
use deskgauge_core::question::{Question, Stat};
use deskgauge_engine::ask::{self, Order};
use serde_json::{Value, json};

use super::EVERY_CELL;
use crate::asking::{self, Asking};
use crate::failure::Outcome;
use crate::forms::grid::Grid;
use crate::forms::{json as answer_json, value};
use crate::locale::{self, duration};

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
    /// The classes, and how many values lie in each.
    classes: Vec<(Class, usize)>,
    unit: Unit,
}

/// A class of values.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Class {
    /// From the class before up to this bound, which is not in it.
    Below(f64),
    /// From this bound on.
    From(f64),
    /// This value alone.
    Is(f64),
}

impl Class {
    /// Its name for people.
    fn told(self, unit: Unit, language: Language) -> String {
        let shown = |number: f64, places: usize| match unit {
            Unit::Seconds => duration::short(number as i64, language),
            _ => value::decimal(number, places, language),
        };
        match self {
            Self::Below(bound) => format!("< {}", shown(bound, 2)),
            Self::From(bound) => format!("≥ {}", shown(bound, 2)),
            Self::Is(score) => shown(score, if score.fract() == 0.0 { 0 } else { 2 }),
        }
    }

    /// Its name for machines, the same in every language.
    fn name(self, unit: Unit) -> String {
        let shown = |number: f64| match unit {
            Unit::Seconds => short_duration(number as i64),
            _ => format!("{number:.2}"),
        };
        match self {
            Self::Below(bound) => format!("< {}", shown(bound)),
            Self::From(bound) => format!("≥ {}", shown(bound)),
            Self::Is(score) => score.to_string(),
        }
    }
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
                .map_err(asking::ask_failure)?;
        let values: Vec<f64> = cases.iter().filter(|case| case.left_out.is_none()).filter_map(|case| case.value).collect();
        if values.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self { quantiles, classes: classes(&values, definition.unit), unit: definition.unit }))
    }

    /// For a terminal.
    pub(super) fn print(&self, language: Language) -> String {
        let quantiles: Vec<String> = self
            .quantiles
            .iter()
            .filter_map(|(stat, number)| {
                let stat = locale::text(language, &format!("stat-{}", stat.name()));
                Some(format!("{stat} {}", value::value((*number)?, self.unit, language)))
            })
            .collect();
        let mut out = format!("{}\n\n", quantiles.join(" · "));
        let most = self.classes.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
        let mut grid = Grid::new([">", ""]);
        for (class, count) in &self.classes {
            let length = (*count as f64 / most as f64 * WIDTH).ceil() as usize;
            let bar = format!("{}  {}", "█".repeat(length), value::count(*count as i64, language));
            grid.push(vec![class.told(self.unit, language), bar]);
        }
        // The grid knows how wide the characters are; its header is an empty line, and not wanted.
        out.push_str(grid.table().trim_start_matches('\n'));
        out
    }

    /// For machines.
    pub(super) fn json(&self) -> Value {
        let quantiles =
            self.quantiles.iter().map(|(stat, number)| (stat.name().to_owned(), number.map_or(Value::Null, answer_json::number)));
        let classes: Vec<Value> =
            self.classes.iter().map(|(class, count)| json!({ "class": class.name(self.unit), "n": count })).collect();
        json!({ "quantiles": quantiles.collect::<serde_json::Map<_, _>>(), "classes": classes })
    }
}

fn classes(values: &[f64], unit: Unit) -> Vec<(Class, usize)> {
    if unit == Unit::Seconds {
        let last = DURATIONS.last().map_or(0.0, |bound| *bound as f64);
        let bounded = DURATIONS.iter().map(|bound| (Class::Below(*bound as f64), *bound as f64));
        return trimmed(counted(values, bounded.chain([(Class::From(last), f64::INFINITY)])));
    }
    // Scores take few values, each a class of its own; others get ten of equal width.
    let mut distinct: Vec<f64> = values.to_vec();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    if distinct.len() <= 12 {
        let alone = |score: &f64| (Class::Is(*score), values.iter().filter(|value| *value == score).count());
        return distinct.iter().map(alone).collect();
    }
    let (low, high) = (distinct[0], distinct[distinct.len() - 1]);
    let step = (high - low) / 10.0;
    let bounds = (1..=10).map(|class| {
        let bound = low + step * f64::from(class);
        (Class::Below(bound), if class == 10 { f64::INFINITY } else { bound })
    });
    counted(values, bounds)
}

fn counted(values: &[f64], bounds: impl Iterator<Item = (Class, f64)>) -> Vec<(Class, usize)> {
    let mut below = f64::NEG_INFINITY;
    bounds
        .map(|(class, bound)| {
            let count = values.iter().filter(|value| **value >= below && **value < bound).count();
            below = bound;
            (class, count)
        })
        .collect()
}

/// Without the empty classes at both ends.
fn trimmed(classes: Vec<(Class, usize)>) -> Vec<(Class, usize)> {
    let first = classes.iter().position(|(_, count)| *count > 0).unwrap_or(0);
    let last = classes.iter().rposition(|(_, count)| *count > 0).map_or(0, |last| last + 1);
    classes.into_iter().take(last).skip(first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_the_class_above() {
        let names = |values: &[f64], unit: Unit| -> Vec<(String, usize)> {
            classes(values, unit).into_iter().map(|(class, count)| (class.name(unit), count)).collect()
        };
        let durations = names(&[0.0, 59.0, 60.0, 300.0], Unit::Seconds);
        assert_eq!(durations, [("< 1m".to_owned(), 2), ("< 5m".to_owned(), 1), ("< 15m".to_owned(), 1)]);
        assert_eq!(names(&[5.0, 4.0, 5.0], Unit::Score), [("4".to_owned(), 1), ("5".to_owned(), 2)]);
        assert_eq!(Class::From(3600.0).told(Unit::Seconds, Language::Ru), "≥ 1 ч");
    }
}
