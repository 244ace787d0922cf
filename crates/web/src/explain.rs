//! What stands behind a number: its formula, its population clause by clause, its distribution, its cases.
//!
//! Asked once, as a struct that the terminal and programs read in their own forms.

pub mod case;
pub(crate) mod distribution;
pub mod interval;

use deskgauge_core::answer::{Answer, Answers};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::metric::{CANONICAL, Language, Metric, Unit};
use deskgauge_core::period::Grain;
use deskgauge_core::question::Question;
use deskgauge_engine::ask::{self, Case, Drivers, Funnel, Order};
use serde_json::{Value, json};

use crate::asking::{Asking, ask_failure};
use crate::failure::Outcome;
use crate::forms::compared;
use crate::forms::definition::{definition, formulas, in_words};
use crate::forms::drivers::{drivers_json, drivers_text};
use crate::forms::grid::Grid;
use crate::forms::words::{dimension, profile_line};
use crate::forms::{json as answer_json, value};
use crate::locale::{self, duration};

/// What stands behind a number.
pub struct Explained {
    /// What was asked.
    pub question: Question,
    /// The number, or several where the question cuts.
    pub answers: Vec<Answer>,
    /// How the population came about.
    pub funnel: Funnel,
    /// The largest cases, or the newest where there are no values.
    pub longest: Vec<Case>,
    /// What is to be said beside the answers.
    pub remarks: Vec<Diagnostic>,
    spread: Option<distribution::Distribution>,
    /// What moved the number, of a question that compares: the number as a whole, and its drivers by each dimension.
    moved: Option<(Answer, Vec<Drivers>)>,
    parameters: Vec<(String, i64)>,
    /// What the profile turns, where it redefines the KPI.
    switches: Vec<(String, String)>,
    /// The line that tells the profile.
    profile: Option<String>,
}

impl Explained {
    /// Asks for it, with at most so many cases, and where the question compares with what moved the number by the dimensions `cuts`; the
    /// profile is told in a language.
    ///
    /// # Errors
    /// The question's or the engine's.
    pub async fn ask(
        asking: &Asking,
        metric: &Metric,
        question: &Question,
        most: usize,
        cuts: &[&str],
        language: Language,
    ) -> Outcome<Self> {
        let answers = asking.ask(question).await?;
        let remarks = asking.remarks(question, &answers).await?;
        let profile = profile_line(&answers, &[], language);
        let answers = answers.answers;
        let (source, catalogue, rules) = (asking.source(), asking.catalogue(), asking.rules());
        let funnel = ask::population(source, catalogue, rules, &metric.id, question).await.map_err(ask_failure)?;
        let plain = Question { by: Vec::new(), compare: None, ..question.clone() };
        let longest = ask::cases(source, catalogue, rules, &metric.id, &plain, &EVERY_CELL, most, Order::Largest)
            .await
            .map_err(ask_failure)?;
        let spread = distribution::Distribution::ask(asking, metric, &plain).await?;
        let moved = moved(asking, metric, question, cuts).await?;
        let variant = question.variant.as_deref();
        let used = |name: &str| metric.definition(variant).is_some_and(|definition| ask::uses(definition, name));
        let parameters = rules.catalogue.parameters.iter().filter(|(name, _)| used(name));
        let parameters =
            parameters.map(|(name, seconds)| ((*name).to_owned(), question.set.get(*name).copied().unwrap_or(*seconds)));
        let own = asking.catalogue().profile(&question.profile).ok().flatten();
        let switches = own.and_then(|own| own.redefined(&metric.id)).map(|own| own.switches.clone()).unwrap_or_default();
        let (question, parameters) = (question.clone(), parameters.collect());
        Ok(Self { question, answers, funnel, longest, remarks, spread, moved, parameters, switches, profile })
    }

