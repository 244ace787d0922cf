//! One conversation's part in a KPI: its timeline in the notation, its rows in the fact table, and what became of each.

use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::facts::{COMMON, find};
use deskgauge_core::metric::{Language, Measure, Metric, Unit};
use deskgauge_core::notation::{ParseOptions, PrintOptions, print};
use deskgauge_core::question::Question;
use deskgauge_engine::ask::{self, Case, Order};
use deskgauge_engine::source::FactSource;
use deskgauge_engine::workspace::Workspace;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::interval::{self, Interval};
use super::{EVERY_CELL, case_json, indent};
use crate::asking::{self, Asking};
use crate::failure::{Failure, Outcome, exit};
use crate::forms::grid::Grid;
use crate::forms::rows;
use crate::forms::value;
use crate::locale::{self, duration};

/// A conversation's part.
pub struct Part {
    id: String,
    timeline: String,
    cases: Vec<Case>,
    /// The rows of the KPI's fact table, as JSON objects.
    facts: Vec<Value>,
    /// Of KPIs that measure time: the interval of each case.
    intervals: Vec<Interval>,
}

impl Part {
    /// Asks for it.
    pub async fn ask(workspace: &Workspace, asking: &Asking, metric: &Metric, question: &Question, id: &str) -> Outcome<Self> {
        let events = workspace.events_of(id).await.map_err(asking::failure)?;
        if events.is_empty() {
            let problem = Diagnostic::error("unknown-conversation", format!("there is no conversation `{id}`"));
            let hint =
                "ids carry their source's prefix; list some: deskgauge sql \"select conversation from conversations limit 5\"";
            return Err(Failure::new(exit::USAGE, problem.hint(hint)));
        }
        let zone = asking.rules().workspace.time_zone.clone();
        // What all events share need not stand in each line.
        let source = events[0].source.clone();
        let timeline = print(&events, &PrintOptions { zone, reader: ParseOptions { source, ..ParseOptions::default() } });
        let definition = metric.definition(question.variant.as_deref()).unwrap_or(&metric.definition);
        let own = find(&definition.from).is_some_and(|table| table.all_columns().any(|column| column.name == "conversation"));
        let mut part = Self { id: id.to_owned(), timeline, cases: Vec::new(), facts: Vec::new(), intervals: Vec::new() };
        if !own {
            return Ok(part);
        }
        let here = format!("conversation = '{}'", id.replace('\'', "''"));
        let filter = question.filter.as_ref().map_or_else(|| here.clone(), |outer| format!("({outer}) and {here}"));
        // One conversation is explained whenever it was: its dates are part of the explanation.
        let asked = Question { filter: Some(filter), by: Vec::new(), from: None, to: None, ..question.clone() };
        let (source, catalogue, rules) = (asking.source(), asking.catalogue(), asking.rules());
        part.cases = ask::cases(source, catalogue, rules, &metric.id, &asked, &EVERY_CELL, usize::MAX, Order::Newest)
            .await
            .map_err(asking::ask_failure)?;
        part.cases.reverse();
        let table = &definition.from;
        let sorted = find(table).map_or("", |table| table.sorted_by);
        let order = if sorted.is_empty() { String::new() } else { format!(" order by {sorted}") };
        part.facts = objects(source, &format!("select * from {table} where {here}{order}")).await?;
        if definition.unit == Unit::Seconds && matches!(definition.measure, Measure::Value { .. }) {
            let spells = objects(source, &format!("select * from spells where {here} order by entered_at")).await?;
            part.intervals = part.cases.iter().map(|case| Interval::of(case, definition, &spells)).collect();
        }
        Ok(part)
    }

