//! Answers for people: humane units, n beside every number, few values marked, and under the table what was left out and why.
//!
//! Running and provisional rows are states at each period's end and must not be summed over periods: with several rows they stand in
//! columns, with one row per metric in a sentence below.

use deskgauge_core::answer::Answers;

use super::grid::Grid;
use super::value;
use crate::forms::compared;
use crate::forms::words::{
    Reading, canonical, credits, data_line, dimension, left_out, mark, name, period, profile_line, reasons, statistic, target,
};
use crate::locale;

/// The grid of the answers, and the lines under it.
pub(crate) fn answers(answers: &Answers, reading: &Reading<'_>) -> (Grid, Vec<String>) {
    let language = reading.language;
    let mut footer = if is_single(answers) {
        answers.answers.iter().filter_map(|answer| left_out(answer, reading)).collect()
    } else {
        reasons(answers, language)
    };
    footer.extend(credits(answers, reading));
    footer.extend(answers.compared.iter().map(|own| compared::sentence(own, answers.now, reading.zone, language)));
    footer.extend(profile_line(answers, &canonical(answers, reading), language));
    footer.push(data_line(answers, reading.zone, language));
    (grid(answers, reading).without_empty_columns(), footer)
}

/// Whether there is one answer of each metric, whose states can be told in a sentence.
fn is_single(answers: &Answers) -> bool {
    answers.answers.iter().all(|answer| answer.period.is_none() && answer.dimensions.is_empty())
}

/// The grid of the answers with all its columns, also those that are empty.
pub(crate) fn grid(answers: &Answers, reading: &Reading<'_>) -> Grid {
    let language = reading.language;
    let single = is_single(answers);
    let word = |name: &str| locale::text(language, &format!("column-{name}"));
    let mut header = ["kpi", "variant", "stat", "period"].map(word).to_vec();
    header.extend(reading.by.iter().map(|name| dimension(name, language)));
    header.extend(
        ["value", "interval", "n", "counting", "running", "provisional", "excluded", "before", "change", "change-interval"]
            .map(|name| format!(">{}", word(name))),
    );
    header.extend([" ".to_owned(), word("target")]);
    header.push(String::new());
    let mut grid = Grid::new(header.iter().map(String::as_str));
    for answer in &answers.answers {
        let variant = answer.variant.clone().unwrap_or_default();
        let mut row = vec![name(answer, reading), variant, statistic(answer, language), period(answer, language)];
        row.extend(answer.dimensions.iter().map(|(_, cell)| cell.clone().unwrap_or_else(|| locale::text(language, "none"))));
        let whole = |number: Option<i64>| number.map(|number| value::count(number, language)).unwrap_or_default();
        let state = |number: Option<i64>| if single { String::new() } else { whole(number.filter(|number| *number > 0)) };
        let excluded: i64 = answer.excluded.iter().map(|(_, n)| n).sum();
        row.extend([
            value::answer(answer, language),
            value::interval(answer.interval, answer.unit, language),
            whole(answer.n),
            whole(answer.numerator),
            state(answer.running),
            state(answer.provisional),
            state(Some(excluded)),
            compared::before(answer, language),
            compared::change(compared::change_of(answer), answer.unit, language),
            compared::interval(compared::change_of(answer), answer.unit, language),
            compared::verdict(compared::change_of(answer), language),
            answer.aim.as_ref().map(|aim| target(aim, answer.unit, language)).unwrap_or_default(),
            mark(answer, language),
        ]);
        grid.push(row);
    }
    grid
}
