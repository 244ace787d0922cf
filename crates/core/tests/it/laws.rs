//! Laws of the fold that hold for any events: random soups of every type in impossible orders, and the simulated shop.
//!
//! The soups are small and crowded on purpose: few conversations, people, ids and instants, so that everything meets everything.

mod counts;
mod soup;

use std::collections::BTreeMap;

use deskgauge_core::event::{Body, Event, Instant, Text};
use deskgauge_core::facts::{Common, Conversation, FACTS, Facts};
use deskgauge_core::fold::fold_all;
use deskgauge_core::fold::timelines::distinct;
use deskgauge_core::rules::Rules;
use deskgauge_core::shop::{ConversationTruth, DayTruth, Shop, ShopOptions};

use counts::{check_counts, open_count};
use soup::Soup;

const SEEDS: std::ops::Range<u64> = 0..150;
const EVENTS: usize = 90;

fn rules() -> Rules {
    super::fold::read_rules(include_str!("laws/rules.toml"))
}

/// A shop of some days, its truth, and the facts under its own rules.
struct World {
    facts: Facts,
    truths: Vec<ConversationTruth>,
    days: Vec<DayTruth>,
}

fn shop_events(conversations: u64, seed: u64) -> (Vec<Event>, Rules, Vec<ConversationTruth>, Vec<DayTruth>) {
    let options = ShopOptions::new(conversations, seed);
    let rules = super::fold::read_rules(&options.rules_toml());
    let mut shop = Shop::new(options).with_truth();
    let events: Vec<Event> = shop.by_ref().collect();
    (events, rules, shop.take_truths(), shop.days().to_vec())
}

fn shop(conversations: u64, seed: u64) -> World {
    let (events, rules, truths, days) = shop_events(conversations, seed);
    World { facts: fold_all(events, &rules), truths, days }
}

#[test]
fn any_order_and_any_repetition_of_arrivals_gives_the_same_facts() {
    let rules = rules();
    for seed in SEEDS {
        let events = Soup::new(seed).events(EVENTS);
        let facts = fold_all(events.clone(), &rules);
        for round in 0..3 {
            let arrivals = Soup::new(1000 * seed + round).arrivals(&events);
            assert_eq!(fold_all(arrivals.clone(), &rules), facts, "seed {seed}, round {round}");
            assert_eq!(fold_all(distinct(arrivals), &rules), facts, "seed {seed}, round {round}, from a store");
        }
    }
    let (events, rules, ..) = shop_events(300, 5);
    assert!(fold_all(Soup::new(5).arrivals(&events), &rules) == fold_all(events, &rules), "the shop");
}

#[test]
fn any_soup_folds_and_its_counts_add_up() {
    let rules = rules();
    for seed in SEEDS {
        check_counts(&fold_all(Soup::new(seed).events(EVENTS), &rules), &format!("seed {seed}"));
        check_counts(&fold_all(Soup::new(seed).events(EVENTS), &Rules::default()), &format!("seed {seed} without rules"));
    }
    check_counts(&shop(1000, 3).facts, "the shop");
}

#[test]
fn whole_weeks_later_the_facts_are_the_same() {
    const WEEKS: i64 = 8 * 7 * 86_400;
    let rules = rules();
    for seed in SEEDS {
        let mut soup = Soup::new(seed);
        soup.distinct_ids = true;
        let events = soup.events(EVENTS);
        let later: Vec<Event> = events.iter().map(|event| moved(event, WEEKS)).collect();
        let [now, later] = [(events, 0), (later, WEEKS)].map(|(events, back)| printed(&fold_all(events, &rules), &rules, back));
        assert_eq!(now, later, "seed {seed}");
    }
}

fn moved(event: &Event, seconds: i64) -> Event {
    let mut event = event.clone();
    event.at = Instant(event.at.0 + seconds * 1000);
    if let Body::Field(change) = &mut event.body
        && &*change.field == "due_at"
        && let Some(due_at) = &mut change.value
    {
        *due_at = Text::from((due_at.parse::<i64>().unwrap() + seconds * 1000).to_string());
    }
    event
}

/// Every cell of every table, instants moved back.
fn printed(facts: &Facts, rules: &Rules, back: i64) -> Vec<(&'static str, Vec<Vec<String>>)> {
    FACTS.iter().enumerate().map(|(index, table)| (table.name, super::fold::all_rows(facts, rules, index, back))).collect()
}

