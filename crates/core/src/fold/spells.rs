//! Status spells: the conversation's life cut wherever its status, its attributes or its overdue mark change.
//!
//! Every stock is a count of spells that hold at an instant, with the attributes of that instant. A change of attributes at the very
//! start of a spell belongs to it; a status that lasted no time keeps its spell, because it moved the stock.

use std::sync::Arc;

use super::case::{Case, is_reply};
use super::sla::Clock;
use crate::event::{Cause, Status, StatusClass};
use crate::facts::{At, Dims, Facts, Spell};

struct Stretch {
    at: i64,
    status: Status,
    dims: Arc<Dims>,
    answered: bool,
    began: &'static str,
    cause: Option<Cause>,
}

/// Writes `spells`.
pub(crate) fn fold(case: &Case<'_>, clocks: &[Clock], facts: &mut Facts) {
    let stretches = stretches(case);
    let overdue = overdue(clocks);
    for (index, stretch) in stretches.iter().enumerate() {
        let left = stretches.get(index + 1).map(|next| next.at);
        let mut entered = stretch.at;
        let mut began = stretch.began;
        let open = stretch.status.class().is_open();
        let cuts: Vec<i64> = if open { cuts(&overdue, entered, left) } else { Vec::new() };
        for end in cuts.into_iter().map(Some).chain([left]) {
            let late = open && overdue.iter().any(|(from, to)| *from <= entered && to.is_none_or(|to| entered < to));
            facts.spells.push(row(case, stretch, began, entered, end, late));
            if let Some(end) = end {
                entered = end;
            }
            began = "changed";
        }
    }
}

fn row(case: &Case<'_>, stretch: &Stretch, began: &'static str, entered: i64, left: Option<i64>, overdue: bool) -> Spell {
    let owner = stretch.dims.owner.as_ref();
    Spell {
        common: case.common_of(&stretch.dims, owner, None),
        status: stretch.status.name(),
        state: stretch.status.class().name(),
        assigned: owner.is_some(),
        answered: stretch.answered,
        overdue,
        entered_at: At(entered),
        left_at: left.map(At),
        seconds: left.map(|left| left - entered),
        business_seconds: left.and_then(|left| case.history.open_seconds(entered, left)),
        began,
        cause: stretch.cause.filter(|_| began == stretch.began).map(Cause::name),
    }
}

fn stretches(case: &Case<'_>) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut answered = false;
    for (index, step) in case.steps.iter().enumerate() {
        answered |= is_reply(step);
        let Some(current) = stretches.last_mut() else {
            let (began, cause) = ("created", None);
            stretches.push(Stretch { at: step.at, status: step.status, dims: step.dims.clone(), answered, began, cause });
            continue;
        };
        let moved = index > 0 && current.status != step.status;
        if !moved && current.dims == step.dims && current.answered == answered {
            continue;
        }
        if !moved && current.at == step.at {
            current.dims = step.dims.clone();
            current.answered = answered;
            continue;
        }
        let began = if moved { began(current.status.class(), step.status.class()) } else { "changed" };
        let cause = if moved { step.moved } else { None };
        stretches.push(Stretch { at: step.at, status: step.status, dims: step.dims.clone(), answered, began, cause });
    }
    stretches
}

fn began(before: StatusClass, after: StatusClass) -> &'static str {
    match (before, after) {
        (StatusClass::Resolved, after) if after.is_open() => "reopened",
        (StatusClass::Removed, after) if after != StatusClass::Removed => "restored",
        (before, StatusClass::Resolved) if before != StatusClass::Resolved => "resolved",
        (before, StatusClass::Removed) if before != StatusClass::Removed => "removed",
        _ => "changed",
    }
}

/// When some clock is past due and not stopped: from the second after its due instant.
fn overdue(clocks: &[Clock]) -> Vec<(i64, Option<i64>)> {
    let late = |clock: &Clock| {
        let from = clock.due_at? + 1;
        clock.ended_at.is_none_or(|ended| ended > from).then_some((from, clock.ended_at))
    };
    clocks.iter().filter_map(late).collect()
}

/// The bounds of overdue time strictly inside a stretch, in order.
fn cuts(overdue: &[(i64, Option<i64>)], entered: i64, left: Option<i64>) -> Vec<i64> {
    let inside = |at: &i64| *at > entered && left.is_none_or(|left| *at < left);
    let mut cuts: Vec<i64> = overdue.iter().flat_map(|(from, to)| [Some(*from), *to]).flatten().filter(inside).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let late = |at: i64| overdue.iter().any(|(from, to)| *from <= at && to.is_none_or(|to| at < to));
    // Only bounds at which the mark really changes cut.
    let mut before = late(entered);
    cuts.retain(|at| std::mem::replace(&mut before, late(*at)) != late(*at));
    cuts
}
