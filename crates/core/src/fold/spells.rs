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
    let mut open_since = case.history.created_at;
    for (index, stretch) in stretches.iter().enumerate() {
        if matches!(stretch.began, "reopened" | "restored") {
            open_since = stretch.at;
        }
        let left = stretches.get(index + 1).map(|next| next.at);
        let open = stretch.status.class().is_open();
        let bounds = if open { within(&overdue, stretch.at, left) } else { &[] };
        // Before the first bound the mark is what the bounds before it made of it: each turns it.
        let before = overdue.partition_point(|bound| *bound <= stretch.at);
        let mut late = open && before % 2 == 1;
        let mut entered = stretch.at;
        for bound in bounds {
            facts.spells.push(row(case, stretch, (entered, Some(*bound)), late, open_since));
            entered = *bound;
            late = !late;
        }
        facts.spells.push(row(case, stretch, (entered, left), late, open_since));
    }
}

/// A part of a stretch; only the first has what began it.
fn row(case: &Case<'_>, stretch: &Stretch, (entered, left): (i64, Option<i64>), overdue: bool, open_since: i64) -> Spell {
    let first = entered == stretch.at;
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
        began: if first { stretch.began } else { "changed" },
        cause: stretch.cause.filter(|_| first).map(Cause::name),
        created_at: At(case.history.created_at),
        open_since: At(open_since),
    }
}

fn stretches(case: &Case<'_>) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut answered = false;
    for (index, step) in case.steps.iter().enumerate() {
        answered |= is_reply(step);
        if index == 0 {
            // An unknown opening: the first event may be a move of the status, from the one that every conversation begins with.
            let (status, began, cause) = (Status::New, "created", None);
            stretches.push(Stretch { at: step.at, status, dims: step.dims.clone(), answered, began, cause });
        }
        let Some(current) = stretches.last_mut() else { continue };
        let moved = current.status != step.status;
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
        let next = Stretch { at: step.at, status: step.status, dims: step.dims.clone(), answered, began, cause };
        // A change of attributes at the instant of the move that follows it belongs to the move.
        if current.at == step.at && current.began == "changed" && current.cause.is_none() {
            *current = next;
        } else {
            stretches.push(next);
        }
    }
    stretches
}

/// What a move does to the stock of open conversations. What leaves or comes back while it is resolved changes no stock.
fn began(before: StatusClass, after: StatusClass) -> &'static str {
    match (before, after) {
        (before, StatusClass::Resolved) if before.is_open() => "resolved",
        (before, StatusClass::Removed) if before.is_open() => "removed",
        (StatusClass::Resolved, after) if after.is_open() => "reopened",
        (StatusClass::Removed, after) if after.is_open() => "restored",
        _ => "changed",
    }
}

/// The instants at which the overdue mark turns, in order: on at the first, off at the second and so on. A clock is overdue from the
/// second after its due instant until it stops.
fn overdue(clocks: &[Clock]) -> Vec<i64> {
    let mut late: Vec<(i64, i64)> = Vec::new();
    for clock in clocks {
        let from = clock.due_at.map_or(i64::MAX, |due| due.saturating_add(1));
        let to = clock.ended_at.unwrap_or(i64::MAX);
        if from < to {
            late.push((from, to));
        }
    }
    late.sort_unstable();
    let mut bounds: Vec<i64> = Vec::new();
    for (from, to) in late {
        match bounds.last_mut() {
            Some(last) if from <= *last => *last = (*last).max(to),
            _ => bounds.extend([from, to]),
        }
    }
    if bounds.last() == Some(&i64::MAX) {
        bounds.pop();
    }
    bounds
}

/// The bounds strictly inside a stretch.
fn within(bounds: &[i64], entered: i64, left: Option<i64>) -> &[i64] {
    let from = bounds.partition_point(|bound| *bound <= entered);
    let to = bounds.partition_point(|bound| left.is_none_or(|left| *bound < left));
    &bounds[from..to.max(from)]
}
