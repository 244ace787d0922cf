//! Tokens: what programs show instead of signing in, each for what it is needed for only.

use super::{People, PeopleError, Result, sql, unknown};

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Ask questions.
    Read,
    /// Send events.
    Ingest,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 2] = [Self::Read, Self::Ingest];

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Ingest => "ingest",
        }
    }

    /// The scope of that word.
    ///
    /// # Errors
    /// A sentence with the near word.
    pub fn parse(word: &str) -> std::result::Result<Self, String> {
        let named = |scope: &Self| scope.name() == word;
        Self::ALL.into_iter().find(named).ok_or_else(|| unknown("scope", word, Self::ALL.map(Self::name)))
    }
}

/// A token, without its secret, which is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// What it was called when it was made.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made, in seconds.
    pub made_at: i64,
}

type Row = (i64, String, String, i64);

impl People {
    /// Takes in a token by the hash of its secret. Answers its number.
    ///
    /// # Errors
    /// The database's.
    pub async fn add_token(&self, name: &str, hash: &[u8], scopes: &[Scope], now: i64) -> Result<i64> {
        let scopes: Vec<&str> = scopes.iter().map(|scope| scope.name()).collect();
        sqlx::query_scalar("insert into deskgauge_token(name, hash, scopes, made_at) values (?, ?, ?, ?) returning id")
            .bind(name)
            .bind(hash)
            .bind(scopes.join(" "))
            .bind(now)
            .fetch_one(&self.pool)
            .await
            .map_err(sql("make a token"))
    }

    /// The token of that hash, unless it was revoked.
    ///
    /// # Errors
    /// The database's.
    pub async fn token(&self, hash: &[u8]) -> Result<Option<Token>> {
        let found: Option<Row> =
            sqlx::query_as("select id, name, scopes, made_at from deskgauge_token where hash = ? and revoked_at is null")
                .bind(hash)
                .fetch_optional(&self.pool)
                .await
                .map_err(sql("find a token"))?;
        found.map(token).transpose()
    }

    /// All tokens that hold.
    ///
    /// # Errors
    /// The database's.
    pub async fn tokens(&self) -> Result<Vec<Token>> {
        let rows: Vec<Row> =
            sqlx::query_as("select id, name, scopes, made_at from deskgauge_token where revoked_at is null order by id")
                .fetch_all(&self.pool)
                .await
                .map_err(sql("list tokens"))?;
        rows.into_iter().map(token).collect()
    }

    /// Revokes a token. False: there is none of that number, or it was revoked before.
    ///
    /// # Errors
    /// The database's.
    pub async fn revoke_token(&self, id: i64, now: i64) -> Result<bool> {
        let done = sqlx::query("update deskgauge_token set revoked_at = ? where id = ? and revoked_at is null")
            .bind(now)
            .bind(id)
            .execute(&self.pool)
            .await
            .map_err(sql("revoke a token"))?;
        Ok(done.rows_affected() > 0)
    }
}

fn token((id, name, scopes, made_at): Row) -> Result<Token> {
    let scopes: std::result::Result<Vec<Scope>, String> = scopes.split_whitespace().map(Scope::parse).collect();
    Ok(Token { id, name, scopes: scopes.map_err(PeopleError::Unknown)?, made_at })
}
