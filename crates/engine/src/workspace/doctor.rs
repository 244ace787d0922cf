//! The doctor: looks at a workspace, says what is wrong with it, and mends what can be mended without losing anything.

use std::path::PathBuf;

use super::{RULES_KEY, Result, Workspace, disk};
use crate::cells::cells;
use crate::facts_schema::{EVENTS, own_fields, table_specs};
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
    /// Checks the workspace; with `mend` it mends what it can.
    ///
    /// # Errors
    /// The disk's and the lake's.
    pub async fn doctor(&self, mend: bool) -> Result<Vec<Finding>> {
        let _lock = self.lock().await?;
        let mut findings = Vec::new();
        self.orphans(mend, &mut findings).await?;
        self.scheduled(mend, &mut findings).await?;
        self.scratch(mend, &mut findings)?;
        for missing in self.lake.missing().await? {
            let state = missing.found_size.map_or_else(|| "is missing".to_owned(), |size| format!("has {size} bytes"));
            let expected = missing.expected_size;
            // Facts are made of the events, so they can be made again; events cannot.
            let events = missing.path.components().any(|part| part.as_os_str() == EVENTS);
            let advice = if events { "restore it from a backup" } else { "run deskgauge rebuild" };
            let message = format!("{} {state}, {expected} expected: {advice}", missing.path.display());
            findings.push(Finding { code: "damaged-file", message, mended: false });
        }
        if findings.iter().all(|finding| finding.code != "damaged-file") {
            self.contents(&mut findings).await?;
        }
        if self.lake.state(RULES_KEY).await?.is_some_and(|digest| digest != self.rules.digest()) {
            let message = "the rules have changed since the facts were made: run deskgauge rebuild".to_owned();
            findings.push(Finding { code: "rules-changed", message, mended: false });
        }
        Ok(findings)
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

    /// Whether every file of the newest snapshot reads, has the rows that the catalogue tells of, and every event is one.
    async fn contents(&self, findings: &mut Vec<Finding>) -> Result<()> {
        let snapshot = self.lake.snapshot().await?;
        for cell in cells(&self.lake, snapshot.id).await?.values() {
            for (table, file) in &cell.files {
                let path = self.folder.join(&file.path);
                let rows = if table == EVENTS {
                    crate::files::read_events(&path).map(|events| events.len() as u64)
                } else {
                    crate::files::count_rows(&path)
                };
                let problem = match rows {
                    Ok(rows) if rows == file.record_count => continue,
                    Ok(rows) => format!("{} has {rows} rows, {} expected", file.path.display(), file.record_count),
                    Err(error) => error.to_string(),
                };
                let advice = if table == EVENTS { "restore it from a backup" } else { "run deskgauge rebuild" };
                findings.push(Finding { code: "unreadable-file", message: format!("{problem}: {advice}"), mended: false });
            }
        }
        let known = table_specs(&own_fields(&self.rules));
        for spec in &known {
            if self.lake.columns(&spec.name, snapshot.id).await.is_err() {
                let message = format!("table {} is missing: run deskgauge rebuild", spec.name);
                findings.push(Finding { code: "missing-table", message, mended: false });
            }
        }
        Ok(())
    }
}
