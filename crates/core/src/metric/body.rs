//! The body of a metric file: prose, sections, and the worked examples as data.
//!
//! An example is a title, `rules` and `events` blocks, and one or more `answer` blocks, each with the `ask` block before it. What the
//! examples mean is decided where they run: here they are only read, so that documentation, pages and tests see the same ones.

use super::keys::Source;
use crate::answer::NullReason;
use crate::diagnostic::{Diagnostic, Place, near_name};
use crate::period::parse_duration;
use crate::question::DIMENSIONS;
use jiff::civil::Date;

/// A section of prose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its text, trimmed.
    pub text: String,
}

/// A worked example.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Its title: a sentence, with the ids of the conformance examples that it stands for.
    pub title: String,
    /// Its heading.
    pub place: Place,
    /// The prose between its blocks: the arithmetic in words.
    pub text: String,
    /// A fragment of `deskgauge.toml`.
    pub rules: Option<String>,
    /// The events, in the notation.
    pub events: String,
    /// Where the first line of the events stands.
    pub events_place: Place,
    /// What is asked, and what must come out.
    pub checks: Vec<Check>,
}

/// One question of an example and the rows that its answers must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Options as on the command line. Absent: none.
    pub ask: Option<String>,
    /// The expected rows.
    pub answers: Vec<Expected>,
}

/// One line of an `answer` block. What is `None` is not looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// The line as it stands.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// The metric.
    pub metric: String,
    /// The variant.
    pub variant: Option<String>,
    /// The value; none: null.
    pub value: Option<Number>,
    /// The first day of the period.
    pub period: Option<Date>,
    /// The cell: dimension and value; `-` is null.
    pub dimensions: Vec<(String, Option<String>)>,
    /// The number of values.
    pub n: Option<i64>,
    /// The numerator.
    pub numerator: Option<i64>,
    /// The denominator.
    pub denominator: Option<i64>,
    /// Rows that run.
    pub running: Option<i64>,
    /// Rows whose window is not over.
    pub provisional: Option<i64>,
    /// Rows left out, by clause.
    pub excluded: Vec<(String, i64)>,
    /// The 95 % interval.
    pub interval: Option<(Number, Number)>,
    /// The worst and the best case.
    pub bounds: Option<(Number, Number)>,
    /// Why the value is null.
    pub null_reason: Option<NullReason>,
}

/// An expected number, and how far off it may be: half a unit of the last decimal place that is written, nothing where none is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// The number, in the unit of the answer.
    pub value: f64,
    /// The distance that still counts as equal.
    pub tolerance: f64,
}

impl Number {
    /// Reads `10m`, `1h30m`, `87.5%`, `3`, `-60` or `2.34`.
    pub fn parse(text: &str) -> Option<Self> {
        let (digits, scale) = match text.strip_suffix('%') {
            Some(digits) => (digits, 0.01),
            None => (text, 1.0),
        };
        let plain = digits.strip_prefix(['-', '+']).unwrap_or(digits);
        if plain.starts_with(|c: char| c.is_ascii_digit()) && plain.chars().all(|c| c.is_ascii_digit() || c == '.') {
            let value: f64 = digits.parse().ok()?;
            let places = plain.split_once('.').map_or(0, |(_, places)| places.len());
            let half = if places == 0 { 0.0 } else { 0.5 * 10f64.powi(-(places as i32)) };
            return Some(Self { value: value * scale, tolerance: half * scale + 1e-9 });
        }
        if scale != 1.0 {
            return None;
        }
        parse_duration(text).map(|value| Self { value: value as f64, tolerance: 1e-9 })
    }

    /// Whether `value` is this number.
    pub fn matches(&self, value: f64) -> bool {
        (value - self.value).abs() <= self.tolerance
    }
}

/// What the body holds.
pub(super) struct Body {
    pub(super) summary: String,
    pub(super) sections: Vec<Section>,
    pub(super) examples: Vec<Example>,
}

