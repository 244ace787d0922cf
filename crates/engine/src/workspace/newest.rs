//! The newest state of a workspace, kept between questions.
//!
//! A question should see what was acknowledged before it, and should not pay again for what the question before it has folded. So the
//! state is kept with the timelines that stand in for stored ones: what has arrived since is folded into it, and nothing else. A commit
//! of the inbox brings into the lake what the state holds already, so that questions go on with the former snapshot until a state of
//! the new one is made beside them. A service keeps a pace: beside a steady stream a question may find a state of less than a second ago.
//! Nothing in here decides what an answer is.

use std::sync::{Arc, Mutex as Guarded, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::inbox::stored;
use super::pace::{OLDEST, Pace};
use super::{Result, View, Workspace, WorkspaceError};
use crate::facts_schema::own_fields;
use crate::lake::Snapshot;
use crate::source::StoredTables;
use crate::store::{Indexes, Standin};
use crate::threads::{alone, quietly};

/// Rows of the inbox that are read at once.
const READ_AT_ONCE: i64 = 100_000;

/// Keeps the newest state. It belongs to one workspace.
#[derive(Debug, Default)]
pub struct Newest {
    kept: Mutex<Option<Kept>>,
    /// Held by who makes a state of a new snapshot.
    renewing: Mutex<()>,
    indexes: Arc<Indexes>,
    /// How often what arrives is folded, if not for every question.
    pace: Option<Guarded<Pace>>,
    /// The last state that was made, for who need not wait until a newer one is.
    shown: Guarded<Option<Shown>>,
}

/// A state that was made.
#[derive(Debug, Clone)]
struct Shown {
    view: Arc<View>,
    /// Everything that was acknowledged before is in it.
    holds: Instant,
}

/// On what a state is made.
#[derive(Debug, Clone, Copy)]
enum Threads {
    /// On all threads: somebody waits for it.
    All,
    /// On one: nobody waits for it, but somebody may for who holds it.
    One,
    /// On one that makes way for all others, for what nobody can wait for.
    Spare,
}

/// What following came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// What had arrived is folded.
    Folded,
    /// Everything was folded already.
    Nothing,
    /// Somebody has just made a state: it is due in so long.
    Soon(Duration),
}

/// A state that can take more in.
struct Kept {
    snapshot: Snapshot,
    tables: StoredTables,
    standin: Standin,
    /// The newest event that is stored or was taken in.
    newest: Option<i64>,
    /// The last row of the inbox that is in it, in the lake or taken in.
    row: i64,
    view: Option<Arc<View>>,
    /// When that was made.
    made: Instant,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("snapshot", &self.snapshot.id).field("row", &self.row).finish_non_exhaustive()
    }
}

impl Newest {
    /// Keeps a pace: beside a steady stream a state may be less than a second old.
    pub fn paced() -> Self {
        Self { pace: Some(Guarded::new(Pace::new(Instant::now()))), ..Self::default() }
    }

    /// The newest state: everything that was acknowledged before this was called is in it, or, with a pace and beside a steady stream,
    /// less than a second before.
    ///
    /// # Errors
    /// As for [`Workspace::at`].
    pub async fn view(&self, workspace: &Workspace) -> Result<Arc<View>> {
        if let Some(view) = self.recent(workspace).await? {
            return Ok(view);
        }
        let mut kept = self.kept.lock().await;
        // Somebody may have made one while this waited.
        if let Some(view) = self.recent(workspace).await? {
            return Ok(view);
        }
        self.made(workspace, &mut kept, Threads::All).await
    }

    /// The newest state, whatever the pace: everything that was acknowledged before this was called is in it.
    ///
    /// # Errors
    /// As for [`Workspace::at`].
    pub async fn view_now(&self, workspace: &Workspace) -> Result<Arc<View>> {
        let mut kept = self.kept.lock().await;
        self.made(workspace, &mut kept, Threads::All).await
    }

    async fn made(&self, workspace: &Workspace, kept: &mut Option<Kept>, threads: Threads) -> Result<Arc<View>> {
        let begun = Instant::now();
        if let Some(changed) = workspace.changed().await? {
            return Err(changed);
        }
        // What is taken in half, because a file was damaged, is not used again.
        if let Some(mut own) = kept.take()
            && let Some(events) = own.follows(workspace, threads).await?
        {
            let view = self.show(&mut own, begun)?;
            *kept = Some(own);
            if let Some(pace) = &self.pace {
                guarded(pace).made(events, Instant::now());
            }
            return Ok(view);
        }
        let mut new = Kept::new(workspace, self.indexes.clone(), Threads::All).await?;
        let view = self.show(&mut new, begun)?;
        *kept = Some(new);
        Ok(view)
    }

    /// The last state, where it is new enough for now.
    async fn recent(&self, workspace: &Workspace) -> Result<Option<Arc<View>>> {
        let Some(pace) = &self.pace else { return Ok(None) };
        if guarded(pace).allows(Instant::now()) {
            return Ok(None);
        }
        let Some(shown) = guarded(&self.shown).clone().filter(|shown| shown.holds.elapsed() < OLDEST) else { return Ok(None) };
        // What somebody else has brought in, undone or erased shows at once.
        let (own, newest) = (shown.view.snapshot, workspace.lake.snapshot().await?.id);
        let same = own == newest || workspace.only_inbox_since(own, newest).await?;
        let holds = same && workspace.changed().await?.is_none();
        Ok(holds.then_some(shown.view))
    }

