//! New or returning: what a conversation's rows say of its customer, filled in when all conversations are folded.

use std::sync::Arc;

use datafusion::common::HashMap;
use deskgauge_core::event::Text;
use deskgauge_core::facts::Whole;
use deskgauge_core::fold::customer_kind;

use super::part::Lot;
use crate::threads::each;

/// How the conversations of a lot began, those with a customer.
#[derive(Default)]
pub(super) struct Beginnings {
    /// All that the customer began: any of them may be the first.
    all: Vec<(i64, Arc<Whole>)>,
    /// Those with rows, by their number in the lot.
    numbered: Vec<(u32, i64, Arc<Whole>)>,
}

impl Beginnings {
    pub(super) fn began(&mut self, whole: &Arc<Whole>, created_at: i64) {
        if whole.customer.is_some() && !whole.proactive {
            self.all.push((created_at, whole.clone()));
        }
    }

    pub(super) fn note(&mut self, number: u32, whole: Arc<Whole>, created_at: i64) {
        if whole.customer.is_some() {
            self.numbered.push((number, created_at, whole));
        }
    }
}

/// Fills the kind of customer in.
pub(super) fn settle(lots: &mut [Lot]) {
    let mut first: HashMap<&Text, (i64, &Text)> = HashMap::default();
    for (created_at, whole) in lots.iter().flat_map(|lot| &lot.beginnings.all) {
        let Some(customer) = &whole.customer else { continue };
        let this = (*created_at, &whole.conversation);
        first.entry(customer).and_modify(|known| *known = this.min(*known)).or_insert(this);
    }
    let kinds = each(lots.len(), |lot| {
        let lot = &lots[lot];
        let mut kinds = vec![None; lot.commons.conversations()];
        for (number, created_at, whole) in &lot.beginnings.numbered {
            let known = whole.customer.as_ref().and_then(|customer| first.get(customer));
            let known = known.map(|(at, conversation)| (*at, (*conversation).clone()));
            kinds[*number as usize] = Some(customer_kind(known.as_ref(), *created_at, &whole.conversation));
        }
        kinds
    });
    drop(first);
    for (lot, kinds) in lots.iter_mut().zip(kinds) {
        lot.commons.set_customer_kinds(&kinds);
        lot.beginnings = Beginnings::default();
    }
}
