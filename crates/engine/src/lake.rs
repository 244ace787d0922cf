//! The lake: a DuckLake 1.0 catalogue in `lake.sqlite` with Parquet files below `data/`.
//!
//! The format is small and published, so it is written here by hand: one snapshot number spans
//! all tables, a commit is one database transaction, and DuckDB attaches the result directly.
//! Files are replaced whole: no delete files, no inlined rows. Statistics per file and per table
//! are written in the same transaction, because engines answer filters from them.
//!
//! This module knows files by name, size and statistics. It must not read or write Parquet, and
//! no other module may speak the catalogue's SQL. It reads no clock: instants are arguments.

mod bound;
mod commit;
mod connect;
mod copy;
mod ddl;
mod erasure;
mod imports;
mod inbox;
mod read;
mod tables;
mod upkeep;
mod whole;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::sqlite::SqlitePool;
use thiserror::Error;

pub use bound::Bound;
pub use commit::{Change, NewFile, NewStats, Pending};
pub(crate) use connect::refused;
pub use erasure::{Asked, Sift, Tells, erased, sift_inbox, unname_imports};
pub use imports::{ImportInfo, add_import, add_repeats, undo_import};
pub use inbox::{InboxRow, clear_inbox};
pub use read::{ColumnStats, DataFile, Snapshot, SnapshotInfo};
pub use tables::{Column, ColumnSpec, ColumnType, TableSpec};
pub use upkeep::{ListedFile, Missing};

/// The catalogue's file name inside a workspace.
pub const CATALOGUE_FILE: &str = "lake.sqlite";
/// The folder of the data files inside a workspace.
pub const DATA_FOLDER: &str = "data";
/// The one schema that holds the tables, and the name of its folder.
const SCHEMA: &str = "main";
const FORMAT_VERSION: &str = "1.0";

/// What an operation on the lake answers.
pub type Result<T> = std::result::Result<T, LakeError>;

/// What can go wrong with the lake.
#[derive(Debug, Error)]
pub enum LakeError {
    /// The database refused or failed.
    #[error("could not {doing}: the catalogue's database says {source}")]
    Sql {
        /// What was tried, as a verb phrase.
        doing: &'static str,
        /// The database's own error.
        source: sqlx::Error,
    },
    /// A file or folder could not be read, written or removed.
    #[error("could not {doing} {path}: {source}", path = path.display())]
    Disk {
        /// What was tried, as a verb.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's own error.
        source: std::io::Error,
    },
    /// The folder holds no lake, or one of another version.
    #[error("{path} is not a lake that this version reads: {why}", path = path.display())]
    NotALake {
        /// The workspace.
        path: PathBuf,
        /// What was found instead.
        why: String,
    },
    /// A lake was to be created where one is already.
    #[error("{path} holds a lake already: open it instead", path = path.display())]
    AlreadyALake {
        /// The workspace.
        path: PathBuf,
    },
    /// Someone else committed since the change was planned. Plan again on the newest snapshot.
    #[error("snapshot {newest} was committed after snapshot {base}, on which this change is based: plan it again")]
    Conflict {
        /// The snapshot that the change was planned on.
        base: i64,
        /// The snapshot that is newest now.
        newest: i64,
    },
    /// The table is not in the snapshot.
    #[error("there is no table {table} in snapshot {snapshot}")]
    UnknownTable {
        /// The table's name.
        table: String,
        /// The snapshot that was asked.
        snapshot: i64,
    },
    /// The snapshot never was, or has expired.
    #[error("there is no snapshot {wanted}: it has expired or never was")]
    UnknownSnapshot {
        /// The number or the instant that was asked for.
        wanted: String,
    },
    /// The snapshot was erased, because somebody who was in it has been forgotten.
    #[error(
        "the state {wanted} is erased: somebody who was in it was forgotten on {on}, and snapshots before {first} went with them"
    )]
    Erased {
        /// The number or the instant that was asked for.
        wanted: String,
        /// The day on which it was erased.
        on: String,
        /// The first snapshot that was kept.
        first: i64,
    },
    /// Others read the database and keep what was erased in it.
    #[error("{path} is read by another program, which keeps erased rows alive: end it and run the same command again", path = path.display())]
    KeptAlive {
        /// The database.
        path: PathBuf,
    },
    /// Another program wrote something that the format allows and this reader does not know.
    #[error("table {table} holds {what}, which this version does not read: rewrite it whole")]
    Unsupported {
        /// The table's name.
        table: String,
        /// What was met.
        what: String,
    },
    /// The caller's change contradicts itself or the catalogue.
    #[error("the change cannot be committed: {what}")]
    Invalid {
        /// The contradiction.
        what: String,
    },
    /// Who runs the program has no right to write there.
    #[error("you may not write in {path}, only read: ask its owner for the right, or change a copy", path = path.display())]
    ReadOnly {
        /// The workspace.
        path: PathBuf,
    },
    /// Another process holds the workspace.
    #[error("{path} is in use by {holder}: wait for it or stop it", path = path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Who holds it, as far as the lock file tells.
        holder: String,
    },
}