const EXAMPLES: &str = "Examples";

/// Reads the body, which begins at byte `offset` of the file.
pub(super) fn read(source: &Source<'_>, offset: usize, problems: &mut Vec<Diagnostic>) -> Body {
    let mut body = Body { summary: String::new(), sections: Vec::new(), examples: Vec::new() };
    let mut example: Option<Draft> = None;
    let mut in_examples = false;
    let mut lines = Lines { text: source.text, at: offset };
    while let Some((at, line)) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            finish(example.take(), &mut body, problems);
            in_examples = title.trim() == EXAMPLES;
            if !in_examples {
                body.sections.push(Section { title: title.trim().to_owned(), text: String::new() });
            }
        } else if let Some(title) = line.strip_prefix("### ").filter(|_| in_examples) {
            finish(example.take(), &mut body, problems);
            example = Some(Draft::new(title.trim(), source.place_in_file(at)));
        } else if let (Some(language), Some(draft)) = (line.strip_prefix("```"), example.as_mut()) {
            let (start, block) = lines.block();
            draft.block(language.trim(), block, source, at, start, problems);
        } else {
            let target = match (&mut example, body.sections.last_mut()) {
                (Some(draft), _) => &mut draft.example.text,
                (None, Some(section)) if !in_examples => &mut section.text,
                (None, Some(_)) => continue,
                (None, None) => &mut body.summary,
            };
            target.push_str(line);
            target.push('\n');
        }
    }
    finish(example.take(), &mut body, problems);
    trim(&mut body.summary);
    body.sections.iter_mut().for_each(|section| trim(&mut section.text));
    body
}

fn trim(text: &mut String) {
    *text = text.trim().to_owned();
}

struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    /// The next line without its end, and where it begins.
    fn next(&mut self) -> Option<(usize, &'a str)> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let line = rest.split_inclusive('\n').next()?;
        let at = self.at;
        self.at += line.len();
        Some((at, line.trim_end_matches(['\n', '\r'])))
    }

    /// The lines up to the closing fence, and where they begin.
    fn block(&mut self) -> (usize, &'a str) {
        let start = self.at;
        while let Some((at, line)) = self.next() {
            if line.trim_end() == "```" {
                return (start, &self.text[start..at]);
            }
        }
        (start, &self.text[start..])
    }
}

/// An example that is being read.
struct Draft {
    example: Example,
    ask: Option<String>,
    has_events: bool,
}

impl Draft {
    fn new(title: &str, place: Place) -> Self {
        let example = Example {
            title: title.to_owned(),
            events_place: place.clone(),
            place,
            text: String::new(),
            rules: None,
            events: String::new(),
            checks: Vec::new(),
        };
        Self { example, ask: None, has_events: false }
    }

    fn block(
        &mut self,
        language: &str,
        block: &str,
        source: &Source<'_>,
        fence: usize,
        start: usize,
        problems: &mut Vec<Diagnostic>,
    ) {
        match language {
            "rules" => self.example.rules = Some(block.to_owned()),
            "events" => {
                self.example.events.push_str(block);
                if !self.has_events {
                    self.example.events_place = source.place_in_file(start);
                }
                self.has_events = true;
            }
            "ask" => self.ask = Some(block.split_whitespace().collect::<Vec<_>>().join(" ")),
            "answer" => {
                let mut lines = Lines { text: &source.text[..start + block.len()], at: start };
                let mut answers = Vec::new();
                while let Some((at, line)) = lines.next() {
                    if !line.trim().is_empty() {
                        answers.extend(expected(line, &source.place_in_file(at), problems));
                    }
                }
                self.example.checks.push(Check { ask: self.ask.take(), answers });
            }
            _ => {
                let problem = Diagnostic::error("bad-example", format!("an example has no block `{language}`"))
                    .at(source.place_in_file(fence));
                problems.push(match near_name(language, ["rules", "events", "ask", "answer"]) {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")),
                    None => problem.hint("its blocks are rules, events, ask and answer"),
                });
            }
        }
    }
}

