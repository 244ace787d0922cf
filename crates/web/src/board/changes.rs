//! What changed: those cells of channels, teams, tags, hours and the like whose own change is not to be explained by chance.
//!
//! Many cells are looked at, so that the bar is as high as their number asks for. Worse comes before better, the surest first, and of
//! each KPI one cell. The change is the cell's own; what it did to the whole `deskgauge explain` tells.

use deskgauge_core::answer::{Answer, Answers, Verdict, method};
use deskgauge_core::metric::Metric;
use deskgauge_core::period::{Grain, local_date};
use deskgauge_core::question::Question;
use deskgauge_core::statistics::change::{Mean, welch};
use deskgauge_core::statistics::interval::mean;
use deskgauge_engine::ask::{driver_questions, strength, told_from};
use jiff::civil::Date;

use crate::asking::{Asking, ask_failure};
use crate::failure::Outcome;

/// Lines of a list.
const LINES: usize = 5;
/// Values that are asked for to date a line.
const DATED: usize = 20_000;
/// Days on each side of a note, without which it dates nothing.
const SIDE: usize = 4;

/// What changed.
#[derive(Debug, Default)]
pub struct Changes {
    /// The list.
    pub lines: Vec<Line>,
    /// Among how many cells whose change can be told from chance.
    pub looked_at: usize,
    /// By which dimensions.
    pub dimensions: Vec<String>,
}

/// A cell that changed.
#[derive(Debug)]
pub struct Line {
    /// The KPI.
    pub metric: Metric,
    /// The dimension.
    pub dimension: String,
    /// Its value; None is that of rows without one.
    pub cell: Option<String>,
    /// The number there, compared.
    pub answer: Answer,
    /// How many half-widths of its interval the change is away from none.
    pub strength: f64,
    /// The note since whose day the days are otherwise than before it.
    pub since: Option<(Date, String)>,
    /// How many cells its dimension has.
    cells: usize,
}

/// The questions that are asked for it with the board's own.
pub(super) fn questions(asking: &Asking, compared: &Question, cuts: &[&str]) -> Outcome<Vec<Question>> {
    if compared.compare.is_none() || cuts.is_empty() {
        return Ok(Vec::new());
    }
    let told = |id: &String| {
        let stat = |own: &Metric| compared.stat.or(own.definition.default);
        asking.catalogue().under(id, &compared.profile).is_ok_and(|own| method(&own.definition, stat(own)).is_some())
    };
    let metrics = compared.metrics.iter().filter(|id| told(id)).cloned().collect();
    let question = asking.with_now(&Question { metrics, ..compared.clone() });
    let (source, catalogue, rules) = (asking.source(), asking.catalogue(), asking.rules());
    // Not by weekday: where the ranges have others it would be the calendar that changed, and a board is to be quick.
    let cuts: Vec<&str> = cuts.iter().copied().filter(|cut| *cut != "weekday").collect();
    driver_questions(source, catalogue, rules, &question, &cuts).map_err(ask_failure)
}

impl Changes {
    /// From the board's own numbers and the answers to these questions.
    pub(super) fn of(rows: &[super::Row], questions: &[Question], answered: &[Answers]) -> Self {
        let mut found = Vec::new();
        let mut looked_at = 0;
        for answers in answered {
            for row in rows.iter().filter(|row| change(&row.now).is_some()) {
                let cells: Vec<&Answer> = answers.answers.iter().filter(|answer| answer.metric == row.metric.id).collect();
                // A single cell is the whole, which has a card.
                if cells.len() < 2 {
                    continue;
                }
                looked_at += cells.iter().filter(|answer| change(answer).is_some_and(|change| change.noise.is_some())).count();
                let strong = cells.iter().filter_map(|answer| Some((strength(&row.metric.definition, answer)?, *answer)));
                found.extend(strong.map(|(strength, answer)| (row, answer, strength, cells.len())));
            }
        }
        let bar = told_from(looked_at);
        found.retain(|(_, _, strength, _)| *strength > bar);
        let rank = |answer: &Answer| match change(answer).map(|change| change.verdict) {
            Some(Verdict::Worse) => 0,
            Some(Verdict::Better) => 1,
            _ => 2,
        };
        // Of equal ones the first dimension that was asked for comes first.
        found.sort_by(|one, other| rank(one.1).cmp(&rank(other.1)).then_with(|| other.2.total_cmp(&one.2)));
        let mut lines: Vec<Line> = Vec::new();
        for (row, answer, strength, cells) in found {
            if lines.len() < LINES && lines.iter().all(|own| own.metric.id != row.metric.id) {
                let Some((dimension, cell)) = answer.dimensions.first().cloned() else { continue };
                let (metric, answer) = (row.metric.clone(), answer.clone());
                lines.push(Line { metric, dimension, cell, answer, strength, since: None, cells });
            }
        }
        let dimensions = questions.iter().flat_map(|question| question.by.clone()).collect();
        Self { lines, looked_at, dimensions }
    }

