//! The runnings of each target's clock: where they start, when they pause, and what ends them. No policy is needed to know that, only
//! which targets are asked for at all.

use std::collections::BTreeMap;

use crate::event::{Body, CallStep, StatusClass, Text};
use crate::fold::assignment;
use crate::fold::case::{Case, is_reply};
use crate::fold::replies::Cycle;
use crate::fold::resolution::transitions;
use crate::rules::SlaTarget;

/// How a clock ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// What it asks for was done.
    Fulfilled,
    /// Something made it moot: undecided unless it is past due.
    Stopped,
}

/// One running of a target's clock.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) target: SlaTarget,
    pub(crate) cycle: i64,
    pub(crate) started_at: i64,
    /// When it does not run; the last pause may be open.
    pub(crate) pauses: Vec<(i64, Option<i64>)>,
    pub(crate) end: Option<(i64, End)>,
}

/// Every clock of a conversation that could run, in order, of the targets that somebody asks for.
pub(crate) fn instances(case: &Case<'_>, waits: &[Cycle], asks: &dyn Fn(SlaTarget) -> bool) -> Vec<Instance> {
    use StatusClass::{Customer, Resolved, ThirdParty};
    let mut all = replies(case, waits);
    all.retain(|instance| asks(instance.target));
    for (target, paused) in [(SlaTarget::PeriodicUpdate, &[][..]), (SlaTarget::PausableUpdate, &[Customer])] {
        if asks(target) {
            all.extend(updates(case, target, paused));
        }
    }
    let lifelongs = [
        (SlaTarget::RequesterWait, &[Customer, Resolved][..]),
        (SlaTarget::AgentWork, &[Customer, ThirdParty, Resolved]),
        (SlaTarget::TotalResolution, &[Resolved]),
    ];
    for (target, paused) in lifelongs.into_iter().filter(|(target, _)| asks(*target)) {
        all.push(lifelong(case, target, paused));
    }
    if asks(SlaTarget::TeamOwnership) {
        all.extend(ownership(case));
    }
    if asks(SlaTarget::AnswerWithin) {
        all.extend(calls(case));
    }
    all
}

/// Waits: for the first reply until there is one, for the next ones afterwards.
fn replies(case: &Case<'_>, waits: &[Cycle]) -> Vec<Instance> {
    let first_reply = case.steps.iter().position(is_reply).unwrap_or(case.steps.len());
    let mut counts: BTreeMap<SlaTarget, i64> = BTreeMap::new();
    let mut all = Vec::new();
    for cycle in waits {
        let target = if cycle.opened <= first_reply { SlaTarget::FirstReply } else { SlaTarget::NextReply };
        let number = counts.entry(target).or_insert(0);
        *number += 1;
        let how = if cycle.replied() { End::Fulfilled } else { End::Stopped };
        let end = cycle.ended.map(|ended| (case.steps[ended].at, how));
        all.push(Instance { target, cycle: *number, started_at: case.steps[cycle.opened].at, pauses: Vec::new(), end });
    }
    all
}

/// From each public answer to the next, while the conversation is not resolved.
fn updates(case: &Case<'_>, target: SlaTarget, paused: &[StatusClass]) -> Vec<Instance> {
    let paused = times_in(case, paused);
    let solved: Vec<i64> = transitions(case).filter(|turn| turn.resolves).map(|turn| turn.at).collect();
    let mut all: Vec<Instance> = Vec::new();
    let mut running = false;
    for step in case.steps.iter() {
        let over = !step.status.class().is_open() && step.moved.is_some();
        let reply = is_reply(step);
        if running && (reply || over) {
            let how = if reply { End::Fulfilled } else { End::Stopped };
            if let Some(last) = all.last_mut() {
                last.end = Some((step.at, how));
            }
            running = false;
        }
        // An answer that comes with the solution starts no further clock: the solution follows at its instant.
        if reply && step.status.class().is_open() && solved.binary_search(&step.at).is_err() {
            all.push(Instance { target, cycle: all.len() as i64 + 1, started_at: step.at, pauses: Vec::new(), end: None });
            running = true;
        }
    }
    for instance in &mut all {
        instance.pauses = clipped(&paused, instance.started_at, instance.end);
    }
    all
}

