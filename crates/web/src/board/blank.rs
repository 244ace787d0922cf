//! Answers without a number, which tests fill in.

use deskgauge_core::answer::{Answer, Answers, DataCut};
use deskgauge_core::facts::At;
use deskgauge_core::metric::Unit;
use deskgauge_core::question::Stat;

/// An answer about CSAT.
pub(crate) fn blank() -> Answer {
    Answer {
        metric: "csat".to_owned(),
        revision: 1,
        profile: None,
        variant: None,
        stat: Some(Stat::Share),
        within: None,
        clock: None,
        unit: Unit::Share,
        currency: None,
        period: None,
        partial: false,
        dimensions: Vec::new(),
        value: None,
        null_reason: None,
        n: None,
        numerator: None,
        denominator: None,
        interval: None,
        bounds: None,
        running: None,
        provisional: None,
        excluded: Vec::new(),
        small_n: false,
        credit: None,
        aim: None,
        comparison: None,
    }
}

/// Answers to a question, of no data.
pub(crate) fn answered(answers: Vec<Answer>) -> Answers {
    Answers {
        profile: String::new(),
        profile_as_of: None,
        profile_revision: None,
        data_cut: DataCut { snapshot: 0, watermark: 0, at: None },
        rules: String::new(),
        now: At(0),
        time_zone: "UTC".to_owned(),
        from: None,
        to: None,
        compared: None,
        answers,
    }
}
