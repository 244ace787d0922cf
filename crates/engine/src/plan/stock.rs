//! What lasts: the rows in stock at each period's end, and the rows that still run then.
//!
//! A row is in from the first end at or after its beginning to the last end before its end, so that two small numbers per row say in
//! which periods it counts, and one count serves any number of periods.

use std::collections::BTreeMap;

use arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, cast, lit};
use deskgauge_core::metric::Measure;
use deskgauge_core::question::Stat;
use deskgauge_core::rules::Rules;

use super::PlanError;
use super::count::{Count, When};
use super::counter::Counter;
use super::formula::Wanted;
use super::functions::MICROS;
use super::population::{Population, instant};
use super::range::Range;
use super::spans::Spans;
use super::tally::{Key, Tallies};

/// The instants at which a stock is taken, in seconds, and the period of each.
pub(crate) struct Ends {
    ends: Vec<i64>,
    owners: Vec<usize>,
}

/// At which instants a stock is taken: the periods' ends or, for a statistic of a number, those of the days. `first` is when its first row
/// begins, where nothing else says at which day to begin. A statistic of ages is one of those that are in at the period's end.
pub(crate) fn ends(range: &Range, rules: &Rules, of_days: bool, first: Option<i64>) -> Ends {
    let (ends, owners) = if of_days { range.day_ends(rules, first) } else { (range.ends(), (0..range.periods.len()).collect()) };
    Ends { ends, owners }
}

/// The instants between which it is seen who is kept: the first period's start, and each period's end.
pub(crate) fn turns(range: &Range) -> Ends {
    let start = range.periods.first().map(|period| period.start.saturating_sub(1));
    Ends { ends: start.into_iter().chain(range.ends()).collect(), owners: Vec::new() }
}

/// Whether a stock is asked who is kept.
pub(crate) fn is_kept(population: &Population<'_>) -> bool {
    matches!(population.definition.measure, Measure::Stock { kept: Some(_), .. })
}

/// Whether a stock is asked for a statistic of its days.
pub(crate) fn is_of_days(population: &Population<'_>, stat: Option<Stat>) -> bool {
    stat.is_some() && matches!(population.definition.measure, Measure::Stock { since: None, kept: None, .. })
}

/// When the rows of a stock begin.
pub(crate) fn entered(population: &Population<'_>) -> Result<Option<Expr>, PlanError> {
    let Measure::Stock { entered, .. } = &population.definition.measure else { return Ok(None) };
    Ok(Some(population.scope.formula(entered, Wanted::Instant)?))
}

/// What a stock counts at some ends.
pub(crate) fn stock(population: &Population<'_>, ends: &Ends) -> Result<Option<Count>, PlanError> {
    let Measure::Stock { entered, left, since, kept } = &population.definition.measure else { return Ok(None) };
    let entered = population.scope.formula(entered, Wanted::Instant)?;
    let left = population.scope.formula(left, Wanted::Instant)?;
    let whose = kept.as_ref().map(|kept| population.scope.formula(kept, Wanted::Cell)).transpose()?;
    let mut count = spans(population, (&entered, &left), &ends.ends, whose);
    if let Some(since) = since {
        count.columns.push(seconds(&population.scope.formula(since, Wanted::Instant)?));
    }
    Ok(Some(count))
}

/// The tallies of a stock: one value per end, or where `ages` are asked one per row that is in.
pub(crate) fn stocked(spans: &Spans, range: &Range, ends: &Ends, ages: bool) -> Tallies {
    let mut tallies = Tallies { unit: 1, ..Tallies::default() };
    let mut counts: BTreeMap<_, Vec<i64>> = BTreeMap::new();
    for (key, clause, span, rows) in spans.each() {
        if clause == 0 && ages {
            for end in span.filter(|end| range.begun(*end)) {
                let ages = rows.starts.iter().map(|start| range.limit(end) - start);
                tallies.at(key.clone(), end).values.extend(ages);
            }
            continue;
        }
        if clause == 0 {
            let days = counts.entry(key.clone()).or_insert_with(|| vec![0; ends.ends.len()]);
            span.for_each(|end| days[end] += rows.rows);
            continue;
        }
        // Of left-out rows, a period tells those that are there at its end.
        let last = span.filter(|end| ends.owners.get(end + 1) != ends.owners.get(*end));
        for end in last {
            let tally = tallies.at(key.clone(), ends.owners[end]);
            *tally.excluded.entry(usize::try_from(clause - 1).unwrap_or(0)).or_insert(0) += rows.rows;
        }
    }
    for (cell, days) in counts {
        for (end, stock) in days.into_iter().enumerate() {
            if range.begun(ends.owners[end]) {
                tallies.at(cell.clone(), ends.owners[end]).values.push(stock);
            }
        }
    }
    tallies
}

