//! Views that people keep, links to one view, notes on days.

use super::place;
use super::rights::{form_key, join, post};
use super::wire::{Response, Service};
use crate::run::Place;

/// Somebody with a session.
pub(super) struct Reader<'s> {
    service: &'s Service,
    pub(super) cookie: String,
    key: String,
}

impl<'s> Reader<'s> {
    fn of(service: &'s Service, cookie: String) -> Self {
        let page = service.ask("GET", "/views", &[("Cookie", &cookie)], b"").unwrap().text();
        Self { service, key: form_key(&page), cookie }
    }

    pub(super) fn joined(place: &Place, service: &'s Service, name: &str, role: &str) -> Self {
        let invitation = place.ok(&format!("--workspace w people invite --role {role}"));
        Self::of(service, join(service, invitation.trim(), name))
    }

    pub(super) fn get(&self, path: &str) -> String {
        let answer = self.service.ask("GET", path, &[("Cookie", &self.cookie)], b"").unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    pub(super) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let fields: Vec<(&str, &str)> = [("form_key", self.key.as_str())].into_iter().chain(fields.iter().copied()).collect();
        post(self.service, path, &self.cookie, &fields)
    }
}

const QUERY: &str = "r=2026-03-01..2026-03-03%26f.channel=email";

#[test]
fn views_are_ones_own_unless_they_are_shared() {
    let place = place();
    let service = Service::start(&place, "--now 2026-03-04");
    let lead = Reader::joined(&place, &service, "dora", "lead");
    let viewer = Reader::joined(&place, &service, "vic", "viewer");
    let save = |who: &Reader<'_>, name: &str, shared: &str| {
        who.post("/views/save", &[("name", name), ("path", "/volume"), ("query", QUERY), ("shared", shared)])
    };
    let saved = save(&lead, "mornings", "1");
    assert_eq!((saved.status, saved.header("location")), (303, Some("/volume?r=2026-03-01..2026-03-03&f.channel=email")));
    save(&lead, "my own", "");
    // A viewer cannot share, and their view is not seen by others.
    save(&viewer, "vic's", "1");
    let seen = viewer.get("/overview");
    assert!(seen.contains("mornings") && seen.contains("vic") && !seen.contains("my own"), "{seen}");
    assert!(!lead.get("/views").contains("vic&#39;s"), "{}", lead.get("/views"));
    for (name, path, query) in [("", "/volume", "r=30d"), ("x", "/settings", ""), ("x", "//evil.example", "")] {
        let told = lead.post("/views/save", &[("name", name), ("path", path), ("query", query)]);
        assert!(matches!(told.status, 404 | 422), "{path}: {}", told.status);
    }
    // The shared one is not the viewer's to remove.
    assert_eq!(viewer.post("/views/remove", &[("id", "1")]).status, 404);
    assert_eq!(lead.post("/views/remove", &[("id", "1")]).status, 303);
    assert!(!viewer.get("/views").contains("mornings"));
}

