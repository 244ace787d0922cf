//! `[[target]]`: the bands that people set for a KPI, per channel or whatever the `where` says.

use super::read::{Reader, Section};
use crate::diagnostic::Place;
use crate::period::parse_duration;
use crate::words::words;

words!(
    /// How good a value is, best first.
    Band {
        /// As good as it should ever be.
        Excellent = "excellent",
        /// As good as it should be.
        Good = "good",
        /// Good enough.
        Satisfactory = "satisfactory",
        /// Missed.
        Poor = "poor",
    }
);

/// The bands that a target may bound, best first.
pub const BANDS: [&str; 3] = ["excellent", "good", "satisfactory"];

/// One target. Which side of a bound is good is known to the KPI, not to the target.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// The KPI's id. Whether it exists is checked where the catalogue is known.
    pub metric: String,
    /// Where its id stands in the rules.
    pub place: Place,
    /// Which rows it is for, as SQL text over the KPI's dimensions; None: all.
    pub filter: Option<String>,
    /// The preset that it comes from; None: it is one's own.
    pub preset: Option<String>,
    /// Inclusive bounds in the order of `BANDS`; None: no such band.
    pub bounds: [Option<Bound>; 3],
}

/// A bound of a band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// In the KPI's own unit.
    Number(f64),
    /// Of a KPI that is a duration.
    Seconds(i64),
}

impl Bound {
    /// The bound in the KPI's own unit; of durations in seconds.
    pub fn number(self) -> f64 {
        match self {
            Self::Number(number) => number,
            Self::Seconds(seconds) => seconds as f64,
        }
    }
}

/// Reads all of them; one without a metric is left out.
pub(super) fn read(reader: &mut Reader<'_>, top: &Section<'_>) -> Vec<Goal> {
    let mut found = Vec::new();
    for section in reader.sections(top, "target", "[[target]]") {
        reader.only_keys(&section, &["metric", "where", "excellent", "good", "satisfactory"]);
        let metric = reader.required_text(&section, "metric");
        let filter = reader.text(&section, "where").map(|(text, _)| text.to_owned());
        if BANDS.iter().all(|band| section.table.get(band).is_none()) {
            let hint = format!("add one of {}", BANDS.join(", "));
            reader.refuse_with("missing-key", "[[target]] has no band", section.span.clone(), hint);
        }
        let bounds = BANDS.map(|band| bound(reader, &section, band));
        if let Some((metric, span)) = metric {
            found.push(Goal { metric: metric.to_owned(), place: reader.place(span), filter, preset: None, bounds });
        }
    }
    found
}

fn bound(reader: &mut Reader<'_>, section: &Section<'_>, key: &str) -> Option<Bound> {
    let item = section.table.get(key)?;
    if let Some(number) = item.as_float().or_else(|| item.as_integer().map(|number| number as f64)) {
        return Some(Bound::Number(number));
    }
    let seconds = item.as_str().and_then(parse_duration).map(Bound::Seconds);
    if seconds.is_none() {
        let hint = "write a duration such as \"4h\" or a number such as 0.9";
        reader.refuse_with("bad-value", format!("`{key}` is neither a duration nor a number"), item.span(), hint);
    }
    seconds
}
