//! Counting a table that is stored: what is known of its groups of rows, and what stands in for some of the rows.
//!
//! What is known of a lot holds for all its settled rows, hidden ones as well. Where a few are hidden, those few are counted and taken
//! off: to count all that are left would cost as much as if nothing were known. What is known of all stored lots, and of all lots in memory,
//! is put together once for whoever counts the same again.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::buffer::BooleanBuffer;

use super::PlanError;
use super::kept::{Gone, HeldLots, Kept, Known, Lots};
use super::share::{Part, Share, Sums};
use super::work::{Counted, Work};
use crate::source::{Lot, LotKey, Pieces, without};

/// Groups that are put together each time, as long as there are not more.
const FEW: usize = 4;

/// Rows of several lots that are counted at once, about.
const ROWS: usize = 8192;

/// Lots of which rows are counted at once, at most: a deadline must be heard between them.
const LOTS: usize = 16;

/// Counts everything.
pub(super) async fn count(work: &Arc<Work>, kept: Option<Arc<Kept>>, pieces: &Pieces) -> Result<Counted, PlanError> {
    let Some(kept) = kept else { return of_rows(work, pieces).await };
    if work.gives_back() && pieces.lots.iter().any(|lot| lot.hidden().is_some()) {
        // That a hidden row cannot be counted matters to nobody.
        if let Ok((mut counted, gone)) = from_kept(work, &kept, pieces, true).await
            && work.take_off(&mut counted, &gone.counted)
        {
            return Ok(counted);
        }
    }
    Ok(from_kept(work, &kept, pieces, false).await?.0)
}

/// Counts all rows.
async fn of_rows(work: &Arc<Work>, pieces: &Pieces) -> Result<Counted, PlanError> {
    let mut parts: Vec<Part> = pieces.lots.iter().cloned().map(Part::Left).collect();
    parts.extend(pieces.loose.iter().cloned().map(Part::Loose));
    Ok(Share::new(work.clone(), pieces.schema.clone()).count(parts).await?.all)
}

