//! Events become text, in one canonical form: full dates, aligned columns, nothing that the reader fills in by itself.
//!
//! Events are printed in the order given, because that order is part of what reading gives back; sort them first where their order
//! means nothing. Fields come from the flat record, so a new field needs a key in the table of verbs and nothing here.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::automatic::{self, Automatic};
use super::parse::ACTOR_FORMS;
use super::verbs::{HEADER_KEYS, VERBS, Verb, Words};
use super::words::{NAME, VALUE, quote};
use super::{PrintOptions, lists, times};
use crate::event::record::{Value, write};
use crate::event::{ActorKind, Body, Event, Text, Via};

/// Prints events so that [`parse`](super::parse) gives them back exactly, for a reader with `options.reader`.
pub fn print(events: &[Event], options: &PrintOptions) -> String {
    let (zone, zone_name) = printed_zone(options);
    let mut printer = Printer { options, zone, automatic: Automatic::default() };
    let mut out = String::new();
    for run in events.chunk_by(|one, next| one.conversation == next.conversation) {
        if !out.is_empty() {
            out.push('\n');
        }
        let opening = only_opening(run);
        out.push_str(&header(&run[0].conversation, opening, &zone_name));
        let customer = opening.and_then(header_customer);
        let lines: Vec<[String; 4]> = run
            .iter()
            .map(|event| printer.line(event, opening.is_some_and(|opening| std::ptr::eq(opening, event)), &customer))
            .collect();
        push_aligned(&mut out, &lines);
    }
    out
}

struct Printer<'a> {
    options: &'a PrintOptions,
    zone: TimeZone,
    automatic: Automatic,
}

impl Printer<'_> {
    /// The four columns of a line: time, actor, verb, and the rest.
    fn line(&mut self, event: &Event, in_header: bool, customer: &Option<Text>) -> [String; 4] {
        let verb = verb_of(event);
        let record = write(event);
        let get = |name: &str| record.iter().find(|(field, _)| *field == name).map(|(_, value)| value);
        let mut rest = Vec::new();
        match verb.words {
            Words::Value(field) => rest.extend(get(field).map(shown)),
            Words::Pair(name, value) => {
                let name = get(name).map(|name| quote(&plain(name), NAME)).unwrap_or_default();
                rest.push(format!("{name}={}", get(value).map(shown).unwrap_or_default()));
            }
            Words::Seconds(field) => {
                if let Some(Value::Int(seconds)) = get(field) {
                    rest.push(times::write_duration(*seconds));
                }
            }
            Words::Nobody if get("agent").is_none() && get("team").is_none() => rest.push("nobody".to_owned()),
            Words::Nobody | Words::Nothing | Words::Counted(_) | Words::Ignored => {}
        }
        for (key, field) in verb.keys {
            if *field == "scale" {
                rest.extend(scale(event));
            } else if let Some(value) = get(field)
                && !in_header
                && !is_default(event, field)
            {
                rest.push(format!("{key}={}", shown(value)));
            }
        }
        self.common(event, verb, customer, &mut rest);
        [times::write(event.at, &self.zone), actor(event), verb.word.to_owned(), rest.join(" ")]
    }

    fn common(&mut self, event: &Event, verb: &Verb, customer: &Option<Text>, rest: &mut Vec<String>) {
        if event.customer != automatic::customer(event.actor_kind, &event.actor, verb.type_name == "opened", customer) {
            rest.push(format!("customer={}", event.customer.as_deref().map(|id| quote(id, VALUE)).unwrap_or_default()));
        }
        if event.id != self.automatic.next_id() {
            rest.push(format!("id={}", quote(&event.id, VALUE)));
        }
        if event.seq != self.automatic.seq(&event.conversation, event.at) {
            rest.push(format!("seq={}", event.seq));
        }
        self.automatic.taken(&event.conversation, event.at, event.seq);
        if event.revision != 0 {
            rest.push(format!("revision={}", event.revision));
        }
        if event.retracted {
            rest.push("retracted=true".to_owned());
        }
        if event.source != self.options.reader.source {
            rest.push(format!("source={}", quote(&event.source, VALUE)));
        }
    }
}

/// The zone to print in, and its `zone=` where the reader assumes another.
fn printed_zone(options: &PrintOptions) -> (TimeZone, Option<String>) {
    if options.zone == options.reader.zone {
        return (options.zone.clone(), None);
    }
    match options.zone.iana_name() {
        Some(name) => (options.zone.clone(), Some(name.to_owned())),
        None if options.reader.zone == TimeZone::UTC => (TimeZone::UTC, None),
        None => (TimeZone::UTC, Some("UTC".to_owned())),
    }
}

/// The opening of a run whose fields stand in its header: the only one, so that no other line inherits them.
fn only_opening(run: &[Event]) -> Option<&Event> {
    let mut openings = run.iter().filter(|event| event.conversation.is_some() && matches!(event.body, Body::Opened(_)));
    let first = openings.next()?;
    openings.next().is_none().then_some(first)
}

