//! Merges: whose messages go where, and among which of the primary's steps.

use std::collections::BTreeMap;

use super::history::Step;
use crate::event::{Body, Event, Status, Text};

/// Where each merged conversation's messages go: to the end of its chain of merges that still hold.
pub(super) fn primaries<'t>(own: &BTreeMap<&'t Text, Vec<&'t Event>>) -> BTreeMap<&'t Text, &'t Text> {
    let mut into: BTreeMap<&Text, &Text> = BTreeMap::new();
    for (&conversation, events) in own {
        let last = events.iter().rev().find_map(|event| match &event.body {
            Body::Status(change) => Some(change),
            _ => None,
        });
        if let Some(change) = last
            && change.status == Status::Merged
            && let Some(primary) = &change.into
            && primary != conversation
            && let Some((&primary, _)) = own.get_key_value(primary)
        {
            into.insert(conversation, primary);
        }
    }
    let mut ends = BTreeMap::new();
    for &conversation in into.keys() {
        let mut end = conversation;
        // A chain is at most as long as there are merges; a cycle has no end and joins nothing.
        for _ in 0..=into.len() {
            match into.get(end) {
                Some(next) => end = next,
                None => break,
            }
        }
        if !into.contains_key(end) {
            ends.insert(conversation, end);
        }
    }
    ends
}

/// Every merge with the target that it names.
pub(super) fn merge_targets<'t>(events: &[&'t Event]) -> Vec<(&'t Event, &'t Text)> {
    let target = |event: &&'t Event| match &event.body {
        Body::Status(change) if change.status == Status::Merged => change.into.as_ref().map(|into| (*event, into)),
        _ => None,
    };
    events.iter().filter_map(target).collect()
}

/// Puts a merged conversation's messages among a primary's steps, with the primary's state of their instant.
pub(super) fn adopt<'a>(own: &[Step<'a>], events: &mut [&'a Event], created_at: i64) -> Vec<Step<'a>> {
    events.sort_by(|a, b| a.in_order(b));
    let mut steps: Vec<Step<'a>> = Vec::with_capacity(own.len() + events.len());
    let mut rest = own.iter().peekable();
    for &mut event in events {
        let at = event.at.seconds();
        let early = at < created_at;
        let first = |step: &&Step<'a>| step.event.in_order(event).is_lt() || step.at < at.max(created_at);
        // The opening comes first in any case.
        while let Some(step) = rest.next_if(|step| steps.is_empty() || first(step)) {
            steps.push(step.clone());
        }
        let before = &steps[steps.len() - 1];
        steps.push(Step { event, at: at.max(created_at), early, adopted: true, moved: None, ..before.clone() });
    }
    steps.extend(rest.cloned());
    steps
}
