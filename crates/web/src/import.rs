//! Bringing files into a workspace: good rows go in, bad ones go to the reject file, one commit at the end.
//!
//! An import that does not reach its end leaves the workspace as it was. The command line and the service run the same import; how far
//! it is they show in their own ways, and who may stop it is their matter, too.

mod events;
pub mod play;
pub mod preview;
mod rejects;
mod table;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use deskgauge_connect::Rejected;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::Event;
use deskgauge_engine::data_quality::Imported;
use deskgauge_engine::workspace::{Extent, Import, ImportAbout, ImportReport, Workspace};

pub use events::events;
pub use rejects::FOLDER as REJECTS;
use rejects::Rejects;
pub use table::table;

use crate::asking::failure;
use crate::conceal::Conceal;
use crate::failure::{Failure, Outcome, exit};
use crate::stop::Stop;

/// What imports may be told.
#[derive(Debug, Clone)]
pub struct Options {
    /// The source of events that name none.
    pub source: Arc<str>,
    /// With a single bad row, nothing is imported.
    pub strict: bool,
    /// Where rejected rows are written; `None`: in the workspace, named by the import.
    pub rejects: Option<PathBuf>,
    /// The file of the workspace's key.
    pub key_file: PathBuf,
}

/// Who looks on while an import runs.
pub trait Watching {
    /// So many events have been taken by now: rows, of those that cannot be read.
    fn taken(&mut self, events: u64);
    /// All are taken; now they are folded and committed. `extent` counts it up, where it takes long.
    fn folding(&mut self, extent: Option<Arc<Extent>>);
    /// It is over, well or not.
    fn over(&mut self);
}

/// An import that is running: events go in, rejected rows go aside.
pub struct Session<'w, W: Watching> {
    import: Import<'w>,
    rejects: Rejects,
    watching: W,
    taken: u64,
    strict: bool,
    stop: Stop,
    conceal: Conceal,
    /// Bytes that were read, counted by the readers.
    pub bytes: Arc<AtomicU64>,
}

/// What came of an import.
pub struct Done {
    /// The engine's report.
    pub report: ImportReport,
    /// Rows that were read.
    pub rows: u64,
    /// Rows that were rejected.
    pub rejected: u64,
    /// How many by the code of their first problem.
    pub by_code: BTreeMap<&'static str, u64>,
    /// Sentences about the first of them.
    pub first: Vec<String>,
    /// The reject file.
    pub file: Option<PathBuf>,
}

impl<'w, W: Watching> Session<'w, W> {
    /// Begins, at an instant in microseconds. `name` tells people what was imported; `bytes` is where the readers count.
    ///
    /// # Errors
    /// The workspace is busy, or its rules changed; it was asked to stop while it waited.
    pub async fn begin(
        workspace: &'w Workspace,
        (name, at): (String, i64),
        options: &Options,
        (watching, bytes): (W, Arc<AtomicU64>),
        stop: Stop,
    ) -> Outcome<Self> {
        let import = stop.or(workspace.begin_import(ImportAbout { name, at })).await?.map_err(failure)?;
        let rejects = Rejects::new(workspace.folder(), options.rejects.clone());
        let conceal = Conceal::by(options.key_file.clone());
        Ok(Self { import, rejects, watching, taken: 0, strict: options.strict, stop, conceal, bytes })
    }

    /// There are so many bytes to read.
    pub fn of_bytes(mut self, all: u64) -> Self {
        self.import.reads(self.bytes.clone(), all);
        self
    }

    /// Takes all events of a reader. Rows are counted by the caller's reader where one row gives several events.
    ///
    /// # Errors
    /// As for [`Session::take`].
    pub fn take_all(&mut self, file: &str, events: impl Iterator<Item = Result<Event, Rejected>>) -> Outcome {
        for event in events {
            self.take(file, event)?;
        }
        Ok(())
    }

    /// Takes one event or rejected row.
    ///
    /// # Errors
    /// It was asked to stop; the file breaks off; the disk's.
    pub fn take(&mut self, file: &str, event: Result<Event, Rejected>) -> Outcome {
        self.taken += 1;
        self.watching.taken(self.taken);
        if self.stop.is_set() {
            return Err(Failure::interrupted("nothing was imported, the workspace is as it was"));
        }
        match event {
            Ok(mut event) => {
                self.conceal.event(&mut event)?;
                self.import.push(event).map_err(failure)
            }
            Err(rejected) => match rejected.problems.iter().find(|problem| problem.code == "read-failed") {
                // The rest of the file is lost, nobody knows how much: half a file is not imported.
                Some(problem) => Err(Failure::new(
                    exit::DATA,
                    Diagnostic::error("read-failed", format!("{file} ends in row {}: {}", rejected.row, problem.reason))
                        .hint("nothing was imported: get the whole file and import it again"),
                )),
                None => self.rejects.take(file, &rejected),
            },
        }
    }

    /// Ends it: one commit. `rows`: how many rows were read, where they are not the events.
    ///
    /// # Errors
    /// Bad rows, where it is strict; it was asked to stop; the disk's and the lake's. Then nothing has changed.
    pub async fn finish(mut self, rows: Option<u64>) -> Outcome<Done> {
        let rows = rows.unwrap_or(self.taken);
        if self.strict && self.rejects.rows() > 0 {
            self.watching.over();
            return Err(refused(self.rejects, rows));
        }
        self.watching.folding(self.import.extent());
        let finished = self.stop.or(self.import.finish()).await;
        self.watching.over();
        let report = finished?.map_err(failure)?;
        let file = self.rejects.finish(&report.id.map_or_else(|| "nothing-new".to_owned(), |id| id.to_string()))?;
        let (rejected, by_code, first) = (self.rejects.rows(), self.rejects.by_code().clone(), self.rejects.first().to_vec());
        Ok(Done { report, rows, rejected, by_code, first, file })
    }
}

/// The failure of a strict import with bad rows.
fn refused(mut rejects: Rejects, rows: u64) -> Failure {
    let count = rejects.rows();
    let mut hint = rejects.first().join("\n      ");
    match rejects.finish("refused") {
        Ok(Some(file)) => hint.push_str(&format!("\n      all of them are in {}", file.display())),
        Ok(None) => {}
        Err(failure) => return failure,
    }
    let message = format!("{count} of {rows} rows cannot be imported, and --strict takes all or nothing: nothing was imported");
    Failure::new(exit::DATA, Diagnostic::error("strict", message).hint(hint))
}

/// All imports of a workspace with what their events do not tell: rejected and repeated rows.
///
/// # Errors
/// The lake's.
pub async fn imported(workspace: &Workspace) -> Outcome<Vec<Imported>> {
    let mut imported = Vec::new();
    for info in workspace.imports().await.map_err(failure)? {
        let repeats = workspace.lake().repeats_of(info.id).await.map_err(|error| failure(error.into()))?;
        let (rejected, first_rejected) = rejects::of_import(workspace.folder(), info.id).unzip();
        imported.push(Imported {
            rejected: rejected.unwrap_or(0),
            first_rejected,
            repeated: i64::try_from(repeats.values().sum::<u64>()).unwrap_or(i64::MAX),
            info,
        });
    }
    Ok(imported)
}
