//! An import: events pushed one by one, and one commit at the end that holds them all.
//!
//! Until that commit nothing of it can be seen, and dropping the import, or the death of the process, leaves the workspace as it was.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use deskgauge_core::event::Event;
use deskgauge_core::fold::FOLD_VERSION;

use super::hold::Turn;
use super::{FOLD_KEY, RULES_KEY, Result, Workspace, WorkspaceError};
use crate::cells::{Stored, cells};
use crate::facts_schema::own_fields;
use crate::lake::{Change, ImportInfo, Snapshot, add_import, add_repeats, undo_import};
use crate::store::{Anew, Extent, Outcome, Plan, Planner};

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
    /// How many more rows the fact table `problems` has after it, by code.
    pub problems: BTreeMap<String, u64>,
    /// Where it was taken back: how many of its events a later import had brought again, by that import.
    pub repeated: BTreeMap<i64, u64>,
}

impl ImportReport {
    /// Events that share source, id and revision with one that was there, and have other content.
    pub fn conflicts(&self) -> u64 {
        self.problems.get("conflicting_revision").copied().unwrap_or(0)
    }
}

/// An import under way. It holds the workspace's lock.
#[derive(Debug)]
pub struct Import<'w> {
    workspace: &'w Workspace,
    about: ImportAbout,
    id: i64,
    pushed: u64,
    /// The bytes that have been read, and how many there are: they tell how many events will come.
    read: Option<(Arc<AtomicU64>, u64)>,
    /// Events that are stored already: who writes everything anew writes them as well.
    stored: u64,
    events: Vec<Stored>,
    /// Where events wait once they are too many for one change of some cells.
    anew: Option<Anew>,
    _lock: Turn,
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
        let stored = self.stored_events().await?;
        Ok(Import { workspace: self, about, id, pushed: 0, read: None, stored, events: Vec::new(), anew: None, _lock: lock })
    }

    /// Takes an import back: what it brought is gone, as if it had never come. Events that a later import repeated go too, and the report
    /// counts them; import that file again to have them back.
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
        let columns = self.columns(base.id).await?;
        let planner = self.planner(&columns, &all, base.id);
        let mut anew = self.anew(count_events(&all))?;
        let mut gone = 0;
        self.each_event(&all, &mut |stored| {
            if stored.import_id == id {
                gone += 1;
                return Ok(());
            }
            anew.push(stored)
        })?;
        let mut plan = planner.anew(anew, None)?;
        let change = self.change(&mut plan, at, format!("undo import {id}"));
        let repeated = self.lake.repeats_of(id).await?;
        let mut pending = self.lake.prepare(&base, change).await?;
        undo_import(pending.connection(), id).await?;
        plan.unlisted.keep();
        let snapshot = pending.finish().await?;
        let timelines = plan.counts.timelines;
        let problems = BTreeMap::new();
        Ok(ImportReport {
            id: Some(id),
            events: gone,
            duplicates: 0,
            timelines,
            conversations: 0,
            snapshot: snapshot.id,
            problems,
            repeated,
        })
    }

    /// Works out a rewrite of everything with some more events.
    pub(super) fn anew_with(
        &self,
        planner: &OwnedPlanner<'_>,
        all: &std::collections::BTreeMap<String, crate::cells::Cell>,
        events: Vec<Stored>,
    ) -> Result<Plan> {
        let mut anew = self.anew(count_events(all) + events.len() as u64)?;
        anew.take(events)?;
        self.each_event(all, &mut |stored| anew.push(stored))?;
        planner.anew(anew, Some(0))
    }

    /// Begins to write everything anew, about so many events.
    pub(super) fn anew(&self, expected: u64) -> Result<Anew> {
        Ok(Anew::new(&self.folder, expected, self.limit_events())?)
    }

    /// Whether what is written now fits what is there: facts of the same rules, in the same columns.
    pub(super) async fn same_rules(&self) -> Result<()> {
        match self.changed().await? {
            Some(changed) => Err(changed),
            None if !self.tables_fit(self.lake.snapshot().await?.id).await? => Err(WorkspaceError::RulesChanged),
            None => Ok(()),
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
            state: vec![(RULES_KEY.to_owned(), Some(self.rules.digest())), (FOLD_KEY.to_owned(), Some(FOLD_VERSION.to_string()))],
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
    pub(super) fn plan(&self, incoming: Vec<Stored>) -> Result<Outcome> {
        Ok(self.planner().plan(incoming)?)
    }

    /// What arrives, in parts that are to be committed one after the other.
    pub(super) fn parted(&self, incoming: Vec<Stored>) -> Result<Vec<Vec<Stored>>> {
        Ok(self.planner().parted(incoming)?)
    }

    /// Works out what replaces every cell.
    pub(super) fn anew(&self, anew: Anew, import: Option<i64>) -> Result<Plan> {
        let mut plan = anew.finish(&self.planner(), import)?;
        plan.remove = self.cells.values().flat_map(|cell| cell.file_ids().collect::<Vec<_>>()).collect();
        Ok(plan)
    }

    /// Works out the facts of all cells anew, if their events can stay as they are.
    pub(super) fn refold(&self) -> Result<Option<Plan>> {
        Ok(self.planner().refold()?)
    }

    fn planner(&self) -> Planner<'_> {
        Planner {
            lake: &self.workspace.lake,
            rules: &self.workspace.rules,
            own: &self.own,
            columns: self.columns,
            cells: self.cells,
            unique: self.unique.clone(),
            limit_events: self.workspace.limit_events(),
            sizes: self.workspace.sizes,
            extent: &self.workspace.extent,
            looked_up: None,
        }
    }
}

