//! Forgetting a customer: their events, what was folded of them, every earlier snapshot that had them, and the traces in between.
//!
//! The request is written down first and taken up again by whoever opens the workspace next, so that an interruption never leaves it
//! half done: one commit of everything written anew without them, then the removal of what was before. The keyed hash by which the log
//! names them comes in from the caller. Copies outside of the workspace, such as backups, cannot be reached from here.

use std::path::Path;
use std::time::Duration;

use deskgauge_core::event::{Event, Text};
use deskgauge_core::fold::erasure::Erasure;
use deskgauge_core::notation::{ParseOptions, PrintOptions, parse, print};

use super::import::count_events;
use super::{CATALOGUE_FOLDER, READ_AT_ONCE, RULES_FILE, Result, Workspace, WorkspaceError, disk, own_metrics};
use crate::cells::{Cell, Stored, cells};
use crate::facts_schema::EVENTS;
use crate::files::read_events;
use crate::lake::{Asked, LakeError, erased, sift_inbox, unname_imports};
use crate::people;
use crate::store::SCRATCH_FOLDER;
use crate::threads::each;

/// The folder of reject files in a workspace.
pub const REJECTS_FOLDER: &str = "rejects";
/// The folder of files that wait to be imported, in a workspace that is served.
pub const UPLOADS_FOLDER: &str = "uploads";

/// What there is of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traces {
    /// Events that would go.
    pub events: u64,
    /// Conversations that are theirs.
    pub conversations: u64,
    /// Whether earlier snapshots have something of them that the newest has not.
    pub earlier: bool,
}

impl Traces {
    /// Whether there is nothing.
    pub fn is_none(&self) -> bool {
        self.events == 0 && !self.earlier
    }
}

/// What was forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// The keyed hashes of those who are forgotten.
    pub marks: Vec<String>,
    /// Events that are gone.
    pub events: u64,
    /// Conversations that are gone.
    pub conversations: u64,
    /// Snapshots that can no longer be asked.
    pub snapshots: usize,
    /// Data files that were removed.
    pub files: usize,
    /// Reject files that were removed, because they told of them.
    pub rejects: usize,
    /// The first snapshot that is left.
    pub snapshot: i64,
    /// The rules and own KPIs that name them: these are people's to change.
    pub left: Vec<String>,
}

impl Workspace {
    /// What there is of a customer; nothing is changed.
    ///
    /// # Errors
    /// The disk's and the lake's.
    pub async fn traces(&self, customer: &str) -> Result<Traces> {
        let snapshot = self.lake.snapshot().await?;
        let all = cells(&self.lake, snapshot.id).await?;
        let mut erasure = Erasure::of([Text::from(customer)]);
        self.each_cell(&all, &mut |events| erasure.learn(events))?;
        let waiting = super::inbox::stored(&self.lake.inbox(i64::MAX).await?)?;
        let waiting: Vec<Event> = waiting.into_iter().map(|stored| stored.event).collect();
        erasure.learn(&waiting);
        let mut events = 0;
        let mut count =
            |some: &[Event]| events += some.iter().filter(|event| erasure.keep((*event).clone()).is_none()).count() as u64;
        if !erasure.is_empty() {
            self.each_cell(&all, &mut count)?;
            count(&waiting);
        }
        let earlier = events == 0 && self.earlier_have(customer).await?;
        Ok(Traces { events, conversations: erasure.conversations().len() as u64, earlier })
    }

    /// Forgets a customer, whom `mark`, a keyed hash of their id, names from then on.
    ///
    /// # Errors
    /// [`WorkspaceError::UnknownCustomer`]; the workspace is busy, its rules changed; the disk's and the lake's. What was begun is taken
    /// up again by [`Workspace::finish_forgetting`].
    pub async fn forget(&self, customer: &str, mark: &str, at: i64) -> Result<Forgotten> {
        let _lock = self.lock().await?;
        self.same_rules().await?;
        if self.traces(customer).await?.is_none() {
            return Err(WorkspaceError::UnknownCustomer(customer.to_owned()));
        }
        self.lake.ask_erasure(customer, mark, at).await?;
        self.carry_out(at).await
    }

