//! Signing in by a provider of OpenID Connect: the way to it, the way back, and what somebody may do whom it names.
//!
//! Routes, flows and roles are always built; what talks to a provider and checks its tokens is so only with the feature `oidc`, because it
//! brings TLS and cryptography along. Without it a workspace that asks for a provider is refused when the service starts. The way to the
//! provider is a link and no form: browsers hold `form-action` against the places to which a form is led on, too.

mod flows;
#[cfg(feature = "oidc")]
mod provider;
#[cfg(not(feature = "oidc"))]
#[path = "oidc/without.rs"]
mod provider;
mod roles;

use std::path::Path;

use axum::http::{StatusCode, header};
use axum::response::Response;
use deskgauge_core::rules;
use deskgauge_engine::people::{Arrival, Identity};
use serde_json::{Map, Value};

use flows::{Flow, Flows};
use provider::Provider;

use super::gate::Visit;
use super::identity::Who;
use super::pages::sign_in::{self, Problem};
use super::problem::Refusal;
use super::{reply, secret};
use crate::failure::{Failure, Outcome};

/// Where people begin.
pub(crate) const START: &str = "/sign-in/oidc";
/// Where the provider sends them back to.
pub(crate) const BACK: &str = "/sign-in/oidc/callback";
/// The cookie that binds a sign-in to the browser in which it was begun.
const BROWSER: &str = "deskgauge_oidc";

/// The secret by which the provider knows this service.
#[derive(Clone)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// Takes the text of it; `None`: there is none in it.
    pub fn of(text: &str) -> Option<Self> {
        Some(text.trim()).filter(|text| !text.is_empty()).map(|text| Self(text.to_owned()))
    }
}

impl std::fmt::Debug for ClientSecret {
    /// No part of it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecret")
    }
}

/// What a provider said of an account, after it was checked.
#[cfg_attr(not(feature = "oidc"), allow(dead_code, reason = "only a provider makes it"))]
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub(super) subject: String,
    /// All claims, those of the token before those of the provider's own page of the account.
    pub(super) claims: Map<String, Value>,
}

/// Where people are sent, and what must come back.
#[cfg_attr(not(feature = "oidc"), allow(dead_code, reason = "only a provider makes it"))]
pub(super) struct Way {
    pub(super) url: String,
    pub(super) state: String,
    pub(super) nonce: String,
    /// The secret of which the provider gets the hash first and the text when it is asked for the token.
    pub(super) verifier: String,
}

/// Why a provider did not help; the text is for the log and holds no secret.
#[cfg_attr(not(feature = "oidc"), allow(dead_code, reason = "only a provider makes it"))]
#[derive(Debug)]
pub(super) enum Trouble {
    /// It gave no answer, or none that can be read.
    Unreachable(String),
    /// It refused, or what it said cannot be trusted.
    Distrusted(String),
}

/// The provider of a workspace, and those who are on their way to it.
pub(crate) struct Oidc {
    rules: rules::Oidc,
    provider: Provider,
    flows: Flows,
    has_secret: bool,
}

impl Oidc {
    /// As the rules have it, if they do. Nothing is asked of the provider yet: one that is down keeps no service from starting.
    ///
    /// # Errors
    /// `oidc-not-built` (exit 2); the file of the secret; an address that is none.
    pub(super) fn of(rules: Option<&rules::Oidc>, secret: Option<ClientSecret>, folder: &Path) -> Outcome<Option<Self>> {
        let Some(rules) = rules else { return Ok(None) };
        if !cfg!(feature = "oidc") {
            return Err(not_built());
        }
        let secret = match (secret, &rules.client_secret_file) {
            (Some(secret), _) => Some(secret),
            (None, Some(file)) => Some(read(&folder.join(file))?),
            (None, None) => None,
        };
        let has_secret = secret.is_some();
        let provider = Provider::of(rules, secret.map(|secret| secret.0), &format!("{}{BACK}", rules.public_url))?;
        Ok(Some(Self { rules: rules.clone(), provider, flows: Flows::default(), has_secret }))
    }

