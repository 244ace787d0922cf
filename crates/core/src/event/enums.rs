//! The closed word lists of the event format. Each word stands here once, with its meaning and its written form.
//!
//! A list that may grow at a user's (channels, priorities, reasons) is text, not an enum.

use super::Decimal;
use crate::words::words;

words!(
    /// Who did it.
    ActorKind {
        /// The customer.
        Customer = "customer",
        /// A person of the support team.
        Agent = "agent",
        /// A person who may only write notes.
        LightAgent = "light_agent",
        /// A bot or an AI agent.
        Bot = "bot",
        /// An automation rule.
        Rule = "rule",
        /// The help desk itself.
        System = "system",
    }
);

words!(
    /// Who began a conversation.
    Origin {
        /// The customer: demand.
        Customer = "customer",
        /// An agent wrote first: proactive.
        Agent = "agent",
        /// The system wrote first.
        System = "system",
        /// It came with an import; who began it is not known to be the customer.
        Import = "import",
    }
);

words!(
    /// How a message was written.
    Via {
        /// By hand.
        Human = "human",
        /// A canned reply that a person sent.
        Macro = "macro",
        /// A rule.
        Rule = "rule",
        /// A bot.
        Bot = "bot",
        /// An AI agent.
        Ai = "ai",
        /// An outbound campaign.
        Campaign = "campaign",
        /// A person's answer outside the tool that came back into it.
        Echo = "echo",
    }
);

words!(
    /// The status of a conversation.
    Status {
        /// Just arrived.
        New = "new",
        /// Being worked on.
        Open = "open",
        /// Waiting for the customer.
        Pending = "pending",
        /// Waiting for a third party.
        Hold = "hold",
        /// Put away until later, still ours.
        Snoozed = "snoozed",
        /// Solved.
        Solved = "solved",
        /// Closed for good.
        Closed = "closed",
        /// Spam.
        Spam = "spam",
        /// Deleted.
        Deleted = "deleted",
        /// Merged into another.
        Merged = "merged",
    }
);

words!(
    /// Why a status moved.
    Cause {
        /// An agent moved it.
        Agent = "agent",
        /// The customer moved it.
        Customer = "customer",
        /// A rule moved it.
        Rule = "rule",
        /// It was closed for inactivity.
        AutoClose = "auto_close",
        /// A bot moved it.
        Bot = "bot",
        /// A merge moved it.
        Merge = "merge",
        /// The help desk moved it.
        System = "system",
    }
);

words!(
    /// Kinds of escalation.
    Escalation {
        /// To more knowledge.
        Functional = "functional",
        /// To more authority.
        Hierarchical = "hierarchical",
        /// Outside the company.
        External = "external",
    }
);

words!(
    /// Steps of a call, or of a live chat's queue.
    CallStep {
        /// Entered a queue.
        Queued = "queued",
        /// Rings at an agent.
        Ringing = "ringing",
        /// An agent took it.
        Answered = "answered",
        /// Put on hold.
        Held = "held",
        /// Back from hold.
        Resumed = "resumed",
        /// Sent on.
        Transferred = "transferred",
        /// Went to voicemail.
        Voicemail = "voicemail",
        /// The customer asked to be called back.
        CallbackRequested = "callback_requested",
        /// The callback began.
        CallbackStarted = "callback_started",
        /// The customer left the queue.
        Abandoned = "abandoned",
        /// The talk is over.
        Ended = "ended",
        /// The after-call work is over.
        Wrapped = "wrapped",
    }
);

words!(
    /// Direction of a call.
    Direction {
        /// From the customer.
        In = "in",
        /// To the customer.
        Out = "out",
    }
);

words!(
    /// Who ended a call.
    HungUpBy {
        /// The customer.
        Customer = "customer",
        /// The agent.
        Agent = "agent",
        /// The system.
        System = "system",
    }
);

words!(
    /// Kinds of survey.
    SurveyKind {
        /// Customer satisfaction.
        Csat = "csat",
        /// Net promoter score.
        Nps = "nps",
        /// Customer effort score.
        Ces = "ces",
    }
);

words!(
    /// Which end of a scale is good.
    Better {
        /// High is good.
        High = "high",
        /// Low is good.
        Low = "low",
    }
);

words!(
    /// What became of an order.
    OrderStatus {
        /// Cancelled.
        Cancelled = "cancelled",
        /// Refunded, in part or whole.
        Refunded = "refunded",
    }
);

words!(
    /// An agent's presence.
    AgentState {
        /// Not at work.
        Offline = "offline",
        /// Waiting for work.
        Available = "available",
        /// Working on contacts.
        Busy = "busy",
        /// After-contact work.
        Wrap = "wrap",
        /// On a break.
        Break = "break",
        /// In training.
        Training = "training",
    }
);

/// Whose time a status is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusClass {
    /// new, open, snoozed: ours.
    Us,
    /// pending: the customer's.
    Customer,
    /// hold: a third party's.
    ThirdParty,
    /// solved, closed.
    Resolved,
    /// spam, deleted, merged.
    Removed,
}

impl StatusClass {
    /// The written word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Customer => "customer",
            Self::ThirdParty => "third_party",
            Self::Resolved => "resolved",
            Self::Removed => "removed",
        }
    }

    /// Whether someone still has to do something.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Us | Self::Customer | Self::ThirdParty)
    }
}

impl Status {
    /// Whose time it is.
    pub const fn class(self) -> StatusClass {
        match self {
            Self::New | Self::Open | Self::Snoozed => StatusClass::Us,
            Self::Pending => StatusClass::Customer,
            Self::Hold => StatusClass::ThirdParty,
            Self::Solved | Self::Closed => StatusClass::Resolved,
            Self::Spam | Self::Deleted | Self::Merged => StatusClass::Removed,
        }
    }
}

impl Via {
    /// How an actor writes where nothing else is said.
    pub const fn usual(actor: ActorKind) -> Self {
        match actor {
            ActorKind::Bot => Self::Bot,
            ActorKind::Rule | ActorKind::System => Self::Rule,
            ActorKind::Customer | ActorKind::Agent | ActorKind::LightAgent => Self::Human,
        }
    }
}

impl SurveyKind {
    /// The lowest and highest point of the scale where nothing else is said.
    pub const fn usual_scale(self) -> (Decimal, Decimal) {
        match self {
            Self::Csat => (Decimal::from_int(1), Decimal::from_int(5)),
            Self::Nps => (Decimal::from_int(0), Decimal::from_int(10)),
            Self::Ces => (Decimal::from_int(1), Decimal::from_int(7)),
        }
    }
}
