//! How the values of a duration or a score are spread: quantiles, and a histogram for the terminal and for pages.
//!
//! The quantiles are the engine's own answers, so they are those that `query --stat` gives; the histogram is drawn of the values behind them.

use deskgauge_core::answer::{Answer, Answers};
use deskgauge_core::metric::{Language, Measure, Metric, Unit};
use deskgauge_core::period::short_duration;
use deskgauge_core::question::{Question, Stat};
use deskgauge_engine::ask::{self, AskError};
use serde_json::{Value, json};

use crate::asking::{self, Asking};
use crate::failure::Outcome;
use crate::forms::grid::Grid;
use crate::forms::{json as answer_json, value};
use crate::locale::{self, duration};

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
        let stats = [Stat::Min, Stat::Median, Stat::Mean, Stat::P90, Stat::P95, Stat::Max];
        let answered = asking.ask_all(&stats.map(|stat| Question { stat: Some(stat), ..whole.clone() })).await?;
        let value = |answers: Answers| answers.answers.first().and_then(|answer| answer.value);
        let quantiles = stats.into_iter().zip(answered.into_iter().map(value)).collect();
        let values = ask::values(asking.source(), asking.catalogue(), asking.rules(), &metric.id, &whole).await;
        let values = values.map_err(asking::ask_failure)?;
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

/// The classes of a duration, as pages draw them.
pub(crate) struct Spread {
    /// The KPI.
    pub(crate) metric: Metric,
    /// The share within its target, where it has one.
    pub(crate) within: Option<Answer>,
    classes: Vec<(Class, usize)>,
}

/// A class of a [`Spread`]: from its first second to the one after its last, where it has them, and how many values lie in it.
pub(crate) struct Bin {
    pub(crate) from: Option<f64>,
    pub(crate) below: Option<f64>,
    pub(crate) n: usize,
    class: Class,
}

impl Spread {
    /// Asks for those of some durations that have values. Where small groups are hidden there are none: a class may hold a single one.
    pub(crate) async fn ask(asking: &Asking, ids: &[&str], question: &Question) -> Outcome<Vec<Self>> {
        let mut spreads = Vec::new();
        let known: Vec<&str> = ids.iter().copied().filter(|id| asking.catalogue().get(id).is_some()).collect();
        if asking.rules().privacy.minimum_group > 1 || known.is_empty() {
            return Ok(spreads);
        }
        let whole = asking.with_now(&Question { compare: None, by: Vec::new(), ..question.clone() });
        let aimed = known.iter().filter(|id| asking.rules().goals.iter().any(|goal| goal.metric == **id));
        let metrics = aimed.map(|id| (*id).to_owned()).collect();
        let mut shares = asking.ask(&Question { metrics, stat: Some(Stat::Within), ..whole.clone() }).await?.answers;
        shares.retain(|share| share.within.is_some());
        for id in known {
            let metric = asking
                .catalogue()
                .under(id, &question.profile)
                .map_err(|problem| asking::ask_failure(AskError::Refused(problem)))?;
            let values = ask::values(asking.source(), asking.catalogue(), asking.rules(), id, &whole).await;
            let values = values.map_err(asking::ask_failure)?;
            if metric.definition.unit == Unit::Seconds && !values.is_empty() {
                let within = shares.iter().find(|share| share.metric == id).cloned();
                spreads.push(Self { metric: metric.clone(), within, classes: classes(&values, Unit::Seconds) });
            }
        }
        Ok(spreads)
    }

    /// Its classes, the lowest first.
    pub(crate) fn classes(&self) -> Vec<Bin> {
        let bin = |(class, n): &(Class, usize)| {
            let (from, below) = match *class {
                Class::Below(bound) => {
                    let lower = DURATIONS.iter().map(|own| *own as f64).take_while(|own| *own < bound).last();
                    (lower, Some(bound))
                }
                Class::From(bound) => (Some(bound), None),
                Class::Is(value) => (Some(value), Some(value)),
            };
            Bin { from, below, n: *n, class: *class }
        };
        self.classes.iter().map(bin).collect()
    }

    /// A class in words.
    pub(crate) fn told(&self, bin: &Bin, language: Language) -> String {
        bin.class.told(Unit::Seconds, language)
    }

    /// Where a value lies in a picture of the classes side by side, from 0 to 1.
    pub(crate) fn place(&self, value: f64) -> f64 {
        let classes = self.classes();
        let Some(index) = classes.iter().position(|class| class.below.is_none_or(|below| value < below)) else { return 1.0 };
        let (from, below) = (classes[index].from.unwrap_or(0.0), classes[index].below);
        let within = below.map_or(0.0, |below| ((value - from) / (below - from)).clamp(0.0, 1.0));
        (index as f64 + within) / classes.len() as f64
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

    #[test]
    fn a_target_lies_in_its_class_and_within_the_picture() {
        let metric = Metric::parse(include_str!("../../../../catalogue/speed/first_response_time.md"), "m")
            .0
            .expect("the catalogue's own");
        let spread = |values: &[f64]| Spread { metric: metric.clone(), within: None, classes: classes(values, Unit::Seconds) };
        // 5 min to 15 min, 15 to 30, 30 to 60.
        let three = spread(&[400.0, 1000.0, 2000.0]);
        assert_eq!((three.place(900.0), three.place(300.0), three.place(10.0)), (1.0 / 3.0, 0.0, 0.0));
        assert_eq!((three.place(1350.0), three.place(3600.0), three.place(f64::INFINITY)), (0.5, 1.0, 1.0));
        let bounds: Vec<_> = three.classes().iter().map(|class| (class.from, class.below, class.n)).collect();
        assert_eq!(bounds, [(Some(300.0), Some(900.0), 1), (Some(900.0), Some(1800.0), 1), (Some(1800.0), Some(3600.0), 1)]);
        let huge = spread(&[1e12]);
        assert_eq!((huge.place(5.0), huge.place(1e13), huge.classes()[0].below), (0.0, 0.0, None));
    }
}
