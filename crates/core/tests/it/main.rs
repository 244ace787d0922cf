//! The tests of the core, one module a subject.

mod calendar;
mod condition;
mod notation;
mod period;
mod rules;
mod shop;
