//! The board as one HTML page that needs nothing else: styles and pictures are in it, scripts and foreign files are not.
//!
//! Light and dark follow the reader's system; every status is a sign and a word beside its colour; every picture has its numbers as a
//! table. Texts of the workspace are escaped wherever they stand.

mod style;

use deskgauge_core::metric::{Language, Unit};
use deskgauge_engine::plan::Band;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::board::{Board, Row, Verdict};
use crate::chart::bars::stacked;
use crate::chart::line::{Line, band, level, line};
use crate::chart::shade::shade;
use crate::chart::spark::spark;
use crate::chart::{Frame, axis, escape, figure, table};
use crate::commands::report::print::{change, footer, heading, metric_name, target};
use crate::output::table::few;
use crate::output::value;

/// Most series in a picture; the rest become one.
const SERIES: usize = 6;

/// The page.
pub(crate) fn page(board: &Board, zone: &TimeZone, language: Language) -> String {
    let title = if board.title.is_empty() { "Deskgauge".to_owned() } else { board.title.clone() };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}: {} to {}</title>\n<style>{}</style>\n</head>\n<body>\n",
        language.name(),
        escape(&title),
        board.range.from,
        board.range.last(),
        style::SHEET
    );
    out.push_str(&format!(
        "<a class=\"skip\" href=\"#board\">Skip to the board</a>\n<header><h1>{}</h1><p>{} · {} · data as of {}</p></header>\n<main id=\"board\">\n",
        escape(&title),
        escape(&heading(board)),
        escape(&board.about.time_zone),
        value::local(board.about.now, zone)
    ));
    out.push_str("<section aria-labelledby=\"cards\"><h2 id=\"cards\">KPIs</h2><div class=\"cards\">\n");
    board.rows.iter().for_each(|row| out.push_str(&card(row, language)));
    out.push_str(
        "</div></section>\n<section aria-labelledby=\"trends\"><h2 id=\"trends\">Day by day</h2><div class=\"charts\">\n",
    );
    charts(board, language).into_iter().for_each(|chart| out.push_str(&chart));
    out.push_str("</div></section>\n");
    out.push_str(&channels(board, language));
    out.push_str(&parts(board, language));
    out.push_str("</main>\n<footer><ul>");
    footer(board, zone, language).iter().for_each(|sentence| out.push_str(&format!("<li>{}</li>", escape(sentence))));
    out.push_str("</ul></footer>\n</body>\n</html>\n");
    out
}

/// A card: the number, its sparkline, its change, its target, its n.
fn card(row: &Row, language: Language) -> String {
    let name = row.metric.name(language).unwrap_or(&row.metric.id);
    let stat = row
        .now
        .stat
        .filter(|_| row.now.unit == Unit::Seconds)
        .map(|stat| format!(" <small>{}</small>", stat.name()))
        .unwrap_or_default();
    let values: Vec<Option<f64>> = row.daily.iter().map(|(_, value)| *value).collect();
    let few = if few(&row.now) { " few" } else { "" };
    let mut out = format!(
        "<article class=\"card\"><h3>{}{stat}</h3><div class=\"figure\"><p class=\"value{few}\">{}</p>{}</div>",
        escape(name),
        escape(&value::answer(&row.now, language)),
        spark(&values)
    );
    if let Some(changed) = &row.change {
        let (class, sign) = match changed.verdict {
            Verdict::Better => ("good", "●"),
            Verdict::Worse => ("bad", "▲"),
            Verdict::Same | Verdict::Neutral => ("none", "○"),
        };
        let word = if changed.verdict == Verdict::Same { "no clear change" } else { changed.verdict.name() };
        out.push_str(&format!(
            "<p class=\"{class}\">{sign} {} <span class=\"muted\">{word}; before {}</span></p>",
            escape(change(Some(changed), row.now.unit, language).trim_end_matches(" =")),
            escape(&value::answer(&row.before, language))
        ));
    }
    if let Some(band) = row.band {
        let (class, sign) = status(band);
        out.push_str(&format!("<p class=\"{class}\">{sign} {}</p>", escape(&target(row, language))));
    }
    let mut small = Vec::new();
    small.extend(row.now.n.map(|n| format!("n {}", value::count(n, language))));
    small.extend(
        Some(value::interval(row.now.interval, row.now.unit, language))
            .filter(|text| !text.is_empty())
            .map(|text| format!("95 %: {text}")),
    );
    if !few.is_empty() {
        small.push("too few to rely on".to_owned());
    }
    if !small.is_empty() {
        out.push_str(&format!("<p class=\"muted\">{}</p>", escape(&small.join(" · "))));
    }
    out.push_str("</article>\n");
    out
}

fn status(band: Band) -> (&'static str, &'static str) {
    match band {
        Band::Excellent | Band::Good => ("good", "●"),
        Band::Satisfactory => ("warn", "◆"),
        Band::Poor => ("bad", "▲"),
    }
}