/// How many events some cells hold.
pub(super) fn count_events(cells: &std::collections::BTreeMap<String, crate::cells::Cell>) -> u64 {
    cells.values().map(crate::cells::Cell::events_count).sum()
}

impl Import<'_> {
    /// Its id, if it brings anything.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Where the bytes are counted that have been read, of so many: from them it knows about how many events will come.
    pub fn reads(&mut self, read: Arc<AtomicU64>, of: u64) {
        self.read = Some((read, of));
    }

    /// Takes an event in.
    ///
    /// # Errors
    /// The disk's, where events have to wait outside memory.
    pub fn push(&mut self, event: Event) -> Result<()> {
        self.pushed += 1;
        let stored = Stored { event, import_id: self.id };
        if let Some(anew) = &mut self.anew {
            return Ok(anew.push(stored)?);
        }
        self.events.push(stored);
        if self.events.len() as u64 > self.workspace.limit_events() {
            self.begin_anew(self.expected())?;
        }
        Ok(())
    }

    /// About how many events will come in all, rather more than less; where that is not known, as many as there can be.
    fn expected(&self) -> u64 {
        let Some((read, of)) = &self.read else { return u64::MAX };
        let read = read.load(Ordering::Relaxed);
        // What is not counted as it comes tells nothing: too many parts cost little, too few more memory than is allowed.
        if read == 0 || read >= *of {
            return u64::MAX;
        }
        // Readers are ahead of what has arrived here.
        let all = u128::from(self.pushed) * u128::from(*of) * 5 / 4 / u128::from(read);
        u64::try_from(all).unwrap_or(u64::MAX).saturating_add(self.stored)
    }

    /// From now on everything is going to be written anew.
    fn begin_anew(&mut self, expected: u64) -> Result<()> {
        let mut anew = self.workspace.anew(expected)?;
        anew.take(std::mem::take(&mut self.events))?;
        self.anew = Some(anew);
        Ok(())
    }

    /// How far its end is, where it is so large that its events wait on disk: what [`Import::finish`] counts up.
    pub fn extent(&self) -> Option<Arc<Extent>> {
        self.anew.as_ref().filter(|anew| anew.is_on_disk()).map(|_| self.workspace.extent())
    }

    /// How many events it has taken in.
    pub fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Commits it.
    ///
    /// # Errors
    /// The disk's and the lake's; then nothing has changed.
    pub async fn finish(mut self) -> Result<ImportReport> {
        let workspace = self.workspace;
        let base = workspace.lake.snapshot().await?;
        let all = cells(&workspace.lake, base.id).await?;
        let columns = workspace.columns(base.id).await?;
        let planner = workspace.planner(&columns, &all, base.id);
        if self.anew.is_none() && !all.is_empty() {
            match planner.plan(std::mem::take(&mut self.events))? {
                Outcome::Planned(plan) => return self.commit(&base, plan).await,
                Outcome::TooLarge(events) => self.events = events,
            }
        }
        if self.anew.is_none() {
            self.begin_anew(self.stored + self.pushed)?;
        }
        let Some(mut anew) = self.anew.take() else { return Err(WorkspaceError::UnknownImport(self.id)) };
        workspace.each_event(&all, &mut |stored| anew.push(stored))?;
        let plan = planner.anew(anew, Some(self.id))?;
        self.commit(&base, plan).await
    }

    async fn commit(self, base: &Snapshot, mut plan: Plan) -> Result<ImportReport> {
        let workspace = self.workspace;
        let counts = std::mem::take(&mut plan.counts);
        let report = |id, snapshot, problems| ImportReport {
            id,
            events: counts.events,
            duplicates: counts.duplicates(),
            timelines: counts.timelines,
            conversations: counts.conversations,
            snapshot,
            problems,
            repeated: BTreeMap::new(),
        };
        if counts.events == 0 {
            // A rewrite has written everything again before it could know that nothing is new; its files go with the plan.
            return Ok(report(None, base.id, BTreeMap::new()));
        }
        let change = workspace.change(&mut plan, self.about.at, format!("import {}: {}", self.id, self.about.name));
        let mut pending = workspace.lake.prepare(base, change).await?;
        let info = ImportInfo {
            id: self.id,
            name: self.about.name.clone(),
            at: self.about.at,
            events: i64::try_from(counts.events).unwrap_or(i64::MAX),
            snapshot: pending.snapshot().id,
            undone: false,
        };
        add_import(pending.connection(), &info).await?;
        add_repeats(pending.connection(), self.id, &counts.repeats).await?;
        plan.unlisted.keep();
        let snapshot = pending.finish().await?;
        let problems = workspace.problems_since(base.id, snapshot.id).await?;
        Ok(report(Some(self.id), snapshot.id, problems))
    }
}
