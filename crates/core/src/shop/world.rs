//! The world of the shop: everything that exists at one instant, and the pen that writes its events.
//!
//! Steps change the world only through the few verbs here (say, move, assign, plan), because each verb writes the event and the
//! truth together. What the steps decide stands in the files beside.

use std::collections::VecDeque;

use super::ShopOptions;
use super::agenda::{ANY_PHASE, Action, Agenda, Step};
use super::chance::Chance;
use super::conversation::{Conversation, Conversations};
use super::demand::Demand;
use super::desk::Desks;
use super::people::People;
use super::staff::Staff;
use super::truth::{CallTruth, ConversationTruth, DayTruth, Deed, Reopening};
use super::words::{Team, Words, name};
use crate::event::*;

/// Who does something.
#[derive(Clone, Copy)]
pub(super) enum Actor {
    Customer,
    Agent(u32),
    Bot,
    Rule,
    System,
}

/// What has been written: events that wait for their reader, and the truth.
#[derive(Default)]
pub(super) struct Book {
    pub(super) out: VecDeque<Event>,
    pub(super) keep_truth: bool,
    pub(super) truths: Vec<ConversationTruth>,
    pub(super) days: Vec<DayTruth>,
    pub(super) open_count: u64,
    pub(super) opened: u64,
    pub(super) nps_count: u64,
    written: u64,
    last_at: i64,
    seq: i64,
}

/// The shop at one instant.
pub(super) struct World {
    pub(super) options: ShopOptions,
    pub(super) now: i64,
    pub(super) end: i64,
    pub(super) words: Words,
    pub(super) chance: Chance,
    pub(super) agenda: Agenda,
    pub(super) demand: Demand,
    pub(super) people: People,
    pub(super) staff: Staff,
    pub(super) desks: Desks,
    pub(super) conversations: Conversations,
    pub(super) book: Book,
    phases: u64,
}

impl World {
    pub(super) fn new(options: ShopOptions, end: i64) -> Self {
        let demand = Demand::new(&options, end);
        let staff = Staff::new(demand.daily_mean());
        let mut world = Self {
            now: options.start.seconds(),
            end,
            words: Words::new(),
            chance: Chance::new(options.seed),
            agenda: Agenda::default(),
            people: People::new(options.seed, demand.daily_mean()),
            demand,
            staff,
            desks: Desks::default(),
            conversations: Conversations::default(),
            book: Book::default(),
            phases: ANY_PHASE,
            options,
        };
        world.open_shop();
        world
    }

    /// The end of the play: what is still alive hands in its truth.
    pub(super) fn finish(&mut self) {
        if self.book.days.last().is_none_or(|day| day.ends_at.seconds() < self.end) {
            self.end_day(self.end);
        }
        for conversation in self.conversations.take_all() {
            self.book.hand_in(conversation.truth);
        }
    }

    pub(super) fn end_day(&mut self, at: i64) {
        self.book.days.push(DayTruth { ends_at: Instant::from_seconds(at), open_count: self.book.open_count });
    }

    pub(super) fn conv(&mut self, slot: u32) -> &mut Conversation {
        self.conversations.get_mut(slot)
    }

    /// Plans a step that is void when the conversation has moved on by then.
    pub(super) fn plan(&mut self, slot: u32, delay: i64, step: Step) {
        let phase = self.conv(slot).phase;
        self.plan_in(slot, phase, delay, step);
    }

    /// Plans a step that happens whatever comes.
    pub(super) fn plan_anyway(&mut self, slot: u32, delay: i64, step: Step) {
        self.plan_in(slot, ANY_PHASE, delay, step);
    }

    fn plan_in(&mut self, slot: u32, phase: u64, delay: i64, step: Step) {
        self.conv(slot).planned += 1;
        self.agenda.plan(self.now + delay, Action::Step(slot, phase, step));
    }

    /// The conversation moves on: what was planned for its old phase is void.
    pub(super) fn new_phase(&mut self, slot: u32) -> u64 {
        self.phases += 1;
        self.conv(slot).phase = self.phases;
        self.phases
    }

