//! stsbench: which STS endpoint should this workload call, how much faster is it, and how sure are we?
//!
//! The modules stand in the order in which the data passes through them; each may import only those above it.
#![warn(unreachable_pub)]
#![cfg_attr(not(test), warn(clippy::too_many_lines, clippy::cognitive_complexity))]

pub mod parallel;
pub mod plan;
pub mod sample;
pub(crate) mod classify;
pub(crate) mod echo;
pub mod credentials;
pub mod place;
pub mod sign;
pub mod health;
pub mod transport;
pub mod load;
pub mod record;
pub mod results;
pub(crate) mod store;
pub mod judge;
pub(crate) mod advice;
pub(crate) mod matrix;
pub mod report;
pub(crate) mod redact;
pub mod session;
pub mod serve;
pub(crate) mod doctor;
pub(crate) mod selftest;
pub mod cli;
#[cfg(any(fuzzing, test))]
pub mod fuzz;
