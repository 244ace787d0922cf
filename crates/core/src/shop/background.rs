//! What goes on whether anybody writes or not: days, shifts, orders, refunds, and the quarterly question.

use jiff::ToSpan;
use jiff::civil::Date;

use super::agenda::Action;
use super::demand::Calendar;
use super::people::RecentOrder;
use super::staff::Presence;
use super::words::{Brand, Segment, name};
use super::world::World;
use crate::event::*;

impl World {
    /// The first instant: who works here, and the first day.
    pub(super) fn open_shop(&mut self) {
        for agent in 0..self.staff.count() {
            let id = self.staff.agent(agent).id.clone();
            let team = Some(self.words.teams[self.staff.agent(agent).team as usize].clone());
            let role = Some(self.words.role.clone());
            self.write(None, ActorKind::Agent, Some(id), None, Body::Agent(AgentProfile { role, team }));
        }
        self.agenda.plan(self.now, Action::Midnight(0));
        self.agenda.plan(self.now, Action::Hour);
    }

    /// A day begins: yesterday is counted, today's shifts are planned.
    pub(super) fn begin_day(&mut self, day: u32) {
        if day > 0 {
            self.end_day(self.now);
        }
        let date = self.options.date(day);
        let tomorrow = date.saturating_add(1.day());
        let mut calendar = Calendar::default();
        let is_holiday = calendar.holidays(date.year()).binary_search(&date).is_ok();
        let is_holiday_tomorrow = calendar.holidays(tomorrow.year()).binary_search(&tomorrow).is_ok();
        for agent in 0..self.staff.count() {
            let who = self.staff.agent(agent);
            let shift = who.shift(date, is_holiday);
            let works_tomorrow = who.shift(tomorrow, is_holiday_tomorrow).is_some();
            let jitter = self.chance.between(-240, 240);
            let begins = shift.map(|shift| (self.second_of(date, shift.begins) + jitter).max(self.now));
            let who = self.staff.agent_mut(agent);
            who.begins_at = begins;
            who.works_tomorrow = works_tomorrow;
            if let (Some(shift), Some(begins)) = (shift, begins) {
                self.plan_shift(agent, date, shift, begins);
            }
        }
        if date.day() == 10 && date.month() % 3 == 2 {
            let opens = self.second_of(date, 600);
            for _ in 0..(self.demand.daily_mean() * 2.0) as u64 {
                let at = opens + self.chance.between(0, 7200);
                self.agenda.plan(at.max(self.now), Action::Nps);
            }
        }
        let next = self.options.midnight(day + 1);
        self.agenda.plan(next, Action::Midnight(day + 1));
    }

    fn plan_shift(&mut self, agent: u32, date: Date, shift: super::staff::Shift, begins: i64) {
        let ends = self.second_of(date, shift.ends) + self.chance.between(0, 600);
        if ends <= begins {
            return;
        }
        self.agenda.plan(begins, Action::ShiftStart(agent));
        self.agenda.plan(ends, Action::ShiftEnd(agent));
        if let Some((minute, length)) = shift.lunch {
            let at = self.second_of(date, minute);
            if at > begins {
                self.agenda.plan(at, Action::BreakDue(agent, length * 60));
            }
        }
    }

    /// The instant of a minute of the local clock.
    fn second_of(&self, date: Date, minute: i64) -> i64 {
        let local = date.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
        local.to_zoned(self.options.zone.clone()).expect("a date far from the ends of the calendar").timestamp().as_second()
    }

    pub(super) fn start_shift(&mut self, agent: u32) {
        let who = self.staff.agent_mut(agent);
        who.presence = Presence::Here;
        who.leaving = None;
        self.staff.refresh(agent, self.now);
        self.show(agent);
        self.seek(agent);
    }

    /// It is time for lunch, or to go home: at once, or as soon as the hands are empty.
    pub(super) fn send_off(&mut self, agent: u32, presence: Presence) {
        let who = self.staff.agent_mut(agent);
        let is_resting = matches!(who.presence, Presence::Resting(_));
        if who.presence == Presence::Away || (is_resting && presence != Presence::Away) {
            return;
        }
        who.leaving = Some(presence);
        self.leave_if_due(agent);
        self.show(agent);
    }

