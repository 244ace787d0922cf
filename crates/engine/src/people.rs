//! Who may use a workspace's service: people with roles, their sessions, their accounts elsewhere, tokens of programs, invitations, what
//! they keep of pages, and the log of what was done.
//!
//! They live in the workspace's database beside the lake's catalogue, in tables of their own, and change without a snapshot. Secrets come
//! in as hashes only: what is stored here opens no door. No clock and no randomness is read here; instants are seconds since 1970.

mod identities;
mod keepsakes;
mod sessions;
mod tokens;

use deskgauge_core::diagnostic::near_name;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqlitePool;
use thiserror::Error;

pub use identities::{Arrival, Entitled, Identity};
pub use keepsakes::{DayNote, Share, View};
pub use sessions::Session;
pub use tokens::{Scope, Token};

use crate::lake::{Lake, LakeError, Tells};

const DDL: &str = "
create table if not exists deskgauge_person(
    id integer primary key autoincrement, name text not null, folded text not null unique, password text not null,
    role text not null, agent text, made_at integer not null, disabled integer not null default 0);
create table if not exists deskgauge_invitation(hash blob primary key, role text not null, ends_at integer not null);
create table if not exists deskgauge_session(
    hash blob primary key, person integer not null, form text not null, made_at integer not null, ends_at integer not null);
create index if not exists deskgauge_session_person on deskgauge_session(person);
create table if not exists deskgauge_token(
    id integer primary key autoincrement, name text not null, hash blob not null unique, scopes text not null,
    made_at integer not null, revoked_at integer);
create table if not exists deskgauge_audit(
    n integer primary key autoincrement, at integer not null, who text not null, what text not null, about text not null,
    address text not null);
";

/// What people may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Sees all numbers.
    Viewer,
    /// Sees their own numbers.
    Agent,
    /// Sees all numbers, and changes what a team shares.
    Lead,
    /// Does everything, and says who may do what.
    Administrator,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Agent, Self::Lead, Self::Administrator];

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Agent => "agent",
            Self::Lead => "lead",
            Self::Administrator => "administrator",
        }
    }

    /// The role of that word.
    ///
    /// # Errors
    /// A sentence with the near word.
    pub fn parse(word: &str) -> std::result::Result<Self, String> {
        Self::ALL.into_iter().find(|role| role.name() == word).ok_or_else(|| unknown("role", word, Self::ALL.map(Self::name)))
    }
}

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their number.
    pub id: i64,
    /// The name that they sign in with.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The agent of the data who they are, of agents.
    pub agent: Option<String>,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// When, in seconds.
    pub at: i64,
    /// Who did it.
    pub who: String,
    /// What, as a word.
    pub what: String,
    /// To what or whom.
    pub about: String,
    /// From where.
    pub address: String,
}

/// What can go wrong.
#[derive(Debug, Error)]
pub enum PeopleError {
    /// The name is taken.
    #[error("there is somebody called {0} already: choose another name")]
    NameTaken(String),
    /// What is stored does not read.
    #[error("the database holds a record that this program does not know: {0}")]
    Unknown(String),
    /// The database's own error.
    #[error("could not {doing}: the workspace's database says {source}")]
    Sql {
        /// What was tried, as a verb phrase.
        doing: &'static str,
        /// The database's own error.
        source: sqlx::Error,
    },
}

type Result<T> = std::result::Result<T, PeopleError>;

/// The people of a workspace.
#[derive(Debug, Clone)]
pub struct People {
    pool: SqlitePool,
}

type Row = (i64, String, String, Option<String>);

