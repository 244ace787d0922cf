//! The front door of the engine: a question comes in, answers go out; and what explains a number: its funnel and its cases.
//!
//! All of it reads one state of the data, knows no clock of its own, and ends: by the answer, by the limit of cells or by the deadline.

mod compare;
mod contrast;
mod drill;
mod drivers;
mod explain;
mod reconcile;
mod remarks;
mod sql;

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Duration;

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use deskgauge_core::answer::{Answer, Answers, DataCut};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::facts::At;
use deskgauge_core::question::Question;
use deskgauge_core::rules::Rules;
use futures::FutureExt;
use thiserror::Error;

use crate::catalogue::Catalogue;
use crate::files::FileError;
use crate::plan::{Asked, Inquiry, aim, answerable, answers};
use crate::source::FactSource;
use crate::threads::{Answering, each_of};

pub use compare::unfair;
pub use contrast::{Cause, Contrast, Differing, Held, Kind, NO_VALUE, contrast};
pub use drill::{Drill, Part, drill};
pub use drivers::{Adds, CUTS, Driver, Drivers, Moved, driver_questions, drivers, strength, told_from};
pub use explain::{Case, Funnel, Order, cases, population, values};
pub use reconcile::{Cause as ReportCause, Column, FACT_FIGURES, FactFigure, Figure, Line, Reported, conversations, reconcile};
pub use remarks::{pitfalls, uses, without_effect};
pub use sql::sql;

pub use crate::plan::Scan;

/// Why a question has no answer.
#[derive(Debug, Error)]
pub enum AskError {
    /// The question does not make sense, or a formula does not: the asker can put it right.
    #[error("{0}")]
    Refused(Diagnostic),
    /// The answer would be too long.
    #[error("the answer has {found} rows or more, and may have {most}: use fewer dimensions, a coarser grain or a shorter range")]
    TooManyCells {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// It took too long.
    #[error("no answer after {} s: narrow the range or ask for fewer metrics", .0.as_secs())]
    Deadline(Duration),
    /// A stored file that the question needs is not as it was written.
    #[error("the question could not be answered: {0}")]
    Damaged(FileError),
    /// The query engine's own error.
    #[error("the question could not be answered: {0}")]
    Engine(DataFusionError),
}

impl From<DataFusionError> for AskError {
    /// What a formula, `--where` or a statement does to its rows is the asker's to put right; the rest is the engine's own.
    fn from(error: DataFusionError) -> Self {
        let DataFusionError::ArrowError(arrow, _) = error.find_root() else { return Self::Engine(error) };
        let problem = match arrow.as_ref() {
            ArrowError::DivideByZero => Diagnostic::error("division-by-zero", "a row is divided by zero")
                .hint("write the divisor as nullif(…, 0): the result is then null where it is zero"),
            ArrowError::ArithmeticOverflow(_) => {
                Diagnostic::error("number-too-large", "a number grows too large for its type").hint("cast it to double first")
            }
            ArrowError::CastError(text) | ArrowError::ParseError(text) => {
                Diagnostic::error("bad-cast", format!("a value cannot be read as another type: {}", lower(text)))
                    .hint("write try_cast(… as …): the result is then null where it cannot be read")
            }
            _ => return Self::Engine(error),
        };
        Self::Refused(problem)
    }
}

/// A foreign sentence as ours begin.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

impl AskError {
    /// Tells the damaged file that made a question fail, if it was one: the query engine does not say which file it could not read.
    #[must_use]
    pub fn blamed(self, source: &FactSource) -> Self {
        match self {
            Self::Engine(error) => source.damaged().map_or(Self::Engine(error), Self::Damaged),
            other => other,
        }
    }
}

impl From<Diagnostic> for AskError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Refused(diagnostic)
    }
}

/// How much a question may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most rows of an answer.
    pub cells: usize,
    /// The longest that it may take.
    pub deadline: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { cells: 100_000, deadline: Duration::from_secs(120) }
    }
}

/// Answers a question, within the default limits. The question must name its `now`.
///
/// # Errors
/// See [`AskError`].
pub async fn ask(
    source: &FactSource,
    catalogue: &Catalogue,
    rules: &Rules,
    question: &Question,
    cut: DataCut,
) -> Result<Answers, AskError> {
    ask_within(source, catalogue, rules, question, cut, Limits::default()).await
}

/// Answers a question within limits.
///
/// # Errors
/// See [`AskError`].
pub async fn ask_within(
    source: &FactSource,
    catalogue: &Catalogue,
    rules: &Rules,
    question: &Question,
    cut: DataCut,
    limits: Limits,
) -> Result<Answers, AskError> {
    let all = ask_all(source, catalogue, rules, std::slice::from_ref(question), &cut, limits).await?;
    Ok(all.into_iter().next().expect("one question has one answer"))
}