    /// Brings to its end what was begun and interrupted. `None`: nothing was, or another process holds the workspace and does it.
    ///
    /// # Errors
    /// As for [`Workspace::forget`].
    pub async fn finish_forgetting(&self, at: i64) -> Result<Option<Forgotten>> {
        if self.lake.is_read_only() || !self.is_forgetting().await? {
            return Ok(None);
        }
        let _lock = match self.turn(Duration::ZERO).await {
            Err(WorkspaceError::Lake(LakeError::Locked { .. })) => return Ok(None),
            lock => lock?,
        };
        self.carry_out(at).await.map(Some)
    }

    /// Whether somebody is to be forgotten and is not yet.
    ///
    /// # Errors
    /// The lake's.
    pub async fn is_forgetting(&self) -> Result<bool> {
        Ok(self.lake.erasures().await?.iter().any(|asked| asked.done_at.is_none()))
    }

    /// Everything that is left to do, for who holds the lock.
    pub(super) async fn carry_out(&self, at: i64) -> Result<Forgotten> {
        let open: Vec<Asked> = self.lake.erasures().await?.into_iter().filter(|asked| asked.done_at.is_none()).collect();
        let mut report = Forgotten { marks: open.iter().map(|asked| asked.mark.clone()).collect(), ..Forgotten::default() };
        let asked: Vec<&Asked> = open.iter().filter(|asked| asked.snapshot.is_none()).collect();
        if !asked.is_empty() {
            self.commit_without(&asked, at, &mut report).await?;
        }
        self.remove_traces(at, &mut report).await?;
        Ok(report)
    }

    /// Writes everything anew without those who are to be forgotten, in one commit.
    async fn commit_without(&self, asked: &[&Asked], at: i64, report: &mut Forgotten) -> Result<()> {
        self.same_rules().await?;
        self.take_inbox(i64::MAX, at).await?;
        let base = self.lake.snapshot().await?;
        let all = cells(&self.lake, base.id).await?;
        let columns = self.columns(base.id).await?;
        let mut erasure = Erasure::of(asked.iter().filter_map(|asked| asked.customer.as_deref()).map(Text::from));
        self.each_cell(&all, &mut |events| erasure.learn(events))?;
        report.conversations = erasure.conversations().len() as u64;
        report.rejects = remove_rejects(&self.folder.join(REJECTS_FOLDER), &erasure)?;
        remove_uploads(&self.folder.join(UPLOADS_FOLDER))?;
        report.left = self.own_files_that_tell(&erasure)?;
        let planner = self.planner(&columns, &all, base.id);
        let mut anew = self.anew(count_events(&all))?;
        let mut gone = 0;
        self.each_event(&all, &mut |stored| match erasure.keep(stored.event) {
            Some(event) => anew.push(Stored { event, import_id: stored.import_id }),
            None => {
                gone += 1;
                Ok(())
            }
        })?;
        let mut plan = planner.anew(anew, None)?;
        let change = self.change(&mut plan, at, "forget".to_owned());
        let mut pending = self.lake.prepare(&base, change).await?;
        // What has arrived meanwhile.
        gone += sift_inbox(pending.connection(), &|n, text| sifted(n, text, &erasure)).await?;
        // People name files and write down what they did.
        let tells = |text: &str| erasure.ids().any(|id| tells_of(text.as_bytes(), id.as_bytes()));
        unname_imports(pending.connection(), &tells).await?;
        people::hush(pending.connection(), &tells).await?;
        let ids: Vec<i64> = asked.iter().map(|asked| asked.id).collect();
        let snapshot = pending.snapshot().id;
        erased(pending.connection(), &ids, snapshot).await?;
        plan.unlisted.keep();
        pending.finish().await?;
        report.events = gone;
        Ok(())
    }

    /// The rules, and the own KPIs, where they name somebody.
    fn own_files_that_tell(&self, erasure: &Erasure) -> Result<Vec<String>> {
        let path = self.folder.join(RULES_FILE);
        let rules = std::fs::read_to_string(&path).map_err(disk("read", &path))?;
        let kpis = own_metrics(&self.folder)?.into_iter().map(|(name, text)| (format!("{CATALOGUE_FOLDER}/{name}"), text));
        let all = std::iter::once((RULES_FILE.to_owned(), rules)).chain(kpis);
        let tells = |text: &str| erasure.ids().any(|id| tells_of(text.as_bytes(), id.as_bytes()));
        Ok(all.filter(|(_, text)| tells(text)).map(|(name, _)| name).collect())
    }

