//! What a commit brought into the fact table `problems`, told by code.
//!
//! Only the files in which two snapshots differ are read, and of them one column, so that it costs what the commit cost and not what
//! the lake holds.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::{DataType, Field, Schema};

use super::{Result, Workspace};
use crate::files::read_rows;

/// The fact table.
const TABLE: &str = "problems";
/// The column that tells them apart.
const CODE: &str = "code";

impl Workspace {
    /// How many more problems a snapshot has than an earlier one, by code; codes of which it has no more are absent.
    pub(super) async fn problems_since(&self, before: i64, after: i64) -> Result<BTreeMap<String, u64>> {
        let (mut old, mut new) = (self.problem_files(before).await?, self.problem_files(after).await?);
        old.retain(|id, _| new.remove(id).is_none());
        let mut more: BTreeMap<String, i64> = BTreeMap::new();
        for (files, step) in [(new, 1), (old, -1)] {
            for path in files.values() {
                for code in codes(path)? {
                    *more.entry(code).or_default() += step;
                }
            }
        }
        Ok(more.into_iter().filter(|(_, count)| *count > 0).map(|(code, count)| (code, count.unsigned_abs())).collect())
    }

    /// The files of a snapshot, by id.
    async fn problem_files(&self, snapshot: i64) -> Result<BTreeMap<i64, PathBuf>> {
        let files = self.lake.files_with(snapshot, TABLE, &[]).await?;
        Ok(files.into_iter().map(|file| (file.id, self.lake.folder().join(&file.path))).collect())
    }
}

/// The code of every row of a file.
fn codes(path: &std::path::Path) -> Result<Vec<String>> {
    let schema = Arc::new(Schema::new(vec![Field::new(CODE, DataType::Utf8, true)]));
    let mut codes = Vec::new();
    for batch in read_rows(path, &schema)? {
        codes.extend(batch.column(0).as_string::<i32>().iter().flatten().map(str::to_owned));
    }
    Ok(codes)
}
