//! Tables and columns: what is wanted, what the catalogue has, and the step from one to the other.
//!
//! A column's id is the `field_id` in every Parquet file, so an id is never used twice in a table:
//! a column whose type changes is dropped and added again under a new id. Tables that nobody asks
//! for are left alone; they may be another program's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};

use sqlx::SqliteConnection;

use super::read::{Snapshot, newest};
use super::{Lake, LakeError, Result, commit, sql};

/// The types that our tables use, a small part of those of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8 text.
    Text,
    /// True or false.
    Bool,
    /// A signed integer of 64 bits.
    Int64,
    /// A double. Not for measures: float sums depend on their order.
    Float64,
    /// An instant: microseconds since 1970, UTC.
    Instant,
    /// A calendar date: days since 1970.
    Date,
    /// An exact decimal number.
    Decimal {
        /// Digits in all, at most 38.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// A list of texts. Its elements are a column of their own, with an own id.
    TextList,
    /// A list of signed integers of 64 bits, likewise.
    IntList,
}

/// A column that a table should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Lower-case words joined by `_`, so that no engine needs quotes.
    pub name: String,
    /// What it holds.
    pub ty: ColumnType,
    /// Whether null may occur. A column added to a table with rows is nullable whatever this says.
    pub nullable: bool,
}

/// A table that the lake should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    /// Lower-case words joined by `_`.
    pub name: String,
    /// The columns, in the order in which they are shown.
    pub columns: Vec<ColumnSpec>,
    /// The columns by which the rows of each file are sorted, ascending, nulls last. May be empty.
    pub sorted_by: Vec<String>,
}

/// A column that the catalogue has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The column's id in its table, and the `field_id` in its Parquet files.
    pub id: i64,
    /// The column's name.
    pub name: String,
    /// What it holds.
    pub ty: ColumnType,
    /// Whether null may occur.
    pub nullable: bool,
    /// For a list: the id of its element column.
    pub element_id: Option<i64>,
}

impl fmt::Display for ColumnType {
    /// The catalogue's name of the type.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => out.write_str("varchar"),
            Self::Bool => out.write_str("boolean"),
            Self::Int64 => out.write_str("int64"),
            Self::Float64 => out.write_str("float64"),
            Self::Instant => out.write_str("timestamptz"),
            Self::Date => out.write_str("date"),
            Self::Decimal { precision, scale } => write!(out, "decimal({precision},{scale})"),
            Self::TextList | Self::IntList => out.write_str("list"),
        }
    }
}

impl ColumnType {
    /// Reads the catalogue's name of a type; `None` for the many that are not ours.
    fn parse(text: &str) -> Option<Self> {
        if let Some(inside) = text.strip_prefix("decimal(").and_then(|rest| rest.strip_suffix(')')) {
            let (precision, scale) = inside.split_once(',')?;
            let (precision, scale) = (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
            return Some(Self::Decimal { precision, scale });
        }
        [Self::Text, Self::Bool, Self::Int64, Self::Float64, Self::Instant, Self::Date, Self::TextList]
            .into_iter()
            .find(|ty| ty.to_string() == text)
    }

    /// The type of a list's elements; none where it is no list.
    pub(super) fn element(self) -> Option<Self> {
        match self {
            Self::TextList => Some(Self::Text),
            Self::IntList => Some(Self::Int64),
            _ => None,
        }
    }
}

impl Lake {
    /// Brings the lake's tables to `tables` in one snapshot: adds missing tables, adds and drops
    /// columns, and states the sort order. Answers the newest snapshot, which is the one from
    /// before when nothing differed. `at` is the instant in microseconds since 1970, UTC.
    pub async fn ensure_tables(&self, tables: &[TableSpec], at: i64) -> Result<Snapshot> {
        let doing = "change the tables";
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(sql(doing))?;
        let before = newest(&mut tx).await?;
        let after = apply(&mut tx, &before, tables, at).await?;
        tx.commit().await.map_err(sql(doing))?;
        Ok(after)
    }
}

/// Writes the difference between the catalogue and `tables` as one snapshot, if there is any.
pub(super) async fn apply(
    connection: &mut SqliteConnection,
    before: &Snapshot,
    tables: &[TableSpec],
    at: i64,
) -> Result<Snapshot> {
    tables.iter().try_for_each(check_spec)?;
    let mut step = Step {
        snapshot: Snapshot { id: before.id + 1, at: at.max(before.at), schema_version: before.schema_version + 1, ..*before },
        changes: Vec::new(),
        connection,
    };
    let there = table_ids(step.connection).await?;
    for table in tables {
        match there.get(&table.name) {
            Some(&id) => step.alter(id, table).await?,
            None => step.add(table).await?,
        }
    }
    if step.changes.is_empty() {
        return Ok(*before);
    }
    let (after, changes) = (step.snapshot, step.changes.join(","));
    commit::insert_snapshot(connection, &after, &changes, [None; 3]).await?;
    Ok(after)
}

/// The tables of the newest snapshot by name.
pub(super) async fn table_ids(connection: &mut SqliteConnection) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("select table_name, table_id from ducklake_table where end_snapshot is null and schema_id = 0")
            .fetch_all(connection)
            .await
            .map_err(sql("list the tables"))?;
    Ok(rows.into_iter().collect())
}

