//! A mapping bound to the columns of one table, and the reading of single cells by it.
//!
//! Here missing marks, value maps and zones are applied, once for all kinds of rows. A cell that cannot be read becomes a problem of
//! its row; it is never passed over as if it were missing.

use std::collections::BTreeMap;

use deskgauge_core::diagnostic::{Diagnostic, Place, near_name};
use deskgauge_core::event::record::Problem;
use deskgauge_core::event::{ActorKind, Decimal, Text};

use super::mapping::{ColumnSource, Mapping, Survey};
use super::targets::{TARGETS, Target};
use super::{Cell, Row};
use crate::intern::Interner;
use crate::rejected::problem;

/// Where the value of a meaning stands.
#[derive(Debug)]
pub(super) struct Slot {
    /// `None`: a constant.
    column: Option<usize>,
    constant: Cell,
    /// The name in messages: the column's, or the meaning's for a constant.
    name: String,
    missing: Vec<String>,
    values: BTreeMap<String, Text>,
    pub of: Option<ActorKind>,
}

/// A mapping bound to a table.
#[derive(Debug)]
pub(super) struct Bound {
    slots: Vec<Option<Slot>>,
    pub fields: Vec<BoundField>,
    pub surveys: Vec<BoundSurvey>,
}

/// An own field, bound.
#[derive(Debug)]
pub(super) struct BoundField {
    pub name: Text,
    pub slot: Slot,
    pub present: bool,
    pub history: bool,
}

/// A survey, bound.
#[derive(Debug)]
pub(super) struct BoundSurvey {
    pub survey: Survey,
    pub score: Slot,
    pub comment: Option<Slot>,
    pub at: Option<Slot>,
}

impl Bound {
    /// Finds the mapping's columns in the table.
    pub(super) fn new(mapping: &Mapping, columns: &[String]) -> Result<Self, Vec<Diagnostic>> {
        let problems = missing_columns(mapping, columns);
        if !problems.is_empty() {
            return Err(problems);
        }
        let binder = Binder { mapping, columns };
        let slots = TARGETS.iter().map(|info| mapping.columns.get(&info.target).map(|source| binder.slot(info.name, source)));
        let fields = mapping.fields.iter().map(|field| BoundField {
            name: field.name.as_str().into(),
            slot: binder.slot(&field.name, &field.source),
            present: field.present,
            history: field.history,
        });
        let surveys = mapping.surveys.iter().map(|survey| BoundSurvey {
            survey: survey.clone(),
            score: binder.column(&survey.name, &survey.score),
            comment: survey.comment.as_ref().map(|name| binder.column("", name)),
            at: survey.at.as_ref().map(|name| binder.column("", name)),
        });
        Ok(Self { slots: slots.collect(), fields: fields.collect(), surveys: surveys.collect() })
    }
}

fn missing_columns(mapping: &Mapping, columns: &[String]) -> Vec<Diagnostic> {
    let absent = mapping.named_columns().into_iter().filter(|(_, name)| !columns.iter().any(|column| column == name));
    absent
        .map(|(key, name)| {
            let hint = match near_name(name, columns.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its columns are: {}", columns.join(", ")),
            };
            Diagnostic::error("no-column", format!("`{key}` names the column `{name}`, which the table does not have"))
                .at(Place { file: mapping.file.clone(), line: 0, column: 0 })
                .hint(hint)
        })
        .collect()
}

struct Binder<'a> {
    mapping: &'a Mapping,
    columns: &'a [String],
}

impl Binder<'_> {
    fn slot(&self, name: &str, source: &ColumnSource) -> Slot {
        match source {
            ColumnSource::Column { name: column, of } => Slot { of: *of, ..self.column(name, column) },
            ColumnSource::Constant(text) => Slot {
                column: None,
                constant: Cell::Text(text.as_str().into()),
                name: name.to_owned(),
                missing: Vec::new(),
                values: BTreeMap::new(),
                of: None,
            },
        }
    }

    fn column(&self, name: &str, column: &str) -> Slot {
        let mut missing = self.mapping.missing.clone();
        missing.extend(self.mapping.missing_in.get(column).cloned().unwrap_or_default());
        let values = self.mapping.values.get(name).into_iter().flatten();
        Slot {
            column: self.columns.iter().position(|name| name == column),
            constant: Cell::Null,
            name: column.to_owned(),
            missing,
            values: values.map(|(theirs, ours)| (theirs.clone(), ours.as_str().into())).collect(),
            of: None,
        }
    }
}

/// Reads the cells of one row and collects what is wrong with them.
pub(super) struct Cells<'a> {
    pub mapping: &'a Mapping,
    pub bound: &'a Bound,
    pub row: &'a Row,
    pub texts: &'a mut Interner,
    pub problems: Vec<Problem>,
    /// Local times that did not exist and were moved forward.
    pub shifted_times: u64,
    /// The writer of the message, once it is known.
    pub writer: Option<ActorKind>,
}

impl<'a> Cells<'a> {
    fn cell(&self, slot: &'a Slot) -> Option<&'a Cell> {
        if slot.of.is_some() && slot.of != self.writer {
            return None;
        }
        let cell = match slot.column {
            None => &slot.constant,
            Some(index) => self.row.cells.get(index).unwrap_or(&Cell::Null),
        };
        let absent = match cell {
            Cell::Null => true,
            Cell::Text(text) => {
                let text = text.trim();
                text.is_empty() || slot.missing.iter().any(|mark| mark == text)
            }
            Cell::Int(_) | Cell::Float(_) if !slot.missing.is_empty() => slot.missing.contains(&cell.to_string()),
            _ => false,
        };
        (!absent).then_some(cell)
    }

    fn slot(&self, target: Target) -> Option<&'a Slot> {
        self.bound.slots[target as usize].as_ref()
    }

