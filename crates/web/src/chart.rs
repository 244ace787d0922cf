//! Pictures as SVG, drawn here: a fixed list of marks, not a plotting library.
//!
//! Paths lie in a box that stretches with the page while strokes keep their width; labels stand outside of it, placed in percent, so
//! that their letters keep their size on a phone. There is no `style` attribute anywhere and no script. A mark gets numbers and
//! prepared texts; what they mean is decided by its caller.

pub mod alone;
pub mod bars;
pub mod dot;
pub mod heat;
pub mod line;
pub mod shade;
pub mod spark;
pub mod steps;

use std::fmt::Write;

/// Width and height of the box that paths are drawn in. It is stretched, so only their ratio to coordinates matters.
pub const BOX: (f64, f64) = (1000.0, 180.0);

/// What surrounds a chart's paths.
pub struct Frame<'a> {
    /// The heading.
    pub title: &'a str,
    /// Range, high, low and last value in words, for those who do not see the picture.
    pub description: &'a str,
    /// An id that is unique on the page.
    pub id: &'a str,
    /// Labels of the vertical axis: their height from 0 (bottom) to 1, and their text.
    pub y: Vec<(f64, String)>,
    /// Labels of the horizontal axis: their place from 0 to 1, and their text.
    pub x: Vec<(f64, String)>,
    /// Where the rows of the table lie in the picture.
    pub layout: Layout,
    /// Texts within the picture, placed in percent so that their letters keep their size. Empty, where there are none.
    pub over: &'a str,
    /// Names of the series with their marks.
    pub legend: Vec<(String, Swatch)>,
    /// The word that opens the table behind the picture.
    pub numbers: &'a str,
    /// The columns of that table.
    pub columns: Vec<Column>,
    /// Its rows; their cells are HTML.
    pub rows: Vec<Vec<String>>,
}

/// Where the rows of the table behind a picture lie in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// They are points, the first and the last on its edges, as of lines.
    Points,
    /// They are fields side by side, as of bars and steps.
    Fields,
    /// They are fields side by side, and the columns lie under each other, as of a heat map. It has the whole width of a page, and is
    /// moved sideways where that is not enough.
    Grid,
}

/// How a picture is drawn of its frame and its marks.
pub type Draw<'a> = dyn Fn(&Frame<'_>, &str) -> String + 'a;

/// A mark in the legend, as it stands in the picture, by its class.
pub enum Swatch {
    /// Of bars.
    Field(String),
    /// Of lines, with their dashes.
    Line(String),
}

/// A column of a table.
pub struct Column {
    name: String,
    is_text: bool,
    order: Option<Order>,
}

/// How a table is put in order by a column.
pub enum Order {
    /// It is: rising or falling.
    Is(&'static str),
    /// It is at this address.
    At(String),
}

impl Column {
    /// One of numbers, which stand right.
    pub fn numbers(name: String) -> Self {
        Self { name, is_text: false, order: None }
    }

    /// One of texts, which stand left.
    pub fn texts(name: String) -> Self {
        Self { name, is_text: true, order: None }
    }

    /// The same with the way to the table in its order.
    #[must_use]
    pub fn ordered(self, order: Option<Order>) -> Self {
        Self { order, ..self }
    }

    /// Its header.
    fn header(&self) -> String {
        let (class, name) = (self.class(), escape(&self.name));
        match &self.order {
            None => format!("<th scope=\"col\"{class}>{name}</th>"),
            Some(Order::Is(how)) => {
                let sign = if *how == "ascending" { '\u{25B2}' } else { '\u{25BC}' };
                format!("<th scope=\"col\" aria-sort=\"{how}\"{class}>{name} <span aria-hidden=\"true\">{sign}</span></th>")
            }
            Some(Order::At(href)) => format!("<th scope=\"col\"{class}><a href=\"{}\">{name}</a></th>", escape(href)),
        }
    }

    fn class(&self) -> &'static str {
        if self.is_text { " class=\"text\"" } else { "" }
    }
}

/// A figure: heading, legend, picture, and the table behind it.
pub fn figure(frame: &Frame<'_>, marks: &str) -> String {
    figure_with(frame, marks, &[])
}

