//! Surveys: one row per sending with the answer that counts, the latest, and the first one kept beside it.
//!
//! The credited agent is the one that the survey names, or the owner at the last human reply before it was sent: automations that
//! unassign on solving must not wipe it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::case::{Case, is_reply, replier};
use super::timelines::{Key, Timeline};
use super::{People, history::Step};
use crate::event::{Better, Body, Decimal, Event, SurveyAnswered, SurveyKind, SurveySent, Text};
use crate::facts::{At, Common, Dims, Facts, Survey, Whole};
use crate::rules::Rules;

#[derive(Default)]
struct Sending<'e> {
    sent: Option<(i64, &'e SurveySent)>,
    answers: Vec<(i64, &'e SurveyAnswered)>,
}

fn sendings<'e>(events: impl Iterator<Item = (i64, &'e Event)>) -> BTreeMap<(&'e Text, SurveyKind), Sending<'e>> {
    let mut all: BTreeMap<(&Text, SurveyKind), Sending<'_>> = BTreeMap::new();
    for (at, event) in events {
        match &event.body {
            Body::SurveySent(sent) => {
                all.entry((&sent.survey, sent.kind)).or_default().sent.get_or_insert((at, sent));
            }
            Body::SurveyAnswered(answer) => all.entry((&answer.survey, answer.kind)).or_default().answers.push((at, answer)),
            _ => {}
        }
    }
    all
}

/// Writes `surveys` of a conversation.
pub(crate) fn fold(case: &Case<'_>, facts: &mut Facts) {
    if !case.steps.iter().any(|step| matches!(step.event.body, Body::SurveySent(_) | Body::SurveyAnswered(_))) {
        return;
    }
    let events = case.steps.iter().map(|step| (step.event.at.seconds(), step.event));
    let replies: Vec<&Step<'_>> = case.steps.iter().filter(|step| is_reply(step)).collect();
    let first = first_replies(&replies);
    for ((survey, kind), sending) in sendings(events) {
        let Some(asked_at) = asked_at(&sending) else { continue };
        let dated = sending.answers.last().map_or(asked_at, |(at, _)| *at);
        let agent = sending.sent.and_then(|(_, sent)| sent.agent.clone()).or_else(|| credited(&replies, asked_at));
        let common = case.common(case.step_at(dated), agent.as_ref(), agent.as_ref());
        facts
            .surveys
            .push(Survey { participants: participants(&first, asked_at), ..row(common, survey, kind, &sending, asked_at) });
    }
}

/// Writes `surveys` of a survey that belongs to no conversation.
pub(crate) fn fold_loose(timeline: &Timeline, people: &People, rules: &Rules, facts: &mut Facts) {
    let events = timeline.events.iter().map(|event| (event.at.seconds(), event));
    for ((survey, kind), sending) in sendings(events) {
        let Some(asked_at) = asked_at(&sending) else { continue };
        let dated = sending.answers.last().map_or(asked_at, |(at, _)| *at);
        let customer = timeline.events.iter().find_map(|event| event.customer.clone());
        let known = customer.as_ref().and_then(|customer| people.customers.get(customer));
        let segment = known.and_then(|known| known.segments.iter().rev().find(|(from, _)| *from <= dated));
        let dims = Dims {
            segment: segment.and_then(|(_, segment)| segment.clone()),
            own: vec![None; rules.fields.len()],
            ..Dims::default()
        };
        let conversation = match &timeline.key {
            Key::Survey(id) => id.clone(),
            _ => survey.clone(),
        };
        let whole = Whole {
            conversation: Text::from(format!("survey:{conversation}")),
            customer,
            origin: "system",
            proactive: true,
            final_status: "closed",
            customer_kind: None,
            current_owner: None,
            first_responder: None,
            last_closer: None,
        };
        let agent = sending.sent.and_then(|(_, sent)| sent.agent.clone());
        let common = Common { whole: Arc::new(whole), dims: Arc::new(dims), agent: agent.clone(), actor: agent };
        facts.surveys.push(row(Some(common), survey, kind, &sending, asked_at));
    }
}

fn asked_at(sending: &Sending<'_>) -> Option<i64> {
    sending.sent.map(|(at, _)| at).or_else(|| sending.answers.first().map(|(at, _)| *at))
}

/// The owner at the last human reply before the survey went out; without an owner, who replied.
fn credited(replies: &[&Step<'_>], asked_at: i64) -> Option<Text> {
    let before = replies.partition_point(|step| step.at <= asked_at);
    let reply = replies[..before].last()?;
    reply.dims.owner.as_ref().or_else(|| replier(reply.event)).cloned()
}

/// When each of the people who replied did so first.
fn first_replies<'e>(replies: &[&Step<'e>]) -> BTreeMap<&'e Text, i64> {
    let mut first = BTreeMap::new();
    for step in replies {
        if let Some(person) = replier(step.event) {
            first.entry(person).or_insert(step.at);
        }
    }
    first
}

