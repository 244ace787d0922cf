//! The simulated shop keeps its promises: the same seed gives the same shop, its events are what a help desk could have recorded,
//! and its truth agrees with itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use deskgauge_core::event::record::{Defaults, digest, read, write};
use deskgauge_core::event::*;
use deskgauge_core::fold::fold_all;
use deskgauge_core::shop::{ConversationTruth, DayTruth, Shop, ShopOptions};

struct Played {
    events: Vec<Event>,
    truths: BTreeMap<String, ConversationTruth>,
    days: Vec<DayTruth>,
    end: Instant,
    most_alive: usize,
}

const COUNT: u64 = 3_000;

/// A shop of 23 days that spans the clock change of 2026-03-29, played once for all tests.
fn played() -> &'static Played {
    static PLAYED: OnceLock<Played> = OnceLock::new();
    PLAYED.get_or_init(|| {
        let start = "2026-03-16T00:00:00+02:00".parse::<jiff::Timestamp>().expect("an instant");
        play(ShopOptions { start: Instant(start.as_millisecond()), ..ShopOptions::new(COUNT, 7) })
    })
}

fn play(options: ShopOptions) -> Played {
    let mut shop = Shop::new(options).with_truth();
    let (mut events, mut truths, mut most_alive) = (Vec::new(), BTreeMap::new(), 0);
    let keep = |shop: &mut Shop, truths: &mut BTreeMap<_, _>| {
        for truth in shop.take_truths() {
            assert!(truths.insert(truth.conversation.to_string(), truth).is_none(), "one truth for each conversation");
        }
    };
    while let Some(event) = shop.next() {
        most_alive = most_alive.max(shop.alive_count());
        events.push(event);
        keep(&mut shop, &mut truths);
    }
    keep(&mut shop, &mut truths);
    Played { events, truths, days: shop.days().to_vec(), end: shop.end(), most_alive }
}

fn count(matches: impl Fn(&Event) -> bool) -> usize {
    played().events.iter().filter(|event| matches(event)).count()
}

#[test]
fn the_same_seed_plays_the_same_shop() {
    let digests =
        |seed| Shop::new(ShopOptions::new(200, seed)).map(|event| (event.id.clone(), digest(&event))).collect::<Vec<_>>();
    assert_eq!(digests(1), digests(1));
    assert_ne!(digests(1), digests(2));
}

#[test]
fn events_come_in_the_order_of_the_format_and_end_in_time() {
    let events = &played().events;
    let start = events[0].at;
    assert!(events.windows(2).all(|pair| pair[0].in_order(&pair[1]).is_lt()));
    assert!(events.iter().all(|event| event.at >= start && event.at < played().end && event.at.0 % 1000 == 0));
    assert_eq!(events.iter().map(|event| &event.id).collect::<BTreeSet<_>>().len(), events.len());
}

#[test]
fn every_event_survives_the_flat_form() {
    let defaults = Defaults { source: "other".into() };
    for event in &played().events {
        assert_eq!(read(&write(event), &defaults).as_ref(), Ok(event));
    }
}

#[test]
fn as_many_conversations_begin_as_were_asked_for() {
    let opened = count(|event| matches!(event.body, Body::Opened(_)));
    assert_eq!((opened as u64, played().truths.len() as u64), (COUNT, COUNT));
    let each = played().events.len() as f64 / COUNT as f64;
    assert!((7.0..11.0).contains(&each), "{each} events a conversation");
    for (conversations, days) in [(1, 1), (12_000, 93), (10_000_000, 728)] {
        assert_eq!(ShopOptions::new(conversations, 0).day_count(), days);
    }
    for conversations in [0, 1, 2] {
        let opened = Shop::new(ShopOptions::new(conversations, 5)).filter(|event| matches!(event.body, Body::Opened(_)));
        assert_eq!(opened.count() as u64, conversations);
    }
}

#[test]
fn channels_have_their_shares() {
    let share = |channel: &str| played().truths.values().filter(|truth| &*truth.channel == channel).count() as f64 / COUNT as f64;
    for (channel, expected) in [("email", 0.5), ("chat", 0.16), ("phone", 0.11), ("social", 0.09), ("whatsapp", 0.14)] {
        assert!((share(channel) - expected).abs() < 0.05, "{channel} {}", share(channel));
    }
}

#[test]
fn every_type_and_every_status_happens() {
    let types: BTreeSet<&str> = played().events.iter().map(Event::type_name).collect();
    for missing in ["transferred", "sla_applied", "sla_removed"] {
        assert!(!types.contains(missing), "{missing} is not played");
    }
    assert_eq!(types.len(), fields::TYPES.len() - 3, "{types:?}");
    let statuses: BTreeSet<Status> = played().truths.values().map(|truth| truth.status).collect();
    assert!(statuses.len() >= 9, "{statuses:?}");
    for cause in [Cause::Customer, Cause::Agent] {
        assert!(played().truths.values().any(|truth| truth.reopened.iter().any(|reopening| reopening.cause == cause)));
    }
}

