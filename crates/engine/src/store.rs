//! The store: how events become the lake's next snapshot.
//!
//! A change is planned on one snapshot: the cells that hold touched timelines are read, the touched timelines are folded again from
//! their beginning, the cells are written anew with the untouched rows carried over, and one commit replaces old files by new. The same
//! steps with no cells at all are a first import, and with every event of the lake a rebuild: there is no second code path.

mod agents;
mod cases;
mod conversations;
mod customers;
mod decode;
mod hashed;
mod plan;
mod rows;

pub(crate) use plan::{Counts, Plan, Planner};
