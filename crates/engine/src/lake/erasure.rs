//! Erasure in the catalogue: who is to be forgotten, until that is done, and the traces that a commit by itself would leave.
//!
//! A request stands in a table of ours with the customer's id only until the commit that takes their rows; from then on only the keyed
//! hash that was given with it tells who it was. Bounds of whole tables never narrow in a commit, and a database keeps what was deleted
//! in pages that it does not use: both are seen to here. What belongs to somebody is not decided here.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;

use super::bound::instant_text;
use super::commit::{Bounds, include_text, write_bounds};
use super::tables::columns_of_all;
use super::{CATALOGUE_FILE, ColumnType, Lake, LakeError, Result, sql};

/// How often is waited for readers of erased rows.
const TRIES: usize = 3;

/// What stays of a row of the inbox, by its number and its text: a text, or nothing.
pub type Sift<'s, E> = dyn Fn(i64, &str) -> std::result::Result<Option<String>, E> + Sync + 's;

/// A request to forget somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its number.
    pub id: i64,
    /// Who is to be forgotten; `None` once their rows are gone.
    pub customer: Option<String>,
    /// The keyed hash of their id.
    pub mark: String,
    /// When it was asked: microseconds since 1970, UTC.
    pub asked_at: i64,
    /// The snapshot that has nothing of them; those before it are erased.
    pub snapshot: Option<i64>,
    /// When the last trace was gone; `None`: it is not.
    pub done_at: Option<i64>,
}

impl Lake {
    /// Writes down that somebody is to be forgotten, so that an interruption cannot lose it. Asked again it stays one request.
    ///
    /// # Errors
    /// The database's.
    pub async fn ask_erasure(&self, customer: &str, mark: &str, at: i64) -> Result<()> {
        sqlx::query(
            "insert into deskgauge_erasure(customer, mark, asked_at) select ?1, ?2, ?3
             where not exists(select 1 from deskgauge_erasure where customer = ?1)",
        )
        .bind(customer)
        .bind(mark)
        .bind(at)
        .execute(self.pool())
        .await
        .map_err(sql("write down who is to be forgotten"))?;
        Ok(())
    }

    /// All requests, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn erasures(&self) -> Result<Vec<Asked>> {
        type Row = (i64, Option<String>, String, i64, Option<i64>, Option<i64>);
        let rows: Vec<Row> =
            sqlx::query_as("select id, customer, mark, asked_at, snapshot, done_at from deskgauge_erasure order by id")
                .fetch_all(self.pool())
                .await
                .map_err(sql("look up who is to be forgotten"))?;
        let asked = |(id, customer, mark, asked_at, snapshot, done_at)| Asked { id, customer, mark, asked_at, snapshot, done_at };
        Ok(rows.into_iter().map(asked).collect())
    }

    /// Marks the requests whose rows are gone as done.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_erasures(&self, at: i64) -> Result<()> {
        sqlx::query("update deskgauge_erasure set done_at = ? where snapshot is not null and done_at is null")
            .bind(at)
            .execute(self.pool())
            .await
            .map_err(sql("write down that somebody is forgotten"))?;
        Ok(())
    }

    /// Why a state is not there: it was erased, where some erasure `covers` it by its first kept snapshot and its instant, else unknown.
    pub(super) async fn why_gone(&self, wanted: String, covers: impl Fn(i64, i64) -> bool) -> LakeError {
        // Who may only read a catalogue of an earlier version finds no such table, and nothing was erased there.
        let erasures = self.erasures().await.unwrap_or_default();
        let mut erased = erasures.into_iter().filter_map(|asked| Some((asked.snapshot?, asked.asked_at)));
        match erased.rfind(|(first, at)| covers(*first, *at)) {
            Some((first, at)) => {
                let on = instant_text(at).split(' ').next().unwrap_or_default().to_owned();
                LakeError::Erased { wanted, on, first }
            }
            None => LakeError::UnknownSnapshot { wanted },
        }
    }

    /// Narrows the tables' bounds to the files that are left. Only where no earlier snapshot is left that would need the wider ones.
    ///
    /// # Errors
    /// The database's.
    pub async fn narrow(&self) -> Result<()> {
        type Row = (i64, i64, Option<i64>, Option<i64>, Option<String>, Option<String>);
        let doing = "narrow the tables' bounds";
        let mut tx = self.pool().begin_with("BEGIN IMMEDIATE").await.map_err(sql(doing))?;
        let newest = super::read::newest(&mut tx).await?;
        let tables: Vec<(i64, String)> =
            sqlx::query_as("select table_id, table_name from ducklake_table where end_snapshot is null and schema_id = 0")
                .fetch_all(&mut *tx)
                .await
                .map_err(sql(doing))?;
        let tables: BTreeMap<i64, String> = tables.into_iter().collect();
        let columns = columns_of_all(&mut tx, &tables, newest.id).await?;
        let rows: Vec<Row> = sqlx::query_as(
            "select s.table_id, s.column_id, s.null_count, s.contains_nan, s.min_value, s.max_value
             from ducklake_file_column_stats s join ducklake_data_file f on f.data_file_id = s.data_file_id
             where f.end_snapshot is null",
        )
        .fetch_all(&mut *tx)
        .await
        .map_err(sql(doing))?;
        let mut bounds: BTreeMap<(i64, i64), (ColumnType, Bounds)> = BTreeMap::new();
        for (table, columns) in &columns {
            for column in columns.iter().filter(|column| column.ty != ColumnType::TextList) {
                bounds.insert((*table, column.id), (column.ty, Bounds::default()));
            }
        }
        for (table, column, nulls, nan, min, max) in rows {
            let Some((ty, bounds)) = bounds.get_mut(&(table, column)) else { continue };
            include_text(bounds, *ty, nulls, nan, [min.as_deref(), max.as_deref()]);
        }
        // Tables of other programs keep theirs.
        for table in tables.keys() {
            sqlx::query("delete from ducklake_table_column_stats where table_id = ?")
                .bind(table)
                .execute(&mut *tx)
                .await
                .map_err(sql(doing))?;
        }
        let rows: Vec<_> = bounds.into_iter().map(|((table, column), (_, bounds))| (table, column, bounds)).collect();
        write_bounds(&mut tx, &rows).await?;
        tx.commit().await.map_err(sql(doing))
    }

    /// Writes the database anew without the pages that it no longer uses, and empties the file beside it.
    ///
    /// # Errors
    /// [`LakeError::KeptAlive`], where another program reads what was before; the database's.
    pub async fn shrink(&self) -> Result<()> {
        let doing = "write the database anew";
        let mut connection = self.pool().acquire().await.map_err(sql(doing))?;
        sqlx::query("vacuum").execute(&mut *connection).await.map_err(sql(doing))?;
        // The database waits by itself for those who still read what was before; not for as long as for those who write.
        sqlx::query("pragma busy_timeout = 2000").execute(&mut *connection).await.map_err(sql(doing))?;
        let mut busy = 1;
        for _ in 0..TRIES {
            let told: std::result::Result<(i64, i64, i64), _> =
                sqlx::query_as("pragma wal_checkpoint(truncate)").fetch_one(&mut *connection).await;
            busy = told.map_err(sql(doing))?.0;
            if busy == 0 {
                break;
            }
        }
        sqlx::query("pragma busy_timeout = 30000").execute(&mut *connection).await.map_err(sql(doing))?;
        if busy == 0 { Ok(()) } else { Err(LakeError::KeptAlive { path: self.folder().join(CATALOGUE_FILE) }) }
    }
}

