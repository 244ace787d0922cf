//! Touches: every message, taken call and human resolution, with who did it and whether it counts as a touch.
//!
//! A touch is a person's public reply; the messages of one live session are one touch; the message by which the team itself began a
//! conversation is none, nor is a private note.

use std::collections::BTreeSet;

use super::case::{Case, is_question, is_reply, opening_asks, replier};
use super::history::Step;
use super::resolution::transitions;
use crate::event::{ActorKind, Body, CallStep, Text, Via};
use crate::facts::{At, Facts, Touch};

/// The indexes of the steps that are touches, in order. A merged conversation has none.
pub(crate) fn touch_steps(case: &Case<'_>) -> Vec<usize> {
    let mut sessions: BTreeSet<&Text> = BTreeSet::new();
    let mut asked = !case.whole.proactive;
    let mut touches = Vec::new();
    if case.merged_into.is_some() {
        return touches;
    }
    for (index, step) in case.steps.iter().enumerate() {
        asked |= is_question(step);
        if !asked || !is_reply(step) {
            continue;
        }
        let session = match &step.event.body {
            Body::Message(message) => message.session.as_ref(),
            Body::Call(call) => call.call.as_ref(),
            _ => None,
        };
        if session.is_none_or(|session| sessions.insert(session)) {
            touches.push(index);
        }
    }
    touches
}

/// Writes `touches`. A merged conversation has none: its messages are its primary's.
pub(crate) fn fold(case: &Case<'_>, facts: &mut Facts) {
    if case.merged_into.is_some() {
        return;
    }
    let counted = touch_steps(case);
    let resolving: Vec<usize> = transitions(case).filter(|turn| turn.resolves).map(|turn| turn.step).collect();
    let mut questions = i64::from(opening_asks(case));
    for (index, step) in case.steps.iter().enumerate() {
        let event = step.event;
        if is_question(step) {
            questions += 1;
        }
        let (kind, message, public) = match &event.body {
            Body::Message(message) => (kind_of(event.actor_kind, message.public, message.via), true, message.public),
            Body::Call(call) if call.step == CallStep::Answered => ("call", false, true),
            Body::Status(_) if resolving.binary_search(&index).is_ok() && event.actor_kind == ActorKind::Agent => {
                ("resolution", false, false)
            }
            _ => continue,
        };
        let answers = is_reply(step);
        // A call is taken by a person also where the system wrote it down.
        let human = matches!(event.actor_kind, ActorKind::Agent | ActorKind::LightAgent) || (kind == "call" && answers);
        let actor = if kind == "resolution" { event.actor.as_ref().or(step.dims.owner.as_ref()) } else { replier(event) };
        facts.touches.push(Touch {
            common: case.common(step, actor.filter(|_| human), actor),
            occurred_at: At(event.at.seconds()),
            kind,
            human,
            message,
            public,
            counted: counted.binary_search(&index).is_ok(),
            answers_count: if answers { std::mem::take(&mut questions) } else { 0 },
        });
    }
}

/// Whether a step is a public message of a rule.
pub(crate) fn is_of_rule(step: &Step<'_>) -> bool {
    let event = step.event;
    matches!(&event.body, Body::Message(message) if kind_of(event.actor_kind, message.public, message.via) == "rule")
}

fn kind_of(actor: ActorKind, public: bool, via: Via) -> &'static str {
    match (actor, public, via) {
        (_, false, _) => "note",
        (_, _, Via::Campaign) => "campaign",
        (ActorKind::Customer, ..) => "customer",
        (ActorKind::Agent, _, Via::Human | Via::Macro | Via::Echo) => "reply",
        (ActorKind::Bot, ..) | (_, _, Via::Bot | Via::Ai) => "bot",
        (ActorKind::LightAgent, ..) => "note",
        _ => "rule",
    }
}
