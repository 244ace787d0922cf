//! A profile: how somebody else counts the same KPIs, as a named, dated bundle of definitions put over ours.
//!
//! A profile is data, like a metric: for each KPI that it redefines it has the keys that a variant may have, and must say which switches
//! it turns, why, and where that is written. What is not known of a vendor stands in `[unknown]` and is never guessed; what the vendor
//! counts just as we do stands in `[same]`. This module must not run a formula.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::body;
use super::keys::{Keys, Source};
use super::parse::{IN_VARIANT, definition, front_matter, names};
use super::{Example, Language, Metric, Section, Variant};
use crate::diagnostic::{Diagnostic, Place, near_name};

/// The name of the profile that is none: the definitions of the catalogue.
pub const CANONICAL: &str = "canonical";

/// What a KPI's switches may be called, beside the names of the clauses that leave rows out. `compare-profiles` tells a difference by
/// the switch that makes it.
pub const SWITCHES: &[&str] = &["start", "end", "value", "population", "period", "statistic", "clock"];

/// A profile, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its name, as in `--profile`: the file's name.
    pub name: String,
    /// The file that it was read from.
    pub file: String,
    /// The state of the vendor's rules that it tells: vendors change them silently.
    pub as_of: Date,
    /// Raised whenever one of its numbers changes its meaning.
    pub revision: u32,
    /// Its names, in the order of [`Language::ALL`].
    pub names: Vec<(Language, String)>,
    /// The KPIs that it redefines, in the order of the file.
    pub metrics: Vec<Redefined>,
    /// KPIs that are counted there as here, each with a sentence.
    pub same: Vec<(String, String)>,
    /// What is not known of the vendor's rules, by KPI or matter, each with a sentence.
    pub unknown: Vec<(String, String)>,
    /// The prose before the first section.
    pub summary: String,
    /// The sections but the examples.
    pub sections: Vec<Section>,
    /// The worked examples, asked under this profile unless they say otherwise.
    pub examples: Vec<Example>,
}

/// A KPI as a profile counts it.
#[derive(Debug, Clone, PartialEq)]
pub struct Redefined {
    /// The KPI with the profile's definition and variants in place of its own.
    pub metric: Metric,
    /// The switches that are turned: one of [`SWITCHES`] and what it is turned to.
    pub switches: Vec<(String, String)>,
    /// Why this is worth knowing, in a sentence.
    pub why: String,
    /// Where the rule is written.
    pub source: String,
    /// Since when the rule holds or was read, where that differs from the profile's date.
    pub as_of: Option<Date>,
}

const TOP: &[&str] = &["profile", "as_of", "revision", "name", "metric", "same", "unknown"];
const IN_METRIC: &[&str] = &["why", "source", "as_of", "switch", "empty", "variant"];

impl Profile {
    /// Reads a profile file over the metrics that it redefines, by id. `file` is its path as the user knows it: its name must be the
    /// profile's.
    ///
    /// The profile is there when the keys that it needs could be read; a KPI that cannot be read is left out and told.
    /// Formulas are not checked here: [`super::check`] does it, of each redefined metric.
    pub fn parse(text: &str, file: &str, metrics: &BTreeMap<String, Metric>) -> (Option<Self>, Vec<Diagnostic>) {
        let mut problems = Vec::new();
        let profile = read(text, file, metrics, &mut problems);
        (profile, problems)
    }

    /// Its name in a language.
    pub fn title(&self, language: Language) -> &str {
        self.names.iter().find(|(own, _)| *own == language).map_or(self.name.as_str(), |(_, name)| name.as_str())
    }

    /// A KPI as it counts it, where it redefines it.
    pub fn redefined(&self, id: &str) -> Option<&Redefined> {
        self.metrics.iter().find(|redefined| redefined.metric.id == id)
    }
}

impl Redefined {
    /// What a switch is turned to.
    pub fn switch(&self, name: &str) -> Option<&str> {
        self.switches.iter().find(|(own, _)| own == name).map(|(_, sentence)| sentence.as_str())
    }
}

