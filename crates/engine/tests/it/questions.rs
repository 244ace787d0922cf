//! Laws that every answer obeys, whatever is asked of whatever world: random questions and all metrics with all their variants, over
//! soups of impossible events and a simulated shop.

mod laws;
mod same;

use std::sync::OnceLock;

use deskgauge_core::answer::{Answer, NullReason, SMALL_N};
use deskgauge_core::metric::{Definition, Measure, Unit};
use deskgauge_engine::ask::AskError;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::world::{World, options, play};

/// Two soups and a shop, made once.
fn worlds() -> &'static [World] {
    static WORLDS: OnceLock<Vec<World>> = OnceLock::new();
    WORLDS.get_or_init(|| vec![World::soup(1), World::soup(2), play(options(250, 5, "2026-01-26", 20), None).world])
}

/// A metric in one of its definitions.
#[derive(Clone, Copy)]
struct Asked<'w> {
    world: &'w World,
    id: &'w str,
    variant: Option<&'w str>,
}

impl<'w> Asked<'w> {
    fn definition(&self) -> &'w Definition {
        self.world.catalogue.get(self.id).unwrap().definition(self.variant).unwrap()
    }

    /// Whether its rows are those of conversations, with the dimensions that all of these have.
    fn of_conversations(&self) -> bool {
        deskgauge_core::facts::find(&self.definition().from).unwrap().common
    }

    /// Options over the dimensions of conversations, where it has those.
    fn cut<'o>(&self, options: &'o str) -> &'o str {
        if self.of_conversations() { options } else { "" }
    }

    fn measure(&self) -> &'w Measure {
        &self.definition().measure
    }

    /// Answers with the sum as the statistic of values, because sums add up.
    async fn sums(&self, options: &str) -> Vec<Answer> {
        let stat = if self.definition().has_values() { " --stat sum" } else { "" };
        self.rows(&format!("{options}{stat}")).await
    }

    /// Answers that tell of the metric's own rows: what a number is divided by has rows of its own, which add up by themselves or, where
    /// they are the same for every cell, not at all.
    async fn rows(&self, options: &str) -> Vec<Answer> {
        let mut answers = self.ask(options).await;
        if self.definition().per.is_some() {
            for answer in &mut answers {
                (answer.n, answer.numerator, answer.denominator) = (answer.numerator, None, None);
            }
        }
        if self.definition().alike.is_some() || self.definition().unit == Unit::Money {
            // A cell in which rows cannot stand together, as amounts of two currencies, has no number to add.
            answers.iter_mut().for_each(|answer| answer.value = None);
        }
        answers
    }

    async fn ask(&self, options: &str) -> Vec<Answer> {
        self.try_ask(options).await.unwrap_or_else(|error| panic!("{} {options}: {error}", self.name()))
    }

    async fn try_ask(&self, options: &str) -> Result<Vec<Answer>, AskError> {
        let answers = self.world.try_ask(self.id, &self.options(options)).await?;
        for answer in &answers {
            well_formed(self, options, answer);
        }
        Ok(answers)
    }

    fn options(&self, options: &str) -> String {
        self.variant.map_or_else(|| options.to_owned(), |variant| format!("{options} --variant {variant}"))
    }

    fn name(&self) -> String {
        self.options(self.id)
    }
}

/// Every metric in every definition, each asked of one of the worlds in turn; `round` says where the turns begin.
fn some(round: usize) -> Vec<Asked<'static>> {
    let worlds: Vec<Vec<Asked<'_>>> = worlds().iter().map(all).collect();
    (0..worlds[0].len()).map(|place| worlds[(place + round) % worlds.len()][place]).collect()
}

/// Every metric of a world in every definition.
fn all(world: &World) -> Vec<Asked<'_>> {
    let mut all = Vec::new();
    for metric in world.catalogue.metrics() {
        all.push(Asked { world, id: &metric.id, variant: None });
        all.extend(metric.variants.iter().map(|variant| Asked { world, id: &metric.id, variant: Some(&variant.name) }));
    }
    assert!(all.len() > 40, "{}", all.len());
    all
}

