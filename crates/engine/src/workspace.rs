//! A workspace: a folder with rules, own KPIs and a lake, and everything that a user can do to it.
//!
//! Whoever changes it holds its lock; whoever reads it names a snapshot. The clock comes in from the caller, because only the binary
//! reads one.

mod backup;
mod doctor;
mod forget;
mod hold;
mod import;
mod inbox;
mod newest;
mod pace;
mod problems;
mod replay;
mod upkeep;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use deskgauge_core::diagnostic::{Diagnostic, Severity};
use deskgauge_core::event::Event;
use deskgauge_core::fold::FOLD_VERSION;
use deskgauge_core::rules::Rules;
use thiserror::Error;

pub use backup::{BACKUP_FILE, BackupReport, LastBackup, restore};
pub use doctor::Finding;
pub use forget::{Forgotten, REJECTS_FOLDER, Traces, UPLOADS_FOLDER};
pub use import::{Import, ImportAbout, ImportReport};
pub use inbox::Receipt;
pub use newest::{Followed, Newest};
pub use upkeep::{CompactReport, ExpireReport, RebuildReport};

use crate::catalogue::Catalogue;
pub use crate::cells::CellSizes;
use crate::cells::{Stored, may_hold};
use crate::facts_schema::{EVENTS, own_fields, table_specs};
use crate::files::FileError;
use crate::lake::{CATALOGUE_FILE, Column, ColumnSpec, ImportInfo, Lake, LakeError, Snapshot};
use crate::source::{FactSource, SourceError};
pub use crate::store::Extent;
use crate::threads::each;

/// The rules' file name.
pub const RULES_FILE: &str = "deskgauge.toml";
/// The folder of own KPIs.
pub const CATALOGUE_FOLDER: &str = "catalogue";
/// The version of the workspace's own layout that this program reads and writes.
pub const FORMAT: u32 = 1;

/// Cells whose events are read at once, to be written anew.
const READ_AT_ONCE: usize = 2;

const FORMAT_KEY: &str = "workspace_format";
const RULES_KEY: &str = "rules_digest";
const FOLD_KEY: &str = "fold_version";

