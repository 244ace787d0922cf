//! The pages of the areas: their KPIs as cards, over time, and by a dimension of the reader's choice. One page, several addresses.
//!
//! Who may see one agent's rows only sees that agent alone in a table by agent: whom else a row is credited to is not theirs to know.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use deskgauge_core::answer::Answer;
use deskgauge_core::diagnostic::{Diagnostic, near_name};
use deskgauge_core::metric::{Definition, Good, Metric};
use deskgauge_core::question::{DIMENSIONS, Source};
use jiff::civil::{Date, Weekday};

use super::day_notes::Notes;
use super::filters::{Choice, FilterBar, Filters, names_agents};
use super::freshness::Freshness;
use super::page;
use super::shell::{Shell, Words};
use super::views::Keeping;
use super::{definitions, taken, tickets};
use crate::asking;
use crate::board::words::{footer, heading};
use crate::board::{Board, By};
use crate::explain::distribution::Spread;
use crate::forms::words::dimension;
use crate::locale::{self, date, duration};
use crate::report::{self, Behind, Linked, Ranking};
use crate::serve::gate::Visit;
use crate::serve::identity::Who;
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// The name in the address of the column by which agents are ranked.
const SORT: &str = "sort";

/// An area of the KPIs.
struct Area {
    path: &'static str,
    /// The key of its name.
    word: &'static str,
    /// The key of a sentence that its readers need to know.
    note: Option<&'static str>,
    metrics: &'static [&'static str],
    /// The durations of which it shows how their values are spread.
    spreads: &'static [&'static str],
    /// What its table is by, unless the address says.
    by: &'static str,
}

const AREAS: &[Area] = &[
    Area {
        path: "/volume",
        word: "page-volume",
        note: None,
        metrics: &[
            "conversations_created",
            "contacts_received",
            "resolutions",
            "messages_handled",
            "backlog",
            "one_touch_rate",
            "reopen_rate",
            "spam_rate",
        ],
        spreads: &[],
        by: "channel",
    },
    Area {
        path: "/speed",
        word: "page-speed",
        note: None,
        metrics: &[
            "first_response_time",
            "reply_time",
            "answered_within",
            "first_resolution_time",
            "full_resolution_time",
            "time_to_assign",
            "time_with_us",
            "time_with_customer",
            "handle_time",
        ],
        spreads: &["first_response_time", "full_resolution_time"],
        by: "channel",
    },
    Area {
        path: "/sla",
        word: "page-sla",
        note: None,
        metrics: &["sla_compliance", "sla_overrun", "overdue", "breaches", "answered_within"],
        spreads: &["sla_remaining", "sla_overrun"],
        by: "channel",
    },
    Area {
        path: "/quality",
        word: "page-quality",
        note: None,
        metrics: &[
            "csat",
            "csat_response_rate",
            "nps",
            "ces",
            "dissatisfaction_recovery",
            "first_contact_resolution",
            "changed_ratings",
        ],
        spreads: &[],
        by: "channel",
    },
    Area {
        path: "/agents",
        word: "page-agents",
        note: Some("page-agents-note"),
        metrics: &[
            "resolutions",
            "conversations_handled",
            "first_response_time",
            "full_resolution_time",
            "handle_time",
            "first_contact_resolution",
            "csat",
        ],
        spreads: &[],
        by: "agent",
    },
    Area {
        path: "/conversions",
        word: "page-conversions",
        note: Some("page-conversions-note"),
        metrics: &[
            "converted_conversations",
            "conversion_rate",
            "conversion_base_rate",
            "revenue_from_support",
            "contact_rate",
            "repeat_purchase_rate",
        ],
        spreads: &[],
        by: "channel",
    },
];

