//! Signing in and out. Names and passwords are tried a few times only; which of the two was wrong is not told.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{LazyLock, Mutex, PoisonError};

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::Response;

use super::page;
use super::shell::{Shell, Words};
use crate::serve::gate::{FORM, SESSION, Visit};
use crate::serve::identity::Who;
use crate::serve::problem::Refusal;
use crate::serve::{oidc, passwords, reply, secret};

/// For how many seconds a session holds.
const SESSION_SECONDS: i64 = 12 * 3600;
/// Wrong tries before the next ones are refused, by name and by address.
const TRIES: usize = 8;
/// For how many seconds a wrong try is remembered.
const MEMORY: i64 = 15 * 60;
/// What is told of a name and a password that do not belong together.
const WRONG_FIELDS: &str = "page-sign-in-wrong";
/// Most names and addresses that are remembered.
const REMEMBERED: usize = 10_000;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    shell: Shell,
    next: String,
    name: String,
    wrong: Option<String>,
    /// Whether that is about what stands in the fields.
    is_of_fields: bool,
    /// The way to the provider and its name on the button, where there is one.
    provider: Option<(String, String)>,
}

/// What somebody is told who was not let in: a message, and the one text in it.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::serve) struct Problem {
    key: &'static str,
    text: Option<(&'static str, String)>,
}

impl Problem {
    /// A message.
    pub(in crate::serve) fn plain(key: &'static str) -> Self {
        Self { key, text: None }
    }

    /// A message with a text in it.
    pub(in crate::serve) fn with(key: &'static str, name: &'static str, text: &str) -> Self {
        Self { key, text: Some((name, text.to_owned())) }
    }

    fn told(&self, words: Words) -> String {
        match &self.text {
            Some((name, text)) => words.with(self.key, name, text),
            None => words.text(self.key),
        }
    }
}

/// The page to sign in on.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    if matches!(visit.who, Who::Person(..)) {
        return Ok(reply::see("/overview"));
    }
    let next = visit.asked("next").unwrap_or("/overview").to_owned();
    form(&visit, StatusCode::OK, next, String::new(), None)
}

/// The page once more, for whom a provider did not bring in.
pub(in crate::serve) fn again(visit: &Visit, status: StatusCode, next: String, problem: Problem) -> Result<Response, Refusal> {
    form(visit, status, next, String::new(), Some(problem))
}

fn form(visit: &Visit, status: StatusCode, next: String, name: String, wrong: Option<Problem>) -> Result<Response, Refusal> {
    let words = Words(visit.language);
    let mut shell = Shell::new(visit, words.text("page-sign-in"), "");
    let (proof, cookie) = proof(visit);
    shell.proof.1 = proof;
    // Whoever chooses another language is to find this page in it, and not to go to the provider once more.
    if visit.route.path != "/sign-in" {
        for link in &mut shell.languages {
            let tag = link.href.rsplit_once("lang=").map_or_else(String::new, |(_, tag)| format!("?lang={tag}"));
            link.href = format!("/sign-in{tag}");
        }
    }
    let provider = visit.desk.oidc.as_ref().map(|oidc| {
        let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let label = match oidc.label() {
            Some(label) => words.with("page-oidc-enter", "label", label),
            None => words.text("page-oidc-enter-plain"),
        };
        (format!("{}?next={next}", oidc::START), label)
    });
    let is_of_fields = wrong.as_ref().is_some_and(|problem| problem.key == WRONG_FIELDS);
    let wrong = wrong.map(|problem| problem.told(words));
    let response = page(status, &SignIn { shell, next, name, wrong, is_of_fields, provider })?;
    Ok(reply::giving(response, cookie))
}

/// What a form of somebody without a session must bring, and the cookie that it must match, where there is none yet.
pub(super) fn proof(visit: &Visit) -> (String, Option<String>) {
    match visit.cookie(FORM) {
        Some(known) if known.len() >= 32 => (known.to_owned(), None),
        _ => {
            let made = secret::make();
            let cookie = visit.set_cookie(FORM, &made, 86_400);
            (made, Some(cookie))
        }
    }
}

/// Signs in.
pub(in crate::serve) async fn enter(visit: Visit) -> Result<Response, Refusal> {
    let (name, now) = (visit.field("name").trim().to_owned(), visit.desk.now().0);
    let keys = [format!("name {}", name.to_lowercase()), address_key(visit.address)];
    refuse_many(&visit, &keys, now)?;
    let found = visit.desk.people.find(&name).await?;
    let (person, kept) = found.map_or((None, None), |(person, kept)| (Some(person), Some(kept)));
    // Who was taken in by a provider has no password: it takes as long to find out as that nobody is there.
    let kept = kept.filter(|kept| !kept.is_empty());
    let right = passwords::check(visit.field("password").to_owned(), kept).await;
    let Some(person) = person.filter(|_| right) else {
        WRONG.remember(&keys, now);
        visit.desk.people.note(now, &name, "sign-in-refused", "", &visit.address.to_string()).await?;
        return form(
            &visit,
            StatusCode::UNPROCESSABLE_ENTITY,
            visit.field("next").to_owned(),
            name,
            Some(Problem::plain(WRONG_FIELDS)),
        );
    };
    WRONG.forget(&keys[..1]);
    visit.desk.people.note(now, &person.name, "signed-in", "", &visit.address.to_string()).await?;
    let next = inside(visit.field("next"));
    begin(&visit, person.id, &next).await
}