impl People {
    /// The people of a lake's workspace; makes their tables where there are none.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(lake: &Lake) -> Result<Self> {
        let pool = lake.pool().clone();
        for ddl in [DDL, identities::DDL, keepsakes::DDL] {
            sqlx::raw_sql(ddl).execute(&pool).await.map_err(sql("make the tables of people"))?;
        }
        Ok(Self { pool })
    }

    /// How many there are.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self) -> Result<i64> {
        sqlx::query_scalar("select count(*) from deskgauge_person where disabled = 0")
            .fetch_one(&self.pool)
            .await
            .map_err(sql("count people"))
    }

    /// All who may sign in, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(&self) -> Result<Vec<Person>> {
        let rows: Vec<Row> =
            sqlx::query_as("select id, name, role, agent from deskgauge_person where disabled = 0 order by folded")
                .fetch_all(&self.pool)
                .await
                .map_err(sql("list people"))?;
        rows.into_iter().map(person).collect()
    }

    /// The person of that name, with the hash of their password.
    ///
    /// # Errors
    /// The database's.
    pub async fn find(&self, name: &str) -> Result<Option<(Person, String)>> {
        let found: Option<(i64, String, String, Option<String>, String)> =
            sqlx::query_as("select id, name, role, agent, password from deskgauge_person where folded = ? and disabled = 0")
                .bind(folded(name))
                .fetch_optional(&self.pool)
                .await
                .map_err(sql("find a person"))?;
        found.map(|(id, name, role, agent, password)| Ok((person((id, name, role, agent))?, password))).transpose()
    }

    /// Lets whoever has the secret of that hash join, once, before `ends_at`.
    ///
    /// # Errors
    /// The database's.
    pub async fn invite(&self, hash: &[u8], role: Role, ends_at: i64) -> Result<()> {
        sqlx::query("insert into deskgauge_invitation values (?, ?, ?)")
            .bind(hash)
            .bind(role.name())
            .bind(ends_at)
            .execute(&self.pool)
            .await
            .map_err(sql("invite"))?;
        Ok(())
    }

    /// Takes back all invitations to a role.
    ///
    /// # Errors
    /// The database's.
    pub async fn uninvite(&self, role: Role) -> Result<()> {
        sqlx::query("delete from deskgauge_invitation where role = ?")
            .bind(role.name())
            .execute(&self.pool)
            .await
            .map_err(sql("take invitations back"))?;
        Ok(())
    }

    /// To which role that hash invites, if it still does.
    ///
    /// # Errors
    /// The database's.
    pub async fn invited(&self, hash: &[u8], now: i64) -> Result<Option<Role>> {
        let role: Option<String> = sqlx::query_scalar("select role from deskgauge_invitation where hash = ? and ends_at > ?")
            .bind(hash)
            .bind(now)
            .fetch_optional(&self.pool)
            .await
            .map_err(sql("look for an invitation"))?;
        role.map(|role| Role::parse(&role).map_err(PeopleError::Unknown)).transpose()
    }

    /// Makes a person of an invitation, which is used up by that. `None`: there is no such invitation any more.
    ///
    /// # Errors
    /// The name is taken; the database's.
    pub async fn join(&self, hash: &[u8], name: &str, password: &str, now: i64) -> Result<Option<Person>> {
        let doing = "take in a person";
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(sql(doing))?;
        let role: Option<String> =
            sqlx::query_scalar("delete from deskgauge_invitation where hash = ? and ends_at > ? returning role")
                .bind(hash)
                .bind(now)
                .fetch_optional(&mut *tx)
                .await
                .map_err(sql(doing))?;
        let Some(role) = role else { return Ok(None) };
        let added = sqlx::query_scalar(
            "insert into deskgauge_person(name, folded, password, role, made_at) values (?, ?, ?, ?, ?)
             on conflict(folded) do nothing returning id",
        );
        let id: Option<i64> = added
            .bind(name)
            .bind(folded(name))
            .bind(password)
            .bind(&role)
            .bind(now)
            .fetch_optional(&mut *tx)
            .await
            .map_err(sql(doing))?;
        let Some(id) = id else { return Err(PeopleError::NameTaken(name.to_owned())) };
        tx.commit().await.map_err(sql(doing))?;
        person((id, name.to_owned(), role, None)).map(Some)
    }

    /// Takes somebody in who has no password here, since a provider says who they are.
    ///
    /// # Errors
    /// The name is taken; the database's.
    pub async fn add(&self, name: &str, role: Role, agent: Option<&str>, now: i64) -> Result<Person> {
        let mut connection = self.pool.acquire().await.map_err(sql("take in a person"))?;
        let id = identities::add(&mut connection, name, role, agent, now).await?;
        let id = id.ok_or_else(|| PeopleError::NameTaken(name.to_owned()))?;
        Ok(Person { id, name: name.to_owned(), role, agent: agent.map(str::to_owned) })
    }

    /// Gives a person another role, and says which agent of the data they are.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_role(&self, id: i64, role: Role, agent: Option<&str>) -> Result<()> {
        sqlx::query("update deskgauge_person set role = ?, agent = ? where id = ?")
            .bind(role.name())
            .bind(agent)
            .bind(id)
            .execute(&self.pool)
            .await
            .map_err(sql("change a role"))?;
        Ok(())
    }

    /// Shuts a person out: no sign-in, and no session of theirs any more. Their name stays taken, because the log names them.
    ///
    /// # Errors
    /// The database's.
    pub async fn disable(&self, id: i64) -> Result<()> {
        let doing = "shut a person out";
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(sql(doing))?;
        for statement in
            ["update deskgauge_person set disabled = 1 where id = ?", "delete from deskgauge_session where person = ?"]
        {
            sqlx::query(statement).bind(id).execute(&mut *tx).await.map_err(sql(doing))?;
        }
        tx.commit().await.map_err(sql(doing))
    }

    /// Writes down what was done.
    ///
    /// # Errors
    /// The database's.
    pub async fn note(&self, at: i64, who: &str, what: &str, about: &str, address: &str) -> Result<()> {
        sqlx::query("insert into deskgauge_audit(at, who, what, about, address) values (?, ?, ?, ?, ?)")
            .bind(at)
            .bind(who)
            .bind(what)
            .bind(about)
            .bind(address)
            .execute(&self.pool)
            .await
            .map_err(sql("write the log"))?;
        Ok(())
    }

    /// What was done last, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn audit(&self, limit: i64) -> Result<Vec<Noted>> {
        let rows: Vec<(i64, String, String, String, String)> =
            sqlx::query_as("select at, who, what, about, address from deskgauge_audit order by n desc limit ?")
                .bind(limit)
                .fetch_all(&self.pool)
                .await
                .map_err(sql("read the log"))?;
        Ok(rows.into_iter().map(|(at, who, what, about, address)| Noted { at, who, what, about, address }).collect())
    }
}

