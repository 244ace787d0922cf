//! The runnings of each target's clock: where they start, when they pause, and what ends them. No policy is needed to know that.

use crate::event::{Body, CallStep, Status, StatusClass};
use crate::fold::assignment;
use crate::fold::case::{Case, is_reply};
use crate::fold::replies::cycles;
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

/// Every clock of a conversation that could run, in order.
pub(crate) fn instances(case: &Case<'_>) -> Vec<Instance> {
    let mut all = replies(case);
    all.extend(updates(case, SlaTarget::PeriodicUpdate, &[]));
    all.extend(updates(case, SlaTarget::PausableUpdate, &[StatusClass::Customer]));
    use StatusClass::{Customer, Resolved, ThirdParty};
    all.extend(lifelong(case, SlaTarget::RequesterWait, &[Customer, Resolved]));
    all.extend(lifelong(case, SlaTarget::AgentWork, &[Customer, ThirdParty, Resolved]));
    all.extend(lifelong(case, SlaTarget::TotalResolution, &[Resolved]));
    all.extend(ownership(case));
    all.extend(calls(case));
    all
}

/// The first reply, and every later wait.
fn replies(case: &Case<'_>) -> Vec<Instance> {
    let mut next = 0;
    let instance = |(index, cycle): (usize, crate::fold::replies::Cycle)| {
        let target = if index == 0 { SlaTarget::FirstReply } else { SlaTarget::NextReply };
        next += i64::from(index > 0);
        let how = if cycle.replied() { End::Fulfilled } else { End::Stopped };
        Instance {
            target,
            cycle: if index == 0 { 1 } else { next },
            started_at: case.steps[cycle.opened].at,
            pauses: Vec::new(),
            end: cycle.ended.map(|ended| (case.steps[ended].at, how)),
        }
    };
    cycles(case).into_iter().enumerate().map(instance).collect()
}

/// From each public answer to the next, while the conversation is not resolved.
fn updates(case: &Case<'_>, target: SlaTarget, paused: &[StatusClass]) -> Vec<Instance> {
    let mut all: Vec<Instance> = Vec::new();
    let mut running = false;
    for step in &case.steps {
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
        if reply && step.status.class().is_open() && !solved_at(case, step.at) {
            all.push(Instance { target, cycle: all.len() as i64 + 1, started_at: step.at, pauses: Vec::new(), end: None });
            running = true;
        }
    }
    for instance in &mut all {
        instance.pauses = pauses(case, paused, instance.started_at, instance.end.map(|(at, _)| at));
    }
    all
}

fn solved_at(case: &Case<'_>, at: i64) -> bool {
    case.steps.iter().any(|step| step.at == at && step.moved.is_some() && step.status.class() == StatusClass::Resolved)
}

/// From the creation to the last resolution; a reopening sets it going again with what has elapsed.
fn lifelong(case: &Case<'_>, target: SlaTarget, paused: &[StatusClass]) -> Option<Instance> {
    let own = &case.history.steps;
    let end = ended(case);
    let started_at = own[0].at;
    Some(Instance { target, cycle: 1, started_at, pauses: pauses(case, paused, started_at, end.map(|(at, _)| at)), end })
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

fn ownership(case: &Case<'_>) -> Vec<Instance> {
    let stretches = assignment::stretches(case);
    let mut all: Vec<Instance> = Vec::new();
    for (index, stretch) in stretches.iter().enumerate() {
        let same = index > 0 && stretches[index - 1].team == stretch.team;
        if same || stretch.team.is_none() {
            continue;
        }
        let left = stretches[index..].iter().find(|later| later.team != stretch.team).map(|later| (later.at, End::Fulfilled));
        let over = ended(case).filter(|(at, _)| *at >= stretch.at);
        let end = [left, over].into_iter().flatten().min_by_key(|(at, _)| *at);
        let cycle = all.len() as i64 + 1;
        all.push(Instance { target: SlaTarget::TeamOwnership, cycle, started_at: stretch.at, pauses: Vec::new(), end });
    }
    all
}

/// From a call's first queue to the answer.
fn calls(case: &Case<'_>) -> Vec<Instance> {
    let mut all: Vec<(Option<&crate::event::Text>, Instance)> = Vec::new();
    for step in &case.steps {
        let Body::Call(call) = &step.event.body else { continue };
        let id = call.call.as_ref();
        let known = all.iter().position(|(known, _)| *known == id);
        let end = match call.step {
            CallStep::Answered => Some(End::Fulfilled),
            CallStep::Abandoned | CallStep::Voicemail | CallStep::CallbackRequested | CallStep::Ended => Some(End::Stopped),
            _ => None,
        };
        match (known, end) {
            (None, None) if call.step == CallStep::Queued => {
                let cycle = all.len() as i64 + 1;
                let target = SlaTarget::AnswerWithin;
                all.push((id, Instance { target, cycle, started_at: step.at, pauses: Vec::new(), end: None }));
            }
            (Some(index), Some(how)) if all[index].1.end.is_none() => all[index].1.end = Some((step.at, how)),
            _ => {}
        }
    }
    all.into_iter().map(|(_, instance)| instance).collect()
}

/// When the conversation was in one of these classes, between two instants.
fn pauses(case: &Case<'_>, classes: &[StatusClass], from: i64, to: Option<i64>) -> Vec<(i64, Option<i64>)> {
    let own = &case.history.steps;
    let mut all: Vec<(i64, Option<i64>)> = Vec::new();
    for (index, step) in own.iter().enumerate() {
        let paused = classes.contains(&step.status.class()) && step.status != Status::Merged;
        let end = own.get(index + 1).map(|next| next.at);
        let begin = step.at.max(from);
        if !paused || end.is_some_and(|end| end <= begin) || to.is_some_and(|to| to <= begin) {
            continue;
        }
        match all.last_mut() {
            Some((_, last)) if *last == Some(begin) => *last = end,
            _ => all.push((begin, end)),
        }
    }
    all
}
