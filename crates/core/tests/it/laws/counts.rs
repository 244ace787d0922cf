//! What must add up in any facts: stocks and flows, parts and wholes, rows and counts, and the order of instants.

use std::collections::BTreeMap;

use deskgauge_core::facts::*;

/// The rows of one conversation.
#[derive(Default)]
struct Rows<'f> {
    conversation: Option<&'f Conversation>,
    first: Vec<&'f FirstResponse>,
    waits: Vec<&'f Wait>,
    spells: Vec<&'f Spell>,
    resolutions: Vec<&'f Resolution>,
    assignments: Vec<&'f Assignment>,
    touches: Vec<&'f Touch>,
    clocks: Vec<&'f SlaClock>,
    outcomes: Vec<&'f SlaOutcome>,
    entries: Vec<&'f QueueEntry>,
    handling: Vec<&'f Handling>,
    links: Vec<&'f CustomerLink>,
}

fn id(common: &Option<Common>) -> &str {
    &common.as_ref().expect("a conversation's row").whole.conversation
}

fn by_conversation(facts: &Facts) -> BTreeMap<&str, Rows<'_>> {
    let mut all: BTreeMap<&str, Rows<'_>> = BTreeMap::new();
    macro_rules! group {
        ($($table:ident into $list:ident),+) => {
            $( for row in &facts.$table { all.entry(id(&row.common)).or_default().$list.push(row); } )+
        };
    }
    for row in &facts.conversations {
        let known = all.entry(id(&row.common)).or_default().conversation.replace(row);
        assert!(known.is_none(), "one row for each conversation");
    }
    group!(
        first_responses into first, waits into waits, spells into spells, resolutions into resolutions,
        assignments into assignments, touches into touches, sla_clocks into clocks, sla_outcomes into outcomes,
        queue_entries into entries, handling into handling, customer_links into links
    );
    all
}

/// How many conversations are open during the second that begins at an instant.
pub(super) fn open_count(spells: &[Spell], at: i64) -> i64 {
    let holds = |spell: &&Spell| spell.entered_at.0 <= at && spell.left_at.is_none_or(|left| at < left.0);
    spells.iter().filter(holds).filter(|spell| !matches!(spell.state, "resolved" | "removed")).count() as i64
}

/// The same by what came and went until then.
fn flows(spells: &[Spell], at: i64) -> i64 {
    let flow = |spell: &Spell| match spell.began {
        "created" | "reopened" | "restored" => 1,
        "resolved" | "removed" => -1,
        _ => 0,
    };
    spells.iter().filter(|spell| spell.entered_at.0 <= at).map(flow).sum()
}

pub(super) fn check_counts(facts: &Facts, world: &str) {
    let mut instants: Vec<i64> = facts.spells.iter().map(|spell| spell.entered_at.0).collect();
    instants.sort_unstable();
    instants.dedup();
    for at in instants.iter().step_by(instants.len() / 200 + 1).flat_map(|at| [at - 1, *at]) {
        assert_eq!(open_count(&facts.spells, at), flows(&facts.spells, at), "{world}: stock at {at}");
    }
    for (conversation, rows) in by_conversation(facts) {
        let about = format!("{world}, {conversation}");
        let Some(row) = rows.conversation else {
            assert!(conversation.starts_with("survey:"), "{about}: rows without a conversation");
            continue;
        };
        check_spells(row, &rows, &about);
        check_replies(row, &rows, &about);
        check_resolutions(row, &rows, &about);
        check_clocks(&rows, &about);
        check_work(row, &rows, &about);
    }
}

fn check_spells(row: &Conversation, rows: &Rows<'_>, about: &str) {
    let spells = &rows.spells;
    assert_eq!((spells[0].began, spells[0].entered_at), ("created", row.created_at), "{about}");
    for pair in spells.windows(2) {
        assert_eq!(pair[0].left_at, Some(pair[1].entered_at), "{about}: no gap between spells");
        assert_ne!(pair[1].began, "created", "{about}");
        assert_eq!(pair[1].cause.is_some(), pair[0].status != pair[1].status, "{about}: a cause for each move");
        assert!(pair[0].answered <= pair[1].answered, "{about}");
    }
    let last = spells[spells.len() - 1];
    assert_eq!(last.left_at, None, "{about}");
    assert_eq!(last.status, row.common.as_ref().unwrap().whole.final_status, "{about}");
    assert_eq!(row.unresolved, !matches!(last.state, "resolved" | "removed"), "{about}");
    for spell in spells {
        assert_eq!(spell.seconds, spell.left_at.map(|left| left.0 - spell.entered_at.0), "{about}");
        at_most(spell.business_seconds, spell.seconds, about);
        assert!(!spell.overdue || !matches!(spell.state, "resolved" | "removed"), "{about}: overdue though over");
        assert_eq!(spell.assigned, spell.common.as_ref().unwrap().dims.owner.is_some(), "{about}");
    }
    let count = |began: &str| spells.iter().filter(|spell| spell.began == began).count() as i64;
    assert_eq!(count("reopened"), row.reopenings_count, "{about}");
    assert_eq!(count("resolved"), row.resolutions_count, "{about}");
}

