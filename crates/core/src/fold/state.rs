//! The state of a conversation that its events move: status, attributes, schedule, due date; and what a condition sees of it.

use std::sync::Arc;

use super::Customer;
use super::timelines::problem;
use crate::condition::{Attribute, Attributes};
use crate::event::{ActorKind, Body, Cause, Decimal, Event, Instant, Opened, Origin, Status, Text};
use crate::facts::{At, ColumnType, Dims, Own, ProblemFact};
use crate::rules::Rules;

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

/// The moving state.
pub(super) struct State<'a> {
    pub(super) rules: &'a Rules,
    pub(super) profile: Option<&'a Customer>,
    pub(super) status: Status,
    pub(super) dims: Dims,
    pub(super) shared: Arc<Dims>,
    pub(super) schedule: Option<Text>,
    pub(super) due_at: Option<i64>,
}

impl State<'_> {
    /// Applies one event. Returns why the status moved, if it did.
    pub(super) fn apply(&mut self, event: &Event, at: i64, repeated: bool, problems: &mut Vec<ProblemFact>) -> Option<Cause> {
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
        let changes = matches!(&event.body, Body::Opened(_) | Body::Assigned(_) | Body::Field(_)) || self.profile.is_some();
        if changes && *self.shared != self.dims {
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
        ColumnType::Text | ColumnType::List | ColumnType::Ints => Own::Text(text.clone()),
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
