//! The page of profiles: what each counts otherwise, why, and what is not known.

use std::collections::BTreeMap;

use deskgauge_core::metric::{Language, Metric, Profile, Redefined};

use super::{cell, head, metrics};
use crate::house::House;

pub(super) fn page(house: &House) -> String {
    let intro = "How others count the same KPIs: for `--profile` of `query`, `report` and `explain`, and for `compare-profiles`.\n\
        Each is a file of the catalogue with worked examples; here stand the switches that it turns and the formulas that differ from [ours](metrics.md).\n\
        Vendors change their rules silently, so each profile has a date.\n\
        What is not known of a vendor is said and never guessed; a KPI that a profile does not name is counted canonically, and the answer says so.\n\
        How to write one, and what to do with the numbers of other tools, is told in [numbers of other tools](../other-tools.md).";
    let mut page = head("Profiles", "`catalogue/profiles/`", intro);
    let metrics: BTreeMap<String, Metric> = metrics::metrics(house).map(|metric| (metric.id.clone(), metric)).collect();
    for file in house.files().filter(|file| file.path.starts_with("catalogue/profiles/") && file.path.ends_with(".md")) {
        if let (Some(profile), _) = Profile::parse(file.text(), &file.path, &metrics) {
            one(&mut page, &profile, &metrics);
        }
    }
    page
}

fn one(page: &mut String, profile: &Profile, metrics: &BTreeMap<String, Metric>) {
    let names: Vec<&str> = Language::ALL.iter().map(|language| profile.title(*language)).collect();
    let one_name = names.iter().all(|name| *name == names[0]);
    let names = if one_name { names[0].to_owned() } else { names.join(" · ") };
    let (name, as_of, revision, summary) = (&profile.name, profile.as_of, profile.revision, &profile.summary);
    page.push_str(&format!("\n## {name}\n\n*{names}*\n\n{summary}\n\n"));
    let examples = profile.examples.len();
    page.push_str(&format!("As of {as_of}, revision {revision}; [{examples} worked examples](../../{}).\n", profile.file));
    for redefined in &profile.metrics {
        kpi(page, redefined, metrics);
    }
    for (title, told) in [("Counted as here", &profile.same), ("Not known", &profile.unknown)] {
        if !told.is_empty() {
            page.push_str(&format!("\n{title}:\n\n"));
            told.iter().for_each(|(matter, sentence)| page.push_str(&format!("- `{matter}`: {sentence}\n")));
        }
    }
    for section in profile.sections.iter().filter(|section| section.title == "Pitfalls") {
        page.push_str(&format!("\n{}\n", section.text));
    }
}

fn kpi(page: &mut String, redefined: &Redefined, metrics: &BTreeMap<String, Metric>) {
    let metric = &redefined.metric;
    page.push_str(&format!("\n### {} of {}\n\n{}\n\n", metric.id, metric.profile.as_deref().unwrap_or(""), redefined.why));
    redefined.switches.iter().for_each(|(name, sentence)| page.push_str(&format!("- {name}: {sentence}\n")));
    page.push_str(&format!("\nSource: {}.\n\n| | |\n|---|---|\n", cell(&redefined.source)));
    if let Some(own) = metrics.get(&metric.id) {
        metrics::changed(page, &own.definition, &metric.definition);
        for variant in &metric.variants {
            page.push_str(&format!("\nVariant `{}`\n\n| | |\n|---|---|\n", variant.name));
            metrics::changed(page, &metric.definition, &variant.definition);
        }
    }
}
