//! The columns that every row of a conversation carries: what it belongs to, and the attributes in force at the instant that dates the row.
//!
//! They are repeated in each table so that no formula ever joins. Rows share them by reference until they are written.

use std::sync::Arc;

use super::column::{Cell, Column, ColumnType, Own, Sink};
use crate::event::Text;

/// What holds for a conversation as a whole, as known at the data cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The conversation.
    pub conversation: Text,
    /// Its customer.
    pub customer: Option<Text>,
    /// Who began it.
    pub origin: &'static str,
    /// Not begun by the customer.
    pub proactive: bool,
    /// Its last status.
    pub final_status: &'static str,
    /// `new` for a customer's first conversation, else `returning`.
    pub customer_kind: Option<&'static str>,
    /// Who has it now.
    pub current_owner: Option<Text>,
    /// Who replied first.
    pub first_responder: Option<Text>,
    /// Who resolved it last.
    pub last_closer: Option<Text>,
}

/// The attributes in force at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dims {
    /// The channel.
    pub channel: Option<Text>,
    /// The brand.
    pub brand: Option<Text>,
    /// The team.
    pub team: Option<Text>,
    /// The assigned agent.
    pub owner: Option<Text>,
    /// The priority.
    pub priority: Option<Text>,
    /// The contact reason.
    pub reason: Option<Text>,
    /// The tags.
    pub tags: Vec<Text>,
    /// The language.
    pub language: Option<Text>,
    /// The customer's segment.
    pub segment: Option<Text>,
    /// The workspace's own fields, in the order of its rules.
    pub own: Vec<Option<Own>>,
}

/// Both, and who is credited with the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Common {
    /// What holds for the conversation as a whole.
    pub whole: Arc<Whole>,
    /// What was in force when the row is dated.
    pub dims: Arc<Dims>,
    /// Who is credited by default.
    pub agent: Option<Text>,
    /// Who did it.
    pub actor: Option<Text>,
}

const fn column(name: &'static str, ty: ColumnType, nullable: bool, sentence: &'static str) -> Column {
    Column { name, ty, nullable, sentence }
}

use ColumnType::{Bool, List, Text as T};

/// The common columns: those of a [`Whole`], the agent and the actor, those of a [`Dims`].
pub static COMMON: &[Column] = &[
    column("conversation", T, false, "The conversation."),
    column("customer", T, true, "The conversation's customer."),
    column("origin", T, false, "Who began the conversation: customer, agent, system or import."),
    column("proactive", Bool, false, "True: not begun by the customer."),
    column("final_status", T, false, "The conversation's last status as known at the data cut."),
    column("customer_kind", T, true, "new for the customer's first conversation, else returning; null without a customer."),
    column("current_owner", T, true, "The agent who has the conversation at the data cut."),
    column("first_responder", T, true, "The agent of the conversation's first human reply."),
    column("last_closer", T, true, "The agent who resolved the conversation last."),
    column("agent", T, true, "The agent who is credited with the row by default."),
    column("actor", T, true, "Who did what the row tells."),
    column("owner", T, true, "The assigned agent at the instant that dates the row."),
    column("channel", T, true, "The channel at that instant."),
    column("brand", T, true, "The brand at that instant."),
    column("team", T, true, "The team at that instant."),
    column("priority", T, true, "The priority at that instant."),
    column("reason", T, true, "The contact reason at that instant."),
    column("tags", List, false, "The tags at that instant."),
    column("language", T, true, "The language at that instant."),
    column("segment", T, true, "The customer's segment at that instant."),
];

/// Which of the [`COMMON`] columns a [`Whole`] has: the first ones.
pub const WHOLE_COLUMNS: usize = 9;
/// Which follow for a row by itself: the agent and the actor. The rest are a [`Dims`]'.
pub const ROW_COLUMNS: usize = 2;

impl Whole {
    /// Hands its cells over.
    pub fn push(&self, sink: &mut dyn Sink) {
        self.conversation.push(sink);
        self.customer.push(sink);
        self.origin.push(sink);
        self.proactive.push(sink);
        self.final_status.push(sink);
        self.customer_kind.push(sink);
        self.current_owner.push(sink);
        self.first_responder.push(sink);
        self.last_closer.push(sink);
    }
}

impl Dims {
    /// Hands its cells over, without the workspace's own fields.
    pub fn push(&self, sink: &mut dyn Sink) {
        self.owner.push(sink);
        self.channel.push(sink);
        self.brand.push(sink);
        self.team.push(sink);
        self.priority.push(sink);
        self.reason.push(sink);
        self.tags.push(sink);
        self.language.push(sink);
        self.segment.push(sink);
    }

    /// Hands the workspace's own fields over; their columns follow a table's own.
    pub fn push_own(&self, types: &[ColumnType], sink: &mut dyn Sink) {
        for (index, ty) in types.iter().enumerate() {
            let value = self.own.get(index).and_then(Option::as_ref);
            match (ty, value) {
                (ColumnType::Text | ColumnType::List, Some(Own::Text(text))) => sink.text(Some(text)),
                (ColumnType::Text | ColumnType::List | ColumnType::Ints, _) => sink.text(None),
                (ColumnType::Int, Some(Own::Int(number))) => sink.int(Some(*number)),
                (ColumnType::Int, _) => sink.int(None),
                (ColumnType::Bool, Some(Own::Bool(flag))) => sink.bool(Some(*flag)),
                (ColumnType::Bool, _) => sink.bool(None),
                (ColumnType::Decimal, Some(Own::Decimal(number))) => sink.decimal(Some(*number)),
                (ColumnType::Decimal, _) => sink.decimal(None),
                (ColumnType::Instant, Some(Own::Instant(at))) => sink.instant(Some(at.0)),
                (ColumnType::Instant, _) => sink.instant(None),
            }
        }
    }
}