    /// What the log is to know of it: a secret that was forgotten is the most common mistake.
    pub(super) fn about(&self) -> [(&'static str, Value); 2] {
        [("issuer", self.rules.issuer.as_str().into()), ("client_secret", self.has_secret.into())]
    }

    /// Whom the button names.
    pub(crate) fn label(&self) -> Option<&str> {
        self.rules.label.as_deref()
    }
}

/// What a build without the feature says to whoever asks for a provider.
fn not_built() -> Failure {
    Failure::usage(
        "oidc-not-built",
        "deskgauge.toml asks for sign-in by OpenID Connect ([oidc]), and this deskgauge was built without it",
        "build it with `cargo build --release --features oidc`, or take [oidc] out of the file",
    )
}

fn read(path: &Path) -> Outcome<ClientSecret> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
    ClientSecret::of(&text).ok_or_else(|| {
        let message = format!("{} is empty, and should hold the client's secret", path.display());
        Failure::usage("oidc-secret", message, "write it there, or leave client_secret_file out of [oidc]")
    })
}

/// Sends somebody to the provider.
pub(super) async fn start(visit: Visit) -> Result<Response, Refusal> {
    let Some(oidc) = &visit.desk.oidc else { return Err(Refusal::nothing("such address")) };
    if matches!(visit.who, Who::Person(..)) {
        return Ok(reply::see("/overview"));
    }
    sign_in::few_tries(&visit)?;
    let next = visit.asked("next").unwrap_or_default().to_owned();
    let way = match oidc.provider.begin().await {
        Ok(way) => way,
        Err(trouble) => return told(&visit, &trouble, next),
    };
    let (browser, now) = (visit.cookie(BROWSER).filter(|known| known.len() >= 32), visit.desk.now().0);
    let browser = browser.map_or_else(secret::make, str::to_owned);
    let flow = Flow::new(&browser, visit.address, next, &way, now);
    if !oidc.flows.add(&way.state, flow, now) {
        let hint = "wait ten minutes, and begin again";
        let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too-many-tries", "too many have begun to sign in", hint);
        return Err(refusal.later(600));
    }
    let response = reply::see(&way.url);
    Ok(reply::with(response, header::SET_COOKIE, &visit.set_cookie(BROWSER, &browser, flows::SECONDS)))
}

