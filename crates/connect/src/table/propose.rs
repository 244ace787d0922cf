//! A first mapping for a table that nobody has described: a guess from the names of its columns and a sample of their values.
//!
//! The guess is text for a person to correct, each line with its evidence. It is always a mapping that can be read and that takes the
//! sample's rows, so that one can see what comes out before improving it. It does not decide anything in secret: what it assumed
//! stands there as CHECK.

mod names;
mod profile;
mod values;
mod write;

use super::Row;
use super::targets::{RowKind, Target, TargetType};
use names::{SURVEYS, VERDICTS, fit, words};
use profile::Profile;

/// Proposes a mapping for a table. `sample`: the more rows the better; a few thousand are enough. `file` is the table's name.
pub fn propose(columns: &[String], sample: &[Row], file: &str) -> String {
    let profiles: Vec<Profile> = (0..columns.len()).map(|index| Profile::of(sample, index)).collect();
    let guess = Guess::new(columns, &profiles);
    write::mapping(&guess, file, sample.len())
}

/// A question that was recognised.
struct Question {
    kind: &'static str,
    column: usize,
}

/// What was recognised.
struct Guess<'a> {
    columns: &'a [String],
    profiles: &'a [Profile],
    kind: RowKind,
    /// Meanings and their columns, in the order of the list of meanings.
    found: Vec<(Target, usize)>,
    questions: Vec<Question>,
    /// Columns with the source's own verdicts.
    verdicts: Vec<usize>,
}

impl<'a> Guess<'a> {
    fn new(columns: &'a [String], profiles: &'a [Profile]) -> Self {
        let headers: Vec<String> = columns.iter().map(|column| words(column)).collect();
        let mut questions: Vec<Question> = Vec::new();
        for (kind, names) in SURVEYS {
            let rated = (0..columns.len())
                .filter(|index| is_score(&profiles[*index]) && !questions.iter().any(|question| question.column == *index))
                .map(|index| (fit(&headers[index], names), columns.len() - index));
            if let Some((fit, place)) = rated.max()
                && fit > 0
            {
                questions.push(Question { kind, column: columns.len() - place });
            }
        }
        let kind = kind(&headers, profiles, !questions.is_empty());
        let taken: Vec<usize> = questions.iter().map(|question| question.column).collect();
        let mut found = assign(kind, &headers, profiles, &taken);
        fall_back(kind, &mut found, profiles, &taken);
        found.sort();
        let used = |index: &usize| taken.contains(index) || found.iter().any(|(_, column)| column == index);
        let few =
            |index: &usize| profiles[*index].values.len() <= 10 && profiles[*index].filled > 0 && !profiles[*index].is_time();
        let verdicts =
            (0..columns.len()).filter(|index| !used(index) && few(index) && fit(&headers[*index], VERDICTS) > 0).collect();
        if !matches!(kind, RowKind::Conversations | RowKind::Surveys) {
            questions.clear();
        }
        Self { columns, profiles, kind, found, questions, verdicts }
    }

    fn column(&self, target: Target) -> Option<usize> {
        self.found.iter().find(|(found, _)| *found == target).map(|(_, column)| *column)
    }

    fn uses(&self, column: usize) -> bool {
        self.found.iter().any(|(_, found)| *found == column)
            || self.questions.iter().any(|question| question.column == column)
            || self.verdicts.contains(&column)
    }
}

/// Whether values can be answers: numbers from 0 to 100, or words of which each is known.
fn is_score(profile: &Profile) -> bool {
    let in_range = profile.range.is_some_and(|(low, high)| low >= 0.0 && high <= 100.0);
    let numbers = profile.filled > 0 && profile.numbers == profile.filled && in_range;
    let known = profile.values.keys().all(|word| values::rating(word).is_some());
    numbers || (profile.filled > 0 && !profile.many && known)
}

