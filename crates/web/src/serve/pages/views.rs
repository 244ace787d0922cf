//! Views that people save, and the list of them and of the links that show one view to others.
//!
//! What is kept of a view is its address, so that a saved view is never older than the data. What a link shows is told elsewhere.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use deskgauge_core::facts::At;
use deskgauge_engine::people::{Person, Share};

use super::links::Made;
use super::page;
use super::shell::{Shell, Words};
use crate::forms::value;
use crate::serve::gate::Visit;
use crate::serve::identity::{Right, Who};
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// Pages that can be kept as a view.
pub(super) const KEPT: [&str; 8] = ["/overview", "/volume", "/speed", "/sla", "/quality", "/agents", "/conversions", "/tickets"];
/// The last of them lists rows, which no link shows.
pub(super) const SHOWN: usize = KEPT.len() - 1;
/// Days for which a link may work.
pub(super) const DAYS: [i64; 4] = [1, 7, 30, 365];
/// Most letters of a name.
const LETTERS: usize = 200;

/// A view in a list.
pub(super) struct Kept {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) href: String,
    pub(super) shared: bool,
    pub(super) may_remove: bool,
}

/// What a page offers of keeping it.
pub(super) struct Keeping {
    pub(super) path: String,
    pub(super) query: String,
    pub(super) views: Vec<Kept>,
    pub(super) may_keep: bool,
    pub(super) may_share: bool,
    pub(super) days: Vec<(i64, String)>,
}

impl Keeping {
    /// Of a page, whose filters are in `query`.
    pub(super) async fn of(visit: &Visit, query: String) -> Result<Self, Refusal> {
        let words = Words(visit.language);
        let path = visit.path.split('?').next().unwrap_or_default().to_owned();
        let may_share = Right::Change.allows(&visit.who) && KEPT[..SHOWN].contains(&path.as_str());
        let views = match person(visit) {
            Some(person) => kept(visit, person).await?,
            None => Vec::new(),
        };
        let days = DAYS.iter().map(|days| (*days, words.counted("share-days", *days)));
        Ok(Self { path, query, views, may_keep: person(visit).is_some(), may_share, days: days.collect() })
    }
}

fn person(visit: &Visit) -> Option<&Person> {
    match &visit.who {
        Who::Person(person, _) => Some(person),
        _ => None,
    }
}

async fn kept(visit: &Visit, person: &Person) -> Result<Vec<Kept>, Refusal> {
    let looks_after = Right::Change.allows(&visit.who);
    let views = visit.desk.people.views(person.id).await?;
    let kept = |view: deskgauge_engine::people::View| Kept {
        id: view.id,
        href: if view.query.is_empty() { view.path.clone() } else { format!("{}?{}", view.path, view.query) },
        may_remove: view.person == person.id || looks_after,
        shared: view.shared,
        name: view.name,
    };
    Ok(views.into_iter().map(kept).collect())
}

/// A link in the list.
struct Link {
    id: i64,
    name: String,
    href: String,
    who: String,
    ends: String,
    /// How it is guarded, in words.
    guards: String,
}

#[derive(Template)]
#[template(path = "views.html")]
struct Views {
    shell: Shell,
    views: Vec<Kept>,
    links: Vec<Link>,
    may_share: bool,
    made: Option<Made>,
}

/// The list of views and links.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    list(&visit, None).await
}

/// The same with a link that was just made.
pub(super) async fn list(visit: &Visit, made: Option<Made>) -> Result<Response, Refusal> {
    let words = Words(visit.language);
    let may_share = Right::Change.allows(&visit.who);
    let zone = &visit.desk.rules.workspace.time_zone;
    let views = match person(visit) {
        Some(person) => kept(visit, person).await?,
        None => Vec::new(),
    };
    let shares = if may_share { visit.desk.people.shares(visit.desk.now().0).await? } else { Vec::new() };
    let link = |share: Share| Link {
        id: share.id,
        href: format!("{}?{}", share.path, share.query),
        ends: value::local(At(share.ends_at), zone),
        guards: {
            let guards = [(share.password.is_some(), "share-guard-password"), (share.nameless, "share-nameless")];
            let own = guards.into_iter().filter(|(is_set, _)| *is_set).map(|(_, key)| words.text(key));
            crate::locale::list(visit.language, &own.collect::<Vec<_>>())
        },
        name: share.name,
        who: share.who,
    };
    let links = shares.into_iter().map(link).collect();
    page(StatusCode::OK, &Views { shell: Shell::new(visit, words.text("page-views"), ""), views, links, may_share, made })
}

/// The name that a form gives.
pub(super) fn named(visit: &Visit, field: &str) -> Result<String, Refusal> {
    let name = visit.field(field).trim();
    if name.is_empty() || name.chars().count() > LETTERS || name.chars().any(char::is_control) {
        let told = Words(visit.language).text("view-name-missing");
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "missing-field", told, ""));
    }
    Ok(name.to_owned())
}

/// The page and the query that a form names; only pages that can be kept.
pub(super) fn place<'v>(visit: &'v Visit, pages: &[&str]) -> Result<(&'v str, &'v str), Refusal> {
    let (path, query) = (visit.field("path"), visit.field("query"));
    let plain = query.len() <= 4000 && !query.chars().any(char::is_control);
    if !pages.contains(&path) || !plain {
        return Err(Refusal::nothing("such page to keep"));
    }
    Ok((path, query))
}

/// Saves a view.
pub(in crate::serve) async fn save(visit: Visit) -> Result<Response, Refusal> {
    let Some(person) = person(&visit) else { return Err(Refusal::nothing("such person")) };
    let name = named(&visit, "name")?;
    let place = place(&visit, &KEPT)?;
    let shared = visit.field("shared") == "1" && Right::Change.allows(&visit.who);
    visit.desk.people.save_view(&name, person.id, shared, place, visit.desk.now().0).await?;
    if shared {
        visit.note("view-shared", &name).await?;
    }
    Ok(reply::see(&format!("{}?{}", place.0, place.1)))
}

/// Removes a view.
pub(in crate::serve) async fn remove(visit: Visit) -> Result<Response, Refusal> {
    let (Some(person), id) = (person(&visit), visit.number("id")?) else { return Err(Refusal::nothing("such person")) };
    if !visit.desk.people.remove_view(id, person.id, Right::Change.allows(&visit.who)).await? {
        return Err(Refusal::nothing("such view of yours"));
    }
    visit.note("view-removed", &id.to_string()).await?;
    Ok(reply::see("/views"))
}
