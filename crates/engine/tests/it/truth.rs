//! Answers against the truth of the simulated shop, which was written down by those who did it and knows neither events nor facts.
//!
//! Whatever is expected here is worked out from that truth alone, with the exclusions that the catalogue names.

use std::collections::BTreeMap;

use deskgauge_core::answer::Answer;
use deskgauge_core::event::{Origin, Status, StatusClass};
use deskgauge_core::period::{day_start, local_date};
use deskgauge_core::shop::{CallTruth, ConversationTruth};
use jiff::tz::TimeZone;

use super::world::{Played, cell, left_out, options, play};

/// Two shops over the change of the clocks on 2026-03-29 and the end of March.
fn shops() -> Vec<Played> {
    vec![play(options(1500, 11, "2026-03-16", 38), None), play(options(1500, 12, "2026-03-20", 21), None)]
}

fn removed(truth: &ConversationTruth) -> bool {
    matches!(truth.status, Status::Spam | Status::Deleted | Status::Merged)
}

/// Conversations that the first response time is about: begun by a customer, and not spam, deleted or merged.
fn asked(truth: &&ConversationTruth) -> bool {
    truth.origin == Origin::Customer && !removed(truth)
}

/// The value at a share of the way through, on the line between the two nearest.
fn quantile(values: &[i64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let position = (sorted.len() - 1) as f64 * share;
    let low = sorted[position as usize] as f64;
    let high = sorted[(position as usize + 1).min(sorted.len() - 1)] as f64;
    low + (high - low) * position.fract()
}

fn close(found: Option<f64>, wanted: f64) -> bool {
    found.is_some_and(|found| (found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0))
}

#[tokio::test]
async fn first_responses_take_as_long_as_they_took() {
    for shop in shops() {
        type By = (&'static str, fn(&ConversationTruth) -> String);
        let bys: [By; 3] = [
            ("", |_| String::new()),
            ("channel", |truth| truth.channel.to_string()),
            ("agent", |truth| truth.first_reply_agent.as_deref().unwrap_or_default().to_owned()),
        ];
        for (by, key) in bys {
            let mut wanted: BTreeMap<String, Vec<i64>> = BTreeMap::new();
            for truth in shop.truths.iter().filter(asked) {
                if let Some(seconds) = truth.first_reply_seconds {
                    wanted.entry(key(truth)).or_default().push(seconds);
                }
            }
            for stat in ["mean", "median", "p90", "sum", "max"] {
                let by_option = if by.is_empty() { String::new() } else { format!(" --by {by}") };
                let answers = shop.world.ask("first_response_time", &format!("--stat {stat}{by_option}")).await;
                // Unanswered conversations stand in cells of their own.
                let cells: Vec<&Answer> = answers.iter().filter(|answer| answer.n != Some(0)).collect();
                assert_eq!(cells.len(), wanted.len(), "{by} {stat}");
                for answer in cells {
                    let values = &wanted[cell(answer, by).unwrap_or("")];
                    let value = match stat {
                        "mean" => values.iter().sum::<i64>() as f64 / values.len() as f64,
                        "median" => quantile(values, 0.5),
                        "p90" => quantile(values, 0.9),
                        "max" => quantile(values, 1.0),
                        _ => values.iter().sum::<i64>() as f64,
                    };
                    assert_eq!(answer.n, Some(values.len() as i64), "{by} {answer:?}");
                    assert!(close(answer.value, value), "{by} {stat}: {value}, and {answer:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn first_responses_tell_whom_they_leave_out() {
    for shop in shops() {
        let count = |test: &dyn Fn(&ConversationTruth) -> bool| shop.truths.iter().filter(|truth| test(truth)).count() as i64;
        let unanswered = |truth: &ConversationTruth, class: fn(StatusClass) -> bool| {
            asked(&truth) && truth.first_reply_at.is_none() && class(truth.status.class())
        };
        let answer = &shop.world.ask("first_response_time", "").await[0];
        assert_eq!(left_out(answer, "spam"), count(&|truth| truth.status == Status::Spam));
        assert_eq!(left_out(answer, "deleted"), count(&|truth| truth.status == Status::Deleted));
        assert_eq!(left_out(answer, "proactive"), count(&|truth| truth.origin != Origin::Customer && !removed(truth)));
        let resolved = count(&|truth| unanswered(truth, |class| class == StatusClass::Resolved));
        assert_eq!(left_out(answer, "resolved_without_reply"), resolved);
        assert_eq!(answer.running, Some(count(&|truth| unanswered(truth, StatusClass::is_open))));
    }
}

#[tokio::test]
async fn the_backlog_is_what_was_open_at_each_midnight() {
    for shop in shops() {
        let zone = &shop.world.rules.workspace.time_zone;
        let answers = shop.world.ask("backlog", "--grain day").await;
        let days: Vec<_> =
            shop.days.iter().filter(|day| day.ends_at.seconds() > day_start(answers[0].period.unwrap(), zone)).collect();
        assert!(days.len() > 20 && answers.len() == days.len(), "{} {}", days.len(), answers.len());
        for (day, answer) in days.iter().zip(&answers) {
            assert_eq!(answer.period, Some(local_date(day.ends_at.seconds() - 1, zone)));
            assert_eq!((answer.n, answer.value), (Some(day.open_count as i64), Some(day.open_count as f64)), "{day:?}");
        }
        let states = shop.world.ask("backlog", "--grain day --by state").await;
        for answer in &answers {
            let of_day = states.iter().filter(|state| state.period == answer.period);
            assert_eq!(of_day.map(|state| state.n.unwrap()).sum::<i64>(), answer.n.unwrap(), "{:?}", answer.period);
        }
        for (state, class) in
            [("us", StatusClass::Us), ("customer", StatusClass::Customer), ("third_party", StatusClass::ThirdParty)]
        {
            let open = shop.truths.iter().filter(|truth| truth.status.class() == class).count() as i64;
            let last = states.iter().rfind(|answer| cell(answer, "state") == Some(state)).unwrap();
            assert_eq!(last.n, Some(open), "{state} at the end");
        }
        let mean = shop.world.ask("backlog", &format!("--stat mean --from {}", answers[0].period.unwrap())).await;
        let all: u64 = days.iter().map(|day| day.open_count).sum();
        assert!(close(mean[0].value, all as f64 / days.len() as f64), "{mean:?}");
    }
}

#[tokio::test]
async fn satisfaction_is_what_customers_said_last() {
    for shop in shops() {
        let zone: &TimeZone = &shop.world.rules.workspace.time_zone;
        let month = |truth: &ConversationTruth| local_date(truth.csat.last().unwrap().at.seconds(), zone).first_of_month();
        let mut wanted: BTreeMap<_, (i64, i64, i64)> = BTreeMap::new();
        for truth in shop.truths.iter().filter(|truth| !truth.csat.is_empty() && !removed(truth)) {
            let tally = wanted.entry(month(truth)).or_default();
            let score = truth.csat.last().unwrap().score;
            *tally = (tally.0 + 1, tally.1 + i64::from(score >= 4), tally.2 + score);
        }
        let answers = shop.world.ask("csat", "--grain month --from 2026-03-01").await;
        let means = shop.world.ask("csat", "--grain month --from 2026-03-01 --variant mean").await;
        assert_eq!(
            answers.iter().map(|answer| answer.period.unwrap()).collect::<Vec<_>>(),
            wanted.keys().copied().collect::<Vec<_>>()
        );
        for (answer, mean) in answers.iter().zip(&means) {
            let (n, satisfied, sum) = wanted[&answer.period.unwrap()];
            assert!(n > 5);
            assert_eq!((answer.n, answer.numerator, answer.denominator), (Some(n), Some(satisfied), Some(n)));
            assert_eq!(answer.value, Some(satisfied as f64 / n as f64));
            assert!(close(mean.value, sum as f64 / n as f64), "{mean:?}");
        }
        let whole = &shop.world.ask("csat", "").await[0];
        assert_eq!(whole.n, Some(wanted.values().map(|(n, ..)| n).sum()));
        let sent = shop.truths.iter().filter(|truth| truth.survey_sent_at.is_some() && !removed(truth)).count() as i64;
        let rate = &shop.world.ask("csat_response_rate", "").await[0];
        assert_eq!(rate.n.unwrap() + rate.provisional.unwrap(), sent);
    }
}

#[tokio::test]
async fn what_was_created_resolved_and_reopened_is_counted() {
    for shop in shops() {
        let now = shop.world.now;
        let kept = || shop.truths.iter().filter(|truth| !removed(truth));
        let created = &shop.world.ask("conversations_created", "--by channel").await;
        for answer in created {
            let channel = cell(answer, "channel").unwrap();
            let wanted = kept().filter(|truth| truth.origin == Origin::Customer && &*truth.channel == channel).count();
            assert_eq!(answer.n, Some(wanted as i64), "{channel}");
        }
        let resolved: usize = kept().map(|truth| truth.resolved_at.len()).sum();
        assert_eq!(shop.world.ask("resolutions", "").await[0].n, Some(resolved as i64));
        const WEEK: i64 = 7 * 86_400;
        let (mut ripe, mut reopened) = (0, 0);
        for truth in kept() {
            for (number, at) in truth.resolved_at.iter().enumerate() {
                if at.seconds() + WEEK > now {
                    continue;
                }
                ripe += 1;
                // Each reopening follows its resolution.
                let back = truth.reopened.get(number);
                let by_customer = back.is_some_and(|back| back.cause == deskgauge_core::event::Cause::Customer);
                reopened += i64::from(by_customer && back.unwrap().at.seconds() - at.seconds() <= WEEK);
            }
        }
        let answer = &shop.world.ask("reopen_rate", "").await[0];
        assert!(reopened > 10);
        assert_eq!((answer.numerator, answer.denominator), (Some(reopened), Some(ripe)));
        assert_eq!(answer.provisional, Some(resolved as i64 - ripe));
    }
}

/// Calls and chats of conversations that are neither spam nor deleted, with their channel.
fn calls(shop: &Played) -> impl Iterator<Item = (&ConversationTruth, &CallTruth)> {
    let kept = shop.truths.iter().filter(|truth| !matches!(truth.status, Status::Spam | Status::Deleted));
    kept.flat_map(|truth| truth.calls.iter().map(move |call| (truth, call)))
}

#[tokio::test]
async fn callers_waited_left_and_were_answered_as_they_were() {
    for shop in shops() {
        for channel in ["phone", "chat"] {
            let by_channel = format!("--where \"channel = '{channel}'\"");
            let own =
                || calls(&shop).filter(|(truth, call)| &*truth.channel == channel && !call.is_callback).map(|(_, call)| call);
            let waits: Vec<i64> = own().filter_map(|call| Some(call.answered_at? - call.entered_at)).collect();
            assert!(waits.len() > 50, "{channel}: {}", waits.len());
            let answer = &shop.world.ask("average_speed_of_answer", &by_channel).await[0];
            assert_eq!(answer.n, Some(waits.len() as i64), "{channel} {answer:?}");
            assert!(close(answer.value, waits.iter().sum::<i64>() as f64 / waits.len() as f64), "{channel} {answer:?}");
            assert_eq!(left_out(answer, "voicemail"), own().filter(|call| call.is_voicemail).count() as i64);

            let short = if channel == "phone" { 5 } else { 0 };
            let left: Vec<i64> = own().filter_map(|call| Some(call.left_at? - call.entered_at)).collect();
            let abandoned = left.iter().filter(|wait| **wait >= short).count() as i64;
            let answer = &shop.world.ask("abandonment_rate", &by_channel).await[0];
            let offered = abandoned + waits.len() as i64;
            assert_eq!((answer.numerator, answer.denominator), (Some(abandoned), Some(offered)), "{channel} {answer:?}");
            assert_eq!(left_out(answer, "short_abandon"), left.len() as i64 - abandoned);
            let asked = own().filter(|call| call.asked_at.is_some()).count() as i64;
            assert_eq!(left_out(answer, "callback"), asked);

            let in_time = waits.iter().filter(|wait| **wait <= 20).count() as i64;
            let late = left.iter().filter(|wait| **wait > 20).count() as i64;
            let answer = &shop.world.ask("service_level", &by_channel).await[0];
            let counted = (Some(in_time), Some(waits.len() as i64 + late));
            assert_eq!((answer.numerator, answer.denominator), counted, "{channel} {answer:?}");
        }
    }
}

#[tokio::test]
async fn calls_took_the_work_that_they_took() {
    for shop in shops() {
        // What a tool measured wins over the calls of a conversation.
        let own = calls(&shop).filter(|(truth, _)| !truth.is_measured).map(|(_, call)| call);
        let work: Vec<i64> = own.filter_map(|call| Some(call.done_at? - call.answered_at?)).collect();
        assert!(work.len() > 100, "{}", work.len());
        let answer = &shop.world.ask("handle_time", "").await[0];
        assert_eq!(answer.n, Some(work.len() as i64), "{answer:?}");
        assert!(close(answer.value, work.iter().sum::<i64>() as f64 / work.len() as f64), "{answer:?}");
    }
}
