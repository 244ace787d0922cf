//! Splitting what arrives into parts each of which can be planned within memory: by the customers whose cells it touches.
//!
//! A minute of a busy shop reaches few cells of conversations and, by whose conversations they are, nearly every cell of customers, since
//! those lie spread by a hash. All of them may be more than memory holds; those of a part of the hashes are not.

use std::collections::{BTreeMap, BTreeSet};

use deskgauge_core::event::Text;
use deskgauge_core::fold::timelines::own_key;

use super::conversations::Conversations;
use super::hashed::{Prefix, hashed_id, holding};
use super::plan::Planner;
use crate::cells::{Cell, Kind, Stored};
use crate::facts_schema::LINKS;
use crate::files::FileError;

impl Planner<'_> {
    /// What arrives, in parts that are to be planned and committed one after the other. A part may still turn out to be too large.
    pub(crate) fn parted(&self, incoming: Vec<Stored>) -> Result<Vec<Vec<Stored>>, FileError> {
        // Conversations take their share of memory, and what is kept for questions.
        let room = (self.limit_events / 4).max(1);
        let customers = self.cells.values().filter(|cell| cell.kind == Kind::Customers);
        let cells: BTreeMap<Prefix, &Cell> = customers.filter_map(|cell| Some((Prefix::of(cell)?, cell))).collect();
        if cells.values().map(|cell| rows(cell)).sum::<u64>() <= room {
            return Ok(vec![incoming]);
        }
        let arrivals = self.whose(incoming)?;
        let named: BTreeSet<&Text> = arrivals.iter().filter_map(|(customer, _)| customer.as_ref()).collect();
        let touched: BTreeSet<Prefix> =
            named.into_iter().filter_map(|id| holding(&cells, id)).map(|(prefix, _)| prefix).collect();
        let rows: u64 = touched.iter().map(|prefix| rows(cells[prefix])).sum();
        let parts = usize::try_from(rows.div_ceil(room)).unwrap_or(usize::MAX / 2).next_power_of_two();
        let mut parted: BTreeMap<usize, Vec<Stored>> = BTreeMap::new();
        for (customer, stored) in arrivals {
            parted.entry(customer.map_or(0, |id| Prefix::place(&id, parts))).or_default().push(stored);
        }
        Ok(parted.into_values().collect())
    }

    /// What arrives with the customers whose cells it touches, where they are known.
    fn whose(&self, incoming: Vec<Stored>) -> Result<Vec<(Option<Text>, Stored)>, FileError> {
        let of_conversations = |stored: &Stored| Kind::of(&own_key(&stored.event)) == Kind::Conversations;
        let (conversations, others): (Vec<_>, Vec<_>) = incoming.into_iter().partition(of_conversations);
        let mut whose = Conversations::new(self, conversations)?.into_arrivals_of_customers();
        for stored in others {
            let key = own_key(&stored.event);
            whose.push(((Kind::of(&key) == Kind::Customers).then(|| hashed_id(&key)), stored));
        }
        Ok(whose)
    }
}

/// Rows of a cell of customers that are in memory when it is written anew.
fn rows(cell: &Cell) -> u64 {
    cell.events_count() + cell.files.get(LINKS).map_or(0, |file| file.record_count)
}
