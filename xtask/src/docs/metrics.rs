//! The page of KPIs: every file of the catalogue in short, formulas included.

use std::collections::BTreeMap;

use deskgauge_core::metric::{Definition, Language, Metric};
use deskgauge_core::question::DIMENSIONS;

use super::{cell, code, head};
use crate::house::House;

pub(super) fn page(house: &House) -> String {
    let intro = "The KPIs that are built in.\n\
        Each is a file of the catalogue with its reasons, pitfalls, sources and worked examples; here stand the formulas.\n\
        Formulas are SQL over [the facts](facts.md); `now` is the question's now, `$name` a parameter of [`[catalogue]`](settings.md).\n\
        How to add your own is told in [own KPIs](../own-kpis.md).";
    let mut page = head("KPIs", "`catalogue/` and `crates/core/src/question/dimension.rs`", intro);
    let mut areas: BTreeMap<String, Vec<Metric>> = BTreeMap::new();
    for metric in metrics(house) {
        areas.entry(metric.area.clone().unwrap_or_default()).or_default().push(metric);
    }
    page.push_str("\n## Dimensions\n\n| dimension | meaning |\n|---|---|\n");
    for dimension in DIMENSIONS {
        page.push_str(&format!("| `{}` | {} |\n", dimension.name, cell(dimension.sentence)));
    }
    for (area, metrics) in &areas {
        page.push_str(&format!("\n## {area}\n"));
        for metric in metrics {
            one(&mut page, metric);
        }
    }
    page
}

/// The metrics of the catalogue, in the order of their files.
pub(super) fn metrics(house: &House) -> impl Iterator<Item = Metric> {
    let files = house.files().filter(|file| file.path.starts_with("catalogue/") && file.path.ends_with(".md"));
    let files = files.filter(|file| !file.path.starts_with("catalogue/profiles/"));
    files.filter_map(|file| Metric::parse(file.text(), &file.path).0)
}

fn one(page: &mut String, metric: &Metric) {
    let names: Vec<&str> = Language::ALL.iter().filter_map(|language| metric.name(*language)).collect();
    page.push_str(&format!("\n### {}\n\n*{}*\n\n{}\n\n", metric.id, names.join(" · "), metric.summary.trim()));
    let own = &metric.definition;
    let mut facts = vec![format!("unit {}", own.unit.name()), format!("revision {}", metric.revision)];
    if metric.good.name() != "none" {
        facts.push(format!("good is {}", metric.good.name()));
    }
    facts.extend(own.default.map(|stat| format!("shown as {}", stat.name())));
    facts.extend(metric.guard.as_ref().map(|guard| format!("read it beside {guard}")));
    page.push_str(&format!("{}; [{} worked examples](../../{}).\n\n", facts.join(", "), metric.examples.len(), metric.file));
    page.push_str("| | |\n|---|---|\n");
    definition(page, own);
    for variant in &metric.variants {
        let english = variant.names.iter().find(|(language, _)| *language == Language::En);
        let name = english.map_or_else(String::new, |(_, name)| format!(": {name}"));
        page.push_str(&format!("\nVariant `{}`{}\n\n| | |\n|---|---|\n", variant.name, cell(&name)));
        changed(page, own, &variant.definition);
    }
}

fn definition(page: &mut String, definition: &Definition) {
    for (key, value) in rows(definition) {
        page.push_str(&format!("| {key} | {value} |\n"));
    }
}

/// What a variant or a profile counts in another way.
pub(super) fn changed(page: &mut String, own: &Definition, variant: &Definition) {
    let own = rows(own);
    let variant = rows(variant);
    for (key, value) in variant.iter().filter(|row| !own.contains(row)) {
        page.push_str(&format!("| {key} | {value} |\n"));
    }
    for (key, _) in own.iter().filter(|(key, _)| !variant.iter().any(|(other, _)| other == key)) {
        page.push_str(&format!("| {key} | none |\n"));
    }
}

fn rows(definition: &Definition) -> Vec<(String, String)> {
    let mut rows = part(definition);
    if let Some(per) = &definition.per {
        rows.extend(part(&per.definition).into_iter().map(|(key, value)| (format!("per {key}"), value)));
        rows.extend(per.trailing_days.map(|days| ("per trailing_days".to_owned(), days.to_string())));
    }
    rows
}

fn part(definition: &Definition) -> Vec<(String, String)> {
    let mut rows = vec![("from".to_owned(), format!("[{0}](facts.md#{0})", definition.from))];
    let formulas = definition.formulas().into_iter();
    let named = |key: &str| matches!(key, "except" | "credit" | "dimensions");
    rows.extend(formulas.filter(|(key, _)| !named(key)).map(|(key, formula)| (key.to_owned(), code(&formula.text))));
    rows.extend(definition.window.iter().map(|window| ("window".to_owned(), code(window))));
    rows.extend(definition.except.iter().map(|(name, formula)| (format!("except {name}"), code(&formula.text))));
    let models: Vec<String> =
        definition.credit.iter().map(|(name, formula)| format!("{name} ({})", code(&formula.text))).collect();
    if !models.is_empty() {
        rows.push(("credit".to_owned(), models.join(", ")));
    }
    rows.extend(definition.dimensions.iter().map(|(name, formula)| (format!("by {name}"), code(&formula.text))));
    rows
}
