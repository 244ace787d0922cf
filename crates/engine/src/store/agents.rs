//! The agents of a change: presence and roles, in cells of a hash of the agent.

use std::collections::BTreeSet;

use deskgauge_core::event::{Event, Text};
use deskgauge_core::facts::Facts;
use deskgauge_core::fold::timelines::own_key;
use deskgauge_core::fold::{Key, People, fold};

use super::customers::timelines;
use super::hashed::{self, Prefix};
use super::plan::{Plan, Planner, unite};
use crate::cells::{Cell, Kind, Stored, Written, key_text};
use crate::files::FileError;

/// Folds the agents that got events and writes their cells.
pub(crate) fn fold_and_write(
    planner: &Planner<'_>,
    incoming: Vec<Stored>,
    plan: &mut Plan,
    written: &mut Written,
) -> Result<(), FileError> {
    let mut waiting = incoming;
    let mut cells: Vec<(Prefix, Option<&Cell>)> = planner
        .cells
        .values()
        .filter(|cell| cell.kind == Kind::Agents)
        .filter_map(|cell| Prefix::of(cell).map(|prefix| (prefix, Some(cell))))
        .collect();
    for stored in &waiting {
        let agent = agent_of(&stored.event);
        if !cells.iter().any(|(prefix, _)| prefix.holds(&agent)) {
            let taken: Vec<Prefix> = cells.iter().map(|(prefix, _)| *prefix).collect();
            cells.push((Prefix::free(&agent, &taken), None));
        }
    }
    for (prefix, cell) in cells {
        let (mine, others): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|stored| prefix.holds(&agent_of(&stored.event)));
        waiting = others;
        if mine.is_empty() {
            continue;
        }
        let old = cell.map_or_else(|| Ok(Vec::new()), |cell| planner.read(cell))?;
        let before = old.len() as u64;
        let (events, duplicates) = unite(old, mine);
        plan.counts.duplicates += duplicates;
        plan.counts.events += events.len() as u64 - before;
        if events.len() as u64 == before {
            continue;
        }
        plan.remove.extend(cell.into_iter().flat_map(Cell::file_ids));
        write(planner, prefix, events, plan, written)?;
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
    let agents: BTreeSet<Text> = events.iter().map(|stored| agent_of(&stored.event)).collect();
    if events.len() > planner.sizes.hashed_rows && agents.len() > 1 && prefix.depth < 40 {
        let mut events = events;
        for half in prefix.halves() {
            let (mine, others): (Vec<_>, Vec<_>) = events.into_iter().partition(|stored| half.holds(&agent_of(&stored.event)));
            events = others;
            if !mine.is_empty() {
                write(planner, half, mine, plan, written)?;
            }
        }
        return Ok(());
    }
    let mut facts = Facts::default();
    for timeline in timelines(&events) {
        facts.append(fold(&timeline, planner.rules, &People::default()));
        plan.counts.timelines += 1;
    }
    facts.sort();
    planner.writer().write(&prefix.name(Kind::Agents, &planner.unique), &hashed::keyed(&events), &facts, written)
}

fn agent_of(event: &Event) -> Text {
    match own_key(event) {
        Key::Agent(agent) => agent,
        key => Text::from(key_text(&key)),
    }
}
