//! The engine from outside: one binary, one module for each idea.

mod agrees;
mod catalogue;
mod commits;
mod crash;
mod derivation;
mod duckdb;
mod lake;
mod plan;
mod questions;
mod store;
mod truth;
mod upkeep;
mod workspace_duckdb;
mod world;
