//! Answers: plain structs with everything that makes a number trustworthy.
//!
//! The command line, the pages, the API and the exports all print these, so nothing here is formatted and nothing is serialised:
//! the written forms live at the edges. A null is never a zero: a value that is missing says why.

mod change;

use jiff::civil::Date;

use crate::facts::At;
use crate::metric::{Good, Unit};
use crate::question::{Clock, Stat};
use crate::rules::Band;
use crate::words::words;

pub use change::{Change, Compared, Comparison, Method, Verdict, change, method};

words!(
    /// Why a value is null.
    NullReason {
        /// No row counts.
        NoData = "no_data",
        /// Business time was asked for, and no schedule is in force.
        NoSchedule = "no_schedule",
        /// The question does not apply to this metric.
        NotApplicable = "not_applicable",
        /// Rows exist, but all of them still run.
        Running = "running",
        /// The percentile lies beyond what has been observed.
        NotReached = "not_reached",
        /// Hidden by the privacy setting.
        Suppressed = "suppressed",
        /// It cannot be known.
        Unknown = "unknown",
    }
);

/// Below this many values an answer is marked `small_n`.
pub const SMALL_N: i64 = 30;

/// The state of the data that an answer was computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataCut {
    /// The snapshot of the lake.
    pub snapshot: i64,
    /// The number of the last row of the inbox that the answers count, taken into the lake or still waiting. 0 without live events, and
    /// for earlier states, which do not tell it.
    pub watermark: i64,
    /// When the snapshot was made.
    pub at: Option<At>,
}

/// All answers to one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// The profile that they were asked under.
    pub profile: String,
    /// The state of a vendor's rules that the profile tells; none of the canonical one.
    pub profile_as_of: Option<Date>,
    /// The profile's revision; none of the canonical one.
    pub profile_revision: Option<u32>,
    /// The data that they were computed from.
    pub data_cut: DataCut,
    /// Digest of the workspace's rules.
    pub rules: String,
    /// The question's now.
    pub now: At,
    /// The zone that periods are cut in, by its IANA name.
    pub time_zone: String,
    /// Start of the range, inclusive. None: from the first event.
    pub from: Option<At>,
    /// End of the range, exclusive. None: up to now.
    pub to: Option<At>,
    /// Which ranges were compared, where the question asks for it.
    pub compared: Option<Compared>,
    /// One per metric, period and cell of the dimensions: by metric as asked, then period, then dimensions with null last.
    pub answers: Vec<Answer>,
}

/// What a number is aimed at.
#[derive(Debug, Clone, PartialEq)]
pub struct Aim {
    /// The band that it lies in.
    pub band: Band,
    /// Which direction is good.
    pub good: Good,
    /// The inclusive bounds of the target, best first.
    pub bounds: Vec<(&'static str, f64)>,
    /// The preset that the target comes from; None: it is the workspace's own.
    pub preset: Option<String>,
}

/// One number and what it stands on. Fields that do not apply are `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The metric's id.
    pub metric: String,
    /// The revision of its definition.
    pub revision: u32,
    /// The profile by whose definition it was counted: none where that is the catalogue's own, also because the profile that was asked
    /// for says nothing of the metric.
    pub profile: Option<String>,
    /// The variant, where one was asked for.
    pub variant: Option<String>,
    /// The statistic.
    pub stat: Option<Stat>,
    /// The inclusive bound of the statistic `within`, in seconds. None: it is another one, or nothing bounds this cell.
    pub within: Option<i64>,
    /// The clock, of metrics that have a time.
    pub clock: Option<Clock>,
    /// The unit of `value`, `interval` and `bounds`.
    pub unit: Unit,
    /// The currency, of money.
    pub currency: Option<String>,
    /// First local day of the full period; none for the grain `all`.
    pub period: Option<Date>,
    /// Whether the period is cut by the range, or still running.
    pub partial: bool,
    /// The cell, in the order of the question's dimensions; `None` is the cell of rows without a value.
    pub dimensions: Vec<(String, Option<String>)>,
    /// The number. Seconds, a count, a share from 0 to 1, points or a score.
    pub value: Option<f64>,
    /// Why there is no number. Set exactly when `value` is `None`.
    pub null_reason: Option<NullReason>,
    /// How many values stand behind the number.
    pub n: Option<i64>,
    /// Of shares and points.
    pub numerator: Option<i64>,
    /// Of shares and points.
    pub denominator: Option<i64>,
    /// 95 % interval, low and high, in the unit of `value`.
    pub interval: Option<(f64, f64)>,
    /// The share if every running row ended badly, and if every one ended well.
    pub bounds: Option<(f64, f64)>,
    /// Rows that still run at the period's end.
    pub running: Option<i64>,
    /// Rows whose window is not over, left out of the value.
    pub provisional: Option<i64>,
    /// Rows left out, by the clause that did it, in the order of the clauses; clauses that met nothing are absent.
    pub excluded: Vec<(String, i64)>,
    /// Whether `n` is below [`SMALL_N`].
    pub small_n: bool,
    /// The model by which agents are credited, where the answer is cut by them.
    pub credit: Option<String>,
    /// The target that it is for, and the band that it lies in.
    pub aim: Option<Aim>,
    /// What it is compared with, where the question asks for it and the earlier range has such a period.
    pub comparison: Option<Box<Comparison>>,
}