/// Takes somebody back from the provider.
pub(super) async fn finish(visit: Visit) -> Result<Response, Refusal> {
    let Some(oidc) = &visit.desk.oidc else { return Err(Refusal::nothing("such address")) };
    sign_in::few_tries(&visit)?;
    let (state, browser) = (visit.asked("state").unwrap_or_default(), visit.cookie(BROWSER).unwrap_or_default());
    let Some(flow) = oidc.flows.take(state, browser, visit.desk.now().0) else {
        let problem = Problem::plain("page-oidc-lost");
        return turn_away(&visit, StatusCode::BAD_REQUEST, "", "no such sign-in was begun here", problem, String::new()).await;
    };
    // Where several providers are one's own, an answer says from which it is.
    let foreign =
        visit.asked("iss").is_some_and(|issuer| issuer.trim_end_matches('/') != oidc.rules.issuer.trim_end_matches('/'));
    if foreign {
        return told(&visit, &Trouble::Distrusted("the answer is of another issuer".to_owned()), flow.next);
    }
    if let Some(error) = visit.asked("error") {
        let why = format!("the provider answered {}", word(error));
        return turn_away(&visit, StatusCode::FORBIDDEN, "", &why, Problem::plain("page-oidc-denied"), flow.next).await;
    }
    let code = visit.asked("code").unwrap_or_default().to_owned();
    let account = match oidc.provider.finish(code, &flow.nonce, flow.verifier).await {
        Ok(account) => account,
        Err(trouble) => {
            if matches!(trouble, Trouble::Distrusted(_)) {
                sign_in::wrong_try(&visit);
            }
            return told(&visit, &trouble, flow.next);
        }
    };
    let (email, entitled) = match roles::entitled(&oidc.rules, &account) {
        Ok(entitled) => entitled,
        Err(refused) => {
            let (who, why, problem) = refused.told();
            return turn_away(&visit, StatusCode::FORBIDDEN, &who, why, problem, flow.next).await;
        }
    };
    let identity = Identity { issuer: &oidc.rules.issuer, subject: &account.subject, email: &email };
    let arrival = visit.desk.people.arrive(&identity, &entitled.as_asked(), visit.desk.now().0).await?;
    let (person, notes) = match arrival {
        Arrival::Known(person, moved) => (person, [moved.then_some("role-changed"), None]),
        Arrival::Linked(person, moved) => (person, [Some("account-linked"), moved.then_some("role-changed")]),
        Arrival::Made(person) => (person, [Some("joined"), None]),
        Arrival::Unknown => {
            let problem = Problem::with("page-oidc-unknown", "email", &email);
            return turn_away(&visit, StatusCode::FORBIDDEN, &email, "nobody of that name is here", problem, flow.next).await;
        }
        Arrival::ShutOut => {
            let problem = Problem::plain("page-oidc-shut-out");
            return turn_away(&visit, StatusCode::FORBIDDEN, &email, "they were shut out", problem, flow.next).await;
        }
        Arrival::Taken => {
            let problem = Problem::with("page-oidc-taken", "email", &email);
            return turn_away(&visit, StatusCode::FORBIDDEN, &email, "another account has that name", problem, flow.next).await;
        }
    };
    let (now, address) = (visit.desk.now().0, visit.address.to_string());
    for what in notes.into_iter().flatten() {
        visit.desk.people.note(now, &person.name, what, &format!("oidc {}", person.role.name()), &address).await?;
    }
    visit.desk.people.note(now, &person.name, "signed-in", "oidc", &address).await?;
    sign_in::begin(&visit, person.id, &sign_in::inside(&flow.next)).await
}

/// Tells that the provider did not help. What it was stands in the log of the process.
fn told(visit: &Visit, trouble: &Trouble, next: String) -> Result<Response, Refusal> {
    let (event, why, status, problem) = match trouble {
        Trouble::Unreachable(why) => ("oidc-unreachable", why, StatusCode::SERVICE_UNAVAILABLE, "page-oidc-unreachable"),
        Trouble::Distrusted(why) => ("oidc-distrusted", why, StatusCode::FORBIDDEN, "page-oidc-distrusted"),
    };
    visit.desk.log("warning", event, &[("reason", why.as_str().into())]);
    sign_in::again(visit, status, next, Problem::plain(problem))
}

/// Tells somebody why they were not let in, and the log as well.
async fn turn_away(
    visit: &Visit,
    status: StatusCode,
    who: &str,
    why: &str,
    problem: Problem,
    next: String,
) -> Result<Response, Refusal> {
    sign_in::wrong_try(visit);
    let about = format!("oidc: {why}");
    visit.desk.people.note(visit.desk.now().0, who, "sign-in-refused", &about, &visit.address.to_string()).await?;
    sign_in::again(visit, status, next, problem)
}

/// The word of an error, as far as it is one: addresses can say anything.
fn word(error: &str) -> &str {
    let is_word = error.len() <= 40 && error.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if is_word { error } else { "an error" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_itself_to_nobody() {
        let secret = ClientSecret::of(" hush \n").expect("there is one");
        assert_eq!((secret.0.as_str(), format!("{secret:?}").as_str()), ("hush", "ClientSecret"));
        assert!(ClientSecret::of(" \n").is_none());
    }

    #[test]
    fn who_has_no_provider_is_told_how_to_build_one() {
        let problem = not_built().problems.remove(0);
        assert_eq!(problem.code, "oidc-not-built");
        assert!(problem.hint.is_some_and(|hint| hint.contains("--features oidc")));
    }

    #[test]
    fn only_words_of_errors_reach_the_log() {
        assert_eq!(word("access_denied"), "access_denied");
        assert_eq!(word("<script>"), "an error");
    }
}
