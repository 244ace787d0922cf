//! An import: events pushed one by one, and one commit at the end that holds them all.
//!
//! Until that commit nothing of it can be seen, and dropping the import, or the death of the process, leaves the workspace as it was.

use deskgauge_core::event::Event;

use super::{RULES_KEY, Result, Workspace, WorkspaceError};
use crate::cells::{Stored, cells};
use crate::facts_schema::own_fields;
use crate::lake::{Change, ImportInfo, add_import, undo_import};
use crate::lock::Lock;
use crate::store::{Counts, Plan, Planner};

/// What is imported.
#[derive(Debug, Clone)]
pub struct ImportAbout {
    /// What is imported, as the user named it.
    pub name: String,
    /// When, in microseconds since 1970, UTC.
    pub at: i64,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportReport {
    /// Its id; `None` where nothing was new, so that nothing was committed.
    pub id: Option<i64>,
    /// Events that were not there.
    pub events: u64,
    /// Events that were there already.
    pub duplicates: u64,
    /// Timelines that were folded.
    pub timelines: u64,
    /// Conversations that were not there.
    pub conversations: u64,
    /// The newest snapshot after it.
    pub snapshot: i64,
}

/// An import under way. It holds the workspace's lock.
#[derive(Debug)]
pub struct Import<'w> {
    workspace: &'w Workspace,
    about: ImportAbout,
    id: i64,
    events: Vec<Stored>,
    _lock: Lock,
}

impl Workspace {
    /// Begins an import.
    ///
    /// # Errors
    /// The workspace is busy, or its rules changed since the facts were made.
    pub async fn begin_import(&self, about: ImportAbout) -> Result<Import<'_>> {
        let lock = self.lock().await?;
        self.same_rules().await?;
        let id = self.lake.next_import().await?;
        Ok(Import { workspace: self, about, id, events: Vec::new(), _lock: lock })
    }

    /// Takes an import back: what it brought is gone, as if it had never come. Events that a later import repeated go too; import that
    /// file again to have them back.
    ///
    /// # Errors
    /// No such import, or it was taken back already.
    pub async fn undo(&self, id: i64, at: i64) -> Result<ImportReport> {
        let _lock = self.lock().await?;
        self.same_rules().await?;
        if !self.lake.imports().await?.iter().any(|import| import.id == id && !import.undone) {
            return Err(WorkspaceError::UnknownImport(id));
        }
        let base = self.lake.snapshot().await?;
        let all = cells(&self.lake, base.id).await?;
        let before = self.all_events(&all)?;
        let count = before.len() as u64;
        let kept: Vec<Stored> = before.into_iter().filter(|stored| stored.import_id != id).collect();
        let gone = count - kept.len() as u64;
        let columns = self.columns(base.id).await?;
        let nothing = std::collections::BTreeMap::new();
        let planner = self.planner(&columns, &nothing, base.id);
        let mut plan = planner.plan(kept)?;
        plan.remove = all.values().flat_map(|cell| cell.file_ids().collect::<Vec<_>>()).collect();
        let change = self.change(&mut plan, at, format!("undo import {id}"));
        let mut pending = self.lake.prepare(&base, change).await?;
        undo_import(pending.connection(), id).await?;
        let snapshot = pending.finish().await?;
        let Counts { timelines, .. } = plan.counts;
        Ok(ImportReport { id: Some(id), events: gone, duplicates: 0, timelines, conversations: 0, snapshot: snapshot.id })
    }

    pub(super) async fn same_rules(&self) -> Result<()> {
        match self.lake.state(RULES_KEY).await? {
            Some(digest) if digest != self.rules.digest() => Err(WorkspaceError::RulesChanged),
            _ => Ok(()),
        }
    }

    pub(super) fn planner<'p>(
        &'p self,
        columns: &'p std::collections::BTreeMap<String, Vec<crate::lake::Column>>,
        cells: &'p std::collections::BTreeMap<String, crate::cells::Cell>,
        base: i64,
    ) -> OwnedPlanner<'p> {
        OwnedPlanner { workspace: self, own: own_fields(&self.rules), columns, cells, unique: format!("s{:08}", base + 1) }
    }

    pub(super) fn change(&self, plan: &mut Plan, at: i64, message: String) -> Change {
        Change {
            at,
            remove: std::mem::take(&mut plan.remove),
            add: std::mem::take(&mut plan.add),
            author: "deskgauge".to_owned(),
            message,
            extra: None,
            state: vec![(RULES_KEY.to_owned(), Some(self.rules.digest()))],
        }
    }
}

/// A planner with what it borrows.
pub(super) struct OwnedPlanner<'p> {
    workspace: &'p Workspace,
    own: Vec<crate::facts_schema::OwnField>,
    columns: &'p std::collections::BTreeMap<String, Vec<crate::lake::Column>>,
    cells: &'p std::collections::BTreeMap<String, crate::cells::Cell>,
    unique: String,
}

impl OwnedPlanner<'_> {
    pub(super) fn plan(&self, incoming: Vec<Stored>) -> Result<Plan> {
        let planner = Planner {
            lake: &self.workspace.lake,
            rules: &self.workspace.rules,
            own: &self.own,
            columns: self.columns,
            cells: self.cells,
            unique: self.unique.clone(),
        };
        Ok(planner.plan(incoming)?)
    }
}

impl Import<'_> {
    /// Its id, if it brings anything.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Takes an event in.
    ///
    /// # Errors
    /// The disk's, where events have to wait outside memory.
    pub fn push(&mut self, event: Event) -> Result<()> {
        self.events.push(Stored { event, import_id: self.id });
        Ok(())
    }

    /// How many events it has taken in.
    pub fn pushed(&self) -> u64 {
        self.events.len() as u64
    }

    /// Commits it.
    ///
    /// # Errors
    /// The disk's and the lake's; then nothing has changed.
    pub async fn finish(self) -> Result<ImportReport> {
        let workspace = self.workspace;
        let base = workspace.lake.snapshot().await?;
        let all = cells(&workspace.lake, base.id).await?;
        let columns = workspace.columns(base.id).await?;
        let planner = workspace.planner(&columns, &all, base.id);
        let mut plan = planner.plan(self.events)?;
        let counts = plan.counts;
        let report = |id, snapshot| ImportReport {
            id,
            events: counts.events,
            duplicates: counts.duplicates,
            timelines: counts.timelines,
            conversations: counts.conversations,
            snapshot,
        };
        if counts.events == 0 {
            return Ok(report(None, base.id));
        }
        let change = workspace.change(&mut plan, self.about.at, format!("import {}: {}", self.id, self.about.name));
        let mut pending = workspace.lake.prepare(&base, change).await?;
        let info = ImportInfo {
            id: self.id,
            name: self.about.name.clone(),
            at: self.about.at,
            events: i64::try_from(counts.events).unwrap_or(i64::MAX),
            snapshot: pending.snapshot().id,
            undone: false,
        };
        add_import(pending.connection(), &info).await?;
        let snapshot = pending.finish().await?;
        Ok(report(Some(self.id), snapshot.id))
    }
}
