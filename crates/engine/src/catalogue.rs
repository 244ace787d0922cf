//! The catalogue: every metric that can be asked for, the built-in ones and the workspace's own, with their formulas checked.
//!
//! The built-in files are part of the program; a workspace's own come in as texts. Loading never stops at the first problem: a metric
//! with errors is left out and all its problems are told. This module must not read files.

mod examples;
mod profiles;

use std::collections::BTreeMap;

use deskgauge_core::condition::Condition;
use deskgauge_core::diagnostic::{Diagnostic, Place, near_name};
use deskgauge_core::facts::{ColumnType, find};
use deskgauge_core::metric::{Definition, Formula, Measure, Metric, Profile, check};
use deskgauge_core::question::DIMENSIONS;
use deskgauge_core::rules::Rules;

use crate::facts_schema::{OwnField, fact_schema};
use crate::plan::{Parameters, Scope, Wanted};
use crate::source::context;

pub use examples::{run_examples, run_profile_examples};

mod built_in {
    include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
}

/// All metrics, by id, and the profiles that count them as others do, by name.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    metrics: BTreeMap<String, Metric>,
    profiles: BTreeMap<String, Profile>,
    fields: Vec<OwnField>,
}

impl Catalogue {
    /// Whether a metric is of the workspace's own, not built in.
    pub fn is_own(metric: &Metric) -> bool {
        !Self::built_in_files().iter().any(|(name, _)| metric.file == format!("catalogue/{name}"))
    }

    /// Reads the built-in metrics and a workspace's own: pairs of a file's name below its `catalogue/` folder and its text.
    /// `fields` are the workspace's own fields, which formulas may name. The formulas of built-in files are not checked again: the
    /// program's own tests do that, and every command begins here.
    pub fn load(own: &[(String, String)], fields: &[OwnField]) -> (Self, Vec<Diagnostic>) {
        let mut catalogue = Self { fields: fields.to_vec(), ..Self::default() };
        let built_in = Self::built_in_files().iter().map(|(name, text)| (format!("catalogue/{name}"), *text));
        let own = own.iter().map(|(name, text)| (format!("catalogue/{name}"), text.as_str()));
        let checker = Checker { context: context(), fields };
        let (built_in, profiles): (Vec<_>, Vec<_>) = built_in.partition(|(file, _)| !is_profile(file));
        let (own, own_profiles): (Vec<_>, Vec<_>) = own.partition(|(file, _)| !is_profile(file));
        let mut problems = catalogue.add(built_in.into_iter(), None);
        problems.extend(catalogue.add(own.into_iter(), Some(&checker)));
        problems.extend(catalogue.unknown_guards());
        problems.extend(catalogue.add_profiles(profiles.into_iter(), None));
        problems.extend(catalogue.add_profiles(own_profiles.into_iter(), Some(&checker)));
        (catalogue, problems)
    }

