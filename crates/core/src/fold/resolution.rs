//! Resolutions and reopenings, and whose time it was until then.
//!
//! Solved then closed is one resolution; an open status after it is a reopening, by its cause. A conversation that is open has one
//! more row, for the resolution that it still waits for, so that those running can be counted.

use super::case::{Case, is_question, is_reply};
use super::history::Step;
use super::{assignment, touches};
use crate::event::{ActorKind, Body, Cause, StatusClass, Text};
use crate::facts::{At, Facts, Resolution};

/// A move of the status between classes.
pub(crate) struct Turn {
    /// When.
    pub(crate) at: i64,
    /// The index of its step.
    pub(crate) step: usize,
    /// Why.
    pub(crate) cause: Cause,
    /// From something open to resolved.
    pub(crate) resolves: bool,
    /// From resolved to something open.
    pub(crate) reopens: bool,
}

/// The moves between classes, in order.
pub(crate) fn transitions<'c>(case: &'c Case<'_>) -> impl Iterator<Item = Turn> + 'c {
    let mut class = StatusClass::Us;
    case.steps.iter().enumerate().filter_map(move |(index, step)| {
        let cause = step.moved?;
        let before = std::mem::replace(&mut class, step.status.class());
        (before != class).then_some(Turn {
            at: step.at,
            step: index,
            cause,
            resolves: before.is_open() && class == StatusClass::Resolved,
            reopens: before == StatusClass::Resolved && class.is_open(),
        })
    })
}

/// Time by class, in calendar and business seconds.
#[derive(Default, Clone, Copy)]
struct Spent {
    seconds: i64,
    business: Option<i64>,
}

/// Writes `resolutions`.
pub(crate) fn fold(case: &Case<'_>, facts: &mut Facts) {
    let turns: Vec<Turn> = transitions(case).collect();
    let begun = facts.resolutions.len();
    for (index, turn) in turns.iter().enumerate() {
        if turn.resolves {
            let number = (facts.resolutions.len() - begun) as i64 + 1;
            let next = turns.get(index + 1).filter(|next| next.reopens);
            facts.resolutions.push(resolved(case, turn, next, number));
        }
    }
    if let Some(last) = facts.resolutions[begun..].last_mut() {
        last.last = true;
    }
    let end = &case.history.steps[case.history.steps.len() - 1];
    if end.status.class().is_open() {
        let number = (facts.resolutions.len() - begun) as i64 + 1;
        facts.resolutions.push(pending(case, end, number));
    }
}

fn resolved(case: &Case<'_>, turn: &Turn, reopening: Option<&Turn>, number: i64) -> Resolution {
    let step = &case.steps[turn.step];
    let acting = (step.event.actor_kind == ActorKind::Agent).then_some(step.event.actor.as_ref()).flatten();
    let owner = step.dims.owner.as_ref();
    let started_at = started_at(case);
    let spent = |class| spent(case, class, turn.at);
    let (us, customer, third) = (spent(StatusClass::Us), spent(StatusClass::Customer), spent(StatusClass::ThirdParty));
    Resolution {
        number,
        first: number == 1,
        last: false,
        pending: false,
        resolved_at: Some(At(turn.at)),
        resolver: Some(turn.cause.name()),
        seconds: Some(turn.at - started_at),
        business_seconds: case.history.open_seconds(started_at, turn.at),
        us_seconds: Some(us.seconds),
        customer_seconds: Some(customer.seconds),
        third_party_seconds: Some(third.seconds),
        resolved_seconds: Some(spent(StatusClass::Resolved).seconds),
        us_business_seconds: us.business,
        customer_business_seconds: customer.business,
        third_party_business_seconds: third.business,
        reopened_at: reopening.map(|next| At(next.at)),
        reopened_by: reopening.map(|next| next.cause.name()),
        reopened_after_seconds: reopening.map(|next| next.at - turn.at),
        ..unresolved(case, step, turn.step + 1, owner.or(acting), step.event.actor.as_ref())
    }
}

fn pending(case: &Case<'_>, end: &Step<'_>, number: i64) -> Resolution {
    Resolution { number, first: number == 1, ..unresolved(case, end, case.steps.len(), end.dims.owner.as_ref(), None) }
}

/// What a resolution has in common with one that is still waited for: the work of the first `until` steps.
fn unresolved(case: &Case<'_>, dated: &Step<'_>, until: usize, agent: Option<&Text>, actor: Option<&Text>) -> Resolution {
    let steps = &case.steps[..until];
    let public = |step: &&Step<'_>| {
        matches!(&step.event.body, Body::Message(message) if message.public)
            && matches!(step.event.actor_kind, ActorKind::Customer | ActorKind::Agent)
    };
    // The opening counts as a message unless the customer's first message has its instant.
    let opening = case.history.origin == crate::event::Origin::Customer
        && !case.steps.iter().skip(1).any(|step| is_question(step) && step.at == case.history.created_at);
    Resolution {
        common: case.common(dated, agent, actor),
        number: 0,
        first: false,
        last: false,
        pending: true,
        started_at: At(started_at(case)),
        resolved_at: None,
        resolver: None,
        seconds: None,
        business_seconds: None,
        us_seconds: None,
        customer_seconds: None,
        third_party_seconds: None,
        resolved_seconds: None,
        us_business_seconds: None,
        customer_business_seconds: None,
        third_party_business_seconds: None,
        touches_count: touches::touch_steps(case).iter().filter(|index| **index < until).count() as i64,
        messages_count: steps.iter().filter(public).count() as i64 + i64::from(opening),
        escalations_count: steps.iter().filter(|step| matches!(step.event.body, Body::Escalated(_))).count() as i64,
        transfers_count: assignment::stretches(case).iter().filter(|stretch| stretch.transfer && stretch.step < until).count()
            as i64,
        replied: steps.iter().any(is_reply),
        reopened_at: None,
        reopened_by: None,
        reopened_after_seconds: None,
    }
}

/// The conversation's start: its creation, or the customer's first message where somebody else began it.
fn started_at(case: &Case<'_>) -> i64 {
    let first = case.steps.iter().find(|step| case.whole.proactive && is_question(step));
    first.map_or(case.history.created_at, |step| step.at)
}

/// Time in statuses of a class from the creation to an instant.
fn spent(case: &Case<'_>, class: StatusClass, until: i64) -> Spent {
    let own = &case.history.steps;
    let mut sum = Spent { seconds: 0, business: Some(0) };
    for (index, step) in own.iter().enumerate() {
        let end = own.get(index + 1).map_or(until, |next| next.at).min(until);
        if step.status.class() == class && end > step.at {
            sum.seconds += end - step.at;
            let open = case.history.open_seconds(step.at, end);
            sum.business = sum.business.zip(open).map(|(total, open)| total + open);
        }
    }
    // Without any schedule business time is unknown, not zero, also where no time was spent.
    if case.history.open_seconds(case.history.created_at, until).is_none() {
        sum.business = None;
    }
    sum
}
