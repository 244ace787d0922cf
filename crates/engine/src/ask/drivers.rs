//! The drivers of a change: which cells of a dimension moved a number, and by how much.
//!
//! Of counts and sums each cell has made a part of the difference; of shares and means it has made one by its weight and one by its own
//! number. Both are told only where the cells verifiably are the whole: not where rows repeat, as by tag, nor where cells are hidden. A
//! percentile has no parts, so that its cells are told with their own changes alone. What is a change and what is noise, the core says.

mod parts;

use deskgauge_core::answer::{Answer, NullReason, SMALL_N};
use deskgauge_core::facts::find;
use deskgauge_core::metric::{Definition, Measure, Metric};
use deskgauge_core::period::Grain;
use deskgauge_core::question::{Question, Stat};
use deskgauge_core::rules::Rules;

use super::{AskError, Asked, answerable, explain, now_of};
use crate::catalogue::Catalogue;
use crate::source::FactSource;

use parts::{Weighed, half_widths, half_widths_of_counts, of_mean, of_sum};

pub use parts::{Part as Moved, told_from};

/// The dimensions by which drivers are looked for.
pub const CUTS: [&str; 7] = ["channel", "team", "reason", "tag", "agent", "hour", "weekday"];

/// Whether the cells of a dimension are parts of the difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adds {
    /// Each has made a part of it, and all together make the whole.
    Parts,
    /// The same, by its weight and by its own number.
    MixAndRate,
    /// A row stands in several cells, so that the cells together are more than the whole.
    Repeats,
    /// They are no parts of it: each is told by its own change.
    Own,
}

impl Adds {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parts => "parts",
            Self::MixAndRate => "mix_and_rate",
            Self::Repeats => "rows_repeat",
            Self::Own => "own_change",
        }
    }
}

/// What a dimension tells about the change of a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Drivers {
    /// The dimension.
    pub dimension: String,
    /// Whether its cells are parts of the difference.
    pub adds: Adds,
    /// Its cells, those that did most first.
    pub cells: Vec<Driver>,
}

/// A cell of a dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Driver {
    /// The value of the dimension; None is the cell of rows without one.
    pub cell: Option<String>,
    /// The number of the cell, compared.
    pub answer: Answer,
    /// What it did to the difference of the whole, where that can be told.
    pub moved: Option<Moved>,
    /// How many half-widths of its interval its own change is away from none: more than one, since what is noise, has no interval or
    /// stands on too few has None.
    pub strength: Option<f64>,
}

impl Drivers {
    /// What the weights of the cells did together, and what their own numbers did. None: there is no such parting.
    pub fn mix_and_rate(&self) -> Option<(f64, f64)> {
        let moved = || self.cells.iter().map(|cell| cell.moved);
        (self.adds == Adds::MixAndRate).then_some(())?;
        Some((moved().map(|own| own?.mix).sum::<Option<f64>>()?, moved().map(|own| own?.rate).sum::<Option<f64>>()?))
    }
}

