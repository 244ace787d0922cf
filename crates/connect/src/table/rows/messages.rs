//! Rows of messages: the first one begins the conversation, and what is said of the conversation on any of them holds from there.

use deskgauge_core::event::record::{Defaults, Value};
use deskgauge_core::event::{ActorKind, Text};

use super::super::bound::Bound;
use super::super::targets::Target;
use super::draft::{Doer, Draft, When, rank, some, word};
use super::group::Kept;

pub(super) fn events<'d>(id: Text, mut rows: Vec<Kept>, bound: &Bound, prefix: &str, defaults: &'d Defaults) -> Draft<'d> {
    rows.sort_by_key(|row| (row.at, row.order, row.number));
    let base = format!("{prefix}{id}");
    let mut draft = Draft::new(defaults, base.clone(), Some(base.into()), rows.first().map_or(0, |row| row.number));
    draft.revision = rows.iter().map(|row| row.revision).max().unwrap_or(0);
    let Some(first) = rows.first() else { return draft };
    let known = |target: Target| rows.iter().find_map(|row| row.text(target)).cloned();
    let origin = match first.actor_kind {
        Some(ActorKind::Customer) => "customer",
        Some(ActorKind::Agent | ActorKind::LightAgent) => "agent",
        _ => "system",
    };
    let fields = [
        some("team", known(Target::Team)),
        some("channel", known(Target::Channel)),
        some("brand", known(Target::Brand)),
        some("priority", known(Target::Priority)),
        some("reason", known(Target::Reason)),
        some("tags", known(Target::Tags)),
        some("language", known(Target::Language)),
        some("customer", known(Target::Customer)),
        Some(word("origin", origin)),
    ];
    let opened = When { at: first.at, seq: rank::OPENED };
    draft.add("opened", "opened", opened, &doer(first), fields.into_iter().flatten().collect());
    for (index, field) in bound.fields.iter().enumerate() {
        if let Some(value) = rows.iter().rev().find_map(|row| row.field(index)) {
            let fields = vec![("field", Value::Text(field.name.clone())), ("value", Value::Text(value.clone()))];
            let when = When { at: first.at, seq: rank::FIELD };
            draft.add(&format!("field:{}", field.name), "field", when, &Doer::default(), fields);
        }
    }
    let (mut last_at, mut ordinal) = (i64::MIN, 0);
    for row in &rows {
        // Messages of one instant stay in the table's order.
        ordinal = if row.at == last_at { ordinal + 1 } else { 0 };
        last_at = row.at;
        let what = match row.text(Target::Id) {
            Some(id) => format!("message:{id}"),
            None => format!("message:{}", row.at),
        };
        let fields = [
            row.public.map(|public| ("public", Value::Bool(public))),
            row.via.map(|via| word("via", via.name())),
            some("session", row.text(Target::Session).cloned()),
            row.chars.map(|chars| ("chars", Value::Int(chars))),
        ];
        let seq = row.order.unwrap_or(ordinal).saturating_mul(rank::STEP).saturating_add(rank::MESSAGE);
        draft.row = row.number;
        draft.add(&what, "message", When { at: row.at, seq }, &doer(row), fields.into_iter().flatten().collect());
    }
    draft
}

fn doer(row: &Kept) -> Doer {
    Doer { kind: row.actor_kind, id: row.text(Target::Account).cloned() }
}
