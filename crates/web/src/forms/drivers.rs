//! What changed and what moved a number, in words: the same on pages, in the terminal and in JSON.

use deskgauge_core::answer::{Answer, Verdict};
use deskgauge_core::metric::{Language, Unit};
use deskgauge_engine::ask::{Adds, Driver, Drivers};
use serde_json::{Value, json};

use super::compared::{self, change_of};
use super::grid::Grid;
use super::words::{dimension, named};
use super::{json as answer_json, value};
use crate::board::Board;
use crate::board::changes::Line;
use crate::locale::{self, counted, date, fill, text};

/// Cells of a dimension that are printed.
const CELLS: usize = 8;

/// A cell by its dimension and its value, such as `channel: chat`.
pub fn place(name: &str, cell: Option<&str>, language: Language) -> String {
    let shown = shown(name, cell, language);
    fill(language, "in-place", &[("name", &dimension(name, language)), ("value", &shown)])
}

/// The value of a dimension as people read it.
fn shown(name: &str, cell: Option<&str>, language: Language) -> String {
    match (name, cell) {
        (_, None) => text(language, "none"),
        ("hour", Some(hour)) => crate::report::clock(hour.parse().unwrap_or_default()),
        ("weekday", Some(day)) => locale::find(language, &format!("weekday-{day}")).unwrap_or_else(|| day.to_owned()),
        (_, Some(cell)) => cell.to_owned(),
    }
}

/// The KPI of a line, with its statistic where that is worth a word.
pub fn metric(line: &Line, language: Language) -> String {
    named(&line.metric, &line.answer, language)
}

/// By how much a line changed.
pub fn amount(answer: &Answer, language: Language) -> String {
    compared::change(change_of(answer), answer.unit, language)
}

/// The sign and the word of a line, and the class of its colour.
pub fn verdict(answer: &Answer, language: Language) -> (&'static str, String) {
    match change_of(answer).map(|change| change.verdict) {
        Some(Verdict::Better) => ("good", format!("● {}", text(language, "verdict-better"))),
        Some(Verdict::Worse) => ("bad", format!("▲ {}", text(language, "verdict-worse"))),
        _ => ("none", format!("○ {}", text(language, "verdict-neutral"))),
    }
}

/// What a line rests on, part by part: the value now and before, how many values, and since which note.
pub fn ground(line: &Line, language: Language) -> Vec<String> {
    let answer = &line.answer;
    let mut parts = vec![value::answer(answer, language)];
    parts.push(fill(language, "before", &[("value", &compared::before(answer, language))]));
    parts.extend(answer.n.filter(|_| answer.unit != Unit::Count).map(|n| counted(language, "n-values", n, &[])));
    let since = line.since.as_ref().map(|(day, note)| (date::short(*day, language), note));
    parts.extend(since.map(|(day, note)| fill(language, "changed-since", &[("day", &day), ("note", note)])));
    parts
}

/// How the list came about, or why it is empty. None: nothing was looked at.
pub fn sentence(board: &Board, language: Language) -> Option<String> {
    let changes = &board.changes;
    let count = i64::try_from(changes.looked_at).unwrap_or(i64::MAX);
    let key = if changes.lines.is_empty() { "changed-nothing" } else { "changed-how" };
    let names: Vec<String> = changes.dimensions.iter().map(|name| dimension(name, language)).collect();
    (count > 0).then(|| counted(language, key, count, &[("names", &locale::list(language, &names))]))
}

/// The lines of a board as a table.
pub fn grid(board: &Board, language: Language) -> Grid {
    let word = |name: &str| text(language, &format!("column-{name}"));
    let right = |name: &str| format!(">{}", word(name));
    let header = [text(language, "section-changed"), word("kpi"), right("value"), right("before"), right("change"), right("n")];
    let mut grid = Grid::new(header.iter().map(String::as_str).chain([" "]));
    for line in &board.changes.lines {
        grid.push(vec![
            place(&line.dimension, line.cell.as_deref(), language),
            metric(line, language),
            value::answer(&line.answer, language),
            compared::before(&line.answer, language),
            amount(&line.answer, language),
            line.answer.n.map(|n| value::count(n, language)).unwrap_or_default(),
            verdict(&line.answer, language).1,
        ]);
    }
    grid
}

/// A line for machines.
pub fn line_json(line: &Line) -> Value {
    json!({
        "metric": line.metric.id,
        "dimension": line.dimension,
        "cell": line.cell,
        "half_widths": line.strength,
        "answer": answer_json::answer(&line.answer),
    })
}

/// The drivers of a number for machines.
pub fn drivers_json(drivers: &Drivers) -> Value {
    let cell = |driver: &Driver| {
        json!({
            "cell": driver.cell,
            "part": driver.moved.map(|moved| moved.part),
            "mix": driver.moved.and_then(|moved| moved.mix),
            "rate": driver.moved.and_then(|moved| moved.rate),
            "half_widths": driver.strength,
            "answer": answer_json::answer(&driver.answer),
        })
    };
    let both = drivers.mix_and_rate();
    json!({
        "dimension": drivers.dimension,
        "adds": drivers.adds.name(),
        "mix": both.map(|both| both.0),
        "rate": both.map(|both| both.1),
        "cells": drivers.cells.iter().map(cell).collect::<Vec<_>>(),
    })
}

/// The drivers of a number by a dimension, for a terminal.
pub fn drivers_text(drivers: &Drivers, unit: Unit, language: Language) -> String {
    let moved = |number: Option<f64>| number.map(|number| compared::difference(number, unit, language)).unwrap_or_default();
    let (mix, rate) = drivers.mix_and_rate().map_or_else(Default::default, |(mix, rate)| (moved(Some(mix)), moved(Some(rate))));
    let name = dimension(&drivers.dimension, language);
    let mut out = match drivers.adds {
        Adds::Parts => fill(language, "drivers-parts", &[("name", &name)]),
        Adds::MixAndRate => fill(language, "drivers-mix", &[("name", &name), ("mix", &mix), ("rate", &rate)]),
        Adds::Repeats => fill(language, "drivers-repeats", &[("name", &name)]),
        Adds::Own => fill(language, "drivers-own", &[("name", &name)]),
    };
    let word = |name: &str| text(language, &format!("column-{name}"));
    let right = |name: &str| format!(">{}", word(name));
    let header = ["part", "mix", "rate", "value", "before", "change", "n"].map(right);
    let mut grid = Grid::new([name.as_str()].into_iter().chain(header.iter().map(String::as_str)).chain([" "]));
    for driver in drivers.cells.iter().take(CELLS) {
        let told = driver.strength.map(|_| verdict(&driver.answer, language).1).unwrap_or_default();
        grid.push(vec![
            shown(&drivers.dimension, driver.cell.as_deref(), language),
            moved(driver.moved.map(|own| own.part)),
            moved(driver.moved.and_then(|own| own.mix)),
            moved(driver.moved.and_then(|own| own.rate)),
            value::answer(&driver.answer, language),
            compared::before(&driver.answer, language),
            amount(&driver.answer, language),
            driver.answer.n.map(|n| value::count(n, language)).unwrap_or_default(),
            told,
        ]);
    }
    out.push('\n');
    out.push_str(&grid.without_empty_columns().table());
    let more = drivers.cells.len().saturating_sub(CELLS);
    if more > 0 {
        out.push_str(&counted(language, "drivers-more", i64::try_from(more).unwrap_or(i64::MAX), &[]));
        out.push('\n');
    }
    out
}