/// The questions that ask for the drivers of a compared question: one for each of the dimensions, about those of its KPIs that can be cut
/// by it. They are for [`super::ask_all`], with what else is asked.
///
/// # Errors
/// The engine's.
pub fn driver_questions(
    source: &FactSource,
    catalogue: &Catalogue,
    rules: &Rules,
    question: &Question,
    cuts: &[&str],
) -> Result<Vec<Question>, AskError> {
    let now = now_of(question, rules, &explain::nothing())?;
    let mut questions = Vec::new();
    for cut in cuts {
        let mut own = Question { by: vec![(*cut).to_owned()], grain: Grain::All, metrics: Vec::new(), ..question.clone() };
        let mut metrics = Vec::new();
        for id in &question.metrics {
            let metric = catalogue.under(id, &question.profile)?;
            match plainly(rules, metric, question, cut) {
                Some(true) => {
                    metrics.push(id.clone());
                    continue;
                }
                Some(false) => continue,
                None => {}
            }
            let asked = Asked { source, rules, question: &own, now, cells: usize::MAX };
            match answerable(&asked, metric) {
                Ok(()) => metrics.push(id.clone()),
                Err(AskError::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        own.metrics = metrics;
        if !own.metrics.is_empty() {
            questions.push(own);
        }
    }
    Ok(questions)
}

/// Whether a KPI of the catalogue has a dimension, where its table alone tells: planning tells the rest, and takes its time.
fn plainly(rules: &Rules, metric: &Metric, question: &Question, cut: &str) -> Option<bool> {
    let own = &metric.definition;
    let named = question.variant.is_none() && question.credit.is_none() && own.dimensions.is_empty() && own.per.is_none();
    if !named || metric.profile.is_some() || Catalogue::is_own(metric) {
        return None;
    }
    let has = |name: &str| find(&own.from).is_some_and(|table| table.all_columns().any(|column| column.name == name));
    Some(match cut {
        "hour" | "weekday" => true,
        "tag" => has("tags"),
        "agent" => !rules.privacy.hide_individuals && (has("agent") || !own.credit.is_empty()),
        _ => has(cut),
    })
}

/// The drivers of a number by a dimension: the number and its cells, all compared. None: the number has no change to be driven.
pub fn drivers(definition: &Definition, whole: &Answer, dimension: &str, cells: &[&Answer]) -> Option<Drivers> {
    let both = (whole.value?, whole.comparison.as_ref()?.before.value?);
    whole.comparison.as_ref()?.change?;
    let (adds, moved) = parted(definition, whole, cells, both);
    let of = |(answer, moved): (&&Answer, Option<Moved>)| Driver {
        cell: answer.dimensions.first().and_then(|(_, value)| value.clone()),
        strength: strength(definition, answer),
        answer: (*answer).clone(),
        moved,
    };
    let mut cells: Vec<Driver> = cells.iter().zip(moved).map(of).collect();
    let size = |driver: &Driver| match driver.moved {
        Some(moved) => moved.part.abs(),
        None => driver.strength.unwrap_or(0.0),
    };
    cells.sort_by(|one, other| size(other).total_cmp(&size(one)).then_with(|| one.cell.cmp(&other.cell)));
    Some(Drivers { dimension: dimension.to_owned(), adds, cells })
}

/// The parts of a difference, where its cells are the whole.
fn parted(definition: &Definition, whole: &Answer, cells: &[&Answer], both: (f64, f64)) -> (Adds, Vec<Option<Moved>>) {
    let all = |adds, parts: Vec<Moved>| (adds, parts.into_iter().map(Some).collect());
    let none = |adds| (adds, vec![None; cells.len()]);
    let Some(earlier) = cells.iter().map(|answer| Some(&answer.comparison.as_ref()?.before)).collect::<Option<Vec<_>>>() else {
        return none(Adds::Own);
    };
    let suppressed = |answer: &&Answer| answer.null_reason == Some(NullReason::Suppressed);
    if cells.iter().chain(&earlier).any(suppressed) {
        return none(Adds::Own);
    }
    let n = |answers: &mut dyn Iterator<Item = Option<i64>>| answers.map(|n| n.unwrap_or(0)).sum::<i64>();
    let repeats = n(&mut cells.iter().map(|answer| answer.n)) > whole.n.unwrap_or(i64::MAX);
    if let Some(weight) = weight(definition, whole.stat) {
        let weighed = |answer: &Answer| {
            let weight = weight(answer).unwrap_or(0) as f64;
            // What weighs something and has no number cannot be taken apart.
            Weighed { value: answer.value.unwrap_or(f64::NAN), weight }
        };
        let pairs: Vec<(Weighed, Weighed)> =
            cells.iter().zip(&earlier).map(|(now, before)| (weighed(now), weighed(before))).collect();
        if let Some(parts) = of_mean(&pairs, both) {
            return all(Adds::MixAndRate, parts);
        }
    }
    if adds(definition, whole.stat) {
        let value = |answer: &Answer| answer.value.unwrap_or(f64::NAN);
        let pairs: Vec<(f64, f64)> = cells.iter().zip(&earlier).map(|(now, before)| (value(now), value(before))).collect();
        if let Some(parts) = of_sum(&pairs, both) {
            return all(Adds::Parts, parts);
        }
    }
    none(if repeats { Adds::Repeats } else { Adds::Own })
}

/// How much a cell weighs in a number that is a mean of its cells.
fn weight(definition: &Definition, stat: Option<Stat>) -> Option<fn(&Answer) -> Option<i64>> {
    let base: fn(&Answer) -> Option<i64> = |answer| answer.denominator;
    if let Some(per) = &definition.per {
        return per.trailing_days.is_none().then_some(base);
    }
    match (&definition.measure, stat) {
        (Measure::Share { .. } | Measure::Points { .. } | Measure::Stock { kept: Some(_), .. }, _) => Some(base),
        (_, Some(Stat::Within)) => Some(base),
        (Measure::Value { .. } | Measure::Stock { since: Some(_), .. }, Some(Stat::Mean)) => Some(|answer| answer.n),
        _ => None,
    }
}

/// Whether the number is a sum of its cells.
fn adds(definition: &Definition, stat: Option<Stat>) -> bool {
    if definition.per.as_ref().is_some_and(|per| per.trailing_days.is_some()) {
        return false;
    }
    match &definition.measure {
        Measure::Count | Measure::Sum(_) | Measure::Distinct(_) => true,
        Measure::Stock { since: None, kept: None, .. } => stat != Some(Stat::Max),
        Measure::Value { .. } => stat == Some(Stat::Sum),
        _ => false,
    }
}

/// How many half-widths of its interval a number's own change is away from none: more than one. None: it is noise, has no interval or
/// stands on too few.
pub fn strength(definition: &Definition, answer: &Answer) -> Option<f64> {
    let comparison = answer.comparison.as_deref()?;
    let change = comparison.change.filter(|change| change.noise == Some(false))?;
    let both = [answer, &comparison.before];
    if let Some(interval) = change.interval {
        let few = both.iter().any(|own| own.small_n);
        return (!few).then(|| half_widths(change.difference, interval));
    }
    // A count is no estimate from few values, but the larger of both must be more than a handful.
    let per = definition.per.is_some();
    let count = |own: &Answer| Some(if per { (own.numerator? as f64, own.denominator? as f64) } else { (own.value?, 1.0) });
    let (now, before) = (count(both[0])?, count(both[1])?);
    (now.0.max(before.0) >= SMALL_N as f64).then(|| half_widths_of_counts(now, before))
}
