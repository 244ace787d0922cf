//! A KPI is complete: it reads without problems, has a name in every language, at least three worked examples, and says why it matters.

use deskgauge_core::metric::{Language, Metric};

use crate::house::{Finding, House};

/// Fewer examples than this explain nothing.
const EXAMPLES: usize = 3;
/// Sections that every KPI's page needs.
const SECTIONS: &[&str] = &["Why it matters", "Pitfalls"];

pub(super) fn rule(house: &House) -> Vec<Finding> {
    let metric = |path: &str| path.starts_with("catalogue/") && path.ends_with(".md") && path.split('/').count() == 3;
    let files = house.files().filter(|file| metric(&file.path) && !file.path.starts_with("catalogue/presets/"));
    files.flat_map(|file| check(&file.path, file.text())).collect()
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
    use super::check;

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
}
