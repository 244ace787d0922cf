//! The pictures of the page: what each shows, its axes and legend, and what it says in words to those who do not see it.
//!
//! How marks are drawn is the matter of `chart`; here stands which numbers they are drawn of.

use deskgauge_core::metric::{Language, Unit};
use jiff::civil::Date;

use super::arrivals::{self, arrivals};
use super::spreads;
use super::{Behind, unbroken};
use crate::board::ages::BOUNDS;
use crate::board::words::metric_name;
use crate::board::{Board, Row};
use crate::chart::bars::stacked;
use crate::chart::line::{Line, band as area, level, line, upright};
use crate::chart::shade::shade;
use crate::chart::{Column, Draw, Frame, Layout, Swatch, axis, escape};
use crate::forms::csv;
use crate::forms::value;
use crate::locale::{self, date, duration, fill, text};

/// The picture of the backlog by age.
const AGES: &str = "ages";
/// Most series in a picture; the rest become one.
const SERIES: usize = 6;

/// How pictures are drawn, and where their numbers lead to.
struct How<'a> {
    behind: Option<&'a Behind<'a>>,
    draw: &'a Draw<'a>,
}

impl How<'_> {
    /// A day of a KPI in a table: where there is a way to its rows, that.
    fn day(&self, metric: &str, day: Date, told: &str) -> String {
        let told = unbroken(told);
        match self.behind {
            Some(behind) => format!("<a href=\"{}\">{told}</a>", escape(&(behind.day)(metric, day))),
            None => told,
        }
    }
}

/// All of them, in the order of reading.
pub(super) fn all(board: &Board, language: Language, behind: Option<&Behind<'_>>, draw: &Draw<'_>) -> Vec<String> {
    let how = &How { behind, draw };
    let mut pictures = Vec::new();
    pictures.extend(created(board, language, how));
    let has_values = |row: &&Row| row.daily.iter().any(|(_, value)| value.is_some());
    pictures.extend(board.row("first_response_time").filter(has_values).map(|row| first_response(board, row, language, how)));
    for id in ["backlog", "sla_compliance", "csat", "full_resolution_time"] {
        pictures.extend(board.row(id).filter(has_values).map(|row| trend(board, row, language, how)));
        if id == "backlog" {
            pictures.extend(aged(board, language, how));
        }
    }
    pictures.extend(arrivals(board, language, behind, draw));
    pictures
}

/// One of each KPI that has values, as a KPI is drawn on the whole board.
pub(super) fn each(board: &Board, language: Language, behind: Option<&Behind<'_>>, draw: &Draw<'_>) -> Vec<String> {
    let how = &How { behind, draw };
    board
        .rows
        .iter()
        .filter(|row| row.daily.iter().any(|(_, value)| value.is_some()))
        .filter_map(|row| match row.metric.id.as_str() {
            "conversations_created" => created(board, language, how),
            "first_response_time" => Some(first_response(board, row, language, how)),
            _ => Some(trend(board, row, language, how)),
        })
        .chain(aged(board, language, how))
        .chain(spreads::spreads(board, language, draw))
        .chain(arrivals(board, language, behind, draw))
        .collect()
}

/// The numbers of a picture by its id, for machines: a day in each row, shares of one and seconds as they are.
pub(super) fn numbers(board: &Board, id: &str, language: Language) -> Option<String> {
    let cell = |value: Option<f64>| value.map(csv::number).unwrap_or_default();
    let mut out;
    if id == arrivals::ID {
        return arrivals::numbers(board);
    }
    if id == "created" {
        let days: Vec<Date> = board.created_by_channel.values().next()?.iter().map(|(day, _)| *day).collect();
        let named = largest(board, &days, language);
        let header = std::iter::once("day".to_owned()).chain(named.iter().map(|(name, _)| name.clone()));
        out = csv::record(&header.collect::<Vec<_>>());
        for (index, day) in days.iter().enumerate() {
            let cells = named.iter().map(|(_, values)| csv::number(values[index]));
            out.push_str(&csv::record(&std::iter::once(day.to_string()).chain(cells).collect::<Vec<_>>()));
        }
        return Some(out);
    }
    if id == AGES {
        let ages = board.ages.as_ref()?;
        out = csv::record(&["day", "upto_1d", "1d_3d", "3d_7d", "over_7d"]);
        for (index, day) in ages.days.iter().enumerate() {
            let cells = ages.counts.iter().map(|counts| csv::number(counts[index]));
            out.push_str(&csv::record(&std::iter::once(day.to_string()).chain(cells).collect::<Vec<_>>()));
        }
        return Some(out);
    }
    if let Some(spread) = spreads::numbers(board, id) {
        return Some(spread);
    }
    let row = board.row(id)?;
    let (second, others) = match id {
        "first_response_time" => ("p90", board.first_response_p90.iter().map(|(_, value)| *value).collect()),
        _ => ("before", row.daily_before.iter().map(|(_, value)| *value).collect::<Vec<_>>()),
    };
    out = csv::record(&["day", id, second]);
    for (index, (day, value)) in row.daily.iter().enumerate() {
        out.push_str(&csv::record(&[day.to_string(), cell(*value), cell(others.get(index).copied().flatten())]));
    }
    Some(out)
}