    /// For a terminal.
    pub fn print(&self, metric: &Metric, variant: Option<&str>, zone: &TimeZone, language: Language) -> String {
        let definition = metric.definition(variant).unwrap_or(&metric.definition);
        let word = |name: &str| locale::text(language, name);
        let name = metric.name_of(variant, language).unwrap_or(&metric.id);
        let title = locale::fill(language, "case-title", &[("metric", name), ("id", &self.id)]);
        let mut out = format!("{title}\n\n{}", self.timeline);
        if self.cases.is_empty() {
            out.push_str(&format!("\n{}\n", word("case-no-row")));
        } else if self.intervals.is_empty() {
            out.push_str(&format!("\n{}\n", word("case-became")));
            for case in &self.cases {
                let dated = case.dated.map_or_else(|| word("case-not-dated"), |at| local(&value::instant(at), zone));
                let number =
                    case.value.map(|number| format!("  {}", value::value(number, definition.unit, language))).unwrap_or_default();
                out.push_str(&format!("  {dated}{number}  {}\n", verdict(case.left_out.as_deref(), language)));
            }
        } else {
            out.push_str(&format!(
                "\n{}\n{}",
                word("case-intervals"),
                indent(&interval::grid(&self.intervals, zone, language).table())
            ));
        }
        for (index, fact) in self.facts.iter().enumerate() {
            let index = (index + 1).to_string();
            let title = locale::fill(language, "case-row", &[("index", &index), ("table", &definition.from)]);
            out.push_str(&format!("\n{title}\n{}", indent(&own_columns(fact, zone, language))));
        }
        out
    }

    /// How the KPI counts it: its intervals with both clocks, or each case with what became of it.
    pub fn grid(&self, metric: &Metric, zone: &TimeZone, language: Language) -> Grid {
        if !self.intervals.is_empty() {
            return interval::grid(&self.intervals, zone, language);
        }
        let word = |name: &str| locale::text(language, name);
        let header = [word("explain-dated"), format!(">{}", word("column-value")), word("case-became")];
        let mut grid = Grid::new(header.iter().map(String::as_str));
        for case in &self.cases {
            grid.push(vec![
                case.dated.map_or_else(|| word("case-not-dated"), |at| local(&value::instant(at), zone)),
                case.value.map(|number| value::value(number, metric.definition.unit, language)).unwrap_or_default(),
                verdict(case.left_out.as_deref(), language),
            ]);
        }
        grid
    }

    /// For machines.
    pub fn json(&self) -> Value {
        json!({
            "conversation": self.id,
            "timeline": self.timeline,
            "cases": self.cases.iter().map(case_json).collect::<Vec<_>>(),
            "intervals": self.intervals.iter().map(Interval::json).collect::<Vec<_>>(),
            "together": interval::together(&self.intervals).json(),
            "facts": self.facts,
        })
    }
}

/// What became of a row, in words.
pub fn verdict(left_out: Option<&str>, language: Language) -> String {
    left_out.map_or_else(
        || locale::text(language, "case-counted"),
        |reason| locale::fill(language, "case-left-out", &[("reason", &locale::reason(language, reason))]),
    )
}

/// The rows of a statement as JSON objects.
///
/// # Errors
/// The statement's or the engine's.
pub async fn objects(source: &FactSource, statement: &str) -> Outcome<Vec<Value>> {
    let mut found = Vec::new();
    for batch in ask::sql(source, statement).await.map_err(asking::ask_failure)? {
        let rows = rows::objects(&batch);
        found.extend(rows.map_err(|error| Failure::new(exit::DATA, Diagnostic::error("not-printable", error.to_string())))?);
    }
    Ok(found)
}

/// An instant as the timeline writes it, in the workspace's zone to the second; other texts stay.
pub fn local(text: &str, zone: &TimeZone) -> String {
    match text.parse::<Timestamp>() {
        Ok(at) => at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => text.to_owned(),
    }
}

/// The table's own columns that are set, one a line, durations told.
fn own_columns(fact: &Value, zone: &TimeZone, language: Language) -> String {
    let empty = Map::new();
    let fields = fact.as_object().unwrap_or(&empty);
    let shown = fields.iter().filter(|(name, value)| !value.is_null() && !COMMON.iter().any(|common| common.name == *name));
    shown
        .map(|(name, value)| {
            let text = match value {
                Value::String(text) if name.ends_with("_at") => local(text, zone),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            match value.as_i64() {
                Some(seconds) if name.ends_with("seconds") => {
                    format!("{name}  {seconds}  ({})\n", duration::exact(seconds, language))
                }
                _ => format!("{name}  {text}\n"),
            }
        })
        .collect()
}
