//! Files that are asked directly have the facts that one fold of all their events makes, whatever is wrong with the events.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use arrow::datatypes::DataType;
use deskgauge_core::answer::DataCut;
use deskgauge_core::event::Event;
use deskgauge_core::facts::{At, FACTS};
use deskgauge_core::fold::LINKED;
use deskgauge_core::question::Question;
use deskgauge_core::rules::Rules;
use deskgauge_core::shop::ShopOptions;
use deskgauge_engine::ask::{Limits, ask_all};
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::direct::{Direct, DirectError, Events, Reads};
use deskgauge_engine::files::{EventBatches, EventFile, write};
use deskgauge_engine::source::FactSource;

use super::agrees::{Dice, all_rows, assert_rows, folded, shop, trouble};

/// Events in memory, where that is no matter.
const MOST: u64 = 1 << 20;

/// Every table but those that are made of whole customers.
fn wanted() -> BTreeSet<&'static str> {
    FACTS.iter().map(|table| table.name).filter(|name| !LINKED.contains(name)).collect()
}

fn rules(conversations: u64, seed: u64) -> Rules {
    Rules::parse(&ShopOptions::new(conversations, seed).rules_toml(), "deskgauge.toml").0
}

/// A file of these events, in their order.
fn written(folder: &Path, name: &str, events: &[Event]) -> PathBuf {
    let mut batches = EventBatches::default();
    events.iter().for_each(|event| batches.push(event, 0, ""));
    write(folder, "events", name, &batches.finish(), &[]).unwrap();
    folder.join(name)
}

async fn check(events: Events, all: Vec<Event>, rules: &Rules, what: &str) {
    check_tables(events, all, rules, &wanted(), what).await;
}

async fn check_tables(events: Events, all: Vec<Event>, rules: &Rules, wanted: &BTreeSet<&str>, what: &str) {
    let direct = Direct::fold(events, rules, &Reads::tables(wanted.iter().copied()), MOST).unwrap();
    let source = FactSource::direct(direct).unwrap();
    let mut expected = folded(all, rules).await;
    expected.retain(|table, _| wanted.contains(table));
    assert_rows(&all_rows(&source).await, &expected, what);
}

#[tokio::test]
async fn a_customer_is_returning_also_where_the_first_conversation_has_no_row() {
    let (events, rules) = (shop(500, 4), rules(500, 4));
    let wanted = BTreeSet::from(["surveys"]);
    check_tables(Events::Read(events.clone()), events, &rules, &wanted, "surveys alone").await;
}

#[tokio::test]
async fn a_shop_asked_directly_has_the_facts_of_one_fold() {
    let (events, rules) = (shop(800, 3), rules(800, 3));
    check(Events::Read(events.clone()), events, &rules, "a shop").await;
}

#[tokio::test]
async fn corrections_merges_and_repetitions_are_put_together_over_all_parts() {
    for seed in 0..6 {
        let mut dice = Dice(seed);
        let rules = rules(150, seed);
        let mut events = shop(150, seed);
        events.extend(trouble(&events, &mut dice));
        let again: Vec<Event> = (0..200).map(|_| events[dice.below(events.len())].clone()).collect();
        events.extend(again);
        for index in (1..events.len()).rev() {
            events.swap(index, dice.below(index + 1));
        }
        check(Events::Read(events.clone()), events, &rules, &format!("seed {seed}")).await;
    }
}

#[tokio::test]
async fn a_file_is_read_as_columns_group_by_group() {
    let (events, rules) = (shop(400, 9), rules(400, 9));
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (number, some) in events.chunks(events.len() / 3 + 1).enumerate() {
        paths.push(written(folder.path(), &format!("{number}.parquet"), some));
    }
    assert!(paths.iter().all(|path| EventFile::open(path).unwrap().is_readable()));
    check(Events::Files(paths), events, &rules, "three files").await;
}

#[tokio::test]
async fn files_of_more_events_than_memory_holds_are_folded_window_by_window() {
    for seed in 0..4 {
        let mut dice = Dice(seed);
        let rules = rules(400, seed);
        let mut events = shop(400, seed);
        events.sort_by_key(|event| event.at);
        // Corrections, merges and repetitions lie far behind what they are about.
        events.extend(trouble(&events, &mut dice));
        let again: Vec<Event> = (0..100).map(|_| events[dice.below(events.len())].clone()).collect();
        events.extend(again);
        let folder = tempfile::tempdir().unwrap();
        let path = written(folder.path(), "all.parquet", &events);
        let most = events.len() as u64;
        let fold = |most| Direct::fold(Events::Files(vec![path.clone()]), &rules, &Reads::tables(wanted()), most);
        let source = FactSource::direct(fold(most).unwrap()).unwrap();
        let mut expected = folded(events, &rules).await;
        expected.retain(|table, _| wanted().contains(table));
        assert_rows(&all_rows(&source).await, &expected, &format!("seed {seed}"));
        assert!(matches!(fold(40), Err(DirectError::TooMany)));
    }
}

