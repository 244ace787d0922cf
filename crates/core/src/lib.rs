//! The pure heart of Deskgauge: events, time, the fold, rules, questions and answers.
//!
//! Nothing here reads a clock, a file, the environment or a socket, and nothing knows of a data stack: time comes in as a value,
//! randomness as a seed, and results go out as plain structs.

pub mod answer;
pub mod calendar;
pub mod condition;
pub mod diagnostic;
pub mod event;
pub mod facts;
pub mod fold;
pub mod metric;
pub mod notation;
pub mod period;
pub mod question;
pub mod rules;
pub mod shop;
pub mod staffing;
pub mod statistics;

mod words;
