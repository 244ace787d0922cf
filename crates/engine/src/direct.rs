//! Files of events, folded at once and stored nowhere: what a question to a file reads.
//!
//! Events are spread over parts by their conversation, and each part is folded by itself, on all threads: a timeline's events are
//! folded and forgotten while they are in the cache. Files with more events than may be in memory are gone through window by window; a
//! conversation is folded with the window in which its last event lies. It is the same fold as everywhere; only the way to it is
//! shorter. What a conversation has to know of its customer's other conversations is filled in when all are folded.

mod ahead;
mod customers;
mod lasts;
mod part;
mod reads;
mod spill;
mod spread;
mod windows;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::error::ArrowError;
use deskgauge_core::event::{Body, Event};
use deskgauge_core::facts::{FACTS, Facts};
use deskgauge_core::fold::{People, people, timelines};
use deskgauge_core::rules::Rules;
use thiserror::Error;

use crate::facts_schema::{OwnField, own_fields};
use crate::files::{CUSTOMER_KIND, EventFile, FileError};
use crate::threads::{each, share};
use crate::workspace::EVENT_BYTES;
use ahead::{Ahead, Wanted, all_events};
use part::Folder;
use spill::Spill;
use spread::Parts;
use windows::{WINDOW, Windows};

pub use reads::{Noting, Reads};
pub(crate) use spill::Rows;

/// Bytes of facts in memory for each event that may be there: three quarters of the bound, of which events seldom take more than a half.
const FACT_BYTES: u64 = EVENT_BYTES * 3 / 4;

/// Events by which it is found out what questions read.
const FIRST_EVENTS: usize = 2048;

/// Profiles that are brought together at once.
const PROFILES: usize = 8 * 1024;

/// Why files cannot be asked directly.
#[derive(Debug, Error)]
pub enum DirectError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A row is no event: read the file row by row, to say which and to go on without it.
    #[error("a row is no event")]
    BadRow,
    /// Too many events are waited for at once: conversations lie scattered over the files, or most events lie outside conversations.
    #[error("more events at once than fit in memory")]
    TooMany,
    /// Facts could not be put on disk.
    #[error("facts could not be put into a temporary file: {0}; `TMPDIR` names the folder")]
    Spill(#[from] ArrowError),
}

/// Where events come from.
#[derive(Debug)]
pub enum Events {
    /// Parquet files whose columns [`EventFile`] reads.
    Files(Vec<PathBuf>),
    /// Events that were read already.
    Read(Vec<Event>),
}

/// The facts of some events: what `FactSource::direct` opens.
#[derive(Debug)]
pub struct Direct {
    pub(crate) own: Vec<OwnField>,
    /// The latest instant of the events, in seconds.
    pub(crate) newest: Option<i64>,
    /// By the place of the table in `FACTS`.
    pub(crate) tables: Vec<Vec<Rows>>,
    noting: Arc<Noting>,
}

impl Direct {
    /// Folds all events, with about so many in memory at `most`. Only what is read gets rows and cells.
    ///
    /// # Errors
    /// See [`DirectError`].
    pub fn fold(events: Events, rules: &Rules, reads: &Reads, most: u64) -> Result<Self, DirectError> {
        let own = own_fields(rules);
        let kinds = Wanted::of(reads, rules);
        let (mut ahead, given) = match events {
            Events::Files(paths) => {
                let windows = Windows::of(&paths, most)?;
                (Ahead::of_files(&windows, &kinds, most)?, Given::Files(windows))
            }
            Events::Read(events) => {
                let newest = events.iter().map(|event| event.at.0).max();
                let (ahead, events) = Ahead::of_events(events, &kinds);
                (ahead, Given::Read(events, newest))
            }
        };
        let profile = |event: &Event| matches!(event.body, Body::Customer(_));
        let (profiles, mut others): (Vec<Event>, Vec<Event>) = std::mem::take(&mut ahead.others).into_iter().partition(profile);
        // Of profiles only what is known of people is told, unless a customer's own rows are wanted.
        others.extend(profiles.iter().filter(|_| kinds.orders).cloned());
        let people = of_profiles(profiles);
        let spill = Arc::new(Spill::new(most.saturating_mul(FACT_BYTES)));
        let all = Folding { rules, own: &own, reads, ahead: &ahead, people: &people, spill: &spill };
        let (mut folders, newest) = all.fold(given, most)?;
        // What is tied together over all parts, and what lies outside conversations.
        let aside = folders.iter_mut().flat_map(|folder| std::mem::take(&mut folder.aside));
        let rest: Vec<Event> = aside.chain(others).collect();
        let mut facts = Facts::default();
        if let Some(last) = folders.last_mut() {
            for timeline in timelines(rest) {
                last.fold(&timeline, rules, &people, &mut facts)?;
            }
        }
        let (mut finished, mut spilled) = (Vec::new(), Vec::new());
        for folder in folders {
            let folded = folder.finish()?;
            finished.extend(folded.lots);
            spilled.extend(folded.spilled);
        }
        if reads.shared_column(CUSTOMER_KIND) {
            customers::settle(&mut finished);
        }
        let mut tables: Vec<Vec<Rows>> = FACTS.iter().map(|_| Vec::new()).collect();
        for lot in finished {
            let commons = Arc::new(lot.commons);
            for (index, rows) in lot.rows {
                tables[index].push(Rows::Held(Arc::new(rows.with(&commons))));
            }
        }
        for (index, rows) in spilled {
            tables[index].push(Rows::Spilled(Arc::new(rows)));
        }
        Ok(Self { own, newest: newest.map(|ms| ms.div_euclid(1000)), tables, noting: Arc::default() })
    }

