//! The population of a metric: which of its table's rows count, which are left out and why, and where in time and in which cell
//! each belongs.
//!
//! Every row gets exactly one class, so that the numbers of an answer always add up to the rows that there are.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::utils::split_conjunction_owned;
use datafusion::logical_expr::{Expr, ScalarUDF, cast, lit, when};
use datafusion::prelude::DataFrame;
use deskgauge_core::diagnostic::{Diagnostic, near_name};
use deskgauge_core::metric::{Definition, Measure, Metric};
use deskgauge_core::question::{DIMENSIONS, Dated, Question, Source, dimension};
use deskgauge_core::rules::{COSTS, Rules};

use super::PlanError;
use super::formula::{Parameters, Scope, Wanted};
use super::functions::{MICROS, PARTS, local_hour, local_weekday};
use super::privacy;
use super::range::Range;
use super::unfold::{PERSON, Part, People, TAG, Unfold};
use crate::source::FactSource;

/// A row that counts.
pub(crate) const COUNTED: i32 = 0;
/// A row that still runs, by the metric's `decided`.
pub(crate) const RUNNING: i32 = -1;
/// A row whose window is not over.
pub(crate) const PROVISIONAL: i32 = -2;
/// A row that has nothing to date it yet.
pub(crate) const PENDING: i32 = -3;

/// A metric's rows, read in one question's way.
pub(crate) struct Population<'a> {
    /// The metric's definition, of the question's variant.
    pub(crate) definition: &'a Definition,
    /// What its formulas may name.
    pub(crate) scope: Scope,
    /// Which rows there are: the metric's own filter.
    pub(crate) filters: Vec<Expr>,
    /// Which of those the question is about: all of these hold.
    pub(crate) asked: Vec<Expr>,
    /// What each row comes several times for.
    pub(crate) unfold: Unfold,
    /// Whether the question names a start or an end.
    pub(crate) bounded: bool,
    /// The number of the first clause of `except` that holds, from 1; 0 where none does.
    pub(crate) excluded: Expr,
    /// The row's class: one of the constants above, or the number of a clause.
    pub(crate) class: Expr,
    /// The instant that dates the row, by its class.
    pub(crate) dated: Expr,
    /// The start.
    pub(crate) started: Expr,
    /// The denominator of shares and points; true for other measures.
    pub(crate) out_of: Expr,
    /// What `dated` may be, whatever the row's class.
    dates: Vec<Expr>,
    cells: Vec<Cell>,
    /// On how many a number must stand.
    minimum_group: i64,
}

/// What a dimension reads.
enum Cell {
    Column(Expr),
    Local(ScalarUDF),
    /// Several people, each of whom is credited; they are read as the column that they are unfolded into.
    People(People),
}