    /// For a terminal.
    pub fn print(&self, metric: &Metric, asking: &Asking, language: Language) -> String {
        let variant = self.question.variant.as_deref();
        let own = metric.definition(variant).unwrap_or(&metric.definition);
        let word = |name: &str| locale::text(language, &format!("explain-{name}"));
        let told = variant.map(|variant| locale::fill(language, "explain-variant", &[("id", &metric.id), ("variant", variant)]));
        let (id, revision) = (told.unwrap_or_else(|| metric.id.clone()), metric.revision.to_string());
        let name = metric.name_of(variant, language).unwrap_or(&metric.id);
        let texts = [("metric", name), ("id", id.as_str()), ("revision", revision.as_str())];
        let mut out = format!("{}\n\n", locale::fill(language, "explain-title", &texts));
        for answer in &self.answers {
            let none = locale::text(language, "none");
            let cells = answer.dimensions.iter();
            let cell: Vec<String> =
                cells.map(|(name, cell)| format!("{} {}", dimension(name, language), cell.as_deref().unwrap_or(&none))).collect();
            let period = answer.period.map(|period| format!("{period}  ")).unwrap_or_default();
            let n = answer.n.map(|n| format!("  {}", locale::counted(language, "n-values", n, &[]))).unwrap_or_default();
            let interval = value::interval(answer.interval, answer.unit, language);
            let interval = if interval.is_empty() {
                interval
            } else {
                format!("  {}", locale::fill(language, "interval-words", &[("interval", &interval)]))
            };
            out.push_str(&format!("{period}{}{}{n}{interval}\n", join(&cell), value::answer(answer, language)));
        }
        if let Some(profile) = &self.profile {
            out.push_str(&format!("\n{profile}\n"));
            self.switches.iter().for_each(|(name, sentence)| out.push_str(&format!("  {name}: {sentence}\n")));
        }
        out.push_str(&format!("\n{}\n{}\n\n{}", word("formula"), in_words(own, language), indent(&formulas(own))));
        if !self.parameters.is_empty() {
            out.push_str(&format!("\n{}\n", word("parameters")));
            for (name, seconds) in &self.parameters {
                out.push_str(&format!("  {name}  {}\n", duration::short(*seconds, language)));
            }
        }
        out.push_str(&format!("\n{}\n{}", word("population"), indent(&self.funnel_grid(&own.from, language).table())));
        if let Some(spread) = &self.spread {
            out.push_str(&format!("\n{}\n{}", word("distribution"), indent(&spread.print(language))));
        }
        if let Some((whole, moved)) = &self.moved {
            let change = compared::change(compared::change_of(whole), own.unit, language);
            let texts =
                [("before", &*compared::before(whole, language)), ("now", &*value::answer(whole, language)), ("change", &change)];
            out.push_str(&format!("\n{}\n", locale::fill(language, "drivers-title", &texts)));
            for drivers in moved {
                out.push_str(&format!("\n{}", indent(&drivers_text(drivers, own.unit, language))));
            }
        }
        if !self.longest.is_empty() {
            out.push_str(&format!(
                "\n{}\n{}",
                word(if self.spread.is_some() { "largest" } else { "newest" }),
                indent(&self.case_grid(asking, own.unit, language).table())
            ));
        }
        out
    }

    /// The population step by step.
    pub fn funnel_grid(&self, table: &str, language: Language) -> Grid {
        let funnel = &self.funnel;
        let word = |name: &str| locale::text(language, name);
        let mut grid = Grid::new([word("explain-step").as_str(), &format!(">{}", word("explain-rows"))]);
        let mut push = |step: String, rows: i64| grid.push(vec![step, value::count(rows, language)]);
        push(locale::fill(language, "funnel-table", &[("table", table)]), funnel.table);
        push(word("funnel-own"), funnel.own);
        for (reason, rows) in &funnel.excluded {
            push(locale::fill(language, "funnel-excluded", &[("reason", &locale::reason(language, reason))]), *rows);
        }
        let rest = [
            ("funnel-running", funnel.running),
            ("funnel-provisional", funnel.provisional),
            ("funnel-pending", funnel.pending),
            ("funnel-without-value", funnel.without_value),
        ];
        for (step, rows) in rest.into_iter().filter(|(_, rows)| *rows > 0) {
            push(word(step), rows);
        }
        push(word("funnel-counted"), funnel.counted);
        grid
    }

