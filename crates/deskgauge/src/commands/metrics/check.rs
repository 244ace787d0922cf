//! `metrics check`: runs the worked examples of the catalogue, the workspace's own KPIs included.
//!
//! An example's events are folded under its own rules and asked in memory; nothing is stored. The answers in the files are the
//! specification: this command compares and never corrects them.

use clap::Args;
use deskgauge_core::answer::Answer;
use deskgauge_core::diagnostic::{Diagnostic, Place};
use deskgauge_core::facts::At;
use deskgauge_core::metric::{Check as Checked, Example, Expected, Metric};
use deskgauge_core::notation::{ParseOptions, parse};
use deskgauge_core::question::Question;
use deskgauge_core::rules::Rules;
use deskgauge_engine::catalogue::Catalogue;

use crate::config::Global;
use crate::failure::{Failure, Outcome, exit, note, print_problems};
use crate::workspace::Asking;

/// Default now of an example: this long after its last event.
const HOUR: i64 = 3600;

/// Check the formulas and run the worked examples of all KPIs, or of some
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  deskgauge metrics check\n  deskgauge metrics check my_kpi")]
pub(crate) struct Check {
    /// KPIs by their ids [default: all]
    #[arg(value_name = "METRIC")]
    ids: Vec<String>,
}

impl Check {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let (catalogue, wrong) = super::read(global)?;
        if wrong.iter().any(Diagnostic::is_error) {
            return Err(Failure::all(exit::DATA, wrong));
        }
        print_problems(&wrong, global.format);
        let mut problems: Vec<Diagnostic> = self.ids.iter().filter_map(|id| catalogue.find(id).err()).collect();
        if !problems.is_empty() {
            return Err(Failure::all(exit::USAGE, problems));
        }
        let (mut metrics, mut examples) = (0, 0);
        for metric in catalogue.metrics().filter(|metric| self.ids.is_empty() || self.ids.contains(&metric.id)) {
            metrics += 1;
            for example in &metric.examples {
                examples += 1;
                problems.extend(run(metric, example, &catalogue).await);
            }
        }
        if !problems.is_empty() {
            return Err(Failure::all(exit::DATA, problems));
        }
        note(format_args!("{metrics} KPIs and {examples} worked examples are in order"));
        Ok(())
    }
}

/// What is wrong with an example.
async fn run(metric: &Metric, example: &Example, catalogue: &Catalogue) -> Vec<Diagnostic> {
    let (rules, problems) = match &example.rules {
        Some(text) => Rules::parse(text, &metric.file),
        None => (Rules::default(), Vec::new()),
    };
    if problems.iter().any(Diagnostic::is_error) {
        return problems;
    }
    let options = ParseOptions { file: metric.file.clone(), zone: rules.workspace.time_zone.clone(), ..ParseOptions::default() };
    let (events, found) = parse(&example.events, &options);
    if found.iter().any(Diagnostic::is_error) {
        return found.into_iter().map(|problem| moved(problem, &example.events_place)).collect();
    }
    let last = events.iter().map(|event| event.at.seconds()).max().unwrap_or(0);
    let asking = match Asking::memory(events, rules, catalogue.clone()) {
        Ok(asking) => asking,
        Err(failure) => return failure.problems,
    };
    let mut problems = Vec::new();
    for check in &example.checks {
        problems.extend(compare(metric, example, check, &asking, At(last + HOUR)).await);
    }
    problems
}

/// A place inside the block becomes one inside the file.
fn moved(problem: Diagnostic, block: &Place) -> Diagnostic {
    let line = problem.place.as_ref().map_or(0, |place| place.line.saturating_sub(1));
    let place = Place { line: block.line + line, ..block.clone() };
    Diagnostic { place: Some(place), ..problem }
}

