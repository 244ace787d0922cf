//! `serve`: the workspace as a service for a team.

use std::net::SocketAddr;

use clap::Args;
use deskgauge_core::question::parse_now;
use deskgauge_web::serve::{Settings, World, serve};

use crate::commands::upkeep;
use crate::config::{Global, client_secret, clock_micros, key_file};
use crate::failure::{Failure, Outcome, exit, note};
use crate::{interrupt, workspace};

/// Serve the workspace: events in over HTTP, answers and pages out
///
/// The first start prints a link, once, that makes the first administrator. It listens on this machine only, unless a proxy that speaks
/// TLS stands before it (--behind-proxy). It holds the workspace's lock while it runs: other commands can read beside it, not change.
/// Ctrl-C or SIGTERM finishes what has begun, and ends it. The log goes to standard error, one JSON object a line.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge --workspace support serve\n  deskgauge serve --listen 127.0.0.1:0                     a free port, which is printed\n  deskgauge --workspace shop serve --no-sign-in --now 2026-04-08\n  deskgauge serve --listen 0.0.0.0:8480 --behind-proxy\n  curl -H 'Authorization: Bearer TOKEN' --data-binary @events.jsonl http://127.0.0.1:8480/v1/events"
)]
pub(crate) struct Serve {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8480")]
    listen: SocketAddr,
    /// A proxy speaks TLS before it, and names the sender in X-Forwarded-For
    #[arg(long)]
    behind_proxy: bool,
    /// Whoever reaches it sees all numbers without signing in; on this machine only
    #[arg(long)]
    no_sign_in: bool,
    /// Move events into the lake when so many wait
    #[arg(long, value_name = "EVENTS", default_value_t = 50_000, value_parser = clap::value_parser!(u64).range(1..))]
    commit_at: u64,
    /// Move events into the lake when the oldest has waited so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    commit_after: u64,
    /// How long earlier states can be asked for by --as-of, such as 12h or 365d, while it runs no less than an hour, since questions
    /// may still read them; `all` keeps them all
    #[arg(long, value_name = "SPAN", default_value = "30d")]
    keep: String,
    /// The source of events that name none
    #[arg(long, value_name = "NAME", default_value = "live")]
    source: String,
    /// What counts as now when it starts, a date or an instant, for data of another time such as a simulated shop's; from there time
    /// goes on [default: the clock]
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
}

impl Serve {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let workspace = workspace::open(global).await?;
        let zone = &workspace.rules().workspace.time_zone;
        let now = self.now.as_deref().map(parse_now).transpose().map_err(|problem| Failure::new(exit::USAGE, problem))?;
        let keep_seconds = match self.keep.as_str() {
            "all" => None,
            span => Some(upkeep::span(span)?),
        };
        let settings = Settings {
            keep_seconds,
            starts_at: now.map(|now| now.at(zone).0),
            key_file: key_file(workspace.folder()),
            client_secret: client_secret(),
            listen: self.listen,
            behind_proxy: self.behind_proxy,
            no_sign_in: self.no_sign_in,
            commit_events: self.commit_at,
            commit_seconds: self.commit_after,
            source: self.source,
        };
        settings.check()?;
        let world = World { clock: clock_micros, log: |line| note(line) };
        let started = |address: SocketAddr, link: Option<String>| {
            // Standard output carries what scripts wait for; a reader that has gone changes nothing.
            let _ = crate::output::print(&format!("listening on http://{address}"));
            if let Some(link) = link {
                let _ = crate::output::print(&format!("make the first administrator, once, within 7 days: {link}"));
            }
        };
        serve(workspace, settings, world, started, interrupt::asked_to_stop()).await
    }
}