/// The tallies of those who are kept: of those in at a period's start, how many are in at its end. The last dimension says whose a row is,
/// and leaves.
pub(crate) fn kept(spans: &Spans, range: &Range) -> Tallies {
    let mut tallies = Tallies { unit: 1, ..Tallies::default() };
    let mut people: BTreeMap<&Key, Vec<std::ops::Range<usize>>> = BTreeMap::new();
    for (key, clause, span, rows) in spans.each() {
        if clause == 0 {
            people.entry(key).or_default().push(span);
            continue;
        }
        let cell = key[..key.len().saturating_sub(1)].to_vec();
        // Of left-out rows, a period tells those that are there at its end.
        for period in span.filter_map(|end| end.checked_sub(1)) {
            let clause = usize::try_from(clause - 1).unwrap_or(0);
            *tallies.at(cell.clone(), period).excluded.entry(clause).or_insert(0) += rows.rows;
        }
    }
    for (key, spans) in people {
        let Some((Some(_), cell)) = key.split_last() else { continue };
        let is_in = |end: usize| spans.iter().any(|span| span.contains(&end));
        for period in (0..range.periods.len()).filter(|period| range.begun(*period) && is_in(*period)) {
            let tally = tallies.at(cell.to_vec(), period);
            tally.denominator += 1;
            tally.numerator += i64::from(is_in(period + 1));
        }
    }
    tallies
}

/// What counts the rows that run at each period's end, and when they began where `ages` asks for it; none where a metric has none.
pub(crate) fn running(population: &Population<'_>, range: &Range, ages: bool) -> Result<Option<Count>, PlanError> {
    let Some(running) = &population.definition.running else { return Ok(None) };
    let until = population.scope.formula(&running.until, Wanted::Instant)?;
    let mut count = spans(population, (&population.started, &until), &range.ends(), None);
    if let Some(filter) = &running.filter {
        count.filters.push(population.scope.formula(filter, Wanted::Bool)?);
    }
    if ages {
        count.columns.push(seconds(&population.started));
    }
    Ok(Some(count))
}

/// Adds the rows that run at each period's end, and their ages where they are known.
pub(crate) fn ran(spans: &Spans, range: &Range, tallies: &mut Tallies) {
    for (key, class, span, rows) in spans.each().filter(|(_, class, ..)| *class == 0) {
        debug_assert_eq!(class, 0, "rows that are left out do not run");
        for end in span.filter(|end| range.begun(*end)) {
            let tally = tallies.at(key.clone(), end);
            tally.running += rows.rows;
            let ages = &mut tally.special_mut().ages;
            ages.extend(rows.starts.iter().map(|start| range.limit(end) - start));
        }
    }
}

/// What counts rows by cell, class and the ends between which they are in; by whose they are, too, where that matters.
fn spans(population: &Population<'_>, (from, until): (&Expr, &Expr), ends: &[i64], whose: Option<Expr>) -> Count {
    let mut dimensions = population.cells(from);
    dimensions.extend(whose);
    let bounds = match (ends.first(), ends.last()) {
        (Some(first), Some(last)) if population.bounded => {
            let lasts = until.clone().is_null().or(until.clone().gt(instant(*first)));
            Some(from.clone().lt_eq(instant(*last)).and(lasts))
        }
        _ => None,
    };
    Count {
        filters: population.filters.clone(),
        asked: population.asked.clone(),
        bounds,
        unfold: population.unfold.clone(),
        when: When::Ends { from: from.clone(), until: until.clone(), ends: ends.to_vec() },
        dimensions,
        columns: vec![population.excluded.clone()],
        counter: Counter::Spans(Spans::new(ends.len())),
    }
}

/// What finds the first instant at which a row enters that has happened.
pub(crate) fn first(population: &Population<'_>, at: &Expr) -> Count {
    let mut filters = population.filters.clone();
    filters.push(at.clone().lt_eq(population.scope.now()));
    let columns = vec![seconds(at)];
    let (dimensions, counter) = (Vec::new(), Counter::First(None));
    Count {
        filters,
        asked: population.asked.clone(),
        bounds: None,
        unfold: population.unfold.clone(),
        when: When::Ever,
        dimensions,
        columns,
        counter,
    }
}

/// Instants are whole seconds in the facts.
fn seconds(at: &Expr) -> Expr {
    cast(at.clone(), DataType::Int64) / lit(MICROS)
}