#[derive(Template)]
#[template(path = "area.html")]
struct Shown {
    shell: Shell,
    bar: FilterBar,
    sentence: String,
    facts: String,
    /// Parts that are drawn as HTML already, by the renderer of the report.
    cards: Vec<String>,
    changed: String,
    pictures: Vec<String>,
    table: String,
    /// What the form of the table keeps of the address.
    pairs: Vec<(String, String)>,
    cuts: Vec<Choice>,
    hidden: Option<String>,
    notes: Vec<String>,
    is_empty: bool,
    fresh: Freshness,
    keeping: Keeping,
    on_days: Notes,
}

/// The page of the area whose address it is.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let mut filters = match Filters::read(&visit, &["by", SORT, taken::NAMES[0], taken::NAMES[1]]) {
        Ok(filters) => filters,
        Err(address) => return Ok(reply::see(&address)),
    };
    let path = visit.path.split('?').next().unwrap_or_default();
    let area = AREAS.iter().find(|area| area.path == path).expect("the routes that lead here are those of the areas");
    let asking = std::sync::Arc::new(visit.desk.asking(None).await?);
    let metrics = area.metrics.iter().filter_map(|id| asking.catalogue().get(id)).collect();
    let metrics = filters.answerable(&visit, metrics);
    let cuts = cuts(&visit, &metrics);
    let by = chosen(&visit, area, &cuts, &mut filters);
    let columns: Vec<&'static str> = area
        .metrics
        .iter()
        .copied()
        .filter(|id| metrics.iter().any(|metric| metric.id == *id && cuttable(metric, &by)))
        .collect();
    // Where nobody is named there is no table by agent, and no other one takes its place unasked.
    let columns = if cuts.contains(&by) { columns } else { Vec::new() };
    let is_ranked = by == "agent" && visit.who.only().is_none() && !columns.is_empty();
    let sort = if is_ranked { ranked_by(&visit, &columns, &mut filters) } else { None };
    let mut question = filters.question(&visit);
    question.metrics = metrics.iter().map(|metric| metric.id.clone()).collect();
    let whole = question.clone();
    asking::narrow(&mut question, visit.who.only())?;
    let (own, range, business) = (asking.clone(), filters.range, question.clock.is_some());
    let cut = if columns.is_empty() { "channel".to_owned() } else { by.clone() };
    let board = visit.desk.work(async move {
        let mut board = Board::ask_by(&own, range, &question, &cut, &columns).await?;
        board.spreads = Spread::ask(&own, area.spreads, &question).await?;
        Ok(board)
    });
    let mut board = board.await?;
    let on_days = Notes::of(&visit, range).await?;
    board.notes = on_days.on_board();
    if let Some(agent) = visit.who.only().filter(|_| by == "agent") {
        let (own, columns, least) = (asking.clone(), board.by.metrics.clone(), asking.rules().privacy.minimum_group);
        let of_all = visit.desk.work(async move { By::ask(&own, "agent", columns, &whole).await }).await?;
        let team = median_row(&of_all, least);
        board.by.rows.retain(|(own, _)| own.as_deref() == Some(agent));
        let told = crate::locale::text(visit.language, "page-team-median");
        board.by.rows.extend(team.map(|answers| (Some(told), answers)));
    }
    let language = visit.language;
    if visit.who.sees_no_names() && names_agents(&by) {
        // They keep their places, so that whoever knows one row knows no other.
        let named = board.by.rows.iter_mut().filter_map(|(own, _)| own.as_mut()).enumerate();
        named.for_each(|(index, own)| *own = locale::fill(language, "share-agent", &[("number", &(index + 1).to_string())]));
    }
    if let Some(taken) = taken::wanted(&visit, &board, |draw| report::trends(&board, language, None, draw)) {
        return taken;
    }
    let words = Words(language);
    let zone = &visit.desk.rules.workspace.time_zone;
    let kept: Vec<(&str, &str)> = [("by", by.as_str())].into_iter().chain(sort.map(|sort| (SORT, sort))).collect();
    let is_guest = matches!(visit.who, Who::Guest(_));
    let median = if visit.who.only().is_some() && by == "agent" { words.text("page-team-median") } else { String::new() };
    let keeping = Keeping::of(&visit, filters.query(&kept)).await?;
    let fresh = Freshness::of(&visit, &asking, Some(&filters)).with_demo(&visit).await?;
    let bar = filters
        .bar(&visit, &asking, &kept.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>())
        .await;
    let rows = |metric: &str| format!("/tickets?{}", filters.query(&[("metric", metric)]));
    let definition = |metric: &str| definitions::address(metric, &filters);
    let day = |metric: &str, day: Date| tickets::of_day(&filters, metric, day);
    let hour = |metric: &str, weekday: Weekday, hour: usize| tickets::of_hour(&filters, metric, weekday, hour);
    let behind = (!is_guest).then_some(Behind { hour: &hour, day: &day });
    let linked = (!is_guest).then_some(Linked { rows: &rows, definition: &definition });
    let cell = |metric: &str, value: &str| {
        // The median of a team stands on nobody's rows.
        if is_guest || value == median {
            return None;
        }
        let is_plain = asking.catalogue().get(metric).is_some_and(|metric| column(&metric.definition, &by) == Some(&by));
        let within = is_plain.then(|| filters.within(&by, value)).flatten()?;
        Some(format!("/tickets?{}", within.query(&[("metric", metric)])))
    };
    let sorted =
        |metric: &str| (!is_guest).then(|| format!("{path}?{}#by", filters.query(&[("by", by.as_str()), (SORT, metric)])));
    let good = |id: &str| asking.catalogue().get(id).map_or(Good::High, |metric| metric.good);
    let alone = |agent: &str| {
        let within = (!is_guest && by == "agent").then(|| filters.within("agent", agent)).flatten()?;
        Some(format!("{path}?{}", within.query(&[("by", "channel")])))
    };
    let ranking = sort.map(|metric| Ranking { metric, good: good(metric), sorted: &sorted, own: &alone });
    // The window decides which sales count, so it stands on the screen.
    let window = asking.rules().catalogue.parameters.get("conversion_window").filter(|_| area.path == "/conversions");
    let window = window.map(|seconds| words.with("page-conversions-window", "time", &duration::short(*seconds, language)));
    let clock = words.text(if business { "clock-business" } else { "clock-calendar" });
    let as_of = words.with("as-of", "at", &date::instant(board.about.now, zone, language));
    let shown = Shown {
        shell: Shell::new(&visit, words.text(area.word), &filters.query::<&str, &str>(&[])),
        bar,
        sentence: heading(&board, zone, language),
        facts: [clock, board.about.time_zone.clone(), as_of].join(" · "),
        cards: report::cards(&board, language, linked.as_ref()),
        // Parts of the rows are compared on the overview.
        changed: String::new(),
        pictures: taken::figures(&visit, &keeping.query, |draw| report::trends(&board, language, behind.as_ref(), draw)),
        table: report::by(&board, language, &cell, ranking.as_ref()),
        pairs: filters.pairs(),
        hidden: (!cuts.contains(&by)).then(|| words.text("page-cut-hidden")),
        cuts: cuts.into_iter().map(|own| choice(own, &by, language)).collect(),
        notes: area.note.map(|key| words.text(key)).into_iter().chain(window).chain(footer(&board, zone, language)).collect(),
        is_empty: board.is_empty(),
        fresh,
        keeping,
        on_days,
    };
    page(StatusCode::OK, &shown)
}