/// What holds for each answer by itself.
fn well_formed(asked: &Asked<'_>, options: &str, answer: &Answer) {
    let told = || format!("{} {options}: {answer:?}", asked.name());
    assert_eq!(answer.value.is_none(), answer.null_reason.is_some(), "a null has a reason, and a number none: {}", told());
    assert_eq!(answer.small_n, answer.n.is_some_and(|n| n < SMALL_N), "{}", told());
    assert!(answer.value.is_none_or(f64::is_finite), "{}", told());
    for rows in [answer.n, answer.running, answer.provisional].into_iter().flatten() {
        assert!(rows >= 0, "{}", told());
    }
    assert!(answer.excluded.iter().all(|(_, rows)| *rows > 0), "{}", told());
    if let (Some((low, high)), Some(value)) = (answer.interval, answer.value) {
        let slack = 1e-9 * value.abs().max(1.0);
        assert!(low - slack <= value && value <= high + slack, "an interval holds its value: {}", told());
    }
    if asked.definition().per.is_some() {
        // Where nobody has said what it costs, it costs nobody knows what.
        let unknown = answer.unit == Unit::Money && answer.null_reason == Some(NullReason::NoData);
        assert_eq!(answer.value.is_some(), answer.denominator != Some(0) && !unknown, "{}", told());
        return;
    }
    let credit = asked.definition().credit.iter().find(|(model, _)| answer.credit.as_deref() == Some(model));
    match asked.measure() {
        // Parts of rows are no whole numbers.
        _ if credit.is_some_and(|(_, formula)| formula.text.starts_with("parts(")) => {
            assert_eq!((answer.numerator, answer.denominator, answer.interval), (None, None, None), "{}", told());
        }
        _ if asked.definition().alike.is_some() && answer.null_reason == Some(NullReason::NotApplicable) => {}
        Measure::Share { weight: Some(_), .. } => {
            let (part, whole) = (answer.numerator.unwrap(), answer.denominator.unwrap());
            assert!(0 <= part && part <= whole && (answer.interval, answer.bounds) == (None, None), "{}", told());
            assert_eq!(answer.value.is_some(), whole > 0, "{}", told());
        }
        // Amounts of several currencies are no number.
        Measure::Value { .. } if answer.unit == Unit::Money && answer.null_reason == Some(NullReason::NotApplicable) => {}
        Measure::Share { .. } => {
            let (part, whole) = (answer.numerator.unwrap(), answer.denominator.unwrap());
            assert!(0 <= part && part <= whole && answer.n == Some(whole), "{}", told());
            assert_eq!(answer.value.is_some(), whole > 0, "{}", told());
            if let (Some((low, high)), Some(value)) = (answer.bounds, answer.value) {
                assert!(low <= value + 1e-12 && value <= high + 1e-12, "bounds hold the value: {}", told());
            }
        }
        Measure::Count | Measure::Distinct(_) => {
            assert_eq!(answer.value, answer.n.map(|n| n as f64), "no rows are zero rows: {}", told());
        }
        Measure::Value { .. } => {
            let by_survival = answer.stat.is_some_and(|stat| stat.name().starts_with("km_"));
            assert!(by_survival || answer.value.is_some() == answer.n.is_some_and(|n| n > 0), "{}", told());
        }
        Measure::Points { .. } => {
            assert!(answer.value.is_none_or(|value| (-100.0..=100.0).contains(&value)), "{}", told());
            assert_eq!(answer.value.is_some(), answer.n.unwrap() > 0, "{}", told());
        }
        Measure::Overlap { .. } => {
            let (all, covered) = (answer.numerator.unwrap(), answer.denominator.unwrap());
            assert!(0 <= covered && covered <= all, "{}", told());
            assert_eq!(answer.value.is_some(), covered > 0, "{}", told());
        }
        Measure::Agreement { .. } => assert!(answer.value.is_none_or(|value| value <= 1.0), "{}", told()),
        Measure::Sum(_) | Measure::Stock { .. } => {}
    }
}

