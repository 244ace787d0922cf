//! `data-quality`: the report that comes first: what is wrong with the data, how much of it, which KPIs it distorts, and what to do.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};
use deskgauge_core::metric::Language;
use deskgauge_core::period::day_start;
use deskgauge_core::question::Question;
use deskgauge_engine::data_quality::{Finding, Imported, Place, Scope, examine};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit};
use crate::locale::{counted, fill, list, text};
use crate::output::grid::Grid;
use crate::output::{self, value};
use crate::{rejects, workspace};

/// Tell what is wrong with the data, before any KPI is asked
///
/// Clock skew, missing openings and actors, conflicts, duplicates, rejected rows, overlaps, gaps and more: each with its count, its share,
/// the KPIs that it distorts, what to do, and examples. `serious` is what is wrong for 1 % or more, and every gap.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge data-quality\n  deskgauge data-quality --import 3 --examples 10\n  deskgauge data-quality --from 2026-01-01 --to 2026-02-01 --by month\n  deskgauge data-quality --format json"
)]
pub(crate) struct DataQuality {
    /// The first day, a midnight of the workspace's zone [default: from the first event]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The day after the last
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Only what this import brought
    #[arg(long, value_name = "IMPORT")]
    import: Option<i64>,
    /// Also how often by import or by month
    #[arg(long, value_enum, value_name = "WHAT")]
    by: Option<By>,
    /// How many examples of each finding
    #[arg(long, value_name = "N", default_value_t = 3)]
    examples: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// By import.
    Import,
    /// By local month.
    Month,
}

impl DataQuality {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let mut question = Question::new(Vec::new());
        let options = [("from", &self.from), ("to", &self.to)];
        let problems: Vec<_> =
            options.into_iter().filter_map(|(name, date)| question.set_option(name, date.as_ref()?).err()).collect();
        if !problems.is_empty() {
            return Err(Failure::all(exit::USAGE, problems));
        }
        let opened = workspace::open(global).await?;
        let asking = workspace::Asking::of(&opened, None, workspace::now()).await?;
        let imported = imported(&opened).await?;
        if let Some(import) = self.import.filter(|id| !imported.iter().any(|import| import.info.id == *id)) {
            let message = format!("there is no import {import}");
            return Err(Failure::usage("unknown-import", message, "`deskgauge import list` shows them"));
        }
        let start = |date| day_start(date, &asking.rules().workspace.time_zone);
        let (from, to) = (question.from.map(start), question.to.map(start));
        let scope = Scope { from, to, import: self.import, examples: self.examples };
        let findings = examine(asking.source(), asking.rules(), &imported, &scope).await.map_err(workspace::ask_failure)?;
        let names: BTreeMap<i64, &str> = imported.iter().map(|import| (import.info.id, import.info.name.as_str())).collect();
        let told = Told { findings: &findings, names: &names, by: self.by, asking: &asking, language: global.lang };
        output::print(&match global.format {
            Format::Json => told.json().to_string(),
            Format::Csv => told.csv(),
            Format::Table => told.text("", "  "),
            Format::Md => told.text("## ", "- "),
        })
    }
}

async fn imported(opened: &deskgauge_engine::workspace::Workspace) -> Outcome<Vec<Imported>> {
    let mut imported = Vec::new();
    for info in opened.imports().await.map_err(workspace::failure)? {
        let repeats = opened.lake().repeats_of(info.id).await.map_err(|error| workspace::failure(error.into()))?;
        let (rejected, first_rejected) = rejects::of_import(opened.folder(), info.id).unzip();
        imported.push(Imported {
            rejected: rejected.unwrap_or(0),
            first_rejected,
            repeated: i64::try_from(repeats.values().sum::<u64>()).unwrap_or(i64::MAX),
            info,
        });
    }
    Ok(imported)
}

/// Findings on their way to a reader.
struct Told<'a> {
    findings: &'a [Finding],
    names: &'a BTreeMap<i64, &'a str>,
    by: Option<By>,
    asking: &'a workspace::Asking,
    language: Language,
}

impl Told<'_> {
    fn text(&self, head: &str, item: &str) -> String {
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
    fn line(&self, finding: &Finding) -> String {
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

    fn place(&self, place: &Place) -> String {
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

    fn csv(&self) -> String {
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
                finding.share().map(output::csv::number).unwrap_or_default(),
                finding.distorts.join(";"),
                text(self.language, &format!("quality-{}", finding.code)),
                text(self.language, &format!("quality-{}-do", finding.code)),
                examples.join(";"),
            ]);
        }
        grid.csv()
    }

    fn json(&self) -> Value {
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
            "data_cut": output::json::data_cut(self.asking.cut()),
            "findings": self.findings.iter().map(finding).collect::<Vec<_>>(),
        })
    }
}
