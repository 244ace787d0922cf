//! A backup: a folder with the workspace as it was at one moment, made while it is in use, and told by a list of its files.
//!
//! The database is copied first; the data files that it lists never change, so that linking them is as good as copying them. Where one
//! has gone meanwhile, because somebody was forgotten or snapshots expired, all begins again. The list is written last: a folder
//! without it is no backup. The key of the workspace is not in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{CATALOGUE_FOLDER, REJECTS_FOLDER, RULES_FILE, Result, Workspace, WorkspaceError, disk};
use crate::files::digest_of;
use crate::lake::{CATALOGUE_FILE, Lake};
use crate::lock::LOCK_FILE;

/// The list of a backup's files.
pub const BACKUP_FILE: &str = "backup.json";
/// The version of the list that this program reads and writes.
const FORMAT: u64 = 1;
/// The state under which the workspace knows its last backup.
const LAST_KEY: &str = "last_backup";
/// How often a backup is begun again, because files went away under it.
const TRIES: usize = 5;

/// What was backed up or restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupReport {
    /// When the backup was begun: microseconds since 1970, UTC.
    pub at: i64,
    /// Its newest snapshot.
    pub snapshot: i64,
    /// Events in its inbox, which no snapshot has yet.
    pub waiting: u64,
    /// Its files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// The last backup of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastBackup {
    /// When it was begun: microseconds since 1970, UTC.
    pub at: i64,
    /// Its newest snapshot.
    pub snapshot: i64,
}

/// A file of a backup.
struct Kept {
    size: u64,
    digest: u128,
}

/// A file that the copied catalogue lists has gone from the workspace.
enum Copied {
    All(BTreeMap<PathBuf, Kept>),
    Gone,
}

impl Workspace {
    /// Backs the workspace up into a folder that is not there yet, or is empty. All that was acknowledged before is in it. Data files are
    /// linked where that can be done, unless they are to be `copied`.
    ///
    /// # Errors
    /// [`WorkspaceError::NotEmpty`]; the disk's and the lake's. What was begun is no backup then.
    pub async fn backup(&self, to: &Path, copied: bool, at: i64) -> Result<BackupReport> {
        empty_folder(to)?;
        for _ in 0..TRIES {
            let database = to.join(CATALOGUE_FILE);
            if database.exists() {
                fs::remove_file(&database).map_err(disk("remove", &database))?;
            }
            self.lake.copy_into(&database).await?;
            let copy = Lake::open(to).await?;
            let outcome = self.copy_files(&copy, to, copied).await;
            let (snapshot, waiting) = (copy.snapshot().await?.id, copy.inbox_count().await?);
            copy.close().await;
            // Opening has made it; nobody holds it.
            let _ = fs::remove_file(to.join(LOCK_FILE));
            let Copied::All(mut files) = outcome? else { continue };
            for name in [CATALOGUE_FILE, RULES_FILE] {
                if name != CATALOGUE_FILE {
                    copy_file(&self.folder.join(name), &to.join(name))?;
                }
                keep(to, Path::new(name), &mut files)?;
            }
            for folder in [CATALOGUE_FOLDER, REJECTS_FOLDER] {
                copy_folder(&self.folder, Path::new(folder), to, &mut files)?;
            }
            let report =
                BackupReport { at, snapshot, waiting, files: files.len(), bytes: files.values().map(|kept| kept.size).sum() };
            write_list(to, &files, &report)?;
            if !self.lake.is_read_only() {
                self.lake.set_state(&[(LAST_KEY, &format!("{at} {snapshot}"))]).await?;
            }
            return Ok(report);
        }
        Err(WorkspaceError::Restless { path: to.to_owned() })
    }

    /// The last backup that came to its end.
    ///
    /// # Errors
    /// The lake's.
    pub async fn last_backup(&self) -> Result<Option<LastBackup>> {
        let told = self.lake.state(LAST_KEY).await?;
        let parsed = told.as_deref().and_then(|text| text.split_once(' '));
        Ok(parsed.and_then(|(at, snapshot)| Some(LastBackup { at: at.parse().ok()?, snapshot: snapshot.parse().ok()? })))
    }

