//! Contacts received: new demand, on a new conversation or on an old one.
//!
//! A conversation begun by the customer is one, a reopening by the customer another, and each further inbound call too. The first
//! call of a conversation is the same contact as its creation, unless that was in writing.

use std::collections::BTreeSet;

use super::case::Case;
use super::history::Step;
use super::resolution::transitions;
use crate::event::{Body, CallStep, Cause, Direction, Origin, Text};
use crate::facts::{At, Contact, Facts};

/// Channels on which a conversation does not begin with a call or in the queue of a live chat.
const WRITTEN: &[&str] = &["email", "web", "sms", "social"];

/// Writes `contacts`. Answers when the customer came back: the first contact that is not the conversation's creation.
pub(crate) fn fold(case: &Case<'_>, facts: &mut Facts) -> Option<i64> {
    let written = facts.contacts.len();
    // The attributes are those of the instant, after all that happened at it.
    let mut contact = |step: &Step<'_>, kind: &'static str| {
        let dims = &case.step_at(step.at).dims;
        let common = case.common_of(dims, dims.owner.as_ref(), step.event.actor.as_ref());
        facts.contacts.push(Contact { common, occurred_at: At(step.at), kind });
    };
    if case.history.origin == Origin::Customer {
        contact(&case.steps[0], "created");
    }
    for turn in transitions(case).filter(|turn| turn.reopens && turn.cause == Cause::Customer) {
        contact(&case.steps[turn.step], "reopened");
    }
    let channel = case.steps[0].dims.channel.as_deref();
    let mut same = case.history.origin == Origin::Customer && !channel.is_some_and(|channel| WRITTEN.contains(&channel));
    let mut seen: BTreeSet<Option<&Text>> = BTreeSet::new();
    for step in case.steps.iter() {
        if let Body::Call(call) = &step.event.body
            && call.direction != Some(Direction::Out)
            && matches!(call.step, CallStep::Queued | CallStep::Ringing | CallStep::Answered)
            && seen.insert(call.call.as_ref())
            && !std::mem::take(&mut same)
        {
            contact(step, "call");
        }
    }
    let own = facts.contacts[written..].iter();
    own.filter(|contact| contact.kind != "created").map(|contact| contact.occurred_at.0).min()
}
