//! What arrives live: durable first, seen in every answer at once, brought into the lake in groups.
//!
//! The inbox keeps an event in the textual notation, which holds every event whole and which people can read. Waiting events stand in
//! for nothing by themselves: a question folds them with the timelines that they touch, as the next commit will.

use deskgauge_core::event::{Event, Text};
use deskgauge_core::notation::{ParseOptions, PrintOptions, parse, print};

use super::{Result, Workspace, WorkspaceError};
use crate::cells::{Stored, cells};
use crate::lake::{InboxRow, Snapshot, clear_inbox};
use crate::source::Overlay;
use crate::store::Outcome;

/// Events that one commit takes from the inbox at most.
const GROUP: i64 = 50_000;
/// The key under which a commit says up to which row of the inbox it goes.
const WATERMARK_KEY: &str = "inbox_watermark";

/// The instant of the newest event that waits, and the number of its last row.
pub(super) type Waiting = (Option<i64>, i64);

/// What became of events that were handed to the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Events that are durable now.
    pub accepted: u64,
    /// Events among them that the inbox held already; they change nothing.
    pub duplicates: u64,
}

impl Workspace {
    /// Makes events durable. When this returns they survive the death of the process and of the machine.
    ///
    /// # Errors
    /// The database's; then none of them is acknowledged.
    pub async fn receive(&self, events: &[Event]) -> Result<Receipt> {
        let known = self.receive_each(events).await?;
        let duplicates = known.iter().filter(|known| **known).count() as u64;
        Ok(Receipt { accepted: events.len() as u64, duplicates })
    }

    /// As [`Workspace::receive`], and tells of each event whether the inbox held its source and id already.
    ///
    /// # Errors
    /// As for [`Workspace::receive`].
    pub async fn receive_each(&self, events: &[Event]) -> Result<Vec<bool>> {
        let rows: Vec<(String, String, String)> = events
            .iter()
            .map(|event| {
                (event.source.to_string(), event.id.to_string(), print(std::slice::from_ref(event), &PrintOptions::default()))
            })
            .collect();
        Ok(self.lake.receive(&rows).await?)
    }

    /// Brings what waits in the inbox into the lake, in one commit per group. Answers how many events were new there.
    ///
    /// # Errors
    /// The disk's and the lake's; what was not committed still waits.
    pub async fn commit_inbox(&self, at: i64) -> Result<u64> {
        let _lock = self.lock().await?;
        self.same_rules().await?;
        self.take_inbox(at).await
    }

    /// As [`Workspace::commit_inbox`], for who holds the lock.
    pub(super) async fn take_inbox(&self, at: i64) -> Result<u64> {
        let mut fresh = 0;
        loop {
            let rows = self.lake.inbox(GROUP).await?;
            let Some(last) = rows.last().map(|row| row.n) else { return Ok(fresh) };
            let base = self.lake.snapshot().await?;
            let all = cells(&self.lake, base.id).await?;
            let columns = self.columns(base.id).await?;
            let planner = self.planner(&columns, &all, base.id);
            let mut plan = match planner.plan(stored(&rows)?)? {
                Outcome::Planned(plan) => plan,
                Outcome::TooLarge(events) => self.anew_with(&planner, &all, events)?,
            };
            fresh += plan.counts.events;
            let mut change = self.change(&mut plan, at, format!("{} events of the inbox", rows.len()));
            change.state.push((WATERMARK_KEY.to_owned(), Some(last.to_string())));
            let mut pending = self.lake.prepare(&base, change).await?;
            clear_inbox(pending.connection(), last).await?;
            plan.unlisted.keep();
            pending.finish().await?;
        }
    }

    /// The number of the last row of the inbox that is in the lake; 0 where none ever was.
    pub(super) async fn inbox_watermark(&self) -> Result<i64> {
        Ok(self.lake.state(WATERMARK_KEY).await?.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// What waits in the inbox, folded with the timelines that it touches, to stand in for their stored files; and, where something
    /// waits, the instant of its newest event and the number of its last row.
    pub(super) async fn overlay(&self, snapshot: &Snapshot) -> Result<(Overlay, Option<Waiting>)> {
        let rows = self.lake.inbox(i64::MAX).await?;
        let Some(last) = rows.last().map(|row| row.n) else { return Ok((Overlay::default(), None)) };
        self.overlay_of(snapshot, stored(&rows)?, last).await
    }

    /// As `overlay`, for events that were read already, the last of them from the row `last`.
    pub(super) async fn overlay_of(
        &self,
        snapshot: &Snapshot,
        events: Vec<Stored>,
        last: i64,
    ) -> Result<(Overlay, Option<Waiting>)> {
        if events.is_empty() {
            return Ok((Overlay::default(), None));
        }
        let newest = events.iter().map(|stored| stored.event.at.seconds()).max();
        let all = cells(&self.lake, snapshot.id).await?;
        let columns = self.columns(snapshot.id).await?;
        match self.planner(&columns, &all, snapshot.id).plan_in_memory(events)? {
            Outcome::Planned(plan) => {
                Ok((Overlay { rows: plan.memory, without: plan.remove.into_iter().collect() }, Some((newest, last))))
            }
            Outcome::TooLarge(_) => Err(WorkspaceError::InboxTooFull),
        }
    }
}

/// The events of some rows. A row that was written by this program always reads.
pub(super) fn stored(rows: &[InboxRow]) -> Result<Vec<Stored>> {
    let options = ParseOptions::default();
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let (read, problems) = parse(&row.event, &options);
        if let Some(problem) = problems.first() {
            return Err(WorkspaceError::Inbox { n: row.n, problem: problem.to_string() });
        }
        events.extend(read.into_iter().map(|event| Stored { event, import_id: 0 }));
    }
    debug_assert!(events.iter().all(|stored| stored.event.id != Text::from("")), "every event has an id");
    Ok(events)
}