/// Takes what lines of the log are about away where it tells of somebody who is forgotten, in the commit that forgets them.
pub(crate) async fn hush(connection: &mut SqliteConnection, tells: &Tells<'_>) -> std::result::Result<(), LakeError> {
    let sql = |source| LakeError::Sql { doing: "go through the log", source };
    let there: bool = sqlx::query_scalar("select exists(select 1 from sqlite_master where name = 'deskgauge_audit')")
        .fetch_one(&mut *connection)
        .await
        .map_err(sql)?;
    if !there {
        return Ok(());
    }
    let rows: Vec<(i64, String)> =
        sqlx::query_as("select n, about from deskgauge_audit").fetch_all(&mut *connection).await.map_err(sql)?;
    for (n, _) in rows.into_iter().filter(|(_, about)| tells(about)) {
        sqlx::query("update deskgauge_audit set about = '' where n = ?").bind(n).execute(&mut *connection).await.map_err(sql)?;
    }
    Ok(())
}

fn person((id, name, role, agent): Row) -> Result<Person> {
    Ok(Person { id, name, role: Role::parse(&role).map_err(PeopleError::Unknown)?, agent })
}

/// A name as it is compared: capitals do not make another person.
fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

fn unknown<const N: usize>(kind: &str, word: &str, words: [&'static str; N]) -> String {
    let near = near_name(word, words).map(|near| format!("did you mean `{near}`?"));
    format!("`{word}` is no {kind}: {}", near.unwrap_or_else(|| format!("it is one of {}", words.join(", "))))
}

fn sql(doing: &'static str) -> impl FnOnce(sqlx::Error) -> PeopleError {
    move |source| PeopleError::Sql { doing, source }
}