#[test]
fn a_link_shows_its_one_view_and_nothing_else_until_it_is_revoked() {
    let place = place();
    let service = Service::start(&place, "--now 2026-03-04");
    let lead = Reader::joined(&place, &service, "dora", "lead");
    let fields = [("name", "the board"), ("path", "/volume"), ("query", QUERY), ("days", "7")];
    let made = lead.post("/links/make", &fields).text();
    let link = made.split("<code>http://").nth(1).unwrap().split_once('/').unwrap().1.split('<').next().unwrap();
    let link = format!("/{link}");
    assert!(link.starts_with("/shared/") && link.len() > 45, "{link}");
    let nobody = |path: &str| service.ask("GET", path, &[], b"").unwrap();
    let page = nobody(&link);
    let text = page.text();
    assert_eq!((page.status, page.header("x-robots-tag")), (200, Some("noindex")));
    assert!(text.contains("channel: email") && text.contains("<article"), "{text}");
    for way in ["/tickets", "/overview", "/definitions", "<form", "/sign-out", "f.channel"] {
        assert!(!text.contains(way), "{way} in {text}");
    }
    let russian = nobody(&format!("{link}?lang=ru&f.channel=chat&r=30d")).text();
    assert!(
        russian.contains("lang=\"ru\"") && russian.contains("email") && !russian.contains("chat "),
        "the link alone says what is shown"
    );
    // It opens nothing else.
    assert_eq!(nobody("/volume").status, 303);
    assert_eq!(nobody("/shared/guess").status, 404);
    assert!(!lead.get("/views").contains(&link), "a link is shown once");
    assert!(!place.read("log").contains(&link[8..]), "and stands in no log");
    for (path, days) in [("/tickets", "7"), ("/volume", "8")] {
        let told = lead.post("/links/make", &[("name", "x"), ("path", path), ("query", ""), ("days", days)]);
        assert!(matches!(told.status, 400 | 404), "{}", told.status);
    }
    assert_eq!(lead.post("/links/revoke", &[("id", "1")]).status, 303);
    assert_eq!(nobody(&link).status, 404);
    // A link that has ended works no more either.
    let made = lead.post("/links/make", &[("name", "short"), ("path", "/overview"), ("query", "r=30d"), ("days", "1")]).text();
    let link = format!("/{}", made.split("<code>http://").nth(1).unwrap().split_once('/').unwrap().1.split('<').next().unwrap());
    assert_eq!(nobody(&link).status, 200);
    drop(lead);
    service.stop();
    let later = Service::start(&place, "--now 2026-03-06");
    assert_eq!(later.ask("GET", &link, &[], b"").unwrap().status, 404);
}

/// The path of a link that is made.
pub(super) fn made(lead: &Reader<'_>, fields: &[(&str, &str)]) -> String {
    let page = lead.post("/links/make", fields).text();
    let link = page.split("<code>http://").nth(1).unwrap_or_else(|| panic!("{page}")).split_once('/').unwrap().1;
    format!("/{}", link.split('<').next().unwrap())
}

#[test]
fn a_link_with_a_password_shows_nothing_before_it_and_bears_few_guesses() {
    let place = place();
    let service = Service::start(&place, "--now 2026-03-04");
    let lead = Reader::joined(&place, &service, "dora", "lead");
    let fields = [("name", "owner"), ("path", "/volume"), ("query", QUERY), ("days", "7"), ("password", "a long enough word")];
    let short = fields.map(|(name, value)| (name, if name == "password" { "short" } else { value }));
    assert_eq!(lead.post("/links/make", &short).status, 422);
    let page = lead.post("/links/make", &fields).text();
    assert!(!page.contains("&#60;iframe"), "what asks for a password is not held by pages: {page}");
    let link = made(&lead, &fields);
    assert!(lead.get("/views").contains("with a password"));
    let ask = |path: &str, cookie: &str| service.ask("GET", path, &[("Cookie", cookie)], b"").unwrap();
    let asked = ask(&link, "");
    let text = asked.text();
    assert_eq!((asked.status, asked.header("x-robots-tag")), (200, Some("noindex")));
    assert!(text.contains("type=\"password\"") && !text.contains("<article") && !text.contains("email"), "{text}");
    let form = asked.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let guess = |password: &str| {
        let key = form_key(&text);
        let fields = [("form_key", key.as_str()), ("password", password)];
        post(&service, &format!("{link}/open"), &form, &fields)
    };
    assert_eq!(guess("a long enough ward").status, 422);
    let right = guess("a long enough word");
    assert_eq!((right.status, right.header("location")), (303, Some(link.as_str())));
    let own = right.header("set-cookie").unwrap();
    assert!(own.contains("HttpOnly") && own.contains("SameSite=Lax"), "{own}");
    let own = own.split(';').next().unwrap();
    assert!(ask(&link, own).text().contains("<article"));
    // What opens one link opens no other, and no forged proof opens any.
    let other = made(&lead, &fields);
    assert!(!ask(&other, own).text().contains("<article"));
    let forged = format!("{}=0", own.split('=').next().unwrap());
    assert!(!ask(&link, &forged).text().contains("<article"));
    assert_eq!(ask(&link.replace("/shared/", "/embed/"), own).status, 403);
    let statuses: Vec<u16> = (0..9).map(|_| guess("not this one").status).collect();
    assert_eq!((statuses[0], statuses[8]), (422, 429), "{statuses:?}");
    assert_eq!(guess("a long enough word").status, 429, "nobody goes on guessing");
    assert!(ask(&link, own).text().contains("<article"), "who was let in stays");
    assert!(!place.read("log").contains("long enough"));
}

