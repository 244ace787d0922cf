//! Assignments: who has the conversation, from when to when.
//!
//! A stretch is one pair of agent and team. Several changes at one instant are one.

use super::case::Case;
use crate::event::Text;
use crate::facts::{Assignment, At, Facts};

/// A stretch with one agent and team.
pub(crate) struct Stretch {
    /// Its start.
    pub(crate) at: i64,
    /// The index of its last step of that instant.
    pub(crate) step: usize,
    /// The agent.
    pub(crate) agent: Option<Text>,
    /// The team.
    pub(crate) team: Option<Text>,
    /// The agent before.
    pub(crate) previous: Option<Text>,
    /// It passed from one agent or team to another.
    pub(crate) transfer: bool,
}

/// The stretches, in order.
pub(crate) fn stretches(case: &Case<'_>) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (index, step) in case.steps.iter().enumerate() {
        let (agent, team) = (&step.dims.owner, &step.dims.team);
        let same = |last: &Stretch| last.agent == *agent && last.team == *team;
        if stretches.last().is_some_and(same) {
            continue;
        }
        if stretches.last().is_some_and(|last| last.at == step.at) {
            stretches.pop();
            // Away and back at one instant is no change.
            if stretches.last().is_some_and(same) {
                continue;
            }
        }
        let last = stretches.last();
        // Between two agents nobody may have had it: a transfer is measured from the last who did.
        let holder = last.and_then(|last| last.agent.clone().or_else(|| last.previous.clone()));
        let new_agent = agent.is_some() && holder.is_some() && holder != *agent;
        let new_team = last.is_some_and(|last| last.team.is_some() && team.is_some() && last.team != *team);
        stretches.push(Stretch {
            at: step.at,
            step: index,
            agent: agent.clone(),
            team: team.clone(),
            previous: holder,
            transfer: new_agent || new_team,
        });
    }
    stretches
}

/// Writes `assignments`.
pub(crate) fn fold(case: &Case<'_>, facts: &mut Facts) {
    let stretches = stretches(case);
    let first = stretches.iter().position(|stretch| stretch.agent.is_some());
    for (index, stretch) in stretches.iter().enumerate() {
        let ended = stretches.get(index + 1).map(|next| next.at);
        let step = &case.steps[stretch.step];
        facts.assignments.push(Assignment {
            common: case.common(step, stretch.agent.as_ref(), step.event.actor.as_ref()),
            number: index as i64 + 1,
            assigned_at: At(stretch.at),
            ended_at: ended.map(At),
            assigned: stretch.agent.is_some(),
            previous_agent: stretch.previous.clone(),
            transfer: stretch.transfer,
            wait_seconds: (first == Some(index)).then_some(stretch.at - case.history.created_at),
            seconds: ended.map(|ended| ended - stretch.at),
            business_seconds: ended.and_then(|ended| case.history.open_seconds(stretch.at, ended)),
        });
    }
}
