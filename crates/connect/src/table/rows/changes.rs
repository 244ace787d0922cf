//! An audit log: each row repeats the state of a conversation, and an event is what differs from the row before.
//!
//! The first row is the state in which the conversation began. A missing cell says nothing, so that a value stays until another one
//! comes; `clears` names the exceptions. The columns `resolved_at` and `closed_at` know the time of the last such step better than the
//! audit row, which only knows when it was written; where taking theirs would move the step past another one, the row's time is kept
//! and counted, since an order that never was would make a reopening that never was.

use std::collections::BTreeMap;

use deskgauge_core::event::record::{Defaults, Value};
use deskgauge_core::event::{ActorKind, Status, Text};

use super::super::bound::Bound;
use super::super::mapping::Mapping;
use super::super::targets::Target;
use super::Report;
use super::draft::{Doer, Draft, When, rank, some, word};
use super::group::Kept;

/// Attributes that change by an event of type `field`.
const ATTRIBUTES: &[(Target, &str)] = &[
    (Target::Channel, "channel"),
    (Target::Brand, "brand"),
    (Target::Priority, "priority"),
    (Target::Reason, "reason"),
    (Target::Tags, "tags"),
    (Target::Language, "language"),
];

pub(super) fn events<'d>(
    id: Text,
    mut rows: Vec<Kept>,
    mapping: &Mapping,
    bound: &Bound,
    defaults: &'d Defaults,
    report: &mut Report,
) -> Draft<'d> {
    // The table's own order comes first: times are often too coarse, and clocks of servers differ.
    rows.sort_by_key(|row| (row.order, row.at, row.number));
    let base = format!("{}{id}", mapping.prefix);
    let mut draft = Draft::new(defaults, base.clone(), Some(base.into()), rows.first().map_or(0, |row| row.number));
    draft.revision = rows.iter().map(|row| row.revision).max().unwrap_or(0);
    let Some(first) = rows.first() else { return draft };
    let opened_at = rows.iter().filter_map(|row| row.opened_at).min().unwrap_or(first.at);
    opened(&mut draft, first, opened_at, &mapping.prefix);

    let mut walk = Walk { mapping, opened_at, state: State::of(first, bound), steps: Vec::new() };
    if let Some(agent) = first.text(Target::Agent) {
        let fields = [some("agent", Some(agent.clone())), some("team", first.text(Target::Team).cloned())];
        draft.add(&name(first, "assigned"), "assigned", walk.when(first, 0, rank::ASSIGNED), &doer(first), known(fields));
    }
    if let Some(status) = first.status.filter(|status| *status != Status::New) {
        walk.steps.push(Step::of(status, first, walk.when(first, 0, rank::SOLVED)));
    }
    if let Some(due_at) = first.due_at {
        let when = When { at: opened_at, seq: rank::FIELD };
        draft.add(&name(first, "due_at"), "field", when, &doer(first), due(due_at));
    }
    fields_from_the_beginning(&mut draft, &rows, bound, opened_at);
    for (place, row) in rows.iter().enumerate().skip(1) {
        draft.row = row.number;
        walk.row(&mut draft, row, place, bound);
    }
    let latest = |column: fn(&Kept) -> Option<i64>| rows.iter().rev().find_map(column);
    let solver = rows.iter().rev().find_map(|row| row.text(Target::ResolvedBy)).cloned();
    walk.retime(Status::Solved, latest(|row| row.resolved_at), report);
    walk.retime(Status::Closed, latest(|row| row.closed_at), report);
    walk.finish(&mut draft, solver);
    draft
}

fn opened(draft: &mut Draft<'_>, first: &Kept, opened_at: i64, prefix: &str) {
    let text = |target| first.text(target).cloned();
    let mut fields = known([
        some("team", text(Target::Team)),
        some("customer", text(Target::Customer)),
        some("parent", text(Target::Parent).map(|id| format!("{prefix}{id}").into())),
        first.origin.map(|origin| word("origin", origin.name())),
    ]);
    fields.extend(ATTRIBUTES.iter().filter_map(|(target, name)| some(name, text(*target))));
    draft.add("opened", "opened", When { at: opened_at, seq: rank::OPENED }, &Doer::default(), fields);
}

/// Own fields without a history: the last value, in force from the beginning.
fn fields_from_the_beginning(draft: &mut Draft<'_>, rows: &[Kept], bound: &Bound, opened_at: i64) {
    for (index, field) in bound.fields.iter().enumerate() {
        let value = if field.history {
            rows.first().and_then(|row| row.field(index))
        } else {
            rows.iter().rev().find_map(|row| row.field(index))
        };
        if let Some(value) = value {
            let when = When { at: opened_at, seq: rank::FIELD };
            draft.add(&format!("field:{}", field.name), "field", when, &Doer::default(), own(&field.name, value));
        }
    }
}

/// The state after the rows so far.
struct State {
    agent: Option<Text>,
    team: Option<Text>,
    status: Status,
    due_at: Option<i64>,
    attributes: Vec<Option<Text>>,
    fields: BTreeMap<usize, Text>,
}

impl State {
    fn of(first: &Kept, bound: &Bound) -> Self {
        let fields = (0..bound.fields.len()).filter_map(|index| Some((index, first.field(index)?.clone())));
        Self {
            agent: first.text(Target::Agent).cloned(),
            team: first.text(Target::Team).cloned(),
            status: first.status.unwrap_or(Status::New),
            due_at: first.due_at,
            attributes: ATTRIBUTES.iter().map(|(target, _)| first.text(*target).cloned()).collect(),
            fields: fields.collect(),
        }
    }
}

/// A status that began.
struct Step {
    status: Status,
    when: When,
    doer: Doer,
    name: String,
    row: u64,
}

