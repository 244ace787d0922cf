//! The board as a table, JSON, CSV and Markdown.

use deskgauge_core::metric::Language;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::board::Board;
use crate::board::words::{footer, heading, metric_name, target};
use crate::forms::compared;
use crate::forms::drivers;
use crate::forms::words::{self, dimension, mark};
use crate::locale;
use crate::output::grid::Grid;
use crate::output::{self, json as answer_json, value};

fn grid(board: &Board, language: Language) -> Grid {
    let word = |name: &str| locale::text(language, &format!("column-{name}"));
    let right = |name: &str| format!(">{}", word(name));
    let change = [right("before"), right("change"), right("change-interval"), String::new()];
    let [kpi, shown, rest] = [vec![word("kpi")], vec![right("value")], vec![word("target"), right("n")]];
    let header = [kpi, shown, change.to_vec(), rest].concat();
    let mut grid = Grid::new(header.iter().map(String::as_str).chain([" "]));
    for row in &board.rows {
        let (change, unit) = (compared::change_of(&row.now), row.now.unit);
        grid.push(vec![
            words::named(&row.metric, &row.now, language),
            value::answer(&row.now, language),
            compared::before(&row.now, language),
            compared::change(change, unit, language),
            compared::interval(change, unit, language),
            compared::verdict(change, language),
            target(row, language),
            row.now.n.map(|n| value::count(n, language)).unwrap_or_default(),
            mark(&row.now, language),
        ]);
        for part in &row.parts {
            let filter = locale::fill(language, "where", &[("filter", &part.filter)]);
            let cells = [format!("  {filter}"), value::answer(&part.answer, language)];
            let aim = part.answer.aim.as_ref();
            let band = aim.map(|aim| words::target(aim, part.answer.unit, language)).unwrap_or_default();
            let rest = [String::new(), String::new(), String::new(), String::new(), band];
            let n = part.answer.n.map(|n| value::count(n, language)).unwrap_or_default();
            grid.push(cells.into_iter().chain(rest).chain([n, mark(&part.answer, language)]).collect());
        }
    }
    grid
}

fn channel_grid(board: &Board, language: Language) -> Grid {
    let names: Vec<String> = board.by.metrics.iter().map(|id| format!(">{}", metric_name(board, id, language))).collect();
    let channel = dimension("channel", language);
    let mut grid = Grid::new([channel.as_str()].into_iter().chain(names.iter().map(String::as_str)));
    for (channel, answers) in &board.by.rows {
        let cells = answers
            .iter()
            .map(|answer| answer.as_ref().map_or_else(|| value::DASH.to_owned(), |answer| value::answer(answer, language)));
        grid.push([channel.clone().unwrap_or_else(|| locale::text(language, "none"))].into_iter().chain(cells).collect());
    }
    grid
}

/// For a terminal.
pub(super) fn table(board: &Board, zone: &TimeZone, language: Language) -> String {
    let mut out = format!(
        "{}\n{}\n\n{}",
        board.title,
        heading(board, zone, language),
        grid(board, language).without_empty_columns().table()
    );
    if !board.by.rows.is_empty() {
        out.push_str(&format!("\n{}", channel_grid(board, language).table()));
    }
    if let Some(sentence) = drivers::sentence(board, language) {
        let lines = if board.changes.lines.is_empty() { String::new() } else { drivers::grid(board, language).table() };
        out.push_str(&format!("\n{lines}{sentence}\n"));
    }
    out.push_str(&format!("\n{}\n", footer(board, zone, language).join("\n")));
    out
}

/// For a page of text.
pub(super) fn markdown(board: &Board, zone: &TimeZone, language: Language) -> String {
    let mut out = format!(
        "# {}\n\n{}\n\n{}",
        board.title,
        heading(board, zone, language),
        grid(board, language).without_empty_columns().markdown()
    );
    if !board.by.rows.is_empty() {
        out.push_str(&format!("\n{}", channel_grid(board, language).markdown()));
    }
    if let Some(sentence) = drivers::sentence(board, language) {
        let lines = &board.changes.lines;
        let lines = if lines.is_empty() { String::new() } else { format!("{}\n", drivers::grid(board, language).markdown()) };
        out.push_str(&format!("\n{lines}{sentence}\n"));
    }
    out.push('\n');
    footer(board, zone, language).iter().for_each(|line| out.push_str(&format!("* {line}\n")));
    out
}

/// For machines: raw values, one line per KPI.
pub(super) fn csv(board: &Board) -> String {
    let mut header = vec!["metric", "unit", "stat", "from", "to", "value", "null_reason", "n"];
    header.extend(output::csv::COMPARISON);
    header.extend(["band", "running", "provisional", "small_n"]);
    let mut out = output::csv::record(&header);
    let range = &board.range;
    let real = |number: Option<f64>| number.map(output::csv::number).unwrap_or_default();
    let whole = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    for row in &board.rows {
        let mut cells = vec![
            row.metric.id.clone(),
            row.now.unit.name().to_owned(),
            row.now.stat.map_or("", |stat| stat.name()).to_owned(),
            range.from.to_string(),
            range.to.to_string(),
            real(row.now.value),
            row.now.null_reason.map_or("", |reason| reason.name()).to_owned(),
            whole(row.now.n),
        ];
        cells.extend(output::csv::comparison(&row.now, board.about.compared.as_ref()));
        cells.extend([
            row.now.aim.as_ref().map_or("", |aim| aim.band.name()).to_owned(),
            whole(row.now.running),
            whole(row.now.provisional),
            row.now.small_n.to_string(),
        ]);
        out.push_str(&output::csv::record(&cells));
    }
    out
}

/// For machines: everything.
pub(super) fn json(board: &Board) -> Value {
    let rows: Vec<Value> = board
        .rows
        .iter()
        .map(|row| {
            let parts: Vec<Value> = row
                .parts
                .iter()
                .map(|part| json!({ "where": part.filter, "answer": answer_json::answer(&part.answer) }))
                .collect();
            json!({
                "metric": row.metric.id,
                "good": row.metric.good.name(),
                "answer": answer_json::answer(&row.now),
                "parts": parts,
                "daily": row.daily.iter().map(|(day, number)| json!([day.to_string(), number.map(answer_json::number)])).collect::<Vec<_>>(),
            })
        })
        .collect();
    let channels: Vec<Value> = board
        .by
        .rows
        .iter()
        .map(|(channel, answers)| {
            let answers: Vec<Value> = answers.iter().flatten().map(answer_json::answer).collect();
            json!({ "channel": channel, "answers": answers })
        })
        .collect();
    let range = &board.range;
    json!({
        "title": board.title,
        "period": { "from": range.from.to_string(), "to": range.to.to_string() },
        "comparison": board.about.compared.as_ref().map(answer_json::compared),
        "data_cut": answer_json::data_cut(&board.about.data_cut),
        "rules": board.about.rules,
        "now": value::instant(board.about.now),
        "time_zone": board.about.time_zone,
        "data_quality": board.troubles,
        "rows": rows,
        "channels": channels,
        "changes": board.changes.lines.iter().map(drivers::line_json).collect::<Vec<_>>(),
        "cells_looked_at": board.changes.looked_at,
    })
}
