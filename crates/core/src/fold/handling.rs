//! Handling spans: the work that went into a conversation, by one method per conversation.
//!
//! What a tool measured wins; else a call's talk, hold and wrap; else an estimate by the gaps between messages, each capped. The
//! methods are never mixed inside a conversation, and every row names its own. Sums of a call, a conversation and an agent stand at
//! their last stretch, because a formula sees one row: whoever reads only those rows counts each once.

use std::collections::BTreeMap;

use super::case::Case;
use super::queue::legs;
use crate::event::{ActorKind, Body, Text, Via};
use crate::facts::{At, Facts, Handling};

/// Longest gap before a message that counts as work on it, in seconds.
const GAP_LIMIT: i64 = 600;

/// A stretch of work.
struct Stretch {
    agent: Option<Text>,
    end: i64,
    seconds: i64,
    /// The first leg of the call, where it is one.
    call: Option<usize>,
}

/// Writes `handling`.
pub(crate) fn fold(case: &Case<'_>, facts: &mut Facts) {
    let ways = [("worked", measured(case)), ("call", by_calls(case)), ("estimate", estimated(case))];
    let Some((method, stretches)) = ways.into_iter().find(|(_, stretches)| !stretches.is_empty()) else { return };
    let of_calls = last_sums(&stretches, |stretch| stretch.call);
    let of_all = last_sums(&stretches, |_| Some(&()));
    let of_agents = last_sums(&stretches, |stretch| stretch.agent.as_ref());
    for (index, stretch) in stretches.iter().enumerate() {
        let agent = stretch.agent.as_ref();
        facts.handling.push(Handling {
            common: case.common(case.step_at(stretch.end), agent, agent),
            method,
            started_at: At(stretch.end.saturating_sub(stretch.seconds)),
            ended_at: At(stretch.end),
            seconds: stretch.seconds,
            call_seconds: of_calls.get(&index).copied(),
            conversation_seconds: of_all.get(&index).copied(),
            agent_seconds: of_agents.get(&index).copied(),
        });
    }
}

/// The sum of each group at the index of its stretch that ends last.
fn last_sums<'s, K: Ord>(stretches: &'s [Stretch], group: impl Fn(&'s Stretch) -> Option<K>) -> BTreeMap<usize, i64> {
    let mut groups: BTreeMap<K, (usize, i64)> = BTreeMap::new();
    for (index, stretch) in stretches.iter().enumerate() {
        let Some(key) = group(stretch) else { continue };
        let (last, sum) = groups.entry(key).or_insert((index, 0));
        if stretch.end >= stretches[*last].end {
            *last = index;
        }
        *sum = sum.saturating_add(stretch.seconds);
    }
    groups.into_values().collect()
}

fn measured(case: &Case<'_>) -> Vec<Stretch> {
    let work = |step: &super::history::Step<'_>| match &step.event.body {
        Body::Worked(worked) => {
            let agent = worked.agent.as_ref().or(step.event.actor.as_ref()).cloned();
            Some(Stretch { agent, end: step.event.at.seconds(), seconds: worked.seconds, call: None })
        }
        _ => None,
    };
    case.steps.iter().filter_map(work).collect()
}

fn by_calls(case: &Case<'_>) -> Vec<Stretch> {
    let work = |leg: super::queue::Leg| {
        let answered = leg.answered_at?;
        let end = leg.wrapped_at.or(leg.ended_at)?;
        Some(Stretch { agent: leg.agent, end, seconds: (end - answered).max(0), call: Some(leg.visit) })
    };
    legs(case).into_iter().filter_map(work).collect()
}

fn estimated(case: &Case<'_>) -> Vec<Stretch> {
    if case.merged_into.is_some() {
        return Vec::new();
    }
    let mut before = case.history.created_at;
    let mut stretches = Vec::new();
    for step in case.steps.iter() {
        let Body::Message(message) = &step.event.body else { continue };
        let by_hand = matches!(message.via, Via::Human | Via::Macro | Via::Echo);
        if matches!(step.event.actor_kind, ActorKind::Agent | ActorKind::LightAgent) && by_hand && !step.early {
            let seconds = (step.at - before).clamp(0, GAP_LIMIT);
            stretches.push(Stretch { agent: step.event.actor.clone(), end: step.at, seconds, call: None });
        }
        before = step.at;
    }
    stretches
}
