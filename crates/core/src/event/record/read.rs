//! A flat record becomes an event, or a list of problems.

use std::sync::Arc;

use super::{Defaults, LIST_LIMIT, Problem, Record, TEXT_LIMIT, Value, digest};
use crate::diagnostic::near_name;
use crate::event::fields::{FieldId, TYPES};
use crate::event::*;

/// Earliest and latest instants that are taken for real: 1980-01-01 and 2100-01-01. Seconds in a field of milliseconds fall outside.
const AT_RANGE: std::ops::Range<i64> = 315_532_800_000..4_102_444_800_000;

/// The field of that name, found when the program is compiled.
macro_rules! field {
    ($name:literal) => {
        const { FieldId::of($name) }
    };
}

/// Reads one record.
///
/// # Errors
/// All problems of the record: missing and unreadable fields, unknown words, values over the limits.
pub fn read<R: Record>(record: &R, defaults: &Defaults) -> Result<Event, Vec<Problem>> {
    let mut reader = Reader { record, problems: Vec::new() };
    let event = reader.event(defaults);
    match event {
        Some(event) if reader.problems.is_empty() => Ok(event),
        _ => Err(reader.problems),
    }
}

struct Reader<'a, R> {
    record: &'a R,
    problems: Vec<Problem>,
}

