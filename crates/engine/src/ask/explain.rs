//! What stands behind a number: how its population came about, clause by clause, and the rows themselves.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use datafusion::functions::expr_fn::{coalesce, concat};
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::logical_expr::{Expr, SortExpr, cast, lit, when};
use datafusion::prelude::DataFrame;
use deskgauge_core::answer::NullReason;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::facts::At;
use deskgauge_core::metric::Measure;
use deskgauge_core::question::{Clock, Question};
use deskgauge_core::rules::Rules;

use super::AskError;
use crate::catalogue::Catalogue;
use crate::plan::{Asked, COUNTED, Key, PENDING, PROVISIONAL, Population, RUNNING, Range, Wanted, column, one_if, period_of};
use crate::source::FactSource;

/// Wide enough for any decimal of the facts and for the places of quotients.
const EXACT: DataType = DataType::Decimal128(26, 6);

/// How a metric's population came about, over the question's range. The parts add up: `own` is the sum of all that follow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Funnel {
    /// Rows of the fact table, at any time.
    pub table: i64,
    /// Rows of them that are the metric's own and meet the question's filter, within the range.
    pub own: i64,
    /// Left out, by clause in its order, zeros too.
    pub excluded: Vec<(String, i64)>,
    /// Still running.
    pub running: i64,
    /// Their window is not over.
    pub provisional: i64,
    /// Not dated yet.
    pub pending: i64,
    /// Without a value, or outside the denominator.
    pub without_value: i64,
    /// What the number is made of.
    pub counted: i64,
}

/// One row behind a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The conversation; in tables without one, the order, the agent or the problem.
    pub id: Option<String>,
    /// What dates it.
    pub dated: Option<At>,
    /// Its value; of shares 1 in the numerator and 0 outside; null of measures without values.
    pub value: Option<f64>,
    /// When it began.
    pub started: Option<At>,
    /// Its value by the calendar clock, of measures with values.
    pub calendar: Option<f64>,
    /// Its value by the business clock, of measures that have one.
    pub business: Option<f64>,
    /// The clause that leaves it out, or `running`, `provisional`, `pending`; `None`: it counts.
    pub left_out: Option<String>,
    /// Whether it would be in the number if nothing left it out: it has a value, or lies in the denominator.
    pub counts: bool,
    /// What tells it apart from the other rows of its conversation; empty where there is but one.
    pub row: String,
}

/// In which order cases come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The latest first.
    Newest,
    /// The largest value first.
    Largest,
    /// The smallest value first.
    Smallest,
}

/// The funnel of a metric over a question's range; the question's dimensions and grain do not matter.
///
/// # Errors
/// As for [`super::ask`].
pub async fn population(
    source: &FactSource,
    catalogue: &Catalogue,
    rules: &Rules,
    metric: &str,
    question: &Question,
) -> Result<Funnel, AskError> {
    let question = Question { by: Vec::new(), ..question.clone() };
    guard(source, catalogue, rules, metric, &question, &Key::new()).await?;
    let now = super::now_of(&question, rules, &nothing())?;
    let asked = Asked { source, rules, question: &question, now, cells: usize::MAX };
    let population = asked.population(catalogue.under(metric, &question.profile)?)?;
    let has_value = has_value(&population, &question)?;
    let rows = within(&population, source, &question, rules, now)
        .await?
        .select(vec![population.class.clone().alias("k"), one_if(has_value)?.alias("v")])?
        .aggregate(vec![column("k")], vec![count(lit(1_i64)).alias("rows"), sum(column("v")).alias("values")])?;
    let clauses = &population.definition.except;
    let mut funnel = Funnel {
        table: i64::try_from(source.table(&population.definition.from).await?.count().await?).unwrap_or(i64::MAX),
        excluded: clauses.iter().map(|(name, _)| (name.clone(), 0)).collect(),
        ..Funnel::default()
    };
    for batch in super::guarded(source, async { Ok(rows.collect().await?) }).await? {
        for row in 0..batch.num_rows() {
            let class = batch.column(0).as_primitive::<Int32Type>().value(row);
            let rows = batch.column(1).as_primitive::<Int64Type>().value(row);
            funnel.own += rows;
            match class {
                COUNTED => {
                    let values = batch.column(2).as_primitive::<Int64Type>().value(row);
                    funnel.counted += values;
                    funnel.without_value += rows - values;
                }
                RUNNING => funnel.running += rows,
                PROVISIONAL => funnel.provisional += rows,
                PENDING => funnel.pending += rows,
                clause => funnel.excluded[usize::try_from(clause - 1).unwrap_or(0)].1 += rows,
            }
        }
    }
    Ok(funnel)
}

