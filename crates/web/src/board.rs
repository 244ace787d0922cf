//! The board: the KPIs of a period against the period before, with targets, as one struct that every format prints.
//!
//! What it is compared with, the question says, and what a change is, the core; where targets lie, the rules. Nothing is formatted here.

pub mod ages;
pub mod arrivals;
#[cfg(test)]
pub(crate) mod blank;
pub mod changes;
pub mod movers;
pub mod period;
pub mod words;

use std::collections::BTreeMap;

use deskgauge_core::answer::{Answer, Answers};
use deskgauge_core::metric::Metric;
use deskgauge_core::period::{Grain, local_date};
use deskgauge_core::question::{Question, Stat};
use deskgauge_core::rules::Goal;
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::plan::met;
use jiff::civil::Date;

use crate::asking::Asking;
use crate::explain::distribution::Spread;
use crate::failure::Outcome;
use ages::Ages;
use arrivals::Arrivals;
use changes::Changes;
use movers::Movers;
use period::Range;

/// The KPIs of the board in the order of reading: what comes in, what waits, how fast, how well, how it was liked. Those that the
/// catalogue does not have are passed over; the workspace's own follow.
const ORDER: &[&str] = &[
    "conversations_created",
    "contacts_received",
    "resolutions",
    "conversations_handled",
    "messages_handled",
    "backlog",
    "overdue",
    "first_response_time",
    "reply_time",
    "answered_within",
    "first_resolution_time",
    "full_resolution_time",
    "time_with_us",
    "time_with_customer",
    "time_with_third_party",
    "sla_compliance",
    "one_touch_rate",
    "reopen_rate",
    "escalation_rate",
    "csat",
    "csat_response_rate",
    "nps",
];

/// Columns of the table by channel.
const BY_CHANNEL: &[&str] =
    &["conversations_created", "backlog", "first_response_time", "full_resolution_time", "sla_compliance", "reopen_rate", "csat"];

/// A board.
pub struct Board {
    /// The workspace's name.
    pub title: String,
    /// The period.
    pub range: Range,
    /// One row per KPI.
    pub rows: Vec<Row>,
    /// The KPIs cut by a dimension: their ids, and the answers of each of its values in the same order.
    pub by: By,
    /// The 90th percentile of the first response, day by day, beside the median.
    pub first_response_p90: Vec<(Date, Option<f64>)>,
    /// Conversations created by day and channel.
    pub created_by_channel: BTreeMap<String, Vec<(Date, f64)>>,
    /// The backlog at the end of each day, by age.
    pub ages: Option<Ages>,
    /// When customers came, by weekday and hour.
    pub arrivals: Option<Arrivals>,
    /// How the values of some durations are spread, where a page shows it.
    pub(crate) spreads: Vec<Spread>,
    /// What changed in parts of the rows; nothing, where nobody looks at it.
    pub changes: Changes,
    /// The agents whose numbers moved most; none, where nobody looks at agents.
    pub movers: Movers,
    /// Notes on days, which the pictures show as marks.
    pub notes: Vec<(Date, String)>,
    /// What is seriously wrong with the data, by code.
    pub troubles: Vec<&'static str>,
    /// Of which data, under which rules; its answers are in the rows.
    pub about: Answers,
}

/// The table by a dimension.
#[derive(Default)]
pub struct By {
    /// The dimension.
    pub dimension: String,
    /// The ids of its columns.
    pub metrics: Vec<String>,
    /// A value and its answers; `None` is the value of those without.
    pub rows: Vec<(Option<String>, Vec<Option<Answer>>)>,
}

impl By {
    /// Asks for a table of its own: KPIs by a dimension, all of which must have it.
    pub async fn ask(asking: &Asking, dimension: &str, columns: Vec<String>, base: &Question) -> Outcome<Self> {
        if columns.is_empty() {
            return Ok(Self::default());
        }
        let by = vec![dimension.to_owned()];
        let answers =
            asking.ask(&Question { metrics: columns.clone(), by, compare: None, grain: Grain::All, ..base.clone() }).await?;
        Ok(Self { dimension: dimension.to_owned(), rows: cells(&columns, answers), metrics: columns })
    }
}

/// A KPI on the board.
pub struct Row {
    /// The KPI.
    pub metric: Metric,
    /// In the period, with what it is compared with.
    pub now: Answer,
    /// Day by day over the period.
    pub daily: Vec<(Date, Option<f64>)>,
    /// Day by day over the period before.
    pub daily_before: Vec<(Date, Option<f64>)>,
    /// Targets for parts: the condition, and the value there.
    pub parts: Vec<Part>,
}

/// A target for a part of the rows.
pub struct Part {
    /// The condition, as it stands in the rules.
    pub filter: String,
    /// The answer there, aimed at this target.
    pub answer: Answer,
}

