//! The options of a question, by the names that the command line gives them.
//!
//! One reader for all of them, so that an option means the same wherever it is written and a misspelt word always gets the near one.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Clock, Compare, Dated, Question, Stat, WITHIN};
use crate::diagnostic::{Diagnostic, near_name};
use crate::facts::At;
use crate::metric::PARAMETERS;
use crate::period::{Grain, day_start, parse_duration};

/// An earlier state of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// A snapshot by its number.
    Snapshot(i64),
    /// The newest snapshot that was made at or before this moment.
    Time(Moment),
}

/// A point in time as people name it. A day is its first instant in the workspace's zone, which is known only where the rules are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// An instant.
    At(At),
    /// The beginning of a local day.
    Day(Date),
}

impl Moment {
    /// The instant, in a zone.
    pub fn at(self, zone: &TimeZone) -> At {
        match self {
            Self::At(at) => at,
            Self::Day(date) => At(day_start(date, zone)),
        }
    }
}

impl From<At> for Moment {
    fn from(at: At) -> Self {
        Self::At(at)
    }
}

/// The options that [`Question::set_option`] reads, without their dashes.
pub const OPTIONS: &[&str] = &[
    "by", "grain", "from", "to", "where", "stat", "clock", "variant", "credit", "dated", "set", "profile", "compare", "as-of",
    "now",
];

/// Options of the question's printing, which examples do not have; they stand here only to be told apart from misspelt ones.
const PRINTING: &[&str] = &["format"];

impl Question {
    /// Reads one option: its name without dashes, and its value. `by` and `set` add to what is there.
    ///
    /// Errors: `unknown-option`, `unknown-word` and `bad-value`, with the near name where there is one.
    pub fn set_option(&mut self, name: &str, value: &str) -> Result<(), Diagnostic> {
        match name {
            "by" => self.by.extend(value.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned)),
            "grain" => self.grain = word("grain", value, &Grain::NAMES.map(|(name, _)| name), Grain::parse)?,
            "from" => self.from = Some(date("from", value)?),
            "to" => self.to = Some(date("to", value)?),
            "where" => self.filter = Some(value.to_owned()),
            "stat" => self.stat = Some(word("stat", value, Stat::WORDS, Stat::parse)?),
            "clock" => self.clock = Some(word("clock", value, Clock::WORDS, Clock::parse)?),
            "variant" => self.variant = Some(value.to_owned()),
            "credit" => self.credit = Some(value.to_owned()),
            "dated" => self.dated = word("dated", value, Dated::WORDS, Dated::parse)?,
            "set" => {
                let (parameter, seconds) = parameter(value)?;
                self.set.insert(parameter, seconds);
            }
            "profile" => self.profile = value.to_owned(),
            "compare" => self.compare = Compare::parse(value)?,
            "as-of" => self.as_of = Some(as_of(value)?),
            "now" => self.now = Some(parse_now(value)?),
            _ => {
                let problem = Diagnostic::error("unknown-option", format!("there is no option `--{name}`"));
                return Err(match near_name(name, OPTIONS.iter().copied().chain(PRINTING.iter().copied())) {
                    Some(near) => problem.hint(format!("did you mean `--{near}`?")),
                    None => problem.hint(format!("the options are --{}", OPTIONS.join(", --"))),
                });
            }
        }
        Ok(())
    }

    /// Reads a line of options such as `--clock business --now 2024-01-02T00:00:00Z`. A value with spaces stands in single or
    /// double quotes. All problems are returned; options that could be read are set.
    pub fn set_options(&mut self, line: &str) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let words = match split(line) {
            Ok(words) => words,
            Err(problem) => return vec![problem],
        };
        let mut words = words.into_iter();
        while let Some(option) = words.next() {
            let Some(name) = option.strip_prefix("--") else {
                problems.push(
                    Diagnostic::error("bad-option", format!("`{option}` is not an option"))
                        .hint("options are written as `--name value`"),
                );
                continue;
            };
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (name.to_owned(), words.next()),
            };
            match value {
                Some(value) => problems.extend(self.set_option(&name, &value).err()),
                None => problems.push(
                    Diagnostic::error("bad-option", format!("the option `--{name}` has no value"))
                        .hint("options are written as `--name value`"),
                ),
            }
        }
        problems
    }
}

/// A moment of a question: a date, RFC 3339 with an offset, or epoch milliseconds. Fractions of a second are cut off.
pub fn parse_now(text: &str) -> Result<Moment, Diagnostic> {
    if let Ok(milliseconds) = text.parse::<i64>() {
        return Ok(Moment::At(At(milliseconds.div_euclid(1000))));
    }
    if text.len() == 10
        && let Ok(date) = text.parse::<Date>()
    {
        return Ok(Moment::Day(date));
    }
    text.parse::<Timestamp>().map(|instant| Moment::At(At(instant.as_millisecond().div_euclid(1000)))).map_err(|_| {
        Diagnostic::error("bad-value", format!("`{text}` is neither a date nor an instant"))
            .hint("write a date such as 2024-01-02, or an instant with its offset such as 2024-01-02T09:00:00Z")
    })
}

fn word<T>(option: &str, value: &str, words: &[&'static str], parse: impl Fn(&str) -> Option<T>) -> Result<T, Diagnostic> {
    parse(value).ok_or_else(|| {
        let problem = Diagnostic::error("unknown-word", format!("`{value}` is not a word of `--{option}`"));
        match near_name(value, words.iter().copied()) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem.hint(format!("it is one of {}", words.join(", "))),
        }
    })
}

fn date(option: &str, value: &str) -> Result<Date, Diagnostic> {
    value.parse().map_err(|_| {
        Diagnostic::error("bad-value", format!("`{value}` is not a date for `--{option}`"))
            .hint("write it as year-month-day, such as 2024-01-31")
    })
}

fn parameter(value: &str) -> Result<(String, i64), Diagnostic> {
    let Some((name, span)) = value.split_once('=') else {
        return Err(Diagnostic::error("bad-value", format!("`{value}` sets nothing"))
            .hint("write it as `--set name=span`, such as `--set answer_within=30s`"));
    };
    let (name, span) = (name.trim(), span.trim());
    let known: Vec<&str> = PARAMETERS.iter().copied().chain([WITHIN]).collect();
    word("set", name, &known, |word| known.contains(&word).then_some(()))?;
    parse_duration(span).map(|seconds| (name.to_owned(), seconds)).ok_or_else(|| {
        Diagnostic::error("bad-value", format!("`{span}` is not a span of time")).hint("write it as 20s, 5m, 4h or 7d")
    })
}

fn as_of(value: &str) -> Result<AsOf, Diagnostic> {
    match value.parse::<i64>() {
        Ok(number) => Ok(AsOf::Snapshot(number)),
        Err(_) => parse_now(value).map(AsOf::Time).map_err(|problem| Diagnostic {
            message: format!("`{value}` is neither a snapshot's number nor a date nor an instant"),
            ..problem
        }),
    }
}

fn split(line: &str) -> Result<Vec<String>, Diagnostic> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in line.chars() {
        match quote {
            Some(open) if character == open => quote = None,
            Some(_) => word.get_or_insert_default().push(character),
            None if character == '\'' || character == '"' => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            None if character.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(character),
        }
    }
    if quote.is_some() {
        return Err(Diagnostic::error("bad-option", "a quote is not closed").hint("close it, or leave it out"));
    }
    words.extend(word);
    Ok(words)
}