fn charts(board: &Board, language: Language) -> Vec<String> {
    let mut charts = Vec::new();
    charts.extend(created(board, language));
    charts.extend(board.row("first_response_time").map(|row| first_response(board, row, language)));
    for id in ["backlog", "sla_compliance", "csat", "full_resolution_time"] {
        charts.extend(
            board.row(id).filter(|row| row.daily.iter().any(|(_, value)| value.is_some())).map(|row| trend(row, language)),
        );
    }
    charts
}

/// Conversations created, stacked by channel.
fn created(board: &Board, language: Language) -> Option<String> {
    let days: Vec<Date> = board.created_by_channel.values().next()?.iter().map(|(day, _)| *day).collect();
    let mut channels: Vec<(&String, Vec<f64>)> = board
        .created_by_channel
        .iter()
        .map(|(channel, values)| {
            (channel, days.iter().map(|day| values.iter().find(|(own, _)| own == day).map_or(0.0, |(_, value)| *value)).collect())
        })
        .collect();
    let total = |values: &[f64]| values.iter().sum::<f64>();
    channels.sort_by(|one, other| total(&other.1).total_cmp(&total(&one.1)).then_with(|| one.0.cmp(other.0)));
    let mut named: Vec<(String, Vec<f64>)> =
        channels.iter().take(SERIES).map(|(name, values)| ((*name).clone(), values.clone())).collect();
    if channels.len() > SERIES {
        let rest = channels.iter().skip(SERIES - 1);
        let other: Vec<f64> = (0..days.len()).map(|day| rest.clone().map(|(_, values)| values[day]).sum()).collect();
        named.truncate(SERIES - 1);
        named.push(("other".to_owned(), other));
    }
    let most = (0..days.len()).map(|day| named.iter().map(|(_, values)| values[day]).sum::<f64>()).fold(0.0, f64::max);
    let (top, rules) = axis(most, false);
    let series: Vec<(String, Vec<f64>)> =
        named.iter().enumerate().map(|(index, (_, values))| (format!("s{}", index + 1), values.clone())).collect();
    let header = ["day".to_owned()].into_iter().chain(named.iter().map(|(name, _)| name.clone())).collect();
    let rows = days.iter().enumerate().map(|(index, day)| {
        let cells = named.iter().map(|(_, values)| value::decimal(values[index], 0, language));
        [day.to_string()].into_iter().chain(cells).collect()
    });
    let title = format!("{} by channel", metric_name(board, "conversations_created", language));
    let description = format!(
        "Stacked bars from {} to {}; the highest day has {}.",
        days.first()?,
        days.last()?,
        value::decimal(most, 0, language)
    );
    let frame = Frame {
        title: &title,
        description: &description,
        id: "created",
        y: rules.iter().map(|rule| (rule / top, value::value(*rule, Unit::Count, language))).collect(),
        x: dates(&days),
        legend: named.iter().enumerate().map(|(index, (name, _))| (name.clone(), format!("bar s{}", index + 1))).collect(),
        table: (header, rows.collect()),
    };
    Some(figure(&frame, &format!("{}{}", weekends(&days, false), stacked(&series, top))))
}

/// The median with the band up to the 90th percentile.
fn first_response(board: &Board, row: &Row, language: Language) -> String {
    let median: Vec<Option<f64>> = row.daily.iter().map(|(_, value)| *value).collect();
    let p90: Vec<Option<f64>> = board.first_response_p90.iter().map(|(_, value)| *value).collect();
    let most = p90.iter().chain(&median).flatten().copied().fold(0.0, f64::max);
    let (top, _) = axis(most, true);
    let mut marks = band("s1", &median, &p90, top);
    marks.push_str(&line(&Line { class: "s2", values: &p90 }, top));
    let series = [("median".to_owned(), "s1", median), ("90th percentile".to_owned(), "s2", p90)];
    let name = row.metric.name(language).unwrap_or(&row.metric.id);
    lines(row, &format!("{name}: median and 90th percentile"), &series, top, &marks, language)
}

/// A KPI against the period before.
fn trend(row: &Row, language: Language) -> String {
    let now: Vec<Option<f64>> = row.daily.iter().map(|(_, value)| *value).collect();
    let before: Vec<Option<f64>> = row.daily_before.iter().map(|(_, value)| *value).collect();
    let most = now.iter().chain(&before).flatten().copied().fold(0.0, f64::max);
    let (top, _) = if row.now.unit == Unit::Share { (1.0, Vec::new()) } else { axis(most, row.now.unit == Unit::Seconds) };
    let marks = line(&Line { class: "previous", values: &before }, top);
    let series = [("this period".to_owned(), "s1", now), ("the period before".to_owned(), "previous", before)];
    lines(row, row.metric.name(language).unwrap_or(&row.metric.id), &series, top, &marks, language)
}