/// A line of a picture.
struct Series {
    name: String,
    class: &'static str,
    values: Vec<Option<f64>>,
}

/// Conversations created, stacked by channel.
fn created(board: &Board, language: Language, how: &How<'_>) -> Option<String> {
    let days: Vec<Date> = board.created_by_channel.values().next()?.iter().map(|(day, _)| *day).collect();
    let named = largest(board, &days, language);
    let name = metric_name(board, "conversations_created", language);
    let title = fill(language, "chart-by-channel", &[("metric", &name)]);
    stack(board, &Stack { id: "created", title, metric: "conversations_created", days, named }, language, how)
}

/// The backlog, stacked by age.
fn aged(board: &Board, language: Language, how: &How<'_>) -> Option<String> {
    let ages = board.ages.as_ref()?;
    let named = ages.counts.iter().enumerate().map(|(index, counts)| (age(index, language), counts.clone())).collect();
    let name = metric_name(board, "backlog", language);
    let title = fill(language, "chart-by-age", &[("metric", &name)]);
    stack(board, &Stack { id: AGES, title, metric: "backlog", days: ages.days.clone(), named }, language, how)
}

/// An age in words.
fn age(index: usize, language: Language) -> String {
    let told = |index: usize| BOUNDS.get(index).map(|bound| duration::short(*bound, language));
    match (index.checked_sub(1).and_then(told), told(index)) {
        (None, Some(upto)) => fill(language, "age-upto", &[("upto", &upto)]),
        (Some(over), Some(upto)) => fill(language, "age-between", &[("over", &over), ("upto", &upto)]),
        (over, None) => fill(language, "age-over", &[("over", &over.unwrap_or_default())]),
    }
}

/// What is stacked day by day: its parts with their names, the lowest first.
struct Stack {
    id: &'static str,
    title: String,
    /// The KPI to whose rows a day leads.
    metric: &'static str,
    days: Vec<Date>,
    named: Vec<(String, Vec<f64>)>,
}

/// Counts of days as bars that stand on each other.
fn stack(board: &Board, stack: &Stack, language: Language, how: &How<'_>) -> Option<String> {
    let Stack { days, named, .. } = stack;
    let most = (0..days.len()).map(|day| named.iter().map(|(_, values)| values[day]).sum::<f64>()).fold(0.0, f64::max);
    let (top, rules) = axis(most, false);
    let classed = |index: usize| format!("s{}", index + 1);
    let series: Vec<(String, Vec<f64>)> =
        named.iter().enumerate().map(|(index, (_, values))| (classed(index), values.clone())).collect();
    let written = labels(days, language);
    let mut columns = vec![Column::texts(text(language, "column-day"))];
    columns.extend(named.iter().map(|(name, _)| Column::numbers(name.clone())));
    let rows = written.iter().enumerate().map(|(index, day)| {
        let cells = named.iter().map(|(_, values)| value::decimal(values[index], 0, language));
        [how.day(stack.metric, days[index], day)].into_iter().chain(cells).collect()
    });
    let (from, to) = (date::long(*days.first()?, language), date::long(*days.last()?, language));
    let most = value::decimal(most, 0, language);
    let mut legend: Vec<(String, Swatch)> =
        named.iter().enumerate().map(|(index, (name, _))| (name.clone(), Swatch::Field(classed(index)))).collect();
    legend.extend(note_legend(board, days, language));
    let frame = Frame {
        title: &stack.title,
        description: &fill(language, "chart-bars-text", &[("from", &from), ("to", &to), ("most", &most)]),
        id: stack.id,
        y: rules.iter().map(|rule| (rule / top, tick(*rule, Unit::Count, language))).collect(),
        x: ends(&written),
        layout: Layout::Fields,
        over: "",
        legend,
        numbers: &text(language, "numbers"),
        columns,
        rows: rows.collect(),
    };
    Some((how.draw)(&frame, &format!("{}{}{}", weekends(days, false), stacked(&series, top), noted(board, days, false))))
}

