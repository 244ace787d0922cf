//! What has to be known of all events before the first conversation is folded: what lies outside conversations, which conversations
//! merges tie together, which events were corrected, and when each conversation is complete.
//!
//! A file is gone through for it once, by the few columns that tell; only the rows that matter here are read as events.

use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::record_batch::RecordBatch;
use datafusion::common::HashMap;
use deskgauge_core::event::fields::FieldId;
use deskgauge_core::event::{Body, Event, Status, Text};
use deskgauge_core::fold::timelines::lies_with_conversation;
use deskgauge_core::fold::{Key, Routes};
use deskgauge_core::rules::Rules;
use xxhash_rust::xxh3::xxh3_64;

use super::DirectError;
use super::lasts::{Lasts, Noting};
use super::reads::Reads;
use super::windows::{Piece, Windows};
use crate::files::{EventColumns, events_of};
use crate::threads::share;

pub(super) const TYPE: FieldId = FieldId::of("type");
pub(super) const CONVERSATION: FieldId = FieldId::of("conversation");
const REVISION: FieldId = FieldId::of("revision");
const INTO: FieldId = FieldId::of("into");

/// Which events outside conversations matter.
pub(super) struct Wanted {
    pub(super) orders: bool,
    agents: bool,
    profiles: bool,
}

impl Wanted {
    /// For what is read.
    pub(super) fn of(reads: &Reads, rules: &Rules) -> Self {
        let any = |names: &[&str]| names.iter().any(|name| reads.table(name));
        let orders = any(&["orders", "customer_links", "sales", "problems"]);
        // What a profile tells of a conversation's customer.
        let profiles = orders || reads.shared_column(SEGMENT) || rules.reads(SEGMENT);
        Self { orders, agents: any(&["agent_states", "problems"]), profiles }
    }

    fn reads(&self, kind: &str) -> bool {
        match kind {
            "order" | "order_changed" => self.orders,
            "agent_state" | "agent" => self.agents,
            "customer" => self.profiles,
            // Surveys, and what is no event and has to be told.
            _ => true,
        }
    }
}

/// The only field of a profile that conversations have.
const SEGMENT: &str = "segment";

/// What is known ahead.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// Events outside conversations.
    pub(super) others: Vec<Event>,
    /// Digests of the ids of events of which there is a correction: it may have moved them.
    corrected: HashSet<u64>,
    routes: Routes,
    /// By the hash of a conversation that a merge concerns: that of the timeline's name.
    rooted: HashMap<u64, u64>,
    lasts: Lasts,
}

/// What one thread found.
#[derive(Default)]
struct Found {
    others: Vec<Event>,
    merges: Vec<Event>,
    corrected: HashSet<u64>,
}

impl Found {
    /// Goes through a piece; gives the hashes of its conversations where they are `hashed`.
    fn look(&mut self, windows: &Windows, piece: &Piece, wanted: &Wanted, hashed: bool) -> Result<Vec<u64>, DirectError> {
        let (mut hashes, mut places, mut lone) = (Vec::new(), Vec::new(), Vec::new());
        let mut first = 0;
        for batch in windows.read(piece, Some(&[TYPE, CONVERSATION, REVISION, INTO]))? {
            let batch = batch?;
            let columns = EventColumns::new(&batch);
            for row in 0..batch.num_rows() {
                let kind = columns.text(TYPE, row).unwrap_or_default();
                let within = columns.text(CONVERSATION, row).filter(|_| lies_with_conversation(kind));
                if let Some(conversation) = within.filter(|_| hashed) {
                    hashes.push(xxh3_64(conversation.as_bytes()));
                }
                let outside = within.is_none() && wanted.reads(kind);
                if outside || columns.int(REVISION, row) > 0 || columns.text(INTO, row).is_some() {
                    places.push(first + row);
                    lone.push(outside);
                }
            }
            first += batch.num_rows();
        }
        if places.is_empty() {
            return Ok(hashes);
        }
        let mut lone = lone.into_iter();
        for batch in windows.pick(piece, &places)? {
            for event in all_events(&batch?)? {
                self.take(event, lone.next().unwrap_or(false));
            }
        }
        Ok(hashes)
    }

