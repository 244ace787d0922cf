//! The range of a question: its periods, the instants at which stocks are taken, and how far now is.

use deskgauge_core::period::{Grain, Period, data_end, day_start, period_at, periods};
use deskgauge_core::question::Question;
use deskgauge_core::rules::Rules;

/// Long before any event.
const DISTANT_PAST: i64 = -62_000_000_000;

/// The range of a question, cut.
#[derive(Debug, Clone)]
pub(crate) struct Range {
    /// The periods, in order and without gaps.
    pub(crate) periods: Vec<Period>,
    /// The question's now.
    pub(crate) now: i64,
    /// Whether there are periods at all, or one for everything.
    pub(crate) whole: bool,
}

/// The first and the last instant that a question names, in seconds, where it names them.
pub(crate) fn named(question: &Question, rules: &Rules) -> (Option<i64>, Option<i64>) {
    let start = |date| day_start(date, &rules.workspace.time_zone);
    (question.from.map(start), question.to.map(start))
}

impl Range {
    /// Cuts the range. `first` is the first instant of the data, for questions that name no start; `newest` that of its last event, for
    /// those that name no end.
    pub(crate) fn new(question: &Question, rules: &Rules, now: i64, first: Option<i64>, newest: Option<i64>) -> Self {
        let (from, to) = named(question, rules);
        let whole = question.grain == Grain::All;
        let workspace = &rules.workspace;
        // Without a named start nothing is cut: the first period is the whole one in which the first row lies.
        let begin = |at| period_at(at, question.grain, &workspace.time_zone, workspace.week_starts).full_start;
        let from = from.or(if whole { Some(DISTANT_PAST) } else { first.map(begin) }).unwrap_or(now);
        // What happens at now itself has happened, so that the end lies a second after it.
        let up_to_now = now.saturating_add(1);
        let known = newest.and_then(|at| data_end(at, now, question.grain, &workspace.time_zone, workspace.week_starts));
        let end = to.or(known.filter(|end| *end > from)).unwrap_or(up_to_now).max(from);
        let mut periods = periods(from, end, question.grain, &workspace.time_zone, workspace.week_starts);
        // A period that has just begun at now holds nothing yet.
        if to.is_none() && periods.len() > 1 && periods.last().is_some_and(|last| last.start == now) {
            periods.pop();
        }
        Self { periods, now, whole }
    }

    /// The boundaries of the periods: one more than there are periods.
    pub(crate) fn cuts(&self) -> Vec<i64> {
        let starts = self.periods.iter().map(|period| period.start);
        starts.chain(self.periods.last().map(|period| period.end)).collect()
    }

    /// At which second the stock of each period is taken: its last, or now. What happens at the end itself belongs to the next
    /// period, so that the stock of a period is that of the one before with what came and went in it.
    pub(crate) fn ends(&self) -> Vec<i64> {
        self.periods.iter().map(|period| (period.end - 1).min(self.now)).collect()
    }

    /// Until when what runs at the end of a period has run.
    pub(crate) fn limit(&self, index: usize) -> i64 {
        self.periods[index].end.min(self.now)
    }

    /// Whether a period has begun.
    pub(crate) fn begun(&self, index: usize) -> bool {
        self.periods[index].start <= self.now
    }

    /// Whether a period is cut or still running.
    pub(crate) fn partial(&self, index: usize) -> bool {
        let period = &self.periods[index];
        !self.whole && (period.is_cut() || period.full_end > self.now)
    }

    /// Each period's days: their last seconds, and to which period each belongs. Days that have not begun are left out.
    pub(crate) fn day_ends(&self, rules: &Rules, first: Option<i64>) -> (Vec<i64>, Vec<usize>) {
        let workspace = &rules.workspace;
        let mut ends = Vec::new();
        let mut owners = Vec::new();
        for (index, period) in self.periods.iter().enumerate() {
            let start = if period.start == DISTANT_PAST { first.unwrap_or(self.now) } else { period.start };
            // What happens at now itself has happened; a day that begins at now holds nothing yet.
            let until = period.end.min(self.now.saturating_add(1));
            if start >= until.min(self.now) {
                continue;
            }
            let days = periods(start, until, Grain::Day, &workspace.time_zone, workspace.week_starts);
            for day in days.iter().filter(|day| day.start < self.now) {
                ends.push(day.end - 1);
                owners.push(index);
            }
        }
        (ends, owners)
    }
}
