//! Restatement: the numbers of past periods that are not any more what they were, and the rows that changed them.
//!
//! A number that was published is asked again of the data as they were then and as they are now. What has changed is traced to its rows:
//! new ones, those that are gone, those with another value. A row changes because an import brought something, because its window has run
//! out since, or because the rules or the fold have changed; each row says which. Nothing is stored for it: snapshots are all it takes.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use deskgauge_core::answer::{Answer, DataCut};
use deskgauge_core::facts::At;
use deskgauge_core::metric::{Definition, Measure, Unit};
use deskgauge_core::period::{Grain, day_start, local_date, period_at};
use deskgauge_core::question::Question;
use deskgauge_core::rules::Rules;
use jiff::civil::Date;

use crate::ask::{AskError, Case, Limits, Order, ask_all, cases, guarded};
use crate::catalogue::Catalogue;
use crate::lake::ImportInfo;
use crate::source::FactSource;

/// A state of the data.
pub struct State<'a> {
    /// Its tables.
    pub source: &'a FactSource,
    /// Which one it is.
    pub cut: &'a DataCut,
    /// What counted as now.
    pub now: At,
}

/// A number that is not what it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Restated {
    /// As it was told.
    pub before: Answer,
    /// As it is.
    pub after: Answer,
    /// What the earlier data say now: where it differs from `before`, time alone has changed the number.
    pub aged: Answer,
    /// The rows that changed it, the new ones first, then the gone and the changed, each by date.
    pub rows: Vec<Row>,
}

/// A row that changed a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What became of it.
    pub kind: Kind,
    /// The row as it was, where it was there.
    pub before: Option<Case>,
    /// The row as it is, where it is there.
    pub after: Option<Case>,
    /// What did it.
    pub cause: Cause,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It counts and did not.
    New,
    /// It counted and does not.
    Gone,
    /// It counts with another value, or elsewhere.
    Changed,
}

impl Kind {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Changed => "changed",
        }
    }
}

/// What changed a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// An import brought events of its conversation; 0 for live events.
    Import(i64),
    /// An import that brought events of its conversation was taken back.
    Undone(i64),
    /// Its window has run out, or something else has become due.
    Time,
    /// No event of its own: other rules, another fold, or another conversation of the same customer.
    Other,
}

/// The changed numbers of all full periods that were over when the earlier state was made, in the order of the metrics.
/// `question` names metrics, grain and filter; its range, its cut and its now are those of the states.
///
/// # Errors
/// As for [`crate::ask::ask`].
pub async fn restated(
    before: &State<'_>,
    after: &State<'_>,
    catalogue: &Catalogue,
    rules: &Rules,
    imports: &[ImportInfo],
    question: &Question,
) -> Result<Vec<Restated>, AskError> {
    let Some(end) = over(before.now, question.grain, rules) else { return Ok(Vec::new()) };
    let asked = |now: At| Question { from: None, to: Some(end), now: Some(now.into()), compare: None, ..question.clone() };
    let (was, is) = (asked(before.now), asked(after.now));
    let old = ask_all(before.source, catalogue, rules, &[was.clone(), is.clone()], before.cut, Limits::default()).await?;
    let new = ask_all(after.source, catalogue, rules, std::slice::from_ref(&is), after.cut, Limits::default()).await?;
    let [told, aged] = [&old[0], &old[1]].map(|answers| by_place(&answers.answers));
    let newer = |import: &&ImportInfo| import.snapshot > before.cut.snapshot && import.snapshot <= after.cut.snapshot;
    let ids = |imports: &mut dyn Iterator<Item = &ImportInfo>| imports.map(|import| import.id).collect::<Vec<i64>>();
    let brought = ids(&mut imports.iter().filter(|import| !import.undone).filter(newer));
    let undone = ids(&mut imports.iter().filter(|import| import.undone));
    let mut found = Vec::new();
    for now in &new[0].answers {
        let place = (now.metric.as_str(), now.period);
        let nothing = empty(now);
        let then = told.get(&place).map_or(&nothing, |answer| *answer);
        if same(then, now) {
            continue;
        }
        let aged = aged.get(&place).map_or_else(|| then.clone(), |answer| (*answer).clone());
        let rows = Tracing { before, after, catalogue, rules, brought: &brought, undone: &undone, question: &is };
        let rows = rows.rows(then, now).await?;
        found.push(Restated { before: then.clone(), after: now.clone(), aged, rows });
    }
    Ok(found)
}