/// What can go wrong with a workspace.
#[derive(Debug, Error)]
pub enum WorkspaceError {
    /// There is none here.
    #[error("{path} is not a workspace: it has no {RULES_FILE}; make one with `deskgauge init {path}`", path = path.display())]
    NotAWorkspace {
        /// The folder.
        path: PathBuf,
    },
    /// A newer program made it.
    #[error("the workspace has format {found}, this program knows formats up to {FORMAT}: use a newer deskgauge")]
    Newer {
        /// Its format.
        found: String,
    },
    /// The rules changed since the facts were folded.
    #[error("the rules have changed since the facts were made: run deskgauge rebuild")]
    RulesChanged,
    /// The fold changed since the facts were folded, with this program.
    #[error("this deskgauge folds events otherwise than the one that made the facts{}: run deskgauge rebuild",
        if *.rules_too { ", and the rules have changed" } else { "" })]
    FoldChanged {
        /// Whether the rules changed, too.
        rules_too: bool,
    },
    /// The rules have errors.
    #[error("the rules have errors: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Rules(Vec<Diagnostic>),
    /// There is no such import, or it was taken back already.
    #[error("there is no import {0} to undo: see `deskgauge import list`")]
    UnknownImport(i64),
    /// Nothing tells of a customer of that id.
    #[error("no event, in no snapshot, names a customer `{0}`")]
    UnknownCustomer(String),
    /// A folder that is to be filled has something in it.
    #[error("{path} is not empty: name a folder that is not there yet", path = path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// A folder that is no backup, or a damaged one.
    #[error("{path} cannot be restored: {why}", path = path.display())]
    NoBackup {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Files were not there when they were to be backed up, time and again.
    #[error("data files were missing while {path} was made: run deskgauge doctor, and try it again", path = path.display())]
    Restless {
        /// The folder of the backup.
        path: PathBuf,
    },
    /// Not a snapshot and not an instant.
    #[error("`{0}` is no snapshot and no time: write a number such as 12, or a time such as 2024-01-31 or 2024-01-31T09:00:00Z")]
    UnreadableAsOf(String),
    /// More waits in the inbox than a question can fold.
    #[error("too many events wait in the inbox: bring them into the lake with `deskgauge ingest --commit`")]
    InboxTooFull,
    /// A row of the inbox is no event.
    #[error("row {n} of the inbox is not an event: {problem}")]
    Inbox {
        /// The row.
        n: i64,
        /// What is wrong with it.
        problem: String,
    },
    /// The lake's own error.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// A file's own error.
    #[error(transparent)]
    File(#[from] FileError),
    /// The source's own error.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The system refused.
    #[error("could not {doing} {path}: {source}", path = path.display())]
    Disk {
        /// What was tried, as a verb.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's own error.
        source: std::io::Error,
    },
}

impl WorkspaceError {
    /// The program's exit code: 1 data, 2 usage, 3 the state of the workspace, damaged files among it.
    pub fn exit_code(&self) -> i32 {
        match self {
            Self::UnreadableAsOf(_) | Self::UnknownImport(_) | Self::UnknownCustomer(_) | Self::NotEmpty { .. } => 2,
            Self::Lake(LakeError::UnknownSnapshot { .. } | LakeError::Erased { .. }) => 2,
            Self::File(FileError::Damaged { .. }) => 3,
            Self::File(_) | Self::Source(_) => 1,
            _ => 3,
        }
    }

    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAWorkspace { .. } => "not-a-workspace",
            Self::Newer { .. } => "newer-format",
            Self::RulesChanged => "rules-changed",
            Self::FoldChanged { .. } => "fold-changed",
            Self::Rules(_) => "bad-rules",
            Self::UnknownImport(_) => "unknown-import",
            Self::UnknownCustomer(_) => "unknown-customer",
            Self::NotEmpty { .. } => "not-empty",
            Self::NoBackup { .. } => "no-backup",
            Self::Restless { .. } => "restless",
            Self::InboxTooFull | Self::Inbox { .. } => "inbox",
            Self::UnreadableAsOf(_) => "unreadable-as-of",
            Self::Lake(LakeError::Locked { .. }) => "workspace-busy",
            Self::Lake(LakeError::ReadOnly { .. }) => "read-only-workspace",
            Self::Lake(LakeError::UnknownSnapshot { .. }) => "unknown-snapshot",
            Self::Lake(LakeError::Erased { .. }) => "erased",
            Self::Lake(LakeError::KeptAlive { .. }) => "kept-alive",
            Self::Lake(_) => "lake",
            Self::File(FileError::Damaged { .. }) => "damaged-file",
            Self::File(_) | Self::Source(_) => "file",
            Self::Disk { .. } => "disk",
        }
    }
}

type Result<T> = std::result::Result<T, WorkspaceError>;

/// An open workspace.
#[derive(Debug)]
pub struct Workspace {
    folder: PathBuf,
    rules: Rules,
    catalogue: Catalogue,
    lake: Lake,
    sizes: CellSizes,
    extent: Arc<Extent>,
    held: hold::Held,
}

/// One state of the workspace, to ask questions of.
#[derive(Debug)]
pub struct View {
    /// Its tables.
    pub source: FactSource,
    /// Its snapshot.
    pub snapshot: i64,
    /// When the snapshot was committed: microseconds since 1970, UTC.
    pub at: i64,
    /// The instant of the newest event, in seconds: up to here the data tell. `None` without events.
    pub newest: Option<i64>,
    /// The number of the last row of the inbox that is in it, taken into the lake or still waiting; 0 without live events, and for
    /// earlier states, which do not tell it.
    pub inbox_row: i64,
    /// Whether an earlier state was asked for.
    pub as_of: bool,
}

