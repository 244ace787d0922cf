//! The shop's customers: who they are, what they ordered, and whom support has just talked to.
//!
//! A customer's language and brand follow from the number by a hash, so that ten million customers need one byte each. Recent orders
//! and recent conversations are rings of fixed length: contacts come from them, as in life.

use std::collections::VecDeque;

use super::chance::Chance;
use super::conversation::Conversation;
use super::words::{Brand, Channel, Language, Reason};
use crate::event::{Origin, Status, Text};

/// An order that may still bring a question.
#[derive(Clone)]
pub(super) struct RecentOrder {
    pub(super) customer: u32,
    pub(super) order: Text,
    pub(super) amount: i64,
}

/// A conversation that has just begun.
#[derive(Clone, Copy)]
pub(super) struct RecentStart {
    pub(super) slot: u32,
    pub(super) number: u64,
}

/// A conversation that is over, whose customer may come back.
#[derive(Clone)]
pub(super) struct RecentEnd {
    pub(super) customer: u32,
    pub(super) conversation: Text,
    pub(super) reason: Reason,
    pub(super) was_closed: bool,
}

/// All customers.
pub(super) struct People {
    seed: u64,
    /// How often each customer has ordered or written, up to 255.
    seen: Vec<u8>,
    pub(super) order_count: u64,
    pub(super) orders: VecDeque<RecentOrder>,
    pub(super) starts: VecDeque<RecentStart>,
    pub(super) ends: VecDeque<RecentEnd>,
    ring: usize,
}

impl People {
    pub(super) fn new(seed: u64, daily_mean: f64) -> Self {
        let ring = (daily_mean * 6.0) as usize + 16;
        Self {
            seed,
            seen: Vec::new(),
            order_count: 0,
            orders: VecDeque::new(),
            starts: VecDeque::new(),
            ends: VecDeque::new(),
            ring,
        }
    }

    /// A customer whom nobody has seen before.
    pub(super) fn newcomer(&mut self) -> u32 {
        self.seen.push(0);
        (self.seen.len() - 1) as u32
    }

    /// A customer who has been here, the early ones more often; a newcomer where there is none.
    pub(super) fn regular(&mut self, chance: &mut Chance) -> u32 {
        if self.seen.is_empty() { self.newcomer() } else { chance.loyal(self.seen.len()) as u32 }
    }

    /// Any customer, if there is one.
    pub(super) fn anybody(&self, chance: &mut Chance) -> Option<u32> {
        (!self.seen.is_empty()).then(|| chance.index(self.seen.len()) as u32)
    }

    /// Counts a visit and says which one it is, from 1.
    pub(super) fn visit(&mut self, customer: u32) -> u8 {
        let seen = &mut self.seen[customer as usize];
        *seen = seen.saturating_add(1);
        *seen
    }

    pub(super) fn language(&self, customer: u32) -> Language {
        let mut left = self.hash(customer, 1) as f64 / u64::MAX as f64;
        for (language, share) in Language::ALL.iter().zip(Language::SHARES) {
            left -= share;
            if left < 0.0 {
                return *language;
            }
        }
        Language::Romanian
    }

    pub(super) fn brand(&self, customer: u32) -> Brand {
        if self.hash(customer, 2) % 10 < 7 { Brand::Lumina } else { Brand::Nordvik }
    }

    /// Digest of the customer's address.
    pub(super) fn email_hash(&self, customer: u32) -> Text {
        Text::from(format!("{:016x}", self.hash(customer, 3)))
    }

    /// Digest of the customer's number; not everybody has given one.
    pub(super) fn phone_hash(&self, customer: u32) -> Option<Text> {
        let hash = self.hash(customer, 4);
        (hash % 5 < 2).then(|| Text::from(format!("{hash:016x}")))
    }

    pub(super) fn ordered(&mut self, order: RecentOrder) {
        push(&mut self.orders, order, self.ring);
    }

    pub(super) fn started(&mut self, start: RecentStart) {
        push(&mut self.starts, start, 64);
    }

    /// Remembers whom support has talked to.
    pub(super) fn remember(&mut self, conversation: &Conversation) {
        let (Some(customer), Origin::Customer) = (conversation.customer, conversation.truth.origin) else { return };
        if matches!(conversation.status, Status::Solved | Status::Closed) {
            let end = RecentEnd {
                customer,
                conversation: conversation.truth.conversation.clone(),
                reason: conversation.reason,
                was_closed: conversation.status == Status::Closed && conversation.channel != Channel::Phone,
            };
            push(&mut self.ends, end, self.ring / 3 + 1);
        }
    }

    fn hash(&self, customer: u32, what: u64) -> u64 {
        let mut bytes = [0u8; 16];
        bytes[..8].copy_from_slice(&u64::from(customer).to_le_bytes());
        bytes[8..].copy_from_slice(&what.to_le_bytes());
        xxhash_rust::xxh3::xxh3_64_with_seed(&bytes, self.seed)
    }
}

fn push<T>(ring: &mut VecDeque<T>, item: T, most: usize) {
    if ring.len() >= most {
        ring.pop_front();
    }
    ring.push_back(item);
}
