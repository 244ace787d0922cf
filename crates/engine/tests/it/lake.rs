//! The lake by itself: commits, conflicts, earlier snapshots, changed columns, upkeep, the lock.
//!
//! The files are small real Parquet files of a table with a column of every type, so that the
//! check by DuckDB beside this one can read the same lake.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::cmp::Ordering;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, Int64Builder, ListBuilder, RecordBatch,
    StringArray, StringBuilder, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use deskgauge_engine::lake::{
    Bound, Change, Column, ColumnSpec, ColumnType, Lake, LakeError, Missing, NewFile, NewStats, Snapshot, TableSpec,
};
use deskgauge_engine::lock::Lock;
use parquet::arrow::ArrowWriter;
use tokio::sync::Barrier;

/// 1 January 2024, 00:00 UTC, in microseconds.
pub(crate) const START: i64 = 1_704_067_200_000_000;
pub(crate) const SECOND: i64 = 1_000_000;

/// A row of the table `samples`. Everything may be null but the name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) values: Vec<Option<Bound>>,
    pub(crate) tags: Option<Vec<&'static str>>,
}

/// The columns between `name` and `tags`, with their types.
pub(crate) const VALUES: [(&str, ColumnType); 6] = [
    ("flag", ColumnType::Bool),
    ("amount", ColumnType::Int64),
    ("ratio", ColumnType::Float64),
    ("happened_at", ColumnType::Instant),
    ("day", ColumnType::Date),
    ("price", ColumnType::Decimal { precision: 18, scale: 4 }),
];

pub(crate) fn sample(n: i64) -> Sample {
    let present = |every: i64, bound: Bound| (n % every != every - 1).then_some(bound);
    Sample {
        name: if n % 50 == 7 { format!("é'{}", "long ".repeat(80)) } else { format!("name {n}") },
        values: vec![
            present(5, Bound::Bool(n % 2 == 0)),
            present(7, Bound::Int64(n * 3 - 100)),
            present(3, Bound::Float64(n as f64 / 7.0 - 4.0)),
            present(4, Bound::Instant(START + n * 3_601 * SECOND + n % 3 * 250_000)),
            present(6, Bound::Date(i32::try_from(n).unwrap() * 40 - 200)),
            present(8, Bound::Decimal(i128::from(n) * 12_345 - 50_000)),
        ],
        tags: (n % 9 != 8).then(|| ["late", "vip", "refund"].into_iter().take(usize::try_from(n % 4).unwrap()).collect()),
    }
}

pub(crate) fn samples_table() -> TableSpec {
    let column = |name: &str, ty, nullable| ColumnSpec { name: name.to_owned(), ty, nullable };
    let mut columns = vec![column("name", ColumnType::Text, false)];
    columns.extend(VALUES.iter().map(|(name, ty)| column(name, *ty, true)));
    columns.push(column("tags", ColumnType::TextList, true));
    columns.push(column("lengths", ColumnType::IntList, true));
    TableSpec { name: "samples".to_owned(), columns, sorted_by: vec!["happened_at".to_owned()] }
}

/// Writes a Parquet file of the samples, with the columns that the table has, and describes it.
pub(crate) fn write_samples(lake: &Lake, columns: &[Column], file: &str, rows: &[Sample]) -> NewFile {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    let mut stats = Vec::new();
    for column in columns {
        let id = |id: i64| [("PARQUET:field_id".to_owned(), id.to_string())].into();
        let inner = if column.ty == ColumnType::IntList { DataType::Int64 } else { DataType::Utf8 };
        let element = Field::new("element", inner, true).with_metadata(id(column.element_id.unwrap_or(0)));
        let (array, bounds) = column_of(column, rows, &element);
        fields.push(Field::new(&column.name, array.data_type().clone(), column.nullable).with_metadata(id(column.id)));
        arrays.push(array);
        if !matches!(column.ty, ColumnType::TextList | ColumnType::IntList) {
            stats.push(stats_of(column.id, &bounds));
        }
    }
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    let path = lake.table_folder("samples").join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let footer = u32::from_le_bytes(bytes[bytes.len() - 8..bytes.len() - 4].try_into().unwrap());
    NewFile {
        table: "samples".to_owned(),
        path: file.to_owned(),
        record_count: rows.len() as u64,
        size: bytes.len() as u64,
        footer_size: u64::from(footer),
        digest: None,
        stats,
    }
}

