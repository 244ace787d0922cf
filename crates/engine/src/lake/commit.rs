//! A commit: files in, files out, state and other rows, in one database transaction.
//!
//! It is optimistic: a change is planned on a snapshot and refused when another was committed
//! since. It has two steps, so that others can add rows of theirs to the same transaction, and so
//! that a test can stop between them: [`Lake::prepare`] writes, [`Pending::finish`] makes durable.
//! The files must be on disk, synced with their folder, before; this module does not write them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use sqlx::{QueryBuilder, Sqlite, SqliteConnection, Transaction};

use super::bound::instant_text;
use super::read::{Snapshot, newest};
use super::tables::{columns_of_all, id_list, table_ids};
use super::{Bound, Column, ColumnType, Lake, LakeError, Result, sql};

/// Rows per insert statement; with ten columns it stays far below the database's limit.
const CHUNK: usize = 128;

/// What a commit does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// When it is committed: microseconds since 1970, UTC. Time does not run backwards in the
    /// history: an instant before the newest snapshot's counts as that.
    pub at: i64,
    /// The files that the new snapshot no longer lists, by id.
    pub remove: Vec<i64>,
    /// The files that it lists in addition.
    pub add: Vec<NewFile>,
    /// Who commits.
    pub author: String,
    /// Why.
    pub message: String,
    /// What else the history should tell.
    pub extra: Option<String>,
    /// State that moves with the commit, such as a watermark; `None` removes the key.
    pub state: Vec<(String, Option<String>)>,
}

/// A data file to be listed. It is on disk and durable already.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFile {
    /// Its table.
    pub table: String,
    /// Its path below [`Lake::table_folder`].
    pub path: String,
    /// Its rows.
    pub record_count: u64,
    /// Its bytes.
    pub size: u64,
    /// The bytes of its Parquet footer.
    pub footer_size: u64,
    /// The digest of its bytes, as [`crate::files::digest_of`] has it; `None`: a change in it would not be noticed.
    pub digest: Option<u128>,
    /// Statistics of each column that is not a list. All must be there: an engine that looks for a
    /// value outside the known bounds does not open the file.
    pub stats: Vec<NewStats>,
}

/// Statistics of one column in a new file.
#[derive(Debug, Clone, PartialEq)]
pub struct NewStats {
    /// The column.
    pub column_id: i64,
    /// Its compressed bytes.
    pub size: u64,
    /// Its values that are not null.
    pub value_count: u64,
    /// Its nulls.
    pub null_count: u64,
    /// Its least value, needed when there are values (that are numbers).
    pub min: Option<Bound>,
    /// Its greatest value, needed when there are values (that are numbers).
    pub max: Option<Bound>,
    /// Whether a float column has a NaN, which no bound tells of.
    pub has_nan: bool,
}

/// A commit that is written and not yet durable. Dropping it undoes it.
#[derive(Debug)]
pub struct Pending {
    transaction: Transaction<'static, Sqlite>,
    snapshot: Snapshot,
}

impl Lake {
    /// Commits a change that was planned on `base`, and answers the new snapshot.
    ///
    /// Fails with [`LakeError::Conflict`] when `base` is no longer the newest, and then has
    /// changed nothing.
    pub async fn commit(&self, base: &Snapshot, change: Change) -> Result<Snapshot> {
        self.prepare(base, change).await?.finish().await
    }

    /// Writes a change into an open transaction, which holds the database's write lock until it
    /// is finished or dropped. Fails as [`Lake::commit`] does.
    pub async fn prepare(&self, base: &Snapshot, change: Change) -> Result<Pending> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(sql("begin a commit"))?;
        let newest = newest(&mut transaction).await?;
        if newest.id != base.id {
            return Err(LakeError::Conflict { base: base.id, newest: newest.id });
        }
        let snapshot = write(&mut transaction, &newest, &change).await?;
        Ok(Pending { transaction, snapshot })
    }
}

impl Pending {
    /// The snapshot as it will be.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The open transaction, for rows of other tables that belong to the same commit.
    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }

    /// Makes the commit durable and visible.
    pub async fn finish(self) -> Result<Snapshot> {
        self.transaction.commit().await.map_err(sql("finish a commit"))?;
        Ok(self.snapshot)
    }
}

