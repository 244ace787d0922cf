//! From tallies to answers: the division, the percentile, the interval, and the reason where there is no number.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use deskgauge_core::answer::{Answer, NullReason, SMALL_N};
use deskgauge_core::metric::{Definition, Measure, Metric, Unit};
use deskgauge_core::question::{Clock, Question, Stat, WITHIN};
use deskgauge_core::rules::Rules;
use deskgauge_core::statistics::{interval, quantile::type7, survival};

use super::aggregate::FACT_UNIT;
use super::bands::bound_of;
use super::range::Range;
use super::tally::{Key, Special, Tallies, Tally};
use super::unfold::WHOLE;

/// What answers of one metric share.
pub(crate) struct Summary<'a> {
    pub(crate) metric: &'a Metric,
    pub(crate) definition: &'a Definition,
    pub(crate) question: &'a Question,
    pub(crate) rules: &'a Rules,
    pub(crate) range: &'a Range,
    /// Whether people are credited with parts of rows.
    pub(crate) parts: bool,
}

/// A number and what stands beside it.
#[derive(Default)]
struct Found {
    value: Option<f64>,
    reason: Option<NullReason>,
    n: Option<i64>,
    numerator: Option<i64>,
    denominator: Option<i64>,
    interval: Option<(f64, f64)>,
    bounds: Option<(f64, f64)>,
}

