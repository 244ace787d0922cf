//! What is wrong with the data: each finding with its size, the KPIs that it distorts, what to do, and places to look at.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use deskgauge_core::period::day_start;
use deskgauge_engine::data_quality::{Scope, examine};

use super::filters::{FilterBar, Filters};
use super::shell::{Shell, Words};
use super::tickets::escaped;
use super::{definitions, page};
use crate::asking::ask_failure;
use crate::conversation::may_be_shown;
use crate::forms::findings::Told;
use crate::import::imported;
use crate::locale;
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// Places of each finding.
const EXAMPLES: usize = 5;

/// A finding.
struct Shown {
    line: String,
    serious: bool,
    todo: String,
    /// The KPIs that it distorts, with their pages.
    distorts: Vec<(String, String)>,
    /// Places, with the conversation's page.
    places: Vec<(String, Option<String>)>,
}

#[derive(Template)]
#[template(path = "troubles.html")]
struct Troubles {
    shell: Shell,
    bar: FilterBar,
    count: String,
    found: Vec<Shown>,
    is_all: bool,
}

/// The page. Without a period in the address it is about all data, as the command is.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let filters = match Filters::read(&visit, &[]) {
        Ok(filters) => filters,
        Err(address) => return Ok(reply::see(&address)),
    };
    let (words, language) = (Words(visit.language), visit.language);
    let is_all = visit.asked("r").is_none_or(str::is_empty);
    let zone = visit.desk.rules.workspace.time_zone.clone();
    let mut scope = Scope { from: None, to: None, import: None, examples: EXAMPLES };
    if !is_all {
        scope.from = Some(day_start(filters.range.from, &zone));
        scope.to = Some(day_start(filters.range.to, &zone));
    }
    let asking = std::sync::Arc::new(visit.desk.asking(None).await?);
    let (own, desk) = (asking.clone(), visit.desk.clone());
    let (brought, findings) = visit
        .desk
        .work(async move {
            let brought = imported(&desk.workspace).await?;
            let findings = examine(own.source(), own.rules(), &brought, &scope).await.map_err(ask_failure)?;
            Ok((brought, findings))
        })
        .await?;
    let names: BTreeMap<i64, &str> = brought.iter().map(|import| (import.info.id, import.info.name.as_str())).collect();
    let told = Told { findings: &findings, names: &names, by: None, asking: &asking, language };
    // A workspace that hides people shows no single conversation here either.
    let open = may_be_shown(asking.rules()).is_ok();
    let found = findings.iter().map(|finding| Shown {
        line: told.line(finding),
        serious: finding.serious,
        todo: words.text(&format!("quality-{}-do", finding.code)),
        distorts: finding
            .distorts
            .iter()
            .map(|id| (asking.name(id, None, language), definitions::address(id, &filters)))
            .collect(),
        places: finding
            .examples
            .iter()
            .filter(|place| open || place.conversation.is_none())
            .map(|place| {
                let href = place.conversation.as_ref().map(|id| format!("/conversations/{}", escaped(id)));
                (told.place(place), href)
            })
            .collect(),
    });
    let serious = i64::try_from(findings.iter().filter(|finding| finding.serious).count()).unwrap_or(i64::MAX);
    let all = i64::try_from(findings.len()).unwrap_or(i64::MAX);
    let serious = crate::forms::value::count(serious, language);
    let shown = Troubles {
        shell: Shell::new(&visit, words.text("data-quality"), &filters.query::<&str, &str>(&[])),
        bar: filters.bar(&visit, &asking, &[]).await,
        count: locale::counted(language, "quality-found", all, &[("serious", &serious)]),
        found: found.collect(),
        is_all,
    };
    page(StatusCode::OK, &shown)
}