#[tokio::test]
async fn columns_of_few_words_are_read_as_the_file_has_them() {
    let (events, rules) = (shop(1200, 9), rules(1200, 9));
    // Smaller files have no dictionaries.
    assert!(events.len() > 8 * 1024);
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), "all.parquet", &events);
    let file = EventFile::open(&path).unwrap();
    let batch = file.read(0, std::iter::once(0..events.len()), None).unwrap().next().unwrap().unwrap();
    let numbered = |name: &str| matches!(batch.column_by_name(name).unwrap().data_type(), DataType::Dictionary(..));
    assert_eq!([numbered("type"), numbered("channel"), numbered("id")], [true, true, false]);
    check(Events::Files(vec![path]), events, &rules, "one file").await;
}

/// What the questions read of the first events is all that they read of any: columns that nobody reads are left out.
#[tokio::test]
async fn facts_of_the_columns_that_are_read_have_the_answers_of_all_columns() {
    let (events, rules) = (shop(500, 7), rules(500, 7));
    let catalogue = Catalogue::load(&[], &[]).0;
    let cut = DataCut { snapshot: 0, watermark: 0, at: None };
    let ask = async |source: &FactSource, questions: &[Question]| {
        ask_all(source, &catalogue, &rules, questions, &cut, Limits::default()).await.map(|answers| format!("{answers:?}"))
    };
    let fold_with = |events: Vec<Event>, reads: &Reads, most: u64| Direct::fold(Events::Read(events), &rules, reads, most);
    let fold = |events: Vec<Event>, reads: &Reads| {
        let direct = fold_with(events, reads, MOST).unwrap();
        (direct.noting(), FactSource::direct(direct).unwrap())
    };
    let (_, all) = fold(events.clone(), &Reads::tables(wanted()));
    let mut questions = Vec::new();
    let wanted = wanted();
    for metric in catalogue.metrics().filter(|metric| metric.definition.parts().all(|part| wanted.contains(part.from.as_str()))) {
        for options in
            ["--grain month --by channel", "--by agent,team --where priority='high' --clock business", "--by customer_kind"]
        {
            let mut question = Question { now: Some(At(1_800_000_000).into()), ..Question::new(vec![metric.id.clone()]) };
            assert!(question.set_options(options).is_empty());
            if ask(&all, std::slice::from_ref(&question)).await.is_ok() {
                questions.push(question);
            }
        }
    }
    assert!(questions.len() > 100, "{}", questions.len());
    let (noting, few) = fold(events[..200].to_vec(), &Reads::tables(wanted.iter().copied()));
    ask(&few, &questions).await.unwrap();
    let reads = noting.noted();
    assert!(reads.column("waits", "channel") && !reads.column("waits", "language"));
    let (_, kept) = fold(events.clone(), &reads);
    for question in questions.chunks(1) {
        let (kept, all) = (ask(&kept, question).await.unwrap(), ask(&all, question).await.unwrap());
        let differs = kept.bytes().zip(all.bytes()).position(|(one, other)| one != other).unwrap_or(0);
        assert!(kept == all, "{question:?}: {:?} and not {:?}", kept.get(differs..differs + 90), all.get(differs..differs + 90));
    }
    // What was not told of is told, and not answered with nothing.
    let error = kept.context().sql("select language from waits").await.unwrap().collect().await.unwrap_err();
    assert!(error.to_string().contains("was not kept"), "{error}");
    // Where there is no room in memory they have the same answers from the disk, but for what is filled in when all are folded.
    questions.retain(|question| !question.by.contains(&"customer_kind".to_owned()));
    let (noting, few) = fold(events[..200].to_vec(), &Reads::tables(wanted.iter().copied()));
    ask(&few, &questions).await.unwrap();
    let spilled = FactSource::direct(fold_with(events.clone(), &noting.noted(), 0).unwrap()).unwrap();
    assert!(ask(&spilled, &questions).await.unwrap() == ask(&all, &questions).await.unwrap());
    let error = spilled.context().sql("select language from waits").await.unwrap().collect().await.unwrap_err();
    assert!(error.to_string().contains("was not kept"), "{error}");
    assert!(matches!(fold_with(events.clone(), &reads, 0), Err(DirectError::TooMany)));
}
