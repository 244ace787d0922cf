//! The tests of connect, one binary.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, reason = "a test that fails says where")]

mod bad_events;
mod bad_mappings;
mod broken;
mod documented;
mod events;
mod proposals;
mod real_data;
mod tables;
mod times;
mod workbook;
