//! DuckDB reads a whole workspace: every table has the same rows, sums and extremes there, now and at an earlier snapshot.
//!
//! What is expected is read by our own engine from the same snapshot, and that engine is held to the fold elsewhere. Filters on each
//! column's extremes are the point: DuckDB answers them from the statistics that the store wrote.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::{concat, max, max_boolean, max_string, min, min_boolean, min_string, sum};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, TimestampMicrosecondType};
use deskgauge_core::facts::FACTS;
use deskgauge_core::shop::Shop;
use deskgauge_engine::source::FactSource;
use deskgauge_engine::workspace::CellSizes;

use crate::agrees::{NOW, import, shop, workspace};
use crate::duckdb::{python, run};

/// Checks of a table: in one statement its rows, and of each column the nulls, the sum and the extremes; and with `filters` how many
/// rows have each column's least and greatest value.
async fn checks_of(source: &FactSource, table: &str, snapshot: i64, filters: bool) -> Vec<String> {
    let frame = source.table(table).await.unwrap();
    let schema = frame.schema().as_arrow().clone();
    let batches = frame.collect().await.unwrap();
    let from = format!("from {table} at (version => {snapshot})");
    let count: usize = batches.iter().map(|batch| batch.num_rows()).sum();
    let (mut asked, mut answers) = (vec!["count(*)".to_owned()], vec![count.to_string()]);
    let mut checks = Vec::new();
    for (index, field) in schema.fields().iter().enumerate() {
        let arrays: Vec<&dyn Array> = batches.iter().map(|batch| &**batch.column(index)).collect();
        if arrays.is_empty() {
            continue;
        }
        let array = concat(&arrays).unwrap();
        let name = field.name();
        let mut ask = |what: String, answer: String| {
            asked.push(what);
            answers.push(answer);
        };
        if let DataType::List(_) = array.data_type() {
            let elements: usize = array.as_list::<i32>().iter().flatten().map(|list| list.len()).sum();
            ask(format!("coalesce(sum(len({name})), 0)::bigint"), elements.to_string());
            continue;
        }
        ask(format!("count({name})"), (array.len() - array.null_count()).to_string());
        if let Some(array) = array.as_primitive_opt::<Int64Type>() {
            ask(format!("coalesce(sum({name}), 0)::bigint"), sum(array).unwrap_or(0).to_string());
        }
        for (side, literal, rows) in extremes(&array) {
            ask(format!("{side}({name}) = {literal}"), "True".to_owned());
            if filters {
                checks.push(format!("select count(*) {from} where {name} = {literal}\t{rows}"));
            }
        }
    }
    checks.push(format!("select {} {from}\t{}", asked.join(", "), answers.join("|")));
    checks
}

/// The least and the greatest value of a column as DuckDB writes them, and how many rows have it.
fn extremes(array: &ArrayRef) -> Vec<(&'static str, String, usize)> {
    let sides = |least: Option<(String, usize)>, greatest: Option<(String, usize)>| {
        let side = |name, found: Option<(String, usize)>| found.map(|(literal, rows)| (name, literal, rows));
        [side("min", least), side("max", greatest)].into_iter().flatten().collect()
    };
    match array.data_type() {
        DataType::Utf8 => {
            let array = array.as_string::<i32>();
            let found = |text: &str| {
                (format!("'{}'", text.replace('\'', "''")), array.iter().flatten().filter(|other| *other == text).count())
            };
            sides(min_string(array).map(found), max_string(array).map(found))
        }
        DataType::Boolean => {
            let array = array.as_boolean();
            let found = |flag: bool| (flag.to_string(), array.iter().flatten().filter(|other| *other == flag).count());
            sides(min_boolean(array).map(found), max_boolean(array).map(found))
        }
        DataType::Int64 => {
            let array = array.as_primitive::<Int64Type>();
            let found = |number: i64| (number.to_string(), array.iter().flatten().filter(|other| *other == number).count());
            sides(min(array).map(found), max(array).map(found))
        }
        DataType::Timestamp(..) => {
            let array = array.as_primitive::<TimestampMicrosecondType>();
            let found = |micros: i64| {
                (format!("make_timestamptz({micros})"), array.iter().flatten().filter(|other| *other == micros).count())
            };
            sides(min(array).map(found), max(array).map(found))
        }
        DataType::Decimal128(..) => {
            let array = array.as_primitive::<Decimal128Type>();
            let found = |units: i128| {
                let rows = array.iter().flatten().filter(|other| *other == units).count();
                (format!("({units}::decimal(18,0) / 10000)::decimal(18,4)"), rows)
            };
            sides(min(array).map(found), max(array).map(found))
        }
        other => panic!("no table of ours has a column of {other}"),
    }
}

#[tokio::test]
async fn duckdb_reads_a_workspace_as_we_do() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let rules = format!("{}\n[fields]\nshelf = \"text\"\nboxes = \"int\"\n", Shop::rules_toml());
    // A few files for each table: a filter has to find the right one.
    let sizes = CellSizes { new_events: 300, small_events: 50, hashed_rows: 200 };
    let workspace = workspace(folder.path(), &rules, sizes).await;
    let events = shop(36, 8);
    let (first, second) = events.split_at(events.len() / 2);
    import(&workspace, first).await;
    let earlier = workspace.lake().snapshot().await.unwrap().id;
    import(&workspace, second).await;
    import(&workspace, &[field(first, "shelf", "a 'b'"), field(second, "boxes", "-7")]).await;
    let now = workspace.lake().snapshot().await.unwrap().id;
    let mut checks = Vec::new();
    for snapshot in [earlier, now] {
        let source = workspace.at(Some(&snapshot.to_string())).await.unwrap().source;
        for table in FACTS.iter().map(|table| table.name).chain(["events"]) {
            checks.extend(checks_of(&source, table, snapshot, snapshot == now).await);
        }
    }
    assert!(checks.iter().any(|check| check.contains("boxes = -7")), "the own fields are looked at");
    assert!(checks.len() > 500, "{}", checks.len());
    run(&python, folder.path(), &checks, "");

    // After everything is written anew, and the snapshots of before are gone.
    workspace.rebuild(NOW + 1).await.unwrap();
    workspace.expire(NOW + 1, NOW + 1).await.unwrap();
    let view = workspace.at(None).await.unwrap();
    let mut checks = Vec::new();
    for table in FACTS.iter().map(|table| table.name).chain(["events"]) {
        checks.extend(checks_of(&view.source, table, view.snapshot, false).await);
    }
    run(&python, folder.path(), &checks, "");
}

/// An event that gives a field of the first conversation of these events a value.
fn field(events: &[deskgauge_core::event::Event], field: &str, value: &str) -> deskgauge_core::event::Event {
    use deskgauge_core::event::{ActorKind, Body, Event, FieldChange};
    let of = events.iter().find(|event| event.conversation.is_some()).unwrap();
    let body = Body::Field(FieldChange { field: field.into(), value: Some(value.into()) });
    Event { id: format!("own-{field}").into(), actor_kind: ActorKind::Agent, actor: None, seq: 99, body, ..of.clone() }
}