impl<'a> Population<'a> {
    /// Reads a definition of a metric for a question: one of its own, or what that is divided by.
    pub(crate) fn new(
        source: &FactSource,
        rules: &Rules,
        (metric, definition): (&Metric, &'a Definition),
        question: &Question,
        parameters: Parameters,
        now: i64,
    ) -> Result<Self, PlanError> {
        if definition.from == COSTS.name {
            source.take_costs(rules)?;
        }
        let scope = Scope::new(source.context(), source.schema(&definition.from)?, parameters, now);

        let mut filters = Vec::new();
        if let Some(filter) = &definition.filter {
            filters.push(scope.formula(filter, Wanted::Bool)?);
        }
        let mut asked = Vec::new();
        if let Some(filter) = &question.filter {
            let told = |problem: super::formula::Problem| {
                let diagnostic = problem.plain();
                Diagnostic { message: format!("--where, of {}: {}", metric.id, diagnostic.message), ..diagnostic }
            };
            let read = scope.read(filter, Wanted::Bool).map_err(told)?;
            privacy::refuse(rules, &read, "--where")?;
            asked = split_conjunction_owned(read);
        }

        let excluded = excluded(&scope, definition)?;
        let event = scope.formula(&definition.dated, Wanted::Instant)?;
        let started = scope.formula(definition.started(), Wanted::Instant)?;
        let happened = event.clone().lt_eq(scope.now()).is_true();
        let begun = when(started.clone().lt_eq(scope.now()).is_true(), started.clone()).end()?;
        let mut dates = vec![event.clone(), started.clone()];
        let dated = match question.dated {
            Dated::Event => when(happened.clone(), event.clone()).otherwise(begun)?,
            Dated::Cohort => {
                let cohort = scope.formula(definition.cohort(), Wanted::Instant)?;
                dates = vec![cohort.clone()];
                when(cohort.clone().lt_eq(scope.now()).is_true(), cohort).end()?
            }
        };
        // A row that cannot run comes with its instant: before that there is nothing to leave out.
        let runs = definition.running.is_some() || definition.decided.is_some();
        let dated = if runs { dated } else { when(event.clone().gt(scope.now()).is_not_true(), dated).end()? };
        let out_of = out_of(&scope, definition)?;
        let class = class(&scope, definition, &excluded, &happened, &event, &out_of)?;

        let mut cells = Vec::new();
        let mut unfold = Unfold::default();
        for name in &question.by {
            unfold.tags |= name == "tag" && !definition.dimensions.iter().any(|(own, _)| own == "tag");
            let read = match cell(&scope, source, rules, metric, definition, question, name)? {
                Cell::People(people) => {
                    privacy::refuse(rules, &column(&people.column), &format!("the dimension `{name}`"))?;
                    unfold.people = Some(people);
                    Cell::Column(column(PERSON))
                }
                read => read,
            };
            if let Cell::Column(expr) = &read {
                privacy::refuse(rules, expr, &format!("the dimension `{name}`"))?;
            }
            cells.push(read);
        }
        let minimum_group = rules.privacy.minimum_group;
        let bounded = question.from.is_some() || question.to.is_some();
        Ok(Self {
            definition,
            scope,
            filters,
            asked,
            unfold,
            bounded,
            excluded,
            class,
            dated,
            started,
            out_of,
            dates,
            cells,
            minimum_group,
        })
    }

    /// Whose a row is, where small groups are hidden, and how many must be told apart.
    pub(crate) fn whose(&self) -> Option<(Expr, usize)> {
        let least = usize::try_from(self.minimum_group).ok().filter(|least| *least > 1)?;
        let name = ["conversation", "customer", "agent"].into_iter().find(|name| self.scope.has(name))?;
        Some((column(name), least))
    }

    /// The rows as a table, each once for each of its tags or people where the question cuts by them.
    pub(crate) async fn rows(&self, source: &FactSource) -> Result<DataFrame, PlanError> {
        let mut rows = source.table(&self.definition.from).await?;
        for filter in self.filters.iter().chain(&self.asked) {
            rows = rows.filter(filter.clone())?;
        }
        Ok(self.unfold.table(rows)?)
    }

    /// What is true of all rows that may be dated within the range. It says in plain columns what the dating says in cases, so that files
    /// and row groups of other times are never read. None where the question names no range.
    pub(crate) fn bounds(&self, range: &Range) -> Option<Expr> {
        if !self.bounded {
            return None;
        }
        let (Some(first), Some(last)) = (range.periods.first(), range.periods.last()) else { return Some(lit(false)) };
        let inside = |at: &Expr| at.clone().gt_eq(instant(first.start)).and(at.clone().lt(instant(last.end)));
        self.dates.iter().map(inside).reduce(Expr::or)
    }

    /// The dimensions of a row that `at` dates, in the order of the question.
    pub(crate) fn cells(&self, at: &Expr) -> Vec<Expr> {
        let value = |cell: &Cell| match cell {
            Cell::Column(expr) => expr.clone(),
            Cell::Local(function) => function.call(vec![at.clone()]),
            Cell::People(_) => column(PERSON),
        };
        self.cells.iter().map(value).collect()
    }

    /// The same as text.
    pub(crate) fn dimensions(&self, at: &Expr) -> Vec<Expr> {
        self.cells(at).into_iter().map(|value| cast(value, arrow::datatypes::DataType::Utf8)).collect()
    }
}

/// An instant in seconds since the epoch, as a constant.
pub(crate) fn instant(seconds: i64) -> Expr {
    lit(ScalarValue::TimestampMicrosecond(Some(seconds.saturating_mul(MICROS)), Some("UTC".into())))
}

/// A column by its exact name, whatever its letters.
pub(crate) fn column(name: &str) -> Expr {
    Expr::Column(datafusion::common::Column::from_name(name))
}

/// The number of the first clause that holds.
fn excluded(scope: &Scope, definition: &Definition) -> Result<Expr, PlanError> {
    let mut clauses = Vec::new();
    for (number, (_, formula)) in (1_i32..).zip(&definition.except) {
        clauses.push((scope.formula(formula, Wanted::Bool)?.is_true(), lit(number)));
    }
    choose(clauses, lit(0_i32))
}

fn class(
    scope: &Scope,
    definition: &Definition,
    excluded: &Expr,
    happened: &Expr,
    event: &Expr,
    out_of: &Expr,
) -> Result<Expr, PlanError> {
    let mut cases = vec![(excluded.clone().not_eq(lit(0_i32)), excluded.clone())];
    if let Some(decided) = &definition.decided {
        let undecided = scope.formula(decided, Wanted::Bool)?.is_not_true().and(out_of.clone().is_not_false());
        cases.push((undecided, lit(RUNNING)));
    }
    cases.push((happened.clone().is_not_true(), lit(PENDING)));
    if let Some(window) = &definition.window {
        let seconds = scope.parameter(window).unwrap_or_else(|| lit(ScalarValue::Int64(None)));
        let begun = match &definition.window_from {
            Some(formula) => scope.formula(formula, Wanted::Instant)?,
            None => event.clone(),
        };
        let over = add_seconds(scope, begun, seconds)?.lt_eq(scope.now());
        cases.push((over.is_false().and(out_of.clone().is_not_false()), lit(PROVISIONAL)));
    }
    choose(cases, lit(COUNTED))
}

fn add_seconds(scope: &Scope, at: Expr, seconds: Expr) -> Result<Expr, PlanError> {
    Ok(scope.function("add_seconds")?.call(vec![at, seconds]))
}

/// The first case whose condition holds.
fn choose(cases: Vec<(Expr, Expr)>, otherwise: Expr) -> Result<Expr, PlanError> {
    let mut cases = cases.into_iter();
    let Some((condition, value)) = cases.next() else { return Ok(otherwise) };
    let mut builder = when(condition, value);
    for (condition, value) in cases {
        builder = builder.when(condition, value);
    }
    Ok(builder.otherwise(otherwise)?)
}

fn out_of(scope: &Scope, definition: &Definition) -> Result<Expr, PlanError> {
    match &definition.measure {
        Measure::Share { out_of: Some(formula), .. } | Measure::Points { out_of: Some(formula), .. } => {
            Ok(scope.formula(formula, Wanted::Bool)?)
        }
        _ => Ok(lit(true)),
    }
}

/// Finds out what a dimension reads for a metric.
fn cell(
    scope: &Scope,
    source: &FactSource,
    rules: &Rules,
    metric: &Metric,
    definition: &Definition,
    question: &Question,
    name: &str,
) -> Result<Cell, PlanError> {
    let known = dimension(name);
    if known.is_some_and(|known| known.source == Source::Credit) {
        return credited(scope, metric, definition, question);
    }
    if let Some((_, formula)) = definition.dimensions.iter().find(|(own, _)| own == name) {
        return Ok(Cell::Column(scope.formula(formula, Wanted::Cell)?));
    }
    let reads = match known.map(|known| known.source) {
        Some(Source::Hour) => return Ok(Cell::Local(local_hour(&rules.workspace.time_zone))),
        Some(Source::Weekday) => return Ok(Cell::Local(local_weekday(&rules.workspace.time_zone))),
        Some(Source::Tag) if scope.has("tags") => return Ok(Cell::Column(column(TAG))),
        Some(Source::Own) if name == "survey" && scope.has("kind") => "kind",
        Some(_) => name,
        None if source.own().iter().any(|(own, _)| own == name) => name,
        None => return Err(unknown_dimension(source, definition, name).into()),
    };
    if scope.has(reads) {
        return Ok(Cell::Column(column(reads)));
    }
    let message = format!("`{}` cannot be cut by `{name}`: its facts have none", metric.id);
    Err(Diagnostic::error("dimension-not-applicable", message).hint("leave the dimension out for this metric").into())
}

fn credited(scope: &Scope, metric: &Metric, definition: &Definition, question: &Question) -> Result<Cell, PlanError> {
    let models = &definition.credit;
    let formula = match &question.credit {
        None => models.first().map(|(_, formula)| formula),
        Some(model) => match models.iter().find(|(name, _)| name == model) {
            Some((_, formula)) => Some(formula),
            None => {
                let problem = Diagnostic::error("unknown-credit", format!("`{}` has no credit model `{model}`", metric.id));
                let names = models.iter().map(|(name, _)| name.as_str());
                return Err(problem.hint(advice(model, names, "its models are")).into());
            }
        },
    };
    match formula {
        Some(formula) => whom(scope, metric, definition, scope.formula(formula, Wanted::Credit)?),
        None if scope.has("agent") => Ok(Cell::Column(column("agent"))),
        None => {
            let message = format!("`{}` cannot be cut by `agent`: its facts have none", metric.id);
            Err(Diagnostic::error("dimension-not-applicable", message).into())
        }
    }
}

/// One person, or several who are each credited with the row or with a part of it.
fn whom(scope: &Scope, metric: &Metric, definition: &Definition, read: Expr) -> Result<Cell, PlanError> {
    let Some(people) = people(scope, &read)? else { return Ok(Cell::Column(read)) };
    let counted = match &definition.measure {
        Measure::Count => definition.per.is_none(),
        Measure::Share { weight, .. } => weight.is_none(),
        _ => false,
    };
    if people.with != Part::Whole && !counted {
        let message = format!("`{}` cannot be credited in parts: only numbers and shares of rows can", metric.id);
        let problem = Diagnostic::error("credit-not-applicable", message);
        return Err(problem.hint("credit each with the whole (participant_full), or one of them").into());
    }
    Ok(Cell::People(people))
}

/// Whom a list names: a column of people, or `parts(people)` and `parts(people, numbers)`. None: one person.
fn people(scope: &Scope, read: &Expr) -> Result<Option<People>, PlanError> {
    let name = |expr: &Expr| match expr {
        Expr::Column(column) => Some(column.name.clone()),
        _ => None,
    };
    if !matches!(scope.type_of(read)?, arrow::datatypes::DataType::List(_)) {
        return Ok(None);
    }
    let found = match read {
        Expr::ScalarFunction(parts) if parts.func.name() == PARTS => match parts.args.as_slice() {
            [people] => name(people).map(|column| People { column, with: Part::Equal }),
            [people, by] => name(people).zip(name(by)).map(|(column, by)| People { column, with: Part::By(by) }),
            _ => None,
        },
        read => name(read).map(|column| People { column, with: Part::Whole }),
    };
    let problem = || Diagnostic::error("bad-formula", "several people are credited by a column of them, or by `parts` of it");
    found.map(Some).ok_or_else(|| problem().into())
}

fn unknown_dimension(source: &FactSource, definition: &Definition, name: &str) -> Diagnostic {
    let built_in = DIMENSIONS.iter().map(|dimension| dimension.name);
    let own = source.own().iter().map(|(own, _)| own.as_str());
    let of_metric = definition.dimensions.iter().map(|(own, _)| own.as_str());
    let names: Vec<&str> = built_in.chain(own).chain(of_metric).collect();
    Diagnostic::error("unknown-dimension", format!("there is no dimension `{name}`")).hint(advice(
        name,
        names.into_iter(),
        "the dimensions are",
    ))
}

/// What is told of a variant that a metric does not have.
pub(crate) fn unknown_variant(metric: &Metric, name: &str) -> Diagnostic {
    let names = metric.variants.iter().map(|variant| variant.name.as_str());
    let problem = Diagnostic::error("unknown-variant", format!("`{}` has no variant `{name}`", metric.id));
    if metric.variants.is_empty() {
        return problem.hint("it has no variants");
    }
    problem.hint(advice(name, names, "its variants are"))
}

/// The near name, or all names.
pub(crate) fn advice<'n>(word: &str, names: impl Iterator<Item = &'n str> + Clone, all: &str) -> String {
    match near_name(word, names.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("{all} {}", names.collect::<Vec<_>>().join(", ")),
    }
}