fn read(text: &str, file: &str, metrics: &BTreeMap<String, Metric>, problems: &mut Vec<Diagnostic>) -> Option<Profile> {
    let whole = Source { file, text, offset: 0 };
    let front = front_matter(&whole, "a profile", problems)?;
    let source = Source { file, text, offset: front.offset };
    let mut keys = Keys::new(&source, front.document.as_table(), "");
    let name = keys.text("profile", problems);
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".md");
    if let Some(name) = name.as_ref().filter(|name| name.text != stem || name.text == CANONICAL) {
        let problem = Diagnostic::error("wrong-id", format!("the profile is `{}` but the file is `{stem}.md`", name.text));
        problems.push(problem.at(name.place.clone()).hint("give both one name, which is not `canonical`"));
    }
    let as_of = date(&mut keys, problems);
    let revision = keys.integer("revision", problems).and_then(|number| u32::try_from(number).ok().filter(|number| *number > 0));
    let titles = keys.table("name", problems).map(|table| names(table, problems)).unwrap_or_default();
    let redefined = keys.table("metric", problems).map(|table| table.tables(problems)).unwrap_or_default();
    let told = |table: Option<Keys<'_>>, problems: &mut Vec<Diagnostic>| -> Vec<(String, String)> {
        let texts = table.map(|table| table.texts(problems)).unwrap_or_default();
        texts.into_iter().map(|(key, formula)| (key, formula.text)).collect()
    };
    let same = keys.table("same", problems);
    let same_places: Vec<(String, Place)> =
        same.iter().flat_map(|table| table.texts(&mut Vec::new())).map(|(id, text)| (id, text.place)).collect();
    let same = told(same, problems);
    let unknown = keys.table("unknown", problems);
    let unknown = told(unknown, problems);
    keys.unknown(TOP, problems);
    for key in ["profile", "as_of", "revision", "name"].into_iter().filter(|key| !keys.has(key)) {
        let problem = Diagnostic::error("missing-key", format!("the profile has no `{key}`"));
        problems.push(problem.at(source.place(0)).hint(format!("a profile has {}", TOP.join(", "))));
    }
    for language in Language::ALL.iter().filter(|language| keys.has("name") && !titles.iter().any(|(own, _)| own == *language)) {
        let problem = Diagnostic::error("missing-language", format!("the profile has no name in `{}`", language.name()));
        problems.push(problem.at(keys.place("name")).hint(format!("add {} = \"…\" to [name]", language.name())));
    }
    let mut read = Vec::new();
    for (id, mut table) in redefined {
        match metrics.get(&id) {
            Some(metric) => read.extend(one(&mut table, metric, name.as_ref().map_or("", |name| &name.text), problems)),
            None => problems.push(unknown_metric(&id, metrics).at(table.own_place())),
        }
    }
    let strangers = same_places.into_iter().filter(|(id, _)| !metrics.contains_key(id));
    problems.extend(strangers.map(|(id, place)| unknown_metric(&id, metrics).at(place)));
    let body = body::read(&whole, front.body, problems);
    Some(Profile {
        name: name?.text,
        file: file.to_owned(),
        as_of: as_of?,
        revision: revision?,
        names: titles,
        metrics: read,
        same,
        unknown,
        summary: body.summary,
        sections: body.sections,
        examples: body.examples,
    })
}

/// One KPI, over our definition of it.
fn one(keys: &mut Keys<'_>, base: &Metric, profile: &str, problems: &mut Vec<Diagnostic>) -> Option<Redefined> {
    let why = keys.text("why", problems);
    let source = keys.text("source", problems);
    let as_of = if keys.has("as_of") { date(keys, problems) } else { None };
    let empty = keys.integer("empty", problems);
    let switch = keys.table("switch", problems);
    let switches = switch.as_ref().map(|table| table.texts(problems)).unwrap_or_default();
    let mut definition = definition(keys, Some(&base.definition), problems)?;
    let clauses = base.definition.except.iter().chain(&definition.except).map(|(name, _)| name.as_str());
    let known: Vec<&str> = SWITCHES.iter().copied().chain(clauses).collect();
    for (key, sentence) in switches.iter().filter(|(key, _)| !known.contains(&key.as_str())) {
        let problem = Diagnostic::error("unknown-key", format!("there is no switch `{key}`")).at(sentence.place.clone());
        problems.push(match near_name(key, known.iter().copied()) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem.hint(format!("the switches are {}, and the clauses of [except]", SWITCHES.join(", "))),
        });
    }
    definition.empty = empty;
    let mut variants = Vec::new();
    for (name, mut table) in keys.table("variant", problems).map(|table| table.tables(problems)).unwrap_or_default() {
        let titles = table.table("name", problems).map(|table| names(table, problems)).unwrap_or_default();
        let merged = super::parse::definition(&mut table, Some(&definition), problems);
        table.unknown(IN_VARIANT, problems);
        variants.extend(merged.map(|merged| Variant { name, names: titles, definition: merged }));
    }
    let known: Vec<&'static str> = IN_METRIC.iter().chain(IN_VARIANT.iter().filter(|key| **key != "name")).copied().collect();
    keys.unknown(&known, problems);
    for (key, there) in [("why", why.is_some()), ("source", source.is_some()), ("switch", !switches.is_empty())] {
        if !there {
            let message = format!("`{}` has no `{key}` in the profile", base.id);
            let hint = "a profile says which switches it turns, why, and where that is written";
            problems.push(Diagnostic::error("missing-key", message).at(keys.own_place()).hint(hint));
        }
    }
    let metric = Metric { profile: Some(profile.to_owned()), definition, variants, ..base.clone() };
    let switches = switches.into_iter().map(|(key, formula)| (key, formula.text)).collect();
    Some(Redefined { metric, switches, why: why?.text, source: source?.text, as_of })
}

fn date(keys: &mut Keys<'_>, problems: &mut Vec<Diagnostic>) -> Option<Date> {
    let text = keys.text("as_of", problems)?;
    let date = text.text.parse().ok();
    if date.is_none() {
        let problem = Diagnostic::error("bad-value", format!("`{}` is no date", text.text)).at(text.place);
        problems.push(problem.hint("write it as year-month-day, such as 2026-01-31"));
    }
    date
}

fn unknown_metric(id: &str, metrics: &BTreeMap<String, Metric>) -> Diagnostic {
    let problem = Diagnostic::error("unknown-metric", format!("there is no metric `{id}`"));
    match near_name(id, metrics.keys().map(String::as_str)) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem.hint("`deskgauge metrics list` shows them all"),
    }
}
