//! Turns the bytes of others into events of ours: our own format, and any table by a mapping.
//!
//! Bytes come in as `impl Read` or `&[u8]`, events and problems go out as values. Nothing here opens a file, reads a clock or the
//! environment, or knows of a data stack, so that every reader can be tested with a string.

pub mod delimited;
pub mod events;
pub mod intern;
pub mod lines;
pub mod rejected;
pub mod table;

pub use rejected::Rejected;
