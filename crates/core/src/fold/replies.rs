//! Waits and the first response: how long the customer waits for a person.
//!
//! A wait opens at the oldest unanswered message and is not reset by later ones; a person's public answer closes it. A solved
//! conversation ends it without a reply. The first response runs from the first wait's start to the first reply, whatever happens between.

use super::case::{Case, is_question, is_reply, opening_asks, replier};
use super::history::Step;
use super::otherwise;
use super::resolution::transitions;
use crate::event::{ActorKind, Body, CallStep, Origin, StatusClass, Via};
use crate::facts::{At, Facts, FirstResponse, Wait};

/// What the conversation's own row tells of its replies.
pub(crate) struct Replies {
    /// The first reply and the first wait's start.
    pub(crate) first_response: Option<(i64, i64)>,
    /// The sum of the answered waits.
    pub(crate) total_reply_seconds: Option<i64>,
}

/// A wait: its first and last step, and how it ended.
pub(crate) struct Cycle {
    /// The step that opened it.
    pub(crate) opened: usize,
    /// The step that ended it.
    pub(crate) ended: Option<usize>,
    /// How.
    pub(crate) outcome: &'static str,
    /// Customer messages in it.
    pub(crate) messages: i64,
}

impl Cycle {
    /// Whether a person's reply ended it.
    pub(crate) fn replied(&self) -> bool {
        self.outcome == "replied"
    }
}

/// The conversation's waits, in order. A merged conversation has none: its messages are its primary's.
pub(crate) fn cycles(case: &Case<'_>) -> Vec<Cycle> {
    let mut cycles: Vec<Cycle> = Vec::new();
    if case.merged_into.is_some() {
        return cycles;
    }
    let mut open: Option<Cycle> = None;
    for (index, step) in case.steps.iter().enumerate() {
        let begins = index == 0 && case.history.origin == Origin::Customer && !is_reply(step);
        if begins || is_question(step) {
            let cycle = open.get_or_insert(Cycle { opened: index, ended: None, outcome: "waiting", messages: 0 });
            // The opening and a message of the same instant are one message.
            let counts = index > 0 || !matches!(step.event.body, Body::Opened(_)) || opening_asks(case);
            cycle.messages += i64::from(counts);
        }
        if let Some(outcome) = ends(step)
            && let Some(cycle) = open.take()
        {
            cycles.push(Cycle { ended: Some(index), outcome, ..cycle });
        }
    }
    cycles.extend(open);
    cycles
}