    pub(super) fn end_break(&mut self, agent: u32) {
        if matches!(self.staff.agent(agent).presence, Presence::Resting(_)) {
            self.staff.agent_mut(agent).presence = Presence::Here;
            self.leave_if_due(agent);
            self.show(agent);
            self.seek(agent);
        }
    }

    /// Counts a customer's visit; tells the profile when it begins or changes.
    pub(super) fn meet(&mut self, customer: u32) -> u8 {
        let visits = self.people.visit(customer);
        let segment = match visits {
            1 => Segment::New,
            3 => Segment::Regular,
            9 => Segment::Vip,
            _ => return visits,
        };
        let profile = CustomerProfile {
            segment: Some(self.words.segments[segment as usize].clone()),
            email_hash: Some(self.people.email_hash(customer)),
            phone_hash: self.people.phone_hash(customer),
        };
        let id = name('u', u64::from(customer) + 1);
        self.write(None, ActorKind::Customer, Some(id.clone()), Some(id), Body::Customer(profile));
        visits
    }

    /// A customer orders.
    pub(super) fn place_order(&mut self, customer: Option<u32>) {
        let customer = customer.unwrap_or_else(|| {
            if self.chance.happens(0.6) { self.people.regular(&mut self.chance) } else { self.people.newcomer() }
        });
        self.meet(customer);
        self.people.order_count += 1;
        let order = name('o', self.people.order_count);
        let (median, currency) = match self.people.brand(customer) {
            Brand::Lumina => (190.0, 0),
            Brand::Nordvik => (65.0, 1),
        };
        let amount = self.chance.around(median, 0.6) * Decimal::ONE - 100;
        let body = Order {
            order_id: order.clone(),
            amount: Decimal(amount),
            currency: Some(self.words.currencies[currency].clone()),
            channel: Some(self.words.web.clone()),
        };
        let id = name('u', u64::from(customer) + 1);
        self.write(None, ActorKind::Customer, Some(id.clone()), Some(id), Body::Order(body));
        self.people.ordered(RecentOrder { customer, order, amount });
    }

    pub(super) fn refund(&mut self, customer: u32, order: Text, amount: i64) {
        let id = name('u', u64::from(customer) + 1);
        let body = OrderChanged { order_id: order, status: OrderStatus::Refunded, amount: Some(Decimal(amount)) };
        self.write(None, ActorKind::System, None, Some(id), Body::OrderChanged(body));
    }

    /// A customer is asked whether they would recommend the shop.
    pub(super) fn ask_nps(&mut self) {
        let Some(customer) = self.people.anybody(&mut self.chance) else { return };
        self.book.nps_count += 1;
        let survey = name('n', self.book.nps_count);
        let id = name('u', u64::from(customer) + 1);
        let rule = Some(self.words.rule.clone());
        let body = SurveySent { survey: survey.clone(), kind: SurveyKind::Nps, agent: None };
        self.write(None, ActorKind::Rule, rule, Some(id), Body::SurveySent(body));
        if self.chance.happens(0.3) {
            let delay = self.chance.around(9.0 * 3600.0, 1.1);
            self.agenda.plan(self.now + delay, Action::NpsAnswer(customer, survey));
        }
    }

    pub(super) fn answer_nps(&mut self, customer: u32, survey: Text) {
        let score = self.chance.weighted(&[3.0, 1.0, 1.0, 2.0, 2.0, 5.0, 5.0, 11.0, 20.0, 21.0, 29.0]) as i64;
        let body = SurveyAnswered {
            survey,
            kind: SurveyKind::Nps,
            score: Decimal::from_int(score),
            scale_min: Decimal::from_int(0),
            scale_max: Decimal::from_int(10),
            better: Better::High,
            comment_chars: None,
        };
        let id = name('u', u64::from(customer) + 1);
        self.write(None, ActorKind::Customer, Some(id.clone()), Some(id), Body::SurveyAnswered(body));
    }
}
