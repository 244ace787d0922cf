//! `explain`: what stands behind a number, from the formula down to one conversation's timeline.

mod case;
mod distribution;
mod interval;

use clap::Args;
use deskgauge_core::answer::Answer;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::metric::{CANONICAL, Language, Metric};
use deskgauge_core::question::Question;
use deskgauge_engine::ask::{self, Case, Funnel, Order};
use serde_json::{Value, json};

use super::metrics::show::{definition, formulas, in_words};
use super::query::QuestionOptions;
use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit, print_problems, text_instead};
use crate::forms::words::{dimension, profile_line};
use crate::locale::{self, duration};
use crate::output::grid::Grid;
use crate::output::{self, json as answer_json, value};
use crate::workspace::{self, Asking, now};

/// Explain a KPI: formula, population, distribution, longest cases; or one conversation's part in it
///
/// The population funnel says, row by row of the fact table, what was left out and by which clause. With --conversation: its timeline in
/// the notation, and the intervals that were counted.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge explain first_response_time --from 2026-01-01 --to 2026-02-01\n  deskgauge explain csat --where \"channel = 'chat'\"\n  deskgauge explain first_response_time --conversation shop:120"
)]
pub(crate) struct Explain {
    /// The KPI's id
    #[arg(value_name = "METRIC")]
    metric: String,
    /// Explain by one conversation
    #[arg(long, value_name = "ID")]
    conversation: Option<String>,
    /// How many cases to show
    #[arg(long, value_name = "N", default_value_t = 10, conflicts_with = "conversation")]
    cases: usize,
    #[command(flatten)]
    options: QuestionOptions,
}

impl Explain {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        text_instead("explain", &[Format::Table, Format::Json], global.format);
        let mut question = self.options.question(vec![self.metric.clone()], global.format)?;
        if question.compare.take().is_some() {
            let remark =
                Diagnostic::warning("without-effect", "`--compare` has no effect on `explain`, which is about one range");
            print_problems(
                &[remark.hint("`deskgauge query` compares; explain each range by its --from and --to")],
                global.format,
            );
        }
        let workspace = workspace::open(global).await?;
        let asking = Asking::of(&workspace, question.as_of.as_ref(), now()).await?;
        let question = asking.with_now(&question);
        let metric =
            asking.catalogue().under(&self.metric, &question.profile).map_err(|problem| Failure::new(exit::USAGE, problem))?;
        if let Some(id) = &self.conversation {
            if asking.rules().privacy.hide_individuals {
                let message =
                    "one conversation names who handled it, and this workspace shows no people ([privacy] hide_individuals)";
                return Err(Failure::usage("individuals-hidden", message, "explain the KPI without --conversation"));
            }
            print_problems(&self.unused(), global.format);
            let case = case::Part::ask(&workspace, &asking, metric, &question, id).await?;
            let text = match global.format {
                Format::Json => case.json().to_string(),
                _ => case.print(metric, question.variant.as_deref(), &asking.rules().workspace.time_zone, global.lang),
            };
            return output::print(&text);
        }
        let explained = Explained::ask(&asking, metric, &question, self.cases, global).await?;
        output::print(&match global.format {
            Format::Json => explained.json(metric).to_string(),
            _ => explained.print(metric, &asking, global),
        })
    }
}

impl Explain {
    /// The options that one conversation's explanation has no use for.
    fn unused(&self) -> Vec<Diagnostic> {
        let options = &self.options;
        let named = [
            ("by", !options.by.is_empty()),
            ("grain", options.grain.is_some()),
            ("from", options.from.is_some()),
            ("to", options.to.is_some()),
            ("stat", options.stat.is_some()),
            ("credit", options.credit.is_some()),
        ];
        let told = |name: &str| {
            let message = format!("`--{name}` has no effect beside `--conversation`");
            Diagnostic::warning("without-effect", message).hint("one conversation is explained row by row, whenever it was")
        };
        named.into_iter().filter(|(_, given)| *given).map(|(name, _)| told(name)).collect()
    }
}

/// What stands behind a number.
struct Explained {
    question: Question,
    answers: Vec<Answer>,
    funnel: Funnel,
    longest: Vec<Case>,
    spread: Option<distribution::Distribution>,
    parameters: Vec<(String, i64)>,
    /// What the profile turns, where it redefines the KPI.
    switches: Vec<(String, String)>,
    /// The line that tells the profile.
    profile: Option<String>,
}

impl Explained {
    async fn ask(asking: &Asking, metric: &Metric, question: &Question, most: usize, global: &Global) -> Outcome<Self> {
        let (format, language) = (global.format, global.lang);
        let answers = asking.ask(question).await?;
        print_problems(&asking.remarks(question, &answers).await?, format);
        let profile = profile_line(&answers, &[], language);
        let answers = answers.answers;
        let (source, catalogue, rules) = (asking.source(), asking.catalogue(), asking.rules());
        let funnel = ask::population(source, catalogue, rules, &metric.id, question).await.map_err(workspace::ask_failure)?;
        let plain = Question { by: Vec::new(), ..question.clone() };
        let longest = ask::cases(source, catalogue, rules, &metric.id, &plain, &EVERY_CELL, most, Order::Largest)
            .await
            .map_err(workspace::ask_failure)?;
        let spread = distribution::Distribution::ask(asking, metric, &plain).await?;
        let variant = question.variant.as_deref();
        let used = |name: &str| metric.definition(variant).is_some_and(|definition| ask::uses(definition, name));
        let parameters = rules.catalogue.parameters.iter().filter(|(name, _)| used(name));
        let parameters =
            parameters.map(|(name, seconds)| ((*name).to_owned(), question.set.get(*name).copied().unwrap_or(*seconds)));
        let own = asking.catalogue().profile(&question.profile).ok().flatten();
        let switches = own.and_then(|own| own.redefined(&metric.id)).map(|own| own.switches.clone()).unwrap_or_default();
        let (question, parameters) = (question.clone(), parameters.collect());
        Ok(Self { question, answers, funnel, longest, spread, parameters, switches, profile })
    }

    fn print(&self, metric: &Metric, asking: &Asking, global: &Global) -> String {
        let language = global.lang;
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
        if !self.longest.is_empty() {
            out.push_str(&format!(
                "\n{}\n{}",
                word(if self.spread.is_some() { "largest" } else { "newest" }),
                indent(&self.case_grid(asking, own.unit, language).table())
            ));
        }
        out
    }

    fn funnel_grid(&self, table: &str, language: Language) -> Grid {
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

    fn case_grid(&self, asking: &Asking, unit: deskgauge_core::metric::Unit, language: Language) -> Grid {
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

    fn json(&self, metric: &Metric) -> Value {
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
            "cases": self.longest.iter().map(case_json).collect::<Vec<_>>(),
        })
    }
}

/// All cells of the dimensions.
const EVERY_CELL: Vec<Option<String>> = Vec::new();

/// A case as JSON.
fn case_json(case: &Case) -> Value {
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