/// Refuses who has tried too often.
pub(super) fn refuse_many(visit: &Visit, keys: &[String], now: i64) -> Result<(), Refusal> {
    if !WRONG.too_many(keys, now) {
        return Ok(());
    }
    visit.desk.log("warning", "sign-in-throttled", &[("address", visit.address.to_string().into())]);
    let hint = "wait a quarter of an hour, or ask an administrator for a new invitation or link";
    let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too-many-tries", "there were too many wrong tries", hint);
    Err(refusal.later(u32::try_from(MEMORY).unwrap_or(900)))
}

/// Refuses whose address has tried too often, where no name is tried.
pub(in crate::serve) fn few_tries(visit: &Visit) -> Result<(), Refusal> {
    refuse_many(visit, &[String::new(), address_key(visit.address)], visit.desk.now().0)
}

/// Remembers a wrong try of an address.
pub(in crate::serve) fn wrong_try(visit: &Visit) {
    WRONG.remember(&[address_key(visit.address)], visit.desk.now().0);
}

/// Begins a session and goes on to a page.
pub(in crate::serve) async fn begin(visit: &Visit, person: i64, next: &str) -> Result<Response, Refusal> {
    let (cookie, form, now) = (secret::make(), secret::make(), visit.desk.now().0);
    visit.desk.people.begin_session(person, &secret::hash(&cookie), &form, now, now + SESSION_SECONDS).await?;
    let response = reply::with(reply::see(next), header::SET_COOKIE, &visit.set_cookie(SESSION, &cookie, SESSION_SECONDS));
    Ok(reply::with(response, header::SET_COOKIE, &visit.set_cookie(FORM, "", 0)))
}

/// Signs out.
pub(in crate::serve) async fn leave(visit: Visit) -> Result<Response, Refusal> {
    if let Some(cookie) = visit.cookie(SESSION) {
        visit.desk.people.end_session(&secret::hash(cookie)).await?;
    }
    visit.desk.people.note(visit.desk.now().0, &visit.who.name(), "signed-out", "", &visit.address.to_string()).await?;
    Ok(reply::with(reply::see("/sign-in"), header::SET_COOKIE, &visit.set_cookie(SESSION, "", 0)))
}

/// A page of ours: nobody is sent elsewhere by a link that they were given.
pub(in crate::serve) fn inside(next: &str) -> String {
    let is_ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r']);
    if is_ours { next.to_owned() } else { "/overview".to_owned() }
}

/// An address as it is counted: of version 6, the network, since one machine has many.
pub(in crate::serve) fn address_key(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(own) => format!("address {own}"),
        IpAddr::V6(own) => format!("network {:x?}", &own.segments()[..4]),
    }
}

/// Wrong tries, by name or link and by address, with their instants.
pub(super) struct Wrong(Mutex<BTreeMap<String, Vec<i64>>>);

/// Those of this process.
pub(super) static WRONG: LazyLock<Wrong> = LazyLock::new(|| Wrong(Mutex::new(BTreeMap::new())));

impl Wrong {
    fn too_many(&self, keys: &[String], now: i64) -> bool {
        let tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |key: &String| tries.get(key).map_or(0, |own| own.iter().filter(|at| now - **at < MEMORY).count());
        // Several people may share an address.
        keys.iter().zip([TRIES, TRIES * 5]).any(|(key, most)| recent(key) >= most)
    }

    /// Remembers a wrong try.
    pub(super) fn remember(&self, keys: &[String], now: i64) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() > REMEMBERED {
            tries.retain(|_, own| own.last().is_some_and(|at| now - at < MEMORY));
        }
        for key in keys {
            let own = tries.entry(key.clone()).or_default();
            own.retain(|at| now - at < MEMORY);
            own.push(now);
        }
    }

    /// Forgets those of keys whose owner was right.
    pub(super) fn forget(&self, keys: &[String]) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.iter().for_each(|key| drop(tries.remove(key)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for (next, place) in [
            ("/tickets?r=7d", "/tickets?r=7d"),
            ("//evil.example", "/overview"),
            ("https://evil.example", "/overview"),
            ("/a\\b", "/overview"),
        ] {
            assert_eq!(inside(next), place);
        }
    }

    #[test]
    fn tries_are_forgotten_with_time() {
        let wrong = Wrong(Mutex::new(BTreeMap::new()));
        let keys = ["name ana".to_owned(), "address 127.0.0.1".to_owned()];
        (0..TRIES).for_each(|_| wrong.remember(&keys, 100));
        assert!(wrong.too_many(&keys, 101) && !wrong.too_many(&keys, 100 + MEMORY));
        wrong.forget(&keys[..1]);
        assert!(!wrong.too_many(&keys, 101));
    }
}
