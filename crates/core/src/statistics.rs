//! Statistics on values that are already there: how sure a number is, quantiles, and quantiles with rows that still run.
//!
//! Everything is exact and total: no approximation, no randomness, and `None` where a number would be made up. Sums run over sorted or
//! integer values, so that the same rows give the same bits in any order.

pub mod beta;
pub mod change;
pub mod gaps;
pub mod interval;
pub mod quantile;
pub mod survival;
