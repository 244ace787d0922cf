//! A mapping: what the columns of a table mean, written as TOML.
//!
//! Reading one never stops at the first mistake, and a mistaken key gets the name that was probably meant. A mapping knows the names of
//! columns but not where they stand: that is found out against each table.

mod read;

use std::collections::BTreeMap;

use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::{ActorKind, Decimal, SurveyKind, Text};

use super::moment::Clock;
use super::targets::{RowKind, Target};
use super::{Events, Row};
use crate::rejected::Rejected;

/// What the columns of a table mean.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// What a row is.
    pub rows: RowKind,
    /// The source of the events; absent: the import's.
    pub source: Option<Text>,
    /// The file that it was read from, for messages.
    pub(super) file: String,
    /// Stands before the ids of conversations, so that they are unique in the workspace.
    pub(super) prefix: String,
    pub(super) clock: Clock,
    /// Marks of a missing value in any column; an empty cell is always one.
    pub(super) missing: Vec<String>,
    /// Marks of a missing value in one column.
    pub(super) missing_in: BTreeMap<String, Vec<String>>,
    /// Where each meaning comes from.
    pub(super) columns: BTreeMap<Target, ColumnSource>,
    /// Words of the table and ours, by the name of a meaning, own field or survey.
    pub(super) values: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) fields: Vec<OwnField>,
    pub(super) surveys: Vec<Survey>,
    /// Meanings whose empty cell in an audit log says "nobody", not "nothing said".
    pub(super) clears: Vec<Target>,
    /// The rows of a conversation stand together in the table.
    pub(super) together: bool,
}

/// Where values come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ColumnSource {
    /// A column; only on messages of that kind of writer.
    Column { name: String, of: Option<ActorKind> },
    /// The same value for each row.
    Constant(String),
}

/// An own field.
#[derive(Debug, Clone)]
pub(super) struct OwnField {
    pub name: String,
    pub source: ColumnSource,
    /// The value is whether the column has one.
    pub present: bool,
    /// Each change of an audit log is an event; otherwise the last value counts from the beginning.
    pub history: bool,
}

/// A question that the row answers.
#[derive(Debug, Clone)]
pub(super) struct Survey {
    pub name: String,
    pub kind: SurveyKind,
    pub score: String,
    pub scale: (Decimal, Decimal),
    pub low_is_better: bool,
    pub comment: Option<String>,
    pub at: Option<String>,
}

impl Mapping {
    /// Reads a mapping. `file` is the name that the user gave, for messages. `None` where something in it is wrong.
    pub fn parse(text: &str, file: &str) -> (Option<Self>, Vec<Diagnostic>) {
        read::mapping(text, file)
    }

    /// The columns of a table that the mapping uses, by place; for sources that can leave out the others.
    pub fn columns_used(&self, columns: &[String]) -> Vec<bool> {
        let named: Vec<&str> = self.named_columns().into_iter().map(|(_, name)| name).collect();
        columns.iter().map(|column| named.contains(&column.as_str())).collect()
    }

    /// The events of a table. `source` is that of the import, for mappings that name none.
    ///
    /// # Errors
    /// `no-column` for each column that the mapping names and the table does not have.
    pub fn events<R>(&self, columns: &[String], rows: R, source: &Text) -> Result<Events<'_, R>, Vec<Diagnostic>>
    where
        R: Iterator<Item = Result<Row, Rejected>>,
    {
        Events::new(self, columns, rows, source)
    }

    /// Each column that the mapping names, with the key that names it.
    pub fn named_columns(&self) -> Vec<(String, &str)> {
        let mut named: Vec<(String, &str)> = Vec::new();
        for (target, source) in &self.columns {
            if let ColumnSource::Column { name, .. } = source {
                named.push((format!("columns.{}", target.info().name), name));
            }
        }
        for field in &self.fields {
            if let ColumnSource::Column { name, .. } = &field.source {
                named.push((format!("fields.{}", field.name), name));
            }
        }
        for survey in &self.surveys {
            named.push((format!("survey.{}.score", survey.name), &survey.score));
            let others = [("comment", &survey.comment), ("at", &survey.at)];
            named.extend(
                others.into_iter().filter_map(|(key, name)| Some((format!("survey.{}.{key}", survey.name), name.as_deref()?))),
            );
        }
        named.extend(self.missing_in.keys().map(|name| ("missing_in".to_owned(), name.as_str())));
        named
    }
}
