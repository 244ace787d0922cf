//! The second fold: one customer's conversations and orders become links between them.
//!
//! A recontact is the customer's next conversation begun by the customer after a resolution. An order counts for the most recently
//! created conversation that a person had answered before it, and once only. Windows belong to the questions, not here.

use std::collections::BTreeMap;

use super::beginning::{Beginning, beginnings};
use super::timelines::{Key, Timeline};
use super::{Customer, People};
use crate::event::{Body, Decimal, Event, Origin, Text};
use crate::facts::{At, Common, Conversation, CustomerLink, Facts, OrderFact};

/// A conversation as its customer's timeline sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerCase {
    /// The shared columns of its row.
    pub common: Common,
    /// Its creation in seconds.
    pub created_at: i64,
    /// Its last resolution.
    pub resolved_at: Option<i64>,
    /// Its first human reply.
    pub replied_at: Option<i64>,
}

/// An order as its customer's timeline sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerOrder {
    /// The order.
    pub order_id: Text,
    /// When it was placed.
    pub ordered_at: i64,
    /// What was paid.
    pub amount: Option<Decimal>,
    /// What came back.
    pub refunded_amount: Decimal,
    /// In which currency.
    pub currency: Option<Text>,
}

/// What conversations need to know of their customers, from all timelines that tell of them.
pub fn people<'t>(timelines: impl IntoIterator<Item = &'t Timeline>) -> People {
    let mut people = People::default();
    for timeline in timelines {
        match &timeline.key {
            Key::Conversation(_) => {
                for beginning in beginnings(timeline) {
                    people.begins(&beginning);
                }
            }
            Key::Customer(_) => {
                for event in &timeline.events {
                    people.profile(event);
                }
            }
            Key::Order(_) | Key::Agent(_) | Key::Survey(_) => {}
        }
    }
    for known in people.customers.values_mut() {
        // Of several at one instant the last event rules: the sort is stable.
        known.segments.sort_by_key(|(at, _)| *at);
    }
    people
}

impl People {
    /// Takes a conversation's beginning into account.
    pub fn begins(&mut self, beginning: &Beginning) {
        let Some(customer) = beginning.customer.as_ref().filter(|_| beginning.origin == Origin::Customer) else { return };
        let known = self.customers.entry(customer.clone()).or_default();
        let this = (beginning.created_at, beginning.conversation.clone());
        if known.first_conversation.as_ref().is_none_or(|first| this < *first) {
            known.first_conversation = Some(this);
        }
    }

    fn profile(&mut self, event: &Event) {
        let Body::Customer(profile) = &event.body else { return };
        let Some(customer) = event.customer.clone().or_else(|| event.actor.clone()) else { return };
        let segments = &mut self.customers.entry(customer).or_default().segments;
        segments.push((event.at.seconds(), profile.segment.clone()));
    }
}

/// Links one customer's conversations with each other and with the customer's orders. Neither needs to be in order.
pub fn customer_links(mut cases: Vec<CustomerCase>, mut orders: Vec<CustomerOrder>) -> Vec<CustomerLink> {
    cases.sort_by(|a, b| (a.created_at, &a.common.whole.conversation).cmp(&(b.created_at, &b.common.whole.conversation)));
    orders.sort_by(|a, b| (a.ordered_at, &a.order_id).cmp(&(b.ordered_at, &b.order_id)));
    let counts = |case: &CustomerCase| !matches!(case.common.whole.final_status, "spam" | "deleted" | "merged");
    let counted: Vec<usize> = (0..cases.len()).filter(|index| counts(&cases[*index])).collect();
    let begun: Vec<usize> = counted.iter().copied().filter(|index| !cases[*index].common.whole.proactive).collect();
    let credited = credited(&cases, &counted, &orders);
    let links = cases.iter().enumerate().map(|(index, case)| {
        let resolved_at = case.resolved_at.filter(|_| counts(case));
        let next =
            resolved_at.and_then(|resolved| begun.get(begun.partition_point(|other| cases[*other].created_at <= resolved)));
        let next = next.map(|next| &cases[*next]);
        let before = if counts(case) { counted.partition_point(|other| *other < index) } else { 0 };
        let previous = counted[..before].last().map(|previous| &cases[*previous]);
        let order = credited.get(&index);
        CustomerLink {
            common: Some(case.common.clone()),
            created_at: At(case.created_at),
            resolved_at: case.resolved_at.map(At),
            previous_conversation: previous.map(|previous| previous.common.whole.conversation.clone()),
            next_conversation: next.map(|next| next.common.whole.conversation.clone()),
            next_created_at: next.map(|next| At(next.created_at)),
            recontact_seconds: next.zip(case.resolved_at).map(|(next, resolved)| next.created_at - resolved),
            recontact_same_reason: next
                .map(|next| next.common.dims.reason == case.common.dims.reason && case.common.dims.reason.is_some()),
            replied_at: case.replied_at.map(At),
            order_id: order.map(|order| order.order_id.clone()),
            ordered_at: order.map(|order| At(order.ordered_at)),
            order_after_seconds: order.zip(case.replied_at).map(|(order, replied)| order.ordered_at - replied),
            order_amount: order.and_then(|order| order.amount),
            order_refunded_amount: order.map(|order| order.refunded_amount),
            order_currency: order.and_then(|order| order.currency.clone()),
        }
    });
    links.collect()
}

