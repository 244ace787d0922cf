//! Folding a part: its events are brought together by conversation, and each timeline is made, folded and forgotten.

use std::collections::BTreeMap;
use std::sync::Arc;

use deskgauge_core::event::{Event, Text};
use deskgauge_core::facts::{Conversation, FACTS, Facts};
use deskgauge_core::fold::{Key, People, Timeline, fold_into};
use deskgauge_core::rules::Rules;

use super::DirectError;
use super::ahead::Ahead;
use super::customers::Beginnings;
use super::reads::Reads;
use super::spill::{Spill, Spilled};
use super::spread::Run;
use crate::facts_schema::OwnField;
use crate::files::{CUSTOMER_KIND, CommonColumns, Commons, FactRows, LooseRows};

/// Conversations whose rows become columns at once.
const LOT: usize = 64 * 1024;

/// What one thread folds.
pub(super) struct Folder {
    commons: Commons,
    rows: Vec<FactRows>,
    /// Whether somebody reads whose first conversation it is.
    kinds: bool,
    beginnings: Beginnings,
    done: Vec<Lot>,
    own: Vec<OwnField>,
    spill: Arc<Spill>,
    spilled: Vec<(usize, Spilled)>,
    /// Events of conversations that corrections tie to others.
    pub(super) aside: Vec<Event>,
}

/// Rows of some conversations, before their customers are known.
pub(super) struct Lot {
    pub(super) commons: CommonColumns,
    pub(super) rows: Vec<(usize, LooseRows)>,
    pub(super) beginnings: Beginnings,
}

/// All that one thread has folded.
pub(super) struct Folded {
    pub(super) lots: Vec<Lot>,
    /// What is on disk, each with the place of its table in `FACTS`.
    pub(super) spilled: Vec<(usize, Spilled)>,
}

impl Folder {
    pub(super) fn new(own: &[OwnField], reads: &Reads, spill: &Arc<Spill>) -> Self {
        let tables = FACTS.iter().enumerate().filter(|(_, table)| reads.table(table.name));
        let commons = Commons::kept(own, &|name| reads.shared_column(name));
        let kinds = reads.shared_column(CUSTOMER_KIND);
        Self {
            commons: if kinds { commons.remembering() } else { commons },
            rows: tables.map(|(index, table)| FactRows::kept(index, &|name| reads.column(table.name, name))).collect(),
            kinds,
            beginnings: Beginnings::default(),
            done: Vec::new(),
            own: own.to_vec(),
            spill: spill.clone(),
            spilled: Vec::new(),
            aside: Vec::new(),
        }
    }

    /// Folds the conversations of a part that are complete with a window; gives the events of the others, in their order.
    pub(super) fn part(
        &mut self,
        runs: Vec<Run>,
        window: u32,
        rules: &Rules,
        ahead: &Ahead,
        people: &People,
    ) -> Result<Run, DirectError> {
        let mut places: Vec<(u64, u32)> = Vec::with_capacity(runs.iter().map(Vec::len).sum());
        for (number, run) in (0..).zip(&runs) {
            places.extend(run.iter().map(|(hash, _)| (*hash, number)));
        }
        // Runs are in order already, so that they are merged and each is taken from its beginning to its end.
        places.sort();
        let mut runs: Vec<_> = runs.into_iter().map(Vec::into_iter).collect();
        let mut facts = Facts::default();
        let mut waiting = Run::new();
        for same in places.chunk_by(|one, other| one.0 == other.0) {
            let events = same.iter().filter_map(|(_, run)| runs[*run as usize].next());
            if ahead.last(same[0].0) > window {
                waiting.extend(events);
                continue;
            }
            let events: Vec<Event> = events.map(|(_, event)| event).collect();
            // Merged conversations share a hash, and two others may.
            let alike = events.windows(2).all(|pair| pair[0].conversation == pair[1].conversation);
            let groups = if alike { vec![events] } else { by_timeline(events, ahead) };
            for events in groups {
                let Some(conversation) = events.first().and_then(|event| event.conversation.as_ref()) else { continue };
                if ahead.moved(&events) {
                    self.aside.extend(events);
                    continue;
                }
                let timeline = Timeline::new(Key::Conversation(ahead.root(conversation)), events);
                self.fold(&timeline, rules, people, &mut facts)?;
            }
        }
        Ok(waiting)
    }

    /// Folds a timeline; `facts` is room to work in.
    ///
    /// # Errors
    /// Facts that have no room anywhere.
    pub(super) fn fold(
        &mut self,
        timeline: &Timeline,
        rules: &Rules,
        people: &People,
        facts: &mut Facts,
    ) -> Result<(), DirectError> {
        facts.clear();
        fold_into(timeline, rules, people, facts);
        for row in facts.conversations.iter().filter(|_| self.kinds) {
            if let Some(common) = &row.common {
                self.beginnings.began(&common.whole, row.created_at.0);
            }
        }
        for rows in &mut self.rows {
            rows.push(facts, &mut self.commons);
        }
        for (number, whole) in self.commons.take_new() {
            let is = |row: &&Conversation| row.common.as_ref().is_some_and(|common| Arc::ptr_eq(&common.whole, &whole));
            if let Some(row) = facts.conversations.iter().find(is) {
                self.beginnings.note(number, whole, row.created_at.0);
            }
        }
        if self.commons.conversations() >= LOT { self.finish_lot() } else { Ok(()) }
    }

    fn finish_lot(&mut self) -> Result<(), DirectError> {
        let rows = self.rows.iter_mut().filter(|rows| !rows.is_empty()).map(|rows| (rows.index(), rows.finish()));
        let rows: Vec<(usize, LooseRows)> = rows.collect();
        let commons = self.commons.finish();
        let bytes = commons.bytes() + rows.iter().map(|(_, rows)| rows.bytes()).sum::<u64>();
        if self.spill.hold(bytes) {
            self.done.push(Lot { commons, rows, beginnings: std::mem::take(&mut self.beginnings) });
            return Ok(());
        }
        // What the customers' other conversations tell is filled in at the end, in memory.
        if self.kinds {
            return Err(DirectError::TooMany);
        }
        let commons = Arc::new(commons);
        for (index, rows) in rows {
            self.spilled.push((index, self.spill.write(&rows.with(&commons), &self.own)?));
        }
        Ok(())
    }

    /// All rows: those in memory, and those on disk.
    ///
    /// # Errors
    /// As for [`Folder::fold`].
    pub(super) fn finish(mut self) -> Result<Folded, DirectError> {
        self.finish_lot()?;
        Ok(Folded { lots: self.done, spilled: self.spilled })
    }
}

fn by_timeline(events: Vec<Event>, ahead: &Ahead) -> Vec<Vec<Event>> {
    let mut groups: BTreeMap<Option<Text>, Vec<Event>> = BTreeMap::new();
    for event in events {
        groups.entry(event.conversation.as_ref().map(|id| ahead.root(id))).or_default().push(event);
    }
    groups.into_values().collect()
}
