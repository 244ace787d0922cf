//! Reading the catalogue: snapshots, columns, and the files of a table with their statistics.
//!
//! A snapshot's rows never change once committed, so several statements need no transaction
//! around them. What another writer may have left that we do not read is refused by name, never
//! skipped: a skipped delete file would be wrong numbers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::bound::{instant_text, parse_instant};
use super::tables::{columns_of, id_list};
use super::{Bound, Column, DATA_FOLDER, Lake, LakeError, Result, sql};

/// One state of all tables, and the counters that the next commit continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// The number that answers name as their data cut.
    pub id: i64,
    /// When it was committed: microseconds since 1970, UTC.
    pub at: i64,
    /// Rises with each change of tables or columns.
    pub schema_version: i64,
    pub(super) next_catalog_id: i64,
    pub(super) next_file_id: i64,
}

/// One line of the lake's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotInfo {
    /// The snapshot's number.
    pub id: i64,
    /// When it was committed: microseconds since 1970, UTC.
    pub at: i64,
    /// What changed, in the catalogue's notation.
    pub changes: String,
    /// Who committed.
    pub author: Option<String>,
    /// Why.
    pub message: Option<String>,
    /// What else the committer noted.
    pub extra: Option<String>,
}

/// A data file that a snapshot lists.
#[derive(Debug, Clone, PartialEq)]
pub struct DataFile {
    /// The file's id, by which a change removes it.
    pub id: i64,
    /// Where it is, below the workspace's folder.
    pub path: PathBuf,
    /// Its rows.
    pub record_count: u64,
    /// Its bytes.
    pub size: u64,
    /// The bytes of its Parquet footer, when known.
    pub footer_size: Option<u64>,
    /// The digest of its bytes; `None` of files of other programs, and of our own from before there were digests.
    pub digest: Option<u128>,
    /// Statistics of its columns by column id. Lists have none.
    pub stats: Vec<ColumnStats>,
}

/// What is known of one column in one file.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnStats {
    /// The column.
    pub column_id: i64,
    /// Its least value, of long texts a little less; `None` when all are null or the bound is unknown.
    pub min: Option<Bound>,
    /// Its greatest value, of long texts a little more; `None` when all are null or the bound is unknown.
    pub max: Option<Bound>,
    /// Its nulls.
    pub null_count: Option<u64>,
    /// Its values that are not null.
    pub value_count: Option<u64>,
}

type SnapshotRow = (i64, String, i64, i64, i64);