impl Summary<'_> {
    /// The answers, by period, then by cell, the cell of rows without a value last; and on how many each stands, as far as that matters.
    pub(crate) fn answers(&self, tallies: Tallies) -> (Vec<Answer>, Vec<i64>) {
        let Tallies { cells, unit } = tallies;
        let mut cells: Vec<_> = cells.into_iter().collect();
        cells.sort_by(|(left, _), (right, _)| in_order(left, right));
        let (mut answers, mut sizes) = (Vec::new(), Vec::new());
        for period in 0..self.range.periods.len() {
            for (key, periods) in &mut cells {
                let tally = periods.remove(&period).unwrap_or_default();
                sizes.push(self.size(&tally));
                answers.push(self.answer(key, period, tally, unit));
            }
        }
        (answers, sizes)
    }

    /// On how many conversations or people a number stands; of a stock of several days, on the fewest that any day has.
    fn size(&self, tally: &Tally) -> i64 {
        match &self.definition.measure {
            Measure::Stock { since: Some(_), .. } => tally.values.len() as i64,
            Measure::Stock { kept: Some(_), .. } => tally.denominator,
            Measure::Stock { .. } => tally.values.each().filter(|stock| *stock > 0).min().unwrap_or(0),
            _ => tally.special().individuals.len() as i64,
        }
    }

    fn answer(&self, key: &Key, period: usize, tally: Tally, unit: i64) -> Answer {
        let clock = self.clock();
        let values = tally.values.sorted();
        let stat = self.stat();
        let dimensions: Vec<_> = self.question.by.iter().cloned().zip(key.iter().cloned()).collect();
        let within = (stat == Some(Stat::Within)).then(|| self.within(&dimensions)).flatten();
        let mut found = match &self.definition.measure {
            Measure::Value { .. } if clock == Some(Clock::Business) && !self.definition.has_business() => {
                Found { reason: Some(NullReason::NotApplicable), ..Found::default() }
            }
            // What has not begun has no stock yet.
            Measure::Stock { .. } if !self.range.begun(period) => Found::default(),
            Measure::Value { .. } | Measure::Stock { since: Some(_), .. } if stat == Some(Stat::Within) => {
                // Ages are whole seconds, whatever the values of the fact are counted in.
                let unit = if matches!(self.definition.measure, Measure::Stock { .. }) { 1 } else { unit.max(1) };
                self.of_bounded((&values, &tally), within, unit)
            }
            Measure::Value { .. } => self.of_values((&values, &tally), stat.unwrap_or(Stat::Mean), unit.max(1)),
            Measure::Share { .. } => self.of_share(&tally),
            Measure::Points { .. } => of_points(&tally),
            Measure::Count if self.parts => {
                Found { value: Some(tally.denominator as f64 / WHOLE as f64), n: Some(tally.rows), ..Found::default() }
            }
            Measure::Count => whole(tally.rows),
            Measure::Distinct(_) => whole(tally.special().distinct.len() as i64),
            Measure::Sum(_) => self.of_sum(&tally, unit.max(1)),
            Measure::Stock { since: Some(_), .. } => self.of_values((&values, &tally), stat.unwrap_or(Stat::Median), 1),
            Measure::Stock { kept: Some(_), .. } => self.of_share(&tally),
            Measure::Stock { .. } => of_stock(&values, self.question.stat),
            Measure::Overlap { .. } => of_overlap(&tally.special().stretches),
            Measure::Agreement { .. } => of_agreement(&values, &tally, unit.max(1)),
        };
        if self.definition.per.is_some() {
            found = divided(&found, &tally);
        }
        let mut currency = None;
        let Special { currency: currencies, alike, .. } = tally.special();
        if let Some((first, _)) = currencies.first_key_value() {
            if currencies.len() == 1 {
                currency = Some(first.to_string());
            } else {
                // Amounts of different currencies have no sum and no order.
                found = Found { reason: Some(NullReason::NotApplicable), n: found.n, ..Found::default() };
            }
        }
        if alike.len() > 1 {
            (found.value, found.interval, found.bounds) = (None, None, None);
            found.reason = Some(NullReason::NotApplicable);
        }
        if found.value.is_none() && found.reason.is_none() {
            let waiting = tally.running > 0 || tally.provisional > 0;
            found.reason = Some(if waiting { NullReason::Running } else { NullReason::NoData });
        }
        // A profile shows what its vendor shows where there is nothing to count.
        if let Some(empty) = self.definition.empty.filter(|_| found.reason == Some(NullReason::NoData)) {
            found.value = Some(empty as f64);
        }
        let named = self.definition.except.iter().enumerate();
        let excluded = named.filter_map(|(number, (name, _))| Some((name.clone(), *tally.excluded.get(&number)?))).collect();
        let can_run = self.definition.running.is_some() || self.definition.decided.is_some();
        Answer {
            metric: self.metric.id.clone(),
            revision: self.metric.revision,
            profile: self.metric.profile.clone(),
            variant: self.question.variant.clone(),
            stat,
            within,
            clock,
            unit: if stat == Some(Stat::Within) { Unit::Share } else { self.definition.unit },
            currency,
            period: self.range.periods[period].label,
            partial: self.range.partial(period),
            dimensions,
            value: found.value,
            null_reason: if found.value.is_some() { None } else { found.reason },
            n: found.n,
            numerator: found.numerator,
            denominator: found.denominator,
            interval: found.interval,
            bounds: found.bounds,
            running: can_run.then_some(tally.running),
            provisional: self.definition.window.as_ref().map(|_| tally.provisional),
            excluded,
            small_n: found.n.is_some_and(|n| n < SMALL_N),
            credit: self.credit(),
            aim: None,
            comparison: None,
        }
    }

    /// The statistic that is answered.
    fn stat(&self) -> Option<Stat> {
        let value = if self.definition.unit == Unit::Seconds { Stat::Median } else { Stat::Mean };
        match &self.definition.measure {
            Measure::Value { .. } => Some(self.question.stat.or(self.definition.default).unwrap_or(value)),
            Measure::Share { .. } | Measure::Stock { kept: Some(_), .. } => Some(Stat::Share),
            Measure::Sum(_) => Some(Stat::Sum),
            Measure::Stock { since: Some(_), .. } => self.question.stat.or(self.definition.default).or(Some(Stat::Median)),
            Measure::Stock { .. } => self.question.stat,
            Measure::Points { .. }
            | Measure::Count
            | Measure::Distinct(_)
            | Measure::Agreement { .. }
            | Measure::Overlap { .. } => None,
        }
    }

    /// The model by which agents are credited: the question's, or the metric's first.
    fn credit(&self) -> Option<String> {
        let model = || self.definition.credit.first().map(|(model, _)| model.clone());
        self.question.by.iter().any(|name| name == "agent").then(|| self.question.credit.clone().or_else(model))?
    }

    /// The clock, of metrics that measure time; the others have none and are not asked for one.
    fn clock(&self) -> Option<Clock> {
        let timed = matches!(self.definition.measure, Measure::Value { .. })
            && (self.definition.unit == Unit::Seconds || self.definition.has_business());
        timed.then(|| self.question.clock.unwrap_or(Clock::Calendar))
    }

    fn of_values(&self, (values, tally): (&[i64], &Tally), stat: Stat, unit: i64) -> Found {
        let n = values.len() as i64;
        let scaled = |number: f64| number / unit as f64;
        let both = |(low, high): (i64, i64)| (scaled(low as f64), scaled(high as f64));
        let mut found = Found { n: Some(n), ..Found::default() };
        if let Stat::KmMedian | Stat::KmP90 = stat {
            let share = if stat == Stat::KmMedian { 0.5 } else { 0.9 };
            let mut ages = tally.special().ages.clone();
            ages.sort_unstable();
            match survival::kaplan_meier(values, &ages, share) {
                Some(survival::Quantile::Reached(value)) => found.value = Some(scaled(value as f64)),
                Some(survival::Quantile::AtLeast(_)) => found.reason = Some(NullReason::NotReached),
                None => {}
            }
        } else {
            found.value = statistic(values, stat).map(scaled);
        }
        found.interval = match stat {
            Stat::Mean => {
                let (sum, squares) = moments(values, unit);
                interval::mean(n, sum, squares)
            }
            Stat::Median => interval::median(values).map(both),
            Stat::P90 => interval::quantile(values, 0.9).map(both),
            Stat::P95 => interval::quantile(values, 0.95).map(both),
            _ => None,
        };
        if n == 0 && found.reason.is_none() {
            found.reason = self.without_schedule(tally);
        }
        found
    }

    /// The bound of the statistic `within` for a cell: the question's, or that of the target which is for the cell.
    fn within(&self, dimensions: &[(String, Option<String>)]) -> Option<i64> {
        self.question.set.get(WITHIN).copied().or_else(|| bound_of(self.rules, self.metric, dimensions))
    }

    /// How many of the values are within a bound. What runs may still end on either side of it.
    fn of_bounded(&self, (values, tally): (&[i64], &Tally), within: Option<i64>, unit: i64) -> Found {
        let n = values.len() as i64;
        let Some(within) = within else {
            return Found { reason: Some(NullReason::NotApplicable), n: Some(n), ..Found::default() };
        };
        let met = values.partition_point(|value| *value <= within.saturating_mul(unit)) as i64;
        let reason = (n == 0).then(|| self.without_schedule(tally)).flatten();
        Found { reason, ..share((met, n), self.definition.running.as_ref().map(|_| tally.running)) }
    }

    /// The reason why there are no values on the clock of business time, where there would be on the other.
    fn without_schedule(&self, tally: &Tally) -> Option<NullReason> {
        let business = self.question.clock == Some(Clock::Business) && self.definition.has_business();
        (business && tally.timed > 0).then_some(NullReason::NoSchedule)
    }

    fn of_share(&self, tally: &Tally) -> Found {
        let (numerator, denominator) = (tally.numerator, tally.denominator);
        if self.parts {
            // Parts of rows are no whole numbers, and no independent trials.
            let value = (denominator > 0).then(|| numerator as f64 / denominator as f64);
            return Found { value, n: Some(tally.weighed), ..Found::default() };
        }
        if let Measure::Share { weight: Some(_), .. } = self.definition.measure {
            // Seconds are no independent trials, and what runs has no weight yet: neither an interval nor bounds follow from them.
            return Found {
                value: (denominator > 0).then(|| numerator as f64 / denominator as f64),
                n: Some(tally.weighed),
                numerator: Some(numerator),
                denominator: Some(denominator),
                ..Found::default()
            };
        }
        share((numerator, denominator), self.definition.decided.as_ref().map(|_| tally.running))
    }

    fn of_sum(&self, tally: &Tally, unit: i64) -> Found {
        let sum = tally.special().sum.map(|sum| sum as f64 / unit as f64);
        // A sum of things is a count: none of them is zero. A sum of time or money that nobody measured is not known.
        let empty = (self.definition.unit == Unit::Count).then_some(0.0);
        Found { value: sum.or(empty), n: Some(tally.timed), ..Found::default() }
    }
}

