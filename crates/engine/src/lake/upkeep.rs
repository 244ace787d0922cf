//! Upkeep: forgetting old snapshots, removing what no snapshot lists, finding what is missing.
//!
//! Files are removed in two steps, so that a crash between them loses nothing: a transaction
//! schedules them, then they are unlinked and crossed off. All of this needs the workspace's lock,
//! because a running commit's new files are on disk before a snapshot lists them.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::bound::instant_text;
use super::commit::insert_digests;
use super::read::{newest, parse_digest};
use super::{DATA_FOLDER, Lake, LakeError, Result, disk, sql};

/// A file that some snapshot lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// Its id.
    pub id: i64,
    /// Its path below the workspace.
    pub path: PathBuf,
    /// Its bytes, as the catalogue knows them.
    pub size: u64,
    /// The digest of its bytes, where it is known.
    pub digest: Option<u128>,
    /// The first snapshot that listed it.
    pub first: i64,
    /// The first snapshot that no longer lists it; `None`: the newest does.
    pub end: Option<i64>,
}

/// A listed file that is not on disk as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The file.
    pub file: ListedFile,
    /// The bytes on disk; `None` when there is no such file.
    pub found_size: Option<u64>,
}

/// The paths of all listed files as the catalogue has them: schema, table, file, each path with
/// whether it is relative to the one before.
const LISTED: &str = "select f.data_file_id, f.file_size_bytes, s.path, s.path_is_relative, t.path, t.path_is_relative,
        f.path, f.path_is_relative, d.digest, min(f.begin_snapshot), max(coalesce(f.end_snapshot, 9223372036854775807))
     from (select data_file_id, table_id, file_size_bytes, path, path_is_relative, begin_snapshot, end_snapshot
           from ducklake_data_file
           union all
           select data_file_id, table_id, file_size_bytes, path, path_is_relative, begin_snapshot, end_snapshot
           from ducklake_delete_file) f
     left join deskgauge_file_digest d on d.data_file_id = f.data_file_id
     join ducklake_table t on t.table_id = f.table_id
     join ducklake_schema s on s.schema_id = t.schema_id
     group by s.path, t.path, f.path order by f.data_file_id, f.path";

impl Lake {
    /// Forgets the snapshots before `first_kept`, removes the files that only they listed, and
    /// answers those files. The newest snapshot cannot be forgotten.
    pub async fn expire(&self, first_kept: i64, at: i64) -> Result<Vec<PathBuf>> {
        self.schedule_expired(first_kept, at).await?;
        self.remove_scheduled().await
    }

    /// The first step of [`Lake::expire`]: forgets the snapshots and schedules their files.
    pub async fn schedule_expired(&self, first_kept: i64, at: i64) -> Result<()> {
        let doing = "expire snapshots";
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(sql(doing))?;
        let newest = newest(&mut tx).await?;
        if first_kept > newest.id {
            return Err(LakeError::UnknownSnapshot { wanted: first_kept.to_string() });
        }
        for file in listed(&mut tx).await?.into_iter().filter(|file| file.end.is_some_and(|end| end <= first_kept)) {
            // The catalogue's paths are below the data folder, ours below the workspace.
            let (path, relative) = match file.path.strip_prefix(DATA_FOLDER) {
                Ok(path) => (path, 1_i64),
                Err(_) => (file.path.as_path(), 0),
            };
            sqlx::query("insert into ducklake_files_scheduled_for_deletion values (?, ?, ?, ?)")
                .bind(file.id)
                .bind(path.to_string_lossy().as_ref())
                .bind(relative)
                .bind(instant_text(at))
                .execute(&mut *tx)
                .await
                .map_err(sql(doing))?;
        }
        // Columns are kept: their ids must not be used again, and the rows are few.
        for statement in [
            "delete from deskgauge_file_digest where data_file_id in
               (select data_file_id from ducklake_data_file where end_snapshot <= ?)",
            "delete from ducklake_file_column_stats where data_file_id in
               (select data_file_id from ducklake_data_file where end_snapshot <= ?)",
            "delete from ducklake_file_partition_value where data_file_id in
               (select data_file_id from ducklake_data_file where end_snapshot <= ?)",
            "delete from ducklake_delete_file where end_snapshot <= ?",
            "delete from ducklake_data_file where end_snapshot <= ?",
            "delete from ducklake_snapshot_changes where snapshot_id < ?",
            "delete from ducklake_snapshot where snapshot_id < ?",
        ] {
            sqlx::query(statement).bind(first_kept).execute(&mut *tx).await.map_err(sql(doing))?;
        }
        tx.commit().await.map_err(sql(doing))
    }