#[test]
fn a_view_stands_in_pages_of_the_origins_that_the_rules_name_and_agents_have_no_names_where_they_are_to_have_none() {
    let place = place();
    let rules = place.read("w/deskgauge.toml");
    let named = rules.replacen("[workspace]", "[workspace]\nembed_origins = [\"https://intranet.example\"]", 1);
    place.write("w/deskgauge.toml", &named);
    let service = Service::start(&place, "--now 2026-03-04");
    let lead = Reader::joined(&place, &service, "dora", "lead");
    let query = "r=2026-03-01..2026-03-03%26by=agent%26f.agent=ana,ben";
    let fields = [("name", "wall"), ("path", "/agents"), ("query", query), ("days", "7"), ("nameless", "")];
    let nobody = |path: &str| service.ask("GET", path, &[], b"").unwrap();
    let link = made(&lead, &fields);
    let open = nobody(&link);
    assert!(open.text().contains("ana</th>") && open.text().contains("agent: ana, ben"), "{}", open.text());
    let ancestors = |answer: &Response| {
        answer.header("content-security-policy").unwrap().rsplit("frame-ancestors ").next().unwrap().to_owned()
    };
    assert_eq!(ancestors(&open), "'self'");
    let held = nobody(&format!("{}?theme=dark", link.replace("/shared/", "/embed/")));
    let text = held.text();
    assert_eq!((held.status, ancestors(&held)), (200, "'self' https://intranet.example".to_owned()));
    assert_eq!(held.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-security-policy")).count(), 1);
    assert!(text.contains("class=\"held dark\"") && text.contains("<article"), "{text}");
    assert!(!text.contains("<header") && !text.contains("<footer") && !text.contains("<nav"), "{text}");
    assert_eq!(nobody(&format!("{}?theme=pink", link.replace("/shared/", "/embed/"))).status, 400);
    let hidden = made(&lead, &fields.map(|(name, value)| (name, if name == "nameless" { "1" } else { value })));
    for path in [hidden.clone(), hidden.replace("/shared/", "/embed/")] {
        let text = nobody(&path).text();
        assert!(text.contains("Agent 1</th>") && text.contains("Agent 2</th>") && text.contains("agent: not shown"), "{text}");
        assert!(!text.contains("ana<") && !text.contains("ana,") && !text.contains("ben<"), "{text}");
    }
    assert!(lead.get("/views").contains("Without agents"));
}

#[test]
fn notes_on_days_stand_in_pictures_and_lists() {
    let place = place();
    let service = Service::start(&place, "--now 2026-03-04");
    let lead = Reader::joined(&place, &service, "dora", "lead");
    let viewer = Reader::joined(&place, &service, "vic", "viewer");
    let range = "r=2026-02-20..2026-03-03";
    let note = [("day", "2026-03-01"), ("text", "2 agents left <b>"), ("path", "/volume"), ("query", range)];
    assert_eq!(lead.post("/notes/add", &note).status, 303);
    let page = viewer.get(&format!("/volume?{range}"));
    assert!(page.contains("2 agents left &#60;b&#62;") || page.contains("2 agents left &lt;b&gt;"), "{page}");
    assert!(page.contains("class=\"line note\" d=\"M") && !page.contains("/notes/remove"), "{page}");
    let elsewhere = viewer.get("/volume?r=2026-01-01..2026-01-10");
    assert!(!elsewhere.contains("agents left") && !elsewhere.contains("class=\"line note\" d=\"M"), "it belongs to its day");
    assert_eq!(viewer.post("/notes/remove", &[("id", "1"), ("path", "/volume")]).status, 403);
    assert_eq!(lead.post("/notes/add", &[("day", "soon"), ("text", "x"), ("path", "/volume")]).status, 422);
    assert_eq!(lead.post("/notes/remove", &[("id", "1"), ("path", "/volume"), ("query", range)]).status, 303);
    assert!(!viewer.get(&format!("/volume?{range}")).contains("agents left"));
}
