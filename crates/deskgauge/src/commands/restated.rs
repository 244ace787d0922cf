//! `restated`: past periods whose numbers are not any more what they were, with the conversations and imports that changed them.

use std::collections::BTreeMap;

use clap::Args;
use deskgauge_core::metric::{Language, Unit};
use deskgauge_core::period::Grain;
use deskgauge_core::question::{AsOf, Question};
use deskgauge_engine::restated::{self, Cause, Restated as Changed, Row, State};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::board::Board;
use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit};
use crate::locale::{date, fill, find, reason, text};
use crate::output::grid::Grid;
use crate::output::{self, json as answer_json, value};
use crate::workspace::{self, Asking};

/// List the numbers of past periods that changed since an earlier state of the data
///
/// Each with its value before and after, the rows that changed it (new, gone, changed), and the import that did it. A number was told by
/// what counted as now when that state was made, so that a window that has run out since shows as a cause of its own: time.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge restated                                     since the commit before the newest\n  deskgauge restated --since 12 --metrics resolutions,csat\n  deskgauge restated --since 2026-02-01 --grain week --format json"
)]
pub(crate) struct Restated {
    /// The earlier state: a snapshot's number, a date (its beginning) or an instant [default: before the newest commit]
    #[arg(long, value_name = "SNAPSHOT|TIME")]
    since: Option<String>,
    /// The KPIs, parted by commas; `all` for all that there are [default: those of the board]
    #[arg(long, value_name = "KPI,…", value_delimiter = ',')]
    metrics: Vec<String>,
    /// The periods: day, week, month, quarter or year
    #[arg(long, value_name = "GRAIN", default_value = "month")]
    grain: String,
    /// Only rows that meet this, in SQL over the facts' columns
    #[arg(long = "where", value_name = "SQL")]
    filter: Option<String>,
    /// How many rows to show of each number
    #[arg(long, value_name = "N", default_value_t = 5)]
    cases: usize,
    /// What counts as now: a date (its beginning) or an instant [default: the clock]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    now: Option<String>,
}

impl Restated {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let mut question = self.question()?;
        let opened = workspace::open(global).await?;
        let now = Asking::of(&opened, None, workspace::now()).await?;
        let since = match question.as_of.take() {
            Some(since) => since,
            None => AsOf::Snapshot(now.cut().snapshot - 1),
        };
        let then = Asking::of(&opened, Some(&since), workspace::now()).await?;
        question.metrics = Board::ids(now.catalogue(), &self.metrics);
        let zone = &now.rules().workspace.time_zone;
        let at = question.now.take().map_or(now.now(), |now| now.at(zone));
        // A state cannot have been told of after the now that is asked for, such as that of a simulated shop.
        let before = State { source: then.source(), cut: then.cut(), now: then.now().min(at) };
        let after = State { source: now.source(), cut: now.cut(), now: at };
        let imports = opened.imports().await.map_err(workspace::failure)?;
        let found = restated::restated(&before, &after, now.catalogue(), now.rules(), &imports, &question).await;
        let found = found.map_err(workspace::ask_failure)?;
        let names: BTreeMap<i64, &str> = imports.iter().map(|import| (import.id, import.name.as_str())).collect();
        let told = Told { found: &found, before: &before, after: &after, asking: &now, names, most: self.cases, global };
        output::print(&match global.format {
            Format::Json => told.json().to_string(),
            Format::Csv => told.csv(),
            Format::Table => told.text("", "  "),
            Format::Md => told.text("## ", "- "),
        })
    }

    fn question(&self) -> Outcome<Question> {
        let mut question = Question::new(Vec::new());
        let grain = Some(self.grain.clone());
        let options = [("grain", &grain), ("where", &self.filter), ("as-of", &self.since), ("now", &self.now)];
        let problems: Vec<_> =
            options.into_iter().filter_map(|(name, value)| question.set_option(name, value.as_ref()?).err()).collect();
        if !problems.is_empty() {
            return Err(Failure::all(exit::USAGE, problems));
        }
        if question.grain == Grain::All {
            return Err(Failure::usage(
                "bad-value",
                "all time is no past period",
                "take --grain day, week, month, quarter or year",
            ));
        }
        Ok(question)
    }
}