/// Answers several questions of one state of the data, in their order. Each table is read once for all of them. The limit of cells holds for
/// each question, that of time for all together.
///
/// # Errors
/// See [`AskError`]; of the first question that has one.
pub async fn ask_all(
    source: &FactSource,
    catalogue: &Catalogue,
    rules: &Rules,
    questions: &[Question],
    cut: &DataCut,
    limits: Limits,
) -> Result<Vec<Answers>, AskError> {
    let mut earlier = Vec::new();
    for question in questions {
        catalogue.profile(&question.profile)?;
        earlier.push(compare::earlier(question, rules, At(now_of(question, rules, cut)?))?);
    }
    // The questions come first, in their order, then the earlier ones of those that compare.
    let before = earlier.iter().enumerate().filter_map(|(number, earlier)| Some((Some(number), &earlier.as_ref()?.question)));
    let mut inquiries = Vec::new();
    for (beside, question) in questions.iter().map(|question| (None, question)).chain(before) {
        let metrics = question.metrics.iter().map(|id| catalogue.under(id, &question.profile)).collect::<Result<Vec<_>, _>>()?;
        let now = now_of(question, rules, cut)?;
        inquiries.push(Inquiry { asked: Asked { source, rules, question, now, cells: limits.cells }, metrics, beside });
    }
    let mut found = guarded(source, async {
        let found = tokio::time::timeout(limits.deadline, answers(source, &inquiries)).await;
        found.map_err(|_| AskError::Deadline(limits.deadline))?
    })
    .await?;
    let mut before = found.split_off(questions.len()).into_iter();
    let compared = earlier.iter().map(|earlier| earlier.as_ref().and_then(|earlier| Some((earlier, before.next()?))));
    let aimed = |answers: &mut Vec<Answer>| {
        for answer in answers {
            answer.aim = catalogue.get(&answer.metric).and_then(|metric| aim(rules, metric, answer));
        }
    };
    let found = each_of(found.into_iter().zip(compared).collect(), |_, (mut answers, compared)| {
        aimed(&mut answers);
        if let Some((earlier, mut before)) = compared {
            aimed(&mut before);
            compare::join(catalogue, earlier, &mut answers, before);
        }
        answers
    });
    let (zone, digest) = (&rules.workspace.time_zone, rules.digest());
    let instant = |date| At(deskgauge_core::period::day_start(date, zone));
    let told = |((inquiry, answers), earlier): ((&Inquiry<'_>, _), &Option<compare::Before>)| {
        let profile = catalogue.profile(&inquiry.asked.question.profile).ok().flatten();
        Answers {
            profile: inquiry.asked.question.profile.clone(),
            profile_as_of: profile.map(|profile| profile.as_of),
            profile_revision: profile.map(|profile| profile.revision),
            data_cut: cut.clone(),
            rules: digest.clone(),
            now: At(inquiry.asked.now),
            time_zone: rules.workspace.time_zone_name.clone(),
            from: inquiry.asked.question.from.map(instant),
            to: inquiry.asked.question.to.map(instant),
            compared: earlier.as_ref().map(|earlier| earlier.compared.clone()),
            answers,
        }
    };
    Ok(inquiries.iter().zip(found).zip(&earlier).map(told).collect())
}

/// Which KPIs of the catalogue can be asked as a question asks, whatever it names itself; and why the others cannot.
///
/// # Errors
/// The engine's, and the question's own where it makes no sense for any KPI.
pub fn choose(
    source: &FactSource,
    catalogue: &Catalogue,
    rules: &Rules,
    question: &Question,
) -> Result<(Vec<String>, Vec<Diagnostic>), AskError> {
    let (mut chosen, mut problems) = (Vec::new(), Vec::new());
    let now = now_of(question, rules, &explain::nothing())?;
    for metric in catalogue.metrics() {
        let metric = catalogue.under(&metric.id, &question.profile)?;
        let asked = Asked { source, rules, question, now, cells: usize::MAX };
        match answerable(&asked, metric) {
            Ok(()) => chosen.push(metric.id.clone()),
            Err(AskError::Refused(problem)) => problems.push(problem),
            Err(error) => return Err(error),
        }
    }
    match problems.first() {
        Some(problem) if chosen.is_empty() => Err(problem.clone().into()),
        _ => Ok((chosen, problems)),
    }
}

/// By which scans of the fact tables a question is answered, instead of the answer: first those that find where the data begin, where
/// that has to be known, then one of each table.
///
/// # Errors
/// As for [`ask`].
pub async fn scans(
    source: &FactSource,
    catalogue: &Catalogue,
    rules: &Rules,
    question: &Question,
) -> Result<Vec<Scan>, AskError> {
    let metrics = question.metrics.iter().map(|id| catalogue.under(id, &question.profile)).collect::<Result<Vec<_>, _>>()?;
    let now = now_of(question, rules, &explain::nothing())?;
    let asked = Asked { source, rules, question, now, cells: usize::MAX };
    let inquiry = Inquiry { asked, metrics, beside: None };
    guarded(source, crate::plan::scans(source, std::slice::from_ref(&inquiry))).await
}

/// A question that makes no sense.
fn refused(code: &'static str, message: &str, hint: &str) -> AskError {
    Diagnostic::error(code, message).hint(hint).into()
}

/// Lets a question read. Where it fails because a stored file is damaged, that is told instead: by an error or, as decoders of damaged
/// bytes do now and then, by a panic.
pub(crate) async fn guarded<T>(source: &FactSource, reading: impl Future<Output = Result<T, AskError>>) -> Result<T, AskError> {
    let _answering = Answering::new();
    match AssertUnwindSafe(reading).catch_unwind().await {
        Ok(read) => read.map_err(|error| error.blamed(source)),
        Err(panic) => match source.damaged() {
            Some(damaged) => Err(AskError::Damaged(damaged)),
            None => resume_unwind(panic),
        },
    }
}

/// The instant that counts as now: the question's, or when the data were cut.
fn now_of(question: &Question, rules: &Rules, cut: &DataCut) -> Result<i64, AskError> {
    let named = question.now.map(|now| now.at(&rules.workspace.time_zone));
    named
        .or(cut.at)
        .map(|at| at.0)
        .ok_or_else(|| Diagnostic::error("no-now", "the question has no now").hint("name it: --now 2024-01-02T09:00:00Z").into())
}
