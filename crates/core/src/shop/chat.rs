//! Live chats: the bot answers first, solves some, and hands the others to people who hold several at a time.

use super::agenda::Step;
use super::conversation::Work;
use super::truth::CallTruth;
use super::words::{Reason, Team};
use super::world::{Actor, World};
use crate::event::*;

/// Mean seconds that a customer stays in the chat's queue.
const PATIENCE_SECONDS: f64 = 420.0;

impl World {
    pub(super) fn begin_chat(&mut self, slot: u32) {
        self.customer_says(slot);
        let delay = self.chance.between(2, 7);
        self.plan(slot, delay, Step::BotGreets);
    }

    pub(super) fn bot_greets(&mut self, slot: u32) {
        self.machine_says(slot, Actor::Bot, Via::Bot);
        let delay = self.chance.between(15, 90);
        self.plan(slot, delay, Step::BotDecides);
    }

    /// The bot has understood it and solves it, or hands it over.
    pub(super) fn bot_decides(&mut self, slot: u32) {
        let easy = match self.conv(slot).reason {
            Reason::Delivery | Reason::Account => 0.45,
            Reason::Presale | Reason::Other | Reason::Sizing => 0.28,
            Reason::Return | Reason::Defective | Reason::Payment => 0.1,
        };
        if !self.conv(slot).needs_tier2 && self.chance.happens(easy) {
            let via = if self.chance.happens(0.6) { Via::Ai } else { Via::Bot };
            self.machine_says(slot, Actor::Bot, via);
            self.move_to(slot, Status::Solved, Actor::Bot, Cause::Bot);
            if self.chance.happens(0.1) {
                let delay = self.chance.around(4.0 * 3600.0, 1.3);
                self.plan(slot, delay, Step::Returns);
            }
            return;
        }
        self.hand_over(slot);
        let language = self.conv(slot).language;
        if self.staff.is_staffed(Team::Frontline, language) {
            self.conv(slot).work = Work::Chat;
            self.call(slot, Actor::Customer, CallStep::Queued, None, None);
            self.record_call(slot, CallTruth::default());
            let patience = self.chance.patience(PATIENCE_SECONDS);
            self.plan(slot, patience, Step::GivesUp);
        } else {
            self.conv(slot).session = None;
        }
        self.offer(slot);
    }

    /// An agent joins the chat.
    pub(super) fn answer_chat(&mut self, slot: u32, agent: u32) {
        self.new_phase(slot);
        self.assign(slot, Some(agent), Team::Frontline, Actor::System);
        self.call(slot, Actor::Agent(agent), CallStep::Answered, Some(agent), None);
        self.record_reply(slot, agent, true);
        self.record_step(slot, |call| &mut call.answered_at);
        self.conv(slot).turns = 1 + self.chance.weighted(&[0.55, 0.33, 0.12]) as u8;
        let delay = self.chance.around(45.0, 0.5);
        self.plan(slot, delay, Step::AgentTypes);
    }

    pub(super) fn agent_types(&mut self, slot: u32) {
        let Some(agent) = self.conv(slot).handler else { return };
        self.agent_says(slot, agent);
        self.conv(slot).turns -= 1;
        let is_last = self.conv(slot).turns == 0;
        let delay = self.chance.around(60.0, 0.7);
        self.plan(slot, delay, if is_last { Step::CallOver } else { Step::CustomerTypes });
    }

    pub(super) fn customer_types(&mut self, slot: u32) {
        self.customer_says(slot);
        let delay = self.chance.around(80.0, 0.6);
        self.plan(slot, delay, Step::AgentTypes);
    }

    /// The chat is over: what comes after is decided like after any other work.
    pub(super) fn end_chat(&mut self, slot: u32) {
        let Some(agent) = self.conv(slot).handler else { return };
        let by = if self.chance.happens(0.7) { HungUpBy::Customer } else { HungUpBy::Agent };
        self.call(slot, Actor::Agent(agent), CallStep::Ended, Some(agent), Some(by));
        self.record_step(slot, |call| &mut call.done_at);
        self.release(slot);
        self.conv(slot).session = None;
        self.conv(slot).work = Work::Written;
        self.conclude(slot, agent);
        self.seek(agent);
    }
}
