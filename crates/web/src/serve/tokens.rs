//! Making tokens and invitations: the secret is told once, and only its hash is kept.

use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_engine::people::{People, PeopleError, Role, Scope};

use super::secret;
use crate::failure::{Failure, Outcome, exit};

/// For how many seconds an invitation holds.
pub const INVITATION: i64 = 7 * 86_400;
/// What tokens begin with, so that a search for lost secrets finds them.
const PREFIX: &str = "dg_";

/// Makes a token. Answers its number and its secret.
///
/// # Errors
/// The database's.
pub async fn add(people: &People, name: &str, scopes: &[Scope], now: i64) -> Outcome<(i64, String)> {
    let secret = format!("{PREFIX}{}", secret::make());
    let id = people.add_token(name, &secret::hash(&secret), scopes, now).await.map_err(failure)?;
    Ok((id, secret))
}

/// Invites somebody to a role. Answers the path of the link, which works once.
///
/// # Errors
/// The database's.
pub async fn invite(people: &People, role: Role, now: i64) -> Outcome<String> {
    let key = secret::make();
    people.invite(&secret::hash(&key), role, now + INVITATION).await.map_err(failure)?;
    Ok(format!("/join?key={key}"))
}

/// The failure of an error of people.
pub fn failure(error: PeopleError) -> Failure {
    let (exit, code) = match error {
        PeopleError::NameTaken(_) => (exit::USAGE, "name-taken"),
        PeopleError::Unknown(_) | PeopleError::Sql { .. } => (exit::STATE, "people"),
    };
    Failure::new(exit, Diagnostic::error(code, error.to_string()))
}