impl Step {
    fn of(status: Status, row: &Kept, when: When) -> Self {
        Self { status, when, doer: doer(row), name: name(row, "status"), row: row.number }
    }
}

struct Walk<'a> {
    mapping: &'a Mapping,
    opened_at: i64,
    state: State,
    steps: Vec<Step>,
}

impl Walk<'_> {
    /// When a row's change happened; never before the conversation began.
    fn when(&self, row: &Kept, place: usize, rank: i64) -> When {
        let order = row.order.filter(|order| *order >= 0).unwrap_or(i64::try_from(place).unwrap_or(i64::MAX));
        When { at: row.at.max(self.opened_at), seq: order.saturating_mul(rank::STEP).saturating_add(rank) }
    }

    fn row(&mut self, draft: &mut Draft<'_>, row: &Kept, place: usize, bound: &Bound) {
        let doer = doer(row);
        let field_when = self.when(row, place, rank::FIELD);
        for (index, (target, field)) in ATTRIBUTES.iter().enumerate() {
            let new = row.text(*target);
            if differs(new, self.state.attributes[index].as_ref(), self.mapping.clears.contains(target)) {
                let value = some("value", new.cloned());
                draft.add(&name(row, field), "field", field_when, &doer, known([Some(word("field", field)), value]));
                self.state.attributes[index] = new.cloned();
            }
        }
        if row.due_at.is_some() && row.due_at != self.state.due_at {
            self.state.due_at = row.due_at;
            draft.add(&name(row, "due_at"), "field", field_when, &doer, row.due_at.map(due).unwrap_or_default());
        }
        for (index, field) in bound.fields.iter().enumerate().filter(|(_, field)| field.history) {
            if let Some(value) = row.field(index).filter(|value| self.state.fields.get(&index) != Some(value)) {
                draft.add(&name(row, &format!("field:{}", field.name)), "field", field_when, &doer, own(&field.name, value));
                self.state.fields.insert(index, value.clone());
            }
        }
        self.assigned(draft, row, place);
        if let Some(status) = row.status.filter(|status| *status != self.state.status) {
            self.state.status = status;
            self.steps.push(Step::of(status, row, self.when(row, place, rank::SOLVED)));
        }
    }

    fn assigned(&mut self, draft: &mut Draft<'_>, row: &Kept, place: usize) {
        let (agent, team) = (row.text(Target::Agent), row.text(Target::Team));
        let agent_moves = differs(agent, self.state.agent.as_ref(), self.mapping.clears.contains(&Target::Agent));
        let team_moves = team.is_some() && team != self.state.team.as_ref();
        if !agent_moves && !team_moves {
            return;
        }
        if agent_moves {
            self.state.agent = agent.cloned();
        }
        if team_moves {
            self.state.team = team.cloned();
        }
        // An assignment without an agent means nobody: the one who keeps it is named again.
        let team = if team_moves { self.state.team.clone() } else { None };
        let fields = known([some("agent", self.state.agent.clone()), some("team", team)]);
        draft.add(&name(row, "assigned"), "assigned", self.when(row, place, rank::ASSIGNED), &doer(row), fields);
    }

    /// Gives the last step of a status the time that a column says; without such a step the column makes one.
    fn retime(&mut self, status: Status, at: Option<i64>, report: &mut Report) {
        let Some(at) = at else { return };
        let Some(place) = self.steps.iter().rposition(|step| step.status == status) else {
            if at >= self.opened_at {
                let rank = if status == Status::Closed { rank::CLOSED } else { rank::SOLVED };
                let last = self.steps.iter().map(|step| step.when.seq).max().unwrap_or(0);
                let (when, row) = (When { at, seq: last.saturating_add(rank) }, self.steps.last().map_or(0, |step| step.row));
                self.steps.push(Step { status, when, doer: Doer::default(), name: status.name().to_owned(), row });
            }
            return;
        };
        let old = self.steps[place].when.at;
        let (low, high) = (old.min(at), old.max(at));
        let passes = self.steps.iter().enumerate().any(|(other, step)| other != place && (low + 1..high).contains(&step.when.at));
        if passes || at < self.opened_at {
            report.kept_times += u64::from(old != at);
            return;
        }
        self.steps[place].when.at = at;
    }

    fn finish(mut self, draft: &mut Draft<'_>, solver: Option<Text>) {
        if let Some(solver) = solver
            && let Some(step) = self.steps.iter_mut().rfind(|step| step.status == Status::Solved)
        {
            step.doer = Doer { kind: Some(ActorKind::Agent), id: Some(solver) };
        }
        for step in self.steps {
            draft.row = step.row;
            draft.add(&step.name, "status", step.when, &step.doer, vec![word("status", step.status.name())]);
        }
    }
}

fn differs(new: Option<&Text>, old: Option<&Text>, clears: bool) -> bool {
    new != old && (new.is_some() || clears)
}

fn doer(row: &Kept) -> Doer {
    Doer { kind: row.actor_kind, id: row.text(Target::Actor).cloned() }
}

/// What an event of a row is called in its id: by the table's order, or else by its time.
fn name(row: &Kept, what: &str) -> String {
    format!("{}:{what}", row.order.unwrap_or(row.at))
}

fn own(name: &Text, value: &Text) -> Vec<(&'static str, Value)> {
    vec![("field", Value::Text(name.clone())), ("value", Value::Text(value.clone()))]
}

fn due(at: i64) -> Vec<(&'static str, Value)> {
    vec![word("field", "due_at"), ("value", Value::Text(crate::events::write::rfc3339(at).into()))]
}

fn known<const N: usize>(fields: [Option<(&'static str, Value)>; N]) -> Vec<(&'static str, Value)> {
    fields.into_iter().flatten().collect()
}
