//! `compare-profiles`: the numbers that several profiles give of one KPI, and why they differ, with the conversations.
//!
//! The first profile is held against each of the others. What is a difference, the engine says; here it is put into words.

use clap::Args;
use deskgauge_core::answer::Answers;
use deskgauge_core::metric::{CANONICAL, Language, Metric, Unit};
use deskgauge_core::period::Grain;
use deskgauge_core::question::{Question, Stat};
use deskgauge_engine::ask::{self, Case, Cause, Contrast, Differing, Held, NO_VALUE};
use serde_json::{Value, json};

use super::query::QuestionOptions;
use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit, print_problems};
use crate::forms::words::{Reading, canonical, data_line, profile_line, statistic};
use crate::locale::{self, counted, fill, text};
use crate::output::grid::Grid;
use crate::output::{self, csv, json as answer_json, table, value};
use crate::workspace::{self, Asking};

/// Compare what profiles count of one KPI, and tell why the numbers differ, with the conversations
///
/// Each row behind the numbers stands under one cause, so that the counts add up: left out by one of them and why, from another start, up to
/// another end, dated in another period, or of another value.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge compare-profiles first_response_time\n  deskgauge compare-profiles first_response_time --profiles zendesk,zendesk_sla --from 2026-01-01 --to 2026-02-01\n  deskgauge compare-profiles sla_compliance --profiles chatwoot --format csv > differences.csv"
)]
pub(crate) struct CompareProfiles {
    /// The KPI's id
    #[arg(value_name = "METRIC")]
    metric: String,
    /// The profiles: the first is held against each other one; one alone against the canonical [default: the canonical and all that
    /// redefine the KPI]
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    profiles: Vec<String>,
    /// How many examples of each cause [default: 3; in CSV all]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    options: QuestionOptions,
}

/// Examples of a cause, where nothing else is said.
const EXAMPLES: usize = 3;

/// One profile held against the first.
struct Pair<'a> {
    one: &'a str,
    other: &'a str,
    found: Contrast,
    /// What the first would show with the statistic of the other, where they show different ones.
    restated: Option<Answers>,
}

