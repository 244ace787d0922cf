//! Calls: the queue, ringing, talking, holding, the wrap-up; callbacks for those who do not want to wait, a voicemail at night.

use super::agenda::{Action, Step};
use super::conversation::Work;
use super::staff::Presence;
use super::truth::CallTruth;
use super::words::{Channel, Team};
use super::world::{Actor, World};
use crate::event::*;

/// Mean seconds that a caller stays in the queue.
const PATIENCE_SECONDS: f64 = 260.0;
/// How long an agent who let it ring is taken off the line.
const MISSED_REST_SECONDS: i64 = 180;

impl World {
    pub(super) fn begin_call(&mut self, slot: u32) {
        let language = self.conv(slot).language;
        if !self.staff.is_staffed(Team::Frontline, language) {
            self.conv(slot).work = Work::Callback;
            let body = Call {
                step: CallStep::Voicemail,
                call: Some(super::words::name('p', self.conv(slot).number)),
                queue: Some(self.words.queue_phone.clone()),
                agent: None,
                direction: Some(Direction::In),
                hung_up_by: None,
            };
            self.tell(slot, Actor::Customer, Body::Call(body));
            self.record_call(slot, CallTruth { is_voicemail: true, ..CallTruth::default() });
            return self.offer(slot);
        }
        self.conv(slot).work = Work::Call;
        self.call(slot, Actor::Customer, CallStep::Queued, None, None);
        self.record_call(slot, CallTruth::default());
        self.wait_in_line(slot);
        if self.chance.happens(0.25) {
            let delay = self.chance.between(60, 150);
            self.plan(slot, delay, Step::WantsCallback);
        }
        self.offer(slot);
    }

    fn wait_in_line(&mut self, slot: u32) {
        let patience = self.chance.patience(PATIENCE_SECONDS);
        self.plan(slot, patience, Step::GivesUp);
    }

    /// It rings at an agent's.
    pub(super) fn ring(&mut self, slot: u32, agent: u32) {
        self.call(slot, Actor::System, CallStep::Ringing, Some(agent), None);
        let delay = self.chance.between(3, 12);
        self.plan(slot, delay, Step::RingOver);
    }

    /// The agent takes the call, or misses it and the caller waits on.
    pub(super) fn ring_over(&mut self, slot: u32) {
        let Some(agent) = self.conv(slot).handler else { return };
        self.new_phase(slot);
        if self.chance.happens(0.03) {
            self.release(slot);
            let who = self.staff.agent_mut(agent);
            if who.presence == Presence::Here {
                who.presence = Presence::Resting(MISSED_REST_SECONDS);
                self.agenda.plan(self.now + MISSED_REST_SECONDS, Action::BreakOver(agent));
                self.staff.refresh(agent, self.now);
            }
            self.show(agent);
            self.wait_in_line(slot);
            return self.offer(slot);
        }
        self.assign(slot, Some(agent), Team::Frontline, Actor::System);
        self.talk(slot, agent);
    }

    /// A talk begins: the reply that the caller waited for.
    fn talk(&mut self, slot: u32, agent: u32) {
        self.call(slot, Actor::Agent(agent), CallStep::Answered, Some(agent), None);
        self.record_reply(slot, agent, true);
        self.record_step(slot, |call| &mut call.answered_at);
        let talk = self.chance.around(210.0, 0.6);
        let step = if self.chance.happens(0.16) { Step::Holds } else { Step::CallOver };
        self.plan(slot, talk, step);
    }

    pub(super) fn hold(&mut self, slot: u32) {
        let Some(agent) = self.conv(slot).handler else { return };
        self.call(slot, Actor::Agent(agent), CallStep::Held, Some(agent), None);
        let delay = self.chance.around(50.0, 0.6);
        self.plan(slot, delay, Step::Resumes);
    }

    pub(super) fn resume(&mut self, slot: u32) {
        let Some(agent) = self.conv(slot).handler else { return };
        self.call(slot, Actor::Agent(agent), CallStep::Resumed, Some(agent), None);
        let delay = self.chance.around(70.0, 0.5);
        self.plan(slot, delay, Step::CallOver);
    }

    /// The talk, or the chat, is over.
    pub(super) fn call_over(&mut self, slot: u32) {
        if self.conv(slot).channel == Channel::Chat {
            return self.end_chat(slot);
        }
        let Some(agent) = self.conv(slot).handler else { return };
        let by = if self.chance.happens(0.8) { HungUpBy::Customer } else { HungUpBy::Agent };
        self.call(slot, Actor::Agent(agent), CallStep::Ended, Some(agent), Some(by));
        let delay = self.chance.around(50.0, 0.5);
        self.plan(slot, delay, Step::WrapOver);
    }

    pub(super) fn wrap_over(&mut self, slot: u32) {
        let Some(agent) = self.conv(slot).handler else { return };
        self.call(slot, Actor::Agent(agent), CallStep::Wrapped, Some(agent), None);
        self.record_step(slot, |call| &mut call.done_at);
        self.release(slot);
        self.conv(slot).work = Work::Written;
        self.conclude(slot, agent);
        self.seek(agent);
    }

    /// The caller asks to be called back rather than wait, unless somebody already rings.
    pub(super) fn wants_callback(&mut self, slot: u32) {
        if self.conv(slot).handler.is_some() {
            return;
        }
        self.call(slot, Actor::Customer, CallStep::CallbackRequested, None, None);
        self.record_step(slot, |call| &mut call.asked_at);
        self.new_phase(slot);
        self.conv(slot).work = Work::Callback;
        self.offer(slot);
    }

    /// The customer leaves the queue. Some write later.
    pub(super) fn give_up(&mut self, slot: u32) {
        let agent = self.release(slot);
        self.call(slot, Actor::Customer, CallStep::Abandoned, None, None);
        self.record_step(slot, |call| &mut call.left_at);
        self.conv(slot).work = Work::Written;
        self.conv(slot).session = None;
        self.move_to(slot, Status::Closed, Actor::Rule, Cause::Rule);
        if self.chance.happens(0.2) {
            let delay = self.chance.around(3600.0, 1.0);
            self.plan(slot, delay, Step::Returns);
        }
        if let Some(agent) = agent {
            self.seek(agent);
        }
    }

    pub(super) fn begin_callback(&mut self, slot: u32, agent: u32) {
        self.assign(slot, Some(agent), Team::Frontline, Actor::System);
        self.call(slot, Actor::Agent(agent), CallStep::CallbackStarted, Some(agent), None);
        self.record_call(slot, CallTruth { is_callback: true, ..CallTruth::default() });
        let delay = self.chance.between(8, 30);
        self.plan(slot, delay, Step::CallbackRings);
    }

    /// The customer takes the callback, or finds a message.
    pub(super) fn callback_rings(&mut self, slot: u32) {
        let Some(agent) = self.conv(slot).handler else { return };
        if self.chance.happens(0.82) {
            return self.talk(slot, agent);
        }
        self.call(slot, Actor::Agent(agent), CallStep::Ended, Some(agent), Some(HungUpBy::System));
        self.release(slot);
        self.conv(slot).work = Work::Written;
        self.agent_says(slot, agent);
        self.move_to(slot, Status::Pending, Actor::Agent(agent), Cause::Agent);
        self.await_customer(slot, 0.6);
        self.seek(agent);
    }
}