/// Writes a snapshot's two rows. The notes are author, message and extra information.
pub(super) async fn insert_snapshot(
    connection: &mut SqliteConnection,
    snapshot: &Snapshot,
    changes: &str,
    notes: [Option<&str>; 3],
) -> Result<()> {
    sqlx::query("insert into ducklake_snapshot values (?, ?, ?, ?, ?)")
        .bind(snapshot.id)
        .bind(instant_text(snapshot.at))
        .bind(snapshot.schema_version)
        .bind(snapshot.next_catalog_id)
        .bind(snapshot.next_file_id)
        .execute(&mut *connection)
        .await
        .map_err(sql("add a snapshot"))?;
    let [author, message, extra] = notes;
    sqlx::query("insert into ducklake_snapshot_changes values (?, ?, ?, ?, ?)")
        .bind(snapshot.id)
        .bind(changes)
        .bind(author)
        .bind(message)
        .bind(extra)
        .execute(connection)
        .await
        .map(drop)
        .map_err(sql("describe a snapshot"))
}

/// One table's part of a commit.
struct TableChange<'a> {
    id: i64,
    columns: Vec<Column>,
    files: Vec<&'a NewFile>,
    /// The row ids that its files of before have used up.
    next_row_id: i64,
    /// Whether its sums are in the catalogue.
    known: bool,
}

async fn write(connection: &mut SqliteConnection, newest: &Snapshot, change: &Change) -> Result<Snapshot> {
    let mut snapshot = Snapshot { id: newest.id + 1, at: change.at.max(newest.at), ..*newest };
    let removed = remove_files(connection, &snapshot, &change.remove).await?;
    let mut tables = group(connection, newest, &change.add).await?;
    add_files(connection, &mut snapshot, &mut tables).await?;
    widen(connection, &tables).await?;
    insert_stats(connection, newest.next_file_id, &tables).await?;
    let files = tables.iter().flat_map(|table| &table.files);
    let digests = (newest.next_file_id..).zip(files).filter_map(|(id, file)| Some((id, file.digest?)));
    insert_digests(connection, &digests.collect::<Vec<_>>()).await?;
    write_state(connection, &change.state).await?;
    let mut changes: Vec<String> = tables.iter().map(|table| format!("inserted_into_table:{}", table.id)).collect();
    changes.extend(removed.iter().map(|table| format!("deleted_from_table:{table}")));
    let notes = [Some(change.author.as_str()), Some(change.message.as_str()), change.extra.as_deref()];
    insert_snapshot(connection, &snapshot, &changes.join(","), notes).await?;
    Ok(snapshot)
}

/// Ends the removed files and answers their tables.
///
/// The tables' sums stay as they are, all that was ever inserted: DuckDB takes a table whose rows
/// equal that sum for one that never lost a row, and answers its minimum and maximum from the
/// bounds, which do not narrow.
async fn remove_files(connection: &mut SqliteConnection, snapshot: &Snapshot, ids: &[i64]) -> Result<BTreeSet<i64>> {
    let wanted: BTreeSet<i64> = ids.iter().copied().collect();
    if wanted.is_empty() {
        return Ok(BTreeSet::new());
    }
    let list = id_list(&wanted);
    let counts: Vec<(i64, i64)> = sqlx::query_as(
        "select table_id, count(*) from ducklake_data_file
         where data_file_id in (select value from json_each(?)) and end_snapshot is null
         group by table_id order by table_id",
    )
    .bind(&list)
    .fetch_all(&mut *connection)
    .await
    .map_err(sql("look up the replaced files"))?;
    let found: i64 = counts.iter().map(|count| count.1).sum();
    if usize::try_from(found) != Ok(wanted.len()) {
        let what =
            format!("{} of the {} files to remove are not in the newest snapshot", wanted.len() as i64 - found, wanted.len());
        return Err(LakeError::Invalid { what });
    }
    sqlx::query("update ducklake_data_file set end_snapshot = ? where data_file_id in (select value from json_each(?))")
        .bind(snapshot.id)
        .bind(&list)
        .execute(&mut *connection)
        .await
        .map_err(sql("end the replaced files"))?;
    Ok(counts.into_iter().map(|count| count.0).collect())
}