/// Says in the commit that takes their rows that those who were to be forgotten are in no snapshot from it on.
///
/// # Errors
/// The database's.
pub async fn erased(connection: &mut SqliteConnection, ids: &[i64], snapshot: i64) -> Result<()> {
    for id in ids {
        sqlx::query("update deskgauge_erasure set customer = null, snapshot = ? where id = ?")
            .bind(snapshot)
            .bind(id)
            .execute(&mut *connection)
            .await
            .map_err(sql("forget who was forgotten"))?;
    }
    Ok(())
}

/// Goes through the rows of the inbox in a commit: each stays, changes or goes, as `sift` answers its event's text: the text that
/// stays, or none.
///
/// # Errors
/// The database's; what `sift` refuses.
pub async fn sift_inbox<E: From<LakeError>>(
    connection: &mut SqliteConnection,
    sift: &Sift<'_, E>,
) -> std::result::Result<u64, E> {
    let doing = "sift the inbox";
    let rows: Vec<(i64, String)> = sqlx::query_as("select n, event from deskgauge_inbox order by n")
        .fetch_all(&mut *connection)
        .await
        .map_err(sql(doing))?;
    let mut gone = 0;
    for (n, event) in rows {
        let query = match sift(n, &event)? {
            Some(kept) if kept == event => continue,
            Some(kept) => sqlx::query("update deskgauge_inbox set event = ?2 where n = ?1").bind(n).bind(kept),
            None => {
                gone += 1;
                sqlx::query("delete from deskgauge_inbox where n = ?1").bind(n)
            }
        };
        query.execute(&mut *connection).await.map_err(sql(doing))?;
    }
    Ok(gone)
}

/// Whether a text tells of somebody who is to be forgotten.
pub type Tells<'t> = dyn Fn(&str) -> bool + Sync + 't;

/// Takes the names of imports away that tell of somebody, in a commit: files are named by people.
///
/// # Errors
/// The database's.
pub async fn unname_imports(connection: &mut SqliteConnection, tells: &Tells<'_>) -> Result<()> {
    let doing = "take names of imports away";
    let rows: Vec<(i64, String)> =
        sqlx::query_as("select id, name from deskgauge_import").fetch_all(&mut *connection).await.map_err(sql(doing))?;
    for (id, _) in rows.into_iter().filter(|(_, name)| tells(name)) {
        sqlx::query("update deskgauge_import set name = '' where id = ?")
            .bind(id)
            .execute(&mut *connection)
            .await
            .map_err(sql(doing))?;
    }
    Ok(())
}
