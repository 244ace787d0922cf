//! Links that show one view to whoever has them: by themselves, after a password, or in a page of others.
//!
//! A link shows its one page without the ways that lead on from there, and only until it ends or is revoked. Of its secret and its password
//! hashes are stored. Who has told the password gets a cookie that only this link's hash can make, so that nothing more is remembered.

use askama::Template;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::Response;
use deskgauge_engine::people::Share;

use super::shell::{Shell, Words};
use super::sign_in::{self, WRONG};
use super::views::{DAYS, KEPT, SHOWN, list, named, place};
use super::{area, overview, page};
use crate::serve::gate::{Visit, held_by};
use crate::serve::identity::{Guest, Who};
use crate::serve::passwords::{self, LONGEST, SHORTEST};
use crate::serve::problem::Refusal;
use crate::serve::{reply, secret};

const DAY: i64 = 86_400;
/// For how many seconds a password need not be told again.
const OPENED: i64 = 12 * 3600;
/// The themes of a view in a page of others.
const THEMES: [&str; 3] = ["auto", "light", "dark"];

/// A link that was just made: it is shown this once.
pub(super) struct Made {
    pub(super) link: String,
    /// What a page of others takes to hold it; one with a password is opened by itself.
    pub(super) frame: Option<String>,
}

/// Makes a link to a view.
pub(in crate::serve) async fn make(visit: Visit) -> Result<Response, Refusal> {
    let name = named(&visit, "name")?;
    let (path, query) = place(&visit, &KEPT[..SHOWN])?;
    let days = visit.number("days")?;
    if !DAYS.contains(&days) {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "bad-value", format!("`{days}` is no number of days"), ""));
    }
    let password = match visit.field("password") {
        "" => None,
        password if password.chars().count() >= SHORTEST && password.len() <= LONGEST => {
            Some(passwords::make(password.to_owned()).await?)
        }
        _ => {
            let told = Words(visit.language).with("page-join-password-wrong", "shortest", &SHORTEST.to_string());
            return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-password", told, ""));
        }
    };
    let (key, now) = (secret::make(), visit.desk.now().0);
    let frame = password.is_none().then(|| {
        let address = visit.absolute(&format!("/embed/{key}?theme=auto"));
        format!("<iframe src=\"{address}\" title=\"Deskgauge\" width=\"100%\" height=\"800\"></iframe>")
    });
    let share = Share {
        id: 0,
        name: name.clone(),
        path: path.to_owned(),
        query: query.to_owned(),
        who: visit.who.name(),
        ends_at: now + days * DAY,
        password,
        nameless: visit.field("nameless") == "1",
    };
    visit.desk.people.add_share(&secret::hash(&key), &share, now).await?;
    visit.note("link-made", &name).await?;
    list(&visit, Some(Made { link: visit.absolute(&format!("/shared/{key}")), frame })).await
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

/// Shows the one view of a link, to whoever has it and knows its password.
pub(in crate::serve) async fn shared(visit: Visit) -> Result<Response, Refusal> {
    let share = find(&visit).await?;
    if share.password.is_some() && !has_opened(&visit, &share) {
        return ask(&visit, StatusCode::OK, false);
    }
    show(visit, share, None).await
}

/// Takes the password of a link.
pub(in crate::serve) async fn open(visit: Visit) -> Result<Response, Refusal> {
    let (share, now) = (find(&visit).await?, visit.desk.now().0);
    let place = format!("/shared/{}", visit.place("key"));
    let Some(hash) = &share.password else { return Ok(reply::see(&place)) };
    let tries = [format!("link {}", share.id), sign_in::address_key(visit.address)];
    sign_in::refuse_many(&visit, &tries, now)?;
    if !passwords::check(visit.field("password").to_owned(), Some(hash.clone())).await {
        WRONG.remember(&tries, now);
        visit.note("link-refused", &share.name).await?;
        return ask(&visit, StatusCode::UNPROCESSABLE_ENTITY, true);
    }
    WRONG.forget(&tries[..1]);
    let cookie = visit.set_cookie(&cookie_name(&share), &proof(&visit, &share), OPENED);
    Ok(reply::with(reply::see(&place), header::SET_COOKIE, &cookie))
}

/// Shows the one view of a link in a page of others. A password cannot be told there: browsers keep cookies from such pages.
pub(in crate::serve) async fn embed(visit: Visit) -> Result<Response, Refusal> {
    let share = find(&visit).await?;
    let asked = visit.asked("theme").unwrap_or(THEMES[0]);
    let Some(theme) = THEMES.into_iter().find(|own| *own == asked) else {
        let message = format!("`{asked}` is no theme");
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "bad-value", message, "it is auto, light or dark"));
    };
    if share.password.is_some() {
        let message = Words(visit.language).text("share-not-held");
        return Err(Refusal::new(StatusCode::FORBIDDEN, "not-allowed", message, ""));
    }
    let origins = visit.desk.rules.workspace.embed_origins.clone();
    Ok(held_by(show(visit, share, Some(theme)).await?, &origins))
}

async fn find(visit: &Visit) -> Result<Share, Refusal> {
    let share = visit.desk.people.share(&secret::hash(visit.place("key")), visit.desk.now().0).await?;
    share.ok_or_else(|| Refusal::nothing("such view: the link has ended or was revoked"))
}

async fn show(visit: Visit, share: Share, frame: Option<&'static str>) -> Result<Response, Refusal> {
    let query = form_urlencoded::parse(share.query.as_bytes()).into_owned().collect();
    let guest = Guest { path: visit.own_path().to_owned(), nameless: share.nameless, frame };
    let inner = visit.guest(guest, format!("{}?{}", share.path, share.query), query);
    let response = match share.path.as_str() {
        "/overview" => overview::show(inner).await?,
        path if KEPT[..SHOWN].contains(&path) => area::show(inner).await?,
        _ => return Err(Refusal::nothing("such page any more")),
    };
    Ok(unlisted(response))
}

fn unlisted(response: Response) -> Response {
    reply::with(response, HeaderName::from_static("x-robots-tag"), "noindex")
}

#[derive(Template)]
#[template(path = "link_password.html")]
struct Asked {
    shell: Shell,
    action: String,
    wrong: bool,
}

/// The page that asks for the password. What the link shows, not even its name, is told before.
fn ask(visit: &Visit, status: StatusCode, wrong: bool) -> Result<Response, Refusal> {
    let mut shell = Shell::new(visit, Words(visit.language).text("share-asks"), "");
    shell.nav.clear();
    // Whoever has signed in meets the page as everybody else does.
    shell.person = None;
    let mut cookie = None;
    if !matches!(visit.who, Who::Person(..)) {
        (shell.proof.1, cookie) = sign_in::proof(visit);
    }
    let action = format!("/shared/{}/open", visit.place("key"));
    let response = unlisted(page(status, &Asked { shell, action, wrong })?);
    Ok(reply::giving(response, cookie))
}

fn cookie_name(share: &Share) -> String {
    format!("deskgauge_link_{}", share.id)
}

/// What only somebody who was let in has: made of the link's secret and of the hash of its password, neither of which gives the other.
fn proof(visit: &Visit, share: &Share) -> String {
    let text = format!("{} {}", visit.place("key"), share.password.as_deref().unwrap_or_default());
    secret::hash(&text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn has_opened(visit: &Visit, share: &Share) -> bool {
    visit.cookie(&cookie_name(share)).is_some_and(|own| secret::same(own, &proof(visit, share)))
}
