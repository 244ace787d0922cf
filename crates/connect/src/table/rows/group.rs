//! What is kept of a row of messages or changes while it waits for the rest of its conversation.

use deskgauge_core::event::{ActorKind, Origin, Status, Text, Via};

use super::super::bound::{Bound, Cells};
use super::super::targets::{RowKind, Target, Target as T};

/// Texts that are kept of a row of messages, and of a row of changes.
const OF_MESSAGES: &[Target] =
    &[T::Id, T::Account, T::Session, T::Team, T::Channel, T::Brand, T::Priority, T::Reason, T::Tags, T::Language, T::Customer];
const OF_CHANGES: &[Target] = &[
    T::Actor,
    T::Agent,
    T::Team,
    T::Channel,
    T::Brand,
    T::Priority,
    T::Reason,
    T::Tags,
    T::Language,
    T::Customer,
    T::Parent,
    T::ResolvedBy,
];

/// A waiting row.
#[derive(Debug)]
pub(super) struct Kept {
    pub number: u64,
    pub at: i64,
    /// The order that the table gives, where it has one.
    pub order: Option<i64>,
    pub revision: i64,
    pub actor_kind: Option<ActorKind>,
    pub status: Option<Status>,
    pub origin: Option<Origin>,
    pub opened_at: Option<i64>,
    pub resolved_at: Option<i64>,
    pub closed_at: Option<i64>,
    pub due_at: Option<i64>,
    pub chars: Option<i64>,
    pub public: Option<bool>,
    pub via: Option<Via>,
    kept: &'static [Target],
    texts: Box<[Option<Text>]>,
}

impl Kept {
    /// A text of the row.
    pub(super) fn text(&self, target: Target) -> Option<&Text> {
        let place = self.kept.iter().position(|kept| *kept == target)?;
        self.texts[place].as_ref()
    }

    /// The value of an own field, by its place in the mapping.
    pub(super) fn field(&self, index: usize) -> Option<&Text> {
        self.texts[self.kept.len() + index].as_ref()
    }
}

/// Takes from a row what its conversation needs; `None` where it cannot be used.
pub(super) fn keep(cells: &mut Cells<'_>) -> Option<(Text, Kept)> {
    let messages = cells.mapping.rows == RowKind::Messages;
    let (id, kept) = if messages { (Target::Conversation, OF_MESSAGES) } else { (Target::Id, OF_CHANGES) };
    let id = cells.needed_text(id);
    let at = cells.needed_instant(Target::At);
    let kind = if messages { Target::Role } else { Target::ActorKind };
    let written_kind = if messages { cells.needed_text(kind) } else { None };
    let actor_kind = cells.word(kind, ActorKind::WORDS).and_then(ActorKind::parse);
    cells.writer = if messages { actor_kind } else { None };
    let status = cells.word(Target::Status, Status::WORDS).and_then(Status::parse);
    let origin = cells.word(Target::Origin, Origin::WORDS).and_then(Origin::parse);
    let via = cells.word(Target::Via, Via::WORDS).and_then(Via::parse);
    let public = cells.word(Target::Public, &["true", "false"]).map(|word| word == "true");
    let chars = cells.int(Target::Chars).or_else(|| cells.chars(Target::Body));
    let mut texts: Vec<Option<Text>> = Vec::with_capacity(kept.len() + cells.bound.fields.len());
    for target in kept {
        texts.push(cells.text(*target));
    }
    let bound: &Bound = cells.bound;
    for field in &bound.fields {
        texts.push(if field.present {
            let word = if cells.present(&field.slot) { "true" } else { "false" };
            Some(cells.texts.text(word))
        } else {
            cells.text_of(&field.slot)
        });
    }
    let row = Kept {
        number: cells.row.number,
        at: at.unwrap_or(0),
        order: cells.int(Target::Order),
        revision: cells.int(Target::Revision).unwrap_or(0),
        actor_kind,
        status,
        origin,
        opened_at: cells.instant(Target::OpenedAt),
        resolved_at: cells.instant(Target::ResolvedAt),
        closed_at: cells.instant(Target::ClosedAt),
        due_at: cells.instant(Target::DueAt),
        chars,
        public,
        via,
        kept,
        texts: texts.into_boxed_slice(),
    };
    let usable = at.is_some() && (!messages || written_kind.is_some());
    id.filter(|_| usable).map(|id| (id, row))
}