/// The end of the last full period that was over at an instant.
fn over(now: At, grain: Grain, rules: &Rules) -> Option<Date> {
    let zone = &rules.workspace.time_zone;
    let running = match grain {
        Grain::All => return None,
        grain => period_at(now.0, grain, zone, rules.workspace.week_starts).full_start,
    };
    Some(local_date(running, zone))
}

fn by_place(answers: &[Answer]) -> BTreeMap<(&str, Option<Date>), &Answer> {
    answers.iter().map(|answer| ((answer.metric.as_str(), answer.period), answer)).collect()
}

/// What was told of a period before there were data of it.
fn empty(now: &Answer) -> Answer {
    let count = now.unit == Unit::Count && now.numerator.is_none();
    Answer {
        value: count.then_some(0.0),
        null_reason: (!count).then_some(deskgauge_core::answer::NullReason::NoData),
        n: Some(0),
        numerator: now.numerator.map(|_| 0),
        denominator: now.denominator.map(|_| 0),
        interval: None,
        bounds: None,
        running: now.running.map(|_| 0),
        provisional: now.provisional.map(|_| 0),
        excluded: Vec::new(),
        small_n: true,
        ..now.clone()
    }
}

fn same(before: &Answer, after: &Answer) -> bool {
    let parts = |answer: &Answer| (answer.value, answer.n, answer.numerator, answer.denominator);
    parts(before) == parts(after)
}

/// What it takes to find the rows of a changed number.
struct Tracing<'a> {
    before: &'a State<'a>,
    after: &'a State<'a>,
    catalogue: &'a Catalogue,
    rules: &'a Rules,
    /// The imports since then.
    brought: &'a [i64],
    /// The imports that were taken back; what of them the earlier state still had was taken back since.
    undone: &'a [i64],
    question: &'a Question,
}

/// What tells rows of one kind apart: whose it is, and where it has one, its start.
type RowKey = (Option<String>, Option<At>);

impl Tracing<'_> {
    async fn rows(&self, then: &Answer, now: &Answer) -> Result<Vec<Row>, AskError> {
        let old = self.cases(self.before, then, self.before.now).await?;
        let aged = self.cases(self.before, then, self.after.now).await?;
        let new = self.cases(self.after, now, self.after.now).await?;
        let mut rows = Vec::new();
        let keys: BTreeSet<&RowKey> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let of = |cases: &BTreeMap<RowKey, Vec<Case>>| cases.get(key).cloned().unwrap_or_default();
            let (mut was, mut is, aged) = (of(&old), of(&new), of(&aged));
            // What is the same on both sides has changed nothing, however many rows share the key.
            was.retain(|case| match is.iter().position(|other| other == case) {
                Some(place) => {
                    is.remove(place);
                    false
                }
                None => true,
            });
            for place in 0..was.len().max(is.len()) {
                let pair = (was.get(place).cloned(), is.get(place).cloned());
                let by_time = match &pair {
                    (_, Some(case)) => aged.contains(case),
                    (Some(case), None) => !aged.contains(case),
                    (None, None) => false,
                };
                rows.extend(row(pair, by_time));
            }
        }
        let ids: BTreeSet<String> = rows.iter().filter_map(|row| id(row).map(str::to_owned)).collect();
        let live = self.after.cut.watermark > self.before.cut.watermark;
        let brought: Vec<i64> = self.brought.iter().copied().chain(live.then_some(0)).collect();
        let brought = imports(self.after.source, &brought, &ids).await?;
        let undone = imports(self.before.source, self.undone, &ids).await?;
        for row in rows.iter_mut().filter(|row| row.cause != Cause::Time) {
            let of = |imports: &BTreeMap<String, i64>| id(row).and_then(|id| imports.get(id).copied());
            let cause = of(&brought).map(Cause::Import).or_else(|| of(&undone).map(Cause::Undone));
            row.cause = cause.unwrap_or(Cause::Other);
        }
        let at = |row: &Row| row.after.as_ref().or(row.before.as_ref()).and_then(|case| case.dated);
        rows.sort_by(|one, other| (one.kind, at(one), id(one)).cmp(&(other.kind, at(other), id(other))));
        Ok(rows)
    }

    /// The rows of a metric in a state, by what tells them apart. Of a stock, those that were in at the period's end.
    async fn cases(&self, state: &State<'_>, answer: &Answer, now: At) -> Result<BTreeMap<RowKey, Vec<Case>>, AskError> {
        let Some(definition) = self.definition(answer) else { return Ok(BTreeMap::new()) };
        let zone = &self.rules.workspace.time_zone;
        let mut question = Question { now: Some(now.into()), to: None, by: Vec::new(), ..self.question.clone() };
        let mut stock = false;
        if let Some(first) = answer.period {
            let start = day_start(first, zone);
            let end = period_at(start, question.grain, zone, self.rules.workspace.week_starts).full_end;
            if let Measure::Stock { entered, left, .. } = &definition.measure {
                stock = true;
                question.now = Some(At((end - 1).min(now.0)).into());
                let inside = format!("({0}) <= now and (({1}) is null or ({1}) > now)", entered.text, left.text);
                question.filter = Some(question.filter.map_or_else(|| inside.clone(), |own| format!("({own}) and {inside}")));
            } else {
                (question.from, question.to) = (Some(first), Some(local_date(end, zone)));
            }
        }
        question.grain = Grain::All;
        let every = Vec::new();
        let all = cases(state.source, self.catalogue, self.rules, &answer.metric, &question, &every, usize::MAX, Order::Newest);
        let mut found: BTreeMap<RowKey, Vec<Case>> = BTreeMap::new();
        // Rows behind a number that is suppressed are not listed either.
        let all = match all.await {
            Err(AskError::Refused(problem)) if problem.code == "suppressed" => Vec::new(),
            all => all?,
        };
        for mut case in all {
            // A stretch that is cut elsewhere is still the same conversation in stock.
            if stock {
                (case.started, case.dated) = (None, None);
            }
            // The number is made of the value; what the other clock says changes nothing.
            (case.calendar, case.business) = (None, None);
            let cases = found.entry((case.id.clone(), case.started)).or_default();
            if !stock || !cases.contains(&case) {
                cases.push(case);
            }
        }
        Ok(found)
    }

    fn definition(&self, answer: &Answer) -> Option<&Definition> {
        self.catalogue.get(&answer.metric)?.definition(answer.variant.as_deref())
    }
}

