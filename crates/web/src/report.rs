//! The board as one HTML page that needs nothing else: styles and pictures are in it, scripts and foreign files are not.
//!
//! Light and dark follow the reader's system; every status is a sign and a word beside its colour; every picture has its numbers as a
//! table. Texts of the workspace are escaped wherever they stand.

mod arrivals;
mod by;
mod card;
mod changed;
mod movers;
mod pictures;
mod ranks;
mod spreads;
mod style;

use deskgauge_core::metric::Language;
use deskgauge_core::rules::Band;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

pub(crate) use arrivals::{clock, name as weekday_name};
pub(crate) use by::by;
pub(crate) use changed::changed;
pub(crate) use movers::{ToAgents, movers};
pub(crate) use ranks::Ranking;
pub(crate) use style::{SHEET, THEMES};

use crate::board::Board;
use crate::board::words::{footer, heading, metric_name};
use crate::chart::{Column, Draw, escape, figure, table};
use crate::forms::value;
use crate::forms::words::{dimension, few, target};
use crate::locale::{date, fill, text};

/// The page.
pub fn page(board: &Board, zone: &TimeZone, language: Language) -> String {
    let title = if board.title.is_empty() { "Deskgauge" } else { &board.title };
    let [from, to] = [board.range.from, board.range.last()].map(|day| date::long(day, language));
    let as_of = fill(language, "as-of", &[("at", &date::instant(board.about.now, zone, language))]);
    let word = |key: &str| escape(&text(language, key));
    // A page that runs nothing says so: what a text in it might smuggle in would not run either.
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n",
        language.name(),
        escape(&fill(language, "page-title", &[("title", title), ("from", &from), ("to", &to)])),
        style::SHEET
    );
    out.push_str(&format!(
        "<a class=\"skip\" href=\"#board\">{}</a>\n<header><h1>{}</h1><p>{}</p><p>{} · {}</p></header>\n<main id=\"board\" tabindex=\"-1\">\n",
        word("skip"),
        escape(title),
        escape(&heading(board, zone, language)),
        escape(&board.about.time_zone),
        escape(&as_of)
    ));
    let cards = cards(board, language, None).concat();
    out.push_str(&section("cards", &word("section-cards"), &format!("<div class=\"cards\">\n{cards}</div>")));
    out.push_str(&changed(board, language, None));
    let pictures = pictures(board, language, None, &figure).concat();
    out.push_str(&section("trends", &word("section-trends"), &format!("<div class=\"charts\">\n{pictures}</div>")));
    out.push_str(&channels(board, language));
    out.push_str(&movers(board, language, None));
    out.push_str(&parts(board, language));
    let notes: String = footer(board, zone, language).iter().map(|sentence| format!("<li>{}</li>", escape(sentence))).collect();
    out.push_str(&section("notes", &word("section-notes"), &format!("<ul class=\"notes\">{notes}</ul>")));
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// Where a KPI's card leads to, by its id.
pub(crate) struct Linked<'a> {
    /// The list of the rows behind its number.
    pub(crate) rows: &'a dyn Fn(&str) -> String,
    /// What it is.
    pub(crate) definition: &'a dyn Fn(&str) -> String,
}

/// Where the numbers of a picture lead to.
pub(crate) struct Behind<'a> {
    /// The list of those rows of a KPI that an hour of a weekday has.
    pub(crate) hour: &'a dyn Fn(&str, Weekday, usize) -> String,
    /// The list of those that a day has.
    pub(crate) day: &'a dyn Fn(&str, Date) -> String,
}

/// The cards, in the order of the board.
pub(crate) fn cards(board: &Board, language: Language, linked: Option<&Linked<'_>>) -> Vec<String> {
    board.rows.iter().map(|row| card::card(row, language, linked)).collect()
}

/// The pictures, in the order of reading.
pub(crate) fn pictures(board: &Board, language: Language, behind: Option<&Behind<'_>>, draw: &Draw<'_>) -> Vec<String> {
    pictures::all(board, language, behind, draw)
}

/// A picture of each KPI of the board over time, in the order of the board.
pub(crate) fn trends(board: &Board, language: Language, behind: Option<&Behind<'_>>, draw: &Draw<'_>) -> Vec<String> {
    pictures::each(board, language, behind, draw)
}

