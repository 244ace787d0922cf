//! Queue entries and calls: how long a caller or a chat waited, who took it, how it ended.
//!
//! One row per entry into a queue; a call that met no queue has one row from its first step. Talk is from the answer to the end without
//! hold; wrap is from the end to the end of the after-call work.

use std::collections::BTreeMap;

use super::case::Case;
use super::history::Step;
use crate::event::{Body, Call, CallStep, Direction, HungUpBy, Text};
use crate::facts::{At, Facts, QueueEntry};

/// One leg: an entry into a queue and what followed until the next.
#[derive(Debug)]
pub(crate) struct Leg {
    pub(crate) call: Option<Text>,
    pub(crate) queue: Option<Text>,
    pub(crate) direction: Direction,
    pub(crate) first: bool,
    /// The step that opened the leg.
    pub(crate) opened: usize,
    pub(crate) arrived_at: i64,
    pub(crate) entered_at: i64,
    pub(crate) ringing_at: Option<i64>,
    pub(crate) answered_at: Option<i64>,
    pub(crate) abandoned_at: Option<i64>,
    pub(crate) ended_at: Option<i64>,
    pub(crate) wrapped_at: Option<i64>,
    pub(crate) hold_seconds: i64,
    held_since: Option<i64>,
    pub(crate) agent: Option<Text>,
    outcome: &'static str,
    hung_up_by: Option<HungUpBy>,
}

impl Leg {
    /// Talk without hold.
    pub(crate) fn talk_seconds(&self) -> Option<i64> {
        let (answered, ended) = (self.answered_at?, self.ended_at?);
        Some((ended - answered - self.hold_seconds).max(0))
    }

    /// After-call work.
    pub(crate) fn wrap_seconds(&self) -> Option<i64> {
        Some((self.wrapped_at? - self.ended_at?).max(0))
    }
}

/// The legs of every call of a conversation, in the order of their beginnings.
pub(crate) fn legs(case: &Case<'_>) -> Vec<Leg> {
    let mut legs: Vec<Leg> = Vec::new();
    // The legs of each call.
    let mut calls: BTreeMap<Option<&Text>, Vec<usize>> = BTreeMap::new();
    for (index, step) in case.steps.iter().enumerate() {
        let Body::Call(call) = &step.event.body else { continue };
        let own = calls.entry(call.call.as_ref()).or_default();
        let current = own.last().copied();
        let arrived_at = own.first().map_or(step.at, |first| legs[*first].arrived_at);
        let over = |leg: &Leg| leg.ended_at.is_some() || leg.abandoned_at.is_some();
        let fresh = match (current, call.step) {
            (None, _) => true,
            (Some(at), CallStep::Queued) => legs[at].answered_at.is_some() || over(&legs[at]) || legs[at].queue != call.queue,
            (Some(at), CallStep::Ringing | CallStep::Answered | CallStep::CallbackStarted) => over(&legs[at]),
            _ => false,
        };
        if fresh {
            if let Some(at) = current {
                leave(&mut legs[at], step.at);
            }
            own.push(legs.len());
            legs.push(leg(call, index, step, arrived_at, current.is_none()));
        }
        if let Some(at) = concerned(&legs, own, call, step) {
            apply(&mut legs[at], call, step);
        }
    }
    legs
}

/// The leg that a step is about: the latest, but after-call work may belong to the agent who passed the call on.
fn concerned(legs: &[Leg], own: &[usize], call: &Call, step: &Step<'_>) -> Option<usize> {
    let agent = call.agent.as_ref().or(step.event.actor.as_ref());
    let theirs = |at: &&usize| agent.is_some() && legs[**at].agent.as_ref() == agent && legs[**at].wrapped_at.is_none();
    let passed_on = own.iter().rev().find(|at| call.step == CallStep::Wrapped && theirs(at));
    passed_on.or(own.last()).copied()
}

fn leg(call: &Call, opened: usize, step: &Step<'_>, arrived_at: i64, first: bool) -> Leg {
    Leg {
        call: call.call.clone(),
        queue: call.queue.clone(),
        direction: call.direction.unwrap_or(match call.step {
            CallStep::CallbackStarted => Direction::Out,
            _ => Direction::In,
        }),
        first,
        opened,
        arrived_at,
        entered_at: step.at,
        ringing_at: None,
        answered_at: None,
        abandoned_at: None,
        ended_at: None,
        wrapped_at: None,
        hold_seconds: 0,
        held_since: None,
        agent: None,
        outcome: "waiting",
        hung_up_by: None,
    }
}

