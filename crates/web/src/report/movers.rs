//! The table of agents whose numbers moved most: each number with its change and the way to its rows.

use deskgauge_core::answer::Answer;
use deskgauge_core::metric::Language;

use super::{region, section, unbroken};
use crate::board::Board;
use crate::board::words::metric_name;
use crate::chart::{Column, escape, table};
use crate::forms::drivers::{amount, verdict};
use crate::forms::value;
use crate::forms::words::dimension;
use crate::locale::text;

/// Where the table leads.
pub(crate) struct ToAgents<'a> {
    /// The rows behind an agent's number of a KPI.
    pub(crate) rows: &'a dyn Fn(&str, &str) -> String,
    /// All agents.
    pub(crate) all: String,
}

/// The table, as a section. Nothing, where nobody moved or nobody is named.
pub(crate) fn movers(board: &Board, language: Language, to: Option<&ToAgents<'_>>) -> String {
    let movers = &board.movers;
    if movers.rows.is_empty() {
        return String::new();
    }
    let mut columns = vec![Column::texts(dimension("agent", language))];
    columns.extend(movers.metrics.iter().map(|id| Column::numbers(metric_name(board, id, language))));
    let row = |(agent, answers): &(String, Vec<Option<Answer>>)| {
        let cells = movers.metrics.iter().zip(answers).map(|(id, answer)| match answer {
            None => value::DASH.to_owned(),
            Some(answer) => {
                let heard = format!("{}, {agent}: ", metric_name(board, id, language));
                let href = to.filter(|_| answer.value.is_some()).map(|to| (to.rows)(id, agent));
                cell(answer, href.as_deref(), &heard, language)
            }
        });
        [escape(agent)].into_iter().chain(cells).collect()
    };
    let rows: Vec<Vec<String>> = movers.rows.iter().map(row).collect();
    let title = text(language, "section-movers");
    let note = escape(&text(language, "movers-note"));
    let all = to.map(|to| format!(" <a href=\"{}\">{}</a>", escape(&to.all), escape(&text(language, "movers-all"))));
    let note = format!("<p class=\"muted\">{note}{}</p>", all.unwrap_or_default());
    section("movers", &escape(&title), &format!("{}{note}", region(&title, &table(&columns, &rows))))
}

/// A number, and under it how it changed.
fn cell(answer: &Answer, href: Option<&str>, heard: &str, language: Language) -> String {
    let shown = unbroken(&value::answer(answer, language));
    let shown = match href {
        Some(href) => format!("<a href=\"{}\"><span class=\"unseen\">{}</span>{shown}</a>", escape(href), escape(heard)),
        None => shown,
    };
    let changed = amount(answer, language);
    let changed = match changed.trim_end_matches('=').trim_end() {
        "" => String::new(),
        changed => {
            let (class, told) = verdict(answer, language);
            let sign = told.split(' ').next().unwrap_or_default().to_owned();
            let word = told[sign.len()..].trim_start().to_owned();
            format!(
                "<small class=\"{class}\">{sign} {} <span class=\"unseen\">{}</span></small>",
                unbroken(changed),
                escape(&word)
            )
        }
    };
    format!("<span class=\"cell\">{shown}{changed}</span>")
}
