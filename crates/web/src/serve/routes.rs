//! All routes in one table: it drives the router, the rights, the OpenAPI document and the test of who may do what.

use std::future::Future;
use std::pin::Pin;

use axum::response::Response;
use axum::routing::MethodFilter;

use super::gate::Visit;
use super::identity::Right;
use super::openapi::{About, TABLE_PARAMETERS};
use super::problem::Refusal;
use super::{api, oidc, pages};

/// What a route's work comes to.
pub(crate) type Reply = Pin<Box<dyn Future<Output = Result<Response, Refusal>> + Send>>;

/// What a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Changes something.
    Post,
}

impl Method {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// Whom a route is for, which decides how it refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Programs.
    Api,
    /// People who read.
    Page,
    /// People who have filled in a form.
    Form,
    /// People who send a file.
    Upload,
}

/// A route.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, open parts in braces.
    pub path: &'static str,
    /// What it takes to use it.
    pub right: Right,
    /// Whom it is for.
    pub kind: Kind,
    /// What programs need to know of it; `None`: it is no part of what is promised.
    pub about: Option<About>,
    pub(super) call: fn(Visit) -> Reply,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method.name(), self.path)
    }
}

impl Route {
    /// The method as the router takes it. Who may read may ask for the head alone.
    pub(super) fn filter(&self) -> MethodFilter {
        match self.method {
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
        }
    }

    /// Whether each request is worth a line of the log.
    pub(super) fn is_logged(&self) -> bool {
        !matches!(self.path, "/healthz" | "/readyz" | "/metrics" | "/v1/events") && !self.path.starts_with("/assets/")
    }
}

/// A function that answers, as the table takes it.
macro_rules! call {
    ($function:path) => {
        |visit| Box::pin($function(visit))
    };
}

const fn api(method: Method, path: &'static str, right: Right, about: About, call: fn(Visit) -> Reply) -> Route {
    Route { method, path, right, kind: Kind::Api, about: Some(about), call }
}

const fn page(path: &'static str, right: Right, call: fn(Visit) -> Reply) -> Route {
    Route { method: Method::Get, path, right, kind: Kind::Page, about: None, call }
}

/// What a script of ours follows: refused as programs are, and no part of what is promised.
const fn stream(path: &'static str, right: Right, call: fn(Visit) -> Reply) -> Route {
    Route { method: Method::Get, path, right, kind: Kind::Api, about: None, call }
}

const fn form(path: &'static str, right: Right, call: fn(Visit) -> Reply) -> Route {
    Route { method: Method::Post, path, right, kind: Kind::Form, about: None, call }
}

const fn upload(path: &'static str, right: Right, call: fn(Visit) -> Reply) -> Route {
    Route { method: Method::Post, path, right, kind: Kind::Upload, about: None, call }
}

use Method::{Get, Post};

