//! What is wrong with the data before any KPI is asked: clocks, openings, people, gaps, each with its count, its share and its places.
//!
//! Nothing is mended and nothing is left out here: a finding says which KPIs it distorts, and where the rows are that do it. Most of what
//! it tells stands in the fact table `problems`; what needs no order of time is read from the events and facts as they lie.

mod checks;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use deskgauge_core::calendar::{Calendar, Schedule};
use deskgauge_core::facts::At;
use deskgauge_core::period::local_date;
use deskgauge_core::rules::Rules;
use deskgauge_core::statistics::gaps::gaps;
use jiff::Timestamp;

pub use checks::Base;
use checks::{CHECKS, Check, Rows};

use crate::ask::{AskError, guarded};
use crate::lake::ImportInfo;
use crate::source::FactSource;

/// From this share on a grave finding distorts KPIs visibly.
pub const SERIOUS: f64 = 0.01;
/// Up to this share of events may lie at midnight by chance.
const BY_CHANCE: f64 = 0.001;
/// The checks whose detail names a person.
const PERSONAL: &[&str] = &["two_roles", "unknown_role", "overlapping_calls"];
const HOUR: i64 = 3600;

/// An import with what its events do not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The import.
    pub info: ImportInfo,
    /// Rows that it rejected.
    pub rejected: i64,
    /// The first of them, in words.
    pub first_rejected: Option<String>,
    /// Events of it that later imports brought again.
    pub repeated: i64,
}

/// What to examine, and how much to show.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope {
    /// From this instant on, in seconds.
    pub from: Option<i64>,
    /// Before this one.
    pub to: Option<i64>,
    /// What this import brought. Findings that no event stands behind have no import and are left out.
    pub import: Option<i64>,
    /// So many places of each finding.
    pub examples: usize,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Its stable code.
    pub code: &'static str,
    /// How often.
    pub count: i64,
    /// In how many conversations.
    pub conversations: i64,
    /// Of what.
    pub base: Option<Base>,
    /// Of how many.
    pub of: Option<i64>,
    /// Whether it distorts numbers visibly.
    pub serious: bool,
    /// The KPIs that it distorts.
    pub distorts: &'static [&'static str],
    /// How often by import; none for what no import is known of.
    pub by_import: Vec<(Option<i64>, i64)>,
    /// How often by local month, such as 2026-03.
    pub by_month: Vec<(String, i64)>,
    /// Some places, the newest first.
    pub examples: Vec<Place>,
}

impl Finding {
    /// The part of all that it concerns.
    pub fn share(&self) -> Option<f64> {
        share(self.count, self.of)
    }
}

/// Where something is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The conversation.
    pub conversation: Option<String>,
    /// When; of a gap, its beginning.
    pub at: Option<At>,
    /// The import that brought it.
    pub import: Option<i64>,
    /// The value in question; of a gap, its end and how much was to be expected.
    pub detail: Option<String>,
}

/// Everything that is wrong with the data, the grave things first, each kind in the order of reading.
///
/// # Errors
/// The engine's; a stored file that is damaged.
pub async fn examine(source: &FactSource, rules: &Rules, imported: &[Imported], scope: &Scope) -> Result<Vec<Finding>, AskError> {
    let mut found = Vec::new();
    let imports: Vec<ImportInfo> = imported.iter().map(|import| import.info.clone()).collect();
    found.extend(of_imports(imported, scope, "rejected_rows", true, |import| import.rejected));
    found.extend(of_imports(imported, scope, "brought_again", false, |import| import.repeated));
    for check in CHECKS {
        found.extend(find(source, rules, &imports, check, scope).await?);
    }
    if scope.import.is_none() {
        found.extend(silences(source, rules, scope).await?);
    }
    found.sort_by_key(|finding| !finding.serious);
    Ok(found)
}