    /// The second step of [`Lake::expire`]: removes the scheduled files and answers them. Safe to
    /// repeat; files that are gone already count as removed.
    pub async fn remove_scheduled(&self) -> Result<Vec<PathBuf>> {
        let mut removed = Vec::new();
        for (path, relative) in self.scheduled().await? {
            let below = if relative { Path::new(DATA_FOLDER).join(&path) } else { PathBuf::from(&path) };
            remove_file(&self.folder.join(&below))?;
            sqlx::query("delete from ducklake_files_scheduled_for_deletion where path = ? and path_is_relative = ?")
                .bind(path)
                .bind(i64::from(relative))
                .execute(&self.pool)
                .await
                .map_err(sql("cross off a removed file"))?;
            removed.push(below);
        }
        Ok(removed)
    }

    /// The files in the data folder that no snapshot lists and that are not scheduled for removal,
    /// below the workspace, in order. A crash before a commit leaves such; they may be removed.
    pub async fn orphans(&self) -> Result<Vec<PathBuf>> {
        let mut connection = self.pool.acquire().await.map_err(sql("reach the catalogue"))?;
        let mut known: BTreeSet<PathBuf> =
            listed(&mut connection).await?.into_iter().map(|file| self.folder.join(file.path)).collect();
        drop(connection);
        for (path, relative) in self.scheduled().await? {
            known.insert(if relative { self.folder.join(DATA_FOLDER).join(path) } else { path.into() });
        }
        let mut found = BTreeSet::new();
        walk(&self.folder.join(DATA_FOLDER), &mut found)?;
        Ok(found.difference(&known).map(|path| path.strip_prefix(&self.folder).unwrap_or(path).to_owned()).collect())
    }

    /// Every file that any snapshot lists, by id.
    pub async fn listed_files(&self) -> Result<Vec<ListedFile>> {
        let mut connection = self.pool.acquire().await.map_err(sql("reach the catalogue"))?;
        listed(&mut connection).await
    }

    /// Notes digests of files that had none, by the files' ids.
    pub async fn add_digests(&self, digests: &[(i64, u128)]) -> Result<()> {
        let doing = "note the files' digests";
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(sql(doing))?;
        insert_digests(&mut tx, digests).await?;
        tx.commit().await.map_err(sql(doing))
    }

    /// The files that any snapshot lists and that are not on disk, or have another size.
    pub async fn missing(&self) -> Result<Vec<Missing>> {
        let mut missing = Vec::new();
        for file in self.listed_files().await? {
            let path = self.folder.join(&file.path);
            let found_size = match std::fs::metadata(&path) {
                Ok(metadata) => Some(metadata.len()),
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => return Err(disk("look at", &path)(error)),
            };
            if found_size != Some(file.size) {
                missing.push(Missing { file, found_size });
            }
        }
        Ok(missing)
    }

    async fn scheduled(&self) -> Result<Vec<(String, bool)>> {
        sqlx::query_as("select distinct path, path_is_relative from ducklake_files_scheduled_for_deletion order by path")
            .fetch_all(&self.pool)
            .await
            .map_err(sql("list the files to remove"))
    }
}

async fn listed(connection: &mut sqlx::SqliteConnection) -> Result<Vec<ListedFile>> {
    type Row = (i64, i64, String, bool, String, bool, String, bool, Option<String>, i64, i64);
    let rows: Vec<Row> = sqlx::query_as(LISTED).fetch_all(connection).await.map_err(sql("list all files"))?;
    Ok(rows
        .into_iter()
        .map(|(id, size, schema, schema_relative, table, table_relative, file, file_relative, digest, first, end)| {
            let mut path = PathBuf::from(DATA_FOLDER);
            for (part, relative) in [(schema, schema_relative), (table, table_relative), (file, file_relative)] {
                path = if relative { path.join(part) } else { part.into() };
            }
            let digest = digest.as_deref().and_then(parse_digest);
            let end = (end < i64::MAX).then_some(end);
            ListedFile { id, path, size: size.unsigned_abs(), digest, first, end }
        })
        .collect())
}

fn remove_file(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(disk("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Collects the files below a folder.
fn walk(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).map_err(disk("list", folder))? {
        let entry = entry.map_err(disk("list", folder))?;
        if entry.file_type().map_err(disk("look at", &entry.path()))?.is_dir() {
            walk(&entry.path(), found)?;
        } else {
            found.insert(entry.path());
        }
    }
    Ok(())
}
