//! The table of KPIs by a dimension: every number with what it rests on, and with the way to its rows.

use deskgauge_core::answer::Answer;
use deskgauge_core::metric::{Good, Language, Unit};

use super::ranks::{Ranking, ranks};
use super::{region, section, unbroken};
use crate::board::Board;
use crate::board::words::metric_name;
use crate::chart::dot::dot;
use crate::chart::{Column, Order, escape, table};
use crate::forms::value;
use crate::forms::words::{dimension, few};
use crate::locale::{counted, fill, text};

/// Rows that are shown.
const ROWS: usize = 200;

/// Where the rows of a cell are listed, by its KPI and the value of the dimension, if they can be.
pub(crate) type Cell<'a> = dyn Fn(&str, &str) -> Option<String> + 'a;

/// The table, as a section; with ranks, where it has some. Nothing, where there is nothing to cut.
pub(crate) fn by(board: &Board, language: Language, link: &Cell<'_>, ranking: Option<&Ranking<'_>>) -> String {
    if board.by.rows.is_empty() {
        return String::new();
    }
    let name = dimension(&board.by.dimension, language);
    let mut columns = vec![Column::texts(name.clone())];
    columns.extend(board.by.metrics.iter().map(|id| {
        let order = ranking.and_then(|ranking| match id == ranking.metric {
            true => Some(Order::Is(if ranking.good == Good::Low { "ascending" } else { "descending" })),
            false => (ranking.sorted)(id).map(Order::At),
        });
        Column::numbers(metric_name(board, id, language)).ordered(order)
    }));
    let column = ranking.and_then(|ranking| board.by.metrics.iter().position(|id| id == ranking.metric));
    let order = match (ranking, column) {
        (Some(ranking), Some(column)) => ranks(&board.by, column, ranking.good),
        _ => (0..board.by.rows.len()).map(|row| (row, None)).collect(),
    };
    let axes: Vec<Option<(f64, f64)>> = (0..board.by.metrics.len()).map(|column| axis(board, column)).collect();
    let rows: Vec<Vec<String>> = order
        .into_iter()
        .take(ROWS)
        .map(|(row, rank)| {
            let (own, answers) = &board.by.rows[row];
            let told = own.clone().unwrap_or_else(|| text(language, "none"));
            let cells = board.by.metrics.iter().zip(answers).zip(&axes).map(|((id, answer), axis)| match answer {
                None => value::DASH.to_owned(),
                Some(answer) => {
                    let href = own.as_deref().filter(|_| answer.value.is_some()).and_then(|own| link(id, own));
                    let heard = format!("{}, {told}: ", metric_name(board, id, language));
                    let whole = board.row(id).and_then(|row| row.now.value);
                    let drawn = axis.filter(|_| ranking.is_some() && !few(answer)).zip(answer.value);
                    let drawn = drawn.map(|(axis, value)| dot(value, answer.interval, whole, axis)).unwrap_or_default();
                    cell(answer, href.as_deref(), &heard, &drawn, language)
                }
            });
            let named = match own.as_deref().and_then(|own| (ranking?.own)(own)) {
                Some(href) => format!("<a href=\"{}\">{}</a>", escape(&href), escape(&told)),
                None => escape(&told),
            };
            let place = column.map(|_| {
                let word = escape(&text(language, "page-rank"));
                let rank = rank.map_or_else(|| value::DASH.to_owned(), |rank| rank.to_string());
                format!("<span class=\"rank\"><span class=\"unseen\">{word} </span>{rank}</span> ")
            });
            [format!("{}{named}", place.unwrap_or_default())].into_iter().chain(cells).collect()
        })
        .collect();
    let more = i64::try_from(board.by.rows.len().saturating_sub(ROWS)).unwrap_or(i64::MAX);
    let more = if more > 0 {
        format!("<p class=\"muted\">{}</p>", escape(&counted(language, "page-by-more", more, &[])))
    } else {
        String::new()
    };
    let how = match column {
        Some(_) => format!("<p class=\"muted\">{}</p>", escape(&text(language, "page-ranks"))),
        None => String::new(),
    };
    let title = fill(language, "page-by", &[("name", &name)]);
    section("by", &escape(&title), &format!("{how}{}{more}", region(&title, &table(&columns, &rows))))
}

/// From the lowest to the highest end of the intervals of a column of rates, the whole included.
fn axis(board: &Board, column: usize) -> Option<(f64, f64)> {
    let answers = board.by.rows.iter().filter_map(|(_, answers)| answers.get(column)?.as_ref());
    let rates = answers.filter(|answer| matches!(answer.unit, Unit::Share | Unit::Points | Unit::Score) && !few(answer));
    let ends = rates.filter_map(|answer| answer.interval);
    let (low, high) = ends.reduce(|all, own| (all.0.min(own.0), all.1.max(own.1)))?;
    let whole = board.row(&board.by.metrics[column]).and_then(|row| row.now.value);
    Some(whole.map_or((low, high), |whole| (low.min(whole), high.max(whole))))
}

/// A number, and under it how many values it is of and how sure it is.
fn cell(answer: &Answer, href: Option<&str>, heard: &str, drawn: &str, language: Language) -> String {
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
    format!("<span class=\"cell{class}\">{shown}{drawn}{under}</span>")
}
