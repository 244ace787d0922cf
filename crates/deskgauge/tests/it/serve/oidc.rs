//! Signing in by OpenID Connect, against a provider that others have written: the whole way over HTTP, and each way to be refused on it.

mod provider;

use serde_json::{Value, json};

use super::rights::{form_key, join, post};
use super::wire::{Response, Service};
use crate::run::Place;
use provider::{DESK, Provider, SECRET};

/// A workspace whose rules name the provider, with more of `[oidc]`.
fn place() -> Place {
    Place::with_workspace()
}

fn configure(place: &Place, provider: &Provider, more: &str) {
    let rules = place.read("w/deskgauge.toml");
    let rules = rules.split("\n[oidc]").next().unwrap_or_default().to_owned();
    let head =
        format!("[oidc]\nissuer = \"{}\"\nclient_id = \"deskgauge\"\nclient_secret_file = \"../secret\"\n", provider.issuer);
    place.write("w/deskgauge.toml", &format!("{rules}\n{head}public_url = \"{DESK}\"\nlabel = \"Acme\"\n{more}"));
    place.write("secret", &format!("{SECRET}\n"));
}

/// A browser of somebody who wants to sign in: the cookie that binds it, and the address of the provider that it is sent to.
fn begin(service: &Service, next: &str) -> (String, String) {
    let sent = service.get(&format!("/sign-in/oidc?next={next}"), None);
    assert_eq!(sent.status, 303, "{}", sent.text());
    let line = sent.headers.iter().find(|(_, value)| value.starts_with("deskgauge_oidc=")).expect("a cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Max-Age=600"] {
        assert!(line.1.contains(part), "{}", line.1);
    }
    let browser = format!("deskgauge_oidc={}", sent.cookie("deskgauge_oidc").unwrap());
    (browser, sent.header("location").unwrap().to_owned())
}

/// Comes back from the provider.
fn come(service: &Service, browser: &str, back: &str) -> Response {
    service.ask("GET", back, &[("Cookie", browser)], b"").unwrap()
}

/// The whole way as an account.
fn enter(service: &Service, provider: &Provider, account: &str) -> Response {
    let (browser, way) = begin(service, "/sla");
    come(service, &browser, &provider.pass(&way, account))
}

fn session(response: &Response) -> String {
    assert_eq!(response.status, 303, "{}", response.text());
    format!("deskgauge_session={}", response.cookie("deskgauge_session").expect("a session"))
}

#[track_caller]
fn refused(response: &Response, status: u16, told: &str) {
    assert_eq!(response.status, status, "{}", response.text());
    assert!(response.text().contains(told), "{told} in {}", response.text());
    assert!(response.cookie("deskgauge_session").is_none(), "nobody is signed in");
}

fn people(place: &Place) -> String {
    place.ok("--workspace w --format csv people list")
}

fn account(email: &str, groups: &[&str]) -> Value {
    json!({"email": email, "email_verified": true, "groups": groups, "desk": "zendesk:7"})
}

