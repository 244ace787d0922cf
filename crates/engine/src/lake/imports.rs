//! The history of imports: one row each, written in the commit that it tells of.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;

use super::{Lake, Result, sql};

/// One import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportInfo {
    /// Its id.
    pub id: i64,
    /// What was imported, as the user named it.
    pub name: String,
    /// When it was committed: microseconds since 1970, UTC.
    pub at: i64,
    /// Events that it brought and that were not there.
    pub events: i64,
    /// The snapshot that it made.
    pub snapshot: i64,
    /// Whether it was taken back.
    pub undone: bool,
}

/// The table; it stands beside the lake's own and other engines do not look at it.
pub(super) const DDL: &str = "create table if not exists deskgauge_import(
    id integer primary key, name text not null, at integer not null, events integer not null, snapshot integer not null,
    undone integer not null default 0)";

impl Lake {
    /// All imports, by id.
    pub async fn imports(&self) -> Result<Vec<ImportInfo>> {
        let rows: Vec<(i64, String, i64, i64, i64, bool)> =
            sqlx::query_as("select id, name, at, events, snapshot, undone from deskgauge_import order by id")
                .fetch_all(self.pool())
                .await
                .map_err(sql("list the imports"))?;
        let info = |(id, name, at, events, snapshot, undone)| ImportInfo { id, name, at, events, snapshot, undone };
        Ok(rows.into_iter().map(info).collect())
    }

    /// How many events of an import later ones brought again, by those imports; none of them is taken back.
    pub async fn repeats_of(&self, id: i64) -> Result<BTreeMap<i64, u64>> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "select r.import_id, r.events from deskgauge_repeat r join deskgauge_import i on i.id = r.import_id
             where r.of_import = ? and i.id <> r.of_import and not i.undone",
        )
        .bind(id)
        .fetch_all(self.pool())
        .await
        .map_err(sql("look up what was brought again"))?;
        Ok(rows.into_iter().map(|(import, events)| (import, events.unsigned_abs())).collect())
    }

    /// The id that the next import gets.
    pub async fn next_import(&self) -> Result<i64> {
        let last: Option<i64> = sqlx::query_scalar("select max(id) from deskgauge_import")
            .fetch_one(self.pool())
            .await
            .map_err(sql("number the import"))?;
        Ok(last.unwrap_or(0) + 1)
    }
}

/// Adds an import to a commit.
///
/// # Errors
/// The database's.
pub async fn add_import(connection: &mut SqliteConnection, import: &ImportInfo) -> Result<()> {
    sqlx::query("insert into deskgauge_import(id, name, at, events, snapshot) values (?, ?, ?, ?, ?)")
        .bind(import.id)
        .bind(&import.name)
        .bind(import.at)
        .bind(import.events)
        .bind(import.snapshot)
        .execute(connection)
        .await
        .map_err(sql("record the import"))?;
    Ok(())
}

/// Adds to a commit how many events its import brought again, by the imports that brought them first.
///
/// # Errors
/// The database's.
pub async fn add_repeats(connection: &mut SqliteConnection, id: i64, repeats: &BTreeMap<i64, u64>) -> Result<()> {
    for (of, events) in repeats.iter().filter(|(of, _)| **of != id) {
        sqlx::query("insert into deskgauge_repeat(import_id, of_import, events) values (?, ?, ?)")
            .bind(id)
            .bind(of)
            .bind(i64::try_from(*events).unwrap_or(i64::MAX))
            .execute(&mut *connection)
            .await
            .map_err(sql("record what was brought again"))?;
    }
    Ok(())
}

/// Marks an import as taken back, in the commit that takes it back.
///
/// # Errors
/// The database's.
pub async fn undo_import(connection: &mut SqliteConnection, id: i64) -> Result<()> {
    sqlx::query("update deskgauge_import set undone = 1 where id = ?")
        .bind(id)
        .execute(connection)
        .await
        .map_err(sql("mark the import"))?;
    Ok(())
}

impl Lake {
    /// Sets rows of Deskgauge's own state outside a commit: what a new workspace begins with.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_state(&self, rows: &[(&str, &str)]) -> Result<()> {
        for (key, value) in rows {
            sqlx::query(
                "insert into deskgauge_state(key, value) values (?, ?) on conflict(key) do update set value = excluded.value",
            )
            .bind(key)
            .bind(value)
            .execute(self.pool())
            .await
            .map_err(sql("write the state"))?;
        }
        Ok(())
    }
}
