//! Sessions: somebody who has signed in, by the hash of what their browser holds.

use super::{People, Person, Result, Row, person, sql};

/// A session that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub person: Person,
    /// What every form of theirs must bring.
    pub form: String,
}

impl People {
    /// Begins a session of a person, by the hash of its secret. Those that are over go.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin_session(&self, person: i64, hash: &[u8], form: &str, now: i64, ends_at: i64) -> Result<()> {
        let doing = "begin a session";
        sqlx::query("delete from deskgauge_session where ends_at <= ?")
            .bind(now)
            .execute(&self.pool)
            .await
            .map_err(sql(doing))?;
        sqlx::query("insert into deskgauge_session values (?, ?, ?, ?, ?)")
            .bind(hash)
            .bind(person)
            .bind(form)
            .bind(now)
            .bind(ends_at)
            .execute(&self.pool)
            .await
            .map_err(sql(doing))?;
        Ok(())
    }

    /// The session of that hash, if it goes on and its person may still sign in.
    ///
    /// # Errors
    /// The database's.
    pub async fn session(&self, hash: &[u8], now: i64) -> Result<Option<Session>> {
        let found: Option<(i64, String, String, Option<String>, String)> = sqlx::query_as(
            "select p.id, p.name, p.role, p.agent, s.form from deskgauge_session s join deskgauge_person p on p.id = s.person
             where s.hash = ? and s.ends_at > ? and p.disabled = 0",
        )
        .bind(hash)
        .bind(now)
        .fetch_optional(&self.pool)
        .await
        .map_err(sql("find a session"))?;
        let session = |(id, name, role, agent, form): (i64, String, String, Option<String>, String)| {
            let row: Row = (id, name, role, agent);
            Ok(Session { person: person(row)?, form })
        };
        found.map(session).transpose()
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_session(&self, hash: &[u8]) -> Result<()> {
        sqlx::query("delete from deskgauge_session where hash = ?")
            .bind(hash)
            .execute(&self.pool)
            .await
            .map_err(sql("end a session"))?;
        Ok(())
    }

    /// Ends all sessions.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_sessions(&self) -> Result<()> {
        sqlx::query("delete from deskgauge_session").execute(&self.pool).await.map_err(sql("end all sessions"))?;
        Ok(())
    }
}