impl Workspace {
    /// Makes a workspace of a folder. Files that are there already stay as they are.
    ///
    /// # Errors
    /// The system's, and rules with errors.
    pub async fn init(folder: &Path, rules_text: &str, at: i64) -> Result<(Self, Vec<Diagnostic>)> {
        let catalogue = folder.join(CATALOGUE_FOLDER);
        std::fs::create_dir_all(&catalogue).map_err(disk("create", &catalogue))?;
        let path = folder.join(RULES_FILE);
        if !path.exists() {
            std::fs::write(&path, rules_text).map_err(disk("write", &path))?;
        }
        let (rules, _) = read_rules(folder)?;
        // A making that was interrupted is taken up again where it stopped.
        let specs = table_specs(&own_fields(&rules));
        let lake = match Lake::create(folder, &specs, at).await {
            Err(LakeError::AlreadyALake { .. }) => Lake::open(folder).await?,
            lake => lake?,
        };
        if lake.state(FORMAT_KEY).await?.is_none() {
            lake.ensure_tables(&specs, at).await?;
            lake.set_state(&[
                (FORMAT_KEY, &FORMAT.to_string()),
                (RULES_KEY, &rules.digest()),
                (FOLD_KEY, &FOLD_VERSION.to_string()),
            ])
            .await?;
        }
        lake.close().await;
        Self::open(folder).await
    }

    /// Whether a folder is a workspace whose making was brought to its end.
    ///
    /// # Errors
    /// The lake's.
    pub async fn is_made(folder: &Path) -> Result<bool> {
        if !folder.join(RULES_FILE).is_file() || !folder.join(CATALOGUE_FILE).is_file() {
            return Ok(false);
        }
        let lake = Lake::open(folder).await?;
        let format = lake.state(FORMAT_KEY).await?;
        lake.close().await;
        Ok(format.is_some())
    }

    /// Opens the workspace in a folder. Warnings of its rules and own KPIs come with it; a KPI with errors is left out, and its
    /// errors are warnings here, since everything else can be asked. `deskgauge check` tells them as errors.
    ///
    /// # Errors
    /// Not a workspace, a newer format, rules with errors.
    pub async fn open(folder: &Path) -> Result<(Self, Vec<Diagnostic>)> {
        if !folder.join(RULES_FILE).is_file() {
            return Err(WorkspaceError::NotAWorkspace { path: folder.to_owned() });
        }
        let (rules, mut diagnostics) = read_rules(folder)?;
        let lake = Lake::open(folder).await?;
        let format = lake.state(FORMAT_KEY).await?.unwrap_or_default();
        if format.parse::<u32>().is_ok_and(|format| format > FORMAT) {
            return Err(WorkspaceError::Newer { found: format });
        }
        let (catalogue, problems) = Catalogue::load(&own_metrics(folder)?, &own_fields(&rules));
        diagnostics.extend(left_out(problems));
        Ok((
            Self {
                folder: lake.folder().to_owned(),
                rules,
                catalogue,
                lake,
                sizes: CellSizes::default(),
                extent: Arc::default(),
                held: hold::Held::default(),
            },
            diagnostics,
        ))
    }

    /// The same workspace with cells of other sizes from now on; those that are there stay as they are.
    #[must_use]
    pub fn with_cell_sizes(self, sizes: CellSizes) -> Self {
        Self { sizes, ..self }
    }