/// The first order of each conversation among those that it is credited with: each order goes to the most recently created
/// conversation that a person had answered before it.
fn credited<'o>(cases: &[CustomerCase], counted: &[usize], orders: &'o [CustomerOrder]) -> BTreeMap<usize, &'o CustomerOrder> {
    let mut replied: Vec<(i64, usize)> = counted.iter().filter_map(|index| Some((cases[*index].replied_at?, *index))).collect();
    replied.sort_unstable();
    let mut replied = replied.into_iter().peekable();
    let mut latest: Option<usize> = None;
    let mut credited = BTreeMap::new();
    for order in orders {
        while let Some((_, index)) = replied.next_if(|(at, _)| *at <= order.ordered_at) {
            latest = latest.max(Some(index));
        }
        if let Some(index) = latest {
            credited.entry(index).or_insert(order);
        }
    }
    credited
}

/// Links every customer among these facts.
pub(super) fn link(facts: &mut Facts) {
    let mut customers: BTreeMap<Text, (Vec<CustomerCase>, Vec<CustomerOrder>)> = BTreeMap::new();
    for (customer, case) in cases_of(facts) {
        customers.entry(customer).or_default().0.push(case);
    }
    for order in &facts.orders {
        if let Some((customer, order)) = CustomerOrder::of(order) {
            customers.entry(customer).or_default().1.push(order);
        }
    }
    for (cases, orders) in customers.into_values() {
        facts.customer_links.extend(customer_links(cases, orders));
    }
}

/// The conversations of known customers among these facts, as their customers' timelines see them: with the attributes of the last
/// resolution, for the reason is seldom known at the creation.
pub fn cases_of(facts: &Facts) -> Vec<(Text, CustomerCase)> {
    let mut resolved: BTreeMap<&Text, &Common> = BTreeMap::new();
    for common in facts.resolutions.iter().filter(|row| row.last).filter_map(|row| row.common.as_ref()) {
        resolved.insert(&common.whole.conversation, common);
    }
    let case = |row: &Conversation| {
        let created = row.common.as_ref()?;
        let common = resolved.get(&created.whole.conversation).copied().unwrap_or(created).clone();
        let case = CustomerCase {
            created_at: row.created_at.0,
            resolved_at: row.last_resolved_at.map(|at| at.0),
            replied_at: row.first_response_at.map(|at| at.0),
            common,
        };
        Some((created.whole.customer.clone()?, case))
    };
    facts.conversations.iter().filter_map(case).collect()
}

impl CustomerOrder {
    /// An order's row as its customer's timeline sees it.
    pub fn of(order: &OrderFact) -> Option<(Text, Self)> {
        let order_seen = Self {
            order_id: order.order_id.clone(),
            ordered_at: order.ordered_at.0,
            amount: order.amount,
            refunded_amount: order.refunded_amount,
            currency: order.currency.clone(),
        };
        Some((order.customer.clone()?, order_seen))
    }
}

impl Customer {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.first_conversation.is_none() && self.segments.is_empty()
    }
}
