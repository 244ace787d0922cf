//! The gate that every request goes through: who asks, whether they may, in which language; and after it the headers, the log, the counts.
//!
//! There is no other way to a route, so a new one cannot forget any of it.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use deskgauge_core::metric::Language;
use multer::Multipart;

use super::desk::Desk;
use super::identity::{Guest, Right, Who};
use super::problem::Refusal;
use super::routes::{Kind, Route};
use super::{packing, reply, secret, uploads};

/// The cookie of a session.
pub(crate) const SESSION: &str = "deskgauge_session";
/// The cookie that a form of somebody without a session must match.
pub(crate) const FORM: &str = "deskgauge_form";
/// The cookie of the language that was chosen.
pub(crate) const LANGUAGE: &str = "deskgauge_lang";
/// The field, and the header of programs in a browser, that proves that a request was made on our pages.
pub(crate) const PROOF: &str = "form_key";
const PROOF_HEADER: &str = "x-form-key";
/// Most bytes of a form.
const FORM_BYTES: usize = 64 << 10;

/// What no page may load but from here, and no attribute may style; after it stand the others whose pages may hold it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";

/// Headers of every answer.
const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"),
];

/// A request that has come through.
pub(crate) struct Visit {
    pub(crate) desk: Arc<Desk>,
    pub(crate) route: &'static Route,
    pub(crate) who: Who,
    pub(crate) language: Language,
    /// The parts of the path that the route leaves open, by name.
    pub(crate) place: Vec<(String, String)>,
    /// The query, in its order.
    pub(crate) query: Vec<(String, String)>,
    /// The fields of a form, in their order.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) path: String,
    /// Where the request comes from.
    pub(crate) address: IpAddr,
    /// Behind a lock only because a body cannot be looked at by two at once.
    body: Mutex<Body>,
    /// What is left of a form with a file, after its proof.
    upload: Mutex<Option<Multipart<'static>>>,
}

impl Visit {
    /// The service's own look at a page, as of whoever may see all numbers: what it comes to is shown to nobody.
    pub(super) fn of_nobody(desk: Arc<Desk>, route: &'static Route, query: Vec<(String, String)>) -> Self {
        Self {
            desk,
            route,
            who: Who::Anybody,
            language: Language::En,
            place: Vec::new(),
            query,
            fields: Vec::new(),
            headers: HeaderMap::new(),
            path: route.path.to_owned(),
            address: IpAddr::from([127, 0, 0, 1]),
            body: Mutex::default(),
            upload: Mutex::default(),
        }
    }

