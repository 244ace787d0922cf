//! Resolutions and reopenings, and whose time it was until then.
//!
//! Solved then closed is one resolution; an open status after it is a reopening, by its cause. A conversation that is open has one
//! more row, for the resolution that it still waits for, so that those running can be counted.

use super::case::{Case, is_question};
use super::history::Step;
use super::replies::Cycle;
use super::spent::{Spent, Work};
use crate::event::{ActorKind, Cause, StatusClass};
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
    turns(&case.steps)
}

/// The same, from the steps alone.
pub(crate) fn turns<'c>(steps: &'c [Step<'_>]) -> impl Iterator<Item = Turn> + 'c {
    let mut class = StatusClass::Us;
    steps.iter().enumerate().filter_map(move |(index, step)| {
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

/// Writes `resolutions`.
pub(crate) fn fold(case: &Case<'_>, waits: &[Cycle], facts: &mut Facts) {
    let turns: Vec<Turn> = transitions(case).collect();
    let asked = if case.whole.proactive { case.steps.iter().find(|step| is_question(step)).map(|step| step.at) } else { None };
    let mut work = Work::new(case, waits);
    let mut spent = Spent::new(case);
    let mut number = 0;
    let begun = facts.resolutions.len();
    for (index, turn) in turns.iter().enumerate().filter(|(_, turn)| turn.resolves) {
        number += 1;
        work.until(turn.step + 1);
        // What nobody has asked for yet began with its creation.
        let started_at = asked.filter(|asked| *asked <= turn.at).unwrap_or(case.history.created_at);
        let next = turns.get(index + 1).filter(|next| next.reopens);
        let row = waited_for(case, &case.steps[turn.step], number, started_at, &work);
        facts.resolutions.push(resolved(case, turn, next, row, spent.between(started_at, turn.at)));
    }
    if let Some(last) = facts.resolutions[begun..].last_mut() {
        last.last = true;
    }
    let end = &case.history.steps[case.history.steps.len() - 1];
    if end.status.class().is_open() {
        work.until(case.steps.len());
        let started_at = asked.unwrap_or(case.history.created_at);
        facts.resolutions.push(waited_for(case, end, number + 1, started_at, &work));
    }
}

fn resolved(case: &Case<'_>, turn: &Turn, reopening: Option<&Turn>, waited_for: Resolution, spent: &Spent<'_>) -> Resolution {
    let step = &case.steps[turn.step];
    let acting = (step.event.actor_kind == ActorKind::Agent).then_some(step.event.actor.as_ref()).flatten();
    let started_at = waited_for.started_at.0;
    let business = case.history.open_seconds(started_at, turn.at);
    // Without any schedule business time is unknown, not zero, also where no time was spent.
    let open = |class: StatusClass| business.and(spent.business[class as usize]);
    Resolution {
        common: case.common(step, step.dims.owner.as_ref().or(acting), step.event.actor.as_ref()),
        pending: false,
        resolved_at: Some(At(turn.at)),
        resolver: Some(turn.cause.name()),
        seconds: Some(turn.at - started_at),
        business_seconds: business,
        us_seconds: Some(spent.seconds[StatusClass::Us as usize]),
        customer_seconds: Some(spent.seconds[StatusClass::Customer as usize]),
        third_party_seconds: Some(spent.seconds[StatusClass::ThirdParty as usize]),
        resolved_seconds: Some(spent.seconds[StatusClass::Resolved as usize]),
        us_business_seconds: open(StatusClass::Us),
        customer_business_seconds: open(StatusClass::Customer),
        third_party_business_seconds: open(StatusClass::ThirdParty),
        unassigned_seconds: Some(spent.unassigned),
        unassigned_business_seconds: business.and(spent.unassigned_business),
        owners: spent.owners.keys().map(|owner| (*owner).clone()).collect(),
        owners_seconds: spent.owners.values().copied().collect(),
        reopened_at: reopening.map(|next| At(next.at)),
        reopened_by: reopening.map(|next| next.cause.name()),
        reopened_after_seconds: reopening.map(|next| next.at - turn.at),
        created_business_seconds: case.history.open_seconds(case.history.created_at, turn.at),
        created_schedule_seconds: case.history.open_seconds_by(turn.at, case.history.created_at, turn.at),
        ..waited_for
    }
}

/// A resolution that has not come yet, with the work that was done for it.
fn waited_for(case: &Case<'_>, dated: &Step<'_>, number: i64, started_at: i64, work: &Work<'_, '_>) -> Resolution {
    Resolution {
        common: case.common(dated, dated.dims.owner.as_ref(), None),
        number,
        first: number == 1,
        last: false,
        pending: true,
        started_at: At(started_at),
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
        unassigned_seconds: None,
        unassigned_business_seconds: None,
        reply_seconds: work.reply_seconds,
        reply_business_seconds: work.reply_business_seconds,
        touches_count: work.touches,
        messages_count: work.messages,
        escalations_count: work.escalations,
        transfers_count: work.transfers,
        stations_count: work.stations,
        replied: work.replied,
        participants: work.participants.iter().map(|person| (*person).clone()).collect(),
        owners: Vec::new(),
        owners_seconds: Vec::new(),
        reopened_at: None,
        reopened_by: None,
        reopened_after_seconds: None,
        created_at: At(case.history.created_at),
        created_business_seconds: None,
        created_schedule_seconds: None,
        rule_replies_count: work.rule_replies,
    }
}
