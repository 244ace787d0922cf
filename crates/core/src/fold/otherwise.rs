//! The same clocks as others set them: where help desks start and stop the first response and a wait.
//!
//! Profiles count by these instants. They stand beside ours in the same rows, so that one conversation can be told by both and the
//! difference has a cause. Which of them a vendor takes is not decided here: that is data, in the catalogue's profiles.

use super::case::{Case, is_question, is_reply};
use super::history::Step;
use super::replies::{Cycle, answers_at_all};
use super::resolution::transitions;
use crate::event::{Body, Cause, Origin, Via};

/// Where others start and stop the first response.
pub(crate) struct Clocks {
    /// The first public reply of a person; where an agent began the conversation, the first after that opening.
    pub(crate) reply_at: Option<i64>,
    /// The last of the creation and of the handoffs, reopenings and a bot's resolutions before that reply.
    pub(crate) restarted_at: i64,
    /// The first reply after the first wait's start that was written in the help desk.
    pub(crate) desk_answered_at: Option<i64>,
    /// The first reply or resolution after the first wait's start.
    pub(crate) settled_at: Option<i64>,
}

/// The clocks of a conversation whose first wait was opened by the step at an index.
pub(crate) fn clocks(case: &Case<'_>, opened: usize) -> Clocks {
    let created_at = case.history.created_at;
    let mut replies = case.steps.iter().enumerate().filter(|(_, step)| is_reply(step)).peekable();
    // The opening and a message of the same instant are one message: where an agent wrote it, it answers nobody.
    if case.history.origin == Origin::Agent {
        replies.next_if(|(_, step)| step.at == created_at);
    }
    let reply = replies.next();
    let until = reply.map_or(case.steps.len(), |(index, _)| index);
    let handoffs = case.steps[..until].iter().filter(|step| matches!(step.event.body, Body::Handoff)).map(|step| step.at);
    let restarts = |reopens: bool, resolves: bool, cause: Cause| reopens || (resolves && cause == Cause::Bot);
    let turns = transitions(case).filter(|turn| turn.step < until && restarts(turn.reopens, turn.resolves, turn.cause));
    let waiting = &case.steps[opened..];
    let first = waiting.iter().position(is_reply).map(|index| opened + index);
    let resolved = transitions(case).find(|turn| turn.resolves && turn.step > opened).map(|turn| turn.step);
    let echo = |step: &Step<'_>| matches!(&step.event.body, Body::Message(message) if message.via == Via::Echo);
    Clocks {
        reply_at: reply.map(|(_, step)| step.at),
        restarted_at: handoffs.chain(turns.map(|turn| turn.at)).max().unwrap_or(created_at).max(created_at),
        desk_answered_at: waiting.iter().find(|step| is_reply(step) && !echo(step)).map(|step| step.at),
        settled_at: first.into_iter().chain(resolved).min().map(|index| case.steps[index].at),
    }
}

/// The customer's last message in a wait.
pub(crate) fn last_message(case: &Case<'_>, cycle: &Cycle) -> i64 {
    let last = steps(case, cycle).iter().rev().find(|step| is_question(step));
    last.map_or(case.steps[cycle.opened].at, |step| step.at)
}

/// The oldest message of a wait that not even a bot answered before the wait's end.
pub(crate) fn since_bot(case: &Case<'_>, cycle: &Cycle) -> Option<i64> {
    let mut since = Some(case.steps[cycle.opened].at);
    for step in steps(case, cycle).iter().skip(1) {
        if is_question(step) {
            since = since.or(Some(step.at));
        } else if answers_at_all(step) {
            since = None;
        }
    }
    since
}

/// The steps of a wait, without that which ended it.
fn steps<'c>(case: &'c Case<'_>, cycle: &Cycle) -> &'c [Step<'c>] {
    &case.steps[cycle.opened..cycle.ended.unwrap_or(case.steps.len())]
}