    fn case_grid(&self, asking: &Asking, unit: Unit, language: Language) -> Grid {
        let zone = &asking.rules().workspace.time_zone;
        let word = |name: &str| locale::text(language, name);
        let header =
            [word("explain-case"), word("explain-dated"), format!(">{}", word("column-value")), word("explain-left-out")];
        let mut grid = Grid::new(header.iter().map(String::as_str));
        for case in &self.longest {
            grid.push(vec![
                case.id.clone().unwrap_or_default(),
                case.dated.map(|at| value::local(at, zone)).unwrap_or_default(),
                case.value.map(|number| value::value(number, unit, language)).unwrap_or_default(),
                case.left_out.as_ref().map(|reason| locale::reason(language, reason)).unwrap_or_default(),
            ]);
        }
        grid.without_empty_columns()
    }

    /// For machines.
    pub fn json(&self, metric: &Metric) -> Value {
        let own = metric.definition(self.question.variant.as_deref()).unwrap_or(&metric.definition);
        let funnel = &self.funnel;
        let excluded = funnel.excluded.iter().map(|(reason, rows)| (reason.clone(), Value::from(*rows)));
        let parameters = self.parameters.iter().map(|(name, seconds)| (name.clone(), Value::from(*seconds)));
        json!({
            "metric": metric.id,
            "profile": metric.profile.as_deref().unwrap_or(CANONICAL),
            "switches": self.switches.iter().map(|(name, sentence)| (name.clone(), Value::from(sentence.as_str()))).collect::<serde_json::Map<_, _>>(),
            "revision": metric.revision,
            "words": in_words(own, Language::En),
            "definition": definition(own),
            "parameters": parameters.collect::<serde_json::Map<_, _>>(),
            "answers": self.answers.iter().map(answer_json::answer).collect::<Vec<_>>(),
            "population": {
                "table": funnel.table,
                "own": funnel.own,
                "excluded": excluded.collect::<serde_json::Map<_, _>>(),
                "running": funnel.running,
                "provisional": funnel.provisional,
                "pending": funnel.pending,
                "without_value": funnel.without_value,
                "counted": funnel.counted,
            },
            "distribution": self.spread.as_ref().map(distribution::Distribution::json),
            "drivers": self.moved.as_ref().map(|(_, moved)| moved.iter().map(drivers_json).collect::<Vec<_>>()),
            "cases": self.longest.iter().map(case_json).collect::<Vec<_>>(),
        })
    }
}

/// The number as a whole and what moved it, asked together. None: nothing is compared.
async fn moved(asking: &Asking, metric: &Metric, question: &Question, cuts: &[&str]) -> Outcome<Option<(Answer, Vec<Drivers>)>> {
    if question.compare.is_none() {
        return Ok(None);
    }
    let whole = Question { by: Vec::new(), grain: Grain::All, ..question.clone() };
    let (source, catalogue, rules) = (asking.source(), asking.catalogue(), asking.rules());
    let questions = ask::driver_questions(source, catalogue, rules, &whole, cuts).map_err(ask_failure)?;
    let mut answered = asking.ask_all(std::iter::once(&whole).chain(&questions)).await?.into_iter();
    let Some(whole) = answered.next().and_then(|whole| whole.answers.into_iter().next()) else { return Ok(None) };
    let definition = metric.definition(question.variant.as_deref()).unwrap_or(&metric.definition);
    let of = |(own, answers): (&Question, Answers)| {
        let cells: Vec<&Answer> = answers.answers.iter().collect();
        ask::drivers(definition, &whole, &own.by[0], &cells)
    };
    let drivers = questions.iter().zip(answered).filter_map(of).collect();
    Ok(Some((whole, drivers)))
}

/// All cells of the dimensions.
pub const EVERY_CELL: Vec<Option<String>> = Vec::new();

/// A case as JSON.
pub fn case_json(case: &Case) -> Value {
    json!({
        "id": case.id,
        "dated": case.dated.map(value::instant),
        "value": case.value.map(answer_json::number),
        "left_out": case.left_out,
    })
}

fn join(cells: &[String]) -> String {
    if cells.is_empty() { String::new() } else { format!("{}  ", cells.join(", ")) }
}

/// Two spaces before each line.
fn indent(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}