/// One value of a sample by its column's name; a column that came later is null.
pub(crate) fn value(row: &Sample, name: &str) -> Option<Bound> {
    match name {
        "name" => Some(Bound::Text(row.name.clone())),
        _ => VALUES.iter().position(|(column, _)| *column == name).and_then(|index| row.values[index].clone()),
    }
}

fn column_of(column: &Column, rows: &[Sample], element: &Field) -> (ArrayRef, Vec<Option<Bound>>) {
    let values: Vec<Option<Bound>> = rows.iter().map(|row| value(row, &column.name)).collect();
    macro_rules! array {
        ($array:ty, $variant:ident) => {
            values
                .iter()
                .map(|value| match value {
                    Some(Bound::$variant(value)) => Some(value.clone()),
                    _ => None,
                })
                .collect::<$array>()
        };
    }
    let array: ArrayRef = match column.ty {
        ColumnType::Text => Arc::new(array!(StringArray, Text)),
        ColumnType::Bool => Arc::new(array!(BooleanArray, Bool)),
        ColumnType::Int64 => Arc::new(array!(Int64Array, Int64)),
        ColumnType::Float64 => Arc::new(array!(Float64Array, Float64)),
        ColumnType::Instant => Arc::new(array!(TimestampMicrosecondArray, Instant).with_timezone("UTC")),
        ColumnType::Date => Arc::new(array!(Date32Array, Date)),
        ColumnType::Decimal { precision, scale } => {
            let array = array!(Decimal128Array, Decimal);
            Arc::new(array.with_precision_and_scale(precision, scale.cast_signed()).unwrap())
        }
        ColumnType::TextList => {
            let mut builder = ListBuilder::new(StringBuilder::new()).with_field(element.clone());
            for row in rows {
                builder.append_option(row.tags.as_ref().map(|tags| tags.iter().map(|tag| Some(*tag))));
            }
            Arc::new(builder.finish())
        }
        ColumnType::IntList => {
            let mut builder = ListBuilder::new(Int64Builder::new()).with_field(element.clone());
            for row in rows {
                builder.append_option(row.tags.as_ref().map(|tags| tags.iter().map(|tag| Some(tag.len() as i64))));
            }
            Arc::new(builder.finish())
        }
    };
    assert!(!matches!(array.data_type(), DataType::Timestamp(unit, _) if *unit != TimeUnit::Microsecond));
    (array, values)
}

fn stats_of(column_id: i64, values: &[Option<Bound>]) -> NewStats {
    let count = values.iter().flatten().count() as u64;
    let is_nan = |bound: &&Bound| matches!(bound, Bound::Float64(value) if value.is_nan());
    let numbers = values.iter().flatten().filter(|bound| !is_nan(bound));
    let order = |a: &&Bound, b: &&Bound| a.compare(b).unwrap_or(Ordering::Equal);
    NewStats {
        column_id,
        size: 50,
        value_count: count,
        null_count: values.len() as u64 - count,
        min: numbers.clone().min_by(order).cloned(),
        max: numbers.max_by(order).cloned(),
        has_nan: values.iter().flatten().any(|bound| is_nan(&bound)),
    }
}

pub(crate) fn change(at: i64, remove: Vec<i64>, add: Vec<NewFile>) -> Change {
    Change { at, remove, add, author: "test".to_owned(), message: "a test".to_owned(), ..Change::default() }
}

pub(crate) fn samples(numbers: std::ops::Range<i64>) -> Vec<Sample> {
    numbers.map(sample).collect()
}

async fn new_lake() -> (tempfile::TempDir, Lake) {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::create(folder.path(), &[samples_table()], START).await.unwrap();
    (folder, lake)
}

/// Writes and commits one file.
async fn add(lake: &Lake, base: &Snapshot, at: i64, file: &str, numbers: std::ops::Range<i64>, remove: Vec<i64>) -> Snapshot {
    let columns = lake.columns("samples", base.id).await.unwrap();
    let file = write_samples(lake, &columns, file, &samples(numbers));
    lake.commit(base, change(at, remove, vec![file])).await.unwrap()
}

async fn record_count(lake: &Lake, snapshot: i64) -> u64 {
    lake.files(snapshot, "samples").await.unwrap().iter().map(|file| file.record_count).sum()
}

fn names(paths: &[PathBuf]) -> Vec<&str> {
    paths.iter().map(|path| path.to_str().unwrap()).collect()
}

