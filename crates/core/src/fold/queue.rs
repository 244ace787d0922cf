//! Queue entries and calls: how long a caller or a chat waited, who took it, how it ended.
//!
//! One row per entry into a queue; a call that met no queue has one row from its first step. Talk is from the answer to the end without
//! hold; wrap is from the end to the end of the after-call work. A call that is over and comes again under the same id, as a chat does
//! whose customer returns, is another visit: nobody waits from one visit into the next. Who asked to be called back, or left a message, was called back by the
//! outbound calls of the conversation that follow, up to the next such request.

use std::collections::BTreeMap;

use super::case::{Case, is_reply};
use super::history::Step;
use crate::event::{Body, Call, CallStep, Direction, HungUpBy, Origin, StatusClass, Text};
use crate::facts::{At, Facts, QueueEntry};

/// Channels on which a customer who begins a conversation waits for a person from that instant on.
const LIVE: &[&str] = &["phone", "chat"];

/// One leg: an entry into a queue and what followed until the next.
#[derive(Debug)]
pub(crate) struct Leg {
    pub(crate) call: Option<Text>,
    pub(crate) queue: Option<Text>,
    pub(crate) direction: Direction,
    pub(crate) first: bool,
    /// The first leg of its visit: a call that goes on from queue to queue.
    pub(crate) visit: usize,
    /// A person had answered it earlier in the visit.
    answered_before: bool,
    /// It was passed on to the next leg.
    passed_on: bool,
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

    /// Whether the customer left it to us to call.
    fn asks_for_a_call(&self) -> bool {
        matches!(self.outcome, "callback" | "voicemail")
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
            let mut new = leg(call, index, step, current.is_none());
            new.visit = legs.len();
            if let Some(before) = current.map(|at| &legs[at]).filter(|before| before.passed_on) {
                new.visit = before.visit;
                new.arrived_at = before.arrived_at;
                new.answered_before = before.answered_before || before.answered_at.is_some();
            }
            own.push(legs.len());
            legs.push(new);
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

fn leg(call: &Call, opened: usize, step: &Step<'_>, first: bool) -> Leg {
    Leg {
        call: call.call.clone(),
        queue: call.queue.clone(),
        direction: call.direction.unwrap_or(match call.step {
            CallStep::CallbackStarted => Direction::Out,
            _ => Direction::In,
        }),
        first,
        visit: 0,
        answered_before: false,
        passed_on: false,
        opened,
        arrived_at: step.at,
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
        leg.passed_on = true;
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

/// When the conversation's first call began for its customer: with the conversation, if the customer began it on a live channel and
/// nobody answered or resolved it before the call's first step.
fn called_at(case: &Case<'_>, first: &Leg) -> i64 {
    let live = case.steps[0].dims.channel.as_deref().is_some_and(|channel| LIVE.contains(&channel));
    let done = |step: &Step<'_>| is_reply(step) || matches!(step.status.class(), StatusClass::Resolved | StatusClass::Removed);
    let begins = live && case.history.origin == Origin::Customer && first.direction == Direction::In;
    if begins && !case.steps[..first.opened].iter().any(done) { case.history.created_at } else { first.arrived_at }
}

/// The outbound calls after a leg that asks for one, up to the next that does.
fn calls_back(legs: &[Leg], at: usize) -> impl Iterator<Item = &Leg> {
    let asks = legs[at].asks_for_a_call();
    let later = legs[at + 1..].iter().take_while(move |leg| asks && !leg.asks_for_a_call());
    later.filter(|leg| leg.direction == Direction::Out)
}

/// Writes `queue_entries`.
pub(crate) fn fold(case: &Case<'_>, facts: &mut Facts) {
    let legs = legs(case);
    let Some(first) = legs.first() else { return };
    let first_called_at = called_at(case, first);
    for (at, leg) in legs.iter().enumerate() {
        let until = leg.answered_at.or(leg.abandoned_at).or(leg.ended_at);
        let step = &case.steps[leg.opened];
        facts.queue_entries.push(QueueEntry {
            common: case.common(step, leg.agent.as_ref(), leg.agent.as_ref()),
            call: leg.call.clone(),
            queue: leg.queue.clone(),
            direction: leg.direction.name(),
            first_queue: leg.first,
            answered_before: leg.answered_before,
            entered_at: At(leg.entered_at),
            arrived_at: At(leg.arrived_at),
            called_at: At(if leg.visit == 0 { first_called_at } else { leg.arrived_at }),
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
            callback_started_at: calls_back(&legs, at).next().map(|back| At(back.entered_at)),
            callback_answered_at: calls_back(&legs, at).find_map(|back| back.answered_at).map(At),
        });
    }
}