/// The codes of what is seriously wrong, as far as facts alone tell it: quick enough to stand under every report.
///
/// # Errors
/// As for [`examine`].
pub async fn troubles(source: &FactSource) -> Result<Vec<&'static str>, AskError> {
    let quick: Vec<&Check> = CHECKS.iter().filter(|check| check.grave && matches!(check.rows, Rows::Problems)).collect();
    let told: Vec<String> = quick.iter().map(|check| format!("'{}'", check.code)).collect();
    // As often as [`examine`] counts it, which looks at the same problem of the same event once.
    let found = format!(
        "select code, count(*) from (select distinct code, conversation, occurred_at, source, event_id, detail from problems \
         where code in ({})) group by code",
        told.join(", ")
    );
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for batch in read(source, &found).await? {
        counts.extend((0..batch.num_rows()).filter_map(|row| Some((text(&batch, 0, row)?, whole(&batch, 1, row)?))));
    }
    let mut bases: BTreeMap<Base, i64> = BTreeMap::new();
    let mut codes = Vec::new();
    for check in quick {
        let Some(count) = counts.get(check.code) else { continue };
        let of = match bases.entry(check.base) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => *new.insert(number(source, &format!("select count(*) from ({})", check.base.rows())).await?),
        };
        if is_serious(*count, of) {
            codes.push(check.code);
        }
    }
    Ok(codes)
}

fn share(count: i64, of: Option<i64>) -> Option<f64> {
    of.filter(|of| *of > 0).map(|of| count as f64 / of as f64)
}

/// Whether so many of so many distort numbers visibly.
fn is_serious(count: i64, of: i64) -> bool {
    share(count, Some(of)).is_none_or(|share| share >= SERIOUS)
}

async fn find(
    source: &FactSource,
    rules: &Rules,
    imports: &[ImportInfo],
    check: &Check,
    scope: &Scope,
) -> Result<Option<Finding>, AskError> {
    let zone = &rules.workspace.time_zone_name;
    let Some(rows) = statement(source, check, imports, zone).await? else { return Ok(None) };
    let within = within(scope);
    let import = scope.import.map_or_else(String::new, |import| format!(" and i = {import}"));
    let rows = format!("from ({rows}) where {within}{import}");
    let grouped = format!(
        "select i, to_char(to_local_time(at at time zone '{zone}'), '%Y-%m') as month, count(*) as n {rows} group by 1, 2 order by 1, 2"
    );
    let mut by_import: BTreeMap<Option<i64>, i64> = BTreeMap::new();
    let mut by_month: BTreeMap<String, i64> = BTreeMap::new();
    for batch in read(source, &grouped).await? {
        for row in 0..batch.num_rows() {
            let n = whole(&batch, 2, row).unwrap_or(0);
            *by_import.entry(whole(&batch, 0, row)).or_insert(0) += n;
            *by_month.entry(text(&batch, 1, row).unwrap_or_default()).or_insert(0) += n;
        }
    }
    let count: i64 = by_import.values().sum();
    if count == 0 {
        return Ok(None);
    }
    let conversations = number(source, &format!("select count(distinct c) {rows}")).await?;
    let base = check.base.rows();
    let of = number(source, &format!("select count(*) from ({base}) where {within}")).await?;
    // A round-the-clock desk has a few at midnight by chance.
    if matches!(check.rows, Rows::AtMidnight) && (count as f64) < BY_CHANCE * of as f64 {
        return Ok(None);
    }
    let hidden = rules.privacy.hide_individuals;
    let mut examples = Vec::new();
    if scope.examples > 0 {
        let some = format!("select c, at, i, d {rows} order by at desc, c, d limit {}", scope.examples);
        for batch in read(source, &some).await? {
            examples.extend((0..batch.num_rows()).map(|row| Place {
                conversation: text(&batch, 0, row),
                at: instant(&batch, 1, row),
                import: whole(&batch, 2, row),
                detail: text(&batch, 3, row).filter(|_| !(hidden && PERSONAL.contains(&check.code))),
            }));
        }
    }
    Ok(Some(Finding {
        code: check.code,
        count,
        conversations,
        base: Some(check.base),
        of: Some(of),
        serious: check.grave && is_serious(count, of),
        distorts: check.distorts,
        by_import: by_import.into_iter().collect(),
        by_month: by_month.into_iter().collect(),
        examples,
    }))
}

