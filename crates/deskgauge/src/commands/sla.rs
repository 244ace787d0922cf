//! `sla replay`: what other SLA policies would have made of the past. Nothing is stored.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use deskgauge_core::answer::Answer;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::question::Question;
use deskgauge_engine::replay::{Conversation, Replay as Replayed, Replayed as Row, Verdict, compare};
use serde_json::{Value, json};

use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit, note, print_problems};
use crate::locale::{counted, date, fill, list, text};
use crate::output::grid::Grid;
use crate::output::{self, json as answer_json, value};
use crate::workspace::{self, Asking};

/// Ask what other SLA policies would have made of the past
#[derive(Debug, Args)]
pub(crate) struct Sla {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Replay(Replay),
}

/// Fold the past under other policies, and compare: met and missed by policy and target, and the conversations that fare otherwise
///
/// The file has [[sla]] tables as deskgauge.toml has them, and [[schedule]] where its policies run on other hours. Nothing is stored; the
/// numbers are those of `sla_compliance`. Live events that still wait in the inbox are not counted.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge sla replay --policy stricter.toml\n  deskgauge sla replay --policy stricter.toml --from 2026-01-01 --to 2026-04-01 --cases 50\n  deskgauge sla replay --policy stricter.toml --where \"channel = 'chat'\" --format json"
)]
struct Replay {
    /// The file with the other policies
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// Clocks that were decided from this day on [default: from the first]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// … and before this one [default: up to now]
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Only clocks that meet this, in SQL over the columns of sla_clocks; it narrows the numbers, not the list of conversations
    #[arg(long = "where", value_name = "SQL")]
    filter: Option<String>,
    /// How many conversations to list
    #[arg(long, value_name = "N", default_value_t = 20)]
    cases: usize,
    /// What counts as now: a date (its beginning) or an instant [default: the clock]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    now: Option<String>,
}

impl Sla {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        match self.what {
            What::Replay(replay) => replay.run(global).await,
        }
    }
}

impl Replay {
    async fn run(self, global: &Global) -> Outcome {
        let mut question = Question::new(Vec::new());
        let options = [("from", &self.from), ("to", &self.to), ("where", &self.filter), ("now", &self.now)];
        let problems: Vec<_> =
            options.into_iter().filter_map(|(name, value)| question.set_option(name, value.as_ref()?).err()).collect();
        if !problems.is_empty() {
            return Err(Failure::all(exit::USAGE, problems));
        }
        let text = std::fs::read_to_string(&self.policy).map_err(|error| Failure::file("read", &self.policy, &error))?;
        let opened = workspace::open(global).await?;
        let (other, problems) = opened.rules().with_policies(&text, &self.policy.display().to_string());
        if problems.iter().any(Diagnostic::is_error) {
            return Err(Failure::all(exit::DATA, problems));
        }
        print_problems(&problems, global.format);
        let asking = Asking::of(&opened, None, workspace::now()).await?;
        let question = asking.with_now(&question);
        note("folding the past under both sets of policies; nothing is stored");
        let facts = opened.replay_sla(&other).await.map_err(workspace::failure)?;
        let found = compare(facts, asking.catalogue(), asking.rules(), &question, asking.cut());
        let found = found.await.map_err(workspace::ask_failure)?;
        let told = Told { found: &found, command: &self, question: &question, asking: &asking, global };
        output::print(&match global.format {
            Format::Json => told.json().to_string(),
            Format::Csv => told.grid().csv(),
            Format::Table => told.page(&told.grid().table(), "  "),
            Format::Md => told.page(&told.grid().markdown(), "- "),
        })
    }
}

/// What was found, on its way to a reader.
struct Told<'a> {
    found: &'a Replayed,
    command: &'a Replay,
    question: &'a Question,
    asking: &'a Asking,
    global: &'a Global,
}

