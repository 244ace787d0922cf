//! What is wrong with the data, in words, as CSV and as JSON.
//!
//! The command line and the page tell the same sentences; what a finding is, the engine decides.

use std::collections::BTreeMap;

use deskgauge_core::metric::Language;
use deskgauge_engine::data_quality::{Finding, Place};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::grid::Grid;
use super::json as answers;
use super::{csv, value};
use crate::asking::Asking;
use crate::locale::{counted, fill, list, text};

/// What findings are counted by, beside their sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By import.
    Import,
    /// By local month.
    Month,
}

/// Findings on their way to a reader.
pub struct Told<'a> {
    /// What was found.
    pub findings: &'a [Finding],
    /// The names of the imports.
    pub names: &'a BTreeMap<i64, &'a str>,
    /// Also how often by what.
    pub by: Option<By>,
    /// The state that was examined.
    pub asking: &'a Asking,
    /// The reader's language.
    pub language: Language,
}

impl Told<'_> {
    /// All of it as text; `head` stands before each finding, `item` before what is told of it.
    pub fn text(&self, head: &str, item: &str) -> String {
        let language = self.language;
        let serious = self.findings.iter().filter(|finding| finding.serious).count();
        let [all, serious] = [self.findings.len(), serious].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        let shown = value::count(serious, language);
        let mut out = counted(language, "quality-found", all, &[("serious", &shown)]);
        out.push('\n');
        for finding in self.findings {
            out.push('\n');
            out.push_str(&format!("{head}{}\n", self.line(finding)));
            let mut push = |key: &str, text: &str| {
                out.push_str(&format!("{item}{}\n", fill(language, key, &[("text", text)])));
            };
            if !finding.distorts.is_empty() {
                let names: Vec<String> = finding.distorts.iter().map(|id| self.asking.name(id, None, language)).collect();
                push("quality-distorts", &list(language, &names));
            }
            push("quality-do", &text(language, &format!("quality-{}-do", finding.code)));
            let parts = self.parts(finding);
            if !parts.is_empty() {
                push("quality-by", &list(language, &parts));
            }
            let examples: Vec<String> = finding.examples.iter().map(|place| self.place(place)).collect();
            if !examples.is_empty() {
                push("quality-examples", &examples.join("; "));
            }
        }
        out
    }

    /// What it is, how often, and of how many.
    pub(crate) fn line(&self, finding: &Finding) -> String {
        let language = self.language;
        let sign = if finding.serious { "▲" } else { "○" };
        let what = text(language, &format!("quality-{}", finding.code));
        let count = value::count(finding.count, language);
        let Some((base, of)) = finding.base.zip(finding.of) else { return format!("{sign} {what}: {count}") };
        let base = text(language, &format!("quality-of-{}", base.name()));
        let share = finding.share().map_or_else(String::new, |share| value::percent(share, language));
        let of = value::count(of, language);
        let texts = [("count", &*count), ("of", &*of), ("base", &*base), ("share", &*share)];
        format!("{sign} {what}: {}", fill(language, "quality-share", &texts))
    }

    fn parts(&self, finding: &Finding) -> Vec<String> {
        let count = |n: i64| value::count(n, self.language);
        match self.by {
            None => Vec::new(),
            Some(By::Month) => finding.by_month.iter().map(|(month, n)| format!("{month}: {}", count(*n))).collect(),
            Some(By::Import) => {
                let known = finding.by_import.iter().filter_map(|(import, n)| Some(((*import)?, *n)));
                known.map(|(import, n)| format!("{}: {}", self.import(import), count(n))).collect()
            }
        }
    }

    fn import(&self, id: i64) -> String {
        let number = id.to_string();
        let name = self.names.get(&id).copied().unwrap_or("");
        fill(self.language, "quality-import", &[("import", &number), ("name", name)])
    }

    /// A place, with the conversation where there is one.
    pub(crate) fn place(&self, place: &Place) -> String {
        let zone: &TimeZone = &self.asking.rules().workspace.time_zone;
        let mut parts: Vec<String> = place.at.map(|at| value::local(at, zone)).into_iter().collect();
        parts.extend(place.detail.clone());
        parts.extend(place.import.map(|import| self.import(import)));
        let parts = list(self.language, &parts);
        match &place.conversation {
            Some(conversation) => fill(self.language, "in-brackets", &[("text", conversation), ("more", &parts)]),
            None => parts,
        }
    }

    /// A row per finding.
    pub fn csv(&self) -> String {
        let mut grid = Grid::new([
            "code",
            "serious",
            "count",
            "conversations",
            "base",
            "of",
            "share",
            "distorts",
            "what",
            "to_do",
            "examples",
        ]);
        for finding in self.findings {
            let examples: Vec<String> = finding.examples.iter().filter_map(|place| place.conversation.clone()).collect();
            grid.push(vec![
                finding.code.to_owned(),
                finding.serious.to_string(),
                finding.count.to_string(),
                finding.conversations.to_string(),
                finding.base.map_or("", |base| base.name()).to_owned(),
                finding.of.map(|of| of.to_string()).unwrap_or_default(),
                finding.share().map(csv::number).unwrap_or_default(),
                finding.distorts.join(";"),
                text(self.language, &format!("quality-{}", finding.code)),
                text(self.language, &format!("quality-{}-do", finding.code)),
                examples.join(";"),
            ]);
        }
        grid.csv()
    }

    /// All of it.
    pub fn json(&self) -> Value {
        let name = |import: Option<i64>| import.and_then(|id| self.names.get(&id).copied());
        let place = |place: &Place| {
            json!({
                "conversation": place.conversation,
                "at": place.at.map(value::instant),
                "import": place.import,
                "file": name(place.import),
                "detail": place.detail,
            })
        };
        let finding = |finding: &Finding| {
            let by_import = finding.by_import.iter();
            let by_import: Vec<Value> =
                by_import.map(|(import, n)| json!({ "import": import, "file": name(*import), "count": n })).collect();
            let by_month: Vec<Value> = finding.by_month.iter().map(|(month, n)| json!({ "month": month, "count": n })).collect();
            json!({
                "code": finding.code,
                "serious": finding.serious,
                "what": text(self.language, &format!("quality-{}", finding.code)),
                "to_do": text(self.language, &format!("quality-{}-do", finding.code)),
                "count": finding.count,
                "conversations": finding.conversations,
                "base": finding.base.map(|base| base.name()),
                "of": finding.of,
                "share": finding.share(),
                "distorts": finding.distorts,
                "by_import": by_import,
                "by_month": by_month,
                "examples": finding.examples.iter().map(place).collect::<Vec<_>>(),
            })
        };
        json!({
            "data_cut": answers::data_cut(self.asking.cut()),
            "findings": self.findings.iter().map(finding).collect::<Vec<_>>(),
        })
    }
}
