//! A conversation begins: who writes, why, and what the help desk makes of it at first sight.
//!
//! Most customers write about a recent order; some come back about something that was just solved, some write the same on a second
//! channel, some sell loans. What a conversation will need is drawn here, once, as what its customer has in mind.

use super::agenda::Step;
use super::conversation::{Conversation, Work};
use super::people::RecentStart;
use super::truth::{ConversationTruth, Deed};
use super::words::{Channel, Language, Priority, Reason, Team, name};
use super::world::{Actor, World};
use crate::event::*;

/// Who begins a conversation, and about what.
struct Contact {
    origin: Origin,
    customer: Option<u32>,
    reason: Reason,
    order: Option<(Text, i64)>,
    parent: Option<Text>,
    repeats: Option<Text>,
    is_spam: bool,
}

impl World {
    /// Somebody begins a conversation on a channel.
    pub(super) fn arrive(&mut self, channel: Channel) {
        let contact = self.draw_contact(channel);
        let slot = self.open(channel, contact);
        match (self.conv(slot).truth.origin, channel) {
            (Origin::Agent, _) => self.begin_proactive(slot),
            (_, Channel::Chat) => self.begin_chat(slot),
            (_, Channel::Phone) => self.begin_call(slot),
            _ => self.receive_letter(slot),
        }
    }

    fn draw_contact(&mut self, channel: Channel) -> Contact {
        let is_written = matches!(channel, Channel::Email | Channel::Social | Channel::Whatsapp);
        let reason = Reason::ALL[self.chance.weighted(&Reason::SHARES)];
        let nobody = Contact {
            origin: Origin::Customer,
            customer: None,
            reason: Reason::Other,
            order: None,
            parent: None,
            repeats: None,
            is_spam: false,
        };
        if matches!(channel, Channel::Email | Channel::Social) && self.chance.happens(0.05) {
            return Contact { is_spam: true, ..nobody };
        }
        let is_staffed = self.staff.is_staffed(Team::Frontline, Language::Romanian);
        let may_write_first =
            matches!(channel, Channel::Email | Channel::Whatsapp) && is_staffed && !self.people.orders.is_empty();
        if may_write_first && self.chance.happens(0.07) {
            let order = self.recent_order();
            let order_of = Some((order.order, order.amount));
            return Contact {
                origin: Origin::Agent,
                customer: Some(order.customer),
                reason: Reason::Delivery,
                order: order_of,
                ..nobody
            };
        }
        if is_written
            && self.chance.happens(0.05)
            && let Some((customer, reason, primary)) = self.unanswered_elsewhere(channel)
        {
            return Contact { customer: Some(customer), reason, repeats: Some(primary), ..nobody };
        }
        if self.chance.happens(0.06) && !self.people.ends.is_empty() {
            let index = self.chance.index(self.people.ends.len());
            let end = self.people.ends[index].clone();
            let parent = Some(end.conversation).filter(|_| end.was_closed);
            return Contact { customer: Some(end.customer), reason: end.reason, parent, ..nobody };
        }
        if self.chance.happens(0.68) && !self.people.orders.is_empty() {
            let order = self.recent_order();
            return Contact { customer: Some(order.customer), reason, order: Some((order.order, order.amount)), ..nobody };
        }
        let customer = if self.chance.happens(0.5) { self.people.regular(&mut self.chance) } else { self.people.newcomer() };
        let reason = [Reason::Presale, Reason::Presale, Reason::Account, Reason::Other, Reason::Sizing][self.chance.index(5)];
        Contact { customer: Some(customer), reason, ..nobody }
    }

    /// A recent order, the last days' more likely than the last week's.
    fn recent_order(&mut self) -> super::people::RecentOrder {
        let count = self.people.orders.len();
        let back = self.chance.index(count).min(self.chance.index(count));
        self.people.orders[count - 1 - back].clone()
    }

    /// A customer who has written on another channel lately and got no answer yet.
    fn unanswered_elsewhere(&mut self, channel: Channel) -> Option<(u32, Reason, Text)> {
        let start = self.chance.index(self.people.starts.len().max(1));
        let found = self.people.starts.iter().cycle().skip(start).take(self.people.starts.len()).find_map(|start| {
            let other = self.conversations.numbered(start.slot, start.number)?;
            let fits = other.channel != channel && other.is_open() && other.truth.first_reply_at.is_none();
            let is_sound =
                other.truth.origin == Origin::Customer && !other.is_spam && other.repeats.is_none() && !other.wants_deletion;
            (fits && is_sound).then(|| (other.customer, other.reason, other.truth.conversation.clone()))
        });
        found.and_then(|(customer, reason, primary)| Some((customer?, reason, primary)))
    }