/// The channels by size, the smallest put together when there are too many for a picture.
fn largest(board: &Board, days: &[Date], language: Language) -> Vec<(String, Vec<f64>)> {
    let of_day = |values: &[(Date, f64)], day: &Date| values.iter().find(|(own, _)| own == day).map_or(0.0, |(_, value)| *value);
    let mut channels: Vec<(String, Vec<f64>)> = board
        .created_by_channel
        .iter()
        .map(|(channel, values)| (channel.clone(), days.iter().map(|day| of_day(values, day)).collect()))
        .collect();
    let total = |values: &[f64]| values.iter().sum::<f64>();
    channels.sort_by(|one, other| total(&other.1).total_cmp(&total(&one.1)).then_with(|| one.0.cmp(&other.0)));
    if channels.len() > SERIES {
        let rest = channels.split_off(SERIES - 1);
        let other = (0..days.len()).map(|day| rest.iter().map(|(_, values)| values[day]).sum()).collect();
        channels.push((text(language, "other"), other));
    }
    channels
}

/// The median with the area up to the 90th percentile.
fn first_response(board: &Board, row: &Row, language: Language, how: &How<'_>) -> String {
    let median: Vec<Option<f64>> = row.daily.iter().map(|(_, value)| *value).collect();
    let p90: Vec<Option<f64>> = board.first_response_p90.iter().map(|(_, value)| *value).collect();
    let most = p90.iter().chain(&median).flatten().copied().fold(0.0, f64::max);
    let (top, _) = axis(most, true);
    let mut marks = area("s1", &median, &p90, top);
    marks.push_str(&line(&Line { class: "s2", values: &p90 }, top));
    let series = [
        Series { name: text(language, "stat-median"), class: "s1", values: median },
        Series { name: text(language, "series-p90"), class: "s2", values: p90 },
    ];
    let name = row.metric.name(language).unwrap_or(&row.metric.id);
    lines(board, row, &fill(language, "chart-median-p90", &[("metric", name)]), &series, (top, 0.0), &marks, (language, how))
}

/// A KPI against the period before.
fn trend(board: &Board, row: &Row, language: Language, how: &How<'_>) -> String {
    let now: Vec<Option<f64>> = row.daily.iter().map(|(_, value)| *value).collect();
    let before: Vec<Option<f64>> = row.daily_before.iter().map(|(_, value)| *value).collect();
    let most = now.iter().chain(&before).flatten().copied().fold(0.0, f64::max);
    let (top, low) = match row.now.unit {
        // Shares have a whole to be seen against, but for those that are more, such as contacts per order.
        Unit::Share if most <= 1.0 => (1.0, 0.0),
        // Points go below zero, and have both their ends.
        Unit::Points => (100.0, -100.0),
        unit => (axis(most, unit == Unit::Seconds).0, 0.0),
    };
    let marks = if before.is_empty() {
        String::new()
    } else {
        line(&Line { class: "previous", values: &lifted(&before, low) }, top - low)
    };
    let mut series = vec![Series { name: text(language, "series-now"), class: "s1", values: now }];
    if !before.is_empty() {
        series.push(Series { name: text(language, "series-before"), class: "previous", values: before });
    }
    let title = row.metric.name(language).unwrap_or(&row.metric.id);
    lines(board, row, title, &series, (top, low), &marks, (language, how))
}

/// Values over the foot of their axis, as marks are drawn.
fn lifted(values: &[Option<f64>], low: f64) -> Vec<Option<f64>> {
    values.iter().map(|value| value.map(|value| value - low)).collect()
}

