//! What has to be looked up before a change of single timelines can be planned, and what a plan found missing.

use std::collections::BTreeSet;

use deskgauge_core::event::{ActorKind, Event, Text};
use deskgauge_core::fold::timelines::own_key;

use crate::cells::{Kind, Stored, key_text, merged_into};
use crate::store::conversations::Conversations;
use crate::store::customers::Customers;
use crate::store::hashed::hashed_id;

/// What is to be looked up.
#[derive(Debug, Default, Clone)]
pub(crate) struct Wanted {
    /// Conversations, and `survey:ID`.
    pub(super) timelines: BTreeSet<String>,
    /// Customers all of whose surveys outside conversations are wanted.
    pub(super) surveyed: BTreeSet<Text>,
    /// Customers, and orders that nobody placed.
    pub(super) customers: BTreeSet<Text>,
    pub(super) agents: BTreeSet<Text>,
}

impl Wanted {
    /// What arriving events name.
    pub(super) fn of(arriving: &[Stored]) -> Self {
        let mut wanted = Self::default();
        for stored in arriving {
            let key = own_key(&stored.event);
            match Kind::of(&key) {
                Kind::Conversations => {
                    wanted.timelines.insert(key_text(&key));
                    wanted.timelines.extend(merged_into(&stored.event).map(str::to_owned));
                    wanted.name_customers(&stored.event);
                }
                Kind::Customers => drop(wanted.customers.insert(hashed_id(&key))),
                Kind::Agents => drop(wanted.agents.insert(hashed_id(&key))),
            }
        }
        wanted
    }

    /// The customers that an event of a conversation names.
    pub(super) fn name_customers(&mut self, event: &Event) {
        self.customers.extend(event.customer.clone());
        self.customers.extend(event.actor.clone().filter(|_| event.actor_kind == ActorKind::Customer));
    }

    /// What a plan needs beside this.
    pub(crate) fn missing(&self, conversations: &Conversations, customers: &Customers) -> Self {
        Self {
            timelines: conversations.wanted.difference(&self.timelines).cloned().collect(),
            surveyed: conversations.surveyed.difference(&self.surveyed).cloned().collect(),
            customers: customers.asked().difference(&self.customers).cloned().collect(),
            agents: BTreeSet::new(),
        }
    }

    /// Nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.timelines.is_empty() && self.surveyed.is_empty() && self.customers.is_empty() && self.agents.is_empty()
    }

    /// This and more.
    pub(super) fn add(&mut self, more: Self) {
        self.timelines.extend(more.timelines);
        self.surveyed.extend(more.surveyed);
        self.customers.extend(more.customers);
        self.agents.extend(more.agents);
    }
}
