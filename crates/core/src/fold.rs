//! The fold: one timeline's events and the rules in force become fact rows.
//!
//! Every rule of time lives here and nowhere else. The fold is total: any sequence of events gives facts, and what cannot have
//! happened as written is counted in `problems`. It knows no now: whether something is running, overdue or provisional follows
//! later from the instants that it leaves open. Incremental means folding a whole timeline again; there is no second code path.

pub mod erasure;
pub mod timelines;

mod assignment;
mod automation;
mod beginning;
mod case;
mod contacts;
mod customer;
mod handling;
mod history;
mod loose;
mod matter;
mod merge;
mod otherwise;
mod queue;
mod replies;
mod resolution;
mod review;
mod routes;
mod sla;
mod spells;
mod spent;
mod state;
mod survey;
mod touches;

use std::collections::HashMap;

use crate::event::{Event, Text};
use crate::facts::Facts;
use crate::rules::Rules;

pub use beginning::{Beginning, beginnings};
pub use case::customer_kind;
pub use customer::{CustomerCase, CustomerOrder, cases_of, link, link_customer, people};
pub use routes::Routes;
pub use timelines::{Key, Timeline, timelines};

/// The version of the fold's own meaning. Raise it with every change after which the same events and the same rules can give other
/// facts: workspaces then ask for a rebuild instead of mixing rows of both meanings. A column that is added, or a change that only
/// makes the fold faster, does not count.
pub const FOLD_VERSION: u32 = 7;

/// The tables that [`link`] writes or completes: whoever wants their rows needs all of a customer's conversations and orders at once.
pub const LINKED: &[&str] = &["customer_links", "sales", "orders"];

/// What is known of customers beside the timeline: it comes from other timelines.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// By customer.
    pub customers: HashMap<Text, Customer>,
}

/// What a conversation needs to know of its customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Customer {
    /// The customer's first conversation begun by the customer: its creation in seconds, and its id to break ties.
    pub first_conversation: Option<(i64, Text)>,
    /// Segments by the second from which they hold, in order.
    pub segments: Vec<(i64, Option<Text>)>,
}

/// Folds one timeline. Rows of `customer_links` and `sales` come from [`link`], which needs a customer's other
/// conversations too.
pub fn fold(timeline: &Timeline, rules: &Rules, people: &People) -> Facts {
    let mut facts = Facts::default();
    fold_into(timeline, rules, people, &mut facts);
    facts
}

/// Folds one timeline and adds its rows to others.
pub fn fold_into(timeline: &Timeline, rules: &Rules, people: &People, facts: &mut Facts) {
    match &timeline.key {
        Key::Conversation(root) => case::fold_conversations(root, timeline, rules, people, facts),
        Key::Customer(customer) => loose::fold_orders(customer, timeline, facts),
        Key::Order(_) => loose::fold_unplaced(timeline, facts),
        Key::Agent(agent) => loose::fold_agent_states(agent, timeline, facts),
        Key::Survey(_) => survey::fold_loose(timeline, people, rules, facts),
    }
    timeline.count_conflicts(&mut facts.problems);
}

/// Folds any set of events from nothing: groups them into timelines, folds each, links customers. The result is sorted.
pub fn fold_all(events: Vec<Event>, rules: &Rules) -> Facts {
    let timelines = timelines(events);
    let people = people(&timelines);
    let mut facts = Facts::default();
    for timeline in &timelines {
        facts.append(fold(timeline, rules, &people));
    }
    link(cases_of(&facts), &mut facts);
    facts.sort();
    facts
}
