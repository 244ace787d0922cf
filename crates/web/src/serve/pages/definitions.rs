//! The dictionary of the KPIs: a list by area that can be searched, and of each one all that its file in the catalogue says.
//!
//! Names, formulas in words and headings are in the reader's language; the prose is the catalogue's own, and marked as English.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use deskgauge_core::metric::{Example, Language, Metric};
use deskgauge_engine::catalogue::Catalogue;

use super::filters::Filters;
use super::page;
use super::shell::{Shell, Words};
use super::tickets::escaped;
use crate::chart::escape;
use crate::forms::definition::{formulas, in_words};
use crate::locale::{self, fill};
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// Where a KPI's definition stands, with filters kept for the way back.
pub(super) fn address(metric: &str, filters: &Filters) -> String {
    format!("/definitions/{}?{}", escaped(metric), filters.query::<&str, &str>(&[]))
}

/// A KPI of the list.
struct Line {
    name: String,
    href: String,
    /// As HTML.
    summary: String,
}

#[derive(Template)]
#[template(path = "definitions.html")]
struct List {
    shell: Shell,
    asked: String,
    pairs: Vec<(String, String)>,
    areas: Vec<(String, Vec<Line>)>,
}

/// A worked example.
struct Worked {
    title: String,
    rules: Option<String>,
    events: String,
    checks: Vec<(String, String)>,
    /// As HTML.
    text: String,
}

#[derive(Template)]
#[template(path = "definition.html")]
struct Shown {
    shell: Shell,
    id: String,
    back: String,
    rows: String,
    /// Prose is HTML already.
    summary: String,
    /// Its names, each with the tag of its language.
    names: Vec<(&'static str, String)>,
    about: Vec<(String, String)>,
    guard: Option<(String, String)>,
    formula: String,
    formulas: String,
    variants: Vec<(String, String, String)>,
    sections: Vec<(String, String)>,
    profiles: Vec<(String, String, String)>,
    examples: Vec<Worked>,
}

/// The list.
pub(in crate::serve) async fn list(visit: Visit) -> Result<Response, Refusal> {
    let filters = match Filters::read(&visit, &["q"]) {
        Ok(filters) => filters,
        Err(address) => return Ok(reply::see(&address)),
    };
    let asked = visit.asked("q").unwrap_or_default().trim().to_owned();
    let wanted: Vec<String> = asked.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let language = visit.language;
    let mut areas: Vec<(String, Vec<Line>)> = Vec::new();
    for metric in visit.desk.catalogue.metrics().filter(|metric| fits(metric, &wanted)) {
        let area = area(metric, language);
        let line = Line {
            name: metric.name(language).unwrap_or(&metric.id).to_owned(),
            href: address(&metric.id, &filters),
            summary: inline(metric.summary.trim()),
        };
        match areas.iter_mut().find(|(own, _)| *own == area) {
            Some((_, lines)) => lines.push(line),
            None => areas.push((area, vec![line])),
        }
    }
    areas.sort_by(|one, other| one.0.cmp(&other.0));
    let title = Words(language).text("page-definitions");
    let shell = Shell::new(&visit, title, &filters.query::<&str, &str>(&[]));
    page(StatusCode::OK, &List { shell, asked, pairs: filters.pairs(), areas })
}

/// One KPI.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let filters = match Filters::read(&visit, &[]) {
        Ok(filters) => filters,
        Err(address) => return Ok(reply::see(&address)),
    };
    let catalogue = &visit.desk.catalogue;
    let found = catalogue.find(visit.place("id"));
    let metric = found.map_err(|problem| Refusal::of(StatusCode::NOT_FOUND, problem))?;
    let language = visit.language;
    let words = Words(language);
    let variants = metric.variants.iter().map(|variant| {
        let title = fill(language, "show-variant", &[("name", &variant.name)]);
        let own = variant.names.iter().find(|(own, _)| *own == language).map(|(_, name)| name.clone());
        let title = own.map_or(title.clone(), |own| format!("{title}: {own}"));
        (title, prose(&in_words(&variant.definition, language)), formulas(&variant.definition))
    });
    let sections = metric.sections.iter().map(|section| {
        let key = format!("show-{}", section.title.to_lowercase().replace(' ', "_"));
        let title = locale::find(language, &key).unwrap_or_else(|| section.title.clone());
        (title, prose(&section.text))
    });
    let profiles = catalogue.profiles().filter_map(|profile| Some((profile, profile.redefined(&metric.id)?)));
    let profiles = profiles.map(|(profile, own)| {
        let as_of = own.as_of.unwrap_or(profile.as_of).to_string();
        let title = fill(language, "in-brackets", &[("text", profile.title(language)), ("more", &as_of)]);
        (title, prose(&own.why), prose(&own.source))
    });
    let guard = metric.guard.as_ref().and_then(|id| catalogue.get(id));
    let kept = filters.query::<&str, &str>(&[]);
    let shown = Shown {
        shell: Shell::new(&visit, metric.name(language).unwrap_or(&metric.id).to_owned(), &kept),
        id: metric.id.clone(),
        back: format!("/definitions?{kept}"),
        rows: format!("/tickets?{}", filters.query(&[("metric", metric.id.as_str())])),
        summary: prose(&metric.summary),
        names: metric.names.iter().map(|(own, name)| (own.name(), name.clone())).collect(),
        about: about(metric, words),
        guard: guard.map(|own| (own.name(language).unwrap_or(&own.id).to_owned(), address(&own.id, &filters))),
        formula: prose(&in_words(&metric.definition, language)),
        formulas: formulas(&metric.definition),
        variants: variants.collect(),
        sections: sections.collect(),
        profiles: profiles.collect(),
        examples: metric.examples.iter().map(worked).collect(),
    };
    page(StatusCode::OK, &shown)
}

