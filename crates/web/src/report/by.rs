//! The table of KPIs by a dimension: every number with what it rests on, and with the way to its rows.

use deskgauge_core::answer::Answer;
use deskgauge_core::metric::{Language, Unit};

use super::{region, section, unbroken};
use crate::board::Board;
use crate::board::words::metric_name;
use crate::chart::{Column, escape, table};
use crate::forms::value;
use crate::forms::words::{dimension, few};
use crate::locale::{counted, fill, text};

/// Rows that are shown.
const ROWS: usize = 200;

/// Where the rows of a cell are listed, by its KPI and the value of the dimension, if they can be.
pub(crate) type Cell<'a> = dyn Fn(&str, &str) -> Option<String> + 'a;

/// The table, as a section. Nothing, where there is nothing to cut.
pub(crate) fn by(board: &Board, language: Language, link: &Cell<'_>) -> String {
    if board.by.rows.is_empty() {
        return String::new();
    }
    let name = dimension(&board.by.dimension, language);
    let mut columns = vec![Column::texts(name.clone())];
    columns.extend(board.by.metrics.iter().map(|id| Column::numbers(metric_name(board, id, language))));
    let rows: Vec<Vec<String>> = board
        .by
        .rows
        .iter()
        .take(ROWS)
        .map(|(own, answers)| {
            let told = own.clone().unwrap_or_else(|| text(language, "none"));
            let cells = board.by.metrics.iter().zip(answers).map(|(id, answer)| match answer {
                None => value::DASH.to_owned(),
                Some(answer) => {
                    let href = own.as_deref().filter(|_| answer.value.is_some()).and_then(|own| link(id, own));
                    let heard = format!("{}, {told}: ", metric_name(board, id, language));
                    cell(answer, href.as_deref(), &heard, language)
                }
            });
            [escape(&told)].into_iter().chain(cells).collect()
        })
        .collect();
    let more = i64::try_from(board.by.rows.len().saturating_sub(ROWS)).unwrap_or(i64::MAX);
    let more = if more > 0 {
        format!("<p class=\"muted\">{}</p>", escape(&counted(language, "page-by-more", more, &[])))
    } else {
        String::new()
    };
    let title = fill(language, "page-by", &[("name", &name)]);
    section("by", &escape(&title), &format!("{}{more}", region(&title, &table(&columns, &rows))))
}

/// A number, and under it how many values it is of and how sure it is.
fn cell(answer: &Answer, href: Option<&str>, heard: &str, language: Language) -> String {
    let shown = unbroken(&value::answer(answer, language));
    let shown = match href {
        Some(href) => format!("<a href=\"{}\"><span class=\"unseen\">{}</span>{shown}</a>", escape(href), escape(heard)),
        None => shown,
    };
    let class = if few(answer) { " few" } else { "" };
    let mut under = Vec::new();
    if answer.value.is_some() && answer.unit != Unit::Count {
        under.extend(answer.n.map(|n| unbroken(&format!("n {}", value::count(n, language)))));
        let range = value::interval(answer.interval, answer.unit, language);
        under.extend((!range.is_empty()).then(|| unbroken(&range)));
        under.extend(few(answer).then(|| escape(&text(language, "too-few"))));
    }
    let under: String = under.iter().map(|line| format!("<small>{line}</small>")).collect();
    format!("<span class=\"cell{class}\">{shown}{under}</span>")
}
