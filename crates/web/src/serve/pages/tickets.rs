//! The rows behind a number: as many as the number says, page by page, each with the way to its conversation.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::Response;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::metric::{Measure, Unit};
use deskgauge_engine::ask::{Case, Drill, Order, Part, drill};
use jiff::civil::{Date, Weekday};

use super::filters::{Chip, Choice, FilterBar, Filters, Offer};
use super::freshness::Freshness;
use super::page;
use super::shell::{Shell, Words};
use crate::asking::{ask_failure, narrow};
use crate::forms::drivers::place as part_of;
use crate::forms::words::dimension;
use crate::forms::{csv, value};
use crate::locale::{self, date};
use crate::report;
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// Rows of a page.
const ROWS: usize = 50;
/// Rows of a file.
const FILE: usize = 100_000;

/// The names of an hour of the day and of a weekday in an address: of the instants that date rows.
const HOUR: &str = "hour";
const WEEKDAY: &str = "weekday";

/// A row of the list.
struct Line {
    id: String,
    /// The conversation's page, of rows that belong to one.
    href: Option<String>,
    dated: String,
    started: String,
    value: String,
}

#[derive(Template)]
#[template(path = "tickets.html")]
struct Tickets {
    shell: Shell,
    bar: FilterBar,
    heading: String,
    count: String,
    parts: Vec<(String, String, bool)>,
    orders: Vec<(String, String, bool)>,
    lines: Vec<Line>,
    has_values: bool,
    csv: String,
    back: String,
    before: Option<String>,
    after: Option<String>,
    place: String,
    fresh: Freshness,
}