#[tokio::test]
async fn a_commit_is_seen_and_the_past_stays() {
    let (folder, lake) = new_lake().await;
    let empty = lake.snapshot().await.unwrap();
    assert_eq!((empty.id, empty.at, empty.schema_version), (1, START, 1));
    assert_eq!(record_count(&lake, empty.id).await, 0);

    let first = add(&lake, &empty, START + SECOND, "a.parquet", 0..40, vec![]).await;
    let file = lake.files(first.id, "samples").await.unwrap().remove(0);
    assert_eq!(file.path, Path::new("data/main/samples/a.parquet"));
    assert_eq!(file.size, std::fs::metadata(folder.path().join(&file.path)).unwrap().len());
    let amount = &file.stats[2];
    assert_eq!((amount.column_id, amount.null_count, amount.value_count), (3, Some(5), Some(35)));
    assert_eq!((amount.min.clone(), amount.max.clone()), (Some(Bound::Int64(-100)), Some(Bound::Int64(17))));

    let second = add(&lake, &first, START + 2 * SECOND, "b.parquet", 0..60, vec![file.id]).await;
    assert_eq!(record_count(&lake, second.id).await, 60);
    assert_eq!(record_count(&lake, first.id).await, 40);
    assert_eq!(lake.snapshot().await.unwrap(), second);
    assert_eq!(lake.snapshot_at(first.id).await.unwrap(), first);
    assert_eq!(lake.snapshot_at_time(START + 2 * SECOND - 1).await.unwrap(), first);
    assert_eq!(lake.snapshot_at_time(START + 2 * SECOND).await.unwrap(), second);
    assert!(matches!(lake.snapshot_at_time(START - 1).await, Err(LakeError::UnknownSnapshot { .. })));
    assert!(matches!(lake.files(second.id, "nothing").await, Err(LakeError::UnknownTable { .. })));

    let history = lake.snapshots().await.unwrap();
    let changes: Vec<&str> = history.iter().map(|entry| entry.changes.as_str()).collect();
    assert_eq!(
        changes,
        [
            "created_schema:\"main\"",
            "created_table:\"main\".\"samples\"",
            "inserted_into_table:1",
            "inserted_into_table:1,deleted_from_table:1"
        ]
    );
    lake.close().await;
    let again = Lake::open(folder.path()).await.unwrap();
    assert_eq!(record_count(&again, second.id).await, 60);
}

#[tokio::test]
async fn a_change_that_was_planned_on_an_older_snapshot_is_refused_whole() {
    let (_folder, lake) = new_lake().await;
    let empty = lake.snapshot().await.unwrap();
    let first = add(&lake, &empty, START, "a.parquet", 0..10, vec![]).await;
    let late = Change { state: vec![("watermark".to_owned(), Some("9".to_owned()))], ..change(START, vec![0], vec![]) };
    let refused = lake.commit(&empty, late).await.unwrap_err();
    assert!(matches!(refused, LakeError::Conflict { base: 1, newest: 2 }), "{refused}");
    assert_eq!(lake.state("watermark").await.unwrap(), None);
    assert_eq!(record_count(&lake, first.id).await, 10);
    let twice = lake.commit(&first, change(START, vec![0, 7], vec![])).await.unwrap_err();
    assert!(twice.to_string().contains("1 of the 2 files to remove are not in the newest snapshot"), "{twice}");
}

#[tokio::test]
async fn a_commit_that_does_not_finish_leaves_nothing() {
    let (_folder, lake) = new_lake().await;
    let empty = lake.snapshot().await.unwrap();
    let columns = lake.columns("samples", empty.id).await.unwrap();
    let file = write_samples(&lake, &columns, "a.parquet", &samples(0..10));
    let state = vec![("watermark".to_owned(), Some("42".to_owned()))];
    let whole = Change { state, extra: Some("watermark=42".to_owned()), ..change(START, vec![], vec![file]) };

    drop(lake.prepare(&empty, whole.clone()).await.unwrap());
    assert_eq!(lake.snapshot().await.unwrap(), empty);
    assert_eq!(lake.state("watermark").await.unwrap(), None);
    assert_eq!(names(&lake.orphans().await.unwrap()), ["data/main/samples/a.parquet"]);

    let pending = lake.prepare(&empty, whole).await.unwrap();
    assert_eq!(lake.snapshot().await.unwrap(), empty, "readers do not see a commit before its end");
    let done = pending.finish().await.unwrap();
    assert_eq!(lake.snapshot().await.unwrap(), done);
    assert_eq!(lake.state("watermark").await.unwrap().as_deref(), Some("42"));
    assert_eq!(lake.snapshots().await.unwrap().pop().unwrap().extra.as_deref(), Some("watermark=42"));
    assert!(lake.orphans().await.unwrap().is_empty());
}