/// The numbers of answers that add up over cells that exclude each other.
fn added<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> Sums {
    let mut sums = Sums::default();
    for answer in answers {
        sums.n += answer.n.unwrap_or(0);
        sums.numerator += answer.numerator.unwrap_or(0);
        sums.denominator += answer.denominator.unwrap_or(0);
        sums.running += answer.running.unwrap_or(0);
        sums.provisional += answer.provisional.unwrap_or(0);
        for (clause, rows) in &answer.excluded {
            *sums.excluded.entry(clause.clone()).or_insert(0) += rows;
        }
        if answer.stat.is_some_and(|stat| stat.name() == "sum") {
            // Values have at most four decimals.
            sums.value += (answer.value.unwrap_or(0.0) * 10_000.0).round() as i128;
        }
    }
    sums
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Sums {
    n: i64,
    numerator: i64,
    denominator: i64,
    value: i128,
    running: i64,
    provisional: i64,
    excluded: std::collections::BTreeMap<String, i64>,
}

impl Sums {
    /// All rows that the numbers tell of.
    fn rows(&self) -> i64 {
        self.n + self.running + self.provisional + self.excluded.values().sum::<i64>()
    }
}

/// Dimensions that every conversation metric has, and whose cells exclude each other.
const EXCLUSIVE: &[&str] = &[
    "channel",
    "brand",
    "team",
    "agent",
    "priority",
    "reason",
    "language",
    "segment",
    "customer_kind",
    "origin",
    "hour",
    "weekday",
];

/// Dimensions of some metrics.
const SPECIAL: &[&str] = &["policy", "target", "state", "assigned", "resolver", "survey", "scorecard", "category", "reviewer"];

/// Dice for questions.
struct Dice(ChaCha8Rng);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        *all.choose(&mut self.0).unwrap()
    }

    fn below(&mut self, end: i64) -> i64 {
        self.0.random_range(0..end)
    }

    /// A local day of the world's, from a little before its events to a little after them.
    fn day(&mut self, world: &World) -> jiff::civil::Date {
        let first = world.events.iter().map(|event| event.at.seconds()).min().unwrap();
        let days = (world.now - first) / 86_400 + 4;
        let at = first + (self.below(days) - 2) * 86_400;
        deskgauge_core::period::local_date(at, &world.rules.workspace.time_zone)
    }

    /// Any options that fit any metric: dimensions, grain, range, filter, clock, dating, parameters and now.
    fn options(&mut self, asked: &Asked<'_>) -> String {
        let world = asked.world;
        let mut options = String::new();
        for _ in 0..self.below(3) {
            options += asked.cut(&format!(" --by {}", self.of(EXCLUSIVE)));
        }
        if self.below(8) == 0 {
            options += asked.cut(" --by tag");
        }
        options += &format!(" --grain {}", self.of(&["all", "all", "day", "week", "month", "quarter", "year"]));
        if self.below(2) == 0 {
            let (one, other) = (self.day(world), self.day(world));
            options += &format!(" --from {}", one.min(other));
            if one != other {
                options += &format!(" --to {}", one.max(other));
            }
        }
        if self.below(4) == 0 {
            let filters = [
                "channel = 'email'",
                "priority is null",
                "team in ('t1', 'frontline')",
                "not proactive",
                "array_has(tags, 'vip')",
            ];
            options += asked.cut(&format!(" --where \"{}\"", self.of(&filters)));
        }
        if self.below(3) == 0 {
            options += " --clock business";
        }
        if self.below(4) == 0 {
            options += " --dated cohort";
        }
        if self.below(4) == 0 {
            options += &format!(" --set {}={}", self.of(deskgauge_core::metric::PARAMETERS), self.of(&["20s", "1h", "7d"]));
        }
        if self.below(3) == 0 {
            options += &format!(" --now {}", (world.now - self.below(12) * 43_200) * 1000);
        }
        if let Measure::Value { .. } = asked.measure() {
            options +=
                &format!(" --stat {}", self.of(&["mean", "median", "p90", "p95", "min", "max", "sum", "km_median", "km_p90"]));
        }
        if let Measure::Stock { since: Some(_), .. } = asked.measure() {
            options += &format!(" --stat {}", self.of(&["mean", "median", "p90", "p95", "min", "max", "sum"]));
        }
        if let Measure::Stock { since: None, kept: None, .. } = asked.measure()
            && asked.definition().per.is_none()
            && self.below(3) == 0
        {
            options += &format!(" --stat {}", self.of(&["mean", "max"]));
        }
        options
    }
}
