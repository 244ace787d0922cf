//! The engine from outside: one binary, one module for each idea.

mod duckdb;
mod lake;
