//! Worlds to ask about: simulated shops with their truth, and soups of random events, folded and ready for questions.
//!
//! They are seeded, so that a failure repeats itself.

use deskgauge_core::answer::{Answer, DataCut};
use deskgauge_core::event::{Body, Event, Instant, Text};
use deskgauge_core::facts::At;
use deskgauge_core::fold::fold_all;
use deskgauge_core::question::Question;
use deskgauge_core::rules::Rules;
use deskgauge_core::shop::{ConversationTruth, DayTruth, Shop, ShopOptions};
use deskgauge_engine::ask::{AskError, ask};
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::facts_schema::own_fields;
use deskgauge_engine::source::FactSource;

#[path = "../../../core/tests/it/laws/soup.rs"]
#[allow(dead_code, reason = "the core's laws use all of it")]
mod soup;

/// Events, the facts that they fold to, and everything that asking takes.
pub(crate) struct World {
    pub(crate) events: Vec<Event>,
    pub(crate) rules: Rules,
    pub(crate) rules_text: String,
    pub(crate) catalogue: Catalogue,
    pub(crate) source: FactSource,
    /// In seconds since the epoch.
    pub(crate) now: i64,
}

/// A shop's world and what really happened in it.
pub(crate) struct Played {
    pub(crate) world: World,
    pub(crate) truths: Vec<ConversationTruth>,
    pub(crate) days: Vec<DayTruth>,
}

impl World {
    /// These events under these rules, an hour after the last of them.
    pub(crate) fn of(events: Vec<Event>, rules_text: &str) -> Self {
        let now = events.iter().map(|event| event.at.seconds()).max().unwrap_or(0) + 3600;
        Self::new(events, rules_text.to_owned(), now)
    }

    fn new(events: Vec<Event>, rules_text: String, now: i64) -> Self {
        let (rules, problems) = Rules::parse(&rules_text, "deskgauge.toml");
        assert!(problems.is_empty(), "{problems:?}");
        let own = own_fields(&rules);
        let (catalogue, _) = Catalogue::load(&[], &own);
        let source = FactSource::memory(&fold_all(events.clone(), &rules), &events, &own).unwrap();
        Self { events, rules, rules_text, catalogue, source, now }
    }

    /// Random events of every type in impossible orders, on a coarse grid of ten days from 2024-01-01 on; now is in the middle of
    /// the eleventh.
    pub(crate) fn soup(seed: u64) -> Self {
        let mut events = Vec::new();
        for bowl in 0..12 {
            let renamed = |name: &Text| Text::from(format!("{bowl}:{name}"));
            for mut event in soup::Soup::new(100 * seed + bowl).events(70) {
                event.source = renamed(&event.source);
                event.conversation = event.conversation.as_ref().map(renamed);
                match &mut event.body {
                    Body::Opened(opened) => opened.parent = opened.parent.as_ref().map(renamed),
                    Body::Status(change) => change.into = change.into.as_ref().map(renamed),
                    _ => {}
                }
                events.push(event);
            }
        }
        let rules = include_str!("../../../core/tests/it/laws/rules.toml").to_owned();
        Self::new(events, rules, 1_704_067_200 + 10 * 86_400 + 43_200)
    }

    /// A question by its options; now is the world's unless they say otherwise.
    pub(crate) fn question(&self, metrics: &str, options: &str) -> Question {
        let mut question = Question::new(metrics.split(',').map(str::to_owned).collect());
        question.now = Some(At(self.now).into());
        let problems = question.set_options(options);
        assert!(problems.is_empty(), "{options}: {problems:?}");
        question
    }

    pub(crate) async fn try_ask(&self, metrics: &str, options: &str) -> Result<Vec<Answer>, AskError> {
        self.answers(&self.source, &self.question(metrics, options)).await
    }

    pub(crate) async fn ask(&self, metrics: &str, options: &str) -> Vec<Answer> {
        match self.try_ask(metrics, options).await {
            Ok(answers) => answers,
            Err(error) => panic!("{metrics} {options}: {error}"),
        }
    }

    pub(crate) async fn answers(&self, source: &FactSource, question: &Question) -> Result<Vec<Answer>, AskError> {
        let cut = DataCut { snapshot: 0, watermark: 0, at: None };
        ask(source, &self.catalogue, &self.rules, question, cut).await.map(|answers| answers.answers)
    }

    /// The rows of a statement, each cell as text, null as `-`.
    pub(crate) async fn sql(&self, text: &str) -> Vec<Vec<String>> {
        let frame = self.source.context().sql(text).await.unwrap_or_else(|error| panic!("{text}\n{error}"));
        let batches = frame.collect().await.unwrap_or_else(|error| panic!("{text}\n{error}"));
        let format = arrow::util::display::FormatOptions::default().with_null("-");
        let mut rows = Vec::new();
        for batch in &batches {
            let columns: Vec<_> = batch
                .columns()
                .iter()
                .map(|column| arrow::util::display::ArrayFormatter::try_new(column.as_ref(), &format).unwrap())
                .collect();
            rows.extend((0..batch.num_rows()).map(|row| columns.iter().map(|column| column.value(row).to_string()).collect()));
        }
        rows
    }
}

/// Plays a shop. `rules` replaces its own rules.
pub(crate) fn play(options: ShopOptions, rules: Option<String>) -> Played {
    let rules = rules.unwrap_or_else(|| options.rules_toml());
    let mut shop = Shop::new(options).with_truth();
    let events: Vec<Event> = shop.by_ref().collect();
    let (truths, days, end) = (shop.take_truths(), shop.days().to_vec(), shop.end().seconds());
    Played { world: World::new(events, rules, end), truths, days }
}

/// A shop that opens on a day in Bucharest and is played for some days.
pub(crate) fn options(conversations: u64, seed: u64, day: &str, days: u32) -> ShopOptions {
    let date: jiff::civil::Date = day.parse().unwrap();
    let mut options = ShopOptions::new(conversations, seed);
    let start = date.to_zoned(options.zone.clone()).unwrap().timestamp().as_second();
    options.start = Instant::from_seconds(start);
    options.days = Some(days);
    options
}

/// The value of a dimension of an answer.
pub(crate) fn cell<'a>(answer: &'a Answer, dimension: &str) -> Option<&'a str> {
    answer.dimensions.iter().find(|(name, _)| name == dimension).and_then(|(_, value)| value.as_deref())
}

/// How many rows of an answer a clause left out.
pub(crate) fn left_out(answer: &Answer, clause: &str) -> i64 {
    answer.excluded.iter().find(|(name, _)| name == clause).map_or(0, |(_, rows)| *rows)
}
