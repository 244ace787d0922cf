//! Views that people keep, links to one view, notes on days.

use super::place;
use super::rights::{form_key, join, post};
use super::wire::{Response, Service};
use crate::run::Place;

/// Somebody with a session.
struct Reader<'s> {
    service: &'s Service,
    cookie: String,
    key: String,
}

impl<'s> Reader<'s> {
    fn of(service: &'s Service, cookie: String) -> Self {
        let page = service.ask("GET", "/views", &[("Cookie", &cookie)], b"").unwrap().text();
        Self { service, key: form_key(&page), cookie }
    }

    fn joined(place: &Place, service: &'s Service, name: &str, role: &str) -> Self {
        let invitation = place.ok(&format!("--workspace w people invite --role {role}"));
        Self::of(service, join(service, invitation.trim(), name))
    }

    fn get(&self, path: &str) -> String {
        let answer = self.service.ask("GET", path, &[("Cookie", &self.cookie)], b"").unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
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
