//! Rows of `customer_links` back into the conversations that they were made from: a customer's cell needs no other to be folded again.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, Int64Type, TimestampMicrosecondType};
use deskgauge_core::event::{Cause, Decimal, Origin, Status, Text};
use deskgauge_core::facts::{At, ColumnType, Common, Dims, Own, Whole};
use deskgauge_core::fold::CustomerCase;

use crate::facts_schema::OwnField;

/// The conversations of a batch of `customer_links`, each with its customer.
pub(crate) fn cases(batch: &RecordBatch, own: &[OwnField]) -> Vec<(Text, CustomerCase)> {
    let read = Columns { batch };
    (0..batch.num_rows())
        .filter_map(|row| {
            let customer = read.text("customer", row)?;
            let whole = Whole {
                conversation: read.text("conversation", row)?,
                customer: Some(customer.clone()),
                origin: read.word("origin", row, Origin::WORDS),
                proactive: read.bool("proactive", row).unwrap_or(false),
                final_status: read.word("final_status", row, Status::WORDS),
                customer_kind: read.text("customer_kind", row).map(|kind| if &*kind == "new" { "new" } else { "returning" }),
                current_owner: read.text("current_owner", row),
                first_responder: read.text("first_responder", row),
                last_closer: read.text("last_closer", row),
            };
            let dims = Dims {
                channel: read.text("channel", row),
                brand: read.text("brand", row),
                team: read.text("team", row),
                owner: read.text("owner", row),
                priority: read.text("priority", row),
                reason: read.text("reason", row),
                tags: read.list("tags", row),
                language: read.text("language", row),
                segment: read.text("segment", row),
                own: own.iter().map(|(name, ty)| read.own(name, *ty, row)).collect(),
            };
            let common = Common {
                whole: Arc::new(whole),
                dims: Arc::new(dims),
                agent: read.text("agent", row),
                actor: read.text("actor", row),
            };
            let case = CustomerCase {
                common,
                created_at: read.instant("created_at", row)?,
                resolved_at: read.instant("resolved_at", row),
                replied_at: read.instant("replied_at", row),
                parent: read.text("parent", row),
                first_resolved_at: read.instant("first_resolved_at", row),
                first_resolver: read.text("first_resolver", row).map(|_| read.word("first_resolver", row, Cause::WORDS)),
                touches_count: read.int("touches_count", row).unwrap_or(0),
                escalations_count: read.int("escalations_count", row).unwrap_or(0),
                transfers_count: read.int("transfers_count", row).unwrap_or(0),
                returned_at: read.instant("returned_at", row),
                bot_answered_at: read.instant("bot_answered_at", row),
                people_at: read.instant("people_at", row),
                customer_after_at: read.instant("customer_after_at", row),
            };
            Some((customer, case))
        })
        .collect()
}

struct Columns<'a> {
    batch: &'a RecordBatch,
}

impl Columns<'_> {
    fn column(&self, name: &str, row: usize) -> Option<&dyn Array> {
        self.batch.column_by_name(name).map(|column| &**column).filter(|column| column.is_valid(row))
    }

    fn text(&self, name: &str, row: usize) -> Option<Text> {
        Some(Text::from(self.column(name, row)?.as_string::<i32>().value(row)))
    }

    /// A word of a closed list; the list's first where the text is none of it, which no file of ours holds.
    fn word(&self, name: &str, row: usize, words: &'static [&'static str]) -> &'static str {
        let text = self.text(name, row);
        words.iter().find(|word| text.as_deref() == Some(**word)).copied().unwrap_or(words[0])
    }

    fn bool(&self, name: &str, row: usize) -> Option<bool> {
        Some(self.column(name, row)?.as_boolean().value(row))
    }

    fn int(&self, name: &str, row: usize) -> Option<i64> {
        Some(self.column(name, row)?.as_primitive::<Int64Type>().value(row))
    }

    fn instant(&self, name: &str, row: usize) -> Option<i64> {
        Some(self.column(name, row)?.as_primitive::<TimestampMicrosecondType>().value(row).div_euclid(1_000_000))
    }

    fn list(&self, name: &str, row: usize) -> Vec<Text> {
        let Some(column) = self.column(name, row) else { return Vec::new() };
        let values = column.as_list::<i32>().value(row);
        values.as_string::<i32>().iter().flatten().map(Text::from).collect()
    }

    fn own(&self, name: &str, ty: ColumnType, row: usize) -> Option<Own> {
        Some(match ty {
            ColumnType::Text | ColumnType::List | ColumnType::Ints => Own::Text(self.text(name, row)?),
            ColumnType::Int => Own::Int(self.int(name, row)?),
            ColumnType::Bool => Own::Bool(self.bool(name, row)?),
            ColumnType::Instant => Own::Instant(At(self.instant(name, row)?)),
            ColumnType::Decimal => {
                let units = self.column(name, row)?.as_primitive::<Decimal128Type>().value(row);
                Own::Decimal(Decimal(i64::try_from(units).ok()?))
            }
        })
    }
}