/// Who had replied when the survey went out.
fn participants(first_replies: &BTreeMap<&Text, i64>, asked_at: i64) -> Vec<Text> {
    first_replies.iter().filter(|(_, at)| **at <= asked_at).map(|(person, _)| (*person).clone()).collect()
}

fn row(common: Option<Common>, survey: &Text, kind: SurveyKind, sending: &Sending<'_>, asked_at: i64) -> Survey {
    let last = sending.answers.last();
    let answer = last.map(|(_, answer)| *answer);
    let first = sending.answers.first();
    let of = |wanted: SurveyKind| answer.filter(|_| kind == wanted);
    Survey {
        common,
        survey: survey.clone(),
        kind: kind.name(),
        participants: Vec::new(),
        asked_at: At(asked_at),
        sent_at: sending.sent.map(|(at, _)| At(at)),
        answered_at: last.map(|(at, _)| At(*at)),
        first_answered_at: first.map(|(at, _)| At(*at)),
        score: answer.map(|answer| answer.score),
        first_score: first.map(|(_, answer)| answer.score),
        scale_min: answer.map(|answer| answer.scale_min),
        scale_max: answer.map(|answer| answer.scale_max),
        better: answer.map_or(Better::High, |answer| answer.better).name(),
        satisfied: of(SurveyKind::Csat).map(satisfied),
        promoter: of(SurveyKind::Nps).map(|answer| answer.score >= Decimal::from_int(9)),
        detractor: of(SurveyKind::Nps).map(|answer| answer.score <= Decimal::from_int(6)),
        normalised_score: answer.map(normalised),
        answers_count: sending.answers.len() as i64,
        comment_chars: answer.and_then(|answer| answer.comment_chars),
    }
}

/// From 0 (worst) to 1 (best).
fn normalised(answer: &SurveyAnswered) -> Decimal {
    let (low, high, score) = (i128::from(answer.scale_min.0), i128::from(answer.scale_max.0), i128::from(answer.score.0));
    let above = match answer.better {
        Better::High => score - low,
        Better::Low => high - score,
    };
    let span = (high - low).max(1);
    // Rounded half up to four places.
    let scaled = (above * 2 * i128::from(Decimal::ONE) + span) / (2 * span);
    Decimal(i64::try_from(scaled).unwrap_or(0))
}

/// Whether an answer is in the satisfied set: the best point of scales of two and three, the best two of four to seven, the best three
/// of longer ones.
fn satisfied(answer: &SurveyAnswered) -> bool {
    let (low, high, score) = (i128::from(answer.scale_min.0), i128::from(answer.scale_max.0), i128::from(answer.score.0));
    let one = i128::from(Decimal::ONE);
    let points = (high - low) / one + 1;
    let best = match points {
        ..=3 => 1,
        4..=7 => 2,
        _ => 3,
    };
    let from_top = match answer.better {
        Better::High => high - score,
        Better::Low => score - low,
    };
    from_top < best * one
}