/// All of them.
pub static ROUTES: &[Route] = &[
    api(Get, "/healthz", Right::Anyone, About::text("Whether the process lives"), call!(api::state::health)),
    api(Get, "/readyz", Right::Anyone, About::text("Whether questions and events are served"), call!(api::state::ready)),
    api(
        Get,
        "/metrics",
        Right::Read,
        About::text("Figures of the process, and KPIs with targets, for Prometheus"),
        call!(api::state::metrics),
    ),
    api(Get, "/openapi.json", Right::Anyone, About::plain("This document"), call!(api::state::openapi)),
    api(Post, "/v1/events", Right::Ingest, About::ingest(), call!(api::events::take)),
    api(Get, "/v1/answers", Right::Read, About::answers(), call!(api::answers::ask)),
    api(Get, "/v1/metrics", Right::Read, About::plain("All KPIs"), call!(api::catalogue::metrics)),
    api(
        Get,
        "/v1/metrics/{id}",
        Right::Read,
        About::plain("One KPI: its formulas, variants, names and prose"),
        call!(api::catalogue::metric),
    ),
    api(Get, "/v1/explain/{id}", Right::Read, About::explain(), call!(api::explain::show)),
    api(Get, "/v1/dimensions", Right::Read, About::plain("What answers may be cut by"), call!(api::catalogue::dimensions)),
    api(
        Get,
        "/v1/conversations/{id}",
        Right::Read,
        About::plain("One conversation: its timeline and its rows in every fact table"),
        call!(api::conversation::show),
    ),
    api(
        Get,
        "/v1/export/{table}",
        Right::ReadAll,
        About::with("A fact table, or the events, as a stream", TABLE_PARAMETERS),
        call!(api::export::stream),
    ),
    page("/", Right::Anyone, call!(pages::root)),
    page("/assets/{name}", Right::Anyone, call!(pages::asset)),
    page("/sign-in", Right::Anyone, call!(pages::sign_in::show)),
    form("/sign-in", Right::Anyone, call!(pages::sign_in::enter)),
    page("/sign-in/oidc", Right::Anyone, call!(oidc::start)),
    page("/sign-in/oidc/callback", Right::Anyone, call!(oidc::finish)),
    form("/sign-out", Right::SignedIn, call!(pages::sign_in::leave)),
    page("/join", Right::Anyone, call!(pages::join::show)),
    form("/join", Right::Anyone, call!(pages::join::enter)),
    page("/overview", Right::Read, call!(pages::overview::show)),
    page("/live", Right::Read, call!(pages::live::show)),
    stream("/live/stream", Right::Read, call!(pages::live::stream)),
    page("/volume", Right::Read, call!(pages::area::show)),
    page("/speed", Right::Read, call!(pages::area::show)),
    page("/sla", Right::Read, call!(pages::area::show)),
    page("/quality", Right::Read, call!(pages::area::show)),
    page("/agents", Right::Read, call!(pages::area::show)),
    page("/conversions", Right::Read, call!(pages::area::show)),
    page("/tickets", Right::Read, call!(pages::tickets::show)),
    page("/conversations/{id}", Right::Read, call!(pages::conversation::show)),
    page("/search", Right::Read, call!(pages::search::show)),
    page("/views", Right::SignedIn, call!(pages::views::show)),
    form("/views/save", Right::SignedIn, call!(pages::views::save)),
    form("/views/remove", Right::SignedIn, call!(pages::views::remove)),
    form("/links/make", Right::Change, call!(pages::links::make)),
    form("/links/revoke", Right::Change, call!(pages::links::revoke)),
    page("/shared/{key}", Right::Anyone, call!(pages::links::shared)),
    form("/shared/{key}/open", Right::Anyone, call!(pages::links::open)),
    page("/embed/{key}", Right::Anyone, call!(pages::links::embed)),
    form("/notes/add", Right::Change, call!(pages::day_notes::add)),
    form("/notes/remove", Right::Change, call!(pages::day_notes::remove)),
    page("/definitions", Right::Read, call!(pages::definitions::list)),
    page("/definitions/{id}", Right::Read, call!(pages::definitions::show)),
    page("/data", Right::ReadAll, call!(pages::data::show)),
    upload("/data/upload", Right::Change, call!(pages::upload::take)),
    page("/data/uploads/{id}", Right::Change, call!(pages::upload::show)),
    form("/data/uploads/look", Right::Change, call!(pages::upload::look)),
    form("/data/uploads/import", Right::Change, call!(pages::upload::import)),
    form("/data/uploads/remove", Right::Change, call!(pages::upload::remove)),
    page("/data/work", Right::Change, call!(pages::errand::show)),
    form("/data/work/stop", Right::Change, call!(pages::errand::stop)),
    form("/data/demo", Right::Change, call!(pages::data::demo)),
    form("/data/undo", Right::Change, call!(pages::data::undo)),
    page("/data/rejects/{id}", Right::Change, call!(pages::data::rejects)),
    page("/data/quality", Right::ReadAll, call!(pages::troubles::show)),
    page("/settings", Right::ReadAll, call!(pages::settings::show)),
    form("/settings/targets", Right::Change, call!(pages::settings::targets)),
    page("/settings/people", Right::Manage, call!(pages::team::show)),
    form("/settings/people/invite", Right::Manage, call!(pages::team::invite)),
    form("/settings/people/change", Right::Manage, call!(pages::team::change)),
    form("/settings/people/remove", Right::Manage, call!(pages::team::remove)),
    form("/settings/tokens/add", Right::Manage, call!(pages::team::add_token)),
    form("/settings/tokens/revoke", Right::Manage, call!(pages::team::revoke)),
    page("/settings/privacy", Right::Manage, call!(pages::privacy::show)),
    form("/settings/privacy/look", Right::Manage, call!(pages::privacy::look)),
    form("/settings/privacy/forget", Right::Manage, call!(pages::privacy::forget)),
];