    /// The body, once.
    pub(crate) fn body(&self) -> Body {
        std::mem::take(&mut *self.body.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether whoever has come in would still be let in: nobody has signed out, no right was taken away.
    pub(crate) async fn is_still_let_in(&self) -> bool {
        match who(&self.desk, &self.headers).await {
            Ok(who) => self.route.right.allows(&who) && who.name() == self.who.name() && who.only() == self.who.only(),
            Err(_) => false,
        }
    }

    /// An open part of the path.
    pub(crate) fn place(&self, name: &str) -> &str {
        self.place.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// The last value of a name in the query.
    pub(crate) fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The last value of a field of the form.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.iter().rev().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// The number that a field of the form holds.
    pub(crate) fn number(&self, name: &str) -> Result<i64, Refusal> {
        let wrong = |_| Refusal::new(StatusCode::BAD_REQUEST, "bad-value", format!("`{name}` is no number"), "");
        self.field(name).parse().map_err(wrong)
    }

    /// The same visit of somebody who has a link to one view and sees nothing else: `path` is that of the view, `query` its own.
    pub(crate) fn guest(self, guest: Guest, path: String, query: Vec<(String, String)>) -> Self {
        Self { who: Who::Guest(guest), path, query, ..self }
    }

    /// The path that was asked for, without its query.
    pub(crate) fn own_path(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    /// The whole address of a path, for links that leave this browser.
    pub(crate) fn absolute(&self, path: &str) -> String {
        let host = self.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let scheme = if self.desk.settings.behind_proxy { "https" } else { "http" };
        format!("{scheme}://{host}{path}")
    }

    /// Writes down what was done, for the log of the workspace.
    pub(crate) async fn note(&self, what: &str, about: &str) -> Result<(), Refusal> {
        Ok(self.desk.people.note(self.desk.now().0, &self.who.name(), what, about, &self.address.to_string()).await?)
    }

    /// The form with a file, once; it is past its proof.
    pub(crate) fn upload(&self) -> Option<Multipart<'static>> {
        self.upload.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        cookie(&self.headers, name)
    }

    /// A cookie to set, for so many seconds; 0 takes it away.
    pub(crate) fn set_cookie(&self, name: &str, value: &str, seconds: i64) -> String {
        let secure = if self.desk.settings.behind_proxy { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
    }
}

/// Lets a request through to its route, or not.
pub(super) async fn enter(desk: Arc<Desk>, route: &'static Route, request: Request) -> Response {
    let timer = Instant::now();
    let (parts, body) = request.into_parts();
    let is_head = parts.method == Method::HEAD;
    let packs = packing::is_wanted(&parts.headers);
    let asked = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let chosen_language = (route.kind == Kind::Page).then(|| chosen(&parts)).flatten().map(|language| {
        let secure = if desk.settings.behind_proxy { "; Secure" } else { "" };
        format!("{LANGUAGE}={}; Path=/; SameSite=Lax; Max-Age=31536000{secure}", language.name())
    });
    let (mut response, who) = match visit(desk.clone(), route, parts, body).await {
        Ok(visit) => {
            let (who, language) = (visit.who.name(), visit.language);
            let asker = visit.who.clone();
            match (route.call)(visit).await {
                Ok(response) => (response, who),
                Err(refusal) => (refused(route, &refusal, language, Some(asker)), who),
            }
        }
        Err((refusal, _)) if route.kind == Kind::Page && refusal.status == StatusCode::UNAUTHORIZED => {
            let next: String = form_urlencoded::byte_serialize(asked.as_bytes()).collect();
            (reply::see(&format!("/sign-in?next={next}")), String::new())
        }
        Err((refusal, language)) => (refused(route, &refusal, language, None), String::new()),
    };
    if let Some(cookie) = chosen_language {
        response = reply::with(response, header::SET_COOKIE, &cookie);
    }
    dress(&mut response, desk.settings.behind_proxy);
    if packs {
        response = packing::pack(response).await;
    }
    let status = response.status().as_u16();
    desk.gauges.request(route.method.name(), route.path, status);
    let millis = u64::try_from(timer.elapsed().as_millis()).unwrap_or(u64::MAX);
    // The route's own pattern and not what was asked for: links and queries may hold what is nobody's matter.
    let fields = [
        ("method", route.method.name().into()),
        ("route", route.path.into()),
        ("status", status.into()),
        ("ms", millis.into()),
        ("who", who.into()),
    ];
    if route.is_logged() || status >= 400 {
        desk.log(if status >= 500 { "error" } else { "info" }, "request", &fields);
    }
    if is_head {
        *response.body_mut() = Body::empty();
    }
    response
}

/// A request to where nothing is.
pub(super) fn lost(desk: &Desk, request: &Request) -> Response {
    let refusal = Refusal::nothing("such address");
    let page = !request.uri().path().starts_with("/v1/");
    let language = language(None, request.headers());
    let mut response = if page { super::pages::refused(&refusal, language, None) } else { refusal.json() };
    dress(&mut response, desk.settings.behind_proxy);
    response
}

fn refused(route: &Route, refusal: &Refusal, language: Language, asker: Option<Who>) -> Response {
    match route.kind {
        Kind::Api => {
            let response = refusal.json();
            if refusal.status == StatusCode::UNAUTHORIZED {
                return reply::with(response, header::WWW_AUTHENTICATE, "Bearer");
            }
            response
        }
        Kind::Page | Kind::Form | Kind::Upload => {
            let mut response = super::pages::refused(refusal, language, asker);
            refusal.tell_when(&mut response);
            response
        }
    }
}

/// A page that pages of these origins may hold, too.
pub(crate) fn held_by(response: Response, origins: &[String]) -> Response {
    let policy: String = [POLICY].into_iter().chain(origins.iter().map(String::as_str)).collect::<Vec<_>>().join(" ");
    reply::with(response, header::CONTENT_SECURITY_POLICY, &policy)
}

fn dress(response: &mut Response, behind_proxy: bool) {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        // A page that others may hold brings a policy that says whose.
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    if behind_proxy {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    // Numbers of a team belong into no cache but the reader's own.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
}

type Stopped = (Refusal, Language);

async fn visit(desk: Arc<Desk>, route: &'static Route, mut parts: Parts, body: Body) -> Result<Visit, Stopped> {
    let query: Vec<(String, String)> =
        form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let language = language(chosen(&parts), &parts.headers);
    let stop = |refusal: Refusal| (refusal, language);
    let address = address(&parts, desk.settings.behind_proxy);
    let place = match RawPathParams::from_request_parts(&mut parts, &()).await {
        Ok(place) => place.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        Err(_) => return Err(stop(Refusal::nothing("such address"))),
    };
    let who = who(&desk, &parts.headers).await.map_err(stop)?;
    if !route.right.allows(&who) {
        let signed_out = matches!(who, Who::Nobody);
        return Err(stop(if signed_out { sign_in_first() } else { not_allowed(route.right) }));
    }
    let mut visit = Visit {
        desk,
        route,
        who,
        language,
        place,
        query,
        fields: Vec::new(),
        path: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        headers: parts.headers,
        address,
        body: Mutex::new(body),
        upload: Mutex::new(None),
    };
    if parts.method == Method::POST {
        prove(&mut visit).await.map_err(stop)?;
    }
    Ok(visit)
}

fn sign_in_first() -> Refusal {
    Refusal::new(
        StatusCode::UNAUTHORIZED,
        "sign-in-first",
        "nobody has signed in",
        "sign in, or send a token as `Authorization: Bearer TOKEN`",
    )
}

fn not_allowed(right: Right) -> Refusal {
    let what = match right {
        Right::Ingest => "send events",
        Right::Change => "change what the team shares",
        Right::Manage => "manage people and tokens",
        Right::ReadAll => "see everybody's rows",
        Right::Anyone | Right::SignedIn | Right::Read => "do this",
    };
    let hint = "ask an administrator of the workspace for the role or the scope";
    Refusal::new(StatusCode::FORBIDDEN, "not-allowed", format!("you may not {what}"), hint)
}

/// Who asks, by a token or by a session.
async fn who(desk: &Desk, headers: &HeaderMap) -> Result<Who, Refusal> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let secret = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
        let token = match secret {
            Some(secret) => desk.people.token(&secret::hash(secret.trim())).await?,
            None => None,
        };
        return token.map(Who::Program).ok_or_else(|| {
            let hint = "an administrator makes one: `deskgauge token add NAME --scope read`";
            Refusal::new(StatusCode::UNAUTHORIZED, "unknown-token", "this token is unknown or was revoked", hint)
        });
    }
    if let Some(secret) = cookie(headers, SESSION)
        && let Some(session) = desk.people.session(&secret::hash(secret), desk.now().0).await?
    {
        return Ok(Who::Person(session.person, session.form));
    }
    Ok(if desk.settings.no_sign_in { Who::Anybody } else { Who::Nobody })
}

/// Lets a change through only from our own pages, or from a program with a token, which no browser sends by itself.
async fn prove(visit: &mut Visit) -> Result<(), Refusal> {
    if visit.route.kind == Kind::Form {
        let body = visit.body();
        let bytes = axum::body::to_bytes(body, FORM_BYTES).await.map_err(|_| {
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "the form is too large", "shorten what is in it")
        })?;
        visit.fields = form_urlencoded::parse(&bytes).into_owned().collect();
    }
    if visit.route.kind == Kind::Upload {
        uploaded(visit).await?;
    }
    if matches!(visit.who, Who::Program(_)) {
        return Ok(());
    }
    let foreign = visit.headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site")
        || visit.headers.get(header::ORIGIN).is_some_and(|origin| !same_host(origin, visit.headers.get(header::HOST)));
    let wanted = match &visit.who {
        Who::Person(_, form) => Some(form.clone()),
        _ => visit.cookie(FORM).map(str::to_owned),
    };
    let given = match visit.route.kind {
        Kind::Form | Kind::Upload => visit.field(PROOF).to_owned(),
        _ => visit.headers.get(PROOF_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned(),
    };
    if foreign || !wanted.is_some_and(|wanted| secret::same(&wanted, &given)) {
        let hint = "load the page again and send the form from there";
        return Err(Refusal::new(StatusCode::FORBIDDEN, "foreign-form", "this form was not sent from a page of ours", hint));
    }
    Ok(())
}

/// Reads the first field of a form with a file, which is its proof; of the file no byte is read yet.
async fn uploaded(visit: &mut Visit) -> Result<(), Refusal> {
    let media = visit.headers.get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
    // A body that is no such form brings no proof, and is refused for that.
    let Ok(boundary) = multer::parse_boundary(media) else { return Ok(()) };
    let limits = multer::Constraints::new().size_limit(uploads::limits());
    let mut form = Multipart::with_constraints(visit.body().into_data_stream(), boundary, limits);
    if let Some(field) = form.next_field().await.map_err(|error| uploads::broken(&error))?
        && field.name() == Some(PROOF)
    {
        let given = field.text().await.map_err(|error| uploads::broken(&error))?;
        visit.fields = vec![(PROOF.to_owned(), given)];
    }
    visit.upload = Mutex::new(Some(form));
    Ok(())
}

fn same_host(origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
    let origin = origin.to_str().unwrap_or_default();
    let host = host.and_then(|host| host.to_str().ok());
    origin.split_once("://").is_some_and(|(_, own)| Some(own) == host)
}

/// Where a request comes from; behind a proxy, what the proxy says.
fn address(parts: &Parts, behind_proxy: bool) -> IpAddr {
    let told = parts.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
    let told = told.and_then(|list| list.rsplit(',').next()).and_then(|last| last.trim().parse().ok());
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    told.filter(|_| behind_proxy).or(peer).unwrap_or(IpAddr::from([0, 0, 0, 0]))
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(own, _)| *own == name).map(|(_, value)| value)
}

/// The language that an address names.
fn chosen(parts: &Parts) -> Option<Language> {
    let query = parts.uri.query().unwrap_or_default();
    let named = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "lang").last();
    named.and_then(|(_, value)| Language::parse(&value))
}

/// The reader's language: as chosen now, as chosen before, as their browser asks for it, else English.
fn language(chosen: Option<Language>, headers: &HeaderMap) -> Language {
    if let Some(language) = chosen.or_else(|| cookie(headers, LANGUAGE).and_then(Language::parse)) {
        return language;
    }
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut wanted: Vec<(f64, &str)> = asked
        .split(',')
        .filter_map(|part| {
            let mut words = part.trim().split(';');
            let tag = words.next().filter(|tag| !tag.is_empty())?;
            let weight = words.find_map(|word| word.trim().strip_prefix("q=")?.parse().ok());
            Some((weight.unwrap_or(1.0), tag))
        })
        .collect();
    wanted.sort_by(|one, other| other.0.total_cmp(&one.0));
    wanted.into_iter().find_map(|(_, tag)| nearest(tag)).unwrap_or(Language::En)
}

/// The language that a browser's tag means.
fn nearest(tag: &str) -> Option<Language> {
    let tag = tag.to_ascii_lowercase();
    let main = tag.split('-').next().unwrap_or_default();
    match main {
        "en" => Some(Language::En),
        "ru" => Some(Language::Ru),
        "ro" | "mo" => Some(Language::Ro),
        "zh" if ["hant", "tw", "hk", "mo"].iter().any(|part| tag.split('-').any(|own| own == *part)) => Some(Language::ZhHant),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value")))
            .collect()
    }

    #[test]
    fn the_language_is_chosen_in_order() {
        let asked = headers(&[("accept-language", "de, zh-TW;q=0.8, ro;q=0.9"), ("cookie", "a=b; deskgauge_lang=ru")]);
        assert_eq!(language(Some(Language::ZhHant), &asked), Language::ZhHant);
        assert_eq!(language(None, &asked), Language::Ru);
        assert_eq!(language(None, &headers(&[("accept-language", "de, zh-TW;q=0.8, ro;q=0.9")])), Language::Ro);
        assert_eq!(language(None, &headers(&[("accept-language", "zh-CN, zh-HK;q=0.5")])), Language::ZhHant);
        assert_eq!(language(None, &HeaderMap::new()), Language::En);
    }

    #[test]
    fn a_form_of_another_host_is_foreign() {
        let value = |text: &str| HeaderValue::from_str(text).expect("a value");
        assert!(same_host(&value("https://desk.example"), Some(&value("desk.example"))));
        assert!(!same_host(&value("https://evil.example"), Some(&value("desk.example"))));
        assert!(!same_host(&value("null"), Some(&value("desk.example"))));
    }
}
