//! The engine from outside: one binary, one module for each idea.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, reason = "a test that fails says where")]

mod agrees;
mod backup;
mod catalogue;
mod commits;
mod compare;
mod conformance;
mod contrast;
mod crash;
mod damage;
mod data_quality;
mod derivation;
mod direct;
mod doctor;
mod drill;
mod drivers;
mod duckdb;
mod forget;
mod lake;
mod moves;
mod newest;
mod people;
mod plan;
mod privacy;
mod questions;
mod reconcile;
mod restated;
mod scans;
mod standin;
mod store;
mod telephony;
mod truth;
mod truth_commerce;
mod truth_outcome;
mod upkeep;
mod workspace_duckdb;
mod world;
