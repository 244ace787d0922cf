//! Text becomes events: line by line, with every problem reported at its place.
//!
//! A line is turned into a flat record, and [`record::read`] decides whether that is an event; this file only knows the sentence's
//! shape. A line with a problem gives no event, yet keeps its number, so that the automatic ids of the others do not move.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::automatic::{self, Automatic};
use super::verbs::{COMMON_KEYS, HEADER_KEYS, VERBS, Verb, Words};
use super::words::{Word, find, split_line, split_once, unquote};
use super::{ParseOptions, lists, times};
use crate::diagnostic::{Diagnostic, Place, near_name};
use crate::event::fields::FieldId;
use crate::event::record::{self, Defaults, Problem, Record, Value};
use crate::event::{ActorKind, Event, Instant, Text};

/// Reads a text in the notation: its events in the order of lines, and all its problems.
pub fn parse(text: &str, options: &ParseOptions) -> (Vec<Event>, Vec<Diagnostic>) {
    let mut parser = Parser {
        options,
        defaults: Defaults { source: options.source.clone() },
        scope: Scope { conversation: Some(Arc::from("c1")), zone: options.zone.clone(), customer: None, opening: Vec::new() },
        automatic: Automatic::default(),
        previous: None,
        line: 0,
        events: Vec::new(),
        diagnostics: Vec::new(),
    };
    for line in text.lines() {
        parser.line = parser.line.saturating_add(1);
        match split_line(line) {
            Ok(words) => parser.words(&words),
            Err(column) => {
                parser.report("unclosed-quote", column, "a quote is not closed", "close it with `\"` on the same line")
            }
        }
    }
    (parser.events, parser.diagnostics)
}

struct Parser<'a> {
    options: &'a ParseOptions,
    defaults: Defaults,
    scope: Scope,
    automatic: Automatic,
    previous: Option<Instant>,
    line: u32,
    events: Vec<Event>,
    diagnostics: Vec<Diagnostic>,
}

/// What a header says about the lines under it.
struct Scope {
    conversation: Option<Text>,
    zone: TimeZone,
    customer: Option<Text>,
    /// Defaults of `opens`.
    opening: Vec<(&'static str, Value)>,
}

/// The record of one line. A field that is written empty is there without a value: it says that a default does not apply.
#[derive(Default)]
struct Line {
    fields: Vec<(&'static str, Option<Value>, u32)>,
}

impl Line {
    fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, ..)| *field == name)
    }

    fn fill(&mut self, name: &'static str, value: Option<Value>) {
        if !self.has(name) {
            self.fields.push((name, value, 0));
        }
    }

    fn fill_text(&mut self, name: &'static str, text: Option<Text>) {
        self.fill(name, text.map(Value::Text));
    }
}

impl Record for Line {
    fn get(&self, field: FieldId) -> Option<Value> {
        self.fields.iter().find(|(name, ..)| *name == field.name()).and_then(|(_, value, _)| value.clone())
    }
}