    /// Brings the data files that a copied catalogue lists.
    async fn copy_files(&self, copy: &Lake, to: &Path, copied: bool) -> Result<Copied> {
        let mut files = BTreeMap::new();
        for file in copy.listed_files().await? {
            let (own, new) = (self.folder.join(&file.path), to.join(&file.path));
            if new.exists() {
                fs::remove_file(&new).map_err(disk("remove", &new))?;
            }
            if let Some(folder) = new.parent() {
                fs::create_dir_all(folder).map_err(disk("create", folder))?;
            }
            let linked = !copied && fs::hard_link(&own, &new).is_ok();
            match if linked { Ok(()) } else { copy_file(&own, &new) } {
                Err(WorkspaceError::Disk { source, .. }) if source.kind() == ErrorKind::NotFound => return Ok(Copied::Gone),
                other => other?,
            }
            let digest = match file.digest {
                Some(digest) => digest,
                None => digest_of(&new)?,
            };
            files.insert(file.path, Kept { size: file.size, digest });
        }
        Ok(Copied::All(files))
    }
}

/// Makes a workspace of a backup, in a folder that is not there yet or is empty. Every byte is held against the list first.
///
/// # Errors
/// No backup, a damaged one, a folder with something in it; the disk's and the lake's. Then there is no workspace in the folder.
pub async fn restore(from: &Path, to: &Path) -> Result<(Workspace, BackupReport)> {
    let (report, files) = read_list(from)?;
    empty_folder(to)?;
    // The rules make the folder a workspace: they come last.
    let rules = Path::new(RULES_FILE);
    for (path, kept) in files.iter().filter(|(path, _)| *path != rules).chain(files.get_key_value(rules)) {
        let (own, new) = (from.join(path), to.join(path));
        let damaged = |what: &str| WorkspaceError::NoBackup { path: from.to_owned(), why: format!("{} {what}", path.display()) };
        if let Some(folder) = new.parent() {
            fs::create_dir_all(folder).map_err(disk("create", folder))?;
        }
        match copy_file(&own, &new) {
            Err(WorkspaceError::Disk { source, .. }) if source.kind() == ErrorKind::NotFound => {
                return Err(damaged("is missing"));
            }
            other => other?,
        }
        let size = fs::metadata(&new).map_err(disk("look at", &new))?.len();
        if size != kept.size || digest_of(&new)? != kept.digest {
            return Err(damaged("is not what was backed up"));
        }
    }
    let workspace = Workspace::open(to).await?.0;
    workspace.lake.check_whole().await?;
    if let Some(missing) = workspace.lake.missing().await?.first() {
        let why = format!("{} is not what its catalogue lists", missing.file.path.display());
        return Err(WorkspaceError::NoBackup { path: from.to_owned(), why });
    }
    Ok((workspace, report))
}