    /// What will have been read of these facts.
    pub fn noting(&self) -> Arc<Noting> {
        self.noting.clone()
    }
}

/// The first events of files, a few thousand at most: enough to see what questions read.
///
/// # Errors
/// A file that cannot be read; a row that is no event.
pub fn first_events(paths: &[PathBuf]) -> Result<Vec<Event>, DirectError> {
    let Some(path) = paths.first() else { return Ok(Vec::new()) };
    let file = EventFile::open(path)?;
    if file.groups() == 0 {
        return Ok(Vec::new());
    }
    let rows = usize::try_from(file.rows_of(0)).unwrap_or(FIRST_EVENTS).min(FIRST_EVENTS);
    let mut events = Vec::new();
    for batch in file.read(0, std::iter::once(0..rows), None)? {
        events.extend(all_events(&batch.map_err(|error| file.broken(error))?)?);
    }
    Ok(events)
}

/// What profiles tell of people. Where none was corrected, those of one customer have nothing to do with those of another.
fn of_profiles(profiles: Vec<Event>) -> People {
    let corrected = profiles.iter().any(|event| event.revision > 0);
    let shares = if corrected { 1 } else { profiles.len() / PROFILES + 1 };
    let mut lots: Vec<Vec<Event>> = (0..shares).map(|_| Vec::new()).collect();
    for event in profiles {
        let whose = event.customer.as_ref().or(event.actor.as_ref()).map_or(0, |whose| ahead::id_digest(whose));
        lots[usize::try_from(whose % shares as u64).unwrap_or(0)].push(event);
    }
    let lots: Vec<Mutex<Vec<Event>>> = lots.into_iter().map(Mutex::new).collect();
    let found = each(shares, |share| {
        let mut events = lots[share].lock().unwrap_or_else(PoisonError::into_inner);
        people(&timelines(std::mem::take(&mut *events)))
    });
    People { customers: found.into_iter().flat_map(|people| people.customers).collect() }
}

/// Events of conversations.
enum Given {
    Files(Windows),
    /// With the latest instant of all events, in milliseconds.
    Read(Vec<Event>, Option<i64>),
}

/// What every thread has to know.
struct Folding<'a> {
    rules: &'a Rules,
    own: &'a [OwnField],
    reads: &'a Reads,
    ahead: &'a Ahead,
    people: &'a People,
    spill: &'a Arc<Spill>,
}

impl Folding<'_> {
    /// Folds all conversations; gives what the threads have folded, and the latest instant of all events, in milliseconds.
    fn fold(&self, given: Given, most: u64) -> Result<(Vec<Folder>, Option<i64>), DirectError> {
        let mut folders = Vec::new();
        match given {
            Given::Read(events, newest) => {
                let parts = Parts::new(events.len() as u64);
                parts.spread_read(events, self.ahead);
                self.window(&parts, 0, &mut folders)?;
                Ok((folders, newest))
            }
            Given::Files(windows) => {
                let parts = Parts::new(windows.rows().min(WINDOW));
                let mut newest = None;
                for number in 0..windows.count() {
                    newest = newest.max(self.spread(&windows, number, &parts)?);
                    let waiting = self.window(&parts, number as u32, &mut folders)?;
                    let aside: usize = folders.iter().map(|folder| folder.aside.len()).sum();
                    if waiting + aside as u64 > most {
                        return Err(DirectError::TooMany);
                    }
                }
                Ok((folders, newest))
            }
        }
    }

    /// Spreads a window's events; gives their latest instant.
    fn spread(&self, windows: &Windows, number: usize, parts: &Parts) -> Result<Option<i64>, DirectError> {
        let pieces = windows.window(number);
        let newest = share(
            pieces.len(),
            || None,
            |newest: &mut Option<i64>, piece| {
                for batch in windows.read(&pieces[piece], None)? {
                    *newest = parts.spread(&batch?, self.ahead)?.max(*newest);
                }
                Ok::<_, DirectError>(())
            },
        )?;
        Ok(newest.into_iter().flatten().max())
    }

    /// Folds what is complete with a window; gives how many events are waiting for a later one.
    fn window(&self, parts: &Parts, window: u32, folders: &mut Vec<Folder>) -> Result<u64, DirectError> {
        let waiting = AtomicU64::new(0);
        let idle = Mutex::new(std::mem::take(folders));
        let begin = || {
            let folder = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            folder.unwrap_or_else(|| Folder::new(self.own, self.reads, self.spill))
        };
        let busy = share(parts.count(), begin, |folder, part| {
            let run = folder.part(parts.take(part), window, self.rules, self.ahead, self.people)?;
            waiting.fetch_add(run.len() as u64, Ordering::Relaxed);
            parts.add(run);
            Ok::<_, DirectError>(())
        })?;
        *folders = busy;
        folders.extend(idle.into_inner().unwrap_or_else(PoisonError::into_inner));
        Ok(waiting.into_inner())
    }
}