impl Told<'_> {
    fn page(&self, grid: &str, item: &str) -> String {
        let language = self.global.lang;
        let file = self.command.policy.display().to_string();
        let title = match self.question.from.zip(self.question.to) {
            Some((from, to)) => {
                let [from, to] = [from, to.yesterday().unwrap_or(to)].map(|day| date::long(day, language));
                fill(language, "sla-title", &[("file", &file), ("from", &from), ("to", &to)])
            }
            None => fill(language, "sla-title-all", &[("file", &file)]),
        };
        let changed = &self.found.changed;
        let all = i64::try_from(changed.len()).unwrap_or(i64::MAX);
        let mut out = format!("{title}\n\n{grid}\n{}\n", counted(language, "sla-changed", all, &[]));
        for conversation in changed.iter().take(self.command.cases) {
            let word = |verdict: Verdict| text(language, &format!("sla-{}", verdict.name()));
            let (before, after) = (word(conversation.before), word(conversation.after));
            let texts = [("id", conversation.id.as_str()), ("before", &*before), ("after", &*after)];
            let mut row = fill(language, "sla-row", &texts);
            let missed =
                if conversation.missed_after.is_empty() { &conversation.missed_before } else { &conversation.missed_after };
            if !missed.is_empty() {
                row = fill(language, "sla-row-missed", &[("row", &row), ("missed", &list(language, missed))]);
            }
            out.push_str(&format!("{item}{row}\n"));
        }
        let more = changed.len().saturating_sub(self.command.cases);
        if more > 0 {
            let more = value::count(i64::try_from(more).unwrap_or(i64::MAX), language);
            out.push_str(&format!("{item}{}\n", fill(language, "restated-more", &[("count", &more)])));
        }
        out
    }

    fn grid(&self) -> Grid {
        let csv = self.global.format == Format::Csv;
        let language = self.global.lang;
        let word = |key: &str| text(language, key);
        let header: Vec<String> = if csv {
            let sides =
                ["before", "after"].map(|side| ["met", "missed", "running", "share"].map(|name| format!("{side}_{name}")));
            ["policy", "target"].map(str::to_owned).into_iter().chain(sides.concat()).collect()
        } else {
            let names = ["sla-met", "sla-missed", "sla-running", "sla-share"];
            let side = |key: &'static str| {
                names.map(|name| format!(">{}", fill(language, "in-brackets", &[("text", &word(name)), ("more", &word(key))])))
            };
            let first = ["dimension-policy", "dimension-target"].map(word).into_iter();
            first.chain(side("sla-before")).chain(side("sla-after")).collect()
        };
        let mut grid = Grid::new(header.iter().map(String::as_str));
        for row in self.found.rows.iter().chain([&self.found.total]) {
            let total = row.policy.is_none() && row.target.is_none();
            let policy = row.policy.clone().unwrap_or_else(|| if total { word("sla-all") } else { String::new() });
            let mut cells = vec![policy, row.target.clone().unwrap_or_default()];
            for side in [&row.before, &row.after] {
                cells.extend(self.side(side.as_ref(), csv));
            }
            grid.push(cells);
        }
        grid
    }

    /// Met, missed, running, and the share.
    fn side(&self, answer: Option<&Answer>, csv: bool) -> [String; 4] {
        let Some(answer) = answer else { return Default::default() };
        let language = self.global.lang;
        let whole = |number: Option<i64>| {
            number.map(|number| if csv { number.to_string() } else { value::count(number, language) }).unwrap_or_default()
        };
        let missed = answer.denominator.zip(answer.numerator).map(|(all, met)| all - met);
        let share = if csv { answer.value.map(output::csv::number).unwrap_or_default() } else { value::answer(answer, language) };
        [whole(answer.numerator), whole(missed), whole(answer.running), share]
    }

    fn json(&self) -> Value {
        let row = |row: &Row| {
            json!({
                "policy": row.policy,
                "target": row.target,
                "before": row.before.as_ref().map(answer_json::answer),
                "after": row.after.as_ref().map(answer_json::answer),
            })
        };
        let mut transitions: BTreeMap<String, usize> = BTreeMap::new();
        for conversation in &self.found.changed {
            let key = format!("{}_to_{}", conversation.before.name(), conversation.after.name());
            *transitions.entry(key).or_insert(0) += 1;
        }
        let conversation = |conversation: &Conversation| {
            json!({
                "conversation": conversation.id,
                "before": conversation.before.name(),
                "after": conversation.after.name(),
                "missed_before": conversation.missed_before,
                "missed_after": conversation.missed_after,
            })
        };
        let at = self.question.now.map(|now| now.at(&self.asking.rules().workspace.time_zone));
        json!({
            "data_cut": answer_json::data_cut(self.asking.cut()),
            "policy_file": self.command.policy.display().to_string(),
            "now": at.map(value::instant),
            "from": self.question.from.map(|day| day.to_string()),
            "to": self.question.to.map(|day| day.to_string()),
            "targets": self.found.rows.iter().map(row).collect::<Vec<_>>(),
            "total": row(&self.found.total),
            "changed_count": self.found.changed.len(),
            "transitions": transitions,
            "changed": self.found.changed.iter().take(self.command.cases).map(conversation).collect::<Vec<_>>(),
        })
    }
}
