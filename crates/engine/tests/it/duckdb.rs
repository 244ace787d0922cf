//! DuckDB reads what the lake writes, at every snapshot, and the lake reads what DuckDB writes.
//!
//! The answers are computed here from the rows themselves. Filters on each column's extremes are
//! the point: an engine answers them from the statistics, so a bound that is too narrow, or in
//! another notation, loses rows there and nowhere else.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::process::Command;

use deskgauge_engine::lake::{Bound, ColumnSpec, ColumnType, Lake, LakeError, TableSpec};

use crate::lake::{SECOND, START, Sample, VALUES, change, samples, samples_table, value, write_samples};

/// The Python that has DuckDB, if it is set up.
pub(crate) fn python() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/test-python/bin/python");
    let path = std::env::var_os("DESKGAUGE_TEST_PYTHON").map_or_else(beside, PathBuf::from);
    if path.exists() {
        return Some(path);
    }
    #[allow(clippy::print_stderr, reason = "a skipped test says so")]
    {
        eprintln!("skipped: run cargo xtask test to set up DuckDB");
    }
    None
}

/// Runs the checks in DuckDB, from another folder than the lake's.
pub(crate) fn run(python: &Path, lake: &Path, checks: &[String], options: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), checks.join("\n")).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/duckdb_check.py");
    let output = Command::new(python)
        .arg(script)
        .arg(lake)
        .arg(file.path())
        .arg(options)
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "DuckDB differs:\n{said}");
}

/// Counts, sums, extremes and filters of one snapshot.
fn checks_of(snapshot: i64, columns: &[(&str, ColumnType)], rows: &[Sample]) -> Vec<String> {
    let from = format!("from samples at (version => {snapshot})");
    let mut checks = vec![format!("select count(*) {from}\t{}", rows.len())];
    let amount: i64 =
        rows.iter().filter_map(|row| if let Some(Bound::Int64(n)) = value(row, "amount") { Some(n) } else { None }).sum();
    checks.push(format!("select coalesce(sum(amount), 0)::bigint {from}\t{amount}"));
    for tag in ["late", "refund"] {
        let count = rows.iter().filter(|row| row.tags.as_ref().is_some_and(|tags| tags.contains(&tag))).count();
        if columns.iter().any(|column| column.0 == "tags") {
            checks.push(format!("select count(*) {from} where list_contains(tags, '{tag}')\t{count}"));
        }
    }
    if columns.iter().any(|column| column.0 == "lengths") {
        let lengths: usize = rows.iter().flat_map(|row| &row.tags).flatten().map(|tag| tag.len()).sum();
        checks.push(format!("select coalesce(sum(list_sum(lengths)), 0) {from}\t{lengths}"));
    }
    let is_list = |ty: ColumnType| matches!(ty, ColumnType::TextList | ColumnType::IntList);
    for (name, ty) in columns.iter().filter(|column| !is_list(column.1)) {
        let values: Vec<Option<Bound>> = rows.iter().map(|row| value(row, name)).collect();
        let present: Vec<&Bound> = values.iter().flatten().collect();
        checks.push(format!("select count(*) {from} where {name} is null\t{}", values.len() - present.len()));
        let order = |a: &&&Bound, b: &&&Bound| a.compare(b).unwrap_or(Ordering::Equal);
        for extreme in [present.iter().min_by(order), present.iter().max_by(order)].into_iter().flatten() {
            let literal = literal(extreme, *ty);
            for (operator, counts) in [
                ("=", [Ordering::Equal; 2]),
                ("<=", [Ordering::Less, Ordering::Equal]),
                (">=", [Ordering::Greater, Ordering::Equal]),
            ] {
                let count =
                    present.iter().filter(|value| value.compare(extreme).is_some_and(|order| counts.contains(&order))).count();
                checks.push(format!("select count(*) {from} where {name} {operator} {literal}\t{count}"));
            }
            let side = if std::ptr::eq(*extreme, *present.iter().min_by(order).unwrap()) { "min" } else { "max" };
            checks.push(format!("select {side}({name}) = {literal} {from}\tTrue"));
        }
    }
    checks
}

