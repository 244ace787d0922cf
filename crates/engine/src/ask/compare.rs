//! Comparing: the same question about an earlier range, and its answers beside those of the present one.
//!
//! Both are asked together, in one pass and over the same cells, so that a cell that has vanished is seen as well as one that is new.
//! What a change is and how sure it is, the core says.

use std::collections::HashMap;

use deskgauge_core::answer::{Answer, Compared, Comparison, change};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::facts::At;
use deskgauge_core::metric::CANONICAL;
use deskgauge_core::period::day_start;
use deskgauge_core::question::{Compare, Question, Shift};
use deskgauge_core::rules::Rules;

use super::AskError;
use crate::catalogue::Catalogue;

/// The question about the earlier range.
pub(super) struct Before {
    pub(super) question: Question,
    pub(super) compared: Compared,
    shift: Shift,
}

/// The earlier question of one that compares.
pub(super) fn earlier(question: &Question, rules: &Rules, now: At) -> Result<Option<Before>, AskError> {
    let Some(compare) = question.compare else { return Ok(None) };
    let Some((from, to)) = question.from.zip(question.to).filter(|(from, to)| from < to) else {
        let problem = Diagnostic::error("bad-comparison", "a comparison needs a range with both ends");
        return Err(problem.hint("name it: --from 2024-01-01 --to 2024-02-01").into());
    };
    let found = compare.earlier(from, to, question.grain, now, &rules.workspace.time_zone)?;
    let asked = Question {
        from: Some(found.from),
        to: Some(found.to),
        now: found.until.map(Into::into).or(question.now),
        compare: None,
        ..question.clone()
    };
    let compared = Compared { compare, from, to, before_from: found.from, before_to: found.to, before_until: found.until };
    Ok(Some(Before { question: asked, compared, shift: found.shift }))
}

/// What to say of a comparison of a part with a whole: of a range that still runs with one that is over.
pub fn unfair(question: &Question, rules: &Rules, now: At) -> Option<Diagnostic> {
    let compare = question.compare.filter(|compare| *compare != Compare::Elapsed)?;
    let end = day_start(question.to?, &rules.workspace.time_zone);
    (end > now.0).then(|| {
        let message = format!("the range still runs and is compared with a whole one (`--compare {}`)", compare.name());
        Diagnostic::warning("unfair-comparison", message).hint("--compare elapsed takes as much of the earlier one as has passed")
    })
}

/// Puts the earlier answers beside those that they belong to.
pub(super) fn join(catalogue: &Catalogue, earlier: &Before, answers: &mut [Answer], before: Vec<Answer>) {
    // Where nothing at all happened, every change would be a growth from nothing.
    let silent = before.iter().all(|answer| answer.value.is_none_or(|value| value == 0.0));
    let place = |answer: &Answer| (answer.metric.clone(), answer.period, answer.dimensions.clone());
    let mut before: HashMap<_, _> = before.into_iter().map(|answer| (place(&answer), answer)).collect();
    for answer in answers {
        let (metric, period, cell) = place(answer);
        let like = match period {
            None => None,
            Some(period) => match earlier.shift.of(period) {
                Some(like) => Some(like),
                None => continue,
            },
        };
        let Some(before) = before.remove(&(metric, like, cell)) else { continue };
        let found = catalogue.under(&answer.metric, answer.profile.as_deref().unwrap_or(CANONICAL)).ok();
        let counted = found.and_then(|metric| Some((metric.definition(answer.variant.as_deref())?, metric.good)));
        let change = counted.filter(|_| !silent).and_then(|(definition, good)| change(definition, good, answer, &before));
        answer.comparison = Some(Box::new(Comparison { before, change }));
    }
}