fn check_replies(row: &Conversation, rows: &Rows<'_>, about: &str) {
    let merged = row.merged_into.is_some();
    assert_eq!(rows.first.len(), usize::from(!merged), "{about}");
    assert!(!merged || (rows.waits.is_empty() && rows.touches.is_empty() && rows.clocks.is_empty()), "{about}");
    for (index, wait) in rows.waits.iter().enumerate() {
        assert_eq!((wait.number, wait.first), (index as i64 + 1, index == 0), "{about}");
        assert_eq!(wait.outcome == "replied", wait.replied_at.is_some(), "{about}");
        assert_eq!(wait.outcome == "waiting", wait.ended_at.is_none(), "{about}");
        assert_eq!(wait.seconds, wait.replied_at.map(|at| at.0 - wait.started_at.0), "{about}");
        assert!(wait.ended_at.is_none_or(|ended| ended >= wait.started_at), "{about}");
        at_most(wait.business_seconds, wait.seconds, about);
    }
    for pair in rows.waits.windows(2) {
        assert!(pair[0].ended_at.is_some_and(|ended| ended <= pair[1].started_at), "{about}: waits one after the other");
    }
    let answered: Vec<i64> = rows.waits.iter().filter_map(|wait| wait.seconds).collect();
    assert_eq!(row.total_reply_seconds, (!answered.is_empty()).then(|| answered.iter().sum()), "{about}");
    if let Some(first) = rows.first.first() {
        let proactive = row.common.as_ref().unwrap().whole.proactive;
        assert_eq!(row.first_response_seconds, first.seconds.filter(|_| !proactive), "{about}");
        assert_eq!(first.outcome == "answered", first.answered_at.is_some(), "{about}");
        at_most(first.business_seconds, first.seconds, about);
        at_most(first.any_seconds.filter(|_| first.seconds.is_some()), first.seconds, about);
        at_most(first.handoff_seconds, first.seconds, about);
        assert!(rows.waits.iter().all(|wait| wait.started_at >= first.started_at), "{about}");
        assert!(first.seconds.is_none_or(|seconds| seconds >= 0), "{about}");
    }
    let messages = |kind: &str| rows.touches.iter().filter(|touch| touch.kind == kind).count() as i64;
    // A customer's own campaign is impossible, and told apart by its kind.
    let odd = rows.touches.iter().filter(|touch| touch.kind == "campaign" && !touch.human).count() as i64;
    assert!((0..=odd).contains(&(row.customer_messages_count - messages("customer"))), "{about}");
    assert_eq!(rows.touches.iter().filter(|touch| touch.counted).count() as i64, row.touches_count, "{about}");
    assert!(rows.touches.iter().all(|touch| touch.answers_count >= 0 && (!touch.counted || touch.human)), "{about}");
}

fn check_resolutions(row: &Conversation, rows: &Rows<'_>, about: &str) {
    let done: Vec<&&Resolution> = rows.resolutions.iter().filter(|row| !row.pending).collect();
    assert_eq!(done.len() as i64, row.resolutions_count, "{about}");
    assert_eq!(rows.resolutions.iter().filter(|row| row.pending).count(), usize::from(row.unresolved), "{about}");
    assert_eq!(done.iter().filter(|row| row.last).count(), usize::from(!done.is_empty()), "{about}");
    let mut times: Vec<i64> = done.iter().filter_map(|row| row.resolved_at).map(|at| at.0).collect();
    times.sort_unstable();
    assert_eq!(row.first_resolved_at.map(|at| at.0), times.first().copied(), "{about}");
    assert_eq!(row.last_resolved_at.map(|at| at.0), times.last().copied(), "{about}");
    for resolution in done {
        let (started, resolved) = (resolution.started_at.0, resolution.resolved_at.unwrap().0);
        let parts = [resolution.us_seconds, resolution.customer_seconds, resolution.third_party_seconds];
        let removed: i64 =
            rows.spells.iter().filter(|spell| spell.state == "removed").map(|spell| overlap(spell, started, resolved)).sum();
        let sum = parts.iter().map(|part| part.unwrap()).sum::<i64>() + resolution.resolved_seconds.unwrap() + removed;
        assert_eq!(resolution.seconds, Some(resolved - started), "{about}");
        assert_eq!(resolution.seconds, Some(sum), "{about}: us + customer + third party + resolved is the whole");
        assert!(parts.iter().all(|part| part.is_some_and(|seconds| seconds >= 0)) && resolved >= started, "{about}");
        at_most(resolution.business_seconds, resolution.seconds, about);
        at_most(resolution.us_business_seconds, resolution.us_seconds, about);
        at_most(resolution.customer_business_seconds, resolution.customer_seconds, about);
        at_most(resolution.third_party_business_seconds, resolution.third_party_seconds, about);
        assert!(resolution.reopened_after_seconds.is_none_or(|seconds| seconds >= 0), "{about}");
    }
    let reopened = rows.resolutions.iter().filter(|row| row.reopened_at.is_some()).count() as i64;
    assert!(reopened <= row.reopenings_count, "{about}");
    for resolution in &rows.resolutions {
        assert!(resolution.touches_count <= row.touches_count, "{about}");
        assert!(resolution.escalations_count <= row.escalations_count, "{about}");
        assert!(resolution.transfers_count <= row.transfers_count, "{about}");
    }
}

