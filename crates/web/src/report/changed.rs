//! The list of what changed: each line by the sign and the word of its verdict, the cell, the KPI, by how much, and what it rests on.

use deskgauge_core::metric::Language;

use super::{card::apart_by_dots, section, unbroken};
use crate::board::Board;
use crate::board::changes::Line;
use crate::chart::escape;
use crate::forms::drivers::{amount, ground, metric, place, sentence, verdict};
use crate::locale::text;

/// The list, as a section; `link` tells where the rows of a line are listed. Nothing, where nothing was looked at.
pub(crate) fn changed(board: &Board, language: Language, link: Option<&dyn Fn(&Line) -> String>) -> String {
    let Some(sentence) = sentence(board, language) else { return String::new() };
    let line = |line: &Line| {
        let (class, told) = verdict(&line.answer, language);
        let what = format!("{}, {}", metric(line, language), place(&line.dimension, line.cell.as_deref(), language));
        let what = format!("{} {}", escape(&what), unbroken(&amount(&line.answer, language)));
        let what = match link {
            Some(link) => format!("<a href=\"{}\">{what}</a>", escape(&link(line))),
            None => format!("<span>{what}</span>"),
        };
        // The note's own words may break.
        let parts = ground(line, language);
        let parts: Vec<String> =
            parts.iter().enumerate().map(|(index, part)| if index < 3 { unbroken(part) } else { escape(part) }).collect();
        format!(
            "<li><span class=\"{class}\">{}</span> {what} <p class=\"muted parts\">{}</p></li>",
            unbroken(&told),
            apart_by_dots(&parts)
        )
    };
    let lines: String = board.changes.lines.iter().map(line).collect();
    let lines = if lines.is_empty() { lines } else { format!("<ol>{lines}</ol>") };
    let content = format!("<div class=\"wide changed\">{lines}<p class=\"muted\">{}</p></div>", escape(&sentence));
    section("changed", &escape(&text(language, "section-changed")), &content)
}