/// The list of a KPI's rows.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let filters = match Filters::read(&visit, &["metric", "part", "sort", "page", "format", HOUR, WEEKDAY, "by", "cell"]) {
        Ok(filters) => filters,
        Err(address) => return Ok(reply::see(&address)),
    };
    let words = Words(visit.language);
    let id = visit.asked("metric").unwrap_or("conversations_created").to_owned();
    let metric = visit.desk.catalogue.find(&id).map_err(|problem| Refusal::of(StatusCode::NOT_FOUND, problem))?.clone();
    let is_share = matches!(metric.definition.measure, Measure::Share { .. });
    let part = match visit.asked("part") {
        None | Some("all") => Part::All,
        // The form keeps the part when another KPI is chosen, which may have none.
        Some("numerator" | "rest") if !is_share => Part::All,
        Some("numerator") => Part::Numerator,
        Some("rest") => Part::Rest,
        Some(other) => return Err(unknown("part", other, "all, numerator, rest")),
    };
    let order = match visit.asked("sort") {
        None | Some("newest") => Order::Newest,
        Some("largest") => Order::Largest,
        Some("smallest") => Order::Smallest,
        Some(other) => return Err(unknown("sort", other, "newest, largest, smallest")),
    };
    let number = match visit.asked("page").map(str::parse::<usize>) {
        None => 1,
        Some(Ok(number)) if (1..=1_000_000).contains(&number) => number,
        Some(_) => return Err(unknown("page", visit.asked("page").unwrap_or_default(), "1, 2, 3 …")),
    };
    let moments = moments(&visit)?;
    let file = visit.asked("format") == Some("csv");
    let mut question = filters.question(&visit);
    question.metrics = vec![id.clone()];
    question.compare = None;
    // A part by any dimension; without a value it is that of the rows which have none.
    let by = visit.asked("by").filter(|by| !by.is_empty()).map(|by| (by, visit.asked("cell").filter(|cell| !cell.is_empty())));
    question.by = moments.iter().map(|(name, _)| *name).chain(by.map(|(by, _)| by)).map(str::to_owned).collect();
    let of_moments = moments.iter().map(|(_, value)| Some(value.clone()));
    let cell: Vec<Option<String>> = of_moments.chain(by.map(|(_, cell)| cell.map(str::to_owned))).collect();
    narrow(&mut question, visit.who.only())?;
    let asking = std::sync::Arc::new(visit.desk.asking(None).await?);
    let (own, asked) = (asking.clone(), id.clone());
    let (skip, most) = if file { (0, FILE) } else { ((number - 1) * ROWS, ROWS) };
    let found: Drill = visit
        .desk
        .work(async move {
            let (source, catalogue, rules) = (own.source(), own.catalogue(), own.rules());
            drill(source, catalogue, rules, &asked, &question, &cell, part, (skip, most), order).await.map_err(ask_failure)
        })
        .await?;
    if file {
        let response = reply::typed(StatusCode::OK, "text/csv; charset=utf-8; header=present", rows_csv(&found.cases));
        return Ok(reply::with(response, header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{id}.csv\"")));
    }
    let language = visit.language;
    let zone = &visit.desk.rules.workspace.time_zone;
    let unit = metric.definition.unit;
    let local = |at: Option<deskgauge_core::facts::At>| at.map(|at| value::local(at, zone)).unwrap_or_default();
    let belongs = deskgauge_core::facts::find(&metric.definition.from)
        .is_some_and(|table| table.all_columns().any(|column| column.name == "conversation"))
        && !visit.desk.rules.privacy.hide_individuals;
    let line = |case: &Case| Line {
        href: case.id.as_ref().filter(|_| belongs).map(|own| format!("/conversations/{}?metric={id}", escaped(own))),
        id: case.id.clone().unwrap_or_default(),
        dated: local(case.dated),
        started: local(case.started),
        value: match (&metric.definition.measure, case.value) {
            (Measure::Share { .. }, Some(value)) => words.text(if value > 0.0 { "page-counts" } else { "page-counts-not" }),
            (_, Some(number)) => value::value(number, unit, language),
            (_, None) => String::new(),
        },
    };
    let total = usize::try_from(found.total).unwrap_or(usize::MAX);
    let name = metric.name(language).unwrap_or(&metric.id).to_owned();
    let of_moments: Vec<(&str, &str)> = moments.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let of_cell: Vec<(&str, &str)> =
        by.into_iter().flat_map(|(by, cell)| [("by", by), ("cell", cell.unwrap_or_default())]).collect();
    let address = |more: &[(&str, &str)]| {
        let more: Vec<(&str, &str)> = more.iter().chain(&of_moments).chain(&of_cell).copied().collect();
        format!("/tickets?{}", filters.query(&more))
    };
    let (part_word, sort_word) = (part_name(part), order_name(order));
    let paged = |number: usize| {
        let number = number.to_string();
        address(&[("metric", &id), ("part", part_word), ("sort", sort_word), ("page", &number)])
    };
    let own = [("metric", id.as_str()), ("part", part_word), ("sort", sort_word)];
    let kept = own.iter().chain(&of_moments).chain(&of_cell);
    let kept: Vec<(String, String)> = kept.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let range = [("from", date::long(filters.range.from, language)), ("to", date::long(filters.range.last(), language))];
    let [from, to] = range.map(|(_, day)| day);
    let heading = locale::fill(language, "page-tickets-heading", &[("metric", &name), ("from", &from), ("to", &to)]);
    let choice = |own: &deskgauge_core::metric::Metric| Choice {
        label: own.name(language).unwrap_or(&own.id).to_owned(),
        is_chosen: own.id == id,
        value: own.id.clone(),
    };
    let mut metrics: Vec<Choice> = visit.desk.catalogue.metrics().map(choice).collect();
    metrics.sort_by(|one, other| one.label.cmp(&other.label));
    let mut bar = filters.bar(&visit, &asking, &kept).await;
    bar.kept.retain(|(name, _)| name != "metric");
    for (name, value) in &moments {
        let others = moments.iter().filter(|(own, _)| own != name).map(|(name, value)| (*name, value.as_str()));
        let without: Vec<(&str, &str)> = own.into_iter().chain(others).chain(of_cell.iter().copied()).collect();
        bar.chips.push(Chip {
            label: locale::fill(
                language,
                "page-chip",
                &[("name", &dimension(name, language)), ("values", &moment(name, value, language))],
            ),
            without: format!("/tickets?{}", filters.query(&without)),
        });
    }
    bar.chips.extend(by.map(|(by, cell)| Chip {
        label: part_of(by, cell, language),
        without: format!("/tickets?{}", filters.query(&own.iter().chain(&of_moments).copied().collect::<Vec<_>>())),
    }));
    bar.first = Some(Offer { name: "metric".to_owned(), label: words.text("column-kpi"), choices: metrics });
    let shares = [Part::All, Part::Numerator, Part::Rest].map(|own| {
        let word = part_name(own);
        let href = address(&[("metric", &id), ("part", word), ("sort", sort_word)]);
        (words.text(&format!("page-part-{word}")), href, own == part)
    });
    let has_values = found.cases.iter().any(|case| case.value.is_some());
    let orders = [Order::Newest, Order::Largest, Order::Smallest].map(|own| {
        let word = order_name(own);
        let href = address(&[("metric", &id), ("part", part_word), ("sort", word)]);
        (words.text(&format!("page-sort-{word}")), href, own == order)
    });
    let measured = has_values && !is_share && unit != Unit::Count;
    let shown = Tickets {
        shell: Shell::new(&visit, heading.clone(), &filters.query::<&str, &str>(&[])),
        bar,
        count: locale::counted(language, "page-tickets-count", found.total, &[]),
        heading,
        parts: if is_share { shares.to_vec() } else { Vec::new() },
        orders: if measured { orders.to_vec() } else { Vec::new() },
        lines: found.cases.iter().map(line).collect(),
        has_values,
        csv: address(&[("metric", &id), ("part", part_word), ("sort", sort_word), ("format", "csv")]),
        back: format!("/overview?{}", filters.query::<&str, &str>(&[])),
        before: (number > 1).then(|| paged(number - 1)),
        after: (number * ROWS < total).then(|| paged(number + 1)),
        place: place(number, total, language),
        fresh: Freshness::of(&visit, &asking, Some(&filters)),
    };
    page(StatusCode::OK, &shown)
}