/// From the creation to the last resolution; a reopening sets it going again with what has elapsed.
fn lifelong(case: &Case<'_>, target: SlaTarget, paused: &[StatusClass]) -> Instance {
    let end = ended(case);
    let started_at = case.history.created_at;
    Instance { target, cycle: 1, started_at, pauses: clipped(&times_in(case, paused), started_at, end), end }
}

/// When the conversation was resolved or removed for the last time, if it still is.
pub(crate) fn ended(case: &Case<'_>) -> Option<(i64, End)> {
    let own = &case.history.steps;
    let class = own[own.len() - 1].status.class();
    if class.is_open() {
        return None;
    }
    // Solved then closed is one ending: it began when the conversation left the open statuses.
    let open = own.iter().rposition(|step| step.status.class() != class);
    let at = own[open.map_or(0, |open| open + 1)].at;
    Some((at, if class == StatusClass::Resolved { End::Fulfilled } else { End::Stopped }))
}

/// While one team has it and it is not resolved.
fn ownership(case: &Case<'_>) -> Vec<Instance> {
    let mut spells: Vec<(i64, Option<Text>)> = Vec::new();
    for stretch in assignment::stretches(case) {
        if spells.last().is_none_or(|(_, team)| *team != stretch.team) {
            spells.push((stretch.at, stretch.team));
        }
    }
    let resolved = times_in(case, &[StatusClass::Resolved]);
    let over = ended(case);
    let mut all: Vec<Instance> = Vec::new();
    for (index, (at, team)) in spells.iter().enumerate() {
        // A team that gets it after its end owes nothing.
        if team.is_none() || over.is_some_and(|(over, _)| over <= *at) {
            continue;
        }
        let left = spells.get(index + 1).map(|(left, _)| (*left, End::Fulfilled));
        let end = [left, over].into_iter().flatten().min_by_key(|(at, _)| *at);
        let cycle = all.len() as i64 + 1;
        let pauses = clipped(&resolved, *at, end);
        all.push(Instance { target: SlaTarget::TeamOwnership, cycle, started_at: *at, pauses, end });
    }
    all
}

/// From a call's first queue to the answer.
fn calls(case: &Case<'_>) -> Vec<Instance> {
    let mut known: BTreeMap<Option<&Text>, usize> = BTreeMap::new();
    let mut all: Vec<Instance> = Vec::new();
    for step in case.steps.iter() {
        let Body::Call(call) = &step.event.body else { continue };
        let end = match call.step {
            CallStep::Answered if is_reply(step) => Some(End::Fulfilled),
            CallStep::Abandoned | CallStep::Voicemail | CallStep::CallbackRequested | CallStep::Ended => Some(End::Stopped),
            _ => None,
        };
        match (known.get(&call.call.as_ref()), end) {
            (None, None) if call.step == CallStep::Queued => {
                known.insert(call.call.as_ref(), all.len());
                let cycle = all.len() as i64 + 1;
                let target = SlaTarget::AnswerWithin;
                all.push(Instance { target, cycle, started_at: step.at, pauses: Vec::new(), end: None });
            }
            (Some(&index), Some(how)) if all[index].end.is_none() => all[index].end = Some((step.at, how)),
            _ => {}
        }
    }
    all
}

/// When the conversation was in one of these classes, from its creation on.
fn times_in(case: &Case<'_>, classes: &[StatusClass]) -> Vec<(i64, Option<i64>)> {
    let own = &case.history.steps;
    let mut all: Vec<(i64, Option<i64>)> = Vec::new();
    for (index, step) in own.iter().enumerate() {
        let end = own.get(index + 1).map(|next| next.at);
        if !classes.contains(&step.status.class()) || end == Some(step.at) {
            continue;
        }
        match all.last_mut() {
            Some((_, last)) if *last == Some(step.at) => *last = end,
            _ => all.push((step.at, end)),
        }
    }
    all
}

/// The parts of these times between a clock's start and its end.
fn clipped(times: &[(i64, Option<i64>)], from: i64, end: Option<(i64, End)>) -> Vec<(i64, Option<i64>)> {
    let first = times.partition_point(|(_, end)| end.is_some_and(|end| end <= from));
    let inside = times[first..].iter().take_while(|(begin, _)| end.is_none_or(|(end, _)| *begin < end));
    inside.map(|(begin, end)| ((*begin).max(from), *end)).collect()
}
