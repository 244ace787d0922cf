//! What a column of a table can mean, for each kind of rows: the words on the left of `[columns]` in a mapping.
//!
//! The reader of mappings, the proposer and the documentation all go by this one list.

/// What a row of the table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKind {
    /// A row per conversation, in its latest state.
    Conversations,
    /// A row per call.
    Calls,
    /// A row per message.
    Messages,
    /// A row per change of a conversation: an audit log.
    Changes,
    /// A row per answered questionnaire.
    Surveys,
    /// A row per order.
    Orders,
}

use RowKind::{Calls as K, Changes as H, Conversations as C, Messages as M, Orders as O, Surveys as S};

impl RowKind {
    /// All of them.
    pub const ALL: [Self; 6] = [C, K, M, H, S, O];

    /// The word in a mapping.
    pub const fn name(self) -> &'static str {
        match self {
            C => "conversations",
            K => "calls",
            M => "messages",
            H => "changes",
            S => "surveys",
            O => "orders",
        }
    }

    /// From the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == word)
    }

    /// The columns that rows of this kind can have.
    pub fn targets(self) -> impl Iterator<Item = &'static TargetInfo> {
        TARGETS.iter().filter(move |target| target.kinds.contains(&self))
    }
}

/// The type of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetType {
    /// Text.
    Text,
    /// A date or time.
    Instant,
    /// A whole number.
    Int,
    /// A decimal.
    Decimal,
    /// A word of the event format; other words need a value map.
    Word,
}

/// One meaning.
#[derive(Debug)]
pub struct TargetInfo {
    /// The word in a mapping.
    pub name: &'static str,
    /// Which of the list it is.
    pub target: Target,
    /// The type of its values.
    pub ty: TargetType,
    /// Kinds of rows that can have it.
    pub kinds: &'static [RowKind],
    /// Kinds of rows that cannot do without it.
    pub needed: &'static [RowKind],
    /// What it means.
    pub sentence: &'static str,
}

macro_rules! targets {
    ($($target:ident $name:literal $ty:ident [$($kind:ident)*] [$($needed:ident)*] $sentence:literal;)*) => {
        /// A meaning, as a place in [`TARGETS`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Target { $(#[doc = $sentence] $target),* }

        /// All meanings, in the order in which a mapping is best written.
        pub static TARGETS: &[TargetInfo] = &[$(TargetInfo {
            name: $name,
            target: Target::$target,
            ty: TargetType::$ty,
            kinds: &[$($kind),*],
            needed: &[$($needed),*],
            sentence: $sentence,
        }),*];
    };
}

targets! {
    Id "id" Text [C K M H S O] [C K H O] "The id of what the row is about: the ticket, call, message, answer or order.";
    Conversation "conversation" Text [K M S] [M] "The conversation that the row belongs to.";
    OpenedAt "opened_at" Instant [C H] [C] "When the conversation began.";
    StartedAt "started_at" Instant [K] [K] "When the call came in or was placed.";
    At "at" Instant [M H S O] [M H S O] "When it happened: the message, the change, the answer, the order.";
    Order "order" Int [M H] [] "The order of rows of one conversation, where their times are too coarse.";
    FirstReplyAt "first_reply_at" Instant [C] [] "When a person first answered.";
    FirstReplyBy "first_reply_by" Text [C] [] "Who first answered; absent: `agent`.";
    AnsweredAt "answered_at" Instant [K] [] "When an agent took the call.";
    AbandonedAt "abandoned_at" Instant [K] [] "When the caller gave up.";
    VoicemailAt "voicemail_at" Instant [K] [] "When the call went to voicemail.";
    EndedAt "ended_at" Instant [K] [] "When the talk was over.";
    WrappedAt "wrapped_at" Instant [K] [] "When the after-call work was over.";
    WaitSeconds "wait_seconds" Int [K] [] "Seconds in the queue, where no time of answering or giving up is known.";
    TalkSeconds "talk_seconds" Int [K] [] "Seconds of talk, where no time of its end is known.";
    WrapSeconds "wrap_seconds" Int [K] [] "Seconds of after-call work, where no time of its end is known.";
    Outcome "outcome" Word [K] [] "What became of the call: answered, abandoned or voicemail.";
    ResolvedAt "resolved_at" Instant [C K H] [] "When it was solved, the last time.";
    ResolvedBy "resolved_by" Text [C H] [] "Who solved it.";
    ClosedAt "closed_at" Instant [C K H] [] "When it was closed for good.";
    UpdatedAt "updated_at" Instant [C] [] "When it was changed last: dates a `status` that has no time of its own.";
    DueAt "due_at" Instant [C H] [] "The target time that the source gave it.";
    Status "status" Word [C H] [] "Its status.";
    Agent "agent" Text [C K H S] [] "The agent that it is assigned to, who took the call, whom the answer is about.";
    Team "team" Text [C K M H] [] "The team.";
    Queue "queue" Text [K] [] "The queue of the call.";
    Direction "direction" Word [K] [] "in or out.";
    HungUpBy "hung_up_by" Word [K] [] "Who ended the call: customer, agent or system.";
    Role "role" Word [M] [M] "Who wrote the message: customer, agent, light_agent, bot, rule or system.";
    Account "account" Text [M] [] "The writer's id.";
    Public "public" Word [M] [] "false: a private note.";
    Via "via" Word [M] [] "How it was written: human, macro, rule, bot, ai, campaign or echo.";
    Session "session" Text [M] [] "The live session of the message.";
    Chars "chars" Int [M] [] "Length of the message in characters.";
    Body "text" Text [M] [] "The message itself: only its length is taken.";
    Actor "actor" Text [H] [] "Who made the change.";
    ActorKind "actor_kind" Word [C H] [] "What that one is: customer, agent, light_agent, bot, rule or system.";
    Channel "channel" Text [C K M H O] [] "The channel.";
    Brand "brand" Text [C K M H] [] "The shop or brand.";
    Priority "priority" Text [C K M H] [] "The priority.";
    Reason "reason" Text [C K M H] [] "The contact reason.";
    Tags "tags" Text [C K M H] [] "The tags, parted by `;`.";
    Language "language" Text [C K M H] [] "The language.";
    Customer "customer" Text [C K M H S O] [O] "The customer's id.";
    Origin "origin" Word [C H] [] "Who began it: customer, agent, system or import.";
    Parent "parent" Text [C H] [] "The conversation that it follows up.";
    HandleSeconds "handle_seconds" Int [C] [] "Seconds of handling that the tool measured.";
    SentAt "sent_at" Instant [S] [] "When the questionnaire was sent.";
    Amount "amount" Decimal [O] [O] "What was paid.";
    Currency "currency" Text [O] [] "ISO 4217 code.";
    CancelledAt "cancelled_at" Instant [O] [] "When the order was cancelled.";
    RefundedAt "refunded_at" Instant [O] [] "When it was refunded.";
    RefundedAmount "refunded_amount" Decimal [O] [] "How much was refunded; absent: all.";
    Revision "revision" Int [C K M H S O] [] "Rises with each change of the row, so that a later export corrects an earlier one; a time will do.";
}

/// The meaning of that name, whatever the kind of rows.
pub fn find(name: &str) -> Option<&'static TargetInfo> {
    TARGETS.iter().find(|target| target.name == name)
}

impl Target {
    /// Its place in the list.
    pub fn info(self) -> &'static TargetInfo {
        &TARGETS[self as usize]
    }
}
