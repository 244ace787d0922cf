//! The intervals that a duration is made of, to the second, on both clocks: what a person can add up by hand.
//!
//! Most values are one stretch of time. Those of resolutions are made of the conversation's spells: all of them until the resolution,
//! or only those in which it was one side's turn. Nothing here is worked out again: the seconds are those of the facts.

use deskgauge_core::facts::At;
use deskgauge_core::metric::{Definition, Language, Measure};
use deskgauge_engine::ask::Case;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::case::{local, verdict};
use crate::forms::grid::Grid;
use crate::forms::json::number;
use crate::forms::value;
use crate::locale::{self, duration, fill, text};

/// Columns that end at what dates their row and begin elsewhere than it: so many seconds before.
const OWN_START: &[&str] =
    &["any_seconds", "handoff_seconds", "assignment_seconds", "reopened_after_seconds", "recontact_seconds"];
/// Columns that add up stretches of which the spells do not tell: they have an end, and no start from which their value could run.
const SUMS: &[&str] = &["reply_seconds", "unassigned_seconds"];
/// Columns that add up the spells of one state.
const OF_STATE: &[(&str, &str)] =
    &[("us_seconds", "us"), ("customer_seconds", "customer"), ("third_party_seconds", "third_party")];

/// One interval, or several together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Interval {
    start: Option<At>,
    end: Option<At>,
    calendar: Option<f64>,
    business: Option<f64>,
    left_out: Option<String>,
    parts: Vec<Part>,
}

/// A stretch of time in one state.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    state: String,
    start: At,
    end: At,
    business: Option<i64>,
}

impl Interval {
    /// That of a case. `spells` are the conversation's, in order.
    pub fn of(case: &Case, definition: &Definition, spells: &[Value]) -> Self {
        let column = match &definition.measure {
            Measure::Value { value, .. } => value.text.as_str(),
            _ => "",
        };
        let end = case.dated.filter(|_| case.calendar.is_some());
        let mut start = case.started;
        if let (true, Some(At(end)), Some(seconds)) = (OWN_START.contains(&column), end, case.calendar) {
            start = Some(At(end - seconds as i64));
        }
        if SUMS.contains(&column) {
            start = None;
        }
        // The states whose time the value adds up, where it does nothing else.
        let state = |part: &str| OF_STATE.iter().find(|(own, _)| *own == part).map(|(_, state)| *state);
        let states: Option<Vec<&str>> = column.split(" + ").map(state).collect();
        let of_spells = definition.from == "resolutions" && (states.is_some() || column == "seconds");
        let mut parts = Vec::new();
        if let (true, Some(start), Some(end)) = (of_spells, start, end) {
            parts = cut(spells, start, end);
            parts.retain(|part| states.as_ref().is_none_or(|states| states.contains(&part.state.as_str())));
            settle(&mut parts, case.business);
        }
        // One stretch is its own only part.
        if states.is_none() && parts.len() == 1 {
            parts.clear();
        }
        Self { start, end, calendar: case.calendar, business: case.business, left_out: case.left_out.clone(), parts }
    }

    /// For machines.
    pub fn json(&self) -> Value {
        let parts: Vec<Value> = self
            .parts
            .iter()
            .map(|part| {
                json!({
                    "state": part.state,
                    "start": value::instant(part.start),
                    "end": value::instant(part.end),
                    "seconds": part.end.0 - part.start.0,
                    "business_seconds": part.business,
                })
            })
            .collect();
        json!({
            "start": self.start.map(value::instant),
            "end": self.end.map(value::instant),
            "seconds": self.calendar.map(number),
            "business_seconds": self.business.map(number),
            "left_out": self.left_out,
            "parts": parts,
        })
    }
}

/// All that count, added up.
pub fn together(intervals: &[Interval]) -> Interval {
    let counted = || intervals.iter().filter(|interval| interval.left_out.is_none());
    let sum = |part: fn(&Interval) -> Option<f64>| counted().filter_map(part).reduce(|all, one| all + one);
    Interval { calendar: sum(|interval| interval.calendar), business: sum(|interval| interval.business), ..Interval::default() }
}

