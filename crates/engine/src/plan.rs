//! From questions to numbers: which rows, in which periods and cells, counted how.
//!
//! All that several questions count in a fact table is counted in one pass over it. What the passes return are counts and collected whole
//! numbers; every division, percentile and interval is made of them here, so that an answer depends neither on threads nor on the order
//! of rows.

mod aggregate;
mod alike;
mod bands;
mod bounds;
mod by_period;
mod cells;
mod compiler;
mod count;
mod counter;
mod formula;
mod frequent;
pub(crate) mod functions;
mod kept;
mod once;
mod pass;
mod per;
mod population;
mod privacy;
mod range;
mod same_rows;
mod share;
mod sieve;
mod spans;
mod stock;
mod stored;
mod summary;
mod tally;
mod unfold;
mod values;
mod work;

use deskgauge_core::answer::Answer;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::metric::{Definition, Measure, Metric, Unit};
use deskgauge_core::period::Grain;
use deskgauge_core::question::{Clock, Question, Stat, WITHIN};
use deskgauge_core::rules::Rules;

pub(crate) use bands::aim;
pub use bands::{aim_at, met};

pub(crate) use crate::ask::AskError as PlanError;
pub(crate) use aggregate::one_if;
pub(crate) use formula::{Parameters, Scope, Wanted, parameters, told};
pub use frequent::frequent;
pub(crate) use functions::period_of;
pub use kept::{keep as keep_counts, kept as kept_counts};
pub use pass::Scan;
pub(crate) use population::{COUNTED, PENDING, PROVISIONAL, Population, RUNNING, column, instant, unknown_variant};
pub(crate) use range::Range;
pub(crate) use tally::Key;

use crate::source::FactSource;
use crate::threads::{each, each_of};
use count::Count;
use counter::Counter;
use per::Divisor;
use privacy::Teams;
use tally::Tallies;

/// What all metrics of a question share.
pub(crate) struct Asked<'a> {
    pub(crate) source: &'a FactSource,
    pub(crate) rules: &'a Rules,
    pub(crate) question: &'a Question,
    /// In seconds since the epoch.
    pub(crate) now: i64,
    /// The most cells that an answer may have.
    pub(crate) cells: usize,
}

/// A question with its metrics.
pub(crate) struct Inquiry<'a> {
    pub(crate) asked: Asked<'a>,
    pub(crate) metrics: Vec<&'a Metric>,
    /// The number of the inquiry with which it shares its cells: what one of both has the other has, too.
    pub(crate) beside: Option<usize>,
}

/// A metric of a question, on its way.
struct Open<'a> {
    asked: &'a Asked<'a>,
    metric: &'a Metric,
    population: Population<'a>,
    divisor: Option<Divisor<'a>>,
    /// The number of its question.
    question: usize,
}

/// What is counted for a metric: each `C` is a count, later its number, and in the end what it counted.
struct Counting<C> {
    ends: stock::Ends,
    main: C,
    unit: i64,
    running: Option<C>,
    divisor: Option<Divided<C>>,
}

/// What is counted of what a metric is divided by.
struct Divided<C> {
    count: C,
    unit: i64,
    /// The periods in which it is counted.
    range: Range,
    /// The count of its first instant, where it is a rate over days.
    first: Option<C>,
}

impl<C> Counting<C> {
    /// The same with others in the place of its counts.
    fn map<D>(self, mut other: impl FnMut(C) -> D) -> Counting<D> {
        Counting {
            ends: self.ends,
            main: other(self.main),
            unit: self.unit,
            running: self.running.map(&mut other),
            divisor: self.divisor.map(|Divided { count, unit, range, first }| Divided {
                count: other(count),
                unit,
                range,
                first: first.map(&mut other),
            }),
        }
    }
}