#[tokio::test]
async fn statistics_that_would_hide_rows_are_refused() {
    let (_folder, lake) = new_lake().await;
    let empty = lake.snapshot().await.unwrap();
    let columns = lake.columns("samples", empty.id).await.unwrap();
    let good = write_samples(&lake, &columns, "a.parquet", &samples(0..10));
    type Breaks = fn(&mut NewFile);
    let broken: [(Breaks, &str); 5] = [
        (|file| drop(file.stats.remove(2)), "column amount needs its statistics once"),
        (|file| file.stats[2].min = None, "column amount has values and no bounds"),
        (|file| file.stats[2].max = Some(Bound::Date(1)), "the bounds of column amount are not of type int64"),
        (|file| file.stats[2].null_count += 1, "the counts of column amount do not add up to 10"),
        (|file| file.stats[2].column_id = 77, "column amount needs its statistics once"),
    ];
    for (breaks, message) in broken {
        let mut file = good.clone();
        breaks(&mut file);
        let error = lake.commit(&empty, change(START, vec![], vec![file])).await.unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
    lake.commit(&empty, change(START, vec![], vec![good])).await.unwrap();
}

#[tokio::test]
async fn columns_come_and_go_and_their_ids_are_never_used_again() {
    let (_folder, lake) = new_lake().await;
    let empty = lake.snapshot().await.unwrap();
    let first = add(&lake, &empty, START, "a.parquet", 0..10, vec![]).await;
    assert_eq!(lake.ensure_tables(&[samples_table()], START).await.unwrap(), first, "nothing differs");

    let mut wanted = samples_table();
    wanted.columns.retain(|column| column.name != "tags");
    wanted.columns[1].ty = ColumnType::Text;
    wanted.columns.push(ColumnSpec { name: "extra".to_owned(), ty: ColumnType::Int64, nullable: false });
    wanted.sorted_by = vec!["day".to_owned(), "name".to_owned()];
    let other = TableSpec { name: "others".to_owned(), ..samples_table() };
    let second = lake.ensure_tables(&[wanted.clone(), other.clone()], START).await.unwrap();
    assert_eq!((second.id, second.schema_version), (first.id + 1, first.schema_version + 1));
    assert_eq!(lake.ensure_tables(&[wanted, other], START).await.unwrap(), second);

    let columns = lake.columns("samples", second.id).await.unwrap();
    let shown: Vec<_> = columns.iter().map(|column| (column.id, column.name.as_str(), column.nullable)).collect();
    assert_eq!(
        shown,
        [
            (1, "name", false),
            (3, "amount", true),
            (4, "ratio", true),
            (5, "happened_at", true),
            (6, "day", true),
            (7, "price", true),
            (10, "lengths", true),
            (12, "flag", true),
            (13, "extra", true)
        ]
    );
    let before = lake.columns("samples", first.id).await.unwrap();
    assert_eq!(before.last().map(|column| (column.id, column.element_id)), Some((10, Some(11))));
    assert_eq!(lake.columns("others", second.id).await.unwrap().len(), 9);
    let changes = lake.snapshots().await.unwrap().pop().unwrap().changes;
    assert_eq!(changes, "altered_table:1,created_table:\"main\".\"others\"");
    let back = lake.ensure_tables(&[samples_table()], START).await.unwrap();
    let tags = lake.columns("samples", back.id).await.unwrap().pop().unwrap();
    assert_eq!((tags.id, tags.name.as_str(), tags.element_id), (15, "tags", Some(16)));
}

#[tokio::test]
async fn expired_snapshots_take_their_files_with_them() {
    let (folder, lake) = new_lake().await;
    let mut snapshot = lake.snapshot().await.unwrap();
    for (at, file, remove) in [(1, "a.parquet", vec![]), (2, "b.parquet", vec![0]), (3, "c.parquet", vec![1])] {
        snapshot = add(&lake, &snapshot, START + at * SECOND, file, 0..10 * at, remove).await;
    }
    assert!(matches!(lake.expire(99, START).await, Err(LakeError::UnknownSnapshot { .. })));
    // A crash after the first step leaves files that are scheduled: neither orphans nor listed.
    lake.schedule_expired(3, START).await.unwrap();
    assert!(folder.path().join("data/main/samples/a.parquet").exists());
    assert!(lake.orphans().await.unwrap().is_empty());
    assert_eq!(names(&lake.remove_scheduled().await.unwrap()), ["data/main/samples/a.parquet"]);
    assert!(!folder.path().join("data/main/samples/a.parquet").exists());
    assert!(matches!(lake.snapshot_at(2).await, Err(LakeError::UnknownSnapshot { .. })));
    assert_eq!(record_count(&lake, 3).await, 20);

    assert_eq!(names(&lake.expire(snapshot.id, START).await.unwrap()), ["data/main/samples/b.parquet"]);
    assert_eq!(record_count(&lake, snapshot.id).await, 30);
    assert!(lake.missing().await.unwrap().is_empty());

    std::fs::write(folder.path().join("data/main/samples/stray.parquet"), b"left by a crash").unwrap();
    assert_eq!(names(&lake.orphans().await.unwrap()), ["data/main/samples/stray.parquet"]);
    let listed = lake.files(snapshot.id, "samples").await.unwrap().remove(0);
    std::fs::write(folder.path().join(&listed.path), b"cut").unwrap();
    let cut = lake.listed_files().await.unwrap().into_iter().find(|file| file.path == listed.path).unwrap();
    assert_eq!((cut.size, cut.end), (listed.size, None));
    assert_eq!(lake.missing().await.unwrap(), [Missing { file: cut, found_size: Some(3) }]);
    std::fs::remove_file(folder.path().join(&listed.path)).unwrap();
    assert_eq!(lake.missing().await.unwrap()[0].found_size, None);
}

#[tokio::test]
async fn a_folder_that_holds_something_else_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let message = Lake::open(folder.path()).await.unwrap_err().to_string();
    assert!(message.contains("it has no lake.sqlite"), "{message}");
    std::fs::write(folder.path().join("lake.sqlite"), b"").unwrap();
    let message = Lake::open(folder.path()).await.unwrap_err().to_string();
    assert!(message.contains("lake.sqlite holds no DuckLake catalogue"), "{message}");
    Lake::create(folder.path(), &[samples_table()], START).await.unwrap();
    let again = Lake::create(folder.path(), &[], START).await;
    assert!(matches!(again, Err(LakeError::AlreadyALake { .. })));
    let spec = TableSpec { sorted_by: vec!["moon".to_owned()], ..samples_table() };
    let message = Lake::open(folder.path()).await.unwrap().ensure_tables(&[spec], START).await.unwrap_err().to_string();
    assert!(message.contains("table samples is sorted by moon, which is not a column of it"), "{message}");
}