/// The rows behind a metric's number, at most `limit`; `usize::MAX` is all of them. `cell` holds a value for each of the question's dimensions, or is empty for all.
///
/// # Errors
/// As for [`super::ask`].
#[expect(clippy::too_many_arguments, reason = "a drill is a question, a place in its answer, and how much to show")]
pub async fn cases(
    source: &FactSource,
    catalogue: &Catalogue,
    rules: &Rules,
    metric: &str,
    question: &Question,
    cell: &Key,
    limit: usize,
    order: Order,
) -> Result<Vec<Case>, AskError> {
    guard(source, catalogue, rules, metric, question, cell).await?;
    let now = super::now_of(question, rules, &nothing())?;
    let asked = Asked { source, rules, question, now, cells: usize::MAX };
    let population = asked.population(catalogue.under(metric, &question.profile)?)?;
    let mut inner = vec![
        id_of(&population).alias("id"),
        population.dated.clone().alias("dated"),
        population.class.clone().alias("k"),
        value_of(&population, question)?.alias("v"),
        population.started.clone().alias("started"),
        on_clock(&population, Clock::Calendar)?.alias("calendar"),
        on_clock(&population, Clock::Business)?.alias("business"),
        has_value(&population, question)?.alias("counts"),
        row_of(&population).alias("row"),
    ];
    let dimensions = population.dimensions(&population.dated).into_iter().enumerate();
    inner.extend(dimensions.map(|(index, dimension)| dimension.alias(format!("d{index}"))));
    let rows = within(&population, source, question, rules, now).await?.select(inner)?;
    let rows = in_cell(rows, (0..cell.len()).map(|index| column(&format!("d{index}"))), cell)?;
    let rows = rows.sort(order_of(order))?;
    let rows = if limit == usize::MAX { rows } else { rows.limit(0, Some(limit))? };
    let batches = super::guarded(source, async { Ok(rows.collect().await?) }).await?;
    Ok(batches.iter().flat_map(|batch| (0..batch.num_rows()).map(|row| case(batch, row, &population))).collect())
}

/// The values behind a metric's number over a question's range, of those rows that count; in no order.
///
/// # Errors
/// As for [`super::ask`].
pub async fn values(
    source: &FactSource,
    catalogue: &Catalogue,
    rules: &Rules,
    metric: &str,
    question: &Question,
) -> Result<Vec<f64>, AskError> {
    let question = Question { by: Vec::new(), ..question.clone() };
    guard(source, catalogue, rules, metric, &question, &Key::new()).await?;
    let now = super::now_of(&question, rules, &nothing())?;
    let asked = Asked { source, rules, question: &question, now, cells: usize::MAX };
    let population = asked.population(catalogue.under(metric, &question.profile)?)?;
    let counts = population.class.clone().eq(lit(COUNTED)).and(has_value(&population, &question)?);
    let rows = within(&population, source, &question, rules, now).await?.filter(counts)?;
    let rows = rows.select(vec![value_of(&population, &question)?.alias("v")])?;
    let batches = super::guarded(source, async { Ok(rows.collect().await?) }).await?;
    Ok(batches.iter().flat_map(|batch| (0..batch.num_rows()).filter_map(|row| number(batch, 0, row))).collect())
}

/// The order of cases. Ties are broken by time and id, so that the same question shows the same rows.
pub(super) fn order_of(order: Order) -> Vec<SortExpr> {
    let newest = [column("dated").sort(false, false), column("id").sort(true, false)];
    match order {
        Order::Newest => newest.to_vec(),
        Order::Largest => [column("v").sort(false, false)].into_iter().chain(newest).collect(),
        Order::Smallest => [column("v").sort(true, false)].into_iter().chain(newest).collect(),
    }
}

