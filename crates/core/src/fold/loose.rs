//! Timelines of customers and agents themselves: orders with their refunds, and spells of presence.

use std::collections::BTreeMap;

use super::customer::sold;
use super::timelines::{Timeline, problem};
use crate::event::{Body, Decimal, OrderStatus, Text};
use crate::facts::{AgentStateFact, At, Facts, OrderFact};

/// Writes `orders` of one customer.
pub(crate) fn fold_orders(customer: &Text, timeline: &Timeline, facts: &mut Facts) {
    let mut orders: BTreeMap<&Text, OrderFact> = BTreeMap::new();
    for event in &timeline.events {
        match &event.body {
            Body::Order(order) => {
                if orders.contains_key(&order.order_id) {
                    facts.problems.push(problem("ordered_twice", event, Some(order.order_id.clone())));
                    continue;
                }
                orders.insert(
                    &order.order_id,
                    OrderFact {
                        common: None,
                        order_id: order.order_id.clone(),
                        customer: Some(event.customer.clone().unwrap_or_else(|| customer.clone())),
                        ordered_at: At(event.at.seconds()),
                        amount: Some(order.amount),
                        refunded_amount: Decimal(0),
                        currency: order.currency.clone(),
                        channel: order.channel.clone(),
                        cancelled: false,
                        number: None,
                        next_ordered_at: None,
                        contacted_at: None,
                    },
                );
            }
            Body::OrderChanged(change) => match orders.get_mut(&change.order_id) {
                None => facts.problems.push(problem("unknown_order", event, Some(change.order_id.clone()))),
                Some(order) => {
                    order.cancelled |= change.status == OrderStatus::Cancelled;
                    let paid = order.amount.unwrap_or_default();
                    let back = change.amount.unwrap_or(paid);
                    order.refunded_amount = Decimal(order.refunded_amount.0.saturating_add(back.0).clamp(0, paid.0.max(0)));
                }
            },
            _ => {}
        }
    }
    let mut orders: Vec<OrderFact> = orders.into_values().collect();
    number(&mut orders);
    facts.orders.append(&mut orders);
}

/// Numbers the orders that are sales, by their instant and then by their id.
fn number(orders: &mut [OrderFact]) {
    let mut sales: Vec<&mut OrderFact> = orders.iter_mut().filter(|order| sold(order)).collect();
    sales.sort_by(|a, b| (a.ordered_at, &a.order_id).cmp(&(b.ordered_at, &b.order_id)));
    let mut next = None;
    for (number, order) in (1..).zip(sales).collect::<Vec<_>>().into_iter().rev() {
        order.number = Some(number);
        order.next_ordered_at = next;
        next = Some(order.ordered_at);
    }
}

/// Counts changes of an order that nobody placed.
pub(crate) fn fold_unplaced(timeline: &Timeline, facts: &mut Facts) {
    for event in &timeline.events {
        if let Body::OrderChanged(change) = &event.body {
            facts.problems.push(problem("unknown_order", event, Some(change.order_id.clone())));
        }
    }
}

/// Writes `agent_states` of one agent.
pub(crate) fn fold_agent_states(agent: &Text, timeline: &Timeline, facts: &mut Facts) {
    let mut spells: Vec<AgentStateFact> = Vec::new();
    for event in &timeline.events {
        let Body::AgentState(change) = &event.body else { continue };
        let at = event.at.seconds();
        if let Some(last) = spells.last_mut() {
            if last.state == change.state.name() {
                continue;
            }
            last.left_at = Some(At(at));
            last.seconds = Some(at - last.entered_at.0);
        }
        spells.push(AgentStateFact {
            common: None,
            agent: agent.clone(),
            state: change.state.name(),
            entered_at: At(at),
            left_at: None,
            seconds: None,
        });
    }
    facts.agent_states.append(&mut spells);
}
