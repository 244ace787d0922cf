//! The band that a value lies in, by the workspace's targets.

use deskgauge_core::answer::{Aim, Answer};
use deskgauge_core::condition::{Attribute, Attributes, Condition};
use deskgauge_core::metric::{Good, Metric};
use deskgauge_core::question::Stat;
use deskgauge_core::rules::{BANDS, Band, Bound, Goal, Rules};

/// What an answer is aimed at, and whether it has met it. None: no target is for it, it has no value, or it is a sum of what the target
/// is about, or another variant.
pub(crate) fn aim(rules: &Rules, metric: &Metric, answer: &Answer) -> Option<Aim> {
    // A target is written in the unit of the KPI; a profile may tell it in another one.
    if answer.variant.is_some()
        || answer.unit != metric.definition.unit
        || answer.stat == Some(Stat::Sum) && metric.definition.default.is_some()
    {
        return None;
    }
    aim_at(rules, metric, &answer.dimensions, answer.value?)
}

/// What a metric's value in a cell of dimensions is aimed at, by the first target that is for it. None: no target is, or the metric has
/// no good direction.
pub fn aim_at(rules: &Rules, metric: &Metric, dimensions: &[(String, Option<String>)], value: f64) -> Option<Aim> {
    let goal = rules.goals.iter().find(|goal| goal.metric == metric.id && applies(goal, dimensions))?;
    met(goal, metric.good, value)
}

/// Within how many seconds a metric's values in a cell should be: the bound that the first target for it calls good, or else the nearest to
/// it that it has. None: no target is for it.
pub(crate) fn bound_of(rules: &Rules, metric: &Metric, dimensions: &[(String, Option<String>)]) -> Option<i64> {
    let goal = rules.goals.iter().find(|goal| goal.metric == metric.id && applies(goal, dimensions))?;
    let [excellent, good, satisfactory] = goal.bounds;
    good.or(satisfactory).or(excellent).map(|bound| bound.number().floor() as i64)
}

/// How well a value meets a target. None: neither direction is good.
pub fn met(goal: &Goal, good: Good, value: f64) -> Option<Aim> {
    let within = |bound: &Option<Bound>| match (bound, good) {
        (Some(bound), Good::Low) => value <= bound.number(),
        (Some(bound), Good::High) => value >= bound.number(),
        _ => false,
    };
    let bands = [Band::Excellent, Band::Good, Band::Satisfactory];
    let found = bands.into_iter().zip(&goal.bounds).find(|(_, bound)| within(bound));
    let bounds = BANDS.into_iter().zip(&goal.bounds).filter_map(|(name, bound)| Some((name, (*bound)?.number())));
    (good != Good::None).then(|| Aim {
        band: found.map_or(Band::Poor, |(band, _)| band),
        good,
        bounds: bounds.collect(),
        preset: goal.preset.clone(),
    })
}

/// A target with a condition is only for cells of which the condition is known to hold.
fn applies(goal: &Goal, dimensions: &[(String, Option<String>)]) -> bool {
    let Some(filter) = &goal.filter else { return true };
    let names: Vec<&str> = dimensions.iter().map(|(name, _)| name.as_str()).collect();
    Condition::parse(filter, &names).is_ok_and(|condition| condition.holds(&Cell(dimensions)))
}

struct Cell<'a>(&'a [(String, Option<String>)]);

impl Attributes for Cell<'_> {
    fn get(&self, name: &str) -> Option<Attribute<'_>> {
        let (_, value) = self.0.iter().find(|(own, _)| own == name)?;
        Some(value.as_deref().map_or(Attribute::Null, Attribute::Text))
    }
}