    /// Writes an event of a conversation.
    pub(super) fn tell(&mut self, slot: u32, actor: Actor, body: Body) {
        let conversation = self.conversations.get(slot);
        let id = conversation.truth.conversation.clone();
        let person = conversation.truth.customer.clone();
        let (kind, who) = match actor {
            Actor::Customer => (ActorKind::Customer, Some(person.clone())),
            Actor::Agent(agent) => (ActorKind::Agent, Some(self.staff.agent(agent).id.clone())),
            Actor::Bot => (ActorKind::Bot, Some(self.words.bot.clone())),
            Actor::Rule => (ActorKind::Rule, Some(self.words.rule.clone())),
            Actor::System => (ActorKind::System, None),
        };
        let names_customer = matches!(actor, Actor::Customer) || matches!(body, Body::Opened(_) | Body::SurveySent(_));
        let customer = names_customer.then_some(person);
        self.write(Some(id), kind, who, customer, body);
    }

    /// Writes any event.
    pub(super) fn write(
        &mut self,
        conversation: Option<Text>,
        actor_kind: ActorKind,
        actor: Option<Text>,
        customer: Option<Text>,
        body: Body,
    ) {
        let book = &mut self.book;
        book.written += 1;
        book.seq = if self.now == book.last_at { book.seq + 1 } else { 0 };
        book.last_at = self.now;
        book.out.push_back(Event {
            id: name('e', book.written),
            source: self.words.source.clone(),
            revision: 0,
            retracted: false,
            at: Instant::from_seconds(self.now),
            seq: book.seq,
            conversation,
            actor_kind,
            actor,
            customer,
            body,
        });
    }

    /// Notes a deed in the conversation's truth.
    pub(super) fn note(&mut self, slot: u32, deed: Deed) {
        if self.book.keep_truth {
            let at = Instant::from_seconds(self.now);
            self.conv(slot).truth.deeds.push((at, deed));
        }
    }

    /// The customer writes.
    pub(super) fn customer_says(&mut self, slot: u32) {
        let chars = self.chance.around(180.0, 0.8);
        let session = self.conv(slot).session.clone();
        self.tell(slot, Actor::Customer, Body::Message(Message { public: true, via: Via::Human, session, chars: Some(chars) }));
        let now = Instant::from_seconds(self.now);
        self.conv(slot).truth.first_wait_at.get_or_insert(now);
        self.note(slot, Deed::CustomerWrote);
    }

    /// A bot or a rule writes.
    pub(super) fn machine_says(&mut self, slot: u32, actor: Actor, via: Via) {
        let chars = self.chance.around(140.0, 0.3);
        let session = self.conv(slot).session.clone();
        self.tell(slot, actor, Body::Message(Message { public: true, via, session, chars: Some(chars) }));
        if matches!(actor, Actor::Bot) {
            self.note(slot, Deed::BotAnswered);
        }
    }

    /// The bot gives it to people.
    pub(super) fn hand_over(&mut self, slot: u32) {
        self.tell(slot, Actor::Bot, Body::Handoff);
        self.note(slot, Deed::HandedOver);
    }

    /// The agent writes to the customer.
    pub(super) fn agent_says(&mut self, slot: u32, agent: u32) {
        let written = !matches!(self.conv(slot).channel, super::words::Channel::Email);
        let via = match self.chance.weighted(&[0.74, 0.23, 0.03]) {
            0 => Via::Human,
            1 => Via::Macro,
            _ if written => Via::Echo,
            _ => Via::Human,
        };
        let chars = self.chance.around(320.0, 0.6);
        let session = self.conv(slot).session.clone();
        let in_session = session.is_some();
        self.tell(slot, Actor::Agent(agent), Body::Message(Message { public: true, via, session, chars: Some(chars) }));
        self.record_reply(slot, agent, !in_session);
    }

    /// The agent writes for colleagues only.
    pub(super) fn agent_notes(&mut self, slot: u32, agent: u32) {
        let chars = self.chance.around(90.0, 0.5);
        self.tell(
            slot,
            Actor::Agent(agent),
            Body::Message(Message { public: false, via: Via::Human, session: None, chars: Some(chars) }),
        );
        self.note(slot, Deed::PersonNoted);
    }

    /// The truth of a reply: it ends the first wait, and is a touch unless its live session has been counted.
    pub(super) fn record_reply(&mut self, slot: u32, agent: u32, is_touch: bool) {
        self.note(slot, Deed::PersonReplied);
        let now = Instant::from_seconds(self.now);
        let replier = self.staff.agent(agent).id.clone();
        let conversation = self.conv(slot);
        conversation.last_replier = Some(agent);
        let truth = &mut conversation.truth;
        truth.touch_count += u32::from(is_touch);
        if let (Some(waits), None) = (truth.first_wait_at, truth.first_reply_at) {
            truth.first_reply_at = Some(now);
            truth.first_reply_seconds = Some(now.seconds() - waits.seconds());
            truth.first_reply_agent = Some(replier);
        }
    }

