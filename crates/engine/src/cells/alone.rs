//! A timeline as a cell of its own, in memory: what a change is planned on where it stands in for stored rows and writes nothing.
//!
//! Such a cell holds all of its timeline and nothing else, so that nothing is carried over when it is replaced. It answers what a stored
//! cell answers, but exactly.

use std::collections::BTreeSet;

use deskgauge_core::event::{Body, Event, Status, Text};
use deskgauge_core::fold::CustomerCase;

use super::Stored;
use crate::facts_schema::TIMELINE;

/// A timeline of conversations, a customer or an agent.
#[derive(Debug, Default)]
pub(crate) struct Alone {
    /// The texts of its timelines: one, but for a customer and an order of one name.
    pub(crate) timelines: BTreeSet<String>,
    pub(crate) events: Vec<Stored>,
    /// Of a customer: the conversations, in the order of their names.
    pub(crate) cases: Vec<(Text, CustomerCase)>,
    /// The stored cell in which it lies; `None` where it is in memory only.
    pub(crate) from: Option<String>,
}

impl Alone {
    /// Whether it holds one of the values in one of the columns of events.
    pub(super) fn holds(&self, columns: &[(&str, i64)], values: &BTreeSet<String>) -> bool {
        columns.iter().any(|(column, _)| match *column {
            TIMELINE => self.timelines.iter().any(|timeline| values.contains(timeline)),
            column => self.events.iter().any(|stored| value(&stored.event, column).is_some_and(|value| values.contains(value))),
        })
    }

    /// What its timelines are found by: their texts, the conversations in them, and those that are merged into others.
    pub(crate) fn found_by(&self) -> BTreeSet<Text> {
        let mut found_by: BTreeSet<Text> = self.timelines.iter().map(|timeline| Text::from(timeline.as_str())).collect();
        for stored in &self.events {
            found_by.extend(stored.event.conversation.clone());
            found_by.extend(merged_into(&stored.event).map(Text::from));
        }
        found_by
    }

    /// Whether a version of it is a correction.
    pub(super) fn is_corrected(&self) -> bool {
        self.events.iter().any(|stored| stored.event.revision > 0)
    }
}

/// The value of an event in one of the columns by which cells are found.
fn value<'e>(event: &'e Event, column: &str) -> Option<&'e str> {
    match column {
        "conversation" => event.conversation.as_deref(),
        "customer" => event.customer.as_deref(),
        "id" => Some(&event.id),
        "merged_into" => merged_into(event),
        "order_id" => order_of(event),
        _ => None,
    }
}

/// The conversation into which an event merges its own.
pub(crate) fn merged_into(event: &Event) -> Option<&str> {
    match &event.body {
        Body::Status(change) if change.status == Status::Merged => change.into.as_deref(),
        _ => None,
    }
}

/// The order that an event is about.
pub(crate) fn order_of(event: &Event) -> Option<&str> {
    match &event.body {
        Body::Order(order) => Some(&order.order_id),
        Body::OrderChanged(change) => Some(&change.order_id),
        _ => None,
    }
}
