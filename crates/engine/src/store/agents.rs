//! The agents of a change: presence and roles, in cells of a hash of the agent.

use deskgauge_core::fold::Key;

use super::hashed::{self, Prefix, hashed_id};
use super::plan::{Plan, Planner};
use super::spread::Spread;
use crate::cells::{Kind, Stored, Written};
use crate::files::FileError;

/// Folds the agents that got events and writes their cells.
pub(crate) fn fold_and_write(
    planner: &Planner<'_>,
    incoming: Vec<Stored>,
    plan: &mut Plan,
    written: &mut Written,
) -> Result<(), FileError> {
    let mut spread = Spread::new(Kind::Agents);
    spread.find(planner, &incoming)?;
    for (prefix, lot) in spread.lots(incoming) {
        plan.counts.repeat(&lot.repeats);
        plan.counts.events += lot.fresh;
        if !lot.changed {
            continue;
        }
        plan.remove.extend(lot.replaced.iter().flat_map(|cell| planner.cells[cell].file_ids()));
        if let Some(gathered) = &mut plan.gathered {
            gathered.replaced.extend(lot.replaced);
            gathered.agents(lot.events, planner.rules);
            continue;
        }
        write(planner, prefix, lot.events, plan, written)?;
    }
    Ok(())
}

/// Folds agents and writes their cell, or both halves of it where it has grown too large.
pub(super) fn write(
    planner: &Planner<'_>,
    prefix: Prefix,
    events: Vec<Stored>,
    plan: &mut Plan,
    written: &mut Written,
) -> Result<(), FileError> {
    write_owned(planner, prefix, hashed::owned(events), plan, written)
}

fn write_owned(
    planner: &Planner<'_>,
    prefix: Prefix,
    events: Vec<(Key, Stored)>,
    plan: &mut Plan,
    written: &mut Written,
) -> Result<(), FileError> {
    let several = events.iter().any(|(agent, _)| *agent != events[0].0);
    if events.len() > planner.sizes.hashed_rows && several && prefix.depth < 40 {
        let mut events = events;
        for half in prefix.halves() {
            let (mine, others): (Vec<_>, Vec<_>) = events.into_iter().partition(|(agent, _)| half.holds(&hashed_id(agent)));
            events = others;
            if !mine.is_empty() {
                write_owned(planner, half, mine, plan, written)?;
            }
        }
        return Ok(());
    }
    let (facts, timelines) = hashed::fold(&events, planner.rules);
    plan.counts.timelines += timelines;
    planner.writer().write(&prefix.name(Kind::Agents, &planner.unique), &hashed::keyed(&events), &facts, written)
}
