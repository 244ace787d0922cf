//! What a commit brought into the fact table `problems`, told by code.
//!
//! Only the files in which two snapshots differ are read, so that it costs what the commit cost and not what the lake holds.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;

use super::{Result, Workspace};
use crate::ask::{AskError, sql};
use crate::facts_schema::own_fields;
use crate::source::{FactSource, Overlay, SourceError};

/// The fact table.
const TABLE: &str = "problems";

impl Workspace {
    /// How many more problems a snapshot has than an earlier one, by code; codes of which it has no more are absent.
    pub(super) async fn problems_since(&self, before: i64, after: i64) -> Result<BTreeMap<String, u64>> {
        let (old, new) = (self.problem_files(before).await?, self.problem_files(after).await?);
        let same: BTreeSet<i64> = old.intersection(&new).copied().collect();
        let (old, new) = (self.problems(before, &same).await?, self.problems(after, &same).await?);
        let more = |(code, count): (String, i64)| {
            let more = count - old.get(&code).copied().unwrap_or(0);
            (more > 0).then(|| (code, more.unsigned_abs()))
        };
        Ok(new.into_iter().filter_map(more).collect())
    }

    async fn problem_files(&self, snapshot: i64) -> Result<BTreeSet<i64>> {
        Ok(self.lake.files(snapshot, TABLE).await?.into_iter().map(|file| file.id).collect())
    }

    /// The problems of a snapshot by code, without those of some files.
    async fn problems(&self, snapshot: i64, without: &BTreeSet<i64>) -> Result<BTreeMap<String, i64>> {
        let overlay = Overlay { without: without.clone(), ..Overlay::default() };
        let source = FactSource::overlaid(&self.lake, snapshot, &own_fields(&self.rules), overlay).await?;
        let counted = sql(&source, "select cast(code as varchar) as code, count(*) as n from problems group by 1").await;
        let mut counts = BTreeMap::new();
        for batch in counted.map_err(failed)? {
            let (Some(counted), codes) = (batch.column(1).as_primitive_opt::<Int64Type>(), batch.column(0)) else { continue };
            for row in (0..batch.num_rows()).filter(|row| codes.is_valid(*row)) {
                let code = codes.as_string_opt::<i32>().map(|codes| codes.value(row));
                let code = code.or_else(|| codes.as_string_view_opt().map(|codes| codes.value(row))).unwrap_or_default();
                counts.insert(code.to_owned(), counted.value(row));
            }
        }
        Ok(counts)
    }
}

fn failed(error: AskError) -> SourceError {
    match error {
        AskError::Engine(error) => error.into(),
        other => datafusion::error::DataFusionError::Execution(other.to_string()).into(),
    }
}
