//! What is going to happen: the heap of future actions that drives the simulation.
//!
//! Actions of one second run in the order in which they were planned, so that the order is the same each time. Only what is
//! already certain stands here; the rest of the future is drawn when its time has come, and that bounds the heap.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::words::Channel;
use crate::event::Text;

/// Something that is going to happen.
pub(super) enum Action {
    /// A local day begins, counted from zero.
    Midnight(u32),
    /// An hour's demand is drawn.
    Hour,
    /// A conversation begins.
    Arrival(Channel),
    /// A customer orders; `None`: who, is drawn then.
    Order(Option<u32>),
    /// A customer's order is refunded, in part or whole.
    Refund(u32, Text, i64),
    /// An agent's shift begins.
    ShiftStart(u32),
    /// An agent's break is due, for so many seconds.
    BreakDue(u32, i64),
    /// An agent's break is over.
    BreakOver(u32),
    /// An agent's shift ends.
    ShiftEnd(u32),
    /// A customer gets the quarterly question.
    Nps,
    /// And answers it.
    NpsAnswer(u32, Text),
    /// The next step of a conversation: its slot, the phase that it belongs to, and the step.
    Step(u32, u64, Step),
}

/// A step of one conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    AutoReply,
    BotGreets,
    BotDecides,
    Nudge,
    WantsCallback,
    GivesUp,
    RingOver,
    Holds,
    Resumes,
    CallOver,
    WrapOver,
    CallbackRings,
    AgentTypes,
    CustomerTypes,
    WorkDone,
    CustomerAnswers,
    AutoClose,
    CourierAnswers,
    Thanks,
    Returns,
    SecondThoughts,
    CloseForGood,
    FindSpam,
    SendSurvey,
    AnswerSurvey,
    ChangeAnswer,
    Review,
}

/// The phase of steps that happen whatever the conversation does meanwhile.
pub(super) const ANY_PHASE: u64 = 0;

struct Entry {
    at: i64,
    order: u64,
    action: Action,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// The future, soonest first.
#[derive(Default)]
pub(super) struct Agenda {
    heap: BinaryHeap<Reverse<Entry>>,
    planned: u64,
}

impl Agenda {
    /// Plans an action at a second. Midnights run before all else of their second: a day's count is taken before its successor begins.
    pub(super) fn plan(&mut self, at: i64, action: Action) {
        self.planned += 1;
        let order = if matches!(action, Action::Midnight(_)) { 0 } else { self.planned };
        self.heap.push(Reverse(Entry { at, order, action }));
    }

    /// The next action before `end`.
    pub(super) fn next_before(&mut self, end: i64) -> Option<(i64, Action)> {
        if self.heap.peek().is_none_or(|Reverse(entry)| entry.at >= end) {
            return None;
        }
        self.heap.pop().map(|Reverse(entry)| (entry.at, entry.action))
    }
}