fn overlap(spell: &Spell, from: i64, to: i64) -> i64 {
    (spell.left_at.map_or(to, |left| left.0.min(to)) - spell.entered_at.0.max(from)).max(0)
}

fn check_clocks(rows: &Rows<'_>, about: &str) {
    for clock in &rows.clocks {
        let about = format!("{about}, {clock:?}");
        assert!(clock.fulfilled_at.is_none() || clock.fulfilled_at == clock.ended_at, "{about}");
        assert!(!(clock.cancelled && clock.fulfilled_at.is_some()), "{about}");
        assert!(clock.ended_at.is_none_or(|ended| ended >= clock.started_at), "{about}");
        assert!(clock.target == "due_date" || clock.due_at.is_none_or(|due| due >= clock.started_at), "{about}");
        assert_eq!(clock.elapsed_seconds.is_some(), clock.ended_at.is_some(), "{about}");
        at_most(clock.elapsed_seconds, clock.ended_at.map(|ended| ended.0 - clock.started_at.0), &about);
        let late = clock.due_at.zip(clock.ended_at).is_some_and(|(due, ended)| ended > due);
        assert!(clock.overrun_seconds.is_none() || late, "{about}: over its target and not late");
        assert!(!(clock.cancelled && late), "{about}: cancelled though late");
        assert!(clock.clock == "business" || !late || clock.overrun_seconds.is_some(), "{about}: late without an overrun");
    }
    let counted: Vec<_> = rows.clocks.iter().filter(|clock| !clock.cancelled).collect();
    assert_eq!(rows.outcomes.len(), usize::from(!counted.is_empty()), "{about}");
    if let Some(outcome) = rows.outcomes.first() {
        assert_eq!(outcome.clocks_count, counted.len() as i64, "{about}");
        assert!(outcome.decided_at.is_none_or(|decided| outcome.breached_at.is_none_or(|breach| breach <= decided)), "{about}");
    }
}

fn check_work(row: &Conversation, rows: &Rows<'_>, about: &str) {
    let transfers = rows.assignments.iter().filter(|row| row.transfer).count() as i64;
    assert_eq!(transfers, row.transfers_count, "{about}");
    assert_eq!(rows.assignments[0].assigned_at, row.created_at, "{about}");
    for pair in rows.assignments.windows(2) {
        assert_eq!(pair[0].ended_at, Some(pair[1].assigned_at), "{about}");
        assert!(pair[0].seconds.is_some_and(|seconds| seconds > 0), "{about}: one stretch for each instant");
        at_most(pair[0].business_seconds, pair[0].seconds, about);
        let holders = |row: &Assignment| row.common.as_ref().map(|common| (common.dims.owner.clone(), common.dims.team.clone()));
        assert_ne!(holders(pair[0]), holders(pair[1]), "{about}: a stretch for each change only");
    }
    assert!(rows.assignments.iter().filter(|row| row.wait_seconds.is_some()).count() <= 1, "{about}");
    for entry in &rows.entries {
        assert!(entry.wait_seconds.is_none_or(|seconds| seconds >= 0), "{about}");
        assert!(entry.arrived_at <= entry.entered_at, "{about}");
        assert!(!(entry.answered_at.is_some() && entry.abandoned_at.is_some()), "{about}");
        assert_eq!(entry.outcome == "answered", entry.answered_at.is_some(), "{about}");
        if let (Some(answered), Some(ended), Some(talk)) = (entry.answered_at, entry.ended_at, entry.talk_seconds) {
            assert_eq!(talk + entry.hold_seconds.unwrap(), ended.0 - answered.0, "{about}: talk and hold are the call");
        }
    }
    let methods: std::collections::BTreeSet<&str> = rows.handling.iter().map(|row| row.method).collect();
    assert!(methods.len() <= 1, "{about}: one method for each conversation");
    assert!(rows.handling.iter().all(|row| row.seconds >= 0 && row.started_at.0 + row.seconds == row.ended_at.0), "{about}");
    assert_eq!(rows.links.len(), usize::from(row.common.as_ref().unwrap().whole.customer.is_some()), "{about}");
    for link in &rows.links {
        assert!(link.recontact_seconds.is_none_or(|seconds| seconds > 0), "{about}");
        assert!(link.order_after_seconds.is_none_or(|seconds| seconds >= 0), "{about}");
        let windows = link.next_created_at.zip(link.resolved_at).is_none_or(|(next, resolved)| next > resolved);
        assert!(windows, "{about}");
    }
}

/// Where both are known, the first is not more than the second and not negative.
fn at_most(part: Option<i64>, whole: Option<i64>, about: &str) {
    if let Some(part) = part {
        assert!(part >= 0 && whole.is_some_and(|whole| part <= whole), "{about}: {part} of {whole:?}");
    }
}
