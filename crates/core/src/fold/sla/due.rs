//! The due instant of a clock: its target spent in its own time base, piece by piece.
//!
//! A piece ends where the policy, the serving schedule or a pause changes. Met means fulfilled at or before the due instant.

use super::instances::{End, Instance, ended};
use super::policies::Applied;
use crate::calendar::Calendar;
use crate::event::Text;
use crate::fold::case::Case;
use crate::fold::history::View;
use crate::rules::{SlaPolicy, SlaSchedule, Target};

/// A clock that ran under a policy, or an explicit due date.
#[derive(Debug)]
pub(crate) struct Clock {
    pub(crate) policy: Option<Text>,
    pub(crate) policy_from: Option<i64>,
    pub(crate) target: &'static str,
    pub(crate) cycle: i64,
    pub(crate) business: bool,
    pub(crate) started_at: i64,
    pub(crate) target_seconds: Option<i64>,
    pub(crate) due_at: Option<i64>,
    pub(crate) fulfilled_at: Option<i64>,
    pub(crate) ended_at: Option<i64>,
    pub(crate) cancelled: bool,
    pub(crate) elapsed_seconds: Option<i64>,
    pub(crate) overrun_seconds: Option<i64>,
}

impl Clock {
    /// Past due with no fulfilment in time; where its due instant lies ahead, unless something happens before.
    pub(crate) fn missed(&self) -> bool {
        !self.cancelled && self.due_at.is_some_and(|due| self.fulfilled_at.is_none_or(|at| at > due))
    }
}

/// The time base of a piece.
#[derive(Clone, Copy)]
enum Base<'a> {
    Calendar,
    Business(&'a Calendar),
    /// The policy counts business time and no schedule is in force: the clock stands.
    None,
}

impl Base<'_> {
    fn elapsed(self, from: i64, to: i64) -> i64 {
        match self {
            Self::Calendar => to - from,
            Self::Business(calendar) => calendar.open_seconds(from, to),
            Self::None => 0,
        }
    }

    fn after(self, from: i64, seconds: i64) -> Option<i64> {
        match self {
            Self::Calendar => from.checked_add(seconds),
            Self::Business(calendar) => calendar.add_open_seconds(from, seconds),
            Self::None => None,
        }
    }
}

/// Runs a clock under the policies in force. `None`: no policy asks for it.
pub(crate) fn run(case: &Case<'_>, instance: &Instance, applied: &[Applied<'_>]) -> Option<Clock> {
    let stop = instance.end.map(|(at, _)| at);
    let mut clock: Option<Clock> = None;
    let mut elapsed = 0;
    let mut due = None;
    for (from, to) in running(case, instance, applied) {
        let policy = applied.iter().rev().find(|applied| applied.from <= from).and_then(|applied| applied.policy);
        let target = policy.and_then(|policy| policy.target(instance.target));
        let (Some(policy), Some(target)) = (policy, target) else {
            // The policy went away in mid-clock: what was not decided by then is cancelled.
            if let Some(clock) = clock.as_mut().filter(|_| due.is_none_or(|due| due >= from)) {
                clock.cancelled = true;
                clock.ended_at = Some(from);
                return Some(Clock { elapsed_seconds: Some(elapsed), ..clock_from(clock) });
            }
            continue;
        };
        let base = base(case, policy, from);
        let begun = clock.get_or_insert_with(|| blank(instance));
        begun.policy = Some(Text::from(policy.name.as_str()));
        begun.policy_from = policy.from;
        begun.business = !matches!(base, Base::Calendar);
        begun.target_seconds = match target {
            Target::Seconds(seconds) => Some(seconds),
            Target::BusinessDays(_) => None,
        };
        if due.is_none() {
            let candidate = match (target, base) {
                (Target::Seconds(seconds), _) if seconds < elapsed => Some(from),
                (Target::Seconds(seconds), base) => base.after(from, seconds - elapsed),
                (Target::BusinessDays(days), Base::Business(calendar)) => calendar.add_business_days(instance.started_at, days),
                (Target::BusinessDays(_), _) => None,
            };
            due = candidate.filter(|due| to.is_none_or(|to| *due <= to));
        }
        if let Some(to) = to {
            elapsed += base.elapsed(from, to);
        }
    }
    let mut clock = clock?;
    clock.due_at = due;
    clock.ended_at = stop;
    match instance.end {
        Some((at, End::Fulfilled)) => clock.fulfilled_at = Some(at),
        Some((at, End::Stopped)) => clock.cancelled = due.is_none_or(|due| due >= at),
        None => {}
    }
    if stop.is_some() {
        clock.elapsed_seconds = Some(elapsed);
        clock.overrun_seconds = clock.target_seconds.map(|target| elapsed - target).filter(|over| *over > 0);
    }
    Some(clock)
}

