//! The pictures of how the values of a duration are spread, with the target marked and the share that is within it.

use deskgauge_core::answer::Answer;
use deskgauge_core::metric::{Language, Unit};

use super::unbroken;
use crate::board::Board;
use crate::chart::bars::stacked;
use crate::chart::line::upright_at;
use crate::chart::{Column, Draw, Frame, Layout, Swatch, axis};
use crate::explain::distribution::Spread;
use crate::forms::{csv, value};
use crate::locale::{duration, fill, text};

/// What the ids of these pictures begin with.
const PREFIX: &str = "spread-";
/// Most labels under a picture, so that they have room on a phone.
const LABELS: usize = 5;

/// One picture of each.
pub(super) fn spreads(board: &Board, language: Language, draw: &Draw<'_>) -> Vec<String> {
    board.spreads.iter().map(|spread| picture(spread, language, draw)).collect()
}

/// The numbers of one by its id, for machines: a class in each row, from its first second to the one after its last.
pub(super) fn numbers(board: &Board, id: &str) -> Option<String> {
    let metric = id.strip_prefix(PREFIX)?;
    let spread = board.spreads.iter().find(|spread| spread.metric.id == metric)?;
    let mut out = csv::record(&["from_seconds", "below_seconds", "n"]);
    for class in spread.classes() {
        let bound = |bound: Option<f64>| bound.map(csv::number).unwrap_or_default();
        out.push_str(&csv::record(&[bound(class.from), bound(class.below), class.n.to_string()]));
    }
    Some(out)
}

fn picture(spread: &Spread, language: Language, draw: &Draw<'_>) -> String {
    let classes = spread.classes();
    let count = |n: usize| value::count(i64::try_from(n).unwrap_or(i64::MAX), language);
    let n: usize = classes.iter().map(|class| class.n).sum();
    let most = classes.iter().map(|class| class.n).max().unwrap_or(0);
    let (top, rules) = axis(most as f64, false);
    let mut marks = stacked(&[("s1".to_owned(), classes.iter().map(|class| class.n as f64).collect())], top);
    let name = spread.metric.name(language).unwrap_or(&spread.metric.id);
    let mut legend = Vec::new();
    if let Some((answer, within)) = spread.within.as_ref().and_then(|answer| Some((answer, answer.within?))) {
        marks.push_str(&upright_at("target", spread.place(within as f64)));
        legend.push((name.to_owned(), Swatch::Field("s1".to_owned())));
        legend.push((share(answer, within, language), Swatch::Line("target".to_owned())));
    }
    let columns = ["column-value", "column-n", "unit-share"].map(|key| text(language, key));
    let [value, rows, part] = columns;
    let cells = classes.iter().map(|class| {
        let share = value::percent(class.n as f64 / n.max(1) as f64, language);
        vec![unbroken(&spread.told(class, language)), count(class.n), unbroken(&share)]
    });
    let fullest = classes.iter().find(|class| class.n == most).map(|class| spread.told(class, language)).unwrap_or_default();
    let described = [("most", count(most)), ("class", fullest), ("shown", count(n))];
    let described = fill(language, "chart-spread-text", &described.each_ref().map(|(name, text)| (*name, text.as_str())));
    let told = legend.get(1).map(|(told, _): &(String, Swatch)| format!(" {told}.")).unwrap_or_default();
    let each = classes.len().div_ceil(LABELS).max(1);
    let bounds = classes.iter().enumerate().skip(each - 1).step_by(each);
    let bounds = bounds.filter_map(|(index, class)| Some(((index + 1) as f64 / classes.len() as f64, class.below?)));
    let frame = Frame {
        title: &fill(language, "chart-spread", &[("metric", name), ("shown", &count(n))]),
        description: &format!("{described}{told}"),
        id: &format!("{PREFIX}{}", spread.metric.id),
        y: rules.iter().map(|rule| (rule / top, value::value(*rule, Unit::Count, language))).collect(),
        x: bounds.map(|(place, bound)| (place, duration::short(bound as i64, language))).collect(),
        layout: Layout::Fields,
        over: "",
        legend,
        numbers: &text(language, "numbers"),
        columns: vec![Column::texts(value), Column::numbers(rows), Column::numbers(part)],
        rows: cells.collect(),
    };
    draw(&frame, &marks)
}

/// How much lies within the target, of how many, and how sure that is.
fn share(answer: &Answer, within: i64, language: Language) -> String {
    let (value, bound) = (value::answer(answer, language), duration::short(within, language));
    let n = value::count(answer.n.unwrap_or(0), language);
    let interval = value::interval(answer.interval, Unit::Share, language);
    fill(language, "chart-within", &[("value", &value), ("bound", &bound), ("shown", &n), ("interval", &interval)])
}
