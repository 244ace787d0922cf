//! What other SLA policies would have made of the past: their compliance beside the real one, and the conversations that fare otherwise.
//!
//! The numbers are those of `sla_compliance`, asked of both sets of clocks, so that they agree with what the KPI says today and would say.

use std::collections::{BTreeMap, BTreeSet};

use deskgauge_core::answer::{Answer, DataCut};
use deskgauge_core::facts::{Facts, SlaClock};
use deskgauge_core::question::Question;
use deskgauge_core::rules::Rules;

use crate::ask::{AskError, Limits, ask_all};
use crate::catalogue::Catalogue;
use crate::facts_schema::own_fields;
use crate::source::{FactSource, SourceError};

/// The KPI that a replay is about.
const METRIC: &str = "sla_compliance";
/// What has been removed has no verdict.
const REMOVED: [&str; 3] = ["spam", "deleted", "merged"];

/// The past under two sets of policies.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// Of each policy and target: the answers before and after; none where a side has no such clock.
    pub rows: Vec<Replayed>,
    /// Over all of them.
    pub total: Replayed,
    /// The conversations that fare otherwise, by id.
    pub changed: Vec<Conversation>,
}

/// A policy's target before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// The policy; none for explicit due dates, and for the total.
    pub policy: Option<String>,
    /// The target; none for the total.
    pub target: Option<String>,
    /// Under the workspace's policies.
    pub before: Option<Answer>,
    /// Under the others.
    pub after: Option<Answer>,
}

/// A conversation that fares otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: String,
    /// Under the workspace's policies.
    pub before: Verdict,
    /// Under the others.
    pub after: Verdict,
    /// What it missed before, as `policy target`.
    pub missed_before: Vec<String>,
    /// What it would have missed.
    pub missed_after: Vec<String>,
}

/// How a conversation fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing was decided.
    None,
    /// All that was decided was met.
    Met,
    /// Something was missed.
    Missed,
}

impl Verdict {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Met => "met",
            Self::Missed => "missed",
        }
    }
}

/// Compares the clocks under two sets of policies. `question` names the range, the filter and the now.
///
/// # Errors
/// As for [`crate::ask::ask`].
pub async fn compare(
    facts: [Facts; 2],
    catalogue: &Catalogue,
    rules: &Rules,
    question: &Question,
    cut: &DataCut,
) -> Result<Replay, AskError> {
    let now = question.now.map_or(i64::MAX, |now| now.at(&rules.workspace.time_zone).0);
    let zone = &rules.workspace.time_zone;
    let start = |date| deskgauge_core::period::day_start(date, zone);
    let range = (question.from.map_or(i64::MIN, start), question.to.map_or(i64::MAX, start));
    let metrics = vec![METRIC.to_owned()];
    let total = Question { metrics: metrics.clone(), by: Vec::new(), ..question.clone() };
    let parts = Question { metrics, by: vec!["policy".to_owned(), "target".to_owned()], ..question.clone() };
    let mut fared = Vec::new();
    let mut answered = Vec::new();
    for facts in facts {
        fared.push(fares(&facts.sla_clocks, range, now));
        let source = FactSource::memory(&facts, &[], &own_fields(rules)).map_err(unreadable)?;
        let questions = [total.clone(), parts.clone()];
        answered.push(ask_all(&source, catalogue, rules, &questions, cut, Limits::default()).await?);
    }
    let first = |side: usize| answered[side][0].answers.first().cloned();
    let total = Replayed { policy: None, target: None, before: first(0), after: first(1) };
    let mut rows: BTreeMap<(Option<String>, Option<String>), Replayed> = BTreeMap::new();
    for (side, answers) in answered.iter().enumerate() {
        for answer in &answers[1].answers {
            let cell = |place: usize| answer.dimensions.get(place).and_then(|(_, value)| value.clone());
            let (policy, target) = (cell(0), cell(1));
            let row =
                rows.entry((policy.clone(), target.clone())).or_insert(Replayed { policy, target, before: None, after: None });
            *(if side == 0 { &mut row.before } else { &mut row.after }) = Some(answer.clone());
        }
    }
    // One conversation by its name is no group.
    let listed = rules.privacy.minimum_group <= 1;
    let changed = if listed { changed(&fared[0], &fared[1]) } else { Vec::new() };
    Ok(Replay { rows: rows.into_values().collect(), total, changed })
}

fn unreadable(error: SourceError) -> AskError {
    match error {
        SourceError::Engine(error) => error.into(),
        other @ SourceError::Lake(_) => AskError::Engine(datafusion::error::DataFusionError::External(Box::new(other))),
    }
}

/// How each conversation fares by the clocks that were decided in a range, and what it missed.
type Fares = BTreeMap<String, (Verdict, BTreeSet<String>)>;

fn fares(clocks: &[SlaClock], (from, to): (i64, i64), now: i64) -> Fares {
    let mut fares = Fares::new();
    for clock in clocks.iter().filter(|clock| !clock.cancelled) {
        let Some(common) = &clock.common else { continue };
        let (due, fulfilled) = (clock.due_at.map(|at| at.0), clock.fulfilled_at.map(|at| at.0));
        let decided = fulfilled.is_some_and(|at| at <= now) || due.is_some_and(|at| at < now);
        let dated = [due, fulfilled].into_iter().flatten().min();
        let inside = dated.is_some_and(|at| from <= at && at < to);
        if !decided || !inside || REMOVED.contains(&common.whole.final_status) {
            continue;
        }
        let (verdict, missed) = fares.entry(common.whole.conversation.to_string()).or_insert((Verdict::None, BTreeSet::new()));
        let met = fulfilled.is_some_and(|at| at <= due.unwrap_or(at));
        *verdict = (*verdict).max(if met { Verdict::Met } else { Verdict::Missed });
        if !met {
            missed.insert(format!("{} {}", clock.policy.as_deref().unwrap_or("due_date"), clock.target));
        }
    }
    fares
}

fn changed(before: &Fares, after: &Fares) -> Vec<Conversation> {
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let of = |fares: &Fares, id: &str| fares.get(id).cloned().unwrap_or((Verdict::None, BTreeSet::new()));
    let one = |id: &String| {
        let ((was, missed_before), (is, missed_after)) = (of(before, id), of(after, id));
        (was != is).then(|| Conversation {
            id: id.clone(),
            before: was,
            after: is,
            missed_before: missed_before.into_iter().collect(),
            missed_after: missed_after.into_iter().collect(),
        })
    };
    ids.into_iter().filter_map(one).collect()
}