async fn compare(metric: &Metric, example: &Example, check: &Checked, asking: &Asking, now: At) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    // Lines that differ in metric or variant are questions of their own.
    let mut asked: Vec<(&str, Option<&str>)> = Vec::new();
    for expected in &check.answers {
        let key = (expected.metric.as_str(), expected.variant.as_deref());
        if !asked.contains(&key) {
            asked.push(key);
        }
    }
    for (id, variant) in asked {
        let mut question = Question::new(vec![id.to_owned()]);
        problems.extend(
            question
                .set_options(check.ask.as_deref().unwrap_or_default())
                .into_iter()
                .map(|problem| problem.at(example.place.clone())),
        );
        question.variant = variant.map(str::to_owned).or(question.variant);
        question.now = question.now.or(Some(now));
        let answers = match asking.ask(&question).await {
            Ok(answers) => answers.answers,
            Err(failure) => {
                problems.extend(failure.problems.into_iter().map(|problem| problem.at(example.place.clone())));
                continue;
            }
        };
        let lines = check.answers.iter().filter(|expected| expected.metric == id && expected.variant.as_deref() == variant);
        problems.extend(lines.filter(|expected| !answers.iter().any(|answer| fits(expected, answer))).map(|expected| {
            let near = answers.iter().find(|answer| same_cell(expected, answer)).or(answers.first());
            let found = near.map_or_else(|| "no answer".to_owned(), told);
            Diagnostic::error(
                "example-differs",
                format!("{}, `{}`: expected `{}`, found {found}", metric.id, example.title, expected.text.trim()),
            )
            .at(expected.place.clone())
        }));
    }
    problems
}

fn same_cell(expected: &Expected, answer: &Answer) -> bool {
    expected.period.is_none_or(|period| answer.period == Some(period))
        && expected.dimensions.iter().all(|cell| answer.dimensions.contains(cell))
}

fn fits(expected: &Expected, answer: &Answer) -> bool {
    let value = match (&expected.value, answer.value) {
        (Some(number), Some(value)) => number.matches(value),
        (None, None) => true,
        _ => false,
    };
    let same = |wanted: Option<i64>, found: Option<i64>| wanted.is_none_or(|wanted| found == Some(wanted));
    let excluded = |(reason, n): &(String, i64)| answer.excluded.iter().any(|(own, found)| own == reason && found == n);
    let pair = |wanted: &Option<(_, _)>, found: Option<(f64, f64)>| pair_fits(wanted, found);
    value
        && same_cell(expected, answer)
        && same(expected.n, answer.n)
        && same(expected.numerator, answer.numerator)
        && same(expected.denominator, answer.denominator)
        && same(expected.running, answer.running)
        && same(expected.provisional, answer.provisional)
        && expected.excluded.iter().all(excluded)
        && pair(&expected.interval, answer.interval)
        && pair(&expected.bounds, answer.bounds)
        && expected.null_reason.is_none_or(|reason| answer.null_reason == Some(reason))
}

fn pair_fits(
    wanted: &Option<(deskgauge_core::metric::Number, deskgauge_core::metric::Number)>,
    found: Option<(f64, f64)>,
) -> bool {
    match (wanted, found) {
        (None, _) => true,
        (Some((low, high)), Some((a, b))) => low.matches(a) && high.matches(b),
        (Some(_), None) => false,
    }
}

fn told(answer: &Answer) -> String {
    let value = answer
        .value
        .map_or_else(|| format!("null ({})", answer.null_reason.map_or("", |reason| reason.name())), |value| value.to_string());
    let excluded: Vec<String> = answer.excluded.iter().map(|(reason, n)| format!(" excluded.{reason}={n}")).collect();
    let whole = |name: &str, number: Option<i64>| number.map(|number| format!(" {name}={number}")).unwrap_or_default();
    format!(
        "{value}{}{}{}{}{}{}",
        whole("n", answer.n),
        whole("numerator", answer.numerator),
        whole("denominator", answer.denominator),
        whole("running", answer.running),
        whole("provisional", answer.provisional),
        excluded.concat()
    )
}
