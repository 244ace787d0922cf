//! The second fold: one customer's conversations and orders become links between them.
//!
//! A recontact is the customer's next conversation begun by the customer after a resolution. An order counts for the most recently
//! created conversation that a person had answered before it, and once only; one that was cancelled or paid back in full counts for
//! none. Windows belong to the questions, not here.

use std::collections::BTreeMap;

use super::beginning::{Beginning, beginnings};
use super::matter::{Around, around};
use super::timelines::{Key, Timeline};
use super::{Customer, People};
use crate::event::{Body, Decimal, Event, Origin, Text};
use crate::facts::{At, Common, Conversation, CustomerLink, Facts, OrderFact, Resolution, Sale};

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
    /// The conversation that it follows up.
    pub parent: Option<Text>,
    /// Its first resolution.
    pub first_resolved_at: Option<i64>,
    /// Who made that.
    pub first_resolver: Option<&'static str>,
    /// Human public replies until then.
    pub touches_count: i64,
    /// Escalations until then.
    pub escalations_count: i64,
    /// Transfers until then.
    pub transfers_count: i64,
    /// When the customer came back to it.
    pub returned_at: Option<i64>,
    /// A bot's last public answer.
    pub bot_answered_at: Option<i64>,
    /// When people first had to do with it.
    pub people_at: Option<i64>,
    /// The customer's first message after the bot's last answer.
    pub customer_after_at: Option<i64>,
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
    /// It is a sale: neither cancelled nor paid back in full.
    pub sold: bool,
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
    // Of several at one instant the last event rules: the sort is stable.
    people.customers.values_mut().for_each(|known| known.segments.sort_by_key(|(at, _)| *at));
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

/// Links one customer's conversations with each other and with the customer's orders: adds rows of `customer_links` and `sales`.
/// Neither needs to be in order.
pub fn link_customer(mut cases: Vec<CustomerCase>, mut orders: Vec<CustomerOrder>, facts: &mut Facts) {
    cases.sort_by(|a, b| (a.created_at, &a.common.whole.conversation).cmp(&(b.created_at, &b.common.whole.conversation)));
    orders.sort_by(|a, b| (a.ordered_at, &a.order_id).cmp(&(b.ordered_at, &b.order_id)));
    let counts = CustomerCase::counts;
    let counted: Vec<usize> = (0..cases.len()).filter(|index| counts(&cases[*index])).collect();
    let begun: Vec<usize> = (0..cases.len()).filter(|index| cases[*index].begun()).collect();
    let around = around(&cases, &counted, &begun);
    let sales = sales(&cases, &counted, &orders);
    let mut first_sale: BTreeMap<usize, &CustomerOrder> = BTreeMap::new();
    for (index, order) in &sales {
        first_sale.entry(*index).or_insert(order);
        facts.sales.extend(sale(&cases[*index], order));
    }
    let sold: Vec<i64> = orders.iter().filter(|order| order.sold).map(|order| order.ordered_at).collect();
    let placed: Vec<i64> = orders.iter().map(|order| order.ordered_at).collect();
    let next_begun = |at: i64| begun.get(begun.partition_point(|other| cases[*other].created_at <= at)).map(|next| &cases[*next]);
    for (index, case) in cases.iter().enumerate() {
        let next = case.resolved_at.filter(|_| counts(case)).and_then(next_begun);
        let before = if counts(case) { counted.partition_point(|other| *other < index) } else { 0 };
        let previous = counted[..before].last().map(|previous| &cases[*previous]);
        let order = first_sale.get(&index);
        let bot_answered_at = case.bot_answered_at.filter(|_| counts(case));
        let last_before = |instants: &[i64]| {
            let earlier = instants.partition_point(|at| *at < case.created_at);
            instants[..earlier].last().copied().map(At)
        };
        let Around { again, matter, follow_up, same_reason } = around[index];
        facts.customer_links.push(CustomerLink {
            common: Some(case.common.clone()),
            created_at: At(case.created_at),
            resolved_at: case.resolved_at.map(At),
            previous_conversation: previous.map(|previous| previous.common.whole.conversation.clone()),
            next_conversation: next.map(|next| next.common.whole.conversation.clone()),
            next_created_at: next.map(|next| At(next.created_at)),
            recontact_seconds: next.zip(case.resolved_at).map(|(next, resolved)| next.created_at - resolved),
            recontact_same_reason: next
                .map(|next| next.common.dims.reason == case.common.dims.reason && case.common.dims.reason.is_some()),
            same_reason_seconds: same_reason,
            parent: case.parent.clone(),
            first_resolved_at: case.first_resolved_at.map(At),
            first_resolver: case.first_resolver,
            touches_count: case.touches_count,
            escalations_count: case.escalations_count,
            transfers_count: case.transfers_count,
            returned_at: case.returned_at.map(At),
            again_seconds: again,
            matter_seconds: matter,
            follow_up_seconds: follow_up,
            bot_answered_at: case.bot_answered_at.map(At),
            people_at: case.people_at.map(At),
            customer_after_at: case.customer_after_at.map(At),
            bot_recontact_seconds: bot_answered_at.and_then(|at| next_begun(at).map(|next| next.created_at - at)),
            last_ordered_at: last_before(&placed),
            last_bought_at: last_before(&sold),
            replied_at: case.replied_at.map(At),
            order_id: order.map(|order| order.order_id.clone()),
            ordered_at: order.map(|order| At(order.ordered_at)),
            order_after_seconds: order.zip(case.replied_at).map(|(order, replied)| order.ordered_at - replied),
            order_amount: order.and_then(|order| order.amount),
            order_refunded_amount: order.map(|order| order.refunded_amount),
            order_currency: order.and_then(|order| order.currency.clone()),
        });
    }
}