/// A folder with nothing in it.
fn empty_folder(path: &Path) -> Result<()> {
    match fs::read_dir(path) {
        Ok(mut entries) => match entries.next() {
            Some(_) => Err(WorkspaceError::NotEmpty { path: path.to_owned() }),
            None => Ok(()),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => fs::create_dir_all(path).map_err(disk("create", path)),
        Err(error) => Err(disk("list", path)(error)),
    }
}

/// Copies a file durably.
fn copy_file(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map_err(disk("copy", from))?;
    fs::File::open(to).and_then(|file| file.sync_all()).map_err(disk("sync", to))
}

fn copy_folder(base: &Path, below: &Path, to: &Path, files: &mut BTreeMap<PathBuf, Kept>) -> Result<()> {
    let own = base.join(below);
    if !own.is_dir() {
        return Ok(());
    }
    let new = to.join(below);
    fs::create_dir_all(&new).map_err(disk("create", &new))?;
    for entry in fs::read_dir(&own).map_err(disk("list", &own))? {
        let entry = entry.map_err(disk("list", &own))?;
        let path = below.join(entry.file_name());
        if entry.file_type().map_err(disk("look at", &entry.path()))?.is_dir() {
            copy_folder(base, &path, to, files)?;
        } else {
            copy_file(&entry.path(), &to.join(&path))?;
            keep(to, &path, files)?;
        }
    }
    Ok(())
}

fn keep(to: &Path, path: &Path, files: &mut BTreeMap<PathBuf, Kept>) -> Result<()> {
    let full = to.join(path);
    let size = fs::metadata(&full).map_err(disk("look at", &full))?.len();
    files.insert(path.to_owned(), Kept { size, digest: digest_of(&full)? });
    Ok(())
}

fn write_list(to: &Path, files: &BTreeMap<PathBuf, Kept>, report: &BackupReport) -> Result<()> {
    let list: Vec<Value> = files
        .iter()
        .map(|(path, kept)| json!({ "path": path.to_string_lossy(), "size": kept.size, "digest": format!("{:032x}", kept.digest) }))
        .collect();
    let text = json!({
        "format": FORMAT, "deskgauge": env!("CARGO_PKG_VERSION"), "at": report.at, "snapshot": report.snapshot,
        "waiting": report.waiting, "files": list,
    });
    let (passing, named) = (to.join("backup.json.tmp"), to.join(BACKUP_FILE));
    let write = || {
        let mut file = fs::File::create(&passing)?;
        file.write_all(format!("{text:#}\n").as_bytes())?;
        file.sync_all()?;
        fs::rename(&passing, &named)
    };
    write().map_err(disk("write", &named))?;
    // The names of all files, with that of the list, are durable, too.
    let mut folders: Vec<PathBuf> = files.keys().filter_map(|path| path.parent()).map(|folder| to.join(folder)).collect();
    folders.push(to.to_owned());
    folders.sort();
    folders.dedup();
    for folder in folders {
        fs::File::open(&folder).and_then(|handle| handle.sync_all()).map_err(disk("sync", &folder))?;
    }
    Ok(())
}

fn read_list(from: &Path) -> Result<(BackupReport, BTreeMap<PathBuf, Kept>)> {
    let no_backup = |why: &str| WorkspaceError::NoBackup { path: from.to_owned(), why: why.to_owned() };
    let path = from.join(BACKUP_FILE);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(no_backup("it has no backup.json, so that it was never one or was interrupted"));
        }
        text => text.map_err(disk("read", &path))?,
    };
    let unreadable = || no_backup("its backup.json does not read");
    let list: Value = serde_json::from_str(&text).map_err(|_| unreadable())?;
    if list["format"].as_u64() != Some(FORMAT) {
        return Err(no_backup("another version of deskgauge made it"));
    }
    let mut files = BTreeMap::new();
    for file in list["files"].as_array().ok_or_else(unreadable)? {
        let path = PathBuf::from(file["path"].as_str().ok_or_else(unreadable)?);
        // A list leads to nowhere but its own folder.
        if !path.components().all(|part| matches!(part, std::path::Component::Normal(_))) {
            return Err(unreadable());
        }
        let digest = file["digest"].as_str().and_then(|text| u128::from_str_radix(text, 16).ok()).ok_or_else(unreadable)?;
        files.insert(path, Kept { size: file["size"].as_u64().ok_or_else(unreadable)?, digest });
    }
    let report = BackupReport {
        at: list["at"].as_i64().ok_or_else(unreadable)?,
        snapshot: list["snapshot"].as_i64().ok_or_else(unreadable)?,
        waiting: list["waiting"].as_u64().unwrap_or(0),
        files: files.len(),
        bytes: files.values().map(|kept| kept.size).sum(),
    };
    Ok((report, files))
}
