//! Rebuilding, compacting and forgetting: what keeps a workspace right and small.

use deskgauge_core::fold::FOLD_VERSION;

use super::import::count_events;
use super::{FOLD_KEY, RULES_KEY, Result, Workspace};
use crate::cells::cells;
use crate::facts_schema::{EVENTS, own_fields, table_specs};
use crate::lake::Snapshot;
use crate::store::Plan;

/// What a rebuild did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RebuildReport {
    /// Events that were folded.
    pub events: u64,
    /// Timelines that they make.
    pub timelines: u64,
    /// The new snapshot.
    pub snapshot: i64,
}

/// What a compaction did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompactReport {
    /// Files before.
    pub files_before: usize,
    /// Files after.
    pub files_after: usize,
    /// The newest snapshot after it.
    pub snapshot: i64,
}

/// What was forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpireReport {
    /// Snapshots that can no longer be asked.
    pub snapshots: usize,
    /// Files that were removed.
    pub files: usize,
}

impl Workspace {
    /// Folds everything again under the rules of now.
    ///
    /// # Errors
    /// The disk's and the lake's; then nothing has changed.
    pub async fn rebuild(&self, at: i64) -> Result<RebuildReport> {
        let _lock = self.lock().await?;
        self.rebuild_locked(at).await
    }

    /// As [`Workspace::rebuild`], for who holds the lock.
    pub(super) async fn rebuild_locked(&self, at: i64) -> Result<RebuildReport> {
        let base = self.lake.snapshot().await?;
        let same_fold = self.lake.state(FOLD_KEY).await?.is_some_and(|version| version == FOLD_VERSION.to_string());
        let stays = same_fold && self.fit(base.id, |table| table == EVENTS).await?;
        if !self.tables_fit(base.id).await? {
            // The tables change in a snapshot of their own. Stopped after it, no rules fit the facts until they are rebuilt.
            self.lake.set_state(&[(RULES_KEY, "rebuilding")]).await?;
            self.lake.ensure_tables(&table_specs(&own_fields(self.rules())), at).await?;
        }
        let base = self.lake.snapshot().await?;
        let facts = if stays { self.facts(&base).await? } else { None };
        let mut plan = match facts {
            Some(plan) => plan,
            None => self.everything(&base).await?,
        };
        let change = self.change(&mut plan, at, "rebuild".to_owned());
        let pending = self.lake.prepare(&base, change).await?;
        plan.unlisted.keep();
        let snapshot = pending.finish().await?;
        Ok(RebuildReport { events: plan.counts.events, timelines: plan.counts.timelines, snapshot: snapshot.id })
    }

    /// Writes everything anew in as few files as it needs, if that makes them fewer. Answers stay the same.
    ///
    /// # Errors
    /// The disk's and the lake's; rules that changed.
    pub async fn compact(&self, at: i64) -> Result<CompactReport> {
        let _lock = self.lock().await?;
        self.same_rules().await?;
        let base = self.lake.snapshot().await?;
        let mut plan = self.everything(&base).await?;
        let (files_before, files_after) = (plan.remove.len(), plan.add.len());
        if files_after >= files_before {
            return Ok(CompactReport { files_before, files_after: files_before, snapshot: base.id });
        }
        let change = self.change(&mut plan, at, "compact".to_owned());
        let pending = self.lake.prepare(&base, change).await?;
        plan.unlisted.keep();
        let snapshot = pending.finish().await?;
        Ok(CompactReport { files_before, files_after, snapshot: snapshot.id })
    }

    /// The facts of every cell written anew, where the events can stay as they are.
    async fn facts(&self, base: &Snapshot) -> Result<Option<Plan>> {
        let all = cells(&self.lake, base.id).await?;
        let columns = self.columns(base.id).await?;
        self.planner(&columns, &all, base.id).refold()
    }

    /// Every cell written anew.
    async fn everything(&self, base: &Snapshot) -> Result<Plan> {
        let all = cells(&self.lake, base.id).await?;
        let columns = self.columns(base.id).await?;
        let mut anew = self.anew(count_events(&all))?;
        self.each_event(&all, &mut |stored| anew.push(stored))?;
        self.planner(&columns, &all, base.id).anew(anew, None)
    }

    /// Forgets the snapshots from before an instant and removes the files that only they had. The newest always stays.
    ///
    /// # Errors
    /// The disk's and the lake's.
    pub async fn expire(&self, before: i64, at: i64) -> Result<ExpireReport> {
        let _lock = self.lock().await?;
        let snapshots = self.lake.snapshots().await?;
        let newest = snapshots.iter().map(|snapshot| snapshot.id).max().unwrap_or(0);
        // The state at that instant must stay askable: it is that of the last snapshot before it.
        let kept = snapshots.iter().filter(|snapshot| snapshot.at <= before).map(|snapshot| snapshot.id).max();
        let first_kept = kept.unwrap_or(0).min(newest);
        let gone = snapshots.iter().filter(|snapshot| snapshot.id < first_kept).count();
        let files = if gone > 0 { self.lake.expire(first_kept, at).await?.len() } else { 0 };
        Ok(ExpireReport { snapshots: gone, files })
    }
}