/// Sorts new files by table, with what the catalogue knows of each, and checks them against it.
async fn group<'a>(connection: &mut SqliteConnection, newest: &Snapshot, files: &'a [NewFile]) -> Result<Vec<TableChange<'a>>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let ids = table_ids(connection).await?;
    let mut by_table: BTreeMap<i64, Vec<&NewFile>> = BTreeMap::new();
    for file in files {
        let id =
            ids.get(&file.table).ok_or_else(|| LakeError::UnknownTable { table: file.table.clone(), snapshot: newest.id })?;
        by_table.entry(*id).or_default().push(file);
    }
    let names = by_table.iter().map(|(id, files)| (*id, files[0].table.clone())).collect();
    let mut columns = columns_of_all(connection, &names, newest.id).await?;
    let sizes: Vec<(i64, i64)> = sqlx::query_as("select table_id, next_row_id from ducklake_table_stats")
        .fetch_all(&mut *connection)
        .await
        .map_err(sql("read the tables' sizes"))?;
    let sizes: BTreeMap<i64, i64> = sizes.into_iter().collect();
    let mut tables = Vec::with_capacity(by_table.len());
    for (id, files) in by_table {
        let columns = columns.remove(&id).unwrap_or_default();
        files.iter().try_for_each(|file| check(file, &columns))?;
        let known = sizes.get(&id).copied();
        tables.push(TableChange { id, columns, files, next_row_id: known.unwrap_or(0), known: known.is_some() });
    }
    Ok(tables)
}

/// Statistics that are missing or wrong would hide rows from other engines.
fn check(file: &NewFile, columns: &[Column]) -> Result<()> {
    let invalid = |what: String| Err(LakeError::Invalid { what: format!("file {} of {}: {what}", file.path, file.table) });
    for column in columns.iter().filter(|column| column.ty.element().is_none()) {
        let mut of_column = file.stats.iter().filter(|stats| stats.column_id == column.id);
        let (Some(stats), None) = (of_column.next(), of_column.next()) else {
            return invalid(format!("column {} needs its statistics once", column.name));
        };
        let fits = |bound: &Option<Bound>| bound.as_ref().is_none_or(|bound| bound.fits(column.ty));
        if !fits(&stats.min) || !fits(&stats.max) {
            return invalid(format!("the bounds of column {} are not of type {}", column.name, column.ty));
        }
        if stats.value_count + stats.null_count != file.record_count {
            return invalid(format!("the counts of column {} do not add up to {}", column.name, file.record_count));
        }
        if stats.value_count > 0 && !stats.has_nan && (stats.min.is_none() || stats.max.is_none()) {
            return invalid(format!("column {} has values and no bounds", column.name));
        }
        if stats.null_count > 0 && !column.nullable {
            return invalid(format!("column {} has nulls and may not", column.name));
        }
    }
    Ok(())
}

/// Lists the new files, table by table, and adds to the tables' sums.
async fn add_files(connection: &mut SqliteConnection, snapshot: &mut Snapshot, tables: &mut [TableChange<'_>]) -> Result<()> {
    let (mut rows, mut grown, mut new) = (Vec::new(), Vec::new(), Vec::new());
    for table in tables {
        let (mut records, mut bytes) = (0, 0);
        for file in &table.files {
            let (count, size) = (signed(file.record_count)?, signed(file.size)?);
            let first_row = table.next_row_id + records;
            rows.push((snapshot.next_file_id, table.id, *file, count, size, signed(file.footer_size)?, first_row));
            snapshot.next_file_id += 1;
            (records, bytes) = (records + count, bytes + size);
        }
        let sums = if table.known { &mut grown } else { &mut new };
        sums.push((table.id, records, table.next_row_id + records, bytes));
    }
    for chunk in rows.chunks(CHUNK) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "insert into ducklake_data_file(data_file_id, table_id, begin_snapshot, path, path_is_relative,
             file_format, record_count, file_size_bytes, footer_size, row_id_start) ",
        );
        insert.push_values(chunk, |mut row, (id, table, file, count, size, footer, first_row)| {
            row.push_bind(id).push_bind(table).push_bind(snapshot.id).push_bind(&file.path);
            row.push("1, 'parquet'").push_bind(count).push_bind(size).push_bind(footer).push_bind(first_row);
        });
        insert.build().execute(&mut *connection).await.map_err(sql("list the new files"))?;
    }
    let insert = "insert into ducklake_table_stats(table_id, record_count, next_row_id, file_size_bytes) ";
    let update = "update ducklake_table_stats set record_count = record_count + v.column2, next_row_id = v.column3,
         file_size_bytes = file_size_bytes + v.column4 from (";
    for (sums, before, after) in [(new, insert, ""), (grown, update, ") as v where table_id = v.column1")] {
        for chunk in sums.chunks(CHUNK) {
            let mut statement = QueryBuilder::<Sqlite>::new(before);
            statement.push_values(chunk, |mut row, (table, records, next, bytes)| {
                row.push_bind(table).push_bind(records).push_bind(next).push_bind(bytes);
            });
            statement.push(after);
            statement.build().execute(&mut *connection).await.map_err(sql("state the tables' sizes"))?;
        }
    }
    Ok(())
}

