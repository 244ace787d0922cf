//! What somebody else reported, conversation by conversation, against ours: equal, or different and for which reason.
//!
//! A cause is never guessed: it is found by counting the conversation otherwise, on the other clock, under another profile or with
//! another figure of the facts, until the reported number comes out. What no way explains is unknown.

mod figures;

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use deskgauge_core::metric::{CANONICAL, Measure};
use deskgauge_core::question::{Clock, Question};
use deskgauge_core::rules::Rules;

use super::contrast::NO_VALUE;
use super::explain::{Order, cases};
use super::{AskError, refused, sql};
use crate::catalogue::Catalogue;
use crate::source::FactSource;

pub use figures::{FACT_FIGURES, FactFigure};

/// A number that was reported of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    /// The row of the file.
    pub row: u64,
    /// The conversation, by its id in the workspace.
    pub conversation: String,
    /// The number in its unit; none where the report has none.
    pub value: Option<f64>,
    /// Its places after the point: rounding may have moved it by one of the last of them.
    pub places: u32,
}

/// What a column reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What it is of ours.
    pub figure: Figure,
    /// How many seconds its unit has; 1 of what is no time.
    pub unit: f64,
    /// On which clock it is reported.
    pub clock: Clock,
    /// The profile that the reporter is thought to count by: it is tried first.
    pub vendor: Option<String>,
}

/// What of ours a column is held against.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// A KPI, by its id: its value in each conversation.
    Metric(String),
    /// A figure of the facts that is no KPI.
    Fact(&'static FactFigure),
}

/// What became of a reported number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Equal, within the reported rounding.
    Equal,
    /// Neither has a number.
    BothNone,
    /// Equal on the other clock.
    OnClock(&'static str),
    /// Equal under this profile, on this clock.
    Profile(String, &'static str),
    /// Equal if it is counted so.
    Otherwise(&'static str),
    /// The time differs by so many whole hours, as between two time zones.
    WholeHours(i64),
    /// Ours has no number: this clause or state leaves the conversation out.
    LeftOut(String),
    /// Ours has no number: the conversation is no row of the KPI.
    NoRow,
    /// The report has no number, ours has.
    OnlyOurs,
    /// The conversation is not in the workspace.
    NotHere,
    /// None of this explains it.
    Unknown,
}

impl Cause {
    /// Whether the numbers agree without any explanation.
    pub fn agrees(&self) -> bool {
        matches!(self, Self::Equal | Self::BothNone)
    }

    /// Its word.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::BothNone => "both_none",
            Self::OnClock(_) => "other_clock",
            Self::Profile(..) => "other_profile",
            Self::Otherwise(_) => "counted_otherwise",
            Self::WholeHours(_) => "whole_hours",
            Self::LeftOut(_) => "left_out",
            Self::NoRow => "no_row",
            Self::OnlyOurs => "only_ours",
            Self::NotHere => "not_here",
            Self::Unknown => "unknown",
        }
    }

    /// What stands behind the word: a clock, a profile, a way, hours or a clause.
    pub fn detail(&self) -> String {
        match self {
            Self::OnClock(clock) => (*clock).to_owned(),
            Self::Profile(name, clock) if *clock == Clock::Calendar.name() => name.clone(),
            Self::Profile(name, clock) => format!("{name}, {clock}"),
            Self::Otherwise(way) => (*way).to_owned(),
            Self::WholeHours(hours) => hours.to_string(),
            Self::LeftOut(clause) => clause.clone(),
            _ => String::new(),
        }
    }
}

/// A reported number and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The number.
    pub reported: Reported,
    /// Ours, in the unit of the column.
    pub ours: Option<f64>,
    /// Why they differ, if they do.
    pub cause: Cause,
}

/// The conversations of a state of the data.
///
/// # Errors
/// As for [`sql`].
pub async fn conversations(source: &FactSource) -> Result<BTreeSet<String>, AskError> {
    let mut all = BTreeSet::new();
    for batch in sql(source, "select conversation from conversations").await? {
        let ids = arrow::compute::cast(batch.column(0), &arrow::datatypes::DataType::Utf8).map_err(arrow_error)?;
        all.extend(ids.as_string::<i32>().iter().flatten().map(str::to_owned));
    }
    Ok(all)
}

