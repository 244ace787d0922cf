//! One conversation: what happened, in order; and of one KPI each row with its clock, its seconds, and why it counts or not.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use deskgauge_core::event::Event;
use deskgauge_core::facts::At;
use deskgauge_core::notation::{ParseOptions, PrintOptions, print};
use deskgauge_core::question::Question;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::page;
use super::shell::{Shell, Words};
use crate::conversation::Conversation;
use crate::explain::case::Part;
use crate::failure::{Failure, exit};
use crate::forms::value;
use crate::forms::words::dimension;
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;

/// A line of the timeline.
pub(super) struct Moment {
    pub(super) at: String,
    pub(super) what: String,
}

#[derive(Template)]
#[template(path = "conversation.html")]
struct Page {
    shell: Shell,
    about: Vec<(String, String)>,
    moments: Vec<Moment>,
    metrics: Vec<(String, String, bool)>,
    metric: Option<String>,
    /// How the KPI counts it: the header and the rows of its intervals or cases.
    header: Vec<(String, bool)>,
    rows: Vec<Vec<(String, bool)>>,
    zone: String,
}

/// The attributes that stand above the timeline.
const ABOUT: [&str; 9] = ["channel", "team", "brand", "agent", "priority", "language", "customer_kind", "origin", "final_status"];

/// An event in words.
pub(super) fn moment(event: &Event, zone: &TimeZone) -> Moment {
    let reader = ParseOptions { source: event.source.clone(), ..ParseOptions::default() };
    let told = print(std::slice::from_ref(event), &PrintOptions { zone: zone.clone(), reader });
    let line = told.lines().last().unwrap_or_default().trim();
    // The sentence begins with its instant, which stands in a column of its own.
    let what = line.splitn(3, ' ').nth(2).unwrap_or(line).trim().to_owned();
    Moment { at: value::local(At(event.at.seconds()), zone), what }
}

/// The conversation's page.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let (desk, id) = (visit.desk.clone(), visit.place("id").to_owned());
    let chosen = visit.asked("metric").map(str::to_owned);
    let only = visit.who.only().map(str::to_owned);
    let asking = visit.desk.asking_now().await?;
    let (asked, language) = (id.clone(), visit.language);
    let (found, part) = visit
        .desk
        .work(async move {
            let found = Conversation::ask(&desk.workspace, &asking, &asked, only.as_deref()).await?;
            let Some(chosen) = chosen else { return Ok((found, None)) };
            let metric = asking.catalogue().find(&chosen).map_err(|problem| Failure::new(exit::USAGE, problem))?.clone();
            let question = asking.with_now(&Question::new(vec![chosen]));
            let part = Part::ask(&desk.workspace, &asking, &metric, &question, &asked).await?;
            let grid = part.grid(&metric, &asking.rules().workspace.time_zone, language);
            Ok((found, Some((metric, grid))))
        })
        .await?;
    let words = Words(language);
    let zone = visit.desk.rules.workspace.time_zone.clone();
    let row = found.facts.iter().find(|(table, _)| *table == "conversations").and_then(|(_, rows)| rows.first());
    let about = ABOUT.iter().filter_map(|name| {
        let value = row?.get(*name).and_then(Value::as_str)?;
        // The last status is no dimension.
        let label = if *name == "final_status" { words.text("page-status") } else { dimension(name, language) };
        Some((label, value.to_owned()))
    });
    let named = part.as_ref().map(|(metric, _)| metric.id.clone());
    let mut metrics: Vec<(String, String, bool)> = visit
        .desk
        .catalogue
        .metrics()
        .map(|own| (own.id.clone(), own.name(language).unwrap_or(&own.id).to_owned(), named.as_ref() == Some(&own.id)))
        .collect();
    metrics.sort_by(|one, other| one.1.cmp(&other.1));
    let (metric, grid) = part.map_or((None, None), |(metric, grid)| (metric.name(language).map(str::to_owned), Some(grid)));
    let grid = grid.unwrap_or_default();
    let shown = Page {
        shell: Shell::new(&visit, words.with("page-conversation", "id", &id), ""),
        about: about.collect(),
        moments: found.events.iter().map(|event| moment(event, &zone)).collect(),
        metrics,
        metric,
        header: grid.header.iter().cloned().zip(grid.right.iter().copied()).collect(),
        rows: grid.rows.iter().map(|row| row.iter().cloned().zip(grid.right.iter().copied()).collect()).collect(),
        zone: visit.desk.rules.workspace.time_zone_name.clone(),
    };
    page(StatusCode::OK, &shown)
}
