//! Views that people save, and links that show one view to others.
//!
//! What is kept of a view is its address, so that a saved view is never older than the data. A link shows its one page to whoever has
//! it, without the ways that lead on from there, and only until it ends or is revoked.

use askama::Template;
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use deskgauge_core::facts::At;
use deskgauge_engine::people::{Person, Share};

use super::page;
use super::shell::{Shell, Words};
use crate::forms::value;
use crate::serve::gate::Visit;
use crate::serve::identity::{Right, Who};
use crate::serve::problem::Refusal;
use crate::serve::{pages, reply, secret};

/// Pages that can be kept as a view.
pub(super) const KEPT: [&str; 8] = ["/overview", "/volume", "/speed", "/sla", "/quality", "/agents", "/conversions", "/tickets"];
/// The last of them lists rows, which no link shows.
const SHOWN: usize = KEPT.len() - 1;
/// Days for which a link may work.
pub(super) const DAYS: [i64; 4] = [1, 7, 30, 365];
/// Most letters of a name.
const LETTERS: usize = 200;
const DAY: i64 = 86_400;

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
}

#[derive(Template)]
#[template(path = "views.html")]
struct Views {
    shell: Shell,
    views: Vec<Kept>,
    links: Vec<Link>,
    may_share: bool,
    /// A link that was just made: it is shown this once.
    made: Option<String>,
}

/// The list of views and links.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    list(&visit, None).await
}

async fn list(visit: &Visit, made: Option<String>) -> Result<Response, Refusal> {
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

/// Makes a link to a view.
pub(in crate::serve) async fn make_link(visit: Visit) -> Result<Response, Refusal> {
    let name = named(&visit, "name")?;
    let (path, query) = place(&visit, &KEPT[..SHOWN])?;
    let days = visit.number("days")?;
    if !DAYS.contains(&days) {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "bad-value", format!("`{days}` is no number of days"), ""));
    }
    let (key, now) = (secret::make(), visit.desk.now().0);
    let share = Share {
        id: 0,
        name: name.clone(),
        path: path.to_owned(),
        query: query.to_owned(),
        who: visit.who.name(),
        ends_at: now + days * DAY,
    };
    visit.desk.people.add_share(&secret::hash(&key), &share, now).await?;
    visit.note("link-made", &name).await?;
    list(&visit, Some(visit.absolute(&format!("/shared/{key}")))).await
}

/// Lets a link work no more.
pub(in crate::serve) async fn revoke(visit: Visit) -> Result<Response, Refusal> {
    let id = visit.number("id")?;
    if !visit.desk.people.revoke_share(id, visit.desk.now().0).await? {
        return Err(Refusal::nothing("such link"));
    }
    visit.note("link-revoked", &id.to_string()).await?;
    Ok(reply::see("/views"))
}

/// Shows the one view of a link, to whoever has it.
pub(in crate::serve) async fn shared(visit: Visit) -> Result<Response, Refusal> {
    let share = visit.desk.people.share(&secret::hash(visit.place("key")), visit.desk.now().0).await?;
    let Some(share) = share else { return Err(Refusal::nothing("such view: the link has ended or was revoked")) };
    let query = form_urlencoded::parse(share.query.as_bytes()).into_owned().collect();
    let inner = visit.guest(format!("{}?{}", share.path, share.query), query);
    let response = match share.path.as_str() {
        "/overview" => pages::overview::show(inner).await?,
        path if KEPT[..SHOWN].contains(&path) => pages::area::show(inner).await?,
        _ => return Err(Refusal::nothing("such page any more")),
    };
    Ok(reply::with(response, HeaderName::from_static("x-robots-tag"), "noindex"))
}
