//! The tests of the core, one module a subject.

mod calendar;
mod condition;
mod metric;
mod notation;
mod period;
mod question;
mod rules;
mod shop;
mod statistics;