    /// Reads metrics from pairs of a file's name and its text, and checks all their formulas.
    pub fn from_files<'a>(files: impl Iterator<Item = (String, &'a str)>, fields: &[OwnField]) -> (Self, Vec<Diagnostic>) {
        let mut catalogue = Self { fields: fields.to_vec(), ..Self::default() };
        let checker = Checker { context: context(), fields };
        let (files, profiles): (Vec<_>, Vec<_>) = files.partition(|(file, _)| !is_profile(file));
        let mut problems = catalogue.add(files.into_iter(), Some(&checker));
        problems.extend(catalogue.unknown_guards());
        problems.extend(catalogue.add_profiles(profiles.into_iter(), Some(&checker)));
        (catalogue, problems)
    }

    /// Adds the metrics of files that have no errors, and tells all problems.
    fn add<'a>(&mut self, files: impl Iterator<Item = (String, &'a str)>, checker: Option<&Checker<'_>>) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for (file, text) in files {
            let (metric, mut found) = Metric::parse(text, &file);
            if let Some(metric) = &metric {
                found.extend(checker.map(|checker| checker.check(metric)).unwrap_or_default());
                found.extend(self.metrics.get(&metric.id).map(|other| {
                    let problem = Diagnostic::error("duplicate-metric", format!("the metric `{}` is there already", metric.id));
                    let place = Place { file: file.clone(), line: 1, column: 1 };
                    problem.at(place).hint(format!("the other one is in {}: choose another id", other.file))
                }));
            }
            if let Some(metric) = metric.filter(|_| !found.iter().any(Diagnostic::is_error)) {
                self.metrics.insert(metric.id.clone(), metric);
            }
            problems.extend(found);
        }
        problems
    }

    /// Checks what the rules say about metrics: targets of metrics that do not exist, and conditions over what is no dimension.
    pub fn check_targets(&self, rules: &Rules) -> Vec<Diagnostic> {
        let built_in = DIMENSIONS.iter().map(|dimension| dimension.name);
        let mut problems = Vec::new();
        for goal in &rules.goals {
            let of_target = |problem: Diagnostic| {
                let message = format!("[[target]] of `{}`: {}", goal.metric, problem.message);
                Diagnostic { message, ..problem }.at(goal.place.clone())
            };
            let metric = self.find(&goal.metric);
            if let Some(filter) = &goal.filter {
                let own = rules.fields.iter().map(|field| field.name.as_str());
                let of_metric = metric.iter().flat_map(|metric| &metric.definition.dimensions).map(|(name, _)| name.as_str());
                let names: Vec<&str> = built_in.clone().chain(own).chain(of_metric).collect();
                problems.extend(Condition::parse(filter, &names).err().map(of_target));
            }
            problems.extend(metric.err().map(of_target));
        }
        problems
    }

    /// The built-in files: their names below `catalogue/`, and their texts.
    pub fn built_in_files() -> &'static [(&'static str, &'static str)] {
        built_in::FILES
    }

    /// All metrics, by id.
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        self.metrics.values()
    }

    /// The metric of that id.
    pub fn get(&self, id: &str) -> Option<&Metric> {
        self.metrics.get(id)
    }

    /// The metric of that id.
    ///
    /// # Errors
    /// `unknown-metric`, with the near name.
    pub fn find(&self, id: &str) -> Result<&Metric, Diagnostic> {
        self.get(id).ok_or_else(|| {
            let problem = Diagnostic::error("unknown-metric", format!("there is no metric `{id}`"));
            match near_name(id, self.metrics.keys().map(String::as_str)) {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None => problem.hint("`deskgauge metrics list` shows them all"),
            }
        })
    }

    fn unknown_guards(&self) -> Vec<Diagnostic> {
        let guards = self.metrics().filter_map(|metric| Some((metric, metric.guard.as_ref()?)));
        guards
            .filter(|(_, guard)| !self.metrics.contains_key(*guard))
            .map(|(metric, guard)| {
                let problem =
                    Diagnostic::warning("unknown-guard", format!("`{}` has the guard `{guard}`, which is no metric", metric.id));
                let problem = problem.at(Place { file: metric.file.clone(), line: 1, column: 1 });
                match near_name(guard, self.metrics.keys().map(String::as_str)) {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")),
                    None => problem.hint("name a metric of the catalogue, or leave guard out"),
                }
            })
            .collect()
    }
}

/// Whether a file below `catalogue/` is a profile and no metric: its folder tells.
fn is_profile(file: &str) -> bool {
    file.rsplit(['/', '\\']).nth(1) == Some("profiles")
}

/// Checks formulas: first by the core, whose messages are the better ones, then by the engine that will run them.
struct Checker<'a> {
    context: datafusion::execution::context::SessionContext,
    fields: &'a [OwnField],
}

impl Checker<'_> {
    fn check(&self, metric: &Metric) -> Vec<Diagnostic> {
        let own: Vec<(&str, ColumnType)> = self.fields.iter().map(|(name, ty)| (name.as_str(), *ty)).collect();
        let mut problems = check(metric, &own);
        if problems.iter().any(Diagnostic::is_error) {
            return problems;
        }
        let definitions = metric.variants.iter().map(|variant| &variant.definition);
        for definition in std::iter::once(&metric.definition).chain(definitions).flat_map(Definition::parts) {
            let Some(table) = find(&definition.from) else { continue };
            let parameters: Parameters =
                deskgauge_core::metric::PARAMETERS.iter().map(|name| ((*name).to_owned(), Some(0))).collect();
            let scope = Scope::new(&self.context, &fact_schema(table, self.fields), parameters, 0);
            for (key, formula) in definition.formulas() {
                let problem = self.run(&scope, key, formula, &definition.measure).err();
                problems.extend(problem.filter(|problem| !problems.contains(problem)));
            }
        }
        problems
    }

    fn run(&self, scope: &Scope, key: &str, formula: &Formula, measure: &Measure) -> Result<(), Diagnostic> {
        let wanted = match key {
            "dated" | "started" | "cohort" | "window_from" | "entered" | "left" | "since" | "running.until" => Wanted::Instant,
            "value" | "business" | "sum" | "weight" | "spread" => Wanted::Number,
            "credit" => Wanted::Credit,
            "kept" | "overlap" | "dimensions" | "distinct" | "alike" => Wanted::Cell,
            _ => Wanted::Bool,
        };
        debug_assert!(
            key != "entered" || matches!(measure, Measure::Stock { .. } | Measure::Overlap { .. }),
            "only what lasts is entered"
        );
        scope.formula(formula, wanted).map(drop)
    }
}