    /// Puts notes beside the lines: of each line that since whose day the values of its days changed most, if they did, the way that the
    /// line did. That is when and not why.
    ///
    /// # Errors
    /// As for [`Asking::ask`].
    pub async fn date(&mut self, asking: &Asking, base: &Question, notes: &[(Date, String)]) -> Outcome {
        let daily = |line: &Line| Question {
            metrics: vec![line.metric.id.clone()],
            by: vec![line.dimension.clone()],
            grain: Grain::Day,
            compare: None,
            ..base.clone()
        };
        let days =
            base.from.zip(base.to).and_then(|(from, to)| usize::try_from(from.until(to).ok()?.get_days()).ok()).unwrap_or(0);
        let mut lines: Vec<&mut Line> = self.lines.iter_mut().filter(|line| line.cells * days <= DATED).collect();
        if notes.is_empty() || lines.is_empty() {
            return Ok(());
        }
        let questions: Vec<Question> = lines.iter().map(|line| daily(line)).collect();
        let answered = asking.ask_all(&questions).await?;
        for (line, answers) in lines.iter_mut().zip(answered) {
            let today = local_date(answers.now.0, &asking.rules().workspace.time_zone);
            let own = answers.answers.iter().filter(|answer| answer.dimensions.first().map(|(_, cell)| cell) == Some(&line.cell));
            let own = own.filter_map(|answer| Some((answer.period.filter(|day| *day < today)?, answer.value?)));
            let grew = change(&line.answer).is_some_and(|change| change.difference > 0.0);
            line.since = since(&own.collect::<Vec<_>>(), grew, notes);
        }
        Ok(())
    }
}

/// The change of a cell.
fn change(answer: &Answer) -> Option<&deskgauge_core::answer::Change> {
    answer.comparison.as_ref()?.change.as_ref()
}

/// The note whose day parts the values of days best into lower and higher ones, the way that is asked for and by more than chance.
fn since(days: &[(Date, f64)], grew: bool, notes: &[(Date, String)]) -> Option<(Date, String)> {
    let of = |values: &[f64]| {
        let (sum, squares) = values.iter().fold((0.0, 0.0), |(sum, squares), value| (sum + value, squares + value * value));
        let n = i64::try_from(values.len()).ok()?;
        Some(Mean::of_interval(sum / values.len() as f64, mean(n, sum, squares)?, n))
    };
    let parted = |(day, text): &(Date, String)| {
        let (after, before): (Vec<_>, Vec<_>) = days.iter().partition(|(own, _)| own >= day);
        let values = |days: Vec<&(Date, f64)>| days.into_iter().map(|(_, value)| *value).collect::<Vec<f64>>();
        let (after, before) = (values(after), values(before));
        if after.len() < SIDE || before.len() < SIDE {
            return None;
        }
        let (low, high) = welch(of(&after)?, of(&before)?)?;
        let nearest = if grew { low } else { -high };
        (nearest > 0.0).then(|| (nearest / (high - low).max(f64::MIN_POSITIVE), (*day, text.clone())))
    };
    let best = notes.iter().filter_map(parted).max_by(|one, other| one.0.total_cmp(&other.0));
    best.map(|(_, note)| note)
}

#[cfg(test)]
mod tests {
    use deskgauge_core::answer::{Change, Comparison};
    use deskgauge_engine::catalogue::Catalogue;

