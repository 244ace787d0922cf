//! The inbox: events that were acknowledged and are not in the lake yet, one row each in the workspace's database.
//!
//! An acknowledgement means that the row is on disk: the database syncs each transaction. A group of events is one transaction, so
//! that a sender who groups pays for one sync. Rows leave in the very commit that brings them into the lake.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::{Lake, Result, sql};

/// The table; other engines do not look at it.
pub(super) const DDL: &str = "create table if not exists deskgauge_inbox(
    n integer primary key autoincrement, source text not null, event_id text not null, event text not null);
    create index if not exists deskgauge_inbox_event on deskgauge_inbox(source, event_id)";

/// Rows per insert statement.
const CHUNK: usize = 256;

/// A row of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxRow {
    /// Its number, in the order of arrival.
    pub n: i64,
    /// The event in its textual form.
    pub event: String,
}

impl Lake {
    /// Makes events durable: each its source, its id and its textual form. Answers of each whether its source and id were in the inbox
    /// already, or stand twice among these. What is there to the letter is not written again.
    ///
    /// # Errors
    /// The database's; then none of them is acknowledged.
    pub async fn receive(&self, events: &[(String, String, String)]) -> Result<Vec<bool>> {
        let doing = "take events into the inbox";
        let mut tx = self.pool().begin_with("BEGIN IMMEDIATE").await.map_err(sql(doing))?;
        // Each once, however often it stands among them.
        let ids: BTreeSet<(&str, &str)> = events.iter().map(|(source, id, _)| (&**source, &**id)).collect();
        let ids: Vec<(&str, &str)> = ids.into_iter().collect();
        let mut there: BTreeMap<(&str, &str), BTreeSet<Cow<'_, str>>> = BTreeMap::new();
        for chunk in ids.chunks(CHUNK) {
            let mut look = QueryBuilder::<Sqlite>::new("with arriving(place, source, id) as (");
            look.push_values((0_i64..).zip(chunk), |mut row, (place, (source, id))| {
                row.push_bind(place).push_bind(*source).push_bind(*id);
            });
            // In this order: each of the few is looked up among the many.
            look.push(") select place, event from arriving cross join deskgauge_inbox as waiting");
            look.push(" on waiting.source = arriving.source and event_id = id");
            let found = look.build_query_as().persistent(chunk.len() == CHUNK);
            let found: Vec<(i64, String)> = found.fetch_all(&mut *tx).await.map_err(sql(doing))?;
            for (place, event) in found {
                let id = usize::try_from(place).ok().and_then(|place| chunk.get(place));
                there.entry(*id.expect("the place is one that was asked for")).or_default().insert(event.into());
            }
        }
        let mut known = Vec::with_capacity(events.len());
        let mut fresh = Vec::with_capacity(events.len());
        for row @ (source, id, event) in events {
            let before = there.entry((source, id)).or_default();
            known.push(!before.is_empty());
            if before.insert(event.into()) {
                fresh.push(row);
            }
        }
        for chunk in fresh.chunks(CHUNK) {
            let mut insert = QueryBuilder::<Sqlite>::new("insert into deskgauge_inbox(source, event_id, event) ");
            insert.push_values(chunk, |mut row, (source, id, event)| {
                row.push_bind(source).push_bind(id).push_bind(event);
            });
            insert.build().persistent(chunk.len() == CHUNK).execute(&mut *tx).await.map_err(sql(doing))?;
        }
        tx.commit().await.map_err(sql(doing))?;
        Ok(known)
    }

    /// The rows of the inbox after a number, at most `limit`, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn inbox_after(&self, n: i64, limit: i64) -> Result<Vec<InboxRow>> {
        let rows: Vec<(i64, String)> = sqlx::query_as("select n, event from deskgauge_inbox where n > ? order by n limit ?")
            .bind(n)
            .bind(limit)
            .fetch_all(self.pool())
            .await
            .map_err(sql("read the inbox"))?;
        Ok(rows.into_iter().map(|(n, event)| InboxRow { n, event }).collect())
    }

    /// The numbers of the inbox's first and last row; `None` where nothing waits.
    ///
    /// # Errors
    /// The database's.
    pub async fn inbox_span(&self) -> Result<Option<(i64, i64)>> {
        let (first, last): (Option<i64>, Option<i64>) =
            sqlx::query_as("select (select min(n) from deskgauge_inbox), (select max(n) from deskgauge_inbox)")
                .fetch_one(self.pool())
                .await
                .map_err(sql("look into the inbox"))?;
        Ok(first.zip(last))
    }

    /// The oldest rows of the inbox, at most `limit`.
    ///
    /// # Errors
    /// The database's.
    pub async fn inbox(&self, limit: i64) -> Result<Vec<InboxRow>> {
        self.inbox_after(i64::MIN, limit).await
    }

    /// How many events wait in the inbox.
    ///
    /// # Errors
    /// The database's.
    pub async fn inbox_count(&self) -> Result<u64> {
        let count: i64 = sqlx::query_scalar("select count(*) from deskgauge_inbox")
            .fetch_one(self.pool())
            .await
            .map_err(sql("count the inbox"))?;
        Ok(count.unsigned_abs())
    }
}

/// Removes the rows up to a number, in the commit that holds their events.
///
/// # Errors
/// The database's.
pub async fn clear_inbox(connection: &mut SqliteConnection, up_to: i64) -> Result<()> {
    sqlx::query("delete from deskgauge_inbox where n <= ?")
        .bind(up_to)
        .execute(connection)
        .await
        .map_err(sql("clear the inbox"))?;
    Ok(())
}