    fn take(&mut self, event: Event, lone: bool) {
        if event.revision > 0 {
            self.corrected.insert(id_digest(&event.id));
        }
        if matches!(&event.body, Body::Status(change) if change.status == Status::Merged && change.into.is_some()) {
            self.merges.push(event.clone());
        }
        if lone {
            self.others.push(event);
        }
    }
}

impl Ahead {
    /// Of files, with at most so many events outside conversations.
    pub(super) fn of_files(windows: &Windows, wanted: &Wanted, most: u64) -> Result<Self, DirectError> {
        let noting = (windows.count() > 1).then(Noting::new);
        let pieces: Vec<(u32, &Piece)> = windows.pieces().collect();
        let lone = AtomicU64::new(0);
        let found = share(pieces.len(), Found::default, |found, number| {
            let (window, piece) = pieces[number];
            let before = found.others.len();
            let hashes = found.look(windows, piece, wanted, noting.is_some())?;
            if let Some(noting) = &noting {
                noting.note(hashes, window);
            }
            let more = (found.others.len() - before) as u64;
            if lone.fetch_add(more, Ordering::Relaxed) + more > most { Err(DirectError::TooMany) } else { Ok(()) }
        })?;
        let mut ahead = Self::of(found);
        if let Some(noting) = noting {
            ahead.lasts = noting.finish(&ahead.rooted);
        }
        Ok(ahead)
    }

    /// Of events that were read already. Those outside conversations are taken out.
    pub(super) fn of_events(events: Vec<Event>, wanted: &Wanted) -> (Self, Vec<Event>) {
        let mut found = Found::default();
        let mut within = Vec::with_capacity(events.len());
        for event in events {
            let lone = event.conversation.is_none() || !lies_with_conversation(event.type_name());
            if lone && wanted.reads(event.type_name()) {
                found.take(event, true);
            } else if !lone {
                if event.revision > 0 || matches!(event.body, Body::Status(_)) {
                    found.take(event.clone(), false);
                }
                within.push(event);
            }
        }
        (Self::of(vec![found]), within)
    }

    fn of(found: Vec<Found>) -> Self {
        let mut ahead = Self::default();
        let mut merges = Vec::new();
        for found in found {
            ahead.others.extend(found.others);
            ahead.corrected.extend(found.corrected);
            merges.extend(found.merges);
        }
        ahead.routes = Routes::of_merges(merges.iter());
        let rooted = ahead.routes.joined().into_iter().map(|id| (xxh3_64(id.as_bytes()), xxh3_64(ahead.root(id).as_bytes())));
        ahead.rooted = rooted.filter(|(own, root)| own != root).collect();
        ahead
    }

    /// The name of the timeline in which a conversation's events lie.
    pub(super) fn root(&self, conversation: &Text) -> Text {
        match self.routes.root(Key::Conversation(conversation.clone())) {
            Key::Conversation(root) => root,
            _ => conversation.clone(),
        }
    }

    /// What stands for the timeline in which a conversation's events lie. Two may have the same.
    pub(super) fn hash(&self, conversation: &str) -> u64 {
        let own = xxh3_64(conversation.as_bytes());
        if self.rooted.is_empty() { own } else { self.rooted.get(&own).copied().unwrap_or(own) }
    }

    /// The last window of a timeline.
    pub(super) fn last(&self, hash: u64) -> u32 {
        self.lasts.of(hash)
    }

    /// Whether corrections may have moved one of these events.
    pub(super) fn moved(&self, events: &[Event]) -> bool {
        !self.corrected.is_empty() && events.iter().any(|event| self.corrected.contains(&id_digest(&event.id)))
    }
}

/// All events of a batch.
pub(super) fn all_events(batch: &RecordBatch) -> Result<impl Iterator<Item = Event>, DirectError> {
    // Which row it is, is told where the file is read row by row.
    let events = events_of(batch, Path::new("")).map_err(|_| DirectError::BadRow)?;
    Ok(events.into_iter().map(|(event, _)| event))
}

/// What stands for an id among those that were corrected: that two share one only costs time.
pub(super) fn id_digest(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}
