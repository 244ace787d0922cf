//! Handling spans: the work that went into a conversation, by one method per conversation.
//!
//! What a tool measured wins; else a call's talk, hold and wrap; else an estimate by the gaps between messages, each capped. The
//! methods are never mixed inside a conversation, and every row names its own.

use super::case::Case;
use super::queue::legs;
use crate::event::{ActorKind, Body, Text, Via};
use crate::facts::{At, Facts, Handling};

/// Longest gap before a message that counts as work on it, in seconds.
const GAP_LIMIT: i64 = 600;

/// Writes `handling`.
pub(crate) fn fold(case: &Case<'_>, facts: &mut Facts) {
    let rows = [measured(case), by_calls(case), estimated(case)].into_iter().find(|rows| !rows.is_empty());
    facts.handling.extend(rows.unwrap_or_default());
}

fn row(case: &Case<'_>, method: &'static str, agent: Option<&Text>, end: i64, seconds: i64) -> Handling {
    let step = case.step_at(end);
    Handling {
        common: case.common(step, agent, agent),
        method,
        started_at: At(end.saturating_sub(seconds)),
        ended_at: At(end),
        seconds,
    }
}

fn measured(case: &Case<'_>) -> Vec<Handling> {
    let work = |step: &super::history::Step<'_>| match &step.event.body {
        Body::Worked(worked) => {
            let agent = worked.agent.as_ref().or(step.event.actor.as_ref());
            Some(row(case, "worked", agent, step.event.at.seconds(), worked.seconds))
        }
        _ => None,
    };
    case.steps.iter().filter_map(work).collect()
}

fn by_calls(case: &Case<'_>) -> Vec<Handling> {
    let work = |leg: super::queue::Leg| {
        let answered = leg.answered_at?;
        let end = leg.wrapped_at.or(leg.ended_at)?;
        Some(row(case, "call", leg.agent.as_ref(), end, (end - answered).max(0)))
    };
    legs(case).into_iter().filter_map(work).collect()
}

fn estimated(case: &Case<'_>) -> Vec<Handling> {
    if case.merged_into.is_some() {
        return Vec::new();
    }
    let mut before = case.history.created_at;
    let mut rows = Vec::new();
    for step in case.steps.iter() {
        let Body::Message(message) = &step.event.body else { continue };
        let by_hand = matches!(message.via, Via::Human | Via::Macro | Via::Echo);
        if matches!(step.event.actor_kind, ActorKind::Agent | ActorKind::LightAgent) && by_hand && !step.early {
            let seconds = (step.at - before).clamp(0, GAP_LIMIT);
            rows.push(row(case, "estimate", step.event.actor.as_ref(), step.at, seconds));
        }
        before = step.at;
    }
    rows
}