impl Board {
    /// The KPIs that stand on a board: those that are `named` or, if none is, the usual ones and one's own. `all` names the others, too.
    pub fn ids(catalogue: &Catalogue, named: &[String]) -> Vec<String> {
        let all = named.iter().any(|id| id == "all");
        if !named.is_empty() && !all {
            return named.to_vec();
        }
        let known = |id: &&str| catalogue.get(id).is_some();
        let own = catalogue.metrics().filter(|metric| Catalogue::is_own(metric)).map(|metric| metric.id.clone());
        let mut ids: Vec<String> = ORDER.iter().copied().filter(known).map(str::to_owned).chain(own).collect();
        if all {
            let others = catalogue.metrics().filter(|metric| !ids.contains(&metric.id));
            let others: Vec<String> = others.map(|metric| metric.id.clone()).collect();
            ids.extend(others);
        }
        ids
    }

    /// Asks for a board with its table by channel, and for what changed by the dimensions `cuts`. `base` carries what all its questions
    /// share: the KPIs that are named, filter, clock, now.
    pub async fn ask(asking: &Asking, range: Range, base: &Question, cuts: &[&str]) -> Outcome<Self> {
        Self::ask_whole(asking, range, base, ("channel", BY_CHANNEL), cuts).await
    }

    /// The same with a table of the KPIs `columns` by a dimension, all of which must have it, and without what changed.
    pub async fn ask_by(asking: &Asking, range: Range, base: &Question, dimension: &str, columns: &[&str]) -> Outcome<Self> {
        Self::ask_whole(asking, range, base, (dimension, columns), &[]).await
    }

    async fn ask_whole(
        asking: &Asking,
        range: Range,
        base: &Question,
        (dimension, columns): (&str, &[&str]),
        cuts: &[&str],
    ) -> Outcome<Self> {
        let ids = Self::ids(asking.catalogue(), &base.metrics);
        let compared = Question { metrics: ids.clone(), from: Some(range.from), to: Some(range.to), ..base.clone() };
        let current = Question { compare: None, ..compared.clone() };
        let daily = |question: &Question| Question { grain: Grain::Day, ..question.clone() };
        let goals = asking.rules().goals.iter().filter(|goal| goal.filter.is_some() && ids.contains(&goal.metric));
        let goals: Vec<&Goal> = goals.collect();
        let mut questions = vec![compared.clone(), daily(&compared)];
        let of_parts = questions.len();
        questions.extend(goals.iter().map(|goal| part(&current, goal)));
        let of_pictures = questions.len();
        questions.extend(pictures(&current, &daily(&current), dimension, columns));
        let of_ages = questions.len();
        questions.extend(Ages::questions(&daily(&current)));
        let of_changes = questions.len();
        // Where none is named it is those of the table, which stand for the others, and one's own.
        let own = |id: &&String| asking.catalogue().get(id).is_some_and(Catalogue::is_own);
        let stands = |id: &&String| !base.metrics.is_empty() || BY_CHANNEL.contains(&id.as_str()) || own(id);
        let metrics = ids.iter().filter(stands).cloned().collect();
        let looked = changes::questions(asking, &Question { metrics, ..compared.clone() }, cuts)?;
        questions.extend(looked.iter().cloned());
        let mut answered = asking.ask_all(&questions).await?;
        let changed = answered.split_off(of_changes);
        let mut aged = answered.split_off(of_ages);
        let pictured = answered.split_off(of_pictures);
        let parted = answered.split_off(of_parts);
        let mut answered = answered.into_iter();
        let mut next = || answered.next().expect("each question has its answers");
        let (mut about, mut days) = (next(), next());
        // The days that are still to come have nothing to show.
        let today = local_date(about.now.0, &asking.rules().workspace.time_zone);
        let passed = |answer: &Answer| answer.period.is_none_or(|day| day <= today);
        days.answers.retain(passed);
        let mut rows = Vec::new();
        for now in std::mem::take(&mut about.answers) {
            let Ok(metric) = asking.catalogue().under(&now.metric, &base.profile).cloned() else { continue };
            let own = goals.iter().zip(&parted).filter(|(goal, _)| goal.metric == metric.id);
            rows.push(Row {
                daily: series(&days, &now.metric),
                daily_before: series_before(&days, &now.metric),
                parts: own.filter(|_| fits(asking, &metric)).flat_map(|(goal, answers)| parts(goal, &metric, answers)).collect(),
                metric,
                now,
            });
        }
        let mut pictured = pictured.into_iter();
        let mut next = || pictured.next().expect("each picture has its answers");
        let columns = of_board(&current, columns);
        let by = By { dimension: dimension.to_owned(), rows: cells(&columns, next()), metrics: columns };
        let (mut p90, mut created) = (next(), next());
        p90.answers.retain(passed);
        created.answers.retain(passed);
        let first_response_p90 = series(&p90, "first_response_time");
        let created_by_channel = created_by_channel(created);
        aged.iter_mut().for_each(|answers| answers.answers.retain(passed));
        let ages = Ages::of(&aged);
        let arrivals = Arrivals::of(&next(), range, asking.rules().workspace.week_starts);
        let changes = Changes::of(&rows, &looked, &changed);
        let movers = Movers::of(&rows, &looked, &changed);
        let title = asking.rules().workspace.name.clone();
        let troubles = asking.troubles().await?;
        Ok(Self {
            title,
            range,
            rows,
            by,
            first_response_p90,
            created_by_channel,
            ages,
            arrivals,
            spreads: Vec::new(),
            changes,
            movers,
            notes: Vec::new(),
            troubles,
            about,
        })
    }

