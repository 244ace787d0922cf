//! The store: how events become the lake's next snapshot.
//!
//! A change is planned on one snapshot: the cells that hold touched timelines are read, the touched timelines are folded again from
//! their beginning, the cells are written anew with the untouched rows carried over, and one commit replaces old files by new. A first
//! import and what concerns every cell write the lake anew from its events: in memory where they fit, else in pieces over the disk. All
//! ways hand the same timelines to the same fold.

mod agents;
mod anew;
mod cases;
mod conversations;
mod customers;
mod decode;
mod extent;
mod hashed;
mod parted;
mod plan;
mod rows;
mod spread;
mod standin;
mod versions;

pub(crate) use anew::{Anew, SCRATCH_FOLDER};
pub use extent::Extent;
pub(crate) use plan::{Outcome, Plan, Planner};
pub(crate) use standin::{Base, Indexes, Standin};
