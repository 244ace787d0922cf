//! The desks: queues of conversations that wait for a person, and the agents who take from them.
//!
//! A written follow-up waits for its owner as long as that one is in today or tomorrow; everything else waits at the desk of its team
//! and language, live contacts first, then by priority and channel, then first come first served. Entries of conversations that have
//! moved on are thrown away when they come up.

use std::collections::BinaryHeap;

use super::conversation::{Conversation, Work};
use super::staff::{MOST_CHATS, Presence};
use super::words::{Channel, Language, Priority};
use super::world::{Actor, World};
use crate::event::{ActorKind, AgentStateChange, Body};

/// A place in a queue; the greatest is served first, therefore all parts are negated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Waiting {
    urgency: i64,
    earliness: i64,
    slot: u32,
    phase: u64,
}

/// The queue of one team in one language.
#[derive(Default)]
struct Desk {
    chats: BinaryHeap<Waiting>,
    others: BinaryHeap<Waiting>,
}

/// All queues.
#[derive(Default)]
pub(super) struct Desks([[Desk; 4]; 3]);

/// Where something waits.
#[derive(Clone, Copy)]
enum Place {
    Own,
    Chats(usize),
    Others(usize),
}

impl World {
    /// A conversation needs a person: the first free one takes it, or it waits.
    pub(super) fn offer(&mut self, slot: u32) {
        let phase = self.conv(slot).phase;
        let conversation = self.conversations.get(slot);
        let (team, language, work) = (conversation.team, conversation.language, conversation.work);
        let waiting = Waiting { urgency: urgency(conversation), earliness: -self.now, slot, phase };
        let owner = conversation.owner.filter(|owner| work == Work::Written && self.staff.agent(*owner).comes_soon(self.now));
        if let Some(owner) = owner {
            self.staff.agent_mut(owner).own.push(waiting);
            return self.seek(owner);
        }
        match self.staff.free(team, language, work == Work::Chat) {
            Some(agent) => self.begin(agent, slot),
            None => {
                let desk = &mut self.desks.0[team as usize][language as usize];
                if work == Work::Chat { desk.chats.push(waiting) } else { desk.others.push(waiting) }
            }
        }
    }

    /// An agent looks for work, as long as there is room for more.
    pub(super) fn seek(&mut self, agent: u32) {
        while self.staff.agent(agent).can_take_chat() {
            let Some(slot) = self.take_next(agent) else { break };
            self.begin(agent, slot);
        }
        self.show(agent);
    }

    fn take_next(&mut self, agent: u32) -> Option<u32> {
        let who = self.staff.agent_mut(agent);
        let mut best: Option<(Waiting, Place)> = None;
        let mut consider = |heap: &mut BinaryHeap<Waiting>, place: Place| {
            while heap.peek().is_some_and(|entry| self.conversations.in_phase(entry.slot, entry.phase).is_none()) {
                heap.pop();
            }
            if let Some(entry) = heap.peek()
                && best.is_none_or(|(other, _)| *entry > other)
            {
                best = Some((*entry, place));
            }
        };
        let is_empty_handed = who.has_free_hands();
        if is_empty_handed {
            consider(&mut who.own, Place::Own);
        }
        for language in Language::ALL.iter().filter(|language| who.speaks(**language)) {
            let desk = &mut self.desks.0[who.team as usize][*language as usize];
            if who.chats < MOST_CHATS {
                consider(&mut desk.chats, Place::Chats(*language as usize));
            }
            if is_empty_handed {
                consider(&mut desk.others, Place::Others(*language as usize));
            }
        }
        let (entry, place) = best?;
        let team = &mut self.desks.0[who.team as usize];
        match place {
            Place::Own => who.own.pop(),
            Place::Chats(language) => team[language].chats.pop(),
            Place::Others(language) => team[language].others.pop(),
        };
        Some(entry.slot)
    }

    /// The agent takes the conversation in hand.
    fn begin(&mut self, agent: u32, slot: u32) {
        let work = self.conv(slot).work;
        self.conv(slot).handler = Some(agent);
        self.conv(slot).work_began = self.now;
        let who = self.staff.agent_mut(agent);
        match work {
            Work::Chat => who.chats += 1,
            Work::Written => who.is_writing = true,
            Work::Call | Work::Callback => who.is_calling = true,
        }
        self.staff.refresh(agent, self.now);
        self.show(agent);
        match work {
            Work::Written => self.begin_written(slot, agent),
            Work::Callback => self.begin_callback(slot, agent),
            Work::Call => self.ring(slot, agent),
            Work::Chat => self.answer_chat(slot, agent),
        }
    }

    /// The agent's hands are free again of this conversation.
    pub(super) fn release(&mut self, slot: u32) -> Option<u32> {
        let work = self.conv(slot).work;
        let agent = self.conv(slot).handler.take()?;
        let who = self.staff.agent_mut(agent);
        match work {
            Work::Chat => who.chats -= 1,
            Work::Written => who.is_writing = false,
            Work::Call | Work::Callback => who.is_calling = false,
        }
        self.leave_if_due(agent);
        Some(agent)
    }

    /// The agent goes to lunch or home when it is time and the hands are empty.
    pub(super) fn leave_if_due(&mut self, agent: u32) {
        let who = self.staff.agent_mut(agent);
        if who.is_idle()
            && let Some(presence) = who.leaving.take()
        {
            who.presence = presence;
            match presence {
                Presence::Resting(seconds) => {
                    self.agenda.plan(self.now + seconds, super::agenda::Action::BreakOver(agent));
                }
                Presence::Away => self.clear_own(agent),
                Presence::Here => {}
            }
        }
        self.staff.refresh(agent, self.now);
    }

    /// What waits for somebody who does not come tomorrow goes back to the team.
    fn clear_own(&mut self, agent: u32) {
        if self.staff.agent(agent).comes_soon(self.now) {
            return;
        }
        let mut own = std::mem::take(&mut self.staff.agent_mut(agent).own).into_sorted_vec();
        while let Some(entry) = own.pop() {
            if self.conversations.in_phase(entry.slot, entry.phase).is_some() {
                let team = self.conv(entry.slot).team;
                self.assign(entry.slot, None, team, Actor::Rule);
                self.offer(entry.slot);
            }
        }
    }

    /// Tells the agent's presence if it differs from what was told.
    pub(super) fn show(&mut self, agent: u32) {
        let who = self.staff.agent_mut(agent);
        let state = who.state();
        if state != who.shown {
            who.shown = state;
            let id = who.id.clone();
            let body = Body::AgentState(AgentStateChange { agent: Some(id.clone()), state });
            self.write(None, ActorKind::Agent, Some(id), None, body);
        }
    }
}

fn urgency(conversation: &Conversation) -> i64 {
    let class = match (conversation.work, conversation.channel) {
        (Work::Call, _) => 0,
        (Work::Chat, _) => 1,
        (Work::Callback, _) => 4,
        (Work::Written, Channel::Whatsapp | Channel::Chat) => 5,
        (Work::Written, Channel::Social) => 6,
        (Work::Written, _) => 7,
    };
    let lift = match conversation.priority {
        Priority::Low => -1,
        Priority::Normal => 0,
        Priority::High => 1,
        Priority::Urgent => 3,
    };
    lift - class
}
