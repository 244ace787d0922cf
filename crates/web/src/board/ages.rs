//! How old the backlog is: what is open at the end of each day, by how long it had been there.

use deskgauge_core::answer::{Answer, Answers};
use deskgauge_core::question::{Clock, Question, Stat, WITHIN};
use jiff::civil::Date;

use super::days;

/// The KPI of which it is a part.
const WHOLE: &str = "backlog";
/// The KPI that knows the ages.
const METRIC: &str = "backlog_age";
const DAY: i64 = 86_400;
/// Where one age ends and the next begins, in seconds of calendar time.
pub const BOUNDS: [i64; 3] = [DAY, 3 * DAY, 7 * DAY];

/// The backlog of each day, parted by age.
pub struct Ages {
    pub days: Vec<Date>,
    /// How many there are of each age, day by day; the youngest first.
    pub counts: Vec<Vec<f64>>,
}

impl Ages {
    /// What is to be asked day by day, where the board of this question has the backlog: how many are within each bound.
    pub(super) fn questions(daily: &Question) -> Vec<Question> {
        if !daily.metrics.iter().any(|id| id == WHOLE) {
            return Vec::new();
        }
        let within = |bound: i64| Question {
            metrics: vec![METRIC.to_owned()],
            stat: Some(Stat::Within),
            clock: Some(Clock::Calendar),
            set: [(WITHIN.to_owned(), bound)].into(),
            ..daily.clone()
        };
        BOUNDS.into_iter().map(within).collect()
    }

    /// Reads the answers. None: nothing was open.
    pub(super) fn of(answers: &[Answers]) -> Option<Self> {
        let first = answers.first()?;
        let days: Vec<Date> = days(first, METRIC).map(|(day, _)| day).collect();
        let counted = |answers: &Answers, count: fn(&Answer) -> Option<i64>| -> Vec<f64> {
            self::days(answers, METRIC).map(|(_, answer)| count(answer).unwrap_or(0) as f64).collect()
        };
        // What is within a bound and not within the one before; the oldest are what is left of all.
        let mut below = vec![0.0; days.len()];
        let within = answers.iter().map(|answers| counted(answers, |answer| answer.numerator));
        let all = std::iter::once(counted(first, |answer| answer.denominator));
        let mut counts = Vec::new();
        for upto in within.chain(all) {
            counts.push(upto.iter().zip(&below).map(|(upto, below)| upto - below).collect());
            below = upto;
        }
        below.iter().any(|all| *all > 0.0).then_some(Self { days, counts })
    }
}
