//! The store: how events become the lake's next snapshot.
//!
//! A change is planned on one snapshot: the cells that hold touched timelines are read, the touched timelines are folded again from
//! their beginning, the cells are written anew with the untouched rows carried over, and one commit replaces old files by new. The same
//! steps with no cells at all are a first import. What would not fit in memory, and what concerns every cell anyway, rewrites the lake
//! from its events in pieces; both ways hand the same timelines to the same fold.

mod agents;
mod cases;
mod conversations;
mod customers;
mod decode;
mod extent;
mod hashed;
mod plan;
mod rewrite;
mod rows;
mod spread;
mod versions;

pub use extent::Extent;
pub(crate) use plan::{Outcome, Plan, Planner};
pub(crate) use rewrite::{Rewrite, SCRATCH_FOLDER};
