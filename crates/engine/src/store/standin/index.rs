//! Where the timelines of a stored cell lie in its files: so that one can be read without the others.
//!
//! It is made once per cell, after a look at all bytes of its files, and holds hashes, row numbers and the open files. A hash may point to a
//! timeline that is not meant, never past one that is.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, SchemaRef};
use deskgauge_core::event::Text;
use deskgauge_core::fold::CustomerCase;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::opened::Opened;
use crate::cells::{Alone, Cell, Kind, Stored};
use crate::facts_schema::{EVENTS, LINKS, OwnField, TIMELINE};
use crate::files::{FileError, events_of, fit};
use crate::store::decode;

/// Where the timelines of a cell lie.
#[derive(Debug)]
pub(super) struct Index {
    events: Option<Opened>,
    links: Option<Opened>,
    /// Rows of events with their timelines, in order.
    spans: Vec<(Range<u32>, u32)>,
    /// Rows of links with their timelines, in order.
    linked: Vec<(u32, u32)>,
    /// Hashes of what a timeline is found by.
    found_by: Vec<(u64, u32)>,
    /// Hashes of the ids of corrections.
    corrected: Vec<(u64, u32)>,
}

/// The hash of what a timeline is found by: in conversations their ids and `survey:ID`, among customers and agents the id that is hashed.
pub(super) fn by_id(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

/// The hash by which the timelines of an order are found.
pub(super) fn by_order(order: &str) -> u64 {
    xxh3_64_with_seed(order.as_bytes(), 1)
}

impl Index {
    /// Of a cell.
    ///
    /// # Errors
    /// Files that are not as they were written.
    pub(super) fn of(folder: &Path, cell: &Cell) -> Result<Self, FileError> {
        let mut making = Making { kind: cell.kind, ..Making::default() };
        let events = Opened::of(folder, cell, EVENTS)?;
        if let Some(events) = &events {
            let columns = match cell.kind {
                Kind::Conversations => vec![TIMELINE, "id", "revision", "conversation", "merged_into"],
                Kind::Customers => vec![TIMELINE, "id", "revision", "order_id"],
                Kind::Agents => vec![TIMELINE, "id", "revision"],
            };
            events.each(&columns, &mut |batch| making.events(batch))?;
        }
        let links = if cell.kind == Kind::Customers { Opened::of(folder, cell, LINKS)? } else { None };
        if let Some(links) = &links {
            links.each(&["customer"], &mut |batch| making.links(batch))?;
        }
        making.found_by.sort_unstable();
        making.found_by.dedup();
        making.corrected.sort_unstable();
        Ok(Self {
            events,
            links,
            spans: making.spans,
            linked: making.linked,
            found_by: making.found_by,
            corrected: making.corrected,
        })
    }

    /// The files of the cell.
    pub(super) fn files(&self) -> impl Iterator<Item = &Opened> {
        self.events.iter().chain(&self.links)
    }

    /// The timelines that may be found by a hash.
    pub(super) fn found(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        equal(&self.found_by, hash)
    }

    /// The timelines that may hold a correction of an event of that id.
    pub(super) fn corrected(&self, id: &str) -> impl Iterator<Item = u32> + '_ {
        equal(&self.corrected, by_id(id))
    }

    /// The timelines of rows of events that are wanted.
    pub(super) fn of_rows(&self, wanted: impl Iterator<Item = u32>) -> BTreeSet<u32> {
        let place = |row: u32| self.spans.partition_point(|(span, _)| span.end <= row);
        wanted.filter_map(|row| self.spans.get(place(row)).map(|(_, timeline)| *timeline)).collect()
    }

    /// Timelines as cells of their own.
    ///
    /// # Errors
    /// Files that do not read.
    pub(super) fn read(
        &self,
        wanted: &BTreeSet<u32>,
        links: &SchemaRef,
        own: &[OwnField],
    ) -> Result<BTreeMap<u32, Alone>, FileError> {
        let mut found: BTreeMap<u32, Alone> = BTreeMap::new();
        let spans: Vec<&(Range<u32>, u32)> = self.spans.iter().filter(|(_, timeline)| wanted.contains(timeline)).collect();
        if let Some(opened) = self.events.as_ref().filter(|_| !spans.is_empty()) {
            let mut owners = spans.iter().flat_map(|(span, timeline)| std::iter::repeat_n(*timeline, span.len()));
            opened.rows(spans.iter().map(|(span, _)| span.start as usize..span.end as usize), &mut |batch| {
                let timelines = batch.column_by_name(TIMELINE).map(|column| column.as_string::<i32>());
                for (row, (event, import_id)) in events_of(batch, opened.path())?.into_iter().enumerate() {
                    let Some(owner) = owners.next() else { break };
                    let alone = found.entry(owner).or_default();
                    alone.events.push(Stored { event, import_id });
                    alone.timelines.extend(timelines.map(|timelines| timelines.value(row).to_owned()));
                }
                Ok(())
            })?;
        }
        let rows: Vec<&(u32, u32)> = self.linked.iter().filter(|(_, timeline)| wanted.contains(timeline)).collect();
        if let Some(opened) = self.links.as_ref().filter(|_| !rows.is_empty()) {
            let mut cases: Vec<(Text, CustomerCase)> = Vec::new();
            opened.rows(rows.iter().map(|(row, _)| *row as usize..*row as usize + 1), &mut |batch| {
                cases.extend(decode::cases(&fit(batch, links)?, own));
                Ok(())
            })?;
            for (customer, case) in cases {
                let timeline = self.found(by_id(&customer)).next();
                if let Some(alone) = timeline.map(|timeline| found.entry(timeline).or_default()) {
                    alone.cases.push((customer, case));
                }
            }
        }
        for alone in found.values_mut() {
            alone.cases.sort_by(|a, b| (&a.0, &a.1.common.whole.conversation).cmp(&(&b.0, &b.1.common.whole.conversation)));
        }
        Ok(found)
    }
}

