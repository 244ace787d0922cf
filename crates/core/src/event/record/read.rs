//! A flat record becomes an event, or a list of problems.

use std::sync::Arc;

use super::{Defaults, LIST_LIMIT, Problem, Record, TEXT_LIMIT, Value, digest};
use crate::diagnostic::near_name;
use crate::event::fields::TYPES;
use crate::event::*;

/// Earliest and latest instants that are taken for real: 1980-01-01 and 2100-01-01. Seconds in a field of milliseconds fall outside.
const AT_RANGE: std::ops::Range<i64> = 315_532_800_000..4_102_444_800_000;

/// Reads one record.
///
/// # Errors
/// All problems of the record: missing and unreadable fields, unknown words, values over the limits.
pub fn read(record: &dyn Record, defaults: &Defaults) -> Result<Event, Vec<Problem>> {
    let mut reader = Reader { record, problems: Vec::new() };
    let event = reader.event(defaults);
    match event {
        Some(event) if reader.problems.is_empty() => Ok(event),
        _ => Err(reader.problems),
    }
}

struct Reader<'a> {
    record: &'a dyn Record,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn event(&mut self, defaults: &Defaults) -> Option<Event> {
        let at = self.instant("at");
        let kind = self.required_text("type");
        let written_kind = self.word("actor_kind", ActorKind::parse, ActorKind::WORDS);
        let body = kind.as_ref().and_then(|kind| self.body(kind, written_kind));
        let actor = self.text("actor");
        let customer = self.text("customer");
        let conversation = self.text("conversation");
        let id = self.text("id");
        let source = self.text("source").unwrap_or_else(|| defaults.source.clone());
        let revision = self.int("revision").unwrap_or(0);
        let retracted = self.bool("retracted").unwrap_or(false);
        let seq = self.int("seq").unwrap_or(0);
        if let Some(kind) = &kind {
            let there = |name: &str| self.record.get(name).is_some();
            let (conversation, actor, customer) = (there("conversation"), there("actor"), there("customer"));
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
            "order" if !customer => self.missing("customer", "an order belongs to a customer: fill customer"),
            "customer" if !actor && !customer => self.missing("actor", "a customer profile names its customer: fill actor"),
            "agent" if !actor => self.missing("actor", "an agent profile names its agent: fill actor"),
            "order" | "order_changed" | "agent_state" | "customer" | "agent" | "survey_sent" | "survey_answered" => {}
            _ if !conversation && TYPES.contains(&kind) => {
                self.missing("conversation", "this type belongs to a conversation: fill conversation");
            }
            _ => {}
        }
    }

    fn body(&mut self, kind: &str, actor: Option<ActorKind>) -> Option<Body> {
        if let Some(step) = CallStep::parse(kind) {
            return Some(Body::Call(Call {
                step,
                call: self.text("call"),
                queue: self.text("queue"),
                agent: self.text("agent"),
                direction: self.word("direction", Direction::parse, Direction::WORDS),
                hung_up_by: self.word("hung_up_by", HungUpBy::parse, HungUpBy::WORDS),
            }));
        }
        Some(match kind {
            "opened" => Body::Opened(Opened {
                channel: self.text("channel"),
                origin: self.word("origin", Origin::parse, Origin::WORDS),
                brand: self.text("brand"),
                team: self.text("team"),
                priority: self.text("priority"),
                reason: self.text("reason"),
                tags: self.list("tags"),
                language: self.text("language"),
                parent: self.text("parent"),
            }),
            "message" => {
                if actor.is_none() && self.record.get("actor_kind").is_none() {
                    self.missing("actor_kind", "a message needs to say who wrote it: fill actor_kind");
                }
                let usual = actor.map_or(Via::Human, Via::usual);
                Body::Message(Message {
                    public: self.bool("public").unwrap_or(true),
                    via: self.word("via", Via::parse, Via::WORDS).unwrap_or(usual),
                    session: self.text("session"),
                    chars: self.count("chars"),
                })
            }
            "status" => Body::Status(StatusChange {
                status: self.required_word("status", Status::parse, Status::WORDS)?,
                cause: self.word("cause", Cause::parse, Cause::WORDS),
                into: self.text("into"),
            }),
            "assigned" => Body::Assigned(Assigned { agent: self.text("agent"), team: self.text("team") }),
            "field" => Body::Field(FieldChange { field: self.required_text("field")?, value: self.text("value") }),
            "escalated" => Body::Escalated(Escalated {
                tier: self.text("tier"),
                escalation: self.word("escalation", Escalation::parse, Escalation::WORDS),
            }),
            "handoff" => Body::Handoff,
            "worked" => Body::Worked(Worked { agent: self.text("agent"), seconds: self.required_count("seconds")? }),
            "sla_applied" => Body::SlaApplied(self.required_text("policy")?),
            "sla_removed" => Body::SlaRemoved(self.required_text("policy")?),
            "survey_sent" => Body::SurveySent(SurveySent {
                survey: self.required_text("survey")?,
                kind: self.required_word("kind", SurveyKind::parse, SurveyKind::WORDS)?,
                agent: self.text("agent"),
            }),
            "survey_answered" => Body::SurveyAnswered(self.survey_answered()?),
            "reviewed" => Body::Reviewed(Reviewed {
                review: self.required_text("review")?,
                scorecard: self.text("scorecard"),
                scorecard_version: self.text("scorecard_version"),
                agent: self.text("agent"),
                ratings: self.ratings(),
            }),
            "order" => Body::Order(Order {
                order_id: self.required_text("order_id")?,
                amount: self.required_decimal("amount")?,
                currency: self.text("currency"),
                channel: self.text("channel"),
            }),
            "order_changed" => Body::OrderChanged(OrderChanged {
                order_id: self.required_text("order_id")?,
                status: self.required_word("status", OrderStatus::parse, OrderStatus::WORDS)?,
                amount: self.decimal("amount"),
            }),
            "agent_state" => Body::AgentState(AgentStateChange {
                agent: self.text("agent").or_else(|| self.text("actor")),
                state: self.required_word("state", AgentState::parse, AgentState::WORDS)?,
            }),
            "customer" => Body::Customer(CustomerProfile {
                segment: self.text("segment"),
                email_hash: self.text("email_hash"),
                phone_hash: self.text("phone_hash"),
            }),
            "agent" => Body::Agent(AgentProfile { role: self.text("role"), team: self.text("team") }),
            unknown => {
                self.unknown_word("type", unknown, TYPES);
                return None;
            }
        })
    }

    fn survey_answered(&mut self) -> Option<SurveyAnswered> {
        let survey = self.required_text("survey");
        let kind = self.required_word("kind", SurveyKind::parse, SurveyKind::WORDS)?;
        let score = self.required_decimal("score")?;
        let (low, high) = kind.usual_scale();
        let scale_min = self.decimal("scale_min").unwrap_or(low);
        let scale_max = self.decimal("scale_max").unwrap_or(high);
        if scale_min >= scale_max {
            self.problem("scale_max", scale_max.to_string(), "bad-scale", "scale_max must lie above scale_min".into());
        } else if score < scale_min || score > scale_max {
            let reason =
                format!("the score lies outside its scale {scale_min} to {scale_max}: correct score, scale_min or scale_max");
            self.problem("score", score.to_string(), "out-of-scale", reason);
        }
        Some(SurveyAnswered {
            survey: survey?,
            kind,
            score,
            scale_min,
            scale_max,
            better: self.word("better", Better::parse, Better::WORDS).unwrap_or(Better::High),
            comment_chars: self.count("comment_chars"),
        })
    }

    fn ratings(&mut self) -> Vec<Rating> {
        match self.record.get("ratings") {
            None => Vec::new(),
            Some(Value::Ratings(ratings)) if ratings.len() <= LIST_LIMIT => {
                for rating in &ratings {
                    if rating.min >= rating.max || rating.rating.is_some_and(|r| r < rating.min || r > rating.max) {
                        let reason = format!("the rating of {} lies outside its scale", rating.category);
                        self.problem("ratings", rating.category.to_string(), "out-of-scale", reason);
                    }
                }
                ratings
            }
            Some(other) => {
                self.bad("ratings", &other, "a list of {category, weight, rating, min, max, critical}");
                Vec::new()
            }
        }
    }

    fn instant(&mut self, name: &'static str) -> Option<Instant> {
        let Some(value) = self.record.get(name) else {
            self.missing(name, "write RFC 3339 with an offset, such as 2024-01-31T09:00:00+02:00, or epoch milliseconds");
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
                        self.problem(name, text.to_string(), "no-zone", reason.into());
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
                self.problem(name, shown(&value), "out-of-range", reason);
                None
            }
            None => {
                self.bad(name, &value, "an instant in RFC 3339 with an offset, or epoch milliseconds");
                None
            }
        }
    }

    fn text(&mut self, name: &'static str) -> Option<Text> {
        let value = self.record.get(name)?;
        let text: Text = match value {
            Value::Text(text) => text,
            Value::Int(number) => Arc::from(number.to_string()),
            Value::Decimal(number) => Arc::from(number.to_string()),
            Value::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => Arc::from((number as i64).to_string()),
            Value::Bool(flag) => Arc::from(if flag { "true" } else { "false" }),
            Value::List(list) if name == "value" => Arc::from(list.join(";")),
            other => {
                self.bad(name, &other, "text");
                return None;
            }
        };
        if text.len() > TEXT_LIMIT {
            let start: String = text.chars().take(40).collect();
            self.problem(name, format!("{start}…"), "too-long", format!("is longer than {TEXT_LIMIT} bytes: shorten it"));
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    fn list(&mut self, name: &'static str) -> Vec<Text> {
        let mut list: Vec<Text> = match self.record.get(name) {
            None => return Vec::new(),
            Some(Value::List(list)) => list,
            Some(Value::Text(text)) => text.split(';').map(|tag| Arc::from(tag.trim())).collect(),
            Some(other) => {
                self.bad(name, &other, "a list of texts");
                return Vec::new();
            }
        };
        list.retain(|tag| !tag.is_empty());
        list.sort();
        list.dedup();
        if list.len() > LIST_LIMIT || list.iter().any(|tag| tag.len() > TEXT_LIMIT) {
            let reason = format!("has more than {LIST_LIMIT} entries or one longer than {TEXT_LIMIT} bytes");
            self.problem(name, format!("{} entries", list.len()), "too-long", reason);
            return Vec::new();
        }
        list
    }

    fn int(&mut self, name: &'static str) -> Option<i64> {
        let value = self.record.get(name)?;
        let number = match &value {
            Value::Int(number) => Some(*number),
            Value::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(*number as i64),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.bad(name, &value, "a whole number");
        }
        number
    }

    fn count(&mut self, name: &'static str) -> Option<i64> {
        let number = self.int(name)?;
        if number < 0 {
            self.problem(name, number.to_string(), "negative", "must not be negative".into());
            return None;
        }
        Some(number)
    }

    fn required_count(&mut self, name: &'static str) -> Option<i64> {
        self.require(name)?;
        self.count(name)
    }

    fn bool(&mut self, name: &'static str) -> Option<bool> {
        let value = self.record.get(name)?;
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
            self.bad(name, &value, "true or false");
        }
        flag
    }

    fn decimal(&mut self, name: &'static str) -> Option<Decimal> {
        let value = self.record.get(name)?;
        let number = match &value {
            Value::Decimal(number) => Some(*number),
            Value::Int(number) => number.checked_mul(Decimal::ONE).map(Decimal),
            Value::Float(number) => Decimal::from_f64(*number),
            Value::Text(text) => Decimal::parse(text.trim()),
            _ => None,
        };
        if number.is_none() {
            self.bad(name, &value, "a number with up to four decimal places");
        }
        number
    }

    fn required_decimal(&mut self, name: &'static str) -> Option<Decimal> {
        self.require(name)?;
        self.decimal(name)
    }

    fn required_text(&mut self, name: &'static str) -> Option<Text> {
        self.require(name)?;
        self.text(name)
    }

    fn word<T>(&mut self, name: &'static str, parse: fn(&str) -> Option<T>, words: &'static [&'static str]) -> Option<T> {
        let text = self.text(name)?;
        let word = parse(&text);
        if word.is_none() {
            self.unknown_word(name, &text, words);
        }
        word
    }

    fn required_word<T>(
        &mut self,
        name: &'static str,
        parse: fn(&str) -> Option<T>,
        words: &'static [&'static str],
    ) -> Option<T> {
        self.require(name)?;
        self.word(name, parse, words)
    }

    fn require(&mut self, name: &'static str) -> Option<()> {
        if self.record.get(name).is_none() {
            self.missing(name, "this type needs it");
            return None;
        }
        Some(())
    }

    fn missing(&mut self, name: &str, advice: &str) {
        self.problem(name, String::new(), "missing-field", format!("is missing: {advice}"));
    }

    fn bad(&mut self, name: &str, value: &Value, wanted: &str) {
        self.problem(name, shown(value), "unreadable", format!("is not {wanted}"));
    }

    fn unknown_word(&mut self, name: &str, word: &str, words: &[&'static str]) {
        let advice = match near_name(word, words.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is one of {}", words.join(", ")),
        };
        self.problem(name, word.to_owned(), "unknown-word", format!("is not a word of the format: {advice}"));
    }

    fn problem(&mut self, field: &str, value: String, code: &'static str, reason: String) {
        self.problems.push(Problem { field: field.to_owned(), value, code, reason });
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
