//! The commands, one file each: its arguments, its help, and what it does.
//!
//! A command reads its words, asks the engine or the readers, and hands structs to `output`. It does not compute what it prints.

pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod compare_profiles;
pub(crate) mod data_quality;
pub(crate) mod demo;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod forget;
pub(crate) mod import;
pub(crate) mod ingest;
pub(crate) mod init;
pub(crate) mod map;
pub(crate) mod metrics;
pub(crate) mod people;
pub(crate) mod query;
pub(crate) mod reconcile;
pub(crate) mod report;
pub(crate) mod restated;
pub(crate) mod serve;
pub(crate) mod simulate;
pub(crate) mod sla;
pub(crate) mod sql;
pub(crate) mod staff;
pub(crate) mod token;
pub(crate) mod upkeep;
