//! The engine: the lake, the store that folds events into it, the catalogue of KPIs, and the planner that answers questions.
//!
//! It reads no clock and no environment: instants and folders come in as arguments. Vendors' formats and terminals are not its matter.

pub mod ask;
pub mod catalogue;
pub mod cells;
pub mod data_quality;
pub mod direct;
pub mod facts_schema;
pub mod files;
pub mod lake;
pub mod lock;
pub mod people;
pub mod plan;
pub mod replay;
pub mod restated;
pub mod source;
mod store;
mod threads;
pub mod workspace;