/// The statement of a check's rows. None: there are none for sure.
async fn statement(source: &FactSource, check: &Check, imports: &[ImportInfo], zone: &str) -> Result<Option<String>, AskError> {
    let code = check.code;
    let events = |filter: &str| {
        format!(
            "select conversation as c, occurred_at as at, import_id as i, type as d from events \
             where not coalesce(retracted, false) and ({filter})"
        )
    };
    Ok(match check.rows {
        Rows::Select(rows) => Some(rows.to_owned()),
        Rows::Problems => {
            // Nearly all codes are absent nearly always, and events are many.
            let some = number(source, &format!("select count(*) from problems where code = '{code}'")).await? > 0;
            some.then(|| problems(source, code))
        }
        Rows::AfterImport => {
            let late =
                |import: &ImportInfo| format!("(import_id = {} and occurred_at > to_timestamp_micros({}))", import.id, import.at);
            let late: Vec<String> = imports.iter().map(late).collect();
            (!late.is_empty()).then(|| events(&late.join(" or ")))
        }
        Rows::AtMidnight => {
            let local = format!("date_part('epoch', to_local_time(occurred_at at time zone '{zone}'))");
            Some(events(&format!("conversation is not null and cast({local} as bigint) % 86400 = 0")))
        }
    })
}

/// The rows of a problem, with the import that brought the event where there are events.
fn problems(source: &FactSource, code: &str) -> String {
    if source.context().table_exist(crate::facts_schema::EVENTS).unwrap_or(false) {
        return format!(
            "select p.conversation as c, p.occurred_at as at, max(e.import_id) as i, coalesce(p.detail, p.event_id) as d \
             from problems p left join events e on e.source = p.source and e.id = p.event_id \
             where p.code = '{code}' group by p.conversation, p.occurred_at, p.source, p.event_id, p.detail"
        );
    }
    format!(
        "select conversation as c, occurred_at as at, cast(null as bigint) as i, coalesce(detail, event_id) as d \
         from problems where code = '{code}'"
    )
}

/// What the imports themselves know; it lies in no period, so that a range leaves it out.
fn of_imports(
    imported: &[Imported],
    scope: &Scope,
    code: &'static str,
    grave: bool,
    count: impl Fn(&Imported) -> i64,
) -> Option<Finding> {
    if scope.from.is_some() || scope.to.is_some() {
        return None;
    }
    let all = imported.iter().filter(|import| !import.info.undone);
    let own: Vec<&Imported> = all.filter(|import| scope.import.is_none_or(|id| id == import.info.id)).collect();
    let rows: i64 = own.iter().map(|import| count(import)).sum();
    let brought: i64 = own.iter().map(|import| import.info.events + import.rejected).sum();
    let hit = || own.iter().filter(|import| count(import) > 0);
    let place = |import: &&&Imported| Place {
        at: Some(At(import.info.at.div_euclid(1_000_000))),
        import: Some(import.info.id),
        detail: import.first_rejected.clone().filter(|_| grave),
        ..Place::default()
    };
    (rows > 0).then(|| Finding {
        code,
        count: rows,
        conversations: 0,
        base: Some(Base::Rows),
        of: Some(brought),
        serious: grave && rows as f64 >= SERIOUS * brought as f64,
        distorts: if grave { &["conversations_created", "contacts_received", "messages_handled"] } else { &[] },
        by_import: hit().map(|import| (Some(import.info.id), count(import))).collect(),
        by_month: Vec::new(),
        examples: hit().rev().take(scope.examples).map(|import| place(&import)).collect(),
    })
}