/// Writes all new files' statistics; `first` is the id of the first, in the order of [`add_files`].
async fn insert_stats(connection: &mut SqliteConnection, first: i64, tables: &[TableChange<'_>]) -> Result<()> {
    let files = tables.iter().flat_map(|table| table.files.iter().map(move |file| (table, *file)));
    let mut rows = Vec::new();
    for (id, (table, file)) in (first..).zip(files) {
        for stats in &file.stats {
            let Some(column) = table.columns.iter().find(|column| column.id == stats.column_id) else {
                let what = format!(
                    "file {} of {} has statistics of column {}, which is not there",
                    file.path, file.table, stats.column_id
                );
                return Err(LakeError::Invalid { what });
            };
            rows.push((id, table.id, column.ty, stats));
        }
    }
    for chunk in rows.chunks(CHUNK) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "insert into ducklake_file_column_stats(data_file_id, table_id, column_id, column_size_bytes,
             value_count, null_count, min_value, max_value, contains_nan) ",
        );
        insert.push_values(chunk, |mut row, (id, table, ty, stats)| {
            row.push_bind(id).push_bind(table).push_bind(stats.column_id).push_bind(stats.size.cast_signed());
            row.push_bind(stats.value_count.cast_signed()).push_bind(stats.null_count.cast_signed());
            row.push_bind(stats.min.as_ref().map(|min| min.min_text(*ty)));
            row.push_bind(stats.max.as_ref().map(|max| max.max_text(*ty)));
            row.push_bind((*ty == ColumnType::Float64).then_some(i64::from(stats.has_nan)));
        });
        // Only whole chunks recur, so only they are worth a place in the statement cache.
        let query = insert.build().persistent(chunk.len() == CHUNK);
        query.execute(&mut *connection).await.map_err(sql("write the files' statistics"))?;
    }
    Ok(())
}

/// Writes files' digests by the files' ids.
pub(super) async fn insert_digests(connection: &mut SqliteConnection, digests: &[(i64, u128)]) -> Result<()> {
    for chunk in digests.chunks(CHUNK) {
        let mut insert = QueryBuilder::<Sqlite>::new("insert or replace into deskgauge_file_digest(data_file_id, digest) ");
        insert.push_values(chunk, |mut row, (id, digest)| {
            row.push_bind(id).push_bind(format!("{digest:032x}"));
        });
        let query = insert.build().persistent(chunk.len() == CHUNK);
        query.execute(&mut *connection).await.map_err(sql("write the files' digests"))?;
    }
    Ok(())
}

/// A column's bounds over the whole table and its whole history.
#[derive(Clone, PartialEq, Default)]
pub(super) struct Bounds {
    nulls: Option<i64>,
    nan: Option<i64>,
    min: Option<String>,
    max: Option<String>,
}