    fn open(&mut self, channel: Channel, contact: Contact) -> u32 {
        self.book.opened += 1;
        let number = self.book.opened;
        let visits = contact.customer.map_or(1, |customer| self.meet(customer));
        let is_written = matches!(channel, Channel::Email | Channel::Social | Channel::Whatsapp);
        let reason = contact.reason;
        let priority = match reason {
            _ if contact.is_spam => Priority::Normal,
            Reason::Payment | Reason::Defective if self.chance.happens(0.2) => Priority::High,
            _ if visits >= 8 && self.chance.happens(0.4) => Priority::High,
            _ => Priority::ALL[self.chance.weighted(&[0.1, 0.82, 0.06, 0.02])],
        };
        let is_return = matches!(reason, Reason::Return | Reason::Defective);
        let hard = if matches!(reason, Reason::Defective | Reason::Payment | Reason::Account) { 0.13 } else { 0.05 };
        let rounds = if is_written { [0.77, 0.17, 0.05, 0.01] } else { [0.9, 0.08, 0.02, 0.0] };
        let at = Instant::from_seconds(self.now);
        let conversation = Conversation {
            number,
            customer: contact.customer,
            channel,
            language: contact.customer.map_or(Language::English, |customer| self.people.language(customer)),
            brand: contact.customer.map_or(super::words::Brand::Lumina, |customer| self.people.brand(customer)),
            reason,
            priority,
            team: if is_written && is_return { Team::Returns } else { Team::Frontline },
            status: Status::New,
            work: Work::Written,
            owner: None,
            last_owner: None,
            handler: None,
            phase: 0,
            planned: 0,
            rounds: self.chance.weighted(&rounds) as u8,
            turns: 0,
            needs_courier: reason == Reason::Delivery && self.chance.happens(0.12),
            needs_tier2: self.chance.happens(hard),
            escalated: false,
            is_spam: contact.is_spam,
            wants_deletion: reason == Reason::Account && is_written && self.chance.happens(0.1),
            repeats: contact.repeats,
            order: contact.order,
            work_began: self.now,
            score: 0,
            reason_is_told: !contact.is_spam && self.chance.happens(0.91),
            session: (channel == Channel::Chat).then(|| name('k', number)),
            last_replier: None,
            truth: ConversationTruth {
                conversation: name('c', number),
                created_at: at,
                channel: self.words.channels[channel as usize].clone(),
                origin: contact.origin,
                customer: contact.customer.map_or_else(|| name('x', number), |customer| name('u', u64::from(customer) + 1)),
                first_wait_at: (contact.origin == Origin::Customer).then_some(at),
                first_reply_at: None,
                first_reply_seconds: None,
                first_reply_agent: None,
                touch_count: 0,
                resolved_at: Vec::new(),
                reopened: Vec::new(),
                removed_at: None,
                merged_into: None,
                status: Status::New,
                survey_sent_at: None,
                csat: Vec::new(),
                calls: Vec::new(),
                is_measured: false,
                parent: contact.parent.clone(),
                deeds: Vec::new(),
            },
        };
        let told = self.opened_body(&conversation, contact.parent);
        let slot = self.conversations.add(conversation);
        self.new_phase(slot);
        self.book.open_count += 1;
        self.people.started(RecentStart { slot, number });
        let actor = if contact.origin == Origin::Agent { Actor::Agent(self.any_agent()) } else { Actor::Customer };
        let reason = if let Body::Opened(opened) = &told { opened.reason.clone() } else { None };
        self.tell(slot, actor, told);
        if let Some(reason) = reason {
            self.note(slot, Deed::ReasonTold(reason));
        }
        slot
    }

    fn opened_body(&mut self, conversation: &Conversation, parent: Option<Text>) -> Body {
        let mut tags = Vec::new();
        for _ in 0..self.chance.weighted(&[0.68, 0.25, 0.07]) {
            tags.push(self.words.tags[self.chance.index(self.words.tags.len())].clone());
        }
        tags.sort();
        tags.dedup();
        let words = &self.words;
        Body::Opened(Opened {
            channel: Some(conversation.truth.channel.clone()),
            origin: Some(conversation.truth.origin),
            brand: Some(words.brands[conversation.brand as usize].clone()),
            team: Some(words.teams[conversation.team as usize].clone()),
            priority: Some(words.priorities[conversation.priority as usize].clone()),
            reason: conversation.reason_is_told.then(|| words.reasons[conversation.reason as usize].clone()),
            tags,
            language: Some(words.languages[conversation.language as usize].clone()),
            parent,
        })
    }

    /// An agent who is at work; the first of the staff where nobody is.
    fn any_agent(&mut self) -> u32 {
        let free = self.staff.free(Team::Frontline, Language::Romanian, true);
        free.unwrap_or_else(|| self.staff.first_present())
    }

    /// A written conversation lands at its team.
    fn receive_letter(&mut self, slot: u32) {
        self.customer_says(slot);
        if self.conv(slot).is_spam && self.chance.happens(0.75) {
            let delay = self.chance.between(2, 900);
            return self.plan(slot, delay, Step::FindSpam);
        }
        let (team, language, channel) = (self.conv(slot).team, self.conv(slot).language, self.conv(slot).channel);
        if channel == Channel::Email && !self.staff.is_staffed(team, language) && self.chance.happens(0.7) {
            let delay = self.chance.between(5, 60);
            self.plan(slot, delay, Step::AutoReply);
        }
        if self.chance.happens(0.12) {
            let delay = self.chance.around(8.0 * 3600.0, 0.8);
            self.plan(slot, delay, Step::Nudge);
        }
        self.offer(slot);
    }

    /// The shop writes first: an order is late.
    fn begin_proactive(&mut self, slot: u32) {
        let agent = self.any_agent();
        let via = if self.chance.happens(0.5) { Via::Campaign } else { Via::Human };
        let body = Message { public: true, via, session: None, chars: Some(260) };
        self.tell(slot, Actor::Agent(agent), Body::Message(body));
        self.conv(slot).rounds = 0;
        self.conv(slot).needs_tier2 = false;
        self.conv(slot).needs_courier = false;
        self.move_to(slot, Status::Pending, Actor::Agent(agent), Cause::Agent);
        self.await_customer(slot, 0.25);
    }
}