/// The customer that the header names: the opening's, unless its actor says it.
fn header_customer(opening: &Event) -> Option<Text> {
    let named = opening.actor_kind == ActorKind::Customer && opening.actor.is_some();
    if named { None } else { opening.customer.clone() }
}

fn header(conversation: &Option<Text>, opening: Option<&Event>, zone_name: &Option<String>) -> String {
    let mut words = vec![match conversation {
        Some(id) => format!("conversation {}", quote(id, VALUE)),
        None => "no conversation".to_owned(),
    }];
    if let Some(opening) = opening {
        let record = write(opening);
        for (key, field) in HEADER_KEYS {
            words.extend(record.iter().filter(|(name, _)| name == field).map(|(_, value)| format!("{key}={}", shown(value))));
        }
        words.extend(header_customer(opening).map(|id| format!("customer={}", quote(&id, VALUE))));
    }
    words.extend(zone_name.as_ref().map(|name| format!("zone={name}")));
    let mut line = words.join("  ");
    line.push('\n');
    line
}

/// The verb for an event. A cleared field and a survey have verbs of their own choice; elsewhere type and fixed fields decide.
fn verb_of(event: &Event) -> &'static Verb {
    let word = match &event.body {
        Body::Field(change) if change.value.is_none() => Some("clears"),
        Body::SurveySent(_) if event.actor_kind != ActorKind::Customer => Some("asks"),
        _ => None,
    };
    let record = write(event);
    let fits = |verb: &&Verb| {
        verb.type_name == event.type_name()
            && word.is_none_or(|word| verb.word == word)
            && verb
                .fixed
                .iter()
                .all(|(field, value)| record.iter().any(|(name, written)| name == field && &*plain(written) == *value))
    };
    VERBS.iter().find(fits).expect("every type and every fixed word has a verb")
}

fn actor(event: &Event) -> String {
    let form = ACTOR_FORMS.iter().find(|(_, kind)| *kind == event.actor_kind).map_or("agent", |(form, _)| *form);
    match event.actor.as_deref() {
        None => form.to_owned(),
        Some(id) => {
            let bare = quote(id, NAME);
            let reserved = ACTOR_FORMS.iter().any(|(form, _)| *form == id);
            if event.actor_kind == ActorKind::Agent && !reserved && bare == id {
                bare
            } else {
                format!("{form}:{}", quote(id, VALUE))
            }
        }
    }
}

/// Whether reading fills in the value that the event has.
fn is_default(event: &Event, field: &str) -> bool {
    match (&event.body, field) {
        (Body::Message(message), "via") => message.via == Via::usual(event.actor_kind),
        (Body::AgentState(change), "agent") => change.agent == event.actor,
        (Body::SurveySent(sent), "survey") => {
            automatic::survey(&event.conversation, sent.kind.name()).as_ref() == Some(&sent.survey)
        }
        (Body::SurveyAnswered(answer), "survey") => {
            automatic::survey(&event.conversation, answer.kind.name()).as_ref() == Some(&answer.survey)
        }
        (Body::SurveyAnswered(answer), "better") => answer.better == crate::event::Better::High,
        _ => false,
    }
}

fn scale(event: &Event) -> Option<String> {
    let Body::SurveyAnswered(answer) = &event.body else { return None };
    let usual = answer.kind.usual_scale() == (answer.scale_min, answer.scale_max);
    (!usual).then(|| format!("scale={}..{}", answer.scale_min, answer.scale_max))
}

/// A value as a line writes it.
fn shown(value: &Value) -> String {
    match value {
        Value::List(tags) => lists::write_tags(tags),
        Value::Ratings(ratings) => lists::write_ratings(ratings),
        other => quote(&plain(other), VALUE),
    }
}

/// A value as plain text.
fn plain(value: &Value) -> Text {
    match value {
        Value::Text(text) => text.clone(),
        Value::Int(number) => Arc::from(number.to_string()),
        Value::Float(number) => Arc::from(number.to_string()),
        Value::Bool(flag) => Arc::from(flag.to_string()),
        Value::Decimal(number) => Arc::from(number.to_string()),
        Value::List(list) => Arc::from(list.join(";")),
        Value::Ratings(ratings) => Arc::from(lists::write_ratings(ratings)),
        Value::Other(text) => Arc::from(text.as_str()),
    }
}

/// Appends lines with their columns two spaces apart.
fn push_aligned(out: &mut String, lines: &[[String; 4]]) {
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    for [time, actor, verb, rest] in lines {
        let line = format!("{time:<0$}  {actor:<1$}  {verb:<2$}  {rest}", widths[0], widths[1], widths[2]);
        out.push_str(line.trim_end_matches(' '));
        out.push('\n');
    }
}
