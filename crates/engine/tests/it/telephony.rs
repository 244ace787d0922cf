//! The telephone's worked examples of the standard: days with hundreds of calls, which no file of the catalogue could hold.

use std::fmt::Write;

use deskgauge_core::answer::{Answer, DataCut};
use deskgauge_core::fold::fold_all;
use deskgauge_core::notation::{ParseOptions, parse};
use deskgauge_core::question::Question;
use deskgauge_core::rules::Rules;
use deskgauge_engine::ask::ask;
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::source::FactSource;

/// Calls of one day: how each of so many ended, and after how many seconds.
async fn asked(calls: &[(usize, &str, i64)], metric: &str, options: &str) -> Answer {
    let mut text = String::new();
    let all = calls.iter().flat_map(|(count, end, seconds)| std::iter::repeat_n((end, seconds), *count));
    for (number, (end, seconds)) in all.enumerate() {
        writeln!(text, "conversation {number}  channel=phone\nmon 09:00  customer  opens\n+0s  customer  queues").unwrap();
        writeln!(text, "+{seconds}s  {end}").unwrap();
    }
    let (events, problems) = parse(&text, &ParseOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    let rules = Rules::default();
    let source = FactSource::memory(&fold_all(events.clone(), &rules), &events, &[]).unwrap();
    let mut question = Question::new(vec![metric.to_owned()]);
    assert_eq!(question.set_options(&format!("{options} --now 2024-01-02T00:00:00Z")), []);
    let catalogue = Catalogue::load(&[], &[]).0;
    let answers = ask(&source, &catalogue, &rules, &question, DataCut { snapshot: 0, watermark: 0, at: None }).await.unwrap();
    answers.answers.into_iter().next().unwrap()
}

/// The day of the ICMI: 1000 answered, 860 of them within 20 seconds, and 60 abandoned: 20 within 20 seconds, of those 10 within 5.
const ICMI: &[(usize, &str, i64)] = &[
    (860, "ana answers", 20),
    (140, "ana answers", 21),
    (10, "customer abandons", 4),
    (10, "customer abandons", 20),
    (40, "customer abandons", 21),
];

#[tokio::test]
async fn d1_to_d5_one_day_has_eight_service_levels() {
    let wanted = [
        // Those who left within 20 seconds are neither above nor below.
        ("", 860, 1040),
        // D3
        ("--variant strict", 860, 1060),
        // D5b
        ("--variant excl_short", 860, 1050),
        // D2
        ("--variant answered", 860, 1000),
        // D1
        ("--variant positive", 880, 1060),
        // D5
        ("--variant short_credit", 870, 1060),
        // D5c
        ("--variant removed", 880, 1060),
        ("--variant event", 860, 1040),
    ];
    for (variant, in_time, calls) in wanted {
        let answer = asked(ICMI, "service_level", variant).await;
        assert_eq!((answer.numerator, answer.denominator), (Some(in_time), Some(calls)), "{variant}: {answer:?}");
    }
}

#[tokio::test]
async fn d7_fifty_within_thirty_seconds_and_eighty_later() {
    let calls = [(50, "ana answers", 29), (80, "ana answers", 31)];
    for variant in ["", "--variant strict", "--variant event"] {
        let answer = asked(&calls, "service_level", &format!("{variant} --set answer_within=30s")).await;
        assert_eq!((answer.numerator, answer.denominator), (Some(50), Some(130)), "{variant}");
        assert!((answer.value.unwrap() - 0.3846).abs() < 0.00005, "{variant}");
    }
}

#[tokio::test]
async fn d8_abandonment_with_and_without_short_ones() {
    for (variant, abandoned, offered, rate) in [("", 50, 1050, 0.0476), ("--variant all", 60, 1060, 0.0566)] {
        let answer = asked(ICMI, "abandonment_rate", variant).await;
        assert_eq!((answer.numerator, answer.denominator), (Some(abandoned), Some(offered)), "{variant}: {answer:?}");
        assert!((answer.value.unwrap() - rate).abs() < 0.00005, "{variant}");
    }
}