/// What is said of a KPI in a word or two each.
fn about(metric: &Metric, words: Words) -> Vec<(String, String)> {
    let language = words.0;
    let out: Vec<String> = metric.definition.except.iter().map(|(reason, _)| locale::reason(language, reason)).collect();
    let mut about = vec![
        (words.text("list-area"), area(metric, language)),
        (words.text("list-unit"), words.text(&format!("unit-{}", metric.definition.unit.name()))),
        (words.text("list-better"), words.text(&format!("good-{}", metric.good.name()))),
    ];
    // Where there is no choice of a clock, the prose says which one it is, if any.
    if metric.definition.has_business() {
        about.push((words.text("page-definition-clock"), words.text("page-definition-clock-both")));
    }
    if !out.is_empty() {
        about.push((words.text("page-definition-out"), locale::list(language, &out)));
    }
    about
}

fn area(metric: &Metric, language: Language) -> String {
    let area = if Catalogue::is_own(metric) { "own" } else { metric.area.as_deref().unwrap_or("own") };
    let name = locale::find(language, &format!("area-{area}")).unwrap_or_else(|| area.to_owned());
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Whether every word of a search stands in a KPI's id, one of its names, or its summary.
pub(super) fn fits(metric: &Metric, wanted: &[String]) -> bool {
    let names = metric.names.iter().map(|(_, name)| name.as_str());
    let texts: Vec<&str> = [metric.id.as_str(), &metric.summary].into_iter().chain(names).collect();
    let all = texts.join("\n").to_lowercase();
    wanted.iter().all(|word| all.contains(word))
}

fn worked(example: &Example) -> Worked {
    let checks = example.checks.iter().map(|check| {
        let answers: Vec<&str> = check.answers.iter().map(|answer| answer.text.as_str()).collect();
        (check.ask.as_ref().map(|ask| format!("{}\n", ask.trim())).unwrap_or_default(), answers.join("\n"))
    });
    Worked {
        title: example.title.clone(),
        rules: example.rules.clone(),
        events: example.events.clone(),
        checks: checks.collect(),
        text: prose(&example.text),
    }
}

/// Prose as HTML: a line is a paragraph.
fn prose(text: &str) -> String {
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| format!("<p>{}</p>", inline(line))).collect()
}

/// A line of prose as HTML: what stands between backticks is code.
pub(super) fn inline(line: &str) -> String {
    let parts = line.split('`').enumerate();
    let marked = parts.map(|(index, part)| match index % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    });
    marked.collect()
}
