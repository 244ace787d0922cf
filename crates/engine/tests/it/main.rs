//! The engine from outside: one binary, one module for each idea.

mod agrees;
mod catalogue;
mod duckdb;
mod lake;
mod plan;
mod store;