/// A share of independent trials. `running` are those that may still end on either side: the bounds tell what that could change.
fn share((numerator, denominator): (i64, i64), running: Option<i64>) -> Found {
    let bounds = running.map(|running| (denominator + running, running)).filter(|(all, _)| *all > 0);
    Found {
        value: (denominator > 0).then(|| numerator as f64 / denominator as f64),
        n: Some(denominator),
        numerator: Some(numerator),
        denominator: Some(denominator),
        interval: interval::wilson(numerator, denominator),
        bounds: bounds.map(|(all, running)| (numerator as f64 / all as f64, (numerator + running) as f64 / all as f64)),
        ..Found::default()
    }
}

/// A number divided: null where there is nothing to divide by.
fn divided(number: &Found, tally: &Tally) -> Found {
    let whole = |number: f64| (number.fract() == 0.0).then_some(number as i64);
    let divisor = tally.special().divisor.filter(|divisor| *divisor > 0.0);
    let denominator = divisor.map_or(Some(0), whole);
    Found {
        value: number.value.zip(divisor).map(|(value, divisor)| value / divisor),
        n: denominator.or(number.n),
        numerator: number.value.and_then(whole),
        denominator,
        ..Found::default()
    }
}

fn of_points(tally: &Tally) -> Found {
    let (plus, minus) = tally.signs;
    let n = tally.denominator;
    Found {
        value: (n > 0).then(|| 100.0 * (plus - minus) as f64 / n as f64),
        n: Some(n),
        numerator: Some(plus - minus),
        denominator: Some(n),
        interval: interval::nps(plus, minus, n),
        ..Found::default()
    }
}

