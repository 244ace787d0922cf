//! Answered questionnaires: a row of their own, or columns on a conversation's row. A row can answer several questions.
//!
//! An empty answer is no answer, and no event.

use deskgauge_core::event::Text;
use deskgauge_core::event::record::{Defaults, Value};

use super::super::bound::Cells;
use super::super::targets::Target;
use super::draft::{Doer, Draft, STAND_IN, When, rank, some, word};

pub(super) fn events<'d>(cells: &mut Cells<'_>, defaults: &'d Defaults) -> Draft<'d> {
    let at = cells.needed_instant(Target::At);
    let conversation = cells.text(Target::Conversation).map(|id| format!("{}{id}", cells.mapping.prefix).into());
    let id = match (cells.text(Target::Id), &conversation) {
        (Some(id), _) => format!("{}{id}", cells.mapping.prefix),
        (None, Some(conversation)) => Text::to_string(conversation),
        (None, None) => {
            // Without any id the row's own content is its name: the same row twice is one answer.
            let content = cells.row.raw();
            format!("{}{:032x}", cells.mapping.prefix, xxhash_rust::xxh3::xxh3_128(&content))
        }
    };
    let mut draft = Draft::new(defaults, id, conversation, cells.row.number);
    draft.revision = cells.int(Target::Revision).unwrap_or(0);
    let agent = cells.text(Target::Agent);
    let sent_at = cells.instant(Target::SentAt);
    let at = at.unwrap_or(STAND_IN);
    if let Some(sent_at) = sent_at {
        let bound = cells.bound;
        for question in &bound.surveys {
            let survey = format!("{}:{}", draft.base, question.survey.name);
            let fields = [
                Some(("survey", Value::Text(survey.into()))),
                Some(word("kind", question.survey.kind.name())),
                some("agent", agent.clone()),
                some("customer", cells.text(Target::Customer)),
            ];
            let when = When { at: sent_at, seq: rank::SURVEY };
            let what = format!("sent:{}", question.survey.name);
            draft.add(&what, "survey_sent", when, &Doer::default(), fields.into_iter().flatten().collect());
        }
    }
    answers(cells, &mut draft, at, agent);
    draft
}

/// The answers on a row, given at `answered_at` where a question has no time of its own.
pub(super) fn answers(cells: &mut Cells<'_>, draft: &mut Draft<'_>, answered_at: i64, agent: Option<Text>) {
    let bound = cells.bound;
    for question in &bound.surveys {
        let Some(score) = cells.decimal_of(&question.score) else { continue };
        let at = question.at.as_ref().and_then(|slot| cells.instant_of(slot)).unwrap_or(answered_at);
        let survey = &question.survey;
        let comment_chars = question.comment.as_ref().and_then(|slot| cells.chars_of(slot));
        let fields = [
            Some(("survey", Value::Text(format!("{}:{}", draft.base, survey.name).into()))),
            Some(word("kind", survey.kind.name())),
            Some(("score", Value::Decimal(score))),
            Some(("scale_min", Value::Decimal(survey.scale.0))),
            Some(("scale_max", Value::Decimal(survey.scale.1))),
            survey.low_is_better.then(|| word("better", "low")),
            comment_chars.map(|chars| ("comment_chars", Value::Int(chars))),
            some("agent", agent.clone()),
            some("customer", cells.text(Target::Customer)),
        ];
        let when = When { at, seq: rank::SURVEY };
        let fields = fields.into_iter().flatten().collect();
        draft.add(&format!("answer:{}", survey.name), "survey_answered", when, &Doer::default(), fields);
    }
}
