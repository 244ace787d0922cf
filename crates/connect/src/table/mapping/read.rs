//! TOML becomes a mapping, or a list of mistakes, each with its place and advice.

use deskgauge_core::diagnostic::{Diagnostic, Place, near_name};
use deskgauge_core::event::{ActorKind, Decimal, SurveyKind};
use jiff::tz::TimeZone;
use toml_edit::{Document, Item, TableLike, Value};

use super::{ColumnSource, Mapping, OwnField, Survey};
use crate::table::moment::Clock;
use crate::table::targets::{self, RowKind};

const KEYS: &[&str] = &[
    "rows",
    "source",
    "zone",
    "prefix",
    "day_first",
    "dates",
    "missing",
    "missing_in",
    "columns",
    "values",
    "fields",
    "survey",
    "clears",
    "together",
];

pub(super) fn mapping(text: &str, file: &str) -> (Option<Mapping>, Vec<Diagnostic>) {
    let mut reader = Reader { text, file, problems: Vec::new() };
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            let problem = Diagnostic::error("bad-toml", format!("the mapping is not TOML: {message}"));
            return (None, vec![problem.at(reader.place(error.span()))]);
        }
    };
    let mapping = reader.mapping(document.as_table());
    let usable = !reader.problems.iter().any(Diagnostic::is_error);
    (mapping.filter(|_| usable), reader.problems)
}

