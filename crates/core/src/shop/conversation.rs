//! A conversation that is alive, and the shelf that holds all of them.
//!
//! A conversation carries what its customer has in mind (how many rounds it will take, whether a courier is needed) and where it
//! stands. It leaves the shelf as soon as nothing more can happen to it, which keeps the shelf small.

use super::truth::ConversationTruth;
use super::words::{Brand, Channel, Language, Priority, Reason, Team};
use crate::event::{Status, StatusClass, Text};

/// What kind of work a waiting conversation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// A written answer.
    Written,
    /// An outgoing call.
    Callback,
    /// A ringing phone.
    Call,
    /// A live chat.
    Chat,
}

/// One conversation.
pub(super) struct Conversation {
    /// Its place in the order of all conversations.
    pub(super) number: u64,
    pub(super) customer: Option<u32>,
    pub(super) channel: Channel,
    pub(super) language: Language,
    pub(super) brand: Brand,
    pub(super) reason: Reason,
    pub(super) priority: Priority,
    pub(super) team: Team,
    pub(super) status: Status,
    pub(super) work: Work,
    /// Who owns it as the help desk shows it.
    pub(super) owner: Option<u32>,
    /// Who owned it last, where nobody does.
    pub(super) last_owner: Option<u32>,
    /// Who has it in hand right now.
    pub(super) handler: Option<u32>,
    /// Steps of other phases are void. Never repeats in the shop.
    pub(super) phase: u64,
    /// Planned steps, void ones too: while there are any, the conversation stays on the shelf.
    pub(super) planned: u32,
    /// How many more times the agent has to ask back.
    pub(super) rounds: u8,
    /// How many more messages the agent of a live chat writes.
    pub(super) turns: u8,
    /// A courier has to be asked.
    pub(super) needs_courier: bool,
    /// The frontline cannot solve it.
    pub(super) needs_tier2: bool,
    pub(super) escalated: bool,
    /// Nobody but an agent will see that it is spam.
    pub(super) is_spam: bool,
    /// The customer asks to be forgotten.
    pub(super) wants_deletion: bool,
    /// The conversation that it repeats.
    pub(super) repeats: Option<Text>,
    /// The order that it is about: id and amount in units of [`crate::event::Decimal`].
    pub(super) order: Option<(Text, i64)>,
    /// When the current work began.
    pub(super) work_began: i64,
    /// What the customer thinks of it, 1 to 5, when asked.
    pub(super) score: i64,
    /// The help desk knows the reason.
    pub(super) reason_is_told: bool,
    /// The live session of its messages.
    pub(super) session: Option<Text>,
    pub(super) last_replier: Option<u32>,
    pub(super) truth: ConversationTruth,
}

impl Conversation {
    /// Whether nothing can happen to it any more.
    fn is_over(&self) -> bool {
        let rests = matches!(self.status.class(), StatusClass::Resolved | StatusClass::Removed);
        rests && self.planned == 0 && self.handler.is_none()
    }

    pub(super) fn is_open(&self) -> bool {
        self.status.class().is_open()
    }
}

/// Conversations by slot; slots are used again.
#[derive(Default)]
pub(super) struct Conversations {
    slots: Vec<Option<Box<Conversation>>>,
    free: Vec<u32>,
}

impl Conversations {
    pub(super) fn add(&mut self, conversation: Conversation) -> u32 {
        let conversation = Some(Box::new(conversation));
        match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = conversation;
                slot
            }
            None => {
                self.slots.push(conversation);
                (self.slots.len() - 1) as u32
            }
        }
    }

    pub(super) fn get(&self, slot: u32) -> &Conversation {
        self.slots[slot as usize].as_ref().expect("a planned step keeps its conversation on the shelf")
    }

    pub(super) fn get_mut(&mut self, slot: u32) -> &mut Conversation {
        self.slots[slot as usize].as_mut().expect("a planned step keeps its conversation on the shelf")
    }

    /// The conversation in a slot, if that is still in this phase.
    pub(super) fn in_phase(&self, slot: u32, phase: u64) -> Option<&Conversation> {
        self.slots[slot as usize].as_deref().filter(|conversation| conversation.phase == phase)
    }

    /// The conversation in a slot, if it still is the one of that number.
    pub(super) fn numbered(&self, slot: u32, number: u64) -> Option<&Conversation> {
        self.slots[slot as usize].as_deref().filter(|conversation| conversation.number == number)
    }

    /// Takes the conversation off the shelf if it is over.
    pub(super) fn take_if_over(&mut self, slot: u32) -> Option<Box<Conversation>> {
        if !self.slots[slot as usize].as_ref().is_some_and(|conversation| conversation.is_over()) {
            return None;
        }
        self.free.push(slot);
        self.slots[slot as usize].take()
    }

    pub(super) fn alive_count(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Takes all that are left, in the order of their beginning.
    pub(super) fn take_all(&mut self) -> Vec<Conversation> {
        self.free.clear();
        let mut rest: Vec<_> = std::mem::take(&mut self.slots).into_iter().flatten().map(|conversation| *conversation).collect();
        rest.sort_by_key(|conversation| conversation.number);
        rest
    }
}