impl CompareProfiles {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        if self.options.profile.is_some() {
            let hint = format!("write --profiles {}", self.options.profile.as_deref().unwrap_or_default());
            return Err(Failure::usage("bad-option", "`compare-profiles` has no option `--profile`", hint));
        }
        let question = self.options.question(vec![self.metric.clone()], global.format)?;
        let asking = workspace::asking(global, question.as_of.as_ref()).await?;
        let question = asking.with_now(&question);
        if global.format == Format::Csv && asking.rules().privacy.hides_conversations() {
            let message = "CSV lists the rows that differ, and this workspace hides single conversations ([privacy])";
            return Err(Failure::usage("individuals-hidden", message, "ask for another --format: the causes and their numbers"));
        }
        let metric = asking.catalogue().find(&self.metric).map_err(|problem| Failure::new(exit::USAGE, problem))?;
        let names = self.names(&asking, metric)?;
        let questions = names.iter().map(|name| Question { profile: name.clone(), ..question.clone() });
        let questions: Vec<Question> = questions.collect();
        questions.iter().for_each(|own| print_problems(&ask::without_effect(asking.catalogue(), own), global.format));
        let answers = asking.ask_all(&questions).await?;
        let mut pairs = Vec::new();
        for (other, own) in names.iter().zip(&answers).skip(1) {
            // A profile may show another statistic of the same values, which no row can tell.
            let stat =
                |answers: &Answers| answers.answers.first().and_then(|answer| answer.stat).filter(|stat| *stat != Stat::Share);
            let restated = match (stat(&answers[0]), stat(own)) {
                (Some(one), Some(other)) if one != other => Some(
                    asking
                        .ask(&Question { stat: Some(other), by: Vec::new(), grain: Grain::All, ..questions[0].clone() })
                        .await?,
                ),
                _ => None,
            };
            let sides = (names[0].as_str(), other.as_str());
            let about = (self.metric.as_str(), &question);
            let examples = self.limit.unwrap_or(if global.format == Format::Csv { usize::MAX } else { EXAMPLES });
            let held = Held { examples, ..Held::default() };
            let found = ask::contrast(asking.source(), asking.catalogue(), asking.rules(), about, sides, held).await;
            let found = found.map_err(workspace::ask_failure)?;
            pairs.push(Pair { one: sides.0, other: sides.1, found, restated });
        }
        output::print(&match global.format {
            Format::Json => self.json(&answers, &pairs).to_string(),
            Format::Csv => self.csv(&pairs),
            Format::Table | Format::Md => self.pages(&asking, metric, &question, &answers, &pairs, global),
        })
    }

    /// The profiles, the first of which all others are held against.
    fn names(&self, asking: &Asking, metric: &Metric) -> Outcome<Vec<String>> {
        let catalogue = asking.catalogue();
        let mut names: Vec<String> = Vec::new();
        for name in self.profiles.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
            catalogue.profile(name).map_err(|problem| Failure::new(exit::USAGE, problem))?;
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        if names.is_empty() {
            names.push(CANONICAL.to_owned());
            let redefining = catalogue.profiles().filter(|profile| profile.redefined(&metric.id).is_some());
            names.extend(redefining.map(|profile| profile.name.clone()));
        } else if names.len() == 1 && names[0] != CANONICAL {
            names.insert(0, CANONICAL.to_owned());
        }
        if names.len() < 2 {
            let hint = "`deskgauge metrics profiles` tells which KPIs each profile redefines";
            return Err(Failure::usage("nothing-to-compare", format!("no profile redefines `{}`", metric.id), hint));
        }
        Ok(names)
    }

    fn pages(
        &self,
        asking: &Asking,
        metric: &Metric,
        question: &Question,
        answers: &[Answers],
        pairs: &[Pair<'_>],
        global: &Global,
    ) -> String {
        let language = global.lang;
        let zone = &asking.rules().workspace.time_zone;
        let title = metric.name_of(question.variant.as_deref(), language).unwrap_or(&metric.id);
        let mut out = format!("{title} ({})\n\n", metric.id);
        let name = |_: &str, _: Option<&str>| title.to_owned();
        let titled = Reading { by: &question.by, language, name: &name, zone };
        // The numbers, each under its profile, as `query` shows them.
        let mut numbers = Grid::default();
        for own in answers {
            let name = |_: &str, _: Option<&str>| own.profile.clone();
            let grid = table::grid(own, &Reading { by: &question.by, language, name: &name, zone });
            if numbers.header.is_empty() {
                numbers = Grid { rows: Vec::new(), ..grid.clone() };
                numbers.header[0] = text(language, "list-profile");
            }
            numbers.rows.extend(grid.rows);
        }
        let print = |grid: Grid| match global.format {
            Format::Md => grid.without_empty_columns().markdown(),
            _ => grid.without_empty_columns().table(),
        };
        out.push_str(&print(numbers));
        for pair in pairs {
            out.push_str(&format!("\n{}\n", self.heading(pair, language)));
            if let Some(answer) = pair.restated.iter().flat_map(|answers| &answers.answers).next() {
                let (stat, shown) = (statistic(answer, language), value::answer(answer, language));
                let texts = [("one", pair.one), ("other", pair.other), ("stat", stat.as_str()), ("value", shown.as_str())];
                out.push_str(&format!("{}\n", fill(language, "contrast-stat", &texts)));
            }
            if pair.found.causes.is_empty() {
                continue;
            }
            let unit = metric.definition.unit;
            out.push_str(&print(causes(pair, language)));
            out.push('\n');
            out.push_str(&print(self.examples(pair, unit, zone, language)));
        }
        out.push('\n');
        for own in answers {
            out.extend(profile_line(own, &canonical(own, &titled), language).map(|line| line + "\n"));
        }
        out.extend(answers.first().map(|own| data_line(own, zone, language) + "\n"));
        out
    }

    fn heading(&self, pair: &Pair<'_>, language: Language) -> String {
        let differing = pair.found.causes.iter().map(|cause| cause.count).sum::<usize>();
        let same = value::count(pair.found.same, language);
        let texts = [("one", pair.one), ("other", pair.other), ("same", same.as_str())];
        let key = if pair.found.by_conversation { "contrast-conversations" } else { "contrast-rows" };
        counted(language, key, differing as i64, &texts)
    }

    fn examples(&self, pair: &Pair<'_>, unit: Unit, zone: &jiff::tz::TimeZone, language: Language) -> Grid {
        let word = |name: &str| text(language, name);
        let (one, other) = (format!(">{}", pair.one), format!(">{}", pair.other));
        let header = [word("contrast-number"), word("explain-case"), one, other, word("contrast-started"), word("explain-dated")];
        let mut grid = Grid::new(header.iter().map(String::as_str));
        for (number, cause) in (1..).zip(&pair.found.causes) {
            for row in cause.rows.iter().take(self.limit.unwrap_or(EXAMPLES)) {
                let at = |pick: fn(&Case) -> Option<deskgauge_core::facts::At>| {
                    let local = |case: &Option<Case>| case.as_ref().and_then(pick).map(|at| value::local(at, zone));
                    let (one, other) = (local(&row.one), local(&row.other));
                    match (one, other) {
                        (Some(one), Some(other)) if one != other => format!("{one} / {other}"),
                        (one, other) => one.or(other).unwrap_or_default(),
                    }
                };
                let shown = |case: &Option<Case>| shown(case.as_ref(), unit, language);
                let id = row.id.clone().unwrap_or_default();
                let case = if row.row.is_empty() { id } else { format!("{id} {}", row.row) };
                let (started, dated) = (at(|case| case.started), at(|case| case.dated));
                grid.push(vec![number.to_string(), case, shown(&row.one), shown(&row.other), started, dated]);
            }
        }
        grid
    }

    fn json(&self, answers: &[Answers], pairs: &[Pair<'_>]) -> Value {
        let limit = self.limit.unwrap_or(EXAMPLES);
        let case = |case: &Option<Case>| {
            let case = case.as_ref()?;
            Some(json!({
                "value": case.value.map(answer_json::number),
                "left_out": state(case),
                "started": case.started.map(value::instant),
                "dated": case.dated.map(value::instant),
            }))
        };
        let row = |row: &Differing| {
            let name = (!row.row.is_empty()).then_some(row.row.as_str());
            json!({ "id": row.id, "row": name, "one": case(&row.one), "other": case(&row.other) })
        };
        let cause = |cause: &Cause| {
            json!({
                "cause": cause.kind.name(),
                "clause": cause.kind.clause(),
                "switch": cause.sentence,
                "rows": cause.count,
                "examples": cause.rows.iter().take(limit).map(row).collect::<Vec<_>>(),
            })
        };
        let pair = |pair: &Pair<'_>| {
            json!({
                "one": pair.one,
                "other": pair.other,
                "matched_by": if pair.found.by_conversation { "conversation" } else { "row" },
                "same": pair.found.same,
                "one_by_others_stat": pair.restated.as_ref().map(answer_json::answers),
                "causes": pair.found.causes.iter().map(cause).collect::<Vec<_>>(),
            })
        };
        json!({
            "metric": self.metric,
            "profiles": answers.iter().map(answer_json::answers).collect::<Vec<_>>(),
            "pairs": pairs.iter().map(pair).collect::<Vec<_>>(),
        })
    }

    /// Every row that differs.
    fn csv(&self, pairs: &[Pair<'_>]) -> String {
        let mut out = csv::record(&[
            "metric",
            "one",
            "other",
            "cause",
            "clause",
            "id",
            "row",
            "one_value",
            "other_value",
            "one_left_out",
            "other_left_out",
            "one_started",
            "other_started",
            "one_dated",
            "other_dated",
        ]);
        for (pair, cause) in pairs.iter().flat_map(|pair| pair.found.causes.iter().map(move |cause| (pair, cause))) {
            for row in cause.rows.iter().take(self.limit.unwrap_or(usize::MAX)) {
                let both = |pick: &dyn Fn(&Case) -> Option<String>| {
                    [&row.one, &row.other].map(|case| case.as_ref().and_then(pick).unwrap_or_default())
                };
                let mut cells = vec![self.metric.clone(), pair.one.to_owned(), pair.other.to_owned()];
                cells.extend([cause.kind.name().to_owned(), cause.kind.clause().unwrap_or_default().to_owned()]);
                cells.extend([row.id.clone().unwrap_or_default(), row.row.clone()]);
                cells.extend(both(&|case| case.value.map(csv::number)));
                cells.extend(both(&|case| state(case).map(str::to_owned)));
                cells.extend(both(&|case| case.started.map(value::instant)));
                cells.extend(both(&|case| case.dated.map(value::instant)));
                out.push_str(&csv::record(&cells));
            }
        }
        out
    }
}

/// What leaves a row out, if something does.
fn state(case: &Case) -> Option<&str> {
    case.left_out.as_deref().or((!case.counts).then_some(NO_VALUE))
}

/// A side of a row: its value, or why it has none.
fn shown(case: Option<&Case>, unit: Unit, language: Language) -> String {
    match case {
        None => value::DASH.to_owned(),
        Some(case) => match (state(case), case.value) {
            (Some(clause), _) => format!("({})", locale::reason(language, clause)),
            (None, Some(number)) if unit == Unit::Share => value::decimal(number, 0, language),
            (None, Some(number)) => value::value(number, unit, language),
            (None, None) => text(language, "contrast-counted"),
        },
    }
}

fn causes(pair: &Pair<'_>, language: Language) -> Grid {
    let word = |name: &str| text(language, name);
    let header = [word("contrast-number"), word("contrast-cause"), format!(">{}", word("explain-rows"))];
    let mut grid = Grid::new(header.iter().map(String::as_str));
    for (number, cause) in (1..).zip(&pair.found.causes) {
        let reason = cause.kind.clause().map(|clause| locale::reason(language, clause)).unwrap_or_default();
        let texts = [("one", pair.one), ("other", pair.other), ("reason", reason.as_str())];
        let told = fill(language, &format!("contrast-{}", cause.kind.name()), &texts);
        let told = match &cause.sentence {
            Some(sentence) => format!("{told}: {sentence}"),
            None => told,
        };
        grid.push(vec![number.to_string(), told, value::count(cause.count as i64, language)]);
    }
    grid
}
