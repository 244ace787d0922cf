//! The flat form of an event, field by field: names, types and meaning.
//!
//! JSON keys, CSV headers, Parquet columns, the lake's `events` table and the notation all read this one list. It knows nothing of
//! any of their syntaxes.

/// The type of a field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Text, never empty: an empty text is an absent one.
    Text,
    /// A whole number.
    Int,
    /// True or false.
    Bool,
    /// A decimal with up to four places.
    Decimal,
    /// RFC 3339 with offset, or epoch milliseconds.
    Instant,
    /// A list of texts; `;`-separated where a format has no lists.
    List,
    /// A list of ratings; JSON text where a format has no nested lists.
    Ratings,
}

/// One field.
#[derive(Debug)]
pub struct Field {
    /// Its name, the same in every format.
    pub name: &'static str,
    /// The type of its values.
    pub ty: FieldType,
    /// What it means.
    pub sentence: &'static str,
}

const fn field(name: &'static str, ty: FieldType, sentence: &'static str) -> Field {
    Field { name, ty, sentence }
}

use FieldType::{Bool, Decimal, Instant, Int, List, Ratings, Text};

/// Every field of the format, in the order in which they are written.
pub const FIELDS: &[Field] = &[
    field("id", Text, "Unique within the source; absent: a digest of the record."),
    field("source", Text, "The connection that the event came by."),
    field("revision", Int, "A correction has the same source and id and a higher revision."),
    field("retracted", Bool, "True: the event is taken back."),
    field("type", Text, "What happened."),
    field("at", Instant, "When it happened, not when it arrived."),
    field("seq", Int, "Order among events of one instant."),
    field("conversation", Text, "Ticket, dialog, case or call; unique in the workspace."),
    field("actor_kind", Text, "Who did it: customer, agent, light_agent, bot, rule or system."),
    field("actor", Text, "That one's id; the reviewer of a review; the subject of a profile."),
    field("customer", Text, "Whose timeline the event belongs to."),
    field("channel", Text, "The channel: email, chat, phone, social and so on."),
    field("origin", Text, "Who began the conversation: customer, agent, system or import."),
    field("brand", Text, "The shop or brand."),
    field("team", Text, "The team that it is assigned to."),
    field("priority", Text, "The priority, in the source's words."),
    field("reason", Text, "The contact reason."),
    field("tags", List, "The tags."),
    field("language", Text, "The language."),
    field("parent", Text, "The conversation that this one follows up."),
    field("public", Bool, "False: a private note."),
    field("via", Text, "How a message was written: human, macro, rule, bot, ai, campaign or echo."),
    field("session", Text, "The live session that a message belongs to."),
    field("chars", Int, "Length of the message in characters."),
    field("status", Text, "The new status of the conversation or order."),
    field("cause", Text, "Why the status moved."),
    field("into", Text, "The primary conversation of a merge."),
    field("agent", Text, "The agent that the event is about."),
    field("field", Text, "The attribute that changes."),
    field("value", Text, "Its new value; empty clears."),
    field("tier", Text, "The tier that an escalation goes to."),
    field("escalation", Text, "functional, hierarchical or external."),
    field("call", Text, "The call's id; absent: the conversation has one call."),
    field("queue", Text, "The queue."),
    field("direction", Text, "in or out."),
    field("hung_up_by", Text, "Who ended the call."),
    field("seconds", Int, "Measured handling time that ends at the event."),
    field("policy", Text, "The SLA policy that the source applied or removed."),
    field("survey", Text, "The survey sending's id."),
    field("kind", Text, "csat, nps or ces."),
    field("score", Decimal, "The answer on its own scale."),
    field("scale_min", Decimal, "Lowest point of the scale."),
    field("scale_max", Decimal, "Highest point of the scale."),
    field("better", Text, "Which end of the scale is good: high or low."),
    field("comment_chars", Int, "Length of the survey comment in characters."),
    field("review", Text, "The review's id."),
    field("scorecard", Text, "The scorecard."),
    field("scorecard_version", Text, "The scorecard's version."),
    field("ratings", Ratings, "One rating per category of the scorecard."),
    field("order_id", Text, "The order's id."),
    field("amount", Decimal, "The amount of the order, or of its refund."),
    field("currency", Text, "The currency's ISO 4217 code."),
    field("state", Text, "The agent's new presence."),
    field("segment", Text, "The customer's segment."),
    field("email_hash", Text, "Digest of the customer's address."),
    field("phone_hash", Text, "Digest of the customer's number."),
    field("role", Text, "The agent's role."),
];

/// A field by its place in [`FIELDS`]: what readers look a record up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(u8);

impl FieldId {
    /// The field of that name. For names that are written in the source: the format has it, or this does not compile where it is
    /// evaluated in a constant.
    ///
    /// # Panics
    /// The format has no field of that name.
    pub const fn of(name: &str) -> Self {
        let mut index = 0;
        while index < FIELDS.len() {
            if same(FIELDS[index].name, name) {
                return Self(index as u8);
            }
            index += 1;
        }
        panic!("the format has no field of that name")
    }

    /// Its place in [`FIELDS`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        FIELDS[self.index()].name
    }

    /// The field itself.
    pub fn field(self) -> &'static Field {
        &FIELDS[self.index()]
    }
}

/// Whether two texts are equal, also in a constant.
const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// The names of all event types, in the order of the format.
pub static TYPES: &[&str] = &[
    "opened",
    "message",
    "status",
    "assigned",
    "field",
    "escalated",
    "handoff",
    "queued",
    "ringing",
    "answered",
    "held",
    "resumed",
    "transferred",
    "voicemail",
    "callback_requested",
    "callback_started",
    "abandoned",
    "ended",
    "wrapped",
    "worked",
    "sla_applied",
    "sla_removed",
    "survey_sent",
    "survey_answered",
    "reviewed",
    "order",
    "order_changed",
    "agent_state",
    "customer",
    "agent",
];

/// The field of that name.
pub fn find(name: &str) -> Option<FieldId> {
    let mut slot = slot(name.as_bytes());
    while let Some(field) = SLOTS[slot] {
        if field.name() == name {
            return Some(field);
        }
        slot = (slot + 1) % SLOTS.len();
    }
    None
}

/// The fields by their names' slots, each in the first free one from its own on: a name is compared with few others, mostly with itself.
const SLOTS: [Option<FieldId>; 512] = {
    let mut slots = [None; 512];
    let mut index = 0;
    while index < FIELDS.len() {
        let mut place = slot(FIELDS[index].name.as_bytes());
        while slots[place].is_some() {
            place = (place + 1) % slots.len();
        }
        slots[place] = Some(FieldId(index as u8));
        index += 1;
    }
    slots
};

/// Where a name is looked for first: by its length, its ends and its middle.
const fn slot(name: &[u8]) -> usize {
    if name.is_empty() {
        return 0;
    }
    let (first, middle, last) = (name[0] as usize, name[name.len() / 2] as usize, name[name.len() - 1] as usize);
    (name.len() * 31 + first * 7 + middle * 5 + last * 3) % 512
}
