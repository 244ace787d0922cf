//! What people keep of pages: views that they come back to, links that show one view to others, notes on days.
//!
//! A view is the address of a page; nothing of its numbers is stored. Links come in as the hashes of their secrets.

use super::{People, Result, sql};

pub(super) const DDL: &str = "
create table if not exists deskgauge_view(
    id integer primary key autoincrement, name text not null, person integer not null, shared integer not null, path text not null,
    query text not null, made_at integer not null);
create table if not exists deskgauge_share(
    id integer primary key autoincrement, hash blob not null unique, name text not null, path text not null, query text not null,
    who text not null, made_at integer not null, ends_at integer not null, revoked_at integer);
create table if not exists deskgauge_share_guard(share integer primary key, password text, nameless integer not null);
create table if not exists deskgauge_note(
    id integer primary key autoincrement, day text not null, text text not null, who text not null, made_at integer not null);
create index if not exists deskgauge_note_day on deskgauge_note(day);
";

/// A view that somebody saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its number.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// Whose it is.
    pub person: i64,
    /// Whether everybody sees it.
    pub shared: bool,
    /// The page.
    pub path: String,
    /// Its query.
    pub query: String,
}

/// A link that shows one view to whoever has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Its number.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// The page.
    pub path: String,
    /// Its query.
    pub query: String,
    /// Who made it.
    pub who: String,
    /// Until when it works, in seconds.
    pub ends_at: i64,
    /// The hash of the password that it asks for.
    pub password: Option<String>,
    /// Whether agents have no names on it.
    pub nameless: bool,
}

/// A note on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayNote {
    /// Its number.
    pub id: i64,
    /// The local day, such as 2026-03-01.
    pub day: String,
    /// What is to be known of it.
    pub text: String,
    /// Who wrote it.
    pub who: String,
}

type ViewRow = (i64, String, i64, bool, String, String);
type ShareRow = (i64, String, String, String, String, i64, Option<String>, bool);

/// Links with what guards them, of which older workspaces have nothing.
const SHARES: &str = "select id, name, path, query, who, ends_at, password, coalesce(nameless, 0)
    from deskgauge_share left join deskgauge_share_guard on share = id where revoked_at is null and ends_at > ?";

