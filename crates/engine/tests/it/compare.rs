//! Comparisons: what stands beside an answer is what asking the earlier range gives, cell by cell, and its interval fits its kind.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use deskgauge_core::answer::{Answer, Method, Verdict};
use deskgauge_engine::ask::{AskError, unfair};

use super::world::{World, cell, options, play};

/// A shop of 40 days from 1 January 2026 on.
fn shop() -> &'static World {
    static SHOP: OnceLock<World> = OnceLock::new();
    SHOP.get_or_init(|| play(options(600, 3, "2026-01-01", 40), None).world)
}

fn before(answer: &Answer) -> &Answer {
    &answer.comparison.as_ref().unwrap().before
}

#[tokio::test]
async fn what_stands_beside_an_answer_is_the_answer_of_the_earlier_range() {
    let world = shop();
    for metric in world.catalogue.metrics() {
        let id = &metric.id;
        let compared = world.ask(id, "--from 2026-01-26 --to 2026-02-02 --grain day --compare weekdays").await;
        let earlier = world.ask(id, "--from 2026-01-19 --to 2026-01-26 --grain day").await;
        assert_eq!(compared.len(), 7, "{id}");
        let beside: Vec<Answer> = compared.iter().map(|answer| before(answer).clone()).collect();
        assert_eq!(beside, earlier, "{id}");
        let alone = world.ask(id, "--from 2026-01-26 --to 2026-02-02 --grain day").await;
        let bare: Vec<Answer> = compared.into_iter().map(|answer| Answer { comparison: None, ..answer }).collect();
        assert_eq!(bare, alone, "{id}");
    }
}

#[tokio::test]
async fn a_cell_that_one_range_has_stands_in_both() {
    let world = shop();
    let range = "--by agent --from 2026-01-05 --to 2026-01-06 --compare 2026-01-06..2026-01-06";
    let compared = world.ask("messages_handled", range).await;
    let agents = |answers: &[Answer]| -> BTreeSet<String> {
        answers
            .iter()
            .filter(|answer| answer.value > Some(0.0))
            .filter_map(|answer| Some(cell(answer, "agent")?.to_owned()))
            .collect()
    };
    let one = agents(&world.ask("messages_handled", "--by agent --from 2026-01-05 --to 2026-01-06").await);
    let other = agents(&world.ask("messages_handled", "--by agent --from 2026-01-06 --to 2026-01-07").await);
    assert_ne!(one, other, "the days of the test have the same agents");
    let both: BTreeSet<String> = compared.iter().filter_map(|answer| Some(cell(answer, "agent")?.to_owned())).collect();
    assert_eq!(both, one.union(&other).cloned().collect());
    for gone in other.difference(&one) {
        let answer = compared.iter().find(|answer| cell(answer, "agent") == Some(gone)).unwrap();
        assert_eq!(answer.value, Some(0.0));
        assert!(before(answer).value > Some(0.0));
        assert_eq!(answer.comparison.as_ref().unwrap().change.unwrap().relative, Some(-1.0));
    }
}

#[tokio::test]
async fn a_running_month_is_compared_with_as_much_of_the_one_before() {
    let world = shop();
    let range = "--from 2026-02-01 --to 2026-03-01 --now 2026-02-05T10:00:00+02:00";
    let compared = world.ask("conversations_created,backlog", &format!("{range} --compare elapsed")).await;
    let then = world.ask("conversations_created,backlog", "--from 2026-01-01 --now 2026-01-05T10:00:00+02:00").await;
    for (answer, then) in compared.iter().zip(&then) {
        assert_eq!(before(answer).value, then.value, "{}", answer.metric);
        assert!(then.value > Some(0.0));
    }
}

#[tokio::test]
async fn each_kind_of_number_has_its_interval() {
    let world = shop();
    let range = "--from 2026-01-19 --to 2026-02-02 --compare previous";
    for (metric, more, method) in [
        ("csat", "", Some(Method::Newcombe)),
        ("csat", "--variant mean", Some(Method::Welch)),
        ("first_response_time", "", Some(Method::OrderStatistics)),
        ("first_response_time", "--stat p90", Some(Method::OrderStatistics)),
        ("first_response_time", "--stat mean", Some(Method::Welch)),
        ("first_response_time", "--stat max", None),
        ("conversations_created", "", Some(Method::PoissonRatio)),
        ("closure_ratio", "", Some(Method::PoissonRatio)),
        ("backlog", "", None),
        ("backlog_age", "", Some(Method::OrderStatistics)),
        ("occupancy", "", None),
    ] {
        let answers = world.ask(metric, &format!("{range} {more}")).await;
        let change = answers[0].comparison.as_ref().unwrap().change.unwrap_or_else(|| panic!("{metric} {more} has no change"));
        assert_eq!(change.method, method, "{metric} {more}");
        assert_eq!(change.noise.is_some(), method.is_some(), "{metric} {more}");
        if change.noise == Some(true) {
            assert_eq!(change.verdict, Verdict::Same, "{metric} {more}");
        }
        if let Some((low, high)) = change.interval {
            assert!(low <= change.difference && change.difference <= high, "{metric} {more}: {change:?}");
        }
    }
}

#[tokio::test]
async fn where_nothing_happened_before_there_is_no_change() {
    let answers = shop().ask("conversations_created", "--from 2026-01-01 --to 2026-01-08 --compare previous").await;
    assert_eq!(before(&answers[0]).value, Some(0.0));
    assert_eq!(answers[0].comparison.as_ref().unwrap().change, None);
}

#[tokio::test]
async fn a_comparison_without_a_range_or_of_unlike_periods_is_refused() {
    let world = shop();
    for (options, told) in [
        ("--compare previous", "a comparison needs a range with both ends"),
        ("--from 2026-01-05 --compare weekdays", "a comparison needs a range with both ends"),
        ("--from 2026-01-01 --to 2026-02-01 --grain month --compare weekdays", "the months of this range have no like"),
    ] {
        match world.try_ask("csat", options).await {
            Err(AskError::Refused(problem)) => {
                assert_eq!(problem.code, "bad-comparison");
                assert!(problem.message.starts_with(told), "{options}: {problem}");
            }
            other => panic!("{options}: {other:?}"),
        }
    }
}

#[test]
fn a_part_against_a_whole_is_told() {
    let world = shop();
    let now = deskgauge_core::facts::At("2026-01-20T10:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second());
    let told = |options: &str| unfair(&world.question("csat", options), &world.rules, now).map(|problem| problem.code);
    assert_eq!(told("--from 2026-01-01 --to 2026-02-01 --compare previous"), Some("unfair-comparison"));
    assert_eq!(told("--from 2026-01-01 --to 2026-02-01 --compare elapsed"), None);
    assert_eq!(told("--from 2026-01-01 --to 2026-01-20 --compare previous"), None);
    assert_eq!(told("--from 2026-01-01 --to 2026-02-01"), None);
}