/// The intervals with their parts, and their sum where there are several.
pub fn grid(intervals: &[Interval], zone: &TimeZone, language: Language) -> Grid {
    let instant = |at: Option<At>| at.map_or_else(|| "…".to_owned(), |at| local(&value::instant(at), zone));
    let word = |key: &str| text(language, key);
    let clock = |key: &str| format!(">{}", word(key));
    let header = [word("interval-start"), String::new(), word("interval-end"), String::new()];
    let header = header.into_iter().chain([clock("clock-calendar"), clock("clock-business"), String::new()]).collect::<Vec<_>>();
    let mut grid = Grid::new(header.iter().map(String::as_str));
    let mut push = |start: String, end: String, calendar: Option<f64>, business: Option<f64>, what: String| {
        let signs = if end.is_empty() { [String::new(), String::new()] } else { ["→".to_owned(), "=".to_owned()] };
        let [arrow, equals] = signs;
        grid.push(vec![start, arrow, end, equals, exact(calendar, language), exact(business, language), what]);
    };
    for interval in intervals {
        let what = verdict(interval.left_out.as_deref(), language);
        push(instant(interval.start), instant(interval.end), interval.calendar, interval.business, what);
        for part in &interval.parts {
            let seconds = Some((part.end.0 - part.start.0) as f64);
            let business = part.business.map(|business| business as f64);
            let start = format!("  {}", instant(Some(part.start)));
            push(
                start,
                instant(Some(part.end)),
                seconds,
                business,
                fill(language, "interval-part", &[("turn", &turn(&part.state, language))]),
            );
        }
    }
    let counted = intervals.iter().filter(|interval| interval.left_out.is_none()).count();
    if counted > 1 {
        let all = together(intervals);
        push(
            locale::counted(language, "interval-together", counted as i64, &[]),
            String::new(),
            all.calendar,
            all.business,
            String::new(),
        );
    }
    grid.without_empty_columns()
}

/// A duration to the second, in both ways of writing it.
fn exact(seconds: Option<f64>, language: Language) -> String {
    let Some(seconds) = seconds else { return String::new() };
    let told = duration::exact(seconds as i64, language);
    fill(language, "case-seconds", &[("exact", &told), ("seconds", &seconds.to_string())])
}

/// Whose turn a state is.
fn turn(state: &str, language: Language) -> String {
    locale::find(language, &format!("turn-{state}")).unwrap_or_else(|| state.to_owned())
}

/// The stretches between two instants, neighbours of one state put together. A spell that reaches over the start or the end has no
/// business time here: how much of it lies inside is not among the facts.
fn cut(spells: &[Value], start: At, end: At) -> Vec<Part> {
    let at = |spell: &Value, name: &str| {
        let text = spell.get(name)?.as_str()?;
        text.parse::<Timestamp>().ok().map(|at| At(at.as_second()))
    };
    let mut parts: Vec<Part> = Vec::new();
    for spell in spells {
        let (Some(entered), left) = (at(spell, "entered_at"), at(spell, "left_at").unwrap_or(end)) else { continue };
        if left <= start || entered >= end || left == entered {
            continue;
        }
        let state = spell.get("state").and_then(Value::as_str).unwrap_or_default().to_owned();
        let inside = entered >= start && left <= end;
        let business = spell.get("business_seconds").and_then(Value::as_i64).filter(|_| inside);
        match parts.last_mut() {
            Some(last) if last.state == state && last.end == entered => {
                last.end = left.min(end);
                last.business = last.business.zip(business).map(|(one, other)| one + other);
            }
            _ => parts.push(Part { state, start: entered.max(start), end: left.min(end), business }),
        }
    }
    parts
}

/// Gives a single part without business time what the others leave of the whole.
fn settle(parts: &mut [Part], whole: Option<f64>) {
    let known: i64 = parts.iter().filter_map(|part| part.business).sum();
    let mut unknown = parts.iter_mut().filter(|part| part.business.is_none());
    if let (Some(part), None, Some(whole)) = (unknown.next(), unknown.next(), whole) {
        part.business = Some(whole as i64 - known);
    }
}
