//! After the solution: thanks, second thoughts, surveys, reviews, refunds and the next order.
//!
//! What the customer thinks depends on how long the first answer took, on escalations and on having had to come back; who answers a
//! survey depends on what they think, the unhappy and the delighted more than the rest, as in every survey.

use super::agenda::{Action, Step};
use super::words::{Channel, Reason, name};
use super::world::{Actor, World};
use crate::event::*;
use crate::shop::truth::CsatAnswer;

const HOUR: f64 = 3600.0;

impl World {
    pub(super) fn after_solved(&mut self, slot: u32, agent: u32) {
        let channel = self.conv(slot).channel;
        if channel != Channel::Phone && self.chance.happens(0.08) {
            let delay = self.chance.around(1.5 * HOUR, 1.0);
            self.plan(slot, delay, Step::Thanks);
        }
        if self.chance.happens(0.075) {
            let delay = self.chance.around(20.0 * HOUR, 1.1);
            self.plan(slot, delay, Step::Returns);
        } else if self.chance.happens(0.012) {
            let delay = self.chance.around(0.5 * HOUR, 0.8);
            self.plan(slot, delay, Step::SecondThoughts);
        }
        if channel == Channel::Social {
            self.plan(slot, 2 * 86_400, Step::CloseForGood);
        }
        if self.conv(slot).truth.survey_sent_at.is_none() && self.chance.happens(0.32) {
            self.plan(slot, 3600, Step::SendSurvey);
        }
        if self.chance.happens(0.03) {
            let delay = self.chance.between(86_400, 4 * 86_400);
            self.plan_anyway(slot, delay, Step::Review);
        }
        self.conv(slot).last_replier = Some(agent);
        self.settle_money(slot);
    }

    /// Refunds what was returned; some customers buy after they got an answer.
    fn settle_money(&mut self, slot: u32) {
        let customer = self.conv(slot).customer;
        if self.may_refund(slot)
            && self.chance.happens(0.4)
            && let (Some(customer), Some((order, amount))) = (customer, self.conv(slot).order.take())
        {
            let delay = self.chance.around(40.0 * HOUR, 0.6);
            let part = if self.chance.happens(0.7) { amount } else { amount / 20_000 * 10_000 };
            self.agenda.plan(self.now + delay, Action::Refund(customer, order, part.max(10_000)));
        }
        let buys = if self.conv(slot).reason == Reason::Presale { 0.3 } else { 0.04 };
        if let Some(customer) = customer
            && self.chance.happens(buys)
        {
            let delay = self.chance.around(18.0 * HOUR, 1.1);
            self.agenda.plan(self.now + delay, Action::Order(Some(customer)));
        }
    }

    pub(super) fn send_survey(&mut self, slot: u32) {
        let Some(agent) = self.conv(slot).last_replier else { return };
        let survey = name('s', self.conv(slot).number);
        let agent = Some(self.staff.agent(agent).id.clone());
        self.tell(slot, Actor::Rule, Body::SurveySent(SurveySent { survey, kind: SurveyKind::Csat, agent }));
        self.conv(slot).truth.survey_sent_at = Some(Instant::from_seconds(self.now));
        let score = self.opinion(slot);
        self.conv(slot).score = score;
        let answers = [0.42, 0.3, 0.14, 0.2, 0.36][score as usize - 1];
        if self.chance.happens(answers) {
            let delay = self.chance.around(2.5 * HOUR, 1.2);
            self.plan_anyway(slot, delay, Step::AnswerSurvey);
        }
    }

    /// What the customer thinks, 1 to 5.
    fn opinion(&mut self, slot: u32) -> i64 {
        let conversation = self.conversations.get(slot);
        let wait = conversation.truth.first_reply_seconds.unwrap_or(0) as f64;
        let patience = conversation.channel.expected_wait_seconds();
        let trouble = 0.5 * f64::from(conversation.escalated) + 0.7 * conversation.truth.reopened.len() as f64;
        let mean = 4.75 - 0.55 * (1.0 + wait / patience).log2() - trouble;
        (mean + 0.95 * self.chance.normal()).round().clamp(1.0, 5.0) as i64
    }

    pub(super) fn answer_survey(&mut self, slot: u32, is_first: bool) {
        let score = self.conv(slot).score;
        let comment = self.chance.happens(0.3).then(|| self.chance.around(70.0, 0.8));
        let body = SurveyAnswered {
            survey: name('s', self.conv(slot).number),
            kind: SurveyKind::Csat,
            score: Decimal::from_int(score),
            scale_min: Decimal::from_int(1),
            scale_max: Decimal::from_int(5),
            better: Better::High,
            comment_chars: comment,
        };
        self.tell(slot, Actor::Customer, Body::SurveyAnswered(body));
        let at = Instant::from_seconds(self.now);
        self.conv(slot).truth.csat.push(CsatAnswer { at, score });
        if is_first && self.chance.happens(0.05) {
            self.conv(slot).score = if score == 5 || (score > 1 && self.chance.happens(0.5)) { score - 1 } else { score + 1 };
            let delay = self.chance.around(10.0 * HOUR, 0.8);
            self.plan_anyway(slot, delay, Step::ChangeAnswer);
        }
    }

    /// A reviewer reads the conversation and rates it.
    pub(super) fn review(&mut self, slot: u32) {
        let Some(agent) = self.conv(slot).last_replier else { return };
        let skill = f64::from(agent % 5) * 0.12;
        let weights = [2, 3, 2, 2, 1];
        let mut ratings = Vec::with_capacity(weights.len());
        for (index, weight) in weights.into_iter().enumerate() {
            let critical = index == 4;
            let max = if critical { 1 } else { 4 };
            let rating = if critical {
                i64::from(!self.chance.happens(0.04))
            } else {
                (3.3 + skill + 0.8 * self.chance.normal()).round().clamp(0.0, 4.0) as i64
            };
            ratings.push(Rating {
                category: self.words.categories[index].clone(),
                weight: Decimal::from_int(weight),
                rating: (!self.chance.happens(0.08)).then(|| Decimal::from_int(rating)),
                min: Decimal::from_int(0),
                max: Decimal::from_int(max),
                critical,
            });
        }
        let reviewer = self.words.reviewers[self.chance.index(2)].clone();
        let conversation = self.conv(slot).truth.conversation.clone();
        let body = Reviewed {
            review: name('r', self.conv(slot).number),
            scorecard: Some(self.words.scorecard.clone()),
            scorecard_version: Some(self.words.scorecard_version.clone()),
            agent: Some(self.staff.agent(agent).id.clone()),
            ratings,
        };
        self.write(Some(conversation), ActorKind::Agent, Some(reviewer), None, Body::Reviewed(body));
    }
}
