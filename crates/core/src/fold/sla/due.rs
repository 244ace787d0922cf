//! The due instant of a clock: its target spent in its own time base, piece by piece.
//!
//! A piece ends where the policy, the serving schedule or a pause changes. Met means fulfilled at or before the due instant.

use super::instances::{End, Instance, ended};
use super::policies::Applied;
use crate::calendar::Calendar;
use crate::event::Text;
use crate::fold::case::Case;
use crate::fold::state::View;
use crate::rules::{SlaPolicy, SlaSchedule, SlaTarget, Target};

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

/// What a policy asks for in a piece of time.
#[derive(Clone, Copy)]
struct Promise<'a> {
    policy: &'a SlaPolicy,
    target: Target,
    base: Base<'a>,
}

impl<'a> Promise<'a> {
    /// The one in force from an instant on; `None`: no policy asks for that target.
    fn at(case: &Case<'a>, applied: &[Applied<'a>], target: SlaTarget, at: i64) -> Option<Self> {
        let before = applied.partition_point(|applied| applied.from <= at);
        let policy = applied[..before].last()?.policy?;
        let target = policy.target(target)?;
        let base = base(case, policy, at);
        let target = match (target, base) {
            (Target::BusinessDays(days), Base::Calendar) => Target::Seconds(i64::from(days) * 86_400),
            (target, _) => target,
        };
        Some(Self { policy, target, base })
    }

    /// When a clock is due that goes on at an instant with what has elapsed until then. A target that has been used up already, by a
    /// change to a stricter one, is due there and then.
    fn due(&self, started_at: i64, at: i64, elapsed: i64) -> Option<i64> {
        match (self.target, self.base) {
            (Target::Seconds(seconds), _) if seconds < elapsed => Some(at),
            (Target::Seconds(seconds), base) => base.after(at, seconds - elapsed),
            (Target::BusinessDays(days), Base::Business(calendar)) => {
                let due = calendar.add_business_days(started_at, days)?;
                // Pauses put it off by their open seconds.
                let paused = calendar.open_seconds(started_at, at) - elapsed;
                let due = if paused > 0 { calendar.add_open_seconds(due, paused)? } else { due };
                Some(due.max(at))
            }
            (Target::BusinessDays(_), _) => None,
        }
    }
}

/// Runs a clock under the policies in force. `None`: no policy asks for it.
///
/// The clock counts from its start also where its policy came later; a policy that went away for good ends it.
pub(crate) fn run<'a>(case: &Case<'a>, instance: &Instance, applied: &[Applied<'a>]) -> Option<Clock> {
    let started_at = instance.started_at;
    let mut last: Option<Promise<'_>> = None;
    let mut elapsed = 0;
    let mut due = None;
    // Time under no policy: it counts once there is one.
    let mut bare: Vec<(i64, Option<i64>)> = Vec::new();
    for (from, to) in running(case, instance, applied) {
        let Some(promise) = Promise::at(case, applied, instance.target, from) else {
            bare.push((from, to));
            continue;
        };
        // A promise that was broken stays the one to be judged by, whatever is promised later.
        if due.is_none() || last.is_none() {
            last = Some(promise);
        }
        elapsed += bare.drain(..).map(|(from, to)| promise.base.elapsed(from, to.unwrap_or(from))).sum::<i64>();
        due = due.or_else(|| promise.due(started_at, from, elapsed).filter(|due| to.is_none_or(|to| *due <= to)));
        elapsed += to.map_or(0, |to| promise.base.elapsed(from, to));
    }
    let promise = last?;
    let end = match bare.first() {
        Some((gone, _)) => Some((*gone, End::Stopped)),
        None => instance.end,
    };
    let stopped_at = end.map(|(at, _)| at);
    let met_until = due.or_else(|| promise.due(started_at, stopped_at?, elapsed));
    let target_seconds = match promise.policy.target(instance.target) {
        Some(Target::Seconds(seconds)) => Some(seconds),
        _ => None,
    };
    let overrun = |stopped_at| match promise.target {
        Target::Seconds(target) => elapsed - target,
        Target::BusinessDays(_) => due.map_or(0, |due| promise.base.elapsed(due, stopped_at)),
    };
    Some(Clock {
        policy: Some(Text::from(promise.policy.name.as_str())),
        policy_from: promise.policy.from,
        target: instance.target.name(),
        cycle: instance.cycle,
        business: !matches!(promise.base, Base::Calendar),
        started_at,
        target_seconds,
        due_at: met_until,
        fulfilled_at: end.filter(|(_, how)| *how == End::Fulfilled).map(|(at, _)| at),
        ended_at: stopped_at,
        cancelled: end.is_some_and(|(at, how)| how == End::Stopped && due.is_none_or(|due| due >= at)),
        elapsed_seconds: stopped_at.map(|_| elapsed),
        overrun_seconds: stopped_at.map(overrun).filter(|over| *over > 0),
    })
}

/// The clock of the explicit due date: fulfilled by the resolution.
pub(crate) fn due_date(case: &Case<'_>) -> Option<Clock> {
    let own = &case.history.steps;
    let started_at = own.iter().find(|step| step.due_at.is_some())?.at;
    let end = ended(case);
    let limit = end.map_or(i64::MAX, |(at, _)| at);
    if started_at > limit {
        return None;
    }
    let mut due = None;
    let mut cleared_at = None;
    for step in own.iter().filter(|step| step.at <= limit) {
        if due.is_none_or(|due| due >= step.at) {
            if due.is_some() && step.due_at.is_none() {
                cleared_at = Some(step.at);
            }
            due = step.due_at;
        }
    }
    let fulfilled_at = end.filter(|(_, how)| *how == End::Fulfilled && due.is_some()).map(|(at, _)| at);
    let ended_at = if due.is_none() { cleared_at } else { end.map(|(at, _)| at) };
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
    let inside = |at: &i64| stop.is_none_or(|stop| *at < stop);
    let later = applied.partition_point(|applied| applied.from <= begin);
    let mut cuts: Vec<i64> = applied[later..].iter().map(|applied| applied.from).take_while(inside).collect();
    cuts.extend(case.history.pieces(begin, stop.unwrap_or(i64::MAX)).map(|(from, _, _)| from));
    cuts.extend(instance.pauses.iter().flat_map(|(from, to)| [Some(*from), *to]).flatten());
    cuts.retain(|at| *at > begin && inside(at));
    cuts.sort_unstable();
    cuts.dedup();
    let mut pieces = Vec::new();
    let mut pauses = instance.pauses.iter().peekable();
    let mut from = begin;
    for to in cuts.into_iter().map(Some).chain([stop]) {
        while pauses.next_if(|(_, end)| end.is_some_and(|end| end <= from)).is_some() {}
        if pauses.peek().is_none_or(|(pause, _)| *pause > from) {
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
