//! Folding under other policies without storing anything: the SLA clocks that would have been.
//!
//! Cells are folded one by one under both sets of rules, and only the clocks are kept, so that it costs the time of a rebuild and little
//! memory. Both sides come from the same events; live events that still wait are not among them.

use deskgauge_core::event::{Body, Event};
use deskgauge_core::facts::Facts;
use deskgauge_core::fold::{fold_into, people, timelines};
use deskgauge_core::rules::Rules;

use super::{Result, Workspace};
use crate::cells::{Kind, cells};
use crate::files::FileError;

impl Workspace {
    /// The SLA clocks and outcomes of all conversations, under the workspace's rules and under others.
    ///
    /// # Errors
    /// The lake's and the files'.
    pub async fn replay_sla(&self, other: &Rules) -> Result<[Facts; 2]> {
        let snapshot = self.lake.snapshot().await?;
        let cells = cells(&self.lake, snapshot.id).await?;
        let events = |kind: Kind| {
            let own = cells.values().filter(move |cell| cell.kind == kind);
            own.map(|cell| Ok(cell.events(&self.folder)?.into_iter().map(|stored| stored.event).collect()))
        };
        let mut profiles: Vec<Event> = Vec::new();
        for cell in events(Kind::Customers) {
            let cell: std::result::Result<Vec<Event>, FileError> = cell;
            profiles.extend(cell?.into_iter().filter(|event| matches!(event.body, Body::Customer(_))));
        }
        // A policy may ask for a customer's segment, and for nothing else of other timelines.
        let people = people(&timelines(profiles));
        let mut kept = [Facts::default(), Facts::default()];
        for cell in events(Kind::Conversations) {
            let cell: std::result::Result<Vec<Event>, FileError> = cell;
            for timeline in timelines(cell?) {
                for (rules, kept) in [&self.rules, other].into_iter().zip(&mut kept) {
                    let mut facts = Facts::default();
                    fold_into(&timeline, rules, &people, &mut facts);
                    kept.sla_clocks.append(&mut facts.sla_clocks);
                    kept.sla_outcomes.append(&mut facts.sla_outcomes);
                }
            }
        }
        Ok(kept)
    }
}