/// A picture of lines over the days of a row. The first series is drawn last, on top; `marks` lie under it.
fn lines(
    board: &Board,
    row: &Row,
    title: &str,
    series: &[Series],
    (top, low): (f64, f64),
    marks: &str,
    (language, how): (Language, &How<'_>),
) -> String {
    let unit = row.now.unit;
    let shown = |number: f64| value::value(number, unit, language);
    let rules = match unit {
        Unit::Share if top <= 1.0 => vec![0.0, 0.25, 0.5, 0.75, 1.0],
        Unit::Points => vec![-100.0, -50.0, 0.0, 50.0, 100.0],
        unit => axis(top, unit == Unit::Seconds).1,
    };
    let days: Vec<Date> = row.daily.iter().map(|(day, _)| *day).collect();
    let written = labels(&days, language);
    let mut marks = format!("{}{marks}", weekends(&days, true));
    let mut legend: Vec<(String, Swatch)> =
        series.iter().map(|series| (series.name.clone(), Swatch::Line(series.class.to_owned()))).collect();
    let bounds = row.now.aim.as_ref().map_or(&[][..], |aim| &aim.bounds);
    if let Some((name, bound)) = bounds.iter().find(|(name, _)| *name == "good").or(bounds.first()) {
        marks.push_str(&level("target", *bound - low, top - low));
        let band = text(language, &format!("band-{name}"));
        let told = fill(language, "series-target", &[("band", &band), ("value", &shown(*bound))]);
        legend.push((told, Swatch::Line("target".to_owned())));
    }
    if let Some(Series { class, values, .. }) = series.first() {
        marks.push_str(&line(&Line { class, values: &lifted(values, low) }, top - low));
    }
    marks.push_str(&noted(board, &days, true));
    legend.extend(note_legend(board, &days, language));
    let mut columns = vec![Column::texts(text(language, "column-day"))];
    columns.extend(series.iter().map(|series| Column::numbers(series.name.clone())));
    let rows = written.iter().enumerate().map(|(index, day)| {
        let value = |series: &Series| series.values.get(index).copied().flatten();
        let cells =
            series.iter().map(|series| value(series).map_or_else(|| value::DASH.to_owned(), |number| unbroken(&shown(number))));
        [how.day(&row.metric.id, days[index], day)].into_iter().chain(cells).collect()
    });
    let frame = Frame {
        title,
        description: &description(&days, series.first(), &shown, language),
        id: &escape(&row.metric.id),
        y: rules.iter().map(|rule| ((rule - low) / (top - low), tick(*rule, unit, language))).collect(),
        x: ends(&written),
        layout: Layout::Points,
        over: "",
        legend,
        numbers: &text(language, "numbers"),
        columns,
        rows: rows.collect(),
    };
    (how.draw)(&frame, &marks)
}

/// Marks of the notes on these days. `points`: days are points of a line, not fields of a bar.
fn noted(board: &Board, days: &[Date], points: bool) -> String {
    let places = board.notes.iter().filter_map(|(day, _)| days.iter().position(|own| own == day));
    upright("note", &places.collect::<Vec<_>>(), days.len(), points)
}

/// What those marks are, where there are any.
fn note_legend(board: &Board, days: &[Date], language: Language) -> Option<(String, Swatch)> {
    let any = board.notes.iter().any(|(day, _)| days.contains(day));
    any.then(|| (text(language, "series-note"), Swatch::Line("note".to_owned())))
}

/// What a line says, for those who do not see it.
fn description(days: &[Date], series: Option<&Series>, shown: &dyn Fn(f64) -> String, language: Language) -> String {
    let known: Vec<f64> = series.map(|series| series.values.iter().flatten().copied().collect()).unwrap_or_default();
    let low = known.iter().copied().fold(f64::INFINITY, f64::min);
    let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (Some(last), Some(from), Some(to)) = (known.last(), days.first(), days.last()) else {
        return text(language, "chart-no-values");
    };
    let (from, to) = (date::long(*from, language), date::long(*to, language));
    let [low, high, last] = [low, high, *last].map(shown);
    let texts = [("from", &*from), ("to", &*to), ("low", &*low), ("high", &*high), ("last", &*last)];
    fill(language, "chart-lines-text", &texts)
}

/// A label of the vertical axis: round numbers need no places.
fn tick(number: f64, unit: Unit, language: Language) -> String {
    match unit {
        Unit::Share => fill(language, "percent", &[("number", &value::decimal(number * 100.0, 0, language))]),
        Unit::Points | Unit::Score | Unit::Money if number.fract() == 0.0 => value::decimal(number, 0, language),
        _ if number == 0.0 => "0".to_owned(),
        // The rules of a low axis lie at quarters.
        Unit::Count if number.fract() != 0.0 => {
            value::decimal(number, if (number * 10.0).fract() == 0.0 { 1 } else { 2 }, language)
        }
        _ => value::value(number, unit, language),
    }
}

/// A light shade behind Saturdays and Sundays. `points`: days are points of a line, not fields of a bar.
fn weekends(days: &[Date], points: bool) -> String {
    let flags: Vec<bool> = days.iter().map(|day| day.weekday().to_monday_zero_offset() >= 5).collect();
    shade(&flags, points)
}

/// The days in words: without the year where all lie in one, since the page names it above.
fn labels(days: &[Date], language: Language) -> Vec<String> {
    let one_year = days.first().map(|day| day.year()) == days.last().map(|day| day.year());
    let written = if one_year { locale::date::short } else { locale::date::long };
    days.iter().map(|day| written(*day, language)).collect()
}

/// Labels for the first, the middle and the last day.
fn ends(days: &[String]) -> Vec<(f64, String)> {
    let last = days.len().saturating_sub(1);
    let mut chosen = vec![0, last / 2, last];
    chosen.dedup();
    let label = |index: usize| Some((if last == 0 { 0.5 } else { index as f64 / last as f64 }, days.get(index)?.clone()));
    chosen.into_iter().filter_map(label).collect()
}