/// The numbers of a picture by its id, as CSV.
pub(crate) fn numbers(board: &Board, id: &str, language: Language) -> Option<String> {
    pictures::numbers(board, id, language)
}

fn section(id: &str, heading: &str, content: &str) -> String {
    format!("<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{heading}</h2>{content}</section>\n")
}

/// A table of texts, as a section. Cells are HTML.
pub(crate) fn list(id: &str, heading: &str, columns: &[Column], rows: &[Vec<String>]) -> String {
    section(id, &escape(heading), &region(heading, &table(columns, rows)))
}

/// A text that is never broken, such as a number with its unit.
fn unbroken(text: &str) -> String {
    escape(&signed(text).replace(' ', "\u{a0}"))
}

/// A text whose numbers below zero have a minus: on a page, a hyphen would be too short for one.
fn signed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(sign) = rest.next() {
        let is_minus = sign == '-' && !before.is_alphanumeric() && rest.peek().is_some_and(char::is_ascii_digit);
        out.push(if is_minus { '\u{2212}' } else { sign });
        before = sign;
    }
    out
}

fn status(band: Band) -> (&'static str, &'static str) {
    match band {
        Band::Excellent | Band::Good => ("good", "●"),
        Band::Satisfactory => ("warn", "◆"),
        Band::Poor => ("bad", "▲"),
    }
}

/// The table of KPIs by channel, as a section.
pub(crate) fn channels(board: &Board, language: Language) -> String {
    if board.by.rows.is_empty() {
        return String::new();
    }
    let mut columns = vec![Column::texts(dimension("channel", language))];
    columns.extend(board.by.metrics.iter().map(|id| Column::numbers(metric_name(board, id, language))));
    let rows: Vec<Vec<String>> = board
        .by
        .rows
        .iter()
        .map(|(channel, answers)| {
            let cells = answers.iter().map(|answer| {
                let Some(answer) = answer else { return value::DASH.to_owned() };
                let shown = unbroken(&value::answer(answer, language));
                if few(answer) {
                    let words = [("text", shown.as_str()), ("more", &escape(&text(language, "few")))];
                    format!("<span class=\"few\">{}</span>", fill(language, "in-brackets", &words))
                } else {
                    shown
                }
            });
            [escape(&channel.clone().unwrap_or_else(|| text(language, "none")))].into_iter().chain(cells).collect()
        })
        .collect();
    let table = table(&columns, &rows);
    section("channels", &escape(&text(language, "section-channels")), &region(&text(language, "region-channels"), &table))
}

/// Targets that are for parts only, as a section.
pub(crate) fn parts(board: &Board, language: Language) -> String {
    let rows: Vec<Vec<String>> = board
        .rows
        .iter()
        .flat_map(|row| row.parts.iter().map(move |part| (row, part)))
        .map(|(row, part)| {
            let shown = part.answer.aim.as_ref().map(|aim| {
                let (class, sign) = status(aim.band);
                let told = target(aim, part.answer.unit, language);
                format!("<span class=\"{class}\">{sign} {}</span>", escape(&told))
            });
            vec![
                escape(row.metric.name(language).unwrap_or(&row.metric.id)),
                format!("<code>{}</code>", escape(&part.filter)),
                unbroken(&value::answer(&part.answer, language)),
                part.answer.n.map(|n| value::count(n, language)).unwrap_or_default(),
                shown.unwrap_or_default(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let word = |name: &str| text(language, &format!("column-{name}"));
    let columns = [
        Column::texts(word("kpi")),
        Column::texts(word("where")),
        Column::numbers(word("value")),
        Column::numbers(word("n")),
        Column::texts(word("target")),
    ];
    let title = text(language, "section-parts");
    section("targets", &escape(&title), &region(&title, &table(&columns, &rows)))
}

/// A box that scrolls by itself where the table is wider than the page.
fn region(label: &str, table: &str) -> String {
    format!("<div class=\"scroll wide\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">{table}</div>", escape(label))
}

#[cfg(test)]
mod tests {
    use super::unbroken;

    #[test]
    fn a_number_below_zero_has_a_minus_and_a_day_its_hyphens() {
        assert_eq!(unbroken("-0.6 pt, 2026-04-07, -3–-1"), "\u{2212}0.6\u{a0}pt,\u{a0}2026-04-07,\u{a0}\u{2212}3–\u{2212}1");
    }
}