/// The same with ways to take it along: their names and addresses.
pub fn figure_with(frame: &Frame<'_>, marks: &str, ways: &[(&str, String)]) -> String {
    let (width, height) = BOX;
    let (class, fields) = match frame.layout {
        Layout::Points => ("", ""),
        Layout::Fields => ("", " data-fields"),
        Layout::Grid => (" heat", " data-fields"),
    };
    let mut out = format!("<figure class=\"chart{class}\"{fields}><figcaption><h3>{}</h3>", escape(frame.title));
    if frame.legend.len() > 1 {
        out.push_str("<ul class=\"legend\">");
        for (name, swatch) in &frame.legend {
            let (width, mark) = match swatch {
                Swatch::Field(class) => (12, format!("<rect class=\"bar {class}\" width=\"12\" height=\"12\"/>")),
                Swatch::Line(class) => (20, format!("<path class=\"line {class}\" d=\"M1 6h18\"/>")),
            };
            let _ = write!(
                out,
                "<li><svg class=\"swatch\" width=\"{width}\" height=\"12\" aria-hidden=\"true\">{mark}</svg>{}</li>",
                escape(name)
            );
        }
        out.push_str("</ul>");
    }
    out.push_str("</figcaption>");
    if frame.layout == Layout::Grid {
        let _ = write!(out, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">", escape(frame.title));
    }
    out.push_str("<div class=\"plot\"><svg class=\"y\" aria-hidden=\"true\">");
    for (place, text) in &frame.y {
        let _ = write!(out, "<text x=\"100%\" y=\"{}%\" dy=\"0.32em\">{}</text>", percent(1.0 - place), escape(text));
    }
    let _ = write!(
        out,
        "</svg><svg class=\"marks\" role=\"img\" aria-labelledby=\"{0}-t {0}-d\"><title id=\"{0}-t\">{1}</title><desc id=\"{0}-d\">{2}</desc>",
        frame.id,
        escape(frame.title),
        escape(frame.description)
    );
    for (place, _) in frame.y.iter().filter(|_| frame.layout != Layout::Grid) {
        let y = percent(1.0 - place);
        let _ = write!(out, "<line class=\"rule\" x1=\"0\" x2=\"100%\" y1=\"{y}%\" y2=\"{y}%\"/>");
    }
    let _ = write!(
        out,
        "<svg width=\"100%\" height=\"100%\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\">{marks}</svg>{}</svg><svg class=\"x\" aria-hidden=\"true\">",
        frame.over
    );
    for (place, text) in &frame.x {
        let anchor = anchor(*place);
        let _ = write!(out, "<text x=\"{}%\" y=\"14\" text-anchor=\"{anchor}\">{}</text>", percent(*place), escape(text));
    }
    out.push_str(if frame.layout == Layout::Grid { "</svg></div></div>" } else { "</svg></div>" });
    // Six summaries of one word would sound alike, so each says to the ear whose numbers it opens.
    let _ = write!(
        out,
        "<details><summary>{}<span class=\"unseen\">: {1}</span></summary><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{1}\">{2}</div></details>",
        escape(frame.numbers),
        escape(frame.title),
        table(&frame.columns, &frame.rows)
    );
    if !ways.is_empty() {
        out.push_str("<p class=\"ways\">");
        for (name, href) in ways {
            let title = escape(frame.title);
            let _ = write!(out, "<a href=\"{}\" download>{name}<span class=\"unseen\">: {title}</span></a> ", escape(href));
        }
        out.push_str("</p>");
    }
    out.push_str("</figure>\n");
    out
}

/// A table in HTML: the first column is the rows' header. Cells are HTML already, names of columns are not.
pub fn table(columns: &[Column], rows: &[Vec<String>]) -> String {
    let mut out = String::from("<table><thead><tr>");
    columns.iter().for_each(|column| out.push_str(&column.header()));
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for (index, (cell, column)) in row.iter().zip(columns).enumerate() {
            let class = column.class();
            let _ = match index {
                0 => write!(out, "<th scope=\"row\"{class}>{cell}</th>"),
                _ => write!(out, "<td{class}>{cell}</td>"),
            };
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
    out
}

/// A top for the vertical axis that is a round number, and the values of its rules from zero on.
pub fn axis(most: f64, seconds: bool) -> (f64, Vec<f64>) {
    if !most.is_finite() || most <= 0.0 {
        return (1.0, vec![0.0]);
    }
    let rough = most / 4.0;
    let step = if seconds { duration_step(rough) } else { decimal_step(rough) };
    let count = (most / step).ceil().max(1.0);
    (step * count, (0..=count as u32).map(|index| step * f64::from(index)).collect())
}

fn decimal_step(rough: f64) -> f64 {
    let power = 10f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|factor| factor * power >= rough).unwrap_or(10.0);
    factor * power
}

/// Steps that people count time in.
fn duration_step(rough: f64) -> f64 {
    const STEPS: &[f64] = &[
        1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10_800.0, 14_400.0, 21_600.0, 28_800.0,
        43_200.0, 86_400.0, 172_800.0, 259_200.0, 604_800.0,
    ];
    STEPS.iter().copied().find(|step| *step >= rough).unwrap_or_else(|| decimal_step(rough / 86_400.0) * 86_400.0)
}

/// A coordinate with two places: enough for a screen, short in the file.
pub fn coordinate(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn percent(share: f64) -> String {
    coordinate(share * 100.0)
}

/// Text for HTML and SVG, also within quotes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Which end of a label stands at its place: those at the edges stay within the picture.
fn anchor(place: f64) -> &'static str {
    match place {
        _ if place <= 0.0 => "start",
        _ if place >= 1.0 => "end",
        _ => "middle",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_on_round_numbers() {
        assert_eq!(axis(97.0, false), (100.0, vec![0.0, 25.0, 50.0, 75.0, 100.0]));
        assert_eq!(axis(5400.0, true).0, 5400.0);
        assert_eq!(axis(f64::NAN, false), (1.0, vec![0.0]));
        assert_eq!(axis(0.0, true), (1.0, vec![0.0]));
    }

    #[test]
    fn texts_cannot_leave_their_place() {
        assert_eq!(escape("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
    }
}
