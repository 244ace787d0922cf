//! Joining by an invitation: the first administrator by the link of the first start, everybody else by a link from one.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use deskgauge_engine::people::{PeopleError, Role};

use super::shell::{Shell, Words};
use super::{page, sign_in};
use crate::serve::gate::Visit;
use crate::serve::passwords::{self, LONGEST, SHORTEST};
use crate::serve::problem::Refusal;
use crate::serve::{reply, secret};

/// The most characters of a name.
const NAME: usize = 100;

#[derive(Template)]
#[template(path = "join.html")]
struct Join {
    shell: Shell,
    key: String,
    role: String,
    is_first: bool,
    name: String,
    /// What is wrong, by field.
    name_wrong: Option<String>,
    password_wrong: Option<String>,
    shortest: usize,
}

/// The page to join on.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let key = visit.asked("key").unwrap_or_default().to_owned();
    let role = invited(&visit, &key).await?;
    form(&visit, StatusCode::OK, key, role, String::new(), (None, None)).await
}

async fn invited(visit: &Visit, key: &str) -> Result<Role, Refusal> {
    let role = visit.desk.people.invited(&secret::hash(key), visit.desk.now().0).await?;
    role.ok_or_else(|| {
        let message = Words(visit.language).text("page-join-over");
        let hint = Words(visit.language).text("page-join-over-hint");
        Refusal::new(StatusCode::NOT_FOUND, "no-invitation", message, hint)
    })
}

async fn form(
    visit: &Visit,
    status: StatusCode,
    key: String,
    role: Role,
    name: String,
    (name_wrong, password_wrong): (Option<String>, Option<String>),
) -> Result<Response, Refusal> {
    let words = Words(visit.language);
    let mut shell = Shell::new(visit, words.text("page-join"), "");
    let cookie;
    (shell.proof.1, cookie) = match &visit.who {
        crate::serve::identity::Who::Person(_, own) => (own.clone(), None),
        _ => sign_in::proof(visit),
    };
    let is_first = visit.desk.people.count().await? == 0;
    let role = words.text(&format!("page-role-{}", role.name()));
    let shown = Join { shell, key, role, is_first, name, name_wrong, password_wrong, shortest: SHORTEST };
    let response = page(status, &shown)?;
    Ok(reply::giving(response, cookie))
}

/// Joins, and signs in.
pub(in crate::serve) async fn enter(visit: Visit) -> Result<Response, Refusal> {
    let key = visit.field("key").to_owned();
    let role = invited(&visit, &key).await?;
    let words = Words(visit.language);
    let (name, password) = (visit.field("name").trim().to_owned(), visit.field("password").to_owned());
    let named = !name.is_empty() && name.chars().count() <= NAME && !name.chars().any(char::is_control);
    let name_wrong = (!named).then(|| words.text("page-join-name-wrong"));
    let fits = password.chars().count() >= SHORTEST && password.len() <= LONGEST;
    let password_wrong = (!fits).then(|| words.with("page-join-password-wrong", "shortest", &SHORTEST.to_string()));
    if name_wrong.is_some() || password_wrong.is_some() {
        return form(&visit, StatusCode::UNPROCESSABLE_ENTITY, key, role, name, (name_wrong, password_wrong)).await;
    }
    let hash = passwords::make(password).await?;
    let now = visit.desk.now().0;
    let joined = match visit.desk.people.join(&secret::hash(&key), &name, &hash, now).await {
        Err(PeopleError::NameTaken(_)) => {
            let taken = Some(words.text("page-join-name-taken"));
            return form(&visit, StatusCode::UNPROCESSABLE_ENTITY, key, role, name, (taken, None)).await;
        }
        joined => joined?,
    };
    let Some(person) = joined else { return Err(Refusal::nothing("such invitation")) };
    visit.desk.people.note(now, &person.name, "joined", person.role.name(), &visit.address.to_string()).await?;
    sign_in::begin(&visit, person.id, "/overview").await
}
