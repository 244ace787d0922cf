//! The band that a value lies in, by the workspace's targets.

use deskgauge_core::condition::{Attribute, Attributes, Condition};
use deskgauge_core::metric::{Good, Metric};
use deskgauge_core::rules::{Bound, Goal, Rules};

/// How good a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// As good as it should ever be.
    Excellent,
    /// As good as it should be.
    Good,
    /// Good enough.
    Satisfactory,
    /// Missed.
    Poor,
}

impl Band {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Excellent => "excellent",
            Self::Good => "good",
            Self::Satisfactory => "satisfactory",
            Self::Poor => "poor",
        }
    }
}

/// The band of a metric's value in a cell of dimensions, by the first target that is for it. None: no target is, or the metric has
/// no good direction.
pub fn bands(rules: &Rules, metric: &Metric, dimensions: &[(String, Option<String>)], value: f64) -> Option<Band> {
    let goal = rules.goals.iter().find(|goal| goal.metric == metric.id && applies(goal, dimensions))?;
    band(&goal.bounds, metric.good, value)
}

/// The band of a value under a target's bounds, best first. None: neither direction is good.
pub fn band(bounds: &[Option<Bound>; 3], good: Good, value: f64) -> Option<Band> {
    let met = |bound: &Option<Bound>| match (bound, good) {
        (Some(bound), Good::Low) => value <= bound.number(),
        (Some(bound), Good::High) => value >= bound.number(),
        _ => false,
    };
    let bands = [Band::Excellent, Band::Good, Band::Satisfactory];
    let found = bands.into_iter().zip(bounds).find(|(_, bound)| met(bound));
    (good != Good::None).then(|| found.map_or(Band::Poor, |(band, _)| band))
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
