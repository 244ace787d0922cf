//! Counting a table that is stored: what is known of its groups of rows, and what stands in for some of the rows.
//!
//! What is known of a lot holds for all its settled rows, hidden ones as well. Where a few are hidden, those few are counted and taken
//! off: to count all that are left would cost as much as if nothing were known. What is known of all stored lots is put together once for
//! whoever counts the same again.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::buffer::BooleanBuffer;

use super::PlanError;
use super::kept::{Gone, Kept, Known, Lots};
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
            let counted = before.as_ref().and_then(|before| before.rows.get(key));
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
    for (key, (_, _, found)) in known {
        match is_stored(&key) {
            true if together.is_none() => parts.push(Part::Known(found)),
            true => {}
            false => parts.push(Part::Held(found)),
        }
    }
    parts.extend(pieces.loose.iter().cloned().map(Part::Loose));
    let share = Share::new(work.clone(), pieces.schema.clone());
    let Sums { mut all, known, gone, noted } = share.count(parts).await?;
    let together = match together {
        None if kept.lasts() && is_all_known && lots.len() > FEW => Some(kept.keep_together(lots, known)),
        None => {
            work.take_over(&mut all, known)?;
            None
        }
        together => together,
    };
    if let Some(together) = together {
        // The large one is copied as it is, and the small one put into it.
        let rest = std::mem::replace(&mut all, Counted::clone(&together));
        work.take_over(&mut all, rest)?;
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
            if kept.lasts() && !all_gone.rows.is_empty() {
                kept.keep_gone(pieces.of, all_gone.clone());
            }
            all_gone
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
    gone.rows.iter().all(|(key, (then, rows))| {
        let lot = known.get(key).filter(|(now, ..)| now == then);
        lot.and_then(|(_, lot, _)| lot.hidden()).is_some_and(|hidden| without(rows, Some(hidden)).count_set_bits() == 0)
    })
}
