//! An event becomes its flat record: every field that differs from its default, in the order of the format.

use std::sync::Arc;

use super::{Shown, Value};
use crate::event::fields::FieldId;
use crate::event::*;

/// The field of that name, found when the program is compiled.
macro_rules! field {
    ($name:literal) => {
        const { FieldId::of($name) }
    };
}

/// Writes an event as name and value pairs, `at` as epoch milliseconds. Fields that are absent or have their default are left out,
/// except those that every event carries.
pub fn write(event: &Event) -> Vec<(&'static str, Value)> {
    let mut out = Vec::with_capacity(16);
    show(event, &mut |field, shown| out.push((field.name(), value(shown))));
    out
}

/// Hands over what [`write`] writes, field by field, without copying any of it.
pub fn show<'e>(event: &'e Event, each: &mut dyn FnMut(FieldId, Shown<'e>)) {
    let mut out = Writer(each);
    out.text(field!("id"), &event.id);
    out.text(field!("source"), &event.source);
    if event.revision != 0 {
        out.int(field!("revision"), event.revision);
    }
    if event.retracted {
        out.0(field!("retracted"), Shown::Bool(true));
    }
    out.word(field!("type"), event.type_name());
    out.int(field!("at"), event.at.0);
    if event.seq != 0 {
        out.int(field!("seq"), event.seq);
    }
    out.opt(field!("conversation"), &event.conversation);
    out.word(field!("actor_kind"), event.actor_kind.name());
    out.opt(field!("actor"), &event.actor);
    out.opt(field!("customer"), &event.customer);
    out.body(&event.body);
}

fn value(shown: Shown<'_>) -> Value {
    match shown {
        Shown::Text(text) => Value::Text(text.clone()),
        Shown::Word(word) => Value::Text(Arc::from(word)),
        Shown::Int(number) => Value::Int(number),
        Shown::Bool(flag) => Value::Bool(flag),
        Shown::Decimal(number) => Value::Decimal(number),
        Shown::List(list) => Value::List(list.to_vec()),
        Shown::Ratings(ratings) => Value::Ratings(ratings.to_vec()),
    }
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

struct Writer<'f, 'e>(&'f mut dyn FnMut(FieldId, Shown<'e>));

impl<'e> Writer<'_, 'e> {
    fn text(&mut self, field: FieldId, value: &'e Text) {
        self.0(field, Shown::Text(value));
    }

    fn word(&mut self, field: FieldId, word: &'static str) {
        self.0(field, Shown::Word(word));
    }

    fn int(&mut self, field: FieldId, value: i64) {
        self.0(field, Shown::Int(value));
    }

    fn opt(&mut self, field: FieldId, value: &'e Option<Text>) {
        if let Some(value) = value {
            self.text(field, value);
        }
    }

    fn opt_int(&mut self, field: FieldId, value: Option<i64>) {
        if let Some(value) = value {
            self.int(field, value);
        }
    }

    fn opt_word(&mut self, field: FieldId, word: Option<&'static str>) {
        if let Some(word) = word {
            self.word(field, word);
        }
    }

    fn decimal(&mut self, field: FieldId, value: Decimal) {
        self.0(field, Shown::Decimal(value));
    }

    fn body(&mut self, body: &'e Body) {
        match body {
            Body::Opened(opened) => {
                self.opt(field!("channel"), &opened.channel);
                self.opt_word(field!("origin"), opened.origin.map(Origin::name));
                self.opt(field!("brand"), &opened.brand);
                self.opt(field!("team"), &opened.team);
                self.opt(field!("priority"), &opened.priority);
                self.opt(field!("reason"), &opened.reason);
                if !opened.tags.is_empty() {
                    self.0(field!("tags"), Shown::List(&opened.tags));
                }
                self.opt(field!("language"), &opened.language);
                self.opt(field!("parent"), &opened.parent);
            }
            Body::Message(message) => {
                self.0(field!("public"), Shown::Bool(message.public));
                self.word(field!("via"), message.via.name());
                self.opt(field!("session"), &message.session);
                self.opt_int(field!("chars"), message.chars);
            }
            Body::Status(status) => {
                self.word(field!("status"), status.status.name());
                self.opt_word(field!("cause"), status.cause.map(Cause::name));
                self.opt(field!("into"), &status.into);
            }
            Body::Assigned(assigned) => {
                self.opt(field!("team"), &assigned.team);
                self.opt(field!("agent"), &assigned.agent);
            }
            Body::Field(change) => {
                self.text(field!("field"), &change.field);
                self.opt(field!("value"), &change.value);
            }
            Body::Escalated(escalated) => {
                self.opt(field!("tier"), &escalated.tier);
                self.opt_word(field!("escalation"), escalated.escalation.map(Escalation::name));
            }
            Body::Handoff => {}
            Body::Call(call) => {
                self.opt(field!("agent"), &call.agent);
                self.opt(field!("call"), &call.call);
                self.opt(field!("queue"), &call.queue);
                self.opt_word(field!("direction"), call.direction.map(Direction::name));
                self.opt_word(field!("hung_up_by"), call.hung_up_by.map(HungUpBy::name));
            }
            Body::Worked(worked) => {
                self.opt(field!("agent"), &worked.agent);
                self.int(field!("seconds"), worked.seconds);
            }
            Body::SlaApplied(policy) | Body::SlaRemoved(policy) => self.text(field!("policy"), policy),
            Body::SurveySent(sent) => {
                self.opt(field!("agent"), &sent.agent);
                self.text(field!("survey"), &sent.survey);
                self.word(field!("kind"), sent.kind.name());
            }
            Body::SurveyAnswered(answer) => {
                self.text(field!("survey"), &answer.survey);
                self.word(field!("kind"), answer.kind.name());
                self.decimal(field!("score"), answer.score);
                self.decimal(field!("scale_min"), answer.scale_min);
                self.decimal(field!("scale_max"), answer.scale_max);
                self.word(field!("better"), answer.better.name());
                self.opt_int(field!("comment_chars"), answer.comment_chars);
            }
            Body::Reviewed(review) => {
                self.opt(field!("agent"), &review.agent);
                self.text(field!("review"), &review.review);
                self.opt(field!("scorecard"), &review.scorecard);
                self.opt(field!("scorecard_version"), &review.scorecard_version);
                if !review.ratings.is_empty() {
                    self.0(field!("ratings"), Shown::Ratings(&review.ratings));
                }
            }
            Body::Order(order) => {
                self.opt(field!("channel"), &order.channel);
                self.text(field!("order_id"), &order.order_id);
                self.decimal(field!("amount"), order.amount);
                self.opt(field!("currency"), &order.currency);
            }
            Body::OrderChanged(change) => {
                self.word(field!("status"), change.status.name());
                self.text(field!("order_id"), &change.order_id);
                if let Some(amount) = change.amount {
                    self.decimal(field!("amount"), amount);
                }
            }
            Body::AgentState(change) => {
                self.opt(field!("agent"), &change.agent);
                self.word(field!("state"), change.state.name());
            }
            Body::Customer(profile) => {
                self.opt(field!("segment"), &profile.segment);
                self.opt(field!("email_hash"), &profile.email_hash);
                self.opt(field!("phone_hash"), &profile.phone_hash);
            }
            Body::Agent(profile) => {
                self.opt(field!("team"), &profile.team);
                self.opt(field!("role"), &profile.role);
            }
        }
    }
}
