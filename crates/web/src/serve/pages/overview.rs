//! The first page of a morning: the board of KPIs against the period before, every number a link to the rows behind it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use deskgauge_core::question::Question;
use deskgauge_engine::ask::CUTS;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use super::day_notes::Notes;
use super::filters::{FilterBar, Filters};
use super::freshness::Freshness;
use super::page;
use super::shell::{Shell, Words};
use super::views::Keeping;
use super::{definitions, taken, tickets};
use crate::asking;
use crate::board::Board;
use crate::board::changes::Line;
use crate::board::words::{footer, heading};
use crate::locale::date;
use crate::report::{self, Behind, Linked, ToAgents};
use crate::serve::gate::Visit;
use crate::serve::identity::Who;
use crate::serve::problem::Refusal;
use crate::serve::reply;

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    shell: Shell,
    bar: FilterBar,
    sentence: String,
    facts: String,
    /// Parts that are drawn as HTML already, by the renderer of the report.
    cards: Vec<String>,
    changed: String,
    pictures: Vec<String>,
    channels: String,
    movers: String,
    parts: String,
    notes: Vec<String>,
    is_empty: bool,
    fresh: Freshness,
    keeping: Keeping,
    on_days: Notes,
}

/// The overview.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let mut filters = match Filters::read(&visit, &taken::NAMES) {
        Ok(filters) => filters,
        Err(address) => return Ok(reply::see(&address)),
    };
    let mut question = filters.question(&visit);
    asking::narrow(&mut question, visit.who.only())?;
    let asking = std::sync::Arc::new(visit.desk.asking(None).await?);
    let usual = Board::ids(asking.catalogue(), &[]);
    let all = usual.iter().filter_map(|id| asking.catalogue().get(id)).collect();
    let left = filters.answerable(&visit, all);
    if left.len() < usual.len() {
        question.metrics = left.iter().map(|metric| metric.id.clone()).collect();
    }
    let (own, range, business) = (asking.clone(), filters.range, question.clock.is_some());
    let on_days = Notes::of(&visit, range).await?;
    let notes = on_days.on_board();
    let is_team = visit.who.only().is_none() && !visit.who.sees_no_names();
    let work = async move {
        // Those who see one agent's numbers need no list of agents, and those who see no names get none.
        let cuts: Vec<&str> = CUTS.into_iter().filter(|cut| is_team || *cut != "agent").collect();
        let mut board = Board::ask(&own, range, &question, &cuts).await?;
        let ranged = Question { from: Some(range.from), to: Some(range.to), ..question };
        board.changes.date(&own, &ranged, &notes).await?;
        board.notes = notes;
        Ok(board)
    };
    let mut board = visit.desk.work(work).await?;
    if visit.who.sees_no_names() {
        // The condition of a target may name somebody.
        board.rows.iter_mut().for_each(|row| row.parts.retain(|part| !part.filter.contains("agent")));
    }
    let language = visit.language;
    if let Some(taken) = taken::wanted(&visit, &board, |draw| report::pictures(&board, language, None, draw)) {
        return taken;
    }
    let words = Words(language);
    let zone: &TimeZone = &visit.desk.rules.workspace.time_zone;
    let keeping = Keeping::of(&visit, filters.query::<&str, &str>(&[])).await?;
    let fresh = Freshness::of(&visit, &asking, Some(&filters)).with_demo(&visit).await?;
    let bar = filters.bar(&visit, &asking, &[]).await;
    let rows = |metric: &str| format!("/tickets?{}", filters.query(&[("metric", metric)]));
    let definition = |metric: &str| definitions::address(metric, &filters);
    let day = |metric: &str, day: Date| tickets::of_day(&filters, metric, day);
    let hour = |metric: &str, weekday: Weekday, hour: usize| tickets::of_hour(&filters, metric, weekday, hour);
    let is_guest = matches!(visit.who, Who::Guest(_));
    let behind = (!is_guest).then_some(Behind { hour: &hour, day: &day });
    let linked = (!is_guest).then_some(Linked { rows: &rows, definition: &definition });
    let cell = |line: &Line| {
        let cell = line.cell.as_deref().unwrap_or_default();
        tickets::of_part(&filters, &line.metric.id, &line.dimension, cell)
    };
    let link: Option<&dyn Fn(&Line) -> String> = Some(&cell);
    let of_agent = |metric: &str, agent: &str| tickets::of_part(&filters, metric, "agent", agent);
    let to_agents = ToAgents { rows: &of_agent, all: format!("/agents?{}", filters.query::<&str, &str>(&[])) };
    let title = words.text("page-overview");
    let clock = words.text(if business { "clock-business" } else { "clock-calendar" });
    let as_of = words.with("as-of", "at", &date::instant(board.about.now, zone, language));
    let shown = Overview {
        shell: Shell::new(&visit, title, &filters.query::<&str, &str>(&[])),
        bar,
        sentence: heading(&board, zone, language),
        facts: [clock, board.about.time_zone.clone(), as_of].join(" · "),
        cards: report::cards(&board, language, linked.as_ref()),
        changed: report::changed(&board, language, link.filter(|_| !is_guest)),
        pictures: taken::figures(&visit, &keeping.query, |draw| report::pictures(&board, language, behind.as_ref(), draw)),
        channels: report::channels(&board, language),
        movers: report::movers(&board, language, Some(&to_agents).filter(|_| !is_guest)),
        parts: report::parts(&board, language),
        notes: footer(&board, zone, language),
        is_empty: board.is_empty(),
        fresh,
        keeping,
        on_days,
    };
    page(StatusCode::OK, &shown)
}
