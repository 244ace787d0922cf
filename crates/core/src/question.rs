//! A question: which metrics, over which time, cut by what, counted how.
//!
//! The command line, the API, the pages and the examples of metric files all make this one struct, with one set of option names, so
//! that a question can be copied from one to the other. It is only read here: whether a metric can answer it, the planner says.

mod compare;
mod condition;
mod dimension;
mod options;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::metric::CANONICAL;
use crate::period::Grain;
use crate::words::words;

pub use compare::{Compare, Earlier, Shift};
pub use condition::condition;
pub use dimension::{DIMENSIONS, Dimension, Source, dimension};
pub use options::{AsOf, Moment, OPTIONS, parse_now};

words!(
    /// What is made of the values.
    Stat {
        /// Arithmetic mean.
        Mean = "mean",
        /// Median, type 7.
        Median = "median",
        /// 90th percentile, type 7.
        P90 = "p90",
        /// 95th percentile, type 7.
        P95 = "p95",
        /// Smallest.
        Min = "min",
        /// Largest.
        Max = "max",
        /// Sum.
        Sum = "sum",
        /// Numerator over denominator; only metrics that are shares have it.
        Share = "share",
        /// Kaplan-Meier median: those still running count with their age.
        KmMedian = "km_median",
        /// Kaplan-Meier 90th percentile.
        KmP90 = "km_p90",
        /// The share of values of at most [`WITHIN`] seconds; only metrics that are durations have it.
        Within = "within",
    }
);

/// What `set` calls the bound of [`Stat::Within`]. Where a question does not set it, the metric's target is the bound.
pub const WITHIN: &str = "within";

words!(
    /// Which seconds count.
    Clock {
        /// Every second.
        Calendar = "calendar",
        /// The seconds in which the schedule is open.
        Business = "business",
    }
);

words!(
    /// Which instant decides the period of a row.
    Dated {
        /// The metric's own: the reply, the resolution, the answer.
        Event = "event",
        /// The start, so that a period holds what began in it.
        Cohort = "cohort",
    }
);

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Ids of metrics, in the order in which the answers come.
    pub metrics: Vec<String>,
    /// Dimensions, built-in ones and own fields.
    pub by: Vec<String>,
    /// The grain.
    pub grain: Grain,
    /// First local day. None: from the first event.
    pub from: Option<Date>,
    /// The local day after the last. None: up to now.
    pub to: Option<Date>,
    /// SQL over the facts' columns that rows must meet.
    pub filter: Option<String>,
    /// The statistic. None: the metric's default.
    pub stat: Option<Stat>,
    /// The clock. None: calendar time, and for SLA the policy's own.
    pub clock: Option<Clock>,
    /// A variant of the metrics.
    pub variant: Option<String>,
    /// Who is credited, for the dimension `agent`. None: each metric's own.
    pub credit: Option<String>,
    /// What dates the rows.
    pub dated: Dated,
    /// Parameters of the catalogue that are set for this question, in seconds.
    pub set: BTreeMap<String, i64>,
    /// The profile by whose definitions it is answered, [`CANONICAL`] or one of the catalogue's.
    pub profile: String,
    /// What the range is compared with.
    pub compare: Option<Compare>,
    /// An earlier state of the data. None: the newest.
    pub as_of: Option<AsOf>,
    /// What counts as now. None: the caller's clock, or the time of `as_of`.
    pub now: Option<Moment>,
}

impl Question {
    /// A question about `metrics` with every option at what it is when absent.
    pub fn new(metrics: Vec<String>) -> Self {
        Self {
            metrics,
            by: Vec::new(),
            grain: Grain::All,
            from: None,
            to: None,
            filter: None,
            stat: None,
            clock: None,
            variant: None,
            credit: None,
            dated: Dated::Event,
            set: BTreeMap::new(),
            profile: CANONICAL.to_owned(),
            compare: None,
            as_of: None,
            now: None,
        }
    }

    /// Drops metrics and dimensions that are named again, and tells which: an answer has each once.
    pub fn drop_repeated(&mut self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for (kind, names) in [("KPI", &mut self.metrics), ("dimension", &mut self.by)] {
            let mut kept: Vec<String> = Vec::new();
            for name in std::mem::take(names) {
                if kept.contains(&name) {
                    let message = format!("the {kind} `{name}` is named twice and answered once");
                    problems.push(Diagnostic::warning("named-twice", message).hint("name it once"));
                } else {
                    kept.push(name);
                }
            }
            *names = kept;
        }
        problems.dedup();
        problems
    }
}