#[tokio::test]
async fn the_lock_has_one_holder_and_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let held = Lock::acquire(folder.path(), Duration::ZERO).await.unwrap();
    let message = Lock::acquire(folder.path(), Duration::from_millis(30)).await.unwrap_err().to_string();
    assert!(message.contains(&format!("is in use by process {}", std::process::id())), "{message}");
    drop(held);
    Lock::acquire(folder.path(), Duration::ZERO).await.unwrap();
}

#[tokio::test]
async fn two_writers_lose_nothing() {
    let (folder, lake) = new_lake().await;
    let state = |key: &str, value: i64| vec![(key.to_owned(), Some(value.to_string()))];
    let both = Arc::new(Barrier::new(2));
    let write = |key: &'static str| {
        let (folder, both) = (folder.path().to_owned(), both.clone());
        async move {
            let lake = Lake::open(&folder).await.unwrap();
            let (mut done, mut refused) = (0, 0);
            while done < 20 {
                let base = lake.snapshot().await.unwrap();
                if done + refused == 0 {
                    // Both stand on the same snapshot, so that one of them has to be refused.
                    both.wait().await;
                }
                match lake.commit(&base, Change { state: state(key, done + 1), ..change(START, vec![], vec![]) }).await {
                    Ok(_) => done += 1,
                    Err(LakeError::Conflict { .. }) => refused += 1,
                    Err(other) => panic!("{other}"),
                }
            }
            refused
        }
    };
    let (one, other) = tokio::join!(write("one"), write("other"));
    assert!(one + other > 0, "nobody was refused");
    assert_eq!(lake.snapshot().await.unwrap().id, 41);
    assert_eq!(lake.state("one").await.unwrap().as_deref(), Some("20"));
    assert_eq!(lake.state("other").await.unwrap().as_deref(), Some("20"));
}
