//! What customers did after a resolution or an answer, against the truth of the simulated shop: who came back, who bought, for how much.
//!
//! The conversations are those of the truth, the orders those of the events as they were sent; what follows from them is worked out
//! here by looking at every pair of a customer's, without the fold's order of going through them.

use std::collections::BTreeMap;

use deskgauge_core::event::{Body, OrderStatus, Origin, Status, Text};
use deskgauge_core::shop::ConversationTruth;

use super::world::{Played, options, play};

const DAY: i64 = 86_400;

fn shop() -> Played {
    play(options(1500, 21, "2026-03-16", 38), None)
}

fn kept(shop: &Played) -> impl Iterator<Item = &ConversationTruth> {
    let removed = |truth: &&ConversationTruth| matches!(truth.status, Status::Spam | Status::Deleted | Status::Merged);
    shop.truths.iter().filter(move |truth| !removed(truth))
}

fn begun(shop: &Played) -> Vec<&ConversationTruth> {
    kept(shop).filter(|truth| truth.origin == Origin::Customer).collect()
}

#[tokio::test]
async fn who_came_back_after_a_resolution() {
    let shop = shop();
    let (now, begun) = (shop.world.now, begun(&shop));
    let (mut resolved, mut ripe, mut back) = (0, 0, 0);
    for truth in kept(&shop) {
        let Some(last) = truth.resolved_at.last().map(|at| at.seconds()) else { continue };
        resolved += 1;
        if last + 7 * DAY > now {
            continue;
        }
        ripe += 1;
        let own = begun.iter().filter(|other| other.customer == truth.customer);
        back += i64::from(own.map(|other| other.created_at.seconds() - last).any(|after| 0 < after && after <= 7 * DAY));
    }
    let answer = &shop.world.ask("recontact_rate", "").await[0];
    assert!(back > 10, "{back}");
    assert_eq!((answer.numerator, answer.denominator), (Some(back), Some(ripe)));
    assert_eq!(answer.provisional, Some(resolved - ripe));
}

#[tokio::test]
async fn what_became_of_those_created() {
    let shop = shop();
    let now = shop.world.now;
    let ripe: Vec<_> = begun(&shop).into_iter().filter(|truth| truth.created_at.seconds() + 7 * DAY <= now).collect();
    let soon = |truth: &&&ConversationTruth| {
        truth.resolved_at.first().is_some_and(|at| at.seconds() - truth.created_at.seconds() <= 7 * DAY)
    };
    let answer = &shop.world.ask("resolution_rate_cohort", "").await[0];
    assert_eq!(answer.numerator, Some(ripe.iter().filter(soon).count() as i64));
    assert_eq!(answer.denominator, Some(ripe.len() as i64));
    let ratio = &shop.world.ask("closure_ratio", "").await[0];
    let resolutions = kept(&shop).map(|truth| truth.resolved_at.len() as i64).sum();
    assert_eq!((ratio.numerator, ratio.denominator), (Some(resolutions), Some(kept(&shop).count() as i64)));
}

/// An order as it was placed and what came back of it, in ten-thousandths.
struct Sale {
    customer: Text,
    at: i64,
    paid: i64,
    back: i64,
    currency: Option<Text>,
    cancelled: bool,
}

fn sales(shop: &Played) -> Vec<Sale> {
    let mut sales: BTreeMap<Text, Sale> = BTreeMap::new();
    let mut events: Vec<_> = shop.world.events.iter().collect();
    events.sort_by_key(|event| (event.at, event.seq));
    for event in events {
        match &event.body {
            Body::Order(order) => {
                let sale = Sale {
                    customer: event.customer.clone().unwrap(),
                    at: event.at.seconds(),
                    paid: order.amount.0,
                    back: 0,
                    currency: order.currency.clone(),
                    cancelled: false,
                };
                sales.insert(order.order_id.clone(), sale);
            }
            Body::OrderChanged(change) => {
                let sale = sales.get_mut(&change.order_id).unwrap();
                sale.cancelled |= change.status == OrderStatus::Cancelled;
                sale.back = (sale.back + change.amount.map_or(sale.paid, |amount| amount.0)).min(sale.paid);
            }
            _ => {}
        }
    }
    sales.into_values().filter(|sale| !sale.cancelled && sale.back < sale.paid).collect()
}

#[tokio::test]
async fn who_bought_after_an_answer() {
    let shop = shop();
    let (now, begun, sales) = (shop.world.now, begun(&shop), sales(&shop));
    let replied = |truth: &ConversationTruth| truth.first_reply_at.map(|at| at.seconds());
    let mut converted: BTreeMap<&Text, i64> = BTreeMap::new();
    let mut revenue: BTreeMap<&str, i64> = BTreeMap::new();
    for sale in &sales {
        let answered =
            begun.iter().filter(|truth| truth.customer == sale.customer && replied(truth).is_some_and(|at| at <= sale.at));
        let Some(latest) = answered.max_by_key(|truth| (truth.created_at.seconds(), &truth.conversation)) else { continue };
        let after = sale.at - replied(latest).unwrap();
        let first = converted.entry(&latest.conversation).or_insert(after);
        *first = after.min(*first);
        if after <= 5 * DAY {
            *revenue.entry(sale.currency.as_deref().unwrap()).or_insert(0) += sale.paid - sale.back;
        }
    }
    let over = |truth: &&&ConversationTruth| replied(truth).unwrap_or(truth.created_at.seconds()) + 5 * DAY <= now;
    let ripe: Vec<_> = begun.iter().filter(over).collect();
    let bought = ripe.iter().filter(|truth| converted.get(&truth.conversation).is_some_and(|after| *after <= 5 * DAY)).count();
    let before = ripe.iter().filter(|truth| {
        let created = truth.created_at.seconds();
        let own = sales.iter().filter(|sale| sale.customer == truth.customer);
        own.map(|sale| created - sale.at).any(|earlier| 0 < earlier && earlier <= 5 * DAY)
    });
    let (bought, before) = (bought as i64, before.count() as i64);
    assert!(bought > 10 && before > 10, "{bought} {before}");
    let rate = &shop.world.ask("conversion_rate", "").await[0];
    assert_eq!((rate.numerator, rate.denominator), (Some(bought), Some(ripe.len() as i64)));
    assert_eq!(rate.provisional, Some((begun.len() - ripe.len()) as i64));
    let base = &shop.world.ask("conversion_base_rate", "").await[0];
    assert_eq!((base.numerator, base.denominator), (Some(before), Some(ripe.len() as i64)));
    assert_eq!(shop.world.ask("converted_conversations", "").await[0].n, Some(bought));
    assert!(revenue.len() > 1, "{revenue:?}");
    for (currency, net) in revenue {
        let answer = &shop.world.ask("revenue_from_support", &format!("--where \"order_currency = '{currency}'\"")).await[0];
        assert_eq!((answer.value.unwrap() * 10_000.0).round() as i64, net, "{currency}");
        assert_eq!(answer.currency.as_deref(), Some(currency));
    }
}
