//! When what comes in comes: by the weekday and the hour of its arrival, in the workspace's zone.

use deskgauge_core::answer::Answers;
use deskgauge_core::question::Question;
use jiff::civil::{Date, Weekday};

use super::period::Range;

/// The KPI that tells it: every time that somebody came to us.
const METRIC: &str = "contacts_received";
/// Hours of a day.
pub const HOURS: usize = 24;

/// How often customers came in each hour of the week.
pub struct Arrivals {
    /// The KPI.
    pub metric: String,
    /// The weekdays in the order of the workspace's week, each with its hours. A weekday that the period does not have has none.
    pub days: Vec<(Weekday, [Option<f64>; HOURS])>,
}

impl Arrivals {
    /// What is to be asked, where the board of this question has the KPI.
    pub(super) fn question(current: &Question) -> Question {
        let by = ["weekday", "hour"].map(str::to_owned).to_vec();
        Question { metrics: super::of_board(current, &[METRIC]), by, ..current.clone() }
    }

    /// Reads the answers. None: nothing came.
    pub(super) fn of(answers: &Answers, range: Range, starts: Weekday) -> Option<Self> {
        if answers.answers.is_empty() {
            return None;
        }
        let days: Vec<Date> = range.from.series(jiff::Span::new().days(1)).take(7).take_while(|day| *day < range.to).collect();
        let row = |weekday: Weekday| {
            // Nobody came in the hours without an answer, unless there was no such day.
            let none = days.iter().any(|day| day.weekday() == weekday).then_some(0.0);
            (weekday, [none; HOURS])
        };
        let mut days: Vec<(Weekday, [Option<f64>; HOURS])> = starts.cycle_forward().take(7).map(row).collect();
        for answer in &answers.answers {
            let [(_, Some(weekday)), (_, Some(hour))] = answer.dimensions.as_slice() else { continue };
            let (Ok(weekday), Ok(hour)) = (weekday.parse::<i8>(), hour.parse::<usize>()) else { continue };
            let day = days.iter_mut().find(|(own, _)| own.to_monday_one_offset() == weekday);
            if let Some(cell) = day.and_then(|(_, hours)| hours.get_mut(hour)) {
                *cell = answer.value;
            }
        }
        Some(Self { metric: METRIC.to_owned(), days })
    }
}
