//! A picture as a file of its own: SVG with its colours in it, to be kept, mailed, or drawn by other programs.
//!
//! The same marks as on the page, in a box of a fixed size, light, with the labels inside.

use std::fmt::Write;

use super::{BOX, Frame, Layout, Swatch, anchor, coordinate, escape};

/// Width and height of the file, and the place of the marks in it.
const SIZE: (f64, f64) = (960.0, 340.0);
const PLOT: (f64, f64, f64, f64) = (84.0, 76.0, 852.0, 220.0);

/// What the marks look like; the colours are those of the light page.
const LOOKS: &str = "svg{font-family:system-ui,'Noto Sans','Noto Sans TC','PingFang TC','Microsoft JhengHei',sans-serif}\
    text{fill:#555d68;font-size:12px}.title{fill:#1a1d21;font-size:16px;font-weight:600}.rule{stroke:#d7dce2}\
    .line{fill:none;stroke-width:2;vector-effect:non-scaling-stroke;stroke-linejoin:round;stroke-linecap:round}\
    .line.s1{stroke:#0b62a4}.line.s2{stroke:#ce7405}.line.previous{stroke:#6b7480;stroke-dasharray:5 4}\
    .line.target{stroke:#00664f;stroke-dasharray:2 4}.line.note{stroke:#1a1d21;stroke-width:1;stroke-dasharray:1 3}\
    .shade{fill:#d7dce2;opacity:.45}.band.s1{fill:#0b62a4;opacity:.18}.bar.s1{fill:#0b62a4}.bar.s2{fill:#ce7405}\
    .bar.s3{fill:#693044}.bar.s4{fill:#a57de2}.bar.s5{fill:#9c4d08}.bar.s6{fill:#00a587}\
    .step.k1{fill:#eaf2f9}.step.k2{fill:#d3e4f2}.step.k3{fill:#b7d3ea}.step.k4{fill:#97bfe0}.step.k5{fill:#2f77b3}.step.k6{fill:#1f689f}\
    .step.k7{fill:#115687}.step.k8{fill:#08426b}.over text{text-anchor:middle;fill:#1a1d21}.over .strong{fill:#ffffff}.over .zero{fill:#555d68}.over.long text{font-size:10px}";

/// The file.
pub fn alone(frame: &Frame<'_>, marks: &str) -> String {
    let ((width, height), (left, top, wide, tall)) = (SIZE, PLOT);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\"><title>{}</title><desc>{}</desc><style>{LOOKS}</style><rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/><text class=\"title\" x=\"16\" y=\"28\">{}</text>",
        escape(frame.title),
        escape(frame.description),
        escape(frame.title)
    );
    let mut x = 16.0;
    for (name, swatch) in frame.legend.iter().filter(|_| frame.legend.len() > 1) {
        let mark = match swatch {
            Swatch::Field(class) => format!("<rect class=\"bar {class}\" y=\"1\" width=\"12\" height=\"12\"/>"),
            Swatch::Line(class) => format!("<path class=\"line {class}\" d=\"M0 7h14\"/>"),
        };
        let _ = write!(
            out,
            "<g transform=\"translate({} 42)\">{mark}<text x=\"20\" y=\"11\">{}</text></g>",
            coordinate(x),
            escape(name)
        );
        // A letter is about so wide; those of Chinese are wider.
        x += 44.0 + name.chars().map(|letter| if letter.is_ascii() { 6.6 } else { 9.5 }).sum::<f64>();
    }
    for (place, text) in &frame.y {
        let y = coordinate(top + (1.0 - place) * tall);
        if frame.layout != Layout::Grid {
            let right = coordinate(left + wide);
            let _ = write!(out, "<line class=\"rule\" x1=\"{left}\" x2=\"{right}\" y1=\"{y}\" y2=\"{y}\"/>");
        }
        let x = coordinate(left - 8.0);
        let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" dy=\"0.32em\" text-anchor=\"end\">{}</text>", escape(text));
    }
    let _ = write!(
        out,
        "<svg x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{tall}\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\">{marks}</svg>",
        BOX.0, BOX.1
    );
    if !frame.over.is_empty() {
        let over = frame.over;
        let _ = write!(out, "<svg x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{tall}\">{over}</svg>");
    }
    for (place, text) in &frame.x {
        let anchor = anchor(*place);
        let (x, y) = (coordinate(left + place * wide), coordinate(top + tall + 22.0));
        let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>", escape(text));
    }
    out.push_str("</svg>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::{Frame, Layout, alone};

    #[test]
    fn a_picture_alone_is_whole() {
        let frame = Frame {
            title: "<One>",
            description: "d",
            id: "one",
            y: vec![(0.0, "0".to_owned()), (1.0, "10".to_owned())],
            x: vec![(0.0, "1 Mar".to_owned())],
            layout: Layout::Points,
            over: "",
            legend: Vec::new(),
            numbers: "Numbers",
            columns: Vec::new(),
            rows: Vec::new(),
        };
        let svg = alone(&frame, "<path class=\"line s1\" d=\"M0 0\"/>");
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"), "{svg}");
        assert!(svg.contains("&lt;One&gt;") && svg.contains(">10</text>") && svg.contains("M0 0"), "{svg}");
        assert_eq!((svg.matches("<svg").count(), svg.matches("</svg>").count()), (2, 2));
    }
}