/// Widens the tables' bounds to their new files. They never narrow: earlier snapshots use them, too.
async fn widen(connection: &mut SqliteConnection, tables: &[TableChange<'_>]) -> Result<()> {
    type Row = (i64, i64, Option<i64>, Option<i64>, Option<String>, Option<String>);
    let there: Vec<Row> = sqlx::query_as(
        "select table_id, column_id, contains_null, contains_nan, min_value, max_value
         from ducklake_table_column_stats where table_id in (select value from json_each(?))",
    )
    .bind(id_list(tables.iter().map(|table| &table.id)))
    .fetch_all(&mut *connection)
    .await
    .map_err(sql("read the tables' bounds"))?;
    let there: BTreeMap<(i64, i64), Bounds> =
        there.into_iter().map(|(table, id, nulls, nan, min, max)| ((table, id), Bounds { nulls, nan, min, max })).collect();
    let (mut new, mut wider) = (Vec::new(), Vec::new());
    for table in tables {
        for column in table.columns.iter().filter(|column| column.ty.element().is_none()) {
            let before = there.get(&(table.id, column.id));
            // A column that came later is null in the rows from before it.
            let fresh = Bounds { nulls: Some(i64::from(table.next_row_id > 0)), nan: None, min: None, max: None };
            let mut after = before.cloned().unwrap_or(fresh);
            let all = table.files.iter().flat_map(|file| &file.stats);
            for stats in all.filter(|stats| stats.column_id == column.id) {
                include(&mut after, column.ty, stats);
            }
            match before {
                Some(before) if *before == after => {}
                Some(_) => wider.push((table.id, column.id, after)),
                None => new.push((table.id, column.id, after)),
            }
        }
    }
    let update = "update ducklake_table_column_stats set contains_null = v.column3, contains_nan = v.column4,
         min_value = v.column5, max_value = v.column6 from (";
    let to_wider = ") as v where table_id = v.column1 and column_id = v.column2";
    write_bounds(connection, &new).await?;
    push_bounds(connection, &wider, update, to_wider).await
}

/// Writes the bounds of columns that have none.
pub(super) async fn write_bounds(connection: &mut SqliteConnection, rows: &[(i64, i64, Bounds)]) -> Result<()> {
    let insert =
        "insert into ducklake_table_column_stats(table_id, column_id, contains_null, contains_nan, min_value, max_value) ";
    push_bounds(connection, rows, insert, "").await
}

async fn push_bounds(
    connection: &mut SqliteConnection,
    rows: &[(i64, i64, Bounds)],
    before: &'static str,
    after: &'static str,
) -> Result<()> {
    for chunk in rows.chunks(CHUNK) {
        let mut statement = QueryBuilder::<Sqlite>::new(before);
        statement.push_values(chunk, |mut row, (table, column, bounds)| {
            row.push_bind(table).push_bind(column).push_bind(bounds.nulls).push_bind(bounds.nan);
            row.push_bind(&bounds.min).push_bind(&bounds.max);
        });
        statement.push(after);
        statement.build().execute(&mut *connection).await.map_err(sql("widen the tables' bounds"))?;
    }
    Ok(())
}

/// Includes what the catalogue tells of one file's column: how many nulls, whether NaN, and the bounds as texts.
pub(super) fn include_text(
    bounds: &mut Bounds,
    ty: ColumnType,
    nulls: Option<i64>,
    nan: Option<i64>,
    [min, max]: [Option<&str>; 2],
) {
    let is_null = i64::from(nulls.is_none_or(|nulls| nulls > 0));
    bounds.nulls = Some(bounds.nulls.unwrap_or(0).max(is_null));
    bounds.nan = bounds.nan.max(nan);
    let beyond = |new: &str, old: &Option<String>, side: Ordering| match old {
        None => true,
        Some(old) => Bound::parse(new, ty).zip(Bound::parse(old, ty)).is_some_and(|(new, old)| new.compare(&old) == Some(side)),
    };
    if let Some(min) = min.filter(|min| beyond(min, &bounds.min, Ordering::Less)) {
        bounds.min = Some(min.to_owned());
    }
    if let Some(max) = max.filter(|max| beyond(max, &bounds.max, Ordering::Greater)) {
        bounds.max = Some(max.to_owned());
    }
}

fn include(bounds: &mut Bounds, ty: ColumnType, stats: &NewStats) {
    if stats.null_count > 0 {
        bounds.nulls = Some(1);
    }
    if ty == ColumnType::Float64 {
        bounds.nan = Some(bounds.nan.unwrap_or(0).max(i64::from(stats.has_nan)));
    }
    // A text that we cannot read is kept: whoever wrote it knows how wide it is.
    let beyond = |new: &Bound, text: &Option<String>, side: Ordering| match text {
        None => true,
        Some(text) => Bound::parse(text, ty).is_some_and(|old| new.compare(&old) == Some(side)),
    };
    if let Some(min) = stats.min.as_ref().filter(|min| beyond(min, &bounds.min, Ordering::Less)) {
        bounds.min = Some(min.min_text(ty));
    }
    if let Some(max) = stats.max.as_ref().filter(|max| beyond(max, &bounds.max, Ordering::Greater)) {
        bounds.max = Some(max.max_text(ty));
    }
}

async fn write_state(connection: &mut SqliteConnection, state: &[(String, Option<String>)]) -> Result<()> {
    for (key, value) in state {
        let query = match value {
            Some(value) => sqlx::query(
                "insert into deskgauge_state(key, value) values (?, ?)
                 on conflict(key) do update set value = excluded.value",
            )
            .bind(key)
            .bind(value),
            None => sqlx::query("delete from deskgauge_state where key = ?").bind(key),
        };
        query.execute(&mut *connection).await.map_err(sql("write the state"))?;
    }
    Ok(())
}

fn signed(count: u64) -> Result<i64> {
    i64::try_from(count).map_err(|_| LakeError::Invalid { what: format!("{count} is more than the catalogue can count") })
}
