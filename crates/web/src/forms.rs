//! The forms in which answers are written: JSON and CSV for machines, values and sentences for people.
//!
//! All forms print the same structs, so a number cannot differ between them but in how it is rounded for people.

pub mod compared;
pub mod csv;
pub mod definition;
pub mod drivers;
pub mod findings;
pub mod grid;
pub mod json;
pub mod rows;
pub mod value;
pub mod words;
