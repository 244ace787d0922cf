//! `[privacy]`: what must not be read out of answers: individuals, and groups that are too small to hide one.
//!
//! Dimensions and filters that name people are refused. A cell that stands on too few is answered as suppressed, and so is a second one
//! where the sum of all would give the first away: in every line of cells and periods, what is suppressed stands together on at least the
//! minimum group. Questions are not remembered, so that two of them whose difference is one person are not prevented here; and whoever
//! can read the files can read everything.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray};
use datafusion::logical_expr::Expr;
use deskgauge_core::answer::{Answer, NullReason};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::question::Question;
use deskgauge_core::rules::{Privacy, Rules};

use super::PlanError;
use crate::source::FactSource;

/// The columns that name people.
const PEOPLE: &[&str] = &[
    "agent",
    "actor",
    "owner",
    "current_owner",
    "first_responder",
    "last_closer",
    "previous_agent",
    "reviewer",
    "customer",
    "participants",
    "owners",
];

/// Refuses an expression that names people, where individuals are hidden. `what` is how the asker called it.
pub(crate) fn refuse(rules: &Rules, expr: &Expr, what: &str) -> Result<(), Diagnostic> {
    let named = expr.column_refs().into_iter().find(|column| PEOPLE.contains(&column.name.as_str()));
    match named {
        Some(column) if rules.privacy.hide_individuals => {
            let message =
                format!("{what} names people by `{}`, and this workspace shows none ([privacy] hide_individuals)", column.name);
            Err(Diagnostic::error("individuals-hidden", message).hint("cut and filter by team, channel and the like"))
        }
        _ => Ok(()),
    }
}

/// The teams that are too small to hide one of them, and whether a question's own filter leaves too few.
#[derive(Default)]
pub(crate) struct Teams {
    small: BTreeSet<Option<String>>,
    filtered: bool,
}

impl Teams {
    /// Finds them, where a question is about teams: by how many agents ever had one of the team's conversations.
    pub(crate) async fn of(source: &FactSource, question: &Question, privacy: &Privacy) -> Result<Self, PlanError> {
        let mut teams = Self::default();
        let filter = question.filter.as_deref().filter(|filter| filter.to_lowercase().contains("team"));
        let most = privacy.minimum_group;
        if most <= 1 || !(question.by.iter().any(|name| name == "team") || filter.is_some()) {
            return Ok(teams);
        }
        let statement = "select team, count(distinct agent) as n from assignments group by team";
        for batch in source.context().sql(statement).await?.collect().await? {
            let names = arrow::compute::cast(batch.column(0), &arrow::datatypes::DataType::Utf8);
            let names = names.map_err(datafusion::error::DataFusionError::from)?;
            let names = names.as_string::<i32>();
            let counts = batch.column(1).as_primitive::<arrow::datatypes::Int64Type>();
            for row in (0..batch.num_rows()).filter(|row| counts.value(*row) < most) {
                // Conversations of no team are nobody's in particular.
                if names.is_valid(row) {
                    teams.small.insert(Some(names.value(row).to_owned()));
                }
            }
        }
        if let Some(filter) = filter {
            let statement = format!("select count(distinct agent) as n from assignments where {filter}");
            // A filter over columns that assignments do not have says nothing about teams alone: then it is the rows that count.
            if let Ok(frame) = source.context().sql(&statement).await {
                let batches = frame.collect().await?;
                let count = batches.first().map(|batch| batch.column(0).as_primitive::<arrow::datatypes::Int64Type>().value(0));
                teams.filtered = count.is_some_and(|count| count < most);
            }
        }
        Ok(teams)
    }

    fn too_small(&self, answer: &Answer) -> bool {
        self.filtered || answer.dimensions.iter().any(|(name, value)| name == "team" && self.small.contains(value))
    }
}

/// Suppresses the answers of one metric that stand on fewer than the minimum group, and those that would give them away. `sizes` says of
/// each answer on how many it stands, at most the minimum group.
pub(crate) fn suppress(answers: &mut [Answer], sizes: &[i64], privacy: &Privacy, teams: &Teams) {
    let least = privacy.minimum_group;
    if least <= 1 {
        return;
    }
    // Of rows without a value nobody learns more than of none.
    let size = |(answer, size): (&Answer, &i64)| (*size).min(answer.n.unwrap_or(*size));
    let sizes: Vec<i64> = answers.iter().zip(sizes).map(size).collect();
    // The sizes are told up to the minimum group only; which of two larger cells is the smaller one, their rows say.
    let weights: Vec<(i64, i64)> = answers.iter().zip(&sizes).map(|(answer, size)| (*size, answer.n.unwrap_or(*size))).collect();
    let empty = |place: usize| sizes[place] == 0;
    let mut hidden: BTreeSet<usize> = (0..answers.len())
        .filter(|place| !empty(*place) && (sizes[*place] < least || teams.too_small(&answers[*place])))
        .collect();
    let lines = lines(answers);
    loop {
        let before = hidden.len();
        for line in &lines {
            protect(line, &weights, least, &mut hidden);
        }
        if hidden.len() == before {
            break;
        }
    }
    for place in hidden {
        blank(&mut answers[place]);
    }
}

/// Hides more of a line until what is hidden in it stands together on the minimum group and is more than one cell: else whoever knows the
/// sum knows the one.
fn protect(line: &[usize], weights: &[(i64, i64)], least: i64, hidden: &mut BTreeSet<usize>) {
    loop {
        let own: Vec<usize> = line.iter().copied().filter(|place| hidden.contains(place)).collect();
        let together: i64 = own.iter().map(|place| weights[*place].0).sum();
        if own.is_empty() || (own.len() > 1 && together >= least) {
            return;
        }
        let open = line.iter().copied().filter(|place| !hidden.contains(place) && weights[*place].0 > 0);
        match open.min_by_key(|place| (weights[*place], *place)) {
            Some(next) => _ = hidden.insert(next),
            None => return,
        }
    }
}

/// The lines of cells that add up to something that can be asked for: along each dimension, and along the periods.
fn lines(answers: &[Answer]) -> Vec<Vec<usize>> {
    let dimensions = answers.first().map_or(0, |answer| answer.dimensions.len());
    let mut lines = Vec::new();
    // The last round goes along the periods.
    for along in 0..=dimensions {
        let mut found: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (place, answer) in answers.iter().enumerate() {
            let others: Vec<_> = answer.dimensions.iter().enumerate().filter(|(number, _)| *number != along).collect();
            let period = answer.period.filter(|_| along != dimensions);
            found.entry((period, others)).or_default().push(place);
        }
        lines.extend(found.into_values().filter(|line| line.len() > 1));
    }
    lines
}

/// Takes everything out of an answer that tells of its rows.
fn blank(answer: &mut Answer) {
    *answer = Answer {
        value: None,
        null_reason: Some(NullReason::Suppressed),
        n: None,
        numerator: None,
        denominator: None,
        interval: None,
        bounds: None,
        running: None,
        provisional: None,
        excluded: Vec::new(),
        currency: None,
        small_n: true,
        ..answer.clone()
    };
}
