//! The worked examples of metric files, run: their events are folded, their questions asked, their answers compared.
//!
//! An example is a promise to whoever reads the file, so what differs is told like any other mistake of the file, with its place.

use std::collections::BTreeMap;

use deskgauge_core::answer::{Answer, Answers, DataCut};
use deskgauge_core::diagnostic::{Diagnostic, Place};
use deskgauge_core::event::Event;
use deskgauge_core::facts::At;
use deskgauge_core::fold::fold_all;
use deskgauge_core::metric::{CANONICAL, Check, Example, Expected, Metric, Number, Profile, Unit};
use deskgauge_core::notation::{ParseOptions, parse};
use deskgauge_core::period::exact_duration;
use deskgauge_core::question::Question;
use deskgauge_core::rules::{Field, Rules};

use super::Catalogue;
use crate::ask::{AskError, ask};
use crate::facts_schema::own_fields;
use crate::source::FactSource;

/// When an example is asked, unless it says otherwise: so many seconds after its last event.
const LATER: i64 = 3600;

/// Runs the examples of a metric and tells what differs; nothing where all hold. Other metrics may stand in them, too.
pub async fn run_examples(catalogue: &Catalogue, metric: &Metric) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for example in &metric.examples {
        problems.extend(run(catalogue, &metric.file, CANONICAL, example).await);
    }
    problems
}

/// Runs the examples of a profile, asked under it, and tells what differs.
pub async fn run_profile_examples(catalogue: &Catalogue, profile: &Profile) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for example in &profile.examples {
        problems.extend(run(catalogue, &profile.file, &profile.name, example).await);
    }
    problems
}

/// Runs an example of a file. Its questions are asked under the profile unless they name one.
async fn run(catalogue: &Catalogue, file: &str, profile: &str, example: &Example) -> Vec<Diagnostic> {
    let rules_name = format!("{file}, rules of `{}`", example.title);
    let (mut rules, problems) = Rules::parse(example.rules.as_deref().unwrap_or(""), &rules_name);
    if problems.iter().any(Diagnostic::is_error) {
        return problems;
    }
    // Own fields stand in the workspace's metrics whether an example declares them or not.
    let declared: Vec<String> = rules.fields.iter().map(|field| field.name.clone()).collect();
    let missing = catalogue.fields.iter().filter(|(name, _)| !declared.contains(name));
    rules.fields.extend(missing.map(|(name, ty)| Field { name: name.clone(), ty: *ty }));
    let options = ParseOptions { file: file.to_owned(), zone: rules.workspace.time_zone.clone(), ..ParseOptions::default() };
    let (events, problems) = parse(&example.events, &options);
    if problems.iter().any(Diagnostic::is_error) {
        return problems.into_iter().map(|problem| moved(problem, &example.events_place)).collect();
    }
    let last = events.iter().map(|event| event.at.seconds()).max().unwrap_or(0);
    let source = match source(&events, &rules) {
        Ok(source) => source,
        Err(error) => return vec![Diagnostic::error("example-differs", error.to_string()).at(example.place.clone())],
    };
    let mut found = Vec::new();
    for check in &example.checks {
        found.extend(run_check(catalogue, &source, &rules, (example, profile), check, last).await);
    }
    found
}

fn source(events: &[Event], rules: &Rules) -> Result<FactSource, crate::source::SourceError> {
    let facts = fold_all(events.to_vec(), rules);
    FactSource::memory(&facts, events, &own_fields(rules))
}

async fn run_check(
    catalogue: &Catalogue,
    source: &FactSource,
    rules: &Rules,
    (example, profile): (&Example, &str),
    check: &Check,
    last: i64,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    // Lines about several periods or cells are one question.
    let mut known: BTreeMap<(&str, Option<&str>), Result<Answers, AskError>> = BTreeMap::new();
    for expected in &check.answers {
        let mut question = Question { profile: profile.to_owned(), ..Question::new(vec![expected.metric.clone()]) };
        let unread = check.ask.as_deref().map(|ask| question.set_options(ask)).unwrap_or_default();
        if !unread.is_empty() {
            problems.extend(unread.into_iter().map(|problem| problem.at(example.place.clone())));
            return problems;
        }
        question.now = question.now.or(Some(At(last + LATER).into()));
        question.variant = expected.variant.clone().or(question.variant);
        let key = (expected.metric.as_str(), expected.variant.as_deref());
        if let std::collections::btree_map::Entry::Vacant(unknown) = known.entry(key) {
            let cut = DataCut { snapshot: 0, watermark: 0, at: None };
            unknown.insert(ask(source, catalogue, rules, &question, cut).await);
        }
        match &known[&key] {
            Ok(answers) => problems.extend(compare(example, expected, answers)),
            Err(error) => {
                let message = format!("in `{}`: `{}` was refused: {error}", example.title, expected.text);
                problems.push(Diagnostic::error("example-differs", message).at(expected.place.clone()));
            }
        }
    }
    problems
}

