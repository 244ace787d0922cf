//! How it stands now: what waits, what came and went today beside the same hours of the day before, and who is there.
//!
//! The page is whole without scripts. With one it follows a stream of server-sent events, each of which is the whole middle of the page as
//! it is then, so that a lost event loses nothing. One view is drawn once however many look at it, one at a time, and never more often
//! than a second or four times as long as drawing takes: a wall of screens must not slow down those who ask.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use askama::Template;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use deskgauge_core::metric::Language;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

use super::filters::{Chip, Filters};
use super::shell::{Shell, Words};
use super::so_far::SoFar;
use super::{assets, definitions, page};
use crate::asking::{self, Asking};
use crate::board::Board;
use crate::board::words::heading;
use crate::chart::{Column, escape};
use crate::conversation::quoted;
use crate::explain::case::{local, objects};
use crate::locale::{counted, date, duration};
use crate::report::{self, Linked};
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// What is missed soon unless somebody acts: it stands before all others, as a sentence.
const AT_RISK: &str = "at_risk";
/// The KPIs, in the order of reading: what waits, what happens, how fast.
const METRICS: [&str; 9] = [
    AT_RISK,
    "backlog",
    "unanswered",
    "overdue",
    "conversations_created",
    "resolutions",
    "first_response_time",
    "reply_time",
    "abandonment_rate",
];
/// The time ahead that it looks, among the parameters of the rules.
const AT_RISK_WITHIN: &str = "at_risk_within";
/// Those of the table.
const COLUMNS: [&str; 5] = ["backlog", "overdue", "conversations_created", "resolutions", "first_response_time"];
/// Agents that are shown.
const AGENTS: usize = 200;
/// Who may follow at once.
const SEATS: usize = 64;
/// Views that are kept drawn.
const VIEWS: usize = 64;
/// At most so often something is sent.
const PACE: Duration = Duration::from_secs(1);
/// Ages grow also where nothing arrives.
const AT_LEAST: Duration = Duration::from_secs(30);

/// What all who follow share.
pub(in crate::serve) struct Wall {
    seats: Arc<Semaphore>,
    drawn: Mutex<BTreeMap<String, Drawn>>,
}

/// The middle of the page as it was, and at which state of the data.
#[derive(Clone)]
struct Drawn {
    token: String,
    at: Instant,
    took: Duration,
    html: Arc<str>,
}

impl Default for Wall {
    fn default() -> Self {
        Self { seats: Arc::new(Semaphore::new(SEATS)), drawn: Mutex::default() }
    }
}

impl Wall {
    /// How many follow.
    pub(in crate::serve) fn followers(&self) -> usize {
        SEATS - self.seats.available_permits()
    }
}

#[derive(Template)]
#[template(path = "live.html")]
struct Live {
    shell: Shell,
    script: String,
    stream: String,
    chips: Vec<Chip>,
    problems: Vec<(String, String)>,
    now: String,
    /// Whether it is for a wall: nothing but the numbers, large.
    is_wall: bool,
    /// The same page for a wall, or back from it.
    other: String,
}

#[derive(Template)]
#[template(path = "live_now.html")]
struct Now {
    words: Words,
    sentence: String,
    facts: String,
    soon: Option<Soon>,
    /// Parts that are drawn as HTML already, by the renderer of the report.
    cards: Vec<String>,
    so_far: String,
    table: String,
    present: String,
}

/// What is missed soon, and where its rows are.
struct Soon {
    class: &'static str,
    sign: &'static str,
    text: String,
    href: String,
}

/// The page.
pub(in crate::serve) async fn show(mut visit: Visit) -> Result<Response, Refusal> {
    let kept = query(&visit.query);
    let is_wall = visit.asked("tv") == Some("1");
    let other = other(&visit.query, is_wall);
    today(&mut visit);
    let filters = match Filters::read(&visit, &[]) {
        Ok(filters) => filters,
        Err(address) => return Ok(reply::see(&address)),
    };
    let asking = visit.desk.asking(None).await?;
    let bar = filters.bar(&visit, &asking, &[]).await;
    let drawn = draw(&visit, &filters, asking).await?;
    let mut shell = Shell::new(&visit, Words(visit.language).text("page-live"), &kept);
    if is_wall {
        shell.nav.clear();
    }
    let shown = Live {
        shell,
        is_wall,
        other,
        script: assets::live(),
        stream: format!("/live/stream?{}", streamed(&visit)),
        chips: bar.chips,
        problems: bar.problems,
        now: drawn.html.to_string(),
    };
    page(StatusCode::OK, &shown)
}