impl People {
    /// The views that a person sees: their own, and those that are shared, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn views(&self, person: i64) -> Result<Vec<View>> {
        let rows: Vec<ViewRow> = sqlx::query_as(
            "select id, name, person, shared, path, query from deskgauge_view where person = ? or shared order by lower(name), id",
        )
        .bind(person)
        .fetch_all(&self.pool)
        .await
        .map_err(sql("list views"))?;
        let view = |(id, name, person, shared, path, query)| View { id, name, person, shared, path, query };
        Ok(rows.into_iter().map(view).collect())
    }

    /// Saves a view. One of the same person and name is replaced.
    ///
    /// # Errors
    /// The database's.
    pub async fn save_view(&self, name: &str, person: i64, shared: bool, (path, query): (&str, &str), now: i64) -> Result<()> {
        let doing = "save a view";
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(sql(doing))?;
        sqlx::query("delete from deskgauge_view where person = ? and name = ?")
            .bind(person)
            .bind(name)
            .execute(&mut *tx)
            .await
            .map_err(sql(doing))?;
        sqlx::query("insert into deskgauge_view(name, person, shared, path, query, made_at) values (?, ?, ?, ?, ?, ?)")
            .bind(name)
            .bind(person)
            .bind(shared)
            .bind(path)
            .bind(query)
            .bind(now)
            .execute(&mut *tx)
            .await
            .map_err(sql(doing))?;
        tx.commit().await.map_err(sql(doing))
    }

    /// Removes a view; of others only those that are shared, and only for those who look after them. Whether there was one.
    ///
    /// # Errors
    /// The database's.
    pub async fn remove_view(&self, id: i64, person: i64, looks_after: bool) -> Result<bool> {
        let done = sqlx::query("delete from deskgauge_view where id = ? and (person = ? or (shared and ?))")
            .bind(id)
            .bind(person)
            .bind(looks_after)
            .execute(&self.pool)
            .await
            .map_err(sql("remove a view"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Lets whoever has the secret of that hash see a view, until `ends_at`.
    ///
    /// # Errors
    /// The database's.
    pub async fn add_share(&self, hash: &[u8], share: &Share, now: i64) -> Result<()> {
        let doing = "make a link";
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(sql(doing))?;
        let added = sqlx::query_scalar(
            "insert into deskgauge_share(hash, name, path, query, who, made_at, ends_at) values (?, ?, ?, ?, ?, ?, ?) returning id",
        );
        let id: i64 = added
            .bind(hash)
            .bind(&share.name)
            .bind(&share.path)
            .bind(&share.query)
            .bind(&share.who)
            .bind(now)
            .bind(share.ends_at)
            .fetch_one(&mut *tx)
            .await
            .map_err(sql(doing))?;
        sqlx::query("insert into deskgauge_share_guard(share, password, nameless) values (?, ?, ?)")
            .bind(id)
            .bind(&share.password)
            .bind(share.nameless)
            .execute(&mut *tx)
            .await
            .map_err(sql(doing))?;
        tx.commit().await.map_err(sql(doing))
    }

    /// What the secret of that hash shows, if it still does.
    ///
    /// # Errors
    /// The database's.
    pub async fn share(&self, hash: &[u8], now: i64) -> Result<Option<Share>> {
        let statement = format!("{SHARES} and hash = ?");
        let found = sqlx::query_as(sqlx::AssertSqlSafe(statement)).bind(now).bind(hash);
        let row: Option<ShareRow> = found.fetch_optional(&self.pool).await.map_err(sql("find a link"))?;
        Ok(row.map(share))
    }

    /// The links that still work, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn shares(&self, now: i64) -> Result<Vec<Share>> {
        let found = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SHARES} order by id desc"))).bind(now);
        let rows: Vec<ShareRow> = found.fetch_all(&self.pool).await.map_err(sql("list links"))?;
        Ok(rows.into_iter().map(share).collect())
    }

    /// Lets a link work no more. Whether it did.
    ///
    /// # Errors
    /// The database's.
    pub async fn revoke_share(&self, id: i64, now: i64) -> Result<bool> {
        let done = sqlx::query("update deskgauge_share set revoked_at = ? where id = ? and revoked_at is null")
            .bind(now)
            .bind(id)
            .execute(&self.pool)
            .await
            .map_err(sql("revoke a link"))?;
        Ok(done.rows_affected() > 0)
    }

    /// The notes on days from one on and before another, in their order.
    ///
    /// # Errors
    /// The database's.
    pub async fn day_notes(&self, from: &str, to: &str) -> Result<Vec<DayNote>> {
        let rows: Vec<(i64, String, String, String)> =
            sqlx::query_as("select id, day, text, who from deskgauge_note where day >= ? and day < ? order by day, id")
                .bind(from)
                .bind(to)
                .fetch_all(&self.pool)
                .await
                .map_err(sql("list notes"))?;
        Ok(rows.into_iter().map(|(id, day, text, who)| DayNote { id, day, text, who }).collect())
    }

    /// Writes a note on a day.
    ///
    /// # Errors
    /// The database's.
    pub async fn add_day_note(&self, day: &str, text: &str, who: &str, now: i64) -> Result<()> {
        sqlx::query("insert into deskgauge_note(day, text, who, made_at) values (?, ?, ?, ?)")
            .bind(day)
            .bind(text)
            .bind(who)
            .bind(now)
            .execute(&self.pool)
            .await
            .map_err(sql("write a note"))?;
        Ok(())
    }

    /// Removes a note. What it said, if there was one.
    ///
    /// # Errors
    /// The database's.
    pub async fn remove_day_note(&self, id: i64) -> Result<Option<String>> {
        sqlx::query_scalar("delete from deskgauge_note where id = ? returning day || ' ' || text")
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(sql("remove a note"))
    }
}

fn share((id, name, path, query, who, ends_at, password, nameless): ShareRow) -> Share {
    Share { id, name, path, query, who, ends_at, password, nameless }
}
