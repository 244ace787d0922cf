//! An event becomes its flat record: every field that differs from its default, in the order of the format.

use std::sync::Arc;

use super::Value;
use crate::event::*;

/// Writes an event as name and value pairs, `at` as epoch milliseconds. Fields that are absent or have their default are left out,
/// except those that every event carries.
pub fn write(event: &Event) -> Vec<(&'static str, Value)> {
    let mut out = Writer(Vec::with_capacity(16));
    out.text("id", &event.id);
    out.text("source", &event.source);
    if event.revision != 0 {
        out.int("revision", event.revision);
    }
    if event.retracted {
        out.0.push(("retracted", Value::Bool(true)));
    }
    out.word("type", event.type_name());
    out.int("at", event.at.0);
    if event.seq != 0 {
        out.int("seq", event.seq);
    }
    out.opt("conversation", &event.conversation);
    out.word("actor_kind", event.actor_kind.name());
    out.opt("actor", &event.actor);
    out.opt("customer", &event.customer);
    out.body(&event.body);
    out.0
}

/// A digest of all that an event says, but its own id. Two records with equal content have equal digests.
pub fn digest(event: &Event) -> u128 {
    let mut bytes = Vec::with_capacity(256);
    for (name, value) in write(event) {
        if name == "id" {
            continue;
        }
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(b'=');
        bytes.extend_from_slice(format!("{value:?}").as_bytes());
        bytes.push(b'\n');
    }
    xxhash_rust::xxh3::xxh3_128(&bytes)
}

struct Writer(Vec<(&'static str, Value)>);

impl Writer {
    fn text(&mut self, name: &'static str, value: &Text) {
        self.0.push((name, Value::Text(value.clone())));
    }

    fn word(&mut self, name: &'static str, word: &'static str) {
        self.0.push((name, Value::Text(Arc::from(word))));
    }

    fn int(&mut self, name: &'static str, value: i64) {
        self.0.push((name, Value::Int(value)));
    }

    fn opt(&mut self, name: &'static str, value: &Option<Text>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    fn opt_int(&mut self, name: &'static str, value: Option<i64>) {
        if let Some(value) = value {
            self.int(name, value);
        }
    }

    fn opt_word(&mut self, name: &'static str, word: Option<&'static str>) {
        if let Some(word) = word {
            self.word(name, word);
        }
    }

    fn decimal(&mut self, name: &'static str, value: Decimal) {
        self.0.push((name, Value::Decimal(value)));
    }

    fn body(&mut self, body: &Body) {
        match body {
            Body::Opened(opened) => {
                self.opt("channel", &opened.channel);
                self.opt_word("origin", opened.origin.map(Origin::name));
                self.opt("brand", &opened.brand);
                self.opt("team", &opened.team);
                self.opt("priority", &opened.priority);
                self.opt("reason", &opened.reason);
                if !opened.tags.is_empty() {
                    self.0.push(("tags", Value::List(opened.tags.clone())));
                }
                self.opt("language", &opened.language);
                self.opt("parent", &opened.parent);
            }
            Body::Message(message) => {
                self.0.push(("public", Value::Bool(message.public)));
                self.word("via", message.via.name());
                self.opt("session", &message.session);
                self.opt_int("chars", message.chars);
            }
            Body::Status(status) => {
                self.word("status", status.status.name());
                self.opt_word("cause", status.cause.map(Cause::name));
                self.opt("into", &status.into);
            }
            Body::Assigned(assigned) => {
                self.opt("team", &assigned.team);
                self.opt("agent", &assigned.agent);
            }
            Body::Field(change) => {
                self.text("field", &change.field);
                self.opt("value", &change.value);
            }
            Body::Escalated(escalated) => {
                self.opt("tier", &escalated.tier);
                self.opt_word("escalation", escalated.escalation.map(Escalation::name));
            }
            Body::Handoff => {}
            Body::Call(call) => {
                self.opt("agent", &call.agent);
                self.opt("call", &call.call);
                self.opt("queue", &call.queue);
                self.opt_word("direction", call.direction.map(Direction::name));
                self.opt_word("hung_up_by", call.hung_up_by.map(HungUpBy::name));
            }
            Body::Worked(worked) => {
                self.opt("agent", &worked.agent);
                self.int("seconds", worked.seconds);
            }
            Body::SlaApplied(policy) | Body::SlaRemoved(policy) => self.text("policy", policy),
            Body::SurveySent(sent) => {
                self.opt("agent", &sent.agent);
                self.text("survey", &sent.survey);
                self.word("kind", sent.kind.name());
            }
            Body::SurveyAnswered(answer) => {
                self.text("survey", &answer.survey);
                self.word("kind", answer.kind.name());
                self.decimal("score", answer.score);
                self.decimal("scale_min", answer.scale_min);
                self.decimal("scale_max", answer.scale_max);
                self.word("better", answer.better.name());
                self.opt_int("comment_chars", answer.comment_chars);
            }
            Body::Reviewed(review) => {
                self.opt("agent", &review.agent);
                self.text("review", &review.review);
                self.opt("scorecard", &review.scorecard);
                self.opt("scorecard_version", &review.scorecard_version);
                if !review.ratings.is_empty() {
                    self.0.push(("ratings", Value::Ratings(review.ratings.clone())));
                }
            }
            Body::Order(order) => {
                self.opt("channel", &order.channel);
                self.text("order_id", &order.order_id);
                self.decimal("amount", order.amount);
                self.opt("currency", &order.currency);
            }
            Body::OrderChanged(change) => {
                self.word("status", change.status.name());
                self.text("order_id", &change.order_id);
                if let Some(amount) = change.amount {
                    self.decimal("amount", amount);
                }
            }
            Body::AgentState(change) => {
                self.opt("agent", &change.agent);
                self.word("state", change.state.name());
            }
            Body::Customer(profile) => {
                self.opt("segment", &profile.segment);
                self.opt("email_hash", &profile.email_hash);
                self.opt("phone_hash", &profile.phone_hash);
            }
            Body::Agent(profile) => {
                self.opt("team", &profile.team);
                self.opt("role", &profile.role);
            }
        }
    }
}
