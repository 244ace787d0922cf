//! Events spread over partitions on disk, from several threads at once.
//!
//! A partition is meant to fit in memory; one that came out larger is read in portions, each of whole timelines.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use arrow::array::{AsArray, BooleanArray};
use arrow::compute::filter_record_batch;
use deskgauge_core::event::Event;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::scratch::{self, Scratch};
use crate::cells::Stored;
use crate::facts_schema::{TIMELINE, event_schema};
use crate::files::{EventBatches, FileError, events_of};
use crate::store::hashed::Prefix;

/// Rows that wait in memory for each partition: the more, the less there is to do for each of sixty columns.
const ROWS: std::ops::RangeInclusive<usize> = 1024..=8192;
/// Tells portions by other bits than partitions, which have used up theirs.
const PORTION_SEED: u64 = 1;

/// Events over partitions.
pub(super) struct Spill {
    writers: Vec<Mutex<Writer>>,
    /// Rows that wait for each partition.
    rows: usize,
}

/// Writes the events of one partition.
struct Writer {
    path: PathBuf,
    batches: EventBatches,
    waiting: usize,
    events: u64,
    file: Option<Scratch>,
}

/// A partition on disk; without any events there is no file.
#[derive(Debug, Clone)]
pub(super) struct Spilled {
    path: PathBuf,
    pub(super) events: u64,
}

/// A share of a partition's timelines: which of how many.
#[derive(Debug, Clone, Copy)]
pub(super) struct Portion {
    pub(super) number: usize,
    pub(super) of: usize,
}

impl Portion {
    /// All of it.
    pub(super) const WHOLE: Self = Self { number: 0, of: 1 };

    fn holds(self, timeline: &str) -> bool {
        self.of == 1 || xxh3_64_with_seed(timeline.as_bytes(), PORTION_SEED) % self.of as u64 == self.number as u64
    }
}

impl Spill {
    /// `room`: events that may wait in memory for all partitions together.
    pub(super) fn new(folder: &Path, name: &str, partitions: usize, room: u64) -> Self {
        let rows = usize::try_from(room / partitions.max(1) as u64).unwrap_or(usize::MAX).clamp(*ROWS.start(), *ROWS.end());
        let path = |number| folder.join(format!("{name}-{number:03}.arrow"));
        let writer = |number| Mutex::new(Writer::new(path(number)));
        Self { writers: (0..partitions).map(writer).collect(), rows }
    }

    pub(super) fn partitions(&self) -> usize {
        self.writers.len()
    }

    /// Adds an event of a timeline where a hash of its name wants it.
    pub(super) fn push(&self, event: &Event, import_id: i64, timeline: &str) -> Result<(), FileError> {
        // A customer's partition follows the id alone, as its cell does.
        let id = timeline.strip_prefix("customer:").unwrap_or(timeline);
        self.push_to(Prefix::place(id, self.partitions()), event, import_id, timeline)
    }

    /// Adds an event of a timeline to a partition.
    pub(super) fn push_to(&self, partition: usize, event: &Event, import_id: i64, timeline: &str) -> Result<(), FileError> {
        self.writer(partition).push(event, import_id, timeline, self.rows)
    }

    /// Closes all partitions.
    pub(super) fn finish(&self) -> Result<Vec<Spilled>, FileError> {
        (0..self.partitions()).map(|partition| self.writer(partition).finish()).collect()
    }

    fn writer(&self, partition: usize) -> MutexGuard<'_, Writer> {
        self.writers[partition].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    fn new(path: PathBuf) -> Self {
        Self { path, batches: EventBatches::default(), waiting: 0, events: 0, file: None }
    }

    fn push(&mut self, event: &Event, import_id: i64, timeline: &str, rows: usize) -> Result<(), FileError> {
        self.batches.push(event, import_id, timeline);
        self.waiting += 1;
        self.events += 1;
        if self.waiting >= rows { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), FileError> {
        if self.waiting == 0 {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(Scratch::create(&self.path, &event_schema())?),
        };
        for batch in std::mem::take(&mut self.batches).finish() {
            file.write(&batch)?;
        }
        self.waiting = 0;
        Ok(())
    }

    fn finish(&mut self) -> Result<Spilled, FileError> {
        self.flush()?;
        self.file.take().map_or(Ok(()), Scratch::finish)?;
        Ok(Spilled { path: self.path.clone(), events: self.events })
    }
}

impl Spilled {
    /// Reads a portion.
    pub(super) fn read(&self, portion: Portion) -> Result<Vec<Stored>, FileError> {
        let mut events = Vec::new();
        if self.events == 0 {
            return Ok(events);
        }
        for batch in scratch::rows(&self.path)? {
            let mut batch = batch?;
            if portion.of > 1 {
                let timelines = batch.column_by_name(TIMELINE).and_then(|column| column.as_string_opt::<i32>());
                let mine = timelines.map(|names| names.iter().map(|name| name.map(|name| portion.holds(name))).collect());
                batch = filter_record_batch(&batch, &mine.unwrap_or_else(|| BooleanArray::from(vec![true; batch.num_rows()])))?;
            }
            let read = events_of(&batch, &self.path)?;
            events.extend(read.into_iter().map(|(event, import_id)| Stored { event, import_id }));
        }
        Ok(events)
    }

    /// Removes its file.
    pub(super) fn remove(self) -> Result<(), FileError> {
        if self.events == 0 { Ok(()) } else { scratch::remove(&self.path) }
    }
}

/// The portions in which so many events are read, about `most` of them at a time.
pub(super) fn portions(events: u64, most: u64) -> impl Iterator<Item = Portion> {
    // What is a little too large is not worth reading twice.
    let of = usize::try_from(events.div_ceil((most + most / 2).max(1))).unwrap_or(usize::MAX).clamp(1, 1 << 16);
    (0..of).map(move |number| Portion { number, of })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use deskgauge_core::event::{ActorKind, Body, Instant};

    use super::*;

    /// The event with that number, in one of a hundred timelines.
    fn event(number: usize) -> Event {
        Event {
            id: number.to_string().into(),
            source: "test".into(),
            revision: 0,
            retracted: false,
            at: Instant(1_700_000_000_000 + number as i64),
            seq: 0,
            conversation: Some(format!("c{}", number % 100).into()),
            actor_kind: ActorKind::Bot,
            actor: None,
            customer: None,
            body: Body::Handoff,
        }
    }

    #[test]
    fn portions_hold_whole_timelines_and_together_everything() {
        let folder = tempfile::tempdir().unwrap();
        let spill = Spill::new(folder.path(), "t", 2, 0);
        let timeline = |event: &Event| format!("conversation:{}", event.conversation.as_deref().unwrap());
        for event in (0..5_000).map(event) {
            spill.push(&event, 7, &timeline(&event)).unwrap();
        }
        let mut ids = BTreeSet::new();
        for partition in spill.finish().unwrap() {
            let portions: Vec<Portion> = portions(partition.events, 500).collect();
            assert!(portions.len() > 2, "{} events", partition.events);
            let mut before: BTreeSet<String> = BTreeSet::new();
            for portion in portions {
                let events = partition.read(portion).unwrap();
                assert!(events.iter().all(|stored| stored.import_id == 7));
                let names: BTreeSet<String> = events.iter().map(|stored| timeline(&stored.event)).collect();
                assert!(before.is_disjoint(&names));
                before.extend(names);
                ids.extend(events.into_iter().map(|stored| stored.event.id));
            }
            partition.remove().unwrap();
        }
        assert_eq!(ids.len(), 5_000);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "every file is removed");
    }
}
