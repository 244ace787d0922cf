//! A row per call: its steps, from their times or from the lengths between them.
//!
//! A call that belongs to no conversation of another table is one itself and begins it.

use deskgauge_core::event::record::{Defaults, Value};
use deskgauge_core::event::{ActorKind, Direction, HungUpBy, Origin, Text};

use super::super::bound::Cells;
use super::super::targets::Target;
use super::conversations::own_fields;
use super::draft::{Doer, Draft, Fields, STAND_IN, When, rank, some, word};

const OUTCOMES: &[&str] = &["answered", "abandoned", "voicemail"];

pub(super) fn events<'d>(cells: &mut Cells<'_>, defaults: &'d Defaults) -> Draft<'d> {
    let id = cells.needed_text(Target::Id);
    let started_at = cells.needed_instant(Target::StartedAt);
    let conversation = cells.text(Target::Conversation);
    let (id, started_at) = (id.unwrap_or_default(), started_at.unwrap_or(STAND_IN));
    let base = format!("{}{id}", cells.mapping.prefix);
    let own = conversation.is_none();
    let conversation = conversation.map_or_else(|| base.clone(), |id| format!("{}{id}", cells.mapping.prefix));
    let mut draft = Draft::new(defaults, base, Some(conversation.into()), cells.row.number);
    draft.revision = cells.int(Target::Revision).unwrap_or(0);

    let times = Times::read(cells, started_at);
    let (agent, queue, team) = (cells.text(Target::Agent), cells.text(Target::Queue), cells.text(Target::Team));
    let direction = cells.word(Target::Direction, Direction::WORDS).and_then(Direction::parse);
    let hung_up_by = cells.word(Target::HungUpBy, HungUpBy::WORDS);
    if own {
        opened(cells, &mut draft, started_at, direction, team);
        own_fields(cells, &mut draft, started_at);
    }
    let step = |agent: Option<Text>, more: Option<(&'static str, Value)>| -> Fields {
        let fields = [
            Some(("call", Value::Text(id.clone()))),
            some("queue", queue.clone()),
            some("agent", agent),
            direction.map(|direction| word("direction", direction.name())),
            more,
        ];
        fields.into_iter().flatten().collect()
    };
    let nobody = Doer::default();
    let by_agent = Doer { kind: Some(ActorKind::Agent), id: agent.clone() };
    if direction != Some(Direction::Out) {
        draft.add("queued", "queued", When { at: started_at, seq: rank::FIELD }, &nobody, step(None, None));
    }
    let ended = hung_up_by.map(|who| word("hung_up_by", who));
    let steps = [
        ("answered", times.answered_at, rank::ASSIGNED, &by_agent, None),
        ("abandoned", times.abandoned_at, rank::MESSAGE, &nobody, None),
        ("voicemail", times.voicemail_at, rank::MESSAGE, &nobody, None),
        ("ended", times.ended_at, rank::WORKED, &by_agent, ended),
        ("wrapped", times.wrapped_at, rank::SOLVED, &by_agent, None),
    ];
    for (name, at, seq, doer, more) in steps {
        if let Some(at) = at {
            draft.add(name, name, When { at, seq }, doer, step(doer.id.clone(), more));
        }
    }
    for (name, target) in [("solved", Target::ResolvedAt), ("closed", Target::ClosedAt)] {
        if let Some(at) = cells.instant(target) {
            draft.add(name, "status", When { at, seq: rank::CLOSED }, &by_agent, vec![word("status", name)]);
        }
    }
    draft
}

/// The times of a call; those that the table does not have are worked out from the lengths that it has.
struct Times {
    answered_at: Option<i64>,
    abandoned_at: Option<i64>,
    voicemail_at: Option<i64>,
    ended_at: Option<i64>,
    wrapped_at: Option<i64>,
}

impl Times {
    fn read(cells: &mut Cells<'_>, started_at: i64) -> Self {
        let outcome = cells.word(Target::Outcome, OUTCOMES);
        let after = |at: i64, seconds: Option<i64>| seconds.and_then(|seconds| at.checked_add(seconds.checked_mul(1000)?));
        let wait = cells.int(Target::WaitSeconds);
        let waited = |wanted: &str| if outcome == Some(wanted) { after(started_at, wait) } else { None };
        let answered_at = cells.instant(Target::AnsweredAt).or_else(|| waited("answered"));
        let abandoned_at = cells.instant(Target::AbandonedAt).or_else(|| waited("abandoned"));
        let voicemail_at = cells.instant(Target::VoicemailAt).or_else(|| waited("voicemail"));
        let talk = cells.int(Target::TalkSeconds);
        let ended_at = cells.instant(Target::EndedAt);
        let ended_at = ended_at.or_else(|| after(answered_at?, talk)).filter(|_| abandoned_at.is_none());
        let wrap = cells.int(Target::WrapSeconds);
        let wrapped_at = cells.instant(Target::WrappedAt).or_else(|| after(ended_at?, wrap));
        Self { answered_at, abandoned_at, voicemail_at, ended_at, wrapped_at }
    }
}

fn opened(cells: &mut Cells<'_>, draft: &mut Draft<'_>, started_at: i64, direction: Option<Direction>, team: Option<Text>) {
    let origin = direction.map(|direction| match direction {
        Direction::In => Origin::Customer,
        Direction::Out => Origin::Agent,
    });
    let fields = [
        some("team", team),
        Some(("channel", Value::Text(cells.text(Target::Channel).unwrap_or_else(|| "phone".into())))),
        some("brand", cells.text(Target::Brand)),
        some("priority", cells.text(Target::Priority)),
        some("reason", cells.text(Target::Reason)),
        some("tags", cells.text(Target::Tags)),
        some("language", cells.text(Target::Language)),
        some("customer", cells.text(Target::Customer)),
        origin.map(|origin| word("origin", origin.name())),
    ];
    let when = When { at: started_at, seq: rank::OPENED };
    draft.add("opened", "opened", when, &Doer::default(), fields.into_iter().flatten().collect());
}
