//! Counting a table that is stored: what is known of its groups of rows, and what stands in for some of the rows.
//!
//! What was counted of a group holds for all its rows. Where others stand in for a few of them, those few are counted and taken off: to
//! count all that are left would cost as much as if nothing were known. What is known of all groups is put together once for whoever
//! counts the same again.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::buffer::BooleanBuffer;

use super::PlanError;
use super::kept::{Gone, Kept, Known, Lots};
use super::share::{Part, Share, Sums};
use super::work::{Counted, Work};
use crate::source::{Lot, LotKey, Pieces};

/// Groups that are put together each time, as long as there are not more.
const FEW: usize = 4;

/// Rows of several lots that are counted at once, about.
const ROWS: usize = 8192;

/// Counts everything.
pub(super) async fn count(work: &Arc<Work>, kept: Option<Arc<Kept>>, pieces: &Pieces) -> Result<Counted, PlanError> {
    let Some(kept) = kept else { return of_rows(work, pieces).await };
    let counted = from_kept(work, &kept, pieces).await?;
    match counted {
        Some(counted) => Ok(counted),
        None => of_rows(work, pieces).await,
    }
}

/// Counts all rows.
async fn of_rows(work: &Arc<Work>, pieces: &Pieces) -> Result<Counted, PlanError> {
    let mut parts: Vec<Part> = pieces.lots.iter().cloned().map(Part::Left).collect();
    parts.extend(pieces.loose.iter().cloned().map(Part::Loose));
    Ok(Share::new(work.clone(), None, pieces.schema.clone()).count(parts).await?.all)
}

/// Counts with what is known of lots, those included some of whose rows are hidden, if rows can be taken off. None, if it comes out that
/// they cannot.
async fn from_kept(work: &Arc<Work>, kept: &Arc<Kept>, pieces: &Pieces) -> Result<Option<Counted>, PlanError> {
    let (mut parts, mut known) = (Vec::new(), BTreeMap::new());
    for lot in &pieces.lots {
        match kept.find(lot) {
            _ if lot.hidden().is_some() && !work.gives_back() => parts.push(Part::Left(lot.clone())),
            Some(((key, now), found)) => drop(known.insert(key, (now, lot, found))),
            None => parts.push(Part::New(lot.clone())),
        }
    }
    let before = kept.gone(pieces.of).filter(|gone| is_part(gone, &known));
    let (mut open, mut gone, mut noted) = (Vec::new(), Vec::new(), Vec::new());
    for (key, (now, lot, found)) in &known {
        let shown = |open: &BooleanBuffer| lot.hidden().map_or_else(|| open.clone(), |hidden| open & &!hidden);
        open.extend(found.open.as_ref().map(shown).map(|rows| ((*lot).clone(), rows)));
        if let Some(rows) = settled_and_hidden(lot, found) {
            let counted = before.as_ref().and_then(|before| before.rows.get(key));
            let new = counted.map_or_else(|| rows.clone(), |(_, counted)| &rows & &!counted);
            if new.count_set_bits() > 0 {
                gone.push(((*lot).clone(), new));
                noted.push((key.clone(), (*now, rows)));
            }
        }
    }
    if !gone.is_empty() {
        parts.push(Part::Gone(gone, noted));
    }
    parts.extend(in_parts(open).map(Part::Open));
    // Lots in memory come and go; to put them together with the others would not last.
    let is_stored = |key: &LotKey| matches!(key, LotKey::Stored(_));
    let lots: Lots = known.iter().filter(|(key, _)| is_stored(key)).map(|(key, (now, ..))| (key.clone(), *now)).collect();
    let together = kept.together(&lots);
    for (key, (_, _, found)) in known {
        match is_stored(&key) {
            true if together.is_none() => parts.push(Part::Known(found)),
            true => {}
            false => parts.push(Part::Held(found)),
        }
    }
    parts.extend(pieces.loose.iter().cloned().map(Part::Loose));
    let share = Share::new(work.clone(), Some(kept.clone()), pieces.schema.clone());
    let Sums { mut all, known, gone, noted } = share.count(parts).await?;
    match together {
        Some(together) => work.merge(&mut all, &together)?,
        None if lots.len() > FEW => work.merge(&mut all, &kept.keep_together(lots, known))?,
        None => work.take_over(&mut all, known)?,
    }
    let gone = match before {
        Some(before) if noted.is_empty() => before,
        before => {
            let mut all_gone = Gone { counted: gone, rows: BTreeMap::new() };
            if let Some(before) = before {
                work.merge(&mut all_gone.counted, &before.counted)?;
                all_gone.rows.clone_from(&before.rows);
            }
            all_gone.rows.extend(noted);
            all_gone.counted.sort();
            let all_gone = Arc::new(all_gone);
            if !all_gone.rows.is_empty() {
                kept.keep_gone(pieces.of, all_gone.clone());
            }
            all_gone
        }
    };
    Ok(work.take_off(&mut all, &gone.counted).then_some(all))
}

/// Some rows of lots in parts of about equal size.
fn in_parts(lots: Vec<(Lot, BooleanBuffer)>) -> impl Iterator<Item = Vec<(Lot, BooleanBuffer)>> {
    let (mut parts, mut size) = (vec![Vec::new()], 0);
    for (lot, rows) in lots {
        if size >= ROWS {
            parts.push(Vec::new());
            size = 0;
        }
        size += rows.count_set_bits();
        parts.last_mut().expect("there is one from the beginning").push((lot, rows));
    }
    parts.into_iter().filter(|part| !part.is_empty())
}

/// Whether all that was counted of hidden rows is still hidden, and settled as it was then.
fn is_part(gone: &Gone, known: &BTreeMap<LotKey, (i64, &Lot, Arc<Known>)>) -> bool {
    gone.rows.iter().all(|(key, (then, rows))| {
        let lot = known.get(key).filter(|(now, ..)| now == then);
        lot.and_then(|(_, lot, _)| lot.hidden()).is_some_and(|hidden| (rows & &!hidden).count_set_bits() == 0)
    })
}

/// Which rows of a lot are settled and hidden, if any.
fn settled_and_hidden(lot: &Lot, known: &Known) -> Option<BooleanBuffer> {
    let hidden = lot.hidden()?;
    Some(known.open.as_ref().map_or_else(|| hidden.clone(), |open| hidden & &!open))
}