fn finish(draft: Option<Draft>, body: &mut Body, problems: &mut Vec<Diagnostic>) {
    let Some(mut draft) = draft else { return };
    trim(&mut draft.example.text);
    let example = draft.example;
    for (there, block) in [(draft.has_events, "events"), (!example.checks.is_empty(), "answer")] {
        if !there {
            problems.push(
                Diagnostic::error("bad-example", format!("the example has no `{block}` block"))
                    .at(example.place.clone())
                    .hint(format!("add a block that begins with ```{block}")),
            );
        }
    }
    if draft.ask.is_some() {
        problems.push(
            Diagnostic::error("bad-example", "the example asks and has no answer after it")
                .at(example.place.clone())
                .hint("an ask block stands before the answer block that it belongs to"),
        );
    }
    body.examples.push(example);
}

/// Reads one line of an `answer` block: `metric[ variant] value key=value…`.
fn expected(line: &str, place: &Place, problems: &mut Vec<Diagnostic>) -> Option<Expected> {
    let bad = |message: String| {
        Diagnostic::error("bad-example", message)
            .at(place.clone())
            .hint("an answer is written as `metric variant value n=1`, the variant only where there is one")
    };
    let words: Vec<_> = line.split_whitespace().collect();
    let bare = words.iter().position(|word| word.contains('=')).unwrap_or(words.len());
    let (metric, variant, value) = match words[..bare] {
        [metric, value] => (metric, None, value),
        [metric, variant, value] => (metric, Some(variant.to_owned()), value),
        _ => {
            problems.push(bad(format!("cannot read the answer `{}`", line.trim())));
            return None;
        }
    };
    let number = Number::parse(value);
    if number.is_none() && value != "null" {
        problems.push(bad(format!("`{value}` is not a value")));
        return None;
    }
    let mut answer = Expected {
        text: line.trim().to_owned(),
        place: place.clone(),
        metric: metric.to_owned(),
        variant,
        value: number,
        period: None,
        dimensions: Vec::new(),
        n: None,
        numerator: None,
        denominator: None,
        running: None,
        provisional: None,
        excluded: Vec::new(),
        interval: None,
        bounds: None,
        null_reason: None,
    };
    for word in &words[bare..] {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        if set(&mut answer, key, value).is_none() {
            let problem = bad(format!("cannot read `{word}` in an answer"));
            problems.push(match near_name(key, KEYS.iter().copied()).filter(|near| *near != key) {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None => problem.hint(format!("the keys are {}, excluded.CLAUSE and the dimensions", KEYS.join(", "))),
            });
        }
    }
    Some(answer)
}

const KEYS: &[&str] = &["n", "numerator", "denominator", "running", "provisional", "period", "interval", "bounds", "null"];

fn set(answer: &mut Expected, key: &str, value: &str) -> Option<()> {
    let count = || value.parse::<i64>().ok();
    let range = || {
        let (low, high) = value.split_once("..")?;
        Some((Number::parse(low)?, Number::parse(high)?))
    };
    match key {
        "n" => answer.n = Some(count()?),
        "numerator" => answer.numerator = Some(count()?),
        "denominator" => answer.denominator = Some(count()?),
        "running" => answer.running = Some(count()?),
        "provisional" => answer.provisional = Some(count()?),
        "period" => answer.period = Some(value.parse().ok()?),
        "interval" => answer.interval = Some(range()?),
        "bounds" => answer.bounds = Some(range()?),
        "null" => answer.null_reason = Some(NullReason::parse(value)?),
        _ => match key.strip_prefix("excluded.") {
            Some(clause) => answer.excluded.push((clause.to_owned(), count()?)),
            None if DIMENSIONS.iter().any(|dimension| dimension.name == key) => {
                let cell = (value != "-").then(|| value.to_owned());
                answer.dimensions.push((key.to_owned(), cell));
            }
            None => return None,
        },
    }
    Some(())
}