/// How a step ends a wait, if it does.
fn ends(step: &Step<'_>) -> Option<&'static str> {
    if is_reply(step) {
        return Some("replied");
    }
    match &step.event.body {
        Body::Status(_) if step.adopted => None,
        Body::Status(_) => match step.status.class() {
            StatusClass::Resolved => Some("resolved_without_reply"),
            StatusClass::Removed => Some("removed"),
            _ => None,
        },
        Body::Call(call) if call.step == CallStep::Abandoned => Some("abandoned"),
        _ => None,
    }
}

/// Writes `waits` and `first_responses`.
pub(crate) fn fold(case: &Case<'_>, cycles: &[Cycle], facts: &mut Facts) -> Replies {
    let mut total = None;
    for (index, cycle) in cycles.iter().enumerate() {
        let row = Wait { replied_before: total.is_some(), ..wait(case, cycle, index) };
        if let Some(seconds) = row.seconds {
            total = Some(total.unwrap_or(0) + seconds);
        }
        facts.waits.push(row);
    }
    let first = first_response(case, cycles);
    let answered = first.as_ref().and_then(|row| row.answered_at.map(|at| (at.0, row.started_at.0)));
    let first_response = answered.filter(|_| !case.whole.proactive);
    facts.first_responses.extend(first);
    Replies { first_response, total_reply_seconds: total }
}

fn wait(case: &Case<'_>, cycle: &Cycle, index: usize) -> Wait {
    let start = &case.steps[cycle.opened];
    let end = cycle.ended.map(|ended| &case.steps[ended]);
    let reply = end.filter(|_| cycle.replied());
    let agent = match reply {
        Some(step) => replier(step.event),
        None => end.unwrap_or(start).dims.owner.as_ref(),
    };
    let since_bot = otherwise::since_bot(case, cycle);
    Wait {
        common: case.common(reply.unwrap_or(start), agent, reply.and_then(|step| replier(step.event))),
        number: index as i64 + 1,
        first: index == 0,
        started_at: At(start.at),
        started_open: case.history.is_open(start.at),
        replied_at: reply.map(|step| At(step.at)),
        ended_at: end.map(|step| At(step.at)),
        outcome: cycle.outcome,
        seconds: reply.map(|step| step.at - start.at),
        business_seconds: reply.and_then(|step| case.history.open_seconds(start.at, step.at)),
        messages_count: cycle.messages,
        last_message_at: At(otherwise::last_message(case, cycle)),
        replied_before: false,
        since_bot_at: since_bot.map(At),
        since_bot_business_seconds: reply.zip(since_bot).and_then(|(step, from)| case.history.open_seconds(from, step.at)),
    }
}

/// The conversation's first response, also where nobody has answered yet; none for a merged conversation.
fn first_response(case: &Case<'_>, cycles: &[Cycle]) -> Option<FirstResponse> {
    if case.merged_into.is_some() {
        return None;
    }
    let opened = cycles.first().map_or(0, |cycle| cycle.opened);
    let start = &case.steps[opened];
    let after = if cycles.is_empty() { &[] } else { &case.steps[opened..] };
    let until = after.iter().position(is_reply).unwrap_or(after.len());
    let reply = after.get(until);
    let any = after.iter().find(|step| answers_at_all(step));
    let handoff = after[..until].iter().rev().find(|step| matches!(step.event.body, Body::Handoff));
    let agent = reply.and_then(|step| replier(step.event));
    let assigned = reply.and_then(|reply| {
        let mine = |step: &&Step<'_>| {
            step.at <= reply.at
                && matches!(&step.event.body, Body::Assigned(assigned) if assigned.agent.as_ref() == agent && agent.is_some())
        };
        case.steps.iter().rev().find(mine).map(|step| step.at)
    });
    let (ended_at, outcome) = unanswered(case, cycles, reply.is_some());
    let history = &case.history;
    let from = |begin: Option<i64>| {
        let (Some(begin), Some(reply)) = (begin, reply) else { return (None, None) };
        (Some(reply.at - begin), history.open_seconds(begin, reply.at))
    };
    let (seconds, business_seconds) = from(Some(start.at));
    let (handoff_seconds, handoff_business_seconds) = from(Some(handoff.map_or(start.at, |step| step.at)));
    let (assignment_seconds, assignment_business_seconds) = from(assigned);
    let dated = reply.unwrap_or(start);
    let others = otherwise::clocks(case, opened);
    let created_at = history.created_at;
    let replied = |from: i64| others.reply_at.and_then(|at| history.open_seconds(from, at));
    Some(FirstResponse {
        common: case.common(dated, agent.or(dated.dims.owner.as_ref()), agent),
        started_at: At(start.at),
        started_open: history.is_open(start.at),
        answered_at: reply.map(|step| At(step.at)),
        seconds,
        business_seconds,
        any_answered_at: any.map(|step| At(step.at)),
        any_seconds: any.map(|step| step.at - start.at),
        any_business_seconds: any.and_then(|step| history.open_seconds(start.at, step.at)),
        handoff_at: handoff.map(|step| At(step.at)),
        handoff_seconds,
        handoff_business_seconds,
        assignment_seconds,
        assignment_business_seconds,
        ended_at: ended_at.map(At),
        outcome,
        created_at: At(created_at),
        reply_at: others.reply_at.map(At),
        reply_business_seconds: replied(created_at),
        reply_schedule_seconds: others.reply_at.and_then(|at| history.open_seconds_by(at, created_at, at)),
        restarted_at: At(others.restarted_at),
        restarted_business_seconds: replied(others.restarted_at),
        desk_answered_at: others.desk_answered_at.map(At),
        settled_at: others.settled_at.map(At),
        settled_business_seconds: others.settled_at.and_then(|at| history.open_seconds(start.at, at)),
    })
}

/// A public answer of a person or a bot.
pub(crate) fn answers_at_all(step: &Step<'_>) -> bool {
    let bot = match &step.event.body {
        Body::Message(message) => message.public && message.via != Via::Campaign,
        Body::Call(call) => call.step == CallStep::Answered,
        _ => false,
    };
    (bot && !step.early && step.event.actor_kind == ActorKind::Bot) || is_reply(step)
}

/// When and how the first response ended without a reply. A reopening makes it wait again.
fn unanswered(case: &Case<'_>, cycles: &[Cycle], answered: bool) -> (Option<i64>, &'static str) {
    if answered {
        return (None, "answered");
    }
    let last = &case.history.steps[case.history.steps.len() - 1];
    // Solved and then closed ended when it was solved.
    let since = transitions(case).last().map(|turn| turn.at);
    match last.status.class() {
        StatusClass::Resolved => (since, "resolved_without_reply"),
        StatusClass::Removed => (since, "removed"),
        _ => match cycles.last() {
            Some(cycle) if cycle.outcome == "abandoned" => (cycle.ended.map(|ended| case.steps[ended].at), "abandoned"),
            _ => (None, "waiting"),
        },
    }
}