fn literal(bound: &Bound, ty: ColumnType) -> String {
    match (bound, ty) {
        (Bound::Text(text), _) => format!("'{}'", text.replace('\'', "''")),
        (Bound::Bool(value), _) => value.to_string(),
        (Bound::Int64(value), _) => value.to_string(),
        (Bound::Float64(value), _) => format!("'{value:?}'::double"),
        (Bound::Instant(micros), _) => format!("make_timestamptz({micros})"),
        (Bound::Date(days), _) => format!("(date '1970-01-01' + {days})"),
        (Bound::Decimal(value), ColumnType::Decimal { .. }) => format!("({value}::decimal(18,0) / 10000)::decimal(18,4)"),
        other => panic!("no literal for {other:?}"),
    }
}

/// The table's columns as DuckDB is asked about them.
fn all_columns() -> Vec<(&'static str, ColumnType)> {
    let mut columns = vec![("name", ColumnType::Text)];
    columns.extend(VALUES);
    columns.extend([("tags", ColumnType::TextList), ("lengths", ColumnType::IntList)]);
    columns
}

#[tokio::test]
async fn duckdb_agrees_at_every_snapshot() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("first");
    let lake = Lake::create(&home, &[samples_table()], START).await.unwrap();
    let mut checks = Vec::new();
    let columns = all_columns();
    let base = lake.snapshot().await.unwrap();
    checks.extend(checks_of(base.id, &columns, &[]));

    // Two files; then one of them replaced by rows that reach further on both sides.
    let known = lake.columns("samples", base.id).await.unwrap();
    let files = vec![
        write_samples(&lake, &known, "a.parquet", &samples(20..60)),
        write_samples(&lake, &known, "b.parquet", &samples(60..65)),
    ];
    let second = lake.commit(&base, change(START + SECOND, vec![], files)).await.unwrap();
    checks.extend(checks_of(second.id, &columns, &samples(20..65)));
    // No row was ever removed: DuckDB may answer extremes from the bounds alone.
    run(&python, &home, &checks, "");
    let file = write_samples(&lake, &known, "c.parquet", &samples(0..20));
    let third = lake.commit(&second, change(START + 2 * SECOND, vec![0], vec![file])).await.unwrap();
    let now: Vec<Sample> = samples(60..65).into_iter().chain(samples(0..20)).collect();
    checks.extend(checks_of(third.id, &columns, &now));
    run(&python, &home, &checks, "");

    // A column is dropped, one changes its type, one comes; the rows from before read as null.
    let mut wanted = samples_table();
    wanted.columns.retain(|column| column.name != "flag" && column.name != "tags");
    wanted.columns.push(ColumnSpec { name: "extra".to_owned(), ty: ColumnType::Int64, nullable: true });
    let other = TableSpec { name: "others".to_owned(), ..samples_table() };
    let fourth = lake.ensure_tables(&[wanted, other], START + 3 * SECOND).await.unwrap();
    let kept: Vec<_> = columns.iter().copied().filter(|column| column.0 != "flag" && column.0 != "tags").collect();
    checks.extend(checks_of(fourth.id, &kept, &now));
    let known = lake.columns("samples", fourth.id).await.unwrap();
    let file = write_samples(&lake, &known, "d.parquet", &samples(200..300));
    let fifth = lake.commit(&fourth, change(START + 4 * SECOND, vec![], vec![file])).await.unwrap();
    let now: Vec<Sample> = now.into_iter().chain(samples(200..300)).collect();
    checks.extend(checks_of(fifth.id, &kept, &now));
    checks.push(format!("select count(*) from samples where extra is null\t{}", now.len()));
    checks
        .push("select commit_message, author from ducklake_snapshots('lake') order by snapshot_id desc\ta test|test".to_owned());
    run(&python, &home, &checks, "");

    // The same lake after it was moved: opening it once tells the catalogue where it is.
    lake.close().await;
    let moved = folder.path().join("moved");
    std::fs::rename(&home, &moved).unwrap();
    let lake = Lake::open(&moved).await.unwrap();
    run(&python, &moved, &checks, "");

    // The earlier snapshots are gone, the last is whole.
    lake.expire(fifth.id, START).await.unwrap();
    run(&python, &moved, &checks_of(fifth.id, &kept, &now), "");
}