    /// Removes what was before the commit. Safe to repeat.
    async fn remove_traces(&self, at: i64, report: &mut Forgotten) -> Result<()> {
        let open = self.lake.erasures().await?.into_iter().filter(|asked| asked.done_at.is_none());
        let Some(first_kept) = open.filter_map(|asked| asked.snapshot).max() else { return Ok(()) };
        report.snapshot = first_kept;
        report.snapshots = self.lake.snapshots().await?.iter().filter(|snapshot| snapshot.id < first_kept).count();
        report.files = self.lake.expire(first_kept, at).await?.len();
        // What killed changes have left may hold rows of theirs, too.
        for path in self.lake.orphans().await? {
            let full = self.folder.join(path);
            std::fs::remove_file(&full).map_err(disk("remove", &full))?;
        }
        let scratch = self.folder.join(SCRATCH_FOLDER);
        if scratch.exists() {
            std::fs::remove_dir_all(&scratch).map_err(disk("remove", &scratch))?;
        }
        self.lake.narrow().await?;
        self.lake.shrink().await?;
        self.lake.end_erasures(at).await?;
        Ok(())
    }

    /// Whether files that only earlier snapshots list have something of a customer.
    async fn earlier_have(&self, customer: &str) -> Result<bool> {
        let folder = self.lake.table_folder(EVENTS);
        for file in self.lake.listed_files().await?.into_iter().filter(|file| file.end.is_some()) {
            let path = self.folder.join(&file.path);
            if !path.starts_with(&folder) {
                continue;
            }
            let mut erasure = Erasure::of([Text::from(customer)]);
            let events: Vec<Event> = read_events(&path)?.into_iter().map(|(event, _)| event).collect();
            erasure.learn(&events);
            if !erasure.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Hands over the events of each cell at once.
    fn each_cell(&self, cells: &std::collections::BTreeMap<String, Cell>, look: &mut dyn FnMut(&[Event])) -> Result<()> {
        let cells: Vec<_> = cells.values().collect();
        for some in cells.chunks(READ_AT_ONCE) {
            for stored in each(some.len(), |cell| some[cell].events(&self.folder)) {
                let events: Vec<Event> = stored?.into_iter().map(|stored| stored.event).collect();
                look(&events);
            }
        }
        Ok(())
    }
}

/// What stays of a row of the inbox.
fn sifted(n: i64, text: &str, erasure: &Erasure) -> Result<Option<String>> {
    let (events, problems) = parse(text, &ParseOptions::default());
    if let Some(problem) = problems.first() {
        return Err(WorkspaceError::Inbox { n, problem: problem.to_string() });
    }
    let count = events.len();
    let kept: Vec<Event> = events.iter().cloned().filter_map(|event| erasure.keep(event)).collect();
    Ok(match kept.len() {
        0 if count > 0 => None,
        _ if kept == events => Some(text.to_owned()),
        _ => Some(print(&kept, &PrintOptions::default())),
    })
}

/// Removes the reject files that tell of those who are to be forgotten: their rows are what others' programs wrote, of no known form.
fn remove_rejects(folder: &Path, erasure: &Erasure) -> Result<usize> {
    let mut removed = 0;
    if !folder.is_dir() {
        return Ok(removed);
    }
    for entry in std::fs::read_dir(folder).map_err(disk("list", folder))? {
        let path = entry.map_err(disk("list", folder))?.path();
        let bytes = std::fs::read(&path).map_err(disk("read", &path))?;
        if erasure.ids().any(|id| tells_of(&bytes, id.as_bytes())) {
            std::fs::remove_file(&path).map_err(disk("remove", &path))?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Removes the files that wait to be imported: they may be packed, so that nobody can tell whom they tell of, and can be sent again.
fn remove_uploads(folder: &Path) -> Result<()> {
    if folder.is_dir() { std::fs::remove_dir_all(folder).map_err(disk("remove", folder)) } else { Ok(()) }
}

/// Whether an id stands in a text, not as a part of a longer word.
fn tells_of(text: &[u8], id: &[u8]) -> bool {
    let within = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let mut places = text.windows(id.len().max(1)).enumerate().filter(|(_, window)| *window == id);
    places.any(|(at, _)| !within(at.checked_sub(1).and_then(|before| text.get(before))) && !within(text.get(at + id.len())))
}
