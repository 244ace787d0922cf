//! What really happened in the simulated shop, written down by those who did it.
//!
//! The truth is kept while the shop runs, by the same steps that emit the events, and never derived from the events: so it can
//! judge whoever folds them. It holds no KPI; those that test KPIs compute them from these records.

use crate::event::{Cause, Instant, Origin, Status, Text};

/// One conversation as it really went, up to the end of the simulation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationTruth {
    /// Its id in the events.
    pub conversation: Text,
    /// When it began.
    pub created_at: Instant,
    /// Its channel; the shop never moves a conversation to another.
    pub channel: Text,
    /// Who began it.
    pub origin: Origin,
    /// Who it is with.
    pub customer: Text,
    /// When a customer first began to wait for a person. For proactive conversations: the customer's first message.
    pub first_wait_at: Option<Instant>,
    /// When a person first replied: a public message by hand, or a call or chat that was answered.
    pub first_reply_at: Option<Instant>,
    /// Seconds between the two.
    pub first_reply_seconds: Option<i64>,
    /// Who gave the first reply.
    pub first_reply_agent: Option<Text>,
    /// Replies of people: public messages outside of live sessions, and answered calls and chats, each once.
    pub touch_count: u32,
    /// Each time it became solved or closed; solved and then closed is one time.
    pub resolved_at: Vec<Instant>,
    /// Each time it came back from solved or closed.
    pub reopened: Vec<Reopening>,
    /// When it became spam, deleted or merged.
    pub removed_at: Option<Instant>,
    /// The conversation that it was merged into.
    pub merged_into: Option<Text>,
    /// Its status at the end of the simulation.
    pub status: Status,
    /// When the csat survey went out; the shop asks once per conversation.
    pub survey_sent_at: Option<Instant>,
    /// Answers to it in their order; a later one replaces the earlier.
    pub csat: Vec<CsatAnswer>,
    /// Its calls and live chats that waited, and the calls back.
    pub calls: Vec<CallTruth>,
    /// A tool measured work on it.
    pub is_measured: bool,
    /// The conversation that it follows up.
    pub parent: Option<Text>,
    /// What was done in it, in the order in which it was done.
    pub deeds: Vec<(Instant, Deed)>,
}

/// Something that was done in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// The customer wrote.
    CustomerWrote,
    /// A bot answered.
    BotAnswered,
    /// A person wrote to the customer, or took the call or chat.
    PersonReplied,
    /// A person wrote something for colleagues.
    PersonNoted,
    /// The bot gave it to people.
    HandedOver,
    /// It was given to those who know more.
    Escalated,
    /// It went from one who had it to another, or to another team.
    PassedOn,
    /// The help desk learned what it is about.
    ReasonTold(Text),
    /// It became solved or closed.
    Resolved,
    /// It came back from that.
    Reopened(Cause),
}

/// A call, a live chat in its queue, or a call back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CallTruth {
    /// The team called, not the customer.
    pub is_callback: bool,
    /// When it entered the queue, or went to voicemail, or the call back began. In seconds, as all that follow.
    pub entered_at: i64,
    /// It met nobody and left a voicemail.
    pub is_voicemail: bool,
    /// When the customer left it.
    pub left_at: Option<i64>,
    /// When the customer asked to be called back.
    pub asked_at: Option<i64>,
    /// When a person took it.
    pub answered_at: Option<i64>,
    /// When the work on it was over, the wrap-up included.
    pub done_at: Option<i64>,
}

/// A resolved conversation that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reopening {
    /// When.
    pub at: Instant,
    /// Who brought it back.
    pub cause: Cause,
}

/// A csat answer on the scale 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsatAnswer {
    /// When it was given.
    pub at: Instant,
    /// 1 to 5.
    pub score: i64,
}

/// One local day as it really went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayTruth {
    /// The midnight that ends the day; events of that very instant belong to the next day.
    pub ends_at: Instant,
    /// Conversations that were neither resolved nor removed at that instant.
    pub open_count: u64,
}

impl ConversationTruth {
    /// Whether somebody still had to do something at `at`; what happened at that very instant counts as not yet happened.
    pub fn is_open_before(&self, at: Instant) -> bool {
        let resolved = self.resolved_at.iter().filter(|resolved| **resolved < at).count();
        let reopened = self.reopened.iter().filter(|reopening| reopening.at < at).count();
        self.created_at < at && resolved == reopened && self.removed_at.is_none_or(|removed| removed >= at)
    }
}