/// The columns of a table in a snapshot, in their order.
pub(super) async fn columns_of(
    connection: &mut SqliteConnection,
    table: &str,
    table_id: i64,
    snapshot: i64,
) -> Result<Vec<Column>> {
    let rows: Vec<ColumnRow> = sqlx::query_as(
        "select column_id, column_name, column_type, coalesce(nulls_allowed, 1), parent_column from ducklake_column
         where table_id = ? and begin_snapshot <= ? and (end_snapshot is null or end_snapshot > ?)
         order by column_order, column_id",
    )
    .bind(table_id)
    .bind(snapshot)
    .bind(snapshot)
    .fetch_all(connection)
    .await
    .map_err(sql("list the columns"))?;
    columns_from(table, &rows)
}

/// The columns of several tables in a snapshot, by the tables' ids, in one statement.
pub(super) async fn columns_of_all(
    connection: &mut SqliteConnection,
    tables: &BTreeMap<i64, String>,
    snapshot: i64,
) -> Result<BTreeMap<i64, Vec<Column>>> {
    type Row = (i64, i64, String, String, bool, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as(
        "select table_id, column_id, column_name, column_type, coalesce(nulls_allowed, 1), parent_column from ducklake_column
         where table_id in (select value from json_each(?1)) and begin_snapshot <= ?2
           and (end_snapshot is null or end_snapshot > ?2)
         order by table_id, column_order, column_id",
    )
    .bind(id_list(tables.keys()))
    .bind(snapshot)
    .fetch_all(connection)
    .await
    .map_err(sql("list the columns"))?;
    let mut by_table: BTreeMap<i64, Vec<ColumnRow>> = BTreeMap::new();
    for (table, id, name, ty, nullable, parent) in rows {
        by_table.entry(table).or_default().push((id, name, ty, nullable, parent));
    }
    by_table.iter().map(|(id, rows)| Ok((*id, columns_from(&tables[id], rows)?))).collect()
}

/// Ids as the database reads a list.
pub(super) fn id_list<'i>(ids: impl IntoIterator<Item = &'i i64>) -> String {
    format!("[{}]", ids.into_iter().map(i64::to_string).collect::<Vec<_>>().join(","))
}

/// Id, name, type, whether null may occur, and for the element of a list the list's column.
type ColumnRow = (i64, String, String, bool, Option<i64>);

fn columns_from(table: &str, rows: &[ColumnRow]) -> Result<Vec<Column>> {
    let unsupported =
        |name: &str, ty: &str| LakeError::Unsupported { table: table.to_owned(), what: format!("column {name} of type {ty}") };
    let mut columns = Vec::with_capacity(rows.len());
    for (id, name, ty, nullable, _) in rows.iter().filter(|row| row.4.is_none()) {
        let mut parsed = ColumnType::parse(ty).ok_or_else(|| unsupported(name, ty))?;
        let element = rows.iter().find(|row| row.4 == Some(*id));
        if parsed.element().is_some() {
            let lists = [ColumnType::TextList, ColumnType::IntList];
            let of = |list: &ColumnType| list.element().is_some_and(|own| element.is_some_and(|row| row.2 == own.to_string()));
            let found = lists.into_iter().find(of);
            parsed = found.ok_or_else(|| unsupported(name, "list of something other than varchar or int64"))?;
        }
        let element_id = element.map(|row| row.0);
        columns.push(Column { id: *id, name: name.clone(), ty: parsed, nullable: *nullable, element_id });
    }
    Ok(columns)
}