/// The address of those rows of a KPI that a day has.
pub(super) fn of_day(filters: &Filters, metric: &str, day: Date) -> String {
    format!("/tickets?{}", filters.on(day).query(&[("metric", metric)]))
}

/// The address of those rows of a KPI that an hour of a weekday has.
pub(super) fn of_hour(filters: &Filters, metric: &str, weekday: Weekday, hour: usize) -> String {
    let (weekday, hour) = (weekday.to_monday_one_offset().to_string(), hour.to_string());
    format!("/tickets?{}", filters.query(&[("metric", metric), (WEEKDAY, &weekday), (HOUR, &hour)]))
}

/// The address of those rows of a KPI that a part by a dimension has; without a value it is those that have none.
pub(super) fn of_part(filters: &Filters, metric: &str, by: &str, cell: &str) -> String {
    let more = match by {
        HOUR | WEEKDAY if !cell.is_empty() => vec![("metric", metric), (by, cell)],
        _ => vec![("metric", metric), ("by", by), ("cell", cell)],
    };
    format!("/tickets?{}", filters.query(&more))
}

/// The hour and the weekday that the address names: names of dimensions, and their values.
fn moments(visit: &Visit) -> Result<Vec<(&'static str, String)>, Refusal> {
    let mut found = Vec::new();
    for (name, first, last) in [(WEEKDAY, 1, 7), (HOUR, 0, 23)] {
        let Some(told) = visit.asked(name).filter(|told| !told.is_empty()) else { continue };
        let number = told.parse::<u8>().ok().filter(|number| (first..=last).contains(number));
        let number = number.ok_or_else(|| unknown(name, told, &format!("{first} to {last}")))?;
        found.push((name, number.to_string()));
    }
    Ok(found)
}

/// An hour or a weekday in words.
fn moment(name: &str, value: &str, language: deskgauge_core::metric::Language) -> String {
    let number = value.parse::<i8>().unwrap_or_default();
    match Weekday::from_monday_one_offset(number) {
        Ok(weekday) if name == WEEKDAY => report::weekday_name(weekday, language),
        _ => report::clock(usize::try_from(number).unwrap_or_default()),
    }
}

/// Which rows of how many are on the page.
fn place(number: usize, total: usize, language: deskgauge_core::metric::Language) -> String {
    let count = |number: usize| value::count(i64::try_from(number).unwrap_or(i64::MAX), language);
    let (first, last) = ((number - 1) * ROWS + 1, (number * ROWS).min(total));
    let texts = [("first", count(first.min(total))), ("last", count(last)), ("total", count(total))];
    locale::fill(language, "page-place", &texts.each_ref().map(|(name, text)| (*name, text.as_str())))
}

fn part_name(part: Part) -> &'static str {
    match part {
        Part::All => "all",
        Part::Numerator => "numerator",
        Part::Rest => "rest",
    }
}

fn order_name(order: Order) -> &'static str {
    match order {
        Order::Newest => "newest",
        Order::Largest => "largest",
        Order::Smallest => "smallest",
    }
}

/// Machine numbers and instants, in every language alike.
fn rows_csv(cases: &[Case]) -> String {
    let mut out = csv::record(&["id", "dated_at", "started_at", "value"]);
    for case in cases {
        let at = |at: Option<deskgauge_core::facts::At>| at.map(value::instant).unwrap_or_default();
        let value = case.value.map(csv::number).unwrap_or_default();
        out.push_str(&csv::record(&[case.id.clone().unwrap_or_default(), at(case.dated), at(case.started), value]));
    }
    out
}

fn unknown(name: &str, value: &str, words: &str) -> Refusal {
    let problem = Diagnostic::error("bad-value", format!("`{value}` is no `{name}`"));
    Refusal::of(StatusCode::BAD_REQUEST, problem.hint(format!("it is one of {words}")))
}

/// A text as a part of a path.
pub(super) fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20").replace("%3A", ":")
}
