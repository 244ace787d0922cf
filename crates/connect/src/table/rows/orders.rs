//! A row per order: that it was placed, and what became of it.

use deskgauge_core::event::record::{Defaults, Value};

use super::super::bound::Cells;
use super::super::targets::Target;
use super::draft::{Doer, Draft, STAND_IN, When, rank, some, word};

pub(super) fn events<'d>(cells: &mut Cells<'_>, defaults: &'d Defaults) -> Draft<'d> {
    let id = cells.needed_text(Target::Id);
    let at = cells.needed_instant(Target::At);
    let customer = cells.needed_text(Target::Customer);
    let amount = cells.decimal(Target::Amount);
    let (currency, channel) = (cells.text(Target::Currency), cells.text(Target::Channel));
    let (cancelled_at, refunded_at) = (cells.instant(Target::CancelledAt), cells.instant(Target::RefundedAt));
    let refunded = cells.decimal(Target::RefundedAmount);
    let (id, at) = (id.unwrap_or_default(), at.unwrap_or(STAND_IN));
    let mut draft = Draft::new(defaults, format!("{}{id}", cells.mapping.prefix), None, cells.row.number);
    draft.revision = cells.int(Target::Revision).unwrap_or(0);
    let order_id = ("order_id", Value::Text(draft.base.as_str().into()));
    let fields = [
        Some(order_id.clone()),
        amount.map(|amount| ("amount", Value::Decimal(amount))),
        some("customer", customer.clone()),
        some("currency", currency),
        some("channel", channel),
    ];
    let nobody = Doer::default();
    draft.add("order", "order", When { at, seq: rank::OPENED }, &nobody, fields.into_iter().flatten().collect());
    let changes = [("cancelled", cancelled_at, None), ("refunded", refunded_at, refunded)];
    for (status, at, amount) in changes {
        let Some(at) = at else { continue };
        let fields = [
            Some(order_id.clone()),
            Some(word("status", status)),
            amount.map(|amount| ("amount", Value::Decimal(amount))),
            some("customer", customer.clone()),
        ];
        let when = When { at, seq: rank::CLOSED };
        draft.add(status, "order_changed", when, &nobody, fields.into_iter().flatten().collect());
    }
    draft
}
