//! Records that are no events: each problem has its code.

use std::sync::Arc;

use deskgauge_core::event::record::{Defaults, TEXT_LIMIT, Value, read};

/// The codes of the problems of a record.
fn codes(fields: &[(&'static str, Value)]) -> Vec<&'static str> {
    let record: Vec<(&'static str, Value)> = fields.to_vec();
    match read(&record, &Defaults { source: Arc::from("test") }) {
        Ok(event) => panic!("{event:?} should have problems"),
        Err(problems) => problems.iter().map(|problem| problem.code).collect(),
    }
}

fn text(text: &str) -> Value {
    Value::Text(Arc::from(text))
}

fn answer(score: i64, low: i64, high: i64) -> Vec<(&'static str, Value)> {
    let at = ("at", Value::Int(1_700_000_000_000));
    let words = [("type", text("survey_answered")), at, ("survey", text("s")), ("kind", text("csat"))];
    let numbers = [("score", Value::Int(score)), ("scale_min", Value::Int(low)), ("scale_max", Value::Int(high))];
    words.into_iter().chain(numbers).collect()
}

#[test]
fn a_scale_runs_upwards_and_holds_its_score() {
    assert_eq!(codes(&answer(3, 5, 1)), ["bad-scale"]);
    assert_eq!(codes(&answer(6, 1, 5)), ["out-of-scale"]);
}

#[test]
fn a_text_has_a_limit() {
    let long = "x".repeat(TEXT_LIMIT + 1);
    let opened = [("type", text("opened")), ("at", Value::Int(1_700_000_000_000)), ("conversation", text(&long))];
    assert_eq!(codes(&opened), ["too-long"]);
}

#[test]
fn seconds_in_a_field_of_milliseconds_are_noticed() {
    let opened = [("type", text("opened")), ("at", Value::Int(1_700_000_000)), ("conversation", text("1"))];
    assert_eq!(codes(&opened), ["out-of-range"]);
}
