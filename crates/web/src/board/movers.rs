//! Agents whose own numbers moved most: what a lead talks about first. Each change stands for itself; who is better is another question,
//! which the table of all agents answers.

use deskgauge_core::answer::{Answer, Answers, Verdict};
use deskgauge_core::question::Question;
use deskgauge_engine::ask::strength;

use super::Row;

/// Rows of the table.
const ROWS: usize = 8;
/// What is looked at, in the order of reading.
const COLUMNS: [&str; 4] = ["first_response_time", "full_resolution_time", "sla_compliance", "csat"];

/// The agents.
#[derive(Debug, Default)]
pub struct Movers {
    /// The ids of its columns.
    pub metrics: Vec<String>,
    /// An agent, and the numbers with their changes in the order of the columns. The one who moved most comes first.
    pub rows: Vec<(String, Vec<Option<Answer>>)>,
}

impl Movers {
    /// From the board's own rows, the questions by agent among those that look for what changed, and their answers.
    pub(super) fn of(board: &[Row], questions: &[Question], answered: &[Answers]) -> Self {
        let by_agent = |question: &Question| question.by.iter().eq(["agent"]);
        let asked: Vec<(&Question, &Answers)> =
            questions.iter().zip(answered).filter(|(question, _)| by_agent(question)).collect();
        let is_asked = |id: &&str| asked.iter().any(|(question, _)| question.metrics.iter().any(|own| own == id));
        let metrics: Vec<String> = COLUMNS.iter().filter(|id| is_asked(id)).map(|id| (*id).to_owned()).collect();
        let mut rows: Vec<(&str, Vec<Option<&Answer>>)> = Vec::new();
        for answer in asked.iter().flat_map(|(_, answers)| &answers.answers) {
            let Some(column) = metrics.iter().position(|id| *id == answer.metric) else { continue };
            let Some((_, Some(agent))) = answer.dimensions.first() else { continue };
            let row = match rows.iter().position(|(known, _)| known == agent) {
                Some(row) => row,
                None => {
                    rows.push((agent, vec![None; metrics.len()]));
                    rows.len() - 1
                }
            };
            rows[row].1[column] = Some(answer);
        }
        let moved =
            |answers: &[Option<&Answer>]| answers.iter().flatten().filter_map(|answer| told(board, answer)).fold(0.0, f64::max);
        let mut rows: Vec<_> = rows.into_iter().map(|row| (moved(&row.1), row)).filter(|(moved, _)| *moved > 0.0).collect();
        rows.sort_by(|(one, (agent, _)), (other, (another, _))| other.total_cmp(one).then_with(|| agent.cmp(another)));
        rows.truncate(ROWS);
        let own = |answers: Vec<Option<&Answer>>| answers.into_iter().map(|answer| answer.cloned()).collect();
        let rows = rows.into_iter().map(|(_, (agent, answers))| (agent.to_owned(), own(answers))).collect();
        Self { metrics, rows }
    }
}

/// How far a number's change is from chance, where it is good or bad.
fn told(board: &[Row], answer: &Answer) -> Option<f64> {
    let change = answer.comparison.as_ref()?.change.as_ref()?;
    let row = board.iter().find(|row| row.metric.id == answer.metric)?;
    let counts = matches!(change.verdict, Verdict::Better | Verdict::Worse);
    strength(&row.metric.definition, answer).filter(|_| counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_questions_by_agent_nobody_moved() {
        let movers =
            Movers::of(&[], &[Question { by: vec!["channel".to_owned()], ..Question::new(vec!["csat".to_owned()]) }], &[]);
        assert!(movers.rows.is_empty() && movers.metrics.is_empty());
    }
}