/// A random UUID (version 4). Ids of tables need to differ, not to repeat.
pub(super) fn new_uuid() -> String {
    // The standard library seeds each of these from the system's randomness.
    let word = || RandomState::new().build_hasher().finish();
    let (high, low) = (word() & 0xffff_ffff_ffff_0fff | 0x4000, word() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

/// Names are quoted nowhere, and a sort order needs its columns.
fn check_spec(table: &TableSpec) -> Result<()> {
    let plain = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let invalid = |what: String| Err(LakeError::Invalid { what });
    let mut seen = BTreeSet::new();
    for name in std::iter::once(&table.name).chain(table.columns.iter().map(|column| &column.name)) {
        if !plain(name) {
            return invalid(format!("table {}: {name:?} is not lower-case words joined by _", table.name));
        }
    }
    if let Some(twice) = table.columns.iter().find(|column| !seen.insert(column.name.as_str())) {
        return invalid(format!("table {} names column {} twice", table.name, twice.name));
    }
    match table.sorted_by.iter().find(|name| !seen.contains(name.as_str())) {
        Some(name) => invalid(format!("table {} is sorted by {name}, which is not a column of it", table.name)),
        None => Ok(()),
    }
}

/// A schema-changing snapshot while it is written.
struct Step<'c> {
    snapshot: Snapshot,
    changes: Vec<String>,
    connection: &'c mut SqliteConnection,
}

impl Step<'_> {
    async fn add(&mut self, table: &TableSpec) -> Result<()> {
        let id = self.next_catalog_id();
        sqlx::query("insert into ducklake_table values (?, ?, ?, null, 0, ?, ?, 1)")
            .bind(id)
            .bind(new_uuid())
            .bind(self.snapshot.id)
            .bind(&table.name)
            .bind(format!("{}/", table.name))
            .execute(&mut *self.connection)
            .await
            .map_err(sql("add a table"))?;
        let mut next_column = 1;
        for column in &table.columns {
            self.add_column(id, column, &mut next_column, column.nullable).await?;
        }
        self.version(id).await?;
        self.changes.push(format!("created_table:\"main\".\"{}\"", table.name));
        if !table.sorted_by.is_empty() {
            self.sort(id, &table.sorted_by).await?;
        }
        Ok(())
    }

    async fn alter(&mut self, id: i64, table: &TableSpec) -> Result<()> {
        let columns = self.alter_columns(id, table).await?;
        let sorted_by: Vec<String> = sqlx::query_scalar(
            "select e.expression from ducklake_sort_info i
             join ducklake_sort_expression e on e.sort_id = i.sort_id and e.table_id = i.table_id
             where i.table_id = ? and i.end_snapshot is null order by e.sort_key_index",
        )
        .bind(id)
        .fetch_all(&mut *self.connection)
        .await
        .map_err(sql("read the sort order"))?;
        let sort = sorted_by != table.sorted_by;
        if sort {
            sqlx::query("update ducklake_sort_info set end_snapshot = ? where table_id = ? and end_snapshot is null")
                .bind(self.snapshot.id)
                .bind(id)
                .execute(&mut *self.connection)
                .await
                .map_err(sql("end the sort order"))?;
            if !table.sorted_by.is_empty() {
                self.sort(id, &table.sorted_by).await?;
            }
        }
        if columns || sort {
            self.version(id).await?;
            self.changes.push(format!("altered_table:{id}"));
        }
        Ok(())
    }

    /// Ends the columns that are not wanted, adds those that are missing; tells whether any were.
    async fn alter_columns(&mut self, id: i64, table: &TableSpec) -> Result<bool> {
        // Types are compared as text here, so that a column of a type that is not ours can go.
        let there: Vec<(i64, String, String)> = sqlx::query_as(
            "select column_id, column_name, column_type from ducklake_column
             where table_id = ? and end_snapshot is null and parent_column is null",
        )
        .bind(id)
        .fetch_all(&mut *self.connection)
        .await
        .map_err(sql("list the columns"))?;
        let same = |column: &ColumnSpec, row: &(i64, String, String)| row.1 == column.name && row.2 == column.ty.to_string();
        let mut changed = false;
        for row in there.iter().filter(|row| !table.columns.iter().any(|column| same(column, row))) {
            changed = true;
            sqlx::query(
                "update ducklake_column set end_snapshot = ?1
                 where table_id = ?2 and (column_id = ?3 or parent_column = ?3) and end_snapshot is null",
            )
            .bind(self.snapshot.id)
            .bind(id)
            .bind(row.0)
            .execute(&mut *self.connection)
            .await
            .map_err(sql("drop a column"))?;
        }
        let (mut next_column, has_rows): (i64, bool) = sqlx::query_as(
            "select coalesce(max(column_id), 0) + 1,
                    exists(select 1 from ducklake_table_stats where table_id = ?1 and next_row_id > 0)
             from ducklake_column where table_id = ?1",
        )
        .bind(id)
        .fetch_one(&mut *self.connection)
        .await
        .map_err(sql("number the columns"))?;
        for column in table.columns.iter().filter(|column| !there.iter().any(|row| same(column, row))) {
            changed = true;
            self.add_column(id, column, &mut next_column, column.nullable || has_rows).await?;
        }
        Ok(changed)
    }

    async fn add_column(&mut self, table_id: i64, column: &ColumnSpec, next: &mut i64, nullable: bool) -> Result<()> {
        let inner = column.ty.element().map(|ty| ty.to_string());
        let ty = column.ty.to_string();
        let own = (*next, column.name.as_str(), ty.as_str(), nullable, None, if inner.is_some() { "" } else { "literal" });
        let element = inner.as_deref().map(|inner| (*next + 1, "element", inner, true, Some(*next), "literal"));
        for (id, name, ty, nullable, parent, default_type) in std::iter::once(own).chain(element) {
            sqlx::query("insert into ducklake_column values (?, ?, null, ?, ?, ?, ?, null, 'NULL', ?, ?, ?, 'duckdb')")
                .bind(id)
                .bind(self.snapshot.id)
                .bind(table_id)
                .bind(id)
                .bind(name)
                .bind(ty)
                .bind(i64::from(nullable))
                .bind(parent)
                .bind(default_type)
                .execute(&mut *self.connection)
                .await
                .map_err(sql("add a column"))?;
            *next += 1;
        }
        Ok(())
    }

    async fn sort(&mut self, table_id: i64, columns: &[String]) -> Result<()> {
        let id = self.next_catalog_id();
        sqlx::query("insert into ducklake_sort_info values (?, ?, ?, null)")
            .bind(id)
            .bind(table_id)
            .bind(self.snapshot.id)
            .execute(&mut *self.connection)
            .await
            .map_err(sql("state the sort order"))?;
        for (index, column) in (0_i64..).zip(columns) {
            sqlx::query("insert into ducklake_sort_expression values (?, ?, ?, ?, 'duckdb', 'ASC', 'NULLS_LAST')")
                .bind(id)
                .bind(table_id)
                .bind(index)
                .bind(column)
                .execute(&mut *self.connection)
                .await
                .map_err(sql("state the sort order"))?;
        }
        Ok(())
    }

    async fn version(&mut self, table_id: i64) -> Result<()> {
        sqlx::query("insert into ducklake_schema_versions values (?, ?, ?)")
            .bind(self.snapshot.id)
            .bind(self.snapshot.schema_version)
            .bind(table_id)
            .execute(&mut *self.connection)
            .await
            .map(drop)
            .map_err(sql("state the schema's version"))
    }

    fn next_catalog_id(&mut self) -> i64 {
        let id = self.snapshot.next_catalog_id;
        self.snapshot.next_catalog_id += 1;
        id
    }
}
