//! The page of facts: every table and column, from the list that makes them.

use deskgauge_core::facts::{COMMON, Column, ColumnType, FACTS};
use deskgauge_core::rules::COSTS;

use super::{cell, head};

pub(super) fn page() -> String {
    let intro = "What the fold makes of events: the tables that KPIs, `deskgauge sql` and any reader of the lake see.\n\
        Durations are whole seconds, instants are UTC to the second, and a null means that the thing did not happen or cannot be known: it is never a zero.\n\
        Beside them stands `events`, [the events as they came](events.md).";
    let mut page = head("Facts", "`crates/core/src/facts`", intro);
    for table in FACTS.iter().chain([&COSTS]) {
        page.push_str(&format!("- [{0}](#{0}): {1}\n", table.name, table.sentence.trim()));
    }
    page.push_str(
        "\n## Common columns\n\nTables that are marked so begin with these, and end with the workspace's own `[fields]`.\n\n",
    );
    columns(&mut page, COMMON);
    for table in FACTS.iter().chain([&COSTS]) {
        page.push_str(&format!("\n## {}\n\n{}\n", table.name, table.sentence.trim()));
        page.push_str(if table.common { "Has the common columns.\n" } else { "Has no common columns.\n" });
        page.push_str(&format!("Sorted by `{}`.\n\n", table.sorted_by));
        columns(&mut page, table.columns);
    }
    page
}

fn columns(page: &mut String, columns: &[Column]) {
    page.push_str("| column | type | null | meaning |\n|---|---|---|---|\n");
    for column in columns {
        let null = if column.nullable { "yes" } else { "no" };
        page.push_str(&format!("| `{}` | {} | {null} | {} |\n", column.name, type_name(column.ty), cell(column.sentence)));
    }
}

fn type_name(ty: ColumnType) -> &'static str {
    match ty {
        ColumnType::Text => "text",
        ColumnType::Int => "whole number",
        ColumnType::Bool => "true or false",
        ColumnType::Instant => "instant",
        ColumnType::Decimal => "decimal",
        ColumnType::List => "list of texts",
        ColumnType::Ints => "list of whole numbers",
    }
}