/// The stream: the middle of the page now and whenever it changes, or `once`.
pub(in crate::serve) async fn stream(mut visit: Visit) -> Result<Response, Refusal> {
    let seat = visit.desk.wall.seats.clone().try_acquire_owned().map_err(|_| {
        let hint = "close another live page, or load this one again later";
        Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too-busy", format!("{SEATS} live pages are open"), hint).later(30)
    })?;
    today(&mut visit);
    let filters = Filters::read(&visit, &[]).map_err(|_| {
        Refusal::new(StatusCode::BAD_REQUEST, "bad-value", "this is not the address of a stream", "open the page /live")
    })?;
    let once = visit.asked("once") == Some("1");
    let known = visit.headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let follower = Follower { visit, filters, known, sent: None, pause: Duration::ZERO, once, is_over: false, _seat: seat };
    let events = futures::stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((Ok::<_, Infallible>(event), follower))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response())
}

/// Somebody who follows.
struct Follower {
    visit: Visit,
    filters: Filters,
    /// The state that they have.
    known: Option<String>,
    sent: Option<Instant>,
    pause: Duration,
    once: bool,
    is_over: bool,
    _seat: OwnedSemaphorePermit,
}

impl Follower {
    /// The next event, once there is one. None: that was all.
    async fn next(&mut self) -> Option<Event> {
        let mut stopped = self.visit.desk.stopped.clone();
        loop {
            if self.is_over {
                return None;
            }
            tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => return None,
                () = tokio::time::sleep(self.pause) => {}
            }
            self.pause = PACE;
            if !self.visit.is_still_let_in().await {
                self.is_over = true;
                return Some(Event::default().event("end").data("end"));
            }
            // What cannot be worked out now is tried again; the page keeps what it shows meanwhile.
            let Ok(asking) = self.visit.desk.asking(None).await else { continue };
            let token = token(&asking);
            let is_due = self.sent.is_none_or(|sent| sent.elapsed() >= AT_LEAST);
            if self.known.as_ref() == Some(&token) && !(is_due && self.sent.is_some()) && !self.once {
                self.sent = self.sent.or_else(|| Some(Instant::now()));
                continue;
            }
            let Ok(drawn) = draw(&self.visit, &self.filters, asking).await else { continue };
            self.pause = PACE.max(drawn.took * 4);
            self.known = Some(drawn.token.clone());
            self.sent = Some(Instant::now());
            self.is_over = self.once;
            let html = drawn.html.replace('\r', " ");
            return Some(Event::default().event("now").id(drawn.token).retry(Duration::from_secs(3)).data(html));
        }
    }
}

/// The state of the data, as those who come back name it.
fn token(asking: &Asking) -> String {
    let cut = asking.cut();
    format!("{}-{}", cut.snapshot, cut.watermark)
}

/// The live page is of today, whatever period the reader has come from.
fn today(visit: &mut Visit) {
    visit.query.retain(|(name, _)| !matches!(name.as_str(), "r" | "cmp" | "from" | "to"));
    for (name, value) in [("r", "today"), ("cmp", "elapsed")] {
        visit.query.push((name.to_owned(), value.to_owned()));
    }
}

/// The address of the page for a wall, or without that.
fn other(pairs: &[(String, String)], is_wall: bool) -> String {
    let mut pairs: Vec<(String, String)> = pairs.iter().filter(|(name, _)| name != "tv").cloned().collect();
    if !is_wall {
        pairs.push(("tv".to_owned(), "1".to_owned()));
    }
    let query = query(&pairs);
    if query.is_empty() { "/live".to_owned() } else { format!("/live?{query}") }
}

fn query(pairs: &[(String, String)]) -> String {
    let kept = pairs.iter().filter(|(name, _)| name != "lang");
    form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish().replace("%2C", ",").replace("%21", "!")
}