fn equal(pairs: &[(u64, u32)], hash: u64) -> impl Iterator<Item = u32> + '_ {
    let first = pairs.partition_point(|(own, _)| *own < hash);
    pairs[first..].iter().take_while(move |(own, _)| *own == hash).map(|(_, timeline)| *timeline)
}

/// An index that is being made.
struct Making {
    kind: Kind,
    spans: Vec<(Range<u32>, u32)>,
    linked: Vec<(u32, u32)>,
    found_by: Vec<(u64, u32)>,
    corrected: Vec<(u64, u32)>,
    /// Timelines by the hash of their text, among customers and agents by that of the id that is hashed.
    numbers: BTreeMap<u64, u32>,
    events: u32,
    links: u32,
}

impl Default for Making {
    fn default() -> Self {
        Self {
            kind: Kind::Conversations,
            spans: Vec::new(),
            linked: Vec::new(),
            found_by: Vec::new(),
            corrected: Vec::new(),
            numbers: BTreeMap::new(),
            events: 0,
            links: 0,
        }
    }
}

impl Making {
    fn events(&mut self, batch: &RecordBatch) {
        let text = |name: &str| batch.column_by_name(name).map(|column| column.as_string::<i32>());
        let value = |name: &str, row: usize| text(name).filter(|column| column.is_valid(row)).map(|column| column.value(row));
        let revisions = batch.column_by_name("revision").and_then(|column| column.as_primitive_opt::<Int64Type>());
        let (mut last, mut number) = (None, 0);
        for row in 0..batch.num_rows() {
            let timeline = value(TIMELINE, row).unwrap_or_default();
            if last != Some(timeline) {
                last = Some(timeline);
                number = self.number(by_id(self.id(timeline)));
            }
            match self.spans.last_mut() {
                Some((span, owner)) if *owner == number && span.end == self.events => span.end += 1,
                _ => self.spans.push((self.events..self.events + 1, number)),
            }
            self.events += 1;
            for found_by in
                [value("conversation", row).filter(|id| *id != timeline), value("merged_into", row)].into_iter().flatten()
            {
                self.found_by.push((by_id(found_by), number));
            }
            self.found_by.extend(value("order_id", row).map(|order| (by_order(order), number)));
            if revisions.is_some_and(|revisions| revisions.is_valid(row) && revisions.value(row) > 0) {
                self.corrected.extend(value("id", row).map(|id| (by_id(id), number)));
            }
        }
    }

    fn links(&mut self, batch: &RecordBatch) {
        let Some(customers) = batch.column_by_name("customer").map(|column| column.as_string::<i32>()) else { return };
        for row in 0..batch.num_rows() {
            let number = self.number(by_id(if customers.is_null(row) { "" } else { customers.value(row) }));
            self.linked.push((self.links, number));
            self.links += 1;
        }
    }

    /// What a timeline is found by, of its text.
    fn id<'t>(&self, timeline: &'t str) -> &'t str {
        match self.kind {
            Kind::Conversations => timeline,
            Kind::Customers => timeline.strip_prefix("customer:").unwrap_or(timeline),
            Kind::Agents => timeline.strip_prefix("agent:").unwrap_or(timeline),
        }
    }

    fn number(&mut self, hash: u64) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(hash).or_insert(next);
        if number == next {
            self.found_by.push((hash, number));
        }
        number
    }
}