/// A call that goes on to another queue leaves this leg.
fn leave(leg: &mut Leg, at: i64) {
    if leg.ended_at.is_none() && leg.abandoned_at.is_none() {
        leg.ended_at = Some(at);
        if leg.answered_at.is_none() {
            leg.outcome = "transferred";
        }
    }
}

fn apply(leg: &mut Leg, call: &Call, step: &Step<'_>) {
    let at = step.at;
    if leg.queue.is_none() {
        leg.queue.clone_from(&call.queue);
    }
    let resume = |leg: &mut Leg| {
        if let Some(since) = leg.held_since.take() {
            leg.hold_seconds += at - since;
        }
    };
    match call.step {
        CallStep::Queued | CallStep::CallbackStarted => {}
        CallStep::Ringing => leg.ringing_at = leg.ringing_at.or(Some(at)),
        CallStep::Answered => {
            if leg.answered_at.is_none() {
                leg.answered_at = Some(at);
                leg.agent = call.agent.clone().or_else(|| step.event.actor.clone());
                leg.outcome = "answered";
            }
        }
        CallStep::Held if leg.answered_at.is_none() => {}
        CallStep::Held => leg.held_since = leg.held_since.or(Some(at)),
        CallStep::Resumed => resume(leg),
        CallStep::Transferred => {
            resume(leg);
            leave(leg, at);
        }
        CallStep::Voicemail | CallStep::CallbackRequested if leg.answered_at.is_none() => {
            leg.ended_at = leg.ended_at.or(Some(at));
            leg.outcome = if call.step == CallStep::Voicemail { "voicemail" } else { "callback" };
        }
        CallStep::Voicemail | CallStep::CallbackRequested => {}
        // Leaving after the answer is hanging up.
        CallStep::Abandoned | CallStep::Ended if leg.answered_at.is_some() => {
            resume(leg);
            leg.ended_at = leg.ended_at.or(Some(at));
            let customer = (call.step == CallStep::Abandoned).then_some(HungUpBy::Customer);
            leg.hung_up_by = leg.hung_up_by.or(call.hung_up_by).or(customer);
        }
        CallStep::Abandoned => {
            leg.abandoned_at = leg.abandoned_at.or(Some(at));
            leg.outcome = "abandoned";
            leg.hung_up_by = call.hung_up_by.or(Some(HungUpBy::Customer));
        }
        CallStep::Ended => {
            leg.ended_at = leg.ended_at.or(Some(at));
            leg.hung_up_by = leg.hung_up_by.or(call.hung_up_by);
            if leg.outcome == "waiting" {
                leg.outcome = "ended";
            }
        }
        CallStep::Wrapped => leg.wrapped_at = Some(at),
    }
}

/// Writes `queue_entries`.
pub(crate) fn fold(case: &Case<'_>, facts: &mut Facts) {
    for leg in legs(case) {
        let until = leg.answered_at.or(leg.abandoned_at).or(leg.ended_at);
        let step = &case.steps[leg.opened];
        facts.queue_entries.push(QueueEntry {
            common: case.common(step, leg.agent.as_ref(), leg.agent.as_ref()),
            call: leg.call.clone(),
            queue: leg.queue.clone(),
            direction: leg.direction.name(),
            first_queue: leg.first,
            entered_at: At(leg.entered_at),
            arrived_at: At(leg.arrived_at),
            ringing_at: leg.ringing_at.map(At),
            answered_at: leg.answered_at.map(At),
            abandoned_at: leg.abandoned_at.map(At),
            ended_at: leg.ended_at.map(At),
            outcome: leg.outcome,
            wait_seconds: until.map(|until| until - leg.entered_at),
            talk_seconds: leg.talk_seconds(),
            hold_seconds: leg.answered_at.map(|_| leg.hold_seconds),
            wrap_seconds: leg.wrap_seconds(),
            hung_up_by: leg.hung_up_by.map(HungUpBy::name),
        });
    }
}
