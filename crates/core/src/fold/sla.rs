//! SLA clocks: which policy applied when, when each of its clocks was due, and what became of it.
//!
//! Clocks are replayed from the events, never polled: the due instant is worked out through every pause, schedule and change of
//! policy, so that a late finish is a breach whenever somebody looks. A change of target keeps the elapsed time. A version of a policy
//! is chosen when the policy is applied and stays.

mod due;
mod instances;
mod policies;

use super::case::Case;
use super::replies::Cycle;
use super::resolution::transitions;
use crate::facts::{At, Facts, SlaClock, SlaOutcome};
use crate::rules::SlaTarget;

pub(crate) use due::Clock;

/// Writes `sla_clocks` and `sla_outcomes`. Returns the clocks, for the overdue mark.
pub(crate) fn fold(case: &Case<'_>, waits: &[Cycle], facts: &mut Facts) -> Vec<Clock> {
    if case.merged_into.is_some() {
        return Vec::new();
    }
    let applied = policies::applied(case, facts);
    let mut clocks: Vec<Clock> = Vec::new();
    // Clocks that no policy asks for never run.
    let asks =
        |target: SlaTarget| applied.iter().any(|applied| applied.policy.is_some_and(|policy| policy.target(target).is_some()));
    for instance in instances::instances(case, waits, &asks) {
        clocks.extend(due::run(case, &instance, &applied));
    }
    clocks.extend(due::due_date(case));
    for clock in &clocks {
        facts.sla_clocks.push(row(case, clock));
    }
    facts.sla_outcomes.extend(outcome(case, &clocks));
    clocks
}

fn row(case: &Case<'_>, clock: &Clock) -> SlaClock {
    let decided = [clock.due_at, clock.fulfilled_at].into_iter().flatten().min();
    let last = case.steps[case.steps.len() - 1].at;
    let mut at = decided.unwrap_or(clock.started_at).min(last);
    if let Some(ended) = clock.ended_at.filter(|_| clock.target == SlaTarget::TeamOwnership.name()) {
        // A team answers for its own clock, not the team that got the conversation by ending it.
        at = at.min(ended - 1).max(clock.started_at);
    }
    let step = case.step_at(at);
    let fulfilled = clock.fulfilled_at.is_some_and(|at| decided == Some(at));
    let resolves = |at: i64| transitions(case).any(|turn| turn.resolves && turn.at == at);
    SlaClock {
        common: case.common(step, step.dims.owner.as_ref(), step.event.actor.as_ref().filter(|_| fulfilled)),
        policy: clock.policy.clone(),
        policy_from: clock.policy_from.map(At),
        target: clock.target,
        cycle: clock.cycle,
        clock: if clock.business { "business" } else { "calendar" },
        started_at: At(clock.started_at),
        target_seconds: clock.target_seconds,
        due_at: clock.due_at.map(At),
        fulfilled_at: clock.fulfilled_at.map(At),
        ended_at: clock.ended_at.map(At),
        cancelled: clock.cancelled,
        resolved: clock.cancelled && clock.ended_at.is_some_and(resolves),
        elapsed_seconds: clock.elapsed_seconds,
        overrun_seconds: clock.overrun_seconds,
    }
}

/// The conversation's verdict over all clocks that were not cancelled.
fn outcome(case: &Case<'_>, clocks: &[Clock]) -> Option<SlaOutcome> {
    let counted: Vec<&Clock> = clocks.iter().filter(|clock| !clock.cancelled).collect();
    let started_at = counted.iter().map(|clock| clock.started_at).min()?;
    let decisions: Vec<Option<i64>> =
        counted.iter().map(|clock| [clock.due_at, clock.fulfilled_at].into_iter().flatten().min()).collect();
    let decided_at = decisions.iter().copied().collect::<Option<Vec<i64>>>().and_then(|all| all.into_iter().max());
    let breached_at = counted.iter().filter(|clock| clock.missed()).filter_map(|clock| clock.due_at).min();
    let last = case.steps[case.steps.len() - 1].at;
    let step = case.step_at(decided_at.unwrap_or(last).min(last));
    Some(SlaOutcome {
        common: case.common(step, step.dims.owner.as_ref(), None),
        started_at: At(started_at),
        decided_at: decided_at.map(At),
        breached_at: breached_at.map(At),
        clocks_count: counted.len() as i64,
    })
}