pub(super) fn case(batch: &RecordBatch, row: usize, population: &Population<'_>) -> Case {
    let id = batch.column(0).as_string_opt::<i32>().filter(|ids| ids.is_valid(row)).map(|ids| ids.value(row).to_owned());
    let class = batch.column(2).as_primitive_opt::<Int32Type>().map_or(COUNTED, |classes| classes.value(row));
    let left_out = match class {
        COUNTED => None,
        RUNNING => Some("running".to_owned()),
        PROVISIONAL => Some("provisional".to_owned()),
        PENDING => Some("pending".to_owned()),
        clause => {
            let number = usize::try_from(clause - 1).unwrap_or(0);
            population.definition.except.get(number).map(|(name, _)| name.clone())
        }
    };
    Case {
        id,
        dated: instant(batch, 1, row),
        value: number(batch, 3, row),
        started: instant(batch, 4, row),
        calendar: number(batch, 5, row),
        business: number(batch, 6, row),
        left_out,
        counts: batch.column(7).as_boolean_opt().is_none_or(|counts| counts.is_valid(row) && counts.value(row)),
        row: batch
            .column(8)
            .as_string_opt::<i32>()
            .filter(|rows| rows.is_valid(row))
            .map_or("", |rows| rows.value(row))
            .to_owned(),
    }
}

fn instant(batch: &RecordBatch, column: usize, row: usize) -> Option<At> {
    let instants = batch.column(column).as_primitive_opt::<TimestampMicrosecondType>().filter(|at| at.is_valid(row))?;
    Some(At(instants.value(row).div_euclid(1_000_000)))
}

fn number(batch: &RecordBatch, column: usize, row: usize) -> Option<f64> {
    let units = batch.column(column).as_primitive_opt::<Decimal128Type>().filter(|units| units.is_valid(row))?;
    Some(units.value(row) as f64 / 1e6)
}

/// The rows whose date lies in the question's range. Rows that nothing dates are in any range.
pub(super) async fn within(
    population: &Population<'_>,
    source: &FactSource,
    question: &Question,
    rules: &Rules,
    now: i64,
) -> Result<datafusion::prelude::DataFrame, AskError> {
    let whole = Question { grain: deskgauge_core::period::Grain::All, ..question.clone() };
    let range = Range::new(&whole, rules, now, None, None);
    let inside = period_of(range.cuts()).call(vec![population.dated.clone()]).is_not_null();
    let mut keep = inside;
    if question.from.is_none() && question.to.is_none() {
        keep = keep.or(population.dated.clone().is_null());
    }
    Ok(population.rows(source).await?.filter(keep)?)
}

/// The rows that lie in a cell; `dimensions` are in the order of its values, and without values all rows lie in it.
pub(super) fn in_cell(
    mut rows: DataFrame,
    dimensions: impl IntoIterator<Item = Expr>,
    cell: &Key,
) -> Result<DataFrame, AskError> {
    for (dimension, value) in dimensions.into_iter().zip(cell) {
        rows = rows.filter(match value {
            Some(value) => dimension.eq(lit(value.as_str())),
            None => dimension.is_null(),
        })?;
    }
    Ok(rows)
}

pub(super) fn id_of(population: &Population<'_>) -> Expr {
    let names = ["conversation", "order_id", "agent", "event_id"];
    let found = names.into_iter().find(|name| population.scope.has(name));
    found.map_or_else(|| lit(datafusion::common::ScalarValue::Utf8(None)), column)
}

/// What tells a row apart from the others of its conversation, as a text: the columns that do, where the table has them.
pub(super) fn row_of(population: &Population<'_>) -> Expr {
    let names: &[&str] = match population.definition.from.as_str() {
        "waits" | "resolutions" | "assignments" => &["number"],
        "sla_clocks" => &["target", "policy", "cycle"],
        "spells" => &["entered_at"],
        "touches" | "contacts" => &["occurred_at", "kind"],
        "queue_entries" => &["entered_at", "call", "queue"],
        "handling" => &["ended_at", "method", "agent"],
        "surveys" => &["survey"],
        "reviews" => &["review"],
        "review_ratings" => &["review", "category"],
        "agent_states" => &["entered_at"],
        "problems" => &["occurred_at", "kind"],
        _ => &[],
    };
    let there = names.iter().filter(|name| population.scope.has(name));
    let text = |name: &&str| coalesce(vec![cast(column(name), DataType::Utf8), lit("")]);
    there.map(text).reduce(|all, part| concat(vec![all, lit(" "), part])).unwrap_or_else(|| lit(""))
}

