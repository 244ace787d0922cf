//! The tests of the core, one module a subject. `cfg(test)` tells lints that what the tests call is test code, too.

#![cfg(test)]

mod calendar;
mod condition;
mod costs;
mod examples;
mod fold;
mod laws;
mod metric;
mod notation;
mod oidc;
mod period;
mod profile;
mod question;
mod record;
mod rules;
mod shop;
mod staffing;
mod statistics;
