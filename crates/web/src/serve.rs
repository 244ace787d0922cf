//! The service: events in over HTTP, answers and pages out, for a team.
//!
//! It holds the workspace's lock and is its only writer; whoever reads the folder meanwhile is not hindered. The runtime that listens
//! does not count: questions and commits run on threads of their own, so that a large question never keeps an event waiting. The
//! clock, the log and the signal to stop are the binary's.

mod api;
mod commit;
mod desk;
mod errand;
mod follow;
mod gate;
mod gauges;
mod identity;
mod inflow;
mod oidc;
mod openapi;
mod opening;
mod packing;
mod pages;
mod passwords;
mod problem;
mod reply;
mod routes;
mod secret;
pub mod tokens;
mod uploads;
mod workers;

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_engine::plan::keep_counts;
use deskgauge_engine::source::keep_columns;
use deskgauge_engine::workspace::Workspace;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use desk::{Desk, World};
pub use identity::{Right, Who};
pub use oidc::ClientSecret;
pub use routes::{Method, ROUTES, Route};

use crate::asking::failure;
use crate::failure::{Failure, Outcome, exit};

/// How the service is run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// A proxy before it speaks TLS and tells where requests come from.
    pub behind_proxy: bool,
    /// Everybody who reaches it may see all numbers, without signing in.
    pub no_sign_in: bool,
    /// Waiting events that begin a commit.
    pub commit_events: u64,
    /// The seconds after which waiting events are committed, however few they are.
    pub commit_seconds: u64,
    /// The source of events that name none.
    pub source: String,
    /// For how many seconds earlier snapshots are kept; `None`: for ever.
    pub keep_seconds: Option<i64>,
    /// The file of the workspace's key.
    pub key_file: PathBuf,
    /// By which a provider of OpenID Connect knows the service, where the environment has it.
    pub client_secret: Option<ClientSecret>,
    /// What counts as now when it starts, in seconds; from there time goes on. `None`: the clock.
    pub starts_at: Option<i64>,
}

impl Settings {
    /// Refuses what would lay the data open.
    ///
    /// # Errors
    /// `open-address` (exit 2).
    pub fn check(&self) -> Outcome {
        let open = !is_loopback(self.listen.ip());
        if open && self.no_sign_in {
            return Err(Failure::usage(
                "open-address",
                format!("{} can be reached from outside, and nobody would have to sign in", self.listen),
                "leave --no-sign-in out, or listen on 127.0.0.1",
            ));
        }
        if open && !self.behind_proxy {
            return Err(Failure::usage(
                "open-address",
                format!("{} can be reached from outside, and passwords would go over the wire in plain text", self.listen),
                "let a proxy speak TLS and add --behind-proxy, or listen on 127.0.0.1",
            ));
        }
        Ok(())
    }
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Serves a workspace until `stop` is done; requests that have begun are finished then. `started` is told the address, and the one-time
/// link that makes the first administrator where there is nobody yet.
///
/// # Errors
/// An address that is open or taken; the workspace's.
pub async fn serve(
    workspace: Workspace,
    settings: Settings,
    world: World,
    started: impl FnOnce(SocketAddr, Option<String>),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Outcome {
    settings.check()?;
    workspace.hold().await.map_err(failure)?;
    keep_columns(workspace.rules().limits.memory_bytes / 4);
    keep_counts(workspace.rules().limits.memory_bytes / 8);
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| taken(settings.listen, &error))?;
    let address = listener.local_addr().map_err(|error| taken(settings.listen, &error))?;
    let (stopping, stopped) = watch::channel(false);
    let (desk, inflow) = Desk::new(workspace, settings, world, stopped.clone()).await?;
    let link = desk.first_link(address).await?;
    let writer = tokio::spawn(inflow.write(desk.clone()));
    let follower = tokio::spawn(follow::keep_following(desk.clone(), stopped.clone()));
    let opener = tokio::spawn(opening::open_boards(desk.clone(), stopped.clone()));
    let committer = tokio::spawn(commit::keep_committing(desk.clone(), stopped.clone()));
    desk.log("info", "started", &[("address", address.to_string().into())]);
    if let Some(oidc) = &desk.oidc {
        desk.log("info", "oidc", &oidc.about());
    }
    started(address, link);
    let router = router(&desk).into_make_service_with_connect_info::<SocketAddr>();
    let mut until = stopped;
    let served = axum::serve(listener, router).with_graceful_shutdown(async move {
        let _ = until.wait_for(|stop| *stop).await;
    });
    let stopper = {
        let desk = desk.clone();
        tokio::spawn(async move {
            stop.await;
            desk.log("info", "stopping", &[]);
            desk.errands.stop();
            let _ = stopping.send(true);
        })
    };
    let end = served.await;
    stopper.abort();
    let _ = follower.await;
    let _ = opener.await;
    let _ = committer.await;
    desk.errands.rest().await;
    // What was acknowledged is on disk already; nothing is left to write but what nobody was promised.
    writer.abort();
    desk.log("info", "stopped", &[]);
    end.map_err(|error| taken(address, &error))
}

fn taken(address: SocketAddr, error: &std::io::Error) -> Failure {
    let problem = Diagnostic::error("cannot-listen", format!("could not listen on {address}: {error}"));
    Failure::new(exit::STATE, problem.hint("choose another port with --listen 127.0.0.1:PORT, or stop what uses it"))
}

/// All routes with their gate.
fn router(desk: &Arc<Desk>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let desk = desk.clone();
        let enter = move |request| {
            let desk = desk.clone();
            async move { gate::enter(desk, route, request).await }
        };
        router = router.route(route.path, axum::routing::on(route.filter(), enter));
    }
    let desk = desk.clone();
    router.fallback(move |request| {
        let desk = desk.clone();
        async move { gate::lost(&desk, &request) }
    })
}
