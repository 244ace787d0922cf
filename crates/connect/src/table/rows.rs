//! Rows become events.
//!
//! Where a row stands for itself its events come out at once, and a row with a mistake gives none of them. Rows of messages and of
//! changes tell about a conversation only together, so they wait: until the conversation's last row where the mapping says
//! `together = true`, else until the end of the table. A waiting row keeps only what the mapping uses, 300 to 500 bytes.

mod calls;
mod changes;
mod conversations;
mod draft;
mod group;
mod messages;
mod orders;
mod surveys;

use std::collections::{HashMap, HashSet, VecDeque};

use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::record::{Defaults, Problem};
use deskgauge_core::event::{Event, Text};

use super::Row;
use super::bound::{Bound, Cells};
use super::mapping::Mapping;
use super::targets::RowKind;
use crate::intern::Interner;
use crate::rejected::Rejected;
use group::Kept;

/// What the reading of a table came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Rows that were read, rejected ones too.
    pub rows: u64,
    /// Events that came out.
    pub events: u64,
    /// Rows, or events of a group of rows, that were rejected.
    pub rejected: u64,
    /// Conversations that were put together from several rows.
    pub groups: u64,
    /// Local times that do not exist, since the clocks went forward over them: moved forward by the gap.
    pub shifted_times: u64,
    /// Times of `resolved_at` and `closed_at` that would have moved a status past another one: the audit row's time was kept.
    pub kept_times: u64,
    /// Statuses without a time of their own: left out, because nobody knows when they began.
    pub untimed_statuses: u64,
}

/// The events of a table, in the order of its rows; grouped ones in the order in which their groups begin.
#[derive(Debug)]
pub struct Events<'m, R> {
    mapping: &'m Mapping,
    bound: Bound,
    rows: R,
    defaults: Defaults,
    texts: Interner,
    ready: VecDeque<Result<Event, Rejected>>,
    /// Rows that wait for the rest of their conversation, in the order of its first row.
    groups: Vec<(Text, Vec<Kept>)>,
    places: HashMap<Text, usize>,
    /// Digests of conversations that are done, where rows stand together.
    done: HashSet<u64>,
    ended: bool,
    report: Report,
}

impl<'m, R: Iterator<Item = Result<Row, Rejected>>> Events<'m, R> {
    pub(super) fn new(mapping: &'m Mapping, columns: &[String], rows: R, source: &Text) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self {
            mapping,
            bound: Bound::new(mapping, columns)?,
            rows,
            defaults: Defaults { source: mapping.source.clone().unwrap_or_else(|| source.clone()) },
            texts: Interner::default(),
            ready: VecDeque::new(),
            groups: Vec::new(),
            places: HashMap::new(),
            done: HashSet::new(),
            ended: false,
            report: Report::default(),
        })
    }

    fn take(&mut self, row: Row) {
        let mut cells = Cells {
            mapping: self.mapping,
            bound: &self.bound,
            row: &row,
            texts: &mut self.texts,
            problems: Vec::new(),
            shifted_times: 0,
            writer: None,
        };
        let draft = match self.mapping.rows {
            RowKind::Conversations => conversations::events(&mut cells, &self.defaults, &mut self.report),
            RowKind::Calls => calls::events(&mut cells, &self.defaults),
            RowKind::Surveys => surveys::events(&mut cells, &self.defaults),
            RowKind::Orders => orders::events(&mut cells, &self.defaults),
            RowKind::Messages | RowKind::Changes => {
                let kept = group::keep(&mut cells);
                self.report.shifted_times += cells.shifted_times;
                match kept {
                    Some((id, kept)) if cells.problems.is_empty() => self.wait(id, kept, &row),
                    _ => {
                        let problems = cells.problems;
                        self.reject(Rejected::new(row.number, problems, &row.raw()));
                    }
                }
                return;
            }
        };
        self.report.shifted_times += cells.shifted_times;
        let mut problems = cells.problems;
        if problems.is_empty() && draft.problems.is_empty() {
            self.report.events += draft.events.len() as u64;
            self.ready.extend(draft.events.into_iter().map(Ok));
            return;
        }
        // What could not be read is missing in the event as well; that needs no second word.
        let unread = !problems.is_empty();
        let more = draft.problems.into_iter().map(|(_, problem)| problem);
        problems.extend(more.filter(|problem| !(unread && problem.code == "missing-field")));
        self.reject(Rejected::new(row.number, unique(problems), &row.raw()));
    }

    fn wait(&mut self, id: Text, kept: Kept, row: &Row) {
        if self.mapping.together {
            if self.groups.last().is_some_and(|(current, _)| *current != id) {
                self.finish();
            }
            if self.groups.is_empty() && self.done.contains(&digest(&id)) {
                let reason = "the row stands apart from the other rows of its conversation: remove `together` from the mapping";
                self.reject(Rejected::whole(row.number, "scattered-rows", reason, &row.raw()));
                return;
            }
        }
        let next = self.groups.len();
        let place = *self.places.entry(id.clone()).or_insert(next);
        if place == next {
            self.groups.push((id, Vec::new()));
        }
        self.groups[place].1.push(kept);
    }

    /// Puts the waiting conversations together.
    fn finish(&mut self) {
        self.places.clear();
        for (id, rows) in std::mem::take(&mut self.groups) {
            if self.mapping.together {
                self.done.insert(digest(&id));
            }
            self.report.groups += 1;
            let draft = match self.mapping.rows {
                RowKind::Messages => messages::events(id, rows, &self.bound, &self.mapping.prefix, &self.defaults),
                _ => changes::events(id, rows, self.mapping, &self.bound, &self.defaults, &mut self.report),
            };
            let (events, problems, base) = (draft.events, draft.problems, draft.base);
            self.report.events += events.len() as u64;
            self.ready.extend(events.into_iter().map(Ok));
            for (row, problem) in problems {
                self.reject(Rejected::new(row, vec![problem], base.as_bytes()));
            }
        }
    }

    fn reject(&mut self, rejected: Rejected) {
        self.report.rejected += 1;
        self.ready.push_back(Err(rejected));
    }
}

impl<R> Events<'_, R> {
    /// What the reading came to, so far.
    pub fn report(&self) -> Report {
        self.report
    }
}

impl<R: Iterator<Item = Result<Row, Rejected>>> Iterator for Events<'_, R> {
    type Item = Result<Event, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(ready) = self.ready.pop_front() {
                return Some(ready);
            }
            if self.ended {
                return None;
            }
            match self.rows.next() {
                Some(Ok(row)) => {
                    self.report.rows += 1;
                    self.take(row);
                }
                Some(Err(rejected)) => {
                    self.report.rows += 1;
                    self.reject(rejected);
                }
                None => {
                    self.ended = true;
                    self.finish();
                }
            }
        }
    }
}

fn digest(id: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(id.as_bytes())
}

/// The same mistake shows in each event that a row would have become; once is enough.
fn unique(problems: Vec<Problem>) -> Vec<Problem> {
    let mut unique: Vec<Problem> = Vec::with_capacity(problems.len());
    for problem in problems {
        if !unique.contains(&problem) {
            unique.push(problem);
        }
    }
    unique
}
