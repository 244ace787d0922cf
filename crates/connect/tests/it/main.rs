//! The tests of connect, one binary.

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
