//! Reading all tables of a snapshot in a handful of statements, however many tables there are.
//!
//! A small commit and a small question would otherwise spend more time on asking for each table than on their work. Statistics come
//! apart, because most of those that who reads the lake needs are few.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use sqlx::SqliteConnection;

use super::read::{add_stats, listed_of_all, refuse_foreign_rows, table_in};
use super::tables::{columns_of, columns_of_all};
use super::{Column, ColumnStats, DATA_FOLDER, DataFile, Lake, LakeError, Result, sql};

impl Lake {
    /// The columns of these tables in a snapshot, in their order, by table. Tables that the snapshot lacks are left out.
    pub async fn all_columns(&self, snapshot: i64, tables: &[&str]) -> Result<BTreeMap<String, Vec<Column>>> {
        let mut connection = self.pool.acquire().await.map_err(sql("reach the catalogue"))?;
        let tables = known(&mut connection, snapshot, tables).await?;
        let names: BTreeMap<i64, String> = tables.iter().map(|(id, (name, _))| (*id, name.clone())).collect();
        let mut columns = columns_of_all(&mut connection, &names, snapshot).await?;
        Ok(names.into_iter().map(|(id, name)| (name, columns.remove(&id).unwrap_or_default())).collect())
    }

    /// The files of these tables in a snapshot, oldest first, by table, without statistics. Fails as [`Lake::files`] does.
    pub async fn all_files(&self, snapshot: i64, tables: &[&str]) -> Result<BTreeMap<String, Vec<DataFile>>> {
        let mut connection = self.pool.acquire().await.map_err(sql("reach the catalogue"))?;
        let known = known(&mut connection, snapshot, tables).await?;
        if let Some(table) = tables.iter().find(|table| !known.values().any(|(name, _)| name == *table)) {
            return Err(LakeError::UnknownTable { table: (*table).to_owned(), snapshot });
        }
        if foreign_rows(&mut connection).await? {
            for (id, (name, _)) in &known {
                refuse_foreign_rows(&mut connection, name, *id, snapshot).await?;
            }
        }
        let mut files = listed_of_all(&mut connection, &known, snapshot).await?;
        let of_table = |(id, (name, _))| (name, files.remove(&id).unwrap_or_default().into_values().collect());
        Ok(known.into_iter().map(of_table).collect())
    }

    /// Adds the statistics of some columns, named by their ids, to files of a table in a snapshot: only what is looked for is read.
    pub async fn add_stats(&self, snapshot: i64, table: &str, columns: &BTreeSet<i64>, files: &mut [DataFile]) -> Result<()> {
        let mut connection = self.pool.acquire().await.map_err(sql("reach the catalogue"))?;
        let (id, _) = table_in(&mut connection, table, snapshot).await?;
        let mut wanted = columns_of(&mut connection, table, id, snapshot).await?;
        wanted.retain(|column| columns.contains(&column.id));
        let mut by_id: BTreeMap<i64, DataFile> = files.iter().map(|file| (file.id, file.clone())).collect();
        add_stats(&mut connection, id, snapshot, &wanted, &mut by_id).await?;
        for file in files {
            let found: Option<Vec<ColumnStats>> = by_id.remove(&file.id).map(|found| found.stats);
            file.stats = found.unwrap_or_default();
        }
        Ok(())
    }
}

/// Those of the tables that a snapshot has, by id, each with its folder below the workspace.
async fn known(connection: &mut SqliteConnection, snapshot: i64, tables: &[&str]) -> Result<BTreeMap<i64, (String, PathBuf)>> {
    let rows: Vec<(i64, String, String, bool, String, bool)> = sqlx::query_as(
        "select t.table_id, t.table_name, t.path, t.path_is_relative, s.path, s.path_is_relative
         from ducklake_table t join ducklake_schema s on s.schema_id = t.schema_id
         where s.schema_id = 0 and t.begin_snapshot <= ?1 and (t.end_snapshot is null or t.end_snapshot > ?1)",
    )
    .bind(snapshot)
    .fetch_all(connection)
    .await
    .map_err(sql("look up the tables"))?;
    let wanted = rows.into_iter().filter(|row| tables.contains(&row.1.as_str()));
    Ok(wanted
        .map(|(id, name, path, relative, schema, schema_relative)| {
            let schema = if schema_relative { Path::new(DATA_FOLDER).join(schema) } else { schema.into() };
            (id, (name, if relative { schema.join(path) } else { path.into() }))
        })
        .collect())
}

/// Whether another program has, in any table, deleted rows without rewriting files or kept rows inside the catalogue.
async fn foreign_rows(connection: &mut SqliteConnection) -> Result<bool> {
    sqlx::query_scalar(
        "select exists(select 1 from ducklake_delete_file) or exists(select 1 from ducklake_inlined_data_tables)
             or exists(select 1 from sqlite_master where name like 'ducklake_inlined_delete_%')",
    )
    .fetch_one(connection)
    .await
    .map_err(sql("look for rows that others wrote"))
}