/// The last of some imports that brought something of each conversation or order.
async fn imports(source: &FactSource, imports: &[i64], ids: &BTreeSet<String>) -> Result<BTreeMap<String, i64>, AskError> {
    let mut found = BTreeMap::new();
    let imports: Vec<String> = imports.iter().map(i64::to_string).collect();
    let ids: Vec<String> = ids.iter().map(|id| format!("'{}'", id.replace('\'', "''"))).collect();
    if imports.is_empty() || ids.is_empty() {
        return Ok(found);
    }
    let (imports, ids) = (imports.join(", "), ids.join(", "));
    let statement = format!(
        "select coalesce(conversation, order_id) as c, max(import_id) as i from events where import_id in ({imports}) \
         and (conversation in ({ids}) or order_id in ({ids})) group by 1"
    );
    let batches = guarded(source, async { Ok(source.context().sql(&statement).await?.collect().await?) }).await?;
    for batch in batches {
        let ids = arrow::compute::cast(batch.column(0), &arrow::datatypes::DataType::Utf8);
        let ids = ids.map_err(datafusion::error::DataFusionError::from)?;
        let (ids, imports) = (ids.as_string::<i32>(), batch.column(1).as_primitive::<Int64Type>());
        let rows = (0..batch.num_rows()).filter(|row| ids.is_valid(*row) && imports.is_valid(*row));
        found.extend(rows.map(|row| (ids.value(row).to_owned(), imports.value(row))));
    }
    Ok(found)
}

fn id(row: &Row) -> Option<&str> {
    row.after.as_ref().or(row.before.as_ref())?.id.as_deref()
}

/// What became of a row; none where it counted neither then nor now.
fn row((before, after): (Option<Case>, Option<Case>), by_time: bool) -> Option<Row> {
    let counts = |case: &Option<Case>| case.as_ref().is_some_and(|case| case.left_out.is_none());
    let kind = match (counts(&before), counts(&after)) {
        (false, false) => return None,
        (false, true) => Kind::New,
        (true, false) => Kind::Gone,
        (true, true) => Kind::Changed,
    };
    Some(Row { kind, before, after, cause: if by_time { Cause::Time } else { Cause::Other } })
}