fn compare(example: &Example, expected: &Expected, answers: &Answers) -> Option<Diagnostic> {
    let fits = |answer: &&Answer| {
        let cell = |(name, value): &(String, Option<String>)| answer.dimensions.contains(&(name.clone(), value.clone()));
        expected.period.is_none_or(|period| answer.period == Some(period)) && expected.dimensions.iter().all(cell)
    };
    let tell = |message: String| {
        let message = format!("in `{}`: {message}\n  expected  {}", example.title, expected.text);
        Some(Diagnostic::error("example-differs", message).at(expected.place.clone()))
    };
    let fitting: Vec<&Answer> = answers.answers.iter().filter(fits).collect();
    let [answer] = fitting[..] else {
        let all: Vec<String> = answers.answers.iter().map(written).collect();
        return tell(format!("{} answers fit, of these:\n  {}", fitting.len(), all.join("\n  ")));
    };
    (!same(expected, answer)).then(|| tell(format!("the answer is\n  {}", written(answer)))).flatten()
}

fn same(expected: &Expected, answer: &Answer) -> bool {
    let number = |expected: &Option<i64>, answer: Option<i64>| expected.is_none_or(|number| Some(number) == answer);
    let pair = |expected: &Option<(Number, Number)>, answer: Option<(f64, f64)>| {
        expected.is_none_or(|(low, high)| answer.is_some_and(|answer| low.matches(answer.0) && high.matches(answer.1)))
    };
    let value = match (&expected.value, answer.value) {
        (Some(expected), Some(value)) => expected.matches(value),
        (None, None) => true,
        _ => false,
    };
    // A clause that met nothing is absent, so an expected zero is an absent one.
    let excluded =
        |(name, rows): &(String, i64)| answer.excluded.iter().find(|(own, _)| own == name).map_or(0, |(_, rows)| *rows) == *rows;
    value
        && number(&expected.n, answer.n)
        && number(&expected.numerator, answer.numerator)
        && number(&expected.denominator, answer.denominator)
        && number(&expected.running, answer.running)
        && number(&expected.provisional, answer.provisional)
        && pair(&expected.interval, answer.interval)
        && pair(&expected.bounds, answer.bounds)
        && expected.excluded.iter().all(excluded)
        && expected.null_reason.is_none_or(|reason| answer.null_reason == Some(reason))
}

/// An answer in the notation of an example's answer block.
fn written(answer: &Answer) -> String {
    let mut words = vec![answer.metric.clone()];
    words.extend(answer.variant.clone());
    words.push(answer.value.map_or_else(|| "null".to_owned(), |value| value_text(value, answer.unit)));
    let mut add = |key: &str, number: Option<i64>| words.extend(number.map(|number| format!("{key}={number}")));
    add("n", answer.n);
    add("numerator", answer.numerator);
    add("denominator", answer.denominator);
    add("running", answer.running);
    add("provisional", answer.provisional);
    words.extend(answer.excluded.iter().map(|(name, rows)| format!("excluded.{name}={rows}")));
    let range = |(low, high): (f64, f64)| format!("{}..{}", value_text(low, answer.unit), value_text(high, answer.unit));
    words.extend(answer.interval.map(|interval| format!("interval={}", range(interval))));
    words.extend(answer.bounds.map(|bounds| format!("bounds={}", range(bounds))));
    words.extend(answer.null_reason.map(|reason| format!("null={}", reason.name())));
    words.extend(answer.period.map(|period| format!("period={period}")));
    let cells = answer.dimensions.iter();
    words.extend(cells.map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or("-"))));
    words.join(" ")
}

fn value_text(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Seconds if value.fract() == 0.0 => exact_duration(value as i64).replace(" ", ""),
        Unit::Share => format!("{}%", (value * 1_000_000.0).round() / 10_000.0),
        _ => format!("{}", (value * 10_000.0).round() / 10_000.0),
    }
}

/// A problem of the events block, at its place in the file.
fn moved(mut problem: Diagnostic, start: &Place) -> Diagnostic {
    if let Some(place) = &mut problem.place {
        place.file.clone_from(&start.file);
        place.line += start.line.saturating_sub(1);
    }
    problem
}