#[test]
fn a_conversation_begins_by_being_opened() {
    let mut known = BTreeSet::new();
    let mut customers = BTreeSet::new();
    for event in &played().events {
        if let Body::Customer(_) = event.body {
            customers.insert(event.actor.clone());
        }
        let Some(id) = &event.conversation else { continue };
        match &event.body {
            Body::Opened(_) => {
                assert!(known.insert(id.clone()), "{id} opens once");
                let is_spammer = event.customer.as_ref().is_some_and(|customer| customer.starts_with('x'));
                assert!(is_spammer || customers.contains(&event.customer), "{id} is with somebody known");
            }
            Body::Status(StatusChange { into: Some(primary), .. }) => assert!(known.contains(primary)),
            _ => {}
        }
        assert!(known.contains(id), "{} of {id} before it was opened", event.type_name());
    }
}

#[test]
fn agents_work_one_at_a_time_and_only_when_present() {
    let mut states: BTreeMap<Text, AgentState> = BTreeMap::new();
    for event in &played().events {
        match (&event.body, &event.actor_kind, &event.actor) {
            (Body::AgentState(change), _, Some(agent)) => {
                assert_ne!(states.insert(agent.clone(), change.state), Some(change.state), "states change");
            }
            (Body::Call(Call { step: CallStep::Answered, agent: Some(agent), .. }), ..) => {
                assert_eq!(states[agent], AgentState::Busy);
            }
            _ => {}
        }
    }
}

#[test]
fn calls_take_their_steps_in_order() {
    let mut last: BTreeMap<Text, CallStep> = BTreeMap::new();
    for event in &played().events {
        let (Body::Call(call), Some(id)) = (&event.body, &event.conversation) else { continue };
        let before = last.insert(id.clone(), call.step);
        let fits = match call.step {
            CallStep::Queued | CallStep::Voicemail => before.is_none(),
            CallStep::Ringing | CallStep::CallbackRequested | CallStep::Abandoned => {
                matches!(before, Some(CallStep::Queued | CallStep::Ringing))
            }
            CallStep::Answered => matches!(before, Some(CallStep::Queued | CallStep::Ringing | CallStep::CallbackStarted)),
            CallStep::Held => before == Some(CallStep::Answered),
            CallStep::Resumed => before == Some(CallStep::Held),
            CallStep::CallbackStarted => matches!(before, Some(CallStep::Voicemail | CallStep::CallbackRequested)),
            CallStep::Ended => matches!(before, Some(CallStep::Answered | CallStep::Resumed | CallStep::CallbackStarted)),
            CallStep::Wrapped => before == Some(CallStep::Ended),
            CallStep::Transferred => false,
        };
        assert!(fits, "{} after {before:?}", call.step.name());
    }
}

#[test]
fn the_truth_agrees_with_the_events() {
    let mut replies: BTreeMap<&str, Instant> = BTreeMap::new();
    let mut answers: BTreeMap<&str, (Instant, i64)> = BTreeMap::new();
    let mut statuses: BTreeMap<&str, Status> = BTreeMap::new();
    for event in &played().events {
        let Some(id) = event.conversation.as_deref() else { continue };
        let is_proactive = played().truths[id].origin != Origin::Customer;
        match &event.body {
            Body::Message(message) if message.public && event.actor_kind == ActorKind::Agent && !is_proactive => {
                replies.entry(id).or_insert(event.at);
            }
            Body::Call(Call { step: CallStep::Answered, .. }) => {
                replies.entry(id).or_insert(event.at);
            }
            Body::Status(change) => {
                statuses.insert(id, change.status);
            }
            Body::SurveyAnswered(answer) => {
                answers.insert(id, (event.at, answer.score.0 / Decimal::ONE));
            }
            _ => {}
        }
    }
    for (id, truth) in &played().truths {
        let id = id.as_str();
        if truth.origin == Origin::Customer {
            assert_eq!(truth.first_reply_at, replies.get(id).copied(), "{id}");
            assert_eq!(truth.first_wait_at, Some(truth.created_at));
        }
        assert_eq!(truth.status, statuses.get(id).copied().unwrap_or(Status::New), "{id}");
        assert_eq!(truth.csat.last().map(|answer| (answer.at, answer.score)), answers.get(id).copied(), "{id}");
    }
}