impl Lake {
    /// The newest snapshot.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        let mut connection = self.pool.acquire().await.map_err(sql("reach the catalogue"))?;
        newest(&mut connection).await
    }

    /// The snapshot with this number; [`LakeError::UnknownSnapshot`] when it has expired.
    pub async fn snapshot_at(&self, id: i64) -> Result<Snapshot> {
        let found = sqlx::query_as("select * from ducklake_snapshot where snapshot_id = ?")
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(sql("read a snapshot"))?
            .and_then(snapshot_from);
        match found {
            Some(snapshot) => Ok(snapshot),
            None => Err(self.why_gone(id.to_string(), |first, _| id < first).await),
        }
    }

    /// The snapshot that was newest at an instant (microseconds since 1970, UTC).
    pub async fn snapshot_at_time(&self, at: i64) -> Result<Snapshot> {
        // The notation sorts as time does: `+` comes before `.`, and a fraction has no end zeros.
        let found = sqlx::query_as("select * from ducklake_snapshot where snapshot_time <= ? order by snapshot_id desc limit 1")
            .bind(instant_text(at))
            .fetch_optional(&self.pool)
            .await
            .map_err(sql("read a snapshot"))?
            .and_then(snapshot_from);
        match found {
            Some(snapshot) => Ok(snapshot),
            None => Err(self.why_gone(format!("as of {}", instant_text(at)), |_, erased_at| at < erased_at).await),
        }
    }

    /// The lake's history, oldest first.
    pub async fn snapshots(&self) -> Result<Vec<SnapshotInfo>> {
        type Row = (i64, String, Option<String>, Option<String>, Option<String>, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(
            "select s.snapshot_id, s.snapshot_time, c.changes_made, c.author, c.commit_message, c.commit_extra_info
             from ducklake_snapshot s left join ducklake_snapshot_changes c on c.snapshot_id = s.snapshot_id
             order by s.snapshot_id",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(sql("list the snapshots"))?;
        Ok(rows
            .into_iter()
            .map(|(id, at, changes, author, message, extra)| SnapshotInfo {
                id,
                at: parse_instant(&at).unwrap_or_default(),
                changes: changes.unwrap_or_default(),
                author,
                message,
                extra,
            })
            .collect())
    }

    /// The columns of a table in a snapshot, in their order.
    pub async fn columns(&self, table: &str, snapshot: i64) -> Result<Vec<Column>> {
        let mut connection = self.pool.acquire().await.map_err(sql("reach the catalogue"))?;
        let (id, _) = table_in(&mut connection, table, snapshot).await?;
        columns_of(&mut connection, table, id, snapshot).await
    }

    /// The files of a table in a snapshot, oldest first, with their statistics.
    ///
    /// Fails with [`LakeError::Unsupported`] when another program has deleted rows of the table
    /// without rewriting its files, or keeps rows of it inside the catalogue.
    pub async fn files(&self, snapshot: i64, table: &str) -> Result<Vec<DataFile>> {
        let mut connection = self.pool.acquire().await.map_err(sql("reach the catalogue"))?;
        let (id, folder) = table_in(&mut connection, table, snapshot).await?;
        refuse_foreign_rows(&mut connection, table, id, snapshot).await?;
        let columns = columns_of(&mut connection, table, id, snapshot).await?;
        let mut files = listed(&mut connection, table, id, snapshot, &folder).await?;
        add_stats(&mut connection, id, snapshot, &columns, &mut files).await?;
        Ok(files.into_values().collect())
    }

    /// As [`Lake::files`], with the statistics of these columns only.
    pub async fn files_with(&self, snapshot: i64, table: &str, columns: &[&str]) -> Result<Vec<DataFile>> {
        let mut connection = self.pool.acquire().await.map_err(sql("reach the catalogue"))?;
        let (id, folder) = table_in(&mut connection, table, snapshot).await?;
        refuse_foreign_rows(&mut connection, table, id, snapshot).await?;
        let mut files = listed(&mut connection, table, id, snapshot, &folder).await?;
        let mut wanted = columns_of(&mut connection, table, id, snapshot).await?;
        wanted.retain(|column| columns.contains(&column.name.as_str()));
        add_stats(&mut connection, id, snapshot, &wanted, &mut files).await?;
        Ok(files.into_values().collect())
    }
}

/// The newest snapshot, as this connection's transaction sees it.
pub(super) async fn newest(connection: &mut SqliteConnection) -> Result<Snapshot> {
    sqlx::query_as("select * from ducklake_snapshot order by snapshot_id desc limit 1")
        .fetch_optional(connection)
        .await
        .map_err(sql("read the newest snapshot"))?
        .and_then(snapshot_from)
        .ok_or_else(|| LakeError::UnknownSnapshot { wanted: "at all".to_owned() })
}

fn snapshot_from((id, at, schema_version, next_catalog_id, next_file_id): SnapshotRow) -> Option<Snapshot> {
    Some(Snapshot { id, at: parse_instant(&at)?, schema_version, next_catalog_id, next_file_id })
}

/// A table's id, and its folder below the workspace.
pub(super) async fn table_in(connection: &mut SqliteConnection, table: &str, snapshot: i64) -> Result<(i64, PathBuf)> {
    let row: Option<(i64, String, bool, String, bool)> = sqlx::query_as(
        "select t.table_id, t.path, t.path_is_relative, s.path, s.path_is_relative
         from ducklake_table t join ducklake_schema s on s.schema_id = t.schema_id
         where s.schema_id = 0 and t.table_name = ? and t.begin_snapshot <= ?
           and (t.end_snapshot is null or t.end_snapshot > ?)",
    )
    .bind(table)
    .bind(snapshot)
    .bind(snapshot)
    .fetch_optional(connection)
    .await
    .map_err(sql("look up a table"))?;
    let (id, path, relative, schema_path, schema_relative) =
        row.ok_or_else(|| LakeError::UnknownTable { table: table.to_owned(), snapshot })?;
    let schema = if schema_relative { Path::new(DATA_FOLDER).join(schema_path) } else { schema_path.into() };
    Ok((id, if relative { schema.join(path) } else { path.into() }))
}

pub(super) async fn refuse_foreign_rows(connection: &mut SqliteConnection, table: &str, id: i64, snapshot: i64) -> Result<()> {
    let doing = "look for rows that others wrote";
    let refuse = |what: &str| Err(LakeError::Unsupported { table: table.to_owned(), what: what.to_owned() });
    let deletes: bool = sqlx::query_scalar(
        "select exists(select 1 from ducklake_delete_file where table_id = ?1 and begin_snapshot <= ?2
           and (end_snapshot is null or end_snapshot > ?2))",
    )
    .bind(id)
    .bind(snapshot)
    .fetch_one(&mut *connection)
    .await
    .map_err(sql(doing))?;
    if deletes {
        return refuse("delete files");
    }
    // Inlined rows and inlined deletes stand in tables that another engine makes when it needs them.
    let inlined: Vec<String> = sqlx::query_scalar(
        "select table_name from ducklake_inlined_data_tables
         where table_id = ?1 and table_name in (select name from sqlite_master)
         union select name from sqlite_master where name = 'ducklake_inlined_delete_' || ?1",
    )
    .bind(id)
    .fetch_all(&mut *connection)
    .await
    .map_err(sql(doing))?;
    for name in inlined {
        let quoted = name.replace('"', "\"\"");
        let (alive, what) = if name.starts_with("ducklake_inlined_delete_") {
            (String::new(), "deletes inside the catalogue")
        } else {
            let alive = format!(" where begin_snapshot <= {snapshot} and (end_snapshot is null or end_snapshot > {snapshot})");
            (alive, "rows inside the catalogue")
        };
        let any: bool = sqlx::query_scalar(AssertSqlSafe(format!("select exists(select 1 from \"{quoted}\"{alive})")))
            .fetch_one(&mut *connection)
            .await
            .map_err(sql(doing))?;
        if any {
            return refuse(what);
        }
    }
    Ok(())
}