fn choice(own: String, by: &str, language: deskgauge_core::metric::Language) -> Choice {
    Choice { label: dimension(&own, language), is_chosen: own == by, value: own }
}

/// The column by which agents are ranked: the one that the address names, else the first. What it says wrongly is told.
fn ranked_by(visit: &Visit, columns: &[&'static str], filters: &mut Filters) -> Option<&'static str> {
    if let Some(told) = visit.asked(SORT).filter(|told| !told.is_empty()) {
        if let Some(column) = columns.iter().find(|column| **column == told) {
            return Some(column);
        }
        let problem = Diagnostic::error("bad-value", format!("`{told}` is no column to rank agents by"));
        filters.problems.push(problem.hint(columns.join(", ")));
    }
    columns.first().copied()
}

/// The fewest agents whose median tells of a team and not of somebody.
const TEAM: i64 = 3;

/// The median over the agents of a table, column by column; columns of too few agents are empty, and so is a table of too few.
fn median_row(by: &By, least: i64) -> Option<Vec<Option<Answer>>> {
    let of = |column: usize| {
        let known = by.rows.iter().filter(|(agent, _)| agent.is_some()).filter_map(|(_, answers)| answers.get(column)?.as_ref());
        let known: Vec<&Answer> = known.filter(|answer| answer.value.is_some()).collect();
        let mut values: Vec<f64> = known.iter().filter_map(|answer| answer.value).collect();
        if i64::try_from(values.len()).unwrap_or(0) < least.max(TEAM) {
            return None;
        }
        values.sort_by(f64::total_cmp);
        let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
        let (value, n, small_n) = (Some((low + high) / 2.0), None, false);
        Some(Answer { value, n, small_n, interval: None, aim: None, comparison: None, ..(*known.first()?).clone() })
    };
    let row: Vec<Option<Answer>> = (0..by.metrics.len()).map(of).collect();
    row.iter().any(Option::is_some).then_some(row)
}

/// What the tables may be by: what addresses can filter by too, so that a number can lead to its rows.
fn cuts(visit: &Visit, metrics: &[&Metric]) -> Vec<String> {
    let rules = &visit.desk.rules;
    let built_in = DIMENSIONS.iter().filter(|own| match own.source {
        Source::Common => true,
        Source::Credit => !rules.privacy.hide_individuals,
        _ => false,
    });
    let names = built_in.map(|own| own.name.to_owned()).chain(rules.fields.iter().map(|field| field.name.clone()));
    names.filter(|name| metrics.iter().any(|metric| cuttable(metric, name))).collect()
}

/// What the table is by. What the address says wrongly is told, and the area's own holds.
fn chosen(visit: &Visit, area: &Area, cuts: &[String], filters: &mut Filters) -> String {
    match visit.asked("by") {
        None | Some("") => {}
        Some(own) if own == area.by || cuts.iter().any(|cut| cut == own) => return own.to_owned(),
        Some(other) => {
            let near = near_name(other, cuts.iter().map(String::as_str));
            let hint = near.map_or_else(|| cuts.join(", "), |near| format!("did you mean `{near}`?"));
            let problem = Diagnostic::error("unknown-dimension", format!("there is no table by `{other}` here"));
            filters.problems.push(problem.hint(hint));
        }
    }
    area.by.to_owned()
}

/// Whether a KPI can be cut by a dimension. What it is divided by is cut only where it lies in a table like its own.
fn cuttable(metric: &Metric, name: &str) -> bool {
    let is_common = |part: &Definition| deskgauge_core::facts::find(&part.from).is_some_and(|table| table.common);
    let mut parts = metric.definition.parts();
    let own = parts.next().is_some_and(|own| column(own, name).is_some());
    own && parts.all(|part| !is_common(part) || column(part, name).is_some())
}

/// What a dimension reads in a definition's table.
fn column<'d>(definition: &'d Definition, name: &'d str) -> Option<&'d str> {
    let table = deskgauge_core::facts::find(&definition.from)?;
    let has = |name: &str| table.all_columns().any(|column| column.name == name);
    if name == "agent" {
        let model = definition.credit.first().map(|(_, formula)| formula.text.as_str());
        return model.or_else(|| has(name).then_some(name));
    }
    let own = definition.dimensions.iter().find(|(own, _)| own == name).map(|(_, formula)| formula.text.as_str());
    let built_in = DIMENSIONS.iter().any(|own| own.name == name);
    own.or_else(|| if built_in { has(name) } else { table.common }.then_some(name))
}