struct Reader<'a> {
    text: &'a str,
    file: &'a str,
    problems: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn mapping(&mut self, root: &toml_edit::Table) -> Option<Mapping> {
        self.known_keys(root, "", KEYS);
        let rows = self.rows(root)?;
        let mut mapping = Mapping {
            rows,
            source: self.text_at(root, "source").map(|text| text.as_str().into()),
            file: self.file.to_owned(),
            prefix: self.text_at(root, "prefix").unwrap_or_default(),
            clock: self.clock(root),
            missing: self.texts_at(root, "missing"),
            missing_in: Default::default(),
            columns: Default::default(),
            values: Default::default(),
            fields: Vec::new(),
            surveys: Vec::new(),
            clears: Vec::new(),
            together: self.flag_at(root, "together").unwrap_or(false),
        };
        for (column, item) in self.entries(root, "missing_in") {
            let marks = self.texts(&column, item);
            mapping.missing_in.insert(column, marks);
        }
        for (name, item) in self.entries(root, "columns") {
            self.column(&mut mapping, &name, item);
        }
        for (name, item) in self.entries(root, "fields") {
            if let Some(field) = self.field(name, item) {
                mapping.fields.push(field);
            }
        }
        self.surveys(&mut mapping, root);
        self.values(&mut mapping, root);
        for name in self.texts_at(root, "clears") {
            match targets::find(&name).filter(|info| info.kinds.contains(&RowKind::Changes)) {
                Some(info) => mapping.clears.push(info.target),
                None => {
                    self.unknown("clears", &name, RowKind::Changes.targets().map(|info| info.name).collect(), root.get("clears"))
                }
            }
        }
        self.complete(&mapping, root);
        Some(mapping)
    }

    fn rows(&mut self, root: &toml_edit::Table) -> Option<RowKind> {
        let words: Vec<&str> = RowKind::ALL.iter().map(|kind| kind.name()).collect();
        let Some(item) = root.get("rows") else {
            let problem = Diagnostic::error("missing-key", "the mapping does not say what a row is: `rows` is missing");
            self.problems.push(problem.at(self.place(None)).hint(format!("rows = one of {}", words.join(", "))));
            return None;
        };
        let word = self.text("rows", item)?;
        let kind = RowKind::parse(&word);
        if kind.is_none() {
            self.unknown("rows", &word, words, Some(item));
        }
        kind
    }

    fn clock(&mut self, root: &toml_edit::Table) -> Clock {
        let mut clock = Clock { zone: None, formats: self.texts_at(root, "dates"), day_first: self.flag_at(root, "day_first") };
        if let Some(name) = self.text_at(root, "zone") {
            match TimeZone::get(&name) {
                Ok(zone) => clock.zone = Some(zone),
                Err(_) => {
                    let hint = "write an IANA name, such as \"Europe/Berlin\" or \"UTC\"";
                    self.error("unknown-zone", format!("`{name}` is not a time zone"), root.get("zone"), hint);
                }
            }
        }
        clock
    }

    fn column(&mut self, mapping: &mut Mapping, name: &str, item: &Item) {
        let known: Vec<&str> = mapping.rows.targets().map(|info| info.name).collect();
        let Some(info) = targets::find(name).filter(|info| known.contains(&info.name)) else {
            if targets::find(name).is_some() {
                let message = format!("`columns.{name}` means nothing for rows = \"{}\"", mapping.rows.name());
                self.error("unknown-key", message, Some(item), &format!("it can have {}", known.join(", ")));
            } else {
                self.unknown("columns", name, known, Some(item));
            }
            return;
        };
        let Some(source) = self.source(name, item, &["of"]) else { return };
        let has_of = matches!(source, ColumnSource::Column { of: Some(_), .. });
        if has_of && mapping.rows != RowKind::Messages {
            self.error("bad-value", format!("`columns.{name}.of` is for rows = \"messages\" only"), Some(item), "remove `of`");
        }
        mapping.columns.insert(info.target, source);
    }

    /// `"column"`, `{ column = "…" }` or `{ constant = … }`, with further keys of the caller.
    fn source(&mut self, name: &str, item: &Item, more: &[&str]) -> Option<ColumnSource> {
        if let Some(column) = item.as_str() {
            return Some(ColumnSource::Column { name: column.to_owned(), of: None });
        }
        let Some(table) = item.as_table_like() else {
            let hint = "write the name of a column, { column = \"…\" } or { constant = \"…\" }";
            self.error("bad-value", format!("`{name}` does not name a column"), Some(item), hint);
            return None;
        };
        let known: Vec<&str> = ["column", "constant"].iter().chain(more).copied().collect();
        self.known_keys(table, name, &known);
        let of = match table.get("of") {
            None => None,
            Some(item) => {
                let word = self.text("of", item)?;
                let kind = ActorKind::parse(&word);
                if kind.is_none() {
                    self.unknown("of", &word, ActorKind::WORDS.to_vec(), Some(item));
                }
                kind
            }
        };
        match (table.get("column"), table.get("constant")) {
            (Some(column), None) => Some(ColumnSource::Column { name: self.text("column", column)?, of }),
            (None, Some(constant)) => self.scalar(name, constant).map(ColumnSource::Constant),
            _ => {
                self.error("bad-value", format!("`{name}` needs either `column` or `constant`"), Some(item), "keep one of them");
                None
            }
        }
    }

    fn field(&mut self, name: String, item: &Item) -> Option<OwnField> {
        let source = self.source(&name, item, &["present", "history"])?;
        let table = item.as_table_like();
        let flag = |reader: &mut Self, key: &str| table.and_then(|table| reader.flag_at(table, key)).unwrap_or(false);
        Some(OwnField { source, present: flag(self, "present"), history: flag(self, "history"), name })
    }

    fn surveys(&mut self, mapping: &mut Mapping, root: &toml_edit::Table) {
        let Some(item) = root.get("survey") else { return };
        let Some(tables) = item.as_array_of_tables() else {
            self.error("bad-value", "`survey` is not a list of tables".to_owned(), Some(item), "begin each with [[survey]]");
            return;
        };
        if !matches!(mapping.rows, RowKind::Conversations | RowKind::Surveys) {
            let message = format!("`survey` means nothing for rows = \"{}\"", mapping.rows.name());
            self.error("unknown-key", message, Some(item), "answers come with rows of conversations or surveys");
        }
        for table in tables.iter() {
            if let Some(survey) = self.survey(table) {
                if mapping.surveys.iter().any(|other| other.name == survey.name) {
                    let message = format!("two surveys have the name `{}`", survey.name);
                    self.error("duplicate-key", message, Some(item), "give each its own `name`");
                }
                mapping.surveys.push(survey);
            }
        }
    }

    fn survey(&mut self, table: &toml_edit::Table) -> Option<Survey> {
        self.known_keys(table, "survey", &["name", "kind", "score", "scale", "better", "comment", "at"]);
        let word = self.needed_text(table, "survey", "kind")?;
        let Some(kind) = SurveyKind::parse(&word) else {
            self.unknown("kind", &word, SurveyKind::WORDS.to_vec(), table.get("kind"));
            return None;
        };
        let score = self.needed_text(table, "survey", "score")?;
        let scale = match table.get("scale") {
            None => match kind {
                SurveyKind::Csat => (Decimal::from_int(1), Decimal::from_int(5)),
                SurveyKind::Nps => (Decimal::from_int(0), Decimal::from_int(10)),
                SurveyKind::Ces => (Decimal::from_int(1), Decimal::from_int(7)),
            },
            Some(item) => {
                let ends = item.as_array().map(|ends| ends.iter().map(number).collect::<Vec<_>>());
                match ends.as_deref() {
                    Some([Some(low), Some(high)]) if low < high => (*low, *high),
                    _ => {
                        let message = "`scale` is not a lowest and a highest point".to_owned();
                        self.error("bad-value", message, Some(item), "write scale = [1, 5]");
                        return None;
                    }
                }
            }
        };
        let better = self.text_at(table, "better");
        if let Some(word) = better.as_deref().filter(|word| !["high", "low"].contains(word)) {
            self.unknown("better", word, vec!["high", "low"], table.get("better"));
        }
        let name = self.text_at(table, "name").unwrap_or_else(|| kind.name().to_owned());
        let (comment, at) = (self.text_at(table, "comment"), self.text_at(table, "at"));
        Some(Survey { name, kind, score, scale, low_is_better: better.as_deref() == Some("low"), comment, at })
    }

    fn values(&mut self, mapping: &mut Mapping, root: &toml_edit::Table) {
        for (name, item) in self.entries(root, "values") {
            let mut known: Vec<&str> = mapping.rows.targets().map(|info| info.name).collect();
            known.extend(mapping.fields.iter().map(|field| field.name.as_str()));
            known.extend(mapping.surveys.iter().map(|survey| survey.name.as_str()));
            if !known.contains(&name.as_str()) {
                let known = known.into_iter().map(str::to_owned).collect::<Vec<_>>();
                self.unknown("values", &name, known.iter().map(String::as_str).collect(), Some(item));
                continue;
            }
            let Some(table) = item.as_table_like() else {
                self.error(
                    "bad-value",
                    format!("`values.{name}` is not a table"),
                    Some(item),
                    "write \"theirs\" = \"ours\" lines under it",
                );
                continue;
            };
            let mut words = std::collections::BTreeMap::new();
            for (theirs, ours) in table.iter() {
                if let Some(ours) = self.scalar(theirs, ours) {
                    words.insert(theirs.to_owned(), ours);
                }
            }
            mapping.values.insert(name, words);
        }
    }

    /// What rows of this kind cannot do without.
    fn complete(&mut self, mapping: &Mapping, root: &toml_edit::Table) {
        for info in mapping.rows.targets().filter(|info| info.needed.contains(&mapping.rows)) {
            if !mapping.columns.contains_key(&info.target) {
                let message = format!("rows = \"{}\" need `columns.{}`", mapping.rows.name(), info.name);
                let meaning = info.sentence.trim_end_matches('.');
                let hint = format!("write {} = \"COLUMN\" under [columns] ({meaning})", info.name);
                self.error("missing-key", message, root.get("columns"), &hint);
            }
        }
        if mapping.rows == RowKind::Surveys && mapping.surveys.is_empty() {
            let hint = "add [[survey]] with kind, score and scale";
            self.error("missing-key", "rows = \"surveys\" need a [[survey]]".to_owned(), None, hint);
        }
    }

    fn entries<'t>(&mut self, root: &'t toml_edit::Table, key: &str) -> Vec<(String, &'t Item)> {
        let Some(item) = root.get(key) else { return Vec::new() };
        match item.as_table_like() {
            Some(table) => table.iter().map(|(name, item)| (name.to_owned(), item)).collect(),
            None => {
                self.error("bad-value", format!("`{key}` is not a table"), Some(item), &format!("begin it with [{key}]"));
                Vec::new()
            }
        }
    }

    fn known_keys(&mut self, table: &dyn TableLike, within: &str, known: &[&str]) {
        for (key, item) in table.iter() {
            if !known.contains(&key) {
                self.unknown(within, key, known.to_vec(), Some(item));
            }
        }
    }

    fn unknown(&mut self, within: &str, word: &str, known: Vec<&str>, item: Option<&Item>) {
        let message = match within {
            "" => format!("`{word}` is not a key of a mapping"),
            "columns" | "values" | "survey" | "clears" => format!("`{within}` knows no `{word}`"),
            _ => format!("`{word}` does not fit `{within}`"),
        };
        let hint = match near_name(word, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it knows {}", known.join(", ")),
        };
        self.error("unknown-key", message, item, &hint);
    }

    fn needed_text(&mut self, table: &toml_edit::Table, within: &str, key: &str) -> Option<String> {
        if table.get(key).is_none() {
            let problem = Diagnostic::error("missing-key", format!("a `{within}` needs `{key}`"));
            self.problems.push(problem.at(self.place(table.span())));
        }
        self.text_at(table, key)
    }

    fn text_at(&mut self, table: &dyn TableLike, key: &str) -> Option<String> {
        let item = table.get(key)?;
        self.text(key, item)
    }

    fn flag_at(&mut self, table: &dyn TableLike, key: &str) -> Option<bool> {
        let item = table.get(key)?;
        if item.as_bool().is_none() {
            self.error("bad-value", format!("`{key}` is neither true nor false"), Some(item), "write it without quotes");
        }
        item.as_bool()
    }

    fn texts_at(&mut self, table: &dyn TableLike, key: &str) -> Vec<String> {
        table.get(key).map(|item| self.texts(key, item)).unwrap_or_default()
    }

    fn text(&mut self, key: &str, item: &Item) -> Option<String> {
        let text = item.as_str().map(str::to_owned);
        if text.is_none() {
            self.error("bad-value", format!("`{key}` is not text"), Some(item), "put it in quotes");
        }
        text
    }

    fn texts(&mut self, key: &str, item: &Item) -> Vec<String> {
        let texts =
            item.as_array().map(|list| list.iter().map(|value| value.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>());
        match texts.flatten() {
            Some(texts) => texts,
            None => {
                self.error("bad-value", format!("`{key}` is not a list of texts"), Some(item), "write [\"one\", \"two\"]");
                Vec::new()
            }
        }
    }

    /// Text, a number or a flag, as text.
    fn scalar(&mut self, key: &str, item: &Item) -> Option<String> {
        let text = match item.as_value() {
            Some(Value::String(text)) => Some(text.value().clone()),
            Some(Value::Integer(number)) => Some(number.value().to_string()),
            Some(Value::Float(number)) => Some(number.value().to_string()),
            Some(Value::Boolean(flag)) => Some(flag.value().to_string()),
            Some(Value::Datetime(at)) => Some(at.value().to_string()),
            _ => None,
        };
        if text.is_none() {
            self.error("bad-value", format!("`{key}` is not a single value"), Some(item), "write text in quotes, or a number");
        }
        text
    }

    fn error(&mut self, code: &'static str, message: String, item: Option<&Item>, hint: &str) {
        let place = self.place(item.and_then(Item::span));
        self.problems.push(Diagnostic::error(code, message).at(place).hint(hint));
    }

    fn place(&self, span: Option<std::ops::Range<usize>>) -> Place {
        let Some(before) = span.and_then(|span| self.text.get(..span.start)) else {
            return Place { file: self.file.to_owned(), line: 0, column: 0 };
        };
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let count = |number: usize| u32::try_from(number).unwrap_or(0);
        Place { file: self.file.to_owned(), line: count(line), column: count(column) }
    }
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(number) => number.value().checked_mul(Decimal::ONE).map(Decimal),
        Value::Float(number) => Decimal::from_f64(*number.value()),
        _ => None,
    }
}