    /// Whether nothing happened in the period.
    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(|row| row.now.value.is_none_or(|value| value == 0.0))
    }

    /// The row of a KPI.
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.metric.id == id)
    }
}

/// The question that a goal for some of a KPI's rows asks.
fn part(current: &Question, goal: &Goal) -> Question {
    let filter = goal.filter.clone().unwrap_or_default();
    let both = current.filter.as_ref().map_or_else(|| filter.clone(), |outer| format!("({outer}) and ({filter})"));
    Question { metrics: vec![goal.metric.clone()], filter: Some(both), ..current.clone() }
}

fn parts(goal: &Goal, metric: &Metric, answers: &Answers) -> Vec<Part> {
    let part = |answer: &Answer| Part {
        filter: goal.filter.clone().unwrap_or_default(),
        answer: Answer { aim: answer.value.and_then(|value| met(goal, metric.good, value)), ..answer.clone() },
    };
    answers.answers.iter().map(part).collect()
}

/// Whether a metric has the unit that targets are written in: a profile may tell it in another one.
fn fits(asking: &Asking, metric: &Metric) -> bool {
    asking.catalogue().get(&metric.id).is_some_and(|own| own.definition.unit == metric.definition.unit)
}

/// Day by day.
fn series(answers: &Answers, id: &str) -> Vec<(Date, Option<f64>)> {
    let own = days(answers, id);
    own.map(|(day, answer)| (day, answer.value)).collect()
}

/// The same of what it is compared with, by its own days; a day without its like is left out.
fn series_before(answers: &Answers, id: &str) -> Vec<(Date, Option<f64>)> {
    let before = days(answers, id).filter_map(|(_, answer)| answer.comparison.as_ref());
    before.filter_map(|comparison| Some((comparison.before.period?, comparison.before.value))).collect()
}

fn days<'a>(answers: &'a Answers, id: &'a str) -> impl Iterator<Item = (Date, &'a Answer)> {
    answers.answers.iter().filter(move |answer| answer.metric == id).filter_map(|answer| Some((answer.period?, answer)))
}

/// What the table and the pictures need beyond the rows: KPIs by the dimension, the slowest first responses by day, what was created by day and channel, and
/// when customers came.
/// Only KPIs of the board are asked for.
fn pictures(current: &Question, daily: &Question, dimension: &str, columns: &[&str]) -> [Question; 4] {
    let only = |ids: &[&str]| of_board(current, ids);
    [
        Question { metrics: only(columns), by: vec![dimension.to_owned()], ..current.clone() },
        Question { metrics: only(&["first_response_time"]), stat: Some(Stat::P90), ..daily.clone() },
        Question { metrics: only(&["conversations_created"]), by: vec!["channel".to_owned()], ..daily.clone() },
        Arrivals::question(current),
    ]
}

/// Those KPIs that stand on the board.
fn of_board(current: &Question, ids: &[&str]) -> Vec<String> {
    let ids = ids.iter().map(|id| (*id).to_owned());
    ids.filter(|id| current.metrics.contains(id)).collect()
}

/// A value of the dimension and its answers, in the order of the columns.
type Cells = (Option<String>, Vec<Option<Answer>>);

/// The largest first.
fn cells(columns: &[String], answers: Answers) -> Vec<Cells> {
    let mut rows: Vec<Cells> = Vec::new();
    for answer in answers.answers {
        let own = answer.dimensions.first().and_then(|(_, own)| own.clone());
        let column = columns.iter().position(|id| *id == answer.metric).unwrap_or(0);
        let row = match rows.iter().position(|(known, _)| *known == own) {
            Some(row) => row,
            None => {
                rows.push((own, vec![None; columns.len()]));
                rows.len() - 1
            }
        };
        rows[row].1[column] = Some(answer);
    }
    let size = |row: &Cells| row.1.first().and_then(|answer| answer.as_ref()?.value).unwrap_or(0.0);
    rows.sort_by(|one, other| size(other).total_cmp(&size(one)).then_with(|| one.0.cmp(&other.0)));
    rows
}

fn created_by_channel(answers: Answers) -> BTreeMap<String, Vec<(Date, f64)>> {
    let mut created: BTreeMap<String, Vec<(Date, f64)>> = BTreeMap::new();
    for answer in answers.answers {
        let channel = answer.dimensions.into_iter().next().and_then(|(_, channel)| channel).unwrap_or_else(|| "none".to_owned());
        if let Some(day) = answer.period {
            created.entry(channel).or_default().push((day, answer.value.unwrap_or(0.0)));
        }
    }
    created
}
