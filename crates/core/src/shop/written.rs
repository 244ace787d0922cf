//! Written work: an agent reads, thinks, and answers, asks back, asks a courier, or passes it on.

use super::agenda::Step;
use super::conversation::Work;
use super::truth::Deed;
use super::words::{Brand, Reason, Team};
use super::world::{Actor, World};
use crate::event::*;

/// Days after which a question to a customer that stays unanswered is closed.
const AUTO_CLOSE_SECONDS: i64 = 4 * 86_400;

impl World {
    pub(super) fn begin_written(&mut self, slot: u32, agent: u32) {
        let team = self.conv(slot).team;
        self.assign(slot, Some(agent), team, Actor::Agent(agent));
        let slow = if team == Team::Tier2 { 2.0 } else { 1.0 };
        let median = self.conv(slot).channel.answer_seconds() * slow;
        let work = self.chance.around(median, 0.6);
        self.plan(slot, work, Step::WorkDone);
    }

    /// The agent is through with it.
    pub(super) fn work_done(&mut self, slot: u32) {
        let Some(agent) = self.conv(slot).handler else { return };
        if self.chance.happens(0.15) {
            let seconds = self.now - self.conv(slot).work_began;
            let who = Some(self.staff.agent(agent).id.clone());
            self.tell(slot, Actor::Agent(agent), Body::Worked(Worked { agent: who, seconds }));
            self.conv(slot).truth.is_measured = true;
        }
        self.release(slot);
        let conversation = self.conv(slot);
        let needs_help = conversation.needs_tier2 && !conversation.escalated;
        if let Some(primary) = conversation.repeats.take() {
            conversation.truth.merged_into = Some(primary);
            self.move_to(slot, Status::Merged, Actor::Agent(agent), Cause::Merge);
        } else if conversation.is_spam {
            self.move_to(slot, Status::Spam, Actor::Agent(agent), Cause::Agent);
        } else if conversation.wants_deletion {
            self.move_to(slot, Status::Deleted, Actor::Agent(agent), Cause::Agent);
        } else {
            if !needs_help {
                self.agent_says(slot, agent);
            }
            self.conclude(slot, agent);
        }
        self.seek(agent);
    }

    /// What an agent does with a conversation after a talk, a chat or a letter.
    pub(super) fn conclude(&mut self, slot: u32, agent: u32) {
        self.correct_fields(slot, agent);
        let conversation = self.conv(slot);
        if conversation.needs_tier2 && !conversation.escalated {
            self.escalate(slot, agent);
        } else if conversation.needs_courier {
            conversation.needs_courier = false;
            self.move_to(slot, Status::Hold, Actor::Agent(agent), Cause::Agent);
            let delay = self.chance.around(26.0 * 3600.0, 0.7);
            self.plan(slot, delay, Step::CourierAnswers);
        } else if conversation.rounds > 0 {
            conversation.rounds -= 1;
            self.move_to(slot, Status::Pending, Actor::Agent(agent), Cause::Agent);
            self.await_customer(slot, 0.8);
        } else {
            self.move_to(slot, Status::Solved, Actor::Agent(agent), Cause::Agent);
            self.after_solved(slot, agent);
        }
    }

    /// The agent sets right what was missing or wrong in the fields, and leaves a note now and then.
    fn correct_fields(&mut self, slot: u32, agent: u32) {
        let actor = Actor::Agent(agent);
        if !self.conv(slot).reason_is_told {
            self.conv(slot).reason_is_told = true;
            let reason = self.conv(slot).reason;
            let value = self.words.reasons[reason as usize].clone();
            let field = self.words.field_reason.clone();
            self.tell(slot, actor, Body::Field(FieldChange { field, value: Some(value.clone()) }));
            self.note(slot, Deed::ReasonTold(value));
        }
        if self.chance.happens(0.03) {
            let value = self.words.tags[self.chance.index(self.words.tags.len())].clone();
            let field = self.words.field_tags.clone();
            self.tell(slot, actor, Body::Field(FieldChange { field, value: Some(value) }));
        }
        if self.chance.happens(0.06) {
            self.agent_notes(slot, agent);
        }
    }

    /// Tier two takes over: a note, sometimes a higher priority, and a place in their queue.
    fn escalate(&mut self, slot: u32, agent: u32) {
        let actor = Actor::Agent(agent);
        self.conv(slot).escalated = true;
        self.agent_notes(slot, agent);
        if self.chance.happens(0.4) {
            self.conv(slot).priority = super::words::Priority::High;
            let value = Some(self.words.priorities[super::words::Priority::High as usize].clone());
            let field = self.words.field_priority.clone();
            self.tell(slot, actor, Body::Field(FieldChange { field, value }));
        }
        let kinds = [Escalation::Functional, Escalation::Hierarchical, Escalation::External];
        let escalation = Some(kinds[self.chance.weighted(&[0.8, 0.15, 0.05])]);
        let tier = Some(self.words.teams[Team::Tier2 as usize].clone());
        self.tell(slot, actor, Body::Escalated(Escalated { tier, escalation }));
        self.note(slot, Deed::Escalated);
        self.assign(slot, None, Team::Tier2, actor);
        self.offer(slot);
    }

    /// The ball is with the customer, who answers in time with this probability.
    pub(super) fn await_customer(&mut self, slot: u32, answers: f64) {
        self.plan(slot, AUTO_CLOSE_SECONDS, Step::AutoClose);
        if self.chance.happens(answers) {
            let delay = self.chance.around(5.0 * 3600.0, 1.2);
            self.plan(slot, delay, Step::CustomerAnswers);
        }
    }

    pub(super) fn customer_answers(&mut self, slot: u32) {
        self.customer_says(slot);
        self.move_to(slot, Status::Open, Actor::Customer, Cause::Customer);
        self.offer(slot);
    }

    pub(super) fn courier_answers(&mut self, slot: u32) {
        self.move_to(slot, Status::Open, Actor::System, Cause::System);
        self.offer(slot);
    }

    /// Nobody answered for four days. One brand solves, the other closes.
    pub(super) fn auto_close(&mut self, slot: u32) {
        let status = if self.conv(slot).brand == Brand::Lumina { Status::Solved } else { Status::Closed };
        self.move_to(slot, status, Actor::Rule, Cause::AutoClose);
        if self.chance.happens(0.08) {
            let delay = self.chance.around(30.0 * 3600.0, 0.8);
            self.plan(slot, delay, Step::Returns);
        }
    }

    /// A customer comes back to what was solved.
    pub(super) fn customer_returns(&mut self, slot: u32) {
        let knows_nobody = self.conv(slot).last_replier.is_none();
        self.conv(slot).session = None;
        self.conv(slot).work = Work::Written;
        self.customer_says(slot);
        self.move_to(slot, Status::Open, Actor::Customer, Cause::Customer);
        if knows_nobody && self.conv(slot).channel == super::words::Channel::Chat {
            self.hand_over(slot);
        }
        self.offer(slot);
    }

    /// An agent sees a mistake in what was solved.
    pub(super) fn second_thoughts(&mut self, slot: u32) {
        let Some(agent) = self.conv(slot).last_replier else { return };
        if self.staff.agent(agent).presence == super::staff::Presence::Here {
            self.move_to(slot, Status::Open, Actor::Agent(agent), Cause::Agent);
            self.offer(slot);
        }
    }

    /// Whether the reason is one that money may go back for.
    pub(super) fn may_refund(&mut self, slot: u32) -> bool {
        matches!(self.conv(slot).reason, Reason::Return | Reason::Defective | Reason::Payment)
    }
}