#[tokio::test]
async fn unusual_values_are_found() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::create(folder.path(), &[samples_table()], START).await.unwrap();
    let base = lake.snapshot().await.unwrap();
    let known = lake.columns("samples", base.id).await.unwrap();
    let row = |name: &str, ratio: f64, at: i64, day: i32, price: i128| Sample {
        name: name.to_owned(),
        values: vec![
            Some(Bound::Bool(true)),
            Some(Bound::Int64(i64::MAX)),
            Some(Bound::Float64(ratio)),
            Some(Bound::Instant(at)),
            Some(Bound::Date(day)),
            Some(Bound::Decimal(price)),
        ],
        tags: None,
    };
    let (long_ago, far_off) = (-62_198_755_200_000_000, 317_278_512_000_000_001);
    let rows = [
        row("", f64::NAN, long_ago, -735_160, -1),
        row("a\0b", f64::NEG_INFINITY, far_off, 3_672_205, 999_999_999_999_999_999),
        row(&"\u{10ffff}".repeat(100), 1e300, 0, 0, 0),
    ];
    let file = write_samples(&lake, &known, "a.parquet", &rows);
    let snapshot = lake.commit(&base, change(START, vec![], vec![file])).await.unwrap();
    let stats = lake.files(snapshot.id, "samples").await.unwrap().remove(0).stats;
    assert_eq!(stats[4].min, Some(Bound::Instant(long_ago)));
    let one = |filter: &str| format!("select count(*) from samples where {filter}\t1");
    let checks = [
        one("name = ''"),
        one("name > 'a' and name < 'b'"),
        one("name > repeat(chr(1114111), 99)"),
        one("isnan(ratio)"),
        one("ratio > 1e300"),
        one("ratio = '-inf'::double"),
        one(&format!("happened_at = make_timestamptz({long_ago})")),
        one(&format!("happened_at >= make_timestamptz({far_off})")),
        one("day = date '0044-03-15 (BC)'"),
        one("day = date '1970-01-01' + 3672205"),
        one("price = -0.0001"),
        one("price = 99999999999999.9999"),
        format!("select min(happened_at) = make_timestamptz({long_ago}) from samples\tTrue"),
        format!("select max(happened_at) = make_timestamptz({far_off}) from samples\tTrue"),
        "select isnan(max(ratio)) from samples\tTrue".to_owned(),
        "select min(day) = date '0044-03-15 (BC)' from samples\tTrue".to_owned(),
        "select max(price) = 99999999999999.9999 from samples\tTrue".to_owned(),
        "select count(*) from samples where amount = 9223372036854775807\t3".to_owned(),
    ];
    run(&python, folder.path(), &checks, "");
}