/// An open lake. Cheap to clone; all clones share the same connections.
#[derive(Debug, Clone)]
pub struct Lake {
    pool: SqlitePool,
    folder: PathBuf,
    read_only: bool,
    /// Keeps writers away from who reads a database that stands still.
    _still: Option<Arc<File>>,
}

impl Lake {
    /// Makes a new lake in `folder`, with `tables` in its first snapshot after the empty one.
    ///
    /// `at` is the commit's instant in microseconds since 1970, UTC. Fails with
    /// [`LakeError::AlreadyALake`] when there is one; a half-made lake cannot be left behind.
    pub async fn create(folder: &Path, tables: &[TableSpec], at: i64) -> Result<Self> {
        let data = folder.join(DATA_FOLDER);
        let tables_folder = data.join(SCHEMA);
        std::fs::create_dir_all(&tables_folder).map_err(disk("create", &tables_folder))?;
        sync_folder(&data)?;
        let folder = canonical(folder)?;
        let lake = Self { pool: connect::for_writing(&folder, true).await?, folder, read_only: false, _still: None };
        lake.lay_out(tables, at).await?;
        sync_folder(&lake.folder)?;
        Ok(lake)
    }

    /// Opens the lake in `folder`.
    ///
    /// DuckDB takes a relative data path as relative to its own working folder, so the catalogue
    /// names an absolute one; it is refreshed here when the workspace has moved. Who has no right to
    /// write there can read, and changes nothing.
    pub async fn open(folder: &Path) -> Result<Self> {
        let folder = canonical(folder)?;
        let path = folder.join(CATALOGUE_FILE);
        if !path.is_file() {
            return Err(LakeError::NotALake { path: folder, why: format!("it has no {CATALOGUE_FILE}") });
        }
        let connected = connect::open(&folder).await?;
        let lake = Self { pool: connected.pool, folder, read_only: connected.read_only, _still: connected.lock };
        lake.check_format().await?;
        Ok(lake)
    }

    /// The workspace's folder, absolute.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether who runs the program may only read.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The folder below which a table's new files are written. It may not exist yet.
    pub fn table_folder(&self, table: &str) -> PathBuf {
        self.folder.join(DATA_FOLDER).join(SCHEMA).join(table)
    }

    /// The connections, for the other tables that live in the same database.
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Waits for running statements and closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// One row of Deskgauge's own state, such as a watermark; `None` when it was never set.
    pub async fn state(&self, key: &str) -> Result<Option<String>> {
        sqlx::query_scalar("select value from deskgauge_state where key = ?")
            .bind(key)
            .fetch_optional(&self.pool)
            .await
            .map(Option::flatten)
            .map_err(sql("read the state"))
    }

    /// The absolute data path that other engines are told, with its closing slash.
    fn data_path(&self) -> Result<String> {
        let path = self.folder.join(DATA_FOLDER);
        match path.to_str() {
            Some(text) => Ok(format!("{text}/")),
            None => Err(LakeError::NotALake {
                path: self.folder.clone(),
                why: "its path is not UTF-8, which the catalogue cannot name".to_owned(),
            }),
        }
    }