    /// The truth of a call that begins.
    pub(super) fn record_call(&mut self, slot: u32, call: CallTruth) {
        let entered_at = self.now;
        self.conv(slot).truth.calls.push(CallTruth { entered_at, ..call });
    }

    /// The truth of the call that goes on.
    pub(super) fn record_step(&mut self, slot: u32, step: fn(&mut CallTruth) -> &mut Option<i64>) {
        let now = self.now;
        if let Some(call) = self.conv(slot).truth.calls.last_mut() {
            *step(call) = Some(now);
        }
    }

    /// The status moves.
    pub(super) fn move_to(&mut self, slot: u32, status: Status, actor: Actor, cause: Cause) {
        let into = self.conv(slot).truth.merged_into.clone().filter(|_| status == Status::Merged);
        let told = matches!(cause, Cause::AutoClose | Cause::Merge).then_some(cause);
        self.tell(slot, actor, Body::Status(StatusChange { status, cause: told, into }));
        let at = Instant::from_seconds(self.now);
        let conversation = self.conv(slot);
        let was_resolved = conversation.status.class() == StatusClass::Resolved;
        let was_open = conversation.is_open();
        conversation.status = status;
        conversation.truth.status = status;
        match status.class() {
            StatusClass::Resolved if !was_resolved => conversation.truth.resolved_at.push(at),
            StatusClass::Removed => conversation.truth.removed_at = Some(at),
            class if class.is_open() && was_resolved => conversation.truth.reopened.push(Reopening { at, cause }),
            _ => {}
        }
        let is_open = status.class().is_open();
        match status.class() {
            StatusClass::Resolved if !was_resolved => self.note(slot, Deed::Resolved),
            _ if is_open && was_resolved => self.note(slot, Deed::Reopened(cause)),
            _ => {}
        }
        self.new_phase(slot);
        match (was_open, is_open) {
            (true, false) => self.book.open_count -= 1,
            (false, true) => self.book.open_count += 1,
            _ => {}
        }
    }

    /// Ownership moves; nothing is told when it stays.
    pub(super) fn assign(&mut self, slot: u32, agent: Option<u32>, team: Team, actor: Actor) {
        let conversation = self.conv(slot);
        if conversation.owner == agent && conversation.team == team && agent.is_some() {
            return;
        }
        // Between two people nobody may have had it.
        let other_agent = agent.is_some() && conversation.last_owner.is_some() && conversation.last_owner != agent;
        let passed_on = other_agent || conversation.team != team;
        conversation.owner = agent;
        conversation.last_owner = agent.or(conversation.last_owner);
        conversation.team = team;
        if passed_on {
            self.note(slot, Deed::PassedOn);
        }
        let agent = agent.map(|agent| self.staff.agent(agent).id.clone());
        let team = Some(self.words.teams[team as usize].clone());
        self.tell(slot, actor, Body::Assigned(Assigned { agent, team }));
    }

    /// A step of a call or of a live chat's queue.
    pub(super) fn call(&mut self, slot: u32, actor: Actor, step: CallStep, agent: Option<u32>, hung_up_by: Option<HungUpBy>) {
        let conversation = self.conversations.get(slot);
        let is_chat = conversation.channel == super::words::Channel::Chat;
        let is_out = conversation.work == super::conversation::Work::Callback;
        let queue = if is_chat { self.words.queue_chat.clone() } else { self.words.queue_phone.clone() };
        let direction = if is_out { Direction::Out } else { Direction::In };
        let body = Call {
            step,
            call: Some(name(if is_chat { 'k' } else { 'p' }, conversation.number)),
            queue: (!is_out).then_some(queue),
            agent: agent.map(|agent| self.staff.agent(agent).id.clone()),
            direction: (!is_chat).then_some(direction),
            hung_up_by,
        };
        self.tell(slot, actor, Body::Call(body));
    }

    /// Takes the conversation off the shelf when nothing more can happen to it.
    pub(super) fn let_go(&mut self, slot: u32) {
        if let Some(conversation) = self.conversations.take_if_over(slot) {
            self.people.remember(&conversation);
            self.book.hand_in(conversation.truth);
        }
    }
}

impl Book {
    fn hand_in(&mut self, truth: ConversationTruth) {
        if self.keep_truth {
            self.truths.push(truth);
        }
    }
}
