//! The doctor: looks at a workspace, says what is wrong with it, and mends what can be mended without losing anything.

mod examine;

use std::path::PathBuf;

use examine::Examined;

use super::{Result, Workspace, disk};
use crate::facts_schema::{own_fields, table_specs};
use crate::files::digest_of;
use crate::store::SCRATCH_FOLDER;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A stable code.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: String,
    /// Whether it has been mended.
    pub mended: bool,
}

impl Workspace {
    /// Checks the workspace; with an instant in `mend` (microseconds since 1970, UTC) it mends what it can, as of then.
    ///
    /// # Errors
    /// The disk's and the lake's.
    pub async fn doctor(&self, mend: Option<i64>) -> Result<Vec<Finding>> {
        // Who may only read keeps writers away as far as the system lets him, by the lock that he shares.
        let looks_only = mend.is_none() && self.lake.is_read_only();
        let _lock = if looks_only { None } else { Some(self.lock().await?) };
        let mut findings = Vec::new();
        self.unfinished(mend, &mut findings).await?;
        self.orphans(mend.is_some(), &mut findings).await?;
        self.scheduled(mend.is_some(), &mut findings).await?;
        self.scratch(mend.is_some(), &mut findings)?;
        let stale = self.changed().await?;
        let files = self.examine().await?;
        // Folding again under other rules would be more than mending.
        let rebuilt = match mend {
            Some(at) if stale.is_none() && files.mendable() => Some(self.rebuild_locked(at).await?.snapshot),
            _ => None,
        };
        files.tell(&self.lake.snapshots().await?, rebuilt, &mut findings);
        self.undigested(&files, mend.is_some(), &mut findings).await?;
        self.missing_tables(&mut findings).await?;
        if let Some(changed) = stale {
            findings.push(Finding { code: changed.code(), message: changed.to_string(), mended: false });
        }
        Ok(findings)
    }

    /// Somebody who was to be forgotten, where that was interrupted.
    async fn unfinished(&self, mend: Option<i64>, findings: &mut Vec<Finding>) -> Result<()> {
        if self.lake.is_read_only() || !self.is_forgetting().await? {
            return Ok(());
        }
        if let Some(at) = mend {
            self.carry_out(at).await?;
        }
        let message = "somebody was to be forgotten and that was interrupted: --mend brings it to its end".to_owned();
        findings.push(Finding { code: "unfinished-forgetting", message, mended: mend.is_some() });
        Ok(())
    }

    /// Files that an interrupted change left behind.
    async fn orphans(&self, mend: bool, findings: &mut Vec<Finding>) -> Result<()> {
        for path in self.lake.orphans().await? {
            let full: PathBuf = self.folder.join(&path);
            if mend {
                std::fs::remove_file(&full).map_err(disk("remove", &full))?;
            }
            let message = format!("{} belongs to no snapshot: an interrupted change left it; --mend removes it", path.display());
            findings.push(Finding { code: "orphan-file", message, mended: mend });
        }
        Ok(())
    }

    /// What waited on disk for a change that was interrupted: no change runs now, because the lock is ours.
    fn scratch(&self, mend: bool, findings: &mut Vec<Finding>) -> Result<()> {
        let folder = self.folder.join(SCRATCH_FOLDER);
        if folder.exists() {
            if mend {
                std::fs::remove_dir_all(&folder).map_err(disk("remove", &folder))?;
            }
            let message = format!("{SCRATCH_FOLDER} is left behind by an interrupted change: --mend removes it");
            findings.push(Finding { code: "leftover-folder", message, mended: mend });
        }
        Ok(())
    }

    /// Files of forgotten snapshots whose removal was interrupted.
    async fn scheduled(&self, mend: bool, findings: &mut Vec<Finding>) -> Result<()> {
        if !mend {
            return Ok(());
        }
        for path in self.lake.remove_scheduled().await? {
            let message = format!("{} was to be removed with its snapshots", path.display());
            findings.push(Finding { code: "leftover-file", message, mended: true });
        }
        Ok(())
    }

    /// Files from before there were digests: they read, but a change in them would not be noticed.
    async fn undigested(&self, files: &Examined, mend: bool, findings: &mut Vec<Finding>) -> Result<()> {
        if files.undigested.is_empty() {
            return Ok(());
        }
        if mend {
            let mut digests = Vec::with_capacity(files.undigested.len());
            for file in &files.undigested {
                digests.push((file.id, digest_of(&self.folder.join(&file.path))?));
            }
            self.lake.add_digests(&digests).await?;
        }
        let message = format!(
            "{} files, such as {}, have no digest, so that a change in them could go unnoticed: --mend adds it",
            files.undigested.len(),
            files.undigested[0].path.display()
        );
        findings.push(Finding { code: "no-digest", message, mended: mend });
        Ok(())
    }

    async fn missing_tables(&self, findings: &mut Vec<Finding>) -> Result<()> {
        let snapshot = self.lake.snapshot().await?;
        for spec in table_specs(&own_fields(&self.rules)) {
            if self.lake.columns(&spec.name, snapshot.id).await.is_err() {
                let message = format!("table {} is missing: run deskgauge rebuild", spec.name);
                findings.push(Finding { code: "missing-table", message, mended: false });
            }
        }
        Ok(())
    }
}
