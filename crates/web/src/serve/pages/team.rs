//! People and tokens: who may do what, and what was done. Secrets are shown once, on the page that follows their making.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use deskgauge_core::facts::At;
use deskgauge_engine::people::{Role, Scope};

use super::page;
use super::shell::{Shell, Words};
use crate::failure::{Failure, exit};
use crate::forms::value;
use crate::serve::gate::Visit;
use crate::serve::identity::Who;
use crate::serve::problem::Refusal;
use crate::serve::{reply, tokens};

/// Lines of the log on the page.
const LOG: i64 = 100;

/// Somebody in the list.
struct Someone {
    id: i64,
    name: String,
    role: String,
    agent: String,
    roles: Vec<(String, String, bool)>,
    is_oneself: bool,
}

/// A token in the list.
struct Kept {
    id: i64,
    name: String,
    scopes: String,
    made: String,
}

#[derive(Template)]
#[template(path = "team.html")]
struct Team {
    shell: Shell,
    people: Vec<Someone>,
    tokens: Vec<Kept>,
    roles: Vec<(String, String)>,
    scopes: Vec<(String, String)>,
    log: Vec<[String; 5]>,
    /// A secret or a link that was just made: it is shown this once.
    made: Option<(String, String)>,
}

/// The page.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    list(&visit, None).await
}

async fn list(visit: &Visit, made: Option<(String, String)>) -> Result<Response, Refusal> {
    let words = Words(visit.language);
    let (people, zone) = (&visit.desk.people, &visit.desk.rules.workspace.time_zone);
    let own = match &visit.who {
        Who::Person(person, _) => person.id,
        _ => 0,
    };
    let role = |role: Role| words.text(&format!("page-role-{}", role.name()));
    let someone = |person: deskgauge_engine::people::Person| Someone {
        roles: Role::ALL.iter().map(|own| (own.name().to_owned(), role(*own), *own == person.role)).collect(),
        id: person.id,
        role: role(person.role),
        agent: person.agent.unwrap_or_default(),
        is_oneself: person.id == own,
        name: person.name,
    };
    let kept = |token: deskgauge_engine::people::Token| Kept {
        id: token.id,
        name: token.name,
        scopes: token.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(", "),
        made: value::local(At(token.made_at), zone),
    };
    let noted =
        |line: deskgauge_engine::people::Noted| [value::local(At(line.at), zone), line.who, line.what, line.about, line.address];
    let shown = Team {
        shell: Shell::new(visit, words.text("page-team"), ""),
        people: people.list().await?.into_iter().map(someone).collect(),
        tokens: people.tokens().await?.into_iter().map(kept).collect(),
        roles: Role::ALL.iter().map(|own| (own.name().to_owned(), role(*own))).collect(),
        scopes: Scope::ALL.iter().map(|own| (own.name().to_owned(), words.text(&format!("page-scope-{}", own.name())))).collect(),
        log: people.audit(LOG).await?.into_iter().map(noted).collect(),
        made,
    };
    page(StatusCode::OK, &shown)
}

/// Makes an invitation.
pub(in crate::serve) async fn invite(visit: Visit) -> Result<Response, Refusal> {
    let role = parse(Role::parse(visit.field("role")))?;
    let path = tokens::invite(&visit.desk.people, role, visit.desk.now().0).await?;
    visit.note("invited", role.name()).await?;
    list(&visit, Some((Words(visit.language).text("page-made-link"), visit.absolute(&path)))).await
}

/// Gives somebody another role.
pub(in crate::serve) async fn change(visit: Visit) -> Result<Response, Refusal> {
    let (id, role) = (visit.number("id")?, parse(Role::parse(visit.field("role")))?);
    not_oneself(&visit, id)?;
    let agent = visit.field("agent").trim();
    if role == Role::Agent && agent.is_empty() {
        let problem = Words(visit.language).text("page-agent-missing");
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "missing-field", problem, ""));
    }
    visit.desk.people.set_role(id, role, Some(agent).filter(|agent| !agent.is_empty())).await?;
    visit.note("role-changed", &format!("{id} {}", role.name())).await?;
    Ok(reply::see("/settings/people"))
}

/// Shuts somebody out.
pub(in crate::serve) async fn remove(visit: Visit) -> Result<Response, Refusal> {
    let id = visit.number("id")?;
    not_oneself(&visit, id)?;
    visit.desk.people.disable(id).await?;
    visit.note("removed", &id.to_string()).await?;
    Ok(reply::see("/settings/people"))
}

/// Makes a token.
pub(in crate::serve) async fn add_token(visit: Visit) -> Result<Response, Refusal> {
    let name = visit.field("name").trim().to_owned();
    let words = visit.fields.iter().filter(|(name, _)| name == "scope").map(|(_, word)| word.as_str());
    let scopes = words.map(|word| parse(Scope::parse(word))).collect::<Result<Vec<Scope>, Refusal>>()?;
    if name.is_empty() || name.chars().count() > 100 || scopes.is_empty() {
        let message = Words(visit.language).text("page-token-incomplete");
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "missing-field", message, ""));
    }
    let (_, secret) = tokens::add(&visit.desk.people, &name, &scopes, visit.desk.now().0).await?;
    visit.note("token-made", &name).await?;
    list(&visit, Some((Words(visit.language).text("page-made-token"), secret))).await
}

/// Revokes a token.
pub(in crate::serve) async fn revoke(visit: Visit) -> Result<Response, Refusal> {
    let id = visit.number("id")?;
    if visit.desk.people.revoke_token(id, visit.desk.now().0).await? {
        visit.note("token-revoked", &id.to_string()).await?;
    }
    Ok(reply::see("/settings/people"))
}

/// Nobody locks themselves out: a workspace always has an administrator.
fn not_oneself(visit: &Visit, id: i64) -> Result<(), Refusal> {
    match &visit.who {
        Who::Person(person, _) if person.id == id => {
            let message = Words(visit.language).text("page-oneself");
            Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "oneself", message, ""))
        }
        _ => Ok(()),
    }
}

fn parse<T>(word: Result<T, String>) -> Result<T, Refusal> {
    word.map_err(|told| Failure::new(exit::USAGE, deskgauge_core::diagnostic::Diagnostic::error("unknown-word", told)).into())
}