    /// A state as it is now, for who asks next as well.
    fn show(&self, kept: &mut Kept, holds: Instant) -> Result<Arc<View>> {
        let view = kept.view()?;
        *guarded(&self.shown) = Some(Shown { view: view.clone(), holds });
        Ok(view)
    }

    /// Takes in what has arrived, unless somebody has made a state within the last `rest` or the pace asks for patience: on one thread,
    /// so that questions keep the others.
    ///
    /// # Errors
    /// As for [`Workspace::at`].
    pub async fn follow(&self, workspace: &Workspace, rest: Duration) -> Result<Followed> {
        let mut kept = self.kept.lock().await;
        let made = kept.as_ref().map(|kept| kept.made);
        let rests = made.and_then(|made| rest.checked_sub(made.elapsed())).filter(|left| !left.is_zero());
        let paces = self.pace.as_ref().and_then(|pace| guarded(pace).wait(Instant::now()));
        if let Some(left) = rests.max(paces) {
            return Ok(Followed::Soon(left));
        }
        self.made(workspace, &mut kept, Threads::One).await?;
        let now = kept.as_ref().map(|kept| kept.made);
        Ok(if now == made { Followed::Nothing } else { Followed::Folded })
    }

    /// Goes over to the newest snapshot, beside questions, which go on with the former one until that is done.
    ///
    /// # Errors
    /// As for [`Workspace::at`].
    pub async fn renew(&self, workspace: &Workspace) -> Result<()> {
        let _renewing = self.renewing.lock().await;
        let is_newest = match self.kept.lock().await.as_ref() {
            Some(kept) => kept.snapshot.id == workspace.lake.snapshot().await?.id,
            None => true,
        };
        if is_newest {
            return Ok(());
        }
        let mut new = Kept::new(workspace, self.indexes.clone(), Threads::Spare).await?;
        let mut kept = self.kept.lock().await;
        let begun = Instant::now();
        if new.follows(workspace, Threads::All).await?.is_some() {
            self.show(&mut new, begun)?;
            // Questions of the former snapshot have made indexes of its cells meanwhile.
            new.standin.keep_indexes();
            *kept = Some(new);
        }
        Ok(())
    }
}

impl Kept {
    /// The newest snapshot with all that waits.
    async fn new(workspace: &Workspace, indexes: Arc<Indexes>, threads: Threads) -> Result<Self> {
        loop {
            // In this order: what is committed in between is in the snapshot, and not in the inbox any more.
            let row = workspace.inbox_watermark().await?;
            let snapshot = workspace.lake.snapshot().await?;
            let base = workspace.base(&snapshot, indexes.clone()).await?;
            let tables = StoredTables::of(&workspace.lake, snapshot.id, &own_fields(&workspace.rules)).await?;
            let newest = workspace.newest(&snapshot).await?;
            base.keep_indexes();
            let standin = Standin::new(base);
            let mut kept = Self { snapshot, tables, standin, newest, row, view: None, made: Instant::now() };
            // A commit meanwhile has moved rows of the inbox into a newer snapshot: then they are in neither of what was read.
            if kept.follows(workspace, threads).await?.is_some() {
                return Ok(kept);
            }
        }
    }

    /// Takes in what has arrived, and answers how many events that were. None: what is not in it is not in the inbox either.
    async fn follows(&mut self, workspace: &Workspace, threads: Threads) -> Result<Option<usize>> {
        let mut came = 0;
        loop {
            let taken = workspace.inbox_watermark().await?;
            let newest = workspace.lake.snapshot().await?.id;
            if newest != self.snapshot.id && !(taken <= self.row && workspace.only_inbox_since(self.snapshot.id, newest).await?) {
                return Ok(None);
            }
            let rows = workspace.lake.inbox_after(self.row, READ_AT_ONCE).await?;
            if workspace.lake.snapshot().await?.id != newest {
                // Rows may have left the inbox before they were read.
                continue;
            }
            let Some(last) = rows.last().map(|row| row.n) else { return Ok(Some(came)) };
            let events = stored(&rows)?;
            if self.standin.events() + events.len() as u64 > workspace.limit_events() {
                return Err(WorkspaceError::InboxTooFull);
            }
            came += events.len();
            self.newest = self.newest.max(events.iter().map(|stored| stored.event.at.seconds()).max());
            match threads {
                Threads::All => self.standin.absorb(events),
                Threads::One => alone(|| self.standin.absorb(events)),
                Threads::Spare => quietly(|| self.standin.absorb(events)),
            }?;
            self.row = last;
            self.view = None;
        }
    }

    /// As it is now.
    fn view(&mut self) -> Result<Arc<View>> {
        if let Some(view) = &self.view {
            return Ok(view.clone());
        }
        let view = Arc::new(self.state()?);
        self.view = Some(view.clone());
        self.made = Instant::now();
        Ok(view)
    }

    /// As it is now, for one question.
    fn state(&self) -> Result<View> {
        let source = self.tables.with(self.standin.overlay()?)?.with_newest(self.newest);
        let Snapshot { id: snapshot, at, .. } = self.snapshot;
        Ok(View { source, snapshot, at, newest: self.newest, inbox_row: self.row, as_of: false })
    }
}

fn guarded<T>(of: &Guarded<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