#[test]
fn the_fold_tells_what_really_happened_in_the_shop() {
    for (conversations, seed) in [(3000, 11), (1000, 12)] {
        let world = shop(conversations, seed);
        let rows: BTreeMap<&str, &Conversation> =
            world.facts.conversations.iter().map(|row| (&*row.common.as_ref().unwrap().whole.conversation, row)).collect();
        let firsts = first_responses(&world.facts);
        let resolutions = resolutions(&world.facts);
        let csat = csat(&world.facts);
        assert_eq!(rows.len(), world.truths.len());
        let mut wrong = Vec::new();
        for truth in &world.truths {
            let id = &*truth.conversation;
            let row = rows[id];
            let whole = &row.common.as_ref().unwrap().whole;
            let first = firsts.get(id);
            let merged = truth.merged_into.is_some();
            let mut same = |what: &str, fold: String, truth: String| {
                if fold != truth {
                    wrong.push(format!("{id}: {what} is {fold} in the fold and was {truth}"));
                }
            };
            same("creation", row.created_at.0.to_string(), truth.created_at.seconds().to_string());
            same("origin", whole.origin.to_owned(), truth.origin.name().to_owned());
            same("status", whole.final_status.to_owned(), truth.status.name().to_owned());
            same("primary", format!("{:?}", row.merged_into), format!("{:?}", truth.merged_into));
            let removed = world.facts.spells.iter().find(|spell| spell.state == "removed" && is(spell.common.as_ref(), id));
            let removed_at = removed.map(|spell| spell.entered_at.0);
            same("removal", format!("{removed_at:?}"), format!("{:?}", truth.removed_at.map(Instant::seconds)));
            let resolved: Vec<i64> = truth.resolved_at.iter().map(|at| at.seconds()).collect();
            same("resolutions", format!("{:?}", resolutions.get(id).cloned().unwrap_or_default()), format!("{resolved:?}"));
            same("reopenings", row.reopenings_count.to_string(), truth.reopened.len().to_string());
            let answers: Vec<i64> = truth.csat.last().map(|answer| answer.score).into_iter().collect();
            same("csat", format!("{:?}", csat.get(id).cloned().unwrap_or_default()), format!("{answers:?}"));
            // What was said in a merged conversation is its primary's, and the truth keeps it where it was said.
            if !merged && !world.truths.iter().any(|other| other.merged_into.as_ref() == Some(&truth.conversation)) {
                same("touches", row.touches_count.to_string(), truth.touch_count.to_string());
                same("wait", format!("{first:?}"), format!("{:?}", truth.first_wait_at.map(|_| truth.first_reply_seconds)));
                let agent = truth.first_reply_agent.as_deref().filter(|_| truth.first_wait_at.is_some());
                same("first responder", format!("{:?}", whole.first_responder.as_deref()), format!("{agent:?}"));
            }
        }
        assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
        for day in &world.days {
            // Events of the very midnight belong to the next day.
            let open = open_count(&world.facts.spells, day.ends_at.seconds() - 1);
            assert_eq!(open, day.open_count as i64, "open at the end of the day before {:?}", day.ends_at);
        }
    }
}

fn is(common: Option<&Common>, id: &str) -> bool {
    common.is_some_and(|common| &*common.whole.conversation == id)
}

/// By conversation: the seconds of its first response; conversations in which nobody asked anything are not in it.
fn first_responses(facts: &Facts) -> BTreeMap<&str, Option<i64>> {
    let asked = facts.waits.iter().map(|wait| &*wait.common.as_ref().unwrap().whole.conversation);
    let asked: std::collections::BTreeSet<&str> = asked.collect();
    let rows = facts.first_responses.iter().map(|row| (&*row.common.as_ref().unwrap().whole.conversation, row.seconds));
    rows.filter(|(id, _)| asked.contains(id)).collect()
}

fn resolutions(facts: &Facts) -> BTreeMap<&str, Vec<i64>> {
    let mut all: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for row in &facts.resolutions {
        if let Some(at) = row.resolved_at {
            all.entry(&row.common.as_ref().unwrap().whole.conversation).or_default().push(at.0);
        }
    }
    all
}

fn csat(facts: &Facts) -> BTreeMap<&str, Vec<i64>> {
    let mut all: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for row in facts.surveys.iter().filter(|row| row.kind == "csat") {
        let whole = &row.common.as_ref().unwrap().whole;
        all.entry(&whole.conversation).or_default().extend(row.score.map(|score| score.0 / 10_000));
    }
    all
}

#[test]
fn a_long_conversation_folds_in_linear_time() {
    let rules = rules();
    for (name, text) in soup::LONG {
        let events = soup::long(text, 50_000);
        let begun = std::time::Instant::now();
        let facts = fold_all(events, &rules);
        let seconds = begun.elapsed().as_secs_f64();
        assert_eq!(facts.conversations.len(), 1 + usize::from(*name == "adopting"), "{name}");
        // A second in a release build; unoptimised and on a busy machine ten times that, and hours if it were quadratic.
        assert!(seconds < 30.0, "{name} took {seconds} s");
        eprintln!("{name}: {seconds:.2} s");
    }
}

#[test]
fn a_customer_of_many_conversations_links_in_linear_time() {
    let mut text = String::from("no conversation\n");
    let count = 10_000;
    for number in 0..count {
        let day = jiff::civil::date(2024, 1, 1).saturating_add(jiff::Span::new().days(number % 700));
        text += &format!("{day} 09:00 customer:u1 orders order=o{number} amount=1\n");
    }
    for number in 0..count {
        let day = jiff::civil::date(2024, 1, 1).saturating_add(jiff::Span::new().days(number % 700));
        text += &format!("conversation {number} customer=u1\n{day} 08:00 customer opens\n+1m ana says\n+1m ana solves\n");
    }
    let events = super::fold::read_events(&text);
    let begun = std::time::Instant::now();
    let facts = fold_all(events, &Rules::default());
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(facts.customer_links.len(), count as usize);
    assert!(seconds < 30.0, "it took {seconds} s");
}
