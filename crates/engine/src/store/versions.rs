//! The cells that hold other versions of arriving events: a correction may say where its event belongs, but not where it was.
//!
//! All versions of an event that was corrected lie in one timeline, so that a cell that knows of a correction needs no other. A
//! correction is sought in every cell, by the Bloom filters of ids; an original only where there are corrections at all, for it may come
//! after its own. Without corrections nothing is looked into.

use std::collections::{BTreeMap, BTreeSet};

use deskgauge_core::event::{Event, Text};

use super::plan::Planner;
use crate::cells::{Cell, Kind, may_hold, may_reach_above};
use crate::files::FileError;

/// The names of the cells of a kind that are to be read because of versions in them. `read` are the names of those that are read
/// already, and `stored` their events.
pub(super) fn cells_with_versions<'s, 'e>(
    planner: &Planner<'_>,
    kind: Kind,
    read: &dyn Fn(&str) -> bool,
    stored: impl Iterator<Item = &'s Event>,
    arriving: impl Iterator<Item = &'e Event> + Clone,
) -> Result<Vec<String>, FileError> {
    let revision = planner.event_column("revision");
    let corrected = |cell: &Cell| may_reach_above(cell, revision, 0);
    let unread: Vec<(&String, &Cell)> = planner.cells.iter().filter(|(name, cell)| cell.kind == kind && !read(name)).collect();
    if unread.is_empty() || (arriving.clone().all(|event| event.revision <= 0) && !unread.iter().any(|(_, cell)| corrected(cell)))
    {
        return Ok(Vec::new());
    }
    let mut sought: BTreeMap<(&Text, &Text), bool> = BTreeMap::new();
    for event in arriving {
        *sought.entry((&event.source, &event.id)).or_default() |= event.revision > 0;
    }
    for event in stored {
        let id = (&event.source, &event.id);
        // Where one version of an original is, a correction of it would be as well.
        if sought.get(&id).is_some_and(|correction| event.revision > 0 || !correction) {
            sought.remove(&id);
        }
    }
    let ids = |corrections: bool| -> BTreeSet<String> {
        let wanted = sought.iter().filter(|(_, correction)| **correction || !corrections);
        wanted.map(|((_, id), _)| id.to_string()).collect()
    };
    let (corrections, all) = (ids(true), ids(false));
    let column = [("id", planner.event_column("id"))];
    let mut found = Vec::new();
    for (name, cell) in unread {
        let wanted = if corrected(cell) { &all } else { &corrections };
        if wanted.is_empty() || !may_hold(planner.lake.folder(), cell, &column, wanted)? {
            continue;
        }
        let ids = cell.ids(planner.lake.folder())?;
        if ids.iter().any(|(source, id)| sought.contains_key(&(source, id))) {
            found.push(name.clone());
        }
    }
    Ok(found)
}