#[test]
fn the_truth_agrees_with_itself() {
    for truth in played().truths.values() {
        assert!(truth.first_reply_seconds.is_none_or(|seconds| seconds >= 0));
        assert!(truth.first_reply_at >= truth.first_wait_at || truth.first_reply_at.is_none());
        assert_eq!(truth.first_reply_at.is_some(), truth.first_reply_agent.is_some());
        assert!(truth.reopened.len() <= truth.resolved_at.len());
        assert!(truth.csat.is_empty() || truth.survey_sent_at.is_some());
        assert_eq!(truth.merged_into.is_some(), truth.status == Status::Merged);
        assert_eq!(truth.removed_at.is_some(), truth.status.class() == StatusClass::Removed);
        assert_eq!(truth.is_open_before(played().end), truth.status.class().is_open());
    }
    for day in &played().days {
        let open = played().truths.values().filter(|truth| truth.is_open_before(day.ends_at)).count();
        assert_eq!(day.open_count, open as u64, "{day:?}");
    }
}

#[test]
fn the_fold_finds_the_truth() {
    let (rules, _) = deskgauge_core::rules::Rules::parse(&Shop::rules_toml(), "deskgauge.toml");
    let facts = fold_all(played().events.clone(), &rules);
    assert!(facts.problems.is_empty(), "the shop does nothing impossible: {:?}", facts.problems.first());
    assert_eq!(facts.conversations.len() as u64, COUNT);
    for row in &facts.conversations {
        let whole = &row.common.as_ref().expect("a conversation's row").whole;
        let truth = &played().truths[&*whole.conversation];
        assert_eq!(whole.final_status, truth.status.name(), "{truth:?}");
        assert_eq!(row.unresolved, truth.status.class().is_open(), "{truth:?}");
        assert_eq!(row.merged_into, truth.merged_into, "{truth:?}");
        assert_eq!(row.resolutions_count, truth.resolved_at.len() as i64, "{truth:?}");
        assert_eq!(row.reopenings_count, truth.reopened.len() as i64, "{truth:?}");
        if truth.origin == Origin::Customer {
            assert_eq!(row.first_response_seconds, truth.first_reply_seconds, "{truth:?}");
            assert_eq!(row.first_response_at.map(|at| at.0), truth.first_reply_at.map(Instant::seconds), "{truth:?}");
            assert_eq!(whole.first_responder, truth.first_reply_agent, "{truth:?}");
            assert_eq!(row.touches_count, i64::from(truth.touch_count), "{truth:?}");
        }
    }
    for day in &played().days {
        let midnight = day.ends_at.seconds();
        let is_open = |state: &str| matches!(state, "us" | "customer" | "third_party");
        let lasting =
            facts.spells.iter().filter(|row| row.entered_at.0 < midnight && row.left_at.is_none_or(|left| left.0 >= midnight));
        assert_eq!(lasting.filter(|row| is_open(row.state)).count() as u64, day.open_count, "{day:?}");
    }
    for row in facts.surveys.iter().filter(|row| row.kind == "csat") {
        let whole = &row.common.as_ref().expect("a survey of a conversation").whole;
        let answer = played().truths[&*whole.conversation].csat.last();
        assert_eq!(row.answered_at.map(|at| at.0), answer.map(|answer| answer.at.seconds()));
        assert_eq!(row.score, answer.map(|answer| Decimal::from_int(answer.score)));
    }
}

#[test]
fn days_are_local_days_across_the_clock_change() {
    let days = &played().days;
    assert_eq!((days.len(), days[days.len() - 1].ends_at), (24, played().end));
    let hours: Vec<i64> = days.windows(2).map(|pair| (pair[1].ends_at.seconds() - pair[0].ends_at.seconds()) / 3600).collect();
    assert_eq!(hours.iter().filter(|hours| **hours == 23).count(), 1, "{hours:?}");
    assert!(hours.iter().all(|hours| matches!(hours, 23 | 24)));
}

#[test]
fn the_shop_copes_with_its_work() {
    let days = &played().days;
    let (early, late) = (days[6].open_count, days[days.len() - 2].open_count);
    assert!(late < 3 * early.max(30), "the backlog runs away: {early} and {late}");
    assert!(played().most_alive < COUNT as usize / 2, "{} conversations held", played().most_alive);
    let waits = |channel: &str| {
        let truths = played().truths.values().filter(|truth| &*truth.channel == channel);
        let mut waits: Vec<i64> = truths.filter_map(|truth| truth.first_reply_seconds).collect();
        waits.sort_unstable();
        waits[waits.len() / 2]
    };
    assert!(waits("chat") < 600, "chat {}", waits("chat"));
    assert!(waits("email") > waits("chat"));
}

#[test]
fn the_rules_of_the_shop_are_sound() {
    let (rules, problems) = deskgauge_core::rules::Rules::parse(&Shop::rules_toml(), "deskgauge.toml");
    assert_eq!(problems, []);
    assert_eq!(rules.workspace.time_zone_name, "Europe/Bucharest");
}
