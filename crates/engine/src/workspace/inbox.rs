//! What arrives live: durable first, seen in every answer at once, brought into the lake in groups.
//!
//! The inbox keeps an event in the textual notation, which holds every event whole and which people can read. Waiting events stand in
//! for nothing by themselves: a question folds them with the timelines that they touch, as the next commit will.

use std::collections::BTreeMap;
use std::sync::Arc;

use deskgauge_core::event::{Event, Text};
use deskgauge_core::notation::{ParseOptions, PrintOptions, parse, print};

use super::{Result, Workspace, WorkspaceError};
use crate::cells::{Cell, Stored, cells};
use crate::lake::{Column, InboxRow, Snapshot, clear_inbox};
use crate::source::Overlay;
use crate::store::{Base, Indexes, Outcome, Standin};
use crate::threads::quietly;

/// Events that one commit takes from the inbox at most.
const GROUP: i64 = 200_000;
/// The key under which a commit says up to which row of the inbox it goes.
const WATERMARK_KEY: &str = "inbox_watermark";
/// The key under which commits of the inbox that follow each other say so.
const RUN_KEY: &str = "inbox_run";

/// What a change of the lake is planned on.
struct Ground {
    base: Snapshot,
    cells: BTreeMap<String, Cell>,
    columns: BTreeMap<String, Vec<Column>>,
}

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
        self.commit_inbox_until(i64::MAX, at).await
    }

    /// As [`Workspace::commit_inbox`], up to a row, on one thread: so that what has been folded for questions goes on to hold all that is
    /// no longer in the inbox, and questions find a thread.
    ///
    /// # Errors
    /// As for [`Workspace::commit_inbox`].
    pub async fn commit_inbox_quietly(&self, row: i64, at: i64) -> Result<u64> {
        self.commit_inbox_until(row, at).await
    }

    async fn commit_inbox_until(&self, until: i64, at: i64) -> Result<u64> {
        let _lock = self.lock().await?;
        self.same_rules().await?;
        self.take_inbox(until, at).await
    }

    /// As [`Workspace::commit_inbox`] up to a row, for who holds the lock.
    pub(super) async fn take_inbox(&self, until: i64, at: i64) -> Result<u64> {
        let quiet = until < i64::MAX;
        let mut fresh = 0;
        loop {
            let mut rows = self.lake.inbox(GROUP).await?;
            rows.retain(|row| row.n <= until);
            let Some(last) = rows.last().map(|row| row.n) else { return Ok(fresh) };
            let events = stored(&rows)?;
            let mut ground = self.ground().await?;
            let planner = self.planner(&ground.columns, &ground.cells, ground.base.id);
            let parts = if quiet { quietly(|| planner.parted(events)) } else { planner.parted(events) }?;
            // What is in the lake already and still waits counts once, so that all of it leaves the inbox with the last part.
            for (left, part) in (0..parts.len()).rev().zip(parts) {
                fresh += self.take_part(&ground, part, quiet, at, (left == 0).then_some(last)).await?;
                if left > 0 {
                    ground = self.ground().await?;
                }
            }
        }
    }

    /// What is stored now.
    async fn ground(&self) -> Result<Ground> {
        let base = self.lake.snapshot().await?;
        let (cells, columns) = (cells(&self.lake, base.id).await?, self.columns(base.id).await?);
        Ok(Ground { base, cells, columns })
    }

    /// Commits a part of what waits; where it is the last one, up to that row of the inbox.
    async fn take_part(&self, ground: &Ground, part: Vec<Stored>, quiet: bool, at: i64, last: Option<i64>) -> Result<u64> {
        let events = part.len() as u64;
        let Ground { base, cells, columns } = ground;
        let planner = self.planner(columns, cells, base.id);
        let planned = if quiet { quietly(|| planner.plan(part)) } else { planner.plan(part) };
        let mut plan = match planned? {
            Outcome::Planned(plan) => plan,
            Outcome::TooLarge(events) => self.anew_with(&planner, cells, events)?,
        };
        let fresh = events.saturating_sub(plan.counts.duplicates());
        let mut change = self.change(&mut plan, at, format!("{events} events of the inbox"));
        change.state.extend(last.map(|last| (WATERMARK_KEY.to_owned(), Some(last.to_string()))));
        let run = self.inbox_run().await?.filter(|(_, last)| *last == base.id);
        let first = run.map_or(base.id, |(first, _)| first);
        change.state.push((RUN_KEY.to_owned(), Some(format!("{first} {}", base.id + 1))));
        let mut pending = self.lake.prepare(base, change).await?;
        if let Some(last) = last {
            clear_inbox(pending.connection(), last).await?;
        }
        plan.unlisted.keep();
        pending.finish().await?;
        Ok(fresh)
    }

    /// What waits in the inbox, folded with the timelines that it touches, to stand in for their stored rows; and, where something waits,
    /// the instant of its newest event and the number of its last row.
    pub(super) async fn overlay(&self, snapshot: &Snapshot) -> Result<(Overlay, Option<(Option<i64>, i64)>)> {
        let rows = self.lake.inbox(i64::MAX).await?;
        let Some(last) = rows.last().map(|row| row.n) else { return Ok((Overlay::default(), None)) };
        let events = stored(&rows)?;
        let newest = events.iter().map(|stored| stored.event.at.seconds()).max();
        let mut standin = Standin::new(self.base(snapshot, Arc::default()).await?);
        standin.absorb(events)?;
        Ok((standin.overlay()?, Some((newest, last))))
    }

    /// The stored timelines of a snapshot, for what stands in for them.
    pub(super) async fn base(&self, snapshot: &Snapshot, indexes: Arc<Indexes>) -> Result<Arc<Base>> {
        let all = cells(&self.lake, snapshot.id).await?;
        let columns = self.columns(snapshot.id).await?;
        let rules = Arc::new(self.rules.clone());
        Ok(Arc::new(Base::new(self.lake.clone(), rules, columns, all, indexes)))
    }

    /// Whether all that was committed after one snapshot, up to another, came from the inbox.
    pub(super) async fn only_inbox_since(&self, from: i64, to: i64) -> Result<bool> {
        Ok(self.inbox_run().await?.is_some_and(|(first, last)| first <= from && last == to))
    }

    /// The snapshots after the first and up to the last are commits of the inbox.
    async fn inbox_run(&self) -> Result<Option<(i64, i64)>> {
        let text = self.lake.state(RUN_KEY).await?;
        let run = text.as_deref().and_then(|text| text.split_once(' '));
        Ok(run.and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?))))
    }

    /// The number of the last row of the inbox that is in the lake; 0 where none ever was.
    pub(super) async fn inbox_watermark(&self) -> Result<i64> {
        Ok(self.lake.state(WATERMARK_KEY).await?.and_then(|text| text.parse().ok()).unwrap_or(0))
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
