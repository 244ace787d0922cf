//! The binary as people and scripts meet it: run as a process, judged by its output, its exit code, and what it leaves on disk.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, reason = "a test that fails says where")]

mod all;
mod answers;
mod compare;
mod damage;
mod data_quality;
mod explain;
mod forget;
mod forms;
mod interrupt;
mod languages;
mod messages;
mod presets;
mod privacy;
mod profiles;
mod real_data;
mod reconcile;
mod remarks;
mod replay;
mod restated;
#[cfg(unix)]
mod rights;
mod run;
#[cfg(unix)]
mod serve;
mod staff;
mod tour;