/// Counts with what is known of lots. If hidden rows are to be taken off, it counts lots as if none were hidden, and those rows by
/// themselves; otherwise it counts those lots without them.
async fn from_kept(
    work: &Arc<Work>,
    kept: &Arc<Kept>,
    pieces: &Pieces,
    takes_off: bool,
) -> Result<(Counted, Arc<Gone>), PlanError> {
    let (mut parts, mut known) = (Vec::new(), BTreeMap::new());
    let mut is_all_known = true;
    for lot in &pieces.lots {
        match kept.find(lot) {
            _ if lot.hidden().is_some() && !takes_off => parts.push(Part::Left(lot.clone())),
            Some(((key, now), found)) => drop(known.insert(key, (now, lot, found))),
            None => {
                is_all_known = false;
                parts.push(Part::New(lot.clone(), kept.clone()));
            }
        }
    }
    let before = kept.gone(pieces.of).filter(|gone| takes_off && is_part(gone, &known));
    let (mut open, mut gone) = (Vec::new(), Vec::new());
    for (key, (now, lot, found)) in &known {
        if let Some(rows) = &found.open.rows {
            open.push(((*lot).clone(), without(rows, lot.hidden())));
        }
        if let Some(hidden) = lot.hidden() {
            let rows = without(hidden, found.open.rows.as_ref());
            let counted = before.as_ref().and_then(|before| before.lots.get(key));
            let new = without(&rows, counted.map(|(_, counted)| counted));
            gone.push((((*lot).clone(), new), (key.clone(), (*now, rows))));
        }
    }
    parts.extend(in_parts(open, |(_, rows)| rows).map(Part::Open));
    for part in in_parts(gone, |((_, rows), _)| rows) {
        let (lots, noted) = part.into_iter().unzip();
        parts.push(Part::Gone(lots, noted));
    }
    // Lots in memory come and go; to put them together with the others would not last.
    let is_stored = |key: &LotKey| matches!(key, LotKey::Stored(..));
    let lots: Lots = known.iter().filter(|(key, _)| is_stored(key)).map(|(key, (now, ..))| (key.clone(), *now)).collect();
    let together = kept.together(&lots);
    let held_before = kept.held(pieces.of).filter(|held| held.lots.iter().all(|(key, then)| is_known(key, *then, &known)));
    let mut new_held = BTreeMap::new();
    for (key, (now, _, found)) in known {
        if is_stored(&key) {
            parts.extend(together.is_none().then_some(Part::Known(found)));
        } else if held_before.as_ref().is_none_or(|held| !held.lots.contains_key(&key)) {
            parts.push(Part::Held(found));
            new_held.insert(key, now);
        }
    }
    parts.extend(pieces.loose.iter().cloned().map(Part::Loose));
    let share = Share::new(work.clone(), pieces.schema.clone());
    let Sums { mut all, known, held, gone, noted } = share.count(parts).await?;
    let together = match together {
        None if kept.lasts() && is_all_known && lots.len() > FEW => known.map(|known| kept.keep_together(lots, known)),
        None => {
            known.map_or(Ok(()), |known| work.take_over(&mut all, known))?;
            None
        }
        together => together,
    };
    if let Some(together) = together {
        // The large one is copied as it is, and the small one put into it.
        let rest = std::mem::replace(&mut all, Counted::clone(&together));
        work.take_over(&mut all, rest)?;
    }
    let held = match (held_before, held) {
        (before, None) => before,
        (before, Some(counted)) => {
            let held = HeldLots { counted, lots: new_held }.after(before.as_deref(), work)?;
            // Without hidden lots they are counted where that cannot be taken off which was kept of them all.
            let is_of_all = takes_off || !work.gives_back() || pieces.lots.iter().all(|lot| lot.hidden().is_none());
            Some(if is_of_all { kept.keep_held(pieces.of, held) } else { Arc::new(held) })
        }
    };
    if let Some(held) = held {
        work.merge(&mut all, &held.counted)?;
    }
    let gone = match before {
        Some(before) if noted.is_empty() => before,
        before => {
            let gone = Gone { counted: gone.unwrap_or_else(|| work.fresh()), lots: noted.into_iter().collect() };
            kept.keep_gone(pieces.of, gone.after(before.as_deref(), work)?)
        }
    };
    Ok((all, gone))
}

/// Those that have rows, in parts that are not too large.
fn in_parts<T>(all: Vec<T>, rows: impl Fn(&T) -> &BooleanBuffer) -> impl Iterator<Item = Vec<T>> {
    let (mut parts, mut size) = (Vec::new(), ROWS);
    for one in all {
        let rows = rows(&one).count_set_bits();
        if rows == 0 {
            continue;
        }
        if size >= ROWS || parts.last().is_none_or(|part: &Vec<T>| part.len() >= LOTS) {
            parts.push(Vec::new());
            size = 0;
        }
        size += rows;
        if let Some(part) = parts.last_mut() {
            part.push(one);
        }
    }
    parts.into_iter()
}

/// Whether all that was counted of hidden rows is still hidden, and settled as it was then.
fn is_part(gone: &Gone, known: &BTreeMap<LotKey, (i64, &Lot, Arc<Known>)>) -> bool {
    gone.lots.iter().all(|(key, (then, rows))| {
        let lot = known.get(key).filter(|(now, ..)| now == then);
        lot.and_then(|(_, lot, _)| lot.hidden()).is_some_and(|hidden| without(rows, Some(hidden)).count_set_bits() == 0)
    })
}

/// Whether what was counted of a lot is what is known of it.
fn is_known(key: &LotKey, then: i64, known: &BTreeMap<LotKey, (i64, &Lot, Arc<Known>)>) -> bool {
    known.get(key).is_some_and(|(now, ..)| *now == then)
}