    use super::*;
    use crate::board::blank;

    fn days(values: &[f64]) -> Vec<(Date, f64)> {
        let first = jiff::civil::date(2026, 11, 1);
        let day = |number: usize| first.saturating_add(jiff::Span::new().days(i64::try_from(number).unwrap()));
        values.iter().enumerate().map(|(number, value)| (day(number), *value)).collect()
    }

    /// A KPI's number in a cell and the one before, with a change that is so much surer than chance allows.
    fn answered(metric: &str, (dimension, cell): (&str, &str), strength: f64, verdict: Verdict) -> Answer {
        let own = Answer {
            metric: metric.to_owned(),
            dimensions: vec![(dimension.to_owned(), Some(cell.to_owned()))],
            value: Some(0.5),
            n: Some(400),
            ..blank::blank()
        };
        let change = Change {
            difference: 0.1 * strength,
            relative: None,
            interval: Some((0.1 * strength - 0.1, 0.1 * strength + 0.1)),
            relative_interval: None,
            method: None,
            noise: Some(strength <= 1.0),
            verdict,
        };
        Answer { comparison: Some(Box::new(Comparison { before: own.clone(), change: Some(change) })), ..own }
    }

    #[test]
    fn worse_comes_first_then_the_surest_and_one_cell_of_each_kpi() {
        let (catalogue, _) = Catalogue::load(&[], &[]);
        let row = |id: &str| crate::board::Row {
            metric: catalogue.get(id).unwrap().clone(),
            now: answered(id, ("", ""), 2.0, Verdict::Worse),
            daily: Vec::new(),
            daily_before: Vec::new(),
            parts: Vec::new(),
        };
        let rows = [row("csat"), row("reopen_rate"), row("sla_compliance")];
        let asked = |by: &str, answers: Vec<Answer>| {
            (Question { by: vec![by.to_owned()], ..Question::new(Vec::new()) }, blank::answered(answers))
        };
        let (better, worse) = (Verdict::Better, Verdict::Worse);
        let (questions, answers): (Vec<_>, Vec<_>) = [
            asked(
                "team",
                vec![
                    answered("csat", ("team", "billing"), 8.0, worse),
                    answered("csat", ("team", "returns"), 0.5, worse),
                    answered("reopen_rate", ("team", "billing"), 9.0, better),
                    answered("reopen_rate", ("team", "returns"), 7.0, worse),
                    answered("sla_compliance", ("team", "billing"), 99.0, worse),
                ],
            ),
            asked("agent", vec![answered("csat", ("agent", "ana"), 8.0, worse), answered("csat", ("agent", "ion"), 7.5, worse)]),
        ]
        .into_iter()
        .unzip();
        let changes = Changes::of(&rows, &questions, &answers);
        let told: Vec<_> = changes.lines.iter().map(|line| (line.metric.id.as_str(), line.cell.as_deref().unwrap())).collect();
        // Of equal ones it is the dimension that was asked for first; a dimension of one cell is the whole.
        assert_eq!(told, [("csat", "billing"), ("reopen_rate", "returns")]);
        assert_eq!((changes.looked_at, changes.dimensions), (6, vec!["team".to_owned(), "agent".to_owned()]));
    }

    #[test]
    fn a_note_dates_what_changed_on_its_day_and_nothing_else() {
        let note = |day: i8| (jiff::civil::date(2026, 11, day), format!("on the {day}th"));
        let values = days(&[10.0, 12.0, 11.0, 9.0, 10.0, 11.0, 20.0, 22.0, 21.0, 19.0, 20.0, 23.0]);
        let notes = [note(5), note(7), note(9)];
        assert_eq!(since(&values, true, &notes), Some(note(7)), "the day since which all are higher");
        assert_eq!(since(&values, false, &notes), None, "they are not lower");
        assert_eq!(since(&values, true, &[note(2), note(11)]), None, "too few days lie on one side");
        let even = days(&[10.0, 20.0, 10.0, 20.0, 10.0, 20.0, 10.0, 20.0, 10.0, 20.0, 10.0, 20.0]);
        assert_eq!(since(&even, true, &notes), None, "chance explains it");
    }
}
