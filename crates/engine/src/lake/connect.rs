//! Connections to the catalogue's database: for who may write beside it, and for who may only read.
//!
//! The database keeps its newest pages in a file beside it while anybody writes, and needs to make such files even to read. Who may not
//! make them reads with the writer's files where there are any; else nobody writes, the database stands still, and it is read as a file
//! that does not change. For that time the workspace's lock is shared, so that it stays true.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use super::{CATALOGUE_FILE, LakeError, Result, sql};
use crate::lock::{LOCK_FILE, PATIENCE, PAUSE};

/// What a workspace is opened with.
pub(super) struct Connected {
    pub(super) pool: SqlitePool,
    /// Whether it may only be read.
    pub(super) read_only: bool,
    /// The shared lock of who reads a database that nobody writes.
    pub(super) lock: Option<Arc<File>>,
}

/// Opens the catalogue that is in a folder.
pub(super) async fn open(folder: &Path) -> Result<Connected> {
    if writable(&folder.join(CATALOGUE_FILE), false) && writable(&folder.join(LOCK_FILE), true) {
        return Ok(Connected { pool: for_writing(folder, false).await?, read_only: false, lock: None });
    }
    let others = others(folder).await?;
    let still = matches!(others, Others::Rest(_));
    let options = SqliteConnectOptions::new().filename(folder.join(CATALOGUE_FILE)).read_only(true).immutable(still);
    let Others::Rest(Some(lock)) = others else {
        return Ok(Connected { pool: pool(options).await?, read_only: true, lock: None });
    };
    Ok(Connected { pool: pool(options).await?, read_only: true, lock: Some(Arc::new(lock)) })
}

/// Opens the database for durable commits beside concurrent readers.
pub(super) async fn for_writing(folder: &Path, create: bool) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join(CATALOGUE_FILE))
        .create_if_missing(create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    pool(options).await
}

async fn pool(options: SqliteConnectOptions) -> Result<SqlitePool> {
    let options = options.busy_timeout(Duration::from_secs(30)).pragma("cache_size", "-16384");
    SqlitePoolOptions::new().max_connections(4).connect_with(options).await.map_err(sql("open the catalogue"))
}

/// What others do with a database.
enum Others {
    /// They write it: it is read beside them.
    Write,
    /// Nothing, and they wait while this lock is shared. Without a lock file nobody ever wrote.
    Rest(Option<File>),
}

/// What others do with the database, once that is clear.
async fn others(folder: &Path) -> Result<Others> {
    let beside = folder.join(format!("{CATALOGUE_FILE}-wal"));
    let path = folder.join(LOCK_FILE);
    let Ok(file) = File::open(&path) else { return Ok(if beside.exists() { Others::Write } else { Others::Rest(None) }) };
    let mut left = PATIENCE;
    loop {
        if beside.exists() {
            return Ok(Others::Write);
        }
        match file.try_lock_shared() {
            Ok(()) if beside.exists() => return Ok(Others::Write),
            Ok(()) => return Ok(Others::Rest(Some(file))),
            Err(TryLockError::WouldBlock) if !left.is_zero() => {
                let pause = PAUSE.min(left);
                tokio::time::sleep(pause).await;
                left -= pause;
            }
            Err(TryLockError::WouldBlock) => return Err(LakeError::Locked { path, holder: "another process".to_owned() }),
            Err(TryLockError::Error(source)) => return Err(LakeError::Disk { doing: "lock", path, source }),
        }
    }
}

/// Whether a file may be written, so far as its rights and its disk tell; whatever else is wrong shows when it is used.
fn writable(path: &Path, create: bool) -> bool {
    let opened = OpenOptions::new().write(true).create(create).truncate(false).open(path);
    !opened.is_err_and(|error| refused(&error))
}

/// Whether the system refuses because of rights or of a disk that nobody may write.
pub(crate) fn refused(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}
