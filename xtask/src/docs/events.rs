//! The page of the event format: fields, types, and the verbs of the notation.

use deskgauge_core::event::fields::{FIELDS, FieldType, TYPES};
use deskgauge_core::notation::VERBS;

use super::{cell, code, head};

pub(super) fn page() -> String {
    let intro = "One flat record per thing that happened.\n\
        The same names are keys of JSON Lines, headers of CSV and columns of Parquet; in the lake `at` is called `occurred_at`.\n\
        How to import them is told in [importing](../import.md), how to write them as sentences in [the notation](../notation.md).\n\n\
        ## Fields\n\n| field | type | meaning |\n|---|---|---|";
    let mut page = head("Events", "`crates/core/src/event/fields.rs` and `crates/core/src/notation/verbs.rs`", intro);
    for field in FIELDS {
        page.push_str(&format!("| `{}` | {} | {} |\n", field.name, type_name(field.ty), cell(field.sentence)));
    }
    page.push_str("\n## Types\n\n");
    let types: Vec<String> = TYPES.iter().map(|name| code(name)).collect();
    page.push_str(&format!(
        "{}\n\n## Verbs of the notation\n\n| verb | type | example | meaning |\n|---|---|---|---|\n",
        types.join(" ")
    ));
    for verb in VERBS {
        let row = [code(verb.word), code(verb.type_name), code(verb.example), cell(verb.sentence)];
        page.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    page
}

fn type_name(ty: FieldType) -> &'static str {
    match ty {
        FieldType::Text => "text",
        FieldType::Int => "whole number",
        FieldType::Bool => "true or false",
        FieldType::Decimal => "decimal",
        FieldType::Instant => "instant",
        FieldType::List => "list of texts",
        FieldType::Ratings => "list of ratings",
    }
}