/// Stretches without any event, where the usual week has some.
async fn silences(source: &FactSource, rules: &Rules, scope: &Scope) -> Result<Option<Finding>, AskError> {
    let zone = &rules.workspace.time_zone;
    let hours = "select cast(date_part('epoch', date_trunc('hour', occurred_at)) as bigint) as h, count(*) as n from events \
                 where not coalesce(retracted, false) group by 1";
    // By local hours, so that a week is a week on both sides of a change of clocks.
    let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
    let offset = |at: i64| Timestamp::from_second(at).map_or(0, |at| i64::from(zone.to_offset(at).seconds()));
    for batch in read(source, hours).await? {
        for row in 0..batch.num_rows() {
            let (Some(at), Some(n)) = (whole(&batch, 0, row), whole(&batch, 1, row)) else { continue };
            *counts.entry((at + offset(at)).div_euclid(HOUR)).or_insert(0) += n;
        }
    }
    let instant = |hour: i64| {
        let local = hour * HOUR;
        local - offset(local - offset(local))
    };
    let mut found = gaps(&counts);
    let starts_in = |at: i64| scope.from.is_none_or(|from| at >= from) && scope.to.is_none_or(|to| at < to);
    // A holiday is no gap: some schedule must have been open.
    let calendars = calendars(rules);
    let open = |from, to| calendars.is_empty() || calendars.iter().any(|calendar| calendar.open_seconds(from, to) > 0);
    found.retain(|gap| starts_in(instant(gap.from)) && open(instant(gap.from), instant(gap.to)));
    if found.is_empty() {
        return Ok(None);
    }
    let mut by_month: BTreeMap<String, i64> = BTreeMap::new();
    for gap in &found {
        let day = local_date(instant(gap.from), zone);
        *by_month.entry(format!("{:04}-{:02}", day.year(), day.month())).or_insert(0) += 1;
    }
    let place = |gap: &deskgauge_core::statistics::gaps::Gap| Place {
        at: Some(At(instant(gap.from))),
        detail: Some(format!("{} h, usually {:.0} events", gap.to - gap.from, gap.expected)),
        ..Place::default()
    };
    Ok(Some(Finding {
        code: "gap",
        count: i64::try_from(found.len()).unwrap_or(i64::MAX),
        conversations: 0,
        base: None,
        of: None,
        serious: true,
        distorts: &["conversations_created", "contacts_received", "first_response_time"],
        by_import: Vec::new(),
        by_month: by_month.into_iter().collect(),
        examples: found.iter().rev().take(scope.examples).map(place).collect(),
    }))
}

/// The calendar of each schedule's name.
fn calendars(rules: &Rules) -> Vec<Calendar> {
    let mut named: BTreeMap<&str, Vec<Schedule>> = BTreeMap::new();
    for schedule in &rules.schedules {
        named.entry(&schedule.name).or_default().push(schedule.clone());
    }
    named.into_values().map(Calendar::new).collect()
}

fn within(scope: &Scope) -> String {
    let from = scope.from.map(|from| format!("at >= to_timestamp_seconds({from})"));
    let to = scope.to.map(|to| format!("at < to_timestamp_seconds({to})"));
    let parts: Vec<String> = from.into_iter().chain(to).collect();
    if parts.is_empty() { "true".to_owned() } else { parts.join(" and ") }
}

async fn read(source: &FactSource, statement: &str) -> Result<Vec<RecordBatch>, AskError> {
    guarded(source, async { Ok(source.context().sql(statement).await?.collect().await?) }).await
}

async fn number(source: &FactSource, statement: &str) -> Result<i64, AskError> {
    Ok(read(source, statement).await?.first().and_then(|batch| whole(batch, 0, 0)).unwrap_or(0))
}

fn whole(batch: &RecordBatch, column: usize, row: usize) -> Option<i64> {
    let numbers = batch.column(column).as_primitive_opt::<Int64Type>()?;
    numbers.is_valid(row).then(|| numbers.value(row))
}

fn text(batch: &RecordBatch, column: usize, row: usize) -> Option<String> {
    let texts = arrow::compute::cast(batch.column(column), &arrow::datatypes::DataType::Utf8).ok()?;
    let texts = texts.as_string_opt::<i32>()?;
    texts.is_valid(row).then(|| texts.value(row).to_owned())
}

fn instant(batch: &RecordBatch, column: usize, row: usize) -> Option<At> {
    let instants = batch.column(column).as_primitive_opt::<TimestampMicrosecondType>()?;
    instants.is_valid(row).then(|| At(instants.value(row).div_euclid(1_000_000)))
}

/// The KPIs that any finding may distort: a test holds them against the catalogue.
pub fn distorted() -> Vec<&'static str> {
    CHECKS.iter().flat_map(|check| check.distorts).copied().collect()
}

/// The codes of all findings, for whoever words them: those of the checks, `gap`, and what imports know.
pub fn codes() -> Vec<&'static str> {
    CHECKS.iter().map(|check| check.code).chain(["gap", "rejected_rows", "brought_again"]).collect()
}
