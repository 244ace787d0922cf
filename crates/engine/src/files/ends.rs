//! Rows that have not ended apart from those that have, so that a reader of what is open skips all the rest.
//!
//! What is open at an instant is asked of every file: rows of any age may still be. A row group in which every row has ended tells by its
//! statistics when the last one did. So rows lie by which of their ends they lack, and each such class has row groups of its own.

use arrow::array::{Array, ArrayRef};
use arrow::record_batch::RecordBatch;

/// The instants that end a row, by table.
const ENDS: &[(&str, &[&str])] = &[
    ("spells", &["left_at"]),
    ("waits", &["ended_at"]),
    ("first_responses", &["answered_at", "ended_at"]),
    ("resolutions", &["resolved_at"]),
    ("sla_clocks", &["fulfilled_at", "due_at", "ended_at"]),
    ("assignments", &["ended_at"]),
];

/// The columns that end the rows of a table.
pub(super) fn ends(table: &str) -> &'static [&'static str] {
    ENDS.iter().find(|(name, _)| *name == table).map_or(&[], |(_, ends)| ends)
}

/// The class of a row: a bit for each end that it lacks.
pub(super) fn class(ends: &[&ArrayRef], row: usize) -> u8 {
    ends.iter().fold(0, |class, end| (class << 1) | u8::from(end.is_null(row)))
}

/// The order of a batch's rows by class, and within one by an instant; of equal ones the first comes first.
pub(crate) fn by_class(table: &str, batch: &RecordBatch, instants: &[i64]) -> Vec<u32> {
    let ends: Vec<&ArrayRef> = ends(table).iter().filter_map(|name| batch.column_by_name(name)).collect();
    let mut order: Vec<u32> = (0..batch.num_rows() as u32).collect();
    order.sort_by_key(|row| (class(&ends, *row as usize), instants[*row as usize]));
    order
}

/// How many rows of a batch each class has, one after another, where they lie by class; else that of all of them.
pub(super) fn classes(table: &str, batch: &RecordBatch) -> Vec<usize> {
    let ends: Vec<&ArrayRef> = ends(table).iter().filter_map(|name| batch.column_by_name(name)).collect();
    let whole = || vec![batch.num_rows()];
    let mut found: Vec<(u8, usize)> = Vec::new();
    if ends.is_empty() {
        return whole();
    }
    for row in 0..batch.num_rows() {
        let class = class(&ends, row);
        match found.last_mut() {
            Some((last, rows)) if *last == class => *rows += 1,
            Some((last, _)) if *last > class => return whole(),
            _ => found.push((class, 1)),
        }
    }
    found.into_iter().map(|(_, rows)| rows).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::TimestampMicrosecondArray;

    use super::*;

    fn batch(ends: &[Option<i64>]) -> RecordBatch {
        let ends: ArrayRef = Arc::new(TimestampMicrosecondArray::from(ends.to_vec()));
        RecordBatch::try_from_iter([("left_at", ends)]).unwrap()
    }

    #[test]
    fn rows_that_lie_by_class_are_parted_and_others_are_not() {
        let sorted = batch(&[Some(3), Some(1), None, None]);
        assert_eq!(classes("spells", &sorted), [2, 2]);
        assert_eq!(classes("spells", &batch(&[None, Some(1), None])), [3]);
        assert_eq!(classes("contacts", &sorted), [4], "nothing ends there");
    }

    #[test]
    fn a_large_file_has_row_groups_of_its_own_for_what_has_not_ended() {
        use parquet::file::reader::{FileReader, SerializedFileReader};
        let folder = tempfile::tempdir().unwrap();
        let ends: Vec<Option<i64>> = (0..9000).map(|row| (row < 8900).then_some(row)).collect();
        for (table, groups) in [("spells", vec![8900, 100]), ("contacts", vec![9000])] {
            crate::files::write_only(folder.path(), table, "file.parquet", &[batch(&ends)], &[]).unwrap();
            let file = SerializedFileReader::new(std::fs::File::open(folder.path().join("file.parquet")).unwrap()).unwrap();
            let found: Vec<i64> = file.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
            assert_eq!(found, groups, "{table}");
            let nulls = file.metadata().row_group(0).column(0).statistics().and_then(|own| own.null_count_opt());
            assert_eq!(nulls, Some(if table == "spells" { 0 } else { 100 }), "{table}");
        }
    }
}
