//! `report --questions`: many questions of one file, answered together from one state of the data.
//!
//! A line is a question as `deskgauge query` takes it: ids of KPIs, then options. Empty lines and those that begin with `#` are passed
//! over. All mistakes of the file are told at once.

use std::path::Path;

use deskgauge_core::answer::Answers;
use deskgauge_core::diagnostic::{Diagnostic, Place};
use deskgauge_core::question::Question;
use serde_json::{Value, json};

use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit};
use crate::forms::words::Reading;
use crate::output::{self, csv, json as answer_json, markdown, table};
use crate::workspace::Asking;

/// A question, its line and the number of it.
pub(super) struct Asked {
    number: usize,
    line: String,
    question: Question,
}

/// Reads the questions of a file. `base` carries a now for those that name none.
pub(super) fn read(file: &Path, base: &Question) -> Outcome<Vec<Asked>> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::file("read", file, &error))?;
    parse(&text, &file.display().to_string(), base)
}

/// The KPIs that are asked for, each with the profile that it is asked under.
pub(super) fn ids(asked: &[Asked]) -> Vec<(String, String)> {
    let pairs = |question: &Question| {
        let profile = question.profile.clone();
        question.metrics.iter().map(move |id| (id.clone(), profile.clone())).collect::<Vec<_>>()
    };
    asked.iter().flat_map(|asked| pairs(&asked.question)).collect()
}

/// Answers all questions.
pub(super) async fn answers(asked: &[Asked], asking: &Asking) -> Outcome<Vec<Answers>> {
    asking.ask_all(asked.iter().map(|one| &one.question)).await
}

/// Answers all questions and prints them.
pub(super) async fn answer(asked: Vec<Asked>, asking: &Asking, global: &Global) -> Outcome {
    let answers = answers(&asked, asking).await?;
    let answered: Vec<(Asked, Answers)> = asked.into_iter().zip(answers).collect();
    output::print(&match global.format {
        Format::Json => json(&answered).to_string(),
        Format::Csv => together(&answered),
        Format::Table | Format::Md => pages(&answered, asking, global),
    })
}

fn parse(text: &str, file: &str, base: &Question) -> Outcome<Vec<Asked>> {
    let (mut asked, mut problems) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (metrics, options) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let metrics = metrics.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
        let mut question = Question { now: base.now, as_of: base.as_of, ..Question::new(metrics) };
        let place = Place { file: file.to_owned(), line: number as u32, column: 1 };
        problems.extend(question.set_options(options).into_iter().map(|problem| problem.at(place.clone())));
        if question.as_of != base.as_of {
            let problem = Diagnostic::error("bad-option", "one report reads one state of the data");
            problems.push(problem.at(place).hint("name it once, on the command line: --as-of"));
        }
        asked.push(Asked { number, line: line.to_owned(), question });
    }
    if asked.is_empty() && problems.is_empty() {
        let problem = Diagnostic::error("no-questions", format!("{file} has no question"));
        problems.push(problem.hint("write one a line, such as `csat --grain month --by channel`"));
    }
    if problems.is_empty() { Ok(asked) } else { Err(Failure::all(exit::USAGE, problems)) }
}

fn json(answered: &[(Asked, Answers)]) -> Value {
    let one = |(asked, answers): &(Asked, Answers)| {
        let mut object = answer_json::answers(answers);
        object["question"] = Value::from(asked.line.clone());
        object
    };
    json!({ "questions": answered.iter().map(one).collect::<Vec<Value>>() })
}

/// One table of all: the line of each answer's question stands first, and every dimension of any question has a column.
fn together(answered: &[(Asked, Answers)]) -> String {
    let mut by: Vec<String> = Vec::new();
    for name in answered.iter().flat_map(|(asked, _)| &asked.question.by) {
        if !by.contains(name) {
            by.push(name.clone());
        }
    }
    let compares = answered.iter().any(|(_, answers)| answers.compared.is_some());
    let behind = csv::COMPARISON.into_iter().filter(|_| compares);
    let header = std::iter::once("question").chain(csv::header(&by)).chain(behind);
    let mut out = csv::record(&header.collect::<Vec<_>>());
    for (asked, answers) in answered {
        for answer in &answers.answers {
            let behind = csv::comparison(answer, answers.compared.as_ref()).into_iter().filter(|_| compares);
            let cells = std::iter::once(asked.number.to_string()).chain(csv::row(answers, answer, &by)).chain(behind);
            out.push_str(&csv::record(&cells.collect::<Vec<_>>()));
        }
    }
    out
}

fn pages(answered: &[(Asked, Answers)], asking: &Asking, global: &Global) -> String {
    let name = |id: &str, variant: Option<&str>| asking.name(id, variant, global.lang);
    let zone = &asking.rules().workspace.time_zone;
    let mut out = String::new();
    for (asked, answers) in answered {
        let reading = Reading { by: &asked.question.by, language: global.lang, name: &name, zone };
        let (grid, footer) = table::answers(answers, &reading);
        out.push_str(&match global.format {
            Format::Md => format!("`{}`\n\n{}\n", asked.line, markdown::page(&grid, &footer)),
            _ => format!("{}\n{}\n{}\n\n", asked.line, grid.table(), footer.join("\n")),
        });
    }
    out
}