/// What a row is, by the columns that only such rows have.
fn kind(headers: &[String], profiles: &[Profile], questions: bool) -> RowKind {
    let best = |target: Target, kind: RowKind| {
        let rated = headers.iter().zip(profiles).enumerate().filter(|(_, (_, profile))| suits(target, profile));
        rated
            .map(|(index, (header, _))| (fit(header, names::of(target, kind)), headers.len() - index))
            .max()
            .filter(|(fit, _)| *fit > 0)
    };
    let has = |target, kind| best(target, kind).is_some();
    let repeats = |target, kind| best(target, kind).is_some_and(|(_, place)| profiles[headers.len() - place].repeats());
    if has(Target::Role, RowKind::Messages)
        && repeats(Target::Conversation, RowKind::Messages)
        && has(Target::At, RowKind::Messages)
    {
        return RowKind::Messages;
    }
    if has(Target::At, RowKind::Changes) && repeats(Target::Id, RowKind::Changes) {
        return RowKind::Changes;
    }
    let calls =
        [Target::WaitSeconds, Target::TalkSeconds, Target::WrapSeconds, Target::Queue, Target::AnsweredAt, Target::Direction];
    if has(Target::StartedAt, RowKind::Calls) && calls.into_iter().filter(|target| has(*target, RowKind::Calls)).count() >= 2 {
        return RowKind::Calls;
    }
    let order = [Target::Amount, Target::Customer, Target::At].into_iter().all(|target| has(target, RowKind::Orders));
    if order && best(Target::Id, RowKind::Orders).is_some_and(|(fit, _)| fit > 0) && !has(Target::Status, RowKind::Conversations)
    {
        return RowKind::Orders;
    }
    let ticket = [Target::OpenedAt, Target::ClosedAt, Target::ResolvedAt, Target::Status];
    if questions && !ticket.into_iter().any(|target| has(target, RowKind::Conversations)) {
        return RowKind::Surveys;
    }
    RowKind::Conversations
}

/// Whether a column's values can have a meaning.
fn suits(target: Target, profile: &Profile) -> bool {
    if profile.filled == 0 {
        return false;
    }
    match target.info().ty {
        TargetType::Instant => profile.is_time(),
        TargetType::Int | TargetType::Decimal => profile.is_number(),
        TargetType::Text | TargetType::Word => !profile.is_time(),
    }
}

/// Gives each meaning its best column, and each column one meaning: the surest pairs first.
fn assign(kind: RowKind, headers: &[String], profiles: &[Profile], taken: &[usize]) -> Vec<(Target, usize)> {
    let mut pairs: Vec<(u32, Target, usize)> = Vec::new();
    for info in kind.targets() {
        for (index, header) in headers.iter().enumerate() {
            let fit = fit(header, names::of(info.target, kind));
            if fit > 0 && suits(info.target, &profiles[index]) && !taken.contains(&index) {
                pairs.push((fit, info.target, index));
            }
        }
    }
    pairs.sort_by_key(|(fit, target, index)| (std::cmp::Reverse(*fit), *target, *index));
    let mut found: Vec<(Target, usize)> = Vec::new();
    for (_, target, index) in pairs {
        if found.iter().all(|(other, column)| *other != target && *column != index) {
            found.push((target, index));
        }
    }
    found
}

/// An id and a time are needed: without a name that says so the first column that could be one is taken, and marked to be checked.
fn fall_back(kind: RowKind, found: &mut Vec<(Target, usize)>, profiles: &[Profile], taken: &[usize]) {
    for target in kind.targets().filter(|info| info.needed.contains(&kind)).map(|info| info.target) {
        let free = |index: &usize| !taken.contains(index) && found.iter().all(|(_, column)| column != index);
        if found.iter().any(|(other, _)| *other == target) {
            continue;
        }
        let candidate = match target.info().ty {
            TargetType::Instant => (0..profiles.len()).filter(free).find(|index| profiles[*index].is_time()),
            _ if target == Target::Id => {
                let unique = |index: &usize| suits(target, &profiles[*index]) && !profiles[*index].repeats();
                let unique = (0..profiles.len()).filter(free).find(unique);
                unique.or_else(|| (0..profiles.len()).find(|index| free(index) && profiles[*index].filled > 0))
            }
            _ => None,
        };
        if let Some(column) = candidate {
            found.push((target, column));
        }
    }
}