/// Holds what a column reports against ours, counted by the question's profile. The question's range, dimensions and clock do not matter.
///
/// # Errors
/// As for [`super::ask`]; `no-rows` for a KPI that has no number of single conversations.
pub async fn reconcile(
    source: &FactSource,
    catalogue: &Catalogue,
    rules: &Rules,
    question: &Question,
    column: &Column,
    reported: Vec<Reported>,
) -> Result<Vec<Line>, AskError> {
    if rules.privacy.hides_conversations() {
        let message = "single conversations are held against a report, and this workspace hides them ([privacy])";
        return Err(refused("individuals-hidden", message, "reconcile in a workspace of the same events without [privacy]"));
    }
    let known = conversations(source).await?;
    let counter = Counter { source, catalogue, rules, question, column };
    let base = counter.counted(&question.profile).await?;
    let mut lines: Vec<Line> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for reported in reported {
        let held = base.get(&reported.conversation);
        let ours = held.and_then(|held| held.on(column.clock));
        let cause = if !known.contains(&reported.conversation) {
            Some(Cause::NotHere)
        } else {
            match (reported.value, ours) {
                (None, None) => Some(Cause::BothNone),
                _ if column.agrees(ours, &reported) => Some(Cause::Equal),
                _ => None,
            }
        };
        if cause.is_none() {
            open.push(lines.len());
        }
        lines.push(Line { ours: ours.map(|ours| ours / column.unit), reported, cause: cause.unwrap_or(Cause::Unknown) });
    }
    let other_clock = if column.clock == Clock::Calendar { Clock::Business } else { Clock::Calendar };
    if counter.timed()? {
        counter.settle(&mut lines, &mut open, &base, other_clock, &Cause::OnClock(other_clock.name()));
    }
    for name in counter.profiles() {
        if open.is_empty() {
            break;
        }
        let counted = counter.counted(&name).await?;
        for clock in [column.clock, other_clock] {
            counter.settle(&mut lines, &mut open, &counted, clock, &Cause::Profile(name.clone(), clock.name()));
        }
    }
    if let Figure::Fact(figure) = &column.figure {
        for (way, statement) in figure.others {
            let counted = counter.of_statement(statement).await?;
            counter.settle(&mut lines, &mut open, &counted, column.clock, &Cause::Otherwise(way));
        }
    }
    for index in open {
        let line = &lines[index];
        lines[index].cause = match (line.reported.value, line.ours) {
            (None, _) => Cause::OnlyOurs,
            (Some(_), None) => match base.get(&line.reported.conversation) {
                Some(held) => Cause::LeftOut(held.left_out.clone().unwrap_or_else(|| NO_VALUE.to_owned())),
                None => Cause::NoRow,
            },
            (Some(theirs), Some(ours)) => column.whole_hours(ours, theirs, line.reported.places).unwrap_or(Cause::Unknown),
        };
    }
    Ok(lines)
}

impl Column {
    /// Whether ours, in seconds or things, is the reported number, rounded up, down or to the nearest of its last place.
    fn agrees(&self, ours: Option<f64>, reported: &Reported) -> bool {
        let (Some(ours), Some(theirs)) = (ours, reported.value) else { return ours.is_none() && reported.value.is_none() };
        let step = 10f64.powi(-(reported.places as i32));
        (ours / self.unit - theirs).abs() < step * (1.0 - 1e-9)
    }

    /// A difference of whole hours, as between two time zones; both numbers are in the column's unit. None of units as coarse as hours.
    fn whole_hours(&self, ours: f64, theirs: f64, places: u32) -> Option<Cause> {
        let fine = matches!(self.figure, Figure::Metric(_)) && self.unit > 0.0 && self.unit < 3600.0;
        let difference = (theirs - ours) * self.unit;
        let hours = (difference / 3600.0).round();
        let slack = self.unit * 10f64.powi(-(places as i32));
        let near = (difference - hours * 3600.0).abs() < slack;
        (fine && near && hours != 0.0 && hours.abs() <= 14.0).then_some(Cause::WholeHours(hours as i64))
    }
}

/// A conversation's number of ours.
#[derive(Default)]
struct Held {
    calendar: Option<f64>,
    business: Option<f64>,
    left_out: Option<String>,
}

impl Held {
    fn on(&self, clock: Clock) -> Option<f64> {
        if clock == Clock::Calendar { self.calendar } else { self.business }
    }
}

type Counted = BTreeMap<String, Held>;

/// Counts a column's figure in one way or another.
struct Counter<'a> {
    source: &'a FactSource,
    catalogue: &'a Catalogue,
    rules: &'a Rules,
    question: &'a Question,
    column: &'a Column,
}

