//! `[[sla]]`: what was promised to which conversations, from when, on which clock.

use super::Workspace;
use super::read::{Reader, Section};
use crate::condition::Condition;
use crate::period::{parse_business_days, parse_date_or_instant, parse_duration};

/// One policy, or one version of it. The first in the order of the file that is in force and whose condition holds wins.
#[derive(Debug, Clone, PartialEq)]
pub struct SlaPolicy {
    /// Its name; versions share it.
    pub name: String,
    /// The first instant at which it applies; None: always did.
    pub from: Option<i64>,
    /// The first instant of the next version of the same name; None: there is none.
    pub until: Option<i64>,
    /// The conversations that it covers; None: all.
    pub when: Option<Condition>,
    /// The clock of its targets.
    pub schedule: SlaSchedule,
    /// What it promises, in the order of `SlaTarget`.
    pub targets: Vec<(SlaTarget, Target)>,
}

impl SlaPolicy {
    /// What it gives for a target; None: it promises nothing of that kind.
    pub fn target(&self, target: SlaTarget) -> Option<Target> {
        self.targets.iter().find(|(known, _)| *known == target).map(|(_, length)| *length)
    }

    /// Whether this version is the one in force at an instant.
    pub fn in_force(&self, at: i64) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

/// On which clock a policy's targets run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlaSchedule {
    /// Calendar time.
    Always,
    /// A schedule by name.
    Named(String),
    /// The workspace's schedule, see `Rules::default_schedule`.
    Default,
}

/// What a target measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlaTarget {
    /// From the first customer message to the first human public reply.
    FirstReply,
    /// From the oldest unanswered later customer message to the reply.
    NextReply,
    /// Between agents' public replies until solved.
    PeriodicUpdate,
    /// The same, paused while pending.
    PausableUpdate,
    /// While new, open or on hold.
    RequesterWait,
    /// While new or open.
    AgentWork,
    /// From creation to solved.
    TotalResolution,
    /// While one team owns it.
    TeamOwnership,
    /// From the queue to the answer of a call or live chat.
    AnswerWithin,
}

impl SlaTarget {
    /// All of them with the keys of the file and of the `target` dimension.
    pub const NAMES: [(&'static str, SlaTarget); 9] = [
        ("first_reply", SlaTarget::FirstReply),
        ("next_reply", SlaTarget::NextReply),
        ("periodic_update", SlaTarget::PeriodicUpdate),
        ("pausable_update", SlaTarget::PausableUpdate),
        ("requester_wait", SlaTarget::RequesterWait),
        ("agent_work", SlaTarget::AgentWork),
        ("total_resolution", SlaTarget::TotalResolution),
        ("team_ownership", SlaTarget::TeamOwnership),
        ("answer_within", SlaTarget::AnswerWithin),
    ];

    /// Its key.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

/// How long a target gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Seconds of the policy's clock.
    Seconds(i64),
    /// Business days of the policy's schedule (24 hours each in calendar time).
    BusinessDays(u32),
}

/// Reads all of them. One without a usable name, start or condition is left out.
pub(super) fn read(
    reader: &mut Reader<'_>,
    top: &Section<'_>,
    workspace: &Workspace,
    names: &[&str],
    schedules: &[&str],
) -> Vec<SlaPolicy> {
    let keys: Vec<&str> = ["name", "from", "when", "schedule"].into_iter().chain(SlaTarget::NAMES.map(|(key, _)| key)).collect();
    let mut found: Vec<SlaPolicy> = Vec::new();
    for section in reader.sections(top, "sla", "[[sla]]") {
        reader.only_keys(&section, &keys);
        let before = reader.problems.len();
        let name = reader.required_text(&section, "name");
        let from = start(reader, &section, workspace);
        let when = reader.condition(&section, "when", names);
        let schedule = clock(reader, &section, schedules);
        let usable = reader.problems.len() == before;
        let targets = SlaTarget::NAMES.into_iter();
        let targets = targets.filter_map(|(key, target)| Some((target, length(reader, &section, key)?))).collect();
        let Some((name, span)) = name.filter(|_| usable) else { continue };
        if found.iter().any(|other| other.name == name && other.from == from) {
            let message = format!("two versions of sla `{name}` begin at the same time");
            reader.refuse_with("duplicate-sla", message, span, "give each its own `from`, or another name");
            continue;
        }
        found.push(SlaPolicy { name: name.to_owned(), from, until: None, when, schedule, targets });
    }
    let starts: Vec<(String, i64)> = found.iter().filter_map(|policy| Some((policy.name.clone(), policy.from?))).collect();
    for policy in &mut found {
        let later = starts.iter().filter(|(name, from)| *name == policy.name && policy.from.is_none_or(|own| own < *from));
        policy.until = later.map(|(_, from)| *from).min();
    }
    found
}

/// `from`: a date is midnight in the workspace's zone.
fn start(reader: &mut Reader<'_>, section: &Section<'_>, workspace: &Workspace) -> Option<i64> {
    let (text, span) = reader.moment(section, "from")?;
    match parse_date_or_instant(&text, &workspace.time_zone) {
        Ok(instant) => Some(instant),
        Err(problem) => {
            let place = reader.place(span);
            reader.problems.push(problem.at(place));
            None
        }
    }
}

fn clock(reader: &mut Reader<'_>, section: &Section<'_>, schedules: &[&str]) -> SlaSchedule {
    match reader.text(section, "schedule") {
        None => SlaSchedule::Default,
        Some(("always", _)) => SlaSchedule::Always,
        Some((name, span)) => {
            if !schedules.contains(&name) {
                let known: Vec<&str> = schedules.iter().copied().chain(["always"]).collect();
                reader.unknown("unknown-schedule", format!("no schedule is named `{name}`"), span, name, &known);
            }
            SlaSchedule::Named(name.to_owned())
        }
    }
}

fn length(reader: &mut Reader<'_>, section: &Section<'_>, key: &str) -> Option<Target> {
    let (text, span) = reader.text(section, key)?;
    if let Some(days) = parse_business_days(text) {
        return Some(Target::BusinessDays(days));
    }
    let seconds = parse_duration(text).map(Target::Seconds);
    if seconds.is_none() {
        let message = format!("`{key}`: `{text}` is not a duration");
        reader.refuse_with("bad-duration", message, span, "write 30s, 5m, 1h30m, 2d (24 hours each) or 2bd (business days)");
    }
    seconds
}
