//! What to say where a question reaches beyond the data: the numbers are right, and not what the asker thinks they are.

use deskgauge_core::facts::At;
use deskgauge_core::period::{data_end, day_start, local_date};
use deskgauge_core::question::Question;
use deskgauge_core::rules::Rules;
use deskgauge_engine::source::FactSource;
use jiff::civil::Date;

use crate::forms::value;

/// A whole day without an event is worth a word.
const DAY: i64 = 86_400;

/// Of a question: that its range lies behind the data, or that periods after their end are left out.
pub fn of_question(question: &Question, source: &FactSource, rules: &Rules, now: At) -> Option<String> {
    let newest = source.newest()?;
    let workspace = &rules.workspace;
    let zone = &workspace.time_zone;
    let said = value::local(At(newest), zone);
    if question.from.is_some_and(|from| day_start(from, zone) > newest) {
        return Some(format!("the data end at {said}, before the range begins"));
    }
    let end = data_end(newest, now.0, question.grain, zone, workspace.week_starts).filter(|_| question.to.is_none())?;
    let (first, word) = (local_date(end, zone), question.grain.name());
    Some(format!("the data end at {said}: the {word}s from {first} on have no events and are left out; --to DATE asks for them"))
}

/// Of a board: that its period lies behind the data, or reaches over their end.
pub fn of_period(from: Date, to: Date, source: &FactSource, rules: &Rules) -> Option<String> {
    let newest = source.newest()?;
    let zone = &rules.workspace.time_zone;
    let said = value::local(At(newest), zone);
    let day = local_date(newest, zone);
    if day_start(from, zone) > newest {
        return Some(format!(
            "the data end at {said}, before this period begins: --period {}-{:02} asks for their last month",
            day.year(),
            day.month()
        ));
    }
    let rest = day_start(to, zone) - newest;
    (rest > DAY).then(|| format!("the data end at {said}, before the end of this period"))
}