    /// Writes the catalogue in one transaction: the format's tables, the metadata, snapshot 0
    /// with the schema, snapshot 1 with the tables.
    async fn lay_out(&self, tables: &[TableSpec], at: i64) -> Result<()> {
        let doing = "create the catalogue";
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(sql(doing))?;
        let there: i64 = sqlx::query_scalar("select count(*) from sqlite_master where name = 'ducklake_metadata'")
            .fetch_one(&mut *tx)
            .await
            .map_err(sql(doing))?;
        if there > 0 {
            return Err(LakeError::AlreadyALake { path: self.folder.clone() });
        }
        sqlx::raw_sql(ddl::TABLES).execute(&mut *tx).await.map_err(sql(doing))?;
        sqlx::raw_sql(ddl::OWN_TABLES).execute(&mut *tx).await.map_err(sql(doing))?;
        sqlx::raw_sql(imports::DDL).execute(&mut *tx).await.map_err(sql(doing))?;
        sqlx::raw_sql(inbox::DDL).execute(&mut *tx).await.map_err(sql(doing))?;
        let created_by = concat!("Deskgauge ", env!("CARGO_PKG_VERSION"));
        let data_path = self.data_path()?;
        // Other writers are asked to write files, too: rows inlined in the catalogue are not read.
        for (key, value) in [
            ("version", FORMAT_VERSION),
            ("created_by", created_by),
            ("data_path", &data_path),
            ("encrypted", "false"),
            ("data_inlining_row_limit", "0"),
        ] {
            sqlx::query("insert into ducklake_metadata(\"key\", \"value\") values (?, ?)")
                .bind(key)
                .bind(value)
                .execute(&mut *tx)
                .await
                .map_err(sql(doing))?;
        }
        sqlx::query("insert into ducklake_schema values (0, ?, 0, null, ?, ?, 1)")
            .bind(tables::new_uuid())
            .bind(SCHEMA)
            .bind(format!("{SCHEMA}/"))
            .execute(&mut *tx)
            .await
            .map_err(sql(doing))?;
        let empty = Snapshot { id: 0, at, schema_version: 0, next_catalog_id: 1, next_file_id: 0 };
        commit::insert_snapshot(&mut tx, &empty, "created_schema:\"main\"", [None; 3]).await?;
        tables::apply(&mut tx, &empty, tables, at).await?;
        tx.commit().await.map_err(sql(doing))
    }

    /// Refuses other formats, and tells the catalogue where its data are now.
    async fn check_format(&self) -> Result<()> {
        let doing = "read the catalogue's metadata";
        let not_a_lake = |why: String| LakeError::NotALake { path: self.folder.clone(), why };
        let rows: Vec<(String, String)> = sqlx::query_as("select \"key\", \"value\" from ducklake_metadata where scope is null")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| match error {
                // A file without the table is another program's database, or an empty one.
                sqlx::Error::Database(_) => not_a_lake(format!("{CATALOGUE_FILE} holds no DuckLake catalogue")),
                other => LakeError::Sql { doing, source: other },
            })?;
        let value = |key: &str| rows.iter().find(|row| row.0 == key).map(|row| row.1.as_str());
        match value("version") {
            Some(FORMAT_VERSION) => {}
            other => return Err(not_a_lake(format!("its format is {}, not {FORMAT_VERSION}", other.unwrap_or("unnamed")))),
        }
        if value("encrypted") == Some("true") {
            return Err(not_a_lake("its files are encrypted".to_owned()));
        }
        let data_path = self.data_path()?;
        let told = value("data_path").unwrap_or_default();
        if told.contains("://") || Path::new(told).file_name().is_none_or(|name| name != DATA_FOLDER) {
            return Err(not_a_lake(format!("its files are in {told:?}, not in a folder {DATA_FOLDER} beside the catalogue")));
        }
        if self.read_only {
            return self.is_complete().await;
        }
        if told != data_path {
            sqlx::query("update ducklake_metadata set \"value\" = ? where \"key\" = 'data_path' and scope is null")
                .bind(data_path)
                .execute(&self.pool)
                .await
                .map_err(sql("tell the catalogue that the workspace has moved"))?;
        }
        sqlx::raw_sql(ddl::OWN_TABLES).execute(&self.pool).await.map_err(sql("complete the catalogue"))?;
        Ok(())
    }

    /// Refuses a catalogue that lacks what is ours, where it cannot be made.
    async fn is_complete(&self) -> Result<()> {
        let there: i64 =
            sqlx::query_scalar("select count(*) from sqlite_master where name in ('deskgauge_state', 'deskgauge_file_digest')")
                .fetch_one(&self.pool)
                .await
                .map_err(sql("read the catalogue"))?;
        if there < 2 {
            let why = "an earlier version made it; open it once as somebody who may write there".to_owned();
            return Err(LakeError::NotALake { path: self.folder.clone(), why });
        }
        Ok(())
    }
}

/// Wraps a database error with what was tried.
fn sql(doing: &'static str) -> impl FnOnce(sqlx::Error) -> LakeError {
    move |source| LakeError::Sql { doing, source }
}

/// Wraps a file error with what was tried on which path.
fn disk(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> LakeError {
    let path = path.to_owned();
    move |source| LakeError::Disk { doing, path, source }
}

fn canonical(folder: &Path) -> Result<PathBuf> {
    folder.canonicalize().map_err(disk("open the folder", folder))
}

/// Makes the names inside a folder durable, not only the files' contents.
fn sync_folder(folder: &Path) -> Result<()> {
    std::fs::File::open(folder).and_then(|handle| handle.sync_all()).map_err(disk("sync the folder", folder))
}
