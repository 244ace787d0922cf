//! A KPI's card: the number and its shape, its change, its target, and what it rests on.
//!
//! A number and its unit are never parted; between the parts the text may break, since four languages must fit a phone.

use deskgauge_core::answer::{NullReason, Verdict};
use deskgauge_core::metric::{Language, Unit};

use super::{Linked, signed, status, unbroken};
use crate::board::Row;
use crate::board::words::target;
use crate::chart::escape;
use crate::chart::spark::spark;
use crate::forms::words::few;
use crate::forms::{compared, value};
use crate::locale::{counted, fill, text};

/// The card.
pub(super) fn card(row: &Row, language: Language, linked: Option<&Linked<'_>>) -> String {
    let name = escape(row.metric.name(language).unwrap_or(&row.metric.id));
    let shown = apart(&value::answer(&row.now, language));
    // To the ear, a list of links needs to say of which KPI each number is.
    let shown = match linked.filter(|_| row.now.value.is_some()) {
        Some(linked) => {
            let href = escape(&(linked.rows)(&row.metric.id));
            format!("<a href=\"{href}\"><span class=\"unseen\">{name}: </span>{shown}</a>")
        }
        None => shown,
    };
    let name = match linked {
        Some(linked) => format!("<a href=\"{}\">{name}</a>", escape(&(linked.definition)(&row.metric.id))),
        None => name,
    };
    let values: Vec<Option<f64>> = row.daily.iter().map(|(_, value)| *value).collect();
    let mut out = format!(
        "<article class=\"card\"><h3>{name}</h3><div><div class=\"figure\"><p class=\"value{}\">{}</p>{}</div>",
        if few(&row.now) { " few" } else { "" },
        shown,
        spark(&values)
    );
    out.push_str(&changed(row, language));
    if let Some(aim) = &row.now.aim {
        let (class, sign) = status(aim.band);
        out.push_str(&format!("<p class=\"{class}\">{sign} {}</p>", bounded(&target(row, language))));
    }
    for (class, line) in [("muted parts", ground(row, language)), ("muted", interval(row, language))] {
        if !line.is_empty() {
            out.push_str(&format!("<p class=\"{class}\">{line}</p>"));
        }
    }
    out.push_str("</div></article>\n");
    out
}

/// What the number rests on: its statistic, the value before, and how many cases.
fn ground(row: &Row, language: Language) -> String {
    let mut parts = Vec::new();
    let stat = row.now.stat.filter(|_| row.now.unit == Unit::Seconds);
    parts.extend(stat.map(|stat| escape(&text(language, &format!("stat-{}", stat.name())))));
    if compared::change_of(&row.now).is_some() {
        // The words may break; the value among them is held together.
        let before = signed(&compared::before(&row.now, language)).replace(' ', "\u{a0}");
        parts.push(escape(&fill(language, "before", &[("value", &before)])));
    }
    parts.extend(row.now.n.map(|n| unbroken(&counted(language, "n-values", n, &[]))));
    if few(&row.now) {
        parts.push(escape(&text(language, "too-few")));
    }
    if row.now.null_reason == Some(NullReason::NoData) {
        parts.push(escape(&text(language, "null-no_data")));
    }
    apart_by_dots(&parts)
}

/// Parts of a line, each whole; the style sheet sets a dot between those that stand beside each other, so that no line ends or begins
/// with one.
pub(super) fn apart_by_dots(parts: &[String]) -> String {
    parts.iter().map(|part| format!("<span>{part}</span>")).collect::<Vec<_>>().join(" ")
}

/// The interval; where it does not fit into a line it breaks after its dash.
fn interval(row: &Row, language: Language) -> String {
    let range = value::interval(row.now.interval, row.now.unit, language);
    if range.is_empty() {
        return range;
    }
    let range = signed(&range).replace(" – ", " –\n").replace(' ', "\u{a0}").replace('\n', " ");
    escape(&fill(language, "interval-words", &[("interval", &range)]))
}

/// The change: by how much, and what to think of it.
fn changed(row: &Row, language: Language) -> String {
    let Some(changed) = compared::change_of(&row.now) else { return String::new() };
    let (class, sign, word) = match changed.verdict {
        Verdict::Better => ("good", "● ", "verdict-better"),
        Verdict::Worse => ("bad", "▲ ", "verdict-worse"),
        Verdict::Same => ("none", "○ ", "no-clear-change"),
        Verdict::Neutral => ("none", "", ""),
    };
    // The sign of sameness of the terminal is told in words here.
    let amount = compared::change(Some(changed), row.now.unit, language);
    let amount = amount.trim_end_matches('=').trim_end();
    let word = match (word, amount) {
        (_, "") => text(language, "no-change"),
        ("", _) => String::new(),
        (word, _) => text(language, word),
    };
    let parts: Vec<String> = [unbroken(amount), escape(&word)].into_iter().filter(|part| !part.is_empty()).collect();
    let parts: Vec<String> =
        parts.iter().enumerate().map(|(index, part)| if index == 0 { format!("{sign}{part}") } else { part.clone() }).collect();
    format!("<p class=\"{class} parts\">{}</p>", apart_by_dots(&parts))
}

/// A band with its bound: it may break before the bracket, not within the bound.
fn bounded(text: &str) -> String {
    let (word, bound) = bracket(text);
    format!("{}{}", escape(word), unbroken(bound))
}

/// A value; why there is none stands small beside it.
fn apart(text: &str) -> String {
    match bracket(text) {
        (value, "") => unbroken(value),
        (value, why) => format!("{} <small>{}</small>", unbroken(value.trim_end()), escape(why)),
    }
}

/// A text up to its bracket, and the bracket.
fn bracket(text: &str) -> (&str, &str) {
    text.split_at(text.find(['(', '（']).unwrap_or(text.len()))
}