fn sale(case: &CustomerCase, order: &CustomerOrder) -> Option<Sale> {
    let replied_at = case.replied_at?;
    Some(Sale {
        common: Some(case.common.clone()),
        order_id: order.order_id.clone(),
        ordered_at: At(order.ordered_at),
        replied_at: At(replied_at),
        after_seconds: order.ordered_at - replied_at,
        order_amount: order.amount,
        order_refunded_amount: order.refunded_amount,
        order_currency: order.currency.clone(),
    })
}

/// Each order that is a sale with the most recently created conversation that a person had answered before it, in the order of the
/// orders; those before any reply are nobody's.
fn sales<'o>(cases: &[CustomerCase], counted: &[usize], orders: &'o [CustomerOrder]) -> Vec<(usize, &'o CustomerOrder)> {
    let mut replied: Vec<(i64, usize)> = counted.iter().filter_map(|index| Some((cases[*index].replied_at?, *index))).collect();
    replied.sort_unstable();
    let mut replied = replied.into_iter().peekable();
    let mut latest: Option<usize> = None;
    let mut sales = Vec::new();
    for order in orders.iter().filter(|order| order.sold) {
        while let Some((_, index)) = replied.next_if(|(at, _)| *at <= order.ordered_at) {
            latest = latest.max(Some(index));
        }
        sales.extend(latest.map(|index| (index, order)));
    }
    sales
}

/// Links every customer of these conversations and of the orders among these facts.
pub fn link(cases: Vec<(Text, CustomerCase)>, facts: &mut Facts) {
    let mut customers: BTreeMap<Text, (Vec<CustomerCase>, Vec<CustomerOrder>)> = BTreeMap::new();
    for (customer, case) in cases {
        customers.entry(customer).or_default().0.push(case);
    }
    let mut begun: BTreeMap<Text, Vec<i64>> = BTreeMap::new();
    for order in &facts.orders {
        let Some((customer, order)) = CustomerOrder::of(order) else { continue };
        let (cases, orders) = customers.entry(customer.clone()).or_default();
        begun.entry(customer).or_insert_with(|| {
            let mut begun: Vec<i64> = cases.iter().filter(|case| case.begun()).map(|case| case.created_at).collect();
            begun.sort_unstable();
            begun
        });
        orders.push(order);
    }
    for order in &mut facts.orders {
        let begun = order.customer.as_ref().and_then(|customer| begun.get(customer)).map_or(&[][..], Vec::as_slice);
        order.contacted_at = begun.get(begun.partition_point(|at| *at <= order.ordered_at.0)).copied().map(At);
    }
    for (cases, orders) in customers.into_values() {
        link_customer(cases, orders, facts);
    }
}

/// The conversations of known customers among these facts, as their customers' timelines see them: with the attributes of the last
/// resolution, for the reason is seldom known at the creation.
pub fn cases_of(facts: &Facts) -> Vec<(Text, CustomerCase)> {
    let mut last: BTreeMap<&Text, &Common> = BTreeMap::new();
    let mut first: BTreeMap<&Text, &Resolution> = BTreeMap::new();
    for row in facts.resolutions.iter().filter(|row| !row.pending) {
        let Some(common) = &row.common else { continue };
        if row.first {
            first.insert(&common.whole.conversation, row);
        }
        if row.last {
            last.insert(&common.whole.conversation, common);
        }
    }
    let case = |row: &Conversation| {
        let created = row.common.as_ref()?;
        let first = first.get(&created.whole.conversation);
        let case = CustomerCase {
            common: last.get(&created.whole.conversation).copied().unwrap_or(created).clone(),
            created_at: row.created_at.0,
            resolved_at: row.last_resolved_at.map(|at| at.0),
            replied_at: row.first_response_at.map(|at| at.0),
            parent: row.parent.clone(),
            first_resolved_at: row.first_resolved_at.map(|at| at.0),
            first_resolver: first.and_then(|row| row.resolver),
            touches_count: first.map_or(0, |row| row.touches_count),
            escalations_count: first.map_or(0, |row| row.escalations_count),
            transfers_count: first.map_or(0, |row| row.transfers_count),
            returned_at: row.returned_at.map(|at| at.0),
            bot_answered_at: row.bot_answered_at.map(|at| at.0),
            people_at: row.people_at.map(|at| at.0),
            customer_after_at: row.customer_after_at.map(|at| at.0),
        };
        Some((created.whole.customer.clone()?, case))
    };
    facts.conversations.iter().filter_map(case).collect()
}

/// Whether an order is a sale: neither cancelled nor paid back in full. One that cost nothing is.
pub(super) fn sold(order: &OrderFact) -> bool {
    let back = order.amount.is_some_and(|paid| paid.0 > 0 && order.refunded_amount.0 >= paid.0);
    !order.cancelled && !back
}

impl CustomerCase {
    /// Whether it counts: it is neither spam, deleted nor merged.
    fn counts(&self) -> bool {
        !matches!(self.common.whole.final_status, "spam" | "deleted" | "merged")
    }

    /// Whether it counts and the customer began it.
    fn begun(&self) -> bool {
        self.counts() && !self.common.whole.proactive
    }
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
            sold: sold(order),
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
