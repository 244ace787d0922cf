//! Runs of timelines in the order of their first instants, merged into one such order.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::path::PathBuf;

use arrow::array::AsArray;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

use super::spill;
use crate::cells::Stored;
use crate::facts_schema::TIMELINE;
use crate::files::{FileError, events_of};

/// One timeline of a run.
pub(super) struct RunTimeline {
    pub(super) key: String,
    /// Its first instant, in milliseconds.
    pub(super) first_at: i64,
    pub(super) events: Vec<Stored>,
}

struct Run {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    waiting: VecDeque<(String, Stored)>,
    head: Option<RunTimeline>,
}

/// Several runs as one.
pub(super) struct Merge {
    runs: Vec<Run>,
    heads: BinaryHeap<Reverse<(i64, String, usize)>>,
}

impl Merge {
    pub(super) fn new(paths: Vec<PathBuf>) -> Result<Self, FileError> {
        let mut merge = Self { runs: Vec::new(), heads: BinaryHeap::new() };
        let count = paths.len();
        for path in paths {
            let reader = spill::batches(&path, count)?;
            merge.runs.push(Run { path, reader, waiting: VecDeque::new(), head: None });
            merge.advance(merge.runs.len() - 1)?;
        }
        Ok(merge)
    }

    /// The next timeline of all runs.
    pub(super) fn next(&mut self) -> Result<Option<RunTimeline>, FileError> {
        let Some(Reverse((_, _, index))) = self.heads.pop() else { return Ok(None) };
        let head = self.runs[index].head.take();
        self.advance(index)?;
        Ok(head)
    }

    fn advance(&mut self, index: usize) -> Result<(), FileError> {
        let run = &mut self.runs[index];
        run.head = run.timeline()?;
        if let Some(head) = &run.head {
            self.heads.push(Reverse((head.first_at, head.key.clone(), index)));
        }
        Ok(())
    }
}

impl Run {
    fn timeline(&mut self) -> Result<Option<RunTimeline>, FileError> {
        let mut events = Vec::new();
        let mut key: Option<String> = None;
        loop {
            if self.waiting.is_empty() && !self.fill()? {
                break;
            }
            match self.waiting.front() {
                Some((next, _)) if key.as_ref().is_none_or(|key| key == next) => {}
                _ => break,
            }
            if let Some((next, stored)) = self.waiting.pop_front() {
                key = Some(next);
                events.push(stored);
            }
        }
        let first_at = events.iter().map(|stored: &Stored| stored.event.at.0).min();
        Ok(key.zip(first_at).map(|(key, first_at)| RunTimeline { key, first_at, events }))
    }

    /// Reads the next piece; false at the end.
    fn fill(&mut self) -> Result<bool, FileError> {
        let Some(batch) = self.reader.next() else { return Ok(false) };
        let batch = batch?;
        let keys = batch.column_by_name(TIMELINE).map(|column| column.as_string::<i32>().clone());
        for (row, (event, import_id)) in events_of(&batch, &self.path)?.into_iter().enumerate() {
            let key = keys.as_ref().map_or_else(String::new, |keys| keys.value(row).to_owned());
            self.waiting.push_back((key, Stored { event, import_id }));
        }
        Ok(true)
    }
}
