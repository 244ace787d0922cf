//! How a conversation's attributes, status and schedule moved: the state after each of its events.
//!
//! One pass; everything else reads it. Events from before the creation act at the creation, so that no clock runs backwards.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Customer;
use crate::calendar::Calendar;
use crate::condition::{Attribute, Attributes};
use crate::event::{ActorKind, Body, Cause, Decimal, Event, Instant, Opened, Origin, Status, Text};
use crate::facts::{At, ColumnType, Dims, Own, ProblemFact};
use crate::fold::timelines::{Timeline, problem};
use crate::rules::Rules;

/// One event of a conversation and the state after it.
#[derive(Debug, Clone)]
pub(crate) struct Step<'a> {
    /// The event.
    pub(crate) event: &'a Event,
    /// When it acts, in seconds: its instant, but never before the creation.
    pub(crate) at: i64,
    /// It happened before the creation: a message of then is no question and no answer.
    pub(crate) early: bool,
    /// It belongs to a conversation that was merged into this one.
    pub(crate) adopted: bool,
    /// The status after it.
    pub(crate) status: Status,
    /// Why the status moved, if this event moved it.
    pub(crate) moved: Option<Cause>,
    /// The attributes after it.
    pub(crate) dims: Arc<Dims>,
    /// The explicit due date after it.
    pub(crate) due_at: Option<i64>,
}

/// The history of one conversation.
pub(crate) struct History<'a> {
    /// When it was opened, in seconds.
    pub(crate) created_at: i64,
    /// Who began it.
    pub(crate) origin: Origin,
    /// Its customer.
    pub(crate) customer: Option<Text>,
    /// The conversation that it follows up.
    pub(crate) parent: Option<Text>,
    /// Its events in order.
    pub(crate) steps: Vec<Step<'a>>,
    /// The calendar in force from each second on; the first piece reaches back for ever.
    pieces: Vec<(i64, Option<&'a Calendar>)>,
}

/// What a condition sees of a conversation.
pub(crate) struct View<'v> {
    pub(crate) dims: &'v Dims,
    pub(crate) status: Status,
    pub(crate) origin: Origin,
    pub(crate) customer: Option<&'v Text>,
    pub(crate) rules: &'v Rules,
}

impl Attributes for View<'_> {
    fn get(&self, name: &str) -> Option<Attribute<'_>> {
        let dims = self.dims;
        Some(match name {
            "channel" => text(dims.channel.as_ref()),
            "brand" => text(dims.brand.as_ref()),
            "team" => text(dims.team.as_ref()),
            "agent" => text(dims.owner.as_ref()),
            "priority" => text(dims.priority.as_ref()),
            "reason" => text(dims.reason.as_ref()),
            "language" => text(dims.language.as_ref()),
            "segment" => text(dims.segment.as_ref()),
            "customer" => text(self.customer),
            "tags" | "tag" => Attribute::List(&dims.tags),
            "origin" => Attribute::Text(self.origin.name()),
            "status" => Attribute::Text(self.status.name()),
            "state" => Attribute::Text(self.status.class().name()),
            own => {
                let index = self.rules.fields.iter().position(|field| field.name == own)?;
                match dims.own.get(index).and_then(Option::as_ref) {
                    Some(Own::Text(value)) => Attribute::Text(value),
                    Some(Own::Int(value)) => Attribute::Number(*value as f64),
                    Some(Own::Decimal(value)) => Attribute::Number(value.to_f64()),
                    Some(Own::Bool(value)) => Attribute::Bool(*value),
                    Some(Own::Instant(at)) => Attribute::Number(at.0 as f64),
                    None => Attribute::Null,
                }
            }
        })
    }
}

fn text(value: Option<&Text>) -> Attribute<'_> {
    value.map_or(Attribute::Null, |text| Attribute::Text(text))
}

