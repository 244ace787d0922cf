//! A KPI is complete: it reads without problems, has a name in every language, at least three worked examples, and says why it matters.

use std::collections::BTreeMap;

use deskgauge_core::metric::{Language, Metric, Profile};

use crate::house::{Finding, House};

/// Fewer examples than this explain nothing.
const EXAMPLES: usize = 3;
/// Sections that every KPI's page needs.
const SECTIONS: &[&str] = &["Why it matters", "Pitfalls"];

pub(super) fn rule(house: &House) -> Vec<Finding> {
    let metric = |path: &str| path.starts_with("catalogue/") && path.ends_with(".md") && path.split('/').count() == 3;
    let files = house.files().filter(|file| metric(&file.path) && !file.path.starts_with("catalogue/presets/"));
    let profile = |path: &str| path.starts_with("catalogue/profiles/");
    let metrics: Vec<_> = files.filter(|file| !profile(&file.path)).collect();
    let mut found: Vec<Finding> = metrics.iter().flat_map(|file| check(&file.path, file.text())).collect();
    let read = metrics.iter().filter_map(|file| Metric::parse(file.text(), &file.path).0);
    let metrics = read.map(|metric| (metric.id.clone(), metric)).collect();
    let profiles = house.files().filter(|file| profile(&file.path) && file.path.ends_with(".md"));
    found.extend(profiles.flat_map(|file| check_profile(&file.path, file.text(), &metrics)));
    found
}

/// A profile reads without problems, has examples, and says where it is read.
fn check_profile(path: &str, text: &str, metrics: &BTreeMap<String, Metric>) -> Vec<Finding> {
    let (profile, problems) = Profile::parse(text, path, metrics);
    let line = |problem: &deskgauge_core::diagnostic::Diagnostic| problem.place.as_ref().map_or(0, |place| place.line as usize);
    let mut found: Vec<Finding> =
        problems.iter().map(|problem| Finding::new(path, line(problem), problem.message.clone())).collect();
    let Some(profile) = profile else { return found };
    if profile.examples.len() < EXAMPLES {
        let message = format!("has {} worked examples: {EXAMPLES} are the least that explain a profile", profile.examples.len());
        found.push(Finding::new(path, 0, message));
    }
    for section in ["Pitfalls", "Sources"].iter().filter(|title| !profile.sections.iter().any(|own| own.title == **title)) {
        found.push(Finding::new(path, 0, format!("has no section `## {section}`")));
    }
    found
}

fn check(path: &str, text: &str) -> Vec<Finding> {
    let (metric, problems) = Metric::parse(text, path);
    let line = |problem: &deskgauge_core::diagnostic::Diagnostic| problem.place.as_ref().map_or(0, |place| place.line as usize);
    let mut found: Vec<Finding> =
        problems.iter().map(|problem| Finding::new(path, line(problem), problem.message.clone())).collect();
    let Some(metric) = metric else { return found };
    for language in Language::ALL {
        if metric.name(*language).is_none_or(|name| name.trim().is_empty()) {
            found.push(Finding::new(path, 0, format!("has no name in `{}`: add it to [name]", language.name())));
        }
    }
    if metric.examples.len() < EXAMPLES {
        let message = format!("has {} worked examples: {EXAMPLES} are the least that explain a KPI", metric.examples.len());
        found.push(Finding::new(path, 0, message));
    }
    for section in SECTIONS.iter().filter(|section| !metric.sections.iter().any(|own| own.title == **section)) {
        found.push(Finding::new(path, 0, format!("has no section `## {section}`")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{check, check_profile};

    const BARE: &str = "+++\nid = \"resolutions\"\nunit = \"count\"\ngood = \"none\"\nrevision = 1\nfrom = \"resolutions\"\n\
        dated = \"resolved_at\"\ncount = true\n[name]\nen = \"Resolutions\"\n+++\nHow often it was solved.\n\n## Pitfalls\nNone.\n";

    #[test]
    fn a_kpi_without_languages_and_examples_is_red() {
        let said: Vec<String> = check("catalogue/work/resolutions.md", BARE).into_iter().map(|finding| finding.message).collect();
        let all = said.join("\n");
        for expected in ["ro", "zh-Hant", "0 worked examples", "## Why it matters"] {
            assert!(all.contains(expected), "{expected} is not in:\n{all}");
        }
        assert!(!all.contains("## Pitfalls"), "{all}");
    }

    #[test]
    fn a_profile_without_examples_and_sources_is_red() {
        let names = "[name]\nen = \"a\"\nru = \"b\"\nro = \"c\"\nzh-Hant = \"d\"\n";
        let text =
            format!("+++\nprofile = \"x\"\nas_of = \"2026-01-01\"\nrevision = 1\n{names}+++\nText.\n\n## Pitfalls\nNone.\n");
        let found = check_profile("catalogue/profiles/x.md", &text, &std::collections::BTreeMap::new());
        let said: Vec<String> = found.into_iter().map(|finding| finding.message).collect();
        assert_eq!(said, ["has 0 worked examples: 3 are the least that explain a profile", "has no section `## Sources`"]);
    }
}