/// The query of the stream: the filters, and the language that the page has.
fn streamed(visit: &Visit) -> String {
    let filters = visit.query.iter().filter(|(name, _)| name.starts_with("f.") || name == "bh");
    let mut pairs: Vec<(String, String)> = filters.cloned().collect();
    pairs.push(("lang".to_owned(), visit.language.name().to_owned()));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The middle of the page, drawn now unless it stands there drawn from the same state.
async fn draw(visit: &Visit, filters: &Filters, asking: Asking) -> Result<Drawn, Refusal> {
    let token = token(&asking);
    let only = visit.who.only().map_or_else(|| "all".to_owned(), |own| format!("agent {own}"));
    let view = format!("{} {only} {}", visit.language.name(), filters.query::<&str, &str>(&[]));
    let mut walls = visit.desk.wall.drawn.lock().await;
    if let Some(drawn) = walls.get(&view).filter(|drawn| drawn.token == token && drawn.at.elapsed() < PACE) {
        return Ok(drawn.clone());
    }
    let timer = Instant::now();
    let html = html(visit, filters, asking).await?.into();
    let drawn = Drawn { token, at: Instant::now(), took: timer.elapsed(), html };
    if walls.len() >= VIEWS && !walls.contains_key(&view) {
        walls.clear();
    }
    walls.insert(view, drawn.clone());
    Ok(drawn)
}

async fn html(visit: &Visit, filters: &Filters, asking: Asking) -> Result<String, Refusal> {
    let asking = Arc::new(asking);
    let mut question = filters.question(visit);
    question.metrics = METRICS.iter().filter(|id| asking.catalogue().get(id).is_some()).map(|id| (*id).to_owned()).collect();
    asking::narrow(&mut question, visit.who.only())?;
    let (own, range, now) = (asking.clone(), filters.range, visit.desk.now());
    let worked = visit.desk.work(async move {
        let so_far = SoFar::ask(&own, &question, now).await?;
        Ok((Board::ask_by(&own, range, &question, "channel", &COLUMNS).await?, so_far))
    });
    let (mut board, so_far) = worked.await?;
    let (language, zone) = (visit.language, &visit.desk.rules.workspace.time_zone);
    let present = present(visit, &asking, language).await?;
    let words = Words(language);
    let rows = |metric: &str| format!("/tickets?{}", filters.query(&[("metric", metric)]));
    let definition = |metric: &str| definitions::address(metric, filters);
    let cell =
        |metric: &str, value: &str| Some(format!("/tickets?{}", filters.within("channel", value)?.query(&[("metric", metric)])));
    let soon = soon(&mut board, &asking, rows(AT_RISK), language);
    let as_of = words.with("as-of", "at", &date::instant(board.about.now, zone, language));
    let newest = asking.source().newest().map(|at| {
        let at = date::instant(deskgauge_core::facts::At(at), zone, language);
        words.with("live-newest", "at", &at)
    });
    let shown = Now {
        words,
        sentence: heading(&board, zone, language),
        facts: [Some(board.about.time_zone.clone()), Some(as_of), newest].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        soon,
        so_far: so_far.map(|so_far| so_far.figure(language)).unwrap_or_default(),
        cards: report::cards(&board, language, Some(&Linked { rows: &rows, definition: &definition })),
        table: report::by(&board, language, &cell, None),
        present,
    };
    shown.render().map_err(|error| {
        let message = format!("the page could not be put together: {error}");
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "page-failed", message, "tell the developers")
    })
}

/// What is missed soon: taken off the board, since it stands before it. None, where nothing has a time to be kept.
fn soon(board: &mut Board, asking: &Asking, href: String, language: Language) -> Option<Soon> {
    let row = board.rows.iter().position(|row| row.metric.id == AT_RISK)?;
    let count = board.rows.remove(row).now.value? as i64;
    if count == 0 && asking.rules().sla.is_empty() {
        return None;
    }
    let within = asking.rules().catalogue.parameter(AT_RISK_WITHIN).unwrap_or_default();
    let text = counted(language, "live-soon", count, &[("time", &duration::short(within, language))]);
    let (class, sign) = if count > 0 { ("warn", "◆") } else { ("good", "●") };
    Some(Soon { class, sign, text, href })
}

/// Who is there, as a section; nothing, where nobody tells of it or individuals are hidden.
async fn present(visit: &Visit, asking: &Asking, language: Language) -> Result<String, Refusal> {
    if visit.desk.rules.privacy.hide_individuals {
        return Ok(String::new());
    }
    let own = visit.who.only().map(|own| format!(" and agent = {}", quoted(own))).unwrap_or_default();
    let statement = format!(
        "select agent, state, entered_at from agent_states where left_at is null and state <> 'offline'{own} order by agent limit {AGENTS}"
    );
    let found = objects(asking.source(), &statement).await?;
    if found.is_empty() {
        return Ok(String::new());
    }
    let words = Words(language);
    let zone = &visit.desk.rules.workspace.time_zone;
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let columns = ["live-agent", "live-presence", "live-since"].map(|key| Column::texts(words.text(key)));
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|row| {
            let state = words.text(&format!("live-state-{}", text(row, "state")));
            [text(row, "agent"), state, local(&text(row, "entered_at"), zone)].map(|cell| escape(&cell)).to_vec()
        })
        .collect();
    Ok(report::list("present", &words.text("live-present"), &columns, &rows))
}
