//! The engine from outside: one binary, one module for each idea.

mod agrees;
mod catalogue;
mod crash;
mod derivation;
mod duckdb;
mod lake;
mod plan;
mod store;
mod truth;
mod world;