impl Counter<'_> {
    /// The profiles to try after the question's own: the reporter's, the canonical one, then all others that redefine the KPI.
    fn profiles(&self) -> Vec<String> {
        let Figure::Metric(id) = &self.column.figure else { return Vec::new() };
        let redefining = self.catalogue.profiles().filter(|profile| profile.redefined(id).is_some());
        let named = self.column.vendor.iter().cloned().chain([CANONICAL.to_owned()]);
        let mut names: Vec<String> = Vec::new();
        for name in named.chain(redefining.map(|profile| profile.name.clone())) {
            if name != self.question.profile && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Whether it is a time, so that there are two clocks.
    fn timed(&self) -> Result<bool, AskError> {
        Ok(match &self.column.figure {
            Figure::Fact(figure) => figure.timed,
            Figure::Metric(id) => {
                let metric = self.catalogue.under(id, &self.question.profile)?;
                metric.definition(self.question.variant.as_deref()).is_some_and(|definition| definition.has_business())
            }
        })
    }

    /// The figure of each conversation, under a profile.
    async fn counted(&self, profile: &str) -> Result<Counted, AskError> {
        let id = match &self.column.figure {
            Figure::Fact(figure) => return self.of_statement(figure.statement).await,
            Figure::Metric(id) => id,
        };
        let metric = self.catalogue.under(id, profile)?;
        let variant = self.question.variant.as_deref();
        // A profile may not know the variant that was asked for.
        let variant = variant.filter(|name| metric.definition(Some(name)).is_some());
        let definition = metric.definition(variant).unwrap_or(&metric.definition);
        if !matches!(definition.measure, Measure::Value { .. } | Measure::Share { .. }) && profile == self.question.profile {
            let message = format!("`{id}` has no number of single conversations");
            return Err(refused("no-rows", &message, "name a KPI that is a duration, a number of each conversation or a share"));
        }
        let question = Question {
            by: Vec::new(),
            from: None,
            to: None,
            clock: None,
            compare: None,
            variant: variant.map(str::to_owned),
            profile: profile.to_owned(),
            ..self.question.clone()
        };
        let found = cases(self.source, self.catalogue, self.rules, id, &question, &Vec::new(), usize::MAX, Order::Newest).await?;
        let mut all: BTreeMap<String, (Held, i32)> = BTreeMap::new();
        for case in found {
            let Some(conversation) = case.id else { continue };
            let (held, rows) = all.entry(conversation).or_default();
            match case.left_out {
                Some(clause) => {
                    held.left_out.get_or_insert(clause);
                }
                None if case.counts => {
                    let add = |sum: Option<f64>, value: Option<f64>| match (sum, value) {
                        (Some(sum), Some(value)) => Some(sum + value),
                        (sum, value) => sum.or(value),
                    };
                    held.calendar = add(held.calendar, case.calendar.or(case.value));
                    held.business = add(held.business, case.business);
                    *rows += 1;
                }
                None => {
                    held.left_out.get_or_insert(NO_VALUE.to_owned());
                }
            }
        }
        // Of several rows of one conversation, such as its waits, the mean is what a report could have.
        let mean = |(held, rows): (Held, i32)| {
            let of = |sum: Option<f64>| sum.map(|sum| sum / f64::from(rows.max(1)));
            Held { calendar: of(held.calendar), business: of(held.business), ..held }
        };
        Ok(all.into_iter().map(|(conversation, found)| (conversation, mean(found))).collect())
    }

    /// The figure of each conversation by a statement of ours.
    async fn of_statement(&self, statement: &str) -> Result<Counted, AskError> {
        let mut counted = Counted::new();
        for batch in sql(self.source, statement).await? {
            let cast = |column: usize, ty| arrow::compute::cast(batch.column(column), &ty).map_err(arrow_error);
            let ids = cast(0, arrow::datatypes::DataType::Utf8)?;
            let (calendar, business) = (cast(1, arrow::datatypes::DataType::Int64)?, cast(2, arrow::datatypes::DataType::Int64)?);
            for row in (0..batch.num_rows()).filter(|row| ids.is_valid(*row)) {
                let number = |column: &arrow::array::ArrayRef| {
                    let column = column.as_primitive::<Int64Type>();
                    column.is_valid(row).then(|| column.value(row) as f64)
                };
                let held = Held { calendar: number(&calendar), business: number(&business), left_out: None };
                counted.insert(ids.as_string::<i32>().value(row).to_owned(), held);
            }
        }
        Ok(counted)
    }

    /// Gives a cause to the open lines that agree when they are counted so.
    fn settle(&self, lines: &mut [Line], open: &mut Vec<usize>, counted: &Counted, clock: Clock, cause: &Cause) {
        open.retain(|index| {
            let reported = &lines[*index].reported;
            // That neither has a number explains something where the reporter's own way says so, and nowhere else.
            let own = matches!(cause, Cause::Profile(name, _) if self.column.vendor.as_ref() == Some(name));
            let told = reported.value.is_some() || (own && clock == self.column.clock);
            let agrees =
                told && self.column.agrees(counted.get(&reported.conversation).and_then(|held| held.on(clock)), reported);
            if agrees {
                lines[*index].cause = cause.clone();
            }
            !agrees
        });
    }
}

fn arrow_error(error: arrow::error::ArrowError) -> AskError {
    datafusion::error::DataFusionError::from(error).into()
}
