//! The picture of the hours in which customers come, weekday by weekday.

use deskgauge_core::metric::{Language, Unit};
use jiff::civil::Weekday;

use super::{Behind, unbroken};
use crate::board::Board;
use crate::board::arrivals::{Arrivals, HOURS};
use crate::board::words::metric_name;
use crate::chart::heat::{Field, heat};
use crate::chart::{Column, Draw, Frame, Layout, escape};
use crate::forms::{csv, value};
use crate::locale::{date, fill, text};

/// Its id.
pub(super) const ID: &str = "arrivals";

/// The picture, where anything came.
pub(super) fn arrivals(board: &Board, language: Language, behind: Option<&Behind<'_>>, draw: &Draw<'_>) -> Option<String> {
    let own = board.arrivals.as_ref()?;
    let shown =
        |number: Option<f64>| number.map_or_else(|| value::DASH.to_owned(), |own| value::value(own, Unit::Count, language));
    let named: Vec<String> = own.days.iter().map(|(weekday, _)| name(*weekday, language)).collect();
    let fields: Vec<Vec<Field>> = own
        .days
        .iter()
        .map(|(_, hours)| hours.iter().map(|value| Field { value: *value, text: shown(*value) }).collect())
        .collect();
    let (marks, over) = heat(&fields);
    let mut columns = vec![Column::texts(text(language, "dimension-hour"))];
    columns.extend(named.iter().map(|name| Column::numbers(name.clone())));
    let rows = (0..HOURS).map(|hour| {
        let cells = own.days.iter().map(|(weekday, hours)| {
            let told = unbroken(&shown(hours[hour]));
            match behind.filter(|_| hours[hour].is_some_and(|value| value > 0.0)) {
                Some(behind) => format!("<a href=\"{}\">{told}</a>", escape(&(behind.hour)(&own.metric, *weekday, hour))),
                None => told,
            }
        });
        [clock(hour)].into_iter().chain(cells).collect()
    });
    let last = board.range.last();
    let [from, to] = [board.range.from, last].map(|day| date::long(day, language));
    let metric = metric_name(board, &own.metric, language);
    let frame = Frame {
        title: &fill(language, "chart-arrivals", &[("metric", &metric)]),
        description: &description(own, (&from, &to), language),
        id: ID,
        y: named.iter().enumerate().map(|(row, name)| (1.0 - middle(row, named.len()), name.clone())).collect(),
        x: (0..HOURS).map(|hour| (middle(hour, HOURS), format!("{hour:02}"))).collect(),
        layout: Layout::Grid,
        over: &over,
        legend: Vec::new(),
        numbers: &text(language, "numbers"),
        columns,
        rows: rows.collect(),
    };
    Some(draw(&frame, &marks))
}

/// The numbers, for machines: an hour of a weekday in each row, 1 for Monday.
pub(super) fn numbers(board: &Board) -> Option<String> {
    let own = board.arrivals.as_ref()?;
    let mut out = csv::record(&["weekday", "hour", own.metric.as_str()]);
    for (weekday, hours) in &own.days {
        for (hour, value) in hours.iter().enumerate() {
            let value = value.map(csv::number).unwrap_or_default();
            out.push_str(&csv::record(&[weekday.to_monday_one_offset().to_string(), hour.to_string(), value]));
        }
    }
    Some(out)
}

/// When most came, for those who do not see it.
fn description(own: &Arrivals, (from, to): (&str, &str), language: Language) -> String {
    let mut most: Option<(f64, Weekday, usize)> = None;
    for (weekday, hours) in &own.days {
        for (hour, value) in hours.iter().enumerate() {
            let more = value.filter(|value| most.is_none_or(|(most, ..)| *value > most));
            most = more.map(|value| (value, *weekday, hour)).or(most);
        }
    }
    let Some((most, weekday, hour)) = most else { return text(language, "chart-no-values") };
    let (most, weekday, hour) = (value::value(most, Unit::Count, language), name(weekday, language), clock(hour));
    let texts = [("from", from), ("to", to), ("most", &most), ("weekday", &weekday), ("hour", &hour)];
    fill(language, "chart-arrivals-text", &texts)
}

fn middle(index: usize, count: usize) -> f64 {
    (index as f64 + 0.5) / count as f64
}

/// The short name of a weekday.
pub(crate) fn name(weekday: Weekday, language: Language) -> String {
    text(language, &format!("weekday-{}", weekday.to_monday_one_offset()))
}

/// The beginning of an hour as clocks show it.
pub(crate) fn clock(hour: usize) -> String {
    format!("{hour:02}:00")
}