impl<R: Record> Reader<'_, R> {
    fn event(&mut self, defaults: &Defaults) -> Option<Event> {
        let at = self.instant(field!("at"));
        let peeked = self.record.peek(field!("type"));
        let kind = if peeked.is_some() { None } else { self.required_text(field!("type")) };
        let kind = peeked.or(kind.as_deref());
        let written_kind = self.word(field!("actor_kind"), ActorKind::parse, ActorKind::WORDS);
        let body = kind.and_then(|kind| self.body(kind, written_kind));
        let actor = self.text(field!("actor"));
        let customer = self.text(field!("customer"));
        let conversation = self.text(field!("conversation"));
        let id = self.text(field!("id"));
        let source = self.text(field!("source")).unwrap_or_else(|| defaults.source.clone());
        let revision = self.int(field!("revision")).unwrap_or(0);
        let retracted = self.bool(field!("retracted")).unwrap_or(false);
        let seq = self.int(field!("seq")).unwrap_or(0);
        if let Some(kind) = kind {
            let there = |field: FieldId, read: &Option<Text>| read.is_some() || self.record.get(field).is_some();
            let (conversation, actor, customer) = (
                there(field!("conversation"), &conversation),
                there(field!("actor"), &actor),
                there(field!("customer"), &customer),
            );
            self.belongs(kind, conversation, actor, customer);
        }
        let (body, at) = (body?, at?);
        let actor_kind = written_kind.unwrap_or_else(|| default_actor_kind(&body));
        let mut event = Event {
            id: id.clone().unwrap_or_else(|| Arc::from("")),
            source,
            revision,
            retracted,
            at,
            seq,
            conversation,
            actor_kind,
            actor,
            customer,
            body,
        };
        if id.is_none() {
            event.id = Arc::from(format!("{:032x}", digest(&event)));
        }
        Some(event)
    }

    /// Which timeline an event of this type must name.
    fn belongs(&mut self, kind: &str, conversation: bool, actor: bool, customer: bool) {
        match kind {
            "order" if !customer => self.missing(field!("customer"), "an order belongs to a customer: fill customer"),
            "customer" if !actor && !customer => {
                self.missing(field!("actor"), "a customer profile names its customer: fill actor")
            }
            "agent" if !actor => self.missing(field!("actor"), "an agent profile names its agent: fill actor"),
            "order" | "order_changed" | "agent_state" | "customer" | "agent" | "survey_sent" | "survey_answered" => {}
            _ if !conversation && TYPES.contains(&kind) => {
                self.missing(field!("conversation"), "this type belongs to a conversation: fill conversation");
            }
            _ => {}
        }
    }

    fn body(&mut self, kind: &str, actor: Option<ActorKind>) -> Option<Body> {
        if let Some(step) = CallStep::parse(kind) {
            return Some(Body::Call(Call {
                step,
                call: self.text(field!("call")),
                queue: self.text(field!("queue")),
                agent: self.text(field!("agent")),
                direction: self.word(field!("direction"), Direction::parse, Direction::WORDS),
                hung_up_by: self.word(field!("hung_up_by"), HungUpBy::parse, HungUpBy::WORDS),
            }));
        }
        Some(match kind {
            "opened" => Body::Opened(Opened {
                channel: self.text(field!("channel")),
                origin: self.word(field!("origin"), Origin::parse, Origin::WORDS),
                brand: self.text(field!("brand")),
                team: self.text(field!("team")),
                priority: self.text(field!("priority")),
                reason: self.text(field!("reason")),
                tags: self.list(field!("tags")),
                language: self.text(field!("language")),
                parent: self.text(field!("parent")),
            }),
            "message" => {
                if actor.is_none() && self.record.get(field!("actor_kind")).is_none() {
                    self.missing(field!("actor_kind"), "a message needs to say who wrote it: fill actor_kind");
                }
                let usual = actor.map_or(Via::Human, Via::usual);
                Body::Message(Message {
                    public: self.bool(field!("public")).unwrap_or(true),
                    via: self.word(field!("via"), Via::parse, Via::WORDS).unwrap_or(usual),
                    session: self.text(field!("session")),
                    chars: self.count(field!("chars")),
                })
            }
            "status" => Body::Status(StatusChange {
                status: self.required_word(field!("status"), Status::parse, Status::WORDS)?,
                cause: self.word(field!("cause"), Cause::parse, Cause::WORDS),
                into: self.text(field!("into")),
            }),
            "assigned" => Body::Assigned(Assigned { agent: self.text(field!("agent")), team: self.text(field!("team")) }),
            "field" => {
                Body::Field(FieldChange { field: self.required_text(field!("field"))?, value: self.text(field!("value")) })
            }
            "escalated" => Body::Escalated(Escalated {
                tier: self.text(field!("tier")),
                escalation: self.word(field!("escalation"), Escalation::parse, Escalation::WORDS),
            }),
            "handoff" => Body::Handoff,
            "worked" => {
                Body::Worked(Worked { agent: self.text(field!("agent")), seconds: self.required_count(field!("seconds"))? })
            }
            "sla_applied" => Body::SlaApplied(self.required_text(field!("policy"))?),
            "sla_removed" => Body::SlaRemoved(self.required_text(field!("policy"))?),
            "survey_sent" => Body::SurveySent(SurveySent {
                survey: self.required_text(field!("survey"))?,
                kind: self.required_word(field!("kind"), SurveyKind::parse, SurveyKind::WORDS)?,
                agent: self.text(field!("agent")),
            }),
            "survey_answered" => Body::SurveyAnswered(self.survey_answered()?),
            "reviewed" => Body::Reviewed(Reviewed {
                review: self.required_text(field!("review"))?,
                scorecard: self.text(field!("scorecard")),
                scorecard_version: self.text(field!("scorecard_version")),
                agent: self.text(field!("agent")),
                ratings: self.ratings(),
            }),
            "order" => Body::Order(Order {
                order_id: self.required_text(field!("order_id"))?,
                amount: self.required_decimal(field!("amount"))?,
                currency: self.text(field!("currency")),
                channel: self.text(field!("channel")),
            }),
            "order_changed" => Body::OrderChanged(OrderChanged {
                order_id: self.required_text(field!("order_id"))?,
                status: self.required_word(field!("status"), OrderStatus::parse, OrderStatus::WORDS)?,
                amount: self.decimal(field!("amount")),
            }),
            "agent_state" => Body::AgentState(AgentStateChange {
                agent: self.text(field!("agent")).or_else(|| self.text(field!("actor"))),
                state: self.required_word(field!("state"), AgentState::parse, AgentState::WORDS)?,
            }),
            "customer" => Body::Customer(CustomerProfile {
                segment: self.text(field!("segment")),
                email_hash: self.text(field!("email_hash")),
                phone_hash: self.text(field!("phone_hash")),
            }),
            "agent" => Body::Agent(AgentProfile { role: self.text(field!("role")), team: self.text(field!("team")) }),
            unknown => {
                self.unknown_word(field!("type"), unknown, TYPES);
                return None;
            }
        })
    }

    fn survey_answered(&mut self) -> Option<SurveyAnswered> {
        let survey = self.required_text(field!("survey"));
        let kind = self.required_word(field!("kind"), SurveyKind::parse, SurveyKind::WORDS)?;
        let score = self.required_decimal(field!("score"))?;
        let (low, high) = kind.usual_scale();
        let scale_min = self.decimal(field!("scale_min")).unwrap_or(low);
        let scale_max = self.decimal(field!("scale_max")).unwrap_or(high);
        if scale_min >= scale_max {
            self.problem(field!("scale_max"), scale_max.to_string(), "bad-scale", "scale_max must lie above scale_min".into());
        } else if score < scale_min || score > scale_max {
            let reason =
                format!("the score lies outside its scale {scale_min} to {scale_max}: correct score, scale_min or scale_max");
            self.problem(field!("score"), score.to_string(), "out-of-scale", reason);
        }
        Some(SurveyAnswered {
            survey: survey?,
            kind,
            score,
            scale_min,
            scale_max,
            better: self.word(field!("better"), Better::parse, Better::WORDS).unwrap_or(Better::High),
            comment_chars: self.count(field!("comment_chars")),
        })
    }

    fn ratings(&mut self) -> Vec<Rating> {
        match self.record.get(field!("ratings")) {
            None => Vec::new(),
            Some(Value::Ratings(ratings)) if ratings.len() <= LIST_LIMIT => {
                for rating in &ratings {
                    if rating.min >= rating.max || rating.rating.is_some_and(|r| r < rating.min || r > rating.max) {
                        let reason = format!("the rating of {} lies outside its scale", rating.category);
                        self.problem(field!("ratings"), rating.category.to_string(), "out-of-scale", reason);
                    }
                }
                ratings
            }
            Some(other) => {
                self.bad(field!("ratings"), &other, "a list of {category, weight, rating, min, max, critical}");
                Vec::new()
            }
        }
    }

    fn instant(&mut self, field: FieldId) -> Option<Instant> {
        let Some(value) = self.record.get(field) else {
            self.missing(field, "write RFC 3339 with an offset, such as 2024-01-31T09:00:00+02:00, or epoch milliseconds");
            return None;
        };
        let ms = match &value {
            Value::Int(ms) => Some(*ms),
            Value::Float(ms) if ms.fract() == 0.0 && ms.abs() < 9e15 => Some(*ms as i64),
            Value::Text(text) => match text.parse::<i64>() {
                Ok(ms) => Some(ms),
                Err(_) => match text.parse::<jiff::Timestamp>() {
                    Ok(at) => Some(at.as_millisecond()),
                    Err(_) if text.parse::<jiff::civil::DateTime>().is_ok() => {
                        let reason = "has no time zone: add an offset such as Z or +02:00, or import it as a table with a zone";
                        self.problem(field, text.to_string(), "no-zone", reason.into());
                        return None;
                    }
                    Err(_) => None,
                },
            },
            _ => None,
        };
        match ms {
            Some(ms) if AT_RANGE.contains(&ms) => Some(Instant(ms)),
            Some(_) => {
                let reason = "lies outside 1980 to 2100: epoch values are milliseconds".to_owned();
                self.problem(field, shown(&value), "out-of-range", reason);
                None
            }
            None => {
                self.bad(field, &value, "an instant in RFC 3339 with an offset, or epoch milliseconds");
                None
            }
        }
    }

    fn text(&mut self, field: FieldId) -> Option<Text> {
        let value = self.record.get(field)?;
        let text: Text = match value {
            Value::Text(text) => text,
            Value::Int(number) => Arc::from(number.to_string()),
            Value::Decimal(number) => Arc::from(number.to_string()),
            Value::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => Arc::from((number as i64).to_string()),
            Value::Bool(flag) => Arc::from(if flag { "true" } else { "false" }),
            Value::List(list) if field == field!("value") => Arc::from(list.join(";")),
            other => {
                self.bad(field, &other, "text");
                return None;
            }
        };
        if text.len() > TEXT_LIMIT {
            let start: String = text.chars().take(40).collect();
            self.problem(field, format!("{start}…"), "too-long", format!("is longer than {TEXT_LIMIT} bytes: shorten it"));
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    fn list(&mut self, field: FieldId) -> Vec<Text> {
        let mut list: Vec<Text> = match self.record.get(field) {
            None => return Vec::new(),
            Some(Value::List(list)) => list,
            Some(Value::Text(text)) => text.split(';').map(|tag| Arc::from(tag.trim())).collect(),
            Some(other) => {
                self.bad(field, &other, "a list of texts");
                return Vec::new();
            }
        };
        list.retain(|tag| !tag.is_empty());
        list.sort();
        list.dedup();
        if list.len() > LIST_LIMIT || list.iter().any(|tag| tag.len() > TEXT_LIMIT) {
            let reason = format!("has more than {LIST_LIMIT} entries or one longer than {TEXT_LIMIT} bytes");
            self.problem(field, format!("{} entries", list.len()), "too-long", reason);
            return Vec::new();
        }
        list
    }

    fn int(&mut self, field: FieldId) -> Option<i64> {
        let value = self.record.get(field)?;
        let number = match &value {
            Value::Int(number) => Some(*number),
            Value::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(*number as i64),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.bad(field, &value, "a whole number");
        }
        number
    }

    fn count(&mut self, field: FieldId) -> Option<i64> {
        let number = self.int(field)?;
        if number < 0 {
            self.problem(field, number.to_string(), "negative", "must not be negative".into());
            return None;
        }
        Some(number)
    }

    fn required_count(&mut self, field: FieldId) -> Option<i64> {
        self.require(field)?;
        self.count(field)
    }

    fn bool(&mut self, field: FieldId) -> Option<bool> {
        let value = self.record.get(field)?;
        let flag = match &value {
            Value::Bool(flag) => Some(*flag),
            Value::Int(0) => Some(false),
            Value::Int(1) => Some(true),
            Value::Text(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" => Some(true),
                "false" | "0" | "no" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if flag.is_none() {
            self.bad(field, &value, "true or false");
        }
        flag
    }

    fn decimal(&mut self, field: FieldId) -> Option<Decimal> {
        let value = self.record.get(field)?;
        let number = match &value {
            Value::Decimal(number) => Some(*number),
            Value::Int(number) => number.checked_mul(Decimal::ONE).map(Decimal),
            Value::Float(number) => Decimal::from_f64(*number),
            Value::Text(text) => Decimal::parse(text.trim()),
            _ => None,
        };
        if number.is_none() {
            self.bad(field, &value, "a number with up to four decimal places");
        }
        number
    }

    fn required_decimal(&mut self, field: FieldId) -> Option<Decimal> {
        self.require(field)?;
        self.decimal(field)
    }

    fn required_text(&mut self, field: FieldId) -> Option<Text> {
        self.require(field)?;
        self.text(field)
    }

    fn word<T>(&mut self, field: FieldId, parse: fn(&str) -> Option<T>, words: &'static [&'static str]) -> Option<T> {
        if let Some(word) = self.record.peek(field).and_then(parse) {
            return Some(word);
        }
        let text = self.text(field)?;
        let word = parse(&text);
        if word.is_none() {
            self.unknown_word(field, &text, words);
        }
        word
    }

    fn required_word<T>(&mut self, field: FieldId, parse: fn(&str) -> Option<T>, words: &'static [&'static str]) -> Option<T> {
        self.require(field)?;
        self.word(field, parse, words)
    }

    fn require(&mut self, field: FieldId) -> Option<()> {
        if self.record.peek(field).is_none() && self.record.get(field).is_none() {
            self.missing(field, "this type needs it");
            return None;
        }
        Some(())
    }

    fn missing(&mut self, field: FieldId, advice: &str) {
        self.problem(field, String::new(), "missing-field", format!("is missing: {advice}"));
    }

    fn bad(&mut self, field: FieldId, value: &Value, wanted: &str) {
        self.problem(field, shown(value), "unreadable", format!("is not {wanted}"));
    }

    fn unknown_word(&mut self, field: FieldId, word: &str, words: &[&'static str]) {
        let advice = match near_name(word, words.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is one of {}", words.join(", ")),
        };
        self.problem(field, word.to_owned(), "unknown-word", format!("is not a word of the format: {advice}"));
    }

    fn problem(&mut self, field: FieldId, value: String, code: &'static str, reason: String) {
        self.problems.push(Problem { field: field.name().to_owned(), value, code, reason });
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::List(list) => list.join(";"),
        Value::Ratings(ratings) => format!("{} ratings", ratings.len()),
        Value::Other(text) => text.clone(),
    }
}

/// Who did it, where the record does not say.
fn default_actor_kind(body: &Body) -> ActorKind {
    match body {
        Body::Opened(opened) => match opened.origin {
            None | Some(Origin::Customer) => ActorKind::Customer,
            Some(Origin::Agent) => ActorKind::Agent,
            Some(Origin::System | Origin::Import) => ActorKind::System,
        },
        Body::Call(call) => match call.step {
            CallStep::Queued | CallStep::Abandoned | CallStep::CallbackRequested | CallStep::Voicemail => ActorKind::Customer,
            CallStep::Ringing => ActorKind::System,
            _ => ActorKind::Agent,
        },
        Body::SurveyAnswered(_) | Body::Order(_) | Body::Customer(_) => ActorKind::Customer,
        Body::Handoff => ActorKind::Bot,
        Body::Worked(_) | Body::Reviewed(_) | Body::AgentState(_) | Body::Agent(_) | Body::Escalated(_) => ActorKind::Agent,
        _ => ActorKind::System,
    }
}
