//! Every file that a snapshot lists, held against what was written: there, as long, the same bytes.
//!
//! It only looks. Which snapshots need a damaged file decides what there is to do: facts of the newest can be made again, events can
//! only come from a backup, and what just old snapshots need can be let go.

use super::Finding;
use crate::cells::{damaged, remedy};
use crate::facts_schema::EVENTS;
use crate::files::{FileError, count_rows, digest_of, read_events};
use crate::lake::{ListedFile, SnapshotInfo};
use crate::workspace::{Result, Workspace};

/// What a look at all files has found.
#[derive(Debug, Default)]
pub(super) struct Examined {
    ill: Vec<Ill>,
    /// Files that read and that no digest vouches for.
    pub(super) undigested: Vec<ListedFile>,
}

#[derive(Debug)]
struct Ill {
    file: ListedFile,
    code: &'static str,
    what: String,
}

impl Workspace {
    /// Looks at every file that a snapshot lists.
    pub(super) async fn examine(&self) -> Result<Examined> {
        let mut examined = Examined::default();
        let missing = self.lake.missing().await?;
        for file in self.lake.listed_files().await? {
            let path = self.folder.join(&file.path);
            let gone = missing.iter().find(|missing| missing.file.id == file.id);
            let (code, what) = if let Some(missing) = gone {
                let state = missing.found_size.map_or_else(|| "is missing".to_owned(), |size| format!("has {size} bytes"));
                ("damaged-file", format!("{state}, {} expected", file.size))
            } else if let Some(digest) = file.digest {
                if digest_of(&path)? == digest {
                    continue;
                }
                ("damaged-file", "is not what was written".to_owned())
            } else {
                let read = if is_events(&file) { read_events(&path).map(drop) } else { count_rows(&path).map(drop) };
                match read.map_err(|error| damaged(error, table(&file))) {
                    Ok(()) => {
                        examined.undigested.push(file);
                        continue;
                    }
                    Err(FileError::Damaged { what, .. }) => ("unreadable-file", format!("does not read: {what}")),
                    Err(error) => ("unreadable-file", format!("does not read: {error}")),
                }
            };
            examined.ill.push(Ill { file, code, what });
        }
        Ok(examined)
    }
}

impl Examined {
    /// Whether folding the events again makes the newest state whole: facts of it are damaged, its events are not.
    pub(super) fn mendable(&self) -> bool {
        let mut newest = self.ill.iter().filter(|ill| ill.file.end.is_none()).peekable();
        newest.peek().is_some() && newest.all(|ill| !is_events(&ill.file))
    }

    /// What is to be said of it. `rebuilt`: the snapshot in which all facts were just made again.
    pub(super) fn tell(&self, snapshots: &[SnapshotInfo], rebuilt: Option<i64>, findings: &mut Vec<Finding>) {
        for ill in &self.ill {
            let end = ill.file.end.or(rebuilt);
            let needs = |id: &i64| ill.file.first <= *id && end.is_none_or(|end| *id < end);
            let older = older(&snapshots.iter().map(|snapshot| snapshot.id).filter(needs).collect::<Vec<_>>());
            let advice = match (ill.file.end, rebuilt) {
                (None, None) => remedy(table(&ill.file)).to_owned(),
                (None, Some(snapshot)) => format!("snapshot {snapshot} has it made again from the events; {older}"),
                (Some(_), _) => format!("the newest state does not need it; {older}"),
            };
            let mended = ill.file.end.is_none() && rebuilt.is_some();
            let message = format!("{} {}: {advice}", ill.file.path.display(), ill.what);
            findings.push(Finding { code: ill.code, message, mended });
        }
    }
}

/// What there is to do about snapshots of before that need a file.
fn older(needing: &[i64]) -> String {
    let named = match needing {
        [] => return "no snapshot needs it".to_owned(),
        [one] => format!("snapshot {one} does"),
        [first, .., last] => format!("snapshots {first} to {last} do"),
    };
    format!("{named}: restore it from a backup, or let them go with `deskgauge expire --keep 0s`")
}

fn is_events(file: &ListedFile) -> bool {
    table(file) == EVENTS
}

/// The table of a file: the name of its folder.
fn table(file: &ListedFile) -> &str {
    file.path.parent().and_then(|folder| folder.file_name()).and_then(|name| name.to_str()).unwrap_or_default()
}