/// A picture of lines over the days of a row. The first series is drawn last, on top; `marks` lie under it.
fn lines(
    row: &Row,
    title: &str,
    series: &[(String, &str, Vec<Option<f64>>)],
    top: f64,
    marks: &str,
    language: Language,
) -> String {
    let unit = row.now.unit;
    let shown = |number: f64| value::value(number, unit, language);
    let rules = if unit == Unit::Share { vec![0.0, 0.25, 0.5, 0.75, 1.0] } else { axis(top, unit == Unit::Seconds).1 };
    let days: Vec<Date> = row.daily.iter().map(|(day, _)| *day).collect();
    let mut marks = format!("{}{marks}", weekends(&days, true));
    let mut legend: Vec<(String, String)> =
        series.iter().map(|(name, class, _)| (name.clone(), format!("bar {class}"))).collect();
    if let Some((name, bound)) = row.bounds.iter().find(|(name, _)| *name == "good").or(row.bounds.first()) {
        marks.push_str(&level("target", *bound, top));
        legend.push((format!("target: {name} {}", shown(*bound)), "bar target".to_owned()));
    }
    if let Some((_, class, values)) = series.first() {
        marks.push_str(&line(&Line { class, values }, top));
    }
    let known: Vec<f64> = series.first().map(|(_, _, values)| values.iter().flatten().copied().collect()).unwrap_or_default();
    let low = known.iter().copied().fold(f64::INFINITY, f64::min);
    let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let description = match (known.last(), days.first(), days.last()) {
        (Some(last), Some(first_day), Some(last_day)) => {
            format!("From {first_day} to {last_day}: lowest {}, highest {}, last {}.", shown(low), shown(high), shown(*last))
        }
        _ => "No values.".to_owned(),
    };
    let header = ["day".to_owned()].into_iter().chain(series.iter().map(|(name, _, _)| name.clone())).collect();
    let rows = days.iter().enumerate().map(|(index, day)| {
        let cells = series
            .iter()
            .map(|(_, _, values)| values.get(index).copied().flatten().map_or_else(|| value::DASH.to_owned(), shown));
        [day.to_string()].into_iter().chain(cells).collect()
    });
    let frame = Frame {
        title,
        description: &description,
        id: &row.metric.id,
        y: rules.iter().map(|rule| (rule / top, shown(*rule))).collect(),
        x: dates(&days),
        legend,
        table: (header, rows.collect()),
    };
    figure(&frame, &marks)
}

/// A light shade behind Saturdays and Sundays. `points`: days are points of a line, not fields of a bar.
fn weekends(days: &[Date], points: bool) -> String {
    let flags: Vec<bool> = days.iter().map(|day| day.weekday().to_monday_zero_offset() >= 5).collect();
    shade(&flags, points)
}

/// Labels for the first, the middle and the last day.
fn dates(days: &[Date]) -> Vec<(f64, String)> {
    let last = days.len().saturating_sub(1);
    let mut chosen = vec![0, last / 2, last];
    chosen.dedup();
    let label = |index: usize| Some((if last == 0 { 0.5 } else { index as f64 / last as f64 }, days.get(index)?.to_string()));
    chosen.into_iter().filter_map(label).collect()
}

fn channels(board: &Board, language: Language) -> String {
    if board.channels.rows.is_empty() {
        return String::new();
    }
    let header: Vec<String> = ["channel".to_owned()]
        .into_iter()
        .chain(board.channels.metrics.iter().map(|id| metric_name(board, id, language)))
        .collect();
    let rows: Vec<Vec<String>> = board
        .channels
        .rows
        .iter()
        .map(|(channel, answers)| {
            let cells = answers.iter().map(|answer| {
                answer.as_ref().map_or_else(
                    || value::DASH.to_owned(),
                    |answer| {
                        let few = if few(answer) { " (few)" } else { "" };
                        format!("{}{few}", value::answer(answer, language))
                    },
                )
            });
            [channel.clone().unwrap_or_else(|| "(none)".to_owned())].into_iter().chain(cells).collect()
        })
        .collect();
    format!(
        "<section aria-labelledby=\"channels\"><h2 id=\"channels\">By channel</h2><div class=\"scroll wide\" tabindex=\"0\" role=\"region\" aria-label=\"KPIs by channel\">{}</div></section>\n",
        table(&header, &rows)
    )
}

/// Targets that are for parts only.
fn parts(board: &Board, language: Language) -> String {
    let rows: Vec<Vec<String>> = board
        .rows
        .iter()
        .flat_map(|row| row.parts.iter().map(move |part| (row, part)))
        .map(|(row, part)| {
            let sign = part.band.map(|band| format!("{} {}", status(band).1, band.name())).unwrap_or_default();
            vec![
                row.metric.name(language).unwrap_or(&row.metric.id).to_owned(),
                part.filter.clone(),
                value::answer(&part.answer, language),
                part.answer.n.map(|n| value::count(n, language)).unwrap_or_default(),
                sign,
            ]
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let header: Vec<String> = ["KPI", "where", "value", "n", "target"].map(str::to_owned).to_vec();
    format!(
        "<section aria-labelledby=\"targets\"><h2 id=\"targets\">Targets for parts</h2><div class=\"scroll wide\" tabindex=\"0\" role=\"region\" aria-label=\"Targets for parts\">{}</div></section>\n",
        table(&header, &rows)
    )
}