/// The lengths of stretches over the time in which their owner had any.
fn of_overlap(stretches: &BTreeMap<Box<str>, Vec<(i64, i64)>>) -> Found {
    let (mut n, mut sum, mut covered) = (0, 0, 0);
    for own in stretches.values() {
        let mut own = own.clone();
        own.sort_unstable();
        let mut until = i64::MIN;
        for (from, to) in own {
            n += 1;
            sum += (to - from).max(0);
            covered += (to - from.max(until)).max(0);
            until = until.max(to);
        }
    }
    let value = (covered > 0).then(|| sum as f64 / covered as f64);
    Found { value, n: Some(n), numerator: Some(sum), denominator: Some(covered), ..Found::default() }
}

/// Krippendorff's alpha: 1 − observed ÷ expected disagreement, both as squares of distances. Null where all values are the same: then
/// agreement cannot be told from a scale that nobody uses.
fn of_agreement(values: &[i64], tally: &Tally, unit: i64) -> Found {
    let n = values.len() as i64;
    let (sum, squares) = moments(values, unit);
    // Spreads are squares of hundredths, with four places.
    let observed = tally.special().sum.unwrap_or(0) as f64 / FACT_UNIT as f64 / 10_000.0;
    let expected = (n as f64 * squares - sum * sum) / (n - 1).max(1) as f64;
    let same = values.first() == values.last();
    Found {
        value: (n > 1 && !same).then(|| 1.0 - observed / expected),
        reason: (n > 1 && same).then_some(NullReason::NotApplicable),
        n: Some(n),
        ..Found::default()
    }
}

fn whole(count: i64) -> Found {
    Found { value: Some(count as f64), n: Some(count), ..Found::default() }
}

/// Of one value at the period's end, or of sorted ones of its days. Without rows a stock is zero.
fn of_stock(days: &[i64], stat: Option<Stat>) -> Found {
    match stat {
        Some(stat) => Found { value: Some(statistic(days, stat).unwrap_or(0.0)), ..Found::default() },
        None => whole(days.first().copied().unwrap_or(0)),
    }
}

/// A statistic of sorted values.
fn statistic(sorted: &[i64], stat: Stat) -> Option<f64> {
    let sum = || sorted.iter().map(|value| i128::from(*value)).sum::<i128>() as f64;
    if sorted.is_empty() {
        return None;
    }
    match stat {
        Stat::Mean => Some(sum() / sorted.len() as f64),
        Stat::Median | Stat::KmMedian => type7(sorted, 0.5),
        Stat::P90 | Stat::KmP90 => type7(sorted, 0.9),
        Stat::P95 => type7(sorted, 0.95),
        Stat::Min => sorted.first().map(|value| *value as f64),
        Stat::Max => sorted.last().map(|value| *value as f64),
        Stat::Sum => Some(sum()),
        // What is within a bound is counted where the bound is known.
        Stat::Within => None,
        Stat::Share => None,
    }
}

/// The sum and the sum of squares, exact until the last step.
fn moments(values: &[i64], unit: i64) -> (f64, f64) {
    let sum: i128 = values.iter().map(|value| i128::from(*value)).sum();
    let squares: i128 = values.iter().map(|value| i128::from(*value) * i128::from(*value)).sum();
    let unit = unit as f64;
    (sum as f64 / unit, squares as f64 / (unit * unit))
}

/// Cells by their dimensions: numbers by size, then texts, null last.
fn in_order(left: &Key, right: &Key) -> Ordering {
    let pairs = left.iter().zip(right);
    pairs
        .map(|(left, right)| part_in_order(left.as_deref(), right.as_deref()))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn part_in_order(left: Option<&str>, right: Option<&str>) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => match (left.parse::<i64>(), right.parse::<i64>()) {
            (Ok(left), Ok(right)) => left.cmp(&right),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => left.cmp(right),
        },
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
    }
}