impl<'a> History<'a> {
    /// From a conversation's own events in order, at least one.
    pub(crate) fn new(
        events: &[&'a Event],
        rules: &'a Rules,
        customers: &dyn Fn(&Text) -> Option<&'a Customer>,
        problems: &mut Vec<ProblemFact>,
    ) -> Self {
        let (ordered, opened) = ordered(events);
        let created = ordered[0];
        if opened.is_none() {
            problems.push(problem("no_opened", created, None));
        }
        let created_at = created.at.seconds();
        let origin = opened.and_then(|opened| opened.origin).unwrap_or_else(|| origin_of(created, opened.is_some()));
        let customer = ordered.iter().find_map(|event| customer_of(event));
        let profile = customer.as_ref().and_then(customers);
        let mut state = State {
            rules,
            profile,
            status: Status::New,
            dims: Dims { own: vec![None; rules.fields.len()], ..Dims::default() },
            shared: Arc::new(Dims::default()),
            schedule: None,
            due_at: None,
        };
        let mut history = Self {
            created_at,
            origin,
            customer,
            parent: opened.and_then(|opened| opened.parent.clone()),
            steps: Vec::with_capacity(ordered.len()),
            pieces: Vec::new(),
        };
        for (index, event) in ordered.into_iter().enumerate() {
            let early = event.at < created.at;
            if early {
                problems.push(problem("before_creation", event, None));
            }
            let at = event.at.seconds().max(created_at);
            let repeated = index > 0 && matches!(event.body, Body::Opened(_));
            if repeated {
                problems.push(problem("opened_twice", event, None));
            }
            let moved = state.apply(event, at, repeated, problems);
            history.note_calendar(at, &state);
            history.steps.push(Step {
                event,
                at,
                early,
                adopted: false,
                status: state.status,
                moved,
                dims: state.shared.clone(),
                due_at: state.due_at,
            });
        }
        history
    }

    /// The calendar that serves the conversation from this second on.
    fn note_calendar(&mut self, at: i64, state: &State<'a>) {
        let rules = state.rules;
        let name = state.schedule.as_deref().or(rules.default_schedule());
        let view = View { dims: &state.dims, status: state.status, origin: self.origin, customer: self.customer.as_ref(), rules };
        let calendar = name.and_then(|name| rules.calendars().serving(name, &view));
        match self.pieces.last_mut() {
            Some((_, last)) if same_calendar(*last, calendar) => {}
            Some((from, last)) if *from == at => *last = calendar,
            _ => self.pieces.push((at, calendar)),
        }
    }

    /// Open seconds between two instants, over every schedule in force between them; `None` where there is none.
    pub(crate) fn open_seconds(&self, from: i64, to: i64) -> Option<i64> {
        let mut sum = 0;
        for (piece_from, piece_to, calendar) in self.pieces(from, to) {
            let calendar = calendar?;
            // Before a schedule's first version there is none: business time is unknown, not zero.
            if piece_from < piece_to && !calendar.in_force(piece_from) {
                return None;
            }
            sum += calendar.open_seconds(piece_from, piece_to);
        }
        Some(sum)
    }

    /// Whether the schedule is open at an instant.
    pub(crate) fn is_open(&self, at: i64) -> Option<bool> {
        let (_, _, calendar) = self.pieces(at, at).next()?;
        calendar.filter(|calendar| calendar.in_force(at)).map(|calendar| calendar.is_open(at))
    }

    /// The calendars in force between two instants, with their bounds; one piece at least.
    pub(crate) fn pieces(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, i64, Option<&'a Calendar>)> + '_ {
        let first = self.pieces.partition_point(|(begins, _)| *begins <= from).saturating_sub(1);
        let inside = move |(index, (begins, _)): &(usize, &(i64, Option<&'a Calendar>))| *index == first || *begins < to;
        self.pieces.iter().enumerate().skip(first).take_while(inside).map(move |(index, (begins, calendar))| {
            let ends = self.pieces.get(index + 1).map_or(i64::MAX, |next| next.0);
            let begins = if index == first { from } else { *begins };
            (begins, ends.min(to), *calendar)
        })
    }
}

fn same_calendar(a: Option<&Calendar>, b: Option<&Calendar>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => std::ptr::eq(a, b),
        (None, None) => true,
        _ => false,
    }
}

/// How a conversation began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// The conversation.
    pub conversation: Text,
    /// Its customer.
    pub customer: Option<Text>,
    /// Its creation, in seconds.
    pub created_at: i64,
    /// Who began it.
    pub origin: Origin,
}

/// How each conversation of a timeline began, merged ones too, by conversation.
pub fn beginnings(timeline: &Timeline) -> Vec<Beginning> {
    let mut own: BTreeMap<&Text, Vec<&Event>> = BTreeMap::new();
    for event in &timeline.events {
        if let Some(conversation) = &event.conversation {
            own.entry(conversation).or_default().push(event);
        }
    }
    let begin = |(conversation, events): (&Text, Vec<&Event>)| {
        let (ordered, opened) = ordered(&events);
        let origin = opened.and_then(|opened| opened.origin).unwrap_or_else(|| origin_of(ordered[0], opened.is_some()));
        Beginning {
            conversation: conversation.clone(),
            customer: ordered.iter().find_map(|event| customer_of(event)),
            created_at: ordered[0].at.seconds(),
            origin,
        }
    };
    own.into_iter().map(begin).collect()
}

/// A conversation's events, its opening first if it has one.
fn ordered<'e>(events: &[&'e Event]) -> (Vec<&'e Event>, Option<&'e Opened>) {
    let mut ordered: Vec<&'e Event> = events.to_vec();
    let opening = |event: &&Event| matches!(event.body, Body::Opened(_));
    let Some(index) = ordered.iter().position(opening) else { return (ordered, None) };
    let event = ordered.remove(index);
    ordered.insert(0, event);
    match &event.body {
        Body::Opened(opened) => (ordered, Some(opened)),
        _ => (ordered, None),
    }
}