    /// The text of a meaning, with the value map applied.
    pub(super) fn text(&mut self, target: Target) -> Option<Text> {
        let slot = self.slot(target)?;
        self.text_of(slot)
    }

    /// The text of a slot, with its value map applied.
    pub(super) fn text_of(&mut self, slot: &'a Slot) -> Option<Text> {
        let text = match self.cell(slot)? {
            Cell::Text(text) if text.trim().len() == text.len() => text.clone(),
            Cell::Text(text) => self.texts.text(text.trim()),
            other => self.texts.text(&other.to_string()),
        };
        match slot.values.get(&*text) {
            Some(ours) if ours.is_empty() => None,
            Some(ours) => Some(ours.clone()),
            None => Some(text),
        }
    }

    /// Whether a slot has a value.
    pub(super) fn present(&self, slot: &'a Slot) -> bool {
        self.cell(slot).is_some()
    }

    /// The text of a meaning that the row cannot do without.
    pub(super) fn needed_text(&mut self, target: Target) -> Option<Text> {
        let text = self.text(target);
        if text.is_none() {
            self.missing(target);
        }
        text
    }

    /// The instant of a meaning, in milliseconds since the epoch.
    pub(super) fn instant(&mut self, target: Target) -> Option<i64> {
        let slot = self.slot(target)?;
        self.instant_of(slot)
    }

    /// The instant of a slot.
    pub(super) fn instant_of(&mut self, slot: &'a Slot) -> Option<i64> {
        let cell = self.cell(slot)?;
        match self.mapping.clock.instant(cell) {
            Ok((ms, shifted)) => {
                self.shifted_times += u64::from(shifted);
                Some(ms)
            }
            Err((code, reason)) => {
                self.problems.push(problem(&slot.name, &cell.to_string(), code, reason));
                None
            }
        }
    }

    /// The instant of a meaning that the row cannot do without.
    pub(super) fn needed_instant(&mut self, target: Target) -> Option<i64> {
        let before = self.problems.len();
        let instant = self.instant(target);
        if instant.is_none() && self.problems.len() == before {
            self.missing(target);
        }
        instant
    }

    /// The whole number of a meaning; a time counts as its milliseconds.
    pub(super) fn int(&mut self, target: Target) -> Option<i64> {
        let slot = self.slot(target)?;
        let cell = self.cell(slot)?;
        let number = match cell {
            Cell::Int(number) | Cell::Instant(number) => Some(*number),
            Cell::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(*number as i64),
            Cell::Text(text) => {
                let text = text.trim();
                text.parse().ok().or_else(|| text.strip_suffix(".0")?.parse().ok())
            }
            _ => None,
        };
        if number.is_none() && target == Target::Revision {
            return self.instant_of(slot);
        }
        if number.is_none() {
            self.problems.push(problem(&slot.name, &cell.to_string(), "unreadable", "is not a whole number"));
        }
        number
    }

    /// The decimal of a meaning.
    pub(super) fn decimal(&mut self, target: Target) -> Option<Decimal> {
        let slot = self.slot(target)?;
        self.decimal_of(slot)
    }

    /// The decimal of a slot, with its value map applied.
    pub(super) fn decimal_of(&mut self, slot: &'a Slot) -> Option<Decimal> {
        if let Cell::Float(number) = self.cell(slot)? {
            return Decimal::from_f64(*number);
        }
        let text = self.text_of(slot)?;
        let number = Decimal::parse(&text);
        if number.is_none() {
            let reason = "is not a number with up to four decimal places";
            self.problems.push(problem(&slot.name, &text, "unreadable", reason));
        }
        number
    }

    /// A word of the event format; words of the table need a value map.
    pub(super) fn word(&mut self, target: Target, words: &[&'static str]) -> Option<&'static str> {
        let text = self.text(target)?;
        let lower = text.to_lowercase();
        let word = words.iter().copied().find(|word| *word == lower);
        if word.is_none() {
            let info = target.info();
            let column = self.slot(target).map_or("", |slot| slot.name.as_str()).to_owned();
            let reason = format!(
                "is no {} of ours: add \"{text}\" = \"…\" to [values.{}] of the mapping, with one of {}",
                info.name,
                info.name,
                words.join(", ")
            );
            self.problems.push(problem(&column, &text, "unmapped-value", reason));
        }
        word
    }

    /// Length of a text in characters.
    pub(super) fn chars_of(&self, slot: &'a Slot) -> Option<i64> {
        let cell = self.cell(slot)?;
        i64::try_from(cell.to_string().chars().count()).ok()
    }

    /// Length of a text in characters.
    pub(super) fn chars(&self, target: Target) -> Option<i64> {
        self.chars_of(self.slot(target)?)
    }

    fn missing(&mut self, target: Target) {
        let name = self.slot(target).map_or(target.info().name, |slot| slot.name.as_str()).to_owned();
        let reason = format!("is missing: a row needs its {}", target.info().name);
        self.problems.push(problem(&name, "", "missing-field", reason));
    }
}
