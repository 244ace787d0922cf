//! Rebuilding, compacting and forgetting: what keeps a workspace right and small.

use super::import::count_events;
use super::{Result, Workspace};
use crate::cells::cells;
use crate::facts_schema::{own_fields, table_specs};
use crate::store::Rewrite;

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
        let (report, _, _) = self.write_all("rebuild", at).await?;
        Ok(report)
    }

    /// Writes everything anew in as few files as it needs, if that makes them fewer. Answers stay the same.
    ///
    /// # Errors
    /// The disk's and the lake's; rules that changed.
    pub async fn compact(&self, at: i64) -> Result<CompactReport> {
        self.same_rules().await?;
        let (report, files_before, files_after) = self.write_all("compact", at).await?;
        Ok(CompactReport { files_before, files_after, snapshot: report.snapshot })
    }

    async fn write_all(&self, message: &str, at: i64) -> Result<(RebuildReport, usize, usize)> {
        let _lock = self.lock().await?;
        self.lake.ensure_tables(&table_specs(&own_fields(self.rules())), at).await?;
        let base = self.lake.snapshot().await?;
        let all = cells(&self.lake, base.id).await?;
        let columns = self.columns(base.id).await?;
        let mut rewrite = Rewrite::new(&self.folder, count_events(&all))?;
        self.each_event(&all, &mut |stored| rewrite.push(stored))?;
        let mut plan = self.planner(&columns, &all, base.id).rewrite(rewrite, None)?;
        let (before, after) = (plan.remove.len(), plan.add.len());
        let counts = plan.counts;
        let change = self.change(&mut plan, at, message.to_owned());
        let snapshot = self.lake.commit(&base, change).await?;
        Ok((RebuildReport { events: counts.events, timelines: counts.timelines, snapshot: snapshot.id }, before, after))
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