/// The files that the snapshot lists for the table, by their id.
async fn listed(
    connection: &mut SqliteConnection,
    table: &str,
    id: i64,
    snapshot: i64,
    folder: &Path,
) -> Result<BTreeMap<i64, DataFile>> {
    let tables = BTreeMap::from([(id, (table.to_owned(), folder.to_owned()))]);
    Ok(listed_of_all(connection, &tables, snapshot).await?.remove(&id).unwrap_or_default())
}

/// The files that the snapshot lists for some tables, by table and file. Tables come by their id, with name and folder.
pub(super) async fn listed_of_all(
    connection: &mut SqliteConnection,
    tables: &BTreeMap<i64, (String, PathBuf)>,
    snapshot: i64,
) -> Result<BTreeMap<i64, BTreeMap<i64, DataFile>>> {
    type Row = (i64, i64, String, bool, i64, i64, Option<i64>, bool, String, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(
        "select f.table_id, f.data_file_id, path, path_is_relative, record_count, file_size_bytes, footer_size,
                encryption_key is null and mapping_id is null and (partial_max is null or partial_max <= ?2),
                file_format, d.digest
         from ducklake_data_file f left join deskgauge_file_digest d on d.data_file_id = f.data_file_id
         where table_id in (select value from json_each(?1)) and begin_snapshot <= ?2
           and (end_snapshot is null or end_snapshot > ?2)",
    )
    .bind(id_list(tables.keys()))
    .bind(snapshot)
    .fetch_all(connection)
    .await
    .map_err(sql("list the files"))?;
    let mut files: BTreeMap<i64, BTreeMap<i64, DataFile>> = BTreeMap::new();
    for (table, id, path, relative, records, size, footer, plain, format, digest) in rows {
        let (name, folder) = &tables[&table];
        if !plain || format != "parquet" {
            let what = format!("file {path}, which is encrypted, mapped, merged or of format {format}");
            return Err(LakeError::Unsupported { table: name.clone(), what });
        }
        let file = DataFile {
            id,
            path: if relative { folder.join(path) } else { path.into() },
            record_count: records.unsigned_abs(),
            size: size.unsigned_abs(),
            footer_size: footer.map(i64::unsigned_abs),
            digest: digest.as_deref().and_then(parse_digest),
            stats: Vec::new(),
        };
        files.entry(table).or_default().insert(id, file);
    }
    Ok(files)
}

/// A digest as the catalogue keeps it.
pub(super) fn parse_digest(text: &str) -> Option<u128> {
    u128::from_str_radix(text, 16).ok()
}

pub(super) async fn add_stats(
    connection: &mut SqliteConnection,
    table_id: i64,
    snapshot: i64,
    columns: &[Column],
    files: &mut BTreeMap<i64, DataFile>,
) -> Result<()> {
    type Row = (i64, i64, Option<String>, Option<String>, Option<i64>, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as(
        "select f.data_file_id, s.column_id, s.min_value, s.max_value, s.null_count, s.value_count
         from ducklake_data_file f join ducklake_file_column_stats s on s.data_file_id = f.data_file_id
         where f.table_id = ?1 and f.begin_snapshot <= ?2 and (f.end_snapshot is null or f.end_snapshot > ?2)
           and s.column_id in (select value from json_each(?3))
         order by f.data_file_id, s.column_id",
    )
    .bind(table_id)
    .bind(snapshot)
    .bind(format!("[{}]", columns.iter().map(|column| column.id.to_string()).collect::<Vec<_>>().join(",")))
    .fetch_all(connection)
    .await
    .map_err(sql("read the files' statistics"))?;
    let types: BTreeMap<i64, _> = columns.iter().map(|column| (column.id, column.ty)).collect();
    for (file, column_id, min, max, null_count, value_count) in rows {
        // A dropped column's statistics, or those of a list's elements, are nobody's.
        if let (Some(file), Some(&ty)) = (files.get_mut(&file), types.get(&column_id)) {
            let parse = |text: Option<String>| text.and_then(|text| Bound::parse(&text, ty));
            file.stats.push(ColumnStats {
                column_id,
                min: parse(min),
                max: parse(max),
                null_count: null_count.map(i64::unsigned_abs),
                value_count: value_count.map(i64::unsigned_abs),
            });
        }
    }
    Ok(())
}
