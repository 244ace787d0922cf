//! Contacts received: new demand, on a new conversation or on an old one.
//!
//! A conversation begun by the customer is one, a reopening by the customer another, and each further inbound call too. The call
//! that a conversation began with is the same contact as its creation.

use std::collections::BTreeSet;

use super::case::Case;
use super::history::Step;
use super::resolution::transitions;
use crate::event::{Body, CallStep, Cause, Direction, Origin, Text};
use crate::facts::{At, Contact, Facts};

/// Writes `contacts`.
pub(crate) fn fold(case: &Case<'_>, facts: &mut Facts) {
    let mut contact = |step: &Step<'_>, at: i64, kind: &'static str| {
        let common = case.common(step, step.dims.owner.as_ref(), step.event.actor.as_ref());
        facts.contacts.push(Contact { common, occurred_at: At(at), kind });
    };
    if case.history.origin == Origin::Customer {
        contact(&case.steps[0], case.history.created_at, "created");
    }
    for turn in transitions(case).filter(|turn| turn.reopens && turn.cause == Cause::Customer) {
        contact(&case.steps[turn.step], turn.at, "reopened");
    }
    let mut seen: BTreeSet<Option<&Text>> = BTreeSet::new();
    for step in &case.steps {
        if let Body::Call(call) = &step.event.body
            && call.direction != Some(Direction::Out)
            && matches!(call.step, CallStep::Queued | CallStep::Ringing | CallStep::Answered)
            && seen.insert(call.call.as_ref())
            && (seen.len() > 1 || case.history.origin != Origin::Customer)
        {
            contact(step, step.at, "call");
        }
    }
}
