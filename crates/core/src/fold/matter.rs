//! Which of a customer's contacts are about one matter: what follows up, and what the customer had to ask again.
//!
//! Two conversations are about the same matter where one follows the other up, or where their reasons are not known to differ: a shop
//! that notes no reasons must not look as if nobody ever came back. Windows belong to the questions, not here. Every step is a look
//! into a map, because one "customer" of a shop may have a hundred thousand conversations.

use std::collections::BTreeMap;

use super::customer::CustomerCase;
use crate::event::Text;

/// What comes before and after one conversation, in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Around {
    /// From the first resolution to the customer's next conversation; 0 where that began before it.
    pub(super) again: Option<i64>,
    /// The same to the next about the same matter.
    pub(super) matter: Option<i64>,
    /// From the first resolution of an earlier one about the same matter to this creation, the shortest; 0 where that was open.
    pub(super) follow_up: Option<i64>,
    /// From the last resolution to the next of the same known reason.
    pub(super) same_reason: Option<i64>,
}

/// What is around each conversation. `cases` are in order; `counted` are the indexes of those that are neither spam, deleted nor
/// merged, and `begun` those of them that the customer began.
pub(super) fn around(cases: &[CustomerCase], counted: &[usize], begun: &[usize]) -> Vec<Around> {
    let mut all = vec![Around::default(); cases.len()];
    before(cases, begun, &mut all);
    after(cases, counted, begun, &mut all);
    same_reason(cases, counted, begun, &mut all);
    all
}

fn reason(case: &CustomerCase) -> Option<&Text> {
    case.common.dims.reason.as_ref()
}

/// Forwards: the latest first resolution among the earlier ones. One that is still open is later than anything.
fn before(cases: &[CustomerCase], begun: &[usize], all: &mut [Around]) {
    let mut of_all: Option<i64> = None;
    let mut of_reason: BTreeMap<Option<&Text>, i64> = BTreeMap::new();
    let mut of_conversation: BTreeMap<&Text, i64> = BTreeMap::new();
    for index in begun {
        let case = &cases[*index];
        let known = match reason(case) {
            None => of_all,
            some => of_reason.get(&some).max(of_reason.get(&None)).copied(),
        };
        let parent = case.parent.as_ref().and_then(|parent| of_conversation.get(parent)).copied();
        all[*index].follow_up = known.max(parent).map(|resolved| case.created_at.saturating_sub(resolved).max(0));
        let resolved = case.first_resolved_at.unwrap_or(i64::MAX);
        of_all = of_all.max(Some(resolved));
        let latest = of_reason.entry(reason(case)).or_insert(resolved);
        *latest = resolved.max(*latest);
        of_conversation.insert(&case.common.whole.conversation, resolved);
    }
}

/// Backwards: the creation of the next one.
fn after(cases: &[CustomerCase], counted: &[usize], begun: &[usize], all: &mut [Around]) {
    let mut of_all: Option<i64> = None;
    let mut of_reason: BTreeMap<Option<&Text>, i64> = BTreeMap::new();
    let mut of_parent: BTreeMap<&Text, i64> = BTreeMap::new();
    let mut begun = begun.iter().rev().peekable();
    for index in counted.iter().rev() {
        let case = &cases[*index];
        let earlier = |one: Option<&i64>, other: Option<&i64>| one.into_iter().chain(other).min().copied();
        let known = match reason(case) {
            None => of_all,
            some => earlier(of_reason.get(&some), of_reason.get(&None)),
        };
        let matter = earlier(known.as_ref(), of_parent.get(&case.common.whole.conversation));
        let since = |next: i64| case.first_resolved_at.map(|resolved| (next - resolved).max(0));
        all[*index].again = of_all.and_then(since);
        all[*index].matter = matter.and_then(since);
        if begun.next_if_eq(&index).is_some() {
            of_all = Some(case.created_at);
            of_reason.insert(reason(case), case.created_at);
            if let Some(parent) = &case.parent {
                of_parent.insert(parent, case.created_at);
            }
        }
    }
}

/// The next one of the same known reason after the last resolution.
fn same_reason(cases: &[CustomerCase], counted: &[usize], begun: &[usize], all: &mut [Around]) {
    let mut created: BTreeMap<&Text, Vec<i64>> = BTreeMap::new();
    for case in begun.iter().map(|index| &cases[*index]) {
        if let Some(reason) = reason(case) {
            created.entry(reason).or_default().push(case.created_at);
        }
    }
    for index in counted {
        let case = &cases[*index];
        let (Some(resolved), Some(created)) = (case.resolved_at, reason(case).and_then(|reason| created.get(reason))) else {
            continue;
        };
        let next = created.get(created.partition_point(|at| *at <= resolved));
        all[*index].same_reason = next.map(|next| next - resolved);
    }
}