/// What was found, on its way to a reader.
struct Told<'a> {
    found: &'a [Changed],
    before: &'a State<'a>,
    after: &'a State<'a>,
    asking: &'a Asking,
    names: BTreeMap<i64, &'a str>,
    most: usize,
    global: &'a Global,
}

impl Told<'_> {
    fn text(&self, head: &str, item: &str) -> String {
        let language = self.global.lang;
        let zone = self.zone();
        let cut = |state: &State<'_>| {
            let snapshot = state.cut.snapshot.to_string();
            let now = date::instant(state.now, zone, language);
            fill(language, "restated-cut", &[("snapshot", &snapshot), ("now", &now)])
        };
        let [before, after] = [self.before, self.after].map(cut);
        let key = if self.found.is_empty() { "restated-nothing" } else { "restated-title" };
        let mut out = format!("{}\n", fill(language, key, &[("before", &before), ("after", &after)]));
        for changed in self.found {
            let answer = &changed.after;
            let name = self.asking.name(&answer.metric, None, language);
            let period = answer.period.map(|period| period.to_string()).unwrap_or_default();
            let [was, is] = [&changed.before, &changed.after].map(|answer| value::answer(answer, language));
            let [was_n, is_n] =
                [&changed.before, &changed.after].map(|answer| answer.n.map(|n| value::count(n, language)).unwrap_or_default());
            let texts = [
                ("name", &*name),
                ("period", &*period),
                ("before", &*was),
                ("after", &*is),
                ("before-n", &*was_n),
                ("n", &*is_n),
            ];
            let key = if answer.unit == Unit::Count { "restated-count" } else { "restated-number" };
            out.push_str(&format!("\n{head}{}\n", fill(language, key, &texts)));
            if changed.aged.value != changed.before.value {
                let aged = value::answer(&changed.aged, language);
                out.push_str(&format!("{item}{}\n", fill(language, "restated-aged", &[("value", &aged)])));
            }
            for row in changed.rows.iter().take(self.most) {
                out.push_str(&format!("{item}{}\n", self.row(row, answer.unit)));
            }
            let more = changed.rows.len().saturating_sub(self.most);
            if more > 0 {
                let more = value::count(i64::try_from(more).unwrap_or(i64::MAX), language);
                out.push_str(&format!("{item}{}\n", fill(language, "restated-more", &[("count", &more)])));
            }
        }
        out
    }

    fn row(&self, row: &Row, unit: Unit) -> String {
        let language = self.global.lang;
        let id = row.after.as_ref().or(row.before.as_ref()).and_then(|case| case.id.clone());
        let id = id.unwrap_or_else(|| text(language, "none"));
        let case = |case: Option<&deskgauge_engine::ask::Case>| match case {
            None => value::DASH.to_owned(),
            Some(case) => match (&case.left_out, case.value) {
                (Some(left_out), _) => left_out_word(left_out, language),
                (None, Some(number)) => value::value(number, if unit == Unit::Share { Unit::Count } else { unit }, language),
                (None, None) => case.dated.map_or_else(|| "1".to_owned(), |at| value::local(at, self.zone())),
            },
        };
        let [was, is] = [row.before.as_ref(), row.after.as_ref()].map(case);
        let kind = text(language, &format!("restated-{}", row.kind.name()));
        let texts = [("id", &*id), ("kind", &*kind), ("before", &*was), ("after", &*is), ("cause", &*self.cause(row.cause))];
        fill(language, "restated-row", &texts)
    }

    fn cause(&self, cause: Cause) -> String {
        let language = self.global.lang;
        match cause {
            Cause::Import(0) => text(language, "restated-live"),
            Cause::Import(id) => {
                let (number, name) = (id.to_string(), self.names.get(&id).copied().unwrap_or(""));
                fill(language, "quality-import", &[("import", &number), ("name", name)])
            }
            Cause::Undone(id) => {
                let (number, name) = (id.to_string(), self.names.get(&id).copied().unwrap_or(""));
                fill(language, "restated-undone", &[("import", &number), ("name", name)])
            }
            Cause::Time => text(language, "restated-time"),
            Cause::Other => text(language, "restated-other"),
        }
    }

    fn csv(&self) -> String {
        let mut grid = Grid::new([
            "metric", "period", "unit", "before", "before_n", "aged", "after", "after_n", "new", "gone", "changed", "imports",
            "ids",
        ]);
        let real = |number: Option<f64>| number.map(output::csv::number).unwrap_or_default();
        let whole = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        for changed in self.found {
            let (before, after) = (&changed.before, &changed.after);
            let of = |kind| changed.rows.iter().filter(|row| row.kind == kind).count().to_string();
            let mut imports: Vec<String> = changed
                .rows
                .iter()
                .filter_map(|row| match row.cause {
                    Cause::Import(id) | Cause::Undone(id) => Some(id.to_string()),
                    Cause::Time | Cause::Other => None,
                })
                .collect();
            imports.sort();
            imports.dedup();
            let ids =
                changed.rows.iter().take(self.most).filter_map(|row| row.after.as_ref().or(row.before.as_ref())?.id.clone());
            grid.push(vec![
                after.metric.clone(),
                after.period.map(|period| period.to_string()).unwrap_or_default(),
                after.unit.name().to_owned(),
                real(before.value),
                whole(before.n),
                real(changed.aged.value),
                real(after.value),
                whole(after.n),
                of(restated::Kind::New),
                of(restated::Kind::Gone),
                of(restated::Kind::Changed),
                imports.join(";"),
                ids.collect::<Vec<_>>().join(";"),
            ]);
        }
        grid.csv()
    }

    fn json(&self) -> Value {
        let state = |state: &State<'_>| json!({ "data_cut": answer_json::data_cut(state.cut), "now": value::instant(state.now) });
        let case = |case: &deskgauge_engine::ask::Case| {
            json!({
                "dated": case.dated.map(value::instant),
                "value": case.value.map(answer_json::number),
                "left_out": case.left_out,
            })
        };
        let row = |row: &Row| {
            let (cause, import) = match row.cause {
                Cause::Import(id) => ("import", Some(id)),
                Cause::Undone(id) => ("undo", Some(id)),
                Cause::Time => ("time", None),
                Cause::Other => ("other", None),
            };
            json!({
                "id": row.after.as_ref().or(row.before.as_ref()).and_then(|case| case.id.clone()),
                "kind": row.kind.name(),
                "before": row.before.as_ref().map(case),
                "after": row.after.as_ref().map(case),
                "cause": cause,
                "import": import,
                "file": import.and_then(|id| self.names.get(&id).copied()),
            })
        };
        let changed = |changed: &Changed| {
            json!({
                "metric": changed.after.metric,
                "period": changed.after.period.map(|period| period.to_string()),
                "before": answer_json::answer(&changed.before),
                "aged": answer_json::answer(&changed.aged),
                "after": answer_json::answer(&changed.after),
                "rows_count": changed.rows.len(),
                "rows": changed.rows.iter().take(self.most).map(row).collect::<Vec<_>>(),
            })
        };
        json!({
            "before": state(self.before),
            "after": state(self.after),
            "restated": self.found.iter().map(changed).collect::<Vec<_>>(),
        })
    }

    fn zone(&self) -> &TimeZone {
        &self.asking.rules().workspace.time_zone
    }
}

/// Why a row does not count, in words.
fn left_out_word(left_out: &str, language: Language) -> String {
    find(language, &format!("null-{left_out}"))
        .or_else(|| find(language, &format!("column-{left_out}")))
        .unwrap_or_else(|| reason(language, left_out))
}
