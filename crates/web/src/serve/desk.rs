//! What all requests share: the workspace and its newest state, the way in for events, the threads that work, the clock and the log.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use deskgauge_core::answer::DataCut;
use deskgauge_core::facts::At;
use deskgauge_core::question::AsOf;
use deskgauge_core::rules::Rules;
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::people::{People, Role};
use deskgauge_engine::workspace::{Newest, View, Workspace};
use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::sync::{Notify, Semaphore, watch};

use super::Settings;
use super::errand::Errands;
use super::gauges::Gauges;
use super::inflow::{Inflow, Inlet, inflow};
use super::oidc::Oidc;
use super::pages::live::Wall;
use super::problem::Refusal;
use super::tokens;
use super::workers::Workers;
use crate::asking::{Asking, failure};
use crate::conceal::Conceal;
use crate::failure::Outcome;

/// Questions that are worked on at once; others wait for their turn.
const TURNS: usize = 8;
/// How long a question waits for its turn.
const PATIENCE: Duration = Duration::from_secs(15);

/// What only the binary has.
#[derive(Clone, Copy)]
pub struct World {
    /// The clock, in microseconds since 1970.
    pub clock: fn() -> i64,
    /// The log: takes a line.
    pub log: fn(&str),
}

/// All of it.
pub struct Desk {
    /// The workspace, whose lock is held.
    pub(crate) workspace: Workspace,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) people: People,
    pub(crate) settings: Settings,
    pub(crate) gauges: Gauges,
    /// Hashes addresses and numbers before they are stored.
    pub(crate) conceal: Conceal,
    pub(super) world: World,
    pub(super) workers: Workers,
    pub(super) inlet: Inlet,
    /// By whom people sign in, beside names and passwords.
    pub(super) oidc: Option<Oidc>,
    /// Long work that people set off.
    pub(super) errands: Errands,
    /// What all who follow the live page share.
    pub(super) wall: Wall,
    /// Turns true when the service is asked to stop.
    pub(super) stopped: watch::Receiver<bool>,
    /// Told when events have arrived, for whoever commits.
    pub(super) arrived: Notify,
    /// The same for whoever follows.
    pub(super) followed: Notify,
    /// The rules with the targets that hold now: those alone may change while the service runs.
    current: RwLock<Arc<Rules>>,
    pub(super) newest: Newest,
    turns: Semaphore,
    begun: Instant,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Desk {
    /// Of a workspace.
    ///
    /// # Errors
    /// The database's; no threads; a provider that cannot be asked in this build.
    pub(super) async fn new(
        workspace: Workspace,
        settings: Settings,
        world: World,
        stopped: watch::Receiver<bool>,
    ) -> Outcome<(Arc<Self>, Inflow)> {
        let people = People::open(workspace.lake()).await.map_err(tokens::failure)?;
        let (inlet, inflow) = inflow();
        let rules = Arc::new(workspace.rules().clone());
        let oidc = Oidc::of(rules.oidc.as_ref(), settings.client_secret.clone(), workspace.folder())?;
        let desk = Self {
            catalogue: Arc::new(workspace.catalogue().clone()),
            current: RwLock::new(rules.clone()),
            rules,
            workspace,
            people,
            conceal: Conceal::by(settings.key_file.clone()),
            settings,
            gauges: Gauges::default(),
            world,
            workers: Workers::new()?,
            inlet,
            oidc,
            errands: Errands::default(),
            wall: Wall::default(),
            stopped,
            arrived: Notify::new(),
            followed: Notify::new(),
            newest: Newest::paced(),
            turns: Semaphore::new(TURNS),
            begun: Instant::now(),
        };
        Ok((Arc::new(desk), inflow))
    }

    /// What counts as now.
    pub(crate) fn now(&self) -> At {
        match self.settings.starts_at {
            Some(start) => At(start.saturating_add(i64::try_from(self.begun.elapsed().as_secs()).unwrap_or(0))),
            None => At((self.world.clock)().div_euclid(1_000_000)),
        }
    }

    /// The rules with the targets that hold now.
    pub(crate) fn current_rules(&self) -> Arc<Rules> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets the targets of these rules hold, whose rest is what is in force.
    pub(crate) fn let_hold(&self, rules: Rules) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
    }

    /// For how long it runs.
    pub(crate) fn uptime(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Writes a line of the log, as JSON. Nothing that opens a door may be among the fields.
    pub(crate) fn log(&self, level: &str, event: &str, fields: &[(&str, Value)]) {
        let at = Timestamp::from_microsecond((self.world.clock)()).map(|at| format!("{at:.3}")).unwrap_or_default();
        let mut line = Map::new();
        for (name, value) in [("at", at.as_str()), ("level", level), ("event", event)] {
            line.insert(name.to_owned(), value.into());
        }
        line.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        (self.world.log)(&Value::Object(line).to_string());
    }

    /// The link that makes the first administrator, where there is nobody yet. Links that were told before no longer work.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn first_link(&self, address: SocketAddr) -> Outcome<Option<String>> {
        if self.settings.no_sign_in || self.people.count().await.map_err(tokens::failure)? > 0 {
            return Ok(None);
        }
        self.people.uninvite(Role::Administrator).await.map_err(tokens::failure)?;
        let path = tokens::invite(&self.people, Role::Administrator, self.now().0).await?;
        Ok(Some(format!("http://{address}{path}")))
    }

    /// The state to ask, in which everything is that was acknowledged before: beside a steady stream, most of a second before.
    ///
    /// # Errors
    /// No such snapshot; rules that changed since.
    pub(crate) async fn asking(self: &Arc<Self>, as_of: Option<AsOf>) -> Result<Asking, Refusal> {
        let (desk, now) = (self.clone(), self.now());
        let asking = self.workers.run(async move {
            if as_of.is_some() {
                return Asking::of(&desk.workspace, as_of.as_ref(), now).await;
            }
            Ok(desk.about(&*desk.newest.view(&desk.workspace).await.map_err(failure)?, now))
        });
        Ok(asking.await??)
    }

    /// The state in which everything is that was acknowledged before, also beside a steady stream: for who looks at single events, too.
    ///
    /// # Errors
    /// Rules that changed since.
    pub(crate) async fn asking_now(self: &Arc<Self>) -> Result<Asking, Refusal> {
        let (desk, now) = (self.clone(), self.now());
        let asking = self.workers.run(async move {
            let view = desk.newest.view_now(&desk.workspace).await.map_err(failure)?;
            Ok::<_, crate::failure::Failure>(desk.about(&view, now))
        });
        Ok(asking.await??)
    }

    fn about(&self, view: &View, now: At) -> Asking {
        let made = At(view.at.div_euclid(1_000_000));
        let cut = DataCut { snapshot: view.snapshot, watermark: view.inbox_row, at: Some(made) };
        Asking::new(view.source.clone(), self.catalogue.clone(), self.current_rules(), cut, now)
    }

    /// Works something out, on the threads for that, in turn. It is dropped when nobody waits for it any more.
    ///
    /// # Errors
    /// The work's; 429, where too many wait.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl Future<Output = Outcome<T>> + Send + 'static,
    ) -> Result<T, Refusal> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            let message = "too many questions are being answered";
            let hint = "ask again after the time in Retry-After";
            return Err(Refusal::new(axum::http::StatusCode::TOO_MANY_REQUESTS, "too-busy", message, hint).later(5));
        };
        let timer = Instant::now();
        let done = self.workers.run(work).await?;
        self.gauges.asking.add(timer.elapsed());
        Ok(done?)
    }
}