impl Parser<'_> {
    fn words(&mut self, words: &[Word<'_>]) {
        match words {
            [] => {}
            [first, rest @ ..] if first.raw == "conversation" => match rest {
                [id, keys @ ..] if find(id.raw, '=').is_none() => {
                    let conversation = self.text(id, id.raw).filter(|id| !id.is_empty());
                    self.header(conversation, keys, HEADER_KEYS);
                }
                _ => self.report(
                    "bad-header",
                    first.column,
                    "the conversation has no id",
                    "write it like `conversation 7  channel=email`",
                ),
            },
            [no, second, keys @ ..] if no.raw == "no" && second.raw == "conversation" => self.header(None, keys, &[]),
            _ => self.event(words),
        }
    }

    fn header(&mut self, conversation: Option<Text>, words: &[Word<'_>], allowed: &[(&'static str, &'static str)]) {
        self.scope = Scope { conversation, zone: self.options.zone.clone(), customer: None, opening: Vec::new() };
        let names: Vec<&str> = allowed.iter().map(|(key, _)| *key).chain(["customer", "zone"]).collect();
        for word in words {
            let Some((key, raw)) = split_once(word.raw, '=') else {
                self.report(
                    "bad-word",
                    word.column,
                    format!("`{}` is not a key and a value", word.raw),
                    "write it like `channel=email`",
                );
                continue;
            };
            let at = value_word(word, raw);
            match allowed.iter().find(|(name, _)| *name == key) {
                Some((_, field)) => {
                    if let Some(value) = self.value(field, &at) {
                        self.scope.opening.push((field, value));
                    }
                }
                None if key == "customer" => self.scope.customer = self.text(&at, raw).filter(|id| !id.is_empty()),
                None if key == "zone" => match self.text(&at, raw).map(|name| TimeZone::get(&name)) {
                    Some(Ok(zone)) => self.scope.zone = zone,
                    Some(Err(_)) => {
                        let message = format!("`{raw}` is not a time zone");
                        self.report("unknown-zone", at.column, message, "write an IANA name such as `Europe/Berlin`");
                    }
                    None => {}
                },
                None => self.unknown_key(word.column, key, "a header", &names),
            }
        }
    }

    fn event(&mut self, words: &[Word<'_>]) {
        let id = self.automatic.next_id();
        let problems_before = self.diagnostics.len();
        let at = match times::read(words, &self.scope.zone, self.previous) {
            Ok(at) => Some(at),
            Err(bad) => {
                self.report(bad.code, bad.column, bad.message, bad.hint);
                None
            }
        };
        self.previous = at.or(self.previous);
        let Some([actor, verb_word, rest @ ..]) = words.get(times::word_count(&words[0])..) else {
            if at.is_some() {
                self.report(
                    "short-line",
                    words[0].column,
                    "a line needs a time, an actor and a verb",
                    "write it like `mon 09:40  ana  says`",
                );
            }
            return;
        };
        let mut line = Line::default();
        let kind = self.actor(actor, &mut line);
        let Some(verb) = VERBS.iter().find(|verb| verb.word == verb_word.raw) else {
            let hint = match near_name(verb_word.raw, VERBS.iter().map(|verb| verb.word)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "a line is a time, an actor and a verb, such as `mon 09:40  ana  says`".to_owned(),
            };
            return self.report("unknown-verb", verb_word.column, format!("`{}` is not a verb", verb_word.raw), hint);
        };
        let rest = self.behind_verb(verb, verb_word, rest, &mut line);
        for word in rest {
            self.pair(verb, word, &mut line);
        }
        let (Some(at), Some(kind)) = (at, kind) else { return };
        self.fill_gaps(verb, kind, at, id, &mut line);
        match record::read(&line, &self.defaults) {
            Ok(event) if self.diagnostics.len() == problems_before => {
                self.automatic.taken(&event.conversation, event.at, event.seq);
                self.events.push(event);
            }
            Ok(_) => {}
            Err(problems) => {
                for problem in problems {
                    self.problem(problem, verb, verb_word.column, &line);
                }
            }
        }
    }

    /// Reads `customer`, `bot:7`, `agent:"ana maria"` or `ana` into the record.
    fn actor(&mut self, word: &Word<'_>, line: &mut Line) -> Option<ActorKind> {
        let (form, id) = match split_once(word.raw, ':') {
            Some((form, id)) => (form, Some(id)),
            None => (word.raw, None),
        };
        let (kind, raw_id) = match (actor_kind(form), id) {
            (Some(kind), id) => (kind, id),
            (None, None) if find(word.raw, '=').is_none() => (ActorKind::Agent, Some(form)),
            _ => {
                let hint = match near_name(form, ACTOR_FORMS.iter().map(|(form, _)| *form)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        "an actor is customer, bot, rule, system, light or agent, with `:` and an id where it has one".to_owned()
                    }
                };
                self.report("unknown-actor", word.column, format!("`{}` is not an actor", word.raw), hint);
                return None;
            }
        };
        let id = match raw_id {
            Some(raw) => Some(self.text(word, raw)?),
            None => None,
        };
        line.fill("actor_kind", Some(Value::Text(Arc::from(kind.name()))));
        line.fill_text("actor", id.filter(|id| !id.is_empty()));
        Some(kind)
    }

    /// Reads what the verb expects right behind itself; gives the words after that.
    fn behind_verb<'w, 't>(&mut self, verb: &Verb, place: &Word<'_>, rest: &'w [Word<'t>], line: &mut Line) -> &'w [Word<'t>] {
        line.fields.push(("type", Some(Value::Text(Arc::from(verb.type_name))), place.column));
        for (field, value) in verb.fixed {
            line.fill_text(field, Some(Arc::from(*value)));
        }
        let first = rest.first();
        let pair = first.and_then(|word| split_once(word.raw, '='));
        match (verb.words, first) {
            (Words::Pair(name, value), Some(word)) => {
                let Some((key, raw)) = pair else {
                    self.report("bad-word", word.column, format!("`{}` is not a name and a value", word.raw), example(verb));
                    return &rest[1..];
                };
                let key = self.text(word, key);
                let at = value_word(word, raw);
                let text = self.text(&at, raw);
                line.fields.push((name, key.map(Value::Text), word.column));
                line.fields.push((value, text.filter(|text| !text.is_empty()).map(Value::Text), at.column));
                &rest[1..]
            }
            (Words::Value(field), Some(word)) if pair.is_none() => {
                let text = self.text(word, word.raw);
                line.fields.push((field, text.map(Value::Text), word.column));
                &rest[1..]
            }
            (Words::Seconds(field), Some(word)) if pair.is_none() => {
                let ms = times::read_duration(word.raw).filter(|ms| ms % 1000 == 0);
                let seconds = ms.and_then(|ms| i64::try_from(ms / 1000).ok());
                if seconds.is_none() {
                    let message = format!("`{}` is not a duration of whole seconds", word.raw);
                    self.report("bad-duration", word.column, message, "write it like `5m`, `1h30m` or `45s`");
                }
                line.fields.push((field, seconds.map(Value::Int), word.column));
                &rest[1..]
            }
            (Words::Nobody, Some(word)) if word.raw == "nobody" => &rest[1..],
            (Words::Nobody, None) => {
                self.report(
                    "missing-field",
                    place.column,
                    format!("`{}` does not say who", verb.word),
                    "add agent=, team= or `nobody`",
                );
                rest
            }
            _ => rest,
        }
    }

    /// Reads `key=value`, or the quoted text of a verb that takes one.
    fn pair(&mut self, verb: &Verb, word: &Word<'_>, line: &mut Line) {
        let Some((key, raw)) = split_once(word.raw, '=') else {
            return self.loose_text(verb, word, line);
        };
        let Some((_, field)) = verb.keys.iter().chain(COMMON_KEYS).find(|(name, _)| *name == key) else {
            let names: Vec<&str> = verb.keys.iter().chain(COMMON_KEYS).map(|(name, _)| *name).collect();
            return self.unknown_key(word.column, key, &format!("`{}`", verb.word), &names);
        };
        let at = value_word(word, raw);
        if *field == "scale" {
            match lists::read_scale(raw) {
                Some(_) if line.has("scale_min") => self.repeated(word, key),
                Some((low, high)) => {
                    line.fields.push(("scale_min", Some(Value::Decimal(low)), at.column));
                    line.fields.push(("scale_max", Some(Value::Decimal(high)), at.column));
                }
                None => self.report("unreadable", at.column, format!("`{raw}` is not a scale"), "write it like `scale=1..5`"),
            }
        } else if line.has(field) {
            self.repeated(word, key);
        } else {
            let value = self.value(field, &at);
            line.fields.push((field, value, at.column));
        }
    }

    fn loose_text(&mut self, verb: &Verb, word: &Word<'_>, line: &mut Line) {
        let quoted = word.raw.starts_with('"');
        match verb.words {
            Words::Ignored if quoted => {
                self.text(word, word.raw);
            }
            Words::Counted(field) if quoted => {
                if line.has(field) {
                    return self.repeated(word, field);
                }
                if let Some(text) = self.text(word, word.raw) {
                    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
                    line.fields.push((field, Some(Value::Int(length)), word.column));
                }
            }
            _ => {
                self.report("bad-word", word.column, format!("`{}` has no place behind `{}`", word.raw, verb.word), example(verb))
            }
        }
    }

    /// Fills in what the line leaves out.
    fn fill_gaps(&mut self, verb: &Verb, kind: ActorKind, at: Instant, id: Text, line: &mut Line) {
        let conversation = self.scope.conversation.clone();
        let opens = verb.type_name == "opened";
        if opens {
            for (field, value) in &self.scope.opening {
                line.fill(field, Some(value.clone()));
            }
        }
        let actor = match line.get(FieldId::of("actor")) {
            Some(Value::Text(actor)) => Some(actor),
            _ => None,
        };
        line.fill_text("customer", automatic::customer(kind, &actor, opens, &self.scope.customer));
        if let (Some(Value::Text(survey)), true) = (line.get(FieldId::of("kind")), verb.type_name.starts_with("survey_")) {
            line.fill_text("survey", automatic::survey(&conversation, &survey));
        }
        line.fill("at", Some(Value::Int(at.0)));
        line.fill("seq", Some(Value::Int(self.automatic.seq(&conversation, at))));
        // An empty `id=` says nothing, so the automatic one stands; the record would take a digest instead.
        if line.get(FieldId::of("id")).is_none() {
            line.fields.retain(|(field, ..)| *field != "id");
            line.fill_text("id", Some(id));
        }
        line.fill_text("conversation", conversation);
    }

    /// The value of a key; `None` where it is empty or cannot be read.
    fn value(&mut self, field: &str, word: &Word<'_>) -> Option<Value> {
        if word.raw.is_empty() {
            return None;
        }
        match field {
            "tags" => match lists::read_tags(word.raw) {
                Ok(tags) => Some(Value::List(tags)),
                Err(escape) => {
                    self.bad_escape(word, &escape);
                    None
                }
            },
            "ratings" => {
                let ratings = lists::read_ratings(word.raw).map(Value::Ratings);
                if ratings.is_none() {
                    let hint = "write it like `ratings=tone:2:4/0..5,safety:1:-/0..1!`: category, weight, rating or `-`, scale, `!` if critical";
                    self.report("unreadable", word.column, format!("`{}` is not a list of ratings", word.raw), hint);
                }
                ratings
            }
            _ => self.text(word, word.raw).filter(|text| !text.is_empty()).map(Value::Text),
        }
    }

    fn text(&mut self, word: &Word<'_>, raw: &str) -> Option<Text> {
        match unquote(raw) {
            Ok(text) => Some(Arc::from(text)),
            Err(escape) => {
                self.bad_escape(word, &escape);
                None
            }
        }
    }

    fn bad_escape(&mut self, word: &Word<'_>, escape: &str) {
        let hint = "escapes are \\\" \\\\ \\n \\r \\t and \\u{1b}";
        self.report("bad-escape", word.column, format!("`{escape}` is not an escape"), hint);
    }

    fn repeated(&mut self, word: &Word<'_>, key: &str) {
        self.report("repeated-key", word.column, format!("`{key}` is said twice"), "keep one of them");
    }

    fn unknown_key(&mut self, column: u32, key: &str, whose: &str, names: &[&str]) {
        let hint = match near_name(key, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}", names.join(", ")),
        };
        self.report("unknown-key", column, format!("{whose} has no key `{key}`"), hint);
    }

    /// Says a record's problem in the words of the line.
    fn problem(&mut self, problem: Problem, verb: &Verb, verb_column: u32, line: &Line) {
        let field = problem.field.as_str();
        let key = match field {
            "scale_min" | "scale_max" => "scale",
            _ => verb.keys.iter().find(|(_, name)| *name == field).map_or(field, |(key, _)| *key),
        };
        let column = line
            .fields
            .iter()
            .find(|(name, _, column)| *name == field && *column > 0)
            .map_or(verb_column, |(.., column)| *column);
        let said =
            |earlier: &Diagnostic| earlier.place.as_ref().is_some_and(|place| (place.line, place.column) == (self.line, column));
        if problem.code == "missing-field" && self.diagnostics.iter().any(said) {
            return; // It is there, and why it cannot be read has been said.
        }
        let (reason, advice) = problem.reason.split_once(": ").unwrap_or((&problem.reason, ""));
        let value = if problem.value.is_empty() { String::new() } else { format!(" `{}`", problem.value) };
        let hint = if problem.code == "missing-field" || advice.is_empty() { example(verb) } else { advice.to_owned() };
        let colon = if reason.starts_with("the ") { ":" } else { "" };
        self.report(problem.code, column, format!("{key}{value}{colon} {reason}"), hint);
    }

    fn report(&mut self, code: &'static str, column: u32, message: impl Into<String>, hint: impl Into<String>) {
        let place = Place { file: self.options.file.clone(), line: self.line, column };
        self.diagnostics.push(Diagnostic::error(code, message).at(place).hint(hint));
    }
}

/// How actors are written, and what they are.
pub(super) const ACTOR_FORMS: &[(&str, ActorKind)] = &[
    ("customer", ActorKind::Customer),
    ("agent", ActorKind::Agent),
    ("light", ActorKind::LightAgent),
    ("bot", ActorKind::Bot),
    ("rule", ActorKind::Rule),
    ("system", ActorKind::System),
];

fn actor_kind(form: &str) -> Option<ActorKind> {
    ACTOR_FORMS.iter().find(|(name, _)| *name == form).map(|(_, kind)| *kind)
}

/// The part of a word behind its equals sign, with its own column.
fn value_word<'a>(word: &Word<'a>, raw: &'a str) -> Word<'a> {
    let before = word.raw[..word.raw.len() - raw.len()].chars().count();
    Word { raw, column: word.column.saturating_add(u32::try_from(before).unwrap_or(u32::MAX)) }
}

fn example(verb: &Verb) -> String {
    format!("write it like `{}`", verb.example)
}
