//! Settings: what the workspace's file says. Targets are changed here; everything else in the file, since it decides how facts are made.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::metric::Language;
use deskgauge_core::rules::{BANDS, Rules};
use deskgauge_engine::workspace::RULES_FILE;
use toml_edit::{Document, Item, Table, Value};
use xxhash_rust::xxh3::xxh3_64;

use super::definitions::inline;
use super::page;
use super::shell::{Shell, Words};
use crate::failure::Failure;
use crate::locale;
use crate::serve::gate::Visit;
use crate::serve::identity::Right;
use crate::serve::problem::Refusal;
use crate::serve::reply;
use crate::targets::{Change, Wish, changed};

/// The sections of the file in the order of reading, and the keys of their names.
const SECTIONS: [(&str, &str); 7] = [
    ("workspace", "settings-workspace"),
    ("schedule", "settings-schedule"),
    ("sla", "settings-sla"),
    ("fields", "settings-fields"),
    ("catalogue", "settings-catalogue"),
    ("privacy", "settings-privacy"),
    ("limits", "settings-limits"),
];

/// Words of keys whose values are nobody's matter.
const HIDDEN: [&str; 3] = ["secret", "password", "key"];

/// A section of the file.
struct Section {
    id: String,
    title: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// A target with what a form may say of it.
struct Aim {
    place: usize,
    metric: String,
    name: String,
    filter: String,
    bounds: Vec<(String, &'static str, String)>,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings {
    shell: Shell,
    /// How everything else is changed, as HTML.
    how: String,
    may_change: bool,
    may_manage: bool,
    sections: Vec<Section>,
    aims: Vec<Aim>,
    bands: Vec<(String, &'static str)>,
    metrics: Vec<(String, String)>,
    preset: Option<String>,
    /// Stands for the file's content: a form that was made of another one changes nothing.
    mark: String,
    path: String,
    /// What is wrong with what was sent.
    wrong: Vec<(String, String)>,
    /// The file says something else than what is in force.
    differs: bool,
}

/// The page.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    shown(&visit, StatusCode::OK, Vec::new())
}

fn shown(visit: &Visit, status: StatusCode, wrong: Vec<Diagnostic>) -> Result<Response, Refusal> {
    let (words, language) = (Words(visit.language), visit.language);
    let text = read(visit)?;
    let document = Document::parse(text.as_str()).map_err(|error| {
        let problem = Diagnostic::error("bad-toml", error.message().trim().replace('\n', ", "));
        Refusal::of(StatusCode::SERVICE_UNAVAILABLE, problem.hint("run `deskgauge check`"))
    })?;
    let top = document.as_table();
    let catalogue = &visit.desk.catalogue;
    let mut metrics: Vec<(String, String)> =
        catalogue.metrics().map(|own| (own.id.clone(), own.name(language).unwrap_or(&own.id).to_owned())).collect();
    metrics.sort_by(|one, other| one.1.cmp(&other.1));
    let bands: Vec<(String, &'static str)> = BANDS.into_iter().map(|band| (words.text(&format!("band-{band}")), band)).collect();
    let aim = |(place, table): (usize, &Table)| {
        let own = |key: &str| table.get(key).map(told).unwrap_or_default();
        let metric = own("metric");
        Aim {
            place,
            name: catalogue.get(&metric).and_then(|own| own.name(language)).unwrap_or(&metric).to_owned(),
            filter: own("where"),
            bounds: bands.iter().map(|(label, band)| (label.clone(), *band, own(band))).collect(),
            metric,
        }
    };
    let aims = top.get("target").and_then(Item::as_array_of_tables);
    let (found, _) = Rules::parse(&text, RULES_FILE);
    let in_force = visit.desk.current_rules();
    let shown = Settings {
        shell: Shell::new(visit, words.text("page-settings"), ""),
        may_change: Right::Change.allows(&visit.who),
        may_manage: Right::Manage.allows(&visit.who),
        sections: sections(top, language),
        aims: aims.into_iter().flatten().enumerate().map(aim).collect(),
        bands: bands.clone(),
        metrics,
        preset: top.get("preset").map(told),
        mark: mark(&text),
        how: inline(&words.text("settings-how")),
        path: visit.desk.workspace.folder().join(RULES_FILE).display().to_string(),
        wrong: wrong.into_iter().map(|own| (own.message, own.hint.unwrap_or_default())).collect(),
        differs: !alike_but_targets(&found, &in_force) || !alike_targets(&found, &in_force),
    };
    page(status, &shown)
}

fn read(visit: &Visit) -> Result<String, Refusal> {
    let path = visit.desk.workspace.folder().join(RULES_FILE);
    std::fs::read_to_string(&path).map_err(|error| Failure::file("read", &path, &error).into())
}

fn mark(text: &str) -> String {
    format!("{:016x}", xxh3_64(text.as_bytes()))
}

/// The sections of the file but its targets, the known ones first.
fn sections(top: &Table, language: Language) -> Vec<Section> {
    let mut found = Vec::new();
    let known = SECTIONS.iter().map(|(name, key)| ((*name).to_owned(), locale::text(language, key)));
    let others = top.iter().filter(|(name, item)| {
        item.is_table() && !SECTIONS.iter().any(|(own, _)| own == name)
            || item.is_array_of_tables() && *name != "target" && !SECTIONS.iter().any(|(own, _)| own == name)
    });
    let others = others.map(|(name, _)| (name.to_owned(), name.to_owned()));
    for (name, title) in known.chain(others) {
        let (header, rows) = match top.get(&name) {
            Some(Item::ArrayOfTables(all)) => of_many(all.iter().collect()),
            Some(Item::Table(table)) => (Vec::new(), pairs(table)),
            _ => (Vec::new(), Vec::new()),
        };
        found.push(Section { id: name, title, header, rows });
    }
    found
}

/// The keys and values of a section.
fn pairs(table: &Table) -> Vec<Vec<String>> {
    table.iter().map(|(key, item)| vec![key.to_owned(), if is_hidden(key) { "•••".to_owned() } else { told(item) }]).collect()
}

fn is_hidden(key: &str) -> bool {
    HIDDEN.iter().any(|word| key.split(['_', '-']).any(|part| part == *word))
}

/// Sections of one name as a table: a column for each key that any of them has.
fn of_many(tables: Vec<&Table>) -> (Vec<String>, Vec<Vec<String>>) {
    let mut header: Vec<String> = Vec::new();
    for (key, _) in tables.iter().flat_map(|table| table.iter()) {
        if !header.iter().any(|own| own == key) {
            header.push(key.to_owned());
        }
    }
    let row = |table: &&Table| header.iter().map(|key| table.get(key).map(told).unwrap_or_default()).collect();
    let rows = tables.iter().map(row).collect();
    (header, rows)
}

/// A value as people read it.
fn told(item: &Item) -> String {
    match item {
        Item::Value(value) => value_told(value),
        Item::Table(table) => pairs(table).iter().map(|pair| pair.join(" = ")).collect::<Vec<_>>().join("; "),
        Item::None | Item::ArrayOfTables(_) => String::new(),
    }
}

fn value_told(value: &Value) -> String {
    match value {
        Value::String(text) => text.value().clone(),
        Value::Array(all) => all.iter().map(value_told).collect::<Vec<_>>().join(", "),
        Value::InlineTable(table) => {
            table.iter().map(|(key, own)| format!("{key} {}", value_told(own))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string().trim().to_owned(),
    }
}

/// Changes a target in the file, and lets it hold at once.
pub(in crate::serve) async fn targets(visit: Visit) -> Result<Response, Refusal> {
    let text = read(&visit)?;
    let words = Words(visit.language);
    if visit.field("mark") != mark(&text) {
        return changed_meanwhile(&visit, words.text("settings-meanwhile"));
    }
    let wish = Wish {
        metric: visit.field("metric").trim().to_owned(),
        filter: visit.field("where").trim().to_owned(),
        bounds: BANDS.map(|band| visit.field(band).trim().to_owned()),
    };
    let place = || visit.number("place").map(|place| usize::try_from(place).unwrap_or(usize::MAX));
    let (what, change) = match visit.field("do") {
        "add" => ("target-added", Change::Add(wish.clone())),
        "remove" => ("target-removed", Change::Remove(place()?)),
        _ => ("target-changed", Change::Replace(place()?, wish.clone())),
    };
    let next = match changed(&text, &change) {
        Ok(next) => next,
        Err(problem) => return shown(&visit, StatusCode::UNPROCESSABLE_ENTITY, vec![problem]),
    };
    let (rules, mut problems) = Rules::parse(&next, RULES_FILE);
    problems.extend(visit.desk.catalogue.check_targets(&rules));
    problems.retain(Diagnostic::is_error);
    if !problems.is_empty() {
        return shown(&visit, StatusCode::UNPROCESSABLE_ENTITY, problems);
    }
    // Everything else of the file must be what is in force: the facts were made by it.
    if !alike_but_targets(&rules, &visit.desk.rules) {
        return changed_meanwhile(&visit, words.text("settings-differs"));
    }
    let path = visit.desk.workspace.folder().join(RULES_FILE);
    replace(&path, &next).map_err(|error| Refusal::from(Failure::file("write", &path, &error)))?;
    visit.desk.let_hold(rules);
    let about = [wish.metric, wish.filter, wish.bounds.join(" / ")].join(" · ");
    visit.note(what, about.trim_matches([' ', '·', '/'])).await?;
    Ok(reply::see("/settings#targets"))
}

/// The page, with what somebody else has changed.
fn changed_meanwhile(visit: &Visit, told: String) -> Result<Response, Refusal> {
    shown(visit, StatusCode::CONFLICT, vec![Diagnostic::error("rules-changed", told)])
}

/// Whether rules differ in nothing but their targets.
fn alike_but_targets(one: &Rules, other: &Rules) -> bool {
    let of_questions = |rules: &Rules| (rules.workspace.clone(), rules.catalogue.clone(), rules.privacy, rules.limits);
    one.digest() == other.digest() && of_questions(one) == of_questions(other)
}

/// Whether rules have the same targets, wherever those stand.
fn alike_targets(one: &Rules, other: &Rules) -> bool {
    let told = |rules: &Rules| -> Vec<_> {
        rules.goals.iter().map(|goal| (goal.metric.clone(), goal.filter.clone(), goal.preset.clone(), goal.bounds)).collect()
    };
    told(one) == told(other)
}

/// Writes the file anew so that it is never there by half, with the rights that it had.
fn replace(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    let next = path.with_extension("toml.next");
    std::fs::write(&next, text)?;
    std::fs::set_permissions(&next, std::fs::metadata(path)?.permissions())?;
    std::fs::File::open(&next)?.sync_all()?;
    std::fs::rename(&next, path)
}
