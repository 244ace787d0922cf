//! Accounts at a provider of OpenID Connect, each linked to a person by what never changes: the issuer and the subject.
//!
//! Whether a provider can be believed, and what it said, has been decided before anything comes here. An address makes the first link
//! only; later it may change, or become somebody else's, and nobody becomes another person by that.

use sqlx::SqliteConnection;

use super::{People, Person, Result, Role, folded, person, sql};

pub(super) const DDL: &str = "
create table if not exists deskgauge_identity(
    issuer text not null, subject text not null, person integer not null, made_at integer not null, primary key (issuer, subject));
create index if not exists deskgauge_identity_person on deskgauge_identity(person);
";

/// An account as its provider names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity<'i> {
    /// The provider.
    pub issuer: &'i str,
    /// The account: unique at the provider, for ever.
    pub subject: &'i str,
    /// An address that the provider has confirmed.
    pub email: &'i str,
}

/// What the account gives a right to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entitled<'i> {
    /// The role; `None`: whatever they have here.
    pub role: Option<Role>,
    /// The agent of the data who they are; `None`: whoever they are here.
    pub agent: Option<&'i str>,
    /// The role with which they are taken in where nobody knows them; `None`: they are not.
    pub new: Option<Role>,
}

/// How somebody came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// They have come by this account before. What they are now, and whether their role is another than it was.
    Known(Person, bool),
    /// Somebody of that name was here, and is linked to the account now: it is their only way in.
    Linked(Person, bool),
    /// They were taken in.
    Made(Person),
    /// Nobody knows them, and nobody is taken in.
    Unknown,
    /// They were shut out.
    ShutOut,
    /// Somebody of that name is linked to another account of the same provider.
    Taken,
}

type Found = (i64, String, String, Option<String>, bool);

impl People {
    /// Lets somebody come by an account: as whom it is linked to, else as whoever has the address for a name, else as somebody new.
    ///
    /// # Errors
    /// The database's.
    pub async fn arrive(&self, identity: &Identity<'_>, entitled: &Entitled<'_>, now: i64) -> Result<Arrival> {
        let doing = "let somebody come by an account";
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(sql(doing))?;
        let arrival = arrive(&mut tx, identity, entitled, now).await?;
        tx.commit().await.map_err(sql(doing))?;
        Ok(arrival)
    }
}

async fn arrive(
    connection: &mut SqliteConnection,
    identity: &Identity<'_>,
    entitled: &Entitled<'_>,
    now: i64,
) -> Result<Arrival> {
    let known: Option<Found> = sqlx::query_as(
        "select p.id, p.name, p.role, p.agent, p.disabled from deskgauge_identity i join deskgauge_person p on p.id = i.person
         where i.issuer = ? and i.subject = ?",
    )
    .bind(identity.issuer)
    .bind(identity.subject)
    .fetch_optional(&mut *connection)
    .await
    .map_err(sql("find an account"))?;
    if let Some((id, name, role, agent, disabled)) = known {
        if disabled {
            return Ok(Arrival::ShutOut);
        }
        let (person, moved) = settle(connection, person((id, name, role, agent))?, entitled).await?;
        return Ok(Arrival::Known(person, moved));
    }
    let named: Option<Found> = sqlx::query_as("select id, name, role, agent, disabled from deskgauge_person where folded = ?")
        .bind(folded(identity.email))
        .fetch_optional(&mut *connection)
        .await
        .map_err(sql("find a person"))?;
    match (named, entitled.new) {
        (Some((_, _, _, _, true)), _) => Ok(Arrival::ShutOut),
        (Some((id, name, role, agent, false)), _) => {
            if is_linked(connection, identity.issuer, id).await? {
                return Ok(Arrival::Taken);
            }
            link(connection, identity, id, now).await?;
            shut_other_ways(connection, id).await?;
            let (person, moved) = settle(connection, person((id, name, role, agent))?, entitled).await?;
            Ok(Arrival::Linked(person, moved))
        }
        (None, Some(role)) => {
            let id = add(connection, identity.email, role, entitled.agent, now).await?;
            let Some(id) = id else { return Ok(Arrival::Taken) };
            link(connection, identity, id, now).await?;
            let agent = entitled.agent.map(str::to_owned);
            Ok(Arrival::Made(Person { id, name: identity.email.to_owned(), role, agent }))
        }
        (None, None) => Ok(Arrival::Unknown),
    }
}

/// Adds a person without a password: no password fits the empty hash. `None`: the name is taken.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    name: &str,
    role: Role,
    agent: Option<&str>,
    now: i64,
) -> Result<Option<i64>> {
    let added = sqlx::query_scalar(
        "insert into deskgauge_person(name, folded, password, role, agent, made_at) values (?, ?, '', ?, ?, ?)
         on conflict(folded) do nothing returning id",
    );
    let added = added.bind(name).bind(folded(name)).bind(role.name()).bind(agent).bind(now);
    added.fetch_optional(connection).await.map_err(sql("take in a person"))
}

async fn is_linked(connection: &mut SqliteConnection, issuer: &str, id: i64) -> Result<bool> {
    sqlx::query_scalar("select exists(select 1 from deskgauge_identity where issuer = ? and person = ?)")
        .bind(issuer)
        .bind(id)
        .fetch_one(connection)
        .await
        .map_err(sql("find an account"))
}

async fn link(connection: &mut SqliteConnection, identity: &Identity<'_>, id: i64, now: i64) -> Result<()> {
    sqlx::query("insert into deskgauge_identity(issuer, subject, person, made_at) values (?, ?, ?, ?)")
        .bind(identity.issuer)
        .bind(identity.subject)
        .bind(id)
        .bind(now)
        .execute(connection)
        .await
        .map_err(sql("link an account"))?;
    Ok(())
}

/// Takes the password and the sessions of somebody away who is linked now: anybody who was invited could have chosen that address for a
/// name, to be in the account still when its owner comes.
async fn shut_other_ways(connection: &mut SqliteConnection, id: i64) -> Result<()> {
    for statement in ["update deskgauge_person set password = '' where id = ?", "delete from deskgauge_session where person = ?"]
    {
        sqlx::query(statement).bind(id).execute(&mut *connection).await.map_err(sql("link an account"))?;
    }
    Ok(())
}

/// Gives somebody what they are entitled to. The last administrator stays one: a workspace always has an administrator.
async fn settle(connection: &mut SqliteConnection, person: Person, entitled: &Entitled<'_>) -> Result<(Person, bool)> {
    let mut wanted = entitled.role.unwrap_or(person.role);
    if person.role == Role::Administrator && wanted != Role::Administrator {
        let others: i64 =
            sqlx::query_scalar("select count(*) from deskgauge_person where role = 'administrator' and disabled = 0 and id <> ?")
                .bind(person.id)
                .fetch_one(&mut *connection)
                .await
                .map_err(sql("count administrators"))?;
        if others == 0 {
            wanted = Role::Administrator;
        }
    }
    let agent = entitled.agent.map_or_else(|| person.agent.clone(), |agent| Some(agent.to_owned()));
    let moved = wanted != person.role;
    if moved || agent != person.agent {
        sqlx::query("update deskgauge_person set role = ?, agent = ? where id = ?")
            .bind(wanted.name())
            .bind(agent.as_deref())
            .bind(person.id)
            .execute(connection)
            .await
            .map_err(sql("change a role"))?;
    }
    Ok((Person { role: wanted, agent, ..person }, moved))
}
