//! What a change of single timelines comes to: the timelines as they are now, and their rows.

use std::collections::{BTreeMap, BTreeSet};

use deskgauge_core::event::Text;
use deskgauge_core::facts::{Facts, ProblemFact};
use deskgauge_core::fold::{CustomerCase, Key, People, fold, link};
use deskgauge_core::rules::Rules;

use crate::cells::{Alone, Kind, Stored, key_text};
use crate::files::EventBatches;
use crate::store::hashed::{self, Prefix, hashed_id};

/// What a change of single timelines comes to.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// The cells, each a timeline, whose place is taken.
    pub(crate) replaced: BTreeSet<String>,
    /// The timelines that were folded, by the names of their cells.
    pub(crate) alone: BTreeMap<String, Alone>,
    /// Conversations whose rows of before are void.
    pub(crate) void: BTreeSet<String>,
    /// Their events as rows.
    pub(crate) events: EventBatches,
    /// The rows of what was folded, but for problems that name no conversation.
    pub(crate) facts: Facts,
    /// Those problems, by the names of the cells.
    pub(crate) loose: BTreeMap<String, Vec<ProblemFact>>,
}

impl Gathered {
    /// A timeline of conversations, or of a survey outside them, whose rows follow.
    pub(crate) fn conversation(&mut self, key: &Key, events: Vec<Stored>, rules: &Rules) {
        let timeline = key_text(key);
        let name = cell_name(Kind::Conversations, &timeline);
        self.loosen(&name, problems(Kind::Conversations, &events, rules));
        events.iter().for_each(|stored| self.events.push(&stored.event, stored.import_id, &timeline));
        self.alone.insert(name, Alone { timelines: [timeline].into(), events, ..Alone::default() });
    }

    /// Rows of conversations.
    pub(crate) fn facts(&mut self, mut facts: Facts) {
        facts.problems.retain(|problem| problem.conversation.is_some());
        self.facts.append(facts);
    }

    /// A customer, or an order that nobody placed: events, and the conversations.
    pub(crate) fn customers(&mut self, events: Vec<Stored>, cases: Vec<(Text, CustomerCase)>, rules: &Rules) {
        self.hashed(Kind::Customers, events, cases, rules);
    }

    /// An agent.
    pub(crate) fn agents(&mut self, events: Vec<Stored>, rules: &Rules) {
        self.hashed(Kind::Agents, events, Vec::new(), rules);
    }

    fn hashed(&mut self, kind: Kind, events: Vec<Stored>, cases: Vec<(Text, CustomerCase)>, rules: &Rules) {
        let owned = hashed::owned(events);
        let id = owned.first().map(|(owner, _)| hashed_id(owner)).or_else(|| cases.first().map(|(customer, _)| customer.clone()));
        let Some(id) = id else { return };
        let name = cell_name(kind, &id);
        let (mut facts, _) = hashed::fold(&owned, rules);
        link(cases.clone(), &mut facts);
        self.loosen(&name, std::mem::take(&mut facts.problems));
        self.facts.append(facts);
        for (timeline, stored) in hashed::keyed(&owned) {
            self.events.push(&stored.event, stored.import_id, &timeline);
        }
        let timelines = owned.iter().map(|(owner, _)| key_text(owner)).collect();
        let events = owned.into_iter().map(|(_, stored)| stored).collect();
        self.alone.insert(name, Alone { timelines, events, cases, from: None });
    }

    fn loosen(&mut self, name: &str, problems: Vec<ProblemFact>) {
        if !problems.is_empty() {
            self.loose.insert(name.to_owned(), problems);
        }
    }
}

/// The problems of a cell of one timeline that name no conversation, or that do not tell by it whose they are.
pub(super) fn problems(kind: Kind, events: &[Stored], rules: &Rules) -> Vec<ProblemFact> {
    let is_survey = |stored: &Stored| matches!(deskgauge_core::fold::timelines::own_key(&stored.event), Key::Survey(_));
    // Whatever is not a survey is a conversation's, and names it.
    if kind == Kind::Conversations && !events.iter().all(is_survey) {
        return Vec::new();
    }
    let mut problems = Vec::new();
    let events = events.to_vec();
    if kind == Kind::Conversations {
        for timeline in deskgauge_core::fold::timelines(events.into_iter().map(|stored| stored.event).collect()) {
            problems.extend(fold(&timeline, rules, &People::default()).problems);
        }
        problems.retain(|problem| problem.conversation.is_none());
        return problems;
    }
    hashed::fold(&hashed::owned(events), rules).0.problems
}

/// The name of the cell of one timeline: of conversations by its text, of a customer, an order or an agent by the id that is hashed.
pub(crate) fn cell_name(kind: Kind, id: &str) -> String {
    match kind {
        Kind::Conversations => format!("c-{id}"),
        Kind::Customers | Kind::Agents => Prefix::alone(id).name(kind, "alone"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, cell_name};

    #[test]
    fn a_name_tells_the_hash() {
        assert_eq!(cell_name(Kind::Conversations, "survey:7"), "c-survey:7");
        assert!(cell_name(Kind::Customers, "ann").starts_with("p-64-"));
        assert_ne!(cell_name(Kind::Customers, "ann"), cell_name(Kind::Agents, "ann"));
    }
}
