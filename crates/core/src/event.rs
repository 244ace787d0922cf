//! The public event: one flat record per thing that happened (version 1 of the format).
//!
//! An event is plain data. What it means for clocks is the fold's matter, how it is written is the matter of the readers and
//! writers at the edges. [`fields`](crate::event::fields) lists each field of the flat form once, for all of them.

pub mod decimal;
pub mod enums;
pub mod fields;
pub mod record;

use std::cmp::Ordering;
use std::sync::Arc;

pub use decimal::Decimal;
pub use enums::*;

/// Text that many events share. Cloning it does not copy.
pub type Text = Arc<str>;

/// An instant in milliseconds since 1970-01-01T00:00:00Z.
///
/// Order keeps the milliseconds; durations are differences of whole seconds (rounded down), so that parts always add up to their whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// From whole seconds since the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * 1000)
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Unique within `source`.
    pub id: Text,
    /// The connection that it came by.
    pub source: Text,
    /// A correction has the same `source` and `id` and a higher revision.
    pub revision: i64,
    /// The event is taken back.
    pub retracted: bool,
    /// When it happened.
    pub at: Instant,
    /// Order among events of one instant.
    pub seq: i64,
    /// The conversation; `None` where the event belongs to none.
    pub conversation: Option<Text>,
    /// Who did it.
    pub actor_kind: ActorKind,
    /// That one's id (for `reviewed` the reviewer; for `customer` and `agent` the subject).
    pub actor: Option<Text>,
    /// Whose timeline it belongs to.
    pub customer: Option<Text>,
    /// What happened.
    pub body: Body,
}

/// What happened: one variant per `type`, with its own fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A conversation begins.
    Opened(Opened),
    /// A message or a note.
    Message(Message),
    /// The status moves.
    Status(StatusChange),
    /// An agent or a team takes it, or nobody does.
    Assigned(Assigned),
    /// An attribute gets a value, or loses it.
    Field(FieldChange),
    /// It goes up a tier, to a specialist or outside.
    Escalated(Escalated),
    /// A bot gives it to people.
    Handoff,
    /// A step of a call or of a live chat's queue.
    Call(Call),
    /// Handling time that a tool measured.
    Worked(Worked),
    /// The source applied a policy itself.
    SlaApplied(Text),
    /// The source took a policy away.
    SlaRemoved(Text),
    /// A survey went out.
    SurveySent(SurveySent),
    /// A survey was answered.
    SurveyAnswered(SurveyAnswered),
    /// A reviewer rated a conversation.
    Reviewed(Reviewed),
    /// A customer ordered.
    Order(Order),
    /// An order was cancelled or refunded.
    OrderChanged(OrderChanged),
    /// An agent's presence changed.
    AgentState(AgentStateChange),
    /// A customer's profile from this instant on.
    Customer(CustomerProfile),
    /// An agent's role from this instant on.
    Agent(AgentProfile),
}

/// Fields of `opened`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opened {
    /// email chat phone social sms whatsapp messenger web in_app other…
    pub channel: Option<Text>,
    /// Who began it; `None`: derived from the actor.
    pub origin: Option<Origin>,
    /// The shop or brand.
    pub brand: Option<Text>,
    /// The team that it landed in.
    pub team: Option<Text>,
    /// Priority, in the source's words.
    pub priority: Option<Text>,
    /// Contact reason.
    pub reason: Option<Text>,
    /// Tags, sorted and without repeats.
    pub tags: Vec<Text>,
    /// Language.
    pub language: Option<Text>,
    /// The conversation that this one follows up.
    pub parent: Option<Text>,
}

/// Fields of `message`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// False: a private note.
    pub public: bool,
    /// How it was written.
    pub via: Via,
    /// One live session is one touch.
    pub session: Option<Text>,
    /// Length of the text in characters.
    pub chars: Option<i64>,
}

/// Fields of `status`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// The new status.
    pub status: Status,
    /// Why; `None`: derived from the actor.
    pub cause: Option<Cause>,
    /// The primary, for `merged`.
    pub into: Option<Text>,
}

/// Fields of `assigned`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assigned {
    /// `None`: nobody.
    pub agent: Option<Text>,
    /// `None`: the team stays as it was.
    pub team: Option<Text>,
}

/// Fields of `field`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// priority reason tags channel brand language due_at schedule team, or a name declared in `[fields]`.
    pub field: Text,
    /// `None` clears.
    pub value: Option<Text>,
}

/// Fields of `escalated`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Escalated {
    /// The tier that it goes to.
    pub tier: Option<Text>,
    /// What kind of escalation.
    pub escalation: Option<Escalation>,
}

