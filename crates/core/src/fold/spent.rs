//! What resolutions add up on the way: the work that was done, the waits that were answered, and whose time it was.
//!
//! Both walk the conversation once and stop at each resolution, so that a conversation of many resolutions stays cheap.

use std::collections::{BTreeMap, BTreeSet};

use super::case::{Case, is_question, is_reply, opening_asks, replier};
use super::history::Step;
use super::replies::Cycle;
use super::{assignment, touches};
use crate::event::{ActorKind, Body, Text};

/// Touches, messages, escalations, transfers, stations and answered waits of the first steps.
pub(crate) struct Work<'c, 'w> {
    case: &'c Case<'c>,
    done: usize,
    touch_steps: Vec<usize>,
    transfer_steps: Vec<usize>,
    /// The steps by which an agent got it who did not have it.
    station_steps: Vec<usize>,
    /// Waits that are not added yet.
    waits: &'w [Cycle],
    /// Human public replies; a live session once.
    pub(crate) touches: i64,
    /// Public messages of customers and people, the opening too.
    pub(crate) messages: i64,
    /// Escalations.
    pub(crate) escalations: i64,
    /// Transfers.
    pub(crate) transfers: i64,
    /// How often an agent got it.
    pub(crate) stations: i64,
    /// The sum of the answered waits.
    pub(crate) reply_seconds: Option<i64>,
    /// The same in business time.
    pub(crate) reply_business_seconds: Option<i64>,
    /// Whether a person replied.
    pub(crate) replied: bool,
    /// The people who replied; a merged conversation's replies are its primary's.
    pub(crate) participants: BTreeSet<&'c Text>,
    /// Public messages of rules.
    pub(crate) rule_replies: i64,
}

impl<'c, 'w> Work<'c, 'w> {
    /// Of no step yet.
    pub(crate) fn new(case: &'c Case<'c>, waits: &'w [Cycle]) -> Self {
        let stretches = assignment::stretches(case);
        let mut had: Option<&Text> = None;
        let mut station_steps = Vec::new();
        for stretch in &stretches {
            if stretch.agent.is_some() && stretch.agent.as_ref() != had {
                station_steps.push(stretch.step);
            }
            had = stretch.agent.as_ref();
        }
        let transfers = stretches.iter().filter(|stretch| stretch.transfer);
        Self {
            case,
            done: 0,
            touch_steps: touches::touch_steps(case),
            transfer_steps: transfers.map(|stretch| stretch.step).collect(),
            station_steps,
            waits,
            stations: 0,
            reply_seconds: None,
            reply_business_seconds: None,
            touches: 0,
            messages: i64::from(opening_asks(case)),
            escalations: 0,
            transfers: 0,
            replied: false,
            participants: BTreeSet::new(),
            rule_replies: 0,
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
            if is_reply(step) {
                self.replied = true;
                self.participants.extend(replier(step.event).filter(|_| self.case.merged_into.is_none()));
            }
            self.rule_replies += i64::from(touches::is_of_rule(step));
        }
        self.done = end;
        self.touches = self.touch_steps.partition_point(|step| *step < end) as i64;
        self.transfers = self.transfer_steps.partition_point(|step| *step < end) as i64;
        self.stations = self.station_steps.partition_point(|step| *step < end) as i64;
        while let Some((wait, rest)) = self.waits.split_first()
            && wait.ended.is_some_and(|ended| ended < end)
        {
            self.waits = rest;
            if let Some(ended) = wait.ended.filter(|_| wait.replied()) {
                self.answer(self.case.steps[wait.opened].at, self.case.steps[ended].at);
            }
        }
    }

    /// Adds an answered wait. Business time is unknown as soon as that of one wait is.
    fn answer(&mut self, from: i64, to: i64) {
        let open = self.case.history.open_seconds(from, to);
        self.reply_business_seconds = match self.reply_seconds {
            None => open,
            Some(_) => self.reply_business_seconds.zip(open).map(|(sum, open)| sum + open),
        };
        self.reply_seconds = Some(self.reply_seconds.unwrap_or(0) + to - from);
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
    /// Time in which it was open and no agent had it.
    pub(crate) unassigned: i64,
    /// The same in business time.
    pub(crate) unassigned_business: Option<i64>,
    /// Time in which it was open, by the agent who had it.
    pub(crate) owners: BTreeMap<&'c Text, i64>,
}

impl<'c> Spent<'c> {
    /// Of no time yet.
    pub(crate) fn new(case: &'c Case<'c>) -> Self {
        let started_at = case.history.created_at;
        Self {
            case,
            started_at,
            done_at: started_at,
            next: 0,
            seconds: [0; 5],
            business: [Some(0); 5],
            unassigned: 0,
            unassigned_business: Some(0),
            owners: BTreeMap::new(),
        }
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
                let step = &own[self.next];
                let class = step.status.class();
                let open = self.case.history.open_seconds(self.done_at, left);
                let add = |total: Option<i64>| total.zip(open).map(|(total, open)| total + open);
                self.seconds[class as usize] += left - self.done_at;
                self.business[class as usize] = add(self.business[class as usize]);
                match &step.dims.owner {
                    _ if !class.is_open() => {}
                    Some(owner) => *self.owners.entry(owner).or_insert(0) += left - self.done_at,
                    None => {
                        self.unassigned += left - self.done_at;
                        self.unassigned_business = add(self.unassigned_business);
                    }
                }
                self.done_at = left;
            }
            if left < end {
                self.next += 1;
            }
        }
        self
    }
}
