//! Who may do what: each route, for each role and each token, by one table. And the ways in: joining, signing in, forms.

use std::collections::BTreeMap;

use deskgauge_web::serve::{Method, ROUTES};

use super::wire::{Response, Service};
use super::{place, token};

const PASSWORD: &str = "a sentence to keep";

/// Joins by a link; the cookie of the session.
pub(super) fn join(service: &Service, path: &str, name: &str) -> String {
    let page = service.get(path, None);
    assert_eq!(page.status, 200, "{}", page.text());
    let key = path.split_once("key=").unwrap().1;
    let form = page.cookie("deskgauge_form").unwrap();
    let joined = post(
        service,
        "/join",
        &format!("deskgauge_form={form}"),
        &[("form_key", &form), ("key", key), ("name", name), ("password", PASSWORD)],
    );
    assert_eq!(joined.status, 303, "{}", joined.text());
    format!("deskgauge_session={}", joined.cookie("deskgauge_session").unwrap())
}

pub(super) fn post(service: &Service, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Response {
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect();
    let headers = [("Cookie", cookie), ("Content-Type", "application/x-www-form-urlencoded")];
    service.ask("POST", path, &headers, body.join("&").as_bytes()).unwrap()
}

/// What a form of a session must bring, as its pages say.
pub(super) fn form_key(page: &str) -> String {
    let field = page.split("name=\"form_key\" value=\"").nth(1).expect("a form");
    field.split('"').next().unwrap().to_owned()
}

/// Who may use each route, by letters: Nobody, Viewer, Agent, Lead, aDministrator, and tokens that Read or Ingest.
const TABLE: &[(&str, &str, &str)] = &[
    ("GET", "/healthz", "NVALDRI"),
    ("GET", "/readyz", "NVALDRI"),
    ("GET", "/metrics", "VALDR"),
    ("GET", "/openapi.json", "NVALDRI"),
    ("POST", "/v1/events", "DI"),
    ("GET", "/v1/answers", "VALDR"),
    ("GET", "/v1/metrics", "VALDR"),
    ("GET", "/v1/metrics/{id}", "VALDR"),
    ("GET", "/v1/explain/{id}", "VALDR"),
    ("GET", "/v1/dimensions", "VALDR"),
    ("GET", "/v1/conversations/{id}", "VALDR"),
    ("GET", "/v1/export/{table}", "VLDR"),
    ("GET", "/", "NVALDRI"),
    ("GET", "/assets/{name}", "NVALDRI"),
    ("GET", "/sign-in", "NVALDRI"),
    ("POST", "/sign-in", "NVALDRI"),
    ("GET", "/sign-in/oidc", "NVALDRI"),
    ("GET", "/sign-in/oidc/callback", "NVALDRI"),
    ("POST", "/sign-out", "VALD"),
    ("GET", "/join", "NVALDRI"),
    ("POST", "/join", "NVALDRI"),
    ("GET", "/overview", "VALDR"),
    ("GET", "/live", "VALDR"),
    ("GET", "/live/stream", "VALDR"),
    ("GET", "/volume", "VALDR"),
    ("GET", "/speed", "VALDR"),
    ("GET", "/sla", "VALDR"),
    ("GET", "/quality", "VALDR"),
    ("GET", "/agents", "VALDR"),
    ("GET", "/conversions", "VALDR"),
    ("GET", "/tickets", "VALDR"),
    ("GET", "/conversations/{id}", "VALDR"),
    ("GET", "/search", "VALDR"),
    ("GET", "/views", "VALD"),
    ("POST", "/views/save", "VALD"),
    ("POST", "/views/remove", "VALD"),
    ("POST", "/links/make", "LD"),
    ("POST", "/links/revoke", "LD"),
    ("GET", "/shared/{key}", "NVALDRI"),
    ("POST", "/shared/{key}/open", "NVALDRI"),
    ("GET", "/embed/{key}", "NVALDRI"),
    ("POST", "/notes/add", "LD"),
    ("POST", "/notes/remove", "LD"),
    ("GET", "/definitions", "VALDR"),
    ("GET", "/definitions/{id}", "VALDR"),
    ("GET", "/data", "VLDR"),
    ("POST", "/data/upload", "LD"),
    ("GET", "/data/uploads/{id}", "LD"),
    ("POST", "/data/uploads/look", "LD"),
    ("POST", "/data/uploads/import", "LD"),
    ("POST", "/data/uploads/remove", "LD"),
    ("GET", "/data/work", "LD"),
    ("POST", "/data/work/stop", "LD"),
    ("POST", "/data/demo", "LD"),
    ("POST", "/data/undo", "LD"),
    ("GET", "/data/rejects/{id}", "LD"),
    ("GET", "/data/quality", "VLDR"),
    ("GET", "/settings", "VLDR"),
    ("POST", "/settings/targets", "LD"),
    ("GET", "/settings/people", "D"),
    ("POST", "/settings/people/invite", "D"),
    ("POST", "/settings/people/change", "D"),
    ("POST", "/settings/people/remove", "D"),
    ("POST", "/settings/tokens/add", "D"),
    ("POST", "/settings/tokens/revoke", "D"),
    ("GET", "/settings/privacy", "D"),
    ("POST", "/settings/privacy/look", "D"),
    ("POST", "/settings/privacy/forget", "D"),
];

#[test]
fn each_route_is_for_those_whom_the_table_names() {
    let place = place();
    let tokens = [("R", token(&place, "read")), ("I", token(&place, "ingest"))];
    let service = Service::start(&place, "");
    let mut ways: BTreeMap<&str, (&str, String)> = BTreeMap::new();
    ways.insert("N", ("X-Nobody", "1".to_owned()));
    let first = service.link.clone().expect("the first start tells a link");
    ways.insert("D", ("Cookie", join(&service, &first, "dora")));
    for (letter, role) in [("V", "viewer"), ("A", "agent"), ("L", "lead")] {
        let path = place.ok(&format!("--workspace w people invite --role {role}"));
        ways.insert(letter, ("Cookie", join(&service, path.trim(), role)));
    }
    for (letter, token) in tokens {
        ways.insert(letter, ("Authorization", format!("Bearer {token}")));
    }
    place.ok("--workspace w people role agent agent --agent ana");
    let listed: Vec<(&str, &str)> = ROUTES.iter().map(|route| (route.method.name(), route.path)).collect();
    let known: Vec<(&str, &str)> = TABLE.iter().map(|(method, path, _)| (*method, *path)).collect();
    assert_eq!(listed, known, "a new route needs its line in this table");
    for (route, (_, path, allowed)) in ROUTES.iter().zip(TABLE) {
        let path = path.replace("{id}", "csat").replace("{table}", "waits").replace("{name}", "none.css");
        let path = match &*path {
            "/v1/answers" => format!("{path}?metrics=backlog"),
            // Who only wants to see whether they may is told once.
            "/live/stream" => format!("{path}?once=1"),
            _ => path,
        };
        for (letter, (name, value)) in &ways {
            let answer = match route.method {
                Method::Get => service.ask("GET", &path, &[(name, value)], b"").unwrap(),
                // Without the proof of the form nothing is done; who has the right is told that, who has not the other.
                Method::Post => service.ask("POST", &path, &[(name, value)], b"").unwrap(),
            };
            let text = answer.text();
            let to_sign_in = answer.status == 303 && answer.header("location").is_some_and(|to| to.starts_with("/sign-in"));
            let not_let_in = answer.status == 401 || to_sign_in || answer.status == 403 && text.contains("you may not");
            // Signing out leads to the same page, for those who may.
            let not_let_in = not_let_in && !(path == "/sign-out" && allowed.contains(letter));
            assert_eq!(!not_let_in, allowed.contains(letter), "{route:?} for {letter}: {} {text}", answer.status);
        }
    }
}

#[test]
fn agents_see_their_own_rows_only() {
    let place = place();
    let service = Service::start(&place, "");
    let admin = join(&service, &service.link.clone().unwrap(), "dora");
    let path = place.ok("--workspace w people invite --role agent");
    let agent = join(&service, path.trim(), "ana");
    let ask = |cookie: &str, path: &str| service.ask("GET", path, &[("Cookie", cookie)], b"").unwrap();
    let count = |cookie: &str, more: &str| {
        let path = format!("/v1/answers?metrics=first_response_time&now=2026-03-03T00:00:00Z{more}");
        ask(cookie, &path).json()["answers"][0]["n"].as_i64()
    };
    assert_eq!(count(&agent, ""), Some(0), "who is no agent of the data has no rows");
    let agents = place
        .ok("--workspace w --format csv sql \"select distinct agent from first_responses where agent is not null order by 1\"");
    let name = agents.lines().nth(1).expect("an agent").to_owned();
    place.ok(&format!("--workspace w people role ana agent --agent {name}"));
    assert_eq!((count(&admin, ""), count(&agent, "")), (Some(2), Some(1)));
    assert_eq!(count(&agent, "&where=true%20or%20true"), Some(1), "a filter does not reach beyond");
    for trick in ["1%3D1)%20or%20(1%3D1", "true%20--", "true%20%2F*"] {
        let told = ask(&agent, &format!("/v1/answers?metrics=first_response_time&where={trick}"));
        let seen = told.json()["answers"][0]["n"].as_i64().unwrap_or(0);
        assert!(seen <= 1, "{trick}: {}", told.text());
    }
    let page = ask(&agent, "/agents?r=2026-03-01..2026-03-03").text();
    assert!(page.contains(&format!("<th scope=\"row\" class=\"text\">{name}</th>")), "{page}");
    let others = agents.lines().skip(2);
    others.for_each(|other| assert!(!page.contains(other), "{other} in {page}"));
    assert_eq!(ask(&agent, "/v1/export/waits").status, 403);
    assert_eq!(ask(&agent, "/v1/conversations/t:3").status, 404, "a conversation of nobody's is not theirs");
    let own = service.ask("GET", "/v1/explain/first_response_time?conversation=t:3", &[("Cookie", &agent)], b"").unwrap();
    assert_eq!(own.status, 404, "{}", own.text());
}

#[test]
fn where_people_are_hidden_no_conversation_and_no_table_is_shown() {
    let place = crate::run::Place::with_workspace();
    let rules = place.read("w/deskgauge.toml");
    place.write("w/deskgauge.toml", &format!("{rules}\n[privacy]\nhide_individuals = true\nminimum_group = 5\n"));
    place.write("events.jsonl", crate::run::EVENTS);
    place.ok("--workspace w import events events.jsonl");
    let token = token(&place, "read");
    let service = Service::start(&place, "");
    for path in [
        "/v1/conversations/t:1",
        "/conversations/t:1",
        "/v1/explain/first_response_time?conversation=t:1",
        "/v1/export/waits",
        "/tickets?metric=first_response_time&r=2026-03-01..2026-03-03",
    ] {
        let told = service.get(path, Some(&token));
        assert_eq!(told.status, 403, "{path}: {}", told.text());
    }
    assert_eq!(service.get("/v1/answers?metrics=backlog&by=agent", Some(&token)).json()["code"], "individuals-hidden");
    let page = service.get("/agents?r=2026-03-01..2026-03-03", Some(&token));
    assert!(page.status == 200 && page.text().contains("shows no individuals"), "{}", page.text());
}

#[test]
fn a_form_of_a_foreign_page_does_nothing() {
    let place = place();
    let service = Service::start(&place, "");
    let cookie = join(&service, &service.link.clone().unwrap(), "dora");
    let page = service.ask("GET", "/settings/people", &[("Cookie", &cookie)], b"").unwrap().text();
    let key = form_key(&page);
    let fields = |key: &'static str| [("form_key", key), ("name", "robot"), ("scope", "read")];
    assert_eq!(post(&service, "/settings/tokens/add", &cookie, &fields("guess")).status, 403);
    assert_eq!(post(&service, "/settings/tokens/add", &cookie, &[("name", "robot"), ("scope", "read")]).status, 403);
    let foreign = [("Cookie", cookie.as_str()), ("Origin", "https://evil.example")];
    let body = format!("form_key={key}&name=robot&scope=read");
    assert_eq!(service.ask("POST", "/settings/tokens/add", &foreign, body.as_bytes()).unwrap().status, 403);
    let made = post(&service, "/settings/tokens/add", &cookie, &[("form_key", &key), ("name", "robot"), ("scope", "read")]);
    let token = made.text().split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(service.get("/v1/answers?metrics=backlog", Some(&token)).status, 200);
    let id = place.ok("--workspace w --format csv token list").lines().last().unwrap().split(',').next().unwrap().to_owned();
    post(&service, "/settings/tokens/revoke", &cookie, &[("form_key", &key), ("id", &id)]);
    assert_eq!(service.get("/v1/answers?metrics=backlog", Some(&token)).status, 401, "revoked at once");
    post(&service, "/sign-out", &cookie, &[("form_key", &key)]);
    assert_eq!(service.ask("GET", "/settings/people", &[("Cookie", &cookie)], b"").unwrap().status, 303);
}

#[test]
fn links_work_once_and_wrong_passwords_a_few_times() {
    let place = place();
    let service = Service::start(&place, "");
    let link = service.link.clone().unwrap();
    let joined = join(&service, &link, "dora");
    assert!(joined.len() > 50);
    assert_eq!(service.get(&link, None).status, 404, "the link is used up");
    let page = service.get("/sign-in", None);
    let form = page.cookie("deskgauge_form").unwrap();
    let cookie = format!("deskgauge_form={form}");
    let enter = |name: &str, password: &str| {
        post(
            &service,
            "/sign-in",
            &cookie,
            &[("form_key", &form), ("name", name), ("password", password), ("next", "//evil.example")],
        )
    };
    let well = enter("DORA", PASSWORD);
    assert_eq!((well.status, well.header("location")), (303, Some("/overview")));
    let line = well.headers.iter().find(|(name, value)| name == "set-cookie" && value.starts_with("deskgauge_session")).unwrap();
    assert!(line.1.contains("HttpOnly") && line.1.contains("SameSite=Lax"), "{}", line.1);
    for _ in 0..8 {
        assert_eq!(enter("dora", "wrong").status, 422);
    }
    let throttled = enter("dora", PASSWORD);
    assert_eq!((throttled.status, throttled.header("retry-after")), (429, Some("900")), "even the right one waits now");
    // A short password or an empty name makes nobody.
    let path = place.ok("--workspace w people invite");
    let key = path.trim().split_once("key=").unwrap().1;
    let short = post(&service, "/join", &cookie, &[("form_key", &form), ("key", key), ("name", ""), ("password", "short")]);
    assert_eq!(short.status, 422);
    assert!(short.text().contains("at least 12 characters") && short.text().contains("1 to 100"), "{}", short.text());
    let (_, log) = service.stop();
    assert!(!log.contains(PASSWORD) && !log.contains(key) && !log.contains(&form), "the log holds no secret");
}
