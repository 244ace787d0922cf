//! What the catalogue knows of a file's columns, in the query engine's own words.

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};

use crate::lake::{Bound, Column, ColumnStats, DataFile};

/// Statistics whose bounds pass for exact: what is ruled out by wider bounds is ruled out by the exact ones.
pub(super) fn as_exact(told: &Statistics) -> Statistics {
    let exact = |bound: &Precision<ScalarValue>| bound.get_value().cloned().map_or(Precision::Absent, Precision::Exact);
    let columns = told.column_statistics.iter().map(|column| ColumnStatistics {
        min_value: exact(&column.min_value),
        max_value: exact(&column.max_value),
        ..column.clone()
    });
    Statistics { column_statistics: columns.collect(), ..told.clone() }
}

/// What is known of a file of a table with this schema and these columns.
pub(super) fn statistics(schema: &SchemaRef, columns: &[Column], file: &DataFile) -> Statistics {
    let rows = usize::try_from(file.record_count).unwrap_or(usize::MAX);
    let column_statistics = schema
        .fields()
        .iter()
        .map(|field| {
            let column = columns.iter().find(|column| column.name == *field.name());
            let Some(column) = column else {
                // The column is younger than the table: all its values here are null.
                return ColumnStatistics { null_count: Precision::Exact(rows), ..ColumnStatistics::new_unknown() };
            };
            let stats = file.stats.iter().find(|stats| stats.column_id == column.id);
            stats.map_or_else(ColumnStatistics::new_unknown, |stats| column_statistics(stats, field.data_type()))
        })
        .collect();
    Statistics { num_rows: Precision::Exact(rows), total_byte_size: Precision::Absent, column_statistics }
}

fn column_statistics(stats: &ColumnStats, ty: &DataType) -> ColumnStatistics {
    let bound = |bound: &Option<Bound>| match bound.as_ref().and_then(|bound| scalar(bound, ty)) {
        Some(value) => Precision::Inexact(value),
        None => Precision::Absent,
    };
    let nulls = stats.null_count.and_then(|count| usize::try_from(count).ok());
    ColumnStatistics {
        null_count: nulls.map_or(Precision::Absent, Precision::Exact),
        min_value: bound(&stats.min),
        max_value: bound(&stats.max),
        ..ColumnStatistics::new_unknown()
    }
}

fn scalar(bound: &Bound, ty: &DataType) -> Option<ScalarValue> {
    Some(match (bound, ty) {
        (Bound::Text(text), DataType::Utf8) => ScalarValue::Utf8(Some(text.clone())),
        (Bound::Bool(flag), DataType::Boolean) => ScalarValue::Boolean(Some(*flag)),
        (Bound::Int64(number), DataType::Int64) => ScalarValue::Int64(Some(*number)),
        (Bound::Instant(micros), DataType::Timestamp(_, zone)) => ScalarValue::TimestampMicrosecond(Some(*micros), zone.clone()),
        (Bound::Decimal(units), DataType::Decimal128(precision, scale)) => {
            ScalarValue::Decimal128(Some(*units), *precision, *scale)
        }
        _ => return None,
    })
}