/// The customer that an event names: outright, or as the one who speaks.
pub(crate) fn customer_of(event: &Event) -> Option<Text> {
    let speaks = matches!(event.body, Body::Opened(_) | Body::Message(_)) && event.actor_kind == ActorKind::Customer;
    event.customer.clone().or_else(|| if speaks { event.actor.clone() } else { None })
}

/// Who began a conversation whose opening does not say.
fn origin_of(event: &Event, opened: bool) -> Origin {
    // Without an opening only what the customer says is the customer's beginning: a rating or a reopening had one before it.
    let speaks = opened || matches!(event.body, Body::Message(_) | Body::Call(_));
    match event.actor_kind {
        ActorKind::Customer if speaks => Origin::Customer,
        ActorKind::Agent | ActorKind::LightAgent => Origin::Agent,
        _ if opened => Origin::System,
        _ => Origin::Import,
    }
}

/// The moving state.
struct State<'a> {
    rules: &'a Rules,
    profile: Option<&'a Customer>,
    status: Status,
    dims: Dims,
    shared: Arc<Dims>,
    schedule: Option<Text>,
    due_at: Option<i64>,
}

impl State<'_> {
    /// Applies one event. Returns why the status moved, if it did.
    fn apply(&mut self, event: &Event, at: i64, repeated: bool, problems: &mut Vec<ProblemFact>) -> Option<Cause> {
        let mut moved = None;
        match &event.body {
            Body::Opened(opened) if !repeated => self.open(opened),
            Body::Status(change) => {
                if change.status != self.status {
                    moved = Some(change.cause.unwrap_or_else(|| cause_of(event.actor_kind)));
                    self.status = change.status;
                }
                if change.status == Status::Merged && change.into.is_none() {
                    problems.push(problem("merged_into_nothing", event, None));
                }
            }
            Body::Assigned(assigned) => {
                self.dims.owner.clone_from(&assigned.agent);
                if assigned.team.is_some() {
                    self.dims.team.clone_from(&assigned.team);
                }
            }
            Body::Field(change) => self.set(&change.field, change.value.as_ref(), event, problems),
            _ => {}
        }
        if let Some(profile) = self.profile {
            let segment = profile.segments.iter().rev().find(|(from, _)| *from <= at).and_then(|(_, segment)| segment.clone());
            self.dims.segment = segment;
        }
        if *self.shared != self.dims {
            self.shared = Arc::new(self.dims.clone());
        }
        moved
    }

    fn open(&mut self, opened: &Opened) {
        let dims = &mut self.dims;
        let fill = |slot: &mut Option<Text>, value: &Option<Text>| {
            if slot.is_none() {
                slot.clone_from(value);
            }
        };
        fill(&mut dims.channel, &opened.channel);
        fill(&mut dims.brand, &opened.brand);
        fill(&mut dims.team, &opened.team);
        fill(&mut dims.priority, &opened.priority);
        fill(&mut dims.reason, &opened.reason);
        fill(&mut dims.language, &opened.language);
        if dims.tags.is_empty() {
            dims.tags.clone_from(&opened.tags);
        }
    }

    fn set(&mut self, field: &Text, value: Option<&Text>, event: &Event, problems: &mut Vec<ProblemFact>) {
        let dims = &mut self.dims;
        match &**field {
            "channel" => dims.channel = value.cloned(),
            "brand" => dims.brand = value.cloned(),
            "team" => dims.team = value.cloned(),
            "priority" => dims.priority = value.cloned(),
            "reason" => dims.reason = value.cloned(),
            "language" => dims.language = value.cloned(),
            "schedule" => {
                if let Some(name) = value.filter(|name| !self.rules.calendars().names().contains(&&***name)) {
                    problems.push(problem("unknown_schedule", event, Some(name.clone())));
                } else {
                    self.schedule = value.cloned();
                }
            }
            "tags" => {
                let mut tags: Vec<Text> =
                    value.map_or_else(Vec::new, |text| text.split(';').map(|tag| Text::from(tag.trim())).collect());
                tags.retain(|tag| !tag.is_empty());
                tags.sort();
                tags.dedup();
                dims.tags = tags;
            }
            "due_at" => match value.map(|text| instant(text)) {
                None => self.due_at = None,
                Some(Some(at)) => self.due_at = Some(at.seconds()),
                Some(None) => problems.push(problem("unreadable_due_at", event, value.cloned())),
            },
            own => match self.rules.fields.iter().position(|declared| declared.name == own) {
                None => problems.push(problem("unknown_field", event, Some(field.clone()))),
                Some(index) => match value {
                    None => dims.own[index] = None,
                    Some(text) => match own_value(self.rules.fields[index].ty, text) {
                        Some(read) => dims.own[index] = Some(read),
                        None => problems.push(problem("unreadable_field", event, Some(text.clone()))),
                    },
                },
            },
        }
    }
}

/// Why a status moved, where the event does not say.
fn cause_of(actor: ActorKind) -> Cause {
    match actor {
        ActorKind::Customer => Cause::Customer,
        ActorKind::Agent | ActorKind::LightAgent => Cause::Agent,
        ActorKind::Bot => Cause::Bot,
        ActorKind::Rule => Cause::Rule,
        ActorKind::System => Cause::System,
    }
}

fn instant(text: &str) -> Option<Instant> {
    match text.parse::<i64>() {
        Ok(ms) => Some(Instant(ms)),
        Err(_) => text.parse::<jiff::Timestamp>().ok().map(|at| Instant(at.as_millisecond())),
    }
}

fn own_value(ty: ColumnType, text: &Text) -> Option<Own> {
    Some(match ty {
        ColumnType::Text | ColumnType::List => Own::Text(text.clone()),
        ColumnType::Int => Own::Int(text.trim().parse().ok()?),
        ColumnType::Decimal => Own::Decimal(Decimal::parse(text.trim())?),
        ColumnType::Instant => Own::Instant(At(instant(text)?.seconds())),
        ColumnType::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Own::Bool(true),
            "false" | "0" | "no" => Own::Bool(false),
            _ => return None,
        },
    })
}
