//! Files of events, folded at once and stored nowhere: what a question to a file reads.
//!
//! Events are spread over parts by their conversation, and each part is folded by itself, on all threads: a timeline's events are
//! folded and forgotten while they are in the cache. It is the same fold as everywhere; only the way to it is shorter. What a
//! conversation has to know of its customer's other conversations is filled in when all are folded.

mod customers;
mod part;
mod split;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use deskgauge_core::event::{Body, Event};
use deskgauge_core::facts::{FACTS, Facts};
use deskgauge_core::fold::{People, Routes, people, timelines};
use deskgauge_core::rules::Rules;
use thiserror::Error;

use crate::facts_schema::{OwnField, own_fields};
use crate::files::{EventFile, FactChunk, FileError};
use crate::threads::{each, share};
use part::{Folder, Tied};
use split::{Split, Wanted};

/// Events of a part, about: few enough for the cache, enough to be worth a gather.
const PART_EVENTS: u64 = 64 * 1024;

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
    pub(crate) tables: Vec<Vec<FactChunk>>,
}

impl Direct {
    /// Folds all events. Only the tables that are `wanted` get rows.
    ///
    /// # Errors
    /// See [`DirectError`].
    pub fn fold(events: Events, rules: &Rules, wanted: &BTreeSet<&str>) -> Result<Self, DirectError> {
        let own = own_fields(rules);
        let kinds = Wanted::of(wanted);
        let split = match events {
            Events::Files(paths) => split_files(&paths, &kinds)?,
            Events::Read(events) => split_events(events, &kinds),
        };
        let newest = split.newest;
        let routes = Routes::of_merges(split.merges.iter());
        let profile = |event: &Event| matches!(event.body, Body::Customer(_));
        let (profiles, mut others): (Vec<Event>, Vec<Event>) = split.others.into_iter().partition(profile);
        // Of profiles only what is known of people is told, unless a customer's own rows are wanted.
        others.extend(profiles.iter().filter(|_| kinds.orders).cloned());
        let people = of_profiles(profiles);
        let tied = Tied { merged: routes.joined().into_iter().collect(), corrected: &split.corrected };
        let Ok(mut folders) = share(
            split.parts.len(),
            || Folder::new(&own, wanted),
            |folder, part| {
                let runs = std::mem::take(&mut *split.parts[part].lock().unwrap_or_else(PoisonError::into_inner));
                folder.part(runs, rules, &people, &tied);
                Ok::<_, Infallible>(())
            },
        );
        // What is tied together over all parts, and what lies outside conversations.
        let aside = folders.iter_mut().flat_map(|folder| std::mem::take(&mut folder.aside));
        let rest: Vec<Event> = aside.chain(others).collect();
        let mut facts = Facts::default();
        if let Some(last) = folders.last_mut() {
            for timeline in timelines(rest) {
                last.fold(&timeline, rules, &people, &mut facts);
            }
        }
        let mut finished: Vec<_> = folders.into_iter().flat_map(Folder::finish).collect();
        customers::settle(&mut finished);
        let mut tables: Vec<Vec<FactChunk>> = FACTS.iter().map(|_| Vec::new()).collect();
        for lot in finished {
            let commons = Arc::new(lot.commons);
            for (index, rows) in lot.rows {
                tables[index].push(rows.with(&commons));
            }
        }
        Ok(Self { own, newest: newest.map(|ms| ms.div_euclid(1000)), tables })
    }
}

/// What profiles tell of people. Where none was corrected, those of one customer have nothing to do with those of another.
fn of_profiles(profiles: Vec<Event>) -> People {
    let corrected = profiles.iter().any(|event| event.revision > 0);
    let shares = if corrected { 1 } else { profiles.len() / PROFILES + 1 };
    let mut lots: Vec<Vec<Event>> = (0..shares).map(|_| Vec::new()).collect();
    for event in profiles {
        let whose = event.customer.as_ref().or(event.actor.as_ref()).map_or(0, |whose| split::id_digest(whose));
        lots[usize::try_from(whose % shares as u64).unwrap_or(0)].push(event);
    }
    let lots: Vec<Mutex<Vec<Event>>> = lots.into_iter().map(Mutex::new).collect();
    let found = each(shares, |share| {
        let mut events = lots[share].lock().unwrap_or_else(PoisonError::into_inner);
        people(&timelines(std::mem::take(&mut *events)))
    });
    People { customers: found.into_iter().flat_map(|people| people.customers).collect() }
}

fn split_files(paths: &[PathBuf], wanted: &Wanted) -> Result<Split, DirectError> {
    let files = paths.iter().map(|path| EventFile::open(path)).collect::<Result<Vec<_>, _>>()?;
    let rows: u64 = files.iter().map(EventFile::rows).sum();
    let groups: Vec<(&EventFile, usize)> =
        files.iter().flat_map(|file| (0..file.groups()).map(move |group| (file, group))).collect();
    let split = Split::new(parts(rows));
    let found = share(groups.len(), split::Lone::default, |lone, group| {
        let (file, group) = groups[group];
        for batch in file.group(group)? {
            split::spread(&batch.map_err(|error| file.broken(error))?, &split.parts, wanted, lone)?;
        }
        Ok::<_, DirectError>(())
    })?;
    Ok(split.with(found))
}

fn split_events(events: Vec<Event>, wanted: &Wanted) -> Split {
    let split = Split::new(parts(events.len() as u64));
    let mut lone = split::Lone::default();
    split::spread_read(events, &split.parts, wanted, &mut lone);
    split.with(vec![lone])
}

fn parts(rows: u64) -> usize {
    usize::try_from(rows.div_ceil(PART_EVENTS)).unwrap_or(1).clamp(1, 4096)
}