pub(super) fn value_of(population: &Population<'_>, question: &Question) -> Result<Expr, AskError> {
    let scope = &population.scope;
    let value = match &population.definition.measure {
        Measure::Value { business: Some(business), .. } if question.clock == Some(Clock::Business) => {
            scope.formula(business, Wanted::Number)?
        }
        Measure::Value { value, .. } => scope.formula(value, Wanted::Number)?,
        Measure::Agreement { value, spread } => {
            let compared = scope.formula(spread, Wanted::Number)?.is_not_null();
            when(compared, scope.formula(value, Wanted::Number)?).end()?
        }
        Measure::Sum(sum) => scope.formula(sum, Wanted::Number)?,
        Measure::Share { counting, .. } => one_if(scope.formula(counting, Wanted::Bool)?)?,
        Measure::Points { plus, minus, .. } => {
            let part = |formula| -> Result<Expr, AskError> { Ok(one_if(scope.formula(formula, Wanted::Bool)?)?) };
            part(plus)? - part(minus)?
        }
        Measure::Overlap { entered, left, .. } => {
            let (from, until) = (scope.formula(entered, Wanted::Instant)?, scope.formula(left, Wanted::Instant)?);
            scope.function("seconds_between")?.call(vec![from, until])
        }
        Measure::Count | Measure::Distinct(_) | Measure::Stock { .. } => lit(datafusion::common::ScalarValue::Int64(None)),
    };
    Ok(cast(value, EXACT))
}

/// The value on a clock; null of measures that have none on it.
pub(super) fn on_clock(population: &Population<'_>, clock: Clock) -> Result<Expr, AskError> {
    let none = lit(datafusion::common::ScalarValue::Int64(None));
    let value = match (&population.definition.measure, clock) {
        (Measure::Value { value, .. }, Clock::Calendar) => population.scope.formula(value, Wanted::Number)?,
        (Measure::Value { business: Some(business), .. }, Clock::Business) => {
            population.scope.formula(business, Wanted::Number)?
        }
        _ => none,
    };
    Ok(cast(value, EXACT))
}

pub(super) fn has_value(population: &Population<'_>, question: &Question) -> Result<Expr, AskError> {
    Ok(match &population.definition.measure {
        Measure::Value { .. } | Measure::Sum(_) | Measure::Agreement { .. } | Measure::Overlap { .. } => {
            value_of(population, question)?.is_not_null()
        }
        Measure::Share { .. } | Measure::Points { .. } => population.out_of.clone().is_true(),
        Measure::Count | Measure::Distinct(_) | Measure::Stock { .. } => lit(true),
    })
}

/// Refuses to tell of rows where the number that they make is suppressed.
pub(super) async fn guard(
    source: &FactSource,
    catalogue: &Catalogue,
    rules: &Rules,
    metric: &str,
    question: &Question,
    cell: &Key,
) -> Result<(), AskError> {
    let least = rules.privacy.minimum_group;
    if least <= 1 {
        return Ok(());
    }
    let by = if cell.is_empty() { Vec::new() } else { question.by.clone() };
    let whole = Question {
        metrics: vec![metric.to_owned()],
        by,
        grain: deskgauge_core::period::Grain::All,
        compare: None,
        stat: None,
        ..question.clone()
    };
    let answers = super::ask(source, catalogue, rules, &whole, nothing()).await?;
    let own = answers.answers.iter().find(|answer| answer.dimensions.iter().map(|(_, value)| value).eq(cell));
    if own.is_some_and(|answer| answer.null_reason == Some(NullReason::Suppressed)) {
        let message = format!("too few stand behind `{metric}` here: fewer than {least}, or a team of fewer");
        let problem = Diagnostic::error("suppressed", message);
        return Err(problem.hint("ask for a longer range or fewer cells; [privacy] minimum_group says how many").into());
    }
    Ok(())
}

pub(super) fn nothing() -> deskgauge_core::answer::DataCut {
    deskgauge_core::answer::DataCut { snapshot: 0, watermark: 0, at: None }
}