/// The scans by which [`answers`] would answer: those that find where the data begin, where that has to be known, and one of each table.
pub(crate) async fn scans(source: &FactSource, inquiries: &[Inquiry<'_>]) -> Result<Vec<Scan>, PlanError> {
    let mut scans = Vec::new();
    answers_or_scans(source, inquiries, Some(&mut scans)).await?;
    Ok(scans)
}

/// Answers several questions of one source, each about several metrics over one range, in their order.
pub(crate) async fn answers(source: &FactSource, inquiries: &[Inquiry<'_>]) -> Result<Vec<Vec<Answer>>, PlanError> {
    answers_or_scans(source, inquiries, None).await
}

/// Whether a metric can be asked as a question asks.
pub(crate) fn answerable(asked: &Asked<'_>, metric: &Metric) -> Result<(), PlanError> {
    Open::new(0, asked, metric).map(drop)
}

/// Answers, or tells by which scans it would.
async fn answers_or_scans(
    source: &FactSource,
    inquiries: &[Inquiry<'_>],
    scans: Option<&mut Vec<Scan>>,
) -> Result<Vec<Vec<Answer>>, PlanError> {
    let asked = inquiries.iter().enumerate();
    let asked =
        asked.flat_map(|(question, Inquiry { asked, metrics, .. })| metrics.iter().map(move |metric| (question, asked, *metric)));
    let open = each_of(asked.collect(), |_, (question, asked, metric)| Open::new(question, asked, metric));
    let open = open.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut told = scans.is_some().then(Vec::new);
    let firsts = firsts(source, &open, shared_now(inquiries), told.as_mut()).await?;
    let mut ranges = Vec::new();
    for (question, Inquiry { asked, .. }) in inquiries.iter().enumerate() {
        let of_question = open.iter().zip(&firsts).filter(|(open, _)| open.question == question);
        let first = of_question.filter_map(|(_, first)| *first).min();
        ranges.push(Range::new(asked.question, asked.rules, asked.now, first, source.newest()));
    }
    let counting = each(open.len(), |number| open[number].count(&ranges[open[number].question], firsts[number]));
    let (mut counts, mut numbered) = (Vec::new(), Vec::new());
    for counting in counting {
        numbered.push(counting?.map(|count| {
            counts.push(count);
            counts.len() - 1
        }));
    }
    if let (Some(scans), Some(told)) = (scans, told) {
        scans.extend(told);
        scans.extend(pass::scans(source, counts).await?);
        return Ok(Vec::new());
    }
    let mut counted = pass::passes(source, counts, shared_now(inquiries)).await?;
    // What was counted for one is needed by nobody else.
    let mut take = |number: usize| std::mem::replace(&mut counted[number], Counter::First(None));
    let counted: Vec<_> = numbered.into_iter().map(|counting| counting.map(&mut take)).collect();
    let mut tallied = each_of(counted, |number, counted| open[number].tally(&ranges[open[number].question], counted));
    share_cells(inquiries, &open, &mut tallied);
    let mut sizes = vec![0_usize; inquiries.len()];
    for (open, tallies) in open.iter().zip(&tallied) {
        let size = &mut sizes[open.question];
        *size = size.saturating_add(tallies.cells.len().saturating_mul(ranges[open.question].periods.len()));
        open.asked.refuse_size(*size)?;
    }
    let mut teams = Vec::new();
    for Inquiry { asked, .. } in inquiries {
        teams.push(Teams::of(source, asked.question, &asked.rules.privacy).await?);
    }
    let closed = each_of(tallied, |number, tallies| {
        let open = &open[number];
        let (mut own, sizes) = open.close(&ranges[open.question], tallies);
        privacy::suppress(&mut own, &sizes, &open.asked.rules.privacy, &teams[open.question]);
        own
    });
    let mut all = vec![Vec::new(); inquiries.len()];
    for (open, own) in open.iter().zip(closed) {
        all[open.question].extend(own);
    }
    Ok(all)
}

/// The now of all inquiries, where they share it.
fn shared_now(inquiries: &[Inquiry<'_>]) -> Option<i64> {
    let first = inquiries.first()?.asked.now;
    inquiries.iter().all(|inquiry| inquiry.asked.now == first).then_some(first)
}

/// Gives each metric of inquiries that stand beside each other the cells of both: a cell of which one has no rows is empty there, and not
/// absent.
fn share_cells(inquiries: &[Inquiry<'_>], open: &[Open<'_>], tallied: &mut [Tallies]) {
    let first = |question: usize| open.iter().position(|open| open.question == question).unwrap_or(0);
    for (question, inquiry) in inquiries.iter().enumerate() {
        let Some(beside) = inquiry.beside else { continue };
        for metric in 0..inquiry.metrics.len() {
            let (one, other) = (first(question) + metric, first(beside) + metric);
            let keys: Vec<Key> = tallied[one].cells.keys().chain(tallied[other].cells.keys()).cloned().collect();
            for key in keys {
                for number in [one, other] {
                    tallied[number].cells.entry(key.clone()).or_default();
                }
            }
        }
    }
}

/// The first instants at which something of each metric has happened; where they have to be known before anything can be counted.
async fn firsts(
    source: &FactSource,
    open: &[Open<'_>],
    now: Option<i64>,
    scans: Option<&mut Vec<Scan>>,
) -> Result<Vec<Option<i64>>, PlanError> {
    let (mut counts, mut wanted) = (Vec::new(), Vec::new());
    for open in open {
        let question = open.asked.question;
        let of_days = stock::is_of_days(&open.population, question.stat);
        let wants = if question.grain == Grain::All { of_days } else { question.from.is_none() };
        let mut own = None;
        if wants {
            let entered = stock::entered(&open.population)?;
            let at = entered.as_ref().unwrap_or(&open.population.dated);
            own = Some(counts.len());
            counts.push((open.population.definition.from.as_str(), stock::first(&open.population, at)));
        }
        wanted.push(own);
    }
    if let Some(scans) = scans {
        scans.extend(pass::scans(source, counts.clone()).await?);
    }
    let counted = pass::passes(source, counts, now).await?;
    let first = |number: Option<usize>| match number.map(|number| &counted[number]) {
        Some(Counter::First(first)) => *first,
        _ => None,
    };
    Ok(wanted.into_iter().map(first).collect())
}

impl<'a> Asked<'a> {
    /// A metric's rows as the question reads them.
    pub(crate) fn population(&self, metric: &'a Metric) -> Result<Population<'a>, PlanError> {
        let variant = self.question.variant.as_deref();
        let definition = metric.definition(variant).ok_or_else(|| unknown_variant(metric, variant.unwrap_or("")))?;
        self.population_of(metric, definition, self.question)
    }

    fn population_of<'d>(
        &self,
        metric: &Metric,
        definition: &'d Definition,
        question: &Question,
    ) -> Result<Population<'d>, PlanError> {
        let parameters = parameters(self.rules, &question.set);
        Population::new(self.source, self.rules, (metric, definition), question, parameters, self.now)
    }

    fn refuse_size(&self, cells: usize) -> Result<(), PlanError> {
        if cells > self.cells {
            return Err(PlanError::TooManyCells { found: cells, most: self.cells });
        }
        Ok(())
    }
}

impl<'a> Open<'a> {
    /// A metric of a question that can be answered.
    fn new(question: usize, asked: &'a Asked<'a>, metric: &'a Metric) -> Result<Self, PlanError> {
        refuse_stat(metric, asked)?;
        let population = asked.population(metric)?;
        let divisor = Divisor::new(asked, metric, population.definition.per.as_deref())?;
        Ok(Self { asked, metric, population, divisor, question })
    }

    /// What it counts in a range, each in a table.
    fn count(&self, range: &Range, first: Option<i64>) -> Result<Counting<(&str, Count)>, PlanError> {
        let (asked, table) = (self.asked, self.population.definition.from.as_str());
        let of_days = stock::is_of_days(&self.population, asked.question.stat);
        let ends = match stock::is_kept(&self.population) {
            true => stock::turns(range),
            false => stock::ends(range, asked.rules, of_days, first.filter(|_| range.whole)),
        };
        let clock = asked.question.clock.unwrap_or(Clock::Calendar);
        let (main, unit) = match stock::stock(&self.population, &ends)? {
            Some(count) => (count, 1),
            None => aggregate::count(&self.population, range, clock, asked.cells)?,
        };
        let running = stock::running(&self.population, range, self.needs_ages())?;
        let mut divided = None;
        if let Some(divisor) = &self.divisor
            && let Some(own) = divisor.range(asked, range)
        {
            let (count, unit) = divisor.count(asked, &own)?;
            let first = divisor.first().map(|first| (divisor.table(), first));
            divided = Some(Divided { count: (divisor.table(), count), unit, range: own, first });
        }
        Ok(Counting { ends, main: (table, main), unit, running: running.map(|count| (table, count)), divisor: divided })
    }

    /// Whether it needs to know for how long what runs has run.
    fn needs_ages(&self) -> bool {
        let stat = self.asked.question.stat.or(self.population.definition.default);
        matches!(stat, Some(Stat::KmMedian | Stat::KmP90))
    }

    /// What was counted of it, by cell and period.
    fn tally(&self, range: &Range, counting: Counting<Counter>) -> Tallies {
        let ages = matches!(self.population.definition.measure, Measure::Stock { since: Some(_), .. });
        let mut tallies = match counting.main {
            Counter::Periods(periods) => periods.tallies(counting.unit),
            Counter::Spans(spans) if stock::is_kept(&self.population) => stock::kept(&spans, range),
            Counter::Spans(spans) => stock::stocked(&spans, range, &counting.ends, ages),
            Counter::First(_) | Counter::Rows(_) => Tallies::default(),
        };
        if let Some(Counter::Spans(spans)) = counting.running {
            stock::ran(&spans, range, &mut tallies);
        }
        if let (Some(divisor), Some(counted)) = (&self.divisor, counting.divisor)
            && let Counter::Periods(periods) = counted.count
        {
            let first = match counted.first {
                Some(Counter::First(first)) => first,
                _ => None,
            };
            divisor.note(self.asked, periods.tallies(counted.unit), (&counted.range, first), range, &mut tallies);
        }
        // Without dimensions there is one cell, also where there are no rows.
        if self.asked.question.by.is_empty() {
            tallies.cells.entry(Vec::new()).or_default();
        }
        tallies
    }

    /// Its answers, from what was counted, and on how many each stands.
    fn close(&self, range: &Range, tallies: Tallies) -> (Vec<Answer>, Vec<i64>) {
        let question = self.asked.question;
        let summary = summary::Summary {
            metric: self.metric,
            definition: self.population.definition,
            question,
            rules: self.asked.rules,
            range,
            parts: self.population.unfold.parts(),
        };
        summary.answers(tallies)
    }
}

/// A statistic is for metrics that have values; a stock has the mean and the maximum of its days.
fn refuse_stat(metric: &Metric, asked: &Asked<'_>) -> Result<(), PlanError> {
    let question = asked.question;
    let Some(stat) = question.stat else { return Ok(()) };
    let Some(definition) = metric.definition(question.variant.as_deref()) else { return Ok(()) };
    let (fits, kind) = match &definition.measure {
        _ if definition.per.is_some() => (false, "one number divided by another"),
        _ if stat == Stat::Within && definition.unit != Unit::Seconds => (false, "no duration"),
        Measure::Value { .. } => (stat != Stat::Share, "a statistic of values"),
        Measure::Stock { since: Some(_), .. } => {
            (!matches!(stat, Stat::Share | Stat::KmMedian | Stat::KmP90), "a statistic of ages")
        }
        Measure::Share { .. } | Measure::Stock { kept: Some(_), .. } => (stat == Stat::Share, "a share"),
        Measure::Overlap { .. } => (false, "a mean over time"),
        Measure::Agreement { .. } => (false, "a coefficient of all values together"),
        Measure::Stock { .. } => (matches!(stat, Stat::Mean | Stat::Max), "a stock: mean and max are those of its days"),
        Measure::Sum(_) => (stat == Stat::Sum, "a sum"),
        Measure::Count | Measure::Distinct(_) => (false, "a count"),
        Measure::Points { .. } => (false, "a difference of shares"),
    };
    if fits {
        return refuse_unbounded(metric, asked);
    }
    let message = format!("`--stat {}` does not fit `{}`, which is {kind}", stat.name(), metric.id);
    Err(Diagnostic::error("stat-not-applicable", message).hint("leave --stat out for this metric").into())
}

/// The share within a bound needs one: the question's, or a target's.
fn refuse_unbounded(metric: &Metric, asked: &Asked<'_>) -> Result<(), PlanError> {
    let set = asked.question.set.contains_key(WITHIN);
    if asked.question.stat != Some(Stat::Within) || set || asked.rules.goals.iter().any(|goal| goal.metric == metric.id) {
        return Ok(());
    }
    let message = format!("`{}` has no target to be within", metric.id);
    let hint = "name one, such as --set within=4h, or write a [[target]] for it in deskgauge.toml";
    Err(Diagnostic::error("within-without-target", message).hint(hint).into())
}