    /// How far its long work is: what a rebuild, a compaction or an undo counts up while it goes on.
    pub fn extent(&self) -> Arc<Extent> {
        self.extent.clone()
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Its KPIs.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Its lake, for those who look after it.
    pub fn lake(&self) -> &Lake {
        &self.lake
    }

    /// Every import, by id.
    ///
    /// # Errors
    /// The lake's.
    pub async fn imports(&self) -> Result<Vec<ImportInfo>> {
        Ok(self.lake.imports().await?)
    }

    /// Why the facts are not those that would be made now, if they are not: the rules, the fold, or both.
    ///
    /// # Errors
    /// The lake's.
    pub async fn changed(&self) -> Result<Option<WorkspaceError>> {
        let Some(made_by) = self.lake.state(RULES_KEY).await?.filter(|digest| *digest != self.rules.digest()) else {
            return Ok(None);
        };
        let fold = self.lake.state(FOLD_KEY).await?.and_then(|version| version.parse().ok());
        // Facts from before the version was noted tell it by their digest, if the rules are the same.
        let earlier = || (1..=FOLD_VERSION).find(|version| self.rules.digest_under(*version) == made_by);
        Ok(Some(match fold.or_else(earlier) {
            Some(fold) if fold != FOLD_VERSION => {
                WorkspaceError::FoldChanged { rules_too: self.rules.digest_under(fold) != made_by }
            }
            _ => WorkspaceError::RulesChanged,
        }))
    }

    /// How many events are stored: those that wait in the inbox are not.
    ///
    /// # Errors
    /// The lake's.
    pub async fn stored_events(&self) -> Result<u64> {
        let snapshot = self.lake.snapshot().await?;
        Ok(self.lake.files(snapshot.id, EVENTS).await?.iter().map(|file| file.record_count).sum())
    }

    /// The state to ask: the newest, or that of a snapshot's number or of a time.
    ///
    /// # Errors
    /// No such snapshot; rules that changed since the facts were made.
    pub async fn at(&self, as_of: Option<&str>) -> Result<View> {
        let snapshot = match as_of {
            None => {
                if let Some(changed) = self.changed().await? {
                    return Err(changed);
                }
                self.lake.snapshot().await?
            }
            Some(text) => match text.parse::<i64>() {
                Ok(id) => self.lake.snapshot_at(id).await?,
                Err(_) => {
                    let at = deskgauge_core::period::parse_date_or_instant(text, &self.rules.workspace.time_zone);
                    let at = at.map_err(|_| WorkspaceError::UnreadableAsOf(text.to_owned()))?;
                    self.lake.snapshot_at_time(at.saturating_mul(1_000_000)).await?
                }
            },
        };
        let own = own_fields(&self.rules);
        let stored = self.newest(&snapshot).await?;
        let (source, newest, inbox_row) = match as_of {
            Some(_) => (FactSource::lake(&self.lake, snapshot.id, &own).await?, stored, 0),
            None => {
                let taken = self.inbox_watermark().await?;
                let (overlay, waiting) = self.overlay(&snapshot).await?;
                if self.lake.snapshot().await?.id != snapshot.id {
                    // A commit meanwhile has moved rows of the inbox into a newer snapshot, so that they were in neither.
                    return Box::pin(self.at(None)).await;
                }
                let (newest, row) = waiting.unwrap_or_default();
                let source = FactSource::overlaid(&self.lake, snapshot.id, &own, overlay).await?;
                (source, stored.max(newest), taken.max(row))
            }
        };
        let source = source.with_newest(newest);
        Ok(View { source, snapshot: snapshot.id, at: snapshot.at, newest, inbox_row, as_of: as_of.is_some() })
    }

    /// The timeline of a conversation as the fold sees it: its events and those of conversations that a merge joins with it, in order;
    /// of each event the version that counts, and none that was taken back.
    ///
    /// # Errors
    /// The lake's and the files'.
    pub async fn events_of(&self, conversation: &str) -> Result<Vec<Event>> {
        let snapshot = self.lake.snapshot().await?;
        let columns = self.lake.columns(EVENTS, snapshot.id).await?;
        let id = |name: &str| columns.iter().find(|column| column.name == name).map_or(-1, |column| column.id);
        let wanted = std::collections::BTreeSet::from([conversation.to_owned()]);
        let waiting: Vec<Event> =
            inbox::stored(&self.lake.inbox(i64::MAX).await?)?.into_iter().map(|stored| stored.event).collect();
        let holds = |event: &Event| event.conversation.as_deref() == Some(conversation);
        let mut found = Vec::new();
        for cell in crate::cells::cells(&self.lake, snapshot.id).await?.values() {
            if !may_hold(&self.folder, cell, &[("conversation", id("conversation"))], &wanted)? {
                continue;
            }
            let all: Vec<Event> = cell.events(&self.folder)?.into_iter().map(|stored| stored.event).collect();
            if all.iter().any(holds) {
                found.extend(all);
            }
        }
        // What waits may belong to it, or merge it with another; events that are there twice are one in the timeline.
        found.extend(waiting);
        let timelines = deskgauge_core::fold::timelines(found);
        let own = timelines.into_iter().find(|timeline| timeline.events.iter().any(holds));
        Ok(own.map(|timeline| timeline.events).unwrap_or_default())
    }

    /// The instant of the newest event that a snapshot holds.
    async fn newest(&self, snapshot: &Snapshot) -> Result<Option<i64>> {
        let columns = self.lake.columns(EVENTS, snapshot.id).await?;
        let Some(column) = columns.iter().find(|column| column.name == "occurred_at") else { return Ok(None) };
        let files = self.lake.files_with(snapshot.id, EVENTS, &["occurred_at"]).await?;
        let newest = files.iter().flat_map(|file| &file.stats).filter(|stats| stats.column_id == column.id);
        let micros = newest.filter_map(|stats| match &stats.max {
            Some(crate::lake::Bound::Instant(micros)) => Some(*micros),
            _ => None,
        });
        Ok(micros.max().map(|micros| micros.div_euclid(1_000_000)))
    }

    /// Whether a snapshot has every table with the columns that rows have now.
    async fn tables_fit(&self, snapshot: i64) -> Result<bool> {
        self.fit(snapshot, |_| true).await
    }

    /// Whether a snapshot has some tables with the columns that rows have now.
    async fn fit(&self, snapshot: i64, tables: impl Fn(&str) -> bool) -> Result<bool> {
        let specs = table_specs(&own_fields(&self.rules));
        let columns = self.columns(snapshot).await?;
        let fits = |(column, spec): (&Column, &ColumnSpec)| column.name == spec.name && column.ty == spec.ty;
        Ok(specs.iter().filter(|spec| tables(&spec.name)).all(|spec| {
            let columns = columns.get(&spec.name).map_or(&[][..], Vec::as_slice);
            columns.len() == spec.columns.len() && columns.iter().zip(&spec.columns).all(fits)
        }))
    }

    /// The columns of every table of a snapshot, by table.
    async fn columns(&self, snapshot: i64) -> Result<BTreeMap<String, Vec<Column>>> {
        let specs = table_specs(&own_fields(&self.rules));
        let names: Vec<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
        Ok(self.lake.all_columns(snapshot, &names).await?)
    }

    /// Hands over every event of some cells.
    fn each_event(
        &self,
        cells: &BTreeMap<String, crate::cells::Cell>,
        take: &mut dyn FnMut(Stored) -> std::result::Result<(), FileError>,
    ) -> Result<()> {
        self.extent.adds(import::count_events(cells));
        let cells: Vec<_> = cells.values().collect();
        for some in cells.chunks(READ_AT_ONCE) {
            for events in each(some.len(), |cell| some[cell].events(&self.folder)) {
                let events = events?;
                self.extent.did(events.len() as u64);
                events.into_iter().try_for_each(&mut *take)?;
            }
        }
        Ok(())
    }

    fn limit_events(&self) -> u64 {
        limit_events(&self.rules)
    }
}

/// Bytes of the configured bound for each event that is in memory: an event takes about 700, and as much again while it is folded and
/// written, or its facts are kept.
pub(crate) const EVENT_BYTES: u64 = 1400;

/// How many events may be in memory at once under the configured bound.
pub fn limit_events(rules: &Rules) -> u64 {
    (rules.limits.memory_bytes / EVENT_BYTES).max(1000)
}

/// The errors of KPIs as warnings: each says that its KPI is left out.
pub fn left_out(problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let warning = |problem: Diagnostic| match problem.severity {
        Severity::Warning => problem,
        Severity::Error => {
            let message = format!("a KPI is left out: {}", problem.message);
            Diagnostic { severity: Severity::Warning, message, ..problem }
        }
    };
    problems.into_iter().map(warning).collect()
}

fn read_rules(folder: &Path) -> Result<(Rules, Vec<Diagnostic>)> {
    let path = folder.join(RULES_FILE);
    let text = std::fs::read_to_string(&path).map_err(disk("read", &path))?;
    let (rules, diagnostics) = Rules::parse(&text, &path.display().to_string());
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(WorkspaceError::Rules(diagnostics));
    }
    Ok((rules, diagnostics))
}

/// The KPI files of the workspace in a folder: name and text, in the order of their names.
///
/// # Errors
/// The system's.
pub fn own_metrics(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join(CATALOGUE_FOLDER)];
    while let Some(below) = folders.pop() {
        if !below.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(&below).map_err(disk("list", &below))? {
            let path = entry.map_err(disk("list", &below))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text = std::fs::read_to_string(&path).map_err(disk("read", &path))?;
                let name = path.strip_prefix(folder.join(CATALOGUE_FOLDER)).unwrap_or(&path).display().to_string();
                found.push((name, text));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn disk(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> WorkspaceError {
    let path = path.to_owned();
    move |source| WorkspaceError::Disk { doing, path, source }
}
