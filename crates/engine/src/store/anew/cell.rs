//! Cells of conversations: timelines folded one by one straight into columns, and written. Cells are worked out on several threads,
//! each by one of them.

use deskgauge_core::event::Text;
use deskgauge_core::facts::{FACTS, Facts};
use deskgauge_core::fold::{CustomerCase, People, cases_of, fold_into};

use super::gather::Told;
use crate::cells::{EVENTS_INDEX, Written};
use crate::files::{Commons, EventBatches, FactRows, FileError};
use crate::store::cases::day_text;
use crate::store::plan::Planner;

/// What became of a cell.
pub(super) struct Made {
    pub(super) written: Written,
    /// Its conversations, as their customers see them.
    pub(super) cases: Vec<(Text, CustomerCase)>,
}

/// Timelines that are in order in cells of about so many events.
pub(super) fn split(told: Vec<Told>, most: usize) -> Vec<Vec<Told>> {
    let mut cells = Vec::new();
    let mut cell: Vec<Told> = Vec::new();
    let mut size = 0;
    for told in told {
        if size > 0 && size + told.len() > most {
            cells.push(std::mem::take(&mut cell));
            size = 0;
        }
        size += told.len();
        cell.push(told);
    }
    if !cell.is_empty() {
        cells.push(cell);
    }
    cells
}

/// Folds the timelines of a cell and writes it; `number` tells it from the other cells of this change.
pub(super) fn make(planner: &Planner<'_>, number: usize, lot: Vec<Told>, people: &People) -> Result<Made, FileError> {
    let Some(first) = lot.iter().map(Told::first_at).min() else {
        return Ok(Made { written: Written::default(), cases: Vec::new() });
    };
    let name = format!("c-{}-{}-{number:04}", day_text(first), planner.unique);
    let mut events = EventBatches::default();
    let mut made = fold(planner, &name, lot, people, &mut |told| {
        told.events().for_each(|(event, import)| events.push(event, import, &told.name));
    })?;
    planner.writer().one(EVENTS_INDEX, &name, events.finish(), &mut made.written)?;
    Ok(made)
}

/// Folds the timelines of a cell and writes its files of facts; `each` sees every timeline, in the order of their names.
pub(super) fn fold(
    planner: &Planner<'_>,
    name: &str,
    mut lot: Vec<Told>,
    people: &People,
    each: &mut dyn FnMut(&Told),
) -> Result<Made, FileError> {
    lot.sort_by(|a, b| a.name.cmp(&b.name));
    let mut written = Written::default();
    written.events = lot.iter().map(|told| told.len() as u64).sum();
    let mut cases = Vec::new();
    let mut commons = Commons::new(planner.own);
    let mut tables: Vec<FactRows> = (0..FACTS.len()).map(FactRows::new).collect();
    let mut facts = Facts::default();
    for told in lot {
        each(&told);
        facts.clear();
        fold_into(&told.timeline, planner.rules, people, &mut facts);
        cases.extend(cases_of(&facts));
        for rows in &mut tables {
            rows.push(&facts, &mut commons);
        }
    }
    let commons = std::sync::Arc::new(commons.finish());
    let writer = planner.writer();
    for (index, mut rows) in tables.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
        let batch = rows.finish().parted()?.with(&commons).batch(planner.own)?;
        writer.one(index, name, vec![batch], &mut written)?;
    }
    planner.extent.did(written.events);
    Ok(Made { written, cases })
}