/// Fields of the call types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Which step.
    pub step: CallStep,
    /// The call's id; `None`: the conversation has one call.
    pub call: Option<Text>,
    /// The queue.
    pub queue: Option<Text>,
    /// The agent.
    pub agent: Option<Text>,
    /// In or out.
    pub direction: Option<Direction>,
    /// Who hung up.
    pub hung_up_by: Option<HungUpBy>,
}

/// Fields of `worked`: handling time that ends at the event's instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worked {
    /// Who worked; `None`: the actor.
    pub agent: Option<Text>,
    /// Seconds of work.
    pub seconds: i64,
}

/// Fields of `survey_sent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveySent {
    /// This sending's id.
    pub survey: Text,
    /// csat, nps or ces.
    pub kind: SurveyKind,
    /// Whom it asks about; `None`: the owner at the last human reply.
    pub agent: Option<Text>,
}

/// Fields of `survey_answered`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyAnswered {
    /// The sending's id.
    pub survey: Text,
    /// csat, nps or ces.
    pub kind: SurveyKind,
    /// The answer on its own scale.
    pub score: Decimal,
    /// Lowest point of the scale.
    pub scale_min: Decimal,
    /// Highest point of the scale.
    pub scale_max: Decimal,
    /// Which end is good.
    pub better: Better,
    /// Length of the comment in characters.
    pub comment_chars: Option<i64>,
}

/// Fields of `reviewed`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    /// The review's id.
    pub review: Text,
    /// The scorecard.
    pub scorecard: Option<Text>,
    /// Its version.
    pub scorecard_version: Option<Text>,
    /// The reviewee.
    pub agent: Option<Text>,
    /// One per category.
    pub ratings: Vec<Rating>,
}

/// One category's rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// The category.
    pub category: Text,
    /// Its weight.
    pub weight: Decimal,
    /// `None`: not applicable.
    pub rating: Option<Decimal>,
    /// Lowest point of the scale.
    pub min: Decimal,
    /// Highest point of the scale.
    pub max: Decimal,
    /// Failing it fails the review.
    pub critical: bool,
}

/// Fields of `order`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The order's id.
    pub order_id: Text,
    /// What was paid.
    pub amount: Decimal,
    /// ISO 4217 code.
    pub currency: Option<Text>,
    /// Where it was placed.
    pub channel: Option<Text>,
}

/// Fields of `order_changed`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderChanged {
    /// The order's id.
    pub order_id: Text,
    /// What became of it.
    pub status: OrderStatus,
    /// How much of it; `None`: all.
    pub amount: Option<Decimal>,
}

/// Fields of `agent_state`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentStateChange {
    /// Who; `None`: the actor.
    pub agent: Option<Text>,
    /// The new state.
    pub state: AgentState,
}

/// Fields of `customer`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomerProfile {
    /// The customer's segment from now on.
    pub segment: Option<Text>,
    /// Digest of the address, to link one person's channels.
    pub email_hash: Option<Text>,
    /// Digest of the number.
    pub phone_hash: Option<Text>,
}

/// Fields of `agent`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AgentProfile {
    /// The agent's role from now on.
    pub role: Option<Text>,
    /// The agent's team from now on.
    pub team: Option<Text>,
}

impl Event {
    /// The order of events in a timeline: (`at`, `seq`, `source`, `id`).
    pub fn in_order(&self, other: &Self) -> Ordering {
        (self.at, self.seq, &self.source, &self.id).cmp(&(other.at, other.seq, &other.source, &other.id))
    }

    /// The name of the event's type, as the format writes it.
    pub fn type_name(&self) -> &'static str {
        self.body.type_name()
    }
}

impl Body {
    /// The name of the type, as the format writes it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Message(_) => "message",
            Self::Status(_) => "status",
            Self::Assigned(_) => "assigned",
            Self::Field(_) => "field",
            Self::Escalated(_) => "escalated",
            Self::Handoff => "handoff",
            Self::Call(call) => call.step.name(),
            Self::Worked(_) => "worked",
            Self::SlaApplied(_) => "sla_applied",
            Self::SlaRemoved(_) => "sla_removed",
            Self::SurveySent(_) => "survey_sent",
            Self::SurveyAnswered(_) => "survey_answered",
            Self::Reviewed(_) => "reviewed",
            Self::Order(_) => "order",
            Self::OrderChanged(_) => "order_changed",
            Self::AgentState(_) => "agent_state",
            Self::Customer(_) => "customer",
            Self::Agent(_) => "agent",
        }
    }
}