#[tokio::test]
async fn the_lake_and_duckdb_write_in_turn() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::create(folder.path(), &[samples_table()], START).await.unwrap();
    let base = lake.snapshot().await.unwrap();
    let known = lake.columns("samples", base.id).await.unwrap();
    let file = write_samples(&lake, &known, "a.parquet", &samples(0..30));
    lake.commit(&base, change(START, vec![], vec![file])).await.unwrap();

    let insert = "insert into samples(name, amount, price, happened_at, tags) values \
                  ('zz', 4000, 1.5, timestamptz '2030-01-01 00:00:00.25+00', ['vip'])";
    run(&python, folder.path(), &[insert.to_owned(), "select count(*) from samples\t31".to_owned()], "");
    let after = lake.snapshot().await.unwrap();
    let files = lake.files(after.id, "samples").await.unwrap();
    assert_eq!(files.iter().map(|file| file.record_count).sum::<u64>(), 31);
    let amount = files[1].stats.iter().find(|stats| stats.column_id == 3).unwrap();
    assert_eq!(amount.max, Some(Bound::Int64(4000)));
    let happened = files[1].stats.iter().find(|stats| stats.column_id == 5).unwrap();
    assert_eq!(happened.min, Some(Bound::Instant(1_893_456_000_250_000)));
    assert!(lake.missing().await.unwrap().is_empty());

    // We replace the file that DuckDB wrote, and DuckDB sees that.
    let file = write_samples(&lake, &known, "b.parquet", &samples(100..110));
    let ours = lake.commit(&after, change(i64::MIN, vec![files[1].id], vec![file])).await.unwrap();
    assert!(ours.at >= after.at, "the history's time does not run backwards");
    let now: Vec<Sample> = samples(0..30).into_iter().chain(samples(100..110)).collect();
    run(&python, folder.path(), &checks_of(ours.id, &all_columns(), &now), "");

    // DuckDB removes what we schedule, in the place where we mean it.
    lake.schedule_expired(ours.id, START).await.unwrap();
    run(&python, folder.path(), &["call ducklake_cleanup_old_files('lake', cleanup_all => true)".to_owned()], "");
    assert!(lake.orphans().await.unwrap().is_empty());
    assert!(!folder.path().join(&files[1].path).exists());
    assert!(lake.remove_scheduled().await.unwrap().is_empty());

    // What we do not read is refused by name, and only from the snapshot on that has it.
    run(&python, folder.path(), &["delete from samples where amount = -100".to_owned()], "");
    let deleted = lake.snapshot().await.unwrap();
    let refused = lake.files(deleted.id, "samples").await.unwrap_err();
    assert!(matches!(&refused, LakeError::Unsupported { what, .. } if what == "delete files"), "{refused}");
    assert_eq!(lake.files(ours.id, "samples").await.unwrap().len(), 2);
}

#[tokio::test]
async fn rows_inside_the_catalogue_are_refused() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::create(folder.path(), &[samples_table()], START).await.unwrap();
    let allow = "call lake.set_option('data_inlining_row_limit', 10)".to_owned();
    run(&python, folder.path(), &[allow, "insert into samples(name) values ('inlined')".to_owned()], "");
    let snapshot = lake.snapshot().await.unwrap();
    let refused = lake.files(snapshot.id, "samples").await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "table samples holds rows inside the catalogue, which this version does not read: rewrite it whole"
    );
    assert!(lake.files(1, "samples").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_lake_that_duckdb_made_is_ours_too() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let options = format!("(DATA_PATH '{}/data/', DATA_INLINING_ROW_LIMIT 0)", folder.path().canonicalize().unwrap().display());
    let columns = "name varchar not null, flag boolean, amount bigint, ratio double, happened_at timestamptz, \
                   day date, price decimal(18,4), tags varchar[], lengths bigint[]";
    let checks = [
        format!("create table samples({columns})"),
        "insert into samples(name, amount) select 'n' || i, i from range(50) t(i)".to_owned(),
    ];
    run(&python, folder.path(), &checks, &options);
    let lake = Lake::open(folder.path()).await.unwrap();
    let theirs = lake.snapshot().await.unwrap();
    let known = lake.columns("samples", theirs.id).await.unwrap();
    let files = lake.files(theirs.id, "samples").await.unwrap();
    assert_eq!((files.len(), files[0].record_count, known.len()), (1, 50, 9));
    assert!(lake.missing().await.unwrap().is_empty() && lake.orphans().await.unwrap().is_empty());

    let sorted = lake.ensure_tables(&[samples_table()], START).await.unwrap();
    let file = write_samples(&lake, &known, "ours.parquet", &samples(0..30));
    let ours = lake.commit(&sorted, change(START, vec![files[0].id], vec![file])).await.unwrap();
    let merge = "call ducklake_merge_adjacent_files('lake')".to_owned();
    let checks = [checks_of(ours.id, &all_columns(), &samples(0..30)), vec![merge]].concat();
    run(&python, folder.path(), &checks, "");
    assert_eq!(lake.files(ours.id, "samples").await.unwrap().len(), 1);
}
