//! A row per conversation, in its latest state.
//!
//! Such a table says where a conversation ended, not how it went: the agent and the own fields hold from its beginning, since nobody
//! knows since when. A status without a time of its own is left out and counted. No first reply in the table is no message in the
//! events.

use deskgauge_core::event::record::{Defaults, Value};
use deskgauge_core::event::{ActorKind, Origin, Status, StatusClass, Text};

use super::super::bound::Cells;
use super::super::targets::Target;
use super::draft::{Doer, Draft, STAND_IN, When, rank, some, word};
use super::{Report, surveys};

pub(super) fn events<'d>(cells: &mut Cells<'_>, defaults: &'d Defaults, report: &mut Report) -> Draft<'d> {
    let id = cells.needed_text(Target::Id);
    let opened_at = cells.needed_instant(Target::OpenedAt);
    let (id, opened_at) = (id.unwrap_or_default(), opened_at.unwrap_or(STAND_IN));
    let base = format!("{}{id}", cells.mapping.prefix);
    let mut draft = Draft::new(defaults, base.clone(), Some(base.into()), cells.row.number);
    draft.revision = cells.int(Target::Revision).unwrap_or(0);

    let (agent, team) = (cells.text(Target::Agent), cells.text(Target::Team));
    let someone = |id| Doer { kind: Some(ActorKind::Agent), id };
    let nobody = Doer::default();
    let at = |at, seq| When { at, seq };
    opened(cells, &mut draft, opened_at, team.clone());
    if agent.is_some() {
        let fields = [some("agent", agent.clone()), some("team", team)].into_iter().flatten().collect();
        draft.add("assigned", "assigned", at(opened_at, rank::ASSIGNED), &nobody, fields);
    }
    if let Some(due_at) = cells.instant(Target::DueAt) {
        let due_at = crate::events::write::rfc3339(due_at).into();
        let fields = vec![word("field", "due_at"), ("value", Value::Text(due_at))];
        draft.add("field:due_at", "field", at(opened_at, rank::FIELD), &nobody, fields);
    }
    own_fields(cells, &mut draft, opened_at);

    let first_reply_by = cells.text(Target::FirstReplyBy);
    if let Some(replied_at) = cells.instant(Target::FirstReplyAt) {
        let doer = someone(first_reply_by.or_else(|| agent.clone()));
        draft.add("first_reply", "message", at(replied_at, rank::MESSAGE), &doer, Vec::new());
    }
    let resolved_at = cells.instant(Target::ResolvedAt);
    let closed_at = cells.instant(Target::ClosedAt);
    let resolved_by = cells.text(Target::ResolvedBy);
    let solver = if resolved_by.is_some() { someone(resolved_by) } else { nobody.clone() };
    if let Some(resolved_at) = resolved_at {
        draft.add("solved", "status", at(resolved_at, rank::SOLVED), &solver, vec![word("status", "solved")]);
    }
    if let Some(closed_at) = closed_at {
        let doer = if resolved_at.is_some() { &nobody } else { &solver };
        draft.add("closed", "status", at(closed_at, rank::CLOSED), doer, vec![word("status", "closed")]);
    }
    let updated_at = cells.instant(Target::UpdatedAt);
    last_status(cells, &mut draft, resolved_at.max(closed_at), updated_at, report);
    if let Some(seconds) = cells.int(Target::HandleSeconds) {
        let ended_at = resolved_at.or(closed_at).or(updated_at).unwrap_or(opened_at);
        let fields = [Some(("seconds", Value::Int(seconds))), some("agent", agent.clone())].into_iter().flatten().collect();
        draft.add("worked", "worked", at(ended_at, rank::WORKED), &someone(agent.clone()), fields);
    }
    let answered_at = closed_at.max(resolved_at).unwrap_or(opened_at);
    surveys::answers(cells, &mut draft, answered_at, agent);
    draft
}

/// The conversation begins, with what is known of it.
pub(super) fn opened(cells: &mut Cells<'_>, draft: &mut Draft<'_>, opened_at: i64, team: Option<Text>) {
    let origin = cells.word(Target::Origin, Origin::WORDS);
    let kind = cells.word(Target::ActorKind, ActorKind::WORDS).and_then(ActorKind::parse);
    let fields = [
        some("team", team),
        some("channel", cells.text(Target::Channel)),
        some("brand", cells.text(Target::Brand)),
        some("priority", cells.text(Target::Priority)),
        some("reason", cells.text(Target::Reason)),
        some("tags", cells.text(Target::Tags)),
        some("language", cells.text(Target::Language)),
        some("customer", cells.text(Target::Customer)),
        some("parent", cells.text(Target::Parent).map(|id| format!("{}{id}", cells.mapping.prefix).into())),
        origin.map(|origin| word("origin", origin)),
    ];
    let when = When { at: opened_at, seq: rank::OPENED };
    draft.add("opened", "opened", when, &Doer { kind, id: None }, fields.into_iter().flatten().collect());
}

/// Own fields, in force from the beginning.
pub(super) fn own_fields(cells: &mut Cells<'_>, draft: &mut Draft<'_>, opened_at: i64) {
    let bound = cells.bound;
    for field in &bound.fields {
        let value = if field.present {
            Some(if cells.present(&field.slot) { "true".into() } else { "false".into() })
        } else {
            cells.text_of(&field.slot)
        };
        if let Some(value) = value {
            let fields = vec![("field", Value::Text(field.name.clone())), ("value", Value::Text(value))];
            let when = When { at: opened_at, seq: rank::FIELD };
            draft.add(&format!("field:{}", field.name), "field", when, &Doer::default(), fields);
        }
    }
}

/// The row's status, where the other columns do not say it yet and its time is known.
fn last_status(
    cells: &mut Cells<'_>,
    draft: &mut Draft<'_>,
    ended_at: Option<i64>,
    updated_at: Option<i64>,
    report: &mut Report,
) {
    let Some(name) = cells.word(Target::Status, Status::WORDS) else { return };
    let Some(status) = Status::parse(name) else { return };
    let said = match status.class() {
        StatusClass::Resolved => ended_at.is_some(),
        StatusClass::Us if status != Status::Snoozed => ended_at.is_none(),
        _ => false,
    };
    if said {
        return;
    }
    match updated_at.filter(|at| ended_at.is_none_or(|ended_at| *at > ended_at)) {
        Some(at) => {
            let when = When { at, seq: rank::CLOSED };
            draft.add("status", "status", when, &Doer::default(), vec![word("status", name)]);
        }
        None => report.untimed_statuses += 1,
    }
}
