//! The switchboard: each action of the agenda and the verb that carries it out.

use super::agenda::{ANY_PHASE, Action, Step};
use super::staff::Presence;
use super::world::{Actor, World};
use crate::event::{Cause, Status, Via};

impl World {
    /// Carries out an action at its second.
    pub(super) fn act(&mut self, at: i64, action: Action) {
        self.now = at;
        match action {
            Action::Midnight(day) => self.begin_day(day),
            Action::Hour => self.draw_hour(),
            Action::Arrival(channel) => self.arrive(channel),
            Action::Order(customer) => self.place_order(customer),
            Action::Refund(customer, order, amount) => self.refund(customer, order, amount),
            Action::ShiftStart(agent) => self.start_shift(agent),
            Action::BreakDue(agent, seconds) => self.send_off(agent, Presence::Resting(seconds)),
            Action::BreakOver(agent) => self.end_break(agent),
            Action::ShiftEnd(agent) => self.send_off(agent, Presence::Away),
            Action::Nps => self.ask_nps(),
            Action::NpsAnswer(customer, survey) => self.answer_nps(customer, survey),
            Action::Step(slot, phase, step) => {
                let conversation = self.conv(slot);
                conversation.planned -= 1;
                if phase == ANY_PHASE || phase == conversation.phase {
                    self.step(slot, step);
                }
                self.let_go(slot);
            }
        }
    }

    fn step(&mut self, slot: u32, step: Step) {
        match step {
            Step::AutoReply => self.machine_says(slot, Actor::Rule, Via::Rule),
            Step::BotGreets => self.bot_greets(slot),
            Step::BotDecides => self.bot_decides(slot),
            Step::Nudge | Step::Thanks => self.customer_says(slot),
            Step::WantsCallback => self.wants_callback(slot),
            Step::GivesUp => self.give_up(slot),
            Step::RingOver => self.ring_over(slot),
            Step::Holds => self.hold(slot),
            Step::Resumes => self.resume(slot),
            Step::CallOver => self.call_over(slot),
            Step::WrapOver => self.wrap_over(slot),
            Step::CallbackRings => self.callback_rings(slot),
            Step::AgentTypes => self.agent_types(slot),
            Step::CustomerTypes => self.customer_types(slot),
            Step::WorkDone => self.work_done(slot),
            Step::CustomerAnswers => self.customer_answers(slot),
            Step::AutoClose => self.auto_close(slot),
            Step::CourierAnswers => self.courier_answers(slot),
            Step::Returns => self.customer_returns(slot),
            Step::SecondThoughts => self.second_thoughts(slot),
            Step::CloseForGood => self.move_to(slot, Status::Closed, Actor::Rule, Cause::Rule),
            Step::FindSpam => self.move_to(slot, Status::Spam, Actor::Rule, Cause::Rule),
            Step::SendSurvey => self.send_survey(slot),
            Step::AnswerSurvey => self.answer_survey(slot, true),
            Step::ChangeAnswer => self.answer_survey(slot, false),
            Step::Review => self.review(slot),
        }
    }
}
