//! What resolutions add up on the way: the work that was done, and whose time it was.
//!
//! Both walk the conversation once and stop at each resolution, so that a conversation of many resolutions stays cheap.

use super::case::{Case, is_question, is_reply, opening_asks};
use super::history::Step;
use super::{assignment, touches};
use crate::event::{ActorKind, Body};

/// Touches, messages, escalations and transfers of the first steps.
pub(crate) struct Work<'c> {
    case: &'c Case<'c>,
    done: usize,
    touch_steps: Vec<usize>,
    transfer_steps: Vec<usize>,
    /// Human public replies; a live session once.
    pub(crate) touches: i64,
    /// Public messages of customers and people, the opening too.
    pub(crate) messages: i64,
    /// Escalations.
    pub(crate) escalations: i64,
    /// Transfers.
    pub(crate) transfers: i64,
    /// Whether a person replied.
    pub(crate) replied: bool,
}

impl<'c> Work<'c> {
    /// Of no step yet.
    pub(crate) fn new(case: &'c Case<'c>) -> Self {
        let transfers = assignment::stretches(case).into_iter().filter(|stretch| stretch.transfer);
        Self {
            case,
            done: 0,
            touch_steps: touches::touch_steps(case),
            transfer_steps: transfers.map(|stretch| stretch.step).collect(),
            touches: 0,
            messages: i64::from(opening_asks(case)),
            escalations: 0,
            transfers: 0,
            replied: false,
        }
    }

    /// Goes on to the first `end` steps; never back.
    pub(crate) fn until(&mut self, end: usize) {
        let public = |step: &Step<'_>| match &step.event.body {
            Body::Message(message) => message.public && matches!(step.event.actor_kind, ActorKind::Customer | ActorKind::Agent),
            Body::Opened(_) => is_question(step),
            _ => false,
        };
        for step in &self.case.steps[self.done..end] {
            self.messages += i64::from(public(step));
            self.escalations += i64::from(matches!(step.event.body, Body::Escalated(_)));
            self.replied |= is_reply(step);
        }
        self.done = end;
        self.touches = self.touch_steps.partition_point(|step| *step < end) as i64;
        self.transfers = self.transfer_steps.partition_point(|step| *step < end) as i64;
    }
}

/// Time by class of status, in calendar and business seconds.
pub(crate) struct Spent<'c> {
    case: &'c Case<'c>,
    started_at: i64,
    done_at: i64,
    next: usize,
    /// By the number of the class.
    pub(crate) seconds: [i64; 5],
    /// The same in business time; null where some of it has no schedule.
    pub(crate) business: [Option<i64>; 5],
}

impl<'c> Spent<'c> {
    /// Of no time yet.
    pub(crate) fn new(case: &'c Case<'c>) -> Self {
        let started_at = case.history.created_at;
        Self { case, started_at, done_at: started_at, next: 0, seconds: [0; 5], business: [Some(0); 5] }
    }

    /// Time between a start and an end that is not before those asked for until now.
    pub(crate) fn between(&mut self, started_at: i64, end: i64) -> &Self {
        if started_at != self.started_at {
            *self = Self { started_at, done_at: started_at, ..Self::new(self.case) };
        }
        let own = &self.case.history.steps;
        while self.done_at < end {
            let left = own.get(self.next + 1).map_or(end, |next| next.at).min(end);
            if left > self.done_at {
                let class = own[self.next].status.class() as usize;
                self.seconds[class] += left - self.done_at;
                let open = self.case.history.open_seconds(self.done_at, left);
                self.business[class] = self.business[class].zip(open).map(|(total, open)| total + open);
                self.done_at = left;
            }
            if left < end {
                self.next += 1;
            }
        }
        self
    }
}