/// A query parameter of an address, changed.
fn changed(address: &str, name: &str, value: &str) -> String {
    let (path, query) = address.split_once('?').unwrap();
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    let pairs = pairs.map(|(own, old)| if own == name { (own, value.to_owned()) } else { (own, old) });
    format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

fn part(address: &str, name: &str) -> String {
    let query = address.split_once('?').unwrap().1;
    form_urlencoded::parse(query.as_bytes()).find(|(own, _)| own == name).unwrap().1.into_owned()
}

const OPEN: &str = "new_people = true\nemail_domains = [\"acme.example\"]\ndefault_role = \"viewer\"\n";
const GROUPS: &str = "scopes = [\"email\", \"groups\"]\nrole_claim = \"groups\"\nroles = { support = \"agent\", leads = \"lead\", bosses = \"administrator\" }\nagent_claim = \"desk\"\nnew_people = true\nemail_domains = [\"*\"]\n";

#[test]
fn the_button_leads_to_the_provider_and_back_into_the_pages() {
    let place = place();
    let accounts = json!({"ana": account("Ana@acme.example", &[])});
    // Thick tokens tell all; thin ones have the provider's page of the account asked.
    for thin in [true, false] {
        let provider = Provider::start(&place, &accounts, thin, None);
        configure(&place, &provider, OPEN);
        let service = Service::start(&place, "");
        let page = service.get("/sign-in?next=%2Fsla%3Fr%3D7d", None);
        let text = page.text();
        assert!(text.contains("Sign in with Acme") && text.contains("name=\"password\""), "{text}");
        let href = text.split("href=\"/sign-in/oidc").nth(1).unwrap().split('"').next().unwrap();
        let next = href.split_once("next=").unwrap().1;
        let (browser, way) = begin(&service, next);
        assert_eq!((part(&way, "response_type"), part(&way, "code_challenge_method")), ("code".to_owned(), "S256".to_owned()));
        assert_eq!(part(&way, "redirect_uri"), format!("{DESK}/sign-in/oidc/callback"));
        assert!(part(&way, "scope").split(' ').any(|scope| scope == "openid") && part(&way, "nonce").len() == 43);
        let back = provider.pass(&way, "ana");
        let come_in = come(&service, &browser, &back);
        let cookie = session(&come_in);
        assert_eq!(come_in.header("location"), Some("/sla?r=7d"));
        let inside = service.ask("GET", "/overview", &[("Cookie", &cookie)], b"").unwrap();
        assert!(inside.status == 200 && inside.text().contains("Ana@acme.example"), "{}", inside.text());
        refused(&come(&service, &browser, &back), 400, "has been used");
        let key = form_key(&inside.text());
        post(&service, "/sign-out", &cookie, &[("form_key", &key)]);
        assert_eq!(service.ask("GET", "/overview", &[("Cookie", &cookie)], b"").unwrap().status, 303);
        let (_, log) = service.stop();
        for secret in [SECRET, &part(&back, "code"), &part(&back, "state"), &cookie] {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
    }
    assert_eq!(
        people(&place).lines().filter(|line| line.starts_with("Ana@acme.example,viewer")).count(),
        1,
        "{}",
        people(&place)
    );
}

#[test]
fn what_does_not_belong_together_lets_nobody_in() {
    let place = place();
    let accounts = json!({"ana": account("ana@acme.example", &[]), "eve": account("eve@acme.example", &[])});
    let provider = Provider::start(&place, &accounts, true, None);
    configure(&place, &provider, OPEN);
    let service = Service::start(&place, "");
    let lost = "has been used";
    // The state of nobody, and the right one in another browser.
    let (browser, way) = begin(&service, "/sla");
    let back = provider.pass(&way, "ana");
    refused(&come(&service, &browser, &changed(&back, "state", "guessed")), 400, lost);
    refused(&come(&service, "deskgauge_oidc=another", &back), 400, lost);
    refused(&service.get(&back, None), 400, lost);
    // A code of somebody else's sign-in does not fit the verifier of this one.
    let (other, other_way) = begin(&service, "/sla");
    let stolen = part(&provider.pass(&other_way, "eve"), "code");
    refused(&come(&service, &browser, &changed(&back, "code", &stolen)), 403, "could not be trusted");
    // A token for another nonce.
    let (browser, way) = begin(&service, "/sla");
    let back = provider.pass(&changed(&way, "nonce", "another"), "ana");
    refused(&come(&service, &browser, &back), 403, "could not be trusted");
    // The answer of another provider.
    let (browser, way) = begin(&service, "/sla");
    let back = provider.pass(&way, "ana");
    refused(&come(&service, &browser, &changed(&back, "iss", "https://other.example")), 403, "could not be trusted");
    // Whoever turns back at the provider.
    let (browser, way) = begin(&service, "/sla");
    refused(&come(&service, &browser, &provider.turn_back(&way)), 403, "you cancelled");
    refused(&come(&service, &other, "/sign-in/oidc/callback?error=%3Cb%3E"), 400, lost);
    assert_eq!(people(&place).lines().count(), 1, "nobody was taken in");
    let (_, log) = service.stop();
    assert!(log.contains("nonce") && log.contains("invalid_grant"), "the log says why: {log}");
    assert!(log.contains("\"client_secret\":true"), "{log}");
    assert!(!log.contains(&stolen) && !log.contains(SECRET), "{log}");
}

#[test]
fn who_may_come_is_decided_by_address_domain_and_role() {
    let place = place();
    let accounts = json!({
        "ana": account("ana@acme.example", &["support", "others"]),
        "lea": account("lea@acme.example", &["support", "leads"]),
        "new": account("new@acme.example", &["others"]),
        "maybe": {"email": "maybe@acme.example", "email_verified": false, "groups": ["leads"]},
        "none": {"groups": ["leads"]},
    });
    let provider = Provider::start(&place, &accounts, true, None);
    configure(&place, &provider, GROUPS);
    let service = Service::start(&place, "");
    session(&enter(&service, &provider, "ana"));
    session(&enter(&service, &provider, "lea"));
    refused(&enter(&service, &provider, "new"), 403, "new@acme.example has no role here");
    refused(&enter(&service, &provider, "maybe"), 403, "no confirmed e-mail address");
    refused(&enter(&service, &provider, "none"), 403, "no confirmed e-mail address");
    assert_eq!(people(&place), "name,role,agent\nana@acme.example,agent,zendesk:7\nlea@acme.example,lead,zendesk:7\n");
    service.stop();
    // The domain counts for whom it let in before, too.
    configure(&place, &provider, "email_domains = [\"other.example\"]\n");
    let service = Service::start(&place, "");
    refused(&enter(&service, &provider, "lea"), 403, "is of a domain that is not let in");
    service.stop();
    // What a claim gives is given at each sign-in, but nobody is taken in by it where that is not wished.
    configure(&place, &provider, "role_claim = \"groups\"\nscopes = [\"email\", \"groups\"]\nroles = { support = \"viewer\" }\n");
    let service = Service::start(&place, "");
    session(&enter(&service, &provider, "ana"));
    assert!(people(&place).contains("ana@acme.example,viewer,zendesk:7"), "{}", people(&place));
    service.stop();
    configure(&place, &provider, "");
    let service = Service::start(&place, "");
    refused(&enter(&service, &provider, "new"), 403, "Nobody called new@acme.example is known here");
    place.ok("--workspace w people add NEW@acme.example --role lead");
    session(&enter(&service, &provider, "new"));
    assert!(people(&place).contains("NEW@acme.example,lead"), "{}", people(&place));
}

#[test]
fn an_account_stays_the_person_whom_it_was_linked_to() {
    let place = place();
    let provider = Provider::start(&place, &json!({"dora": account("dora@acme.example", &[])}), false, None);
    configure(&place, &provider, "");
    let service = Service::start(&place, "");
    let link = service.link.clone().unwrap();
    join(&service, &link, "Dora@acme.example");
    let cookie = session(&enter(&service, &provider, "dora"));
    let page = service.ask("GET", "/settings/people", &[("Cookie", &cookie)], b"").unwrap();
    assert_eq!(page.status, 200, "the administrator whom they were");
    let text = page.text();
    assert!(text.contains("account-linked") && text.contains("signed-in") && text.contains("oidc"), "{text}");
    // Another address of the same account is the same person; another account of the same address is not.
    let port = provider.port();
    drop(provider);
    let accounts = json!({"dora": account("married@acme.example", &[]), "eve": account("dora@acme.example", &[])});
    let provider = Provider::start(&place, &accounts, false, Some(port));
    let cookie = session(&enter(&service, &provider, "dora"));
    assert!(service.ask("GET", "/overview", &[("Cookie", &cookie)], b"").unwrap().text().contains("Dora@acme.example"));
    refused(&enter(&service, &provider, "eve"), 403, "belongs to another account");
    // The last administrator stays one, whatever the provider says.
    service.stop();
    configure(
        &place,
        &provider,
        "scopes = [\"email\", \"groups\"]\nrole_claim = \"groups\"\nroles = { x = \"lead\" }\ndefault_role = \"viewer\"\n",
    );
    let service = Service::start(&place, "");
    session(&enter(&service, &provider, "dora"));
    assert!(people(&place).contains("Dora@acme.example,administrator"), "{}", people(&place));
    place.ok("--workspace w people remove Dora@acme.example");
    refused(&enter(&service, &provider, "dora"), 403, "can no longer sign in here");
}

#[test]
fn a_provider_that_is_down_keeps_nobody_else_out() {
    let place = place();
    let accounts = json!({"ana": account("ana@acme.example", &[])});
    let provider = Provider::start(&place, &accounts, true, None);
    configure(&place, &provider, OPEN);
    let port = provider.port();
    drop(provider);
    let service = Service::start(&place, "");
    let joined = join(&service, &service.link.clone().unwrap(), "dora");
    assert_eq!(service.ask("GET", "/overview", &[("Cookie", &joined)], b"").unwrap().status, 200);
    for (language, told) in [("en", "does not answer"), ("ru", "не отвечает"), ("ro", "nu răspunde"), ("zh-Hant", "沒有回應")]
    {
        let page = service.get(&format!("/sign-in/oidc?next=%2Fsla&lang={language}"), None);
        refused(&page, 503, told);
        assert!(page.text().contains("name=\"password\"") && page.text().contains("/sign-in?lang="), "{}", page.text());
    }
    // Once it is there, it is found.
    let provider = Provider::start(&place, &accounts, true, Some(port));
    session(&enter(&service, &provider, "ana"));
    let (_, log) = service.stop();
    assert!(log.contains("oidc-unreachable"), "{log}");
}

#[test]
fn wrong_tries_are_few() {
    let place = place();
    let provider = Provider::start(&place, &json!({}), true, None);
    configure(&place, &provider, "");
    let service = Service::start(&place, "");
    for _ in 0..40 {
        assert_eq!(service.get("/sign-in/oidc/callback?state=guessed&code=guessed", None).status, 400);
    }
    let throttled = service.get("/sign-in/oidc/callback?state=guessed&code=guessed", None);
    assert_eq!((throttled.status, throttled.header("retry-after")), (429, Some("900")));
    assert_eq!(service.get("/sign-in/oidc", None).status, 429);
}

#[test]
fn a_secret_that_is_not_there_is_told_before_it_starts() {
    let place = place();
    let provider = Provider::start(&place, &json!({}), true, None);
    configure(&place, &provider, "");
    for (secret, code) in [(Some("\n"), "oidc-secret"), (None, "no-file")] {
        std::fs::remove_file(place.path("secret")).unwrap();
        secret.into_iter().for_each(|text| place.write("secret", text));
        let run = place.run("--workspace w serve --listen 127.0.0.1:0");
        assert!(run.code.is_some_and(|code| code != 0) && run.stderr.contains(code), "{}", run.stderr);
        place.write("secret", "x");
    }
}