/// The clock of the explicit due date: fulfilled by the resolution.
pub(crate) fn due_date(case: &Case<'_>) -> Option<Clock> {
    let own = &case.history.steps;
    let started_at = own.iter().find(|step| step.due_at.is_some())?.at;
    let end = ended(case);
    let limit = end.map_or(i64::MAX, |(at, _)| at);
    let mut due = None;
    for step in own.iter().filter(|step| step.at <= limit) {
        if due.is_none_or(|due| due >= step.at) {
            due = step.due_at;
        }
    }
    let fulfilled_at = end.filter(|(_, how)| *how == End::Fulfilled).map(|(at, _)| at);
    let ended_at = end.map(|(at, _)| at);
    let stopped = end.is_some_and(|(at, how)| how == End::Stopped && due.is_none_or(|due| due >= at));
    Some(Clock {
        policy: None,
        policy_from: None,
        target: "due_date",
        cycle: 1,
        business: false,
        started_at,
        target_seconds: None,
        due_at: due,
        fulfilled_at,
        ended_at,
        cancelled: stopped || due.is_none(),
        elapsed_seconds: ended_at.map(|at| at - started_at),
        overrun_seconds: ended_at.zip(due).map(|(at, due)| at - due).filter(|over| *over > 0),
    })
}

/// The pieces of time in which a clock runs: cut by pauses, by policies and by the conversation's schedules. The last may be open.
fn running(case: &Case<'_>, instance: &Instance, applied: &[Applied<'_>]) -> Vec<(i64, Option<i64>)> {
    let begin = instance.started_at;
    let stop = instance.end.map(|(at, _)| at);
    let mut cuts: Vec<i64> = applied.iter().map(|applied| applied.from).collect();
    cuts.extend(case.history.pieces(begin, stop.unwrap_or(i64::MAX)).map(|(from, _, _)| from));
    cuts.extend(instance.pauses.iter().flat_map(|(from, to)| [Some(*from), *to]).flatten());
    cuts.retain(|at| *at > begin && stop.is_none_or(|stop| *at < stop));
    cuts.sort_unstable();
    cuts.dedup();
    let mut pieces = Vec::new();
    let mut from = begin;
    for to in cuts.into_iter().map(Some).chain([stop]) {
        let paused = instance.pauses.iter().any(|(pause, end)| *pause <= from && end.is_none_or(|end| from < end));
        if !paused {
            pieces.push((from, to));
        }
        from = to.unwrap_or(from);
    }
    pieces
}

fn base<'a>(case: &Case<'a>, policy: &SlaPolicy, at: i64) -> Base<'a> {
    let calendar = match &policy.schedule {
        SlaSchedule::Always => return Base::Calendar,
        SlaSchedule::Default => case.history.pieces(at, at).next().and_then(|(_, _, calendar)| calendar),
        SlaSchedule::Named(name) => {
            let step = case.step_at(at);
            let view = View {
                dims: &step.dims,
                status: step.status,
                origin: case.history.origin,
                customer: case.history.customer.as_ref(),
                rules: case.rules,
            };
            case.rules.calendars().serving(name, &view)
        }
    };
    match (calendar, &policy.schedule) {
        (Some(calendar), _) => Base::Business(calendar),
        // Without any schedule in the workspace a policy that names none counts calendar time.
        (None, SlaSchedule::Default) => Base::Calendar,
        (None, _) => Base::None,
    }
}

fn blank(instance: &Instance) -> Clock {
    Clock {
        policy: None,
        policy_from: None,
        target: instance.target.name(),
        cycle: instance.cycle,
        business: false,
        started_at: instance.started_at,
        target_seconds: None,
        due_at: None,
        fulfilled_at: None,
        ended_at: None,
        cancelled: false,
        elapsed_seconds: None,
        overrun_seconds: None,
    }
}

/// The clock as it stands, leaving a blank behind.
fn clock_from(clock: &mut Clock) -> Clock {
    Clock { policy: clock.policy.take(), ..*clock }
}
